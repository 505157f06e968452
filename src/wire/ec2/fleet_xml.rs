//! A fleet as replies show it.

use super::echo::echo;
use super::error::ec2_words;
use super::xml::Xml;
use crate::base::money::shortest;
use crate::base::{Billing, Decimal, InstanceId};
use crate::cloud::model::{
    Ec2Fleet, FleetError, FleetInstances, FleetMarketLimits, FleetPool, FleetSpotStrategy, FleetState, FleetUnit, Tags,
};
use crate::wire::parameters::Parameters;

/// The parameters of the call that made a fleet, as far as they are kept.
pub(super) fn parameters(fleet: &Ec2Fleet) -> Parameters {
    let kept: Tags = serde_json::from_str(&fleet.group.request.configuration).unwrap_or_default();
    Parameters::from_pairs(kept)
}

const fn market(billing: Billing) -> &'static str {
    match billing {
        Billing::PayAsYouGo => "on-demand",
        Billing::Spot => "spot",
    }
}

/// An `instant` fleet is fulfilled whatever it got, as in the service.
pub(super) fn activity_status(fleet: &Ec2Fleet) -> Option<&'static str> {
    match fleet.state {
        FleetState::Submitted | FleetState::DeletedRunning | FleetState::DeletedTerminating => None,
        FleetState::Active => {
            let target = Decimal::from(fleet.group.request.capacity.total);
            let is_fulfilled = fleet.group.request.is_instant() || fleet.group.fulfilled_capacity >= target;
            Some(if is_fulfilled { "fulfilled" } else { "pending_fulfillment" })
        }
    }
}

pub(super) fn write_error(xml: &mut Xml, fleet: &Ec2Fleet, error: &FleetError) {
    write_pool(xml, fleet, &error.pool);
    xml.text("errorCode", error.code);
    xml.text("errorMessage", &ec2_words(&error.message));
}

pub(super) fn write_instances(xml: &mut Xml, fleet: &Ec2Fleet, row: &FleetInstances) {
    write_pool(xml, fleet, &row.pool);
    xml.texts("instanceIds", row.instance_ids.iter().map(InstanceId::as_str));
    xml.text("instanceType", row.pool.instance_type.as_str());
}

/// The template and the override that name a pool, with the type and the zone that they have led to, and the market.
fn write_pool(xml: &mut Xml, fleet: &Ec2Fleet, pool: &FleetPool) {
    let kept = parameters(fleet);
    let config = element(&kept, "LaunchTemplateConfigs", pool.config);
    let own = pool.override_index.and_then(|index| element(config?, "Overrides", index));
    xml.within("launchTemplateAndOverrides", |xml| {
        if let Some(named) = config.and_then(|config| member(config, "LaunchTemplateSpecification")) {
            xml.within("launchTemplateSpecification", |xml| echo(xml, named));
        }
        xml.within("overrides", |xml| {
            xml.text("instanceType", pool.instance_type.as_str());
            xml.text("availabilityZone", pool.zone_id.as_str());
            if let Some(own) = own {
                let known = ["InstanceType", "AvailabilityZone"];
                echo(xml, &known.iter().fold(own.clone(), |own, name| own.without(name)));
            }
        });
    });
    xml.text("lifecycle", market(pool.billing));
}

fn member<'p>(of: &'p Parameters, name: &str) -> Option<&'p Parameters> {
    of.members().find(|(known, _)| *known == name).map(|(_, member)| member)
}

fn element<'p>(of: &'p Parameters, list: &str, index: usize) -> Option<&'p Parameters> {
    member(of, list)?.elements().nth(index)
}

