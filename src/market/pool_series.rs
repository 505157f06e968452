//! Supply and price of one pool, hour by hour.

use super::overlay::Overlay;
use super::price::Price;
use super::scenario::Scenario;
use super::supply::Supply;
use crate::base::{Billing, Decimal, Seed, Time};
use crate::catalogue::{InstanceType, Zone};

/// One pool (a zone and an instance type) with everything derived that does not depend on the time.
///
/// Make it once and ask it for many hours. It answers whether or not the pool is sold: what is sold is
/// [`Market::offer`](super::Market::offer)'s to say, and instances outlive the sale of their type.
#[derive(Clone, Debug)]
pub struct PoolSeries {
    pay_as_you_go: Supply,
    spot: Supply,
    price: Price,
    overlay: Overlay,
}

impl PoolSeries {
    pub(super) fn new(scenario: &Scenario, zone: &Zone, instance_type: &InstanceType) -> Self {
        let seed = Seed::new(scenario.seed);
        Self {
            pay_as_you_go: Supply::new(seed, zone, instance_type, Billing::PayAsYouGo),
            spot: Supply::new(seed, zone, instance_type, Billing::Spot),
            price: Price::new(seed, zone, instance_type),
            overlay: Overlay::new(scenario, zone, instance_type),
        }
    }

    /// Instances of this billing that can exist at once, those in use included.
    #[must_use]
    pub fn supply(&self, billing: Billing, time: Time) -> u32 {
        let (set, market) = match billing {
            Billing::PayAsYouGo => (&self.overlay.stock_pay_as_you_go, &self.pay_as_you_go),
            Billing::Spot => (&self.overlay.stock_spot, &self.spot),
        };
        set.at(time).unwrap_or_else(|| market.instances(time.hour()))
    }

    /// Price of one instance for one hour.
    ///
    /// A spot price that the scenario sets holds as it is; the market's own stays within 10–100 % of the
    /// pay-as-you-go price, also when the scenario moves that one (ours).
    #[must_use]
    pub fn price(&self, billing: Billing, time: Time) -> Decimal {
        let set_pay_as_you_go = self.overlay.price_pay_as_you_go.at(time);
        match billing {
            Billing::PayAsYouGo => set_pay_as_you_go.unwrap_or(self.price.pay_as_you_go),
            Billing::Spot => self.overlay.price_spot.at(time).unwrap_or_else(|| {
                let market = self.price.spot(&self.spot, time.hour());
                set_pay_as_you_go.map_or(market, |highest| market.clamp(highest / Decimal::TEN, highest))
            }),
        }
    }
}
