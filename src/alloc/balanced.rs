//! Balances units over groups of pools: one instance at a time goes to the group with fewest units, and within it to
//! the pool with fewest. Where nothing runs out on the way, many steps are taken at once.

use std::collections::BTreeSet;

use super::fixed_point::partition_point;
use super::pass::AllocationPass;
use crate::base::collect::IntoOrdered;

/// Single steps between two attempts to fast-forward, in addition to one for each pool: that many cost about as much.
/// Where one pool after another runs out, single steps are cheaper.
const STEPS_BEFORE_FAST_FORWARD: usize = 64;

/// Pools that share their units evenly.
struct BalancedGroup {
    /// Pools not yet found empty, as the units that each delivered and its rank by price per unit, which decides ties.
    open: BTreeSet<(u128, usize)>,
    /// Units that all its pools delivered in this pass, including those found empty since.
    units: u128,
}

/// An open pool of a group while the group is fast-forwarded.
#[derive(Clone, Copy)]
struct OpenPool {
    rank: usize,
    pool: usize,
    weight: u128,
    amount: u128,
}

/// Launches until the target is reached or every pool is out. Groups and pools start without units; all pools are in
/// [`AllocationPass::by_unit_price`].
///
/// Of two groups with equally few units, the one whose next pool is cheaper per unit comes first (G5). The time depends
/// on the number of pools, not on the number of instances.
pub(super) fn launch_balanced(pass: &mut AllocationPass, groups: Vec<Vec<usize>>) {
    let order = pass.by_unit_price.clone();
    let mut rank = vec![0; pass.pools.len()];
    for (position, &pool) in order.iter().enumerate() {
        rank[pool] = position;
    }
    let with_pools =
        |pools: Vec<usize>| BalancedGroup { open: pools.into_iter().map(|pool| (0, rank[pool])).into_set(), units: 0 };
    let mut groups: Vec<BalancedGroup> = groups.into_iter().map(with_pools).collect();
    // One entry per group: its units, the rank of its next pool, and its index.
    let mut turns = BTreeSet::new();
    let enough_steps = STEPS_BEFORE_FAST_FORWARD + order.len();
    let mut single_steps = enough_steps;
    while pass.remaining > 0 {
        if single_steps == enough_steps {
            fast_forward(pass, &mut groups, &order);
            turns = groups.iter().enumerate().filter_map(|(index, group)| group.turn(index)).into_set();
            single_steps = 0;
        }
        let Some((_, first, index)) = turns.pop_first() else { break };
        let (group, pool) = (&mut groups[index], order[first]);
        group.open.pop_first();
        if pass.launch(pool, 1) {
            group.units += pass.weights[pool];
            group.open.insert((delivered_units(pass, pool), first));
            single_steps += 1;
        } else {
            single_steps = 0;
        }
        turns.extend(group.turn(index));
    }
}

/// Launches at once everything that single steps would launch before any group with `level` units gets another turn.
/// The level is chosen so that no pool runs out and the target is not yet reached; few single steps later either happens.
fn fast_forward(pass: &mut AllocationPass, groups: &mut [BalancedGroup], order: &[usize]) {
    let lowest = groups.iter().filter(|group| !group.open.is_empty()).map(|group| group.units).min();
    let used_up = groups.iter().filter_map(|group| group.units_when_used_up(pass, order)).min();
    let (Some(lowest), Some(used_up)) = (lowest, used_up) else { return };
    let highest = used_up.min(lowest.saturating_add(pass.remaining));
    // Mostly nothing limits a launch but the pools, and a bound of the units tells that the target is not reached.
    let all_free = groups.iter().flat_map(|group| group.all_free(pass, order)).collect::<Vec<_>>();
    let only_pools_bind = pass.can_launch_all(&all_free);
    let is_possible = |level: u128| {
        let most_units = groups.iter().map(|group| group.most_units_up_to(level, pass, order));
        if only_pools_bind && most_units.fold(0, u128::saturating_add) < pass.remaining {
            return true;
        }
        let launches = groups.iter().flat_map(|group| group.launches_up_to(level, pass, order));
        let launches: Vec<(usize, u128)> = launches.map(|(_, pool, count)| (pool, count)).collect();
        let units = launches.iter().map(|&(pool, count)| count.saturating_mul(pass.weights[pool]));
        units.fold(0, u128::saturating_add) < pass.remaining && pass.can_launch_all(&launches)
    };
    if highest <= lowest {
        return;
    }
    let level = if is_possible(highest) { highest } else { partition_point(lowest + 1..highest, is_possible) - 1 };

    // Within a group every pool gets one instance before any gets a second, so the units before a pool's first turn
    // are known, and with them the order first tried.
    let mut launches = Vec::new();
    for group in &mut *groups {
        let mut units = group.units;
        for (rank, pool, count) in group.launches_up_to(level, pass, order) {
            let is_new = pass.amounts[pool] == 0;
            launches.push((units, rank, pool, count));
            group.units += count * pass.weights[pool];
            units += if is_new { pass.weights[pool] } else { 0 };
        }
    }
    launches.sort_unstable();
    for (_, _, pool, count) in launches {
        pass.launch(pool, count);
    }
    for group in groups {
        group.open = group.open.iter().map(|&(_, rank)| (delivered_units(pass, order[rank]), rank)).into_set();
    }
}

