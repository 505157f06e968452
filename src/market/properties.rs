//! What holds of every pool and hour without a scenario, and a table that holds the numbers still.

use std::fmt::Write;

use super::{Market, PoolSeries, Scenario};
use crate::base::clock::Span;
use crate::base::{Billing, Decimal, Hour, Time};
use crate::catalogue::{InstanceType, Prevalence, Zone, instance_types, zones};

const BILLINGS: [Billing; 2] = [Billing::PayAsYouGo, Billing::Spot];

fn pool(seed: u64, zone_id: &str, instance_type: &str) -> PoolSeries {
    let scenario = Scenario { seed, ..Scenario::default() };
    Market::new(&scenario).pool(zone_id, instance_type).unwrap()
}

fn pools_on_sale() -> impl Iterator<Item = (&'static Zone, &'static InstanceType, PoolSeries)> {
    let pools = zones().iter().flat_map(|zone| instance_types().iter().map(move |known| (zone, known)));
    pools
        .filter(|(zone, known)| known.is_sold_in(zone))
        .map(|(zone, known)| (zone, known, pool(0, zone.id, known.name)))
}

fn spot_supply(pool: &PoolSeries) -> impl Fn(Hour) -> i64 {
    |hour| i64::from(pool.supply(Billing::Spot, hour.start()))
}

fn spot_price(pool: &PoolSeries) -> impl Fn(Hour) -> i64 {
    |hour| i64::try_from((pool.price(Billing::Spot, hour.start()) * Decimal::from(10_000)).mantissa()).unwrap()
}

fn spot_full_price(pool: &PoolSeries) -> i64 {
    i64::try_from((pool.price(Billing::PayAsYouGo, Time::START) * Decimal::from(10_000)).mantissa()).unwrap()
}

fn mean(series: impl Fn(Hour) -> i64, hours: i64) -> i64 {
    (0..hours).map(|hour| series(Hour(hour))).sum::<i64>() / hours
}

/// Pearson's correlation in percent, over 20,000 hours.
fn correlation(a: impl Fn(Hour) -> i64, b: impl Fn(Hour) -> i64) -> i64 {
    const HOURS: i64 = 20_000;
    let (mean_a, mean_b) = (mean(&a, HOURS), mean(&b, HOURS));
    let (mut both, mut only_a, mut only_b) = (0_i64, 0_i64, 0_i64);
    for hour in (0..HOURS).map(Hour) {
        let (from_a, from_b) = (a(hour) - mean_a, b(hour) - mean_b);
        both += from_a * from_b;
        only_a += from_a * from_a;
        only_b += from_b * from_b;
    }
    both * 100 / (only_a.isqrt() * only_b.isqrt()).max(1)
}

#[test]
fn m1_spot_prices_stay_within_ten_to_a_hundred_percent_with_four_decimals() {
    for (zone, known, pool) in pools_on_sale() {
        for hour in (-30..2_000).step_by(97).map(Hour) {
            let [full, spot] = BILLINGS.map(|billing| pool.price(billing, hour.start()));
            assert!(spot <= full && spot >= full / Decimal::TEN, "{} in {}: {spot} of {full}", known.name, zone.id);
            assert!(spot.scale() <= 4 && full.scale() <= 4 && spot > Decimal::ZERO, "{} {spot} {full}", known.name);
        }
    }
}

#[test]
fn n5_mainstream_pools_always_hold_ten_of_each_billing() {
    for (zone, known, pool) in pools_on_sale().filter(|(_, known, _)| known.family.prevalence == Prevalence::Mainstream)
    {
        for hour in (0..5_000).step_by(53).map(Hour) {
            for billing in BILLINGS {
                let supply = pool.supply(billing, hour.start());
                assert!(supply >= 10, "{} in {} at {hour:?}: {supply}", known.name, zone.id);
            }
        }
    }
}

#[test]
fn n5_every_seed_holds_the_ten() {
    for seed in 0..200 {
        let pool = pool(seed, "cn-heyuan-b", "ecs.s6-c1m1.small");
        for hour in (0..1_000).map(Hour) {
            assert!(BILLINGS.into_iter().all(|billing| pool.supply(billing, hour.start()) >= 10), "{seed} {hour:?}");
        }
    }
}

#[test]
fn other_pools_run_dry_now_and_then_and_recover() {
    for (zone, known) in [("cn-hangzhou-h", "ecs.gn6i-c4g1.xlarge"), ("cn-beijing-h", "ecs.n4.large")] {
        let pool = pool(0, zone, known);
        let dry = (0..20_000).filter(|hour| spot_supply(&pool)(Hour(*hour)) == 0).count();
        assert!((100..8_000).contains(&dry), "{known}: {dry} of 20000 hours");
    }
}

#[test]
fn m7_an_hour_does_not_depend_on_the_hours_asked_before_and_is_constant_within() {
    let asked_forwards = pool(3, "cn-beijing-a", "ecs.g6.large");
    let forwards: Vec<i64> = (0..500).map(|hour| spot_price(&asked_forwards)(Hour(hour))).collect();
    for hour in (0..500).rev() {
        let fresh = pool(3, "cn-beijing-a", "ecs.g6.large");
        assert_eq!(spot_price(&fresh)(Hour(hour)), forwards[usize::try_from(hour).unwrap()]);
        let (first, last) = (Hour(hour).start(), Hour(hour).start().plus(Span::from_seconds(3_599)));
        assert_eq!(fresh.price(Billing::Spot, first), fresh.price(Billing::Spot, last));
        assert_eq!(fresh.supply(Billing::Spot, first), fresh.supply(Billing::Spot, last));
    }
}

