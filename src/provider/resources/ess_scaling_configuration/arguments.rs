//! Checks a scaling configuration's arguments, and maps them to a request of the cloud.

use std::collections::BTreeMap;

use crate::base::api_enum::quoted_list;
use crate::base::limits::{DESCRIPTION_LENGTH, MAX_USER_DATA_BYTES};
use crate::base::order::Order;
use crate::base::{ApiEnum, Decimal, InstanceTypeName};
use crate::cloud::model::{
    Activation, BurstablePerformance, InstancePattern, LaunchConfiguration, ScalingConfigurationArguments,
    ScalingContent, ScalingInstanceType, SpotStrategy, TypeFilters,
};
use crate::provider::framework::check::{self, elements, is_set, number, text};
use crate::provider::framework::{host_name, timeouts};
use crate::provider::resources::ess_scaling_group::arguments::{not_below_zero, weighted_type};
use crate::tf::{Diagnostics, Path, Value};

/// The ways to name instance types.
const TYPES: [&str; 4] = ["instance_type", "instance_types", "instance_type_override", "instance_pattern_info"];

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    required(config, diagnostics);
    check::not_both(config, &root, "instance_type", "instance_types", diagnostics);
    check::not_both(config, &root, "instance_type", "instance_type_override", diagnostics);
    check::not_both(config, &root, "instance_types", "instance_type_override", diagnostics);
    check::not_both(config, &root, "security_group_id", "security_group_ids", diagnostics);
    check::within(config, &root, "internet_max_bandwidth_out", 0, 1_024, diagnostics);
    check::within(config, &root, "internet_max_bandwidth_in", 0, 1_024, diagnostics);
    check::within(config, &root, "system_disk_size", 20, 2_048, diagnostics);
    check::within(config, &root, "spot_duration", 0, 6, diagnostics);
    let (least, most) = (*DESCRIPTION_LENGTH.start(), *DESCRIPTION_LENGTH.end());
    check::length(config, &root, "instance_description", least, most, diagnostics);
    check::length(config, &root, "instance_name", 2, 128, diagnostics);
    check::length(config, &root, "scaling_configuration_name", 2, 64, diagnostics);
    host_name::validate(config, &root, diagnostics);
    check::password(config, &root, "password", diagnostics);
    check::tags(config, &root, "tags", diagnostics);
    user_data(config, diagnostics);
    limits_are_named(config, diagnostics);
    most_elements(config, "instance_types", 10, diagnostics);
    most_elements(config, "security_group_ids", 16, diagnostics);
    for (block, name) in [("instance_type_override", "weighted_capacity")] {
        for (index, element) in elements(config, block).iter().enumerate() {
            check::within(element, &Path::root(block).index(index), name, 0, 500, diagnostics);
        }
    }
    for (block, name) in [("spot_price_limit", "price_limit"), ("instance_pattern_info", "max_price")] {
        for (index, element) in elements(config, block).iter().enumerate() {
            not_below_zero(element, &Path::root(block).index(index), name, diagnostics);
        }
    }
    timeouts::validate(config, diagnostics);
}

fn required(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    if TYPES.iter().all(|name| !is_set(config, name)) {
        check::missing(
            &root,
            "instance_type",
            "or instance_types, instance_type_override or instance_pattern_info",
            diagnostics,
        );
    }
    if !is_set(config, "image_id") && !is_set(config, "image_name") {
        check::missing(&root, "image_id", "or image_name", diagnostics);
    }
    if !is_set(config, "security_group_id") && !is_set(config, "security_group_ids") {
        check::missing(&root, "security_group_id", "or security_group_ids", diagnostics);
    }
}

/// Warns of types without a limit where the strategy has limits: the service pays their spot instances at the market's
/// price (G15).
fn limits_are_named(config: &Value, diagnostics: &mut Diagnostics) {
    if text(config, "spot_strategy") != Some(SpotStrategy::SpotWithPriceLimit.name())
        || ["instance_types", "instance_type_override", "spot_price_limit"]
            .iter()
            .any(|name| !config.get(name).is_wholly_known())
    {
        return;
    }
    let limits = price_limits(config);
    let types = content(config).instance_types;
    let unlimited = types.iter().map(|named| named.instance_type.as_str()).filter(|name| !limits.contains_key(*name));
    let unlimited: Vec<&str> = unlimited.collect();
    if !unlimited.is_empty() {
        diagnostics.warning_at(
            Path::root("spot_strategy"),
            "Missing Price Limit",
            format!(
                "spot_strategy is \"SpotWithPriceLimit\", but no block spot_price_limit limits {}: spot instances of it are \
                 paid at the market's price, as with \"SpotAsPriceGo\".",
                quoted_list(&unlimited)
            ),
        );
    }
}

