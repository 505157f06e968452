//! The group's arguments, one row each: see [`Argument`].

mod launch_configuration;
mod launch_template_config;

use crate::base::api_enum::alternatives;
use crate::base::{ApiEnum, Billing, Time};
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, GroupType, InterruptionBehavior,
    LaunchTemplateReference, PayAsYouGoAllocationStrategy, SpotAllocationStrategy,
};
use crate::provider::framework::argument::{Argument, canonical_value, fill_request, request_from_arguments};
use crate::provider::framework::attributes::{self, disk_category};
use crate::provider::framework::configured::OnShortfall;
use crate::tf::error::ValueError;
use crate::tf::{Attribute, Block, NestedBlock, Number, Value};

pub(super) type Row = Argument<CreateAutoProvisioningGroupRequest>;

/// Every argument and every block of the group.
pub(super) fn table() -> Vec<Row> {
    let mut rows = description();
    rows.extend(capacity());
    rows.extend(strategies());
    rows.extend(termination());
    rows.extend(validity());
    rows.extend(launch_template());
    rows.extend(behaviour());
    rows.extend(blocks());
    rows
}

/// The request that wholly known arguments make. What is not an argument is at its default.
///
/// # Errors
/// The first value that does not fit, with its path.
pub(super) fn request(arguments: &Value) -> Result<CreateAutoProvisioningGroupRequest, ValueError> {
    let mut request = CreateAutoProvisioningGroupRequest::default();
    fill_request(&table(), arguments, &mut request)?;
    Ok(request)
}

/// The value that stands for all those that are equivalent to an argument's.
pub(super) fn canonical(arguments: &Value, name: &str) -> Value {
    canonical_value(&table(), arguments, name)
}

fn description() -> Vec<Row> {
    vec![
        Row::new(Attribute::string("auto_provisioning_group_name").optional().description(
            "Name of the group: 2 to 128 letters, digits, `:`, `_`, `-` and `.`, beginning with a letter.",
        ))
        .request_text(|request, name| request.name = name),
        Row::new(
            Attribute::string("description").optional().requires_replace().description("Description of the group."),
        )
        .request_text(|request, description| request.description = description),
        Row::new(
            Attribute::choice::<GroupType>("auto_provisioning_group_type", "")
                .default(GroupType::default().name())
                .requires_replace(),
        )
        .request_choice(|request, group_type| request.group_type = group_type.unwrap_or_default()),
        Row::new(
            Attribute::string("resource_group_id")
                .optional()
                .description("Resource group. Without effect in the simulation."),
        )
        .request_text(|request, id| request.resource_group_id = id),
        Row::new(attributes::tags("the group itself")).request_tags(|request, tags| request.tags = tags),
    ]
}

fn capacity() -> Vec<Row> {
    vec![
        Row::new(Attribute::number_text("total_target_capacity").required().description(
            "Total target capacity in units, a whole number: at least the sum of the pay-as-you-go and the spot target. \
             A unit is an instance, unless the configs have weights.",
        ))
        .request(|request, units| request.capacity.total = units)
        .runs_pass()
        .has_limit(),
        Row::new(
            Attribute::number_text("pay_as_you_go_target_capacity")
                .optional()
                .description("Units to deliver as pay-as-you-go instances. Default: 0."),
        )
        .request(|request, units: Option<u32>| request.capacity.pay_as_you_go = units.unwrap_or(0))
        .equivalent_to_absent(0)
        .runs_pass(),
        Row::new(
            Attribute::number_text("spot_target_capacity")
                .optional()
                .description("Units to deliver as spot instances. Default: 0."),
        )
        .request(|request, units: Option<u32>| request.capacity.spot = units.unwrap_or(0))
        .equivalent_to_absent(0)
        .runs_pass(),
        Row::new(
            Attribute::string("default_target_capacity_type")
                .one_of_names::<Billing>()
                .default(Capacity::DEFAULT_TYPE.name())
                .description(format!(
                    "Billing of the gap between the total and the two targets: {}. Default: `{}`.",
                    alternatives(Billing::NAMES),
                    Capacity::DEFAULT_TYPE.name()
                )),
        )
        .request_choice(|request, billing| {
            request.capacity.default_type = billing.unwrap_or(Capacity::DEFAULT_TYPE);
        })
        .runs_pass(),
        Row::new(
            Attribute::number("min_target_capacity")
                .optional()
                .requires_replace()
                .description("Units below which the group is not created. Only for groups of type `instant`."),
        )
        .request(|request, units| request.min_target_capacity = units),
    ]
}

