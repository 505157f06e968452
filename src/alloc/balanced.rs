//! Balances units over groups of pools: one instance at a time goes to the group with fewest units, and within it to
//! the pool with fewest. Where nothing runs out on the way, many steps are taken at once.

use super::fixed_point::partition_point;
use super::pass::AllocationPass;

/// Fast-forwarding costs about as much as this many single steps; where one pool after another runs out, single steps
/// are cheaper.
const STEPS_BEFORE_FAST_FORWARD: u32 = 64;

/// Pools that share their units evenly.
struct BalancedGroup {
    /// Pools not yet found empty, in the order that decides ties.
    open: Vec<usize>,
    /// Units that all its pools delivered in this pass, including those found empty since.
    units: u128,
}

/// Launches until the target is reached or every pool is out. Groups and pools start without units; the pools of a
/// group are given in the order of [`AllocationPass::by_unit_price`].
///
/// Of two groups with equally few units, the one whose next pool is cheaper per unit comes first (G5).
pub(super) fn launch_balanced(pass: &mut AllocationPass, groups: Vec<Vec<usize>>) {
    let mut rank = vec![0; pass.pools.len()];
    for (position, &pool) in pass.by_unit_price.iter().enumerate() {
        rank[pool] = position;
    }
    let mut groups: Vec<BalancedGroup> = groups.into_iter().map(|open| BalancedGroup { open, units: 0 }).collect();
    let mut single_steps = STEPS_BEFORE_FAST_FORWARD;
    while pass.remaining > 0 {
        if single_steps == STEPS_BEFORE_FAST_FORWARD {
            fast_forward(pass, &mut groups, &rank);
            single_steps = 0;
        }
        let turns = groups.iter().enumerate().filter_map(|(index, group)| Some((index, group.next(pass)?)));
        let Some((index, pool)) = turns.min_by_key(|&(index, pool)| (groups[index].units, rank[pool])) else { break };
        if pass.launch(pool, 1) {
            groups[index].units += pass.weights[pool];
            single_steps += 1;
        } else {
            groups[index].open.retain(|&open| open != pool);
            single_steps = 0;
        }
    }
}

/// Launches at once everything that single steps would launch before any group with `level` units gets another turn.
/// The level is the highest at which no pool runs out and the target is not yet reached.
///
/// After it, a pool is found empty or the target is reached before every group has had another turn.
fn fast_forward(pass: &mut AllocationPass, groups: &mut [BalancedGroup], rank: &[usize]) {
    let is_possible = |level: u128| {
        let launches: Vec<(usize, u128)> = groups.iter().flat_map(|group| group.launches_up_to(level, pass)).collect();
        let units = launches
            .iter()
            .fold(0_u128, |sum, &(pool, count)| sum.saturating_add(count.saturating_mul(pass.weights[pool])));
        units < pass.remaining && pass.can_launch_all(&launches)
    };
    let lowest = groups.iter().filter(|group| !group.open.is_empty()).map(|group| group.units).min().unwrap_or(0);
    // At the upper end every group would have more units than the target still needs.
    let level = partition_point(lowest + 1..lowest + pass.remaining, is_possible) - 1;

    // Within a group every pool gets one instance before any gets a second, so the units before a pool's first turn
    // are known, and with them the order first tried.
    let mut launches = Vec::new();
    for group in groups {
        let mut units = group.units;
        for (pool, count) in group.launches_up_to(level, pass) {
            let is_new = pass.amounts[pool] == 0;
            launches.push((units, rank[pool], pool, count));
            group.units += count * pass.weights[pool];
            units += if is_new { pass.weights[pool] } else { 0 };
        }
    }
    launches.sort_unstable();
    for (_, _, pool, count) in launches {
        pass.launch(pool, count);
    }
}

impl BalancedGroup {
    /// The pool whose turn is next within the group.
    fn next(&self, pass: &AllocationPass) -> Option<usize> {
        self.open.iter().copied().min_by_key(|&pool| delivered_units(pass, pool))
    }

    /// Instances by pool that single steps would launch here until the group has `level` units; none if it has them.
    fn launches_up_to(&self, level: u128, pass: &AllocationPass) -> Vec<(usize, u128)> {
        if self.units >= level || self.open.is_empty() {
            return Vec::new();
        }
        let closed_units = self.units - self.open.iter().map(|&pool| delivered_units(pass, pool)).sum::<u128>();
        // Instances of a pool once every pool with fewer than `pool_level` units has had its turns.
        let instances_at =
            |pool_level: u128, pool: usize| pool_level.div_ceil(pass.weights[pool]).max(u128::from(pass.amounts[pool]));
        let units_at = |pool_level: u128| {
            let open_units = self.open.iter().map(|&pool| instances_at(pool_level, pool) * pass.weights[pool]);
            open_units.fold(closed_units, u128::saturating_add)
        };
        // At level 0 the group has the units that it has now, which are fewer than `level`.
        let pool_level = partition_point(1..level, |pool_level| units_at(pool_level) < level) - 1;

        let mut counts: Vec<u128> = self.open.iter().map(|&pool| instances_at(pool_level, pool)).collect();
        let mut reached = units_at(pool_level);
        for (count, &pool) in counts.iter_mut().zip(&self.open) {
            if reached < level && *count * pass.weights[pool] == pool_level {
                *count += 1;
                reached += pass.weights[pool];
            }
        }
        let launches =
            self.open.iter().zip(counts).map(|(&pool, count)| (pool, count - u128::from(pass.amounts[pool])));
        launches.filter(|&(_, count)| count > 0).collect()
    }
}

fn delivered_units(pass: &AllocationPass, pool: usize) -> u128 {
    pass.weights[pool] * u128::from(pass.amounts[pool])
}
