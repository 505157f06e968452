//! `aws_ec2_fleet`: the same request as `CreateFleet` makes over the wire.

use serde_json::Value;

use super::super::fleet::{PlannedFleet, blocks, count, decimal};
use super::super::plan::{Plan, PlannedResource, text};
use super::configs::{ConfigReader, OverrideNames};
use super::{group_type, is_true, strategy, time, unit};
use crate::base::{Billing, RegionId};
use crate::cloud::model::{
    Capacity, CreateFleetRequest, FleetMarketLimits, FleetOnDemandOptions, FleetSpotOptions, FleetSpotStrategy,
    fleet_interruption,
};

/// What a fleet may ask for and the simulation has no word for.
const UNREAD_OPTIONS: [&str; 2] = ["capacity_reservation_options", "maintenance_strategies"];

pub(super) fn read(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let target = blocks(values, "target_capacity_specification").next().ok_or("its target capacity is not known")?;
    let spot = blocks(values, "spot_options").next().unwrap_or(&Value::Null);
    let on_demand = blocks(values, "on_demand_options").next().unwrap_or(&Value::Null);
    let mut reader = ConfigReader::new(plan, resource, region);
    reader.note_unread("spot_options.", spot, &UNREAD_OPTIONS);
    reader.note_unread("on_demand_options.", on_demand, &UNREAD_OPTIONS);
    reader.add_template_configs(OverrideNames { block: "override", max_price: "max_price", usual_price: None })?;
    let spot_strategy = strategy(spot, "allocation_strategy")?;
    let fleet = CreateFleetRequest {
        fleet_type: group_type(text(values, "type")),
        unit: unit(target)?,
        capacity: capacity(target)?,
        spot: FleetSpotOptions {
            strategy: spot_strategy,
            pools_to_use: pools_to_use(spot, "instance_pools_to_use_count", spot_strategy),
            interruption_behavior: fleet_interruption(text(spot, "instance_interruption_behavior")),
            limits: limits(spot),
        },
        on_demand: FleetOnDemandOptions {
            strategy: strategy(on_demand, "allocation_strategy")?,
            limits: limits(on_demand),
        },
        terminate_instances_with_expiration: is_true(values, "terminate_instances_with_expiration"),
        valid_from: time(values, "valid_from"),
        valid_until: time(values, "valid_until"),
        ..CreateFleetRequest::default()
    };
    Ok(reader.finish(fleet))
}

fn capacity(target: &Value) -> Result<Capacity, String> {
    Ok(Capacity {
        total: count(target, "total_target_capacity").ok_or("its target capacity is known after apply")?,
        pay_as_you_go: count(target, "on_demand_target_capacity").unwrap_or(0),
        spot: count(target, "spot_target_capacity").unwrap_or(0),
        default_type: match text(target, "default_target_capacity_type") {
            Some("spot") => Billing::Spot,
            _ => Billing::PayAsYouGo,
        },
    })
}

fn limits(options: &Value) -> FleetMarketLimits {
    FleetMarketLimits {
        single_instance_type: is_true(options, "single_instance_type"),
        single_availability_zone: is_true(options, "single_availability_zone"),
        min_target_capacity: count(options, "min_target_capacity").filter(|minimum| *minimum > 0),
        max_total_price: decimal(options, "max_total_price"),
    }
}

/// Of `lowest-price` alone: with other strategies the provider writes its default, which counts for nothing.
pub(super) fn pools_to_use(values: &Value, key: &str, strategy: FleetSpotStrategy) -> Option<u32> {
    count(values, key).filter(|count| *count > 1 && strategy == FleetSpotStrategy::LowestPrice)
}
