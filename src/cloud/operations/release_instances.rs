//! `DeleteInstances` (`TerminateInstances`): releases single instances of any group or reservation.

use std::collections::{BTreeMap, BTreeSet};

use super::check;
use super::instance::check_protection;
use super::network::check_no_route;
use crate::base::InstanceId;
use crate::base::order::Order;
use crate::base::wording::passive_sentence;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ActivityKind, LaunchInstanceRequest};
use crate::cloud::step::EndReason;
use crate::cloud::world::{Batch, InstanceRow, InstanceRowState, World, is_single_instance};
use crate::market::Operation;

/// How many instances one call takes, the service's limit (RULES.md, Other resources).
const MAX_INSTANCES_PER_CALL: usize = 100;

impl SimCloud {
    /// Terminates instances of this region, all or none of them. Released instances are not lost: no plan replaces them
    /// (G10), but a `maintain` group that falls short replenishes at the next step of time (G12).
    pub fn delete_instances(&self, instance_ids: &BTreeSet<InstanceId>) -> Result<(), CloudError> {
        self.write(Operation::DeleteInstances, |world| delete(world, instance_ids))
    }
}

fn delete(world: &mut World, instance_ids: &BTreeSet<InstanceId>) -> Result<(), CloudError> {
    if instance_ids.is_empty() || instance_ids.len() > MAX_INSTANCES_PER_CALL {
        let message = format!(
            "{}; one call deletes 1 to {MAX_INSTANCES_PER_CALL}",
            passive_sentence(instance_ids.len(), "instance", "named")
        );
        return Err(CloudError::of(Member::InstanceIds, codes::INVALID_PARAMETER, message));
    }
    release(world, instance_ids)
}

/// Ends these instances, all or none of them.
pub(super) fn release(world: &mut World, instance_ids: &BTreeSet<InstanceId>) -> Result<(), CloudError> {
    let mut chosen: BTreeMap<i64, (Batch, Vec<InstanceRow>)> = BTreeMap::new();
    let mut missing = Vec::new();
    for id in instance_ids {
        match world.instance_row(id.as_str())?.filter(|(_, row)| row.state != InstanceRowState::Lost) {
            Some((batch, row)) => chosen.entry(batch.id).or_insert((batch, Vec::new())).1.push(row),
            None => missing.push(id),
        }
    }
    for (batch, _) in chosen.values() {
        if let Some(single) = world.fleet::<LaunchInstanceRequest>(&batch.fleet_id)? {
            check_protection(&single)?;
        }
    }
    if !missing.is_empty() {
        let message = format!("there is no instance {} in `{}`", check::list(&missing), world.region);
        return Err(CloudError::of(Member::InstanceIds, codes::INVALID_INSTANCE_NOT_FOUND, message));
    }
    check_no_route(world, instance_ids)?;
    let mut by_fleet: BTreeMap<&str, Vec<InstanceId>> = BTreeMap::new();
    for (batch, rows) in chosen.values_mut() {
        rows.order_by_key(|row| row.ordinal);
        world.end(batch, rows, EndReason::Released)?;
        by_fleet.entry(&batch.fleet_id).or_default().extend(rows.iter().map(|row| row.instance_id.clone()));
    }
    for (fleet_id, ids) in by_fleet {
        world.record(
            ActivityKind::DeleteInstances,
            fleet_id,
            passive_sentence(ids.len(), "instance", "released"),
            &[],
            &ids,
        )?;
        world.release_token_of_empty_reservation(fleet_id)?;
        if is_single_instance(fleet_id) {
            world.remove_fleet(fleet_id, false)?;
        }
    }
    Ok(())
}
