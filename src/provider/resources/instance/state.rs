//! Maps the cloud's instance to the attributes of the state.

use super::schema::NETWORK_INTERFACES;
use crate::base::Decimal;
use crate::base::SecurityGroupId;
use crate::catalogue::{DiskCategory, Image};
use crate::cloud::model::{InstanceState, LaunchedInterface, Power, SingleInstance, StoppedMode};
use crate::provider::framework::enumerations::{PerformanceLevel, SpotInterruption};
use crate::provider::framework::object_resource::set_default;
use crate::tf::Value;

/// A subscription never ends, as the service writes it.
const NEVER: &str = "2099-12-31T15:59Z";

/// MiB of a GiB.
const MIB: u32 = 1_024;

/// Sets everything computed, and the arguments that the configuration leaves to the cloud.
pub(super) fn set_computed(state: &mut Value, single: &SingleInstance) {
    let (instance, request) = (&single.instance, &single.request);
    let address = |address: Option<std::net::Ipv4Addr>| address.map(|address| address.to_string()).unwrap_or_default();
    let private_ip = address(instance.private_ip);
    state.set("cpu", single.vcpus);
    state.set("memory", memory(single.memory_gib));
    set_image(state, crate::catalogue::image(instance.image_id.as_str()).as_ref());
    state.set("primary_ip_address", private_ip.as_str());
    state.set("public_ip", address(instance.public_ip));
    state.set("system_disk_id", single.system_disk_id.as_str());
    state.set("create_time", single.create_time.to_string());
    state.set("start_time", instance.launch_time.to_string());
    state.set("expired_time", NEVER);
    state.set("deployment_set_group_no", "");
    state.set("role_name", single.role_name.as_deref().unwrap_or_default());
    set_power(state, single);
    let vswitch_id = instance.vswitch_id.as_str();
    let groups = Value::list(instance.security_group_ids.iter().map(SecurityGroupId::as_str));
    let interruption = if request.stops_on_reclaim { SpotInterruption::Stop } else { SpotInterruption::Terminate };
    for (name, value) in [
        ("availability_zone", Value::from(instance.zone_id.as_str())),
        ("vswitch_id", vswitch_id.into()),
        ("subnet_id", vswitch_id.into()),
        ("vpc_id", single.vpc_id.as_ref().map_or("", crate::base::VpcId::as_str).into()),
        ("private_ip", private_ip.into()),
        ("security_groups", groups),
        ("instance_type", instance.instance_type.as_str().into()),
        ("image_id", instance.image_id.as_str().into()),
        ("instance_name", instance.instance_name.as_str().into()),
        ("host_name", host_name(instance.instance_id.as_str()).into()),
        ("key_name", instance.key_name.as_ref().map_or("", crate::base::KeyPairName::as_str).into()),
        ("description", request.description.as_deref().unwrap_or_default().into()),
        ("internet_max_bandwidth_out", request.internet_max_bandwidth_out.unwrap_or(0).into()),
        ("system_disk_category", instance.system_disk_category.as_str().into()),
        ("system_disk_size", single.system_disk_size.into()),
        ("spot_strategy", instance.spot_strategy.name().into()),
        ("spot_interruption_behavior", interruption.name().into()),
        ("network_interface_id", single.network_interface_id.as_str().into()),
    ] {
        set_default(state, name, value);
    }
    set_empty(state);
    set_performance_levels(state, &instance.system_disk_category);
    set_computed_in_blocks(state, single);
}

/// The properties of the instance's image.
pub(super) fn set_image(state: &mut Value, image: Option<&Image>) {
    state.set("os_name", image.map_or("", |image| image.os_name.as_str()));
    state.set("os_type", image.map_or("", |image| image.operating_system.name()));
}

/// Memory in MiB.
pub(super) fn memory(gib: Decimal) -> Decimal {
    (gib * Decimal::from(MIB)).normalize()
}

