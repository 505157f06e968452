//! `aws_instance`: a group of one instance that nothing replaces.

use super::super::fleet::{PlannedFleet, SUBNETS, UNKNOWN_IMAGE, Zones, blocks, decimal};
use super::super::plan::{PathStep, Plan, PlannedResource, text};
use super::{own_zone, spot_market, template};
use crate::base::{Billing, RegionId};
use crate::catalogue;
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, GroupType, LaunchConfiguration, LaunchTemplateConfig,
    fleet_interruption,
};

pub(super) fn read(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let path = [PathStep::Member("launch_template"), PathStep::Index(0)];
    let template = template(plan, resource, blocks(values, "launch_template").next(), &path);
    let own = |key| text(values, key).or_else(|| template.and_then(|template| text(template, key)));
    let name = own("instance_type").ok_or("its instance type is known after apply")?;
    let known = catalogue::instance_type(name).ok_or_else(|| format!("the instance type `{name}` is not simulated"))?;
    let spot = spot_market(values).or_else(|| spot_market(template?));
    let options = spot.and_then(|spot| blocks(spot, "spot_options").next());
    let mut zones = Zones::new(plan, resource, region, SUBNETS);
    let places = match own_zone(values, template)? {
        Some(zone) => vec![zone],
        None => zones.of_network(&[PathStep::Member("subnet_id")], 0),
    };
    let config = |zone_id| LaunchTemplateConfig {
        instance_type: Some(known.name.into()),
        zone_id: Some(zone_id),
        max_price: options.and_then(|options| decimal(options, "max_price")),
        ..LaunchTemplateConfig::default()
    };
    let billing = if spot.is_some() { Billing::Spot } else { Billing::PayAsYouGo };
    let image = text(values, "ami").or_else(|| text(template?, "image_id"));
    let group = CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Instant,
        capacity: one(billing),
        min_target_capacity: Some(1),
        interruption_behavior: fleet_interruption(
            options.and_then(|options| text(options, "instance_interruption_behavior")),
        ),
        configs: places.into_iter().map(config).collect(),
        launch_configuration: LaunchConfiguration {
            image_id: Some(image.unwrap_or(UNKNOWN_IMAGE).into()),
            ..LaunchConfiguration::default()
        },
        ..CreateAutoProvisioningGroupRequest::default()
    };
    Ok(zones.into_planned(group))
}

fn one(billing: Billing) -> Capacity {
    let of = |wanted| u32::from(billing == wanted);
    Capacity { total: 1, pay_as_you_go: of(Billing::PayAsYouGo), spot: of(Billing::Spot), default_type: billing }
}
