//! `aws_autoscaling_group`: with one template it launches in its zones evenly, as a scaling group does (G15); with a policy
//! for mixed instances, by the strategies of a fleet (G22).

use std::collections::BTreeSet;

use serde_json::Value;

use super::super::fleet::{PlannedFleet, UNKNOWN_IMAGE, blocks, count, decimal};
use super::super::plan::{PathStep, Plan, PlannedResource, text};
use super::configs::{ConfigReader, OverrideNames, OverrideZones};
use super::{spot_market, strategy, template};
use crate::base::collect::IntoOrdered;
use crate::base::{Billing, RegionId, VSwitchId, ZoneId};
use crate::catalogue;
use crate::cloud::model::{
    Capacity, CreateFleetRequest, CreateScalingGroupRequest, FleetOnDemandOptions, FleetOnDemandStrategy,
    FleetOverride, FleetSpotOptions, FleetSpotStrategy, GroupSizes, GroupType, LaunchConfiguration, MultiAzPolicy,
    OutlookFleet, ScalingContent, ScalingInstanceType, SpotStrategy, pay_as_you_go_units,
};

const LAUNCH_CONFIGURATIONS: [&str; 1] = ["aws_launch_configuration"];

const SUBNETS_OF_GROUP: &str = "vpc_zone_identifier";

/// What a group may ask for and the simulation has no word for.
const UNREAD_OPTIONS: [&str; 4] =
    ["capacity_rebalance", "desired_capacity_type", "instance_maintenance_policy", "warm_pool"];

/// Pools that `lowest-price` uses where a policy does not say.
const USUAL_SPOT_POOLS: u32 = 2;

pub(super) fn read(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let total = count(values, "desired_capacity").or_else(|| count(values, "min_size")).filter(|total| *total > 0);
    let total = total.ok_or("it keeps no instance: neither `desired_capacity` nor `min_size` is above 0")?;
    let mut reader = ConfigReader::new(plan, resource, region);
    reader.note_unread("", values, &UNREAD_OPTIONS);
    let zones = zones(&mut reader, region)?;
    match blocks(values, "mixed_instances_policy").next() {
        Some(policy) => mixed(reader, policy, total, &zones),
        None => plain(reader, total, &zones),
    }
}

fn zones(reader: &mut ConfigReader<'_>, region: &RegionId) -> Result<Vec<ZoneId>, String> {
    let named: Vec<&str> = blocks(&reader.resource.values, "availability_zones").filter_map(Value::as_str).collect();
    if named.is_empty() {
        let subnets = blocks(&reader.resource.values, SUBNETS_OF_GROUP).filter_map(Value::as_str).collect::<Vec<_>>();
        return Ok(reader.zones.of_networks(&subnets, &[SUBNETS_OF_GROUP]));
    }
    let known =
        |name: &&str| catalogue::zone(name).filter(|zone| *region == *zone.region.id).map(|zone| zone.id.into());
    named.iter().map(|name| known(name).ok_or_else(|| format!("the zone `{name}` is not simulated"))).collect()
}

/// A group with one launch template, or with a launch configuration.
fn plain(mut reader: ConfigReader<'_>, total: u32, zones: &[ZoneId]) -> Result<PlannedFleet, String> {
    let (plan, resource) = (reader.plan, reader.resource);
    let path = [PathStep::Member("launch_template"), PathStep::Index(0)];
    let of_template = template(plan, resource, blocks(&resource.values, "launch_template").next(), &path);
    let launch = of_template.or_else(|| launch_configuration(plan, resource));
    let launch = launch.ok_or("its launch template is not in the plan")?;
    let market = spot_market(launch);
    let options = market.and_then(|market| blocks(market, "spot_options").next());
    let price = options.and_then(|options| decimal(options, "max_price")).or_else(|| decimal(launch, "spot_price"));
    let is_spot = market.is_some() || price.is_some();
    let Some(name) = text(launch, "instance_type") else {
        // Attributes stand for types, which only fleets have.
        let names = OverrideNames { block: "", max_price: "", usual_price: price };
        let overrides = reader.overrides(&Value::Null, Some(launch), names, &OverrideZones::Zones(zones))?;
        reader.add(Some(launch), overrides);
        let billing = if is_spot { Billing::Spot } else { Billing::PayAsYouGo };
        return fleet(reader, (total, if is_spot { 0 } else { total }), billing, &Value::Null);
    };
    let known = catalogue::instance_type(name).ok_or_else(|| format!("the instance type `{name}` is not simulated"))?;
    let group = CreateScalingGroupRequest {
        sizes: GroupSizes { min: total, max: total, desired: Some(total) },
        vswitch_ids: zones.iter().map(|zone| VSwitchId::default_of(zone.as_str())).collect(),
        multi_az_policy: MultiAzPolicy::Balance,
        ..CreateScalingGroupRequest::default()
    };
    let content = ScalingContent {
        instance_types: vec![ScalingInstanceType {
            instance_type: known.name.into(),
            weighted_capacity: None,
            spot_price_limit: price,
        }],
        spot_strategy: match (is_spot, price) {
            (false, _) => SpotStrategy::NoSpot,
            (true, None) => SpotStrategy::SpotAsPriceGo,
            (true, Some(_)) => SpotStrategy::SpotWithPriceLimit,
        },
        launch: LaunchConfiguration {
            image_id: Some(text(launch, "image_id").unwrap_or(UNKNOWN_IMAGE).into()),
            ..LaunchConfiguration::default()
        },
        ..ScalingContent::default()
    };
    Ok(reader.zones.into_planned(OutlookFleet::ScalingGroup(Box::new((group, content)))))
}

