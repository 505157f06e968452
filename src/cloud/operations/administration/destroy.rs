//! Destroying what is in a world by id, by name and by age, to clean up after configurations whose state is gone.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::collect::IntoOrdered;
use crate::base::wildcard::matches_wildcard;
use crate::base::wording::{counted, passive_sentence};
use crate::base::{InstanceId, KeyPairName, SecurityGroupId};
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{ActivityKind, DestroyOutcome, DestroySelection, KeptObject, Tags, WorldObject};
use crate::cloud::step::EndReason;
use crate::cloud::store::Access;
use crate::cloud::world::{InstanceRowState, World};

type Result<T, E = AdministrationError> = std::result::Result<T, E>;

impl SimCloud {
    /// Destroys what is selected, in every region, in one transaction: fleets with their instances first, then networks and
    /// their neighbours, what lies in others before what they lie in. Protection from deletion does not count. A world that
    /// is empty afterwards is a new world (W1).
    ///
    /// What is selected by name or age and still holds something that stays is kept, and reported.
    ///
    /// # Errors
    /// There is nothing of an id, or what it names still holds something; nothing is destroyed then.
    pub fn destroy_objects(&self, selection: &DestroySelection) -> Result<DestroyOutcome> {
        self.administer(Access::Write, |world| destroy(world, selection))
    }

    /// What [`Self::destroy_objects`] would do now; the world stays as it is.
    ///
    /// # Errors
    /// Those that the destruction would have.
    pub fn forecast_destroy_objects(&self, selection: &DestroySelection) -> Result<DestroyOutcome> {
        self.forecast_by_hand(|world| destroy(world, selection))
    }
}

fn destroy(world: &mut World, selection: &DestroySelection) -> Result<DestroyOutcome> {
    let mark = world.history_mark()?;
    let objects = world.objects()?;
    let mut selected: Vec<WorldObject> = Vec::new();
    for object in &objects {
        if is_selected(world, object, selection)? {
            selected.push(object.clone());
        }
    }
    let found: BTreeSet<&str> = selected.iter().map(|object| object.id.as_str()).into_set();
    let missing: Vec<String> = selection.ids.iter().filter(|id| !found.contains(id.as_str())).cloned().collect();
    if !missing.is_empty() {
        return Err(AdministrationError::NothingOfId { ids: missing });
    }
    let mut outcome = DestroyOutcome { unmatched: objects.len() - selected.len(), ..DestroyOutcome::default() };
    let (fleets, mut resources): (Vec<_>, Vec<_>) = selected.into_iter().partition(|object| object.is_fleet);
    for fleet in fleets {
        outcome.instances += destroy_fleet(world, &fleet)?;
        outcome.destroyed.push(fleet);
    }
    // The youngest first: what lies in something was made after it, unless it was moved there later.
    resources.reverse();
    let mut holds = BTreeMap::new();
    loop {
        let before = resources.len();
        let mut left = Vec::new();
        for resource in resources {
            if !world.has_resource_key(&resource.key)? {
                // It went with what it belonged to.
                outcome.destroyed.push(resource);
            } else if let Some(what) = what_it_holds(world, &resource)? {
                holds.insert(resource.id.clone(), what);
                left.push(resource);
            } else {
                destroy_resource(world, &resource)?;
                outcome.destroyed.push(resource);
            }
        }
        resources = left;
        if resources.is_empty() || resources.len() == before {
            break;
        }
    }
    let kept = resources.into_iter().map(|object| {
        let holds = holds.get(&object.id).cloned().unwrap_or_default();
        KeptObject { object, holds }
    });
    outcome.kept = kept.collect();
    if let (Some(kept), false) = (outcome.kept.first(), selection.ids.is_empty()) {
        return Err(AdministrationError::InUse { id: kept.object.id.clone(), holds: kept.holds.clone() });
    }
    outcome.activities = world.history_since(&mark)?;
    Ok(outcome)
}

fn is_selected(world: &mut World, object: &WorldObject, selection: &DestroySelection) -> Result<bool> {
    if !selection.ids.is_empty() {
        return Ok(selection.ids.contains(&object.id));
    }
    let by_name = selection
        .name
        .as_ref()
        .is_none_or(|glob| object.name.as_ref().is_some_and(|name| matches_wildcard(name, glob)));
    // What an earlier release made has no such time.
    let by_age = selection.made_before.is_none_or(|limit| object.made_at.is_some_and(|made_at| made_at < limit));
    Ok(by_name && by_age && carries(world, object, &selection.tags)?)
}

/// Whether an object, or all instances of a part of a fleet, carry all of these tags.
fn carries(world: &mut World, object: &WorldObject, wanted: &Tags) -> Result<bool> {
    if wanted.is_empty() {
        return Ok(true);
    }
    let is_carried =
        |tags: &Tags| wanted.iter().all(|(key, glob)| tags.get(key).is_some_and(|value| matches_wildcard(value, glob)));
    Ok(world.tags_of_object(object)?.iter().any(is_carried))
}

/// Ends the instances of a fleet and removes it, with what belongs to it; returns how many instances ran or were
/// stopped.
fn destroy_fleet(world: &mut World, fleet: &WorldObject) -> Result<usize> {
    let mut world = world.in_region(&fleet.region_id);
    let mut gone: Vec<InstanceId> = Vec::new();
    for batch in world.batches_of(&fleet.key)? {
        let instances = world.instances_of(batch.id)?;
        world.end(&batch, &instances, EndReason::Released)?;
        // Of a lost one only its position in the list is left (G10).
        let living = instances.into_iter().filter(|instance| instance.state != InstanceRowState::Lost);
        gone.extend(living.map(|instance| instance.instance_id));
    }
    for key in world.resource_keys_in(&fleet.key)? {
        // What is only attached to an instance loses its attachment at the end of the transaction.
        if fleet.kind == "scaling_group" {
            world.remove_resource(&key)?;
        }
    }
    world.remove_fleet(&fleet.key, false)?;
    let kind = match fleet.kind.as_str() {
        "group" => ActivityKind::DeleteAutoProvisioningGroup,
        "scaling_group" => ActivityKind::DeleteScalingGroup,
        "reservation" => ActivityKind::TerminateInstances,
        _ => ActivityKind::DeleteInstances,
    };
    world.record(
        kind,
        &fleet.key,
        format!("by hand: {}", passive_sentence(gone.len(), "instance", "released")),
        &[],
        &gone,
    )?;
    Ok(gone.len())
}

fn destroy_resource(world: &mut World, resource: &WorldObject) -> Result<()> {
    let mut world = world.in_region(&resource.region_id);
    world.remove_resource(&resource.key)?;
    if resource.kind == "vswitch" {
        world.delete_address_use(&resource.key)?;
    }
    Ok(())
}

/// What keeps a resource from being destroyed, in words; `None` if nothing does.
fn what_it_holds(world: &mut World, resource: &WorldObject) -> Result<Option<String>> {
    let mut world = world.in_region(&resource.region_id);
    if let Some(inside) = world.resource_keys_in(&resource.key)?.first() {
        return Ok(Some(inside.clone()));
    }
    let instances = match resource.kind.as_str() {
        "vswitch" => world.instances_in_vswitch(&resource.key)?,
        "security_group" => world.instances_with_security_group(&SecurityGroupId::from(resource.key.as_str()))?,
        "key_pair" => {
            let name = KeyPairName::from(resource.name.clone().unwrap_or_default());
            world.bound_to_key_pair(&name)?.into_iter().map(|(_, count)| count).sum()
        }
        _ => 0,
    };
    Ok((instances > 0).then(|| counted(instances, "instance")))
}
