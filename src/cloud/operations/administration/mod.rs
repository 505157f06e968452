//! What people do to a world by hand: look at all of it, let time pass, reclaim, reset, copy.
//!
//! None of it is an operation of the simulated API: no fault concerns it, and the clock stands still unless it is told
//! to move. Every change of a world that continues is written into its history.

mod advance;
mod copy;
mod fork;
mod history;
mod overview;
mod reclaim;
mod release;
mod reset;

pub use copy::{copy_world, world_exists};
pub use fork::WorldFork;
