//! The schema of a scaling group.

use super::arguments::{GroupKind, HealthCheck, PriceComparison, ScalingMode};
use crate::base::api_enum::explained;
use crate::cloud::model::{MultiAzPolicy, PoolOrder, RemovalPolicy};
use crate::provider::framework::attributes;
use crate::provider::framework::object_resource::without_effect;
use crate::provider::resources::auto_provisioning_group::schema::{instance, launch_result};
use crate::tf::{Attribute, Block, NestedBlock, Schema, Type, Value};

const DESCRIPTION: &str = "A scaling group keeps a number of instances in several zones. It launches from the scaling \
    configuration that is active, once `enable` of a configuration is true, or at once from its launch template. What it \
    lacks is launched when time passes, and lost instances are replaced then.\n\nCapacity that no pool gives is a warning, \
    and `launch_results` has the reason of each pool. Instances are launched by a change of the group and by a \
    configuration that enables it: `instances` of the group has them from the next refresh on.\n\nA change of sizes keeps \
    what runs. A destroyed group releases its instances.";

/// Arguments that decide what is launched and released.
pub(super) const OF_INSTANCES: &[&str] = &[
    "min_size",
    "max_size",
    "desired_capacity",
    "vswitch_id",
    "vswitch_ids",
    "on_demand_base_capacity",
    "capacity_options_on_demand_base_capacity",
    "on_demand_percentage_above_base_capacity",
    "capacity_options_on_demand_percentage_above_base_capacity",
    "spot_instance_pools",
    "spot_instance_remedy",
    "compensate_with_on_demand",
    "capacity_options_compensate_with_on_demand",
    "allocation_strategy",
    "spot_allocation_strategy",
    "az_balance",
    "launch_template_id",
    "launch_template_version",
    "launch_template_override",
];

/// What changes with the instances.
pub(super) const RESULTS: &[&str] = &["instances", "launch_results", "fulfilled_capacity", "hourly_cost"];

pub(super) fn schema() -> Schema {
    Schema::new(DESCRIPTION)
        .attributes(sizes())
        .attributes(pools())
        .attributes(billing())
        .attributes(lifetime())
        .attributes(results())
        .attributes(without_effect(unused()))
        .blocks([templates(), load_balancers()])
}

fn sizes() -> [Attribute; 4] {
    [
        Attribute::number("min_size").required().description("Least number of units, 0 to 2,000."),
        Attribute::number("max_size").required().description("Largest number of units, 0 to 2,000."),
        Attribute::number("desired_capacity").optional().description(
            "Units that the group keeps, between `min_size` and `max_size`. Default: it launches below `min_size` and \
             releases above `max_size`. A unit is an instance, unless instance types have weights.",
        ),
        Attribute::string("scaling_group_name")
            .optional()
            .description("The group's name: 2 to 64 letters, digits, `_`, `-` and `.`."),
    ]
}

