//! The changes of a fleet that plans have shown, kept in the world until the fleet is changed (G10a).
//!
//! A plan and the apply that follows it run in different processes; the apply finds here what the plan showed.

use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, FleetId, LaunchInstanceRequest, PlannedChange, RunInstancesRequest,
};
use crate::cloud::world::{FleetRequest, Outcome, RecordedPlan, ScalingFleetRequest, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Plans of one fleet that may still be applied.
const MAX_PLANNED_CHANGES: usize = 8;

impl SimCloud {
    /// Records the change that a plan showed for a fleet, even an empty one. A fleet that does not exist has no plans:
    /// nothing is recorded.
    pub fn record_planned_change(
        &self,
        fleet: &FleetId,
        plan_fingerprint: &str,
        planned: &PlannedChange,
    ) -> Result<()> {
        if self.planned_change(fleet, plan_fingerprint)?.as_ref() == Some(planned) {
            return Ok(());
        }
        let plan = RecordedPlan {
            plan_fingerprint: plan_fingerprint.to_owned(),
            change: planned.change.clone(),
            results: planned.results.clone(),
        };
        self.write(None, |world| {
            update(world, fleet, |outcome| {
                let planned_changes = &mut outcome.planned_changes;
                planned_changes.retain(|known| known.plan_fingerprint != plan.plan_fingerprint);
                planned_changes.push(plan.clone());
                planned_changes.drain(..planned_changes.len().saturating_sub(MAX_PLANNED_CHANGES));
            })
        })
    }

    /// The change that the plan with this fingerprint showed; `None` if none did, or the fleet was changed since.
    pub fn planned_change(&self, fleet: &FleetId, plan_fingerprint: &str) -> Result<Option<PlannedChange>> {
        self.read(None, |world| {
            let planned_changes = match fleet {
                FleetId::Group(id) => planned_changes::<CreateAutoProvisioningGroupRequest>(world, id.as_str())?,
                FleetId::Reservation(id) => planned_changes::<RunInstancesRequest>(world, id.as_str())?,
                FleetId::ScalingGroup(id) => planned_changes::<ScalingFleetRequest>(world, id.as_str())?,
                FleetId::Instance(id) => planned_changes::<LaunchInstanceRequest>(world, id.as_str())?,
            };
            let found = planned_changes.into_iter().find(|known| known.plan_fingerprint == plan_fingerprint);
            Ok(found.map(|known| PlannedChange { change: known.change, results: known.results }))
        })
    }

    /// Deletes the changes that all plans of a fleet have shown.
    pub fn clear_planned_changes(&self, fleet: &FleetId) -> Result<()> {
        self.write(None, |world| update(world, fleet, |outcome| outcome.planned_changes.clear()))
    }

    /// Records that a state holds a fleet while a plan creates one with the same client token: until the fleet is gone, a
    /// repetition of its request is refused (W2).
    pub fn record_held_fleet(&self, fleet: &FleetId) -> Result<()> {
        self.write(None, |world| update(world, fleet, |outcome| outcome.is_held = true))
    }
}

fn update(world: &mut World, fleet: &FleetId, change: impl Fn(&mut Outcome)) -> Result<()> {
    match fleet {
        FleetId::Group(id) => update_fleet::<CreateAutoProvisioningGroupRequest>(world, id.as_str(), change),
        FleetId::Reservation(id) => update_fleet::<RunInstancesRequest>(world, id.as_str(), change),
        FleetId::ScalingGroup(id) => update_fleet::<ScalingFleetRequest>(world, id.as_str(), change),
        FleetId::Instance(id) => update_fleet::<LaunchInstanceRequest>(world, id.as_str(), change),
    }
}

fn update_fleet<R: FleetRequest>(world: &mut World, fleet_id: &str, change: impl Fn(&mut Outcome)) -> Result<()> {
    if let Some(mut fleet) = world.fleet::<R>(fleet_id)? {
        change(&mut fleet.outcome);
        world.save_outcome(&fleet)?;
    }
    Ok(())
}

fn planned_changes<R: FleetRequest>(world: &mut World, fleet_id: &str) -> Result<Vec<RecordedPlan>> {
    Ok(world.fleet::<R>(fleet_id)?.map(|fleet| fleet.outcome.planned_changes).unwrap_or_default())
}
