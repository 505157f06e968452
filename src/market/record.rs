//! Prices and supply that were recorded, hour by hour: a scenario plays them instead of the market's own numbers (M8–M10).

use std::sync::Arc;

use crate::base::{Decimal, Hour, InstanceTypeName, Time, ZoneId};
use crate::catalogue::{InstanceType, Zone};

/// A record is at most two years long.
pub const MAX_RECORD_HOURS: usize = 2 * 366 * 24;

/// What was recorded of one pool, one value per hour; an empty list leaves the market's own numbers.
#[derive(Clone, Debug, PartialEq)]
pub struct PoolRecord {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    /// The hour of the first values.
    pub start: Hour,
    pub spot_price: Arc<[Decimal]>,
    /// The supply of spot instances.
    pub spot: Arc<[u32]>,
    /// The supply of pay-as-you-go instances.
    pub pay_as_you_go: Arc<[u32]>,
}

impl PoolRecord {
    fn hours(&self) -> i64 {
        let longest = self.spot_price.len().max(self.spot.len()).max(self.pay_as_you_go.len());
        i64::try_from(longest).unwrap_or(i64::MAX >> 16)
    }
}

/// The hours that records cover together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RecordSpan {
    first: Hour,
    hours: i64,
}

impl RecordSpan {
    /// `None` without a record.
    #[must_use]
    pub fn of(series: &[PoolRecord]) -> Option<Self> {
        let records = || series.iter().filter(|record| record.hours() > 0);
        let first = records().map(|record| record.start).min()?;
        let end = records().map(|record| record.start.0 + record.hours()).max()?;
        Some(Self { first, hours: end - first.0 })
    }

    /// The beginning of the first hour.
    #[must_use]
    pub const fn start(self) -> Time {
        self.first.start()
    }

    /// The end of the last hour.
    #[must_use]
    pub const fn end(self) -> Time {
        Hour(self.first.0 + self.hours).start()
    }

    /// The hour of the record that is played at an hour: without an offset the same one, which may lie outside of the
    /// record; with one so much later, and after the last hour comes the first (M10).
    const fn played_at(self, hour: Hour, offset_hours: i64) -> Hour {
        if offset_hours == 0 {
            return hour;
        }
        Hour(self.first.0 + (hour.0 - self.first.0 + offset_hours).rem_euclid(self.hours))
    }
}

/// The record of one pool as a market plays it.
#[derive(Clone, Debug)]
pub(super) struct PlayedRecord {
    record: PoolRecord,
    span: RecordSpan,
    offset_hours: i64,
}

impl PlayedRecord {
    /// `None` for a pool of which nothing was recorded.
    pub(super) fn of(
        series: &[PoolRecord],
        offset_hours: i64,
        zone: &Zone,
        instance_type: &InstanceType,
    ) -> Option<Self> {
        let of_pool = |record: &&PoolRecord| record.zone_id == *zone.id && record.instance_type == *instance_type.name;
        let record = series.iter().rev().find(of_pool)?.clone();
        Some(Self { record, span: RecordSpan::of(series)?, offset_hours })
    }

    pub(super) fn spot_price(&self, hour: Hour) -> Option<Decimal> {
        self.value(&self.record.spot_price, hour)
    }

    pub(super) fn spot(&self, hour: Hour) -> Option<u32> {
        self.value(&self.record.spot, hour)
    }

    pub(super) fn pay_as_you_go(&self, hour: Hour) -> Option<u32> {
        self.value(&self.record.pay_as_you_go, hour)
    }

