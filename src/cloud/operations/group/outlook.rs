//! What an outlook of a group launches, or what it already has.

use super::create::{OPERATION, new_fleet, parameters, release_namesakes};
use super::modify::modify;
use super::request::check_request;
use super::template::with_launch_template;
use crate::base::GroupId;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, ExistingFleet, FleetUpdate, ModifyAutoProvisioningGroupRequest, OutlookFleet,
};
use crate::cloud::outlook::{HeldFleet, LaunchKind, OutlookLaunch};
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::provisioning::replenish::PreparedGroup;
use crate::cloud::world::{Fleet, IdSource, World, new_call};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The group as its creation would make it, without instances.
pub(in crate::cloud::operations) fn outlook_launch(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    replaces_namesakes: bool,
) -> Result<OutlookLaunch> {
    if replaces_namesakes {
        release_namesakes(world, request)?;
    }
    let fingerprint = parameters(request);
    let ids = IdSource::of_call(world, OPERATION, request.client_token.as_deref(), &fingerprint)?;
    let call = new_call(world, OPERATION, fingerprint)?;
    let (request, _) = with_launch_template(world, request)?;
    check_request(world, &request)?;
    let candidates = candidates(world, &request)?;
    let fleet = new_fleet(world, &request, &call)?;
    Ok(OutlookLaunch { fleet, scaling: None, candidates, ids, held: None, kind: LaunchKind::Fleet })
}

/// A group, or a fleet of EC2, as it is once it has changed; `None` if the world does not have it.
pub(in crate::cloud::operations) fn outlook_of_existing(
    world: &mut World,
    after: &OutlookFleet,
    existing: &ExistingFleet,
) -> Result<Option<OutlookLaunch>> {
    let Some(mut fleet) = world.fleet::<CreateAutoProvisioningGroupRequest>(&existing.id)? else { return Ok(None) };
    let mut held = HeldFleet::read(world, &fleet.id)?;
    if let Some(update) = &existing.update {
        fleet = changed(world, fleet, after, update)?;
        held.note_results(&fleet.outcome.launch_results);
        held.read_again(world, &fleet.id)?;
    }
    let candidates = PreparedGroup::of(world, fleet.clone())?.candidates().to_vec();
    let ids = IdSource::of_fleet(world, &fleet)?;
    Ok(Some(OutlookLaunch { fleet, scaling: None, candidates, ids, held: Some(held), kind: LaunchKind::Fleet }))
}

/// The group after the change, whose launch results are those of the change alone.
fn changed(
    world: &mut World,
    mut fleet: Fleet<CreateAutoProvisioningGroupRequest>,
    after: &OutlookFleet,
    update: &FleetUpdate,
) -> Result<Fleet<CreateAutoProvisioningGroupRequest>> {
    fleet.outcome.launch_results.clear();
    world.save_fleet(&fleet)?;
    let group_id = Some(GroupId::from(fleet.id.as_str()));
    modify(world, &ModifyAutoProvisioningGroupRequest { group_id, ..modification(after, update) })?;
    Ok(world.fleet(&fleet.id)?.unwrap_or(fleet))
}

/// What differs from the fleet before.
fn modification(after: &OutlookFleet, update: &FleetUpdate) -> ModifyAutoProvisioningGroupRequest {
    let replace_lost_now = update.replaces_lost;
    match (&update.before, after) {
        (OutlookFleet::Group(before), OutlookFleet::Group(after)) => ModifyAutoProvisioningGroupRequest {
            capacity: (before.capacity != after.capacity).then_some(after.capacity),
            configs: (before.configs != after.configs).then(|| after.configs.clone()),
            max_spot_price: (before.max_spot_price != after.max_spot_price).then_some(after.max_spot_price),
            excess_capacity_termination_policy: Some(after.excess_capacity_termination_policy),
            terminate_instances_with_expiration: Some(after.terminate_instances_with_expiration),
            replace_lost_now,
            ..ModifyAutoProvisioningGroupRequest::default()
        },
        (OutlookFleet::Ec2Fleet(before), OutlookFleet::Ec2Fleet(after)) => ModifyAutoProvisioningGroupRequest {
            capacity: (before.capacity != after.capacity).then_some(after.capacity),
            replace_lost_now,
            ..ModifyAutoProvisioningGroupRequest::default()
        },
        _ => ModifyAutoProvisioningGroupRequest { replace_lost_now, ..ModifyAutoProvisioningGroupRequest::default() },
    }
}
