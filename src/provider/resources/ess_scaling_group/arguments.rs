//! Checks a scaling group's arguments, and maps them to a request of the cloud.

use crate::base::order::Order;
use crate::base::{ApiEnum, Decimal, InstanceTypeName, api_enum};
use crate::cloud::model::{
    CreateScalingGroupRequest, GroupSizes, MultiAzPolicy, PoolOrder, RemovalPolicy, ScalingAllocation,
    ScalingInstanceType, ScalingTemplate, TemplateVersion,
};
use crate::provider::framework::check::{self, elements, number, text};
use crate::tf::provider::PlanRequest;
use crate::tf::{Diagnostics, Path, Value};

api_enum! {
    /// What a scaling group consists of.
    pub(super) enum GroupKind {
        Ecs = "ECS",
        Eci = "ECI",
    }
}

api_enum! {
    /// What is checked of an instance.
    pub(super) enum HealthCheck {
        Ecs = "ECS",
        None = "NONE",
        LoadBalancer = "LOAD_BALANCER",
    }
}

api_enum! {
    /// What becomes of instances that a group releases.
    pub(super) enum ScalingMode {
        Recycle = "recycle",
        Release = "release",
        ForceRecycle = "forceRecycle",
        ForceRelease = "forceRelease",
    }
}

api_enum! {
    /// How prices are compared.
    pub(super) enum PriceComparison {
        PricePerUnit,
        PricePerVCpu,
    }
}

/// An argument with another spelling, which counts where the first one is not set.
const SPELLINGS: [(&str, &str); 3] = [
    ("on_demand_base_capacity", "capacity_options_on_demand_base_capacity"),
    ("on_demand_percentage_above_base_capacity", "capacity_options_on_demand_percentage_above_base_capacity"),
    ("compensate_with_on_demand", "capacity_options_compensate_with_on_demand"),
];

/// Whole numbers with their bounds.
const NUMBERS: [(&str, u32, u32); 11] = [
    ("min_size", 0, 2_000),
    ("max_size", 0, 2_000),
    ("desired_capacity", 0, 2_000),
    ("on_demand_base_capacity", 0, 1_000),
    ("capacity_options_on_demand_base_capacity", 0, 1_000),
    ("on_demand_percentage_above_base_capacity", 0, 100),
    ("capacity_options_on_demand_percentage_above_base_capacity", 0, 100),
    ("spot_instance_pools", 0, 10),
    ("default_cooldown", 0, 86_400),
    ("stop_instance_timeout", 30, 240),
    ("max_instance_lifetime", 86_400, u32::MAX),
];

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for (name, least, most) in NUMBERS {
        check::within(config, &root, name, least, most, diagnostics);
    }
    sizes(config, diagnostics);
    name(config, diagnostics);
    check::tags(config, &root, "tags", diagnostics);
    check::not_both(config, &root, "health_check_type", "health_check_types", diagnostics);
    removal_policies(config, diagnostics);
    version(config, diagnostics);
    for (index, over) in elements(config, "launch_template_override").iter().enumerate() {
        let at = Path::root("launch_template_override").index(index);
        check::within(over, &at, "weighted_capacity", 0, 500, diagnostics);
        not_below_zero(over, &at, "spot_price_limit", diagnostics);
    }
}

/// The number at an attribute is not below 0.
pub(crate) fn not_below_zero(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    if let Some(given) = number(object, name).filter(|given| *given < Decimal::ZERO) {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Attribute Value",
            format!("{name} is {given}, but it must not be below 0."),
        );
    }
}

fn sizes(config: &Value, diagnostics: &mut Diagnostics) {
    let [min, max, desired] = ["min_size", "max_size", "desired_capacity"].map(|name| number(config, name));
    let mut refuse = |name: &'static str, text: String| {
        diagnostics.error_at(Path::root(name), "Invalid Size", text);
    };
    if let (Some(min), Some(max)) = (min, max)
        && min > max
    {
        refuse("min_size", format!("min_size is {min}, which is above max_size, {max}."));
    }
    if let (Some(desired), Some(min)) = (desired, min)
        && desired < min
    {
        refuse("desired_capacity", format!("desired_capacity is {desired}, which is below min_size, {min}."));
    }
    if let (Some(desired), Some(max)) = (desired, max)
        && desired > max
    {
        refuse("desired_capacity", format!("desired_capacity is {desired}, which is above max_size, {max}."));
    }
}

