//! The market over 90 days: what the statistics of 200 pools must show (M1 to M6).

use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::{Market, Scenario};
use crate::base::{Billing, Decimal, Hour, Time};
use crate::catalogue::{InstanceType, Prevalence, Zone, instance_type, instance_types, zone, zones};

const HOURS: i64 = 90 * 24;
const POOLS: usize = 200;

/// Every hour of one pool; prices in ten-thousandths.
struct Sample {
    zone: &'static Zone,
    instance_type: &'static InstanceType,
    pay_as_you_go_price: i64,
    prices: Vec<i64>,
    spot: Vec<i64>,
    pay_as_you_go: Vec<i64>,
}

/// Pools spread evenly over all that are on sale.
static SAMPLES: LazyLock<Vec<Sample>> = LazyLock::new(|| {
    let pools = zones().iter().flat_map(|zone| instance_types().iter().map(move |known| (zone, known)));
    let on_sale: Vec<_> = pools.filter(|(zone, known)| known.is_sold_in(zone)).collect();
    let spread = on_sale.iter().step_by(on_sale.len() / POOLS).take(POOLS);
    spread.map(|(zone, known)| sample(zone, known)).collect()
});

fn sample(zone: &'static Zone, instance_type: &'static InstanceType) -> Sample {
    let scenario = Scenario::default();
    let pool = Market::new(&scenario).pool(zone.id, instance_type.name).unwrap();
    let in_ten_thousandths =
        |price: Decimal| i64::try_from((price * Decimal::from(10_000)).trunc().mantissa()).unwrap();
    let hourly = |value: &dyn Fn(Time) -> i64| (0..HOURS).map(|hour| value(Hour(hour).start())).collect();
    Sample {
        zone,
        instance_type,
        pay_as_you_go_price: in_ten_thousandths(pool.price(Billing::PayAsYouGo, Time::START).round_dp(4)),
        prices: hourly(&|time| in_ten_thousandths(pool.price(Billing::Spot, time))),
        spot: hourly(&|time| pool.supply(Billing::Spot, time).into()),
        pay_as_you_go: hourly(&|time| pool.supply(Billing::PayAsYouGo, time).into()),
    }
}

fn named(zone_id: &str, name: &str) -> Sample {
    sample(zone(zone_id).unwrap(), instance_type(name).unwrap())
}

impl Sample {
    /// The hours at which the price changes, and by how many thousandths.
    fn changes(&self) -> Vec<(usize, i64)> {
        let change = |(hour, pair): (usize, &[i64])| {
            (pair[0] != pair[1]).then(|| (hour + 1, (pair[1] - pair[0]) * 1_000 / pair[0]))
        };
        self.prices.windows(2).enumerate().filter_map(change).collect()
    }

    /// The hours at which the price rises as only a shock raises it.
    fn jumps(&self) -> BTreeSet<usize> {
        self.changes().into_iter().filter(|(_, thousandths)| *thousandths > LEAST_SHOCK).map(|(hour, _)| hour).collect()
    }

    fn dry_hours(&self) -> i64 {
        count(self.spot.iter().filter(|supply| **supply == 0))
    }

    /// By how much the spot supply differs from that of a day before, in thousandths of its mean.
    fn daily_change(&self) -> i64 {
        let changes: Vec<i64> = self.spot.windows(25).map(|day| (day[24] - day[0]).abs() * 1_000).collect();
        mean(&changes) / mean(&self.spot).max(1)
    }

    fn name(&self) -> String {
        format!("{} in {}", self.instance_type.name, self.zone.id)
    }
}

/// Changes up to this many thousandths are of one to five percent.
const SMALL: i64 = 55;

/// A shock raises a price by at least this many thousandths.
const LEAST_SHOCK: i64 = 80;

fn count<T>(values: impl Iterator<Item = T>) -> i64 {
    i64::try_from(values.count()).unwrap()
}

fn mean(values: &[i64]) -> i64 {
    values.iter().sum::<i64>() / count(values.iter()).max(1)
}

fn percentile(values: impl Iterator<Item = i64>, percent: usize) -> i64 {
    let mut values: Vec<i64> = values.collect();
    values.sort_unstable();
    values[(values.len() - 1) * percent / 100]
}

/// Pearson's correlation in percent.
fn correlation(a: &[i64], b: &[i64]) -> i64 {
    let (mean_a, mean_b) = (mean(a), mean(b));
    let sum = |part: &dyn Fn(i64, i64) -> i64| a.iter().zip(b).map(|(a, b)| part(a - mean_a, b - mean_b)).sum::<i64>();
    sum(&|a, b| a * b) * 100 / (sum(&|a, _| a * a).isqrt() * sum(&|_, b| b * b).isqrt()).max(1)
}

/// The standard deviation in thousandths of the mean.
fn volatility(values: &[i64]) -> i64 {
    let scaled: Vec<i64> = values.iter().map(|value| value * 1_000).collect();
    let center = mean(&scaled);
    let variance = scaled.iter().map(|value| (value - center).pow(2)).sum::<i64>() / count(values.iter());
    variance.isqrt() * 1_000 / center.max(1)
}

