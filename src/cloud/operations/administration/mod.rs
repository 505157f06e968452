//! What people do to a world by hand: look at all of it, let time pass, take instances, change the market, reset, copy.
//!
//! None of it is an operation of the simulated API: no fault concerns it. Every change of a world that continues is
//! written into its history.

mod advance;
mod change;
mod copy;
mod fork;
mod history;
mod market;
mod overview;
mod release;
mod report;
mod reset;
mod take_instances;

pub use copy::{copy_world, world_exists};
pub use fork::WorldFork;
