//! One operation for all changes that people make to a world by hand: it makes them, or forecasts them (W9).

use super::{advance, market, take_instances};
use crate::base::Time;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{Activity, ClockAdvance, WorldChange, WorldChangeOutcome};
use crate::cloud::world::World;
use crate::cloud::{SimCloud, time};

impl SimCloud {
    /// Changes the world. `progress` hears what happened as soon as it is final, after each step of time, until it returns
    /// false. Nothing is an error only because it is done already.
    ///
    /// # Errors
    /// What the change refuses; nothing was changed then.
    pub fn change_world(
        &self,
        change: &WorldChange,
        progress: &mut dyn FnMut(&[Activity]) -> bool,
    ) -> Result<WorldChangeOutcome, AdministrationError> {
        let outcome = match change {
            WorldChange::ReclaimSpot(selection) => self.reclaim_spot(selection)?,
            WorldChange::TerminateInstances(selection) => self.terminate_instances(selection)?,
            WorldChange::ChangeMarket(rules) => self.change_market(rules)?,
            WorldChange::ResetMarket => self.reset_market()?,
            WorldChange::AdvanceClock(target) => {
                return match self.advance_clock_and_tell(*target, progress) {
                    Err(AdministrationError::ClockIsAhead { clock, .. }) => {
                        Ok(advance::outcome(ClockAdvance { from: clock, to: clock, activities: Vec::new() }))
                    }
                    advanced => advanced.map(advance::outcome),
                };
            }
        };
        progress(&outcome.activities);
        Ok(outcome)
    }

    /// What a change would do now; the world stays as it is. A clock that stands after the target is no error.
    ///
    /// # Errors
    /// What the change refuses.
    pub fn forecast_world_change(&self, change: &WorldChange) -> Result<WorldChangeOutcome, AdministrationError> {
        self.forecast_by_hand(|world| match change {
            WorldChange::ReclaimSpot(selection) => take_instances::reclaim(world, selection),
            WorldChange::TerminateInstances(selection) => take_instances::terminate(world, selection),
            WorldChange::ChangeMarket(rules) => market::change(world, rules),
            WorldChange::ResetMarket => market::reset(world),
            WorldChange::AdvanceClock(target) => {
                let (from, to) = match advance::clock_range(world, *target) {
                    Err(AdministrationError::ClockIsAhead { clock, .. }) => (clock, clock),
                    range => range?,
                };
                let activities = forecast_steps(world, to)?;
                Ok(advance::outcome(ClockAdvance { from, to, activities }))
            }
        })
    }
}

/// What all steps up to a moment would do, in this transaction.
fn forecast_steps(world: &mut World, to: Time) -> Result<Vec<Activity>, AdministrationError> {
    let mark = world.history_mark()?;
    if to > world.now {
        time::advance_in_one_transaction(world, to)?;
    }
    Ok(world.history_since(&mark)?)
}
