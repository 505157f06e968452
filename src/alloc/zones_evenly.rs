//! The same number of units in every zone, those included that a fleet has there already.

use std::collections::BTreeMap;

use super::pass::AllocationPass;
use super::{Allocation, AllocationRequest, Strategy};
use crate::base::{Decimal, ZoneId};

/// A zone that takes part.
struct OpenZone {
    /// Units of the fleet there, with those of this pass.
    units: Decimal,
    /// Pools not yet found empty, the one that is tried next last.
    pools: Vec<usize>,
}

/// Runs one pass that launches one instance at a time in the zone with fewest units, and there in the first pool that is
/// not out: by priority if the request's strategy is `prioritized`, else the cheapest per unit.
///
/// Of two zones with equally few units, the one whose first pool comes first has its turn. A zone takes part until all
/// its pools are out, and the other zones deliver the rest (G15). The time depends on the number of instances.
#[must_use]
pub fn allocate_evenly(request: &AllocationRequest, zone_units: &BTreeMap<ZoneId, Decimal>) -> Allocation {
    let mut pass = AllocationPass::new(request);
    let mut order = pass.by_unit_price.clone();
    if request.strategy == Strategy::Prioritized {
        order.sort_by_key(|&pool| (request.pools[pool].priority.is_none(), request.pools[pool].priority));
    }
    let mut zones: Vec<(&ZoneId, OpenZone)> = Vec::new();
    for pool in order {
        let id = &request.pools[pool].zone_id;
        if let Some((_, zone)) = zones.iter_mut().find(|(known, _)| *known == id) {
            zone.pools.push(pool);
        } else {
            let units = zone_units.get(id).copied().unwrap_or_default();
            zones.push((id, OpenZone { units, pools: vec![pool] }));
        }
    }
    for (_, zone) in &mut zones {
        zone.pools.reverse();
    }
    while pass.remaining > 0 {
        // Of equals `min_by_key` takes the first.
        let open = zones.iter_mut().filter(|(_, zone)| !zone.pools.is_empty());
        let Some((_, zone)) = open.min_by_key(|(_, zone)| zone.units) else { break };
        let Some(&pool) = zone.pools.last() else { break };
        if pass.launch(pool, 1) {
            zone.units += request.pools[pool].weight;
        } else {
            zone.pools.pop();
        }
    }
    pass.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::alloc::CandidatePool;

    fn pool(zone: &str, priority: u32, free: u32) -> CandidatePool {
        CandidatePool {
            zone_id: zone.into(),
            instance_type: "ecs.g7.large".into(),
            price: Decimal::from(10 - priority),
            weight: Decimal::ONE,
            priority: Some(priority),
            free,
            vswitch: 0,
            vcpus: 2,
        }
    }

    /// Instances by pool.
    fn amounts(strategy: Strategy, target: u32, zone_units: &[(&str, u32)], pools: &[CandidatePool]) -> Vec<u32> {
        let target = Decimal::from(target);
        let request = AllocationRequest { strategy, target, pools, free_addresses: &[100], free_vcpus: None };
        let units = zone_units.iter().map(|(zone, units)| (ZoneId::from(*zone), Decimal::from(*units))).collect();
        let mut amounts = vec![0; pools.len()];
        for allocated in allocate_evenly(&request, &units).pools {
            amounts[allocated.pool] += allocated.amount;
        }
        amounts
    }

    /// The vectors of the rule.
    #[test]
    fn g15_the_zone_with_fewest_units_has_its_turn() {
        let by_priority = |target, units: &[(&str, u32)], pools: &[CandidatePool]| {
            amounts(Strategy::Prioritized, target, units, pools)
        };
        assert_eq!(by_priority(4, &[("a", 4), ("b", 1)], &[pool("a", 0, 9), pool("b", 1, 9)]), [1, 3]);
        assert_eq!(by_priority(3, &[], &[pool("a", 0, 0), pool("b", 1, 9)]), [0, 3]);
        assert_eq!(by_priority(5, &[], &[pool("a", 0, 1), pool("a", 1, 9), pool("b", 2, 9)]), [1, 2, 2]);
        assert_eq!(by_priority(9, &[], &[pool("a", 0, 2), pool("b", 1, 3)]), [2, 3], "less than the target");
    }

    #[test]
    fn g15_other_strategies_take_the_cheapest_pool_of_a_zone() {
        let pools = [pool("a", 0, 9), pool("a", 1, 1), pool("b", 2, 9)];
        assert_eq!(amounts(Strategy::LowestPrice, 4, &[], &pools), [1, 1, 2]);
    }
}
