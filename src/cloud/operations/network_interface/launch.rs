//! The network interfaces that an instance is launched with beside its primary one (N10).

use std::collections::BTreeSet;

use super::attachment::{AttachmentPlace, attach_to};
use super::find::find_available;
use super::{Result, check_security_groups, make};
use crate::base::collect::IntoOrdered;
use crate::base::wording::counted;
use crate::base::{InstanceId, NetworkInterfaceId};
use crate::catalogue::NetworkLimits;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{CreateNetworkInterfaceRequest, LaunchInstanceRequest, LaunchInterface, LaunchedInterface};
use crate::cloud::operations::check;
use crate::cloud::operations::reservation::request::LaunchTarget;
use crate::cloud::world::{NetworkInterfaceDocument, VSwitch, World, or_default, part_id};

/// Refuses interfaces that `count` instances of the request could not have in its zone and VPC. Nothing is taken yet.
///
/// # Errors
/// The service's code, at the element of the list.
pub(in crate::cloud::operations) fn check_launch_interfaces(
    world: &mut World,
    request: &LaunchInstanceRequest,
    target: &LaunchTarget,
    count: u32,
) -> Result<()> {
    if request.network_interfaces.is_empty() {
        return Ok(());
    }
    check_number(request, target)?;
    let at = AttachmentPlace {
        name: "the instance".to_owned(),
        zone_id: target.zone.id.into(),
        vpc_id: Some(target.vswitch.vpc_id.clone()),
    };
    let mut named = BTreeSet::new();
    let mut needs = [(target.vswitch.vswitch_id.clone(), count)].into_iter().into_map();
    for (index, interface) in request.network_interfaces.iter().enumerate() {
        let checked = match &interface.network_interface_id {
            Some(id) => check_named(world, id, interface, &at, &mut named),
            None => check_made(world, request, interface, target, &at).and_then(|vswitch| {
                let need = needs.entry(vswitch.vswitch_id.clone()).or_default();
                *need = need.saturating_add(count);
                check_addresses(world, &vswitch, *need)
            }),
        };
        checked.map_err(|error| error.within(Member::NetworkInterfaces, index))?;
    }
    Ok(())
}

/// Attaches the interfaces that the request names to its new instance, and makes the others.
///
/// # Errors
/// As [`check_launch_interfaces`].
pub(in crate::cloud::operations) fn attach_launch_interfaces(
    world: &mut World,
    request: &LaunchInstanceRequest,
    vswitch: &VSwitch,
    instance_id: &InstanceId,
) -> Result<()> {
    for (index, interface) in request.network_interfaces.iter().enumerate() {
        let found = if let Some(id) = &interface.network_interface_id {
            find_available(world, id)
        } else {
            let id = interface_id(interface, index, instance_id);
            vswitch_of(world, interface, vswitch).and_then(|vswitch| {
                let creation = creation(request, interface, &vswitch);
                make(world, id.to_string(), vswitch, &creation)
            })
        };
        let attached = found.and_then(|interface| attach_to(world, interface, instance_id, String::new()));
        attached.map_err(|error| error.within(Member::NetworkInterfaces, index))?;
    }
    Ok(())
}

/// The interfaces of an instance that its request asked for, as they are now.
///
/// # Errors
/// The world cannot be read.
pub(in crate::cloud::operations) fn launched_interfaces(
    world: &mut World,
    instance_id: &InstanceId,
    request: &LaunchInstanceRequest,
) -> Result<Vec<LaunchedInterface>> {
    let look = |(index, interface): (usize, &LaunchInterface)| {
        let id = interface_id(interface, index, instance_id);
        let found = world.resource::<NetworkInterfaceDocument>(id.as_str())?.map(|stored| stored.document);
        let (vswitch_id, security_group_ids) =
            found.map(|found| (found.vswitch_id, found.request.security_group_ids)).unzip();
        let security_group_ids = security_group_ids.unwrap_or_default();
        Ok(LaunchedInterface { network_interface_id: id, vswitch_id, security_group_ids })
    };
    request.network_interfaces.iter().enumerate().map(look).collect()
}

