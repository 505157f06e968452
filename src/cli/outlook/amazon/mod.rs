//! Fleets, scaling groups and instances of the provider for AWS.

mod auto_scaling; // aws_autoscaling_group
mod configs; // templates and overrides
mod fleet; // aws_ec2_fleet
mod instance; // aws_instance
mod requirements; // attributes in place of a type
mod spot_fleet; // aws_spot_fleet_request

use serde_json::Value;

use super::fleet::{PlannedFleet, blocks, known_zone};
use super::plan::{PathStep, Plan, PlannedResource, text};
use crate::base::{ApiEnum, RegionId, Time, ZoneId};
use crate::catalogue;
use crate::cloud::model::{FleetUnit, GroupType, fleet_strategy};

const USUAL_REGION: &str = "us-east-1";
const TEMPLATES: [&str; 1] = ["aws_launch_template"];

/// Reads a fleet of this provider; `None` for another type of resource.
pub(super) fn read(plan: &Plan, resource: &PlannedResource) -> Option<Result<PlannedFleet, String>> {
    let reader = match resource.type_name.as_str() {
        "aws_autoscaling_group" => auto_scaling::read,
        "aws_ec2_fleet" => fleet::read,
        "aws_instance" => instance::read,
        "aws_spot_fleet_request" => spot_fleet::read,
        _ => return None,
    };
    let own = text(&resource.values, "region").or_else(|| plan.region(resource));
    let of_zone = || {
        let zones = plan.resources.iter().filter_map(|planned| text(&planned.values, "availability_zone"));
        zones.filter_map(catalogue::zone).map(|zone| zone.region.id).next()
    };
    let region = own.or_else(of_zone);
    let name = region.unwrap_or(USUAL_REGION);
    if catalogue::zones().iter().all(|zone| zone.region.id != name) {
        return Some(Err(format!("the region `{name}` is not simulated")));
    }
    let read = reader(plan, resource, &RegionId::from(name));
    Some(read.map(|mut fleet| {
        if region.is_none() {
            fleet.notes.insert(0, format!("the region is not in the plan; `{name}` is assumed"));
        }
        fleet
    }))
}

/// The launch template of a specification: by reference, by id or by name, if the plan has it.
fn template<'p>(
    plan: &'p Plan,
    resource: &PlannedResource,
    specification: Option<&Value>,
    path: &[PathStep<'_>],
) -> Option<&'p Value> {
    let names = ["launch_template_id", "id", "launch_template_name", "name"];
    for name in names {
        let mut at = path.to_vec();
        at.push(PathStep::Member(name));
        if let Some(template) = plan.referred(resource, &at, &TEMPLATES).first() {
            return Some(&template.values);
        }
    }
    let given: Vec<&str> = names.iter().filter_map(|name| text(specification?, name)).collect();
    let is_named = |template: &&PlannedResource| {
        ["id", "name"].iter().filter_map(|key| text(&template.values, key)).any(|name| given.contains(&name))
    };
    plan.of_types(&TEMPLATES).find(is_named).map(|template| &template.values)
}

/// The zone that the resource names itself, or else its launch template.
fn own_zone(values: &Value, template: Option<&Value>) -> Result<Option<ZoneId>, String> {
    let of_template = || text(blocks(template?, "placement").next()?, "availability_zone");
    text(values, "availability_zone").or_else(of_template).map(known_zone).transpose()
}

/// The options of a launch template, or of an instance, that ask for a spot instance.
fn spot_market(values: &Value) -> Option<&Value> {
    blocks(values, "instance_market_options").next().filter(|market| text(market, "market_type") == Some("spot"))
}

fn group_type(name: Option<&str>) -> GroupType {
    name.and_then(|name| GroupType::parse(name).ok()).unwrap_or(GroupType::Maintain)
}

/// The strategy of that name; the default where none is named.
fn strategy<E: ApiEnum + Default>(values: &Value, key: &str) -> Result<E, String> {
    let Some(name) = text(values, key) else { return Ok(E::default()) };
    fleet_strategy(name).map_err(|unknown| format!("`{key}` is {unknown}"))
}

/// What the capacity of a fleet counts.
fn unit(values: &Value) -> Result<FleetUnit, String> {
    const UNIT: &str = "target_capacity_unit_type";
    let parsed = text(values, UNIT).map(FleetUnit::parse).transpose();
    parsed.map(Option::unwrap_or_default).map_err(|unknown| format!("`{UNIT}` is {unknown}"))
}

fn is_true(values: &Value, key: &str) -> bool {
    values.get(key) == Some(&Value::Bool(true))
}

fn time(values: &Value, key: &str) -> Option<Time> {
    text(values, key).and_then(|text| Time::parse_rfc3339(text).ok())
}