pub(super) fn write_fleet(xml: &mut Xml, fleet: &Ec2Fleet) {
    let group = &fleet.group;
    let request = &group.request;
    let kept = parameters(fleet);
    xml.optional("activityStatus", activity_status(fleet));
    xml.time("createTime", group.create_time);
    xml.text("fleetId", fleet.fleet_id.as_str());
    xml.text("fleetState", fleet.state.name());
    xml.text("clientToken", &group.client_token);
    xml.text("excessCapacityTerminationPolicy", request.excess_capacity_termination_policy.name());
    xml.text("fulfilledCapacity", &shortest(group.fulfilled_capacity));
    xml.text("fulfilledOnDemandCapacity", &shortest(group.fulfilled_pay_as_you_go_capacity));
    write_configs(xml, &kept);
    write_capacity(xml, fleet);
    xml.value("terminateInstancesWithExpiration", request.terminate_instances_with_expiration);
    xml.text("type", request.group_type.name());
    for (name, time) in [("validFrom", request.valid_from), ("validUntil", request.valid_until)] {
        if let Some(time) = time {
            xml.time(name, time);
        }
    }
    let replaces = member(&kept, "ReplaceUnhealthyInstances").and_then(Parameters::text);
    xml.text("replaceUnhealthyInstances", &replaces.unwrap_or("false").to_lowercase());
    write_options(xml, fleet, &kept);
    xml.tags(&request.tags);
    if request.is_instant() {
        xml.list("errorSet", &fleet.errors, |xml, error| write_error(xml, fleet, error));
        xml.list("fleetInstanceSet", &fleet.instances, |xml, row| write_instances(xml, fleet, row));
    }
    xml.optional("context", member(&kept, "Context").and_then(Parameters::text));
}

fn write_configs(xml: &mut Xml, kept: &Parameters) {
    let configs = member(kept, "LaunchTemplateConfigs").into_iter().flat_map(Parameters::elements);
    xml.list("launchTemplateConfigs", configs, |xml, config| {
        if let Some(named) = member(config, "LaunchTemplateSpecification") {
            xml.within("launchTemplateSpecification", |xml| echo(xml, named));
        }
        let overrides = member(config, "Overrides").into_iter().flat_map(Parameters::elements);
        xml.list("overrides", overrides, echo);
    });
}

fn write_capacity(xml: &mut Xml, fleet: &Ec2Fleet) {
    let capacity = &fleet.group.request.capacity;
    xml.within("targetCapacitySpecification", |xml| {
        xml.value("totalTargetCapacity", capacity.total);
        xml.value("onDemandTargetCapacity", capacity.pay_as_you_go);
        xml.value("spotTargetCapacity", capacity.spot);
        xml.text("defaultTargetCapacityType", market(capacity.default_type));
        let unit = fleet.group.request.fleet.as_ref().map(|options| options.unit).unwrap_or_default();
        if unit != FleetUnit::Units {
            xml.text("targetCapacityUnitType", unit.name());
        }
    });
}

fn write_options(xml: &mut Xml, fleet: &Ec2Fleet, kept: &Parameters) {
    let request = &fleet.group.request;
    let Some(options) = request.fleet.as_deref() else { return };
    xml.within("spotOptions", |xml| {
        xml.text("allocationStrategy", options.spot_strategy.name());
        let behavior = member(kept, "SpotOptions").and_then(|spot| member(spot, "InstanceInterruptionBehavior"));
        let behavior = behavior.and_then(Parameters::text).unwrap_or(request.interruption_behavior.name());
        xml.text("instanceInterruptionBehavior", behavior);
        if options.spot_strategy == FleetSpotStrategy::LowestPrice {
            xml.value("instancePoolsToUseCount", request.spot_pools_to_use.unwrap_or(1));
        }
        let strategies = member(kept, "SpotOptions").and_then(|spot| member(spot, "MaintenanceStrategies"));
        if let Some(strategies) = strategies {
            xml.within("maintenanceStrategies", |xml| echo(xml, strategies));
        }
        write_limits(xml, &options.spot_limits);
    });
    xml.within("onDemandOptions", |xml| {
        xml.text("allocationStrategy", options.on_demand_strategy.name());
        let reservations =
            member(kept, "OnDemandOptions").and_then(|options| member(options, "CapacityReservationOptions"));
        if let Some(reservations) = reservations {
            xml.within("capacityReservationOptions", |xml| echo(xml, reservations));
        }
        write_limits(xml, &options.on_demand_limits);
    });
}

fn write_limits(xml: &mut Xml, limits: &FleetMarketLimits) {
    for (name, flag) in [
        ("singleInstanceType", limits.single_instance_type),
        ("singleAvailabilityZone", limits.single_availability_zone),
    ] {
        if flag {
            xml.value(name, true);
        }
    }
    if let Some(minimum) = limits.min_target_capacity {
        xml.value("minTargetCapacity", minimum);
    }
    xml.optional("maxTotalPrice", limits.max_total_price.map(shortest).as_deref());
}