#[test]
fn pay_as_you_go_prices_stand_still() {
    let pool = pool(0, "us-east-1a", "m5.large");
    let first = pool.price(Billing::PayAsYouGo, Time::START);
    assert!((0..1_000).all(|hour| pool.price(Billing::PayAsYouGo, Hour(hour).start()) == first));
}

#[test]
fn seeds_billings_zones_and_types_have_series_of_their_own() {
    let base = pool(0, "cn-beijing-a", "ecs.g6.large");
    for other in [
        pool(1, "cn-beijing-a", "ecs.g6.large"),
        pool(0, "cn-beijing-b", "ecs.g6.large"),
        pool(0, "cn-beijing-a", "ecs.g6.xlarge"),
    ] {
        let differs = |series: &dyn Fn(&PoolSeries, Time) -> Decimal| {
            (0..200).filter(|hour| series(&base, Hour(*hour).start()) != series(&other, Hour(*hour).start())).count()
        };
        assert!(differs(&|pool, time| pool.price(Billing::Spot, time)) > 150);
        for billing in BILLINGS {
            assert!(differs(&|pool, time| pool.supply(billing, time).into()) > 150);
        }
    }
    let billings_agree = (0..200).map(|hour| Hour(hour).start());
    assert!(
        billings_agree.filter(|time| base.supply(BILLINGS[0], *time) == base.supply(BILLINGS[1], *time)).count() < 50
    );
}

#[test]
fn pools_of_one_family_or_one_zone_move_alike_and_strangers_do_not() {
    let here = pool(0, "cn-beijing-a", "ecs.g6.large");
    let sister = pool(0, "cn-beijing-a", "ecs.g6.xlarge");
    let cousin = pool(0, "cn-beijing-b", "ecs.g6.large");
    let neighbour = pool(0, "cn-beijing-a", "ecs.c5.large");
    let stranger = pool(0, "us-east-1a", "m5.large");
    let supply = |other: &PoolSeries| correlation(spot_supply(&here), spot_supply(other));
    let price = |other: &PoolSeries| correlation(spot_price(&here), spot_price(other));
    // A price shares less, because its longest wave is the pool's own.
    for (with, least) in [(&supply as &dyn Fn(&PoolSeries) -> i64, [35, 10, 10]), (&price, [15, 0, 0])] {
        let (sister, cousin, neighbour, stranger) = (with(&sister), with(&cousin), with(&neighbour), with(&stranger));
        assert!(sister > least[0] && cousin > least[1] && neighbour > least[2], "{sister} {cousin} {neighbour}");
        assert!(
            stranger.abs() < 20 && sister > cousin && sister > neighbour,
            "{stranger} {sister} {cousin} {neighbour}"
        );
    }
}

#[test]
fn scarce_stock_is_dear_but_not_only_that() {
    let pool = pool(0, "cn-hangzhou-h", "ecs.c6.large");
    let together = correlation(spot_supply(&pool), spot_price(&pool));
    assert!((-60..-10).contains(&together), "{together}");
}

#[test]
fn series_return_to_their_mean() {
    let pool = pool(0, "cn-hangzhou-h", "ecs.c6.large");
    let late = |hour: Hour| spot_supply(&pool)(Hour(hour.0 + 1_000_000));
    let (early, late) = (mean(spot_supply(&pool), 20_000), mean(late, 20_000));
    assert!((early - late).abs() * 10 < early, "{early} and {late}");
    let price = mean(spot_price(&pool), 20_000) * 100 / spot_full_price(&pool);
    assert!((20..50).contains(&price), "mean spot price is {price} % of pay-as-you-go");
}

#[test]
fn m7_the_numbers_are_the_same_on_every_machine_and_in_every_release() {
    let mut table = String::new();
    for (seed, zone_id, name) in [
        (0, "cn-heyuan-b", "ecs.s6-c1m1.small"),
        (0, "cn-hangzhou-h", "ecs.g7.large"),
        (0, "us-east-1a", "m1.small"),
        (7, "cn-beijing-f", "ecs.gn6v-c8g1.2xlarge"),
        (u64::MAX, "us-west-2d", "m6g.large"),
    ] {
        let pool = pool(seed, zone_id, name);
        for hour in [-1, 0, 1, 2, 24, 720, 100_000] {
            let time = Hour(hour).start();
            let [full, spot] = BILLINGS.map(|billing| pool.supply(billing, time));
            let price = pool.price(Billing::Spot, time);
            writeln!(table, "{seed} {zone_id} {name} hour {hour}: {full} and {spot} spot at {price}").unwrap();
        }
        writeln!(table, "{seed} {zone_id} {name} costs {}", pool.price(Billing::PayAsYouGo, Time::START)).unwrap();
    }
    insta::assert_snapshot!(table);
}