fn pools() -> Vec<Attribute> {
    let order = |name, what: &str| {
        Attribute::string(name)
            .optional()
            .computed()
            .use_state_for_unknown()
            .one_of_names::<PoolOrder>()
            .unless_set(PoolOrder::Priority.name())
            .description(format!(
                "{what}, with the policy `COMPOSABLE`: {}. Default: `priority`.",
                explained::<PoolOrder>()
            ))
    };
    vec![
        Attribute::set("vswitch_ids", Type::String).optional().description(
            "vSwitches of the instances, in one VPC. The policy `PRIORITY` takes them in the order of their ids, because \
             a set has no other; of two in one zone the first counts. Default: the default vSwitch of every zone.",
        ),
        Attribute::string("vswitch_id")
            .optional()
            .description("One more vSwitch.")
            .deprecated("Use `vswitch_ids` instead."),
        Attribute::string("multi_az_policy")
            .optional()
            .one_of_names::<MultiAzPolicy>()
            .requires_replace()
            .description(format!("Where instances are launched: {}. Default: `PRIORITY`.", explained::<MultiAzPolicy>())),
        order("allocation_strategy", "Order of the pools for pay-as-you-go instances"),
        order("spot_allocation_strategy", "Order of the pools for spot instances"),
        Attribute::bool("az_balance")
            .optional()
            .description("Whether the policy `COMPOSABLE` launches in all zones evenly, like `BALANCE`."),
        Attribute::number("spot_instance_pools").optional().computed().use_state_for_unknown().description(
            "Number of the cheapest pools among which spot instances are divided evenly, 1 to 10, where the order is \
             `lowestPrice` or the policy `COST_OPTIMIZED`. Default: the cheapest pool, then the next.",
        ),
        Attribute::string("launch_template_id").optional().description(
            "Launch template from which the group launches, if no configuration is active. It enables the group.",
        ),
        Attribute::string("launch_template_version")
            .optional()
            .description("Version of the template: a number, `Latest` or `Default`. Default: `Default`."),
    ]
}

fn billing() -> Vec<Attribute> {
    let base = "Units that are pay-as-you-go before any spot instance, 0 to 1,000, with the policies `COST_OPTIMIZED` and \
                `COMPOSABLE` and a spot configuration.";
    let percentage = "Percentage of the units above the base that is pay-as-you-go, rounded up, 0 to 100. Default: 0 with \
                      `COST_OPTIMIZED`, 100 with `COMPOSABLE`.";
    let compensation = "Whether pay-as-you-go instances stand in for spot instances that no pool gives. Default: true \
                        with `COST_OPTIMIZED`, false with `COMPOSABLE`.";
    vec![
        Attribute::number("on_demand_base_capacity").optional().computed().use_state_for_unknown().description(base),
        Attribute::number("capacity_options_on_demand_base_capacity")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["on_demand_base_capacity"])
            .description("The same as `on_demand_base_capacity`, which counts if both are set."),
        Attribute::number("on_demand_percentage_above_base_capacity")
            .optional()
            .computed()
            .use_state_for_unknown()
            .description(percentage),
        Attribute::number("capacity_options_on_demand_percentage_above_base_capacity")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["on_demand_percentage_above_base_capacity"])
            .description("The same as `on_demand_percentage_above_base_capacity`, which counts if both are set."),
        Attribute::bool("compensate_with_on_demand")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(false)
            .description(compensation),
        Attribute::bool("capacity_options_compensate_with_on_demand")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["compensate_with_on_demand"])
            .description("The same as `compensate_with_on_demand`, which counts if both are set."),
        Attribute::bool("spot_instance_remedy")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(false)
            .description(
                "Whether lost spot instances are replaced, also by pay-as-you-go instances: the same as \
             `compensate_with_on_demand` where that is not set. Spot instances are replaced in any case.",
            ),
    ]
}

fn lifetime() -> [Attribute; 4] {
    let policies = format!(
        "Which instances a smaller group releases first, at most two: {}. The second one decides among those that the \
         first one finds equal. Default: `OldestScalingConfiguration` and `OldestInstance`.",
        explained::<RemovalPolicy>()
    );
    [
        Attribute::list("removal_policies", Type::String)
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(Value::list(RemovalPolicy::USUAL.map(RemovalPolicy::name)))
            .description(policies),
        Attribute::set("protected_instances", Type::String)
            .optional()
            .description("Ids of instances that a smaller group does not release."),
        Attribute::bool("group_deletion_protection")
            .optional()
            .description("Whether the group cannot be deleted. Default: false."),
        attributes::tags("the group itself"),
    ]
}

