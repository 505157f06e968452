//! `DescribeInstances`, and what an instance sees of itself at boot (R11, R12).

use std::collections::BTreeMap;

use super::super::page;
use crate::base::{InstanceId, VSwitchId, VpcId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{DescribeInstancesRequest, Instance, InstanceMetadata, InstanceOwner, Page};
use crate::cloud::world::World;

impl SimCloud {
    /// By owner and launch index; lost instances are in it as long as their owner keeps their place.
    pub fn describe_instances(&self, request: &DescribeInstancesRequest) -> Result<Page<Instance>, CloudError> {
        self.read("DescribeInstances", |world| {
            let mut instances = candidates(world, request)?;
            let networks = networks(world, request, &instances)?;
            instances.retain(|instance| matches(request, instance, &networks));
            page(instances, request.max_results, request.next_token.as_deref())
        })
    }

    /// What the instance finds at boot: user data, launch index, groups, and the public key.
    pub fn describe_instance_metadata(&self, instance_id: &InstanceId) -> Result<InstanceMetadata, CloudError> {
        self.read("DescribeInstances", |world| {
            let (instance, user_data) = world.find_instance(instance_id.as_str())?.ok_or_else(|| {
                let message = format!("there is no instance `{instance_id}` in `{}`", world.region);
                CloudError::of("instance_id", codes::INVALID_INSTANCE_ID_NOT_FOUND, message)
            })?;
            let public_key = instance.key_name.as_ref().map(|name| world.public_key(name)).transpose()?;
            Ok(InstanceMetadata {
                instance_id: instance.instance_id,
                image_id: instance.image_id,
                launch_index: instance.launch_index,
                security_group_ids: instance.security_group_ids,
                user_data,
                key_name: instance.key_name,
                public_key,
            })
        })
    }
}

/// The narrowest listing that holds everything asked for.
fn candidates(world: &mut World, request: &DescribeInstancesRequest) -> Result<Vec<Instance>, CloudError> {
    match (&request.instance_ids, &request.owner) {
        (Some(ids), _) => {
            let mut found = Vec::new();
            for id in ids {
                found.extend(world.find_instance(id.as_str())?.map(|(instance, _)| instance));
            }
            found.sort_by(|a, b| (&a.owner, a.launch_index).cmp(&(&b.owner, b.launch_index)));
            Ok(found)
        }
        (None, Some(InstanceOwner::Group(id))) => world.list_owner(id.as_str()),
        (None, Some(InstanceOwner::Reservation(id))) => world.list_owner(id.as_str()),
        (None, None) => world.list_region(),
    }
}

/// The VPC of every vSwitch that the instances are in, if the request asks for one.
fn networks(
    world: &mut World,
    request: &DescribeInstancesRequest,
    instances: &[Instance],
) -> Result<BTreeMap<VSwitchId, VpcId>, CloudError> {
    let mut networks = BTreeMap::new();
    for instance in instances.iter().filter(|_| request.vpc_id.is_some()) {
        if !networks.contains_key(&instance.vswitch_id)
            && let Some(vswitch) = world.vswitch(instance.vswitch_id.as_str())?
        {
            networks.insert(vswitch.vswitch_id, vswitch.vpc_id);
        }
    }
    Ok(networks)
}

fn matches(request: &DescribeInstancesRequest, instance: &Instance, networks: &BTreeMap<VSwitchId, VpcId>) -> bool {
    fn is<T: PartialEq>(wanted: Option<&T>, found: &T) -> bool {
        wanted.is_none_or(|wanted| wanted == found)
    }
    is(request.owner.as_ref(), &instance.owner)
        && is(request.zone_id.as_ref(), &instance.zone_id)
        && is(request.vswitch_id.as_ref(), &instance.vswitch_id)
        && request.vpc_id.as_ref().is_none_or(|vpc_id| networks.get(&instance.vswitch_id) == Some(vpc_id))
        && is(request.instance_type.as_ref(), &instance.instance_type)
        && is(request.image_id.as_ref(), &instance.image_id)
        && request.security_group_id.as_ref().is_none_or(|id| instance.security_group_ids.contains(id))
        && is(request.state.as_ref(), &instance.state)
        && request.tags.iter().all(|(key, value)| instance.tags.get(key) == Some(value))
}
