//! Checks of an instance's configuration alone, without a provider or a world.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use super::request::user_data_bytes;
use super::schema::TEMPLATE;
use crate::base::ApiEnum;
use crate::base::limits::{self, MAX_USER_DATA_BYTES};
use crate::catalogue::DiskCategory;
use crate::cloud::model::SpotStrategy;
use crate::provider::framework::check::{self, elements, text};
use crate::provider::framework::enumerations::ChargeType;
use crate::provider::framework::{host_name, spot, timeouts, write_only};
use crate::tf::{Diagnostics, Path, Value};

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    required(config, diagnostics);
    names(config, diagnostics);
    numbers(config, diagnostics);
    disks(config, diagnostics);
    network_interfaces(config, diagnostics);
    access(config, diagnostics);
    for name in ["tags", "volume_tags"] {
        check::tags(config, &root, name, diagnostics);
    }
    check::not_both(config, &root, "launch_template_id", "launch_template_name", diagnostics);
    check::time(config, &root, "auto_release_time", diagnostics);
    vswitches(config, diagnostics);
    private_ip(config, diagnostics);
    template_version(config, diagnostics);
    billing(config, diagnostics);
    timeouts::validate(config, diagnostics);
}

/// What a launch needs, unless a launch template has it.
fn required(config: &Value, diagnostics: &mut Diagnostics) {
    if TEMPLATE.iter().any(|name| check::is_set(config, name)) {
        return;
    }
    for (name, what) in [("instance_type", "the type of the instance"), ("image_id", "the image of the instance")] {
        if check::is_absent(config, name) {
            check::missing(&Path::default(), name, &format!("{what}, or a launch template that has one"), diagnostics);
        }
    }
}

fn names(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for (name, lengths) in [
        ("instance_name", limits::NAME_LENGTH),
        ("description", limits::DESCRIPTION_LENGTH),
        ("system_disk_name", limits::NAME_LENGTH),
        ("system_disk_description", limits::DESCRIPTION_LENGTH),
    ] {
        check::length(config, &root, name, *lengths.start(), *lengths.end(), diagnostics);
        check::plain_text(config, &root, name, *lengths.end(), diagnostics);
    }
    host_name::validate(config, &root, diagnostics);
}

fn numbers(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for (name, least, most) in [
        ("internet_max_bandwidth_in", 0, 200),
        ("internet_max_bandwidth_out", 0, 200),
        ("http_put_response_hop_limit", 1, 64),
        ("spot_duration", 0, 6),
        ("ipv6_address_count", 0, 10),
    ] {
        check::within(config, &root, name, least, most, diagnostics);
    }
}

/// Sizes fit the categories that are named; others are checked when the pool is known.
fn disks(config: &Value, diagnostics: &mut Diagnostics) {
    let sizes = |object: &Value, name: &str, is_system: bool| {
        let category = text(object, name).and_then(|name| DiskCategory::ALL.iter().find(|known| known.name() == name));
        category.and_then(|category| if is_system { category.system_gib() } else { category.data_gib() })
    };
    let root = Path::default();
    let (least, most) = sizes(config, "system_disk_category", true).unwrap_or((1, 2_048));
    check::within(config, &root, "system_disk_size", least, most, diagnostics);
    for (index, disk) in elements(config, "data_disks").iter().enumerate() {
        let (least, most) = sizes(disk, "category", false).unwrap_or((1, 65_536));
        check::within(disk, &Path::root("data_disks").index(index), "size", least, most, diagnostics);
    }
}

/// An interface that exists is as it is, and is attached once.
fn network_interfaces(config: &Value, diagnostics: &mut Diagnostics) {
    const ID: &str = "network_interface_id";
    let mut named = BTreeSet::new();
    for (index, interface) in elements(config, "network_interfaces").iter().enumerate() {
        let at = Path::root("network_interfaces").index(index);
        for other in ["vswitch_id", "security_group_ids"] {
            check::not_both(interface, &at, ID, other, diagnostics);
        }
        for name in ["network_card_index", "queue_pair_number"] {
            check::integer(interface, &at, name, 0, diagnostics);
        }
        if let Some(id) = text(interface, ID).filter(|id| !named.insert(*id)) {
            let detail = format!("{ID} is {id:?} in another block as well. Keep one of them.");
            diagnostics.error_at(at.attribute(ID), "Network Interface Named Twice", detail);
        }
    }
}

fn access(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for name in ["password", "password_wo"] {
        check::password(config, &root, name, diagnostics);
    }
    check::not_both(config, &root, "password", "password_wo", diagnostics);
    check::not_both(config, &root, "user_data", "user_data_wo", diagnostics);
    for name in ["user_data", "user_data_wo"] {
        if let Some(bytes) = text(config, name).map(|data| user_data_bytes(data).len())
            && bytes > MAX_USER_DATA_BYTES
        {
            let detail = format!("{name} has {bytes} bytes; user data is limited to {MAX_USER_DATA_BYTES} bytes.");
            diagnostics.error_at(Path::root(name), "Invalid User Data", detail);
        }
    }
    write_only::version(config, &root, "password_wo", "password_wo_version", diagnostics);
    write_only::version(config, &root, "user_data_wo", "user_data_wo_version", diagnostics);
}

/// Both names of the vSwitch may be set to the same value.
fn vswitches(config: &Value, diagnostics: &mut Diagnostics) {
    if let (Some(one), Some(other)) = (text(config, "vswitch_id"), text(config, "subnet_id"))
        && one != other
    {
        diagnostics.error_at(
            Path::root("subnet_id"),
            "Conflicting Arguments",
            format!(
                "subnet_id is {other:?} and vswitch_id is {one:?}; they are two names of one argument. Keep vswitch_id."
            ),
        );
    }
}

fn private_ip(config: &Value, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(config, "private_ip").filter(|given| given.parse::<Ipv4Addr>().is_err()) {
        let detail = format!("private_ip is {given:?}, which is not an IPv4 address such as \"10.0.0.8\".");
        diagnostics.error_at(Path::root("private_ip"), "Invalid Address", detail);
    }
}

fn template_version(config: &Value, diagnostics: &mut Diagnostics) {
    let given = text(config, "launch_template_version");
    if let Some(given) = given.filter(|given| !given.parse::<u32>().is_ok_and(|number| number > 0)) {
        let detail =
            format!("launch_template_version is {given:?}, which is not the number of a version such as \"1\".");
        diagnostics.error_at(Path::root("launch_template_version"), "Invalid Attribute Value", detail);
    }
}

/// A subscription is no spot instance, and a price limit needs its strategy.
fn billing(config: &Value, diagnostics: &mut Diagnostics) {
    spot::price_limit(config, diagnostics);
    let is_spot = text(config, "spot_strategy").is_some_and(|strategy| strategy != SpotStrategy::NoSpot.name());
    if is_spot && text(config, "instance_charge_type") == Some(ChargeType::PrePaid.name()) {
        diagnostics.error_at(
            Path::root("spot_strategy"),
            "Conflicting Arguments",
            "A subscription cannot be a spot instance. Leave spot_strategy out, or set instance_charge_type = \"PostPaid\".",
        );
    }
}
