//! The arguments and attributes of the group, with the texts of its documentation.

use crate::base::api_enum::alternatives;
use crate::base::{ApiEnum, Billing};
use crate::catalogue::{ArchitectureKind, FamilyLevel};
use crate::cloud::model::{
    BurstablePerformance, Capacity, ExcessCapacityTerminationPolicy, GroupType, InterruptionBehavior,
    PayAsYouGoAllocationStrategy, SpotAllocationStrategy,
};
use crate::provider::framework::configured::OnShortfall;
use crate::tf::{Attribute, Block, NestedBlock, Schema, Type};

pub(super) fn schema() -> Schema {
    Schema::new(
        "Batch-creates instances across zones, instance types and billing methods, as `CreateAutoProvisioningGroup` \
         does: first the pay-as-you-go capacity, then the spot capacity, each by its own strategy, from pools whose \
         stock may run out.\n\nThe arguments are those of `alicloud_auto_provisioning_group`, so its HCL works here with \
         the prefix changed; what that resource does not tell, the ids, zones, prices and the reason for every \
         shortage, stands in `launch_results` and `instances`.\n\nPlanning a new group warns of what the market \
         would not deliver at that moment, pool by pool with the reason, and says what would fit instead; the apply says \
         it again of what it found.",
    )
    .attributes(arguments())
    .attributes(results())
    .blocks([
        launch_template_config(),
        launch_configuration(),
        disk_config("system_disk_config", "Categories for system disks"),
        disk_config("data_disk_config", "Categories for data disks"),
    ])
}

fn arguments() -> Vec<Attribute> {
    vec![
        Attribute::string("auto_provisioning_group_name")
            .optional()
            .description("Name of the group: 2 to 128 letters, digits, `:`, `_` or `-`, beginning with a letter."),
        Attribute::string("description").optional().requires_replace().description("Description of the group."),
        Attribute::choice::<GroupType>("auto_provisioning_group_type", "")
            .default(GroupType::default().name())
            .requires_replace(),
        Attribute::number("total_target_capacity")
            .required()
            .description("Units to deliver in all, whole; at least the sum of the pay-as-you-go and the spot target. A unit is an \
                 instance, unless the configs have weights."),
        Attribute::number("pay_as_you_go_target_capacity")
            .optional()
            .description("Units to deliver as pay-as-you-go instances. Default: 0."),
        Attribute::number("spot_target_capacity").optional().description("Units to deliver as spot instances. Default: 0."),
        Attribute::string("default_target_capacity_type")
            .one_of(Billing::NAMES.iter().copied())
            .default(Capacity::DEFAULT_TYPE.name())
            .description(format!(
                "Billing of the gap between the total and the two targets: {}. Default: `{}`.",
                alternatives(Billing::NAMES),
                Capacity::DEFAULT_TYPE.name()
            )),
        Attribute::number("min_target_capacity")
            .optional()
            .requires_replace()
            .description("Units below which nothing is created at all. Only for groups of type `instant`."),
        Attribute::choice::<PayAsYouGoAllocationStrategy>(
            "pay_as_you_go_allocation_strategy",
            "Which pools give the pay-as-you-go units: ",
        )
        .default(PayAsYouGoAllocationStrategy::default().name())
        .requires_replace(),
        Attribute::choice::<SpotAllocationStrategy>("spot_allocation_strategy", "Which pools give the spot units: ")
            .default(SpotAllocationStrategy::default().name())
            .requires_replace(),
        Attribute::number("spot_instance_pools_to_use_count").optional().requires_replace().description(
            "How many of the cheapest pools share the spot capacity; below the number of configs, and only with \
             the spot strategy `lowest-price`. Unset acts as 1.",
        ),
        Attribute::choice::<InterruptionBehavior>(
            "spot_instance_interruption_behavior",
            "What a reclaim does to a spot instance: ",
        )
        .default(InterruptionBehavior::default().name())
        .requires_replace(),
        Attribute::number("max_spot_price").optional().description(
            "Highest price of a spot instance for one hour; a price equal to it passes. A pool's ceiling is the lower of \
             this and its own `max_price`; with neither the market's price is paid.",
        ),
        Attribute::choice::<ExcessCapacityTerminationPolicy>(
            "excess_capacity_termination_policy",
            "What happens to instances above a lowered target: ",
        )
        .default(ExcessCapacityTerminationPolicy::default().name()),
        Attribute::bool("terminate_instances")
            .optional()
            .computed()
            .default(false)
            .description("Whether destroying the group releases its instances. Default: `false`, they keep running."),
        Attribute::bool("terminate_instances_with_expiration")
            .optional()
            .computed()
            .default(false)
            .description("Whether instances are released when the group expires (`valid_until`). Default: `false`."),
        Attribute::string("valid_from")
            .optional()
            .requires_replace()
            .description("RFC 3339 time from which the group may launch instances."),
        Attribute::string("valid_until").optional().requires_replace().description("RFC 3339 time at which the group expires."),
        Attribute::string("launch_template_id")
            .optional()
            .requires_replace()
            .description("Launch template; its fields beat those of `launch_configuration` one by one."),
        Attribute::string("launch_template_version")
            .optional()
            .requires_replace()
            .description("Version of the launch template; its default version if absent."),
        Attribute::string("resource_group_id")
            .optional()
            .description("Resource group. Without effect in the simulation."),
        Attribute::map("tags", Type::String).optional().description("Tags of the group itself, at most 20."),
        Attribute::string("client_token").optional().computed().use_state_for_unknown().requires_replace().description(
            "Makes the creation idempotent: at most 64 ASCII characters. Derived from the request if absent.",
        ),
        Attribute::string("on_shortfall").optional().one_of(OnShortfall::NAMES.iter().copied()).description(
            "What to do below `min_target_capacity`: `fail` (nothing is created and the apply fails) or `accept` \
             (nothing is launched and `launch_results` says why). Default: the provider's, else `fail`.",
        ),
        Attribute::bool("replace_lost_instances")
            .optional()
            .computed()
            .default(true)
            .description("Whether instances lost since the last apply are launched again, in place. Default: `true`."),
    ]
}