/// 2 to 64 letters, digits, `_`, `-` and `.`, of which the first is a letter or digit.
fn name(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(given) = text(config, "scaling_group_name") else { return };
    let fits = |character: char| character.is_alphanumeric() || "_-.".contains(character);
    let begins_well = given.starts_with(char::is_alphanumeric);
    if !(2..=64).contains(&given.chars().count()) || !given.chars().all(fits) || !begins_well {
        diagnostics.error_at(
            Path::root("scaling_group_name"),
            "Invalid Name",
            format!(
                "scaling_group_name {given:?} must have 2 to 64 letters, digits, _, - and ., and begin with a letter or digit."
            ),
        );
    }
}

fn removal_policies(config: &Value, diagnostics: &mut Diagnostics) {
    let given = elements(config, "removal_policies");
    if given.len() > 2 {
        let text = format!("removal_policies lists {}, but two are the most.", given.len());
        diagnostics.error_at(Path::root("removal_policies"), "Too Many Removal Policies", text);
    }
    for (index, policy) in given.iter().enumerate() {
        if let Some(policy) = policy.as_str().filter(|policy| !policy.is_empty())
            && let Err(unknown) = RemovalPolicy::parse(policy)
        {
            let path = Path::root("removal_policies").index(index);
            diagnostics.error_at(path, "Invalid Attribute Value", format!("removal_policies lists {unknown}"));
        }
    }
}

fn version(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(given) = text(config, "launch_template_version") else { return };
    if template_version(given).is_none() {
        diagnostics.error_at(
            Path::root("launch_template_version"),
            "Invalid Version",
            format!("launch_template_version is {given:?}, but it must be a number from 1, \"Latest\" or \"Default\"."),
        );
    }
}

fn template_version(given: &str) -> Option<TemplateVersion> {
    match given {
        "Default" => Some(TemplateVersion::Default),
        "Latest" => Some(TemplateVersion::Latest),
        number => number.parse().ok().filter(|number| *number > 0).map(TemplateVersion::Number),
    }
}

/// The request that known arguments make.
pub(super) fn request(arguments: &Value, configuration: String) -> CreateScalingGroupRequest {
    let integer = |name: &str| number(arguments, name).and_then(|number| u32::try_from(number).ok());
    let order = |name: &str| text(arguments, name).and_then(|order| PoolOrder::parse(order).ok()).unwrap_or_default();
    let [base, percentage, compensation] = SPELLINGS;
    let either = |(name, other): (&str, &str)| integer(name).or_else(|| integer(other));
    let flag = |name: &str| arguments.get(name).as_bool();
    let compensates = flag(compensation.0).or_else(|| flag(compensation.1));
    let remedy = flag("spot_instance_remedy").filter(|remedy| *remedy);
    let mut vswitch_ids = check::texts(arguments, "vswitch_ids");
    vswitch_ids.order();
    let more = text(arguments, "vswitch_id").map(str::to_owned).filter(|id| !vswitch_ids.contains(id));
    vswitch_ids.extend(more);
    let policies = check::texts(arguments, "removal_policies");
    CreateScalingGroupRequest {
        name: text(arguments, "scaling_group_name").map(str::to_owned),
        sizes: GroupSizes {
            min: integer("min_size").unwrap_or(0),
            max: integer("max_size").unwrap_or(0),
            desired: integer("desired_capacity"),
        },
        vswitch_ids: vswitch_ids.into_iter().map(Into::into).collect(),
        multi_az_policy: policy(arguments),
        allocation: ScalingAllocation {
            on_demand_base: either(base),
            on_demand_percentage: either(percentage),
            spot_pools: integer("spot_instance_pools").filter(|count| *count > 0),
            compensates_with_on_demand: compensates.or(remedy),
            pay_as_you_go_order: order("allocation_strategy"),
            spot_order: order("spot_allocation_strategy"),
            balances_zones: flag("az_balance").unwrap_or(false),
        },
        removal_policies: policies.iter().filter_map(|name| RemovalPolicy::parse(name).ok()).collect(),
        protected_instances: check::texts(arguments, "protected_instances").into_iter().map(Into::into).collect(),
        is_deletion_protected: flag("group_deletion_protection").unwrap_or(false),
        launch_template: template(arguments),
        starts_disabled: false,
        tags: check::tags_of(arguments, "tags"),
        configuration,
    }
}

