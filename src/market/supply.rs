//! How many instances of a pool the market lets people have at once: simcloud's own model.
//!
//! The more wanted a family, the bigger a type and the smaller a region, the less there is. Spot stock is less than
//! pay-as-you-go stock. Mainstream pools always hold ten (`rules.md` N5); any other may run dry.

use super::noise::{ONE, Tide};
use crate::base::{Billing, Hour, Seed};
use crate::catalogue::{Demand, InstanceType, Zone};

/// The supply of one billing of one pool, hour by hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct Supply {
    tide: Tide,
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
        let floor = if family.demand == Demand::Mainstream { ALWAYS_FREE } else { 0 };
        Self {
            tide: Tide::new(seed, series, zone.id, family.name, instance_type.name),
            mean: mean(zone, instance_type, billing).max(floor * 3 / 2),
            floor,
        }
    }

    /// How plentiful the pool is, from 0 to [`ONE`].
    pub(super) fn level(&self, hour: Hour) -> i64 {
        self.tide.level(hour)
    }

    /// Instances, in use or free.
    pub(super) fn instances(&self, hour: Hour) -> u32 {
        let level = self.level(hour);
        let instances = if self.floor > 0 {
            self.floor + 2 * (self.mean - self.floor) * level / ONE
        } else {
            // Below an eighth a pool is dry; that happens in about one hour of twenty.
            2 * self.mean * (8 * level - ONE).max(0) / (7 * ONE)
        };
        u32::try_from(instances).unwrap_or(0)
    }
}

/// `rules.md` N5.
const ALWAYS_FREE: i64 = 10;

fn mean(zone: &Zone, instance_type: &InstanceType, billing: Billing) -> i64 {
    let small_sizes = match instance_type.family.demand {
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
    (small_sizes * size_percent * region_percent * billing_percent / 1_000_000).max(2)
}
