//! `diversified`: the same share for every zone.

use std::collections::BTreeMap;

use super::evenly::launch_evenly;
use super::pass::Pass;
use crate::base::ZoneId;

/// Launches one instance at a time in the zone with fewest units, there in the pool with fewest.
///
/// A zone takes part until all its pools are out; what it delivered by then stays its share, and the rest goes to the
/// other zones.
pub(super) fn run(pass: &mut Pass) {
    let mut zones: BTreeMap<&ZoneId, Vec<usize>> = BTreeMap::new();
    for &pool in &pass.by_unit_price {
        zones.entry(&pass.pools[pool].zone_id).or_default().push(pool);
    }
    launch_evenly(pass, zones.into_values().collect());
}
