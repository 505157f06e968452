//! Route tables and their entries.

use serde_json::{Value as Json, json};

use super::{Action, Result, list, page, tags};
use crate::cloud::SimCloud;
use crate::cloud::model::{
    CreateRouteEntryRequest, DescribeRouteEntryListRequest, ModifyRouteEntryRequest, RouteEntry, RouteTable, Tags,
};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateRouteEntry", create),
    ("DeleteRouteEntry", delete),
    ("DescribeRouteEntryList", describe),
    ("DescribeRouteTableList", describe_tables),
    ("DescribeRouteTables", describe_tables_with_entries),
    ("ModifyRouteEntry", modify),
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let entry = cloud.create_route_entry(&CreateRouteEntryRequest {
        route_table_id: arguments.required("RouteTableId")?.to_owned(),
        destination_cidr_block: arguments.required("DestinationCidrBlock")?.to_owned(),
        next_hop_type: arguments.choice("NextHopType")?.unwrap_or_default(),
        next_hop_id: arguments.required("NextHopId")?.to_owned(),
        name: arguments.owned("RouteEntryName"),
        description: arguments.owned("Description"),
        configuration: String::new(),
    })?;
    Ok(json!({ "RouteEntryId": route_entry_id(&entry) }))
}

/// The service has an id of its own for an entry.
fn route_entry_id(entry: &RouteEntry) -> String {
    format!("rte-{}", entry.route_entry_id.replace(':', "-"))
}

/// Whether a call names an entry by its id, or by its table and destination.
fn is_named(arguments: &Arguments<'_>, entry: &RouteEntry) -> bool {
    let is = |name: &str, found: &str| arguments.text(name).is_none_or(|wanted| wanted == found);
    let request = &entry.request;
    is("RouteTableId", &request.route_table_id)
        && is("RouteEntryId", &route_entry_id(entry))
        && is("DestinationCidrBlock", &request.destination_cidr_block)
        && is("NextHopId", &request.next_hop_id)
        && is("NextHopType", request.next_hop_type.name())
}

/// What does not exist any more is deleted.
fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    if arguments.text("RouteEntryId").is_none() {
        arguments.required("RouteTableId")?;
        arguments.required("DestinationCidrBlock")?;
    }
    cloud.delete_route_entries_as(&|entry| is_named(arguments, entry))?;
    Ok(json!({}))
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    arguments.required("RouteEntryId")?;
    cloud.modify_route_entries_as(&|entry| {
        is_named(arguments, entry).then(|| ModifyRouteEntryRequest {
            route_entry_id: entry.route_entry_id.clone(),
            name: arguments.given("RouteEntryName"),
            description: arguments.given("Description"),
            configuration: None,
        })
    })?;
    Ok(json!({}))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_route_entry_list(&DescribeRouteEntryListRequest {
        route_entry_id: None,
        route_table_id: Some(arguments.required("RouteTableId")?.to_owned()),
    })?;
    let shown = found.iter().filter(|entry| is_named(arguments, entry));
    page::page(arguments, "RouteEntrys", "RouteEntry", shown.map(entry_json).collect())
}

fn entry_json(entry: &RouteEntry) -> Json {
    let hop = json!({
        "NextHopId": entry.request.next_hop_id,
        "NextHopType": entry.request.next_hop_type.name(),
        "Enabled": 1,
        "Weight": 100,
    });
    json!({
        "RouteEntryId": route_entry_id(entry),
        "RouteTableId": entry.request.route_table_id,
        "DestinationCidrBlock": entry.request.destination_cidr_block,
        "RouteEntryName": entry.request.name.as_deref().unwrap_or_default(),
        "Description": entry.request.description.as_deref().unwrap_or_default(),
        "Type": "Custom",
        "Status": "Available",
        "NextHops": list("NextHop", [hop]),
    })
}

fn describe_tables(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = tables(cloud, arguments)?;
    page::page(arguments, "RouterTableList", "RouterTableListType", found.iter().map(table_json).collect())
}

/// Those that a call names.
fn tables(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Vec<RouteTable>> {
    let (id, vpc_id) = (arguments.text("RouteTableId"), arguments.text("VpcId"));
    let (router_id, group) =
        (arguments.text("RouterId").or_else(|| arguments.text("VRouterId")), arguments.text("ResourceGroupId"));
    let mut found = cloud.describe_route_table_list()?;
    found.retain(|table| {
        id.is_none_or(|id| table.route_table_id == id)
            && vpc_id.is_none_or(|id| table.vpc_id.as_str() == id)
            && router_id.is_none_or(|id| table.router_id == id)
            && group.is_none_or(|id| table.resource_group_id.as_deref() == Some(id))
    });
    Ok(found)
}

/// The older form: tables with their entries in them.
fn describe_tables_with_entries(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = tables(cloud, arguments)?;
    let entries = cloud.describe_route_entry_list(&DescribeRouteEntryListRequest::default())?;
    let json = found.iter().map(|table| {
        let own = entries.iter().filter(|entry| entry.request.route_table_id == table.route_table_id);
        json!({
            "RouteTableId": table.route_table_id,
            "RouteTableType": "System",
            "VRouterId": table.router_id,
            "ResourceGroupId": table.resource_group_id.as_deref().unwrap_or_default(),
            "Status": "Available",
            "VSwitchIds": list("VSwitchId", table.vswitch_ids.iter().map(|id| id.as_str().into())),
            "RouteEntrys": list("RouteEntry", own.map(entry_in_table)),
        })
    });
    page::page(arguments, "RouteTables", "RouteTable", json.collect())
}

/// There the next hop stands in the entry itself.
fn entry_in_table(entry: &RouteEntry) -> Json {
    let mut json = entry_json(entry);
    json["NextHopType"] = entry.request.next_hop_type.name().into();
    json["InstanceId"] = entry.request.next_hop_id.as_str().into();
    json
}

fn table_json(table: &RouteTable) -> Json {
    json!({
        "RouteTableId": table.route_table_id,
        "RouteTableType": "System",
        "RouterId": table.router_id,
        "RouterType": "VRouter",
        "VpcId": table.vpc_id.as_str(),
        "RouteTableName": table.name.as_deref().unwrap_or_default(),
        "Description": table.description.as_deref().unwrap_or_default(),
        "ResourceGroupId": table.resource_group_id.as_deref().unwrap_or_default(),
        "Status": "Available",
        "AssociateType": "VSwitch",
        "RoutePropagationEnable": true,
        "VSwitchIds": list("VSwitchId", table.vswitch_ids.iter().map(|id| id.as_str().into())),
        "Tags": tags(&Tags::new()),
    })
}
