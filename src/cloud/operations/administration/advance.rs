//! Advances the clock of a world on demand.

use crate::base::clock::Span;
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{ActivityKind, ClockAdvance, ClockTarget};
use crate::cloud::store::Access;
use crate::cloud::world::BY_HAND;

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
        let (from, to, mark) = self.administer(Access::Write, |world| {
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
            if to > from {
                world.record(ActivityKind::AdvanceClock, BY_HAND, format!("by hand, from {from} to {to}"), &[], &[])?;
            }
            Ok((from, to, world.history_mark()?))
        })?;
        let to = self.advance_to(to, &mut |now| progress(now.since(from), to.since(from)))?;
        let activities = self.administer(Access::Read, |world| Ok(world.history_since(&mark)?))?;
        Ok(ClockAdvance { from, to, activities })
    }
}
