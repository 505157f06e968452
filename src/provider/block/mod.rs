//! The provider block: its schema, and what it and the environment together configure.

pub(crate) mod alicloud;

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use crate::base::nearest::{did_you_mean_sentence, nearest_similar};
use crate::base::{ApiEnum, RegionId, Time, regular_file};
use crate::catalogue;
use crate::cloud::model::ForkScenario;
use crate::cloud::{
    ClockSource, Cloud, CloudConfig, PostgresUrl, PostgresVariables, SimCloud, WorldLocation,
    resembles_connection_string,
};
use crate::market::scenario::Scenario;
use crate::market::{Limit, ScenarioDocument};
pub(crate) use crate::provider::framework::configured::Configured;
use crate::provider::framework::configured::OnShortfall;
use crate::provider::framework::{check, diagnostic, dynamic_value};
use crate::tf::codec::json;
use crate::tf::{Attribute, Diagnostics, Path, Schema, Type, Value};

/// The region where neither the provider block nor the environment names one.
pub const DEFAULT_REGION: &str = "cn-heyuan";
/// The path of the world if neither the configuration nor the environment names one.
pub const DEFAULT_WORLD: &str = ".simcloud/world.db";

/// What the environment, or a command's options, say where the provider block is silent; read once, by the edge.
#[derive(Clone, Debug)]
pub struct Settings {
    /// `SIMCLOUD_REGION`
    pub region: Option<Setting>,
    /// The region where nothing names one: [`DEFAULT_REGION`], or that of the provider whose name is taken.
    pub default_region: &'static str,
    /// `SIMCLOUD_WORLD`
    pub world: Option<Setting>,
    /// `SIMCLOUD_CLOCK`
    pub clock: Option<Setting>,
    /// `SIMCLOUD_SCENARIO`, the path of a JSON file
    pub scenario: Option<Setting>,
    /// `SIMCLOUD_SEED`
    pub seed: Option<Setting>,
    /// `SIMCLOUD_ON_SHORTFALL`
    pub on_shortfall: Option<Setting>,
    /// `PGHOST` and its kind, for a world in PostgreSQL
    pub postgres: PostgresVariables,
    /// The wall clock, for `clock = "system"` and for the times at which things were really made.
    pub now: fn() -> Time,
    /// A random number, of which the id of a new world is made.
    pub random_number: fn() -> u64,
    /// The directory that relative paths start at, for messages.
    pub working_directory: Option<PathBuf>,
}

/// A value from outside of the configuration, never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting {
    /// What it is called where it was set: `SIMCLOUD_REGION`, `--region`.
    pub name: &'static str,
    pub value: String,
}

impl Default for Settings {
    /// Settings of an empty environment, in which real time stands at the start of the world.
    fn default() -> Self {
        Self {
            region: None,
            default_region: DEFAULT_REGION,
            world: None,
            clock: None,
            scenario: None,
            seed: None,
            on_shortfall: None,
            postgres: PostgresVariables::default(),
            now: || Time::START,
            random_number: || 0,
            working_directory: None,
        }
    }
}

pub(crate) fn schema() -> Schema {
    Schema::new(
        "simcloud tests modules that launch fleets of instances, on a simulated cloud with the regions and instance types \
         of Alibaba Cloud and EC2, in which capacity sells out, prices move and spot instances are reclaimed. It needs no \
         account and no network: what has happened is stored in one file, the world.",
    )
    .attributes([
        Attribute::string("region")
            .optional()
            .description(format!(
                "Region, such as `cn-heyuan` or `us-east-1`. Also `SIMCLOUD_REGION`. Default: `{DEFAULT_REGION}`."
            )),
        Attribute::string("world").optional().description(format!(
            "Where the world is kept: the path of a file, or `postgres://user@host/database?world=name` to share it. Also \
             `SIMCLOUD_WORLD`. Default: `{DEFAULT_WORLD}` in the working directory."
        )),
        Attribute::string("clock").optional().description(
            "Time the world catches up to: an RFC 3339 time, a duration since the start (`6h30m`), or `system` for real \
             time. Also `SIMCLOUD_CLOCK`. Without it the world's own clock stands still; time never goes back.",
        ),
        Attribute::dynamic("scenario").optional().description(
            "What this world is like: an object with any of `seed`, `stock`, `prices`, `offers`, `quotas`, `limits`, \
             `faults`, `events`, `key_pairs`, `product_codes`, `images`, `stand_ins`, `series`, \
             `series_offset`; the guide \"Scenarios and time\" has an example \
             of each. Read one from a file with `jsondecode(file(...))`; declare a variable that carries one `any`. \
             Also `SIMCLOUD_SCENARIO`, the path of a JSON file. `SIMCLOUD_SEED` is the seed where the block sets none.",
        ),
        Attribute::string("on_shortfall").optional().one_of_names::<OnShortfall>().description(
            "What resources do that do not set it themselves when the cloud cannot deliver the minimum: `fail` or \
             `accept`. Also `SIMCLOUD_ON_SHORTFALL`. Default: `fail`.",
        ),
    ])
}

