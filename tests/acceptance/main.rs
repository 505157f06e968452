//! Acceptance tests: the provider under every real CLI found on this machine.
//!
//! `terraform` and `tofu` are looked up on PATH; `SIMCLOUD_TF_CLIS` names others, separated by `:`, which must be there.
//! A test with `#[needs(cli)]` is reported as ignored where there is none; with `CI=true` it runs and fails.
#![expect(clippy::print_stdout, reason = "a test prints which CLI it drives")]
#![expect(clippy::disallowed_methods, reason = "which CLIs there are is said by the environment")]

#[macro_use]
extern crate simcloud_test_needs;

mod cli;
mod hcl;
#[path = "../support/postgres.rs"]
mod postgres_server;
mod report;

mod actions;
/// Under the name of the alicloud provider.
mod alicloud;
/// Several processes on one world.
mod concurrency;
/// Data sources.
mod data_sources;
/// Ephemeral resources and write-only arguments.
mod ephemeral;
/// Everything below `examples/`.
mod examples;
/// Provider functions.
mod functions;
/// `simcloud_auto_provisioning_group`.
mod group;
/// `install`, and what `init` finds then.
mod install;
/// `simcloud_instance`.
mod instance;
/// `simcloud_ecs_key_pair`.
mod key_pairs;
/// `simcloud_ecs_launch_template`.
mod launch_templates;
/// What is logged.
mod logs;
/// Modules written for the real provider.
mod modules;
/// VPCs, vSwitches, security groups and their rules.
mod networks;
/// `outlook` and `simcloud_launch_outlook`.
mod outlook;
/// What the README and the guides show.
mod pages;
/// The order of calls.
mod parallelism;
/// What released versions of the real provider offer.
mod parity;
/// What policies read in a plan and in a state.
mod policies;
/// The provider block, scenarios and worlds.
mod provider_block;
/// `terraform query`, and configurations that the provider generates.
mod query;
/// What the README's first command does.
mod quickstart;
/// Defaults that are the real provider's.
mod real_provider_defaults;
/// The examples of resources, data sources and functions.
mod reference_examples;
/// `simcloud_run_instances`.
mod run_instances;
/// `simcloud_ess_scaling_group` and its configurations.
mod scaling_groups;
/// Worlds in PostgreSQL.
mod shared_world;
mod stand_ins;
/// The test files of modules, `*.tftest.hcl`.
mod test_files;
/// A web stack of networks, instances and a scaling group.
mod web_stack;
/// Worlds that are gone or elsewhere.
mod worlds;
