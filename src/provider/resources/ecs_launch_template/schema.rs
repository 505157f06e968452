//! The schema of a launch template.

use crate::base::ApiEnum;
use crate::base::limits::{self, MAX_USER_DATA_BYTES};
use crate::base::wording::with_separators;
use crate::catalogue::DiskCategory;
use crate::cloud::model::SpotStrategy;
use crate::provider::framework::attributes::{self, PERFORMANCE_LEVEL};
use crate::provider::framework::enumerations::{
    ChargeType, HttpEndpoint, HttpTokens, ImageOwnerAlias, InternetChargeType, IoOptimized, NetworkCategory,
    OpenDiskCategory, PerformanceLevel, PeriodUnit, SecurityEnhancement, SpotDuration,
};
use crate::provider::framework::without_effect::{WITHOUT_EFFECT, without_effect};
use crate::tf::{Attribute, Block, NestedBlock, Schema, Type};

/// Arguments of the template itself; everything else belongs to a version.
pub(super) const OF_THE_TEMPLATE: &[&str] = &[
    "launch_template_name",
    "name",
    "template_resource_group_id",
    "template_tags",
    "default_version_number",
    "update_default_version_number",
];

/// Deprecated arguments, and what they are called in the block `system_disk`.
pub(super) const SYSTEM_DISK: [(&str, &str); 4] = [
    ("system_disk_category", "category"),
    ("system_disk_description", "description"),
    ("system_disk_name", "name"),
    ("system_disk_size", "size"),
];

pub(super) fn schema() -> Schema {
    Schema::new(
        "A launch template: how instances are made, in versions that never change. A change of its arguments adds a new \
         version; `default_version_number` or `update_default_version_number` selects the default version. A template has \
         at most 30 versions: beyond that, the oldest one that is not the default is deleted.\n\n\
         An auto provisioning group takes from its template, field by field before its own `launch_configuration`: \
         `instance_type` (where a pool names none), `image_id`, the security groups, the categories of system and data \
         disks, `key_pair_name`, `user_data`, `instance_name`, `internet_max_bandwidth_out` and `tags`. Billing, zone and \
         price limit are the group's own. It keeps the content of the version at its creation, so that the template may \
         change or be deleted.\n\n\
         As in the service, the names in a template are checked by a launch that uses the template, not at the creation of \
         the template; only the vSwitch must exist.",
    )
    .attributes(template())
    .attributes(used())
    .attributes(unused())
    .attributes(deprecated())
    .attributes([
        Attribute::string("id").computed().use_state_for_unknown().description("The template's id, `lt-` and 20 characters."),
        Attribute::number("latest_version_number").computed().description("Number of the latest version."),
    ])
    .blocks(blocks())
}

fn template() -> [Attribute; 6] {
    [
        Attribute::string("launch_template_name").optional().computed().requires_replace().description(
            "Name, unlike any other in the region: 2 to 128 letters, digits, `:`, `_`, `-` and `.`, beginning with a \
             letter. It or `name` is required.",
        ),
        Attribute::string("template_resource_group_id")
            .optional()
            .requires_replace()
            .description(format!("Resource group of the template. {WITHOUT_EFFECT}")),
        Attribute::map("template_tags", Type::String).optional().description(format!(
            "Tags of the template itself, at most {}. They are not part of a version.",
            limits::MAX_TAGS
        )),
        Attribute::number("default_version_number")
            .optional()
            .computed()
            .unless_set(1)
            .follows(["update_default_version_number"])
            .description(
                "Version that is used if none is named. Default: unchanged, 1 at the creation. Excludes \
             `update_default_version_number`.",
            ),
        Attribute::bool("update_default_version_number")
            .optional()
            .description("Whether the latest version is always the default one."),
        Attribute::string("version_description")
            .optional()
            .description("Description of the version, 2 to 256 characters."),
    ]
}

