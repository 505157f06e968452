//! `TagResources`, `UntagResources`, `ListTagResources`: the tags of objects of any kind.

use std::collections::BTreeSet;

use super::instance::change_own_disk_tags;
use crate::base::collect::IntoOrdered;
use crate::base::{DiskId, KeyPairName};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, LaunchInstanceRequest, TagChange, TagResourcesRequest, TaggedKind, Tags,
    UntagResourcesRequest,
};
use crate::cloud::world::{
    DiskDocument, EipDocument, FleetRequest, KeyPairDocument, LaunchTemplateDocument, NatGatewayDocument,
    NetworkInterfaceDocument, ResourceKind, ScalingFleetRequest, SecurityGroupDocument, Stored, VSwitchDocument,
    VpcDocument, World, key_pair_id,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Sets tags of all these objects or, if one does not exist, of none.
    pub fn tag_resources(&self, request: &TagResourcesRequest) -> Result<()> {
        self.write(Operation::TagResources, |world| {
            change_all(world, request.kind, &request.ids, &|tags| tags.extend(request.tags.clone()))
        })
    }

    /// Takes tags from all these objects or, if one does not exist, from none.
    pub fn untag_resources(&self, request: &UntagResourcesRequest) -> Result<()> {
        self.write(Operation::UntagResources, |world| {
            change_all(world, request.kind, &request.ids, &|tags| match &request.keys {
                Some(keys) => tags.retain(|key, _| !keys.contains(key)),
                None => tags.clear(),
            })
        })
    }

    /// Sets or removes tags of objects of several kinds: of all of them or, if one does not exist, of none (E7).
    pub fn change_tags(&self, objects: &[(TaggedKind, String)], change: &TagChange) -> Result<()> {
        let operation = match change {
            TagChange::Set(_) => Operation::CreateTags,
            TagChange::Remove(_) => Operation::DeleteTags,
        };
        self.write(operation, |world| {
            for (kind, id) in objects {
                change_all(world, *kind, &[id.clone()].into_iter().into_set(), &|tags| apply(change, tags))?;
            }
            Ok(())
        })
    }

    /// The tags of those of these objects that exist, by id.
    pub fn list_tag_resources(&self, ids: &BTreeSet<String>, kind: TaggedKind) -> Result<Vec<(String, Tags)>> {
        self.read(Operation::ListTagResources, |world| {
            let mut found = Vec::new();
            for id in ids {
                found.extend(change(world, kind, id, &|_| ())?.map(|tags| (id.clone(), tags)));
            }
            Ok(found)
        })
    }
}

fn apply(change: &TagChange, tags: &mut Tags) {
    match change {
        TagChange::Set(new) => tags.extend(new.clone()),
        TagChange::Remove(gone) if gone.is_empty() => tags.clear(),
        TagChange::Remove(gone) => {
            for (key, value) in gone {
                if value.as_ref().is_none_or(|value| tags.get(key) == Some(value)) {
                    tags.remove(key);
                }
            }
        }
    }
}

/// Changes the tags of an object in place.
type TagEdit<'a> = &'a dyn Fn(&mut Tags);

fn change_all(world: &mut World, kind: TaggedKind, ids: &BTreeSet<String>, with: TagEdit<'_>) -> Result<()> {
    for id in ids {
        if change(world, kind, id, with)?.is_none() {
            let message = format!("there is no {} `{id}` in `{}` whose tags can be changed", noun(kind), world.region);
            return Err(CloudError::new(not_found(kind), message));
        }
    }
    Ok(())
}

