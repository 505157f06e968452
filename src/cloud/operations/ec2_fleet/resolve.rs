//! From templates and overrides to the pools of a group (G21, G24).

use std::collections::BTreeSet;

use super::requirements::{matching_types, price_protected};
use crate::base::{Billing, Decimal, GroupId};
use crate::catalogue::{Image, InstanceType, Zone};
use crate::cloud::check;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, CreateFleetRequest, FleetLaunchTemplateConfig, FleetMarketLimits, FleetOptions,
    FleetOverride, FleetPoolOrigin, FleetSpotStrategy, GroupType, LaunchConfiguration, LaunchTemplateConfig,
};
use crate::cloud::world::{VSwitch, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The most units that a fleet may ask for.
const MOST_UNITS: u32 = 10_000;
/// The most launch template configs of a fleet.
const MOST_CONFIGS: usize = 50;
/// The most overrides of a fleet that is not `instant`.
const MOST_OVERRIDES: usize = 300;
/// The highest minimum of an `instant` fleet, in units.
const HIGHEST_MINIMUM: u32 = 1_000;

/// The group that a fleet is kept as. Its configs have a type and a place each: overrides without a type have their
/// template's, those with requirements stand for every type that has the attributes and is sold in the zone, and those
/// without a place for every zone that sells the type.
pub(super) fn resolve(world: &mut World, request: &CreateFleetRequest) -> Result<CreateAutoProvisioningGroupRequest> {
    check(request)?;
    let mut pools = Pools::default();
    for (index, config) in request.configs.iter().enumerate() {
        let overrides: &[FleetOverride] = &config.overrides;
        if overrides.is_empty() {
            pools.add(world, request, (index, None), config, &FleetOverride::default())?;
        }
        for (place, one) in overrides.iter().enumerate() {
            pools.add(world, request, (index, Some(place)), config, one)?;
        }
    }
    let options = FleetOptions {
        fleet_id: GroupId::from(""),
        spot_strategy: request.spot.strategy,
        on_demand_strategy: request.on_demand.strategy,
        spot_limits: request.spot.limits.clone(),
        on_demand_limits: request.on_demand.limits.clone(),
        origins: pools.origins,
        price_protected: pools.price_protected,
    };
    Ok(CreateAutoProvisioningGroupRequest {
        group_type: request.fleet_type,
        capacity: request.capacity,
        spot_pools_to_use: request.spot.pools_to_use,
        interruption_behavior: request.spot.interruption_behavior,
        excess_capacity_termination_policy: request.excess_capacity_termination_policy,
        terminate_instances_with_expiration: request.terminate_instances_with_expiration,
        valid_from: request.valid_from,
        valid_until: request.valid_until,
        configs: pools.configs,
        launch_configuration: launch_configuration(request),
        tags: request.tags.clone(),
        configuration: request.configuration.clone(),
        fleet: Some(Box::new(options)),
        ..CreateAutoProvisioningGroupRequest::default()
    })
}

/// Of the first template; of the others, image and key pair count alone (G21).
fn launch_configuration(request: &CreateFleetRequest) -> LaunchConfiguration {
    let mut launch = request.configs.first().map(|config| config.template.launch.clone()).unwrap_or_default();
    if request.fleet_type == GroupType::Instant {
        launch.tags.extend(request.instance_tags.clone());
    }
    launch
}

#[derive(Default)]
struct Pools {
    configs: Vec<LaunchTemplateConfig>,
    origins: Vec<FleetPoolOrigin>,
    price_protected: BTreeSet<(Billing, crate::base::ZoneId, crate::base::InstanceTypeName)>,
}

impl Pools {
    /// Adds the pools of one override; of pools that are named twice, the first counts (G2).
    fn add(
        &mut self,
        world: &mut World,
        request: &CreateFleetRequest,
        (config_index, override_index): (usize, Option<usize>),
        config: &FleetLaunchTemplateConfig,
        one: &FleetOverride,
    ) -> Result<()> {
        let image = image(world, request, config, one)?;
        let key_pair = config.template.launch.key_pair_name.as_ref();
        check::key_pair(world, key_pair, Member::KeyPairName, codes::INVALID_KEY_PAIR_NOT_FOUND)?;
        let places = places(world, config, one)?;
        let types = types(world, config, one, &image, &places)?;
        if let Some(requirements) = &one.requirements {
            self.price_protected.extend(price_protected(world, requirements, &types, &places));
        }
        let sells = |zone: &Zone, known: &InstanceType| check::sold(world, zone, known).is_some();
        let any_sells = places.iter().any(|(zone, _)| types.iter().any(|known| sells(zone, known)));
        for (zone, vswitch) in &places {
            for known in &types {
                let is_listed = |origin: &FleetPoolOrigin| {
                    origin.zone_id.as_str() == zone.id && origin.instance_type.as_str() == known.name
                };
                // Zones that sell nothing of it are passed over unless all do: then the errors say so.
                if self.origins.iter().any(is_listed) || any_sells && !sells(zone, known) {
                    continue;
                }
                let weight = one.weighted_capacity.unwrap_or(Decimal::ONE);
                self.origins.push(FleetPoolOrigin {
                    zone_id: zone.id.into(),
                    instance_type: known.name.into(),
                    config: config_index,
                    override_index,
                    key_pair_name: config.template.launch.key_pair_name.clone(),
                });
                self.configs.push(LaunchTemplateConfig {
                    instance_type: Some(known.name.into()),
                    vswitch_id: Some(vswitch.vswitch_id.clone()),
                    weighted_capacity: one.weighted_capacity,
                    max_price: one.max_price.map(|price| price * weight),
                    priority: one.priority,
                    image_id: Some(image.image_id.as_str().into()),
                    ..LaunchTemplateConfig::default()
                });
            }
        }
        Ok(())
    }
}

fn image(
    world: &World,
    request: &CreateFleetRequest,
    config: &FleetLaunchTemplateConfig,
    one: &FleetOverride,
) -> Result<Image> {
    let own = one.image_id.as_ref().filter(|_| request.fleet_type == GroupType::Instant);
    let image_id = own.or(config.template.launch.image_id.as_ref()).ok_or_else(|| {
        CloudError::of(Member::ImageId, codes::MISSING_PARAMETER, "the launch template of the fleet names no image")
    })?;
    check::image(world, image_id, codes::INVALID_AMI_NOT_FOUND)
}

/// The override's subnet or zone, else the template's, else every zone of the region with its default vSwitch.
fn places(
    world: &mut World,
    config: &FleetLaunchTemplateConfig,
    one: &FleetOverride,
) -> Result<Vec<(&'static Zone, VSwitch)>> {
    let named = one.vswitch_id.is_some() || one.zone_id.is_some();
    let (vswitch_id, zone_id) =
        if named { (&one.vswitch_id, &one.zone_id) } else { (&config.template.vswitch_id, &config.template.zone_id) };
    if let Some(vswitch_id) = vswitch_id {
        let vswitch = check::vswitch(world, vswitch_id.as_str())?;
        return Ok(vec![(check::zone(world, &vswitch.zone_id)?, vswitch)]);
    }
    let zones = match zone_id {
        Some(zone_id) => vec![check::zone(world, zone_id)?],
        None => check::zones(world),
    };
    Ok(zones.into_iter().map(|zone| (zone, VSwitch::default_of(zone))).collect())
}

fn types(
    world: &World,
    config: &FleetLaunchTemplateConfig,
    one: &FleetOverride,
    image: &Image,
    places: &[(&'static Zone, VSwitch)],
) -> Result<Vec<&'static InstanceType>> {
    if let Some(requirements) = &one.requirements {
        return Ok(matching_types(world, requirements, image, places));
    }
    let name = one.instance_type.as_ref().or(config.template.instance_type.as_ref()).ok_or_else(|| {
        let message = "neither the launch template of the fleet nor the override names an instance type";
        CloudError::of(Member::InstanceType, codes::MISSING_PARAMETER, message)
    })?;
    Ok(vec![check::instance_type(name, codes::INVALID_PARAMETER_VALUE)?])
}

/// What a fleet's request must be before the market is looked at.
fn check(request: &CreateFleetRequest) -> Result<()> {
    let refuse = |member, code, message: String| Err(CloudError::of(member, code, message));
    let capacity = &request.capacity;
    if u64::from(capacity.pay_as_you_go) + u64::from(capacity.spot) > u64::from(capacity.total) {
        let message = format!(
            "the total target capacity {} is below the on-demand target {} and the spot target {} together",
            capacity.total, capacity.pay_as_you_go, capacity.spot
        );
        return refuse(Member::TotalTargetCapacity, codes::INVALID_PARAMETER_COMBINATION, message);
    }
    if capacity.total > MOST_UNITS || (capacity.total == 0 && request.fleet_type != GroupType::Maintain) {
        let message = format!("the total target capacity {} is not between 1 and {MOST_UNITS}", capacity.total);
        return refuse(Member::TotalTargetCapacity, codes::INVALID_PARAMETER_VALUE, message);
    }
    let overrides: usize = request.configs.iter().map(|config| config.overrides.len()).sum();
    let too_many = overrides > MOST_OVERRIDES && request.fleet_type != GroupType::Instant;
    if request.configs.is_empty() || request.configs.len() > MOST_CONFIGS || too_many {
        let message = format!(
            "a fleet has 1 to {MOST_CONFIGS} launch template configs, and at most {MOST_OVERRIDES} overrides unless it is \
             `instant`; this one has {} and {overrides}",
            request.configs.len()
        );
        return refuse(Member::LaunchTemplateConfig, codes::INVALID_PARAMETER_VALUE, message);
    }
    for one in request.configs.iter().flat_map(|config| &config.overrides) {
        check_override(one)?;
    }
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

fn check_override(one: &FleetOverride) -> Result<()> {
    if let Some(weight) = one.weighted_capacity.filter(|weight| *weight <= Decimal::ZERO) {
        let message = format!("the weight {weight} is not above 0");
        return Err(CloudError::of(Member::WeightedCapacity, codes::INVALID_PARAMETER_VALUE, message));
    }
    if let Some(price) = one.max_price.filter(|price| *price <= Decimal::new(1, 3)) {
        let message = format!("the maximum price {price} is not above 0.001");
        return Err(CloudError::of(Member::MaxPrice, codes::INVALID_PARAMETER_VALUE, message));
    }
    if one.instance_type.is_some() && one.requirements.is_some() {
        let message = "an override names an instance type or requirements, not both";
        return Err(CloudError::of(Member::InstanceType, codes::INVALID_PARAMETER_COMBINATION, message));
    }
    Ok(())
}

/// What binds the capacity of a billing goes with fleets of type `instant` only, apart from the price (G23).
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
