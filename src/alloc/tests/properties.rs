//! What holds for all requests: also with few addresses, a quota, fractional weights, and extreme numbers.

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::strategy::Strategy as Generator;

use super::grid::check_sums;
use super::reference;
use crate::alloc::{
    Allocation, AllocationRequest, CandidatePool, MinMax, PoolAllocation, Shortage, Strategy, allocate, cheapest_cost,
    round_robin,
};
use crate::base::Decimal;

const GREEDY: [Strategy; 8] = [
    Strategy::LowestPrice,
    Strategy::LowestPricePools(2),
    Strategy::Prioritized,
    Strategy::Diversified,
    Strategy::CapacityOptimized,
    Strategy::CapacityOptimizedPrioritized,
    Strategy::PriceCapacityOptimized,
    Strategy::LowestUnitPrice,
];

fn weight() -> impl Generator<Value = Decimal> {
    prop_oneof![Just(100), (1..=8_i64).prop_map(|whole| whole * 100), 1..=900_i64].prop_map(|n| Decimal::new(n, 2))
}

fn pool(most: u32) -> impl Generator<Value = CandidatePool> {
    let numbers = (1..=60_i64, weight(), prop::option::of(0..3_u32), 0..=most, 0..2_usize, 0..=8_u32);
    ("[abc]", numbers).prop_map(|(zone, (price, weight, priority, free, vswitch, vcpus))| CandidatePool {
        zone_id: zone.into(),
        instance_type: "t".into(),
        price: Decimal::new(price, 2),
        weight,
        priority,
        free,
        vswitch,
        vcpus,
    })
}

/// Any `Decimal` above zero, most of them absurd.
fn any_positive() -> impl Generator<Value = Decimal> {
    (1..=u128::from(u64::MAX) << 32, 0..=96_u32, 0..=28_u32).prop_map(|(mantissa, shift, scale)| {
        Decimal::from_i128_with_scale(i128::try_from(mantissa >> shift).unwrap().max(1), scale)
    })
}

