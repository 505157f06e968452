//! `world show`: the resources of every region, and the market of one.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::arguments;
use super::market::market_changes_json;
use super::output::{Failure, Output};
use super::table::{Column, table};
use super::world_handle::WorldHandle;
use crate::base::ZoneId;
use crate::base::json::number;
use crate::base::money::shortest;
use crate::catalogue;
use crate::cloud::model::{
    DescribeWorldRequest, FleetOverview, PoolOverview, PoolSide, ResourceOverview, WorldOverview,
};
use crate::market::MarketChange;

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let request = DescribeWorldRequest { pools: arguments::pools(matches) };
    let overview = world.cloud.describe_world(&request)?;
    if overview.pools.is_empty() {
        ensure_zone_of_region(request.pools.zone_id.as_ref(), world)?;
    }
    if matches.get_flag("json") {
        output.json(&as_json(&overview, world));
    } else {
        output.print(&as_text(&overview, world));
    }
    Ok(())
}

/// Fails if the zone is in another region, which is why it has no pools.
fn ensure_zone_of_region(zone_id: Option<&ZoneId>, world: &WorldHandle) -> Result<(), Failure> {
    let region = zone_id.and_then(|id| catalogue::zone(id.as_str())).map(|zone| zone.region.id);
    match (zone_id, region) {
        (Some(zone_id), Some(region)) if world.region.as_str() != region => Err(Failure::new(format!(
            "the zone {zone_id} is in the region {region}, not in {}; use --region {region}",
            world.region
        ))),
        _ => Ok(()),
    }
}

fn as_text(overview: &WorldOverview, world: &WorldHandle) -> String {
    let mut text = world.heading(overview.clock);
    if overview.fleets.is_empty() && overview.resources.is_empty() {
        text.push_str("\nThe world has no resources.\n");
    }
    if !overview.fleets.is_empty() {
        text.push_str("\nGroups and reservations\n");
        text.push_str(&owners(&overview.fleets));
    }
    if !overview.resources.is_empty() {
        text.push_str("\nOther resources\n");
        text.push_str(&resources(&overview.resources));
    }
    if !overview.market_changes.is_empty() {
        text.push_str("\nChanges of the market\n");
        text.push_str(&market_changes(&overview.market_changes));
    }
    if !overview.pools.is_empty() {
        let heading = format!("\nPools of {} and pools in use elsewhere: free, used, price per hour\n", world.region);
        text.push_str(&heading);
        text.push_str(&pools(&overview.pools));
    }
    text
}

fn owners(owners: &[FleetOverview]) -> String {
    let columns = [
        Column::Text("REGION"),
        Column::Text("ID"),
        Column::Elastic("NAME"),
        Column::Text("STATUS"),
        Column::Number("UNITS"),
        Column::Number("INSTANCES"),
        Column::Number("PER HOUR"),
    ];
    let row = |owner: &FleetOverview| {
        vec![
            owner.region_id.to_string(),
            owner.id.clone(),
            owner.name.clone().unwrap_or_default(),
            owner.status.clone(),
            format!("{}/{}", shortest(owner.fulfilled_capacity), owner.target_capacity),
            owner.instances.to_string(),
            shortest(owner.hourly_cost),
        ]
    };
    table(&columns, &owners.iter().map(row).collect::<Vec<_>>())
}

fn resources(resources: &[ResourceOverview]) -> String {
    let columns = [Column::Text("REGION"), Column::Text("KIND"), Column::Text("ID"), Column::Elastic("NAME")];
    let row = |resource: &ResourceOverview| {
        let name = resource.name.clone().unwrap_or_default();
        vec![resource.region_id.to_string(), resource.kind.clone(), resource.id.clone(), name]
    };
    table(&columns, &resources.iter().map(row).collect::<Vec<_>>())
}

/// A row per rule.
fn market_changes(changes: &[MarketChange]) -> String {
    let columns = [Column::Text("SINCE"), Column::Text("RULE")];
    let rows = changes
        .iter()
        .flat_map(|change| change.rules.lines().into_iter().map(|line| vec![change.from.to_string(), line]));
    table(&columns, &rows.collect::<Vec<_>>())
}

/// Free instances, those in use and the price of each billing.
fn pools(pools: &[PoolOverview]) -> String {
    let columns = [
        Column::Text("ZONE"),
        Column::Text("INSTANCE TYPE"),
        Column::Number("PAYG"),
        Column::Number("USED"),
        Column::Number("PRICE"),
        Column::Number("SPOT"),
        Column::Number("USED"),
        Column::Number("PRICE"),
    ];
    let row = |pool: &PoolOverview| {
        let side =
            |side: &PoolSide| [side.available().to_string(), side.in_use.to_string(), shortest(side.hourly_price)];
        let names = [pool.zone_id.to_string(), pool.instance_type.to_string()];
        names.into_iter().chain(side(&pool.pay_as_you_go)).chain(side(&pool.spot)).collect()
    };
    table(&columns, &pools.iter().map(row).collect::<Vec<_>>())
}

fn as_json(overview: &WorldOverview, world: &WorldHandle) -> Value {
    let owner = |owner: &FleetOverview| {
        json!({
            "region_id": owner.region_id,
            "id": owner.id,
            "kind": owner.kind,
            "name": owner.name,
            "status": owner.status,
            "target_capacity": owner.target_capacity,
            "fulfilled_capacity": number(owner.fulfilled_capacity),
            "instances": owner.instances,
            "hourly_cost": number(owner.hourly_cost),
            "create_time": owner.create_time.to_string(),
        })
    };
    let resource = |resource: &ResourceOverview| json!({ "region_id": resource.region_id, "kind": resource.kind, "id": resource.id, "name": resource.name });
    let side = |side: &PoolSide| {
        json!({
            "supply": side.supply,
            "in_use": side.in_use,
            "available": side.available(),
            "hourly_price": number(side.hourly_price),
        })
    };
    let pool = |pool: &PoolOverview| {
        json!({
            "region_id": pool.region_id,
            "zone_id": pool.zone_id,
            "instance_type": pool.instance_type,
            "pay_as_you_go": side(&pool.pay_as_you_go),
            "spot": side(&pool.spot),
        })
    };
    let of_kind =
        |kind: &str| -> Value { overview.fleets.iter().filter(|owner| owner.kind == kind).map(owner).collect() };
    json!({
        "world": world.name,
        "exists": world.exists,
        "clock": overview.clock.to_string(),
        "groups": of_kind("group"),
        "reservations": of_kind("reservation"),
        "scaling_groups": of_kind("scaling_group"),
        "resources": overview.resources.iter().map(resource).collect::<Value>(),
        "market_changes": market_changes_json(&overview.market_changes),
        "pools": overview.pools.iter().map(pool).collect::<Value>(),
    })
}