fn launch_configuration<'p>(plan: &'p Plan, resource: &PlannedResource) -> Option<&'p Value> {
    let referred = plan.referred(resource, &[PathStep::Member("launch_configuration")], &LAUNCH_CONFIGURATIONS);
    let is_named = |known: &&PlannedResource| {
        text(&resource.values, "launch_configuration").is_some_and(|name| text(&known.values, "name") == Some(name))
    };
    let found = referred.first().copied().or_else(|| plan.of_types(&LAUNCH_CONFIGURATIONS).find(is_named));
    found.map(|known| &known.values)
}

/// A group with several types, on-demand and spot.
fn mixed(mut reader: ConfigReader<'_>, policy: &Value, total: u32, zones: &[ZoneId]) -> Result<PlannedFleet, String> {
    let distribution = blocks(policy, "instances_distribution").next().unwrap_or(&Value::Null);
    let usual_price = decimal(distribution, "spot_max_price");
    let names = OverrideNames { block: "override", max_price: "", usual_price };
    let at = [PathStep::Member("mixed_instances_policy"), PathStep::Index(0)];
    let at = [at[0], at[1], PathStep::Member("launch_template"), PathStep::Index(0)];
    let block = blocks(policy, "launch_template").next().unwrap_or(&Value::Null);
    let specification = PathStep::Member("launch_template_specification");
    let path = [&at[..], &[specification, PathStep::Index(0)]].concat();
    let (plan, resource) = (reader.plan, reader.resource);
    let common = template(plan, resource, blocks(block, "launch_template_specification").next(), &path);
    let no_override = Value::Null;
    let mut listed: Vec<&Value> = blocks(block, names.block).collect();
    if listed.is_empty() {
        listed.push(&no_override);
    }
    for (number, one) in listed.into_iter().enumerate() {
        let step = [PathStep::Member(names.block), PathStep::Index(number), specification, PathStep::Index(0)];
        let path = [&at[..], &step].concat();
        let own = template(plan, resource, blocks(one, "launch_template_specification").next(), &path);
        let overrides = reader.overrides(one, own.or(common), names, &OverrideZones::Zones(zones))?;
        // Of several types the first one has the highest priority.
        let in_order = |one: FleetOverride| FleetOverride { priority: u32::try_from(number).ok(), ..one };
        reader.add(own.or(common), overrides.into_iter().map(in_order).collect());
    }
    let base = count(distribution, "on_demand_base_capacity").unwrap_or(0);
    let percentage = count(distribution, "on_demand_percentage_above_base_capacity").unwrap_or(100);
    let on_demand = pay_as_you_go_units(total, base, percentage);
    fleet(reader, (total, on_demand), Billing::Spot, distribution)
}

fn fleet(
    mut reader: ConfigReader<'_>,
    (total, on_demand): (u32, u32),
    default_type: Billing,
    distribution: &Value,
) -> Result<PlannedFleet, String> {
    let places: BTreeSet<_> =
        reader.configs.iter().flat_map(|config| &config.overrides).map(|one| one.zone_id.as_ref()).into_set();
    if places.len() > 1 {
        reader.zones.note("its strategies alone choose pools; its units are not spread over the zones".to_owned());
    }
    let spot_strategy = strategy(distribution, "spot_allocation_strategy")?;
    let is_lowest_price = spot_strategy == FleetSpotStrategy::LowestPrice;
    let pools_to_use =
        count(distribution, "spot_instance_pools").filter(|count| *count > 0).unwrap_or(USUAL_SPOT_POOLS);
    let fleet = CreateFleetRequest {
        fleet_type: GroupType::Maintain,
        capacity: Capacity { total, pay_as_you_go: on_demand, spot: total - on_demand, default_type },
        spot: FleetSpotOptions {
            strategy: spot_strategy,
            pools_to_use: Some(pools_to_use).filter(|count| is_lowest_price && *count > 1),
            ..FleetSpotOptions::default()
        },
        on_demand: FleetOnDemandOptions {
            strategy: match text(distribution, "on_demand_allocation_strategy") {
                None => FleetOnDemandStrategy::Prioritized,
                Some(_) => strategy(distribution, "on_demand_allocation_strategy")?,
            },
            ..FleetOnDemandOptions::default()
        },
        ..CreateFleetRequest::default()
    };
    Ok(reader.finish(fleet))
}
