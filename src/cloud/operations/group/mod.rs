//! Auto provisioning groups (`rules.md` G1–G14).

mod candidate; // the pools that a request names
mod change; // launching a plan: successors first, then the end of the list
mod cost; // the cheapest fleet that would deliver the same
mod create;
mod delete;
mod describe;
mod fitness; // whether a pool can take part at all
mod modify;
pub(in crate::cloud) mod pass_time; // passes that the passing of time runs
mod plan; // what each pass would launch
mod request; // what a request must be before the market is looked at
mod rows; // launch_results
mod shortage; // what is missing, why, and what would fit
mod template; // what a launch template says
