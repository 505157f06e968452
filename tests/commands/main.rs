//! The commands for people, driven as people drive them: arguments in, text and an exit code out.
//!
//! Exit codes: 0 done, 1 refused or failed with a message on stderr, 2 misused.
#![expect(clippy::unwrap_used, reason = "a test's helpers are tests too")]

#[macro_use(needs)]
extern crate simcloud_test_needs;

mod browser;
mod plans;
mod sandbox;

/// Completions in real shells.
mod completions;
/// `world costs`.
mod costs;
/// Damaged worlds.
mod damage;
/// Connection strings, names that steer a terminal, output into a closed pipe.
mod hostile;
/// `install`.
mod install;
/// JSON, and the page that lists its members.
mod json;
/// `market import`.
mod market_import;
/// `outlook`.
mod outlook;
/// The fleets that `outlook` reads.
mod outlook_fleets;
/// `world report`.
mod report;
/// The script of the action `setup-simcloud` and of the `Containerfile`.
#[cfg(unix)]
mod setup_script;
/// Signals while a command waits or computes.
mod stops;
/// What fits a terminal, and what is complete in a pipe. The `script` of other systems has other options.
#[cfg(target_os = "linux")]
mod terminal;
/// Help texts, misuse, versions and completions.
mod usage;
/// `world …`.
mod world;
/// Worlds as they are remembered, listed, cleaned up and measured.
mod worlds;
