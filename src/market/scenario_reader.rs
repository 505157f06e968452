//! A scenario from JSON, with every mistake and its place.
//!
//! HCL arrives here after the CLI has converted it: lists, tuples and sets are arrays, objects and maps are objects, a
//! number may have become a string. `null` means absent at every level (`product.md`, "Scenario").

mod reading;
mod sections;

use serde_json::Value;

use self::reading::{Place, Reading};
pub(super) use self::reading::{element_path, member_path};
use super::scenario::Scenario;
use super::scenario_lines;

/// One mistake in a scenario.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{}{problem}{}", self.place(), self.advice())]
pub struct ScenarioError {
    /// Where it is, inside the scenario: `stock[0].zone_id`; empty for the scenario itself.
    pub path: String,
    /// What is wrong, the value in backticks.
    pub problem: String,
    /// What would be right, if that can be told.
    pub help: Option<String>,
}

impl Scenario {
    /// Reads a scenario from JSON; `null` is the scenario that says nothing.
    ///
    /// # Errors
    /// Every mistake found: unknown keys, zones, types, codes and names, wrong kinds of values, numbers out of range.
    pub fn from_json(json: &Value) -> Result<Self, Vec<ScenarioError>> {
        let mut reading = Reading::default();
        let scenario = sections::scenario(&Place::root(json), &mut reading);
        let mistakes = reading.into_mistakes();
        if mistakes.is_empty() { Ok(scenario) } else { Err(mistakes) }
    }
}

impl ScenarioError {
    /// The line of the JSON text, from 1, on which the mistake stands; `None` if the text has no such place.
    #[must_use]
    pub fn line_in(&self, json_text: &str) -> Option<usize> {
        scenario_lines::line_of(json_text, &self.path)
    }

    fn place(&self) -> String {
        if self.path.is_empty() { String::new() } else { format!("{}: ", self.path) }
    }

    fn advice(&self) -> String {
        self.help.as_ref().map_or_else(String::new, |help| format!("; {help}"))
    }
}
