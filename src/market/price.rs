//! What an instance of a pool costs for an hour: the tariff, and a spot price between 10 and 100 % of it (M1 to M3).

use rust_decimal::prelude::ToPrimitive;

use super::noise::{NoiseSeeds, ONE, Quantity, draw, grid_point, hour_of, octave, sixteen_bits};
use super::shock::Shocks;
use crate::base::{Decimal, Hour, Seed};
use crate::catalogue::{InstanceType, Prevalence, Zone};

/// The market's prices of one pool; the pay-as-you-go price never changes.
#[derive(Clone, Copy, Debug)]
pub(super) struct Price {
    pub(super) pay_as_you_go: Decimal,
    /// The pay-as-you-go price in ten-thousandths; the tariff has no finer ones.
    ten_thousandths: i64,
    seed: Seed,
    /// Those of the spot supply, because scarcity raises the price.
    supply_seeds: NoiseSeeds,
    shocks: Shocks,
    /// The index into [`RATIOS`] around which the price moves, in parts of [`ONE`].
    mean_index: i64,
}

/// The price changes once in each interval of this length; the hour of the change differs between pools.
const PRICE_INTERVAL_HOURS: i64 = 24;

impl Price {
    pub(super) fn new(seeds: NoiseSeeds, shocks: Shocks, zone: &Zone, instance_type: &InstanceType) -> Self {
        let pay_as_you_go = instance_type.hourly_price(zone.region);
        Self {
            pay_as_you_go,
            ten_thousandths: (pay_as_you_go * Decimal::from(10_000)).to_i64().unwrap_or(i64::MAX >> 32),
            seed: seeds.of(Quantity::SpotPrice).pool,
            supply_seeds: seeds.of(Quantity::SpotSupply),
            shocks,
            mean_index: mean_index(seeds.of(Quantity::Level), instance_type),
        }
    }

    /// The spot price of an hour, at most four decimals.
    pub(super) fn spot(&self, hour: Hour) -> Decimal {
        let (span, past) = grid_point::<PRICE_INTERVAL_HOURS>(self.seed, hour);
        let change = sixteen_bits(draw::<PRICE_INTERVAL_HOURS>(self.seed, span), 0) % PRICE_INTERVAL_HOURS;
        let last_change = if past < change { span - 1 } else { span };
        let index = (self.index_without_shock(last_change) + self.shock_steps(hour)) / ONE;
        let index = usize::try_from(index).unwrap_or(0).min(RATIOS.len() - 1);
        let lowest = (self.ten_thousandths + 9) / 10;
        Decimal::new((self.ten_thousandths * RATIOS[index] / HUNDRED_PERCENT).max(lowest), 4)
    }

    /// The index into [`RATIOS`] from the change in a span to the next one, in parts of [`ONE`].
    fn index_without_shock(&self, span: i64) -> i64 {
        let hour = hour_of::<PRICE_INTERVAL_HOURS>(self.seed, span);
        let noise = sixteen_bits(draw::<PRICE_INTERVAL_HOURS>(self.seed, span), 3) - ONE / 2;
        let scarcity = -(octave::<149>(self.supply_seeds.zone, hour) + octave::<149>(self.supply_seeds.family, hour));
        self.mean_index + 54 * octave::<701>(self.seed, hour) + 14 * scarcity + 3 * noise
    }

    /// The number of steps in [`RATIOS`] by which a shock raises the price while it lasts, in parts of [`ONE`]: 8 to 50.
    fn shock_steps(&self, hour: Hour) -> i64 {
        let depth = self.shocks.depth(hour);
        if depth == 0 { 0 } else { 8 * ONE + 84 * (depth - ONE / 2) }
    }
}

/// The long-term price level: family, zone and pool each have a part in it (M2).
fn mean_index(seeds: NoiseSeeds, instance_type: &InstanceType) -> i64 {
    let drawn = |seed: Seed| sixteen_bits(seed.draw(1), 0) - ONE / 2;
    let deviation = (3 * drawn(seeds.family) + 2 * drawn(seeds.zone) + 3 * drawn(seeds.pool)) / 8;
    let level = (ONE / 2 + deviation * 3 / 2).clamp(0, ONE);
    let scarcity = if instance_type.family.prevalence == Prevalence::Rare { 10 * ONE } else { 0 };
    62 * ONE + 116 * level + scarcity
}

/// The number that stands for 100 % in [`RATIOS`].
const HUNDRED_PERCENT: i64 = 1 << 32;

/// Spot prices from 10 to 100 % of the pay-as-you-go price, each 1 % above the one before.
const RATIOS: [i64; 232] = {
    let mut ratios = [HUNDRED_PERCENT / 10; 232];
    let mut index = 1;
    while index < ratios.len() {
        ratios[index] = ratios[index - 1] * 101 / 100;
        index += 1;
    }
    ratios
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn m1_ratios_end_just_below_the_pay_as_you_go_price() {
        let last = RATIOS[RATIOS.len() - 1];
        assert!(last < HUNDRED_PERCENT && last * 101 / 100 > HUNDRED_PERCENT);
    }
}
