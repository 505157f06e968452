//! `simcloud_route_tables`: the route tables of the region's VPCs.

use async_trait::async_trait;

use crate::base::api_enum;
use crate::cloud::model::RouteTable;
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text, texts};
use crate::provider::framework::data_source;
use crate::provider::framework::enumerations::NetworkStatus;
use crate::provider::framework::listing::Listing;
use crate::tf::{Attribute, Diagnostics, Schema, Type, Value};

api_enum! {
    /// Whether a route table came with its VPC.
    enum TableType {
        System,
        Custom,
    }
}

api_enum! {
    /// The kind of router that a route table belongs to.
    enum RouterType {
        VRouter,
        Vbr = "VBR",
    }
}

#[derive(Debug)]
pub(crate) struct RouteTables;

#[async_trait]
impl Listing for RouteTables {
    type Object = RouteTable;

    const LIST: &'static str = "tables";

    fn schema() -> Schema {
        Schema::new(
            "The route tables of the region: that of the default VPC first, then by the creation of the VPC. Each VPC has one, \
             which comes and goes with it; the VPC names it.",
        )
        .attributes([
            data_source::ids("route tables"),
            Attribute::string("name_regex").optional().description("Only route tables whose name matches."),
            Attribute::string("route_table_name").optional().description("Only route tables of this name."),
            Attribute::string("vpc_id").optional().description("Only the route table of this VPC."),
            Attribute::string("router_id").optional().description("Only the route table of this router."),
            Attribute::string("resource_group_id").optional().description("Only route tables of VPCs of this resource group."),
            Attribute::choice::<TableType>("route_table_type", "Only route tables of this type; all are `System`: "),
            Attribute::choice::<RouterType>("router_type", "Only route tables of such routers; all are `VRouter`: "),
            Attribute::choice::<NetworkStatus>("status", "Only route tables in this state; all are `Available`: "),
            Attribute::map("tags", Type::String).optional().description("Only route tables that carry all of these tags; none carries any."),
            Attribute::number("page_number").optional().description("Number of the page to return, from 1. Default: all pages."),
            Attribute::number("page_size").optional().description("Route tables on a page. Default: 50."),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("names", Type::String).computed().description("Names of the route tables, in order."),
            Attribute::number("total_count").computed().description("Number of route tables on all pages."),
            Attribute::nested_list("tables", table_attributes()).computed().description("The route tables."),
        ])
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<RouteTable>> {
        let tables = configured.cloud.describe_route_table_list().await;
        let mut tables = data_source::reply("list route tables", configured, tables, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        let ids = texts(config, "ids");
        let is = |argument: &str, value: &str| text(config, argument).is_none_or(|given| given == value);
        tables.retain(|table| {
            (ids.is_empty() || ids.contains(&table.route_table_id))
                && regex.as_ref().is_none_or(|regex| regex.is_match(name(table)))
                && check::tags_of(config, "tags").is_empty()
                && is("route_table_name", name(table))
                && is("vpc_id", table.vpc_id.as_str())
                && is("router_id", &table.router_id)
                && is("resource_group_id", table.resource_group_id.as_deref().unwrap_or_default())
                && is("route_table_type", TableType::System.name())
                && is("router_type", RouterType::VRouter.name())
                && is("status", NetworkStatus::Available.name())
        });
        Some(tables)
    }

    fn id(table: &RouteTable) -> &str {
        table.route_table_id.as_str()
    }

    fn name(table: &RouteTable) -> &str {
        name(table)
    }

    fn row(table: &RouteTable) -> Value {
        row(table)
    }
}

fn name(table: &RouteTable) -> &str {
    table.name.as_deref().unwrap_or_default()
}

fn table_attributes() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    vec![
        string("id", "The route table's id."),
        string("route_table_id", "The route table's id, like `id`."),
        string("route_table_name", "Its name, which `name_regex` is matched against."),
        string("name", "Its name, like `route_table_name`."),
        string("description", "Its description."),
        string("route_table_type", "Always `System`."),
        string("router_id", "Id of the VPC's router."),
        string("router_type", "Always `VRouter`."),
        string("status", "Always `Available`."),
        string("resource_group_id", "The VPC's resource group."),
        string("vpc_id", "The VPC it belongs to."),
        Attribute::list("vswitch_ids", Type::String)
            .computed()
            .description("Ids of the vSwitches that use it, by creation."),
        Attribute::map("tags", Type::String).computed().description("Always empty."),
    ]
}

fn row(table: &RouteTable) -> Value {
    Value::object([
        ("id", Value::from(table.route_table_id.as_str())),
        ("route_table_id", table.route_table_id.as_str().into()),
        ("route_table_name", name(table).into()),
        ("name", name(table).into()),
        ("description", table.description.as_deref().unwrap_or_default().into()),
        ("route_table_type", TableType::System.name().into()),
        ("router_id", table.router_id.as_str().into()),
        ("router_type", RouterType::VRouter.name().into()),
        ("status", NetworkStatus::Available.name().into()),
        ("resource_group_id", table.resource_group_id.as_deref().unwrap_or_default().into()),
        ("vpc_id", table.vpc_id.as_str().into()),
        ("vswitch_ids", Value::list(table.vswitch_ids.iter().map(AsRef::<str>::as_ref))),
        ("tags", Value::Map(std::collections::BTreeMap::new())),
    ])
}
