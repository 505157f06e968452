//! Pseudo-random numbers that move around their mean: any hour can be computed alone (M7).
//!
//! Three seeds (pool, family in the region, zone) are mixed, so that pools that share a family or a zone move together.
//! Everything is computed in integers.

use crate::base::{Hour, Seed};
use crate::catalogue::{InstanceType, Zone};

/// The number that stands for 100 %.
pub(super) const ONE: i64 = 1 << 16;

/// The seeds of what a pool has alone and of what it shares with others.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoiseSeeds {
    pub(super) pool: Seed,
    /// Shared by all pools of the family in the region.
    pub(super) family: Seed,
    /// Shared by all pools of the zone.
    pub(super) zone: Seed,
}

/// What numbers are drawn for; each quantity has its own seeds.
#[derive(Clone, Copy, Debug)]
pub(super) enum Quantity {
    PayAsYouGoSupply,
    SpotSupply,
    SpotPrice,
    Shock,
    /// What distinguishes a pool for good.
    Level,
}

impl NoiseSeeds {
    pub(super) fn new(seed: Seed, zone: &Zone, instance_type: &InstanceType) -> Self {
        Self {
            pool: seed.derive(&["pool", zone.id, instance_type.name]),
            family: seed.derive(&["family", zone.region.id, instance_type.family.name]),
            zone: seed.derive(&["zone", zone.id]),
        }
    }

    pub(super) fn of(self, quantity: Quantity) -> Self {
        let child = |seed: Seed| Seed::new(seed.draw(quantity as u64));
        Self { pool: child(self.pool), family: child(self.family), zone: child(self.zone) }
    }

    /// The deviation from the mean at an hour, from -[`ONE`] / 2 to [`ONE`] / 2: 40 % the pool's own, 30 % the family's,
    /// 30 % the zone's.
    pub(super) fn octave<const PERIOD: i64>(&self, hour: Hour) -> i64 {
        let (pool, family, zone) = (self.pool, self.family, self.zone);
        (4 * octave::<PERIOD>(pool, hour) + 3 * octave::<PERIOD>(family, hour) + 3 * octave::<PERIOD>(zone, hour)) / 10
    }
}

/// A deviation from -[`ONE`] / 2 to [`ONE`] / 2: random values every `PERIOD` hours, straight lines between them.
///
/// The period is a constant so that the compiler turns divisions by it into multiplications.
pub(super) fn octave<const PERIOD: i64>(seed: Seed, hour: Hour) -> i64 {
    let (point, past) = grid_point::<PERIOD>(seed, hour);
    let value = |point: i64| sixteen_bits(draw::<PERIOD>(seed, point), 3) - ONE / 2;
    (value(point) * (PERIOD - past) + value(point + 1) * past) / PERIOD
}

/// The point of a seed's grid before an hour, and the hours that passed since then.
///
/// The grids of different seeds begin at different hours, so that not everything changes at once.
pub(super) fn grid_point<const PERIOD: i64>(seed: Seed, hour: Hour) -> (i64, i64) {
    let shifted = hour.0 + grid_offset(seed);
    (shifted.div_euclid(PERIOD), shifted.rem_euclid(PERIOD))
}

/// The hour of a point of a seed's grid.
pub(super) fn hour_of<const PERIOD: i64>(seed: Seed, point: i64) -> Hour {
    Hour(point * PERIOD - grid_offset(seed))
}

fn grid_offset(seed: Seed) -> i64 {
    (seed.number() & 0xffff).cast_signed()
}

/// A random number for a point of a grid.
pub(super) fn draw<const PERIOD: i64>(seed: Seed, point: i64) -> u64 {
    // Points of a hundred thousand years stay below 2^48, so grids of different periods do not meet.
    seed.draw((point ^ (PERIOD << 48)).cast_unsigned())
}

/// One of the four independent numbers from 0 to [`ONE`] - 1 that a drawn number holds.
pub(super) fn sixteen_bits(drawn: u64, index: u32) -> i64 {
    (drawn >> (16 * index) & 0xffff).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{instance_type, zone};

    #[test]
    fn an_octave_is_linear_between_its_points() {
        let seed = Seed::new(5);
        for hour in -400..400 {
            let values = [0, 1, 2].map(|step| octave::<37>(seed, Hour(hour + step)));
            let bend = (values[2] - values[1]) - (values[1] - values[0]);
            let (_, past) = grid_point::<37>(seed, Hour(hour + 1));
            assert!(past == 0 || bend.abs() <= 2, "{hour}: {values:?}");
        }
    }

    #[test]
    fn an_octave_reaches_both_ends_and_is_zero_in_the_mean() {
        let values: Vec<i64> = (-20_000..20_000).map(|hour| octave::<11>(Seed::new(1), Hour(hour))).collect();
        assert!(values.iter().all(|value| (-ONE / 2..=ONE / 2).contains(value)));
        let [lowest, highest] = [values.iter().min().unwrap(), values.iter().max().unwrap()];
        assert!(*lowest < -ONE * 45 / 100 && *highest > ONE * 45 / 100, "{lowest} to {highest}");
        let mean = values.iter().sum::<i64>() / 40_000;
        assert!(mean.abs() < ONE / 50, "{mean}");
    }

    #[test]
    fn a_point_and_its_hour_belong_together() {
        let seed = Seed::new(77);
        for hour in (-1_000_000_000..1_000_000_000).step_by(99_999_989).map(Hour) {
            let (point, past) = grid_point::<701>(seed, hour);
            assert_eq!(hour_of::<701>(seed, point).0 + past, hour.0);
            assert!(octave::<701>(seed, hour).abs() <= ONE / 2);
        }
    }

    #[test]
    fn quantities_have_different_seeds_and_pools_share_those_of_family_and_zone() {
        let seeds = |zone_id, name| {
            let (zone, instance_type) = (zone(zone_id).unwrap(), instance_type(name).unwrap());
            NoiseSeeds::new(Seed::new(0), zone, instance_type).of(Quantity::SpotSupply)
        };
        let (here, there) = (seeds("cn-beijing-a", "ecs.g6.large"), seeds("cn-beijing-b", "ecs.g6.xlarge"));
        assert!(here.family == there.family && here.zone != there.zone && here.pool != there.pool);
        assert_eq!(here.zone, seeds("cn-beijing-a", "ecs.c5.large").zone);
        assert_ne!(here.pool, here.of(Quantity::SpotPrice).pool);
    }
}
