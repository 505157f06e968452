//! Changes of the world from a configuration: what actions and the resource `simcloud_world_change` share.

mod arguments; // what a configuration says of each change
mod report; // what is said while and after a change is made
mod scaling_rule; // the execution of a scaling rule

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::configured::Configured;
use super::context::ProviderContext;
use super::diagnostic;
use crate::base::{InstanceId, ScalingRuleId, Time};
use crate::cloud::AdministrationError;
use crate::cloud::model::{Activity, WorldChange, WorldChangeOutcome};
use crate::tf::action::Progress;
use crate::tf::{Attribute, Diagnostic, Diagnostics, Path, Severity, Value};

pub(crate) use self::arguments::{description, validate};

/// The changes that a configuration can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ChangeKind {
    AdvanceClock,
    ChangeMarket,
    ExecuteScalingRule,
    ReclaimSpot,
    TerminateInstances,
}

impl ChangeKind {
    pub(crate) const ALL: [Self; 5] =
        [Self::AdvanceClock, Self::ChangeMarket, Self::ExecuteScalingRule, Self::ReclaimSpot, Self::TerminateInstances];

    /// The name of the block in the resource.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AdvanceClock => "advance_clock",
            Self::ChangeMarket => "change_market",
            Self::ExecuteScalingRule => "execute_scaling_rule",
            Self::ReclaimSpot => "reclaim_spot",
            Self::TerminateInstances => "terminate_instances",
        }
    }

    /// The name of the action behind the provider's prefix. What belongs to Auto Scaling has the prefix that the real
    /// provider gives it.
    pub(crate) const fn action_name(self) -> &'static str {
        match self {
            Self::ExecuteScalingRule => "ess_execute_scaling_rule",
            _ => self.name(),
        }
    }

    /// The action to follow "could not" in a message.
    const fn verb(self) -> &'static str {
        match self {
            Self::AdvanceClock => "advance the clock",
            Self::ChangeMarket => "change the market",
            Self::ExecuteScalingRule => "execute the scaling rule",
            Self::ReclaimSpot => "reclaim spot instances",
            Self::TerminateInstances => "terminate instances",
        }
    }

    /// Summary of the warning that tells what the change would do.
    const fn forecast_summary(self, changes_anything: bool) -> &'static str {
        match self {
            _ if !changes_anything => "Nothing Would Be Changed",
            Self::ExecuteScalingRule => "Scaling Group Would Be Changed",
            _ => "World Would Be Changed",
        }
    }

    /// Summary of the warnings about what else is to be known of the change.
    pub(crate) const fn notes_summary(self) -> &'static str {
        match self {
            Self::ExecuteScalingRule => diagnostic::CAPACITY_MISSING,
            _ => "Instances Do Not Run",
        }
    }

    pub(crate) fn attributes(self) -> Vec<Attribute> {
        arguments::attributes(self)
    }
}

/// What arguments ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
enum ChangeRequest {
    World(WorldChange),
    /// The execution of this rule, which is an operation of the service.
    ScalingRule(ScalingRuleId),
}

/// What a change did.
#[derive(Debug)]
pub(crate) struct Made {
    /// Whether anything was left to do.
    pub(crate) has_changed_anything: bool,
    pub(crate) changed_instance_ids: BTreeSet<InstanceId>,
    /// The world's clock afterwards.
    pub(crate) time: Time,
    /// A sentence.
    pub(crate) summary: String,
    /// What else is to be known, in sentences.
    pub(crate) notes: Vec<String>,
}

impl Made {
    fn of(outcome: &WorldChangeOutcome) -> Self {
        Self {
            has_changed_anything: outcome.has_changed_anything(),
            changed_instance_ids: outcome.changed_instance_ids().into_iter().cloned().collect(),
            time: outcome.to,
            summary: diagnostic::sentence(&outcome.summary()),
            notes: report::notes(outcome),
        }
    }
}

