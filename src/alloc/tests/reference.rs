//! A reference implementation of the strategies: it launches one instance at a time and compares every pool each time.
//! Numbers are hundredths, so that it shares no arithmetic with the code under test.

use std::cmp::Reverse;

use crate::alloc::{Allocation, AllocationRequest, CandidatePool, PoolAllocation, Shortage, Strategy};
use crate::base::Decimal;

pub(super) fn hundredths(number: Decimal) -> i64 {
    let hundredths = (number * Decimal::ONE_HUNDRED).normalize();
    assert_eq!(hundredths.scale(), 0, "{number} is finer than a hundredth");
    hundredths.mantissa().try_into().unwrap()
}

pub(super) fn units(pools: &[CandidatePool], outcome: &Allocation) -> i64 {
    let units = |allocation: &PoolAllocation| hundredths(pools[allocation.pool].weight) * i64::from(allocation.amount);
    outcome.pools.iter().map(units).sum()
}

/// The expected result of `allocate`, for every strategy except `optimal`.
pub(super) fn allocate(request: &AllocationRequest) -> Allocation {
    let mut world = World::new(request);
    let mut candidates: Vec<usize> = (0..request.pools.len()).collect();
    candidates.sort_by(|&a, &b| world.unit_price(a).total_cmp(&world.unit_price(b)));
    let by_unit_price = candidates.clone();
    let mut filling = None;
    while world.lacking > 0 && !candidates.is_empty() {
        let first = |key: &dyn Fn(usize) -> Vec<i64>| candidates.iter().copied().min_by_key(|&pool| key(pool)).unwrap();
        let pool = match request.strategy {
            Strategy::LowestPrice => match filling {
                // A pool once chosen is filled while an instance fits without overshoot.
                Some(pool) if world.weights[pool] <= world.lacking && candidates.contains(&pool) => pool,
                _ => first(&|pool| {
                    let needed = (world.lacking + world.weights[pool] - 1) / world.weights[pool];
                    vec![world.prices[pool] * needed]
                }),
            },
            Strategy::LowestPricePools(count) => {
                let cheapest = &by_unit_price[..by_unit_price.len().min(count as usize)];
                let is_cheapest = |pool: usize| cheapest.contains(&pool);
                if candidates.iter().any(|&pool| is_cheapest(pool)) {
                    first(&|pool| vec![i64::from(!is_cheapest(pool)), world.delivered(pool)])
                } else {
                    candidates[0]
                }
            }
            Strategy::Prioritized => first(&|pool| {
                let priority = request.pools[pool].priority;
                vec![i64::from(priority.is_none()), i64::from(priority.unwrap_or(0))]
            }),
            Strategy::CapacityOptimized => {
                candidates.iter().copied().min_by_key(|&pool| Reverse(request.pools[pool].free)).unwrap()
            }
            Strategy::Diversified => {
                let zone = |pool: usize| &request.pools[pool].zone_id;
                let in_zone = |of: usize| {
                    let pools = 0..request.pools.len();
                    pools.filter(|&pool| zone(pool) == zone(of)).map(|pool| world.delivered(pool)).sum::<i64>()
                };
                let fewest = candidates.iter().map(|&pool| in_zone(pool)).min().unwrap();
                let is_next_in_its_zone = |pool: usize| {
                    let same = candidates.iter().copied().filter(|&other| zone(other) == zone(pool));
                    same.min_by_key(|&other| world.delivered(other)) == Some(pool)
                };
                let mut next = candidates.iter().copied();
                next.find(|&pool| in_zone(pool) == fewest && is_next_in_its_zone(pool)).unwrap()
            }
            Strategy::LowestUnitPrice => {
                let target = hundredths(request.target);
                if by_unit_price.iter().all(|&pool| world.weights[pool] > target) {
                    first(&|pool| vec![world.prices[pool]])
                } else {
                    candidates[0]
                }
            }
            Strategy::PriceCapacityOptimized => next_of(&candidates, &price_capacity_order(request, &by_unit_price)),
            Strategy::CapacityOptimizedPrioritized => first(&|pool| {
                let CandidatePool { free, priority, .. } = request.pools[pool];
                let is_enough = i64::from(free) * world.weights[pool] >= hundredths(request.target);
                let rank = if is_enough { 0 } else { -i64::from(free) };
                vec![i64::from(!is_enough), rank, i64::from(priority.is_none()), i64::from(priority.unwrap_or(0))]
            }),
            Strategy::Optimal => panic!("`optimal` is checked against all fleets"),
        };
        filling = Some(pool);
        if !world.launch(pool) {
            candidates.retain(|&candidate| candidate != pool);
        }
    }
    world.outcome
}

