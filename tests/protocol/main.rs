//! The provider process, driven as Terraform drives it: one binary, a handshake, mutual TLS, gRPC.
//!
//! No CLI is needed. What the calls mean for resources is tested beside the resources, and through this client where
//! the process matters.
#![expect(clippy::unwrap_used, reason = "a test's helpers are tests too")]
#![expect(clippy::disallowed_methods, reason = "how long a process takes to end is what some tests are about")]

mod absence;
mod actions;
mod client;
mod ephemeral;
mod fake_provider;
mod fixtures;
mod gateway;
mod generated;
mod handshake;
mod hostile;
mod hostile_cases;
mod hostile_costs;
mod lifetime;
mod lists;
mod logs;
mod messages;
mod odd_values;
mod parity;
mod planned_private;
mod refusals;
mod schema;
mod service;
mod stand_ins;
mod states;
mod stops;
mod tls;
mod unknown_values;
mod worlds;