fn results() -> Vec<Attribute> {
    vec![
        Attribute::string("id")
            .computed()
            .use_state_for_unknown()
            .description("The group's id, `apg-` and 20 characters."),
        Attribute::string("request_id")
            .computed()
            .use_state_for_unknown()
            .description("Id of the request that created the group."),
        Attribute::string("status").computed().description("`submitted`, `active`, `modifying` or `deleted`."),
        Attribute::string("state")
            .computed()
            .description("Scheduling: `fulfilled`, `pending-fulfillment`, `pending-termination` or `error`."),
        Attribute::nested_list("launch_results", launch_result()).computed().description(
            "A row per pool tried in the latest pass that an apply ran, and one per pool that ran out or was left out.",
        ),
        Attribute::nested_list("instances", instance()).computed().description(
            "The instances by launch index. A lost one stays in its place as `terminated` until a successor takes it.",
        ),
        Attribute::list("instance_ids", Type::String).computed().description("Ids of the living instances."),
        Attribute::number("fulfilled_capacity").computed().description("Units delivered."),
        Attribute::number("fulfilled_pay_as_you_go_capacity")
            .computed()
            .description("Units delivered as pay-as-you-go."),
        Attribute::number("fulfilled_spot_capacity").computed().description("Units delivered as spot instances."),
        Attribute::number("fulfilled_vcpus").computed().description("vCPUs delivered, whatever a unit is."),
        Attribute::number("hourly_cost").computed().description("Sum of the living instances' prices at their launch."),
        Attribute::number("optimal_hourly_cost").computed().description(
            "What the cheapest fleet of the same units from the same pools would have cost at the latest pass.",
        ),
        Attribute::string("create_time")
            .computed()
            .use_state_for_unknown()
            .description("When the group was created, RFC 3339."),
    ]
}

fn launch_result() -> Vec<Attribute> {
    vec![
        Attribute::string("instance_type").computed().description("Instance type of the pool."),
        Attribute::string("zone_id").computed().description("Zone of the pool."),
        Attribute::string("spot_strategy")
            .computed()
            .description("`NoSpot`, `SpotAsPriceGo`, or `SpotWithPriceLimit` where a ceiling was set."),
        Attribute::number("amount").computed().description("Instances launched."),
        Attribute::list("instance_ids", Type::String).computed().description("Their ids."),
        Attribute::string("error_code").computed().description("Why nothing, or nothing more, was launched."),
        Attribute::string("error_msg").computed().description("The same as a sentence."),
    ]
}

