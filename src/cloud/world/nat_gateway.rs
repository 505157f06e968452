//! NAT gateways and SNAT entries as the world keeps them.

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::network::VSwitch;
use super::{ResourceKind, Result, World};
use crate::base::{InstanceId, NatGatewayId, Time, VpcId};
use crate::cloud::model::{CreateNatGatewayRequest, CreateSnatEntryRequest};
use crate::cloud::store::damaged;

/// A NAT gateway.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NatGatewayDocument {
    /// With later changes; VPC and vSwitch are there.
    pub(crate) request: CreateNatGatewayRequest,
    /// Its address in the vSwitch (N7).
    pub(crate) private_ip: Ipv4Addr,
    pub(crate) create_time: Time,
}

/// An SNAT entry.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SnatEntryDocument {
    /// With later changes.
    pub(crate) request: CreateSnatEntryRequest,
    pub(crate) nat_gateway_id: NatGatewayId,
    pub(crate) create_time: Time,
}

impl ResourceKind for NatGatewayDocument {
    const KIND: &'static str = "nat_gateway";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        self.request.vpc_id.as_ref().map(VpcId::as_str)
    }
}

impl ResourceKind for SnatEntryDocument {
    const KIND: &'static str = "snat_entry";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        Some(self.nat_gateway_id.as_str())
    }
}

impl World<'_, '_> {
    /// Takes an address of a vSwitch for a NAT gateway; the caller has checked that one is free.
    pub(crate) fn take_gateway_address(&mut self, vswitch: &VSwitch, id: &str) -> Result<Ipv4Addr> {
        let taken = self.take_addresses(vswitch, &[InstanceId::from(id)])?;
        Ok(taken.first().copied().map_or_else(|| damaged("a vSwitch gave no address"), Ipv4Addr::from))
    }

    /// Frees the address of a NAT gateway that is deleted.
    pub(crate) fn return_gateway_address(&mut self, vswitch_id: &str, address: Ipv4Addr) -> Result<()> {
        self.return_addresses(vswitch_id, &[u32::from(address)])
    }
}
