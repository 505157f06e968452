//! Acceptance tests: the provider under every real CLI found on this machine.
//!
//! `terraform` and `tofu` are looked up on PATH; `SIMCLOUD_TF_CLIS` names others, separated by `:`. What is not found
//! is reported as skipped; with `CI=true` at least one must be found.

mod cli;
mod hcl;

/// The provider block, scenarios and worlds.
mod provider_block;
/// Several processes on one world.
mod concurrency;
/// `simcloud_auto_provisioning_group`.
mod auto_provisioning_group;
/// Data sources.
mod data_sources;
/// The examples of data sources and functions.
mod examples;
/// Provider functions.
mod functions;
/// What the README's first command does.
mod quickstart;
