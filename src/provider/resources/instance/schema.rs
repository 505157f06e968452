//! The schema of an instance.

use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::base::wording::with_separators;
use crate::catalogue::DiskCategory;
use crate::cloud::model::{LaunchInstanceRequest, Power, SpotStrategy, StoppedMode};
use crate::provider::framework::attributes::{self, PERFORMANCE_LEVEL, disk_category};
use crate::provider::framework::enumerations::{
    ChargeType, CreditSpecification, HttpEndpoint, HttpTokens, InternetChargeType, IoOptimized, MaintenanceAction,
    PerformanceLevel, PeriodUnit, RenewalStatus, SecurityEnhancement, SpotInterruption, TrafficMode,
};
use crate::provider::framework::object_resource::without_effect;
use crate::provider::framework::{derived, timeouts};
use crate::tf::{Attribute, Block, NestedBlock, Schema, Type, Value};

/// What fills an argument that neither the configuration nor the service's default does.
pub(super) const TEMPLATE: [&str; 2] = ["launch_template_id", "launch_template_name"];

pub(super) fn schema() -> Schema {
    Schema::new(
        "One instance, launched with `RunInstances`.\n\nIf its pool has no free instance, the apply fails with \
         `OperationDenied.NoStock`, and says what the pool has and what would fit. A plan warns of that in advance.\n\nAn \
         instance that is lost to a reclaim or an event is gone at the next refresh, so that the next plan creates another \
         one. A spot instance with `spot_interruption_behavior = \"Stop\"` stays, stopped.\n\nThese arguments change in \
         place: `instance_type` (the new pool needs a free instance), `image_id`, `vswitch_id` and `private_ip` within zone \
         and VPC, `security_groups`, `status`, names, tags, keys, user data, bandwidth, and the sizes of disks, which only \
         grow. A change of zone, billing, disk categories, network interfaces or the number of data \
         disks replaces the instance.",
    )
    .attributes(results())
    .attributes(zone_and_network())
    .attributes(properties())
    .attributes(access())
    .attributes(disks())
    .attributes(billing())
    .attributes(without_effect(unused()))
    .attributes(without_effect(unused_choices()))
    .blocks(blocks())
}

fn results() -> Vec<Attribute> {
    let text = |name, what: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(what);
    let number =
        |name, what: &'static str| Attribute::number(name).computed().use_state_for_unknown().description(what);
    vec![
        text("id", "The instance's id, `i-` and 20 letters and digits."),
        number("cpu", "Number of its vCPUs."),
        number("memory", "Its memory in MiB."),
        text("os_name", "Name of the operating system of its image."),
        text("os_type", "Type of the operating system: `linux` or `windows`."),
        text("primary_ip_address", "Its private address."),
        text("public_ip", "Its public address; empty if `internet_max_bandwidth_out` is 0."),
        text("system_disk_id", "Id of its system disk."),
        text("create_time", "When it was created, RFC 3339."),
        text("start_time", "When it was launched, RFC 3339."),
        text("expired_time", "When a subscription ends: always `2099-12-31T15:59Z`, because it never does."),
        text("deployment_set_group_no", "Always empty."),
    ]
}

fn zone_and_network() -> Vec<Attribute> {
    vec![
        Attribute::string("availability_zone")
            .optional()
            .computed()
            .requires_replace()
            .derived(|state| derived::zone_id(state, "availability_zone"))
            .description(
                "Zone. Default: that of `vswitch_id`; without one, the zone with most free instances of the type, the first \
                 by name among equals.",
            ),
        Attribute::string("vswitch_id").optional().computed().use_state_for_unknown().derived(|state| derived::vswitch_id(state, "availability_zone")).description(
            "vSwitch, which must lie in `availability_zone`. Default: the zone's own, `vsw-<zone id>`. Another one of the \
             same zone and VPC changes in place.",
        ),
        Attribute::string("subnet_id")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["vswitch_id"])
            .description("Older name of `vswitch_id`."),
        Attribute::string("vpc_id")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows_all()
            .description("VPC. It follows from the vSwitch."),
        Attribute::string("private_ip")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows_all()
            .description("Private address. Default: a free one of the vSwitch, which follows from the instance's id."),
        Attribute::set("security_groups", Type::String)
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(Value::list(["default"]))
            .description("Security groups. Default: the group `default`."),
    ]
}

