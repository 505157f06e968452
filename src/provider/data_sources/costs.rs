//! `simcloud_costs`: what instances cost over simulated time.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use crate::base::api_enum::quoted_list;
use crate::base::collect::IntoOrdered;
use crate::base::{InstanceId, Time};
use crate::cloud::model::{Cost, Costs, DescribeCostsRequest, FleetCost, InstanceCost, PoolCost, TagCost};
use crate::market::scenario::Selector;
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::{known_type, known_zone};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::unused_scenario;
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct CostsDataSource {
    context: Arc<ProviderContext>,
}

impl CostsDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

/// The arguments that name a fleet, each with the kind that it names.
const FLEETS: [(&str, &str); 3] =
    [("auto_provisioning_group_id", "group"), ("reservation_id", "reservation"), ("scaling_group_id", "scaling_group")];

#[async_trait]
impl DataSource for CostsDataSource {
    fn schema(&self) -> Schema {
        let filter = |name, text: &'static str| Attribute::string(name).optional().description(text);
        let list = |name, rows: Vec<Attribute>, text: &'static str| {
            Attribute::nested_list(name, rows).computed().description(text)
        };
        Schema::new(
            "What the instances of the provider's region cost over a span of simulated time, those that have ended \
             included (it warns where there are none, and other regions have some): the price of each hour, to the second. A pay-as-you-go instance costs the tariff, a spot instance \
             the market's price of the hour, whatever it was at launch. A stopped instance costs nothing, unless it \
             keeps its place in the pool (`stopped_mode = \"KeepCharging\"`). Disks, addresses and traffic have no price.\
             \n\nSums are exact decimals. The prices are those of this provider's market: give the provider the \
             scenario under which the instances ran. A world that begins again has no costs.",
        )
        .attributes([
            filter(
                "from",
                "Start of the span: an RFC 3339 time, or a duration since the start of the world (`36h`). Default: the \
                 start of the world.",
            ),
            filter(
                "to",
                "End of the span, written like `from`. Default, and at most: the world's time.",
            ),
            filter("auto_provisioning_group_id", "Only instances of this group."),
            filter("reservation_id", "Only instances of this reservation."),
            filter("scaling_group_id", "Only instances of this scaling group."),
            Attribute::list("instance_ids", Type::String).optional().description("Only these instances."),
            filter("zone_id", "Only instances in this zone."),
            filter("instance_type", "Only instances of this type, while they were of it."),
            Attribute::map("tags", Type::String).optional().description("Only instances with all of these tags, of their own or of their fleet."),
            data_source::output_file(),
            data_source::id_attribute(),
        ])
        .attributes(cost_attributes())
        .attributes([
            list("by_group", fleet_cost_attributes(), "The auto provisioning groups, in the order in which they were first charged."),
            list("by_reservation", fleet_cost_attributes(), "The reservations, in the order in which they were first charged."),
            list("by_scaling_group", fleet_cost_attributes(), "The scaling groups, in the order in which they were first charged."),
            list("by_instance", instance_attributes(), "The instances, by launch; those that have ended are among them."),
            list("by_pool", pool_attributes(), "The pools, by zone and type."),
            list(
                "by_tag",
                tag_attributes(),
                "The tags, by key and value. For each key the rows add up to the total; an instance with two tags counts \
                 under both keys.",
            ),
        ])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(name) = text(config, "instance_type") {
            known_type(name, Path::root("instance_type"), diagnostics);
        }
        let [from, to] = ["from", "to"].map(|name| time(config, name, diagnostics));
        if let (Some(from), Some(to)) = (from, to)
            && to < from
        {
            diagnostics.error_at(
                Path::root("to"),
                "Empty Span",
                format!("to ({to}) is before from ({from}). Exchange the two."),
            );
        }
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(costs) = find(config, &configured, diagnostics).await
        {
            write(&costs, &mut answer, diagnostics);
        }
        answer.into_value()
    }
}

/// A time, or a duration since the start of the world.
fn time(config: &Value, name: &'static str, diagnostics: &mut Diagnostics) -> Option<Time> {
    let given = text(config, name)?;
    let time = Time::parse_clock(given).ok();
    if time.is_none() {
        diagnostics.error_at(
            Path::root(name),
            "Invalid Time",
            format!(
                "{name} is {given:?}, which is neither an RFC 3339 time such as \"2026-01-01T06:00:00Z\" nor a duration since \
                 the start of the world such as \"36h\"."
            ),
        );
    }
    time
}

async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Costs> {
    if let Some(zone) = text(config, "zone_id") {
        known_zone(zone, Path::root("zone_id"), configured, diagnostics)?;
    }
    let fleets: BTreeSet<String> =
        FLEETS.iter().filter_map(|(name, _)| text(config, name)).map(str::to_owned).collect();
    let request = DescribeCostsRequest {
        from: text(config, "from").and_then(|given| Time::parse_clock(given).ok()),
        to: text(config, "to").and_then(|given| Time::parse_clock(given).ok()),
        region_id: Some(configured.region.clone()),
        fleet_ids: Some(fleets).filter(|fleets| !fleets.is_empty()),
        instance_ids: data_source::ids_of::<InstanceId>(config, "instance_ids"),
        pools: Selector {
            zone_id: text(config, "zone_id").map(Into::into),
            instance_type: text(config, "instance_type").map(Into::into),
        },
        tags: check::tags_of(config, "tags"),
    };
    unused_scenario::warn(configured, diagnostics).await;
    let costs = configured.cloud.describe_costs(request.clone()).await;
    let costs = data_source::reply("look up costs", configured, costs, diagnostics)?;
    if costs.instances.is_empty() {
        warn_of_other_regions(request, configured, diagnostics).await;
    }
    Some(costs)
}

