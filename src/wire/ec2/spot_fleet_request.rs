//! Reads the request of a spot fleet, which says the same as that of a fleet in other words (G27).

use super::fleet_request::{chosen, invalid, launch_config, missing, read_config, read_override, strategy};
use super::{Result, security_group_lookup, tags_on_creation, templates};
use crate::base::{Billing, Decimal};
use crate::cloud::model::{
    Capacity, CreateFleetRequest, Ec2FleetKind, ExcessCapacityTerminationPolicy, FleetLaunchTemplateConfig,
    FleetMarketLimits, FleetOnDemandOptions, FleetOverride, FleetSpotOptions, FleetSpotStrategy, GroupType, Tags,
    fleet_interruption,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::{Arguments, Parameters};

/// What a spot fleet is shown with as it was sent.
const STORED_PARAMETERS: [&str; 8] = [
    "Context",
    "IamFleetRole",
    "LaunchSpecifications",
    "LaunchTemplateConfigs",
    "LoadBalancersConfig",
    "ReplaceUnhealthyInstances",
    "SpotMaintenanceStrategies",
    "SpotPrice",
];

/// The request in the words of fleets, and the text that the spot fleet is shown with.
pub(super) fn read(cloud: &SimCloud, config: &Arguments<'_>) -> Result<CreateFleetRequest> {
    config.required("IamFleetRole")?;
    let total = config.number("TargetCapacity")?.ok_or_else(|| missing("SpotFleetRequestConfig.TargetCapacity"))?;
    let on_demand = config.number("OnDemandTargetCapacity")?.unwrap_or(0);
    let spot_strategy = strategy(config, "AllocationStrategy")?.unwrap_or_default();
    check_launches(config, on_demand, spot_strategy)?;
    Ok(CreateFleetRequest {
        kind: Ec2FleetKind::SpotFleet,
        fleet_type: config.choice("Type")?.unwrap_or(GroupType::Maintain),
        capacity: capacity(total, on_demand),
        unit: config.choice("TargetCapacityUnitType")?.unwrap_or_default(),
        spot: FleetSpotOptions {
            strategy: spot_strategy,
            pools_to_use: config.number("InstancePoolsToUseCount")?.filter(|count: &u32| *count > 0),
            interruption_behavior: fleet_interruption(config.text("InstanceInterruptionBehavior")),
            limits: limits(config, "SpotMaxTotalPrice")?,
        },
        on_demand: FleetOnDemandOptions {
            strategy: strategy(config, "OnDemandAllocationStrategy")?.unwrap_or_default(),
            limits: limits(config, "OnDemandMaxTotalPrice")?,
        },
        excess_capacity_termination_policy: excess_policy(config)?
            .unwrap_or(ExcessCapacityTerminationPolicy::Termination),
        terminate_instances_with_expiration: config.flag("TerminateInstancesWithExpiration")?.unwrap_or(false),
        valid_from: config.time("ValidFrom")?,
        valid_until: config.time("ValidUntil")?,
        configs: configs(cloud, config)?,
        tags: tags_on_creation(config, Ec2FleetKind::SpotFleet.name()),
        instance_tags: Tags::new(),
        client_token: config.owned("ClientToken"),
        configuration: serde_json::to_string(&config.whole().flattened(&STORED_PARAMETERS)).unwrap_or_default(),
    })
}

/// What is not on-demand is spot.
pub(super) const fn capacity(total: u32, on_demand: u32) -> Capacity {
    Capacity { total, pay_as_you_go: on_demand, spot: total.saturating_sub(on_demand), default_type: Billing::Spot }
}

/// `default` releases what is above the target.
pub(super) fn excess_policy(arguments: &Arguments<'_>) -> Result<Option<ExcessCapacityTerminationPolicy>> {
    const NAME: &str = "ExcessCapacityTerminationPolicy";
    match arguments.text(NAME) {
        None => Ok(None),
        Some("default") => Ok(Some(ExcessCapacityTerminationPolicy::Termination)),
        Some("noTermination") => Ok(Some(ExcessCapacityTerminationPolicy::NoTermination)),
        Some(other) => Err(invalid(NAME, other)),
    }
}

fn limits(config: &Arguments<'_>, most: &str) -> Result<FleetMarketLimits> {
    Ok(FleetMarketLimits { max_total_price: config.decimal(most)?, ..FleetMarketLimits::default() })
}

/// Specifications or templates, and priorities and on-demand capacity with templates only.
fn check_launches(config: &Arguments<'_>, on_demand: u32, spot_strategy: FleetSpotStrategy) -> Result<()> {
    let has = |name: &str| !config.list(name).is_empty();
    let (specifications, templates) = (has("LaunchSpecifications"), has("LaunchTemplateConfigs"));
    let needs_templates = on_demand > 0 || spot_strategy == FleetSpotStrategy::CapacityOptimizedPrioritized;
    let message = match (specifications, templates) {
        (false, false) => return Err(missing("SpotFleetRequestConfig.LaunchTemplateConfigs")),
        (true, true) => "A spot fleet has launch specifications or launch template configs, not both.",
        (true, false) if needs_templates => {
            "On-demand capacity and the strategy capacityOptimizedPrioritized need launch template configs."
        }
        _ => return Ok(()),
    };
    Err(CloudError::new(codes::INVALID_PARAMETER_COMBINATION, message))
}

fn configs(cloud: &SimCloud, config: &Arguments<'_>) -> Result<Vec<FleetLaunchTemplateConfig>> {
    let usual_price = config.decimal("SpotPrice")?;
    let specifications = config.list("LaunchSpecifications");
    let specified = specifications.iter().map(|specification| read_specification(cloud, specification));
    let templates = config.list("LaunchTemplateConfigs");
    let of_templates = templates.iter().map(|one| read_config(cloud, one, chosen(cloud, one)?));
    let mut configs = specified.chain(of_templates).collect::<Result<Vec<_>>>()?;
    for config in &mut configs {
        set_usual_price(config, usual_price);
    }
    Ok(configs)
}

/// The price of the request holds for every pool that has none of its own.
fn set_usual_price(config: &mut FleetLaunchTemplateConfig, price: Option<Decimal>) {
    if price.is_some() && config.overrides.is_empty() {
        config.overrides.push(FleetOverride::default());
    }
    for one in &mut config.overrides {
        one.max_price = one.max_price.or(price);
    }
}

/// A launch specification is a template of its own with an override for each zone or subnet that it names.
fn read_specification(cloud: &SimCloud, specification: &Arguments<'_>) -> Result<FleetLaunchTemplateConfig> {
    let data = launch_template_data(specification);
    security_group_lookup::launch_groups(cloud, &data.arguments(), None)?;
    let content = templates::content(cloud, &data)?;
    let own = specification.whole().texts();
    let overrides = places(specification).into_iter().map(|place| {
        let mut texts = own.clone();
        texts.extend(place);
        read_override(cloud, &Parameters::from_pairs(texts).arguments())
    });
    Ok(launch_config(content, overrides.collect::<Result<Vec<_>>>()?))
}

/// The subnets of a specification, else its zones: each may be several in one text, with commas between.
fn places(specification: &Arguments<'_>) -> Vec<Option<(String, String)>> {
    let subnets = specification.text("SubnetId").map(|text| ("SubnetId", text));
    let zones = specification.within("Placement").text("AvailabilityZone");
    let Some((name, text)) = subnets.or(zones.map(|text| ("Placement.AvailabilityZone", text))) else {
        return vec![None];
    };
    text.split(',').map(|place| Some((name.to_owned(), place.trim().to_owned()))).collect()
}

/// A launch specification in the words of the data of a launch template.
fn launch_template_data(specification: &Arguments<'_>) -> Parameters {
    let renamed = specification.whole().texts().into_iter().map(|(name, text)| {
        let group = name.strip_prefix("GroupSet.").and_then(|rest| rest.split_once('.'));
        let name = match group {
            Some((place, "GroupName")) => format!("SecurityGroup.{place}"),
            Some((place, _)) => format!("SecurityGroupId.{place}"),
            None => match name.split_once('.') {
                Some((list @ ("NetworkInterfaceSet" | "TagSpecificationSet"), rest)) => {
                    format!("{}.{rest}", list.trim_end_matches("Set"))
                }
                _ => name,
            },
        };
        (name, text)
    });
    Parameters::from_pairs(renamed)
}
