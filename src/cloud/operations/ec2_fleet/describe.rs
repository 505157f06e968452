//! `DescribeFleets`, `DescribeSpotFleetRequests`, and a fleet as it is now.

use std::collections::BTreeSet;

use super::super::group::describe as describe_group;
use super::errors::errors;
use super::operation::operations;
use crate::base::{Decimal, GroupId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    Activity, AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, Ec2Fleet, Ec2FleetKind, FleetInstances,
    FleetOptions, FleetPool, FleetState, GroupState, GroupStatus, Instance,
};
use crate::cloud::world::{EndedFleetDocument, Fleet, Stored, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// The fleets of these ids, or all that are not `instant`, by creation; then those that were deleted lately.
    ///
    /// # Errors
    /// An id that no fleet has.
    pub fn describe_fleets(&self, fleet_ids: Option<&BTreeSet<GroupId>>) -> Result<Vec<Ec2Fleet>> {
        self.described(Ec2FleetKind::Ec2Fleet, fleet_ids)
    }

    /// The spot fleets of these ids, or all, by creation; then those that were cancelled lately.
    ///
    /// # Errors
    /// An id that no spot fleet has.
    pub fn describe_spot_fleets(&self, fleet_ids: Option<&BTreeSet<GroupId>>) -> Result<Vec<Ec2Fleet>> {
        self.described(Ec2FleetKind::SpotFleet, fleet_ids)
    }

    fn described(&self, kind: Ec2FleetKind, fleet_ids: Option<&BTreeSet<GroupId>>) -> Result<Vec<Ec2Fleet>> {
        self.read(operations(kind).describe, |world| match fleet_ids {
            Some(ids) => ids.iter().map(|id| find_existing_or_ended(world, id)).collect(),
            None => all(world, kind),
        })
    }

    /// Oldest first.
    ///
    /// # Errors
    /// An id that no fleet has.
    pub fn describe_fleet_history(&self, fleet_id: &GroupId) -> Result<Vec<Activity>> {
        self.read(operations(Ec2FleetKind::of_id(fleet_id)).describe_history, |world| {
            find_existing_or_ended(world, fleet_id)?;
            world.history(Some(fleet_id.as_str()))
        })
    }
}

fn all(world: &mut World, kind: Ec2FleetKind) -> Result<Vec<Ec2Fleet>> {
    let mut fleets = Vec::new();
    for fleet in world.fleets::<CreateAutoProvisioningGroupRequest>()? {
        let of_kind =
            fleet.request.fleet.as_ref().is_some_and(|options| Ec2FleetKind::of_id(&options.fleet_id) == kind);
        if of_kind && !fleet.request.is_instant() {
            fleets.push(describe(world, fleet)?);
        }
    }
    let ended = world
        .ended_fleets()?
        .into_iter()
        .filter(|fleet| Ec2FleetKind::of_id(&fleet.id.as_str().into()) == kind && !fleet.document.request.is_instant());
    fleets.extend(ended.map(describe_ended));
    Ok(fleets)
}

fn find_existing_or_ended(world: &mut World, fleet_id: &GroupId) -> Result<Ec2Fleet> {
    if let Some(fleet) = find(world, fleet_id)? {
        return describe(world, fleet);
    }
    let ended = world.ended_fleet(fleet_id)?;
    ended.map(describe_ended).ok_or_else(|| no_fleet(world, fleet_id))
}

/// A fleet of this region that was not deleted.
pub(super) fn find(world: &mut World, fleet_id: &GroupId) -> Result<Option<Fleet<CreateAutoProvisioningGroupRequest>>> {
    let fleet = world.fleet::<CreateAutoProvisioningGroupRequest>(fleet_id.as_str())?;
    Ok(fleet.filter(|fleet| fleet.request.fleet.is_some()))
}

pub(super) fn no_fleet(world: &World, fleet_id: &GroupId) -> CloudError {
    let message = format!("there is no fleet `{fleet_id}` in `{}`", world.region);
    let code = match Ec2FleetKind::of_id(fleet_id) {
        Ec2FleetKind::Ec2Fleet => codes::INVALID_FLEET_NOT_FOUND,
        Ec2FleetKind::SpotFleet => codes::INVALID_SPOT_FLEET_NOT_FOUND,
    };
    CloudError::of(Member::GroupId, code, message)
}

/// A fleet that was not deleted.
pub(super) fn describe(world: &mut World, fleet: Fleet<CreateAutoProvisioningGroupRequest>) -> Result<Ec2Fleet> {
    let group = describe_group(world, fleet)?;
    let instances = group.request.fleet.as_deref().map(|options| by_pool(options, &group.instances));
    Ok(Ec2Fleet {
        fleet_id: group.group_id.clone(),
        state: state(&group),
        instances: instances.unwrap_or_default(),
        errors: errors(&group),
        group,
    })
}

fn state(group: &AutoProvisioningGroup) -> FleetState {
    match group.status {
        GroupStatus::Submitted => FleetState::Submitted,
        GroupStatus::Active => FleetState::Active,
        GroupStatus::Deleted if group.request.terminate_instances_with_expiration => FleetState::DeletedTerminating,
        GroupStatus::Deleted => FleetState::DeletedRunning,
    }
}

/// The living instances, those of one pool and billing together, in the order of launch.
fn by_pool(options: &FleetOptions, instances: &[Instance]) -> Vec<FleetInstances> {
    let mut found: Vec<FleetInstances> = Vec::new();
    for instance in instances.iter().filter(|instance| instance.state.is_live()) {
        let billing = instance.spot_strategy.billing();
        let pool = FleetPool::of(options, &instance.zone_id, &instance.instance_type, billing);
        match found.iter_mut().find(|row| row.pool == pool) {
            Some(row) => row.instance_ids.push(instance.instance_id.clone()),
            None => found.push(FleetInstances { pool, instance_ids: vec![instance.instance_id.clone()] }),
        }
    }
    found
}

fn describe_ended(ended: Stored<EndedFleetDocument>) -> Ec2Fleet {
    let Stored { id, document } = ended;
    let group = AutoProvisioningGroup {
        group_id: id.as_str().into(),
        status: GroupStatus::Deleted,
        state: GroupState::Error,
        launch_results: Vec::new(),
        instances: Vec::new(),
        fulfilled_capacity: Decimal::ZERO,
        fulfilled_pay_as_you_go_capacity: Decimal::ZERO,
        fulfilled_spot_capacity: Decimal::ZERO,
        fulfilled_vcpus: 0,
        hourly_cost: Decimal::ZERO,
        optimal_hourly_cost: Decimal::ZERO,
        create_time: document.create_time,
        request_id: String::new(),
        client_token: document.client_token,
        error_code: None,
        error_message: None,
        warnings: Vec::new(),
        request: document.request,
    };
    let (instances, errors) = (Vec::new(), Vec::new());
    Ec2Fleet { fleet_id: group.group_id.clone(), state: document.state, group, instances, errors }
}
