//! What planning adds to the schema's own plan: checks against catalogue, market and limits, and what an update would
//! do.

use super::schema;
use crate::base::api_enum::quoted_list;
use crate::base::order::Order;
use crate::base::{Decimal, ReservationId, SecurityGroupId, VSwitchId};
use crate::catalogue::{self, DEFAULT_INSTANCE_TYPE, InstanceType, Zone, zone_of_default_vswitch};
use crate::cloud::model::{FleetId, ModifyReservationRequest};
use crate::market::{Limits, Market, Sale};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::{default_vswitch, known_image, known_type, known_zone};
use crate::provider::framework::check::{elements, number, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::instance_replacement::{self, Forecast, InstanceList};
use crate::provider::framework::update_plan::{changes, keep_computed, mark_unknown};
use crate::provider::framework::{diagnostic, unused_scenario};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Diagnostics, Path, Value};

/// Attributes of an instance that its replacement has too, because the request fixes them.
const KNOWN_OF_REPLACEMENT: &[&str] = &[
    "image_id",
    "instance_type",
    "zone_id",
    "vswitch_id",
    "key_name",
    "ami_launch_index",
    "spot_strategy",
    "system_disk_category",
];

/// Plans a launch: checks what is known, and plans zone and vSwitch where the configuration leaves no choice.
///
/// An update does not check this: a reservation that exists stays valid when the market stops selling its type.
pub(super) async fn create(configured: &Configured, request: &PlanRequest, response: &mut PlanResponse) {
    let config = &request.config;
    let diagnostics = &mut response.diagnostics;
    check_instance_limit(config, &Limits::of(&configured.scenario), diagnostics);
    let zone = zone(config, configured, diagnostics);
    let instance_type = instance_type(config, diagnostics);
    images(config, instance_type, configured, diagnostics);
    if let Some(instance_type) = instance_type {
        unused_scenario::warn(configured, diagnostics).await;
        match configured.market().await {
            Ok(market) => sold(config, instance_type, zone, (configured, &market), diagnostics),
            Err(error) => diagnostic::cloud_error("look at the market", &error, diagnostics),
        }
    }
    if let Some(zone) = zone {
        let default_vswitch = VSwitchId::default_of(zone.id);
        for (name, certain) in [("zone_id", zone.id), ("vswitch_id", default_vswitch.as_str())] {
            if config.get(name).is_null() {
                response.planned_state.set(name, certain);
            }
        }
    }
}

/// Refuses more instances than one request launches (L1, L2).
fn check_instance_limit(config: &Value, limits: &Limits, diagnostics: &mut Diagnostics) {
    let mut asked = Decimal::ZERO;
    for (index, image) in elements(config, "image").iter().enumerate() {
        asked += number(image, "max_count").unwrap_or_default();
        if asked > Decimal::from(limits.run_instances) {
            return diagnostics.error_at(
                Path::root("image").index(index).attribute("max_count"),
                "Too Many Instances",
                format!(
                    "The images up to this one ask for as many as {asked} instances, but one request launches at most \
                     {}. Lower max_count, split the request, or use an auto provisioning group, which launches up to {}.",
                    limits.run_instances, limits.group_instances
                ),
            );
        }
    }
}

/// The zone, if the configuration alone determines it: by `zone_id`, or by a default vSwitch.
fn zone(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<&'static Zone> {
    let (zone, vswitch) = (text(config, "zone_id"), text(config, "vswitch_id"));
    if let Some(vswitch) = vswitch {
        default_vswitch(vswitch, (config, "zone_id"), Path::root("vswitch_id"), configured, diagnostics);
    }
    match zone {
        Some(zone) => known_zone(zone, Path::root("zone_id"), configured, diagnostics),
        None => vswitch.and_then(zone_of_default_vswitch).filter(|zone| zone.region.id == configured.region.as_str()),
    }
}

/// The instance type; `None` while it is unknown or if it does not exist.
fn instance_type(config: &Value, diagnostics: &mut Diagnostics) -> Option<&'static InstanceType> {
    if config.get("instance_type").is_unknown() {
        return None;
    }
    let asked = text(config, "instance_type").unwrap_or(DEFAULT_INSTANCE_TYPE);
    known_type(asked, Path::root("instance_type"), diagnostics)
}

fn images(
    config: &Value,
    instance_type: Option<&InstanceType>,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) {
    for (index, item) in elements(config, "image").iter().enumerate() {
        let path = Path::root("image").index(index).attribute("image_id");
        let Some(id) = item.get("image_id").as_str() else { continue };
        let Some(image) = known_image(id, path.clone(), configured, diagnostics) else { continue };
        if let Some(instance_type) = instance_type
            && !image.runs_on(instance_type)
        {
            diagnostics.error_at(
                path,
                "Image Does Not Run On This Type",
                format!(
                    "The image {id:?} is for {}, but {} is {}. Choose an image or a type of the other's architecture.",
                    image.architecture.name(),
                    instance_type.name,
                    instance_type.family.architecture.name()
                ),
            );
        }
    }
}

