//! Asking before something is done to a world that others share.

use std::io::{IsTerminal, Write, stderr, stdin};

use clap::ArgMatches;

use super::output::Failure;
use crate::cloud::WorldLocation;

/// Asks on a terminal whether a shared world is to be changed, and demands `--yes` elsewhere. A file is not shared.
pub(super) fn ensure(matches: &ArgMatches, world: &WorldLocation, what: &str) -> Result<(), Failure> {
    if matches.get_flag("yes") || !matches!(world, WorldLocation::Postgres(_)) {
        return Ok(());
    }
    if !stdin().is_terminal() {
        return Err(Failure::new(format!("{world} is in a database, and this {what}; say so with --yes")));
    }
    let _ = write!(stderr().lock(), "{world} is in a database, and this {what}. Continue? [y/N] ");
    let mut answer = String::new();
    let read = stdin().read_line(&mut answer);
    if read.is_ok() && ["y", "yes"].contains(&answer.trim().to_lowercase().as_str()) {
        return Ok(());
    }
    Err(Failure::new("nothing was changed"))
}
