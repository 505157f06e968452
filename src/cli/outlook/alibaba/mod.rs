//! Fleets of this provider and of the real one for Alibaba Cloud, whose arguments have the same names.

mod scaling_group;

use serde_json::Value;

use super::fleet::{
    PlannedFleet, UNKNOWN_IMAGE, VSWITCHES, Zones, blocks, count, decimal, known_zone, network_numbers,
};
use super::plan::{PathStep, Plan, PlannedResource, text};
use crate::base::{Billing, ImageId, RegionId, ZoneId};
use crate::catalogue;
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, GroupType, InterruptionBehavior, LaunchConfiguration,
    LaunchTemplateConfig,
};
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
        configs.extend(placed(&mut zones, config, &path, numbers[index])?);
    }
    request.configs = configs;
    Ok(zones.into_planned(request))
}

/// The config in the zones of its vSwitch, which need not exist in the simulated world.
fn placed(
    zones: &mut Zones<'_>,
    config: LaunchTemplateConfig,
    path: &[PathStep<'_>],
    number: usize,
) -> Result<Vec<LaunchTemplateConfig>, String> {
    let of_vswitch = config.vswitch_id.as_ref().and_then(|id| catalogue::zone_of_default_vswitch(id.as_str()));
    let planned = config.vswitch_id.as_ref().and_then(|id| zones.of_id(id.as_str()));
    let known = [
        config.zone_id.as_ref().map(ZoneId::as_str),
        of_vswitch.map(|zone| zone.id),
        planned.as_ref().map(ZoneId::as_str),
    ];
    if let Some(zone) = known.into_iter().flatten().next() {
        let zone = known_zone(zone)?;
        return Ok(vec![LaunchTemplateConfig { zone_id: Some(zone), vswitch_id: None, ..config }]);
    }
    let in_zone = |zone| LaunchTemplateConfig { zone_id: Some(zone), vswitch_id: None, ..config.clone() };
    Ok(zones.of_network(path, number).into_iter().map(in_zone).collect())
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
    let values = &resource.values;
    let billing = match text(values, "spot_strategy") {
        None | Some("NoSpot") => Billing::PayAsYouGo,
        Some(_) => Billing::Spot,
    };
    let stops = text(values, "spot_interruption_behavior") == Some("Stop");
    single(plan, resource, region, (1, 1), billing, stops)
}

fn reservation(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let billing = match text(values, "spot_strategy") {
        None | Some("NoSpot") => Billing::PayAsYouGo,
        Some(_) => Billing::Spot,
    };
    let sum = |key| blocks(values, "image").map(|image| count(image, key).unwrap_or(1)).sum();
    single(plan, resource, region, (sum("min_count"), sum("max_count")), billing, false)
}

/// Instances of one type: a group of one pool that nothing replaces.
fn single(
    plan: &Plan,
    resource: &PlannedResource,
    region: &RegionId,
    (least, most): (u32, u32),
    billing: Billing,
    stops: bool,
) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let of_template = template(plan, resource).and_then(|template| text(template, "instance_type"));
    let instance_type =
        text(values, "instance_type").or(of_template).ok_or("its instance type is known after apply")?;
    let known = catalogue::instance_type(instance_type)
        .ok_or_else(|| format!("the instance type `{instance_type}` is not simulated"))?;
    let mut zones = Zones::new(plan, resource, region, VSWITCHES);
    let zone = ["availability_zone", "zone_id"].iter().find_map(|key| text(values, key));
    let config = LaunchTemplateConfig {
        instance_type: Some(known.name.into()),
        zone_id: zone.map(Into::into),
        max_price: decimal(values, "spot_price_limit").filter(|price| !price.is_zero()),
        ..LaunchTemplateConfig::default()
    };
    let configs = placed(&mut zones, config, &[PathStep::Member("vswitch_id")], 0)?;
    let image = text(values, "image_id").or_else(|| blocks(values, "image").find_map(|image| text(image, "image_id")));
    let of = |wanted| if billing == wanted { most } else { 0 };
    let group = CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Instant,
        capacity: Capacity {
            total: most,
            pay_as_you_go: of(Billing::PayAsYouGo),
            spot: of(Billing::Spot),
            default_type: billing,
        },
        min_target_capacity: Some(least),
        interruption_behavior: if stops { InterruptionBehavior::Stop } else { InterruptionBehavior::Terminate },
        configs,
        launch_configuration: LaunchConfiguration {
            image_id: Some(image.unwrap_or(UNKNOWN_IMAGE).into()),
            ..LaunchConfiguration::default()
        },
        ..CreateAutoProvisioningGroupRequest::default()
    };
    Ok(zones.into_planned(group))
}
