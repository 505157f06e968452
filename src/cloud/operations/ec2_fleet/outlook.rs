//! What an outlook of a fleet launches.

use super::create::{mark, new_fleet, new_fleet_id};
use super::operation::operations;
use super::resolve::resolve;
use crate::cloud::error::CloudError;
use crate::cloud::model::CreateFleetRequest;
use crate::cloud::outlook::{LaunchKind, OutlookLaunch};
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::world::{IdSource, World, fingerprint, new_call, write_document};

/// The fleet as its creation would make it, without instances.
pub(in crate::cloud::operations) fn outlook_launch(
    world: &mut World,
    request: &CreateFleetRequest,
) -> Result<OutlookLaunch, CloudError> {
    let parameters = fingerprint(&write_document(request));
    let operation = operations(request.kind).create;
    let ids = IdSource::of_call(world, operation, request.client_token.as_deref(), &parameters)?;
    let call = new_call(world, operation, parameters)?;
    let mut group = resolve(world, request)?;
    let candidates = candidates(world, &group)?;
    let fleet_id = new_fleet_id(world, request.kind, &call)?;
    mark(&mut group, &fleet_id);
    let fleet = new_fleet(world, group, &call, &fleet_id)?;
    Ok(OutlookLaunch { fleet, scaling: None, candidates, ids, held: None, kind: LaunchKind::Fleet })
}