fn strategies() -> Vec<Row> {
    vec![
        Row::new(
            Attribute::choice::<PayAsYouGoAllocationStrategy>(
                "pay_as_you_go_allocation_strategy",
                "Which pools deliver the pay-as-you-go units: ",
            )
            .default(PayAsYouGoAllocationStrategy::default().name())
            .requires_replace(),
        )
        .request_choice(|request, strategy| request.pay_as_you_go_strategy = strategy.unwrap_or_default()),
        Row::new(
            Attribute::choice::<SpotAllocationStrategy>(
                "spot_allocation_strategy",
                "Which pools deliver the spot units: ",
            )
            .default(SpotAllocationStrategy::default().name())
            .requires_replace(),
        )
        .request_choice(|request, strategy| request.spot_strategy = strategy.unwrap_or_default()),
        Row::new(Attribute::number("spot_instance_pools_to_use_count").optional().requires_replace().description(
            "How many of the cheapest pools share the spot capacity; below the number of configs, and only with the spot \
             strategy `lowest-price`. Unset acts as 1.",
        ))
        .request(|request, count| request.spot_pools_to_use = count)
        .equivalent_to_absent(1),
        Row::new(
            Attribute::choice::<InterruptionBehavior>(
                "spot_instance_interruption_behavior",
                "What a reclaim does to a spot instance: ",
            )
            .default(InterruptionBehavior::default().name())
            .requires_replace(),
        )
        .request_choice(|request, behavior| request.interruption_behavior = behavior.unwrap_or_default()),
        Row::new(Attribute::number("max_spot_price").optional().description(
            "Highest price of a spot instance for one hour; a price equal to it passes. A pool's ceiling is the lower of \
             this and its own `max_price`; with neither the market's price is paid.",
        ))
        .request(|request, price: Option<Number>| {
            request.max_spot_price = price.as_ref().and_then(Number::to_decimal);
        })
        .runs_pass(),
    ]
}

fn termination() -> Vec<Row> {
    vec![
        Row::new(
            Attribute::choice::<ExcessCapacityTerminationPolicy>(
                "excess_capacity_termination_policy",
                "What happens to instances above a lowered target: ",
            )
            .default(ExcessCapacityTerminationPolicy::default().name()),
        )
        .request_choice(|request, policy| request.excess_capacity_termination_policy = policy.unwrap_or_default()),
        Row::new(
            Attribute::bool("terminate_instances").default(false).description(
                "Whether destroying the group releases its instances. Default: `false`, they keep running.",
            ),
        )
        .request(|request, given: Option<bool>| request.terminate_instances = given.unwrap_or(false)),
        Row::new(
            Attribute::bool("terminate_instances_with_expiration").default(false).description(
                "Whether instances are released when the group expires (`valid_until`). Default: `false`.",
            ),
        )
        .request(|request, given: Option<bool>| request.terminate_instances_with_expiration = given.unwrap_or(false)),
    ]
}

fn validity() -> Vec<Row> {
    vec![
        Row::new(
            Attribute::string("valid_from")
                .optional()
                .requires_replace()
                .description("RFC 3339 time from which the group may launch instances."),
        )
        .request_text(|request, text| request.valid_from = time(text.as_deref()))
        .canonical(canonical_time),
        Row::new(
            Attribute::string("valid_until")
                .optional()
                .requires_replace()
                .description("RFC 3339 time at which the group expires."),
        )
        .request_text(|request, text| request.valid_until = time(text.as_deref()))
        .canonical(canonical_time),
    ]
}

