//! One instance at a time to the group of pools with fewest units, there to the pool with fewest units, in one leap
//! where the way is clear.

use super::pass::Pass;
use super::whole::last_true;

/// A leap is about as much work as this many single steps, which are enough where pools run out one after the other.
const LEAP_AFTER: u32 = 64;

/// Pools that share evenly.
struct Group {
    /// Those not yet found empty, in the order that decides ties.
    open: Vec<usize>,
    /// What all its pools delivered in this pass, the closed ones too.
    units: u128,
}

/// Launches until nothing is lacking or every pool is out. Groups and pools have no units yet; the pools of a group
/// are given in the order of [`Pass::by_unit_price`].
///
/// Between two groups with equally few units, the one whose turn would go to the pool cheaper per unit comes first (G5).
pub(super) fn launch_evenly(pass: &mut Pass, groups: Vec<Vec<usize>>) {
    let mut rank = vec![0; pass.pools.len()];
    for (place, &pool) in pass.by_unit_price.iter().enumerate() {
        rank[pool] = place;
    }
    let mut groups: Vec<Group> = groups.into_iter().map(|open| Group { open, units: 0 }).collect();
    let mut steps_without_leap = LEAP_AFTER;
    while pass.remaining > 0 {
        if steps_without_leap == LEAP_AFTER {
            leap(pass, &mut groups, &rank);
            steps_without_leap = 0;
        }
        let turns = groups.iter().enumerate().filter_map(|(index, group)| Some((index, group.next(pass)?)));
        let Some((index, pool)) = turns.min_by_key(|&(index, pool)| (groups[index].units, rank[pool])) else { break };
        if pass.launch(pool, 1) {
            groups[index].units += pass.weights[pool];
            steps_without_leap += 1;
        } else {
            groups[index].open.retain(|&open| open != pool);
            steps_without_leap = 0;
        }
    }
}

/// Launches at once all that the rule would launch before any group that has reached a certain level gets a turn; the
/// level is the highest at which nothing binds yet and something is still lacking.
///
/// From there, a pool is found empty or the target reached before each group has had another turn.
fn leap(pass: &mut Pass, groups: &mut [Group], rank: &[usize]) {
    let is_clear = |level: u128| {
        let launches: Vec<(usize, u128)> = groups.iter().flat_map(|group| group.launches_up_to(level, pass)).collect();
        let units = launches
            .iter()
            .fold(0_u128, |sum, &(pool, count)| sum.saturating_add(count.saturating_mul(pass.weights[pool])));
        units < pass.remaining && pass.has_room_for(&launches)
    };
    let lowest = groups.iter().filter(|group| !group.open.is_empty()).map(|group| group.units).min().unwrap_or(0);
    // Every group would stand above what is lacking, which is more than enough.
    let level = last_true(lowest, lowest + pass.remaining, is_clear);

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

impl Group {
    /// The pool whose turn it is within the group.
    fn next(&self, pass: &Pass) -> Option<usize> {
        self.open.iter().copied().min_by_key(|&pool| delivered(pass, pool))
    }

    /// What the rule would launch here until the group has `level` units, by pool; nothing if it has them already.
    fn launches_up_to(&self, level: u128, pass: &Pass) -> Vec<(usize, u128)> {
        if self.units >= level || self.open.is_empty() {
            return Vec::new();
        }
        let closed_units = self.units - self.open.iter().map(|&pool| delivered(pass, pool)).sum::<u128>();
        // Instances of a pool when every pool below `inner` has had its turns.
        let at = |inner: u128, pool: usize| inner.div_ceil(pass.weights[pool]).max(u128::from(pass.amounts[pool]));
        let units = |inner: u128| {
            let open_units = self.open.iter().map(|&pool| at(inner, pool) * pass.weights[pool]);
            open_units.fold(closed_units, u128::saturating_add)
        };
        let inner = last_true(0, level, |inner| units(inner) < level);

        let mut counts: Vec<u128> = self.open.iter().map(|&pool| at(inner, pool)).collect();
        let mut reached = units(inner);
        for (count, &pool) in counts.iter_mut().zip(&self.open) {
            if reached < level && *count * pass.weights[pool] == inner {
                *count += 1;
                reached += pass.weights[pool];
            }
        }
        let launches =
            self.open.iter().zip(counts).map(|(&pool, count)| (pool, count - u128::from(pass.amounts[pool])));
        launches.filter(|&(_, count)| count > 0).collect()
    }
}

fn delivered(pass: &Pass, pool: usize) -> u128 {
    pass.weights[pool] * u128::from(pass.amounts[pool])
}