/// Arguments that groups take from a template, and those that decide its zone and VPC.
fn used() -> Vec<Attribute> {
    vec![
        Attribute::string("instance_type")
            .optional()
            .description("Instance type, for pools of a group that name none."),
        Attribute::string("image_id").optional().description("Image."),
        Attribute::string("security_group_id").optional().description("Security group."),
        Attribute::list("security_group_ids", Type::String)
            .optional()
            .description("Security groups, in addition to `security_group_id`."),
        Attribute::string("key_pair_name").optional().description("Key pair."),
        Attribute::string("user_data").optional().computed().description(format!(
            "User data in base64, at most {} bytes before it. A text that is not base64 is used unchanged.",
            with_separators(MAX_USER_DATA_BYTES)
        )),
        Attribute::string("instance_name").optional().description("Name of the instances; `name[1,4]` numbers them."),
        Attribute::number("internet_max_bandwidth_out").optional().description(
            "Outbound internet bandwidth in Mbit/s, 0 to 100; above 0 the instances get public addresses.",
        ),
        attributes::tags("the instances"),
        Attribute::string("vswitch_id")
            .optional()
            .description("vSwitch. It must exist, and fixes zone and VPC; groups choose their own vSwitches."),
        Attribute::string("zone_id")
            .optional()
            .computed()
            .follows(["vswitch_id"])
            .description("Zone. Default: that of the vSwitch."),
        Attribute::string("vpc_id")
            .optional()
            .computed()
            .follows(["vswitch_id"])
            .description("VPC. Default: that of the vSwitch."),
    ]
}

/// Arguments without effect in the simulation.
fn unused() -> Vec<Attribute> {
    let text = |name, what: &'static str| without_effect(Attribute::string(name).optional().description(what));
    let number = |name, what: &'static str| without_effect(Attribute::number(name).optional().description(what));
    let bool = |name, what: &'static str| without_effect(Attribute::bool(name).optional().description(what));
    let mut attributes = vec![
        bool("auto_renew", "Whether a subscription renews itself."),
        number("auto_renew_period", "Period of the renewal."),
        text("auto_release_time", "When the instances are released, RFC 3339."),
        text("deployment_set_id", "Deployment set."),
        text("description", "Description of the instances, 2 to 256 characters."),
        bool("enable_vm_os_config", "Whether the operating system is configured."),
        text("host_name", "Host name of the instances."),
        number("http_put_response_hop_limit", "Maximum number of hops of a metadata reply, 1 to 64."),
        number("internet_max_bandwidth_in", "Inbound internet bandwidth in Mbit/s, 0 to 200."),
        bool("password_inherit", "Whether the image's password is used."),
        number("period", "Subscription period."),
        text("private_ip_address", "Private address of the instance."),
        text("ram_role_name", "RAM role of the instances."),
        text("resource_group_id", "Resource group of the instances."),
        Attribute::number("spot_price_limit").optional().description(
            "Highest hourly price of one spot instance of a scaling group, at most 3 decimals; an auto provisioning group \
             has its own.",
        ),
        Attribute::choice::<SpotStrategy>(
            "spot_strategy",
            "Billing of the instances of a scaling group, where an auto provisioning group has its own: ",
        ),
    ];
    attributes.extend(choices().map(without_effect));
    attributes
}

fn choices() -> [Attribute; 10] {
    [
        Attribute::choice::<HttpEndpoint>("http_endpoint", "Whether the metadata is available: "),
        Attribute::choice::<HttpTokens>("http_tokens", "Whether reading the metadata needs a token: "),
        Attribute::choice::<ImageOwnerAlias>("image_owner_alias", "Source of the image: "),
        Attribute::choice::<ChargeType>(
            "instance_charge_type",
            "Billing of the instances, where a group has its own: ",
        ),
        Attribute::choice::<InternetChargeType>("internet_charge_type", "Billing of the internet traffic: "),
        Attribute::choice::<IoOptimized>("io_optimized", "I/O optimization of the disks: "),
        Attribute::choice::<NetworkCategory>("network_type", "Network of the instances: "),
        Attribute::choice::<PeriodUnit>("period_unit", "Unit of the subscription period: "),
        Attribute::choice::<SecurityEnhancement>("security_enhancement_strategy", "Security hardening: "),
        Attribute::choice::<SpotDuration>("spot_duration", "Protected hours of a spot instance: ")
            .default(SpotDuration::default().name()),
    ]
}

