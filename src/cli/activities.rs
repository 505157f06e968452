//! Activities of a world as a line of text and as JSON.

use serde_json::{Value, json};

use super::output::Output;
use crate::cloud::model::Activity;

/// One activity as a line, with its line break.
pub(super) fn activity_line(activity: &Activity) -> String {
    let Activity { time, kind, resource_id, detail, .. } = activity;
    format!("{time} {kind} {resource_id}: {detail}\n")
}

/// Prints one line per activity.
pub(super) fn print_activities(activities: &[Activity], output: &mut Output) {
    for activity in activities {
        output.print(&activity_line(activity));
    }
}

pub(super) fn activities_json(activities: &[Activity]) -> Value {
    let one = |activity: &Activity| {
        json!({
            "time": activity.time.to_string(),
            "kind": activity.kind.name(),
            "owner": activity.resource_id,
            "detail": activity.detail,
            "created": activity.created,
            "destroyed": activity.destroyed,
        })
    };
    activities.iter().map(one).collect()
}
