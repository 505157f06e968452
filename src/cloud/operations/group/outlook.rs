//! What an outlook of a group launches.

use super::create::{OPERATION, new_fleet, parameters, release_namesakes};
use super::request::check_request;
use super::template::with_launch_template;
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::outlook::OutlookLaunch;
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::world::{IdSource, World, new_call};

/// The group as its creation would make it, without instances.
pub(in crate::cloud::operations) fn outlook_launch(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
) -> Result<OutlookLaunch, CloudError> {
    release_namesakes(world, request)?;
    let fingerprint = parameters(request);
    let ids = IdSource::of_call(world, OPERATION, request.client_token.as_deref(), &fingerprint)?;
    let call = new_call(world, OPERATION, fingerprint)?;
    let (request, _) = with_launch_template(world, request)?;
    check_request(world, &request)?;
    let candidates = candidates(world, &request)?;
    let fleet = new_fleet(world, &request, &call)?;
    Ok(OutlookLaunch { fleet, scaling: None, candidates, ids })
}
