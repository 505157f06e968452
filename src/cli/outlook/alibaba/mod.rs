//! Fleets of this provider and of the real one for Alibaba Cloud, whose arguments have the same names.

mod scaling_group;

use serde_json::Value;

use super::fleet::{
    PlannedFleet, SingleLaunch, UNKNOWN_IMAGE, VSWITCHES, Zones, blocks, count, decimal, known_zone, network_numbers,
};
use super::plan::{PathStep, Plan, PlannedResource, text};
use crate::base::{Billing, ImageId, RegionId, VSwitchId};
use crate::catalogue;
use crate::cloud::model::{InterruptionBehavior, LaunchConfiguration, LaunchTemplateConfig};
use crate::provider;

const TEMPLATES: [&str; 4] = [
    "simcloud_ecs_launch_template",
    "alicloud_ecs_launch_template",
    "simcloud_launch_template",
    "alicloud_launch_template",
];

/// Reads a fleet of one of these providers; `None` for another type of resource.
pub(super) fn read(
    plan: &Plan,
    resource: &PlannedResource,
    usual_region: &RegionId,
) -> Option<Result<PlannedFleet, String>> {
    let kind = resource.type_name.strip_prefix("simcloud_").or_else(|| resource.type_name.strip_prefix("alicloud_"))?;
    let region = plan.region(resource).map_or_else(|| usual_region.clone(), RegionId::from);
    let reader = match kind {
        "auto_provisioning_group" => group,
        "instance" => instance,
        "run_instances" => reservation,
        "ess_scaling_group" => scaling_group::read,
        _ => return None,
    };
    Some(reader(plan, resource, &region))
}

fn group(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let mut request = provider::group_of_plan(&resource.values)?;
    let mut zones = Zones::new(plan, resource, region, VSWITCHES);
    let template = template(plan, resource);
    if let Some(template) = template {
        // It is not in the world yet.
        request.launch_template = None;
        if let Some(image_id) = text(template, "image_id") {
            request.launch_configuration.image_id = Some(image_id.into());
        }
    }
    let launch = &mut request.launch_configuration;
    launch.image_id.get_or_insert_with(|| ImageId::from(UNKNOWN_IMAGE));
    forget_references(launch);
    let types: Vec<_> = request.configs.iter().map(|config| (&config.instance_type, &config.filters)).collect();
    let numbers = network_numbers(&types);
    let mut configs = Vec::new();
    for (index, config) in request.configs.iter().enumerate() {
        let mut config = config.clone();
        if config.instance_type.is_none() && config.filters.is_empty() {
            config.instance_type = template.and_then(|template| text(template, "instance_type")).map(Into::into);
        }
        let path = [PathStep::Member("launch_template_config"), PathStep::Index(index), PathStep::Member("vswitch_id")];
        configs.extend(placed(&mut zones, &config, &path, numbers[index])?);
    }
    request.configs = configs;
    Ok(zones.into_planned(request))
}

/// The config in the zones of its vSwitch, which need not exist in the simulated world.
fn placed(
    zones: &mut Zones<'_>,
    config: &LaunchTemplateConfig,
    path: &[PathStep<'_>],
    number: usize,
) -> Result<Vec<LaunchTemplateConfig>, String> {
    let places = match &config.zone_id {
        Some(zone) => vec![known_zone(zone.as_str())?],
        None => zones.of_network(config.vswitch_id.as_ref().map(VSwitchId::as_str), path, number),
    };
    let in_zone = |zone| LaunchTemplateConfig { zone_id: Some(zone), vswitch_id: None, ..config.clone() };
    Ok(places.into_iter().map(in_zone).collect())
}

/// The launch template that a group refers to, if the plan makes it.
fn template<'p>(plan: &'p Plan, resource: &PlannedResource) -> Option<&'p Value> {
    let planned = plan.referred(resource, &[PathStep::Member("launch_template_id")], &TEMPLATES);
    planned.first().map(|template| &template.values)
}

/// Security groups and key pairs do not change what is launched, and may not exist in the simulated world.
fn forget_references(launch: &mut LaunchConfiguration) {
    launch.security_group_ids.clear();
    launch.key_pair_name = None;
}

fn instance(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let interruption_behavior = match text(&resource.values, "spot_interruption_behavior") {
        Some("Stop") => InterruptionBehavior::Stop,
        _ => InterruptionBehavior::Terminate,
    };
    single(plan, resource, region, (1, 1), interruption_behavior)
}

fn reservation(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let sum = |key| blocks(values, "image").map(|image| count(image, key).unwrap_or(1)).sum();
    single(plan, resource, region, (sum("min_count"), sum("max_count")), InterruptionBehavior::Terminate)
}

/// Instances of one type: a group of one pool that nothing replaces.
fn single(
    plan: &Plan,
    resource: &PlannedResource,
    region: &RegionId,
    (least, most): (u32, u32),
    interruption_behavior: InterruptionBehavior,
) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let of_template = template(plan, resource).and_then(|template| text(template, "instance_type"));
    let instance_type =
        text(values, "instance_type").or(of_template).ok_or("its instance type is known after apply")?;
    let known = catalogue::instance_type(instance_type)
        .ok_or_else(|| format!("the instance type `{instance_type}` is not simulated"))?;
    let mut zones = Zones::new(plan, resource, region, VSWITCHES);
    let places = match ["availability_zone", "zone_id"].iter().find_map(|key| text(values, key)) {
        Some(zone) => vec![known_zone(zone)?],
        None => zones.of_network(text(values, "vswitch_id"), &[PathStep::Member("vswitch_id")], 0),
    };
    let launch = SingleLaunch {
        instance_type: known.name.into(),
        billing: match text(values, "spot_strategy") {
            None | Some("NoSpot") => Billing::PayAsYouGo,
            Some(_) => Billing::Spot,
        },
        max_price: decimal(values, "spot_price_limit").filter(|price| !price.is_zero()),
        least,
        most,
        interruption_behavior,
        are_protected: count(values, "spot_duration") != Some(0),
        image_id: text(values, "image_id")
            .or_else(|| blocks(values, "image").find_map(|image| text(image, "image_id"))),
    };
    Ok(zones.into_planned(launch.into_fleet(places)))
}