/// Warns where nothing was charged in the provider's region, and what is asked for was in others.
async fn warn_of_other_regions(request: DescribeCostsRequest, configured: &Configured, diagnostics: &mut Diagnostics) {
    let everywhere = DescribeCostsRequest { region_id: None, ..request };
    let Ok(costs) = configured.cloud.describe_costs(everywhere).await else { return };
    let regions: BTreeSet<&str> = costs.instances.iter().map(|line| line.region_id.as_str()).into_set();
    if regions.is_empty() {
        return;
    }
    let regions: Vec<&str> = regions.into_iter().collect();
    diagnostics.warning(
        "No Costs In This Region",
        format!(
            "Nothing that is asked for was charged in the provider's region {:?}, but in {}. Ask a provider of that region.",
            configured.region.as_str(),
            quoted_list(&regions)
        ),
    );
}

fn write(costs: &Costs, answer: &mut Answer, diagnostics: &mut Diagnostics) {
    for (name, value) in figures(&costs.total) {
        answer.set(name, value);
    }
    for ((_, kind), name) in FLEETS.iter().zip(["by_group", "by_reservation", "by_scaling_group"]) {
        let fleets = costs.fleets.iter().filter(|fleet| fleet.kind == *kind);
        answer.set(name, Value::List(fleets.map(fleet_row).collect()));
    }
    answer.set("by_pool", Value::List(costs.pools.iter().map(pool_row).collect()));
    answer.set("by_tag", Value::List(costs.tags.iter().map(tag_row).collect()));
    let (from, to, total) = (costs.from.to_string(), costs.to.to_string(), costs.total.total.to_string());
    let parts: Vec<String> =
        costs.instances.iter().flat_map(|line| [line.id.to_string(), line.cost.total.to_string()]).collect();
    let parts: Vec<&str> = [&*from, &*to, &*total].into_iter().chain(parts.iter().map(String::as_str)).collect();
    answer.list("by_instance", &parts, costs.instances.iter().map(instance_row).collect(), diagnostics);
}

/// The figures of every sum.
fn cost_attributes() -> Vec<Attribute> {
    let number = |name, text: &'static str| Attribute::number(name).computed().description(text);
    vec![
        number("total_cost", "What the instances cost in all."),
        number("pay_as_you_go_cost", "The part that pay-as-you-go instances cost."),
        number("spot_cost", "The part that spot instances cost."),
        number("instance_hours", "Hours for which instances were charged, added up."),
    ]
}

fn figures(cost: &Cost) -> [(&'static str, Value); 4] {
    [
        ("total_cost", cost.total.into()),
        ("pay_as_you_go_cost", cost.pay_as_you_go.into()),
        ("spot_cost", cost.spot.into()),
        ("instance_hours", cost.instance_hours.into()),
    ]
}

/// The attributes that name a row, and after them its figures.
fn with_figures(named: impl IntoIterator<Item = Attribute>) -> Vec<Attribute> {
    named.into_iter().chain(cost_attributes()).collect()
}

fn row(named: impl IntoIterator<Item = (&'static str, Value)>, cost: &Cost) -> Value {
    Value::object(named.into_iter().chain(figures(cost)))
}

fn string(name: &'static str, text: &'static str) -> Attribute {
    Attribute::string(name).computed().description(text)
}

fn fleet_cost_attributes() -> Vec<Attribute> {
    with_figures([string("id", "Its id; it may have been deleted."), string("name", "Its name; empty if it has none.")])
}

fn fleet_row(fleet: &FleetCost) -> Value {
    let named = [("id", fleet.id.as_str().into()), ("name", fleet.name.as_deref().unwrap_or_default().into())];
    row(named, &fleet.cost)
}

fn instance_attributes() -> Vec<Attribute> {
    with_figures([
        string("id", "The instance's id."),
        string("auto_provisioning_group_id", "The group that launched it; empty if none did."),
        string("reservation_id", "The reservation that launched it; empty if none did."),
        string("scaling_group_id", "The scaling group that launched it; empty if none did."),
        string("zone_id", "Its zone."),
        string("instance_type", "Its type; the latest one if it was changed."),
        string("creation_time", "When it was first charged, RFC 3339: its launch."),
        string("end_time", "When it was last charged, RFC 3339; empty while it is charged."),
        Attribute::map("tags", Type::String)
            .computed()
            .description("Its tags, and those of its fleet whose keys it has no tag of."),
    ])
}

fn instance_row(line: &InstanceCost) -> Value {
    let fleets = FLEETS.map(|(name, kind)| (name, Value::from(line.fleet_id_if(kind).unwrap_or_default())));
    let named = [
        ("id", Value::from(line.id.as_str())),
        ("zone_id", line.zone_id.as_str().into()),
        ("instance_type", line.instance_type.as_str().into()),
        ("creation_time", line.launch_time.to_string().into()),
        ("end_time", line.end_time.map(|time| time.to_string()).unwrap_or_default().into()),
        ("tags", line.tags.clone().into()),
    ];
    row(named.into_iter().chain(fleets), &line.cost)
}

fn pool_attributes() -> Vec<Attribute> {
    with_figures([string("zone_id", "The zone."), string("instance_type", "The instance type.")])
}

fn pool_row(pool: &PoolCost) -> Value {
    let named = [("zone_id", pool.zone_id.as_str().into()), ("instance_type", pool.instance_type.as_str().into())];
    row(named, &pool.cost)
}

fn tag_attributes() -> Vec<Attribute> {
    with_figures([
        string("key", "The key of the tag."),
        string("value", "Its value; null in the row of the instances without a tag of this key."),
    ])
}

fn tag_row(tag: &TagCost) -> Value {
    row([("key", tag.key.as_str().into()), ("value", tag.value.clone().into())], &tag.cost)
}