/// What the instance does, which is not what is configured after a reclaim has stopped it.
fn set_power(state: &mut Value, single: &SingleInstance) {
    let is_stopped = single.instance.state == InstanceState::Stopped;
    state.set("status", if is_stopped { Power::Stopped.name() } else { Power::Running.name() });
    let gives_back = single.instance.spot_strategy.billing() == crate::base::Billing::Spot;
    let mode = if !is_stopped {
        StoppedMode::NotApplicable
    } else if gives_back {
        StoppedMode::StopCharging
    } else {
        single.request.stopped_mode
    };
    set_default(state, "stopped_mode", mode.name());
}

/// The host name that the service makes of an id.
fn host_name(id: &str) -> String {
    format!("iZ{}Z", id.strip_prefix("i-").unwrap_or(id))
}

/// Arguments that the service leaves empty.
fn set_empty(state: &mut Value) {
    for name in [
        "credit_specification",
        "maintenance_action",
        "network_interface_traffic_mode",
        "private_pool_options_id",
        "private_pool_options_match_criteria",
        "resource_group_id",
        "security_enhancement_strategy",
        "system_disk_auto_snapshot_policy_id",
        "system_disk_description",
        "system_disk_kms_key_id",
        "system_disk_name",
    ] {
        set_default(state, name, "");
    }
    for name in [
        "internet_max_bandwidth_in",
        "ipv6_address_count",
        "network_card_index",
        "period",
        "queue_pair_number",
        "secondary_private_ip_address_count",
        "spot_price_limit",
    ] {
        set_default(state, name, 0);
    }
    for name in ["ipv6_addresses", "secondary_private_ips"] {
        set_default(state, name, Value::List(Vec::new()));
    }
    set_default(state, "volume_tags", Value::Map(std::collections::BTreeMap::new()));
}

/// Only `cloud_essd` has performance levels.
fn set_performance_levels(state: &mut Value, system_disk_category: &str) {
    let level = |category: Option<&str>| {
        let has_level = category == Some(DiskCategory::CloudEssd.name());
        if has_level { PerformanceLevel::Pl1.name() } else { "" }
    };
    set_default(state, "system_disk_performance_level", level(Some(system_disk_category)));
    change_blocks(state, "data_disks", |_, disk| {
        let category = disk.get("category").as_str().map(str::to_owned);
        set_default(disk, "performance_level", level(category.as_deref()));
    });
}

fn set_computed_in_blocks(state: &mut Value, single: &SingleInstance) {
    let threads = 2.min(single.vcpus.max(1));
    change_blocks(state, "cpu_options", |_, options| {
        set_default(options, "threads_per_core", threads);
        set_default(options, "core_count", single.vcpus / threads);
        set_default(options, "topology_type", "");
    });
    change_blocks(state, "network_interfaces", |index, interface| {
        if let Some(launched) = single.network_interfaces.get(index) {
            set_interface(interface, launched);
        }
        for (name, value) in NETWORK_INTERFACES {
            set_default(interface, name, value());
        }
    });
}

/// Nothing is said of an interface that is gone.
fn set_interface(interface: &mut Value, launched: &LaunchedInterface) {
    set_default(interface, "network_interface_id", launched.network_interface_id.as_str());
    if let Some(vswitch_id) = &launched.vswitch_id {
        set_default(interface, "vswitch_id", vswitch_id.as_str());
        let groups = launched.security_group_ids.iter().map(SecurityGroupId::as_str);
        set_default(interface, "security_group_ids", Value::list(groups));
    }
}

/// Changes each block of a name, with its index.
fn change_blocks(state: &mut Value, name: &str, change: impl Fn(usize, &mut Value)) {
    let Some(blocks) = state.get(name).as_list() else { return };
    let mut blocks = blocks.to_vec();
    blocks.iter_mut().enumerate().for_each(|(index, block)| change(index, block));
    state.set(name, Value::List(blocks));
}
