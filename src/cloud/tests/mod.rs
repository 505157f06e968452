//! Tests of whole operations on whole worlds, rule by rule.

mod describe;
pub(in crate::cloud) mod engine;
mod group;
mod lab;
#[path = "../../../tests/support/postgres.rs"]
pub(in crate::cloud) mod postgres_server;
mod property;
mod reservation;
mod shared_world;
mod time;
mod world;
