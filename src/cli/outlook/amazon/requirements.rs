//! `instance_requirements`: attributes in place of a type (G24).

use serde_json::Value;

use super::super::fleet::{blocks, count, decimal};
use super::super::plan::text;
use crate::base::ApiEnum;
use crate::cloud::model::{Bounds, Inclusion, InstanceRequirements};

/// Attributes that have no effect here.
pub(super) const UNREAD: [&str; 4] = [
    "accelerator_total_memory_mib",
    "baseline_ebs_bandwidth_mbps",
    "network_bandwidth_gbps",
    "require_hibernate_support",
];

pub(super) fn read_requirements(block: &Value) -> Result<InstanceRequirements, String> {
    Ok(InstanceRequirements {
        vcpus: bounds(block, "vcpu_count"),
        memory_mib: bounds(block, "memory_mib"),
        memory_gib_per_vcpu: bounds(block, "memory_gib_per_vcpu"),
        cpu_manufacturers: texts(block, "cpu_manufacturers"),
        allowed_instance_types: texts(block, "allowed_instance_types"),
        excluded_instance_types: texts(block, "excluded_instance_types"),
        instance_generations: texts(block, "instance_generations"),
        bare_metal: inclusion(block, "bare_metal")?.unwrap_or_default(),
        burstable_performance: inclusion(block, "burstable_performance")?.unwrap_or_default(),
        local_storage: inclusion(block, "local_storage")?,
        local_storage_types: texts(block, "local_storage_types"),
        total_local_storage_gb: bounds(block, "total_local_storage_gb"),
        network_interface_count: bounds(block, "network_interface_count"),
        accelerator_count: bounds(block, "accelerator_count"),
        accelerator_types: texts(block, "accelerator_types"),
        accelerator_manufacturers: texts(block, "accelerator_manufacturers"),
        accelerator_names: texts(block, "accelerator_names"),
        spot_max_price_percentage_of_on_demand: percentage(
            block,
            "max_spot_price_as_percentage_of_optimal_on_demand_price",
        ),
        spot_max_price_percentage: percentage(block, "spot_max_price_percentage_over_lowest_price"),
        on_demand_max_price_percentage: percentage(block, "on_demand_max_price_percentage_over_lowest_price"),
    })
}

fn bounds(block: &Value, key: &str) -> Bounds {
    let range = blocks(block, key).next().unwrap_or(&Value::Null);
    Bounds { min: decimal(range, "min"), max: decimal(range, "max") }
}

fn texts<T: FromIterator<String>>(block: &Value, key: &str) -> T {
    blocks(block, key).filter_map(Value::as_str).map(str::to_owned).collect()
}

fn inclusion(block: &Value, key: &str) -> Result<Option<Inclusion>, String> {
    let parse = |name| Inclusion::parse(name).map_err(|unknown| format!("`instance_requirements.{key}` is {unknown}"));
    text(block, key).map(parse).transpose()
}

/// The provider writes 0 where nothing is set.
fn percentage(block: &Value, key: &str) -> Option<u32> {
    count(block, key).filter(|percentage| *percentage > 0)
}
