//! `ModifyFleet` and `ModifySpotFleetRequest`.

use super::super::group::modify as modify_group;
use super::describe::{describe, find, no_fleet};
use super::operation::operations;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{Ec2Fleet, Ec2FleetKind, GroupType, ModifyAutoProvisioningGroupRequest, ModifyFleetRequest};
use crate::cloud::world::World;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Changes the capacity of a fleet of type `maintain`, which launches or releases at once, as a group does (G9).
    ///
    /// # Errors
    /// An id that no fleet has, another type, and capacities that contradict each other.
    pub fn modify_fleet(&self, request: &ModifyFleetRequest) -> Result<Ec2Fleet> {
        self.write(operations(Ec2FleetKind::of_id(&request.fleet_id)).modify, |world| modify(world, request))
    }
}

fn modify(world: &mut World, request: &ModifyFleetRequest) -> Result<Ec2Fleet> {
    let fleet_id = &request.fleet_id;
    let fleet = find(world, fleet_id)?.ok_or_else(|| no_fleet(world, fleet_id))?;
    if fleet.request.group_type != GroupType::Maintain {
        let message = format!(
            "the fleet `{fleet_id}` is `{}`, and only `maintain` fleets can be modified",
            fleet.request.group_type.name()
        );
        return Err(CloudError::of(Member::GroupId, codes::INVALID_PARAMETER_VALUE, message));
    }
    modify_group(
        world,
        &ModifyAutoProvisioningGroupRequest {
            group_id: Some(fleet_id.clone()),
            capacity: request.capacity,
            excess_capacity_termination_policy: request.excess_capacity_termination_policy,
            ..ModifyAutoProvisioningGroupRequest::default()
        },
    )?;
    let fleet = find(world, fleet_id)?.ok_or_else(|| no_fleet(world, fleet_id))?;
    describe(world, fleet)
}
