//! Reads the request of a fleet.

use super::templates::{self, Chosen};
use super::{Result, check_id, ids};
use crate::base::{ApiEnum, Billing};
use crate::catalogue;
use crate::cloud::model::{
    Bounds, Capacity, CreateFleetRequest, Ec2FleetKind, ExcessCapacityTerminationPolicy, FleetLaunchTemplateConfig,
    FleetMarketLimits, FleetOnDemandOptions, FleetOverride, FleetSpotOptions, GroupType, Inclusion,
    InstanceRequirements, LaunchTemplateContent, Tags, fleet_interruption, fleet_strategy,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

/// What a fleet is shown with and the world does not read.
pub(super) const STORED_PARAMETERS: [&str; 6] = [
    "Context",
    "LaunchTemplateConfigs",
    "OnDemandOptions",
    "ReplaceUnhealthyInstances",
    "ReservedCapacityOptions",
    "SpotOptions",
];

/// What a public address costs in the words of the world: any bandwidth to the internet.
const PUBLIC_BANDWIDTH: u32 = 1;

/// The request, and the text that its fleet is shown with.
pub(super) fn read(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<CreateFleetRequest> {
    let mut kept = arguments.whole().flattened(&STORED_PARAMETERS);
    let mut configs = Vec::new();
    for (place, config) in (1..).zip(arguments.list("LaunchTemplateConfigs")) {
        let chosen = chosen(cloud, &config)?;
        // Replies say which version a name or `$Latest` has led to.
        let prefix = format!("LaunchTemplateConfigs.{place}.LaunchTemplateSpecification");
        kept.remove(&format!("{prefix}.LaunchTemplateName"));
        kept.insert(format!("{prefix}.LaunchTemplateId"), chosen.template.launch_template_id.to_string());
        kept.insert(format!("{prefix}.Version"), chosen.version.version_number.to_string());
        configs.push(read_config(cloud, &config, chosen)?);
    }
    let spot = arguments.within("SpotOptions");
    let on_demand = arguments.within("OnDemandOptions");
    Ok(CreateFleetRequest {
        kind: Ec2FleetKind::Ec2Fleet,
        fleet_type: arguments.choice("Type")?.unwrap_or(GroupType::Maintain),
        capacity: capacity(&arguments.within("TargetCapacitySpecification"))?,
        unit: arguments.within("TargetCapacitySpecification").choice("TargetCapacityUnitType")?.unwrap_or_default(),
        spot: FleetSpotOptions {
            strategy: strategy(&spot, "AllocationStrategy")?.unwrap_or_default(),
            pools_to_use: spot.number("InstancePoolsToUseCount")?.filter(|count: &u32| *count > 0),
            interruption_behavior: fleet_interruption(spot.text("InstanceInterruptionBehavior")),
            limits: limits(&spot)?,
        },
        on_demand: FleetOnDemandOptions {
            strategy: strategy(&on_demand, "AllocationStrategy")?.unwrap_or_default(),
            limits: limits(&on_demand)?,
        },
        excess_capacity_termination_policy: excess_policy(arguments)?
            .unwrap_or(ExcessCapacityTerminationPolicy::Termination),
        terminate_instances_with_expiration: arguments.flag("TerminateInstancesWithExpiration")?.unwrap_or(false),
        valid_from: arguments.time("ValidFrom")?,
        valid_until: arguments.time("ValidUntil")?,
        configs,
        tags: super::tags_on_creation(arguments, "fleet"),
        instance_tags: super::tags_on_creation(arguments, "instance"),
        client_token: arguments.owned("ClientToken"),
        configuration: serde_json::to_string(&kept).unwrap_or_default(),
    })
}

/// The template that a config names.
pub(super) fn chosen(cloud: &SimCloud, config: &Arguments<'_>) -> Result<Chosen> {
    let chosen = templates::chosen(cloud, &config.within("LaunchTemplateSpecification"))?;
    chosen.ok_or_else(|| missing("LaunchTemplateConfigs.LaunchTemplateSpecification"))
}

pub(super) fn missing(name: &str) -> CloudError {
    CloudError::new(codes::MISSING_PARAMETER, format!("The request must contain the parameter {name}"))
}

/// Capacities; `None` for what is absent is 0.
pub(super) fn capacity(arguments: &Arguments<'_>) -> Result<Capacity> {
    let total = arguments.number("TotalTargetCapacity")?;
    Ok(Capacity {
        total: total.ok_or_else(|| missing("TargetCapacitySpecification.TotalTargetCapacity"))?,
        pay_as_you_go: arguments.number("OnDemandTargetCapacity")?.unwrap_or(0),
        spot: arguments.number("SpotTargetCapacity")?.unwrap_or(0),
        default_type: match arguments.text("DefaultTargetCapacityType") {
            Some("spot") => Billing::Spot,
            None | Some("on-demand") => Billing::PayAsYouGo,
            Some(other) => return Err(invalid("DefaultTargetCapacityType", other)),
        },
    })
}

pub(super) fn invalid(name: &str, value: &str) -> CloudError {
    CloudError::new(codes::INVALID_PARAMETER_VALUE, format!("Value ({value}) for parameter {name} is invalid."))
}

/// The policy; `terminate`, which the service takes too, is `termination`.
pub(super) fn excess_policy(arguments: &Arguments<'_>) -> Result<Option<ExcessCapacityTerminationPolicy>> {
    match arguments.text("ExcessCapacityTerminationPolicy") {
        Some("terminate") => Ok(Some(ExcessCapacityTerminationPolicy::Termination)),
        _ => arguments.choice("ExcessCapacityTerminationPolicy"),
    }
}

/// A strategy, also in the spelling of spot fleets: `lowestPrice`.
pub(super) fn strategy<E: ApiEnum>(options: &Arguments<'_>, name: &str) -> Result<Option<E>> {
    let Some(text) = options.text(name) else { return Ok(None) };
    fleet_strategy(text).map(Some).map_err(|_| invalid(name, text))
}

fn limits(options: &Arguments<'_>) -> Result<FleetMarketLimits> {
    Ok(FleetMarketLimits {
        single_instance_type: options.flag("SingleInstanceType")?.unwrap_or(false),
        single_availability_zone: options.flag("SingleAvailabilityZone")?.unwrap_or(false),
        min_target_capacity: options.number("MinTargetCapacity")?.filter(|minimum: &u32| *minimum > 0),
        max_total_price: options.decimal("MaxTotalPrice")?,
    })
}

pub(super) fn read_config(
    cloud: &SimCloud,
    config: &Arguments<'_>,
    chosen: Chosen,
) -> Result<FleetLaunchTemplateConfig> {
    let tags: Tags = chosen.tags();
    let mut template = chosen.version.content;
    template.launch.tags = tags;
    let overrides = config.list("Overrides").iter().map(|one| read_override(cloud, one)).collect::<Result<Vec<_>>>()?;
    Ok(launch_config(template, overrides))
}

/// What is launched, without what has no effect, and in which pools.
pub(super) fn launch_config(
    mut template: LaunchTemplateContent,
    overrides: Vec<FleetOverride>,
) -> FleetLaunchTemplateConfig {
    template.launch.without_effect.clear();
    let is_default = |id: &crate::base::VSwitchId| catalogue::zone_of_default_vswitch(id.as_str()).is_some();
    let subnets = overrides.iter().filter_map(|one| one.vswitch_id.as_ref()).chain(&template.vswitch_id);
    // Instances in default subnets have public addresses.
    if subnets.into_iter().all(is_default) {
        template.launch.internet_max_bandwidth_out = PUBLIC_BANDWIDTH;
    }
    FleetLaunchTemplateConfig { template, overrides }
}

pub(super) fn read_override(cloud: &SimCloud, one: &Arguments<'_>) -> Result<FleetOverride> {
    let subnet = one.text("SubnetId").map(|id| -> Result<_> {
        check_id(id, "subnet-", "InvalidSubnetID.Malformed")?;
        Ok(ids::read_subnet_id(cloud.region(), id))
    });
    let requirements = one.within("InstanceRequirements");
    let by_zone_id = one.text("AvailabilityZoneId").map(|id| zone_of_id(cloud, id)).transpose()?;
    let zone = one.text("AvailabilityZone").or_else(|| one.within("Placement").text("AvailabilityZone"));
    Ok(FleetOverride {
        instance_type: one.id("InstanceType"),
        requirements: if requirements.whole().is_empty() { None } else { Some(read_requirements(&requirements)?) },
        vswitch_id: subnet.transpose()?,
        zone_id: zone.map(Into::into).or(by_zone_id),
        weighted_capacity: one.decimal("WeightedCapacity")?,
        // Spot fleets call it otherwise.
        max_price: one.decimal("MaxPrice")?.or(one.decimal("SpotPrice")?),
        priority: one.number("Priority")?,
        image_id: one.id("ImageId"),
    })
}

fn zone_of_id(cloud: &SimCloud, id: &str) -> Result<crate::base::ZoneId> {
    let mut zones = catalogue::region(cloud.region().as_str()).into_iter().flat_map(catalogue::Region::zones);
    let zone = zones.find(|zone| zone.ec2_zone_id == Some(id));
    zone.map(|zone| zone.id.into()).ok_or_else(|| invalid("AvailabilityZoneId", id))
}

fn read_requirements(of: &Arguments<'_>) -> Result<InstanceRequirements> {
    // The lists of spot fleets end in `Set`.
    let texts = |name: &str| {
        let lists = [of.texts(name), of.texts(&format!("{name}Set"))];
        lists.into_iter().flatten().map(str::to_owned)
    };
    let bounds = |name: &str| -> Result<Bounds> {
        let range = of.within(name);
        Ok(Bounds { min: range.decimal("Min")?, max: range.decimal("Max")? })
    };
    let inclusion = |name: &str| of.choice::<Inclusion>(name);
    Ok(InstanceRequirements {
        vcpus: bounds("VCpuCount")?,
        memory_mib: bounds("MemoryMiB")?,
        memory_gib_per_vcpu: bounds("MemoryGiBPerVCpu")?,
        cpu_manufacturers: texts("CpuManufacturer").collect(),
        allowed_instance_types: texts("AllowedInstanceType").collect(),
        excluded_instance_types: texts("ExcludedInstanceType").collect(),
        instance_generations: texts("InstanceGeneration").collect(),
        bare_metal: inclusion("BareMetal")?.unwrap_or_default(),
        burstable_performance: inclusion("BurstablePerformance")?.unwrap_or_default(),
        local_storage: inclusion("LocalStorage")?,
        local_storage_types: texts("LocalStorageType").collect(),
        total_local_storage_gb: bounds("TotalLocalStorageGB")?,
        network_interface_count: bounds("NetworkInterfaceCount")?,
        accelerator_count: bounds("AcceleratorCount")?,
        accelerator_types: texts("AcceleratorType").collect(),
        accelerator_manufacturers: texts("AcceleratorManufacturer").collect(),
        accelerator_names: texts("AcceleratorName").collect(),
        spot_max_price_percentage: of.number("SpotMaxPricePercentageOverLowestPrice")?,
        spot_max_price_percentage_of_on_demand: of.number("MaxSpotPriceAsPercentageOfOptimalOnDemandPrice")?,
        on_demand_max_price_percentage: of.number("OnDemandMaxPricePercentageOverLowestPrice")?,
    })
}
