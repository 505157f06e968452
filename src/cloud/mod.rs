//! The simulated API: requests, replies, errors, lifecycle, and the world they change.
//!
//! Synchronous and deterministic: time, seed and scenario come in with each call. Async begins at [`Cloud`].

mod administration_error; // why something that a person asked for is not done
mod advice; // what can be done about a refusal
mod api; // the table of operations, for asynchronous callers
mod check; // what several operations check about a request
mod config; // what a cloud is made from
mod error; // the service's refusals and codes
mod idle_stores; // open worlds that no call uses
mod lifecycle; // applies a step of time to the world
mod member; // the members of requests that a refusal can blame
pub mod model; // requests and replies
mod operations; // what each call checks, does and answers
mod outlook; // a group in many markets at once
mod provisioning; // from a group's request to its instances
mod sim; // opens the world, catches up, and runs each call as a transaction
mod step; // what a step of time does to fleets, as pure functions
mod store; // SQLite and PostgreSQL
#[cfg(test)]
mod tests;
mod time; // moves the clock
mod world; // the tables, with the rules that keep them consistent

pub use administration_error::AdministrationError;
pub use advice::Advice;
pub use api::Cloud;
pub use config::{ClockSource, CloudConfig};
pub use error::{CloudError, ServiceError, codes};
pub use member::Member;
pub use operations::administration::{WorldFork, copy_world, drop_world, list_worlds, summarize_world, world_exists};
pub use sim::SimCloud;
pub(crate) use store::request_stop;
pub use store::{
    PostgresUrl, PostgresVariables, WorldError, WorldLocation, is_database_file, resembles_connection_string,
};
