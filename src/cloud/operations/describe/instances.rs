//! `DescribeInstances`, and what an instance sees of itself at boot (R11, R12).

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use super::super::instance::details;
use super::super::page;
use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::base::{InstanceId, VSwitchId, VpcId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    DescribeInstancesRequest, FleetId, Instance, InstanceMetadata, LaunchInstanceRequest, Page, PlacedInstance,
};
use crate::cloud::world::{EipDocument, Fleet, InstanceRoleDocument, World};
use crate::market::Operation;

impl SimCloud {
    /// By fleet and launch index; lost instances are included as long as they are in their fleet's list.
    pub fn describe_instances(&self, request: &DescribeInstancesRequest) -> Result<Page<PlacedInstance>, CloudError> {
        self.read(Operation::DescribeInstances, |world| {
            let candidates = candidates(world, request)?;
            let mut instances = placed(world, candidates)?;
            instances.retain(|placed| matches(request, placed));
            page(instances, request.max_results, request.next_token.as_deref())
        })
    }

    /// What the instance finds at boot: user data, launch index, groups, and the public key.
    pub fn describe_instance_metadata(&self, instance_id: &InstanceId) -> Result<InstanceMetadata, CloudError> {
        self.read(Operation::DescribeInstances, |world| {
            let (instance, secrets) = world.find_instance(instance_id.as_str())?.ok_or_else(|| {
                let message = format!("there is no instance `{instance_id}` in `{}`", world.region);
                CloudError::of(Member::InstanceId, codes::INVALID_INSTANCE_ID_NOT_FOUND, message)
            })?;
            let public_key = instance.key_name.as_ref().map(|name| world.public_key(name)).transpose()?;
            Ok(InstanceMetadata {
                instance_id: instance.instance_id,
                image_id: instance.image_id,
                launch_index: instance.launch_index,
                security_group_ids: instance.security_group_ids,
                user_data: secrets.user_data,
                hides_user_data: secrets.hides_user_data,
                password: secrets.password,
                key_name: instance.key_name,
                public_key,
            })
        })
    }
}

/// The narrowest listing that holds everything asked for.
pub(in crate::cloud::operations) fn candidates(
    world: &mut World,
    request: &DescribeInstancesRequest,
) -> Result<Vec<Instance>, CloudError> {
    match (&request.instance_ids, &request.fleet) {
        (Some(ids), _) => {
            let mut found = Vec::new();
            for id in ids {
                found.extend(world.find_instance(id.as_str())?.map(|(instance, _)| instance));
            }
            found.order_by(|a, b| (&a.fleet, a.launch_index).cmp(&(&b.fleet, b.launch_index)));
            Ok(found)
        }
        (None, Some(FleetId::Group(id))) => world.list_fleet(id.as_str()),
        (None, Some(FleetId::Reservation(id))) => world.list_fleet(id.as_str()),
        (None, Some(FleetId::ScalingGroup(id))) => world.list_fleet(id.as_str()),
        (None, Some(FleetId::Instance(id))) => world.list_fleet(id.as_str()),
        (None, None) => world.list_instances_of_region(),
    }
}

/// Each with its elastic address, and the VPC of its vSwitch, which is looked up once.
pub(in crate::cloud::operations) fn placed(
    world: &mut World,
    instances: Vec<Instance>,
) -> Result<Vec<PlacedInstance>, CloudError> {
    let singles = singles(world, &instances)?;
    placed_with(world, instances, &singles)
}

/// The same, where the fleets of those that were launched by themselves are at hand.
pub(in crate::cloud::operations) fn placed_with(
    world: &mut World,
    instances: Vec<Instance>,
    singles: &BTreeMap<String, Fleet<LaunchInstanceRequest>>,
) -> Result<Vec<PlacedInstance>, CloudError> {
    let mut networks: BTreeMap<VSwitchId, Option<VpcId>> = BTreeMap::new();
    for vswitch_id in instances.iter().map(|instance| &instance.vswitch_id) {
        if !networks.contains_key(vswitch_id) {
            let vswitch = world.vswitch(vswitch_id.as_str())?;
            networks.insert(vswitch_id.clone(), vswitch.map(|vswitch| vswitch.vpc_id));
        }
    }
    let vpc_of = |instance: &Instance| networks.get(&instance.vswitch_id).cloned().flatten();
    let eips = if instances.is_empty() { Vec::new() } else { world.resources::<EipDocument>()? };
    let eips: BTreeMap<&str, Ipv4Addr> = eips
        .iter()
        .filter_map(|eip| Some((eip.document.association.as_ref()?.instance_id.as_str(), eip.document.ip_address)))
        .into_map();
    let roles = if instances.is_empty() { Vec::new() } else { world.resources::<InstanceRoleDocument>()? };
    let roles: BTreeMap<&str, &String> =
        roles.iter().map(|role| (role.document.instance_id.as_str(), &role.document.role_name)).into_map();
    let placed = instances.into_iter().map(|instance| {
        let id = instance.instance_id.as_str();
        let single = singles.get(id);
        let launched_with = single.and_then(|fleet| fleet.request.role_name.clone());
        PlacedInstance {
            vpc_id: vpc_of(&instance),
            eip: eips.get(id).copied(),
            role_name: roles.get(id).map(|role| (*role).clone()).or(launched_with),
            details: single.map(|fleet| details(world, fleet)),
            instance,
        }
    });
    Ok(placed.collect())
}

/// As many instances are looked up one by one; more are read with all others of the region at once.
const FEW: usize = 20;

/// Those that were launched by themselves, by id. A call for one among thousands reads that one alone.
fn singles(
    world: &mut World,
    instances: &[Instance],
) -> Result<BTreeMap<String, Fleet<LaunchInstanceRequest>>, CloudError> {
    let own = instances.iter().filter(|instance| matches!(instance.fleet, FleetId::Instance(_)));
    let ids: Vec<&str> = own.map(|instance| instance.instance_id.as_str()).collect();
    let fleets: Vec<Fleet<LaunchInstanceRequest>> = if ids.len() > FEW {
        world.fleets()?
    } else {
        let found: Result<Vec<_>, CloudError> = ids.into_iter().map(|id| world.fleet(id)).collect();
        found?.into_iter().flatten().collect()
    };
    Ok(fleets.into_iter().map(|fleet| (fleet.id.clone(), fleet)).into_map())
}

fn matches(request: &DescribeInstancesRequest, placed: &PlacedInstance) -> bool {
    fn is<T: PartialEq>(wanted: Option<&T>, found: &T) -> bool {
        wanted.is_none_or(|wanted| wanted == found)
    }
    let instance = &placed.instance;
    is(request.fleet.as_ref(), &instance.fleet)
        && is(request.zone_id.as_ref(), &instance.zone_id)
        && is(request.vswitch_id.as_ref(), &instance.vswitch_id)
        && (request.vpc_id.is_none() || request.vpc_id == placed.vpc_id)
        && is(request.instance_type.as_ref(), &instance.instance_type)
        && is(request.image_id.as_ref(), &instance.image_id)
        && request.security_group_id.as_ref().is_none_or(|id| instance.security_group_ids.contains(id))
        && is(request.state.as_ref(), &instance.state)
        && request.tags.iter().all(|(key, value)| instance.tags.get(key) == Some(value))
}
