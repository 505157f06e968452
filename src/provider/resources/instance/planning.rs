//! What planning adds to the schema's own plan: checks against the catalogue, what follows from the arguments, and what
//! the market would refuse.

use super::request::{choice, integer, kind, launch, modification};
use super::schema::schema;
use super::state::{memory, set_image};
use crate::base::VSwitchId;
use crate::catalogue::{self, Zone, zone_of_default_vswitch};
use crate::cloud::model::{LaunchInstanceRequest, Power, StoppedMode};
use crate::cloud::{CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::{default_vswitch, known_image, known_type, known_zone};
use crate::provider::framework::check::{elements, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::{deprecated_argument, diagnostic, document, unused_scenario};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Diagnostics, Path, Value};

/// Codes of refusals that may be gone by the apply: the plan warns of them.
const TRANSIENT_CODES: &[&str] =
    &[codes::OPERATION_DENIED_NO_STOCK, codes::IP_NOT_ENOUGH, codes::QUOTA_EXCEED, codes::SPOT_PRICE_LIMIT_TOO_LOW];

/// Codes of refusals that follow from the catalogue and the arguments: the plan fails with them.
const PERMANENT_CODES: &[&str] = &[
    codes::RESOURCE_TYPE_NOT_SUPPORTED,
    codes::INSTANCE_TYPE_OFFLINE,
    codes::IMAGE_NOT_SUPPORT_INSTANCE_TYPE,
    codes::NOT_SUPPORT_DISK_CATEGORY,
    codes::SYSTEM_DISK_BELOW_IMAGE,
    codes::SYSTEM_DISK_TOO_SMALL,
    codes::SYSTEM_DISK_TOO_LARGE,
    codes::INVALID_DATA_DISK_SIZE,
    codes::DISK_SIZE_TOO_SMALL,
    codes::PARAMETER_MISMATCH,
    codes::ENI_PER_INSTANCE_LIMIT,
    codes::INVALID_ENI_NOT_FOUND,
    codes::INVALID_ENI_TYPE,
    codes::INVALID_OPERATION_VPC_MISMATCH,
    codes::INVALID_OPERATION_ZONE_MISMATCH,
];

pub(super) fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
    document::keep_digests(&schema(), &request.prior_state, &mut response.planned_state);
    deprecated_argument::plan(request, "vswitch_id", "subnet_id", response);
    if let Some(configured) = configured {
        check(request, configured, &mut response.diagnostics);
    }
    if request.prior_state.is_null() {
        plan_zone_and_vswitch(configured, request, response);
        plan_type_attributes(&request.prior_state, &mut response.planned_state);
        plan_image_attributes(&request.prior_state, &mut response.planned_state);
        return;
    }
    for name in ["data_disks", "network_interfaces"] {
        let blocks = |object: &Value| elements(object, name).len();
        if blocks(&request.prior_state) != blocks(&response.planned_state) {
            response.requires_replace.push(Path::root(name));
        }
    }
    plan_update(request, response);
}

/// Checks the arguments that this plan changes. An unchanged one may name something that has left the catalogue.
fn check(request: &PlanRequest, configured: &Configured, diagnostics: &mut Diagnostics) {
    let (config, prior) = (&request.config, &request.prior_state);
    let named = |name: &'static str| {
        let given = text(config, name).filter(|given| text(prior, name) != Some(*given));
        given.map(|given| (given, Path::root(name)))
    };
    if let Some((given, path)) = named("availability_zone") {
        known_zone(given, path, configured, diagnostics);
    }
    if let Some((given, path)) = named("instance_type") {
        known_type(given, path, diagnostics);
    }
    if let Some((given, path)) = named("image_id") {
        known_image(given, path, configured, diagnostics);
    }
    if let Some((given, path)) = named("vswitch_id") {
        default_vswitch(given, (config, "availability_zone"), path, configured, diagnostics);
    }
}

/// Plans the zone and the vSwitch where the configuration leaves no choice.
fn plan_zone_and_vswitch(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
    let config = &request.config;
    let names = ["availability_zone", "vswitch_id", "subnet_id"];
    if names.iter().any(|name| config.get(name).is_unknown()) {
        return;
    }
    let vswitch = deprecated_argument::text(config, "vswitch_id", "subnet_id");
    let zone: Option<&Zone> = match (vswitch, text(config, "availability_zone")) {
        (Some(vswitch), _) => zone_of_default_vswitch(vswitch),
        (None, Some(zone)) => catalogue::zone(zone),
        (None, None) => None,
    };
    let zone = zone.filter(|zone| configured.is_some_and(|known| known.region.as_str() == zone.region.id));
    let Some(zone) = zone else { return };
    let vswitch = VSwitchId::default_of(zone.id);
    for (name, certain) in
        [("availability_zone", zone.id), ("vswitch_id", vswitch.as_str()), ("subnet_id", vswitch.as_str())]
    {
        if config.get(name).is_null() {
            response.planned_state.set(name, certain);
        }
    }
}

/// Plans `cpu` and `memory` of a new instance type.
fn plan_type_attributes(prior: &Value, planned: &mut Value) {
    if planned.get("instance_type") == prior.get("instance_type") {
        return;
    }
    let found = text(planned, "instance_type").and_then(catalogue::instance_type);
    planned.set("cpu", found.map_or(Value::Unknown, |known| known.vcpus.into()));
    planned.set("memory", found.map_or(Value::Unknown, |known| memory(known.memory_gib).into()));
}