fn instance() -> Vec<Attribute> {
    vec![
        Attribute::string("instance_id").computed().description("The instance's id."),
        Attribute::string("instance_type").computed().description("Its instance type."),
        Attribute::string("zone_id").computed().description("Its zone."),
        Attribute::string("vswitch_id").computed().description("Its vSwitch."),
        Attribute::string("image_id").computed().description("Its image."),
        Attribute::string("spot_strategy").computed().description("`NoSpot`, `SpotAsPriceGo` or `SpotWithPriceLimit`."),
        Attribute::number("hourly_price").computed().description("Its hourly price at launch."),
        Attribute::string("system_disk_category").computed().description("Category of its system disk."),
        Attribute::string("state").computed().description("`pending`, `running`, `stopped` or `terminated`."),
        Attribute::string("private_ip").computed().description("Its private address."),
        Attribute::string("public_ip").computed().description("Its public address, if it has one."),
        Attribute::string("launch_time").computed().description("When it was launched, RFC 3339."),
    ]
}

fn launch_template_config() -> NestedBlock {
    NestedBlock::list(
        "launch_template_config",
        Block::new("A pool, or with filters several pools, that may deliver capacity. Their order counts.").attributes(
            [
                Attribute::string("instance_type")
                    .optional()
                    .description("Instance type; the launch template's if absent."),
                Attribute::string("vswitch_id")
                    .optional()
                    .description("vSwitch, which fixes the zone. One of `vswitch_id` and `zone_id` is required."),
                Attribute::string("zone_id").optional().description("Zone, for its default vSwitch."),
                Attribute::number("weighted_capacity")
                    .optional()
                    .description("Units that one instance delivers, above 0. Default: 1."),
                Attribute::number("max_price")
                    .optional()
                    .description("Highest hourly price of a spot instance from this pool."),
                Attribute::number("priority")
                    .optional()
                    .description("Place in the `prioritized` order: 0 first, absent last."),
                Attribute::string("image_id")
                    .optional()
                    .description("Image for this pool. Only for groups of type `instant`."),
                Attribute::list("cores", Type::Number)
                    .optional()
                    .description("Filter in place of `instance_type`: vCPU counts."),
                Attribute::list("memories", Type::Number)
                    .optional()
                    .description("Filter in place of `instance_type`: memory sizes in GiB."),
                Attribute::list("architectures", Type::String)
                    .optional()
                    .one_of(ArchitectureKind::NAMES.iter().copied())
                    .description(format!("Filter: {}. Default: all.", alternatives(ArchitectureKind::NAMES))),
                Attribute::list("instance_family_level", Type::String)
                    .optional()
                    .one_of(FamilyLevel::NAMES.iter().copied())
                    .description(format!("Filter: {}. Default: all.", alternatives(FamilyLevel::NAMES))),
                Attribute::choice::<BurstablePerformance>("burstable_performance", "Filter: "),
                Attribute::list("excluded_instance_types", Type::String)
                    .optional()
                    .description("Types that the filters leave out; `*` stands for any text."),
            ],
        ),
    )
    .min_items(1)
}

fn disk_config(name: &'static str, what: &str) -> NestedBlock {
    NestedBlock::list(
        name,
        Block::new(format!("{what}, in order of priority: the first that a pool takes wins.")).attributes([
            Attribute::string("disk_category").optional().description("Disk category, such as `cloud_essd`."),
        ]),
    )
    .requires_replace()
}

fn launch_configuration() -> NestedBlock {
    NestedBlock::list(
        "launch_configuration",
        Block::new("How each instance is made. The launch template, if there is one, beats it field by field.")
            .attributes(launch_configuration_attributes())
            .blocks(launch_configuration_blocks()),
    )
    .max_items(1)
    .requires_replace()
}

