//! Every request of two zones with two types each, free 0 to 3, weights 1 to 3, targets 0 to 12.

use std::cmp::Reverse;

use super::reference::{self, hundredths, units};
use crate::alloc::{
    Allocation, AllocationRequest, CandidatePool, PoolAllocation, Shortage, Strategy, allocate, cheapest_cost,
};
use crate::base::Decimal;

const MOST: u32 = 3;
const TARGETS: std::ops::RangeInclusive<u32> = 0..=12;

#[test]
fn lowest_price_follows_its_rule_one_step_at_a_time() {
    follows_its_rule(Strategy::LowestPrice);
}

#[test]
fn lowest_price_over_two_pools_follows_its_rule_one_step_at_a_time() {
    follows_its_rule(Strategy::LowestPricePools(2));
}

#[test]
fn prioritized_follows_its_rule_one_step_at_a_time() {
    follows_its_rule(Strategy::Prioritized);
}

#[test]
fn capacity_optimized_follows_its_rule_one_step_at_a_time() {
    follows_its_rule(Strategy::CapacityOptimized);
}

#[test]
fn the_strategies_of_fleets_follow_their_rules() {
    follows_its_rule(Strategy::PriceCapacityOptimized);
    follows_its_rule(Strategy::CapacityOptimizedPrioritized);
    follows_its_rule(Strategy::LowestUnitPrice);
}

#[test]
fn diversified_follows_its_rule_one_step_at_a_time() {
    follows_its_rule(Strategy::Diversified);
}

#[track_caller]
fn follows_its_rule(strategy: Strategy) {
    for_each_market(|pools| {
        for target in TARGETS {
            let request = request(strategy, target, pools);
            let outcome = allocate(&request);
            assert_eq!(outcome, reference::allocate(&request), "{request:?}");
            check_sums(&request, &outcome);
        }
    });
}

/// No zone that could still deliver has more than one instance less than another.
#[test]
fn diversified_is_fair_to_zones_up_to_one_instance() {
    for_each_market(|pools| {
        let total: u32 = pools.iter().map(|pool| pool.free).sum();
        for target in TARGETS.filter(|&target| target <= total) {
            let outcome = allocate(&request(Strategy::Diversified, target, pools));
            let amount = |pool: usize| amount_of(&outcome, pool);
            for [one, other] in [[0, 2], [2, 0]] {
                let units = |zone: usize| {
                    (zone..zone + 2).map(|pool| i64::from(amount(pool)) * hundredths(pools[pool].weight)).sum::<i64>()
                };
                let could_deliver = (one..one + 2).any(|pool| amount(pool) < pools[pool].free);
                let last =
                    (other..other + 2).filter(|&pool| amount(pool) > 0).map(|pool| hundredths(pools[pool].weight));
                if let (true, Some(last)) = (could_deliver, last.max()) {
                    assert!(units(other) <= units(one) + last, "{target} over {pools:?} gives {outcome:?}");
                }
            }
        }
    });
}

#[test]
fn optimal_is_never_beaten() {
    let mut fleets: Vec<[u32; 4]> = Vec::new();
    for_each_choice(|fleet| fleets.push(fleet));
    for_each_offer(|offer| {
        // Every fleet with what decides between fleets, best first: the first in free that reaches the target wins.
        let mut ranked: Vec<_> = fleets
            .iter()
            .map(|fleet| {
                let sum = |value: &dyn Fn(&CandidatePool) -> Decimal| {
                    fleet
                        .iter()
                        .zip(offer)
                        .map(|(&count, pool)| i64::from(count) * hundredths(value(pool)))
                        .sum::<i64>()
                };
                (sum(&|pool| pool.price), sum(&|pool| pool.weight), fleet.iter().sum::<u32>(), Reverse(*fleet))
            })
            .collect();
        ranked.sort();
        for_each_free(offer, |pools| {
            let available: Vec<_> = ranked
                .iter()
                .filter(|(.., Reverse(fleet))| fleet.iter().zip(pools).all(|(&count, pool)| count <= pool.free))
                .collect();
            for target in TARGETS {
                let request = request(Strategy::Optimal, target, pools);
                let outcome = allocate(&request);
                check_sums(&request, &outcome);
                let amounts = [0, 1, 2, 3].map(|pool| amount_of(&outcome, pool));
                let cost = cheapest_cost(pools, Decimal::from(target));
                let expected = available.iter().find(|(_, units, ..)| *units >= i64::from(target) * 100);
                if let Some(&&(best_cost, _, _, Reverse(fleet))) = expected {
                    assert_eq!(amounts, fleet, "{target} over {pools:?}");
                    assert_eq!(cost.map(hundredths), Some(best_cost), "{target} over {pools:?}");
                    assert!(outcome.pools.iter().all(|allocation| allocation.shortage.is_none()));
                } else {
                    let all = |pool: usize| PoolAllocation {
                        pool,
                        amount: pools[pool].free,
                        shortage: Some(Shortage::Instances),
                    };
                    assert_eq!(outcome.pools, [0, 1, 2, 3].map(all), "{target} over {pools:?}");
                    assert_eq!(cost, None);
                }
            }
        });
    });
}

