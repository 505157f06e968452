//! Supply and price of one pool, by hour.

use super::Market;
use super::noise::NoiseSeeds;
use super::overlay::Overlay;
use super::price::Price;
use super::record::PlayedRecord;
use super::shock::Shocks;
use super::supply::{PayAsYouGoSupply, SpotSupply};
use crate::base::{Billing, Decimal, Seed, Time};
use crate::catalogue::{InstanceType, Zone};

/// One pool (a zone and an instance type) with everything that does not depend on the time.
///
/// Make it once to read many hours. It has values whether or not the pool is sold: [`Market::offer`](super::Market::offer)
/// tells what is sold, and instances keep running after the sale of their type has ended.
#[derive(Clone, Debug)]
pub struct PoolSeries {
    pay_as_you_go: PayAsYouGoSupply,
    spot: SpotSupply,
    price: Price,
    overlay: Overlay,
    /// What was recorded of the pool, instead of the market's own numbers (M8).
    record: Option<PlayedRecord>,
}

impl PoolSeries {
    pub(super) fn new(market: &Market<'_>, zone: &Zone, instance_type: &InstanceType) -> Self {
        let seeds = NoiseSeeds::new(Seed::new(market.seed), zone, instance_type);
        let shocks = Shocks::new(seeds);
        Self {
            pay_as_you_go: PayAsYouGoSupply::new(seeds, shocks, zone, instance_type),
            spot: SpotSupply::new(seeds, shocks, zone, instance_type),
            price: Price::new(seeds, shocks, zone, instance_type),
            overlay: Overlay::new(market.scenario, &market.changes, zone, instance_type),
            record: PlayedRecord::of(&market.scenario.series, market.record_offset_hours, zone, instance_type),
        }
    }

    /// Instances of this billing that can exist at once, those in use included.
    #[must_use]
    pub fn supply(&self, billing: Billing, time: Time) -> u32 {
        let hour = time.hour();
        match billing {
            Billing::PayAsYouGo => {
                let set = self.overlay.stock_pay_as_you_go.at(time);
                let recorded = || self.record.as_ref()?.pay_as_you_go(hour);
                set.or_else(recorded).unwrap_or_else(|| self.pay_as_you_go.instances(hour))
            }
            Billing::Spot => {
                let set = self.overlay.stock_spot.at(time);
                set.or_else(|| self.record.as_ref()?.spot(hour)).unwrap_or_else(|| self.spot.instances(hour))
            }
        }
    }

