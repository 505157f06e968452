//! Auto provisioning groups (G1–G14).

mod create;
mod delete;
mod describe;
mod launch_results; // launch_results
mod modify;
mod outlook; // what an outlook launches, or already has
mod request; // what a request must be before the market is looked at
mod shortfall; // what is missing, why, and what would fit
mod template; // what a launch template says

pub(super) use create::{first_pass_and_report, release};
pub(super) use delete::delete;
pub(super) use describe::describe;
pub(super) use launch_results::rows;
pub(super) use modify::modify;
pub(super) use outlook::{outlook_launch, outlook_of_existing};
pub(super) use shortfall::{ShortfallQuery, describe_shortfall};
pub(super) use template::check_template;