#[test]
fn m1_a_spot_price_stands_for_hours_to_days() {
    let gaps = || SAMPLES.iter().flat_map(|sample| gaps(&sample.changes()));
    let (median, longest) = (percentile(gaps(), 50), percentile(gaps(), 99));
    assert!((12..72).contains(&median), "the median price stands for {median} hours");
    assert!((24..14 * 24).contains(&longest), "one price of a hundred stands for more than {longest} hours");
}

fn gaps(changes: &[(usize, i64)]) -> Vec<i64> {
    changes.windows(2).map(|pair| i64::try_from(pair[1].0 - pair[0].0).unwrap()).collect()
}

#[test]
fn m1_a_spot_price_changes_by_one_to_five_percent() {
    let sizes = || SAMPLES.iter().flat_map(Sample::changes).map(|(_, thousandths)| thousandths.abs());
    let median = percentile(sizes(), 50);
    assert!((10..=50).contains(&median), "the median change is of {median} thousandths");
    // The fourth decimal of a cheap type is coarser than a step.
    let (small, all) = (count(sizes().filter(|size| (5..=SMALL).contains(size))), count(sizes()));
    assert!(small * 100 > all * 85, "{small} of {all} changes are of one to five percent");
}

#[test]
fn m3_jumps_of_the_price_are_rare_and_come_with_a_supply_that_runs_dry() {
    let (mut jumps, mut changes) = (0, 0);
    for sample in SAMPLES.iter() {
        changes += sample.changes().len();
        jumps += sample.changes().iter().filter(|(_, thousandths)| thousandths.abs() > SMALL).count();
        for hour in sample.jumps() {
            let (before, after) = (sample.spot[hour - 1], sample.spot[hour]);
            let at_the_lowest = sample.instance_type.family.prevalence == Prevalence::Mainstream && after == 10;
            let dries = after * 4 <= before * 3 || at_the_lowest || after <= 1;
            assert!(dries, "{} at hour {hour}: {before} to {after}", sample.name());
        }
    }
    assert!(jumps > 0 && jumps * 8 < changes, "{jumps} of {changes} changes are jumps");
}

#[test]
fn m2_the_mean_price_of_a_pool_is_15_to_75_percent_and_differs_between_pools() {
    let ratios: Vec<i64> =
        SAMPLES.iter().map(|sample| mean(&sample.prices) * 1_000 / sample.pay_as_you_go_price).collect();
    for (sample, ratio) in SAMPLES.iter().zip(&ratios) {
        assert!((150..=750).contains(ratio), "{}: {ratio} thousandths", sample.name());
    }
    let (low, high) = (percentile(ratios.iter().copied(), 5), percentile(ratios.iter().copied(), 95));
    assert!(low < 220 && high > 450, "nine of ten pools cost {low} to {high} thousandths");
}

#[test]
fn m2_a_pool_keeps_its_level() {
    let half = |part: fn(&[i64]) -> &[i64]| -> Vec<i64> {
        SAMPLES.iter().map(|sample| mean(part(&sample.prices)) * 1_000 / sample.pay_as_you_go_price).collect()
    };
    let together = correlation(&half(|prices| &prices[..1_080]), &half(|prices| &prices[1_080..]));
    assert!(together >= 70, "{together}");
}

#[test]
fn m2_the_cheapest_of_eight_zones_stays_the_cheapest_for_days_to_weeks() {
    let mut spells = Vec::new();
    for name in ["ecs.g6.large", "ecs.g7.large", "ecs.c6.xlarge", "ecs.c7.2xlarge", "ecs.r6.large", "ecs.g5.large"] {
        for region in ["cn-beijing", "cn-hangzhou"] {
            let known = instance_type(name).unwrap();
            let selling = zones().iter().filter(|zone| zone.region.id == region && known.is_sold_in(zone)).take(8);
            let pools: Vec<Sample> = selling.map(|zone| sample(zone, known)).collect();
            let cheapest: Vec<usize> = (0..pools[0].prices.len())
                .map(|hour| (0..pools.len()).min_by_key(|pool| pools[*pool].prices[hour]).unwrap())
                .collect();
            spells.push(HOURS / count(cheapest.chunk_by(|a, b| a == b)));
        }
    }
    let median = percentile(spells.iter().copied(), 50);
    assert!((72..42 * 24).contains(&median), "{median} hours in the median, {spells:?}");
}

#[test]
fn m3_a_shock_hits_a_zone_or_a_family_in_a_region_together() {
    let shared = |pools: &[(&str, &str)]| {
        let jumps = pools.iter().map(|(zone_id, name)| named(zone_id, name).jumps());
        jumps.reduce(|a, b| &a & &b).unwrap().len()
    };
    let zone = ["ecs.g6.large", "ecs.c5.xlarge", "ecs.r7.large"].map(|name| ("cn-hangzhou-h", name));
    assert!(shared(&zone) >= 1);
    let family =
        [("cn-hangzhou-b", "ecs.g6.large"), ("cn-hangzhou-h", "ecs.g6.xlarge"), ("cn-hangzhou-i", "ecs.g6.large")];
    assert!(shared(&family) >= 1);
    assert_eq!(shared(&[("cn-hangzhou-b", "ecs.g6.large"), ("us-east-1a", "m5.large")]), 0);
}

