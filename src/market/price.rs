//! What an instance of a pool costs for an hour: the tariff, and a spot price between 10 and 100 % of it.

use rust_decimal::prelude::ToPrimitive;

use super::noise::{ONE, Tide};
use super::supply::Supply;
use crate::base::{Decimal, Hour, Seed};
use crate::catalogue::{InstanceType, Zone};

/// The market's prices of one pool; the pay-as-you-go price stands still.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    pub(super) pay_as_you_go: Decimal,
    tide: Tide,
}

impl Price {
    pub(super) fn new(seed: Seed, zone: &Zone, instance_type: &InstanceType) -> Self {
        Self {
            pay_as_you_go: instance_type.hourly_price(zone.region),
            tide: Tide::new(seed, "spot price", zone.id, instance_type.family.name, instance_type.name),
        }
    }

    /// The spot price of an hour, at most four decimals: mostly low, dearer when `spot` stock is scarce.
    pub(super) fn spot(&self, spot: &Supply, hour: Hour) -> Decimal {
        let pressure = (3 * self.tide.level(hour) + (ONE - spot.level(hour))) / 4;
        // Whole ten-thousandths; the tariff has no finer ones.
        let highest = (self.pay_as_you_go * Decimal::from(10_000)).to_i64().unwrap_or(i64::MAX >> 32);
        let lowest = (highest + 9) / 10;
        let above = (highest - lowest) * (pressure * pressure / ONE) / ONE;
        Decimal::new(lowest + above, 4)
    }
}