/// What holds for every strategy: never more than free, the target reached whenever free allows, no more instances
/// than that needs, and each pool once.
#[track_caller]
pub(super) fn check_sums(request: &AllocationRequest, outcome: &Allocation) {
    let pools = request.pools;
    let target = hundredths(request.target);
    for (place, allocation) in outcome.pools.iter().enumerate() {
        assert!(allocation.amount <= pools[allocation.pool].free, "{outcome:?}");
        assert!(allocation.amount > 0 || allocation.shortage.is_some(), "{outcome:?}");
        assert!(outcome.pools[..place].iter().all(|before| before.pool != allocation.pool), "{outcome:?}");
    }
    let delivered = units(pools, outcome);
    let all: i64 = pools.iter().map(|pool| hundredths(pool.weight) * i64::from(pool.free)).sum();
    assert!(delivered >= target.min(all), "{request:?} gives {outcome:?}");
    let launched = outcome.pools.iter().filter(|allocation| allocation.amount > 0);
    let heaviest = launched.map(|allocation| hundredths(pools[allocation.pool].weight)).max().unwrap_or(0);
    assert!(delivered < target + heaviest || delivered == 0, "{request:?} gives {outcome:?}");
}

fn amount_of(outcome: &Allocation, pool: usize) -> u32 {
    outcome.pools.iter().find(|allocation| allocation.pool == pool).map_or(0, |allocation| allocation.amount)
}

fn request(strategy: Strategy, target: u32, pools: &[CandidatePool]) -> AllocationRequest<'_> {
    AllocationRequest { strategy, target: target.into(), pools, free_addresses: &[1000], free_vcpus: None }
}

fn for_each_market(mut check: impl FnMut(&[CandidatePool])) {
    for_each_offer(|offer| for_each_free(offer, &mut check));
}

/// Zone a with types s and t, zone b with types s and t: weights by type, prices by pool, with ties per instance, per
/// unit and none.
fn for_each_offer(mut check: impl FnMut(&[CandidatePool])) {
    for weights in (1..=3).flat_map(|s| (1..=3).map(move |t| [s, t, s, t])) {
        let per_unit = weights.map(|weight| weight * 2);
        for prices in [[2, 2, 2, 2], per_unit, [5, 4, 3, 7]] {
            let pools: Vec<CandidatePool> = (0..4_u8)
                .map(|index| CandidatePool {
                    zone_id: if index < 2 { "a" } else { "b" }.into(),
                    instance_type: if index % 2 == 0 { "s" } else { "t" }.into(),
                    price: Decimal::new(prices[usize::from(index)], 1),
                    weight: weights[usize::from(index)].into(),
                    priority: [Some(1), None, Some(0), Some(1)][usize::from(index)],
                    free: 0,
                    vswitch: 0,
                    vcpus: 1,
                })
                .collect();
            check(&pools);
        }
    }
}

fn for_each_free(offer: &[CandidatePool], mut check: impl FnMut(&[CandidatePool])) {
    let mut pools = offer.to_vec();
    for_each_choice(|free| {
        for (pool, free) in pools.iter_mut().zip(free) {
            pool.free = free;
        }
        check(&pools);
    });
}

fn for_each_choice(mut check: impl FnMut([u32; 4])) {
    let counts = MOST + 1;
    for number in 0..counts.pow(4) {
        check([0, 1, 2, 3].map(|digit| number / counts.pow(digit) % counts));
    }
}
