//! How a group's request becomes instances: which pools are eligible, what each pass launches, and the launch itself.
//!
//! Calls and steps of time run the same passes (G1–G4, G8, G10).

pub(in crate::cloud) mod candidate; // the pools that a request names
pub(in crate::cloud) mod capacity; // what a group delivers, and its limits
pub(in crate::cloud) mod cost; // the cheapest fleet that would deliver the same
mod eligibility; // whether a pool can take part at all
pub(in crate::cloud) mod first_pass; // the pass that makes a group
mod fleet_pass; // the pass of one billing of an EC2 fleet
pub(in crate::cloud) mod fleet_pools; // the pools that a fleet uses or could use
pub(in crate::cloud) mod fleet_store; // where fleets are kept: in a world or in memory
pub(in crate::cloud) mod launch; // launching a plan: replacements first, then the end of the list
pub(in crate::cloud) mod pass; // what a pass launches, as a pure function
pub(in crate::cloud) mod plan; // passes planned with what the world has free
pub(in crate::cloud) mod references; // what the launch configuration refers to
pub(in crate::cloud) mod replacement; // how much of what was lost is still to be replaced
pub(in crate::cloud) mod replenish; // passes that a step of time runs
pub(in crate::cloud) mod scaling; // the passes of a scaling group
