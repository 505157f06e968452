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
    // (period in hours, weight). The periods share no divisor, so that no rhythm shows.
    const OCTAVES: [(i64, i64); 4] = [(3, 1), (11, 2), (37, 3), (149, 2)];
    const WEIGHTS: i64 = 8;
    // Streams begin at different places, so that they do not all turn at the same hours.
    let shifted = hour.0 + (seed.number() & 0xffff).cast_signed();
    let mut sum = 0;
    for (octave, (period, weight)) in (0_u64..).zip(OCTAVES) {
        let (point, past) = (shifted.div_euclid(period), shifted.rem_euclid(period));
        let (before, after) = (height(seed, octave, point), height(seed, octave, point + 1));
        sum += weight * (before * (period - past) + after * past) / period;
    }
    sum / WEIGHTS
}

/// A random number from 0 to [`ONE`] - 1 for a point of an octave.
fn height(seed: Seed, octave: u64, point: i64) -> i64 {
    // Points of a hundred thousand years stay below 2^56, so octaves do not meet.
    let drawn = seed.draw(point.cast_unsigned() ^ (octave << 56));
    (drawn >> 48).cast_signed()
}
