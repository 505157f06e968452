//! What a forecast announced: noted in the world until it is made or announced anew (`rules.md` G10a).
//!
//! Whoever shows a forecast to somebody and acts on it later, in another process, finds here what was shown.

use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{Change, CreateAutoProvisioningGroupRequest, InstanceOwner, RunInstancesRequest};
use crate::cloud::world::{OwnerKind, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Notes the change that was shown for a group or reservation; an empty change forgets an earlier one. What does
    /// not exist has nothing to announce.
    pub fn announce_change(&self, owner: &InstanceOwner, change: &Change) -> Result<()> {
        let change = Some(change.clone()).filter(|change| !change.is_empty());
        if self.announced_change(owner)? == change {
            return Ok(());
        }
        self.write("AnnounceChange", |world| match owner {
            InstanceOwner::Group(id) => {
                announce::<CreateAutoProvisioningGroupRequest>(world, id.as_str(), change.as_ref())
            }
            InstanceOwner::Reservation(id) => announce::<RunInstancesRequest>(world, id.as_str(), change.as_ref()),
        })
    }

    /// The change that was shown last and not made since; `None` if there is none.
    pub fn announced_change(&self, owner: &InstanceOwner) -> Result<Option<Change>> {
        self.read("AnnouncedChange", |world| match owner {
            InstanceOwner::Group(id) => announced::<CreateAutoProvisioningGroupRequest>(world, id.as_str()),
            InstanceOwner::Reservation(id) => announced::<RunInstancesRequest>(world, id.as_str()),
        })
    }
}

fn announce<R: OwnerKind>(world: &mut World, owner_id: &str, change: Option<&Change>) -> Result<()> {
    if let Some(mut owner) = world.owner::<R>(owner_id)? {
        owner.facts.announced = change.cloned();
        world.save_facts(&owner)?;
    }
    Ok(())
}

fn announced<R: OwnerKind>(world: &mut World, owner_id: &str) -> Result<Option<Change>> {
    Ok(world.owner::<R>(owner_id)?.and_then(|owner| owner.facts.announced))
}