/// Checks the provider block offline; unknown values are left for later.
pub(crate) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    if let Some(region) = Given::in_block(config, "region") {
        known_region(&region, diagnostics);
    }
    if let Some(clock) = Given::in_block(config, "clock") {
        clock_source(&clock, || Time::START, diagnostics);
    }
    if let Some(world) = Given::in_block(config, "world") {
        // Who the user is may be said by an environment that checks nothing but this.
        let anybody = PostgresVariables::read(|name| (name == "PGUSER").then(|| "anybody".to_owned()));
        world_location(&world, &anybody, diagnostics);
    }
    let scenario = config.get("scenario");
    if !scenario.is_null() && scenario.is_wholly_known() {
        inline_scenario(scenario, diagnostics);
    }
}

/// `scenario` and `clock` of a provider block in which both are known, as JSON with their types.
fn market(config: &Value) -> String {
    let json = |name| json::encode(config.get(name), &Type::Dynamic).unwrap_or_default();
    serde_json::Value::from_iter(["scenario", "clock"].map(json)).to_string()
}

/// The block of a provider that has no types here, as far as it means anything: a region, if it is one of the catalogue's.
pub(crate) fn of_another_provider(config: &Value) -> Value {
    let region = check::text(config, "region").filter(|region| catalogue::region(region).is_some());
    Value::object([("region", region)])
}

/// The arguments that decide what the cloud answers and are known only after apply.
pub(crate) fn unknown_arguments(config: &Value) -> Vec<&'static str> {
    ["region", "world", "clock", "scenario"].into_iter().filter(|name| !config.get(name).is_wholly_known()).collect()
}

