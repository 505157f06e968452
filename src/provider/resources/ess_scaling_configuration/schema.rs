//! The schema of a scaling configuration.

use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::base::wording::with_separators;
use crate::cloud::model::{BurstablePerformance, SpotStrategy};
use crate::provider::framework::attributes::{self, PERFORMANCE_LEVEL, disk_category};
use crate::provider::framework::enumerations::{
    CreditSpecification, HttpEndpoint, InternetChargeType, PerformanceLevel, SecurityEnhancement,
};
use crate::provider::framework::object_resource::without_effect;
use crate::provider::framework::timeouts;
use crate::provider::framework::without_effect::{WITHOUT_EFFECT, without_effect as one_without_effect};
use crate::tf::{Attribute, Block, NestedBlock, Schema, Type};

const DESCRIPTION: &str = "What a scaling group launches. With `active = true` the group launches from this configuration \
    instead of any other, and with `enable = true` the group begins to launch. A change applies to what is launched \
    later: instances keep what they were launched with.\n\nA group keeps one configuration: the last one is destroyed \
    only with `force_delete = true`, which destroys the group and its instances too. `depends_on`, or a reference to the \
    group, orders the rest.";

/// Arguments that decide what a group launches, and whether it does.
pub(super) const OF_THE_LAUNCH: &[&str] = &[
    "scaling_group_id",
    "active",
    "enable",
    "substitute",
    "image_id",
    "image_name",
    "instance_type",
    "instance_types",
    "instance_type_override",
    "instance_pattern_info",
    "security_group_id",
    "security_group_ids",
    "key_name",
    "spot_strategy",
    "spot_price_limit",
    "system_disk_category",
    "data_disk",
];

pub(super) fn schema() -> Schema {
    let text = |name, what: &'static str| Attribute::string(name).optional().description(what);
    Schema::new(DESCRIPTION)
        .attributes([Attribute::string("id")
            .computed()
            .use_state_for_unknown()
            .description("The configuration's id, `asc-` and 20 characters.")])
        .attributes(of_the_group())
        .attributes(used())
        .attributes(without_effect(unused()))
        .attributes(without_effect(choices()))
        .attributes(
            [
                text("io_optimized", "I/O optimization of the disks."),
                Attribute::list("instance_ids", Type::String)
                    .optional()
                    .description("Instances to attach to the group."),
            ]
            .map(|attribute| one_without_effect(attribute.deprecated("The service no longer takes it."))),
        )
        .blocks(blocks())
        .blocks([timeouts::block(&["create", "update", "delete"])])
}

