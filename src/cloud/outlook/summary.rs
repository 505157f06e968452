//! What all markets show together: percentiles, pools, and the market in which the group fares worst (M12, M13).

use std::cmp::Reverse;

use super::basis::OutlookBasis;
use super::market_run::{MarketFigures, OverTime, PoolTally};
use crate::base::Decimal;
use crate::cloud::model::{Distribution, OutlookFigures, PoolOutlook};
use crate::cloud::world::PoolKey;

/// Decimal places of means, shares and hours; sums of money have fewer.
const PLACES: u32 = 10;

impl Distribution {
    /// Of the values of all markets, of which there is at least one.
    pub(super) fn of(mut values: Vec<Decimal>) -> Self {
        values.sort_unstable();
        let count = values.len();
        let sum: Decimal = values.iter().sum();
        let percentile = |percent: usize| values[(count * percent).div_ceil(100).max(1) - 1];
        Self {
            mean: rounded(sum / Decimal::from(count)),
            min: values[0],
            p5: percentile(5),
            p50: percentile(50),
            p95: percentile(95),
            max: values[count - 1],
            values,
        }
    }
}

fn rounded(value: Decimal) -> Decimal {
    value.round_dp(PLACES).normalize()
}

pub(super) fn figures(markets: &[MarketFigures]) -> OutlookFigures {
    let of = |value: fn(&MarketFigures) -> Decimal| {
        Distribution::of(markets.iter().map(|market| rounded(value(market))).collect())
    };
    let over_time = |value: fn(&OverTime) -> Decimal| {
        let values: Option<Vec<Decimal>> =
            markets.iter().map(|market| market.over_time.as_ref().map(|time| rounded(value(time)))).collect();
        values.map(Distribution::of)
    };
    OutlookFigures {
        launched_share: of(|market| one_if(market.launched)),
        fulfilled_share: of(|market| one_if(market.fulfilled)),
        fulfilled_capacity: of(|market| market.fulfilled_capacity),
        hourly_cost: of(|market| market.hourly_cost),
        lost_instances: over_time(|time| time.lost_instances.into()),
        delivered_share: over_time(|time| time.delivered_share),
        longest_shortage_hours: over_time(|time| time.longest_shortage_hours),
        total_cost: over_time(|time| time.total_cost),
    }
}

fn one_if(is_true: bool) -> Decimal {
    Decimal::from(u8::from(is_true))
}

pub(super) fn pools(basis: &OutlookBasis, tally: &PoolTally, markets: u32) -> Vec<PoolOutlook> {
    let instances: u64 = tally.instances.iter().sum();
    let share = |part: Decimal, whole: Decimal| if whole.is_zero() { Decimal::ZERO } else { rounded(part / whole) };
    let pool = |(index, pool): (usize, &PoolKey)| PoolOutlook {
        zone_id: pool.zone_id.into(),
        instance_type: pool.instance_type.into(),
        instance_share: share(tally.instances[index].into(), instances.into()),
        short_share: share(tally.short[index].into(), markets.into()),
        left_out_share: share(tally.left_out[index].into(), markets.into()),
    };
    basis.pools.iter().enumerate().map(pool).collect()
}

/// The market that delivers least over time, or at the launch where there is no horizon; of equals the one with the
/// longest shortage, the most lost instances, the highest cost, and the lowest number (M13).
pub(super) fn worst(markets: &[MarketFigures]) -> Option<&MarketFigures> {
    markets.iter().min_by_key(|market| {
        let time = market.over_time.as_ref();
        (
            time.map(|time| time.delivered_share),
            market.fulfilled_capacity,
            Reverse(time.map(|time| (time.longest_shortage_hours, time.lost_instances, time.total_cost))),
            Reverse(market.hourly_cost),
            market.number,
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Seed;

    /// By counting, without an index: the smallest value that at least this percentage of all values does not exceed.
    fn counted(values: &[Decimal], percent: usize) -> Decimal {
        let is_enough = |value: &&Decimal| {
            let not_above = values.iter().filter(|other| other <= value).count();
            not_above * 100 >= percent * values.len()
        };
        *values.iter().filter(is_enough).min().unwrap()
    }

    #[test]
    fn m12_percentiles_are_what_counting_says() {
        for case in 0..300_u64 {
            let seed = Seed::new(case);
            let count = 1 + seed.draw(0) % 260;
            let values: Vec<Decimal> =
                (1..=count).map(|index| Decimal::new((seed.draw(index) % 90).cast_signed() - 20, 2)).collect();
            let shown = Distribution::of(values.clone());
            assert_eq!([shown.p5, shown.p50, shown.p95], [5, 50, 95].map(|percent| counted(&values, percent)));
            assert_eq!(Some(&shown.min), values.iter().min());
            assert_eq!(Some(&shown.max), values.iter().max());
            let sum: Decimal = values.iter().sum();
            assert!((shown.mean * Decimal::from(count) - sum).abs() < Decimal::new(1, 7));
        }
    }

    #[test]
    fn m12_percentiles_of_few_markets() {
        let shown = |numbers: &[i64]| {
            let shown = Distribution::of(numbers.iter().map(|number| Decimal::from(*number)).collect());
            [shown.p5, shown.p50, shown.p95].map(|value| value.to_string())
        };
        assert_eq!(shown(&[7]), ["7", "7", "7"]);
        assert_eq!(shown(&[2, 1]), ["1", "1", "2"]);
        assert_eq!(shown(&(1..=20).collect::<Vec<_>>()), ["1", "10", "19"]);
        assert_eq!(shown(&(1..=100).collect::<Vec<_>>()), ["5", "50", "95"]);
    }
}