    /// Price of one instance for one hour.
    ///
    /// A spot price that the scenario sets or that was recorded applies unchanged; the market's own stays within 10–100 % of the pay-as-you-go
    /// price, even if the scenario changes that one (ours).
    #[must_use]
    pub fn price(&self, billing: Billing, time: Time) -> Decimal {
        let set_pay_as_you_go = self.overlay.price_pay_as_you_go.at(time);
        match billing {
            Billing::PayAsYouGo => set_pay_as_you_go.unwrap_or(self.price.pay_as_you_go),
            Billing::Spot => self.overlay.price_spot.at(time).unwrap_or_else(|| {
                if let Some(recorded) = self.record.as_ref().and_then(|record| record.spot_price(time.hour())) {
                    return recorded;
                }
                let market = self.price.spot(time.hour());
                set_pay_as_you_go.map_or(market, |highest| market.clamp(highest / Decimal::TEN, highest))
            }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Hour;
    use crate::base::clock::Span;
    use crate::market::Scenario;

    /// Supply and price of both billings of `ecs.g6.large` in `cn-heyuan-b`, at an hour after the start.
    fn at(scenario: &str, hour: i64) -> (u32, u32, Decimal, Decimal) {
        let scenario = Scenario::from_json(&serde_json::from_str(scenario).unwrap()).unwrap();
        let (market, time) = (Market::new(&scenario), Hour(hour).start());
        let supply = |billing| market.supply("cn-heyuan-b", "ecs.g6.large", billing, time).unwrap();
        let price = |billing| market.price("cn-heyuan-b", "ecs.g6.large", billing, time).unwrap();
        let (full, spot) = (Billing::PayAsYouGo, Billing::Spot);
        (supply(full), supply(spot), price(full), price(spot))
    }

    fn number(text: &str) -> Decimal {
        text.parse().unwrap()
    }

    #[test]
    fn a_rule_sets_what_it_names_and_leaves_the_rest() {
        let (full_supply, spot_supply, full_price, spot_price) = at("{}", 5);
        let stock = at(r#"{"stock": [{"zone_id": "cn-heyuan-b", "spot": 3}]}"#, 5);
        assert_eq!(stock, (full_supply, 3, full_price, spot_price));
        let price = at(r#"{"prices": [{"instance_type": "ecs.g6.large", "spot": 0.5}]}"#, 5);
        assert_eq!(price, (full_supply, spot_supply, full_price, number("0.5")));
        let elsewhere =
            r#"{"stock": [{"zone_id": "cn-heyuan-a", "spot": 3}, {"instance_type": "ecs.g6.xlarge", "spot": 4}]}"#;
        assert_eq!(at(elsewhere, 5), at("{}", 5));
    }

    #[test]
    fn later_rules_win_billing_by_billing() {
        let scenario = r#"{"stock": [
            {"pay_as_you_go": 1, "spot": 1},
            {"zone_id": "cn-heyuan-b", "instance_type": "ecs.g6.large", "pay_as_you_go": 2},
            {"spot": 3}
        ]}"#;
        let (full, spot, ..) = at(scenario, 0);
        assert_eq!((full, spot), (2, 3));
    }

    #[test]
    fn events_apply_from_their_time_on_in_order_of_time_and_override_rules() {
        let scenario = r#"{"stock": [{"pay_as_you_go": 9}], "events": [
            {"at": "6h", "stock": {"pay_as_you_go": 6}},
            {"at": "2h", "stock": {"pay_as_you_go": 2}},
            {"at": "6h", "stock": {"pay_as_you_go": 7}},
            {"at": "2h", "prices": {"spot": 0.25}}
        ]}"#;
        let supply = [-1, 0, 1, 2, 5, 6, 700].map(|hour| at(scenario, hour).0);
        assert_eq!(supply, [9, 9, 9, 2, 2, 7, 7]);
        assert_ne!(at(scenario, 1).3, number("0.25"));
        assert_eq!(at(scenario, 2).3, number("0.25"));
    }

    #[test]
    fn an_event_within_an_hour_applies_at_once() {
        let json = r#"{"events": [{"at": "30m", "stock": {"spot": 1}}]}"#;
        let scenario = Scenario::from_json(&serde_json::from_str(json).unwrap()).unwrap();
        let pool = Market::new(&scenario).pool("cn-heyuan-b", "ecs.g6.large").unwrap();
        let minute = |minutes: i64| Time::START.plus(Span::from_seconds(minutes * 60));
        assert_ne!(pool.supply(Billing::Spot, minute(29)), 1);
        assert_eq!(pool.supply(Billing::Spot, minute(30)), 1);
    }

    #[test]
    fn the_markets_spot_price_stays_within_bounds_of_a_changed_pay_as_you_go_price() {
        let market = at("{}", 5).3;
        let (.., full, spot) = at(r#"{"prices": [{"pay_as_you_go": 0.001}]}"#, 5);
        assert_eq!((full, spot), (number("0.001"), number("0.001")));
        let (.., full, spot) = at(r#"{"prices": [{"pay_as_you_go": 10}]}"#, 5);
        assert_eq!((full, spot), (number("10"), number("1")));
        let (.., spot) = at(r#"{"prices": [{"pay_as_you_go": 0.0851}]}"#, 5);
        assert_eq!(spot, market);
    }

    #[test]
    fn a_spot_price_that_the_scenario_sets_applies_unchanged() {
        let (.., spot) = at(r#"{"prices": [{"pay_as_you_go": 0.1, "spot": 0.9}]}"#, 5);
        assert_eq!(spot, number("0.9"));
    }
}
