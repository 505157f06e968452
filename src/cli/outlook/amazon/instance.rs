//! `aws_instance`: a group of one instance that nothing replaces.

use super::super::fleet::{PlannedFleet, SUBNETS, SingleLaunch, Zones, blocks, decimal};
use super::super::plan::{PathStep, Plan, PlannedResource, text};
use super::{own_zone, spot_market, template};
use crate::base::{Billing, RegionId};
use crate::catalogue;
use crate::cloud::model::fleet_interruption;

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
        None => zones.of_network(own("subnet_id"), &[PathStep::Member("subnet_id")], 0),
    };
    let launch = SingleLaunch {
        instance_type: known.name.into(),
        billing: if spot.is_some() { Billing::Spot } else { Billing::PayAsYouGo },
        max_price: options.and_then(|options| decimal(options, "max_price")),
        least: 1,
        most: 1,
        interruption_behavior: fleet_interruption(
            options.and_then(|options| text(options, "instance_interruption_behavior")),
        ),
        are_protected: true,
        image_id: text(values, "ami").or_else(|| text(template?, "image_id")),
    };
    Ok(zones.into_planned(launch.into_fleet(places)))
}
