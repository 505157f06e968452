//! Acceptance tests: the provider under every real CLI found on this machine.
//!
//! `terraform` and `tofu` are looked up on PATH; `SIMCLOUD_TF_CLIS` names others, separated by `:`. What is not found
//! is reported as skipped; with `CI=true` at least one must be found.
#![expect(clippy::print_stdout, reason = "a test says which CLI it drives and which it skips")]
#![expect(clippy::disallowed_methods, reason = "which CLIs there are is said by the environment")]

mod cli;
mod hcl;

/// `simcloud_auto_provisioning_group`.
mod auto_provisioning_group;
/// Several processes on one world.
mod concurrency;
/// Data sources.
mod data_sources;
/// The examples of data sources and functions.
mod examples;
/// Fleets under scarcity.
mod fleets;
/// Provider functions.
mod functions;
/// What the README and the guides show.
mod pages;
/// The provider block, scenarios and worlds.
mod provider_block;
/// What the README's first command does.
mod quickstart;
/// `simcloud_run_instances`.
mod run_instances;
/// Everything below `examples/`.
mod stories;