/// The tags of an object after a change; `None` if there is no such object.
fn change(world: &mut World, kind: TaggedKind, id: &str, with: TagEdit<'_>) -> Result<Option<Tags>> {
    match kind {
        TaggedKind::AutoProvisioningGroup => {
            of_fleet(world, id, with, |request: &mut CreateAutoProvisioningGroupRequest| &mut request.tags)
        }
        TaggedKind::Disk => match of_resource(world, id, with, |disk: &mut DiskDocument| &mut disk.request.tags)? {
            Some(tags) => Ok(Some(tags)),
            None => change_own_disk_tags(world, &DiskId::from(id), with),
        },
        TaggedKind::Eip => of_resource(world, id, with, |eip: &mut EipDocument| &mut eip.request.tags),
        TaggedKind::Instance => of_fleet(world, id, with, |request: &mut LaunchInstanceRequest| &mut request.tags),
        TaggedKind::KeyPair => {
            let id = key_pair_id(world.region, &KeyPairName::from(id));
            of_resource(world, &id, with, |pair: &mut KeyPairDocument| &mut pair.tags)
        }
        TaggedKind::LaunchTemplate => {
            of_resource(world, id, with, |template: &mut LaunchTemplateDocument| &mut template.template_tags)
        }
        TaggedKind::NatGateway => {
            of_resource(world, id, with, |gateway: &mut NatGatewayDocument| &mut gateway.request.tags)
        }
        TaggedKind::NetworkInterface => {
            of_resource(world, id, with, |interface: &mut NetworkInterfaceDocument| &mut interface.request.tags)
        }
        TaggedKind::ScalingGroup => {
            of_fleet(world, id, with, |request: &mut ScalingFleetRequest| &mut request.group.tags)
        }
        TaggedKind::SecurityGroup => {
            of_resource(world, id, with, |group: &mut SecurityGroupDocument| &mut group.request.tags)
        }
        TaggedKind::VSwitch => of_resource(world, id, with, |vswitch: &mut VSwitchDocument| &mut vswitch.request.tags),
        TaggedKind::Vpc => of_resource(world, id, with, |vpc: &mut VpcDocument| &mut vpc.request.tags),
    }
}

fn of_resource<D: ResourceKind>(
    world: &mut World,
    id: &str,
    with: TagEdit<'_>,
    tags_of: fn(&mut D) -> &mut Tags,
) -> Result<Option<Tags>> {
    let Some(Stored { id, mut document }) = world.resource::<D>(id)? else { return Ok(None) };
    let tags = tags_of(&mut document);
    let before = tags.clone();
    with(tags);
    let after = tags.clone();
    if after != before {
        world.save_resource(&id, &document)?;
    }
    Ok(Some(after))
}

fn of_fleet<R: FleetRequest>(
    world: &mut World,
    id: &str,
    with: TagEdit<'_>,
    tags_of: fn(&mut R) -> &mut Tags,
) -> Result<Option<Tags>> {
    let Some(mut fleet) = world.fleet::<R>(id)? else { return Ok(None) };
    let tags = tags_of(&mut fleet.request);
    let before = tags.clone();
    with(tags);
    let after = tags.clone();
    if after != before {
        world.save_fleet(&fleet)?;
    }
    Ok(Some(after))
}

const fn noun(kind: TaggedKind) -> &'static str {
    match kind {
        TaggedKind::AutoProvisioningGroup => "auto provisioning group",
        TaggedKind::Disk => "disk",
        TaggedKind::Eip => "elastic address",
        TaggedKind::Instance => "instance that was launched by itself",
        TaggedKind::KeyPair => "key pair",
        TaggedKind::LaunchTemplate => "launch template",
        TaggedKind::NatGateway => "NAT gateway",
        TaggedKind::NetworkInterface => "network interface",
        TaggedKind::ScalingGroup => "scaling group",
        TaggedKind::SecurityGroup => "security group",
        TaggedKind::VSwitch => "vSwitch",
        TaggedKind::Vpc => "VPC",
    }
}

const fn not_found(kind: TaggedKind) -> &'static str {
    match kind {
        TaggedKind::AutoProvisioningGroup => codes::INVALID_GROUP_ID_NOT_FOUND,
        TaggedKind::Disk => codes::INVALID_DISK_NOT_FOUND,
        TaggedKind::Eip => codes::INVALID_ALLOCATION_NOT_FOUND,
        TaggedKind::Instance => codes::INVALID_INSTANCE_NOT_FOUND,
        TaggedKind::KeyPair => codes::INVALID_KEY_PAIR_NOT_FOUND,
        TaggedKind::LaunchTemplate => codes::INVALID_LAUNCH_TEMPLATE,
        TaggedKind::NatGateway => codes::INVALID_NAT_GATEWAY_NOT_FOUND,
        TaggedKind::NetworkInterface => codes::INVALID_ENI_NOT_FOUND,
        TaggedKind::ScalingGroup => codes::INVALID_SCALING_GROUP_NOT_FOUND,
        TaggedKind::SecurityGroup => codes::INVALID_SECURITY_GROUP_NOT_FOUND,
        TaggedKind::VSwitch => codes::INVALID_VSWITCH_NOT_FOUND,
        TaggedKind::Vpc => codes::INVALID_VPC_NOT_FOUND,
    }
}
