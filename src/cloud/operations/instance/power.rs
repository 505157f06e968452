//! Starting, stopping and terminating several instances in one call: all of them or none (O7, O8).

use std::collections::BTreeSet;

use super::super::check;
use super::super::release_instances::release;
use super::modify::modify;
use super::records::records;
use crate::base::InstanceId;
use crate::base::collect::IntoOrdered;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    EndCause, FleetId, InstanceRecord, InstanceState, InstanceStateChange, ModifyInstanceRequest, Power, StoppedMode,
};
use crate::cloud::world::World;
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Ends instances. Those that have ended already stay so.
    pub fn terminate_instances_by_id(&self, instance_ids: &BTreeSet<InstanceId>) -> Result<Vec<InstanceStateChange>> {
        self.write(Operation::TerminateInstances, |world| {
            let records = existing(world, instance_ids)?;
            let (ended, living): (Vec<_>, Vec<_>) = records.into_iter().partition(is_ended);
            let ids = living.iter().map(|record| record.placed.instance.instance_id.clone()).into_set();
            release(world, &ids)?;
            let changes = living.iter().chain(&ended).map(change).collect();
            world.save_ended_instances(living, EndCause::User)?;
            Ok(changes)
        })
    }

    /// Starts stopped instances.
    pub fn start_instances(&self, instance_ids: &BTreeSet<InstanceId>) -> Result<Vec<InstanceStateChange>> {
        let power = (Power::Running, StoppedMode::NotApplicable);
        self.write(Operation::StartInstances, |world| switch(world, instance_ids, power))
    }

    /// Stops instances, which frees the stock that they hold.
    pub fn stop_instances(&self, instance_ids: &BTreeSet<InstanceId>) -> Result<Vec<InstanceStateChange>> {
        let power = (Power::Stopped, StoppedMode::StopCharging);
        self.write(Operation::StopInstances, |world| switch(world, instance_ids, power))
    }
}

fn switch(
    world: &mut World,
    instance_ids: &BTreeSet<InstanceId>,
    (power, stopped_mode): (Power, StoppedMode),
) -> Result<Vec<InstanceStateChange>> {
    let records = existing(world, instance_ids)?;
    for record in &records {
        let instance = &record.placed.instance;
        if is_ended(record) {
            let message = format!("the instance `{}` has ended and can neither start nor stop", instance.instance_id);
            return Err(CloudError::of(Member::InstanceId, codes::INCORRECT_INSTANCE_STATE, message));
        }
        if !matches!(instance.fleet, FleetId::Instance(_)) {
            let message = format!(
                "the instance `{}` belongs to a fleet, a group or a reservation, which starts and stops its instances by itself",
                instance.instance_id
            );
            return Err(CloudError::of(Member::InstanceId, codes::UNSUPPORTED_OPERATION, message));
        }
        modify(
            world,
            &ModifyInstanceRequest {
                instance_id: Some(instance.instance_id.clone()),
                power: Some(power),
                stopped_mode: Some(stopped_mode),
                ..ModifyInstanceRequest::default()
            },
        )?;
    }
    Ok(records.iter().map(change).collect())
}

/// What is known of instances that all exist, or have ended lately.
fn existing(world: &mut World, instance_ids: &BTreeSet<InstanceId>) -> Result<Vec<InstanceRecord>> {
    let found = records(world, instance_ids)?.records;
    let known: BTreeSet<&InstanceId> = found.iter().map(|record| &record.placed.instance.instance_id).into_set();
    let missing: Vec<&InstanceId> = instance_ids.iter().filter(|id| !known.contains(id)).collect();
    if missing.is_empty() {
        return Ok(found);
    }
    let message = format!("there is no instance {} in `{}`", check::list(&missing), world.region);
    Err(CloudError::of(Member::InstanceIds, codes::INVALID_INSTANCE_ID_NOT_FOUND, message))
}

fn is_ended(record: &InstanceRecord) -> bool {
    record.placed.instance.state == InstanceState::Terminated
}

fn change(record: &InstanceRecord) -> InstanceStateChange {
    let instance = &record.placed.instance;
    InstanceStateChange { instance_id: instance.instance_id.clone(), before: instance.state }
}
