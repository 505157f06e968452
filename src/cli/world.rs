//! The commands about worlds: which world is meant, and those that change it.

use std::sync::Arc;

use clap::ArgMatches;
use serde_json::json;

use super::output::{Failure, Output, Progress};
use super::{arguments, history, json, show};
use crate::base::wording::counted;
use crate::base::{RegionId, Time};
use crate::cloud::model::{Activity, ClockTarget, ReclaimRequest, WorldContents};
use crate::cloud::{AdministrationError, CloudConfig, SimCloud, WorldLocation, copy_world, world_exists};
use crate::provider::{self, Setting, Settings};

/// A world that a command is about.
#[derive(Debug)]
pub(super) struct Opened {
    pub(super) cloud: SimCloud,
    /// As it was given, without passwords.
    pub(super) name: String,
    /// A world that nobody has made yet is shown as it would begin.
    pub(super) exists: bool,
    pub(super) region: RegionId,
}

impl Opened {
    /// The first line about a world.
    pub(super) fn heading(&self, clock: Time) -> String {
        let note = if self.exists { "" } else { ", which nobody has made yet" };
        format!("World {}{note}, at {clock}\n", self.name)
    }
}

pub(super) fn run(matches: &ArgMatches, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    let Some((name, matches)) = matches.subcommand() else { return Err(Failure::new("no command was given")) };
    if name == "copy" {
        return copy(matches, settings, output);
    }
    let (config, world) = config(matches, settings)?;
    let exists = is_there(&config.world)?;
    match name {
        "show" => show::run(matches, &opened_to_look(config, world, exists), output),
        "history" => history::run(matches, &opened_to_look(config, world, exists), output),
        "advance" => advance(matches, &opened(config, world, exists), output),
        "reclaim" => {
            there_is(exists, &world)?;
            reclaim(matches, &opened(config, world, exists), output)
        }
        _ => reset(matches, &opened(config, world, exists), output),
    }
}

fn advance(matches: &ArgMatches, opened: &Opened, output: &mut Output) -> Result<(), Failure> {
    let Some(target) = matches.get_one::<ClockTarget>("time") else { return Err(Failure::new("no time was given")) };
    let mut progress = Progress::new("letting time pass");
    let advance = opened.cloud.advance_clock(*target, &mut |passed, whole| {
        progress.at(passed.seconds(), whole.seconds());
    });
    drop(progress);
    let advance = advance?;
    if matches.get_flag("json") {
        output.json(&json!({
            "world": opened.name,
            "from": advance.from.to_string(),
            "clock": advance.to.to_string(),
            "activities": json::activities(&advance.activities),
        }));
    } else {
        output.line(&format!("World {} went from {} to {}", opened.name, advance.from, advance.to));
        lines(&advance.activities, output);
    }
    Ok(())
}

fn reclaim(matches: &ArgMatches, opened: &Opened, output: &mut Output) -> Result<(), Failure> {
    let request = ReclaimRequest {
        pools: arguments::pools(matches),
        region_id: matches.get_one::<RegionId>("region").cloned(),
        count: matches.get_one::<u32>("count").copied(),
    };
    let activities = opened.cloud.reclaim_spot(&request)?;
    let ids: Vec<_> = activities.iter().flat_map(|activity| &activity.destroyed).collect();
    if matches.get_flag("json") {
        output.json(&json!({
            "world": opened.name,
            "reclaimed": ids,
            "activities": json::activities(&activities),
        }));
    } else {
        output.line(&format!("Reclaimed {}", counted(ids.len(), "spot instance")));
        lines(&activities, output);
    }
    Ok(())
}

fn reset(matches: &ArgMatches, opened: &Opened, output: &mut Output) -> Result<(), Failure> {
    // A world that nobody has made is a new world already.
    let gone = if opened.exists { opened.cloud.reset_world()? } else { WorldContents::default() };
    if matches.get_flag("json") {
        output.json(&json!({
            "world": opened.name,
            "forgotten": {
                "groups": gone.groups,
                "reservations": gone.reservations,
                "instances": gone.instances,
                "resources": gone.resources,
            },
        }));
    } else {
        output.line(&format!(
            "World {} begins again, without {}, {}, {} and {}",
            opened.name,
            counted(gone.groups, "group"),
            counted(gone.reservations, "reservation"),
            counted(gone.instances, "instance"),
            counted(gone.resources, "other resource"),
        ));
    }
    Ok(())
}

