//! A Terraform and OpenTofu provider for a simulated cloud in which stock runs out, prices move and spot instances
//! are reclaimed.
//!
//! # Layout
//! The layers in reading order; each may name only those above it in this list that `ARCHITECTURE.md` allows, and
//! `tests/layers.rs` holds it.

pub mod base; // simulated time, the random seed, decimals, ids, address blocks, SSH keys

pub mod catalogue; // regions, zones, instance types, images, tariff

pub mod market; // supply and price of a pool at a time under a scenario: pure functions

pub mod alloc; // allocate(request) -> instances per pool: pure functions

pub mod cloud; // the simulated API: operations, errors, lifecycle, the world and its store

pub mod tf; // Terraform's words: values, types, schemas, diagnostics, the traits of a provider

pub mod plugin; // go-plugin and tfplugin6 on the wire: handshake, mutual TLS, gRPC

pub mod schemas; // schemas of other providers, for stand-ins

pub mod provider; // joins the two: one file per resource, data source, function

pub mod wire; // the services' own wire APIs over HTTP

pub mod report; // pages to look at: HTML with drawings

pub mod cli; // commands for people

pub mod environment; // the one reader of the process's environment
pub mod randomness; // the one source of random numbers, for the ids of worlds
pub mod wall_clock; // real time, for `clock = "system"`
