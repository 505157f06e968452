//! Numbers that wander about their mean: any hour can be asked by itself, and every machine gives the same.
//!
//! A [`Tide`] mixes three streams (pool, family, zone), so that pools that share a family or a zone move alike. A
//! stream is a sum of octaves: random heights at every `period` hours, straight lines between them. All in integers.

use crate::base::{Hour, Seed};

/// The top of a level; half of it is the mean.
pub(super) const ONE: i64 = 1 << 16;

/// One series of levels: supply or price of one pool.
#[derive(Clone, Copy, Debug)]
pub(super) struct Tide {
    pool: Seed,
    family: Seed,
    zone: Seed,
}

impl Tide {
    pub(super) fn new(seed: Seed, series: &str, zone: &str, family: &str, instance_type: &str) -> Self {
        Self {
            pool: seed.derive(&[series, "pool", zone, instance_type]),
            family: seed.derive(&[series, "family", family]),
            zone: seed.derive(&[series, "zone", zone]),
        }
    }

    /// The level of an hour, from 0 to [`ONE`].
    pub(super) fn level(&self, hour: Hour) -> i64 {
        // The sum of so many octaves stays near the middle; the gain lets it reach both ends now and then.
        const GAIN: i64 = 3;
        let mixed = (4 * stream(self.pool, hour) + 3 * stream(self.family, hour) + 3 * stream(self.zone, hour)) / 10;
        (ONE / 2 + GAIN * (mixed - ONE / 2)).clamp(0, ONE)
    }
}

/// A stream's height at an hour, from 0 to [`ONE`] - 1.
fn stream(seed: Seed, hour: Hour) -> i64 {
    // Streams begin at different places, so that they do not all turn at the same hours.
    let shifted = hour.0 + (seed.number() & 0xffff).cast_signed();
    // The periods share no divisor, so that no rhythm shows.
    let swell = 2 * octave::<149>(seed, shifted) + 3 * octave::<37>(seed, shifted);
    let ripple = 2 * octave::<11>(seed, shifted) + octave::<3>(seed, shifted);
    (swell + ripple) / 8
}

/// The height of one octave; its period in hours, below 256, is a constant so that divisions by it are cheap.
fn octave<const PERIOD: i64>(seed: Seed, hour: i64) -> i64 {
    let (point, past) = (hour.div_euclid(PERIOD), hour.rem_euclid(PERIOD));
    let (before, after) = (height(seed, PERIOD, point), height(seed, PERIOD, point + 1));
    (before * (PERIOD - past) + after * past) / PERIOD
}

/// A random number from 0 to [`ONE`] - 1 for a point of an octave.
fn height(seed: Seed, period: i64, point: i64) -> i64 {
    // Points of a hundred thousand years stay below 2^56, so octaves do not meet.
    let drawn = seed.draw((point ^ (period << 56)).cast_unsigned());
    (drawn >> 48).cast_signed()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stream_runs_in_straight_lines_between_its_points() {
        for hour in -400..400 {
            let heights = [0, 1, 2].map(|step| octave::<37>(Seed::new(5), hour + step));
            let bend = (heights[2] - heights[1]) - (heights[1] - heights[0]);
            let turns = (hour + 1).rem_euclid(37) == 0;
            assert!(turns || bend.abs() <= 1, "{hour}: {heights:?}");
        }
    }

    #[test]
    fn a_tide_reaches_low_and_high_and_stays_inside() {
        let tide = Tide::new(Seed::new(0), "test", "zone", "family", "type");
        let levels: Vec<i64> = (-10_000..10_000).map(|hour| tide.level(Hour(hour))).collect();
        assert!(levels.iter().all(|level| (0..=ONE).contains(level)));
        let share = |low, high| levels.iter().filter(|level| (low..=high).contains(*level)).count();
        assert!(share(0, ONE / 8) > 200 && share(ONE * 7 / 8, ONE) > 200, "the ends are rarely reached");
        assert!(share(ONE / 4, ONE * 3 / 4) > 10_000, "the middle is where it mostly is");
    }

    #[test]
    fn the_far_past_and_future_can_be_asked() {
        let tide = Tide::new(Seed::new(u64::MAX), "test", "zone", "family", "type");
        for hour in [-1_000_000_000, 1_000_000_000] {
            assert!((0..=ONE).contains(&tide.level(Hour(hour))));
        }
    }
}
