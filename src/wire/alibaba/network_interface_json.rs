//! A network interface as replies have it.

use std::net::Ipv4Addr;

use serde_json::{Value as Json, json};

use super::stored_parameters::StoredParameters;
use super::{list, tags};
use crate::base::SecurityGroupId;
use crate::cloud::model::{EipAddress, NetworkInterface, NetworkInterfaceAttachment};

pub(super) fn interface_json(interface: &NetworkInterface, eip: Option<&EipAddress>) -> Json {
    let request = &interface.request;
    let kept = StoredParameters::read(&request.configuration);
    let attachment = interface.attachment.as_ref();
    let mut json = json!({
        "NetworkInterfaceId": interface.network_interface_id.as_str(),
        "NetworkInterfaceName": request.name.as_deref().unwrap_or_default(),
        "Description": request.description.as_deref().unwrap_or_default(),
        "Type": if interface.is_primary { "Primary" } else { kept.text("InstanceType").unwrap_or("Secondary") },
        "Status": interface.status.name(),
        "MacAddress": interface.mac_address,
        "VpcId": interface.vpc_id.as_str(),
        "VSwitchId": interface.vswitch_id.as_str(),
        "ZoneId": interface.zone_id.as_str(),
        "PrivateIpAddress": interface.private_ip_address.to_string(),
        "PrivateIpSets": list("PrivateIpSet", private_addresses(interface, eip)),
        "Ipv4PrefixSets": list("Ipv4PrefixSet", []),
        "Ipv6Sets": list("Ipv6Set", []),
        "Ipv6PrefixSets": list("Ipv6PrefixSet", []),
        "SecurityGroupIds": list("SecurityGroupId", request.security_group_ids.iter().map(|id: &SecurityGroupId| id.as_str().into())),
        "InstanceId": attachment.map(|attachment| attachment.instance_id.as_str()).unwrap_or_default(),
        "DeleteOnRelease": request.ends_with_instance(),
        "NetworkInterfaceTrafficMode": kept.text("NetworkInterfaceTrafficMode").unwrap_or("Standard"),
        "QueueNumber": kept.number("QueueNumber"),
        "ResourceGroupId": kept.text("ResourceGroupId").unwrap_or_default(),
        "ServiceManaged": false,
        "SourceDestCheck": kept.flag("SourceDestCheck").unwrap_or(false),
        "CreationTime": interface.create_time.to_string(),
        "Tags": tags(&request.tags),
    });
    if let Some(attachment) = attachment {
        json["Attachment"] = attachment_json(interface, attachment);
    }
    if let Some(eip) = eip {
        json["AssociatedPublicIp"] = public_address(eip);
    }
    json
}

/// The primary address first.
fn private_addresses(interface: &NetworkInterface, eip: Option<&EipAddress>) -> Vec<Json> {
    let address = |address: Ipv4Addr, is_primary: bool| {
        let mut json = json!({ "PrivateIpAddress": address.to_string(), "Primary": is_primary });
        if let Some(eip) = eip.filter(|_| is_primary) {
            json["AssociatedPublicIp"] = public_address(eip);
        }
        json
    };
    let further = interface.secondary_private_ip_addresses.iter().map(|further| address(*further, false));
    std::iter::once(address(interface.private_ip_address, true)).chain(further).collect()
}

fn public_address(eip: &EipAddress) -> Json {
    json!({ "AllocationId": eip.allocation_id.as_str(), "PublicIpAddress": eip.ip_address.to_string() })
}

fn attachment_json(interface: &NetworkInterface, attachment: &NetworkInterfaceAttachment) -> Json {
    json!({
        "InstanceId": attachment.instance_id.as_str(),
        "TrunkNetworkInterfaceId": "",
        "DeviceIndex": u32::from(!interface.is_primary),
    })
}
