//! Takes instances from their fleets on demand, to show what follows.

use crate::base::{Billing, InstanceId};
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::lifecycle::{TakingByHand, take_by_hand};
use crate::cloud::model::{InstanceSelection, TakeResult, WorldChangeEffect, WorldChangeOutcome};
use crate::cloud::step::ReclaimCause;
use crate::cloud::store::Access;
use crate::cloud::world::{InstanceLife, World};

impl SimCloud {
    /// Reclaims living spot instances now, the youngest first, as a scenario's event does (W6, W9).
    ///
    /// # Errors
    /// An instance that was named is not a spot instance.
    pub fn reclaim_spot(&self, selection: &InstanceSelection) -> Result<WorldChangeOutcome, AdministrationError> {
        self.administer(Access::Write, |world| reclaim(world, selection))
    }

    /// Terminates instances of both billings now, stopped ones too, the youngest first, as a scenario's event does (W6,
    /// W9). They are lost, so that a plan replaces them.
    pub fn terminate_instances(
        &self,
        selection: &InstanceSelection,
    ) -> Result<WorldChangeOutcome, AdministrationError> {
        self.administer(Access::Write, |world| terminate(world, selection))
    }
}

pub(super) fn reclaim(
    world: &mut World,
    selection: &InstanceSelection,
) -> Result<WorldChangeOutcome, AdministrationError> {
    for instance_id in selection.instance_ids.iter().flatten() {
        let found = world.instance_of_any_region(instance_id.as_str())?;
        if found.is_some_and(|(batch, _)| batch.spec.billing != Billing::Spot) {
            return Err(AdministrationError::NotSpot { instance_id: instance_id.clone() });
        }
    }
    take(world, selection, ReclaimCause::ByHand)
}

pub(super) fn terminate(
    world: &mut World,
    selection: &InstanceSelection,
) -> Result<WorldChangeOutcome, AdministrationError> {
    take(world, selection, ReclaimCause::TerminatedByHand)
}

fn take(
    world: &mut World,
    selection: &InstanceSelection,
    cause: ReclaimCause,
) -> Result<WorldChangeOutcome, AdministrationError> {
    let mark = world.history_mark()?;
    let not_there = not_there(world, selection, cause)?;
    let TakingByHand { taken, of } = take_by_hand(world, selection, cause)?;
    let instances = TakeResult { taken, of, not_there };
    let effect = if cause == ReclaimCause::ByHand {
        WorldChangeEffect::Reclaimed(instances)
    } else {
        WorldChangeEffect::Terminated(instances)
    };
    Ok(WorldChangeOutcome { from: world.now, to: world.now, effect, activities: world.history_since(&mark)? })
}

/// The instances that were named and cannot be taken.
fn not_there(
    world: &mut World,
    selection: &InstanceSelection,
    cause: ReclaimCause,
) -> Result<Vec<InstanceId>, AdministrationError> {
    let mut not_there = Vec::new();
    for instance_id in selection.instance_ids.iter().flatten() {
        let found = world.instance_of_any_region(instance_id.as_str())?;
        let is_there = found.is_some_and(|(_, row)| match row.state {
            InstanceLife::Live => true,
            InstanceLife::Stopped => cause.takes_stopped(),
            InstanceLife::Lost => false,
        });
        if !is_there {
            not_there.push(instance_id.clone());
        }
    }
    Ok(not_there)
}
