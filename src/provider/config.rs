//! The provider block: its schema, and what it and the environment together configure.

use std::path::PathBuf;
use std::sync::Arc;

use super::check;
use super::scenario;
use crate::base::RegionId;
use crate::base::clock::{ClockSetting, Time};
use crate::catalogue;
use crate::market::scenario::Scenario;
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

pub(crate) const SHORTFALL: &[&str] = &["fail", "accept"];

/// What the environment says where the provider block is silent; read once, by the edge.
#[derive(Clone, Debug, Default)]
pub struct Settings {
    /// `SIMCLOUD_REGION`
    pub region: Option<String>,
    /// `SIMCLOUD_WORLD`
    pub world: Option<String>,
    /// `SIMCLOUD_CLOCK`
    pub clock: Option<String>,
    /// `SIMCLOUD_SCENARIO`, the path of a JSON file
    pub scenario: Option<PathBuf>,
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
             time. Also `SIMCLOUD_CLOCK`. Without it the world's own clock stands still.",
        ),
        Attribute::dynamic("scenario").optional().describes(
            "What this world is like: an object with any of `seed`, `stock`, `prices`, `offers`, `quotas`, `limits`, \
             `faults`, `events`, `key_pairs`, `product_codes`, `images`. Also `SIMCLOUD_SCENARIO`, the path of a JSON \
             file.",
        ),
        Attribute::string("on_shortfall").optional().describes(
            "What resources do that do not set it themselves when the cloud cannot deliver the minimum: `fail` or \
             `accept`. Default: `fail`.",
        ),
    ])
}

/// Checks the provider block offline; unknown values are left for later.
pub(crate) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    check::one_of(config, &root, "on_shortfall", SHORTFALL, diagnostics);
    if let Some(region) = check::text(config, "region") {
        known_region(region, diagnostics);
    }
    if let Some(clock) = check::text(config, "clock") {
        parse_clock(clock, diagnostics);
    }
    let scenario = config.get("scenario");
    if !scenario.is_null() && scenario.is_wholly_known() {
        parse_scenario(&scenario::to_json(scenario), diagnostics);
    }
}

/// What a configured provider knows; resources and data sources share it.
#[derive(Debug)]
pub(crate) struct Configured {
    pub cloud: SimCloud,
    pub region: RegionId,
    /// The provider's `on_shortfall`, the default of resources that do not set it.
    pub accept_shortfall: bool,
}

/// Reads the provider block together with the environment's settings; nothing is opened yet.
///
/// `None` when something the cloud depends on is not known before apply: then everything plans as unknown.
pub(crate) fn configure(config: &Value, settings: &Settings, diagnostics: &mut Diagnostics) -> Option<Configured> {
    let unknown = ["region", "world", "clock", "scenario"].iter().any(|name| !config.get(name).is_wholly_known());
    if unknown {
        return None;
    }
    let given = |name: &str, setting: &Option<String>| {
        check::text(config, name).map(str::to_owned).or_else(|| setting.clone().filter(|text| !text.is_empty()))
    };
    let region = given("region", &settings.region).unwrap_or_else(|| DEFAULT_REGION.to_owned());
    let region = known_region(&region, diagnostics);
    let clock = match given("clock", &settings.clock) {
        Some(clock) => parse_clock(&clock, diagnostics),
        None => Some(ClockSetting::World),
    };
    let scenario = match (config.get("scenario"), &settings.scenario) {
        (Value::Null, Some(path)) => read_scenario_file(path, diagnostics),
        (inline, _) => parse_scenario(&scenario::to_json(inline), diagnostics),
    };
    let world = given("world", &settings.world).unwrap_or_else(|| DEFAULT_WORLD.to_owned());
    Some(Configured {
        cloud: SimCloud::new(region.clone()?, world, Arc::new(scenario?), clock?),
        region: region?,
        accept_shortfall: check::text(config, "on_shortfall") == Some("accept"),
    })
}