    /// Before the first value that one holds, after the last one that one (M9).
    fn value<T: Copy>(&self, values: &[T], hour: Hour) -> Option<T> {
        let index = self.span.played_at(hour, self.offset_hours).0 - self.record.start.0;
        let index = usize::try_from(index).unwrap_or(0);
        values.get(index).or(values.last()).copied()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::base::Billing;
    use crate::market::{Market, Scenario};

    const POOL: (&str, &str) = ("cn-heyuan-b", "ecs.g6.large");

    /// Two pools, of which the second begins an hour later and is two hours shorter.
    fn scenario(offset: &str) -> Scenario {
        let record = json!({ "zone_id": POOL.0, "instance_type": POOL.1, "start": "2026-01-01T02:00:00Z",
            "spot_price": ["0.1", 0.2, 0.3, 0.4, 0.5], "spot": [1, 2, 3, 4, 5] });
        let other =
            json!({ "zone_id": POOL.0, "instance_type": "ecs.c6.large", "start": "3h", "pay_as_you_go": [7, 8] });
        Scenario::from_json(&json!({ "series": [record, other], "series_offset": offset })).unwrap()
    }

    fn prices(market: &Market, hours: impl Iterator<Item = i64>) -> Vec<String> {
        let at = |hour| market.price(POOL.0, POOL.1, Billing::Spot, Hour(hour).start()).unwrap().to_string();
        hours.map(at).collect()
    }

    fn supply(market: &Market, (zone, name): (&str, &str), billing: Billing, hour: i64) -> u32 {
        market.supply(zone, name, billing, Hour(hour).start()).unwrap()
    }

    #[test]
    fn m8_a_record_takes_the_place_of_the_markets_own_numbers() {
        let (scenario, plain) = (scenario("0s"), Scenario::default());
        let (recorded, own) = (Market::new(&scenario), Market::new(&plain));
        assert_eq!([2, 4, 6].map(|hour| supply(&recorded, POOL, Billing::Spot, hour)), [1, 3, 5]);
        let full = |market| supply(market, POOL, Billing::PayAsYouGo, 4);
        assert_eq!(full(&recorded), full(&own), "what was not recorded stays as it is");
        let other = (POOL.0, "ecs.c6.large");
        assert_eq!([3, 4].map(|hour| supply(&recorded, other, Billing::PayAsYouGo, hour)), [7, 8]);
        let price = |market: &Market| market.price(other.0, other.1, Billing::Spot, Hour(4).start());
        assert_eq!(price(&recorded), price(&own));
    }

    #[test]
    fn m8_rules_and_events_win_over_a_record() {
        let mut scenario = scenario("0s");
        let rules = json!({ "prices": [{ "spot": 9 }], "events": [{ "at": "5h", "stock": { "spot": 0 } }] });
        let rules = Scenario::from_json(&rules).unwrap();
        (scenario.prices, scenario.events) = (rules.prices, rules.events);
        let market = Market::new(&scenario);
        assert_eq!(prices(&market, 3..4), ["9"]);
        assert_eq!([4, 5].map(|hour| supply(&market, POOL, Billing::Spot, hour)), [3, 0]);
    }

    #[test]
    fn m9_before_and_after_the_first_and_the_last_value_hold() {
        let scenario = scenario("0s");
        assert_eq!(
            prices(&Market::new(&scenario), [-900, 0, 1, 2, 3, 6, 7, 9_000].into_iter()),
            ["0.1", "0.1", "0.1", "0.1", "0.2", "0.5", "0.5", "0.5"]
        );
    }

    #[test]
    fn m10_market_k_is_k_hours_further_and_wraps_round() {
        let plain = scenario("0s");
        let third = Market::of_outlook(&plain, 3);
        assert_eq!(prices(&third, 2..9), ["0.4", "0.5", "0.1", "0.2", "0.3", "0.4", "0.5"]);
        assert_eq!(third.seed(), 3);
        // The record lasts five hours, those of the other pool begin with the second.
        let other = (POOL.0, "ecs.c6.large");
        assert_eq!([2, 3, 4, 5, 6].map(|hour| supply(&third, other, Billing::PayAsYouGo, hour)), [8, 8, 7, 7, 8]);
        // The same market, to be looked at alone.
        let replayed = Scenario { seed: 3, ..scenario("3h") };
        assert_eq!(prices(&Market::new(&replayed), 0..20), prices(&third, 0..20));
        assert_eq!(prices(&Market::of_outlook(&replayed, 1), 0..20), prices(&Market::of_outlook(&plain, 4), 0..20));
    }

    #[test]
    fn the_span_of_a_record_is_that_of_all_its_pools() {
        let scenario = scenario("0s");
        let span = RecordSpan::of(&scenario.series).unwrap();
        assert_eq!((span.start(), span.end()), (Hour(2).start(), Hour(7).start()));
        assert_eq!(RecordSpan::of(&[]), None);
    }
}