fn most_elements(config: &Value, name: &'static str, most: usize, diagnostics: &mut Diagnostics) {
    let count = elements(config, name).len();
    if count > most {
        let text = format!("{name} lists {count}, but {most} are the most.");
        diagnostics.error_at(Path::root(name), "Too Many Elements", text);
    }
}

fn user_data(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(given) = text(config, "user_data") else { return };
    let bytes = check::base64_bytes(given).map_or(given.len(), |raw| raw.len());
    if bytes > MAX_USER_DATA_BYTES {
        let text = format!("user_data has {bytes} bytes; user data is limited to {MAX_USER_DATA_BYTES} bytes.");
        diagnostics.error_at(Path::root("user_data"), "Invalid User Data", text);
    }
}

/// What known arguments say, and what the group does with them.
pub(super) fn arguments(arguments: &Value, configuration: String) -> ScalingConfigurationArguments {
    let flag = |name: &str| arguments.get(name).as_bool();
    ScalingConfigurationArguments {
        name: text(arguments, "scaling_configuration_name").map(str::to_owned),
        image_name: text(arguments, "image_name").map(str::to_owned),
        content: content(arguments),
        activation: Activation {
            active: flag("active"),
            enable: flag("enable"),
            substitute: text(arguments, "substitute").map(Into::into),
        },
        configuration,
    }
}

fn content(arguments: &Value) -> ScalingContent {
    let one = text(arguments, "instance_type").map(str::to_owned);
    let listed = one.into_iter().chain(check::texts(arguments, "instance_types"));
    let unweighted = |name: String| ScalingInstanceType {
        instance_type: name.into(),
        weighted_capacity: None,
        spot_price_limit: None,
    };
    let mut weighted: Vec<ScalingInstanceType> =
        elements(arguments, "instance_type_override").iter().filter_map(weighted_type).collect();
    weighted.order_by(|one, other| one.instance_type.cmp(&other.instance_type));
    let spot_strategy = text(arguments, "spot_strategy").and_then(|name| SpotStrategy::parse(name).ok());
    let mut content = ScalingContent {
        instance_types: listed.map(unweighted).chain(weighted).collect(),
        patterns: elements(arguments, "instance_pattern_info").iter().map(pattern).collect(),
        spot_strategy: spot_strategy.unwrap_or_default(),
        launch: launch(arguments),
    };
    content.set_price_limits(&price_limits(arguments));
    content
}

/// Limits above 0 by type.
fn price_limits(arguments: &Value) -> BTreeMap<InstanceTypeName, Decimal> {
    let limit = |block: &Value| {
        let limit = number(block, "price_limit").filter(|limit| *limit > Decimal::ZERO)?;
        Some((InstanceTypeName::from(text(block, "instance_type")?), limit))
    };
    elements(arguments, "spot_price_limit").iter().filter_map(limit).collect()
}

fn pattern(block: &Value) -> InstancePattern {
    let cores = number(block, "cores").and_then(|cores| u32::try_from(cores).ok()).filter(|cores| *cores > 0);
    let memory = number(block, "memory").filter(|memory| *memory > Decimal::ZERO);
    let burstable = text(block, "burstable_performance").and_then(|name| BurstablePerformance::parse(name).ok());
    InstancePattern {
        filters: TypeFilters {
            cores: cores.into_iter().collect(),
            memories: memory.map(|memory| memory.normalize().to_string()).into_iter().collect(),
            architectures: check::texts(block, "architectures"),
            instance_family_levels: text(block, "instance_family_level").map(str::to_owned).into_iter().collect(),
            burstable_performance: burstable.unwrap_or_default(),
            excluded_instance_types: check::texts(block, "excluded_instance_types"),
        },
        max_price: number(block, "max_price").filter(|price| *price > Decimal::ZERO),
    }
}

fn launch(arguments: &Value) -> LaunchConfiguration {
    let groups = text(arguments, "security_group_id").map(str::to_owned).into_iter();
    let bandwidth = number(arguments, "internet_max_bandwidth_out").and_then(|rate| u32::try_from(rate).ok());
    let disks = elements(arguments, "data_disk").iter();
    LaunchConfiguration {
        image_id: text(arguments, "image_id").map(Into::into),
        security_group_ids: groups.chain(check::texts(arguments, "security_group_ids")).map(Into::into).collect(),
        system_disk_category: text(arguments, "system_disk_category").map(str::to_owned),
        data_disk_categories: disks.filter_map(|disk| text(disk, "category")).map(str::to_owned).collect(),
        key_pair_name: text(arguments, "key_name").map(Into::into),
        user_data: text(arguments, "user_data")
            .map(|data| check::base64_bytes(data).unwrap_or_else(|| data.as_bytes().to_vec())),
        password: None,
        instance_name: text(arguments, "instance_name").map(str::to_owned),
        internet_max_bandwidth_out: bandwidth.unwrap_or(0),
        tags: check::tags_of(arguments, "tags"),
        without_effect: BTreeMap::new(),
    }
}
