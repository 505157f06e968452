//! NAT gateways and their SNAT entries.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::base::{NatGatewayId, Time, VSwitchId, VpcId};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateNatGatewayRequest {
    pub vpc_id: Option<VpcId>,
    pub vswitch_id: Option<VSwitchId>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub deletion_protection: bool,
    pub tags: Tags,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about a NAT gateway; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyNatGatewayAttributeRequest {
    pub nat_gateway_id: Option<NatGatewayId>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub deletion_protection: Option<bool>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeleteNatGatewayRequest {
    pub nat_gateway_id: NatGatewayId,
    /// Whether its SNAT entries are deleted and its elastic addresses disassociated with it.
    pub force: bool,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeNatGatewaysRequest {
    pub nat_gateway_ids: Option<BTreeSet<NatGatewayId>>,
    pub vpc_id: Option<VpcId>,
    pub vswitch_id: Option<VSwitchId>,
    pub name: Option<String>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGateway {
    pub nat_gateway_id: NatGatewayId,
    pub vpc_id: VpcId,
    pub vswitch_id: VSwitchId,
    /// Its address in the vSwitch.
    pub private_ip: Ipv4Addr,
    /// `stb-` and what follows the prefix of the gateway's id.
    pub snat_table_id: String,
    /// `ftb-` and what follows the prefix of the gateway's id.
    pub forward_table_id: String,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateNatGatewayRequest,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateSnatEntryRequest {
    pub snat_table_id: String,
    /// Exactly one of this and `source_cidr`.
    pub source_vswitch_id: Option<VSwitchId>,
    pub source_cidr: Option<String>,
    /// One address, or several with commas in between.
    pub snat_ip: String,
    pub name: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about an SNAT entry; absent members stay as they are, an empty name takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifySnatEntryRequest {
    pub snat_entry_id: String,
    pub snat_ip: Option<String>,
    pub name: Option<String>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeSnatTableEntriesRequest {
    pub snat_table_id: Option<String>,
    pub snat_entry_id: Option<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnatEntry {
    /// `snat-` with 20 of `[0-9a-z]`.
    pub snat_entry_id: String,
    pub nat_gateway_id: NatGatewayId,
    /// The block of the source vSwitch, or the one asked for.
    pub source_cidr: String,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateSnatEntryRequest,
}

impl SnatEntry {
    /// The addresses under which it sends.
    pub fn addresses(&self) -> impl Iterator<Item = &str> {
        addresses_in(&self.request.snat_ip)
    }
}

/// The addresses in a text that separates them with commas.
pub(crate) fn addresses_in(text: &str) -> impl Iterator<Item = &str> {
    text.split(',').map(str::trim).filter(|address| !address.is_empty())
}
