//! Which network interface an id names: one that a call made, or the primary one of an instance (N10).

use super::Result;
use crate::base::{InstanceId, NetworkInterfaceId, VpcId};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::operations::check;
use crate::cloud::world::{NetworkInterfaceDocument, Stored, World, network_interface_id};

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
    let living = world.list_instances_of_region()?.into_iter().filter(|instance| !instance.state.is_lost());
    Ok(living.map(|instance| instance.instance_id).find(|instance_id| network_interface_id(instance_id) == id))
}

/// The interface that is to be attached: one that a call made, and that is attached to nothing.
pub(super) fn find_available(world: &mut World, id: &NetworkInterfaceId) -> Result<Stored<NetworkInterfaceDocument>> {
    let refuse = |code, message| Err(CloudError::of(Member::NetworkInterfaceId, code, message));
    let Some(found) = world.resource::<NetworkInterfaceDocument>(id.as_str())? else {
        return match instance_of_primary(world, id.as_str())? {
            Some(owner) => refuse(
                codes::INVALID_ENI_TYPE,
                format!("`{id}` is the primary network interface of `{owner}`, which it never leaves"),
            ),
            None => refuse(codes::INVALID_ENI_NOT_FOUND, no_interface(world, id)?),
        };
    };
    match &found.document.attachment {
        Some(attachment) => refuse(
            codes::INVALID_ENI_STATE,
            format!("`{id}` is attached to `{}` already; detach it first", attachment.instance_id),
        ),
        None => Ok(found),
    }
}

pub(super) fn no_interface(world: &mut World, id: &NetworkInterfaceId) -> Result<String> {
    let made = world.resources::<NetworkInterfaceDocument>()?;
    let hint = check::instead(id.as_str(), made.iter().map(|interface| interface.id.as_str()));
    Ok(format!("there is no network interface `{id}` in `{}`{hint}", world.region))
}
