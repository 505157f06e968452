//! The simulated API: requests, replies, errors, lifecycle, and the world they change.
//!
//! Synchronous and deterministic: time, seed and scenario come in with each call. Async begins at [`Cloud`].

mod api;
mod config;
mod error;
mod lifecycle;
pub mod model;
mod operations;
mod sim;
mod step;
mod store;
#[cfg(test)]
mod tests;
mod time;
mod world;

pub use api::Cloud;
pub use config::{ClockSource, CloudConfig};
pub use error::{CloudError, ServiceError, codes};
pub use operations::administration::{AdministrationError, copy_world, world_exists};
pub use sim::SimCloud;
pub use store::{PostgresUrl, PostgresVariables, WorldError, WorldLocation};
