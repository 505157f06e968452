//! The provider block: its schema, and what it and the environment together configure.

use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use super::check;
use super::diagnostic;
use super::scenario;
use crate::base::nearest::{alike, nearest};
use crate::base::{RegionId, Time};
use crate::catalogue;
use crate::cloud::{ClockSource, Cloud, CloudConfig, SimCloud, WorldLocation};
use crate::market::scenario::Scenario;
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

pub(crate) const SHORTFALL: &[&str] = &["fail", "accept"];

const DEFAULT_REGION: &str = "cn-heyuan";
const DEFAULT_WORLD: &str = ".simcloud/world.db";

/// What the environment says where the provider block is silent; read once, by the edge.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `SIMCLOUD_REGION`
    pub region: Option<String>,
    /// `SIMCLOUD_WORLD`
    pub world: Option<String>,
    /// `SIMCLOUD_CLOCK`
    pub clock: Option<String>,
    /// `SIMCLOUD_SCENARIO`, the path of a JSON file
    pub scenario: Option<PathBuf>,
    /// The wall clock, for `clock = "system"`.
    pub now: fn() -> Time,
}

impl Default for Settings {
    /// Settings of an empty environment, in which real time stands at the start of the world.
    fn default() -> Self {
        Self { region: None, world: None, clock: None, scenario: None, now: || Time::START }
    }
}

pub(crate) fn schema() -> Schema {
    Schema::new(
        "simcloud batch-creates compute instances on a simulated cloud in which stock runs out, prices move and spot \
         instances are reclaimed. It needs no account and no network: what has happened lives in one file, the world.",
    )
    .attributes([
        Attribute::string("region")
            .optional()
            .describes("Region, such as `cn-heyuan` or `us-east-1`. Also `SIMCLOUD_REGION`. Default: `cn-heyuan`."),
        Attribute::string("world").optional().describes(
            "File that keeps the world. Also `SIMCLOUD_WORLD`. Default: `.simcloud/world.db` in the working directory.",
        ),
        Attribute::string("clock").optional().describes(
            "Time the world catches up to: an RFC 3339 time, a duration since the start (`6h30m`), or `system` for real \
             time. Also `SIMCLOUD_CLOCK`. Without it the world's own clock stands still; time never goes back.",
        ),
        Attribute::dynamic("scenario").optional().describes(
            "What this world is like: an object with any of `seed`, `stock`, `prices`, `offers`, `quotas`, `limits`, \
             `faults`, `events`, `key_pairs`, `product_codes`, `images`; the guide \"Scenarios and time\" has an example \
             of each. Read one from a file with `jsondecode(file(...))`; declare a variable that carries one `any`. \
             Also `SIMCLOUD_SCENARIO`, the path of a JSON file.",
        ),
        Attribute::string("on_shortfall").optional().describes(
            "What resources do that do not set it themselves when the cloud cannot deliver the minimum: `fail` or \
             `accept`. Default: `fail`.",
        ),
    ])
}

/// Checks the provider block offline; unknown values are left for later.
pub(crate) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    check::one_of(config, &Path::default(), "on_shortfall", SHORTFALL, diagnostics);
    if let Some(region) = check::text(config, "region") {
        known_region(region, diagnostics);
    }
    if let Some(clock) = check::text(config, "clock") {
        clock_source(clock, || Time::START, diagnostics);
    }
    if let Some(world) = check::text(config, "world") {
        world_location(world, diagnostics);
    }
    let scenario = config.get("scenario");
    if !scenario.is_null() && scenario.is_wholly_known() {
        inline_scenario(scenario, diagnostics);
    }
}

/// What a configured provider knows; resources and data sources share it.
#[derive(Clone)]
pub(crate) struct Configured {
    pub cloud: Arc<dyn Cloud>,
    pub region: RegionId,
    pub scenario: Arc<Scenario>,
    /// The provider's `on_shortfall`, the default of resources that do not set it.
    pub accept_shortfall: bool,
}

impl std::fmt::Debug for Configured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configured").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Configured {
    /// Whether a resource accepts a shortfall: as it says itself, else as the provider says.
    pub(crate) fn accepts_shortfall(&self, own: Option<&str>) -> bool {
        own.filter(|text| !text.is_empty()).map_or(self.accept_shortfall, |text| text == "accept")
    }
}

