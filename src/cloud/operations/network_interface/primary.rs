//! The primary network interfaces of instances, which no call makes: they come and go with their instances (N10).

use std::collections::BTreeMap;

use super::super::describe::{candidates, placed};
use super::{Result, mac_address};
use crate::base::InstanceId;
use crate::cloud::SimCloud;
use crate::cloud::model::{
    CreateNetworkInterfaceRequest, DescribeInstancesRequest, DescribeNetworkInterfacesRequest, NetworkInterface,
    NetworkInterfaceAttachment, NetworkInterfaceStatus, PlacedInstance,
};
use crate::cloud::world::{World, network_interface_id};

/// Those of living instances: of the instance that a request names, or of all.
pub(super) fn list(world: &mut World, request: &DescribeNetworkInterfacesRequest) -> Result<Vec<NetworkInterface>> {
    let instance_ids = request.instance_id.clone().map(|id| [id].into());
    let request = DescribeInstancesRequest { instance_ids, ..DescribeInstancesRequest::default() };
    let instances = candidates(world, &request)?;
    let living = placed(world, instances)?.into_iter().filter(|placed| !placed.instance.state.is_lost());
    Ok(living.filter_map(describe).collect())
}

impl SimCloud {
    /// The interfaces of each of these instances, the primary one first, then by creation.
    pub fn describe_interfaces_of(&self, instances: &[&PlacedInstance]) -> Result<Vec<Vec<NetworkInterface>>> {
        self.read(None, |world| {
            let mut attached: BTreeMap<InstanceId, Vec<NetworkInterface>> = BTreeMap::new();
            for interface in world.resources()?.into_iter().map(super::describe) {
                if let Some(attachment) = &interface.attachment {
                    attached.entry(attachment.instance_id.clone()).or_default().push(interface);
                }
            }
            let of = |placed: &&PlacedInstance| {
                let own = attached.get(&placed.instance.instance_id).into_iter().flatten().cloned();
                describe((*placed).clone()).into_iter().chain(own).collect()
            };
            Ok(instances.iter().map(of).collect())
        })
    }
}

/// `None`: the instance has no private address, and with it no interface in its vSwitch (R21).
fn describe(placed: PlacedInstance) -> Option<NetworkInterface> {
    let (instance, vpc_id) = (placed.instance, placed.vpc_id?);
    let private_ip_address = instance.private_ip?;
    let id = network_interface_id(&instance.instance_id);
    Some(NetworkInterface {
        is_primary: true,
        mac_address: mac_address(&id),
        network_interface_id: id.into(),
        vpc_id,
        zone_id: instance.zone_id,
        vswitch_id: instance.vswitch_id.clone(),
        private_ip_address,
        secondary_private_ip_addresses: [].into(),
        status: NetworkInterfaceStatus::InUse,
        attachment: Some(NetworkInterfaceAttachment {
            instance_id: instance.instance_id,
            attach_time: instance.launch_time,
            configuration: String::new(),
        }),
        create_time: instance.launch_time,
        request: CreateNetworkInterfaceRequest {
            vswitch_id: Some(instance.vswitch_id),
            security_group_ids: instance.security_group_ids,
            ..CreateNetworkInterfaceRequest::default()
        },
    })
}
