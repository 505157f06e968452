//! `world destroy`: cleans up by id, by name, by tag and by age.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::activities::activities_json;
use super::output::{Failure, Output};
use super::world_handle::WorldHandle;
use crate::base::Time;
use crate::base::clock::Span;
use crate::base::wording::{counted, was_or_were};
use crate::cloud::model::{DestroyOutcome, DestroySelection, KeptObject, WorldObject};

pub(super) fn run(
    matches: &ArgMatches,
    world: &WorldHandle,
    now: fn() -> Time,
    output: &mut Output,
) -> Result<(), Failure> {
    let selection = selection(matches, now);
    let is_dry_run = matches.get_flag("dry-run");
    let outcome = if is_dry_run {
        world.cloud.forecast_destroy_objects(&selection)?
    } else {
        world.cloud.destroy_objects(&selection)?
    };
    if matches.get_flag("json") {
        output.json(&json!({
            "world": world.name,
            "dry_run": is_dry_run,
            "destroyed": outcome.destroyed.iter().map(object_json).collect::<Value>(),
            "kept": outcome.kept.iter().map(kept_json).collect::<Value>(),
            "unmatched_count": outcome.unmatched,
            "instance_count": outcome.instances,
            "activities": activities_json(&outcome.activities),
        }));
    } else {
        print(&outcome, is_dry_run, output);
    }
    match outcome.kept.len() {
        0 => Ok(()),
        kept => Err(Failure::new(format!(
            "{kept} of {} that match {} kept, because something that stays is in {}; destroy that too",
            counted(kept + outcome.destroyed.len(), "object"),
            if is_dry_run { "would be" } else { was_or_were(kept) },
            if kept == 1 { "it" } else { "them" },
        ))),
    }
}

fn selection(matches: &ArgMatches, now: fn() -> Time) -> DestroySelection {
    let age = matches.get_one::<Span>("older-than");
    DestroySelection {
        ids: matches.get_many::<String>("id").into_iter().flatten().cloned().collect(),
        name: matches.get_one::<String>("name").cloned(),
        made_before: age.map(|age| now().minus(*age)),
        tags: matches.get_many::<(String, String)>("tag").into_iter().flatten().cloned().collect(),
    }
}

fn print(outcome: &DestroyOutcome, is_dry_run: bool, output: &mut Output) {
    output.line(&format!(
        "{} {} with {}",
        if is_dry_run { "Would destroy" } else { "Destroyed" },
        counted(outcome.destroyed.len(), "object"),
        counted(outcome.instances, "instance")
    ));
    for object in &outcome.destroyed {
        output.line(&format!("  {}", object_line(object)));
    }
    for KeptObject { object, holds } in &outcome.kept {
        output.line(&format!("  kept: {}, which still holds {holds}", object_line(object)));
    }
    if outcome.unmatched > 0 {
        let (verb, stay) = if outcome.unmatched == 1 { ("does", "stays") } else { ("do", "stay") };
        output.line(&format!("{} {verb} not match and {stay}", counted(outcome.unmatched, "other object")));
    }
}

fn object_line(object: &WorldObject) -> String {
    let name = object.name.as_ref().map_or_else(String::new, |name| format!(" {name}"));
    format!("{}{name} ({}, {})", object.kind, object.id, object.region_id)
}

fn object_json(object: &WorldObject) -> Value {
    json!({
        "region_id": object.region_id,
        "kind": object.kind,
        "id": object.id,
        "name": object.name,
        "made_at": object.made_at.map(|made_at| made_at.to_string()),
    })
}

fn kept_json(kept: &KeptObject) -> Value {
    let mut json = object_json(&kept.object);
    json["holds"] = kept.holds.clone().into();
    json
}