fn launch_template() -> Vec<Row> {
    vec![
        Row::new(
            Attribute::string("launch_template_id")
                .optional()
                .requires_replace()
                .description("Launch template; its fields override those of `launch_configuration` one by one."),
        )
        .request_text(|request, id| {
            request.launch_template =
                id.map(|id| LaunchTemplateReference { launch_template_id: id.into(), version: None });
        }),
        // The row follows that of the template, whose reference it completes.
        Row::new(
            Attribute::string("launch_template_version")
                .optional()
                .requires_replace()
                .description("Version of the launch template; its default version if absent."),
        )
        .request_text(|request, version| {
            if let Some(template) = &mut request.launch_template {
                template.version = version.and_then(|version| version.parse().ok());
            }
        }),
    ]
}

fn behaviour() -> Vec<Row> {
    vec![
        Row::new(attributes::client_token("the creation").use_state_for_unknown())
            .request_text(|request, token| request.client_token = token),
        // The provider's own argument is its default, so that the caller adds it to the request.
        Row::new(Attribute::string("on_shortfall").optional().one_of_names::<OnShortfall>().description(
            "What to do below `min_target_capacity`: `fail` (nothing is created and the apply fails) or `accept` \
             (nothing is launched and `launch_results` says why). Default: the provider's, else `fail`.",
        )),
        Row::new(
            Attribute::bool("replace_lost_instances").default(true).description(
                "Whether instances lost since the last apply are launched again, in place. Default: `true`.",
            ),
        )
        .request(|request, given: Option<bool>| request.replace_lost = given.unwrap_or(true)),
    ]
}

fn blocks() -> Vec<Row> {
    vec![
        Row::blocks(
            NestedBlock::list(
                "launch_template_config",
                Block::new("A pool, or with filters several pools, that may deliver capacity. Their order counts."),
            )
            .min_items(1),
            launch_template_config::table(),
            request_from_arguments,
            |request, configs| request.configs = configs,
        )
        .runs_pass()
        .has_limit(),
        Row::blocks(
            NestedBlock::list(
                "launch_configuration",
                Block::new(
                    "How each instance is made. The launch template, if there is one, overrides it field by field.",
                ),
            )
            .max_items(1)
            .requires_replace(),
            launch_configuration::table(),
            launch_configuration::read,
            |request, launch| request.launch_configuration = launch.into_iter().next().unwrap_or_default(),
        ),
        disk_config("system_disk_config", true, "Categories for system disks", |request, categories| {
            request.system_disk_categories = categories;
        }),
        disk_config("data_disk_config", false, "Categories for data disks", |request, categories| {
            request.data_disk_categories = categories;
        }),
    ]
}

/// A list of disk categories, of system disks if `system` is set.
fn disk_config(
    name: &'static str,
    system: bool,
    what: &str,
    assign: fn(&mut CreateAutoProvisioningGroupRequest, Vec<String>),
) -> Row {
    let category = Argument::<Option<String>>::new(
        disk_category("disk_category", system).description("Disk category, such as `cloud_essd`."),
    )
    .request_text(|request, category| *request = category);
    Row::blocks(
        NestedBlock::list(
            name,
            Block::new(format!("{what}, in order of priority: the first category that a pool supports is used.")),
        )
        .requires_replace(),
        vec![category],
        request_from_arguments,
        move |request, categories| assign(request, categories.into_iter().flatten().collect()),
    )
    .has_limit()
}

fn time(text: Option<&str>) -> Option<Time> {
    text.and_then(|text| Time::parse_rfc3339(text).ok())
}

/// A time in the zone and the precision of the simulation's clock.
fn canonical_time(arguments: &Value, name: &str) -> Value {
    let given = arguments.get(name);
    time(given.as_str()).map_or_else(|| given.clone(), |time| time.to_string().into())
}
