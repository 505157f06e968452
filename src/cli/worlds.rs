//! `world list` and `world drop`: the worlds of a folder or a database.

use std::path::Path;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::confirm;
use super::output::{Failure, Output};
use super::table::{Column, table};
use super::terminal::screen;
use super::world_handle::{exists, location, location_name, used_location};
use crate::cloud::model::{WorldContents, WorldSummary};
use crate::cloud::{AdministrationError, PostgresUrl, WorldLocation, drop_world, list_worlds, summarize_world};
use crate::provider::{self, Settings};

/// A world, or why it cannot be read.
type Listed = (WorldLocation, Result<WorldSummary, String>);

pub(super) fn list(matches: &ArgMatches, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    let mut worlds = Vec::new();
    for beside in places(matches, settings)? {
        worlds.extend(list_worlds(&beside).map_err(AdministrationError::from)?);
    }
    let summarize = |world: WorldLocation| {
        let summary = summarize_world(&world, settings.random_number);
        (world, summary.map_err(|error| provider::error_text(&error)))
    };
    let worlds: Vec<Listed> = worlds.into_iter().map(summarize).collect();
    if matches.get_flag("json") {
        output.json(&json!({ "worlds": worlds.iter().map(world_json).collect::<Value>() }));
    } else if worlds.is_empty() {
        output.line("There is no world here; the first apply makes one");
    } else {
        output.print(&worlds_table(&worlds));
        for (_, error) in &worlds {
            if let Err(error) = error {
                output.error(&format!("warning: {error}\n"));
            }
        }
    }
    Ok(())
}

/// A location in each folder or database to look into: a database, or a folder and, as in a project, the folder of the
/// default world in it.
fn places(matches: &ArgMatches, settings: &Settings) -> Result<Vec<WorldLocation>, Failure> {
    let folder = match matches.get_one::<String>("place") {
        Some(place) if PostgresUrl::is_meant_by(place) => return Ok(vec![location("CONNECTION", place, settings)?]),
        Some(folder) => Path::new(folder),
        None => {
            let used = used_location(matches, settings)?;
            // Before the first apply there is no folder.
            let is_missing = matches!(&used, WorldLocation::File(path) if path.parent().is_some_and(|folder| {
                !folder.as_os_str().is_empty() && !folder.exists()
            }));
            return Ok(if is_missing { Vec::new() } else { vec![used] });
        }
    };
    if folder.is_file() {
        let file = folder.display();
        return Err(Failure::new(format!(
            "{file} is a file, and `world list` takes a folder or a connection string; to look at one world, write \
             `world show --world {file}`"
        )));
    }
    let of_project =
        Some(folder.join(provider::DEFAULT_WORLD)).filter(|world| world.parent().is_some_and(Path::is_dir));
    Ok([folder.join("world.db")].into_iter().chain(of_project).map(WorldLocation::File).collect())
}

/// Removes a world. One that does not exist is no error: the clean-up of a pipeline whose apply never ran has nothing to do.
pub(super) fn drop(matches: &ArgMatches, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    let world = used_location(matches, settings)?;
    let is_there = exists(&world)?;
    if is_there {
        confirm::ensure(matches, &world, "removes it for all who share it")?;
        drop_world(&world).map_err(AdministrationError::from)?;
    }
    let name = location_name(&world);
    if matches.get_flag("json") {
        output.json(&json!({ "world": name, "dropped": is_there }));
    } else if is_there {
        output.line(&format!("World {name} was removed"));
    } else {
        output.line(&format!("There is no world {name}; nothing was removed"));
    }
    Ok(())
}

fn worlds_table(worlds: &[Listed]) -> String {
    let columns = [
        Column::Text("CLOCK"),
        Column::Number("GROUPS"),
        Column::Number("RESERVATIONS"),
        Column::Number("INSTANCES"),
        Column::Number("OTHER"),
        Column::Text("OLDEST MADE"),
        Column::Id("WORLD"),
    ];
    let row = |(world, summary): &Listed| {
        let name = location_name(world);
        let Ok(WorldSummary { clock, contents, made_at }) = summary else {
            return [vec!["cannot be read".to_owned()], vec![String::new(); 5], vec![name]].concat();
        };
        vec![
            clock.to_string(),
            contents.groups.to_string(),
            contents.reservations.to_string(),
            contents.instances.to_string(),
            contents.resources.to_string(),
            made_at.map(|made_at| made_at.to_string()).unwrap_or_default(),
            name,
        ]
    };
    table(&columns, &worlds.iter().map(row).collect::<Vec<_>>(), screen().map(|screen| screen.columns))
}

fn world_json((world, summary): &Listed) -> Value {
    let name = location_name(world);
    match summary {
        Err(error) => json!({ "world": name, "error": error }),
        Ok(WorldSummary { clock, contents, made_at }) => json!({
            "world": name,
            "clock": clock.to_string(),
            "contents": contents_json(*contents),
            "made_at": made_at.map(|made_at| made_at.to_string()),
        }),
    }
}

/// How much a world holds, or held.
pub(super) fn contents_json(contents: WorldContents) -> Value {
    json!({
        "group_count": contents.groups,
        "reservation_count": contents.reservations,
        "instance_count": contents.instances,
        "resource_count": contents.resources,
    })
}
