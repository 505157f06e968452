//! The simulated API: requests, replies, errors, lifecycle, and the world they change.
//!
//! Synchronous and deterministic: time, seed and scenario come in with each call. Async begins at the trait [`Cloud`].

mod api;
mod config;
mod error;
pub mod model;
mod store;

pub use api::Cloud;
pub use config::{ClockSource, CloudConfig, WorldLocation};
pub use error::{CloudError, ServiceError, codes};
pub use store::WorldError;