impl BalancedGroup {
    /// What decides when its next pool has its turn: the group's units, then the pool's rank.
    fn turn(&self, index: usize) -> Option<(u128, usize, usize)> {
        self.open.first().map(|&(_, rank)| (self.units, rank, index))
    }

    fn open_pools(&self, pass: &AllocationPass, order: &[usize]) -> Vec<OpenPool> {
        let open_pool = |&(_, rank): &(u128, usize)| {
            let pool = order[rank];
            OpenPool { rank, pool, weight: pass.weights[pool], amount: u128::from(pass.amounts[pool]) }
        };
        self.open.iter().map(open_pool).collect()
    }

    /// Units that pools found empty delivered.
    fn closed_units(&self) -> u128 {
        self.units - self.open.iter().map(|&(units, _)| units).sum::<u128>()
    }

    /// Units of the group when the first of its open pools has given all its free instances and every pool with fewer
    /// units has had its turns; `None` if none is open.
    fn units_when_used_up(&self, pass: &AllocationPass, order: &[usize]) -> Option<u128> {
        let pools = self.open_pools(pass, order);
        let all_units =
            |open: &OpenPool| open.weight.saturating_mul(open.amount + u128::from(pass.free_instances(open.pool)));
        let pool_level = pools.iter().map(all_units).min()?;
        Some(units_at(pool_level, &pools).saturating_add(self.closed_units()))
    }

    /// At least the units that single steps would deliver here until the group has `level` units.
    fn most_units_up_to(&self, level: u128, pass: &AllocationPass, order: &[usize]) -> u128 {
        let heaviest = self.open.iter().map(|&(_, rank)| pass.weights[order[rank]]).max();
        let missing = level.saturating_sub(self.units);
        heaviest.filter(|_| missing > 0).map_or(0, |heaviest| missing.saturating_add(heaviest - 1))
    }

    /// All free instances of its open pools.
    fn all_free(&self, pass: &AllocationPass, order: &[usize]) -> Vec<(usize, u128)> {
        let free = |&(_, rank): &(u128, usize)| (order[rank], u128::from(pass.free_instances(order[rank])));
        self.open.iter().map(free).collect()
    }

    /// Instances by pool, with its rank, that single steps would launch here until the group has `level` units; none if it
    /// has them.
    fn launches_up_to(&self, level: u128, pass: &AllocationPass, order: &[usize]) -> Vec<(usize, usize, u128)> {
        let Some(&(fewest, _)) = self.open.first().filter(|_| self.units < level) else { return Vec::new() };
        let mut pools = self.open_pools(pass, order);
        pools.sort_unstable_by_key(|open| open.rank);
        let closed_units = self.closed_units();
        // What follows from `level` about the units of each open pool: on average, and how far one may be above others.
        let (count, open_level) = (pools.len() as u128, level - closed_units);
        let all_weights: u128 = pools.iter().map(|open| open.weight).fold(0, u128::saturating_add);
        let reached = (open_level - 1).saturating_sub(all_weights) / count;
        let is_below = |pool_level: u128| closed_units.saturating_add(units_at(pool_level, &pools)) < level;
        // At the level of the pool with fewest units the group has the units that it has now, which are fewer.
        let pool_level = partition_point(fewest.max(reached) + 1..open_level / count + 1, is_below) - 1;

        let mut units = closed_units.saturating_add(units_at(pool_level, &pools));
        let mut launches = Vec::new();
        for open in &pools {
            let mut instances = open.instances_at(pool_level);
            if units < level && instances * open.weight == pool_level {
                instances += 1;
                units += open.weight;
            }
            if instances > open.amount {
                launches.push((open.rank, open.pool, instances - open.amount));
            }
        }
        launches
    }
}

impl OpenPool {
    /// Its instances once every pool with fewer than `pool_level` units has had its turns.
    fn instances_at(&self, pool_level: u128) -> u128 {
        pool_level.div_ceil(self.weight).max(self.amount)
    }
}

/// Units of the open pools of a group once every one with fewer than `pool_level` units has had its turns.
fn units_at(pool_level: u128, pools: &[OpenPool]) -> u128 {
    pools.iter().map(|open| open.instances_at(pool_level).saturating_mul(open.weight)).fold(0, u128::saturating_add)
}

fn delivered_units(pass: &AllocationPass, pool: usize) -> u128 {
    pass.weights[pool] * u128::from(pass.amounts[pool])
}