/// Checks that the zones sell the type, with the configured system disk (R18, R19).
fn sold(
    config: &Value,
    instance_type: &InstanceType,
    zone: Option<&Zone>,
    (configured, market): (&Configured, &Market<'_>),
    diagnostics: &mut Diagnostics,
) {
    let region = configured.region.as_str();
    let name = instance_type.name;
    let selling: Vec<&Zone> = catalogue::zones()
        .iter()
        .filter(|zone| market.offer(zone.id, name).is_some_and(|offer| offer.is_on_sale()))
        .collect();
    let here: Vec<&str> = selling.iter().filter(|zone| zone.region.id == region).map(|zone| zone.id).collect();
    let wanted: Vec<&str> = here.iter().copied().filter(|id| zone.is_none_or(|zone| zone.id == *id)).collect();
    if wanted.is_empty() {
        let discontinued = |zone: &Zone| market.offer(zone.id, name).is_some_and(|o| o.sale == Sale::Discontinued);
        let advice = if !here.is_empty() {
            format!("Zones that sell it: {}.", quoted_list(&here))
        } else if !selling.is_empty() {
            let mut regions: Vec<&str> = selling.iter().map(|zone| zone.region.id).collect();
            regions.dedup();
            format!("Regions that sell it: {}.", quoted_list(&regions))
        } else if catalogue::zones().iter().any(discontinued) {
            "It is discontinued: no zone sells it any more.".to_owned()
        } else {
            "No zone sells it.".to_owned()
        };
        let by_default = if text(config, "instance_type").is_none() {
            format!("instance_type is absent, which asks for {DEFAULT_INSTANCE_TYPE}. ")
        } else {
            String::new()
        };
        let place = zone.map_or_else(|| format!("Region {region:?}"), |zone| format!("Zone {:?}", zone.id));
        return diagnostics.error_at(
            Path::root("instance_type"),
            "Instance Type Not Sold Here",
            format!("{by_default}{place} does not sell {name:?}. {advice}"),
        );
    }
    let Some(category) = text(config, "system_disk_category") else { return };
    let mut taken: Vec<&str> = wanted
        .iter()
        .filter_map(|id| market.offer(id, name))
        .flat_map(|offer| offer.system_disk_categories)
        .map(catalogue::DiskCategory::name)
        .collect();
    if !taken.contains(&category) {
        taken.order();
        taken.dedup();
        diagnostics.error_at(
            Path::root("system_disk_category"),
            "Disk Category Not Supported",
            format!(
                "{name} takes no {category:?} system disk in {}. It takes {}.",
                quoted_list(&wanted),
                if taken.is_empty() { "none at all".to_owned() } else { quoted_list(&taken) }
            ),
        );
    }
}

/// Plans an update: everything stays known except what the update changes.
pub(super) async fn update(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    let schema = schema::schema();
    let prior = &request.prior_state;
    keep_computed(&schema, prior, &mut response.planned_state);
    if changes(&schema, prior, &response.planned_state, "security_group_ids") {
        let group_set = group_set(response.planned_state.get("security_group_ids"));
        response.planned_state.set("group_set", group_set);
    }
    match instance_replacement::are_replacements_wanted(prior, &response.planned_state, false) {
        Some(true) => plan_replacements(context, configured, request, response).await,
        Some(false) => {}
        None => mark_unknown(["instances", "instance_ids", "hourly_cost"].iter(), &mut response.planned_state),
    }
}

/// The security groups that a reservation is in (R20).
fn group_set(asked: &Value) -> Value {
    if !asked.is_wholly_known() {
        return Value::Unknown;
    }
    let named: Vec<&str> =
        asked.as_list().unwrap_or_default().iter().filter_map(Value::as_str).filter(|id| !id.is_empty()).collect();
    Value::list(if named.is_empty() { vec![SecurityGroupId::DEFAULT] } else { named })
}

/// Plans the replacements that the market can deliver now (G10).
async fn plan_replacements(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    let prior = &request.prior_state;
    let Some(id) = prior.get("id").as_str() else { return };
    let change = ModifyReservationRequest {
        reservation_id: Some(ReservationId::from(id)),
        replace_lost_now: true,
        known_lost: Some(instance_replacement::lost_ids(prior)),
        ..ModifyReservationRequest::default()
    };
    unused_scenario::warn(configured, &mut response.diagnostics).await;
    let forecast = configured.cloud.forecast_modify_reservation(change).await;
    let forecast = match Forecast::of(forecast.map(|forecast| (forecast.change, forecast.warnings))) {
        Ok(forecast) => forecast,
        Err(error) => {
            return diagnostic::cloud_error(
                "forecast the replacement of the reservation's lost instances",
                &error,
                &mut response.diagnostics,
            );
        }
    };
    let instances = elements(prior, "instances");
    let listing = InstanceList {
        prior: instances,
        positions: launch_indexes(instances),
        known_of_replacement: KNOWN_OF_REPLACEMENT,
        changed: &["hourly_cost"],
        arguments: String::new(),
    };
    let fleet = FleetId::Reservation(ReservationId::from(id));
    let planned =
        instance_replacement::plan_change(context, configured, fleet, &listing, forecast, request, response).await;
    if let Some(planned) = planned {
        diagnostic::warnings("Lost Instances", id, &planned.warnings, &mut response.diagnostics);
    }
}

fn launch_indexes(instances: &[Value]) -> Vec<u32> {
    let index = |element: &Value| number(element, "ami_launch_index").and_then(|index| u32::try_from(index).ok());
    instances.iter().map(|element| index(element).unwrap_or(u32::MAX)).collect()
}
