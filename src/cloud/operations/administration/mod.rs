//! What people do to a world by hand: look at all of it, let time pass, take instances, change the market, reset, copy.
//!
//! None of it is an operation of the simulated API: no fault concerns it. Every change of a world that continues is
//! written into its history.

mod advance;
mod change;
mod copy;
mod destroy;
mod fork;
mod history;
mod list;
mod market;
mod overview;
mod release;
mod report;
mod reset;
mod scenario;
mod take_instances;

pub use copy::{copy_world, world_exists};
pub use fork::WorldFork;
pub use list::{drop_world, list_worlds, summarize_world};
