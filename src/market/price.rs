//! Prices of an instance for one hour: the tariff, and a spot price between 10 and 100 % of it.

use rust_decimal::prelude::ToPrimitive;

use super::noise::{MAX_LEVEL, NoiseSeries};
use super::supply::Supply;
use crate::base::{Decimal, Hour, Seed};
use crate::catalogue::{InstanceType, Zone};

/// The market's prices of one pool; the pay-as-you-go price is constant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    pub(super) pay_as_you_go: Decimal,
    noise: NoiseSeries,
}

impl Price {
    pub(super) fn new(seed: Seed, zone: &Zone, instance_type: &InstanceType) -> Self {
        Self {
            pay_as_you_go: instance_type.hourly_price(zone.region),
            noise: NoiseSeries::new(seed, "spot price", zone.id, instance_type.family.name, instance_type.name),
        }
    }

    /// The spot price of an hour, with at most four decimals: mostly low, and higher when the spot supply is low.
    pub(super) fn spot(&self, spot: &Supply, hour: Hour) -> Decimal {
        let pressure = (3 * self.noise.level(hour) + (MAX_LEVEL - spot.level(hour))) / 4;
        // In ten-thousandths; the tariff has at most four decimals.
        let highest = (self.pay_as_you_go * Decimal::from(10_000)).to_i64().unwrap_or(i64::MAX >> 32);
        let lowest = (highest + 9) / 10;
        let above = (highest - lowest) * (pressure * pressure / MAX_LEVEL) / MAX_LEVEL;
        Decimal::new(lowest + above, 4)
    }
}
