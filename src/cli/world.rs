//! The `world` commands: finds the one that was given, and runs those that change a world.

use clap::ArgMatches;
use serde_json::json;

use super::activities::{activities_json, print_activities};
use super::output::{Failure, Output, Progress};
use super::world_handle::{WorldHandle, ensure_exists, location, location_name};
use super::{confirm, costs, destroy, history, market, metrics, report, show, take, worlds};
use crate::base::GroupId;
use crate::base::wording::counted;
use crate::cloud::model::{ClockTarget, WorldContents, changed_instance_ids};
use crate::cloud::{WorldLocation, copy_world};
use crate::provider::Settings;

pub(super) fn run(matches: &ArgMatches, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    match matches.subcommand() {
        Some(("show", matches)) => show::run(matches, &WorldHandle::open_read_only(matches, settings)?, output),
        Some(("history", matches)) => history::run(matches, &WorldHandle::open_read_only(matches, settings)?, output),
        Some(("report", matches)) => report::run(matches, &WorldHandle::open_read_only(matches, settings)?, output),
        Some(("costs", matches)) => costs::run(matches, &WorldHandle::open_read_only(matches, settings)?, output),
        Some(("advance", matches)) => advance(matches, &WorldHandle::open(matches, settings)?, output),
        Some(("reclaim", matches)) => take::reclaim(matches, &WorldHandle::open_existing(matches, settings)?, output),
        Some(("terminate", matches)) => {
            take::terminate(matches, &WorldHandle::open_existing(matches, settings)?, output)
        }
        Some(("market", matches)) if matches.get_flag("reset") => {
            market::run(matches, &WorldHandle::open_existing(matches, settings)?, output)
        }
        Some(("market", matches)) => market::run(matches, &WorldHandle::open(matches, settings)?, output),
        Some(("release", matches)) => release(matches, &WorldHandle::open_existing(matches, settings)?, output),
        Some(("reset", matches)) => reset(matches, &WorldHandle::open(matches, settings)?, output),
        Some(("list", matches)) => worlds::list(matches, settings, output),
        Some(("drop", matches)) => worlds::drop(matches, settings, output),
        Some(("destroy", matches)) => {
            destroy::run(matches, &WorldHandle::open_existing(matches, settings)?, settings.now, output)
        }
        Some(("metrics", matches)) => {
            metrics::run(matches, &WorldHandle::open_existing_read_only(matches, settings)?, output)
        }
        Some(("copy", matches)) => copy(matches, settings, output),
        _ => Err(Failure::new("no command was given")),
    }
}

fn advance(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let given = ["time", "by", "to"].into_iter().find_map(|name| matches.get_one::<ClockTarget>(name));
    let Some(target) = given else { return Err(Failure::new("no time was given")) };
    let mut progress = Progress::new("advancing the clock");
    let advance = world.cloud.advance_clock(*target, &mut |passed, whole| {
        progress.update(passed.seconds(), whole.seconds());
    });
    drop(progress);
    let advance = advance?;
    let warning = world.missed_events(advance.from, advance.to);
    if let Some(warning) = &warning {
        output.error(&format!("warning: {warning}\n"));
    }
    if matches.get_flag("json") {
        output.json(&json!({
            "world": world.name,
            "from": advance.from.to_string(),
            "clock": advance.to.to_string(),
            "scenario": world.scenario_json(),
            "changed_instance_ids": changed_instance_ids(&advance.activities),
            "warnings": warning.into_iter().collect::<Vec<_>>(),
            "activities": activities_json(&advance.activities),
        }));
    } else {
        output.line(&format!(
            "The clock of world {} advanced from {} to {}{}",
            world.name,
            advance.from,
            advance.to,
            world.scenario_clause()
        ));
        print_activities(&advance.activities, output);
    }
    Ok(())
}

fn release(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let Some(group_id) = matches.get_one::<String>("id") else { return Err(Failure::new("no id was given")) };
    let activities = world.cloud.release_left_instances(&GroupId::from(group_id.as_str()))?;
    let ids = changed_instance_ids(&activities);
    if matches.get_flag("json") {
        output.json(
            &json!({ "world": world.name, "changed_instance_ids": ids, "activities": activities_json(&activities) }),
        );
    } else {
        output.line(&format!("Released {}", counted(ids.len(), "instance")));
        print_activities(&activities, output);
    }
    Ok(())
}

fn reset(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    if world.exists {
        confirm::ensure(matches, &world.location, "clears it for all who share it")?;
    }
    // A world that does not exist is a new world already.
    let cleared = if world.exists { world.cloud.reset_world()? } else { WorldContents::default() };
    if matches.get_flag("json") {
        output.json(&json!({ "world": world.name, "cleared": worlds::contents_json(cleared) }));
    } else {
        output.line(&format!(
            "World {} was reset; it had {}, {}, {} and {}",
            world.name,
            counted(cleared.groups, "group"),
            counted(cleared.reservations, "reservation"),
            counted(cleared.instances, "instance"),
            counted(cleared.resources, "other resource"),
        ));
    }
    Ok(())
}

fn copy(matches: &ArgMatches, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let (from, to) = (given("from"), given("to"));
    let (source, target) = (location("FROM", from, settings)?, location("TO", to, settings)?);
    ensure_exists(&source)?;
    let (from, to) = (location_name(&source), location_name(&target));
    let mut progress = Progress::new("copying");
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let copied =
        copy_world(&source, &target, matches.get_flag("overwrite"), settings.random_number, &mut |done, total| {
            progress.update(signed(done), signed(total));
        });
    drop(progress);
    copied?;
    if matches.get_flag("json") {
        output.json(&json!({ "from": from, "world": to }));
    } else {
        // A connection string is printed without its user and password.
        let setting = match target {
            WorldLocation::Postgres(_) => "SIMCLOUD_WORLD set to the connection string you gave".to_owned(),
            WorldLocation::File(_) | WorldLocation::Memory => format!("SIMCLOUD_WORLD={to}"),
        };
        output.line(&format!("World {from} was copied to {to}; use the copy with {setting}"));
    }
    Ok(())
}