fn copy(matches: &ArgMatches, settings: &Settings, output: &mut Output) -> Result<(), Failure> {
    let given = |name: &str| matches.get_one::<String>(name).map(String::as_str).unwrap_or_default();
    let (from, to) = (given("from"), given("to"));
    let (source, target) = (location("FROM", from, settings)?, location("TO", to, settings)?);
    let (from, to) = (name(&source), name(&target));
    there_is(is_there(&source)?, &from)?;
    let mut progress = Progress::new("copying");
    let signed = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
    let copied = copy_world(&source, &target, matches.get_flag("overwrite"), &mut |done, total| {
        progress.at(signed(done), signed(total));
    });
    drop(progress);
    copied?;
    if matches.get_flag("json") {
        output.json(&json!({ "from": from, "world": to }));
    } else {
        // A connection string is shown without the user and the password that it needs.
        let how = match target {
            WorldLocation::Postgres(_) => "SIMCLOUD_WORLD set to the connection string you gave".to_owned(),
            WorldLocation::File(_) | WorldLocation::Memory => format!("SIMCLOUD_WORLD={to}"),
        };
        output.line(&format!("World {to} is now what {from} is; rehearse on it with {how}"));
    }
    Ok(())
}

/// What happened, a line each.
fn lines(activities: &[Activity], output: &mut Output) {
    for activity in activities {
        output.print(&history::activity_line(activity));
    }
}

fn config(matches: &ArgMatches, settings: &Settings) -> Result<(CloudConfig, String), Failure> {
    let option = |name: &'static str, option: &'static str| {
        matches
            .get_one::<String>(name)
            .filter(|value| !value.is_empty())
            .map(|value| Setting { name: option, value: value.clone() })
    };
    let region = matches.get_one::<RegionId>("region");
    let region = region.map(|region| Setting { name: "--region", value: region.to_string() });
    let settings = Settings {
        region: region.or_else(|| settings.region.clone()),
        world: option("world", "--world").or_else(|| settings.world.clone()),
        scenario: option("scenario", "--scenario").or_else(|| settings.scenario.clone()),
        // By hand, the clock moves when it is told to.
        clock: None,
        ..settings.clone()
    };
    let config = provider::cloud_config(&settings).map_err(|mistakes| Failure::new(mistakes.join("\nerror: ")))?;
    let world = name(&config.world);
    Ok((config, world))
}

fn location(argument: &'static str, text: &str, settings: &Settings) -> Result<WorldLocation, Failure> {
    let settings = Settings {
        world: Some(Setting { name: argument, value: text.to_owned() }),
        postgres: settings.postgres.clone(),
        ..Settings::default()
    };
    let config = provider::cloud_config(&settings).map_err(|mistakes| Failure::new(mistakes.join("\nerror: ")))?;
    Ok(config.world)
}

fn opened(config: CloudConfig, name: String, exists: bool) -> Opened {
    Opened { name, exists, region: config.region.clone(), cloud: SimCloud::new(config) }
}

/// Looking makes no world.
fn opened_to_look(config: CloudConfig, name: String, exists: bool) -> Opened {
    let world = if exists { config.world.clone() } else { WorldLocation::Memory };
    opened(CloudConfig { world, scenario: Arc::clone(&config.scenario), ..config }, name, exists)
}

fn is_there(world: &WorldLocation) -> Result<bool, Failure> {
    world_exists(world).map_err(|error| AdministrationError::from(error).into())
}

fn there_is(exists: bool, world: &str) -> Result<(), Failure> {
    if exists {
        return Ok(());
    }
    Err(Failure::new(format!("there is no world {world}; the first apply makes it, or name another with --world")))
}

/// `postgres://host:5432/database?world=name`, without who asks and with which password.
fn name(world: &WorldLocation) -> String {
    match world {
        WorldLocation::File(path) => path.display().to_string(),
        WorldLocation::Postgres(place) => place.to_string(),
        WorldLocation::Memory => "in memory".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use crate::cloud::{PostgresPlace, PostgresVariables, WorldLocation};

    #[test]
    fn a_password_is_not_shown() {
        let text = "postgres://me:secret@db.example:5432/sim?password=secret&world=team";
        let place = PostgresPlace::parse(text, &PostgresVariables::default()).unwrap();
        let shown = super::name(&WorldLocation::Postgres(Box::new(place)));
        assert_eq!(shown, "postgres://db.example:5432/sim?world=team");
        assert_eq!(super::name(&WorldLocation::File(".simcloud/world.db".into())), ".simcloud/world.db");
    }
}
