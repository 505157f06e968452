//! What a forecast announced: noted in the world until the thing is changed (`rules.md` G10a).
//!
//! Whoever shows a forecast to somebody and acts on it later, in another process, finds here what was shown.

use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{Change, CreateAutoProvisioningGroupRequest, InstanceOwner, RunInstancesRequest};
use crate::cloud::world::{Announcement, OwnerKind, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Plans that somebody may still act on.
const MOST_OCCASIONS: usize = 8;

impl SimCloud {
    /// Notes the change that was shown for a group or reservation on an occasion, be it none at all. What does not exist
    /// has nothing to announce.
    pub fn announce_change(&self, owner: &InstanceOwner, occasion: &str, change: &Change) -> Result<()> {
        if self.announced_change(owner, occasion)?.as_ref() == Some(change) {
            return Ok(());
        }
        let announcement = Announcement { occasion: occasion.to_owned(), change: change.clone() };
        self.write("AnnounceChange", |world| {
            note(world, owner, |announced| {
                announced.retain(|known| known.occasion != announcement.occasion);
                announced.push(announcement.clone());
                announced.drain(..announced.len().saturating_sub(MOST_OCCASIONS));
            })
        })
    }

    /// The change that was shown on an occasion, if nothing was changed since; `None` if nothing was shown.
    pub fn announced_change(&self, owner: &InstanceOwner, occasion: &str) -> Result<Option<Change>> {
        self.read("AnnouncedChange", |world| {
            let announced = match owner {
                InstanceOwner::Group(id) => announced::<CreateAutoProvisioningGroupRequest>(world, id.as_str())?,
                InstanceOwner::Reservation(id) => announced::<RunInstancesRequest>(world, id.as_str())?,
            };
            Ok(announced.into_iter().find(|known| known.occasion == occasion).map(|known| known.change))
        })
    }

    /// Forgets what was shown of a group or reservation, on any occasion.
    pub fn forget_announcements(&self, owner: &InstanceOwner) -> Result<()> {
        self.write("ForgetAnnouncements", |world| note(world, owner, Vec::clear))
    }
}

fn note(world: &mut World, owner: &InstanceOwner, change: impl Fn(&mut Vec<Announcement>)) -> Result<()> {
    match owner {
        InstanceOwner::Group(id) => note_of::<CreateAutoProvisioningGroupRequest>(world, id.as_str(), change),
        InstanceOwner::Reservation(id) => note_of::<RunInstancesRequest>(world, id.as_str(), change),
    }
}

fn note_of<R: OwnerKind>(world: &mut World, owner_id: &str, change: impl Fn(&mut Vec<Announcement>)) -> Result<()> {
    if let Some(mut owner) = world.owner::<R>(owner_id)? {
        change(&mut owner.facts.announced);
        world.save_facts(&owner)?;
    }
    Ok(())
}

fn announced<R: OwnerKind>(world: &mut World, owner_id: &str) -> Result<Vec<Announcement>> {
    Ok(world.owner::<R>(owner_id)?.map(|owner| owner.facts.announced).unwrap_or_default())
}
