//! `diversified`: the same number of units in every zone.

use std::collections::BTreeMap;

use super::balanced::launch_balanced;
use super::pass::AllocationPass;
use crate::base::ZoneId;

/// Launches one instance at a time in the zone with fewest units, and there in the pool with fewest.
///
/// A zone takes part until all its pools are used up; it keeps the units it delivered by then, and the other zones deliver
/// the rest.
pub(super) fn run(pass: &mut AllocationPass) {
    let mut zones: BTreeMap<&ZoneId, Vec<usize>> = BTreeMap::new();
    for &pool in &pass.by_unit_price {
        zones.entry(&pass.pools[pool].zone_id).or_default().push(pool);
    }
    launch_balanced(pass, zones.into_values().collect());
}
