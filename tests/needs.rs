//! What `#[needs(...)]` does with a test whose program is missing.

use std::process::Command;

use simcloud_test_needs::needs;

/// With `CI=true` a test is never ignored.
fn is_ci() -> bool {
    option_env!("CI") == Some("true")
}

#[needs(no_such_program)]
#[test]
fn needs_a_program_that_is_missing() {
    assert!(is_ci(), "it ran although `no_such_program` is not on PATH");
}

/// Tests that found no CLI or no server were reported as passed.
#[test]
fn a_test_whose_program_is_missing_is_reported_as_ignored() {
    let this_program = std::env::current_exe().expect("the path of this program");
    let mut command = Command::new(this_program);
    let output = command.args(["--exact", "needs_a_program_that_is_missing"]).output().expect("it runs");
    let printed = String::from_utf8(output.stdout).expect("text");
    let expected = if is_ci() { "ok" } else { "ignored, no_such_program is not on PATH" };
    let line = format!("test needs_a_program_that_is_missing ... {expected}");
    assert!(printed.lines().any(|printed| printed == line), "{printed}");
}