fn of_the_group() -> [Attribute; 6] {
    [
        Attribute::string("scaling_group_id").required().requires_replace().description("The group that launches."),
        Attribute::string("scaling_configuration_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows_id()
            .description("Name: 2 to 64 letters, digits, `_`, `-` and `.`. Default: the id."),
        Attribute::bool("active")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(false)
            .description("Whether the group launches from this configuration. Making it inactive needs `substitute`."),
        Attribute::bool("enable")
            .optional()
            .description("Whether the group launches at all; it needs an active configuration."),
        Attribute::string("substitute")
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("Configuration that becomes active when this one becomes inactive."),
        Attribute::bool("force_delete").optional().description(
            "Whether the last configuration of a group is destroyed with the group and its instances. Default: false.",
        ),
    ]
}

fn used() -> Vec<Attribute> {
    vec![
        Attribute::string("image_id").optional().description("Image. It or `image_name` is required."),
        Attribute::string("image_name").optional().description("Name of an image, where `image_id` is not set."),
        Attribute::string("instance_type")
            .optional()
            .description("Instance type. Excludes `instance_types` and `instance_type_override`."),
        Attribute::list("instance_types", Type::String)
            .optional()
            .description("Instance types in order of priority, at most 10."),
        Attribute::string("security_group_id")
            .optional()
            .description("Security group. It or `security_group_ids` is required."),
        Attribute::list("security_group_ids", Type::String)
            .optional()
            .description("Security groups, at most 16, in the VPC of the group's vSwitches."),
        Attribute::string("key_name").optional().description("Key pair."),
        Attribute::string("user_data").optional().description(format!(
            "User data, at most {} bytes; base64 is decoded.",
            with_separators(MAX_USER_DATA_BYTES)
        )),
        Attribute::string("instance_name").optional().description("Name of the instances. Default: their ids."),
        Attribute::number("internet_max_bandwidth_out").optional().description(
            "Outbound internet bandwidth in Mbit/s, 0 to 1,024; above 0 the instances get public addresses.",
        ),
        disk_category("system_disk_category", true).description("Category of the system disk."),
        Attribute::choice::<SpotStrategy>("spot_strategy", "Billing of the instances: "),
        attributes::tags("the instances"),
    ]
}

fn choices() -> [Attribute; 5] {
    [
        Attribute::string("internet_charge_type")
            .optional()
            .computed()
            .one_of_names::<InternetChargeType>()
            .unless_set(InternetChargeType::PayByBandwidth.name())
            .description("Billing of the internet traffic: `PayByTraffic` or `PayByBandwidth`."),
        Attribute::choice::<CreditSpecification>("credit_specification", "CPU credits of burstable instances: "),
        Attribute::choice::<HttpEndpoint>("http_endpoint", "Whether the metadata is available: "),
        Attribute::choice::<SecurityEnhancement>("security_enhancement_strategy", "Security hardening: "),
        Attribute::choice::<PerformanceLevel>("system_disk_performance_level", PERFORMANCE_LEVEL),
    ]
}

fn unused() -> Vec<Attribute> {
    let text = |name, what: &'static str| Attribute::string(name).optional().description(what);
    let number = |name, what: &'static str| Attribute::number(name).optional().description(what);
    let bool = |name, what: &'static str| Attribute::bool(name).optional().description(what);
    vec![
        text("dedicated_host_cluster_id", "Cluster of dedicated hosts."),
        bool("deletion_protection", "Whether the instances are protected against deletion."),
        text("host_name", "Host name of the instances."),
        bool("image_options_login_as_non_root", "Whether people log in as another user than root."),
        text("instance_description", "Description of the instances, 2 to 256 characters."),
        number("internet_max_bandwidth_in", "Inbound internet bandwidth in Mbit/s."),
        bool("is_outdated", "Whether instances of an older configuration are outdated."),
        text("kms_encrypted_password", "Password of the instances, encrypted."),
        Attribute::map("kms_encryption_context", Type::String).optional().description("Context of the encryption."),
        bool("override", "Whether the whole configuration is replaced by a change."),
        Attribute::string("password").optional().sensitive().description("Password of the instances."),
        bool("password_inherit", "Whether the image's password is used."),
        text("resource_group_id", "Resource group of the instances."),
        Attribute::set("resource_pool_options_private_pool_ids", Type::String).optional().description("Private pools."),
        Attribute::string("resource_pool_options_strategy")
            .optional()
            .computed()
            .unless_set("None")
            .description("Which resource pools are used."),
        text("role_name", "RAM role of the instances."),
        number("spot_duration", "Hours during which a spot instance is protected, 0 to 6."),
        text("system_disk_auto_snapshot_policy_id", "Snapshot policy of the system disk."),
        text("system_disk_description", "Description of the system disk."),
        text("system_disk_encrypt_algorithm", "Encryption of the system disk: `AES-256` or `SM4-128`.")
            .one_of(["AES-256", "SM4-128"]),
        bool("system_disk_encrypted", "Whether the system disk is encrypted."),
        text("system_disk_kms_key_id", "Key that encrypts the system disk."),
        text("system_disk_name", "Name of the system disk."),
        number("system_disk_provisioned_iops", "I/O operations a second of the system disk."),
        number("system_disk_size", "Size of the system disk in GiB, 20 to 2,048."),
    ]
}

fn blocks() -> [NestedBlock; 7] {
    let text = |name, what: &'static str| Attribute::string(name).optional().description(what);
    let number = |name, what: &'static str| Attribute::number(name).optional().description(what);
    [
        NestedBlock::set(
            "instance_type_override",
            Block::new("An instance type with its weight. A set has no order: the types are tried by name.")
                .attributes([
                    text("instance_type", "Instance type."),
                    number("weighted_capacity", "Units that one instance delivers, 1 to 500. Default: 1."),
                ]),
        )
        .max_items(10),
        NestedBlock::set(
            "spot_price_limit",
            Block::new("The highest price of a type's spot instances, for `SpotWithPriceLimit`.").attributes([
                text("instance_type", "Instance type."),
                number("price_limit", "Highest price of an instance and hour."),
            ]),
        ),
        NestedBlock::set("instance_pattern_info", pattern()),
        NestedBlock::list("data_disk", data_disk()),
        NestedBlock::set(
            "custom_priorities",
            Block::new(format!("Order of types and vSwitches. A set has no order. {WITHOUT_EFFECT}"))
                .attributes([text("instance_type", "Instance type."), text("vswitch_id", "vSwitch.")]),
        ),
        NestedBlock::set(
            "network_interfaces",
            Block::new(format!("The network interfaces of the instances. {WITHOUT_EFFECT}")).attributes([
                text("instance_type", "Kind of the interface: `Primary` or `Secondary`.")
                    .one_of(["Primary", "Secondary"]),
                number("ipv6_address_count", "Number of IPv6 addresses."),
                text("network_interface_traffic_mode", "Traffic mode: `Standard` or `HighPerformance`.")
                    .one_of(["Standard", "HighPerformance"]),
                Attribute::list("security_group_ids", Type::String).optional().description("Security groups."),
            ]),
        ),
        NestedBlock::set(
            "resource_pool_options_private_pool_tags",
            Block::new(format!("Tags of private pools. {WITHOUT_EFFECT}"))
                .attributes([text("key", "Key."), text("value", "Value.")]),
        ),
    ]
}

/// What finds instance types, and what finds none in the simulation.
fn pattern() -> Block {
    let number = |name, what: &'static str| Attribute::number(name).optional().description(what);
    let list = |name, what: &'static str| Attribute::list(name, Type::String).optional().description(what);
    let set = |name, what: &'static str| Attribute::set(name, Type::String).optional().description(what);
    Block::new("Instance types by what they have, after the named ones, in the order of their names.")
        .attributes([
            number("cores", "vCPUs."),
            number("memory", "Memory in GiB."),
            number("max_price", "Highest price of a spot instance and hour."),
            Attribute::string("instance_family_level")
                .optional()
                .one_of(["EntryLevel", "EnterpriseLevel", "CreditEntryLevel"])
                .description("Level of the family: `EntryLevel`, `EnterpriseLevel` or `CreditEntryLevel`."),
            Attribute::choice::<BurstablePerformance>("burstable_performance", "Burstable types: "),
            list("architectures", "Architectures: `X86`, `Arm` and others."),
            list("excluded_instance_types", "Types that do not count; `*` matches any text."),
        ])
        .attributes(
            [
                number("minimum_cpu_core_count", "Least vCPUs."),
                number("maximum_cpu_core_count", "Most vCPUs."),
                number("minimum_memory_size", "Least memory in GiB."),
                number("maximum_memory_size", "Most memory in GiB."),
                number("minimum_gpu_amount", "Least GPUs."),
                number("maximum_gpu_amount", "Most GPUs."),
                number("minimum_baseline_credit", "Least baseline of a burstable type."),
                number("minimum_initial_credit", "Least initial credit of a burstable type."),
                number("minimum_eni_quantity", "Least network interfaces."),
                number("minimum_eni_ipv6_address_quantity", "Least IPv6 addresses of an interface."),
                number("minimum_eni_private_ip_address_quantity", "Least IPv4 addresses of an interface."),
                set("cpu_architectures", "Architectures of the CPU."),
                set("gpu_specs", "Models of the GPU."),
                set("instance_categories", "Categories."),
                set("instance_type_families", "Families."),
                set("physical_processor_models", "Models of the CPU."),
            ]
            .map(one_without_effect),
        )
}

fn data_disk() -> Block {
    let text = |name, what: &'static str| one_without_effect(Attribute::string(name).optional().description(what));
    let number = |name, what: &'static str| one_without_effect(Attribute::number(name).optional().description(what));
    let bool = |name, what: &'static str| one_without_effect(Attribute::bool(name).optional().description(what));
    Block::new("A data disk of every instance.").attributes([
        disk_category("category", false).description("Category, such as `cloud_essd`."),
        text("auto_snapshot_policy_id", "Snapshot policy."),
        bool("delete_with_instance", "Whether the disk is deleted with its instance."),
        text("description", "Description."),
        text("device", "Where the disk is attached.").deprecated("The service chooses it."),
        bool("encrypted", "Whether the disk is encrypted."),
        text("kms_key_id", "Key that encrypts the disk."),
        text("name", "Name."),
        text("performance_level", "Performance level, for `cloud_essd`."),
        number("provisioned_iops", "I/O operations a second."),
        number("size", "Size in GiB."),
        text("snapshot_id", "Snapshot that the disk is created from."),
    ])
}