/// The first pool of an order that still takes part.
fn next_of(candidates: &[usize], order: &[usize]) -> usize {
    order.iter().copied().find(|pool| candidates.contains(pool)).unwrap()
}

/// Round by round the pools with plenty: twice what the target takes, or half of what the fullest one of the round has.
fn price_capacity_order(request: &AllocationRequest, by_unit_price: &[usize]) -> Vec<usize> {
    let target = hundredths(request.target);
    let mut order: Vec<usize> = Vec::new();
    while order.len() < by_unit_price.len() {
        let left: Vec<usize> = by_unit_price.iter().copied().filter(|pool| !order.contains(pool)).collect();
        let free = |pool: usize| i64::from(request.pools[pool].free);
        let fullest = left.iter().map(|&pool| free(pool)).max().unwrap();
        order.extend(left.into_iter().filter(|&pool| {
            let weight = hundredths(request.pools[pool].weight);
            let needed = (target + weight - 1) / weight;
            free(pool) >= 2 * needed || 2 * free(pool) >= fullest
        }));
    }
    order
}

struct World<'a> {
    pools: &'a [CandidatePool],
    prices: Vec<i64>,
    weights: Vec<i64>,
    lacking: i64,
    free_addresses: Vec<u32>,
    free_vcpus: Option<u64>,
    outcome: Allocation,
}

impl<'a> World<'a> {
    fn new(request: &AllocationRequest<'a>) -> Self {
        Self {
            pools: request.pools,
            prices: request.pools.iter().map(|pool| hundredths(pool.price)).collect(),
            weights: request.pools.iter().map(|pool| hundredths(pool.weight)).collect(),
            lacking: hundredths(request.target),
            free_addresses: request.free_addresses.to_vec(),
            free_vcpus: request.free_vcpus,
            outcome: Allocation::default(),
        }
    }

    /// Precise enough to order hundredths below a few thousand.
    #[expect(clippy::cast_precision_loss, reason = "the numbers of these tests are small")]
    fn unit_price(&self, pool: usize) -> f64 {
        self.prices[pool] as f64 / self.weights[pool] as f64
    }

    fn amount(&self, pool: usize) -> u32 {
        self.outcome.pools.iter().find(|allocation| allocation.pool == pool).map_or(0, |allocation| allocation.amount)
    }

    fn delivered(&self, pool: usize) -> i64 {
        self.weights[pool] * i64::from(self.amount(pool))
    }

    fn launch(&mut self, pool: usize) -> bool {
        let CandidatePool { free, vswitch, vcpus, .. } = self.pools[pool];
        let shortage = if self.amount(pool) == free {
            Some(Shortage::Instances)
        } else if self.free_addresses[vswitch] == 0 {
            Some(Shortage::Addresses)
        } else if self.free_vcpus.is_some_and(|free| free < u64::from(vcpus)) {
            Some(Shortage::Quota)
        } else {
            None
        };
        let allocations = &mut self.outcome.pools;
        if allocations.iter().all(|allocation| allocation.pool != pool) {
            allocations.push(PoolAllocation { pool, amount: 0, shortage: None });
        }
        let allocation = allocations.iter_mut().find(|allocation| allocation.pool == pool).unwrap();
        allocation.shortage = shortage;
        if shortage.is_some() {
            return false;
        }
        allocation.amount += 1;
        self.free_addresses[vswitch] -= 1;
        self.free_vcpus = self.free_vcpus.map(|free| free - u64::from(vcpus));
        self.lacking -= self.weights[pool];
        true
    }
}