/// Reads the provider block together with the environment's settings; nothing is opened yet.
///
/// `None` when there are errors, and when something the cloud depends on is not known before apply: then everything
/// plans as unknown.
pub(crate) fn configure(config: &Value, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<Configured> {
    if !unknown_arguments(config).is_empty() {
        return None;
    }
    let on_shortfall = on_shortfall(config, settings, diagnostics);
    let cloud = cloud_config(config, settings, diagnostics)?;
    Some(Configured {
        region: cloud.region.clone(),
        scenario: Arc::clone(&cloud.scenario),
        may_miss_scenario: Arc::new(AtomicBool::new(names_no_scenario(config, settings))),
        refuses_scenario: !config.get("scenario").is_null() && cloud.scenario_document.is_none(),
        market: market(config),
        world_place: world_place(&cloud.world, settings),
        is_fork: cloud.world.is_fork(),
        cloud: Cloud::new(SimCloud::new(cloud)),
        on_shortfall: on_shortfall?,
        vendor: None,
    })
}

/// Whether neither the block nor the environment sets a scenario or a seed. `scenario = {}` does.
fn names_no_scenario(config: &Value, settings: &Settings) -> bool {
    config.get("scenario").is_null() && settings.scenario.is_none() && settings.seed.is_none()
}

/// The cloud that a wholly known provider block and the settings describe; `None` when there are errors.
pub(crate) fn cloud_config(config: &Value, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<CloudConfig> {
    let given = |name, setting| Given::in_block(config, name).or_else(|| Given::set(setting));
    let region = given("region", settings.region.as_ref());
    let default_region = Given { text: settings.default_region, source: SettingSource::Default };
    let region = known_region(&region.unwrap_or(default_region), diagnostics);
    let scenario = configured_scenario(config.get("scenario"), settings, diagnostics);
    if let Some((scenario, _)) = &scenario {
        check_limits(scenario, diagnostics);
    }
    let world = given("world", settings.world.as_ref());
    let world = world.unwrap_or(Given { text: DEFAULT_WORLD, source: SettingSource::Default });
    let world = world_location(&world, &settings.postgres, diagnostics);
    // What the environment says about time is meant for the world and not for its forks, which are ahead of it.
    let is_fork = world.as_ref().is_some_and(WorldLocation::is_fork);
    let clock = match given("clock", settings.clock.as_ref().filter(|_| !is_fork)) {
        Some(clock) => clock_source(&clock, settings.now, diagnostics),
        None => Some(ClockSource::World),
    };
    let (region, world, (scenario, json), clock) = (region?, world?, scenario?, clock?);
    Some(CloudConfig {
        region,
        world,
        scenario: Arc::new(scenario),
        scenario_document: ScenarioDocument::of(&json).map(Arc::new),
        clock,
        keeps_empty_world: false,
        random_number: settings.random_number,
        real_time: settings.now,
    })
}

/// The location of a world as seen from any directory, without passwords.
fn world_place(world: &WorldLocation, settings: &Settings) -> String {
    match (world, &settings.working_directory) {
        (WorldLocation::File(path), Some(directory)) => directory.join(path).display().to_string(),
        _ => world.to_string(),
    }
}

/// A text with where it was written, for the error that is about it.
struct Given<'a> {
    text: &'a str,
    source: SettingSource,
}

enum SettingSource {
    /// An argument of the provider block.
    Block(&'static str),
    /// An environment variable or a command's option.
    Setting(&'static str),
    /// It is set nowhere.
    Default,
}

impl SettingSource {
    /// How errors name it that must not show the line itself.
    const fn name(&self) -> &'static str {
        match self {
            Self::Block(name) | Self::Setting(name) => name,
            Self::Default => "the default",
        }
    }
}

impl<'a> Given<'a> {
    fn in_block(config: &'a Value, name: &'static str) -> Option<Self> {
        check::text(config, name).map(|text| Self { text, source: SettingSource::Block(name) })
    }

    fn set(setting: Option<&'a Setting>) -> Option<Self> {
        setting.map(|setting| Self { text: &setting.value, source: SettingSource::Setting(setting.name) })
    }

    fn refuse(&self, summary: &str, detail: &str, diagnostics: &mut Diagnostics) {
        match self.source {
            SettingSource::Block(name) => diagnostics.error_at(Path::root(name), summary, detail),
            SettingSource::Setting(name) => {
                diagnostics.error(summary, format!("{name} has an invalid value. {detail}"));
            }
            SettingSource::Default => diagnostics.error(summary, detail),
        }
    }
}

fn on_shortfall(config: &Value, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<OnShortfall> {
    let given = Given::in_block(config, "on_shortfall").or_else(|| Given::set(settings.on_shortfall.as_ref()));
    let Some(given) = given else { return Some(OnShortfall::default()) };
    match OnShortfall::parse(given.text) {
        Ok(on_shortfall) => Some(on_shortfall),
        Err(unknown) => {
            given.refuse("Invalid Attribute Value", &format!("on_shortfall is {unknown}"), diagnostics);
            None
        }
    }
}

fn known_region(given: &Given<'_>, diagnostics: &mut Diagnostics) -> Option<RegionId> {
    if let Some(region) = catalogue::region(given.text) {
        return Some(RegionId::from(region.id));
    }
    let ids = || catalogue::regions().iter().map(|region| region.id);
    let hint = match nearest_similar(given.text, ids()) {
        None => format!(" Regions are {}.", ids().collect::<Vec<_>>().join(", ")),
        meant => did_you_mean_sentence(meant),
    };
    given.refuse("Unknown Region", &format!("There is no region {:?}.{hint}", given.text), diagnostics);
    None
}

fn clock_source(given: &Given<'_>, now: fn() -> Time, diagnostics: &mut Diagnostics) -> Option<ClockSource> {
    if given.text == "system" {
        return Some(ClockSource::System(Arc::new(now)));
    }
    match Time::parse_clock(given.text) {
        Ok(time) => Some(ClockSource::At(time)),
        Err(error) => {
            given.refuse("Invalid Clock", &format!("The clock {error}."), diagnostics);
            None
        }
    }
}

fn world_location(
    given: &Given<'_>,
    variables: &PostgresVariables,
    diagnostics: &mut Diagnostics,
) -> Option<WorldLocation> {
    if !PostgresUrl::is_meant_by(given.text) {
        return world_file(given, diagnostics);
    }
    match PostgresUrl::parse(given.text, variables) {
        Ok(place) => Some(WorldLocation::Postgres(Box::new(place))),
        Err(error) => {
            // Without a path: the CLI would print the line with the connection string, which may hold a password.
            diagnostics.error(
                "Invalid World",
                format!(
                    "The connection string in {} cannot be used: {error}. Write \
                     postgres://USER@HOST:PORT/DATABASE?world=NAME, and the password into PGPASSWORD or ~/.pgpass.",
                    given.source.name()
                ),
            );
            None
        }
    }
}

/// The path of a world file; a text that may be a misspelt connection string is refused and not repeated.
fn world_file(given: &Given<'_>, diagnostics: &mut Diagnostics) -> Option<WorldLocation> {
    let detail = if let Some(problem) = not_a_path(given.text) {
        problem
    } else if resembles_connection_string(given.text) {
        "resembles a connection string, but is not one. Write postgres://USER@HOST:PORT/DATABASE?world=NAME in lower case and \
         without blanks around it, and the password into PGPASSWORD or ~/.pgpass. If it is meant to be a file, write ./ in \
         front of its name, and leave out what looks like a user and a password or like a parameter."
    } else if given.text.chars().any(char::is_control) {
        "has a control character. Write the path of a file."
    } else {
        return Some(WorldLocation::File(PathBuf::from(given.text)));
    };
    // Without a path: the CLI would print the line, which may hold a password.
    diagnostics.error("Invalid World", format!("`{}` {detail}", given.source.name()));
    None
}

/// What is wrong with a text that SQLite or a shell would take for something else than the path of a file.
fn not_a_path(text: &str) -> Option<&'static str> {
    let lower = text.trim().to_lowercase();
    Some(if lower.is_empty() {
        "is blank. Write the path of a file, or leave the world out to use .simcloud/world.db."
    } else if lower == ":memory:" {
        "would be forgotten between the steps of one command, which run in processes of their own. Write the path of a file \
         that may be deleted afterwards."
    } else if ["file:", "sqlite:", "sqlite3:"].iter().any(|scheme| lower.starts_with(scheme)) {
        "is a URI. Write only the path of the file, without what stands in front of it."
    } else if lower.starts_with('~') {
        "begins with ~, which only a shell replaces. Write pathexpand(\"~/world.db\") in a configuration, or the whole path."
    } else {
        return None;
    })
}

/// Instances of one resource: a plan holds each of them several times in memory, and no call may need more than 64 MiB.
const MAX_INSTANCES: u64 = 5_000;

/// Configs of one group: an allocation compares them all.
const MAX_CONFIGS: u64 = 1_000;

/// The scenario of the argument `scenario`; `None` after an error, which is reported.
pub(crate) fn checked_scenario(given: &Value, diagnostics: &mut Diagnostics) -> Option<Scenario> {
    let scenario = inline_scenario(given, diagnostics)?;
    check_limits(&scenario, diagnostics);
    Some(scenario)
}

/// The scenario that a fork is made with; `None` after an error, which is reported.
pub(crate) fn fork_scenario(given: &Value, diagnostics: &mut Diagnostics) -> Option<ForkScenario> {
    let scenario = Arc::new(checked_scenario(given, diagnostics)?);
    let document = ScenarioDocument::of(&dynamic_value::to_json(given)).map(Arc::new);
    Some(ForkScenario { scenario, document })
}

/// A block whose world is a fork and that names no scenario works under the one that the fork was made with (W14), also
/// where the environment names one: that is meant for the world.
pub(crate) async fn with_fork_scenario(configured: Configured, config: &Value) -> Configured {
    if !configured.is_fork || !config.get("scenario").is_null() {
        return configured;
    }
    // A fork that cannot be read is reported by the call that needs it.
    let Ok(Some(text)) = configured.cloud.fork_scenario().await else { return configured };
    match ScenarioDocument::read(&text) {
        Some((_, scenario)) => configured.under_scenario(Arc::new(scenario)),
        None => configured,
    }
}

/// Refuses limits that would let one call take too much time or memory.
fn check_limits(scenario: &Scenario, diagnostics: &mut Diagnostics) {
    for (limit, most) in [
        (Limit::GroupInstances, MAX_INSTANCES),
        (Limit::RunInstances, MAX_INSTANCES),
        (Limit::LaunchTemplateConfigs, MAX_CONFIGS),
    ] {
        if let Some(given) = scenario.limits.get(&limit).filter(|given| **given > most) {
            let detail = format!("In the scenario, limits.{} is {given}, but it can be at most {most}.", limit.name());
            diagnostics.error_at(Path::root("scenario"), "Invalid Scenario", detail);
        }
    }
}

/// The scenario of the block, or of the file that the environment names, with its JSON. `SIMCLOUD_SEED` replaces the seed
/// of the file, and is the seed of a block that sets none.
fn configured_scenario(
    inline: &Value,
    settings: &Settings,
    diagnostics: &mut Diagnostics,
) -> Option<(Scenario, serde_json::Value)> {
    let seed = match settings.seed.as_ref().map(|seed| environment_seed(seed, diagnostics)) {
        Some(None) => return None,
        seed => seed.flatten(),
    };
    let (mut scenario, mut json, is_block) = match (inline, &settings.scenario) {
        (Value::Null, Some(file)) => {
            let (scenario, json) = scenario_file(file, diagnostics)?;
            (scenario, json, false)
        }
        _ => (inline_scenario(inline, diagnostics)?, dynamic_value::to_json(inline), true),
    };
    let has_own_seed = is_block && json.get("seed").is_some_and(|own| !own.is_null());
    if let Some(seed) = seed.filter(|_| !has_own_seed) {
        scenario.seed = seed;
        if json.is_null() {
            json = serde_json::json!({});
        }
        if let Some(members) = json.as_object_mut() {
            members.insert("seed".to_owned(), seed.into());
        }
    }
    Some((scenario, json))
}

/// The number in `SIMCLOUD_SEED`; `None` after an error, which is reported.
fn environment_seed(setting: &Setting, diagnostics: &mut Diagnostics) -> Option<u64> {
    let seed = setting.value.trim().parse().ok();
    if seed.is_none() {
        let detail =
            format!("{} is {:?}, but a seed is a whole number from 0 to {}.", setting.name, setting.value, u64::MAX);
        diagnostics.error("Invalid Seed", detail);
    }
    seed
}

fn inline_scenario(given: &Value, diagnostics: &mut Diagnostics) -> Option<Scenario> {
    if let Some(text) = given.as_str() {
        let advice = if text.trim_start().starts_with('{') {
            // TF_VAR_… of a variable without a type stays a text.
            "If that comes from a variable, declare it with type = any; elsewhere decode it with jsondecode.".to_owned()
        } else {
            format!("If that is a file's name, read the file: scenario = jsondecode(file({text:?})).")
        };
        let detail = format!("The scenario is the text {text:?}, but it must be an object. {advice}");
        diagnostics.error_at(Path::root("scenario"), "Invalid Scenario", detail);
        return None;
    }
    Scenario::from_json(&dynamic_value::to_json(given))
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

/// The scenario in the file that a setting names; mistakes are named by file, line and key.
fn scenario_file(setting: &Setting, diagnostics: &mut Diagnostics) -> Option<(Scenario, serde_json::Value)> {
    const SUMMARY: &str = "Invalid Scenario File";
    let (named_by, name) = (setting.name, &setting.value);
    let text = match regular_file::read(name.as_ref()) {
        Ok(text) => text,
        Err(error) => {
            let detail =
                format!("{named_by} names {name}, which cannot be read: {error}. Give the path of a JSON file.");
            diagnostics.error(SUMMARY, detail);
            return None;
        }
    };
    let json: serde_json::Value = match serde_json::from_str(&text) {
        Ok(json) => json,
        Err(error) => {
            let advice = "A scenario file is one JSON object, such as {\"seed\": 7}.";
            diagnostics.error(SUMMARY, format!("{name}, which {named_by} names, is not JSON: {error}. {advice}"));
            return None;
        }
    };
    let read = Scenario::from_json(&json).map_err(|mistakes| {
        for mistake in mistakes {
            // Not a sentence's capital: it begins with the name of the file.
            let stop = diagnostic::full_stop(&mistake.to_string());
            diagnostics.error(SUMMARY, mistake.in_file(name, &text) + stop);
        }
    });
    Some((read.ok()?, json))
}
