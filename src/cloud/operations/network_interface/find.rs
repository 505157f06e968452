//! Which network interface an id names: one that a call made, or the primary one of an instance (N10).

use super::Result;
use crate::base::{InstanceId, NetworkInterfaceId, VpcId};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::operations::check;
use crate::cloud::operations::instance::network_interface_id;
use crate::cloud::world::{NetworkInterfaceDocument, World};

/// A network interface of this region.
pub(in crate::cloud::operations) enum FoundInterface {
    /// One that a call made, in this VPC.
    Made(VpcId),
    /// The primary one of an instance.
    Primary(InstanceId),
}

/// The network interface that a request names in this member.
pub(in crate::cloud::operations) fn find_interface(
    world: &mut World,
    id: &NetworkInterfaceId,
    member: Member,
) -> Result<FoundInterface> {
    if let Some(found) = world.resource::<NetworkInterfaceDocument>(id.as_str())? {
        return Ok(FoundInterface::Made(found.document.vpc_id));
    }
    match instance_of_primary(world, id.as_str())? {
        Some(instance_id) => Ok(FoundInterface::Primary(instance_id)),
        None => Err(CloudError::of(member, codes::INVALID_ENI_NOT_FOUND, no_interface(world, id)?)),
    }
}

/// The living instance whose primary interface has this id.
fn instance_of_primary(world: &mut World, id: &str) -> Result<Option<InstanceId>> {
    let living = world.list_region()?.into_iter().filter(|instance| !instance.state.is_lost());
    Ok(living.map(|instance| instance.instance_id).find(|instance_id| network_interface_id(instance_id) == id))
}

pub(super) fn no_interface(world: &mut World, id: &NetworkInterfaceId) -> Result<String> {
    let made = world.resources::<NetworkInterfaceDocument>()?;
    let hint = check::instead(id.as_str(), made.iter().map(|interface| interface.id.as_str()));
    Ok(format!("there is no network interface `{id}` in `{}`{hint}", world.region))
}
