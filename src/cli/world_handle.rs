//! The world that a command works on: found from options and environment, opened to change it or only to read it.

use std::sync::Arc;

use clap::ArgMatches;

use super::output::Failure;
use crate::base::{RegionId, Time};
use crate::cloud::{AdministrationError, CloudConfig, SimCloud, WorldLocation, world_exists};
use crate::provider::{self, Setting, Settings};

/// The world that a command works on.
#[derive(Debug)]
pub(super) struct WorldHandle {
    pub(super) cloud: SimCloud,
    /// As it was given, without passwords.
    pub(super) name: String,
    /// A world that does not exist yet is shown as it would begin.
    pub(super) exists: bool,
    pub(super) region: RegionId,
}

impl WorldHandle {
    /// Opens the world to change it; the first change creates it if it does not exist.
    pub(super) fn open(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let config = config(matches, settings)?;
        let (name, exists) = (location_name(&config.world), exists(&config.world)?);
        Ok(Self::of(config, name, exists))
    }

    /// Opens the world at the clock that options and environment name, for calls of clients.
    pub(super) fn open_with_clock(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let clock = option(matches, "clock", "--clock").or_else(|| settings.clock.clone());
        let mut config = resolve(&Settings { clock, ..configured(matches, settings) })?;
        config.keeps_empty_world = true;
        let (name, exists) = (location_name(&config.world), exists(&config.world)?);
        Ok(Self::of(config, name, exists))
    }

    /// Opens the world to read it, which never creates it.
    pub(super) fn open_read_only(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let config = config(matches, settings)?;
        let (name, exists) = (location_name(&config.world), exists(&config.world)?);
        let world = if exists { config.world.clone() } else { WorldLocation::Memory };
        Ok(Self::of(CloudConfig { world, scenario: Arc::clone(&config.scenario), ..config }, name, exists))
    }

    /// Opens the world to change it, and fails if it does not exist.
    pub(super) fn open_existing(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let handle = Self::open(matches, settings)?;
        if handle.exists { Ok(handle) } else { Err(no_world(&handle.name)) }
    }

    /// The first line of a report about the world.
    pub(super) fn heading(&self, clock: Time) -> String {
        let note = if self.exists { "" } else { ", which does not exist yet" };
        format!("World {}{note}, at {clock}\n", self.name)
    }

    fn of(config: CloudConfig, name: String, exists: bool) -> Self {
        Self { name, exists, region: config.region.clone(), cloud: SimCloud::new(config) }
    }
}

/// Fails if there is no world at the location.
pub(super) fn ensure_exists(world: &WorldLocation) -> Result<(), Failure> {
    if exists(world)? { Ok(()) } else { Err(no_world(&location_name(world))) }
}

/// The location that an argument names.
pub(super) fn location(argument: &'static str, text: &str, settings: &Settings) -> Result<WorldLocation, Failure> {
    let settings = Settings {
        world: Some(Setting { name: argument, value: text.to_owned() }),
        postgres: settings.postgres.clone(),
        random_number: settings.random_number,
        ..Settings::default()
    };
    Ok(resolve(&settings)?.world)
}

/// The text for a location: `postgres://host:5432/database?world=name` has neither user nor password.
pub(super) fn location_name(world: &WorldLocation) -> String {
    world.to_string()
}

fn config(matches: &ArgMatches, settings: &Settings) -> Result<CloudConfig, Failure> {
    // A command moves the clock only when it is told to.
    resolve(&Settings { clock: None, ..configured(matches, settings) })
}

/// The text of an option; an empty one is the same as an absent one.
fn option(matches: &ArgMatches, name: &'static str, option: &'static str) -> Option<Setting> {
    let given = matches.get_one::<String>(name).filter(|value| !value.is_empty());
    given.map(|value| Setting { name: option, value: value.clone() })
}

/// The settings of the environment, with the options before them.
fn configured(matches: &ArgMatches, settings: &Settings) -> Settings {
    let region = matches.get_one::<RegionId>("region");
    let region = region.map(|region| Setting { name: "--region", value: region.to_string() });
    Settings {
        region: region.or_else(|| settings.region.clone()),
        world: option(matches, "world", "--world").or_else(|| settings.world.clone()),
        scenario: option(matches, "scenario", "--scenario").or_else(|| settings.scenario.clone()),
        ..settings.clone()
    }
}

fn resolve(settings: &Settings) -> Result<CloudConfig, Failure> {
    provider::cloud_config(settings).map_err(|mistakes| Failure::new(mistakes.join("\nerror: ")))
}

fn exists(world: &WorldLocation) -> Result<bool, Failure> {
    world_exists(world).map_err(|error| AdministrationError::from(error).into())
}

fn no_world(name: &str) -> Failure {
    Failure::new(format!("there is no world {name}; the first apply creates it, or name another one with --world"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cloud::{PostgresUrl, PostgresVariables};

    #[test]
    fn a_password_is_not_shown() {
        let text = "postgres://me:secret@db.example:5432/sim?password=secret&world=team";
        let url = PostgresUrl::parse(text, &PostgresVariables::default()).unwrap();
        let shown = location_name(&WorldLocation::Postgres(Box::new(url)));
        assert_eq!(shown, "postgres://db.example:5432/sim?world=team");
        assert_eq!(location_name(&WorldLocation::File(".simcloud/world.db".into())), ".simcloud/world.db");
    }
}
