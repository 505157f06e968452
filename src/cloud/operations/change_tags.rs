//! `CreateTags` and `DeleteTags`: the tags of several objects of any kind, all in one transaction (E7).

use crate::base::InstanceId;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, LaunchInstanceRequest, TagChange, Tags};
use crate::cloud::world::{
    KeyPairDocument, LaunchTemplateDocument, ResourceKind, SecurityGroupDocument, VSwitchDocument, VpcDocument, World,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Sets tags of the objects with these ids, or takes tags from them; all of them or none.
    pub fn change_tags(&self, ids: &[String], change: &TagChange) -> Result<()> {
        let operation = match change {
            TagChange::Set(_) => Operation::CreateTags,
            TagChange::Remove(_) => Operation::DeleteTags,
        };
        self.write(operation, |world| ids.iter().try_for_each(|id| change_tags(world, id, change)))
    }
}

fn change_tags(world: &mut World, id: &str, change: &TagChange) -> Result<()> {
    let changed = change_fleet(world, id, change)?
        || change_document::<VpcDocument>(world, id, |document| apply(change, &mut document.request.tags))?
        || change_document::<VSwitchDocument>(world, id, |document| apply(change, &mut document.request.tags))?
        || change_document::<SecurityGroupDocument>(world, id, |document| apply(change, &mut document.request.tags))?
        || change_document::<LaunchTemplateDocument>(world, id, |document| apply(change, &mut document.template_tags))?
        || change_document::<KeyPairDocument>(world, id, |document| apply(change, &mut document.tags))?;
    if changed {
        return Ok(());
    }
    let message = format!("there is no object `{id}` in `{}` that has tags of its own", world.region);
    Err(CloudError::of(Member::InstanceIds, codes::INVALID_PARAMETER_VALUE, message))
}

/// An instance that was launched by itself, or a group.
fn change_fleet(world: &mut World, id: &str, change: &TagChange) -> Result<bool> {
    if id.starts_with(InstanceId::PREFIX) {
        let Some(mut fleet) = world.fleet::<LaunchInstanceRequest>(id)? else { return Ok(false) };
        apply(change, &mut fleet.request.tags);
        world.save_fleet(&fleet)?;
        return Ok(true);
    }
    let Some(mut fleet) = world.fleet::<CreateAutoProvisioningGroupRequest>(id)? else { return Ok(false) };
    apply(change, &mut fleet.request.tags);
    world.save_fleet(&fleet)?;
    Ok(true)
}

fn change_document<D: ResourceKind>(world: &mut World, id: &str, change: impl FnOnce(&mut D)) -> Result<bool> {
    let Some(mut stored) = world.resource::<D>(id)? else { return Ok(false) };
    change(&mut stored.document);
    world.save_resource(&stored.id, &stored.document)?;
    Ok(true)
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