pub(super) fn policy(arguments: &Value) -> MultiAzPolicy {
    text(arguments, "multi_az_policy").and_then(|name| MultiAzPolicy::parse(name).ok()).unwrap_or_default()
}

fn template(arguments: &Value) -> Option<ScalingTemplate> {
    let launch_template_id = text(arguments, "launch_template_id")?.into();
    let version = text(arguments, "launch_template_version").and_then(template_version).unwrap_or_default();
    let mut instance_types: Vec<ScalingInstanceType> =
        elements(arguments, "launch_template_override").iter().filter_map(weighted_type).collect();
    instance_types.order_by(|one, other| one.instance_type.cmp(&other.instance_type));
    Some(ScalingTemplate { launch_template_id, version, instance_types })
}

/// A type with its weight and price limit, as a block names it.
pub(crate) fn weighted_type(block: &Value) -> Option<ScalingInstanceType> {
    Some(ScalingInstanceType {
        instance_type: InstanceTypeName::from(text(block, "instance_type")?),
        weighted_capacity: number(block, "weighted_capacity")
            .and_then(|weight| u32::try_from(weight).ok())
            .filter(|weight| *weight > 0),
        spot_price_limit: number(block, "spot_price_limit").filter(|limit| *limit > Decimal::ZERO),
    })
}

/// Plans the value at one spelling for the other one too, and what follows from `spot_instance_remedy` as unknown.
pub(super) fn plan_spellings(request: &PlanRequest, planned: &mut Value) {
    let config = &request.config;
    for (name, other) in SPELLINGS {
        let given = [name, other].map(|name| config.get(name)).into_iter().find(|value| !value.is_null());
        if let Some(given) = given {
            for name in [name, other].into_iter().filter(|name| config.get(name).is_null()) {
                planned.set(name, given.clone());
            }
        }
    }
    let remedy = "spot_instance_remedy";
    let [_, _, (name, other)] = SPELLINGS;
    let is_open = config.get(name).is_null() && config.get(other).is_null();
    if is_open && !config.get(remedy).is_null() && config.get(remedy) != request.prior_state.get(remedy) {
        planned.set(name, Value::Unknown);
        planned.set(other, Value::Unknown);
    }
}

/// Sets the arguments that the configuration leaves to the cloud. Of two spellings both have the value in effect.
pub(super) fn set_defaults(state: &mut Value) {
    let (composes, costs) = match policy(state) {
        MultiAzPolicy::Priority | MultiAzPolicy::Balance => (false, false),
        MultiAzPolicy::CostOptimized => (false, true),
        MultiAzPolicy::Composable => (true, false),
    };
    let remedy = state.get("spot_instance_remedy").as_bool() == Some(true);
    let percentage = if composes { 100 } else { 0 };
    let usual = [Value::from(0), percentage.into(), (costs || composes && remedy).into()];
    for ((name, other), usual) in SPELLINGS.into_iter().zip(usual) {
        let given = [name, other].map(|name| state.get(name)).into_iter().find(|value| value.is_known());
        let value = given.cloned().unwrap_or(usual);
        for name in [name, other] {
            if !state.get(name).is_known() {
                state.set(name, value.clone());
            }
        }
    }
    if !state.get("spot_instance_pools").is_known() {
        state.set("spot_instance_pools", 0);
    }
}
