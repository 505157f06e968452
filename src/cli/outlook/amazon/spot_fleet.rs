//! `aws_spot_fleet_request`: a fleet of EC2 in the words of its predecessor.

use super::super::fleet::{PlannedFleet, blocks, count, decimal, network_numbers};
use super::super::plan::{PathStep, Plan, PlannedResource, text};
use super::configs::{ConfigReader, OverrideNames, OverrideZones};
use super::fleet::pools_to_use;
use super::{group_type, is_true, strategy, time, unit};
use crate::base::{Billing, RegionId};
use crate::cloud::model::{
    Capacity, CreateFleetRequest, FleetMarketLimits, FleetOnDemandOptions, FleetSpotOptions, fleet_interruption,
};

/// What a spot fleet may ask for and the simulation has no word for.
const UNREAD_OPTIONS: [&str; 1] = ["spot_maintenance_strategies"];

pub(super) fn read(plan: &Plan, resource: &PlannedResource, region: &RegionId) -> Result<PlannedFleet, String> {
    let values = &resource.values;
    let target = count(values, "target_capacity").ok_or("its target capacity is known after apply")?;
    let on_demand = count(values, "on_demand_target_capacity").unwrap_or(0).min(target);
    let mut reader = ConfigReader::new(plan, resource, region);
    reader.note_unread("", values, &UNREAD_OPTIONS);
    // The price of the request holds for every pool that has none of its own.
    let usual_price = decimal(values, "spot_price");
    reader.add_template_configs(OverrideNames { block: "overrides", max_price: "spot_price", usual_price })?;
    let types: Vec<_> = blocks(values, "launch_specification").map(|one| text(one, "instance_type")).collect();
    let numbers = network_numbers(&types);
    for (index, specification) in blocks(values, "launch_specification").enumerate() {
        let subnet = [PathStep::Member("launch_specification"), PathStep::Index(index), PathStep::Member("subnet_id")];
        let names = OverrideNames { block: "launch_specification", max_price: "spot_price", usual_price };
        let overrides = reader.overrides(specification, None, names, &OverrideZones::Own(&subnet, numbers[index]))?;
        reader.add_with_image(text(specification, "ami").map(str::to_owned), overrides);
    }
    let spot_strategy = strategy(values, "allocation_strategy")?;
    let fleet = CreateFleetRequest {
        fleet_type: group_type(text(values, "fleet_type")),
        unit: unit(values)?,
        capacity: Capacity {
            total: target,
            pay_as_you_go: on_demand,
            spot: target - on_demand,
            default_type: Billing::Spot,
        },
        spot: FleetSpotOptions {
            strategy: spot_strategy,
            pools_to_use: pools_to_use(values, "instance_pools_to_use_count", spot_strategy),
            interruption_behavior: fleet_interruption(text(values, "instance_interruption_behaviour")),
            limits: FleetMarketLimits::default(),
        },
        on_demand: FleetOnDemandOptions {
            strategy: strategy(values, "on_demand_allocation_strategy")?,
            limits: FleetMarketLimits {
                max_total_price: decimal(values, "on_demand_max_total_price"),
                ..FleetMarketLimits::default()
            },
        },
        terminate_instances_with_expiration: is_true(values, "terminate_instances_with_expiration"),
        valid_from: time(values, "valid_from"),
        valid_until: time(values, "valid_until"),
        ..CreateFleetRequest::default()
    };
    Ok(reader.finish(fleet))
}
