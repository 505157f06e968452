//! Network interfaces, their further addresses, and where they are attached.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use serde_json::{Value as Json, json};

use super::launch_configuration::security_group_ids;
use super::network_interface_json::interface_json;
use super::stored_parameters::StoredParameters;
use super::{Action, Result, list, page};
use crate::base::NetworkInterfaceId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{
    AttachNetworkInterfaceRequest, CreateNetworkInterfaceRequest, DescribeEipAddressesRequest,
    DescribeNetworkInterfacesRequest, EipAddress, ModifyNetworkInterfaceRequest, NetworkInterface,
    NetworkInterfaceStatus,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::market::Operation;
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("AssignPrivateIpAddresses", assign),
    ("AttachNetworkInterface", attach),
    ("CreateNetworkInterface", create),
    ("DeleteNetworkInterface", delete),
    ("DescribeNetworkInterfaceAttribute", describe_attribute),
    ("DescribeNetworkInterfaces", describe),
    ("DetachNetworkInterface", detach),
    ("ModifyNetworkInterfaceAttribute", modify),
    ("UnassignPrivateIpAddresses", unassign),
];

const STORED_PARAMETERS: [&str; 7] = [
    "BusinessType",
    "InstanceType",
    "Ipv6AddressCount",
    "NetworkInterfaceTrafficMode",
    "QueueNumber",
    "ResourceGroupId",
    "SourceDestCheck",
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let interface = cloud.create_network_interface(&CreateNetworkInterfaceRequest {
        vswitch_id: Some(arguments.required("VSwitchId")?.into()),
        security_group_ids: security_group_ids(arguments),
        primary_ip_address: arguments.text("PrimaryIpAddress").map(address).transpose()?,
        private_ip_addresses: addresses(arguments)?,
        secondary_private_ip_address_count: arguments.number("SecondaryPrivateIpAddressCount")?.unwrap_or(0),
        name: arguments.owned("NetworkInterfaceName"),
        description: arguments.owned("Description"),
        delete_on_release: arguments.flag("DeleteOnRelease")?,
        tags: arguments.tags("Tag"),
        client_token: arguments.owned("ClientToken"),
        configuration: StoredParameters::default().with(arguments, &STORED_PARAMETERS).write(),
    })?;
    Ok(interface_json(&interface, None))
}

fn address(text: &str) -> Result<Ipv4Addr> {
    text.parse().map_err(|_| {
        let message = format!("The private address `{text}` is not an IPv4 address.");
        CloudError::new(codes::INVALID_PARAMETER, message)
    })
}

/// The further addresses that a call names.
fn addresses(arguments: &Arguments<'_>) -> Result<BTreeSet<Ipv4Addr>> {
    arguments.texts("PrivateIpAddress").into_iter().map(address).collect()
}

fn id(arguments: &Arguments<'_>) -> Result<NetworkInterfaceId> {
    arguments.required("NetworkInterfaceId").map(Into::into)
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_network_interface_as(Operation::ModifyNetworkInterfaceAttribute, &id(arguments)?, &|before| {
        Ok(ModifyNetworkInterfaceRequest {
            security_group_ids: arguments.ids("SecurityGroupId"),
            name: arguments.given("NetworkInterfaceName"),
            description: arguments.given("Description"),
            delete_on_release: arguments.flag("DeleteOnRelease")?,
            configuration: Some(
                StoredParameters::read(&before.request.configuration).with(arguments, &STORED_PARAMETERS).write(),
            ),
            ..ModifyNetworkInterfaceRequest::default()
        })
    })?;
    Ok(json!({}))
}

/// Adds the addresses that a call names, or as many as it asks for.
fn assign(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let named = addresses(arguments)?;
    let count: u32 = arguments.number("SecondaryPrivateIpAddressCount")?.unwrap_or(0);
    let had = RefCell::new(BTreeSet::new());
    let interface =
        cloud.modify_network_interface_as(Operation::AssignPrivateIpAddresses, &id(arguments)?, &|before| {
            let own = &before.secondary_private_ip_addresses;
            had.replace(own.clone());
            let all = own.len().saturating_add(count as usize);
            Ok(ModifyNetworkInterfaceRequest {
                private_ip_addresses: (!named.is_empty()).then(|| own.union(&named).copied().collect()),
                secondary_private_ip_address_count: Some(u32::try_from(all).unwrap_or(u32::MAX)),
                ..ModifyNetworkInterfaceRequest::default()
            })
        })?;
    let had = had.into_inner();
    let new = interface.secondary_private_ip_addresses.difference(&had).map(|address| address.to_string().into());
    Ok(json!({
        "AssignedPrivateIpAddressesSet": {
            "NetworkInterfaceId": interface.network_interface_id.as_str(),
            "PrivateIpSet": list("PrivateIpAddress", new),
        },
    }))
}

