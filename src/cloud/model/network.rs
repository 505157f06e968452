//! VPCs, vSwitches, security groups and their rules.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::base::{RegionId, SecurityGroupId, Time, VSwitchId, VpcId, ZoneId, api_enum};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateVpcRequest {
    /// Absent: [`Self::DEFAULT_CIDR_BLOCK`].
    pub cidr_block: Option<String>,
    pub secondary_cidr_blocks: Vec<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub resource_group_id: Option<String>,
    /// Whether it has IPv6 addresses. Absent from the document where it has none, as in requests of earlier versions.
    #[serde(skip_serializing_if = "is_false")]
    pub enable_ipv6: bool,
    /// Absent: a block that is derived from the seed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_cidr_block: Option<String>,
    /// The name of the route table that it is made with.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_route_table_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub system_route_table_description: Option<String>,
    pub tags: Tags,
    /// ASCII, at most 64 characters.
    pub client_token: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
fn is_false(flag: &bool) -> bool {
    !*flag
}

impl CreateVpcRequest {
    /// The address block of a VPC whose request names none.
    pub const DEFAULT_CIDR_BLOCK: &'static str = "172.16.0.0/12";
}

/// What to change about a VPC; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyVpcAttributeRequest {
    pub vpc_id: Option<VpcId>,
    pub cidr_block: Option<String>,
    pub secondary_cidr_blocks: Option<Vec<String>>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub resource_group_id: Option<String>,
    pub enable_ipv6: Option<bool>,
    pub system_route_table_name: Option<String>,
    pub system_route_table_description: Option<String>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeVpcsRequest {
    pub vpc_ids: Option<BTreeSet<VpcId>>,
    pub is_default: Option<bool>,
    pub name: Option<String>,
    pub resource_group_id: Option<String>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    pub vpc_id: VpcId,
    pub region_id: RegionId,
    /// The one that every region has from the beginning.
    pub is_default: bool,
    pub cidr_block: String,
    /// In order of creation.
    pub vswitch_ids: Vec<VSwitchId>,
    pub router_id: String,
    pub route_table_id: String,
    /// `None` without IPv6 addresses.
    pub ipv6_cidr_block: Option<String>,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateVpcRequest,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateVSwitchRequest {
    pub vpc_id: Option<VpcId>,
    pub zone_id: Option<ZoneId>,
    pub cidr_block: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    /// The number of its block in the VPC's IPv6 block; `None` without IPv6 addresses, and absent from the document then,
    /// as in requests of earlier versions.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ipv6_number: Option<u8>,
    pub tags: Tags,
    /// ASCII, at most 64 characters.
    pub client_token: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about a vSwitch; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyVSwitchAttributeRequest {
    pub vswitch_id: Option<VSwitchId>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub ipv6_number: Option<Option<u8>>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeVSwitchesRequest {
    pub vswitch_ids: Option<BTreeSet<VSwitchId>>,
    pub vpc_id: Option<VpcId>,
    pub zone_id: Option<ZoneId>,
    pub is_default: Option<bool>,
    pub name: Option<String>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VSwitch {
    pub vswitch_id: VSwitchId,
    pub vpc_id: VpcId,
    pub zone_id: ZoneId,
    /// One of those that every zone has from the beginning.
    pub is_default: bool,
    pub cidr_block: String,
    pub available_ip_address_count: u32,
    pub route_table_id: String,
    /// `None` unless it and its VPC have IPv6 addresses.
    pub ipv6_cidr_block: Option<String>,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateVSwitchRequest,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateSecurityGroupRequest {
    pub name: Option<String>,
    pub description: Option<String>,
    /// Absent: the region's default VPC.
    pub vpc_id: Option<VpcId>,
    pub security_group_type: SecurityGroupType,
    /// Absent: `Accept`, and `Drop` in an `enterprise` group.
    pub inner_access_policy: Option<InnerAccessPolicy>,
    pub resource_group_id: Option<String>,
    pub tags: Tags,
    /// ASCII, at most 64 characters.
    pub client_token: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

api_enum! {
    /// The kind of a security group; its instances can reach each other in a `normal` one, unless told otherwise.
    pub enum SecurityGroupType: default Normal {
        Normal = "normal",
        Enterprise = "enterprise",
    }
}

api_enum! {
    /// Whether the instances of a security group reach each other.
    pub enum InnerAccessPolicy {
        Accept,
        Drop,
    }
}

/// What to change about a security group; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifySecurityGroupAttributeRequest {
    pub security_group_id: Option<SecurityGroupId>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub resource_group_id: Option<String>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeSecurityGroupsRequest {
    pub security_group_ids: Option<BTreeSet<SecurityGroupId>>,
    pub vpc_id: Option<VpcId>,
    pub name: Option<String>,
    pub resource_group_id: Option<String>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    pub security_group_id: SecurityGroupId,
    pub vpc_id: VpcId,
    pub inner_access_policy: InnerAccessPolicy,
    pub create_time: Time,
    /// By id.
    pub rules: BTreeMap<String, SecurityGroupRule>,
    /// The request with later changes.
    pub request: CreateSecurityGroupRequest,
}

/// What a rule says. Two rules of a group that differ in nothing but description are the same rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SecurityGroupRule {
    pub direction: Direction,
    /// `tcp`, `udp`, `icmp`, `icmpv6`, `gre` or `all`.
    pub ip_protocol: String,
    /// `22/22`; `-1/-1` of a protocol without ports.
    pub port_range: String,
    /// Absent: `intranet`, or `internet` in a group of the default VPC.
    pub nic_type: Option<NicType>,
    pub peer: Peer,
    /// The account of the peer, if the peer is a group of another account.
    pub peer_account: Option<String>,
    pub policy: RulePolicy,
    /// 1 to 100; 1 comes first.
    pub priority: u32,
    pub description: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

api_enum! {
    /// Which way the traffic goes, seen from the instance.
    pub enum Direction {
        Ingress = "ingress",
        Egress = "egress",
    }
}

api_enum! {
    /// The network card that a rule is about.
    pub enum NicType {
        Internet = "internet",
        Intranet = "intranet",
    }
}

api_enum! {
    /// What a rule does with the traffic.
    pub enum RulePolicy: default Accept {
        Accept = "accept",
        Drop = "drop",
    }
}

api_enum! {
    /// The protocol that a rule is about.
    pub enum IpProtocol {
        Tcp = "tcp",
        Udp = "udp",
        Icmp = "icmp",
        Icmpv6 = "icmpv6",
        Gre = "gre",
        All = "all",
    }
}

/// The other end of the traffic that a rule allows: its source, or its destination.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Peer {
    /// IPv4.
    Cidr(String),
    Ipv6Cidr(String),
    SecurityGroup(SecurityGroupId),
    PrefixList(String),
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AuthorizeSecurityGroupRequest {
    pub security_group_id: SecurityGroupId,
    pub rule: SecurityGroupRule,
}

/// A rule of a group, named by its id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroupRuleReference {
    pub security_group_id: SecurityGroupId,
    /// `sgr-` with 20 of `[0-9a-z]`.
    pub rule_id: String,
    pub direction: Direction,
}

/// What to change about a rule; the rest of it cannot be changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifySecurityGroupRuleRequest {
    pub rule: SecurityGroupRuleReference,
    pub description: Option<String>,
    pub configuration: String,
}

impl SecurityGroupRule {
    /// Whether two rules are the same rule.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        let named =
            |rule: &Self| Self { peer_account: None, description: None, configuration: String::new(), ..rule.clone() };
        named(self) == named(other)
    }
}

impl IpProtocol {
    /// Whether its packets have ports.
    #[must_use]
    pub const fn has_ports(self) -> bool {
        matches!(self, Self::Tcp | Self::Udp)
    }
}