/// Attributes of the launch configuration: those the simulation works with first, then those it only checks and keeps.
fn launch_configuration_attributes() -> Vec<Attribute> {
    let mut attributes = vec![
        Attribute::string("image_id").optional().description("Image."),
        Attribute::string("image_family").optional().description(
            "Image family, in place of `image_id`: the newest image whose id begins with it, such as `aliyun_3_x64`.",
        ),
        Attribute::string("security_group_id").optional().description("Security group; `default` if none is given."),
        Attribute::list("security_group_ids", Type::String)
            .optional()
            .description("Security groups, in place of `security_group_id`."),
        Attribute::string("system_disk_category")
            .optional()
            .description("Category of the system disk, unless `system_disk_config` lists some."),
        Attribute::number("system_disk_size").optional().description("Size of the system disk in GiB, 20 to 500."),
        Attribute::string("system_disk_performance_level").optional().description("`PL0` to `PL3`, for `cloud_essd`."),
        Attribute::string("instance_name").optional().description("Name of the instances; `name[1,4]` numbers them."),
        Attribute::string("key_pair_name").optional().description("Key pair."),
        Attribute::string("user_data").optional().description("User data, base64."),
        Attribute::number("internet_max_bandwidth_out")
            .optional()
            .description("Mbit/s out to the internet; above 0 the instances get public addresses."),
        Attribute::number("internet_max_bandwidth_in").optional().description("Mbit/s in from the internet."),
        Attribute::string("password").optional().sensitive().description("Password of the instances."),
        Attribute::bool("password_inherit").optional().description("Whether the image's password is used."),
        Attribute::map("tags", Type::String).optional().description("Tags of the instances, beside the `tag` blocks."),
        Attribute::list("host_names", Type::String)
            .optional()
            .description("Host names, one per unit of capacity. Only for groups of type `instant`."),
    ];
    attributes.extend(
        [
            ("instance_description", "Description of the instances."),
            ("host_name", "Host name of the instances."),
            ("credit_specification", "`standard`, `unlimited` or `unrestricted`, for burstable types."),
            ("deployment_set_id", "Deployment set."),
            ("auto_release_time", "When the instances are released, RFC 3339."),
            ("io_optimized", "`optimized` or `none`."),
            ("security_enhancement_strategy", "Security hardening."),
            ("internet_charge_type", "`PayByTraffic` or `PayByBandwidth`."),
            ("ram_role_name", "RAM role of the instances."),
            ("resource_group_id", "Resource group of the instances."),
            ("system_disk_name", "Name of the system disk."),
            ("system_disk_description", "Description of the system disk."),
            ("period", "Subscription period."),
            ("period_unit", "Unit of the subscription period."),
            ("auto_renew", "Whether a subscription renews itself."),
            ("auto_renew_period", "Period of the renewal."),
        ]
        .map(|(name, text)| {
            Attribute::string(name).optional().description(format!("{text} Without effect in the simulation."))
        }),
    );
    attributes
}

fn launch_configuration_blocks() -> Vec<NestedBlock> {
    const NO_EFFECT: &str = "Without effect in the simulation.";
    let texts = |names: &[&'static str]| {
        names.iter().map(|name| Attribute::string(name).optional().description(NO_EFFECT)).collect::<Vec<_>>()
    };
    vec![
        NestedBlock::list(
            "tag",
            Block::new("A tag of the instances.").attributes([
                Attribute::string("key").optional().description("Key, 1 to 128 characters."),
                Attribute::string("value").optional().description("Value, up to 128 characters."),
            ]),
        ),
        NestedBlock::list(
            "data_disk",
            Block::new("A data disk of every instance.").attributes(texts(&[
                "category",
                "disk_name",
                "size",
                "device",
                "snapshot_id",
                "description",
                "delete_with_instance",
                "encrypted",
                "kms_key_id",
                "encrypt_algorithm",
                "performance_level",
                "provisioned_iops",
                "bursting_enabled",
            ])),
        ),
        NestedBlock::list(
            "system_disk",
            Block::new("Further properties of the system disk.").attributes(texts(&[
                "encrypted",
                "kms_key_id",
                "encrypt_algorithm",
                "provisioned_iops",
                "bursting_enabled",
            ])),
        ),
        NestedBlock::list(
            "network_interface",
            Block::new("A network interface.").attributes(
                texts(&["security_group_id", "instance_type"]).into_iter().chain([Attribute::list(
                    "security_group_ids",
                    Type::String,
                )
                .optional()
                .description(NO_EFFECT)]),
            ),
        ),
        NestedBlock::list(
            "arn",
            Block::new("A role to assume.").attributes(texts(&["rolearn", "role_type", "assume_role_for"])),
        ),
        NestedBlock::list("additional_info", Block::new("Further information.").attributes(texts(&["pvd_config"]))),
    ]
}
