//! The addresses of network interfaces: those that a request names, and those that are chosen (N10).

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::Result;
use crate::base::collect::IntoOrdered;
use crate::base::wording::counted;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{CreateNetworkInterfaceRequest, ModifyNetworkInterfaceRequest};
use crate::cloud::world::{AddressClaim, NetworkInterfaceDocument, Stored, VSwitch, World};

/// Takes the primary address and the further ones of a new interface.
pub(super) fn take(
    world: &mut World,
    vswitch: &VSwitch,
    id: &str,
    request: &CreateNetworkInterfaceRequest,
) -> Result<(Ipv4Addr, BTreeSet<Ipv4Addr>)> {
    let primary = match request.primary_ip_address {
        Some(address) => take_named(world, vswitch, address, Member::PrivateIpAddress)?,
        None => choose(world, vswitch, id, 0..1)?.into_iter().next().unwrap_or(Ipv4Addr::UNSPECIFIED),
    };
    let mut secondary = BTreeSet::new();
    for address in &request.private_ip_addresses {
        secondary.insert(take_named(world, vswitch, *address, Member::PrivateIpAddresses)?);
    }
    let count = request.secondary_private_ip_address_count as usize;
    check_number(secondary.len().saturating_add(count))?;
    secondary.extend(choose(world, vswitch, id, 1..count + 1)?);
    Ok((primary, secondary))
}

/// Gives an interface the further addresses that a change asks for.
pub(super) fn change(
    world: &mut World,
    vswitch: &VSwitch,
    interface: &mut Stored<NetworkInterfaceDocument>,
    request: &ModifyNetworkInterfaceRequest,
) -> Result<()> {
    let Stored { id, document } = interface;
    if let Some(wanted) = &request.private_ip_addresses {
        check_number(wanted.len())?;
        let gone: Vec<Ipv4Addr> = document.secondary_ips.difference(wanted).copied().collect();
        world.return_interface_addresses(&document.vswitch_id, gone)?;
        for address in wanted.difference(&document.secondary_ips) {
            take_named(world, vswitch, *address, Member::PrivateIpAddresses)?;
        }
        document.secondary_ips.clone_from(wanted);
        return Ok(());
    }
    let Some(count) = request.secondary_private_ip_address_count else { return Ok(()) };
    let (count, before) = (count as usize, document.secondary_ips.len());
    check_number(count)?;
    if count > before {
        document.secondary_ips.extend(choose(world, vswitch, id, before + 1..count + 1)?);
        return Ok(());
    }
    let kept: BTreeSet<Ipv4Addr> = document.secondary_ips.iter().copied().take(count).into_set();
    let gone: Vec<Ipv4Addr> = document.secondary_ips.difference(&kept).copied().collect();
    world.return_interface_addresses(&document.vswitch_id, gone)?;
    document.secondary_ips = kept;
    Ok(())
}

fn check_number(further: usize) -> Result<()> {
    let most = CreateNetworkInterfaceRequest::MAX_SECONDARY_ADDRESSES;
    if further <= most as usize {
        return Ok(());
    }
    let message = format!("a network interface has at most {most} further addresses, not {further}");
    Err(CloudError::of(Member::PrivateIpAddresses, codes::INVALID_PARAMETER, message))
}

fn choose(world: &mut World, vswitch: &VSwitch, id: &str, numbers: std::ops::Range<usize>) -> Result<Vec<Ipv4Addr>> {
    let free = world.free_addresses(vswitch)?;
    if (free as usize) < numbers.len() {
        let message = format!(
            "the vSwitch `{}` has {}, and the network interface needs {}",
            vswitch.vswitch_id,
            counted(free, "free address"),
            numbers.len()
        );
        return Err(CloudError::of(Member::VSwitchId, codes::IP_NOT_ENOUGH, message));
    }
    world.choose_interface_addresses(vswitch, id, numbers)
}

fn take_named(world: &mut World, vswitch: &VSwitch, address: Ipv4Addr, member: Member) -> Result<Ipv4Addr> {
    let refuse = |code, problem: &str| {
        let message = format!("the private address `{address}` {problem} `{}` ({})", vswitch.vswitch_id, vswitch.block);
        Err(CloudError::of(member, code, message))
    };
    match world.take_interface_address(vswitch, address)? {
        AddressClaim::Taken => Ok(address),
        AddressClaim::InUse => refuse(codes::INVALID_IP_ASSIGNED, "is in use in the vSwitch"),
        AddressClaim::NotUsable => {
            refuse(codes::INVALID_IP_ADDRESS, "is not an address that a network interface can have in the vSwitch")
        }
    }
}
