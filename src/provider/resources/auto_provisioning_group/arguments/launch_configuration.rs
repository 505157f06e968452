//! The arguments of the block `launch_configuration`.

use serde::Deserialize;

use crate::cloud::model::LaunchConfiguration;
use crate::provider::framework::argument::{Argument, arguments_without_effect, request_from_arguments};
use crate::provider::framework::attributes::{PERFORMANCE_LEVEL, disk_category};
use crate::provider::framework::enumerations::{
    CreditSpecification, GroupSecurityEnhancement, InternetChargeType, IoOptimized, PerformanceLevel,
};
use crate::provider::framework::without_effect::{WITHOUT_EFFECT, without_effect};
use crate::provider::framework::{check, secret};
use crate::tf::error::ValueError;
use crate::tf::{Attribute, Block, NestedBlock, Type, Value};

type Row = Argument<LaunchConfiguration>;

pub(super) fn table() -> Vec<Row> {
    let mut rows = used();
    rows.extend(unused());
    rows.extend(blocks());
    rows
}

/// The launch configuration that a block describes. Two requests that differ in an argument without effect are still
/// two requests (W2).
///
/// # Errors
/// The first value that does not fit, with its path.
pub(super) fn read(rows: &[Row], block: &Value) -> Result<LaunchConfiguration, ValueError> {
    let launch = request_from_arguments(rows, block)?;
    Ok(LaunchConfiguration { without_effect: arguments_without_effect(rows, block).into_iter().collect(), ..launch })
}

fn used() -> Vec<Row> {
    vec![
        Row::new(Attribute::string("image_id").optional().description("Image."))
            .request_text(|launch, id| launch.image_id = id.map(Into::into)),
        // Resolved to an image's id when the group is created.
        Row::new(Attribute::string("image_family").optional().description(
            "Image family, in place of `image_id`: the newest image whose id begins with it, such as `aliyun_3_x64`.",
        )),
        Row::new(
            Attribute::string("security_group_id")
                .optional()
                .description("Security group; `default` if none is given."),
        )
        .request_text(|launch, id| launch.security_group_ids.extend(id.map(Into::into))),
        Row::new(
            Attribute::list("security_group_ids", Type::String)
                .optional()
                .description("Security groups, in place of `security_group_id`."),
        )
        .request(|launch, ids: Option<Vec<String>>| {
            let ids = ids.unwrap_or_default().into_iter().filter(|id| !id.is_empty());
            launch.security_group_ids.extend(ids.map(Into::into));
        }),
        Row::new(
            disk_category("system_disk_category", true)
                .description("Category of the system disk, unless `system_disk_config` lists some."),
        )
        .request_text(|launch, category| launch.system_disk_category = category),
        Row::new(
            Attribute::string("instance_name")
                .optional()
                .description("Name of the instances; `name[1,4]` numbers them."),
        )
        .request_text(|launch, name| launch.instance_name = name),
        Row::new(Attribute::string("key_pair_name").optional().description("Key pair."))
            .request_text(|launch, name| launch.key_pair_name = name.map(Into::into)),
        Row::new(Attribute::string("user_data").optional().description("User data, base64."))
            .request_text(|launch, data| launch.user_data = data.and_then(|data| check::base64_bytes(&data))),
        Row::new(
            Attribute::number("internet_max_bandwidth_out")
                .optional()
                .description("Outbound internet bandwidth in Mbit/s; above 0 the instances get public addresses."),
        )
        .request(|launch, rate: Option<u32>| launch.internet_max_bandwidth_out = rate.unwrap_or(0))
        .equivalent_to_absent(0),
        Row::new(
            Attribute::map("tags", Type::String)
                .optional()
                .description("Tags of the instances, in addition to the `tag` blocks."),
        )
        .request_tags(|launch, tags| launch.tags.extend(tags)),
    ]
}

