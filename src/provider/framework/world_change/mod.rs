//! Changes of the world from a configuration: what actions and the resource `simcloud_world_change` share.

mod arguments; // what a configuration says of each change
mod report; // what is said while and after a change is made

use std::sync::{Arc, Mutex, PoisonError};

use super::context::ProviderContext;
use super::diagnostic;
use crate::cloud::AdministrationError;
use crate::cloud::model::{WorldChange, WorldChangeOutcome};
use crate::tf::action::Progress;
use crate::tf::{Attribute, Diagnostics, Path, Value};

pub(crate) use self::arguments::{description, validate};
pub(crate) use self::report::{notes, sentence_of};

/// The changes that a configuration can ask for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum ChangeKind {
    AdvanceClock,
    ChangeMarket,
    ReclaimSpot,
    TerminateInstances,
}

impl ChangeKind {
    pub(crate) const ALL: [Self; 4] =
        [Self::AdvanceClock, Self::ChangeMarket, Self::ReclaimSpot, Self::TerminateInstances];

    /// The name of the block in the resource, and of the action behind the provider's prefix.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::AdvanceClock => "advance_clock",
            Self::ChangeMarket => "change_market",
            Self::ReclaimSpot => "reclaim_spot",
            Self::TerminateInstances => "terminate_instances",
        }
    }

    /// The action to follow "could not" in a message.
    const fn verb(self) -> &'static str {
        match self {
            Self::AdvanceClock => "advance the clock",
            Self::ChangeMarket => "change the market",
            Self::ReclaimSpot => "reclaim spot instances",
            Self::TerminateInstances => "terminate instances",
        }
    }

    pub(crate) fn attributes(self) -> Vec<Attribute> {
        arguments::attributes(self)
    }
}

/// Warns of what a change would do now. Nothing is said while an argument is unknown.
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
    let Some(change) = arguments::read(kind, config, &at, diagnostics) else { return };
    match configured.cloud.forecast_world_change(change).await {
        Ok(forecast) => {
            let mut text = sentence_of(&forecast.forecast());
            for note in notes(&forecast) {
                text.push(' ');
                text.push_str(&note);
            }
            diagnostics.warning("World Would Be Changed", text);
        }
        Err(error) => report_error(kind, &error, &at, diagnostics),
    }
    diagnostic::clock_warnings(&configured, diagnostics);
}

/// Makes a change; `at` is the path of its block. `None` after an error, which is reported.
pub(crate) async fn make(
    kind: ChangeKind,
    config: &Value,
    at: &Path,
    context: &ProviderContext,
    progress: &Progress,
    diagnostics: &mut Diagnostics,
) -> Option<WorldChangeOutcome> {
    let Some(configured) = context.configured() else {
        diagnostic::not_configured(diagnostics);
        return None;
    };
    let change: WorldChange = arguments::read(kind, config, at, diagnostics)?;
    let lines = Arc::new(Mutex::new(report::Lines::new(progress.clone())));
    let heard = Arc::clone(&lines);
    let outcome = configured
        .cloud
        .change_world(change, move |activities| heard.lock().unwrap_or_else(PoisonError::into_inner).report(activities))
        .await;
    diagnostic::clock_warnings(&configured, diagnostics);
    match outcome {
        Ok(outcome) => {
            lines.lock().unwrap_or_else(PoisonError::into_inner).end(&outcome);
            Some(outcome)
        }
        Err(error) => {
            report_error(kind, &error, at, diagnostics);
            None
        }
    }
}

/// Reports why a change was refused, at the argument that asked for it.
fn report_error(kind: ChangeKind, error: &AdministrationError, at: &Path, diagnostics: &mut Diagnostics) {
    let (member, summary, advice) = match error {
        AdministrationError::Cloud(error) => return diagnostic::cloud_error(kind.verb(), error, diagnostics),
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