/// The category of a template's disk, of a system disk if `system` is set.
fn disk_category(name: &'static str, system: bool) -> Attribute {
    let fits = |category: &DiskCategory| !system || category.is_system() || *category == DiskCategory::EphemeralSsd;
    let categories = DiskCategory::ALL.iter().copied().filter(fits).map(DiskCategory::name);
    Attribute::string(name).optional().one_of(categories.chain(OpenDiskCategory::NAMES.iter().copied()))
}

fn deprecated() -> Vec<Attribute> {
    let older = |name| Attribute::string(name).optional().computed();
    let disk = |attribute: Attribute, inner: &str| {
        let text = format!("Older form of `{inner}` in the block `system_disk`, whose value it has if it is absent.");
        attribute
            .follows(["system_disk"])
            .description(text)
            .deprecated(format!("Use `{inner}` in the block `system_disk`."))
    };
    let mut attributes = vec![
        older("name")
            .requires_replace()
            .follows(["launch_template_name"])
            .description("Older name of `launch_template_name`.")
            .deprecated("Use `launch_template_name`."),
        older("userdata")
            .follows(["user_data"])
            .description("Older name of `user_data`.")
            .deprecated("Use `user_data`."),
    ];
    attributes.extend(SYSTEM_DISK.map(|(name, inner)| match inner {
        "size" => disk(Attribute::number(name).optional().computed(), inner),
        "category" => disk(disk_category(name, true).computed(), inner),
        _ => disk(older(name), inner),
    }));
    attributes
}

fn blocks() -> [NestedBlock; 4] {
    let text = |name, what: &'static str| without_effect(Attribute::string(name).optional().description(what));
    let bool = |name, what: &'static str| without_effect(Attribute::bool(name).optional().description(what));
    let size = || without_effect(Attribute::number("size").optional().description("Size in GiB."));
    let level = || without_effect(Attribute::choice::<PerformanceLevel>("performance_level", PERFORMANCE_LEVEL));
    [
        NestedBlock::list(
            "system_disk",
            Block::new("The system disk of every instance.").attributes([
                disk_category("category", true).description("Category, such as `cloud_essd`."),
                bool("delete_with_instance", "Whether the disk is deleted with its instance."),
                text("description", "Description."),
                bool("encrypted", "Whether the disk is encrypted."),
                text("iops", "I/O operations a second."),
                text("kms_key_id", "Key that encrypts the disk."),
                text("name", "Name."),
                level(),
                size(),
            ]),
        )
        .max_items(1),
        NestedBlock::list(
            "data_disks",
            Block::new("A data disk of every instance.").attributes([
                disk_category("category", false).description("Category, such as `cloud_essd`."),
                bool("delete_with_instance", "Whether the disk is deleted with its instance."),
                text("description", "Description."),
                text("device", "Where the disk is attached."),
                bool("encrypted", "Whether the disk is encrypted."),
                text("kms_key_id", "Key that encrypts the disk."),
                text("name", "Name."),
                level(),
                size(),
                text("snapshot_id", "Snapshot that the disk is created from."),
            ]),
        ),
        NestedBlock::list(
            "image_options",
            Block::new(format!("How the image is used. {WITHOUT_EFFECT}"))
                .attributes([bool("login_as_non_root", "Whether people log in as another user than root.")]),
        )
        .max_items(1),
        NestedBlock::list(
            "network_interfaces",
            Block::new(format!("The network interface of the instances. {WITHOUT_EFFECT}")).attributes([
                bool("delete_on_release", "Whether the interface is deleted with its instance."),
                text("description", "Description."),
                text("name", "Name."),
                text("primary_ip", "Primary private address."),
                text("security_group_id", "Security group."),
                text("vswitch_id", "vSwitch."),
            ]),
        )
        .max_items(1),
    ]
}