/// Reads the provider block together with the environment's settings; nothing is opened yet.
///
/// `None` when there are errors, and when something the cloud depends on is not known before apply: then everything
/// plans as unknown.
pub(crate) fn configure(config: &Value, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<Configured> {
    if ["region", "world", "clock", "scenario"].iter().any(|name| !config.get(name).is_wholly_known()) {
        return None;
    }
    let given = |name: &str, setting: &Option<String>| {
        check::text(config, name).map(str::to_owned).or_else(|| setting.clone().filter(|text| !text.is_empty()))
    };
    let region = known_region(&given("region", &settings.region).unwrap_or(DEFAULT_REGION.to_owned()), diagnostics);
    let clock = match given("clock", &settings.clock) {
        Some(clock) => clock_source(&clock, settings.now, diagnostics),
        None => Some(ClockSource::World),
    };
    let scenario = match (config.get("scenario"), &settings.scenario) {
        (Value::Null, Some(file)) => scenario_file(file, diagnostics),
        (inline, _) => inline_scenario(inline, diagnostics),
    };
    let world = world_location(&given("world", &settings.world).unwrap_or(DEFAULT_WORLD.to_owned()), diagnostics);
    let (region, scenario) = (region?, Arc::new(scenario?));
    let cloud = SimCloud::new(CloudConfig {
        region: region.clone(),
        world: world?,
        scenario: Arc::clone(&scenario),
        clock: clock?,
    });
    Some(Configured {
        cloud: Arc::new(cloud),
        region,
        scenario,
        accept_shortfall: check::text(config, "on_shortfall") == Some("accept"),
    })
}

fn known_region(given: &str, diagnostics: &mut Diagnostics) -> Option<RegionId> {
    if let Some(region) = catalogue::region(given) {
        return Some(RegionId::from(region.id));
    }
    let ids = || catalogue::regions().iter().map(|region| region.id);
    let hint = nearest(given, ids()).filter(|near| alike(given, near)).map_or_else(
        || format!("Regions are {}.", ids().collect::<Vec<_>>().join(", ")),
        |near| format!("Did you mean {near:?}?"),
    );
    diagnostics.error_at(Path::root("region"), "Unknown Region", format!("There is no region {given:?}. {hint}"));
    None
}

fn clock_source(given: &str, now: fn() -> Time, diagnostics: &mut Diagnostics) -> Option<ClockSource> {
    if given == "system" {
        return Some(ClockSource::System(Arc::new(now)));
    }
    match Time::parse_clock(given) {
        Ok(time) => Some(ClockSource::At(time)),
        Err(error) => {
            diagnostics.error_at(Path::root("clock"), "Invalid Clock", format!("The clock {error}."));
            None
        }
    }
}

fn world_location(given: &str, diagnostics: &mut Diagnostics) -> Option<WorldLocation> {
    if given.starts_with("postgres://") || given.starts_with("postgresql://") {
        // The text may hold a password, so that it is not repeated.
        diagnostics.error_at(
            Path::root("world"),
            "World Not Supported",
            "This release keeps worlds in files only. Give the path of a file, such as \".simcloud/world.db\".",
        );
        return None;
    }
    Some(WorldLocation::File(PathBuf::from(given)))
}

fn inline_scenario(given: &Value, diagnostics: &mut Diagnostics) -> Option<Scenario> {
    if let Some(text) = given.as_str() {
        let advice = format!("If that is a file's name, read the file: scenario = jsondecode(file({text:?})).");
        let detail = format!("The scenario is the text {text:?}, but it must be an object. {advice}");
        diagnostics.error_at(Path::root("scenario"), "Invalid Scenario", detail);
        return None;
    }
    Scenario::from_json(&scenario::to_json(given))
        .map_err(|mistakes| {
            for mistake in mistakes {
                diagnostics.error_at(
                    Path::root("scenario"),
                    "Invalid Scenario",
                    diagnostic::sentence(&format!("In the scenario, {mistake}")),
                );
            }
        })
        .ok()
}

/// The scenario in the file that `SIMCLOUD_SCENARIO` names; mistakes are named by file, line and key.
fn scenario_file(file: &FilePath, diagnostics: &mut Diagnostics) -> Option<Scenario> {
    const SUMMARY: &str = "Invalid Scenario File";
    let name = file.display();
    let text = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) => {
            diagnostics.error(
                SUMMARY,
                format!("SIMCLOUD_SCENARIO names {name}, which cannot be read: {error}. Give the path of a JSON file."),
            );
            return None;
        }
    };
    let json = match serde_json::from_str(&text) {
        Ok(json) => json,
        Err(error) => {
            diagnostics.error(SUMMARY, format!("{name}, which SIMCLOUD_SCENARIO names, is not JSON: {error}."));
            return None;
        }
    };
    Scenario::from_json(&json)
        .map_err(|mistakes| {
            for mistake in mistakes {
                let place = mistake.line_in(&text).map_or_else(String::new, |line| format!(", line {line}"));
                // Not a sentence's capital: it begins with the name of the file.
                let stop = diagnostic::full_stop(&mistake.to_string());
                diagnostics.error(SUMMARY, format!("{name}{place}: {mistake}{stop}"));
            }
        })
        .ok()
}