fn results() -> [Attribute; 5] {
    [
        Attribute::string("id")
            .computed()
            .use_state_for_unknown()
            .description("The group's id, `asg-` and 20 characters."),
        Attribute::nested_list("instances", instance()).computed().description("The instances by launch index."),
        Attribute::nested_list("launch_results", launch_result()).computed().description(
            "One row for each pool that the latest pass of an apply tried, and for each that ran out or was left out.",
        ),
        Attribute::number("fulfilled_capacity").computed().description("Units that the instances deliver."),
        Attribute::number("hourly_cost").computed().description("Sum of the instances' prices at their launch."),
    ]
}

fn unused() -> Vec<Attribute> {
    vec![
        Attribute::bool("auto_rebalance").optional().description("Whether instances move to other zones by themselves."),
        Attribute::string("balance_mode")
            .optional()
            .one_of(["BalancedBestEffort", "BalancedOnly"])
            .description("What happens where the zones cannot be equal: instances are always launched elsewhere."),
        Attribute::string("capacity_options_price_comparison_mode")
            .optional()
            .computed()
            .one_of_names::<PriceComparison>()
            .unless_set(PriceComparison::PricePerUnit.name())
            .description("How prices are compared: always by unit. `PricePerUnit` or `PricePerVCpu`."),
        Attribute::bool("capacity_options_spot_auto_replace_on_demand")
            .optional()
            .computed()
            .unless_set(false)
            .description("Whether spot instances replace pay-as-you-go instances that stand in for them."),
        Attribute::string("container_group_id").optional().requires_replace().description("Container group."),
        Attribute::set("db_instance_ids", Type::String).optional().description("Databases whose allow list has the instances."),
        Attribute::number("default_cooldown")
            .optional()
            .description("Seconds between two scaling activities, 0 to 86,400."),
        Attribute::string("group_type")
            .optional()
            .computed()
            .requires_replace()
            .one_of_names::<GroupKind>()
            .unless_set(GroupKind::Ecs.name())
            .description("What the group consists of: `ECS` or `ECI`."),
        Attribute::string("health_check_type")
            .optional()
            .computed()
            .one_of_names::<HealthCheck>()
            .unless_set(HealthCheck::Ecs.name())
            .description("What is checked: `ECS`, `NONE` or `LOAD_BALANCER`."),
        Attribute::list("health_check_types", Type::String).optional().description("What is checked, several kinds."),
        Attribute::string("instance_id").optional().requires_replace().description("Instance as a model of the group."),
        Attribute::set("loadbalancer_ids", Type::String).optional().description("Load balancers in front of the instances."),
        Attribute::number("max_instance_lifetime")
            .optional()
            .description("Seconds after which an instance is replaced, at least 86,400."),
        Attribute::string("resource_group_id").optional().description("Resource group."),
        Attribute::string("scaling_policy")
            .optional()
            .computed()
            .one_of_names::<ScalingMode>()
            .unless_set(ScalingMode::Release.name())
            .description("What becomes of instances that the group releases: `recycle`, `release`, `forceRecycle` or `forceRelease`."),
        Attribute::number("stop_instance_timeout")
            .optional()
            .description("Seconds that an instance has to stop, 30 to 240."),
    ]
}

fn templates() -> NestedBlock {
    let block = Block::new(
        "Instance types instead of the template's own, in the order of their names, because a set has no other.",
    )
    .attributes([
        Attribute::string("instance_type").optional().description("Instance type."),
        Attribute::number("weighted_capacity")
            .optional()
            .description("Units that one instance delivers, 1 to 500. Default: 1."),
        Attribute::number("spot_price_limit").optional().description("Highest hourly price of a spot instance."),
    ]);
    NestedBlock::set("launch_template_override", block)
}

fn load_balancers() -> NestedBlock {
    let block = Block::new("Server groups of application load balancers. Without effect in the simulation.")
        .attributes([
            Attribute::string("alb_server_group_id").optional().description("Server group."),
            Attribute::number("port").optional().description("Port of the instances."),
            Attribute::number("weight").optional().description("Weight of the instances."),
        ]);
    NestedBlock::set("alb_server_group", block)
}
