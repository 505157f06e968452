//! What an outlook of instances that no fleet keeps launches, or what there is of them.

use super::super::group;
use super::super::reservation;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ExistingFleet, ModifyReservationRequest, OutlookInstances};
use crate::cloud::outlook::{HeldFleet, LaunchKind, OutlookLaunch};
use crate::cloud::world::{World, is_single_instance};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The instances as a group of one pool per zone, which nothing keeps up.
pub(in crate::cloud::operations) fn outlook_launch(
    world: &mut World,
    instances: &OutlookInstances,
) -> Result<OutlookLaunch> {
    let launch = group::outlook_launch(world, &instances.group, false)?;
    Ok(OutlookLaunch { kind: LaunchKind::Instances { are_protected: instances.are_protected }, ..launch })
}

/// A reservation, or an instance, as it is once its lost instances are replaced; `None` if the world does not have it.
pub(in crate::cloud::operations) fn outlook_of_existing(
    world: &mut World,
    instances: &OutlookInstances,
    existing: &ExistingFleet,
) -> Result<Option<OutlookLaunch>> {
    if !world.has_fleet(&existing.id)? {
        return Ok(None);
    }
    let mut held = HeldFleet::read(world, &existing.id)?;
    let replaces_lost = existing.update.as_ref().is_some_and(|update| update.replaces_lost);
    if replaces_lost && !is_single_instance(&existing.id) {
        let reservation_id = Some(existing.id.as_str().into());
        let request = ModifyReservationRequest { reservation_id, replace_lost_now: true, ..Default::default() };
        reservation::modify(world, &request)?;
        held.read_again(world, &existing.id)?;
    }
    let mut launch = outlook_launch(world, instances)?;
    // They stay where they are.
    if !held.pools.is_empty() {
        launch.candidates.retain(|candidate| held.pools.contains(&candidate.pool()));
    }
    Ok(Some(OutlookLaunch { held: Some(held), ..launch }))
}
