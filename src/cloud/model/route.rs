//! Route tables and their entries.

use serde::{Deserialize, Serialize};

use crate::base::{Time, VSwitchId, VpcId, api_enum};

/// The route table that a VPC has from its creation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    pub route_table_id: String,
    pub router_id: String,
    pub vpc_id: VpcId,
    /// In order of creation.
    pub vswitch_ids: Vec<VSwitchId>,
    pub name: Option<String>,
    pub description: Option<String>,
    /// The VPC's.
    pub resource_group_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreateRouteEntryRequest {
    pub route_table_id: String,
    /// A block of IPv4 or IPv6 addresses.
    pub destination_cidr_block: String,
    pub next_hop_type: NextHopType,
    pub next_hop_id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about a route entry; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyRouteEntryRequest {
    pub route_entry_id: String,
    pub name: Option<String>,
    pub description: Option<String>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeRouteEntryListRequest {
    pub route_entry_id: Option<String>,
    pub route_table_id: Option<String>,
}

/// An entry that a call made; those that follow from the VPC's vSwitches are not among them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteEntry {
    /// Route table, router, destination, type and id of the next hop, with colons in between.
    pub route_entry_id: String,
    pub router_id: String,
    pub vpc_id: VpcId,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateRouteEntryRequest,
}

impl NextHopType {
    /// The kind of next hop that an id names; `None` if its form says nothing.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        let forms = [
            ("i-", Self::Instance),
            ("ngw-", Self::NatGateway),
            ("eni-", Self::NetworkInterface),
            ("tr-attach-", Self::Attachment),
            ("havip-", Self::HaVip),
            ("ipv4gw-", Self::Ipv4Gateway),
            ("ipv6gw-", Self::Ipv6Gateway),
            ("ri-", Self::RouterInterface),
            ("pcc-", Self::VpcPeer),
            ("vpn-", Self::VpnGateway),
        ];
        forms.into_iter().find(|(prefix, _)| id.starts_with(prefix)).map(|(_, kind)| kind)
    }
}

api_enum! {
    /// What a route entry sends its traffic to.
    pub enum NextHopType: default Instance {
        Instance,
        NatGateway,
        NetworkInterface,
        Attachment,
        Ecr = "ECR",
        GatewayEndpoint,
        HaVip,
        Ipv4Gateway,
        Ipv6Gateway = "IPv6Gateway",
        RouterInterface,
        VpcPeer,
        VpnGateway,
    }
}
