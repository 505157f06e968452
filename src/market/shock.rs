//! Shocks: for hours, sometimes for a day, half or more of the spot supply of a zone or a family is gone (M3).

use super::noise::{NoiseSeeds, ONE, Quantity, draw, grid_point, sixteen_bits};
use crate::base::{Hour, Seed};

/// The shocks that hit one pool: those of its zone and those of its family in the region.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shocks {
    zone: Seed,
    family: Seed,
}

/// Hours of a span in which a zone has one shock.
const ZONE_PERIOD: i64 = 45 * 24;

/// Hours of a span in which a family has one shock per region.
const FAMILY_PERIOD: i64 = 75 * 24;

/// No shock lasts longer; each one begins and ends within its span.
const LONGEST_HOURS: i64 = 29;

impl Shocks {
    pub(super) fn new(seeds: NoiseSeeds) -> Self {
        let NoiseSeeds { zone, family, .. } = seeds.of(Quantity::Shock);
        Self { zone, family }
    }

    /// The share of the spot supply that is gone: 0 without a shock, else from half of [`ONE`] to [`ONE`].
    pub(super) fn depth(&self, hour: Hour) -> i64 {
        depth::<ZONE_PERIOD>(self.zone, hour).max(depth::<FAMILY_PERIOD>(self.family, hour))
    }
}

fn depth<const PERIOD: i64>(seed: Seed, hour: Hour) -> i64 {
    let (span, past) = grid_point::<PERIOD>(seed, hour);
    let drawn = draw::<PERIOD>(seed, span);
    let begin = sixteen_bits(drawn, 0) % (PERIOD - LONGEST_HOURS);
    let lasts_a_day = sixteen_bits(drawn, 1) % 6 == 0;
    let hours = if lasts_a_day { 18 + sixteen_bits(drawn, 2) % 12 } else { 2 + sixteen_bits(drawn, 2) % 9 };
    if (begin..begin + hours).contains(&past) { ONE / 2 + sixteen_bits(drawn, 3) / 2 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m3_each_span_has_one_shock_of_two_hours_to_a_day() {
        let seed = Seed::new(3);
        let lengths: Vec<i64> = (0..600)
            .map(|span| {
                let hours = super::super::noise::hour_of::<ZONE_PERIOD>(seed, span).0;
                let depths: Vec<i64> =
                    (hours..hours + ZONE_PERIOD).map(|hour| depth::<ZONE_PERIOD>(seed, Hour(hour))).collect();
                let shock = depths.iter().filter(|depth| **depth > 0);
                assert!(shock.clone().all(|depth| (ONE / 2..=ONE).contains(depth)));
                assert!(depths.chunk_by(|a, b| a == b).filter(|part| part[0] > 0).count() == 1);
                i64::try_from(shock.count()).unwrap()
            })
            .collect();
        let days = lengths.iter().filter(|hours| (18..=LONGEST_HOURS).contains(*hours)).count();
        assert!(lengths.iter().all(|hours| (2..=10).contains(hours) || (18..=LONGEST_HOURS).contains(hours)));
        assert!((60..150).contains(&days), "{days} of 600");
    }
}