/// An address that the interface does not have counts as taken away.
fn unassign(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let named = addresses(arguments)?;
    if named.is_empty() {
        arguments.required("PrivateIpAddress.1")?;
    }
    cloud.modify_network_interface_as(Operation::UnassignPrivateIpAddresses, &id(arguments)?, &|before| {
        let left = before.secondary_private_ip_addresses.difference(&named).copied().collect();
        Ok(ModifyNetworkInterfaceRequest {
            private_ip_addresses: Some(left),
            ..ModifyNetworkInterfaceRequest::default()
        })
    })?;
    Ok(json!({}))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_network_interface(&id(arguments)?)?;
    Ok(json!({}))
}

fn attach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.attach_network_interface(&AttachNetworkInterfaceRequest {
        network_interface_id: Some(id(arguments)?),
        instance_id: Some(arguments.required("InstanceId")?.into()),
        configuration: String::new(),
    })?;
    Ok(json!({}))
}

fn detach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.detach_network_interface(&id(arguments)?, &arguments.required("InstanceId")?.into())?;
    Ok(json!({}))
}

/// Those that a call asks for, the primary ones of instances among them, as replies have them.
fn found(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Vec<Json>> {
    let kind = arguments.text("Type");
    let found = cloud.describe_network_interfaces(&DescribeNetworkInterfacesRequest {
        network_interface_ids: arguments.ids("NetworkInterfaceId"),
        vswitch_id: arguments.id("VSwitchId"),
        instance_id: arguments.id("InstanceId"),
        security_group_id: arguments.id("SecurityGroupId"),
        name: arguments.owned("NetworkInterfaceName"),
        status: arguments.choice::<NetworkInterfaceStatus>("Status")?,
        tags: arguments.tags("Tag"),
        includes_primary: kind != Some("Secondary"),
    })?;
    let vpc_id = arguments.text("VpcId");
    let primary = arguments.text("PrimaryIpAddress").map(address).transpose()?;
    let any = addresses(arguments)?;
    let shown = found.iter().filter(|interface| {
        (interface.is_primary || kind != Some("Primary"))
            && vpc_id.is_none_or(|id| interface.vpc_id.as_str() == id)
            && primary.is_none_or(|address| interface.private_ip_address == address)
            && (any.is_empty() || all_addresses(interface).any(|address| any.contains(&address)))
    });
    let eips = cloud.describe_eip_addresses(&DescribeEipAddressesRequest::default())?;
    let eips: BTreeMap<&str, &EipAddress> =
        eips.iter().filter_map(|eip| Some((eip.association.as_ref()?.instance_id.as_str(), eip))).into_map();
    Ok(shown.map(|interface| interface_json(interface, eips.get(eip_target(interface)).copied())).collect())
}

fn all_addresses(interface: &NetworkInterface) -> impl Iterator<Item = Ipv4Addr> {
    let further = interface.secondary_private_ip_addresses.iter().copied();
    std::iter::once(interface.private_ip_address).chain(further)
}

/// What the elastic address of an interface is associated with: the address of a primary one is that of its instance (N6).
fn eip_target(interface: &NetworkInterface) -> &str {
    match &interface.attachment {
        Some(attachment) if interface.is_primary => attachment.instance_id.as_str(),
        _ => interface.network_interface_id.as_str(),
    }
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    page::page(arguments, "NetworkInterfaceSets", "NetworkInterfaceSet", found(cloud, arguments)?)
}

fn describe_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = id(arguments)?;
    found(cloud, arguments)?.into_iter().next().ok_or_else(|| {
        let message = format!("There is no network interface `{id}` in `{}`.", cloud.region());
        CloudError::new(codes::INVALID_ENI_NOT_FOUND, message)
    })
}