/// Plans the operating system of a new image.
fn plan_image_attributes(prior: &Value, planned: &mut Value) {
    if planned.get("image_id") == prior.get("image_id") {
        return;
    }
    match text(planned, "image_id").map(str::to_owned) {
        Some(id) => set_image(planned, catalogue::image(&id).as_ref()),
        None => {
            for name in ["os_name", "os_type"] {
                planned.set(name, Value::Unknown);
            }
        }
    }
}

/// Plans the computed attributes that an update in place changes.
fn plan_update(request: &PlanRequest, response: &mut PlanResponse) {
    let (config, prior) = (&request.config, &request.prior_state);
    let planned = &mut response.planned_state;
    plan_type_attributes(prior, planned);
    plan_image_attributes(prior, planned);
    let differs = |planned: &Value, name: &str| planned.get(name) != prior.get(name);
    let moves = differs(planned, "vswitch_id");
    if moves && config.get("private_ip").is_null() {
        planned.set("private_ip", Value::Unknown);
    }
    if differs(planned, "private_ip") {
        let private_ip = planned.get("private_ip").clone();
        planned.set("primary_ip_address", private_ip);
    }
    let bandwidth = |object: &Value| integer(object, "internet_max_bandwidth_out").is_some();
    let toggles = planned.get("internet_max_bandwidth_out").is_unknown() || bandwidth(planned) != bandwidth(prior);
    if toggles || differs(planned, "private_ip") && bandwidth(planned) {
        planned.set("public_ip", Value::Unknown);
    }
    if differs(planned, "status") && config.get("stopped_mode").is_null() {
        let mode = match choice(planned, "status") {
            Some(Power::Running) => StoppedMode::NotApplicable.name().into(),
            _ => Value::Unknown,
        };
        planned.set("stopped_mode", mode);
    }
}

/// Warns of what the market would not give at the moment of the plan, and fails where it never will.
pub(super) async fn forecast(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    let prior = &request.prior_state;
    if prior.is_null() {
        forecast_launch(context, configured, &request.config, response).await;
    } else if response.requires_replace.is_empty() {
        forecast_change(configured, request, response).await;
    } else if text(prior, "status") == Some(Power::Running.name()) {
        // The replaced instance frees its capacity for its replacement.
        context.add_planned_launches(&kind(prior), -1);
    }
}

async fn forecast_launch(
    context: &ProviderContext,
    configured: &Configured,
    config: &Value,
    response: &mut PlanResponse,
) {
    let planned = &response.planned_state;
    let count = context.add_planned_launches(&kind(planned), 1);
    // An unknown zone may be any zone, and an unknown type any type.
    let names = ["availability_zone", "vswitch_id", "subnet_id"];
    if config.get("instance_type").is_unknown()
        || names.iter().any(|name| config.get(name).is_unknown())
            && names.iter().all(|name| text(config, name).is_none())
    {
        return;
    }
    let request = known_part(launch(planned, String::new()), config, planned);
    let count = u32::try_from(count).unwrap_or(0);
    unused_scenario::warn(configured, &mut response.diagnostics).await;
    if let Err(error) = configured.cloud.check_launch_instance(request, count).await {
        report("launch the instance", &error, &mut response.diagnostics);
        diagnostic::at_what_is_configured(&schema().block, config, &mut response.diagnostics);
    }
}

/// The request without what cannot be checked before the apply: the key pair that it names may be made by then, and a pool
/// that is out of stock must still be reported.
fn known_part(request: LaunchInstanceRequest, config: &Value, planned: &Value) -> LaunchInstanceRequest {
    let data_disks = if planned.get("data_disks").is_wholly_known() { request.data_disks } else { Vec::new() };
    // What the cloud chooses of an interface is unknown in the plan; whether it fits depends on where the instance is.
    let names = ["network_interfaces", "availability_zone", "vswitch_id", "subnet_id", "security_groups"];
    let is_known = names.iter().all(|name| config.get(name).is_wholly_known());
    let network_interfaces = if is_known { request.network_interfaces } else { Vec::new() };
    LaunchInstanceRequest { data_disks, network_interfaces, key_name: None, ..request }
}

async fn forecast_change(configured: &Configured, request: &PlanRequest, response: &mut PlanResponse) {
    let change = modification(&request.prior_state, &response.planned_state, String::new());
    let needs_market = change.instance_type.is_some()
        || change.power.is_some()
        || change.vswitch_id.is_some()
        || change.image_id.is_some()
        || change.system_disk_size.is_some()
        || change.data_disks.is_some();
    let names = ["instance_type", "status", "vswitch_id", "image_id", "system_disk_size", "data_disks"];
    if !needs_market || names.iter().any(|name| !response.planned_state.get(name).is_wholly_known()) {
        return;
    }
    unused_scenario::warn(configured, &mut response.diagnostics).await;
    if let Err(error) = configured.cloud.forecast_modify_instance(change).await {
        report("change the instance", &error, &mut response.diagnostics);
        diagnostic::at_what_is_configured(&schema().block, &request.config, &mut response.diagnostics);
    }
}

fn report(action: &'static str, error: &CloudError, diagnostics: &mut Diagnostics) {
    let code = error.code().unwrap_or_default();
    if TRANSIENT_CODES.contains(&code) {
        let path = Path::root("instance_type");
        diagnostics.warning_at(path, diagnostic::CAPACITY_MISSING, format!("As the market stands, {error}."));
    } else if PERMANENT_CODES.contains(&code) {
        diagnostic::cloud_error_with_names(action, error, super::ATTRIBUTE_NAMES, diagnostics);
    }
}
