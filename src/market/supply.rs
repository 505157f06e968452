//! How many instances of a pool can exist at once: simcloud's own model (M3 to M6).

use super::noise::{NoiseSeeds, ONE, Quantity, octave, sixteen_bits};
use super::seasonality;
use super::shock::Shocks;
use crate::base::Hour;
use crate::catalogue::{Age, InstanceType, Prevalence, Zone};

/// The spot supply of one pool, hour by hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct SpotSupply {
    seeds: NoiseSeeds,
    shocks: Shocks,
    amplitudes: SupplyAmplitudes,
    utc_offset_hours: i64,
    /// In parts of [`ONE`].
    mean: i64,
    lowest: i64,
}

/// The pay-as-you-go supply of one pool, hour by hour.
#[derive(Clone, Copy, Debug)]
pub(super) struct PayAsYouGoSupply {
    seeds: NoiseSeeds,
    shocks: Shocks,
    mean: i64,
    lowest: i64,
}

/// How much the spot supply of a family varies, by the length of its waves, in percent.
#[derive(Clone, Copy, Debug)]
struct SupplyAmplitudes {
    weekly: i64,
    daily: i64,
    hourly: i64,
    /// The level at which nothing is left; half of [`ONE`] is the mean level.
    dry_below: i64,
}

/// Spot supply in percent of pay-as-you-go supply.
const SPOT_PERCENT: i64 = 80;

/// The least supply of a mainstream pool (N5).
const LOWEST_MAINSTREAM: i64 = 10;

impl SpotSupply {
    pub(super) fn new(seeds: NoiseSeeds, shocks: Shocks, zone: &Zone, instance_type: &InstanceType) -> Self {
        let lowest = lowest(instance_type);
        Self {
            seeds: seeds.of(Quantity::SpotSupply),
            shocks,
            amplitudes: SupplyAmplitudes::of(instance_type.family.age),
            utc_offset_hours: zone.region.utc_offset_hours,
            mean: (mean(seeds, zone, instance_type) * SPOT_PERCENT / 100).max(lowest * 12 / 5 * ONE).max(ONE),
            lowest,
        }
    }

    /// Instances, in use or free.
    pub(super) fn instances(&self, hour: Hour) -> u32 {
        let SupplyAmplitudes { weekly, daily, hourly, dry_below } = self.amplitudes;
        let deviation = weekly * self.seeds.octave::<149>(hour)
            + daily * self.seeds.octave::<37>(hour)
            + hourly * octave::<11>(self.seeds.pool, hour);
        let level = ONE / 2 + deviation / 100;
        let of_mean = (level - dry_below).max(0) * ONE / (ONE / 2 - dry_below);
        let of_mean = of_mean * seasonality::percent(hour, self.utc_offset_hours) / 100;
        instances(self.mean, of_mean * (ONE - self.shocks.depth(hour)) / ONE, self.lowest)
    }
}

impl PayAsYouGoSupply {
    pub(super) fn new(seeds: NoiseSeeds, shocks: Shocks, zone: &Zone, instance_type: &InstanceType) -> Self {
        let lowest = lowest(instance_type);
        // A whole number, so that a supply of a few instances does not flicker between two of them.
        let mean = (mean(seeds, zone, instance_type) + ONE / 2) / ONE;
        Self {
            seeds: seeds.of(Quantity::PayAsYouGoSupply),
            shocks,
            mean: mean.max(lowest * 5 / 2).max(1) * ONE,
            lowest,
        }
    }

    /// Instances, in use or free.
    pub(super) fn instances(&self, hour: Hour) -> u32 {
        let deviation = 50 * self.seeds.octave::<149>(hour) + 20 * octave::<37>(self.seeds.pool, hour);
        let shock = self.shocks.depth(hour) / 5;
        instances(self.mean, (ONE + deviation / 100) * (ONE - shock) / ONE, self.lowest)
    }
}

impl SupplyAmplitudes {
    const fn of(age: Age) -> Self {
        match age {
            Age::Old => Self { weekly: 110, daily: 80, hourly: 15, dry_below: ONE / 4 },
            Age::Settled => Self { weekly: 100, daily: 70, hourly: 15, dry_below: ONE / 10 },
            Age::New => Self { weekly: 70, daily: 140, hourly: 45, dry_below: -ONE / 20 },
        }
    }
}

fn lowest(instance_type: &InstanceType) -> i64 {
    if instance_type.family.prevalence == Prevalence::Mainstream { LOWEST_MAINSTREAM } else { 0 }
}

/// The product of two numbers in parts of [`ONE`] to the nearest instance, but at least `lowest`.
fn instances(mean: i64, share: i64, lowest: i64) -> u32 {
    let rounded = (mean * share / ONE + ONE / 2) / ONE;
    u32::try_from(rounded.max(lowest)).unwrap_or(0)
}

/// The pay-as-you-go supply that a pool has in the mean, in parts of [`ONE`] (M6).
fn mean(seeds: NoiseSeeds, zone: &Zone, instance_type: &InstanceType) -> i64 {
    let family = instance_type.family;
    let of_small_sizes = match family.prevalence {
        Prevalence::Mainstream | Prevalence::Common => 140,
        Prevalence::Rare => 12,
    };
    let age_percent = match family.age {
        Age::Old => 40,
        Age::Settled => 100,
        Age::New => 150,
    };
    let size_percent = match instance_type.vcpus {
        0..=4 => 100,
        5..=8 => 65,
        9..=16 => 40,
        17..=32 => 20,
        _ => 10,
    };
    let region_percent = if zone.region.large { 100 } else { 60 };
    let pool_percent = 60 + 80 * sixteen_bits(seeds.of(Quantity::Level).pool.draw(0), 0) / ONE;
    let percents = [age_percent, size_percent, region_percent, pool_percent];
    percents.into_iter().fold(of_small_sizes * ONE, |mean, percent| mean * percent / 100)
}
