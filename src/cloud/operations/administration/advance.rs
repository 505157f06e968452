//! Advances the clock of a world on demand.

use crate::base::Time;
use crate::base::clock::Span;
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{Activity, ActivityKind, ClockAdvance, ClockTarget, WorldChangeEffect, WorldChangeOutcome};
use crate::cloud::store::Access;
use crate::cloud::world::{HistoryMark, World};

impl SimCloud {
    /// Lets time pass, step by step, as the provider's clock would (W5–W8). `progress` hears how much of how long has
    /// passed, after each step that changed something.
    ///
    /// # Errors
    /// A moment before the world's time or after the year 9999; more than ten years while instances run.
    pub fn advance_clock(
        &self,
        target: ClockTarget,
        progress: &mut dyn FnMut(Span, Span),
    ) -> Result<ClockAdvance, AdministrationError> {
        let _turn = self.clock_turn();
        let (from, to, mark) = self.begin_advance(target)?;
        let to = self.advance_to(to, &mut |now| progress(now.since(from), to.since(from)))?;
        Ok(ClockAdvance { from, to, activities: self.history_after(&mark)? })
    }

    /// The same; `progress` hears what each step did, until it returns false.
    pub(super) fn advance_clock_and_tell(
        &self,
        target: ClockTarget,
        progress: &mut dyn FnMut(&[Activity]) -> bool,
    ) -> Result<ClockAdvance, AdministrationError> {
        let _turn = self.clock_turn();
        let (from, to, mark) = self.begin_advance(target)?;
        let mut report = ActivityReport { progress, told: 0, is_heard: true };
        let to = self.advance_to(to, &mut |_| {
            // What cannot be read now is told at the end.
            if report.is_heard
                && let Ok(activities) = self.history_after(&mark)
            {
                report.tell(&activities);
            }
        })?;
        let activities = self.history_after(&mark)?;
        report.tell(&activities);
        Ok(ClockAdvance { from, to, activities })
    }

    /// Records that a person moves the clock; returns from when to when, and where the history stands.
    fn begin_advance(&self, target: ClockTarget) -> Result<(Time, Time, HistoryMark), AdministrationError> {
        self.administer(Access::Write, |world| {
            let (from, to) = clock_range(world, target)?;
            if to > from {
                world.record(
                    ActivityKind::AdvanceClock,
                    Activity::OF_WORLD,
                    format!("by hand, from {from} to {to}"),
                    &[],
                    &[],
                )?;
            }
            Ok((from, to, world.history_mark()?))
        })
    }

    fn history_after(&self, mark: &HistoryMark) -> Result<Vec<Activity>, AdministrationError> {
        self.administer_at_its_own_time(Access::Read, |world| Ok(world.history_since(mark)?))
    }
}

/// Tells what happened, each activity once, for as long as it is heard.
struct ActivityReport<'p> {
    progress: &'p mut dyn FnMut(&[Activity]) -> bool,
    told: usize,
    is_heard: bool,
}

impl ActivityReport<'_> {
    /// `activities` are all so far.
    fn tell(&mut self, activities: &[Activity]) {
        let new = activities.get(self.told..).unwrap_or_default();
        if self.is_heard && !new.is_empty() {
            self.is_heard = (self.progress)(new);
            self.told = activities.len();
        }
    }
}

/// The times between which the clock moves.
pub(super) fn clock_range(world: &World, target: ClockTarget) -> Result<(Time, Time), AdministrationError> {
    let from = world.now;
    let to = match target {
        ClockTarget::To(time) => time,
        ClockTarget::By(span) => from.plus(span),
    };
    if !to.is_representable() {
        return Err(AdministrationError::ClockOutOfRange);
    }
    if to < from {
        return Err(AdministrationError::ClockIsAhead { clock: from, target: to });
    }
    Ok((from, to))
}

pub(super) fn outcome(advance: ClockAdvance) -> WorldChangeOutcome {
    let ClockAdvance { from, to, activities } = advance;
    let effect = if to > from { WorldChangeEffect::ClockAdvanced } else { WorldChangeEffect::ClockIsThere };
    WorldChangeOutcome { from, to, effect, activities }
}
