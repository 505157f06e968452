//! Elastic addresses, and what they are associated with.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::base::{EipId, Time, VpcId, api_enum};

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct AllocateEipAddressRequest {
    /// The id asked for; absent: a new one.
    pub allocation_id: Option<EipId>,
    /// The address asked for; absent: a free one (N6).
    pub ip_address: Option<Ipv4Addr>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub deletion_protection: bool,
    pub resource_group_id: Option<String>,
    pub tags: Tags,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about an elastic address; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyEipAddressAttributeRequest {
    pub allocation_id: Option<EipId>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub deletion_protection: Option<bool>,
    pub resource_group_id: Option<String>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeEipAddressesRequest {
    pub allocation_ids: Option<BTreeSet<EipId>>,
    pub ip_address: Option<String>,
    pub name: Option<String>,
    pub resource_group_id: Option<String>,
    /// The id of what it is associated with.
    pub instance_id: Option<String>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EipAddress {
    pub allocation_id: EipId,
    pub ip_address: Ipv4Addr,
    pub association: Option<EipAssociation>,
    pub create_time: Time,
    /// The request with later changes.
    pub request: AllocateEipAddressRequest,
}

/// What an elastic address is associated with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EipAssociation {
    pub instance_id: String,
    pub instance_type: EipInstanceType,
    pub mode: EipMode,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to associate an elastic address with. Absent members follow from the id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AssociateEipAddressRequest {
    pub allocation_id: EipId,
    pub instance_id: String,
    pub instance_type: Option<EipInstanceType>,
    pub mode: Option<EipMode>,
    /// Where the address reaches its target; needed with [`EipInstanceType::IpAddress`].
    pub vpc_id: Option<VpcId>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about an association; an absent mode stays as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyEipForwardModeRequest {
    pub association: EipAssociationReference,
    pub mode: Option<EipMode>,
    pub configuration: String,
}

/// An association, named by its two ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EipAssociationReference {
    pub allocation_id: EipId,
    pub instance_id: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnassociateEipAddressRequest {
    pub association: EipAssociationReference,
    /// Whether SNAT entries that use the address give it up.
    pub force: bool,
}

impl EipAddress {
    #[must_use]
    pub const fn status(&self) -> EipStatus {
        if self.association.is_some() { EipStatus::InUse } else { EipStatus::Available }
    }
}

impl EipInstanceType {
    /// The kind of thing that an id names; `None` if its form says nothing.
    #[must_use]
    pub fn of_id(id: &str) -> Option<Self> {
        let forms = [
            ("i-", Self::EcsInstance),
            ("ngw-", Self::Nat),
            ("eni-", Self::NetworkInterface),
            ("lb-", Self::SlbInstance),
            ("havip-", Self::HaVip),
        ];
        forms.into_iter().find(|(prefix, _)| id.starts_with(prefix)).map(|(_, kind)| kind)
    }
}

api_enum! {
    /// What an elastic address can be associated with.
    pub enum EipInstanceType {
        EcsInstance => "is an instance",
        Nat => "is a NAT gateway",
        NetworkInterface => "is a network interface",
        SlbInstance => "is a load balancer",
        HaVip => "is a highly available virtual address",
        IpAddress => "is an address of a VPC",
    }
}

api_enum! {
    /// How an elastic address reaches a network interface.
    pub enum EipMode: default Nat {
        Nat = "NAT",
        Binded = "BINDED",
        MultiBinded = "MULTI_BINDED",
    }
}

api_enum! {
    /// What an elastic address is doing.
    pub enum EipStatus {
        Available,
        InUse,
    }
}
