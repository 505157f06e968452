//! Mean-reverting noise: the value of any hour is computed without the hours before it, and is the same on every machine.
//!
//! A [`NoiseSeries`] mixes three signals (pool, family, zone), so that pools of one family or one zone are correlated. A
//! signal is a sum of octaves: random values at every `period` hours, linearly interpolated. All numbers are integers.

use crate::base::{Hour, Seed};

/// The highest level; the mean level is half of it.
pub(super) const MAX_LEVEL: i64 = 1 << 16;

/// The levels of one quantity, supply or price, of one pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct NoiseSeries {
    pool: Seed,
    family: Seed,
    zone: Seed,
}

impl NoiseSeries {
    pub(super) fn new(seed: Seed, series: &str, zone: &str, family: &str, instance_type: &str) -> Self {
        Self {
            pool: seed.derive(&[series, "pool", zone, instance_type]),
            family: seed.derive(&[series, "family", family]),
            zone: seed.derive(&[series, "zone", zone]),
        }
    }

    /// The level of an hour, from 0 to [`MAX_LEVEL`].
    pub(super) fn level(&self, hour: Hour) -> i64 {
        // The sum of many octaves stays near the mean; the gain lets it reach both ends sometimes.
        const GAIN: i64 = 3;
        let mixed = (4 * signal(self.pool, hour) + 3 * signal(self.family, hour) + 3 * signal(self.zone, hour)) / 10;
        (MAX_LEVEL / 2 + GAIN * (mixed - MAX_LEVEL / 2)).clamp(0, MAX_LEVEL)
    }
}

/// The value of a signal at an hour, from 0 to [`MAX_LEVEL`] - 1.
fn signal(seed: Seed, hour: Hour) -> i64 {
    // Signals are shifted against each other, so that they do not change direction at the same hours.
    let shifted = hour.0 + (seed.number() & 0xffff).cast_signed();
    // The periods are coprime, so that the sum has no visible period.
    let low_frequency = 2 * octave::<149>(seed, shifted) + 3 * octave::<37>(seed, shifted);
    let high_frequency = 2 * octave::<11>(seed, shifted) + octave::<3>(seed, shifted);
    (low_frequency + high_frequency) / 8
}

/// The value of one octave; its period in hours, below 256, is a constant so that divisions by it are cheap.
fn octave<const PERIOD: i64>(seed: Seed, hour: i64) -> i64 {
    let (point, past) = (hour.div_euclid(PERIOD), hour.rem_euclid(PERIOD));
    let (before, after) = (value_at(seed, PERIOD, point), value_at(seed, PERIOD, point + 1));
    (before * (PERIOD - past) + after * past) / PERIOD
}

/// The random value of an octave at one of its points, from 0 to [`MAX_LEVEL`] - 1.
fn value_at(seed: Seed, period: i64, point: i64) -> i64 {
    // The points of a hundred thousand years stay below 2^56, so no two octaves draw the same number.
    let drawn = seed.draw((point ^ (period << 56)).cast_unsigned());
    (drawn >> 48).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_octave_is_linear_between_its_points() {
        for hour in -400..400 {
            let values = [0, 1, 2].map(|step| octave::<37>(Seed::new(5), hour + step));
            let bend = (values[2] - values[1]) - (values[1] - values[0]);
            let turns = (hour + 1).rem_euclid(37) == 0;
            assert!(turns || bend.abs() <= 1, "{hour}: {values:?}");
        }
    }

    #[test]
    fn a_series_reaches_both_ends_and_stays_within_them() {
        let series = NoiseSeries::new(Seed::new(0), "test", "zone", "family", "type");
        let levels: Vec<i64> = (-10_000..10_000).map(|hour| series.level(Hour(hour))).collect();
        assert!(levels.iter().all(|level| (0..=MAX_LEVEL).contains(level)));
        let share = |low, high| levels.iter().filter(|level| (low..=high).contains(*level)).count();
        assert!(
            share(0, MAX_LEVEL / 8) > 200 && share(MAX_LEVEL * 7 / 8, MAX_LEVEL) > 200,
            "the ends are rarely reached"
        );
        assert!(share(MAX_LEVEL / 4, MAX_LEVEL * 3 / 4) > 10_000, "most levels are near the mean");
    }

    #[test]
    fn the_far_past_and_future_have_levels() {
        let series = NoiseSeries::new(Seed::new(u64::MAX), "test", "zone", "family", "type");
        for hour in [-1_000_000_000, 1_000_000_000] {
            assert!((0..=MAX_LEVEL).contains(&series.level(Hour(hour))));
        }
    }
}
