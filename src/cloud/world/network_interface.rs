//! Network interfaces as the world keeps them, and their addresses. The primary interface of an instance is part of it, and
//! not among them.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::address::AddressClaim;
use super::attachment::Attachable;
use super::eip::EipDocument;
use super::network::VSwitch;
use super::route::RouteEntryDocument;
use super::{ResourceKind, Result, World};
use crate::base::{InstanceId, Time, VSwitchId, VpcId, ZoneId};
use crate::cloud::model::{CreateNetworkInterfaceRequest, NetworkInterfaceAttachment};

/// A network interface as the world keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct NetworkInterfaceDocument {
    /// With later changes, except those of the addresses.
    pub(crate) request: CreateNetworkInterfaceRequest,
    pub(crate) vswitch_id: VSwitchId,
    /// The VPC and the zone of the vSwitch.
    pub(crate) vpc_id: VpcId,
    pub(crate) zone_id: ZoneId,
    pub(crate) primary_ip: Ipv4Addr,
    pub(crate) secondary_ips: BTreeSet<Ipv4Addr>,
    /// Where it is attached, if it is.
    pub(crate) attachment: Option<NetworkInterfaceAttachment>,
    pub(crate) create_time: Time,
}

impl ResourceKind for NetworkInterfaceDocument {
    const KIND: &'static str = "network_interface";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    /// The instance that it is attached to, else the vSwitch.
    fn parent(&self) -> Option<&str> {
        let instance_id = self.attachment.as_ref().map(|attachment| attachment.instance_id.as_str());
        Some(instance_id.unwrap_or(self.vswitch_id.as_str()))
    }
}

impl Attachable for NetworkInterfaceDocument {
    fn is_deleted_with_instance(&self) -> bool {
        self.request.ends_with_instance()
    }

    fn detach(&mut self) {
        self.attachment = None;
    }

    fn addresses(&self) -> Option<(&str, Vec<u32>)> {
        let addresses = std::iter::once(self.primary_ip).chain(self.secondary_ips.iter().copied());
        Some((self.vswitch_id.as_str(), addresses.map(u32::from).collect()))
    }

    fn release(world: &mut World<'_, '_>, id: &str) -> Result<()> {
        world.release_network_interface(id)
    }
}

impl World<'_, '_> {
    /// The network interfaces of a vSwitch, attached ones included, by creation.
    pub(crate) fn network_interfaces_in_vswitch(&mut self, vswitch_id: &str) -> Result<Vec<String>> {
        let found = self.resources_with::<NetworkInterfaceDocument>("vswitch_id", vswitch_id)?;
        let inside = found.into_iter().filter(|interface| interface.document.vswitch_id == *vswitch_id);
        Ok(inside.map(|interface| interface.id).collect())
    }

    /// Chooses addresses of a vSwitch; the caller has checked that as many are free. Each follows from the interface's id
    /// and its number where that address is free, else it is the next free one.
    pub(crate) fn choose_interface_addresses(
        &mut self,
        vswitch: &VSwitch,
        id: &str,
        numbers: std::ops::Range<usize>,
    ) -> Result<Vec<Ipv4Addr>> {
        let labels: Vec<InstanceId> = numbers.map(|number| InstanceId::from(format!("{id}/{number}"))).collect();
        let taken = self.take_addresses(vswitch, &labels)?;
        Ok(taken.into_iter().map(Ipv4Addr::from).collect())
    }

    /// Takes one address of a vSwitch if it is free.
    pub(crate) fn take_interface_address(&mut self, vswitch: &VSwitch, address: Ipv4Addr) -> Result<AddressClaim> {
        self.take_address(vswitch, u32::from(address))
    }

    /// Frees addresses of a network interface.
    pub(crate) fn return_interface_addresses(
        &mut self,
        vswitch_id: &VSwitchId,
        addresses: impl IntoIterator<Item = Ipv4Addr>,
    ) -> Result<()> {
        let addresses: Vec<u32> = addresses.into_iter().map(u32::from).collect();
        self.return_addresses(vswitch_id.as_str(), &addresses)
    }

    /// Frees the elastic address of a network interface that is deleted, and deletes the routes that lead to it (N10).
    pub(crate) fn release_network_interface(&mut self, id: &str) -> Result<()> {
        for mut eip in self.resources_in::<EipDocument>(id)? {
            eip.document.association = None;
            self.save_resource(&eip.id, &eip.document)?;
        }
        for entry in self.resources_with::<RouteEntryDocument>("next_hop_id", id)? {
            if entry.document.request.next_hop_id == id {
                self.remove_resource(&entry.id)?;
            }
        }
        Ok(())
    }
}
