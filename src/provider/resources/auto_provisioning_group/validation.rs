//! Checks of a group's configuration alone, without a provider or a world.
//!
//! Planning checks the limits, because a scenario may raise them (L2).

use super::launch_configuration;
use crate::base::Decimal;
use crate::base::api_enum::quoted_list;
use crate::cloud::model::{GroupType, SpotAllocationStrategy};
use crate::provider::framework::check::{self, elements, number, text};
use crate::tf::{Diagnostics, Path, Value};

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for (name, least) in [
        ("total_target_capacity", 0),
        ("pay_as_you_go_target_capacity", 0),
        ("spot_target_capacity", 0),
        ("min_target_capacity", 1),
        ("spot_instance_pools_to_use_count", 1),
    ] {
        check::integer(config, &root, name, least, diagnostics);
    }
    check::above_zero(config, &root, "max_spot_price", diagnostics);
    check::client_token(config, &root, diagnostics);
    check::resource_name(config, &root, "auto_provisioning_group_name", diagnostics);
    check::tags(config, &root, "tags", diagnostics);
    capacities(config, diagnostics);
    pools_to_use(config, diagnostics);
    window(config, diagnostics);
    pool_configs(config, diagnostics);
    disk_categories(config, "system_disk_config", diagnostics);
    disk_categories(config, "data_disk_config", diagnostics);
    launch_source(config, diagnostics);
    launch_template(config, diagnostics);
    launch_configuration::validate(config, diagnostics);
    instant_only(config, diagnostics);
}

/// Checks that pay-as-you-go + spot ≤ total, and that the minimum ≤ total (L3).
fn capacities(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(total) = number(config, "total_target_capacity") else { return };
    let part = |name: &str| match config.get(name) {
        Value::Unknown => None,
        _ => Some(number(config, name).unwrap_or_default()),
    };
    if let (Some(payg), Some(spot)) = (part("pay_as_you_go_target_capacity"), part("spot_target_capacity"))
        && payg + spot > total
    {
        diagnostics.error_at(
            Path::root("total_target_capacity"),
            "Inconsistent Target Capacities",
            format!(
                "total_target_capacity is {total}, but pay_as_you_go_target_capacity ({payg}) and spot_target_capacity \
                 ({spot}) together are {}. Raise the total, or lower one of the two.",
                payg + spot
            ),
        );
    }
    if let Some(least) = number(config, "min_target_capacity")
        && least > total
    {
        diagnostics.error_at(
            Path::root("min_target_capacity"),
            "Inconsistent Target Capacities",
            format!(
                "min_target_capacity is {least}, above total_target_capacity ({total}): the group could never be \
                 created. Lower the minimum, or raise the total."
            ),
        );
    }
}

/// Pools-to-use only with the spot strategy `lowest-price`, and below the number of configs.
fn pools_to_use(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(count) = number(config, "spot_instance_pools_to_use_count") else { return };
    let path = Path::root("spot_instance_pools_to_use_count");
    if let Some(strategy) = text(config, "spot_allocation_strategy")
        && strategy != SpotAllocationStrategy::LowestPrice.name()
    {
        diagnostics.error_at(
            path.clone(),
            "Conflicting Arguments",
            format!(
                "spot_instance_pools_to_use_count only goes with spot_allocation_strategy = \"lowest-price\", but the \
                 strategy is {strategy:?}. Remove the count, or change the strategy."
            ),
        );
    }
    let configs = elements(config, "launch_template_config").len();
    if !config.get("launch_template_config").is_unknown() && count >= Decimal::from(configs) {
        diagnostics.error_at(
            path,
            "Invalid Attribute Value",
            format!(
                "spot_instance_pools_to_use_count is {count}, but it must be below the number of \
                 launch_template_config blocks, which is {configs}."
            ),
        );
    }
}

fn window(config: &Value, diagnostics: &mut Diagnostics) {
    let mut time = |name| check::time(config, &Path::default(), name, diagnostics);
    if let (Some(from), Some(until)) = (time("valid_from"), time("valid_until"))
        && from >= until
    {
        diagnostics.error_at(
            Path::root("valid_until"),
            "Empty Validity Window",
            format!("valid_until ({until}) is not after valid_from ({from}), so the group would never be active."),
        );
    }
}

/// Whether a filter excludes any type, as far as it is known.
fn selects(pool: &Value, filter: &str) -> bool {
    match pool.get(filter) {
        Value::List(elements) => elements.iter().any(|element| !element.is_null() && element.as_str() != Some("")),
        Value::String(text) => !text.is_empty() && text != "Include",
        other => !other.is_null(),
    }
}

