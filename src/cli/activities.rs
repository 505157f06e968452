//! Activities of a world as a line of text and as JSON.

use serde_json::{Value, json};

use super::output::Output;
use super::terminal::screen;
use super::wrap::wrap;
use crate::base::json::number;
use crate::cloud::model::{Activity, Launch, Termination, billing_name};

/// One activity as a line, with its line break; the name is that of the fleet it happened to.
pub(super) fn activity_line(activity: &Activity, name: Option<&str>) -> String {
    let Activity { time, kind, resource_id, detail, launches, .. } = activity;
    let fleet = name.map_or_else(|| resource_id.clone(), |name| format!("{name} ({resource_id})"));
    let launches: Vec<String> = launches.iter().map(Launch::to_string).collect();
    let colon = if launches.is_empty() { "" } else { ": " };
    format!("{time} {kind} {fleet}: {detail}{colon}{}\n", launches.join(", "))
}

/// Prints one line per activity, or several on a terminal that is narrow.
pub(super) fn print_activities(activities: &[Activity], output: &mut Output) {
    let width = screen().map(|screen| screen.columns);
    for activity in activities {
        output.print(&wrap(&activity_line(activity, None), width));
    }
}

/// What happened, with its facts as members; the sentence is for people alone.
pub(super) fn activities_json(activities: &[Activity]) -> Value {
    let one = |activity: &Activity| {
        json!({
            "time": activity.time.to_string(),
            "kind": activity.kind.name(),
            "resource_id": Some(&activity.resource_id).filter(|id| *id != Activity::OF_WORLD),
            "message": activity.detail,
            "created_instance_ids": activity.created,
            "destroyed_instance_ids": activity.destroyed,
            "launches": activity.launches.iter().map(launch_json).collect::<Value>(),
            "terminations": activity.terminations.iter().map(termination_json).collect::<Value>(),
        })
    };
    activities.iter().map(one).collect()
}

fn launch_json(launch: &Launch) -> Value {
    json!({
        "zone_id": launch.zone_id,
        "instance_type": launch.instance_type,
        "billing": billing_name(launch.billing),
        "hourly_price": number(launch.hourly_price),
        "weighted_capacity": number(launch.weight),
        "amount": launch.instances,
    })
}

fn termination_json(termination: &Termination) -> Value {
    json!({
        "zone_id": termination.zone_id,
        "instance_type": termination.instance_type,
        "billing": billing_name(termination.billing),
        "lost": termination.is_loss,
        "amount": termination.instances,
    })
}