fn any_pool() -> impl Generator<Value = CandidatePool> {
    let free = prop_oneof![0..5_u32, any::<u32>(), Just(u32::MAX)];
    ("[abc]", any_positive(), any_positive(), free, any::<u32>()).prop_map(|(zone, price, weight, free, vcpus)| {
        CandidatePool {
            zone_id: zone.into(),
            instance_type: "t".into(),
            price,
            weight,
            priority: None,
            free,
            vswitch: 0,
            vcpus,
        }
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn every_rule_is_followed_one_step_at_a_time(
        pools in vec(pool(200), 0..8),
        target in 0..80_000_i64,
        free_addresses in vec(0..600_u32, 2),
        free_vcpus in prop::option::of(0..2_000_u64),
    ) {
        for strategy in GREEDY {
            let target = Decimal::new(target, 2);
            let request = AllocationRequest { strategy, target, pools: &pools, free_addresses: &free_addresses, free_vcpus };
            prop_assert_eq!(allocate(&request), reference::allocate(&request), "{:?}", request);
        }
    }

    #[test]
    fn sums_hold_where_only_stock_binds(pools in vec(pool(12), 0..7), target in 0..10_000_i64) {
        for strategy in GREEDY.into_iter().chain([Strategy::Optimal]) {
            let target = Decimal::new(target, 2);
            let request =
                AllocationRequest { strategy, target, pools: &pools, free_addresses: &[10_000; 2], free_vcpus: None };
            check_sums(&request, &allocate(&request));
        }
    }

    #[test]
    fn optimal_costs_no_more_than_any_other_strategy(pools in vec(pool(12), 0..7), target in 0..10_000_i64) {
        let target = Decimal::new(target, 2);
        let least = cheapest_cost(&pools, target);
        for strategy in GREEDY {
            let request =
                AllocationRequest { strategy, target, pools: &pools, free_addresses: &[10_000; 2], free_vcpus: None };
            let outcome = allocate(&request);
            let cost = |allocation: &PoolAllocation| pools[allocation.pool].price * Decimal::from(allocation.amount);
            let cost: Decimal = outcome.pools.iter().map(cost).sum();
            if let Some(least) = least {
                prop_assert!(least <= cost, "{:?} pays {cost}, not {least}", request);
            }
        }
    }

    /// G3: with scarce addresses and quota `optimal` still takes nothing that is not there, and misses only when no
    /// pool has room for one more.
    #[test]
    fn optimal_keeps_within_addresses_and_quota(
        pools in vec(pool(12), 0..7),
        target in 0..10_000_i64,
        free_addresses in vec(0..30_u32, 2),
        free_vcpus in prop::option::of(0..100_u64),
    ) {
        let target = Decimal::new(target, 2);
        let request =
            AllocationRequest { strategy: Strategy::Optimal, target, pools: &pools, free_addresses: &free_addresses, free_vcpus };
        let outcome = allocate(&request);
        let mut addresses = free_addresses.clone();
        let mut vcpus = free_vcpus;
        for &PoolAllocation { pool, amount, .. } in &outcome.pools {
            prop_assert!(amount <= pools[pool].free);
            addresses[pools[pool].vswitch] -= amount;
            vcpus = vcpus.map(|free| free - u64::from(amount) * u64::from(pools[pool].vcpus));
        }
        let units = |outcome: &Allocation| reference::units(&pools, outcome).min(reference::hundredths(target));
        for strategy in GREEDY {
            let other = allocate(&AllocationRequest { strategy, ..request.clone() });
            prop_assert!(units(&other) <= units(&outcome));
        }
        let reached = reference::units(&pools, &outcome) >= reference::hundredths(target);
        if !reached {
            prop_assert_eq!(outcome.pools.len(), pools.len());
        }
        for allocation in &outcome.pools {
            let pool = &pools[allocation.pool];
            match allocation.shortage {
                None => prop_assert!(reached),
                Some(_) if reached => prop_assert!(false, "short although the target was reached"),
                Some(Shortage::Instances) => prop_assert_eq!(allocation.amount, pool.free),
                Some(Shortage::Addresses) => prop_assert_eq!(addresses[pool.vswitch], 0),
                Some(Shortage::Quota) => prop_assert!(vcpus.unwrap() < u64::from(pool.vcpus)),
            }
        }
    }

    #[test]
    fn round_robin_keeps_its_promises(
        items in vec((0..20_u64, 0..20_u64).prop_map(|(min, extra)| MinMax { min, max: min + extra }), 0..6),
        capacity in 0..200_u64,
    ) {
        let minima: u64 = items.iter().map(|item| item.min).sum();
        let maxima: u64 = items.iter().map(|item| item.max).sum();
        let Some(counts) = round_robin(&items, capacity) else {
            prop_assert!(capacity < minima);
            return Ok(());
        };
        prop_assert_eq!(counts.iter().sum::<u64>(), capacity.min(maxima));
        let extras: Vec<u64> = counts.iter().zip(&items).map(|(count, item)| count - item.min).collect();
        let open: Vec<u64> =
            (0..items.len()).filter(|&i| counts[i] < items[i].max).map(|i| extras[i]).collect();
        prop_assert!(open.windows(2).all(|pair| pair[0] == pair[1] || pair[0] == pair[1] + 1));
        prop_assert!(open.iter().max().unwrap_or(&0) <= &(open.iter().min().unwrap_or(&0) + 1));
        prop_assert!((0..items.len()).all(|i| counts[i] >= items[i].min && counts[i] <= items[i].max));
        if let Some(more) = round_robin(&items, capacity + 1) {
            let grown = counts.iter().zip(&more).filter(|(before, after)| before != after).count();
            prop_assert_eq!(grown, usize::from(capacity < maxima));
        }
    }

    #[test]
    fn round_robin_takes_any_numbers(
        items in vec(any::<(u64, u64)>().prop_map(|(min, max)| MinMax { min: min >> 3, max }), 0..6),
        capacity: u64,
    ) {
        if let Some(counts) = round_robin(&items, capacity) {
            prop_assert!(counts.iter().map(|&count| u128::from(count)).sum::<u128>() <= u128::from(capacity));
        }
    }
}

proptest! {
    // `optimal` may look at millions of fleets for each of these before it gives up.
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_numbers_are_taken(
        pools in vec(any_pool(), 0..6),
        target in any_positive(),
        free_addresses: u32,
        free_vcpus: Option<u64>,
    ) {
        for strategy in GREEDY.into_iter().chain([Strategy::Optimal]) {
            let request =
                AllocationRequest { strategy, target, pools: &pools, free_addresses: &[free_addresses], free_vcpus };
            let outcome = allocate(&request);
            let launched: u64 = outcome.pools.iter().map(|allocation| u64::from(allocation.amount)).sum();
            prop_assert!(launched <= u64::from(free_addresses));
        }
        let _ = cheapest_cost(&pools, target);
    }
}