#[test]
fn m4_spot_supply_is_scarcer_in_working_hours_and_on_working_days() {
    let busy = |part: &dyn Fn(i64, i64) -> Option<bool>| {
        let missing = SAMPLES.iter().map(|sample| {
            let offset = sample.zone.region.utc_offset_hours;
            let (mut scarce, mut plentiful) = (Vec::new(), Vec::new());
            for (hour, supply) in (0..).zip(&sample.spot) {
                let local: i64 = hour + offset;
                match part((local.div_euclid(24) + 3).rem_euclid(7), local.rem_euclid(24)) {
                    Some(true) => scarce.push(supply * 1_000),
                    Some(false) => plentiful.push(supply * 1_000),
                    None => {}
                }
            }
            1_000 - mean(&scarce) * 1_000 / mean(&plentiful).max(1)
        });
        mean(&missing.collect::<Vec<_>>())
    };
    let hours = busy(&|day, hour| (day < 5).then_some((9..18).contains(&hour)));
    assert!((100..=250).contains(&hours), "{hours} thousandths less in working hours");
    let days = busy(&|day, _| Some(day < 5));
    assert!((100..=250).contains(&days), "{days} thousandths less on working days");
}

#[test]
fn m5_pay_as_you_go_supply_is_at_most_a_third_as_volatile_as_spot_supply() {
    for sample in SAMPLES.iter() {
        let (spot, pay_as_you_go) = (volatility(&sample.spot), volatility(&sample.pay_as_you_go));
        assert!(pay_as_you_go * 3 <= spot, "{}: {pay_as_you_go} and {spot} thousandths", sample.name());
    }
}

#[test]
fn m6_old_families_run_dry_first_and_new_ones_are_plentiful_but_nervous() {
    // Of one prevalence and one size, in one region.
    let of = |names: [&str; 3], figure: &dyn Fn(&Sample) -> i64| {
        let pools = names.into_iter().flat_map(|name| {
            let known = instance_type(name).unwrap();
            zones()
                .iter()
                .filter(move |zone| zone.region.id == "cn-hangzhou" && known.is_sold_in(zone))
                .take(4)
                .map(move |zone| sample(zone, known))
        });
        mean(&pools.map(|sample| figure(&sample)).collect::<Vec<_>>())
    };
    let old = ["ecs.n4.large", "ecs.sn2.large", "ecs.se1ne.large"];
    let settled = ["ecs.hfc6.large", "ecs.g6e.large", "ecs.hfr6.large"];
    let new = ["ecs.g8i.large", "ecs.c7a.large", "ecs.c8i.large"];
    let supply = [old, settled, new].map(|names| of(names, &|sample| mean(&sample.spot)));
    assert!(supply.is_sorted_by(|a, b| a * 13 < b * 10), "spot supply {supply:?}");
    let [dry_old, dry_settled, dry_new] = [old, settled, new].map(|names| of(names, &Sample::dry_hours));
    assert!(dry_old > 3 * dry_settled && dry_old > 3 * dry_new, "{dry_old} {dry_settled} {dry_new} hours are dry");
    let [nervous_settled, nervous_new] = [settled, new].map(|names| of(names, &Sample::daily_change));
    assert!(nervous_new * 10 > nervous_settled * 12, "{nervous_settled} and {nervous_new} thousandths a day");
}

#[test]
fn m6_large_sizes_and_gpus_are_scarce() {
    let sizes: Vec<i64> = [(0, 4), (5, 8), (9, 16), (17, 32), (33, u32::MAX)]
        .into_iter()
        .map(|(from, to)| {
            let of_size = SAMPLES.iter().filter(|sample| (from..=to).contains(&sample.instance_type.vcpus));
            mean(&of_size.map(|sample| mean(&sample.spot)).collect::<Vec<_>>())
        })
        .collect();
    assert!(sizes.is_sorted_by(|a, b| a > b), "spot supply by size {sizes:?}");
    for name in ["ecs.gn6i-c4g1.xlarge", "ecs.gn6v-c8g1.2xlarge"] {
        let supply = mean(&named("cn-hangzhou-h", name).spot);
        assert!(supply < 15, "{name}: {supply}");
    }
}

#[test]
fn n5_mainstream_pools_hold_ten_at_every_hour_of_90_days() {
    for sample in SAMPLES.iter().filter(|sample| sample.instance_type.family.prevalence == Prevalence::Mainstream) {
        let lowest = sample.spot.iter().chain(&sample.pay_as_you_go).min();
        assert!(lowest.is_some_and(|lowest| *lowest >= 10), "{}: {lowest:?}", sample.name());
    }
}
