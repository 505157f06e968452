//! The arguments of a pool, the block `launch_template_config`.

use crate::base::api_enum::alternatives;
use crate::base::money::shortest;
use crate::base::{ApiEnum, VSwitchId};
use crate::catalogue::{ArchitectureKind, FamilyLevel, zone_of_default_vswitch};
use crate::cloud::model::{BurstablePerformance, LaunchTemplateConfig};
use crate::provider::framework::argument::Argument;
use crate::provider::framework::check::{is_absent, text};
use crate::tf::{Attribute, Number, Type, Value};

type Row = Argument<LaunchTemplateConfig>;

pub(super) fn table() -> Vec<Row> {
    let mut rows = pool();
    rows.extend(filters());
    rows
}

fn pool() -> Vec<Row> {
    vec![
        Row::new(
            Attribute::string("instance_type")
                .optional()
                .description("Instance type; the launch template's if absent."),
        )
        .request_text(|config, name| config.instance_type = name.map(Into::into)),
        Row::new(
            Attribute::string("vswitch_id")
                .optional()
                .description("vSwitch, which fixes the zone. One of `vswitch_id` and `zone_id` is required."),
        )
        .request_text(|config, id| config.vswitch_id = id.map(Into::into))
        .canonical(canonical_vswitch),
        Row::new(Attribute::string("zone_id").optional().description("Zone, whose default vSwitch is used."))
            .request_text(|config, id| config.zone_id = id.map(Into::into))
            .canonical(canonical_zone),
        Row::new(
            Attribute::number_text("weighted_capacity")
                .optional()
                .description("Units that one instance delivers, above 0. Default: 1."),
        )
        .request(|config, weight: Option<Number>| {
            config.weighted_capacity = weight.as_ref().and_then(Number::to_decimal);
        })
        .equivalent_to_absent(1),
        Row::new(
            Attribute::number_text("max_price")
                .optional()
                .description("Highest hourly price of a spot instance from this pool."),
        )
        .request(|config, price: Option<Number>| config.max_price = price.as_ref().and_then(Number::to_decimal)),
        Row::new(
            Attribute::number_text("priority")
                .optional()
                .description("Place in the `prioritized` order: 0 is first, absent is last."),
        )
        .request(|config, priority| config.priority = priority),
        Row::new(
            Attribute::string("image_id")
                .optional()
                .description("Image for this pool. Only for groups of type `instant`."),
        )
        .request_text(|config, id| config.image_id = id.map(Into::into)),
    ]
}

fn filters() -> Vec<Row> {
    vec![
        Row::new(
            Attribute::list("cores", Type::Number)
                .optional()
                .description("Filter in place of `instance_type`: vCPU counts."),
        )
        .request(|config, cores: Option<Vec<u32>>| config.filters.cores = cores.unwrap_or_default()),
        Row::new(
            Attribute::list("memories", Type::Number)
                .optional()
                .description("Filter in place of `instance_type`: memory sizes in GiB."),
        )
        .request(|config, memories: Option<Vec<Number>>| {
            let memories = memories.unwrap_or_default();
            config.filters.memories = memories.iter().filter_map(Number::to_decimal).map(shortest).collect();
        }),
        Row::new(
            Attribute::list("architectures", Type::String)
                .optional()
                .one_of_names::<ArchitectureKind>()
                .description(format!("Filter: {}. Default: all.", alternatives(ArchitectureKind::NAMES))),
        )
        .request(|config, texts| config.filters.architectures = not_empty(texts)),
        Row::new(
            Attribute::list("instance_family_level", Type::String)
                .optional()
                .one_of_names::<FamilyLevel>()
                .description(format!("Filter: {}. Default: all.", alternatives(FamilyLevel::NAMES))),
        )
        .request(|config, texts| config.filters.instance_family_levels = not_empty(texts)),
        Row::new(Attribute::choice::<BurstablePerformance>("burstable_performance", "Filter: "))
            .request_choice(|config, given| config.filters.burstable_performance = given.unwrap_or_default())
            .equivalent_to_absent(BurstablePerformance::default().name()),
        Row::new(
            Attribute::list("excluded_instance_types", Type::String)
                .optional()
                .description("Types that the filters exclude; `*` matches any text."),
        )
        .request(|config, texts| config.filters.excluded_instance_types = not_empty(texts)),
    ]
}

fn not_empty(texts: Option<Vec<String>>) -> Vec<String> {
    texts.unwrap_or_default().into_iter().filter(|text| !text.is_empty()).collect()
}

/// An absent vSwitch is the default one of the zone.
fn canonical_vswitch(config: &Value, name: &str) -> Value {
    if !is_absent(config, name) {
        return config.get(name).clone();
    }
    match config.get("zone_id") {
        Value::String(zone) if !zone.is_empty() => VSwitchId::default_of(zone).as_str().into(),
        zone => zone.clone(),
    }
}

/// A default vSwitch implies its zone; in which zone another vSwitch lies only the cloud knows.
fn canonical_zone(config: &Value, name: &str) -> Value {
    let is_implied =
        is_absent(config, "vswitch_id") || text(config, "vswitch_id").and_then(zone_of_default_vswitch).is_some();
    if is_implied { Value::Null } else { config.get(name).clone() }
}