/// One that is made has an id that follows from the instance's, as the primary one has.
fn interface_id(interface: &LaunchInterface, index: usize, instance_id: &InstanceId) -> NetworkInterfaceId {
    let own = || part_id(NetworkInterfaceId::PREFIX, &format!("network interface {}", index + 1), instance_id).into();
    interface.network_interface_id.clone().unwrap_or_else(own)
}

/// The type says how many interfaces an instance has, the primary one included.
fn check_number(request: &LaunchInstanceRequest, target: &LaunchTarget) -> Result<()> {
    let most = NetworkLimits::of(target.instance_type).interfaces;
    let asked = request.network_interfaces.len() + 1;
    if asked <= most as usize {
        return Ok(());
    }
    let message = format!(
        "{} are asked for, the primary one included, and `{}` can have {most}",
        counted(asked, "network interface"),
        target.instance_type.name
    );
    Err(CloudError::of(Member::NetworkInterfaces, codes::ENI_PER_INSTANCE_LIMIT, message))
}

/// An interface that exists is attached as it is, and once.
fn check_named(
    world: &mut World,
    id: &NetworkInterfaceId,
    interface: &LaunchInterface,
    at: &AttachmentPlace,
    named: &mut BTreeSet<NetworkInterfaceId>,
) -> Result<()> {
    let refuse = |code, message| Err(CloudError::of(Member::NetworkInterfaceId, code, message));
    if interface.vswitch_id.is_some() || !interface.security_group_ids.is_empty() {
        let message = format!("`{id}` exists, and has its vSwitch and its security groups already");
        return refuse(codes::INVALID_PARAMETER, message);
    }
    if !named.insert(id.clone()) {
        return refuse(codes::INVALID_ENI_STATE, format!("`{id}` is named twice"));
    }
    let found = find_available(world, id)?;
    at.check(&found).or_else(|(code, message)| refuse(code, message))
}

/// The vSwitch in which an interface would be made.
fn check_made(
    world: &mut World,
    request: &LaunchInstanceRequest,
    interface: &LaunchInterface,
    target: &LaunchTarget,
    at: &AttachmentPlace,
) -> Result<VSwitch> {
    let vswitch = vswitch_of(world, interface, &target.vswitch)?;
    let located = at.check_location(vswitch.vswitch_id.as_str(), &vswitch.zone_id, &vswitch.vpc_id);
    located.map_err(|(code, message)| CloudError::of(Member::VSwitchId, code, message))?;
    check_security_groups(world, &creation(request, interface, &vswitch), &vswitch)?;
    Ok(vswitch)
}

fn check_addresses(world: &mut World, vswitch: &VSwitch, need: u32) -> Result<()> {
    let free = world.free_addresses(vswitch)?;
    if need <= free {
        return Ok(());
    }
    let message = format!(
        "the vSwitch `{}` has {}, and the network interfaces need {need}",
        vswitch.vswitch_id,
        counted(free, "free address")
    );
    Err(CloudError::of(Member::VSwitchId, codes::IP_NOT_ENOUGH, message))
}

fn vswitch_of(world: &mut World, interface: &LaunchInterface, of_instance: &VSwitch) -> Result<VSwitch> {
    match &interface.vswitch_id {
        Some(id) => check::vswitch(world, id.as_str()),
        None => Ok(of_instance.clone()),
    }
}

/// The call that would make the interface. It ends with its instance, as one that a call made does by default.
fn creation(
    request: &LaunchInstanceRequest,
    interface: &LaunchInterface,
    vswitch: &VSwitch,
) -> CreateNetworkInterfaceRequest {
    let own = &interface.security_group_ids;
    let security_group_ids = if own.is_empty() { &request.security_group_ids } else { own };
    CreateNetworkInterfaceRequest {
        vswitch_id: Some(vswitch.vswitch_id.clone()),
        security_group_ids: or_default(security_group_ids.clone()),
        ..CreateNetworkInterfaceRequest::default()
    }
}
