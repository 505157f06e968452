//! `world destroy`: cleans up by id, by name and by age.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::activities::activities_json;
use super::output::{Failure, Output};
use super::world_handle::WorldHandle;
use crate::base::Time;
use crate::base::clock::Span;
use crate::base::wording::counted;
use crate::cloud::model::{DestroySelection, KeptObject, WorldObject};

pub(super) fn run(
    matches: &ArgMatches,
    world: &WorldHandle,
    now: fn() -> Time,
    output: &mut Output,
) -> Result<(), Failure> {
    let age = matches.get_one::<Span>("older-than");
    let selection = DestroySelection {
        ids: matches.get_many::<String>("id").into_iter().flatten().cloned().collect(),
        name: matches.get_one::<String>("name").cloned(),
        made_before: age.map(|age| now().minus(*age)),
    };
    let outcome = world.cloud.destroy_objects(&selection)?;
    if matches.get_flag("json") {
        output.json(&json!({
            "world": world.name,
            "destroyed": outcome.destroyed.iter().map(object_json).collect::<Value>(),
            "kept": outcome.kept.iter().map(kept_json).collect::<Value>(),
            "instance_count": outcome.instances,
            "activities": activities_json(&outcome.activities),
        }));
        return Ok(());
    }
    output.line(&format!(
        "Destroyed {} with {}",
        counted(outcome.destroyed.len(), "object"),
        counted(outcome.instances, "instance")
    ));
    for object in &outcome.destroyed {
        output.line(&format!("  {}", object_line(object)));
    }
    for KeptObject { object, holds } in &outcome.kept {
        output.line(&format!("  kept: {}, which still holds {holds}", object_line(object)));
    }
    Ok(())
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
