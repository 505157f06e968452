//! The supply of a pool, which is the number of instances that can exist at once, in use or free: simcloud's own model.
//!
//! Supply is lower for families in higher demand, for larger types and for smaller regions, and lower for spot than for
//! pay-as-you-go. Mainstream pools always have a supply of ten or more (N5); that of any other pool may reach zero.

use super::noise::{MAX_LEVEL, NoiseSeries};
use crate::base::{Billing, Hour, Seed};
use crate::catalogue::{Demand, InstanceType, Zone};

/// The supply of one billing of one pool, by hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Supply {
    noise: NoiseSeries,
    mean: i64,
    floor: i64,
}

impl Supply {
    pub(super) fn new(seed: Seed, zone: &Zone, instance_type: &InstanceType, billing: Billing) -> Self {
        let series = match billing {
            Billing::PayAsYouGo => "supply, pay-as-you-go",
            Billing::Spot => "supply, spot",
        };
        let family = instance_type.family;
        let floor = if family.demand == Demand::Mainstream { MAINSTREAM_MINIMUM } else { 0 };
        Self {
            noise: NoiseSeries::new(seed, series, zone.id, family.name, instance_type.name),
            mean: mean(zone, instance_type, billing).max(floor * 3 / 2),
            floor,
        }
    }

    /// The supply relative to its range, from 0 to [`MAX_LEVEL`].
    pub(super) fn level(&self, hour: Hour) -> i64 {
        self.noise.level(hour)
    }

    /// Instances, in use or free.
    pub(super) fn instances(&self, hour: Hour) -> u32 {
        let level = self.level(hour);
        let instances = if self.floor > 0 {
            self.floor + 2 * (self.mean - self.floor) * level / MAX_LEVEL
        } else {
            // Below an eighth of the range the supply is zero, which happens in about one hour of twenty.
            2 * self.mean * (8 * level - MAX_LEVEL).max(0) / (7 * MAX_LEVEL)
        };
        u32::try_from(instances).unwrap_or(0)
    }
}

/// The least supply of a mainstream pool (N5).
const MAINSTREAM_MINIMUM: i64 = 10;

fn mean(zone: &Zone, instance_type: &InstanceType, billing: Billing) -> i64 {
    let small_types = match instance_type.family.demand {
        Demand::Mainstream => 120,
        Demand::Common => 180,
        Demand::Quiet => 260,
        Demand::Rare => 12,
    };
    let size_percent = match instance_type.vcpus {
        0..=4 => 100,
        5..=8 => 70,
        9..=16 => 45,
        17..=32 => 25,
        _ => 12,
    };
    let region_percent = if zone.region.large { 100 } else { 60 };
    let billing_percent = match billing {
        Billing::PayAsYouGo => 100,
        Billing::Spot => 80,
    };
    (small_types * size_percent * region_percent * billing_percent / 1_000_000).max(2)
}
