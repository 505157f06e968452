//! Checks of the launch configuration that need nothing else (RULES.md, Facts of the real services).

use crate::base::Decimal;
use crate::base::limits::{self, MAX_DATA_DISKS};
use crate::cloud::model::GroupType;
use crate::provider::framework::check::{self, elements, number, text};
use crate::provider::framework::{host_name, write_only};
use crate::tf::{Diagnostics, Path, Value};

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(launch) = elements(config, "launch_configuration").first() else { return };
    let at = Path::root("launch_configuration").index(0);
    check::not_both(launch, &at, "image_id", "image_family", diagnostics);
    check::not_both(launch, &at, "host_name", "host_names", diagnostics);
    check::within(launch, &at, "system_disk_size", 20, 500, diagnostics);
    check::within(launch, &at, "internet_max_bandwidth_out", 0, 100, diagnostics);
    check::within(launch, &at, "internet_max_bandwidth_in", 0, 200, diagnostics);
    check::base64(launch, &at, "user_data", limits::MAX_GROUP_USER_DATA_BYTES, diagnostics);
    check::not_both(launch, &at, "password", "password_wo", diagnostics);
    check::password(launch, &at, "password", diagnostics);
    check::password(launch, &at, "password_wo", diagnostics);
    write_only::version(launch, &at, "password_wo", "password_wo_version", diagnostics);
    check::time(launch, &at, "auto_release_time", diagnostics);
    check::length(launch, &at, "instance_name", 2, 128, diagnostics);
    check::length(launch, &at, "instance_description", 2, 256, diagnostics);
    host_name::validate(launch, &at, diagnostics);
    tags(launch, &at, diagnostics);
    data_disks(launch, &at, diagnostics);
    host_names(config, launch, &at, diagnostics);
}

/// Checks the map and the blocks together: the service counts both.
fn tags(launch: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    check::tags(launch, at, "tags", diagnostics);
    let blocks = elements(launch, "tag");
    for (index, tag) in blocks.iter().enumerate() {
        if let Some(key) = text(tag, "key") {
            let path = at.clone().attribute("tag").index(index).attribute("key");
            check::tag(key, tag.get("value").as_str(), path, diagnostics);
        }
    }
    let in_map = launch.get("tags").as_map().map_or(0, std::collections::BTreeMap::len);
    let count = in_map + blocks.len();
    if in_map <= limits::MAX_TAGS && count > limits::MAX_TAGS {
        diagnostics.error_at(
            at.clone().attribute("tag"),
            "Too Many Tags",
            format!("The instances have {count} tags; the service takes at most {}.", limits::MAX_TAGS),
        );
    }
}

fn data_disks(launch: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    let disks = elements(launch, "data_disk");
    if disks.len() > MAX_DATA_DISKS {
        diagnostics.error_at(
            at.clone().attribute("data_disk").index(MAX_DATA_DISKS),
            "Too Many Data Disks",
            format!("There are {} data_disk blocks; an instance takes at most {MAX_DATA_DISKS}.", disks.len()),
        );
    }
}

/// Checks that there is one host name for each unit of capacity. Only groups of type `instant` use host names.
fn host_names(config: &Value, launch: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    if text(config, "auto_provisioning_group_type") != Some(GroupType::Instant.name()) {
        return;
    }
    let names = elements(launch, "host_names");
    let at = at.clone().attribute("host_names");
    for (index, name) in names.iter().enumerate() {
        if let Some(name) = name.as_str() {
            host_name::check(name, launch, at.clone().index(index), diagnostics);
        }
    }
    if let Some(total) = number(config, "total_target_capacity")
        && !names.is_empty()
        && Decimal::from(names.len()) != total
    {
        diagnostics.error_at(
            at,
            "Wrong Number of Host Names",
            format!(
                "host_names has {} names, but total_target_capacity is {total}: there must be one for each unit.",
                names.len()
            ),
        );
    }
}