/// Warns of what a change would do now, or why it would be refused. Nothing is said while an argument is unknown.
pub(crate) async fn warn_of(
    kind: ChangeKind,
    config: &Value,
    context: &ProviderContext,
    diagnostics: &mut Diagnostics,
) {
    let Some(configured) = context.configured() else { return };
    if !config.is_wholly_known() {
        return;
    }
    let at = Path::default();
    let Some(request) = arguments::read(kind, config, &at, diagnostics) else { return };
    let forecast = match request {
        ChangeRequest::World(change) => {
            let forecast = configured.cloud.forecast_world_change(change).await;
            forecast.map(|forecast| (forecast.has_changed_anything(), report::forecast(&forecast)))
        }
        ChangeRequest::ScalingRule(rule) => {
            scaling_rule::forecast(&configured, rule).await.map_err(AdministrationError::from)
        }
    };
    match forecast {
        Ok((changes_anything, text)) => diagnostics.warning(kind.forecast_summary(changes_anything), text),
        Err(error) => {
            let mut refusals = Diagnostics::new();
            report_error(kind, &error, &at, &mut refusals);
            diagnostics.extend(refusals.into_iter().map(as_forecast));
        }
    }
    diagnostic::clock_warnings(&configured, diagnostics);
}

/// What is refused now may be done when the action is invoked, after other changes of the same apply, and its trigger may go
/// on after a failure.
fn as_forecast(refusal: Diagnostic) -> Diagnostic {
    let detail = format!("{} The action fails if that is still so when it is invoked.", refusal.detail);
    Diagnostic { severity: Severity::Warning, detail, ..refusal }
}

/// Makes a change; `at` is the path of its block. `None` after an error, which is reported.
pub(crate) async fn make(
    kind: ChangeKind,
    config: &Value,
    at: &Path,
    context: &ProviderContext,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Option<Made> {
    let Some(configured) = context.configured() else {
        diagnostic::not_configured(diagnostics);
        return None;
    };
    let made = match arguments::read(kind, config, at, diagnostics)? {
        ChangeRequest::World(change) => change_world(&configured, change, progress).await,
        ChangeRequest::ScalingRule(rule) => {
            scaling_rule::execute(&configured, rule, progress).await.map_err(AdministrationError::from)
        }
    };
    diagnostic::clock_warnings(&configured, diagnostics);
    made.map_err(|error| report_error(kind, &error, at, diagnostics)).ok()
}

async fn change_world(
    configured: &Configured,
    change: WorldChange,
    progress: &Progress,
) -> Result<Made, AdministrationError> {
    let lines = Arc::new(Mutex::new(report::Lines::new(progress.clone())));
    let heard = Arc::clone(&lines);
    let report = move |activities: &[Activity]| heard.lock().unwrap_or_else(PoisonError::into_inner).report(activities);
    let outcome = configured.cloud.change_world(change, report).await?;
    lines.lock().unwrap_or_else(PoisonError::into_inner).end(&outcome);
    Ok(Made::of(&outcome))
}

/// Reports why a change was refused, at the argument that asked for it.
fn report_error(kind: ChangeKind, error: &AdministrationError, at: &Path, diagnostics: &mut Diagnostics) {
    let (member, summary, advice) = match error {
        AdministrationError::Cloud(error) => {
            let mut found = Diagnostics::new();
            diagnostic::cloud_error(kind.verb(), error, &mut found);
            let within = |found: Diagnostic| Diagnostic { path: at.clone().join(found.path), ..found };
            return diagnostics.extend(found.into_iter().map(within));
        }
        AdministrationError::NotSpot { .. } => {
            ("instance_ids", "Not A Spot Instance", " Use terminate_instances for it.")
        }
        AdministrationError::TooManyMarketChanges { .. } => {
            ("scenario", "Too Many Market Changes", " Take them back with reset = true.")
        }
        AdministrationError::ClockOutOfRange => ("by", "Clock Out Of Range", ""),
        AdministrationError::ClockIsAhead { .. }
        | AdministrationError::NothingLeft { .. }
        | AdministrationError::NothingOfId { .. }
        | AdministrationError::InUse { .. }
        | AdministrationError::SameWorld
        | AdministrationError::NotEmpty { .. } => ("", "World Not Changed", ""),
    };
    let path = if member.is_empty() { at.clone() } else { at.clone().attribute(member) };
    let detail = format!("Could not {}: {}{advice}", kind.verb(), diagnostic::sentence(&error.to_string()));
    diagnostics.error_at(path, summary, detail);
}