fn pool_configs(config: &Value, diagnostics: &mut Diagnostics) {
    const FILTERS: &[&str] = &[
        "cores",
        "memories",
        "architectures",
        "instance_family_level",
        "burstable_performance",
        "excluded_instance_types",
    ];
    for (index, pool) in elements(config, "launch_template_config").iter().enumerate() {
        let at = Path::root("launch_template_config").index(index);
        if pool.is_unknown() {
            continue;
        }
        if check::is_absent(pool, "vswitch_id") && check::is_absent(pool, "zone_id") {
            diagnostics.error_at(
                at.clone(),
                "Missing Zone",
                "One of vswitch_id and zone_id is required: it says in which zone the pool lies. Every zone has a \
                 default vSwitch, named vsw-<zone id>.",
            );
        }
        if let (Some(instance_type), Some(filter)) =
            (text(pool, "instance_type"), FILTERS.iter().find(|filter| selects(pool, filter)))
        {
            diagnostics.error_at(
                at.clone().attribute(*filter),
                "Conflicting Arguments",
                format!(
                    "{filter} selects instance types by their properties, but instance_type already names \
                     {instance_type:?}. Keep one of the two."
                ),
            );
        }
        let has_type = check::is_set(pool, "instance_type") || FILTERS.iter().any(|filter| selects(pool, filter));
        if !has_type && check::is_absent(config, "launch_template_id") {
            diagnostics.error_at(
                at.clone().attribute("instance_type"),
                "Missing Instance Type",
                format!(
                    "Nothing says which instance types this pool has. Give an instance_type, one of the filters {}, or a \
                     launch_template_id whose template has a type.",
                    quoted_list(FILTERS)
                ),
            );
        }
        check::above_zero(pool, &at, "weighted_capacity", diagnostics);
        check::each_above_zero(pool, &at, "cores", true, diagnostics);
        check::each_above_zero(pool, &at, "memories", false, diagnostics);
        check::above_zero(pool, &at, "max_price", diagnostics);
        check::integer(pool, &at, "priority", 0, diagnostics);
    }
}

/// No category twice (`Duplicate.DiskCategory`).
fn disk_categories(config: &Value, block: &str, diagnostics: &mut Diagnostics) {
    let mut seen = Vec::new();
    for (index, element) in elements(config, block).iter().enumerate() {
        let at = Path::root(block).index(index);
        let Some(category) = text(element, "disk_category") else { continue };
        if seen.contains(&category) {
            diagnostics.error_at(
                at.attribute("disk_category"),
                "Duplicate Disk Category",
                format!("{block} lists {category:?} twice. Each category can be tried once; remove the second."),
            );
        }
        seen.push(category);
    }
}

/// Checks that the configuration names an image.
fn launch_source(config: &Value, diagnostics: &mut Diagnostics) {
    let pools = config.get("launch_template_config");
    let group_type = config.get("auto_provisioning_group_type");
    let counts = group_type.is_unknown() || group_type.as_str() == Some(GroupType::Instant.name());
    let images_in_pools = pools.is_unknown()
        || counts && pools.as_list().is_some_and(|pools| pools.iter().all(|pool| !check::is_absent(pool, "image_id")));
    let launch = config.get("launch_configuration");
    if launch.is_unknown() || images_in_pools || !check::is_absent(config, "launch_template_id") {
        return;
    }
    match launch.as_list().and_then(<[Value]>::first) {
        None => diagnostics.error_at(
            Path::root("launch_configuration"),
            "Missing Launch Configuration",
            "Nothing says how instances are made. Give a launch_configuration block with an image_id, or a \
             launch_template_id.",
        ),
        Some(launch) if check::is_absent(launch, "image_id") && check::is_absent(launch, "image_family") => diagnostics
            .error_at(
                Path::root("launch_configuration").index(0).attribute("image_id"),
                "Missing Image",
                "Nothing says which image the instances are made from. Give an image_id here or in every \
                 launch_template_config, or a launch_template_id whose template has one.",
            ),
        Some(_) => {}
    }
}

/// Checks that the version is a number and that there is a template.
fn launch_template(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(version) = text(config, "launch_template_version") else { return };
    let path = Path::root("launch_template_version");
    if version.parse::<u32>().is_ok_and(|version| version > 0) {
        if check::is_absent(config, "launch_template_id") {
            diagnostics.warning_at(
                path,
                "Argument Without Effect",
                "launch_template_version says which version of a launch template counts, but there is no \
                 launch_template_id. Give one, or remove the version.",
            );
        }
    } else {
        diagnostics.error_at(
            path,
            "Invalid Attribute Value",
            format!(
                "launch_template_version is {version:?}, but versions are whole numbers from 1. Without one the \
                 template's default version counts."
            ),
        );
    }
}

/// Warns of arguments that have an effect only in groups of type `instant`.
fn instant_only(config: &Value, diagnostics: &mut Diagnostics) {
    if config.get("auto_provisioning_group_type").is_unknown() {
        return;
    }
    let group_type = text(config, "auto_provisioning_group_type").unwrap_or(GroupType::default().name());
    if group_type == GroupType::Instant.name() {
        return;
    }
    let mut ignored = |path: Path, name: &str| {
        diagnostics.warning_at(
            path,
            "Argument Without Effect",
            format!(
                "{name} takes effect only in groups of type \"instant\"; this one is of type {group_type:?}. Remove it, \
                 or set auto_provisioning_group_type = \"instant\"."
            ),
        );
    };
    if check::is_set(config, "min_target_capacity") {
        ignored(Path::root("min_target_capacity"), "min_target_capacity");
    }
    for (index, pool) in elements(config, "launch_template_config").iter().enumerate() {
        if check::is_set(pool, "image_id") {
            ignored(Path::root("launch_template_config").index(index).attribute("image_id"), "image_id");
        }
    }
    if elements(config, "launch_configuration").first().is_some_and(|launch| check::is_set(launch, "host_names")) {
        ignored(Path::root("launch_configuration").index(0).attribute("host_names"), "host_names");
    }
}
