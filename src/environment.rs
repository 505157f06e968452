//! The only reader of the process's environment; everything else is given what it says.

use std::path::PathBuf;

/// A variable's value; variables that are empty or not Unicode count as absent.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the environment")]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Where temporary files go on this system.
#[must_use]
pub fn temporary_directory() -> PathBuf {
    std::env::temp_dir()
}