/// Arguments without effect in the simulation. They are checked and stored.
fn unused() -> Vec<Row> {
    let mut rows: Vec<Row> =
        vec![
        Row::new(
            Attribute::number("system_disk_size").optional().description("Size of the system disk in GiB, 20 to 500."),
        ),
        Row::new(Attribute::choice::<PerformanceLevel>("system_disk_performance_level", PERFORMANCE_LEVEL)),
        Row::new(
            Attribute::number("internet_max_bandwidth_in")
                .optional()
                .description("Inbound internet bandwidth in Mbit/s."),
        ),
        Row::new(Attribute::string("password").optional().sensitive().description(
            "Password of the instances, which the ephemeral `simcloud_instance_metadata` shows.",
        ))
        .request_text(|launch, password| launch.password = password)
        .compared_as_text()
        // After another state has changed it, this one has the digest.
        .canonical(|block, name| secret::digest_of(block.get(name))),
        // The row follows that of the value that plans and states have.
        Row::new(Attribute::string("password_wo").optional().write_only().description(
            "Password like `password`, which is in no plan and no state. Excludes `password`. A change is noticed by \
             `password_wo_version` alone.",
        ))
        .request_text(|launch, password| {
            if password.is_some() {
                launch.password = password;
            }
        }),
        Row::new(
            Attribute::number("password_wo_version")
                .optional()
                .description("Number to change together with `password_wo`."),
        ),
        Row::new(Attribute::bool("password_inherit").optional().description("Whether the image's password is used.")),
        Row::new(
            Attribute::list("host_names", Type::String)
                .optional()
                .description("Host names, one per unit of capacity. Only for groups of type `instant`."),
        ),
    ];
    rows.extend(
        [
            ("instance_description", "Description of the instances."),
            ("host_name", "Host name of the instances."),
            ("deployment_set_id", "Deployment set."),
            ("auto_release_time", "When the instances are released, RFC 3339."),
            ("ram_role_name", "RAM role of the instances."),
            ("resource_group_id", "Resource group of the instances."),
            ("system_disk_name", "Name of the system disk."),
            ("system_disk_description", "Description of the system disk."),
            ("period", "Subscription period."),
            ("period_unit", "Unit of the subscription period."),
            ("auto_renew", "Whether a subscription renews itself."),
            ("auto_renew_period", "Period of the renewal."),
        ]
        .map(|(name, text)| Row::new(without_effect(Attribute::string(name).optional().description(text)))),
    );
    rows.extend(
        [
            Attribute::choice::<CreditSpecification>("credit_specification", "CPU credits of burstable types: "),
            Attribute::choice::<IoOptimized>("io_optimized", "I/O optimization of the disks: "),
            Attribute::choice::<GroupSecurityEnhancement>("security_enhancement_strategy", "Security hardening: "),
            Attribute::choice::<InternetChargeType>("internet_charge_type", "Billing of the internet traffic: "),
        ]
        .map(|attribute| Row::new(without_effect(attribute))),
    );
    rows
}

fn blocks() -> Vec<Row> {
    vec![
        Row::block(NestedBlock::list(
            "tag",
            Block::new("A tag of the instances.").attributes([
                Attribute::string("key").optional().description("Key, 1 to 128 characters."),
                Attribute::string("value").optional().description("Value, up to 128 characters."),
            ]),
        ))
        .request(|launch, tags: Vec<Tag>| launch.tags.extend(tags.into_iter().filter_map(Tag::entry))),
        Row::block(NestedBlock::list(
            "data_disk",
            Block::new("A data disk of every instance.")
                .attributes([
                    disk_category("category", false).description("Category."),
                    without_effect(Attribute::choice::<PerformanceLevel>("performance_level", PERFORMANCE_LEVEL)),
                ])
                .attributes(texts(&[
                    "disk_name",
                    "size",
                    "device",
                    "snapshot_id",
                    "description",
                    "delete_with_instance",
                    "encrypted",
                    "kms_key_id",
                    "encrypt_algorithm",
                    "provisioned_iops",
                    "bursting_enabled",
                ])),
        ))
        .request(|launch, disks: Vec<DataDisk>| {
            let categories = disks.into_iter().filter_map(|disk| disk.category).filter(|category| !category.is_empty());
            launch.data_disk_categories = categories.collect();
        })
        .compared_as_text(),
        Row::block(NestedBlock::list(
            "system_disk",
            Block::new("Further properties of the system disk.").attributes(texts(&[
                "encrypted",
                "kms_key_id",
                "encrypt_algorithm",
                "provisioned_iops",
                "bursting_enabled",
            ])),
        )),
        Row::block(NestedBlock::list(
            "network_interface",
            Block::new("A network interface.").attributes(texts(&["security_group_id", "instance_type"])).attributes([
                Attribute::list("security_group_ids", Type::String).optional().description(WITHOUT_EFFECT),
            ]),
        )),
        Row::block(NestedBlock::list(
            "arn",
            Block::new("A role to assume.").attributes(texts(&["rolearn", "role_type", "assume_role_for"])),
        )),
        Row::block(NestedBlock::list(
            "additional_info",
            Block::new("Further information.").attributes(texts(&["pvd_config"])),
        )),
    ]
}

fn texts(names: &[&'static str]) -> Vec<Attribute> {
    names.iter().map(|name| Attribute::string(*name).optional().description(WITHOUT_EFFECT)).collect()
}

#[derive(Deserialize)]
struct Tag {
    key: Option<String>,
    value: Option<String>,
}

impl Tag {
    /// Key and value; `None` without a key.
    fn entry(self) -> Option<(String, String)> {
        let key = self.key.filter(|key| !key.is_empty())?;
        Some((key, self.value.unwrap_or_default()))
    }
}

#[derive(Deserialize)]
struct DataDisk {
    category: Option<String>,
}
