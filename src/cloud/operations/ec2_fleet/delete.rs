//! `DeleteFleets` and `CancelSpotFleetRequests`.

use super::super::group::delete as delete_group;
use super::describe::{find, no_fleet};
use super::operation::operations;
use crate::base::GroupId;
use crate::base::wording::passive_sentence;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    ActivityKind, DeleteAutoProvisioningGroupRequest, DeleteFleetRequest, DeletedFleet, Ec2FleetKind, FleetState,
};
use crate::cloud::step::{EndReason, Phase};
use crate::cloud::world::{EndedFleetDocument, InstanceRow, InstanceRowState, Stored, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Deletes a fleet, with its instances if it is asked to or of type `instant`; a fleet that was deleted and left
    /// instances running can be deleted again with them (G26).
    ///
    /// # Errors
    /// An id that no fleet has.
    pub fn delete_fleet(&self, request: &DeleteFleetRequest) -> Result<DeletedFleet> {
        self.write(operations(Ec2FleetKind::of_id(&request.fleet_id)).delete, |world| delete(world, request))
    }
}

fn delete(world: &mut World, request: &DeleteFleetRequest) -> Result<DeletedFleet> {
    let Some(fleet) = find(world, &request.fleet_id)? else { return delete_again(world, request) };
    let terminates = request.terminate_instances || fleet.request.is_instant();
    let previous = if fleet.phase == Phase::Submitted { FleetState::Submitted } else { FleetState::Active };
    delete_group(
        world,
        &DeleteAutoProvisioningGroupRequest {
            group_id: request.fleet_id.clone(),
            terminate_instances: Some(terminates),
        },
    )?;
    let state = if terminates { FleetState::DeletedTerminating } else { FleetState::DeletedRunning };
    let ended = EndedFleetDocument {
        state,
        request: fleet.request,
        client_token: fleet.outcome.client_token,
        create_time: fleet.create_time,
        end_time: world.now,
    };
    world.save_resource(request.fleet_id.as_str(), &ended)?;
    Ok(DeletedFleet { previous, current: state })
}

fn delete_again(world: &mut World, request: &DeleteFleetRequest) -> Result<DeletedFleet> {
    let ended = world.ended_fleet(&request.fleet_id)?;
    let Stored { mut document, .. } = ended.ok_or_else(|| no_fleet(world, &request.fleet_id))?;
    let previous = document.state;
    if request.terminate_instances && previous == FleetState::DeletedRunning {
        end_left_instances(world, &request.fleet_id)?;
        document.state = FleetState::DeletedTerminating;
        world.save_resource(request.fleet_id.as_str(), &document)?;
    }
    Ok(DeletedFleet { previous, current: document.state })
}

fn end_left_instances(world: &mut World, fleet_id: &GroupId) -> Result<()> {
    let mut gone = Vec::new();
    for batch in world.left_batches(fleet_id.as_str())? {
        let mut instances: Vec<InstanceRow> = world.instances_of(batch.id)?;
        instances.retain(|instance| instance.state != InstanceRowState::Lost);
        world.end(&batch, &instances, EndReason::Released)?;
        gone.extend(instances.into_iter().map(|instance| instance.instance_id));
    }
    let detail = passive_sentence(gone.len(), "instance", "terminated");
    world.record(ActivityKind::DeleteInstances, fleet_id.as_str(), detail, &[], &gone)
}
