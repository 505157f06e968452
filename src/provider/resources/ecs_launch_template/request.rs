//! Maps a launch template's arguments to a request of the cloud.

use super::schema::OF_THE_TEMPLATE;
use super::schema::schema;
use crate::base::ApiEnum;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{LaunchConfiguration, LaunchTemplateContent, Tags};
use crate::provider::framework::check::{self, elements, text};
use crate::provider::framework::enumerations::OpenDiskCategory;
use crate::provider::framework::{deprecated_argument, dynamic_value};
use crate::tf::Value;
use crate::tf::schema::Mode;

/// Arguments that the simulation works with, besides those of the template itself.
const READ_HERE: &[&str] = &[
    "instance_type",
    "image_id",
    "security_group_id",
    "security_group_ids",
    "key_pair_name",
    "user_data",
    "userdata",
    "instance_name",
    "internet_max_bandwidth_out",
    "tags",
    "vswitch_id",
    "zone_id",
    "vpc_id",
    "system_disk_category",
    "version_description",
];

pub(super) fn content(arguments: &Value) -> LaunchTemplateContent {
    let groups = elements(arguments, "security_group_ids").iter().filter_map(Value::as_str);
    let groups = groups.chain(text(arguments, "security_group_id")).filter(|id| !id.is_empty());
    let user_data = deprecated_argument::text(arguments, "user_data", "userdata");
    let bandwidth = super::planning::number(arguments, "internet_max_bandwidth_out");
    LaunchTemplateContent {
        instance_type: text(arguments, "instance_type").map(Into::into),
        vswitch_id: text(arguments, "vswitch_id").map(Into::into),
        zone_id: text(arguments, "zone_id").map(Into::into),
        vpc_id: text(arguments, "vpc_id").map(Into::into),
        launch: LaunchConfiguration {
            image_id: text(arguments, "image_id").map(Into::into),
            security_group_ids: groups.map(Into::into).collect(),
            system_disk_category: system_disk(arguments),
            data_disk_categories: elements(arguments, "data_disks").iter().filter_map(category).collect(),
            key_pair_name: text(arguments, "key_pair_name").map(Into::into),
            user_data: user_data.map(|data| check::base64_bytes(data).unwrap_or_else(|| data.as_bytes().to_vec())),
            password: None,
            instance_name: text(arguments, "instance_name").map(str::to_owned),
            internet_max_bandwidth_out: bandwidth.and_then(|number| u32::try_from(number).ok()).unwrap_or(0),
            tags: check::tags_of(arguments, "tags"),
            without_effect: arguments_without_effect(arguments),
        },
    }
}

fn system_disk(arguments: &Value) -> Option<String> {
    let in_block = elements(arguments, "system_disk").first().and_then(category);
    in_block.or_else(|| text(arguments, "system_disk_category").and_then(chosen_category))
}

fn category(disk: &Value) -> Option<String> {
    text(disk, "category").and_then(chosen_category)
}

/// The disk category of a name; `None` for `all` and `local_disk`, which leave the choice to the cloud.
fn chosen_category(name: &str) -> Option<String> {
    OpenDiskCategory::parse(name).is_err().then(|| name.to_owned())
}

/// The arguments without effect in the simulation, as JSON by name.
fn arguments_without_effect(arguments: &Value) -> Tags {
    let block = schema().block;
    let attributes = block.attributes.iter().filter(|attribute| attribute.mode != Mode::Computed);
    let names = attributes.map(|attribute| &*attribute.name).chain(block.blocks.iter().map(|block| &*block.name));
    names
        .filter(|name| !OF_THE_TEMPLATE.contains(name) && !READ_HERE.contains(name) && check::is_set(arguments, name))
        .map(|name| (name.to_owned(), dynamic_value::to_json(arguments.get(name)).to_string()))
        .into_map()
}
