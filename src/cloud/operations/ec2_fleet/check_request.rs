//! What the request of a fleet must be before the market is looked at (G21, G23, G24).

use super::resolve::MIB_PER_GIB;
use crate::base::Decimal;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreateFleetRequest, Ec2FleetKind, FleetMarketLimits, FleetOverride, FleetSpotStrategy, FleetUnit, GroupType,
};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The most units that a fleet may ask for.
const MAX_UNITS: u32 = 10_000;
/// The most launch template configs of a fleet.
const MAX_CONFIGS: usize = 50;
/// The most overrides of a fleet that is not `instant`.
const MAX_OVERRIDES: usize = 300;
/// The highest minimum of an `instant` fleet, in units.
const HIGHEST_MINIMUM: u32 = 1_000;

/// # Errors
/// What no fleet can have.
pub(super) fn check_request(request: &CreateFleetRequest) -> Result<()> {
    let refuse = |member, code, message: String| Err(CloudError::of(member, code, message));
    if request.kind == Ec2FleetKind::SpotFleet && request.fleet_type == GroupType::Instant {
        let message = "a spot fleet is of type `request` or `maintain`, not `instant`";
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let capacity = &request.capacity;
    if u64::from(capacity.pay_as_you_go) + u64::from(capacity.spot) > u64::from(capacity.total) {
        let message = format!(
            "the total target capacity {} is below the on-demand target {} and the spot target {} together",
            capacity.total, capacity.pay_as_you_go, capacity.spot
        );
        return refuse(Member::TotalTargetCapacity, codes::INVALID_PARAMETER_COMBINATION, message);
    }
    let most = if request.unit == FleetUnit::MemoryMib { MAX_UNITS * MIB_PER_GIB } else { MAX_UNITS };
    if capacity.total > most || (capacity.total == 0 && request.fleet_type != GroupType::Maintain) {
        let message = format!("the total target capacity {} is not between 1 and {most}", capacity.total);
        return refuse(Member::TotalTargetCapacity, codes::INVALID_PARAMETER_VALUE, message);
    }
    let overrides: usize = request.configs.iter().map(|config| config.overrides.len()).sum();
    let too_many = overrides > MAX_OVERRIDES && request.fleet_type != GroupType::Instant;
    if request.configs.is_empty() || request.configs.len() > MAX_CONFIGS || too_many {
        let message = format!(
            "a fleet has 1 to {MAX_CONFIGS} launch template configs, and at most {MAX_OVERRIDES} overrides unless it is \
             `instant`; this one has {} and {overrides}",
            request.configs.len()
        );
        return refuse(Member::LaunchTemplateConfig, codes::INVALID_PARAMETER_VALUE, message);
    }
    for one in request.configs.iter().flat_map(|config| &config.overrides) {
        check_override(one)?;
    }
    check_unit(request)?;
    if request.spot.pools_to_use.is_some() && request.spot.strategy != FleetSpotStrategy::LowestPrice {
        let message = "the number of spot pools to use goes only with the spot strategy `lowest-price`".to_owned();
        return refuse(Member::SpotInstancePoolsToUseCount, codes::INVALID_PARAMETER_COMBINATION, message);
    }
    for limits in [&request.spot.limits, &request.on_demand.limits] {
        check_limits(request, limits)?;
    }
    match (request.valid_from, request.valid_until) {
        (Some(from), Some(until)) if from >= until => {
            let message = format!("the window ends at {until}, which is not after its beginning at {from}");
            refuse(Member::ValidUntil, codes::INVALID_PARAMETER_VALUE, message)
        }
        _ => Ok(()),
    }
}

/// Another unit than units goes with requirements, and says the weight itself.
fn check_unit(request: &CreateFleetRequest) -> Result<()> {
    let fits = |one: &FleetOverride| one.requirements.is_some() && one.weighted_capacity.is_none();
    let all_fit =
        request.configs.iter().all(|config| !config.overrides.is_empty() && config.overrides.iter().all(fits));
    if request.unit == FleetUnit::Units || all_fit {
        return Ok(());
    }
    let message = format!(
        "a target capacity in `{}` needs overrides that have requirements and no weight of their own",
        request.unit.name()
    );
    Err(CloudError::of(Member::TotalTargetCapacity, codes::INVALID_PARAMETER_COMBINATION, message))
}

fn check_override(one: &FleetOverride) -> Result<()> {
    if let Some(weight) = one.weighted_capacity.filter(|weight| *weight <= Decimal::ZERO) {
        let message = format!("the weight {weight} is not above 0");
        return Err(CloudError::of(Member::WeightedCapacity, codes::INVALID_PARAMETER_VALUE, message));
    }
    if let Some(price) = one.max_price.filter(|price| *price <= Decimal::new(1, 3)) {
        let message = format!("the maximum price {price} is not above 0.001");
        return Err(CloudError::of(Member::MaxPrice, codes::INVALID_PARAMETER_VALUE, message));
    }
    let percentages = one.requirements.as_ref().map(|requirements| {
        (requirements.spot_max_price_percentage, requirements.spot_max_price_percentage_of_on_demand)
    });
    if matches!(percentages, Some((Some(_), Some(_)))) {
        let message =
            "requirements limit the spot price over the lowest spot price or of the on-demand price, not both";
        return Err(CloudError::of(Member::InstanceType, codes::INVALID_PARAMETER_COMBINATION, message));
    }
    if one.instance_type.is_some() && one.requirements.is_some() {
        let message = "an override names an instance type or requirements, not both";
        return Err(CloudError::of(Member::InstanceType, codes::INVALID_PARAMETER_COMBINATION, message));
    }
    Ok(())
}

/// Only fleets of type `instant` may have limits of a billing's capacity, apart from the price (G23).
fn check_limits(request: &CreateFleetRequest, limits: &FleetMarketLimits) -> Result<()> {
    let is_single = limits.single_instance_type || limits.single_availability_zone;
    if request.fleet_type != GroupType::Instant && (is_single || limits.min_target_capacity.is_some()) {
        let message = "a minimum, a single type and a single zone go only with fleets of type `instant`";
        return Err(CloudError::of(Member::MinTargetCapacity, codes::INVALID_PARAMETER_COMBINATION, message));
    }
    match limits.min_target_capacity {
        Some(minimum) if minimum > HIGHEST_MINIMUM || minimum > request.capacity.total => {
            let message =
                format!("the minimum {minimum} is above {HIGHEST_MINIMUM}, or above the total target capacity");
            Err(CloudError::of(Member::MinTargetCapacity, codes::INVALID_PARAMETER_VALUE, message))
        }
        Some(_) if !is_single => {
            let message = "a minimum needs a single type or a single zone";
            Err(CloudError::of(Member::MinTargetCapacity, codes::INVALID_PARAMETER_COMBINATION, message))
        }
        _ => Ok(()),
    }
}
