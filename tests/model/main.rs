//! A second opinion on the rules: random worlds in which every reply of the simulated cloud is compared, field by field,
//! with what a model says that was written from `RULES.md` alone.
#![expect(clippy::unwrap_used, reason = "a test's helpers are tests too")]

mod compare;
mod fraction;
mod pass;
mod walk;
mod world;

/// Worlds of a usual run, and of a soak.
const WORLDS: u64 = 300;
const SOAKED_WORLDS: u64 = 5_000;

fn run_worlds(numbers: std::ops::Range<u64>) {
    let count = numbers.end - numbers.start;
    let found: Vec<String> = numbers.filter_map(|number| walk::walk(number).err()).collect();
    let shown: Vec<&str> = found.iter().take(20).map(String::as_str).collect();
    assert!(found.is_empty(), "{} of {count} worlds differ from the model:\n{}", found.len(), shown.join("\n\n"));
}

#[test]
fn the_cloud_does_what_the_rules_say() {
    run_worlds(0..WORLDS);
}

#[test]
#[ignore = "minutes: thousands of worlds"]
fn soak_the_cloud_does_what_the_rules_say() {
    run_worlds(0..SOAKED_WORLDS);
}