fn properties() -> Vec<Attribute> {
    vec![
        Attribute::string("instance_type").optional().computed().use_state_for_unknown().follows(TEMPLATE).description(
            "Instance type, unless a launch template has one. A change is made in place: the new pool needs a free instance, \
             and the old one gets its instance back.",
        ),
        Attribute::string("image_id")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(TEMPLATE)
            .description("Image, unless a launch template has one. A change is made in place, with a new system disk."),
        Attribute::string("instance_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows_id()
            .description("Name, 2 to 128 characters. Default: the instance's id."),
        Attribute::string("host_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows_id()
            .description("Host name: 2 to 64 letters, digits, `-` and `.`; on Windows 2 to 15, no `.` and not digits alone. Default: `iZ`, the instance's id without `i-`, and `Z`."),
        Attribute::string("description")
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("Description, 2 to 256 characters."),
        Attribute::choice::<Power>("status", "Whether the instance runs. Starting it needs a free instance unless it kept its \
             place, else the apply fails with `OperationDenied.NoStock` and the instance stays stopped: ")
            .computed()
            .use_state_for_unknown(),
        Attribute::choice::<StoppedMode>("stopped_mode", "What the instance keeps while it is stopped. Default: \
             `KeepCharging`. A spot instance always releases its capacity: ")
            .computed()
            .use_state_for_unknown()
            .unless_set(StoppedMode::NotApplicable.name()),
        Attribute::bool("deletion_protection").optional().description(
            "Whether deleting it is refused with `OperationDenied.DeletionProtection`. A reclaim takes it all the same.",
        ),
        attributes::tags("the instance"),
        Attribute::map("volume_tags", Type::String)
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("Tags of its disks, at most 20."),
        Attribute::string("role_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("RAM role, which is kept. `simcloud_ram_role_attachment` can attach one instead.")
            .deprecated("Attach the role instead."),
        Attribute::bool("dry_run").optional().description(
            "Whether the launch is only checked. The apply then fails with `DryRunOperation` if it would succeed, as with \
             the service.",
        ),
        Attribute::string("launch_template_id").optional().requires_replace().description(
            "Launch template that says what the configuration leaves open. Excludes `launch_template_name`.",
        ),
        Attribute::string("launch_template_name")
            .optional()
            .requires_replace()
            .description("Name of the launch template."),
        Attribute::string("launch_template_version")
            .optional()
            .requires_replace()
            .description("Version of the launch template. Default: its default version."),
    ]
}

fn access() -> Vec<Attribute> {
    let most = with_separators(MAX_USER_DATA_BYTES);
    vec![
        Attribute::string("key_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(TEMPLATE)
            .description("Key pair. An instance of a public image with neither key nor password cannot be logged in to."),
        Attribute::string("password").optional().sensitive().description(
            "Password of 8 to 30 characters, which the ephemeral `simcloud_instance_metadata` shows. The world keeps it \
             sealed.",
        ),
        Attribute::string("password_wo").optional().write_only().description(
            "Password like `password`, which is in no plan and no state. Excludes `password`. A change is noticed by \
             `password_wo_version` alone.",
        ),
        Attribute::number("password_wo_version")
            .optional()
            .description("Number to change together with `password_wo`."),
        Attribute::string("user_data").optional().description(format!(
            "User data of at most {most} bytes, as plain text or as base64. A change is made in place."
        )),
        Attribute::string("user_data_wo").optional().write_only().description(format!(
            "User data like `user_data`, at most {most} bytes, which is in no plan and no state: the world keeps it, and the \
             ephemeral `simcloud_instance_metadata` shows it. Excludes `user_data`. A change is noticed by \
             `user_data_wo_version` alone."
        )),
        Attribute::number("user_data_wo_version")
            .optional()
            .description("Number to change together with `user_data_wo`."),
        Attribute::number("internet_max_bandwidth_out")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(TEMPLATE)
            .description("Outbound internet bandwidth in Mbit/s, 0 to 200; above 0 it has a public address. Default: 0."),
    ]
}

fn disks() -> Vec<Attribute> {
    vec![
        disk_category("system_disk_category", true).computed().requires_replace().follows(TEMPLATE).derived(|state| derived::system_disk_category(state, "availability_zone")).description(
            "Category of the system disk. Default: `cloud_efficiency` if the type takes it in the zone, else the first \
             category that it takes.",
        ),
        Attribute::number("system_disk_size")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(i64::from(LaunchInstanceRequest::DEFAULT_SYSTEM_DISK_SIZE))
            .description(
                "Size of the system disk in GiB, which can only grow. Default: 40, or the size of a larger image.",
            ),
    ]
}

fn billing() -> Vec<Attribute> {
    vec![
        Attribute::choice::<SpotStrategy>("spot_strategy", "Who pays for what: it ").computed().requires_replace(),
        Attribute::number("spot_price_limit").optional().computed().requires_replace().description(
            "Highest hourly price of the instance, at most 3 decimals. Required with `SpotWithPriceLimit`, without effect \
             otherwise.",
        ),
        Attribute::number("spot_duration").default(1).requires_replace().description(
            "Hours in which the market does not reclaim a spot instance, 0 to 6. With 0 it is reclaimed at any time; more than 1 \
             protects for one hour, as with the service. Default: 1.",
        ),
        Attribute::choice::<SpotInterruption>("spot_interruption_behavior", "What a reclaim does to a spot instance: it ")
            .computed()
            .use_state_for_unknown(),
        Attribute::choice::<ChargeType>("instance_charge_type", "Billing: ").computed().use_state_for_unknown().description(
            "Billing: `PostPaid` or `PrePaid`. A subscription costs what pay-as-you-go does in the simulation, and cannot be \
             a spot instance. Default: `PostPaid`.",
        ),
    ]
}

/// Arguments that are checked and kept.
fn unused() -> Vec<Attribute> {
    let text = Attribute::string;
    let number = Attribute::number;
    let bool = Attribute::bool;
    vec![
        bool("allocate_public_ip")
            .optional()
            .description("Whether it gets a public address.")
            .deprecated("Set `internet_max_bandwidth_out` above 0 instead."),
        text("auto_release_time").optional().description("When it is released, RFC 3339."),
        number("auto_renew_period").optional().description("Period of the renewal."),
        text("dedicated_host_id").optional().description("Dedicated host."),
        text("deployment_set_id").optional().description("Deployment set."),
        bool("enable_high_density_mode").optional().description("Whether high density mode is on."),
        bool("enable_jumbo_frame").optional().computed().unless_set(false).description("Whether jumbo frames are on."),
        bool("force_delete").optional().description("Whether a subscription may be deleted."),
        text("hpc_cluster_id").optional().requires_replace().description("HPC cluster."),
        number("http_put_response_hop_limit")
            .optional()
            .computed()
            .unless_set(1)
            .description("Maximum number of hops of a metadata reply, 1 to 64."),
        bool("include_data_disks").optional().description("Whether a change of the billing includes the data disks."),
        number("internet_max_bandwidth_in")
            .optional()
            .computed()
            .description("Inbound internet bandwidth in Mbit/s.")
            .deprecated("The service ignores it."),
        number("ipv6_address_count").optional().computed().requires_replace().description("Number of IPv6 addresses."),
        Attribute::set("ipv6_addresses", Type::String).optional().computed().description("IPv6 addresses."),
        bool("is_outdated").optional().description("Whether outdated instance types are allowed."),
        text("kms_encrypted_password").optional().description("Password, encrypted with KMS."),
        Attribute::map("kms_encryption_context", Type::String).optional().description("Context of that encryption."),
        bool("maintenance_notify").optional().description("Whether maintenance is announced."),
        number("network_card_index").optional().computed().requires_replace().description("Index of the network card."),
        text("network_interface_id")
            .optional()
            .computed()
            .requires_replace()
            .follows_all()
            .description("Id of the primary network interface."),
        text("operator_type").optional().description("Kind of a change of the type: `upgrade` or `downgrade`."),
        bool("password_inherit").optional().description("Whether the image's password is used."),
        number("period").optional().computed().description("Subscription period."),
        text("private_pool_options_id").optional().computed().description("Private pool."),
        text("private_pool_options_match_criteria").optional().computed().description("How private pools are matched."),
        number("queue_pair_number").optional().computed().requires_replace().description("Number of RDMA queue pairs."),
        text("resource_group_id").optional().computed().description("Resource group."),
        number("secondary_private_ip_address_count")
            .optional()
            .computed()
            .description("Number of further private addresses."),
        Attribute::set("secondary_private_ips", Type::String)
            .optional()
            .computed()
            .description("Further private addresses."),
        bool("source_dest_check")
            .optional()
            .computed()
            .unless_set(true)
            .description("Whether source and destination are checked."),
        text("system_disk_auto_snapshot_policy_id")
            .optional()
            .computed()
            .description("Snapshot policy of the system disk."),
        bool("system_disk_bursting_enabled").optional().description("Whether the system disk bursts."),
        text("system_disk_description").optional().computed().description("Description of the system disk."),
        text("system_disk_encrypt_algorithm")
            .optional()
            .requires_replace()
            .description("How the system disk is encrypted."),
        bool("system_disk_encrypted")
            .optional()
            .computed()
            .requires_replace()
            .unless_set(false)
            .description("Whether the system disk is encrypted."),
        text("system_disk_kms_key_id")
            .optional()
            .computed()
            .requires_replace()
            .description("Key that encrypts the system disk."),
        text("system_disk_name").optional().computed().description("Name of the system disk."),
        number("system_disk_provisioned_iops").optional().description("Provisioned I/O operations of the system disk."),
        text("system_disk_storage_cluster_id").optional().requires_replace().description("Storage cluster."),
    ]
}

fn unused_choices() -> Vec<Attribute> {
    vec![
        Attribute::choice::<CreditSpecification>("credit_specification", "CPU credits of burstable types: ").computed(),
        Attribute::choice::<HttpEndpoint>("http_endpoint", "Whether the metadata is available: ")
            .computed()
            .unless_set(HttpEndpoint::Enabled.name()),
        Attribute::choice::<HttpTokens>("http_tokens", "Whether reading the metadata needs a token: ")
            .computed()
            .unless_set(HttpTokens::Optional.name()),
        Attribute::choice::<InternetChargeType>("internet_charge_type", "Billing of the internet traffic: ")
            .computed()
            .unless_set(InternetChargeType::PayByTraffic.name()),
        Attribute::choice::<IoOptimized>("io_optimized", "I/O optimization of the disks: ")
            .computed()
            .unless_set(IoOptimized::Optimized.name()),
        Attribute::choice::<MaintenanceAction>("maintenance_action", "What maintenance does: ").computed(),
        Attribute::choice::<TrafficMode>("network_interface_traffic_mode", "Traffic mode of the network interface: ")
            .computed()
            .requires_replace(),
        Attribute::choice::<PeriodUnit>("period_unit", "Unit of the subscription period: "),
        Attribute::choice::<RenewalStatus>("renewal_status", "How a subscription is renewed: "),
        Attribute::choice::<SecurityEnhancement>("security_enhancement_strategy", "Security hardening: ")
            .computed()
            .requires_replace(),
        Attribute::choice::<PerformanceLevel>("system_disk_performance_level", PERFORMANCE_LEVEL)
            .computed()
            .unless_set(PerformanceLevel::Pl1.name()),
    ]
}

fn blocks() -> Vec<NestedBlock> {
    vec![
        data_disks(),
        cpu_options(),
        image_options(),
        maintenance_time(),
        network_interfaces(),
        timeouts::block(&["create", "update", "delete"]),
    ]
}

fn data_disks() -> NestedBlock {
    let text = |name, what: &'static str| Attribute::string(name).optional().requires_replace().description(what);
    let bool = |name, what: &'static str| Attribute::bool(name).optional().requires_replace().description(what);
    let unused = without_effect([
        text("auto_snapshot_policy_id", "Snapshot policy."),
        bool("bursting_enabled", "Whether the disk bursts."),
        bool("delete_with_instance", "Whether the disk is deleted with its instance."),
        text("description", "Description."),
        text("device", "Where the disk is attached."),
        bool("encrypted", "Whether the disk is encrypted."),
        text("kms_key_id", "Key that encrypts the disk."),
        text("name", "Name."),
        Attribute::choice::<PerformanceLevel>("performance_level", PERFORMANCE_LEVEL).computed(),
        Attribute::number("provisioned_iops").optional().description("Provisioned I/O operations."),
        text("snapshot_id", "Snapshot that the disk is created from."),
    ]);
    let block = Block::new("A data disk, which is created and deleted with the instance.").attributes([
        Attribute::number("size").required().description("Size in GiB, which can only grow."),
        Attribute::string("category")
            .optional()
            .one_of(DiskCategory::fit_for(false).map(DiskCategory::name))
            .requires_replace()
            .description(
                "Category. Default: `cloud_efficiency` if the type takes it in the zone, else the first that it takes.",
            ),
    ]);
    NestedBlock::list("data_disks", block.attributes(unused)).max_items(16)
}

fn cpu_options() -> NestedBlock {
    let number =
        |name, what: &'static str| Attribute::number(name).optional().computed().requires_replace().description(what);
    let attributes = without_effect([
        number("core_count", "Number of physical cores."),
        number("threads_per_core", "Threads of each core."),
        Attribute::string("topology_type").optional().computed().requires_replace().description("Topology of the CPU."),
    ]);
    NestedBlock::list("cpu_options", Block::new("How the CPU is used.").attributes(attributes)).max_items(1)
}

fn image_options() -> NestedBlock {
    let attribute =
        Attribute::bool("login_as_non_root").optional().description("Whether people log in as another user than root.");
    NestedBlock::set("image_options", Block::new("How the image is used.").attributes(without_effect([attribute])))
        .max_items(1)
}

fn maintenance_time() -> NestedBlock {
    let time = |name, what: &'static str| Attribute::string(name).optional().description(what);
    let attributes = without_effect([
        time("start_time", "When it begins, such as `02:00:00`."),
        time("end_time", "When it ends, such as `03:00:00`."),
    ]);
    NestedBlock::set("maintenance_time", Block::new("When maintenance may happen.").attributes(attributes)).max_items(1)
}

/// A value that an argument has where no configuration sets it.
type UsualValue = (&'static str, fn() -> Value);

/// What the service takes for what a block `network_interfaces` leaves open.
pub(super) const NETWORK_INTERFACES: &[UsualValue] = &[
    ("network_card_index", || 0.into()),
    ("network_interface_id", || "".into()),
    ("network_interface_traffic_mode", || "".into()),
    ("queue_pair_number", || 0.into()),
    ("security_group_ids", || Value::List(Vec::new())),
    ("source_dest_check", || true.into()),
    ("vswitch_id", || "".into()),
];

fn network_interfaces() -> NestedBlock {
    let text =
        |name, what: &'static str| Attribute::string(name).optional().computed().requires_replace().description(what);
    let number =
        |name, what: &'static str| Attribute::number(name).optional().computed().requires_replace().description(what);
    let unused = without_effect([
        number("network_card_index", "Index of the network card."),
        text("network_interface_traffic_mode", "Traffic mode."),
        number("queue_pair_number", "Number of RDMA queue pairs."),
        Attribute::bool("source_dest_check")
            .optional()
            .computed()
            .requires_replace()
            .unless_set(true)
            .description("Whether source and destination are checked."),
    ]);
    let block = Block::new(
        "A network interface beside the primary one, from the launch on. The type says how many an instance has \
         (`EniPerInstanceLimitExceeded`).",
    )
    .attributes([
        text(
            "network_interface_id",
            "An interface that exists, in the zone and the VPC of the instance, and is attached to nothing. It is attached, \
             and ends with the instance unless its `delete_on_release` is `false`. Excludes `vswitch_id` and \
             `security_group_ids`. Default: one is made, which ends with the instance.",
        )
        .use_state_for_unknown(),
        Attribute::list("security_group_ids", Type::String)
            .optional()
            .computed()
            .use_state_for_unknown()
            .requires_replace()
            .follows(["network_interface_id"])
            .description("Security groups of the interface that is made. Default: those of the instance."),
        text(
            "vswitch_id",
            "vSwitch of the interface that is made, in the zone and the VPC of the instance. Default: that of the instance.",
        )
        .use_state_for_unknown()
        .follows(["network_interface_id"]),
    ]);
    NestedBlock::list("network_interfaces", block.attributes(unused))
}
