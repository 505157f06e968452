//! `simcloud_route_entry`: where a VPC's route table sends the traffic to a block of addresses.

use std::net::Ipv6Addr;

use async_trait::async_trait;

use crate::base::ApiEnum as _;
use crate::cloud::model::{
    CreateRouteEntryRequest, DescribeRouteEntryListRequest, ModifyRouteEntryRequest, NextHopType, RouteEntry,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, text};
use crate::provider::framework::object_resource::{CloudObject, set_default};
use crate::provider::framework::{attributes, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct RouteEntryObject;

#[async_trait]
impl CloudObject for RouteEntryObject {
    type Object = RouteEntry;

    const NOUN: &'static str = "route entry";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_ROUTE_ENTRY_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        check::plain_text(config, &root, "name", 128, diagnostics);
        check::plain_text(config, &root, "description", 256, diagnostics);
        for (name, what) in [
            ("destination_cidrblock", "the block of addresses that it leads to, such as \"0.0.0.0/0\""),
            ("nexthop_id", "the id of what it sends its traffic to"),
        ] {
            if is_absent(config, name) {
                check::missing(&root, name, what, diagnostics);
            }
        }
        let of_id = text(config, "nexthop_id").and_then(NextHopType::of_id);
        if let Some(of_id) = of_id.filter(|of_id| *of_id != NextHopType::default() && is_absent(config, "nexthop_type"))
        {
            let what =
                format!("which is {:?} here: without it nexthop_id has to be the id of an instance", of_id.name());
            check::missing(&root, "nexthop_type", &what, diagnostics);
        }
        if !is_ipv6_block(config) {
            check::cidr(config, &root, "destination_cidrblock", 0..=32, diagnostics);
        }
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, _request: &PlanRequest, _response: &mut PlanResponse) {}

    /// An absent type of the next hop is `Instance`.
    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        let value = arguments.get(name);
        if name == "nexthop_type" && !value.is_unknown() {
            return text(arguments, name).unwrap_or(NextHopType::default().name()).into();
        }
        value.clone()
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<RouteEntry> {
        let owned = |name| text(arguments, name).map(str::to_owned);
        let next_hop_type = text(arguments, "nexthop_type").and_then(|name| NextHopType::parse(name).ok());
        let request = CreateRouteEntryRequest {
            route_table_id: owned("route_table_id").unwrap_or_default(),
            destination_cidr_block: owned("destination_cidrblock").unwrap_or_default(),
            next_hop_type: next_hop_type.unwrap_or_default(),
            next_hop_id: owned("nexthop_id").unwrap_or_default(),
            name: owned("name"),
            description: owned("description"),
            configuration,
        };
        cloud.create_route_entry(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<RouteEntry>> {
        let request = DescribeRouteEntryListRequest { route_entry_id: Some(id.to_owned()), route_table_id: None };
        Ok(cloud.describe_route_entry_list(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<RouteEntry> {
        let said = |name| Some(text(arguments, name).unwrap_or_default().to_owned());
        let request = ModifyRouteEntryRequest {
            route_entry_id: text(prior, "id").unwrap_or_default().to_owned(),
            name: said("name"),
            description: said("description"),
            configuration: Some(configuration),
        };
        cloud.modify_route_entry(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_route_entry(text(prior, "id").unwrap_or_default().to_owned()).await
    }

    fn id(entry: &RouteEntry) -> String {
        entry.route_entry_id.clone()
    }

    fn configuration(entry: &RouteEntry) -> &str {
        &entry.request.configuration
    }

    fn set_computed(state: &mut Value, entry: &RouteEntry) {
        state.set("router_id", entry.router_id.as_str());
        for (attribute, value) in [
            ("route_table_id", &entry.request.route_table_id),
            ("destination_cidrblock", &entry.request.destination_cidr_block),
            ("nexthop_id", &entry.request.next_hop_id),
        ] {
            set_default(state, attribute, value.as_str());
        }
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    Schema::new(
        "An entry of a VPC's route table: traffic to a block of addresses goes to the next hop. A table has one entry for a \
         destination (`RouterEntryConflict.Duplicated`), and none for a part of a vSwitch or of 100.64.0.0/10, to which it \
         leads by itself (`InvalidCidrBlock`).\n\nA next hop that is an instance or a NAT gateway must exist in the table's \
         VPC; other kinds are known by their ids alone. A NAT gateway cannot be deleted while an entry leads to it; the entry of \
         an instance that ended stays until it is deleted.",
    )
    .attributes([
        computed("id", "`<route_table_id>:<router_id>:<destination_cidrblock>:<nexthop_type>:<nexthop_id>`"),
        Attribute::string("route_table_id").required().requires_replace().description("The route table: `route_table_id` of the VPC."),
        Attribute::string("destination_cidrblock")
            .optional()
            .requires_replace()
            .description("The block of IPv4 or IPv6 addresses that it leads to. Required."),
        Attribute::choice::<NextHopType>("nexthop_type", "Kind of the next hop: ").requires_replace(),
        Attribute::string("nexthop_id").optional().requires_replace().description("Id of the next hop. Required."),
        Attribute::string("name").optional().description("Its name, of at most 128 characters."),
        attributes::description(),
        computed("router_id", "Id of the VPC's router.").deprecated("The router follows from the route table."),
    ])
    .blocks([timeouts::block(&["create", "delete"])])
}

fn is_ipv6_block(config: &Value) -> bool {
    let block = text(config, "destination_cidrblock").and_then(|given| given.split_once('/'));
    block.is_some_and(|(address, prefix)| {
        address.parse::<Ipv6Addr>().is_ok() && prefix.parse::<u8>().is_ok_and(|prefix| prefix <= 128)
    })
}
