//! Takes instances from their fleets on demand, to show what follows.

use crate::base::{Billing, InstanceId};
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::lifecycle::{ManualTakeResult, take_by_hand};
use crate::cloud::model::{InstanceSelection, TakeResult, WorldChangeEffect, WorldChangeOutcome};
use crate::cloud::step::ReclaimCause;
use crate::cloud::store::Access;
use crate::cloud::world::World;
use crate::market::scenario::Selector;

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
    take(world, selection, ReclaimCause::ByHand, WorldChangeEffect::Reclaimed)
}

pub(super) fn terminate(
    world: &mut World,
    selection: &InstanceSelection,
) -> Result<WorldChangeOutcome, AdministrationError> {
    take(world, selection, ReclaimCause::TerminatedByHand, WorldChangeEffect::Terminated)
}

fn take(
    world: &mut World,
    selection: &InstanceSelection,
    cause: ReclaimCause,
    effect: fn(TakeResult) -> WorldChangeEffect,
) -> Result<WorldChangeOutcome, AdministrationError> {
    let mark = world.history_mark()?;
    let not_there = not_there(world, selection, cause)?;
    let ManualTakeResult { taken, of } = take_by_hand(&mut **world, selection, cause)?;
    let is_limited = selection.region_id.is_some() || selection.pools != Selector::default();
    let effect = effect(TakeResult { taken, of, is_limited, not_there });
    Ok(WorldChangeOutcome { from: world.now, to: world.now, effect, activities: world.history_since(&mark)? })
}

/// The instances that were named and cannot be taken. One that the cause never takes is an error.
fn not_there(
    world: &mut World,
    selection: &InstanceSelection,
    cause: ReclaimCause,
) -> Result<Vec<InstanceId>, AdministrationError> {
    let mut not_there = Vec::new();
    for instance_id in selection.instance_ids.iter().flatten() {
        match world.instance_of_any_region(instance_id.as_str())? {
            Some((batch, _)) if cause == ReclaimCause::ByHand && batch.spec.billing != Billing::Spot => {
                return Err(AdministrationError::NotSpot { instance_id: instance_id.clone() });
            }
            Some((_, row)) if row.state.can_be_taken(cause) => {}
            _ => not_there.push(instance_id.clone()),
        }
    }
    Ok(not_there)
}
