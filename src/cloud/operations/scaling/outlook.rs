//! What an outlook of a scaling group launches, or what it already has.

use super::adjust::adjust;
use super::content::check_content;
use super::group::{adopt, changes_instances, new_fleet};
use super::request::{check, check_vswitches};
use crate::base::Billing;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, CreateScalingGroupRequest, ExistingFleet, OutlookFleet,
    ScalingContent,
};
use crate::cloud::outlook::{HeldFleet, LaunchKind, OutlookLaunch};
use crate::cloud::provisioning::candidate::{Candidate, candidates};
use crate::cloud::provisioning::scaling::launch_request;
use crate::cloud::step::Phase;
use crate::cloud::world::{
    Fleet, IdSource, LaunchEra, ScalingFleetRequest, World, fingerprint, new_call, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The group as it is when it is enabled, without instances.
pub(in crate::cloud::operations) fn outlook_launch(
    world: &mut World,
    request: &CreateScalingGroupRequest,
    content: &ScalingContent,
) -> Result<OutlookLaunch> {
    check(request)?;
    check_vswitches(world, request)?;
    let parameters = fingerprint(&write_document(request));
    let ids = IdSource::of_call(world, Operation::CreateScalingGroup, None, &parameters)?;
    let call = new_call(world, Operation::CreateScalingGroup, parameters)?;
    let fleet = new_fleet(world, request, &call)?;
    let mut scaling = fleet.request.clone();
    scaling.adopt(LaunchEra { first_launch_index: 0, configuration_number: 0, content: content.clone() }, &[]);
    check_content(world, &scaling, content)?;
    let (group, candidates) = launch(world, &scaling)?;
    let fleet = Fleet { phase: Phase::Active, ..fleet.with_request(group) };
    let kind = LaunchKind::Fleet;
    Ok(OutlookLaunch { fleet, scaling: Some(scaling), candidates, ids, held: None, kind })
}

/// The group of the pools and of the targets of a scaling group.
fn launch(
    world: &mut World,
    scaling: &ScalingFleetRequest,
) -> Result<(CreateAutoProvisioningGroupRequest, Vec<Candidate>)> {
    let pools = launch_request(world, scaling).unwrap_or_default();
    let [pay_as_you_go, spot] = [Billing::PayAsYouGo, Billing::Spot].map(|billing| scaling.target(billing));
    let capacity = Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, ..pools.capacity };
    let group = CreateAutoProvisioningGroupRequest { capacity, ..pools };
    let candidates = candidates(world, &group)?;
    Ok((group, candidates))
}

/// The group as it is once it has changed; `None` if the world does not have it.
pub(in crate::cloud::operations) fn outlook_of_existing(
    world: &mut World,
    after: &(CreateScalingGroupRequest, ScalingContent),
    existing: &ExistingFleet,
) -> Result<Option<OutlookLaunch>> {
    let Some(mut fleet) = world.fleet::<ScalingFleetRequest>(&existing.id)? else { return Ok(None) };
    let mut held = HeldFleet::read(world, &fleet.id)?;
    if let Some(OutlookFleet::ScalingGroup(before)) = existing.update.as_ref().map(|update| &update.before) {
        fleet.outcome.launch_results.clear();
        change(world, &mut fleet, before, after)?;
        world.save_fleet(&fleet)?;
        held.note_results(&fleet.outcome.launch_results);
        held.read_again(world, &fleet.id)?;
    }
    let ids = IdSource::of_fleet(world, &fleet)?;
    let scaling = fleet.request.clone();
    let (group, candidates) = launch(world, &scaling)?;
    let (fleet, kind) = (fleet.with_request(group), LaunchKind::Fleet);
    Ok(Some(OutlookLaunch { fleet, scaling: Some(scaling), candidates, ids, held: Some(held), kind }))
}

/// Changes what differs from the group before, as `ModifyScalingGroup` and `ModifyScalingConfiguration` do.
fn change(
    world: &mut World,
    fleet: &mut Fleet<ScalingFleetRequest>,
    before: &(CreateScalingGroupRequest, ScalingContent),
    after: &(CreateScalingGroupRequest, ScalingContent),
) -> Result<()> {
    if before.1 != after.1 {
        let first_launch_index = fleet.next_launch_index;
        adopt(world, fleet, LaunchEra { first_launch_index, configuration_number: 0, content: after.1.clone() })?;
    }
    let (before, after, was) = (&before.0, &after.0, fleet.request.group.clone());
    let group = &mut fleet.request.group;
    if before.sizes != after.sizes {
        group.sizes = after.sizes;
    }
    if before.vswitch_ids != after.vswitch_ids {
        group.vswitch_ids.clone_from(&after.vswitch_ids);
    }
    if before.allocation != after.allocation {
        group.allocation = after.allocation.clone();
    }
    if before.multi_az_policy != after.multi_az_policy {
        group.multi_az_policy = after.multi_az_policy;
    }
    if before.removal_policies != after.removal_policies {
        group.removal_policies.clone_from(&after.removal_policies);
    }
    if changes_instances(&was, &fleet.request.group) { adjust(world, fleet).map(|_| ()) } else { Ok(()) }
}
