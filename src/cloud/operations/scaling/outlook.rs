//! What an outlook of a scaling group launches.

use super::content::check_content;
use super::group::new_fleet;
use super::request::{check, check_vswitches};
use crate::base::Billing;
use crate::cloud::error::CloudError;
use crate::cloud::model::{Capacity, CreateAutoProvisioningGroupRequest, CreateScalingGroupRequest, ScalingContent};
use crate::cloud::outlook::OutlookLaunch;
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::provisioning::scaling::launch_request;
use crate::cloud::step::Phase;
use crate::cloud::world::{Fleet, IdSource, LaunchEra, World, fingerprint, new_call, write_document};
use crate::market::Operation;

/// The group as it is when it is enabled, without instances.
pub(in crate::cloud::operations) fn outlook_launch(
    world: &mut World,
    request: &CreateScalingGroupRequest,
    content: &ScalingContent,
) -> Result<OutlookLaunch, CloudError> {
    check(request)?;
    check_vswitches(world, request)?;
    let parameters = fingerprint(&write_document(request));
    let ids = IdSource::of_call(world, Operation::CreateScalingGroup, None, &parameters)?;
    let call = new_call(world, Operation::CreateScalingGroup, parameters)?;
    let fleet = new_fleet(world, request, &call)?;
    let mut scaling = fleet.request.clone();
    scaling.adopt(LaunchEra { first_launch_index: 0, configuration_number: 0, content: content.clone() }, &[]);
    check_content(world, &scaling, content)?;
    let pools = launch_request(world, &scaling).unwrap_or_default();
    let [pay_as_you_go, spot] = [Billing::PayAsYouGo, Billing::Spot].map(|billing| scaling.target(billing));
    let capacity = Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, ..pools.capacity };
    let group = CreateAutoProvisioningGroupRequest { capacity, ..pools };
    let candidates = candidates(world, &group)?;
    let fleet = Fleet { phase: Phase::Active, ..fleet.with_request(group) };
    Ok(OutlookLaunch { fleet, scaling: Some(scaling), candidates, ids })
}
