//! The world that a command works on: found from options and environment, opened to change it or only to read it.

use std::sync::Arc;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::output::Failure;
use crate::base::wording::counted;
use crate::base::{RegionId, Time};
use crate::cloud::{AdministrationError, CloudConfig, SimCloud, WorldLocation, world_exists};
use crate::market::scenario::ScenarioEvent;
use crate::market::{Scenario, ScenarioDocument};
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
    pub(super) location: WorldLocation,
    scenario: UsedScenario,
}

/// The scenario that a command works under.
#[derive(Debug)]
struct UsedScenario {
    scenario: Arc<Scenario>,
    source: ScenarioSource,
    /// The one that the world remembers.
    remembered: Option<Arc<Scenario>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ScenarioSource {
    /// An option or a variable of this name.
    Given(&'static str),
    /// That of the world's latest change, so that a command sees what the provider sees.
    World,
    None,
}

impl WorldHandle {
    /// Opens the world to change it; the first change creates it if it does not exist.
    pub(super) fn open(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let config = config(matches, settings)?;
        let (location, exists) = (config.world.clone(), exists(&config.world)?);
        Self::of(config, location, exists).with_scenario(matches, settings)
    }

    /// Opens the world at the clock that options and environment name, for calls of clients.
    pub(super) fn open_with_clock(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let clock = option(matches, "clock", "--clock").or_else(|| settings.clock.clone());
        let mut config = resolve(&Settings { clock, ..configured(matches, settings) })?;
        config.keeps_empty_world = true;
        let (location, exists) = (config.world.clone(), exists(&config.world)?);
        Ok(Self::of(config, location, exists))
    }

    /// Opens the world to read it, which never creates it.
    pub(super) fn open_read_only(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let config = config(matches, settings)?;
        let (location, exists) = (config.world.clone(), exists(&config.world)?);
        let world = if exists { location.clone() } else { WorldLocation::Memory };
        Self::of(CloudConfig { world, ..config }, location, exists).with_scenario(matches, settings)
    }

    /// Opens the world to change it, and fails if it does not exist.
    pub(super) fn open_existing(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let handle = Self::open(matches, settings)?;
        if handle.exists { Ok(handle) } else { Err(no_world(&handle.name)) }
    }

    /// Opens the world to read it, and fails if it does not exist.
    pub(super) fn open_existing_read_only(matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let handle = Self::open_read_only(matches, settings)?;
        if handle.exists { Ok(handle) } else { Err(no_world(&handle.name)) }
    }

    /// The first line of a report about the world.
    pub(super) fn heading(&self, clock: Time) -> String {
        let note = if self.exists { "" } else { ", which does not exist yet" };
        format!("World {}{note}, at {clock}{}\n", self.name, self.scenario_clause())
    }

    /// Which scenario the command works under, behind a comma; empty where there is none.
    pub(super) fn scenario_clause(&self) -> String {
        match self.scenario.source {
            ScenarioSource::None => String::new(),
            ScenarioSource::World => ", under the scenario of its latest change".to_owned(),
            ScenarioSource::Given(name) => format!(", under the scenario of {name}"),
        }
    }

    /// Where the scenario is from, and its seed; null where there is none.
    pub(super) fn scenario_json(&self) -> Value {
        let source = match self.scenario.source {
            ScenarioSource::None => return Value::Null,
            ScenarioSource::World => "world",
            ScenarioSource::Given(name) => name,
        };
        json!({ "source": source, "seed": self.scenario.scenario.seed })
    }

    /// A sentence about the events that the world's own scenario has between two moments, and the used one does not.
    pub(super) fn missed_events(&self, from: Time, to: Time) -> Option<String> {
        let remembered = self.scenario.remembered.as_ref()?;
        // What is set for the start happens when the clock first moves.
        let is_passed = |event: &&ScenarioEvent| {
            let at = Time::START.plus(event.at);
            to > from && at <= to && (at > from || (at == Time::START && from == Time::START))
        };
        let used = &self.scenario.scenario.events;
        let missed: Vec<&ScenarioEvent> =
            remembered.events.iter().filter(is_passed).filter(|event| !used.contains(event)).collect();
        let first = missed.iter().map(|event| Time::START.plus(event.at)).min()?;
        Some(format!(
            "{} of the scenario of the world's latest change, the first at {first}, {} passed and will not happen; under that \
             scenario, without --scenario and --no-scenario, such events do happen",
            counted(missed.len(), "event"),
            if missed.len() == 1 { "was" } else { "were" }
        ))
    }

    fn of(config: CloudConfig, location: WorldLocation, exists: bool) -> Self {
        let scenario =
            UsedScenario { scenario: Arc::clone(&config.scenario), source: ScenarioSource::None, remembered: None };
        let region = config.region.clone();
        Self { name: location_name(&location), exists, region, location, scenario, cloud: SimCloud::new(config) }
    }

    /// Takes the scenario that the world remembers, unless an option or the environment names another.
    fn with_scenario(mut self, matches: &ArgMatches, settings: &Settings) -> Result<Self, Failure> {
        let given = configured(matches, settings).scenario;
        if self.exists
            && let Some((_, scenario)) = self.cloud.remembered_scenario()?.as_deref().and_then(ScenarioDocument::read)
        {
            self.scenario.remembered = Some(Arc::new(scenario));
        }
        if let Some(given) = given {
            self.scenario.source = ScenarioSource::Given(given.name);
            return Ok(self);
        }
        let remembered = self.scenario.remembered.as_ref().filter(|_| !matches.get_flag("no-scenario"));
        let mut scenario = remembered.map(|scenario| Scenario::clone(scenario)).unwrap_or_default();
        if remembered.is_some() {
            self.scenario.source = ScenarioSource::World;
        }
        if let Some(seed) = &settings.seed {
            // It was read with the configuration, which refuses what is no number.
            scenario.seed = self.scenario.scenario.seed;
            if remembered.is_none() {
                self.scenario.source = ScenarioSource::Given(seed.name);
            }
        }
        self.scenario.scenario = Arc::new(scenario);
        self.cloud = self.cloud.under_scenario(Arc::clone(&self.scenario.scenario));
        Ok(self)
    }
}

/// The location of the world that a command works on.
pub(super) fn used_location(matches: &ArgMatches, settings: &Settings) -> Result<WorldLocation, Failure> {
    Ok(config(matches, settings)?.world)
}

/// The configuration with which the world is read, which never creates it: one that does not exist is one in memory.
pub(super) fn read_only_config(matches: &ArgMatches, settings: &Settings) -> Result<CloudConfig, Failure> {
    let mut config = config(matches, settings)?;
    if !exists(&config.world)? {
        return Ok(CloudConfig { world: WorldLocation::Memory, ..config });
    }
    if configured(matches, settings).scenario.is_none()
        && !matches.get_flag("no-scenario")
        && let Some(document) = SimCloud::new(config.clone()).remembered_scenario()?
        && let Some((_, mut scenario)) = ScenarioDocument::read(&document)
    {
        if settings.seed.is_some() {
            scenario.seed = config.scenario.seed;
        }
        config.scenario = Arc::new(scenario);
    }
    Ok(config)
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
    // `serve` has no such option.
    let no_scenario = matches.try_get_one::<bool>("no-scenario").ok().flatten() == Some(&true);
    Settings {
        region: region.or_else(|| settings.region.clone()),
        world: option(matches, "world", "--world").or_else(|| settings.world.clone()),
        scenario: option(matches, "scenario", "--scenario")
            .or_else(|| settings.scenario.clone().filter(|_| !no_scenario)),
        ..settings.clone()
    }
}

fn resolve(settings: &Settings) -> Result<CloudConfig, Failure> {
    provider::cloud_config(settings).map_err(|mistakes| Failure::new(mistakes.join("\nerror: ")))
}

pub(super) fn exists(world: &WorldLocation) -> Result<bool, Failure> {
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
