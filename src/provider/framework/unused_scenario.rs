//! A world remembers the scenario of its latest change (W14), and a provider block that names none does not use it. What looks
//! at the market says so, once in a process.

use std::sync::atomic::Ordering;

use serde_json::Value;

use super::configured::Configured;
use crate::base::wording::list;
use crate::tf::Diagnostics;

const SUMMARY: &str = "Scenario Not Used";

/// Warns where nothing names a scenario and the objects of the world were made or changed under one.
pub(crate) async fn warn(configured: &Configured, diagnostics: &mut Diagnostics) {
    if !configured.may_miss_scenario.swap(false, Ordering::Relaxed) {
        return;
    }
    // A world that cannot be read is reported by the call that needs it.
    let Ok(Some(document)) = configured.cloud.unused_scenario().await else { return };
    diagnostics.warning(SUMMARY, warning(&configured.world_place, &document));
}

fn warning(place: &str, document: &str) -> String {
    let members = serde_json::from_str(document).ok().as_ref().and_then(Value::as_object).map(|members| {
        let name = |(name, value): (&String, &Value)| match value {
            Value::Number(number) => format!("{name} {number}"),
            _ => name.clone(),
        };
        members.iter().map(name).collect::<Vec<_>>()
    });
    format!(
        "The latest change of the world {place} was made under a scenario ({}). Neither the provider block nor \
         SIMCLOUD_SCENARIO names one, so stock, prices and events here are those of the market without it. Name that \
         scenario to work under it, or write scenario = {{}} to work without one and without this warning.",
        list(&members.unwrap_or_default())
    )
}
