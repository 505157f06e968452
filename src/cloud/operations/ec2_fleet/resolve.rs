//! From templates and overrides to the pools of a group (G21, G24).

use std::collections::{BTreeMap, BTreeSet};

use super::check_request::check_request;
use super::requirements::{matching_types, price_protected};
use crate::base::{Billing, Decimal, GroupId};
use crate::catalogue::{Image, InstanceType, Zone};
use crate::cloud::check;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, CreateFleetRequest, FleetLaunchTemplateConfig, FleetOptions, FleetOverride,
    FleetPoolOrigin, FleetUnit, GroupType, LaunchConfiguration, LaunchTemplateConfig,
};
use crate::cloud::world::{VSwitch, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// MiB in a GiB.
pub(super) const MIB_PER_GIB: u32 = 1024;

/// The group that a fleet is kept as. Its configs have a type and a zone each: overrides without a type have their
/// template's, those with requirements stand for every type that has the attributes and is sold in the zone, and those
/// without a zone for every zone that sells the type.
pub(super) fn resolve(world: &mut World, request: &CreateFleetRequest) -> Result<CreateAutoProvisioningGroupRequest> {
    check_request(request)?;
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
    let mut launches = launches(request);
    let options = FleetOptions {
        fleet_id: GroupId::from(""),
        spot_strategy: request.spot.strategy,
        on_demand_strategy: request.on_demand.strategy,
        spot_limits: request.spot.limits.clone(),
        on_demand_limits: request.on_demand.limits.clone(),
        unit: request.unit,
        origins: pools.origins,
        price_protected: pools.price_protected,
        further_launches: launches.split_off(&1),
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
        launch_configuration: launches.remove(&0).unwrap_or_default(),
        tags: request.tags.clone(),
        configuration: request.configuration.clone(),
        fleet: Some(Box::new(options)),
        ..CreateAutoProvisioningGroupRequest::default()
    })
}

/// What the template of each config says (G21).
fn launches(request: &CreateFleetRequest) -> BTreeMap<usize, LaunchConfiguration> {
    let mut launches: BTreeMap<usize, LaunchConfiguration> =
        request.configs.iter().map(|config| config.template.launch.clone()).enumerate().collect();
    if request.fleet_type == GroupType::Instant {
        for launch in launches.values_mut() {
            launch.tags.extend(request.instance_tags.clone());
        }
    }
    launches
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
            self.price_protected.extend(price_protected(world, requirements, request.unit, &types, &places));
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
                let weight = weight(request.unit, known).or(one.weighted_capacity);
                self.origins.push(FleetPoolOrigin {
                    zone_id: zone.id.into(),
                    instance_type: known.name.into(),
                    config: config_index,
                    override_index,
                });
                self.configs.push(LaunchTemplateConfig {
                    instance_type: Some(known.name.into()),
                    vswitch_id: Some(vswitch.vswitch_id.clone()),
                    weighted_capacity: weight,
                    max_price: one.max_price.map(|price| price * weight.unwrap_or(Decimal::ONE)),
                    priority: one.priority,
                    image_id: Some(image.image_id.as_str().into()),
                    ..LaunchTemplateConfig::default()
                });
            }
        }
        Ok(())
    }
}

/// What an instance of a type counts where the capacity is not in units (G24).
pub(super) fn weight(unit: FleetUnit, of: &InstanceType) -> Option<Decimal> {
    match unit {
        FleetUnit::Units => None,
        FleetUnit::Vcpu => Some(of.vcpus.into()),
        FleetUnit::MemoryMib => Some(of.memory_gib * Decimal::from(MIB_PER_GIB)),
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
