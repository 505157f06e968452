//! A spot fleet as replies show it.

use super::echo::echo_as_sent;
use super::fleet_xml::{activity_status, parameters};
use super::xml::Xml;
use crate::base::money::shortest;
use crate::cloud::model::{
    Ec2Fleet, ExcessCapacityTerminationPolicy, FleetSpotStrategy, FleetState, FleetUnit, InterruptionBehavior,
};

/// The state in the words of this API; the cancellation of a fleet whose instances end is done at the next look (E3).
pub(super) const fn state(of: FleetState) -> &'static str {
    match of {
        FleetState::Submitted => "submitted",
        FleetState::Active => "active",
        FleetState::DeletedRunning => "cancelled_running",
        FleetState::DeletedTerminating => "cancelled",
    }
}

/// `lowestPrice` of `lowest-price`.
fn camel_case(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |text, word| {
        let (initial, rest) = word.split_at(word.len().min(1));
        text + &initial.to_ascii_uppercase() + rest
    })
}

pub(super) fn write(xml: &mut Xml, fleet: &Ec2Fleet) {
    xml.optional("activityStatus", activity_status(fleet));
    xml.time("createTime", fleet.group.create_time);
    xml.within("spotFleetRequestConfig", |xml| write_config(xml, fleet));
    xml.text("spotFleetRequestId", fleet.fleet_id.as_str());
    xml.text("spotFleetRequestState", state(fleet.state));
    xml.tags(&fleet.group.request.tags);
}

fn write_config(xml: &mut Xml, fleet: &Ec2Fleet) {
    let group = &fleet.group;
    let request = &group.request;
    echo_as_sent(xml, &parameters(fleet));
    xml.text("clientToken", &group.client_token);
    let policy = match request.excess_capacity_termination_policy {
        ExcessCapacityTerminationPolicy::Termination => "default",
        ExcessCapacityTerminationPolicy::NoTermination => "noTermination",
    };
    xml.text("excessCapacityTerminationPolicy", policy);
    xml.text("fulfilledCapacity", &shortest(group.fulfilled_capacity));
    xml.text("onDemandFulfilledCapacity", &shortest(group.fulfilled_pay_as_you_go_capacity));
    xml.value("targetCapacity", request.capacity.total);
    xml.value("onDemandTargetCapacity", request.capacity.pay_as_you_go);
    xml.value("terminateInstancesWithExpiration", request.terminate_instances_with_expiration);
    xml.text("type", request.group_type.name());
    for (name, time) in [("validFrom", request.valid_from), ("validUntil", request.valid_until)] {
        if let Some(time) = time {
            xml.time(name, time);
        }
    }
    write_options(xml, fleet);
}

fn write_options(xml: &mut Xml, fleet: &Ec2Fleet) {
    let request = &fleet.group.request;
    let Some(options) = request.fleet.as_deref() else { return };
    xml.text("allocationStrategy", &camel_case(options.spot_strategy.name()));
    xml.text("onDemandAllocationStrategy", &camel_case(options.on_demand_strategy.name()));
    let behavior = match request.interruption_behavior {
        InterruptionBehavior::Terminate => "terminate",
        InterruptionBehavior::Stop => "stop",
    };
    xml.text("instanceInterruptionBehavior", behavior);
    if options.spot_strategy == FleetSpotStrategy::LowestPrice {
        xml.value("instancePoolsToUseCount", request.spot_pools_to_use.unwrap_or(1));
    }
    xml.optional("spotMaxTotalPrice", options.spot_limits.max_total_price.map(shortest).as_deref());
    xml.optional("onDemandMaxTotalPrice", options.on_demand_limits.max_total_price.map(shortest).as_deref());
    if options.unit != FleetUnit::Units {
        xml.text("targetCapacityUnitType", options.unit.name());
    }
}
