//! What a step of time does to fleets: pure functions of the fleets, their requests and the market at that moment (W5).
//!
//! Nothing here knows a world. `lifecycle` reads the arguments from the world and applies the results to it; a
//! caller that keeps fleets in memory may call the same functions.

mod reclaim; // how many instances end, of which batches, and how
mod replenishment; // when a pass for missing capacity can help
mod schedule; // the times at which something can happen
mod window; // when the window of a group begins and ends

pub(crate) use reclaim::{EndReason, PROTECTED_PERIOD, PoolState, ReclaimCause, sort_for_reclaim};
pub(crate) use replenishment::{PoolQuery, instances_missing, missing_units, restartable};
pub(crate) use schedule::{Steps, due_events, has_passed};
pub(crate) use window::Phase;
