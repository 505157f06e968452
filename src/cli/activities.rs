//! Activities of a world as a line of text and as JSON.

use serde_json::{Value, json};

use super::output::Output;
use crate::base::json::number;
use crate::cloud::model::{Activity, Launch};

/// One activity as a line, with its line break; the name is that of the fleet it happened to.
pub(super) fn activity_line(activity: &Activity, name: Option<&str>) -> String {
    let Activity { time, kind, resource_id, detail, launches, .. } = activity;
    let fleet = name.map_or_else(|| resource_id.clone(), |name| format!("{name} ({resource_id})"));
    let launches: Vec<String> = launches.iter().map(Launch::to_string).collect();
    let colon = if launches.is_empty() { "" } else { ": " };
    format!("{time} {kind} {fleet}: {detail}{colon}{}\n", launches.join(", "))
}

/// Prints one line per activity.
pub(super) fn print_activities(activities: &[Activity], output: &mut Output) {
    for activity in activities {
        output.print(&activity_line(activity, None));
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
            "launches": activity.launches.iter().map(launch_json).collect::<Value>(),
        })
    };
    activities.iter().map(one).collect()
}

fn launch_json(launch: &Launch) -> Value {
    json!({
        "zone_id": launch.zone_id,
        "instance_type": launch.instance_type,
        "billing": launch.billing_name(),
        "hourly_price": number(launch.hourly_price),
        "instances": launch.instances,
    })
}
