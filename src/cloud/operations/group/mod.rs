//! Auto provisioning groups (G1–G14).

mod candidate; // the pools that a request names
mod cost; // the cheapest fleet that would deliver the same
mod create;
mod delete;
mod describe;
mod eligibility; // whether a pool can take part at all
mod launch; // launching a plan: replaced first, then the end of the list
mod launch_results; // launch_results
mod modify;
mod plan; // what each pass would launch
pub(in crate::cloud) mod replenish; // passes that the passing of time runs
mod request; // what a request must be before the market is looked at
mod shortage; // what is missing, why, and what would fit
mod template; // what a launch template says
