//! What can be said about a launch template from its configuration alone.
//!
//! What it names need not exist: the service checks it only when instances are launched from the template.

use std::net::IpAddr;

use super::schema::SYSTEM_DISK;
use crate::base::Decimal;
use crate::base::limits::{DESCRIPTION_LENGTH, MAX_USER_DATA_BYTES};
use crate::base::name_rule::begins_like_url;
use crate::base::wording::counted;
use crate::provider::framework::check::{self, elements, number, text};
use crate::provider::framework::host_name;
use crate::tf::{Diagnostics, Path, Value};

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    names(config, diagnostics);
    versions(config, diagnostics);
    for name in ["tags", "template_tags"] {
        check::tags(config, &root, name, diagnostics);
    }
    for name in ["description", "version_description", "system_disk_description"] {
        description(config, &root, name, diagnostics);
    }
    instance_name(config, diagnostics);
    host_name::validate(config, &root, diagnostics);
    check::within(config, &root, "internet_max_bandwidth_out", 0, 100, diagnostics);
    check::within(config, &root, "internet_max_bandwidth_in", 0, 200, diagnostics);
    check::within(config, &root, "http_put_response_hop_limit", 1, 64, diagnostics);
    for name in ["period", "auto_renew_period"] {
        check::integer(config, &root, name, 1, diagnostics);
    }
    check::time(config, &root, "auto_release_time", diagnostics);
    address(config, &root, "private_ip_address", diagnostics);
    price_limit(config, diagnostics);
    for name in ["user_data", "userdata"] {
        user_data(config, name, diagnostics);
    }
    check::not_both(config, &root, "user_data", "userdata", diagnostics);
    disks(config, diagnostics);
    for (index, interface) in elements(config, "network_interfaces").iter().enumerate() {
        let at = Path::root("network_interfaces").index(index);
        description(interface, &at, "description", diagnostics);
        check::resource_name(interface, &at, "name", diagnostics);
        address(interface, &at, "primary_ip", diagnostics);
    }
}

fn names(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    check::not_both(config, &root, "launch_template_name", "name", diagnostics);
    for name in ["launch_template_name", "name"] {
        check::resource_name(config, &root, name, diagnostics);
    }
    if check::is_absent(config, "launch_template_name") && check::is_absent(config, "name") {
        diagnostics.error_at(
            Path::root("launch_template_name"),
            "Missing Name",
            "A launch template needs a name: give launch_template_name, 2 to 128 characters that begin with a letter.",
        );
    }
}

fn versions(config: &Value, diagnostics: &mut Diagnostics) {
    check::integer(config, &Path::default(), "default_version_number", 1, diagnostics);
    if config.get("update_default_version_number").as_bool() == Some(true)
        && number(config, "default_version_number").is_some()
    {
        diagnostics.error_at(
            Path::root("default_version_number"),
            "Conflicting Arguments",
            "update_default_version_number makes the latest version the default one, and default_version_number chooses \
             another way. Keep one of them.",
        );
    }
}

/// 2 to 256 characters that do not begin with `http://`.
fn description(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    let Some(given) = text(object, name) else { return };
    let count = given.chars().count();
    let problem = if !DESCRIPTION_LENGTH.contains(&count) {
        format!("has {}; a description has 2 to 256", counted(count, "character"))
    } else if begins_like_url(given) {
        "must not begin with http:// or https://".to_owned()
    } else {
        return;
    };
    diagnostics.error_at(at.clone().attribute(name), "Invalid Description", format!("{name} {problem}."));
}

/// As other names, and with `[`, `]` and `,` for numbering.
fn instance_name(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(given) = text(config, "instance_name") else { return };
    let plain = Value::object([("instance_name", given.replace(['[', ']', ','], "-"))]);
    check::resource_name(&plain, &Path::default(), "instance_name", diagnostics);
}

fn address(object: &Value, at: &Path, name: &str, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(object, name)
        && given.parse::<IpAddr>().is_err()
    {
        diagnostics.error_at(
            at.clone().attribute(name),
            "Invalid Address",
            format!("{name} is {given:?}, which is not an IP address such as \"10.0.0.5\"."),
        );
    }
}

fn price_limit(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(limit) = number(config, "spot_price_limit").map(|limit| limit.normalize()) else { return };
    if limit < Decimal::ZERO || limit.scale() > 3 {
        diagnostics.error_at(
            Path::root("spot_price_limit"),
            "Invalid Attribute Value",
            format!("spot_price_limit is {limit}, but it must be a price of at most 3 decimals, not below 0."),
        );
    }
}

/// The service takes base64; other text is a warning, because examples for the real provider have such texts.
fn user_data(config: &Value, name: &str, diagnostics: &mut Diagnostics) {
    let Some(given) = text(config, name) else { return };
    let raw = check::base64_bytes(given);
    let bytes = raw.as_ref().map_or(given.len(), Vec::len);
    let path = Path::root(name);
    if bytes > MAX_USER_DATA_BYTES {
        let problem = format!("{name} has {bytes} bytes; user data is limited to {MAX_USER_DATA_BYTES} bytes.");
        diagnostics.error_at(path, "Invalid User Data", problem);
    } else if raw.is_none() {
        diagnostics.warning_at(
            path,
            "User Data Not In Base64",
            format!(
                "{name} is not valid base64, so instances see it as it stands; the real service may refuse it. Write \
                 base64encode(\"...\") or filebase64(\"...\")."
            ),
        );
    }
}

fn disks(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for (older, inner) in SYSTEM_DISK {
        let certain = |object: &Value, name: &str| check::is_set(object, name) && !object.get(name).is_unknown();
        let in_block = elements(config, "system_disk").first().is_some_and(|disk| certain(disk, inner));
        if in_block && certain(config, older) {
            diagnostics.error_at(
                Path::root(older),
                "Conflicting Arguments",
                format!("{older} and {inner} in the block system_disk exclude each other. Keep the block."),
            );
        }
    }
    check::resource_name(config, &root, "system_disk_name", diagnostics);
    check::within(config, &root, "system_disk_size", 20, 2_048, diagnostics);
    for (block, system) in [("system_disk", true), ("data_disks", false)] {
        for (index, disk) in elements(config, block).iter().enumerate() {
            let at = Path::root(block).index(index);
            description(disk, &at, "description", diagnostics);
            check::resource_name(disk, &at, "name", diagnostics);
            if system {
                check::within(disk, &at, "size", 20, 2_048, diagnostics);
            } else {
                check::within(disk, &at, "size", 1, 65_536, diagnostics);
            }
        }
    }
}
