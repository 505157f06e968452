//! Faults of the scenario: which call fails, counted in the world, rule by rule (W4).

use super::{Result, World, fingerprint};
use crate::market::scenario::{Fault, FaultTarget};

/// Decides about one call. A fault that strikes is counted here, in this transaction.
pub(crate) fn check_fault(world: &mut World, target: &FaultTarget) -> Result<FaultDecision> {
    for (key, rule) in rules(world, target) {
        let (passed, failed) = counts(world, &key)?;
        if passed >= i64::from(rule.skip) && failed < i64::from(rule.times) {
            add(world, &key, 0, 1)?;
            let fault = InjectedFault { target: target.clone(), error_code: rule.error_code };
            return Ok(if rule.after_commit {
                FaultDecision::FailAfterCommit(fault)
            } else {
                FaultDecision::Fail(fault)
            });
        }
    }
    Ok(FaultDecision::NoFault)
}

/// Counts a call that succeeded towards every rule's `skip`.
pub(crate) fn count_success(world: &mut World, target: &FaultTarget) -> Result<()> {
    for (key, _) in rules(world, target) {
        add(world, &key, 1, 0)?;
    }
    Ok(())
}

#[derive(Clone, Debug)]
pub(crate) enum FaultDecision {
    NoFault,
    /// The call fails and does nothing.
    Fail(InjectedFault),
    /// The call does its work, and its reply is lost.
    FailAfterCommit(InjectedFault),
}

#[derive(Clone, Debug)]
pub(crate) struct InjectedFault {
    pub(crate) target: FaultTarget,
    pub(crate) error_code: &'static str,
}

/// The rules about an operation or a type. A rule is known by what it says, and equal rules by their order among themselves, so
/// that changing one rule of a scenario leaves the counts of the others alone.
fn rules<'a>(world: &World<'_, 'a>, target: &FaultTarget) -> Vec<(String, &'a Fault)> {
    let mut rules: Vec<(String, &Fault)> = Vec::new();
    for fault in world.market.scenario().faults.iter().filter(|fault| fault.operation == *target) {
        let equal_before = rules.iter().filter(|(_, known)| *known == fault).count();
        let Fault { operation, error_code, times, skip, after_commit } = fault;
        let (name, region) = (operation.name(), &world.region);
        let says = format!("{name} {error_code} {times} {skip} {after_commit} {equal_before} {region}");
        rules.push((fingerprint(&says), fault));
    }
    rules
}

fn counts(world: &mut World, key: &str) -> Result<(i64, i64)> {
    let rows = world.tx.query("SELECT passed, failed FROM fault_counts WHERE fault = $1", &[key.into()])?;
    Ok(rows.first().map_or((0, 0), |row| (row.number(0), row.number(1))))
}

fn add(world: &mut World, key: &str, passed: i64, failed: i64) -> Result<()> {
    world.tx.execute(
        "INSERT INTO fault_counts (fault, passed, failed) VALUES ($1, $2, $3)
         ON CONFLICT (fault) DO UPDATE SET passed = fault_counts.passed + excluded.passed,
             failed = fault_counts.failed + excluded.failed",
        &[key.into(), passed.into(), failed.into()],
    )?;
    Ok(())
}
