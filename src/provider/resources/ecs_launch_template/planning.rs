//! Completes the schema's plan: arguments with two names, and version numbers.

use super::schema::{OF_THE_TEMPLATE, SYSTEM_DISK, schema};
use crate::base::VpcId;
use crate::base::nearest::{did_you_mean_sentence, nearest};
use crate::catalogue;
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::default_vswitch;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::deprecated_argument;
use crate::provider::framework::update_plan::{changes, keep_computed};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::schema::Mode;
use crate::tf::{Diagnostics, Path, Value};

pub(super) fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
    if let Some(configured) = configured {
        against_catalogue(&request.config, configured, &mut response.diagnostics);
    }
    deprecated_argument::plan(request, "launch_template_name", "name", response);
    other_spellings(&request.config, &mut response.planned_state);
    plan_zone_and_vpc(request, &mut response.planned_state);
    let latest = if request.prior_state.is_null() { Latest::Known(1) } else { plan_update(request, response) };
    response.planned_state.set("latest_version_number", latest.planned());
    plan_default(request, latest, response);
}

/// The number of the latest version after an apply.
#[derive(Clone, Copy)]
enum Latest {
    Known(u64),
    /// It depends on arguments that are unknown whether the apply adds the version of this number.
    AtMost(u64),
}

impl Latest {
    fn planned(self) -> Value {
        match self {
            Self::Known(number) => number.into(),
            Self::AtMost(_) => Value::Unknown,
        }
    }

    const fn highest(self) -> u64 {
        match self {
            Self::Known(number) | Self::AtMost(number) => number,
        }
    }
}

/// Warns of names that the catalogue does not have. The service accepts them, and a group would then fail.
fn against_catalogue(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(config, "instance_type")
        && catalogue::instance_type(given).is_none()
    {
        let names = catalogue::instance_types().iter().map(|known| known.name);
        let hint = did_you_mean_sentence(nearest(given, names));
        diagnostics.warning_at(
            Path::root("instance_type"),
            "Unknown Instance Type",
            format!("There is no instance type {given:?}, so nothing can be launched from this version.{hint}"),
        );
    }
    if let Some(vswitch) = text(config, "vswitch_id") {
        default_vswitch(vswitch, (config, "zone_id"), Path::root("vswitch_id"), configured, diagnostics);
    }
}

/// Plans an absent argument as the value at its other name; null if that is empty too.
fn other_spellings(config: &Value, planned: &mut Value) {
    for (name, other) in [("user_data", "userdata"), ("userdata", "user_data")] {
        if config.get(name).is_null() {
            let said = config.get(other);
            planned.set(name, if said.as_str() == Some("") { Value::Null } else { said.clone() });
        }
    }
    let disk = config.get("system_disk").element(0);
    for (name, inner) in SYSTEM_DISK {
        if config.get(name).is_null() {
            planned.set(name, disk.get(inner).clone());
        }
    }
}

/// Plans an absent zone or VPC as the vSwitch's.
fn plan_zone_and_vpc(request: &PlanRequest, planned: &mut Value) {
    let (prior, config) = (&request.prior_state, &request.config);
    let of_region = config.get("vswitch_id").as_str().and_then(catalogue::zone_of_default_vswitch);
    let same_vswitch = config.get("vswitch_id") == prior.get("vswitch_id");
    let vpc_id = of_region.map(|zone| VpcId::default_of(zone.region.id).to_string());
    for (name, known) in [("zone_id", of_region.map(|zone| zone.id.to_owned())), ("vpc_id", vpc_id)] {
        if !config.get(name).is_null() {
            continue;
        }
        let value = if check::is_absent(config, "vswitch_id") {
            Value::Null
        } else if let Some(known) = known {
            known.into()
        } else if same_vswitch && check::is_set(prior, name) {
            prior.get(name).clone()
        } else {
            Value::Unknown
        };
        planned.set(name, value);
    }
}

/// Plans an update, and returns the latest version after it.
fn plan_update(request: &PlanRequest, response: &mut PlanResponse) -> Latest {
    let prior = &request.prior_state;
    keep_computed(&schema(), prior, &mut response.planned_state);
    let name = |state: &Value| deprecated_argument::text(state, "launch_template_name", "name").map(str::to_owned);
    let undecided = ["launch_template_name", "name"].iter().any(|name| request.config.get(name).is_unknown());
    let renamed = undecided || name(&request.config) != name(prior);
    let same_group = ["template_resource_group_id"]
        .iter()
        .all(|name| check::is_absent(&request.config, name) && check::is_absent(prior, name));
    response.requires_replace.retain(|path| {
        let of_name = ["launch_template_name", "name"].iter().any(|name| *path == Path::root(*name));
        if of_name { renamed } else { !same_group }
    });
    let latest = number(prior, "latest_version_number").unwrap_or(1);
    match makes_a_version(prior, &response.planned_state) {
        Some(true) => Latest::Known(latest + 1),
        Some(false) => Latest::Known(latest),
        None => Latest::AtMost(latest + 1),
    }
}

/// Whether an update changes the content of a version, so that it adds one; `None` if that depends on unknown arguments.
pub(super) fn makes_a_version(prior: &Value, planned: &Value) -> Option<bool> {
    let schema = schema();
    let attributes = schema.block.attributes.iter().filter(|attribute| attribute.mode != Mode::Computed);
    let names =
        attributes.map(|attribute| &*attribute.name).chain(schema.block.blocks.iter().map(|block| &*block.name));
    let changed = names
        .filter(|name| !OF_THE_TEMPLATE.contains(name))
        .filter(|name| changes(&schema, prior, planned, name))
        .map(|name| planned.get(name).is_wholly_known())
        .collect::<Vec<_>>();
    if changed.contains(&true) { Some(true) } else { changed.is_empty().then_some(false) }
}

/// Plans the default version. A new template has version 1 only.
fn plan_default(request: &PlanRequest, latest: Latest, response: &mut PlanResponse) {
    let config = &request.config;
    let wanted = config.get("default_version_number");
    match config.get("update_default_version_number") {
        Value::Bool(true) => return response.planned_state.set("default_version_number", latest.planned()),
        Value::Unknown if wanted.is_null() => {
            return response.planned_state.set("default_version_number", Value::Unknown);
        }
        _ => {}
    }
    if wanted.is_null() {
        let prior = number(&request.prior_state, "default_version_number").unwrap_or(1);
        response.planned_state.set("default_version_number", prior);
    } else if let Some(number) = number(config, "default_version_number").filter(|number| *number > latest.highest()) {
        let latest = latest.highest();
        let has = if latest == 1 { "version 1 alone".to_owned() } else { format!("versions up to {latest}") };
        response.diagnostics.error_at(
            Path::root("default_version_number"),
            "Unknown Version",
            format!(
                "default_version_number is {number}, but after this apply the launch template has {has}. Give one of \
                 these, or set update_default_version_number = true to follow the latest."
            ),
        );
    }
}

/// The number at an attribute; 0 means no number, like null.
pub(super) fn number(object: &Value, name: &str) -> Option<u64> {
    object.get(name).as_number().and_then(crate::tf::Number::to_u64).filter(|number| *number != 0)
}
