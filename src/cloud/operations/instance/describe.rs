//! An instance that was launched by itself, as it is now.

use std::collections::BTreeSet;

use super::launch_target::default_system_disk_size;
use super::own_disks::system_disk_id;
use crate::base::order::Order;
use crate::base::{Decimal, InstanceId};
use crate::catalogue;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    DescribeSingleInstancesRequest, LaunchInstanceRequest, SingleInstance, SingleInstanceDetails,
};
use crate::cloud::operations::network_interface::launched_interfaces;
use crate::cloud::store::damaged;
use crate::cloud::world::{Fleet, World, network_interface_id};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// In order of creation; those that are lost are gone (O4).
    pub fn describe_single_instances(&self, request: &DescribeSingleInstancesRequest) -> Result<Vec<SingleInstance>> {
        self.read(Operation::DescribeInstances, |world| {
            let fleets = candidates(world, request.instance_ids.as_ref())?;
            let described: Result<Vec<SingleInstance>> =
                fleets.into_iter().map(|fleet| describe(world, fleet)).collect();
            let mut described = described?;
            described.retain(|single| matches(request, single));
            Ok(described)
        })
    }
}

/// The narrowest listing that holds everything asked for.
fn candidates(
    world: &mut World,
    instance_ids: Option<&BTreeSet<InstanceId>>,
) -> Result<Vec<Fleet<LaunchInstanceRequest>>> {
    let Some(ids) = instance_ids else { return world.fleets() };
    let mut found = Vec::new();
    for id in ids {
        found.extend(world.fleet(id.as_str())?);
    }
    found.order_by_key(|fleet: &Fleet<LaunchInstanceRequest>| fleet.sequence);
    Ok(found)
}

fn matches(filter: &DescribeSingleInstancesRequest, single: &SingleInstance) -> bool {
    let instance = &single.instance;
    filter.zone_id.as_ref().is_none_or(|zone_id| instance.zone_id == *zone_id)
        && filter.instance_type.as_ref().is_none_or(|name| instance.instance_type == *name)
        && filter.tags.iter().all(|(key, value)| instance.tags.get(key) == Some(value))
}

/// The instance of this region, as what it was launched with and changed to.
pub(super) fn find(world: &mut World, instance_id: &InstanceId) -> Result<Fleet<LaunchInstanceRequest>> {
    world.fleet(instance_id.as_str())?.ok_or_else(|| {
        let message = format!("there is no instance `{instance_id}` in `{}` that was launched by itself", world.region);
        CloudError::of(Member::InstanceId, codes::INVALID_INSTANCE_NOT_FOUND, message)
    })
}

/// The instance as it is now.
pub(super) fn describe(world: &mut World, fleet: Fleet<LaunchInstanceRequest>) -> Result<SingleInstance> {
    let batches = world.batches_of(&fleet.id)?;
    let instance = world.list_instances(&fleet, &batches)?.pop();
    let instance = instance.unwrap_or_else(|| damaged(format!("the instance `{}` is not there", fleet.id)));
    let vswitch = world.vswitch(instance.vswitch_id.as_str())?;
    let role_name = world.instance_role(&instance.instance_id)?.or_else(|| fleet.request.role_name.clone());
    let size = fleet.request.system_disk_size;
    let network_interfaces = launched_interfaces(world, &instance.instance_id, &fleet.request)?;
    let sold = catalogue::instance_type(instance.instance_type.as_str());
    Ok(SingleInstance {
        vpc_id: vswitch.map(|vswitch| vswitch.vpc_id),
        vcpus: sold.map_or(0, |known| known.vcpus),
        memory_gib: sold.map_or(Decimal::ZERO, |known| known.memory_gib),
        system_disk_size: size.unwrap_or_else(|| default_system_disk_size(world, &fleet.request)),
        system_disk_id: system_disk_id(&instance.instance_id),
        network_interface_id: network_interface_id(&instance.instance_id),
        network_interfaces,
        role_name,
        create_time: fleet.create_time,
        warnings: fleet.outcome.warnings,
        request: fleet.request,
        instance,
    })
}

/// What an instance that was launched by itself shows beside what every instance does.
pub(in crate::cloud::operations) fn details(
    world: &World,
    fleet: &Fleet<LaunchInstanceRequest>,
) -> SingleInstanceDetails {
    let request = &fleet.request;
    SingleInstanceDetails {
        system_disk_id: system_disk_id(&InstanceId::from(fleet.id.as_str())),
        system_disk_size: request.system_disk_size.unwrap_or_else(|| default_system_disk_size(world, request)),
        data_disks: request.data_disks.clone(),
        internet_max_bandwidth_out: request.internet_max_bandwidth_out.unwrap_or(0),
        description: request.description.clone(),
        spot_duration: request.spot_duration,
        deletion_protection: request.deletion_protection,
        stopped_mode: request.stopped_mode,
        without_effect: request.without_effect.clone(),
    }
}
