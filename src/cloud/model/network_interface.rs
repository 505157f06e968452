//! Network interfaces and where they are attached.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::base::{InstanceId, NetworkInterfaceId, SecurityGroupId, Time, VSwitchId, VpcId, ZoneId, api_enum};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateNetworkInterfaceRequest {
    /// Where its addresses come from.
    pub vswitch_id: Option<VSwitchId>,
    /// At least one, of the VPC of the vSwitch.
    pub security_group_ids: BTreeSet<SecurityGroupId>,
    /// The primary address asked for; absent: a free one (N10).
    pub primary_ip_address: Option<Ipv4Addr>,
    /// The further addresses asked for.
    pub private_ip_addresses: BTreeSet<Ipv4Addr>,
    /// How many further addresses to choose.
    pub secondary_private_ip_address_count: u32,
    pub name: Option<String>,
    pub description: Option<String>,
    /// Whether it is deleted when the instance that it is attached to ends (W11); absent: it is.
    pub delete_on_release: Option<bool>,
    pub tags: Tags,
    /// ASCII, at most 64 characters.
    pub client_token: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about a network interface; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyNetworkInterfaceRequest {
    pub network_interface_id: Option<NetworkInterfaceId>,
    pub security_group_ids: Option<BTreeSet<SecurityGroupId>>,
    /// All further addresses that it is to have.
    pub private_ip_addresses: Option<BTreeSet<Ipv4Addr>>,
    /// How many further addresses it is to have: some are chosen, or the highest ones are freed.
    pub secondary_private_ip_address_count: Option<u32>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub delete_on_release: Option<bool>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeNetworkInterfacesRequest {
    pub network_interface_ids: Option<BTreeSet<NetworkInterfaceId>>,
    pub vswitch_id: Option<VSwitchId>,
    /// The instance that it is attached to.
    pub instance_id: Option<InstanceId>,
    pub security_group_id: Option<SecurityGroupId>,
    pub name: Option<String>,
    pub status: Option<NetworkInterfaceStatus>,
    /// All of these.
    pub tags: Tags,
    /// The primary interfaces of living instances too, which come first.
    pub includes_primary: bool,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachNetworkInterfaceRequest {
    pub network_interface_id: Option<NetworkInterfaceId>,
    pub instance_id: Option<InstanceId>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

api_enum! {
    /// What a network interface is doing.
    pub enum NetworkInterfaceStatus {
        Available,
        InUse,
    }
}

/// Where a network interface is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct NetworkInterfaceAttachment {
    pub instance_id: InstanceId,
    pub attach_time: Time,
    /// The request to attach it as its author wrote it, opaque here.
    pub configuration: String,
}

/// A network interface that a call made, or the primary one of an instance, which is part of the instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkInterface {
    pub is_primary: bool,
    pub network_interface_id: NetworkInterfaceId,
    pub vpc_id: VpcId,
    pub zone_id: ZoneId,
    pub vswitch_id: VSwitchId,
    /// `00:16:3e:` and three more bytes, which follow from the id.
    pub mac_address: String,
    /// The primary one.
    pub private_ip_address: Ipv4Addr,
    /// The further ones.
    pub secondary_private_ip_addresses: BTreeSet<Ipv4Addr>,
    pub status: NetworkInterfaceStatus,
    pub attachment: Option<NetworkInterfaceAttachment>,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateNetworkInterfaceRequest,
}

impl CreateNetworkInterfaceRequest {
    /// Most further addresses of one interface, whatever it is attached to.
    pub const MAX_SECONDARY_ADDRESSES: u32 = 49;

    /// Whether it is deleted when the instance that it is attached to ends.
    #[must_use]
    pub fn ends_with_instance(&self) -> bool {
        self.delete_on_release.unwrap_or(true)
    }
}
