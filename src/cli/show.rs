//! `world show`: the fleets and the pools that they use or could use; on demand, the market of whole regions.

use std::fmt::Write as _;

use clap::ArgMatches;
use serde_json::{Value, json};

use super::arguments;
use super::market::market_changes_json;
use super::output::{Failure, Output};
use super::table::{Column, table};
use super::terminal::{Screen, screen};
use super::world_handle::WorldHandle;
use crate::base::json::number;
use crate::base::money::shortest;
use crate::base::wording::counted;
use crate::base::{RegionId, ZoneId};
use crate::catalogue;
use crate::cloud::model::{
    DescribeWorldRequest, FleetOverview, PoolOverview, PoolScope, PoolSide, ResourceOverview, WorldOverview,
};
use crate::market::MarketChange;

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let request = request(matches)?;
    let overview = world.cloud.describe_world(&request)?;
    if matches.get_flag("json") {
        output.json(&as_json(&overview, world));
    } else {
        // A call that names a region gets all of its pools.
        let screen = screen().map(|screen| Screen {
            rows: if request.scope == PoolScope::Fleets { screen.rows } else { usize::MAX },
            ..screen
        });
        output.print(&as_text(&overview, world, screen));
    }
    Ok(())
}

/// What is asked for: the pools of fleets, unless an option names others. JSON has everything.
fn request(matches: &ArgMatches) -> Result<DescribeWorldRequest, Failure> {
    let pools = arguments::pools(matches);
    let region = matches.get_one::<RegionId>("region");
    let scope = match (region, region_of(pools.zone_id.as_ref())) {
        (Some(region), Some(of_zone)) if region.as_str() != of_zone => {
            let zone_id = pools.zone_id.map(|zone_id| zone_id.to_string()).unwrap_or_default();
            return Err(Failure::new(format!(
                "the zone {zone_id} is in the region {of_zone}, not in {region}; use --region {of_zone}"
            )));
        }
        (Some(region), _) => PoolScope::Of(region.clone()),
        (None, Some(of_zone)) => PoolScope::Of(of_zone.into()),
        (None, None) if matches.get_flag("json") => PoolScope::Everything,
        (None, None) if matches.get_flag("all") || pools.instance_type.is_some() => PoolScope::RegionsOfFleets,
        (None, None) => PoolScope::Fleets,
    };
    Ok(DescribeWorldRequest { pools, scope })
}

fn region_of(zone_id: Option<&ZoneId>) -> Option<&'static str> {
    zone_id.and_then(|id| catalogue::zone(id.as_str())).map(|zone| zone.region.id)
}

/// The parts of the text, the ones that concern the reader most first. On a terminal, lists are cut to what one screen
/// holds; in a pipe they are complete.
fn as_text(overview: &WorldOverview, world: &WorldHandle, screen: Option<Screen>) -> String {
    let mut text = world.heading(overview.clock);
    if overview.fleets.is_empty() && overview.resources.is_empty() {
        text.push_str("\nThe world has no resources.\n");
        if world.exists {
            text.push_str(
                "When the last one of a world is destroyed, its clock goes back to the start, and its history, costs and \
                 changes of the market are cleared; the scenario of its latest change stays.\n",
            );
        }
    }
    let width = screen.map(|screen| screen.columns);
    // Heading, blank lines, the line about more pools, and the prompt.
    let mut rows_left = screen.map_or(usize::MAX, |screen| screen.rows.saturating_sub(6));
    if !overview.fleets.is_empty() {
        let most = (rows_left / 2).max(3);
        let _ = writeln!(text, "\nFleets{}", only_region(&overview.fleets));
        text.push_str(&fleets(&overview.fleets, most, width));
        rows_left = rows_left.saturating_sub(overview.fleets.len().min(most) + 3);
    }
    let resources = resources(&overview.resources, screen);
    let changes = market_changes(&overview.market_changes, width);
    rows_left = rows_left.saturating_sub(resources.lines().count() + changes.lines().count());
    if !overview.pools.is_empty() {
        let _ = writeln!(text, "\n{}: free/in use, price per hour", pools_heading(overview));
        text.push_str(&pools(overview, rows_left.saturating_sub(3).max(3), width));
    }
    text.push_str(&resources);
    text.push_str(&changes);
    if overview.more_pools > 0 {
        let names: Vec<&str> = overview.regions.iter().map(RegionId::as_str).collect();
        let more = if overview.pools.is_empty() { "" } else { " more" };
        let pools = if overview.more_pools == 1 { "pool" } else { "pools" };
        let _ = writeln!(text, "\n{}{more} {pools} in {}: --all shows them", overview.more_pools, names.join(", "));
    }
    text
}

fn pools_heading(overview: &WorldOverview) -> String {
    if overview.more_pools > 0 {
        return "Pools that they use or could use".to_owned();
    }
    let names: Vec<&str> = overview.regions.iter().map(RegionId::as_str).collect();
    format!("Pools of {} and pools in use elsewhere", names.join(", "))
}

/// The region of all fleets, if there is one.
fn only_region(fleets: &[FleetOverview]) -> String {
    let first = fleets.first().map(|fleet| &fleet.region_id);
    match first.filter(|region| fleets.iter().all(|fleet| fleet.region_id == **region)) {
        Some(region) => format!(" in {region}"),
        None => String::new(),
    }
}

fn fleets(fleets: &[FleetOverview], most: usize, width: Option<usize>) -> String {
    let has_regions = only_region(fleets).is_empty();
    let mut columns = vec![
        Column::Elastic("NAME"),
        Column::Text("STATUS"),
        Column::Number("UNITS"),
        Column::Number("RUNNING"),
        Column::Number("PER HOUR"),
        Column::Id("ID"),
    ];
    if has_regions {
        columns.insert(0, Column::Text("REGION"));
    }
    let row = |fleet: &FleetOverview| {
        let region = has_regions.then(|| fleet.region_id.to_string());
        let cells = [
            fleet.name.clone().unwrap_or_default(),
            fleet.status.clone(),
            format!("{}/{}", shortest(fleet.fulfilled_capacity), fleet.target_capacity),
            fleet.instances.to_string(),
            shortest(fleet.hourly_cost),
            fleet.id.clone(),
        ];
        region.into_iter().chain(cells).collect()
    };
    let rows: Vec<Vec<String>> = fleets.iter().take(most).map(row).collect();
    let mut text = table(&columns, &rows, width);
    if fleets.len() > most {
        let _ = writeln!(text, "… and {}: a pipe or --json shows them", counted(fleets.len() - most, "more fleet"));
    }
    text
}

/// A table in a pipe; on a terminal, how many there are of each kind.
fn resources(resources: &[ResourceOverview], screen: Option<Screen>) -> String {
    if resources.is_empty() {
        return String::new();
    }
    if screen.is_some_and(|screen| screen.rows < usize::MAX) {
        let mut kinds: Vec<(&str, usize)> = Vec::new();
        for resource in resources {
            match kinds.iter_mut().find(|(kind, _)| *kind == resource.kind) {
                Some((_, count)) => *count += 1,
                None => kinds.push((&resource.kind, 1)),
            }
        }
        let kinds: Vec<String> = kinds.into_iter().map(|(kind, count)| format!("{count} {kind}")).collect();
        return format!("\nOther resources: {} (--all lists them)\n", kinds.join(", "));
    }
    let columns = [Column::Text("REGION"), Column::Text("KIND"), Column::Elastic("NAME"), Column::Id("ID")];
    let row = |resource: &ResourceOverview| {
        let name = resource.name.clone().unwrap_or_default();
        vec![resource.region_id.to_string(), resource.kind.clone(), name, resource.id.clone()]
    };
    let rows: Vec<Vec<String>> = resources.iter().map(row).collect();
    format!("\nOther resources\n{}", table(&columns, &rows, screen.map(|screen| screen.columns)))
}

/// A row per rule.
fn market_changes(changes: &[MarketChange], width: Option<usize>) -> String {
    if changes.is_empty() {
        return String::new();
    }
    let columns = [Column::Text("SINCE"), Column::Elastic("RULE")];
    let rows = changes
        .iter()
        .flat_map(|change| change.rules.lines().into_iter().map(|line| vec![change.from.to_string(), line]));
    format!("\nChanges of the market\n{}", table(&columns, &rows.collect::<Vec<_>>(), width))
}

/// Free instances, those in use and the price of each billing; those that fleets use first.
fn pools(overview: &WorldOverview, most: usize, width: Option<usize>) -> String {
    let columns = [
        Column::Text("ZONE"),
        Column::Text("INSTANCE TYPE"),
        Column::Number("PAYG"),
        Column::Number("PAYG PRICE"),
        Column::Number("SPOT"),
        Column::Number("SPOT PRICE"),
        Column::Elastic("FLEETS"),
    ];
    let row = |pool: &&PoolOverview| {
        let side = |side: &PoolSide| [format!("{}/{}", side.available(), side.in_use), shortest(side.hourly_price)];
        let names = [pool.zone_id.to_string(), pool.instance_type.to_string()];
        let fleets = [fleets_of(overview, pool)];
        names.into_iter().chain(side(&pool.pay_as_you_go)).chain(side(&pool.spot)).chain(fleets).collect()
    };
    let is_in_use = |pool: &&PoolOverview| pool.pay_as_you_go.in_use + pool.spot.in_use > 0;
    let (mut shown, others): (Vec<_>, Vec<_>) = overview.pools.iter().partition(is_in_use);
    shown.extend(others);
    if most == usize::MAX || shown.len() <= most {
        // All of them: by zone and type, as they come.
        shown = overview.pools.iter().collect();
    }
    let rows: Vec<Vec<String>> = shown.iter().take(most).map(row).collect();
    let mut text = table(&columns, &rows, width);
    if shown.len() > most {
        let _ = writeln!(text, "… and {}: a pipe shows them", counted(shown.len() - most, "pool"));
    }
    text
}

/// The names of the fleets that use or could use a pool.
fn fleets_of(overview: &WorldOverview, pool: &PoolOverview) -> String {
    let is_of = |fleet: &&FleetOverview| {
        fleet.pools.iter().any(|of| of.zone_id == pool.zone_id && of.instance_type == pool.instance_type)
    };
    let name = |fleet: &FleetOverview| fleet.name.clone().unwrap_or_else(|| fleet.id.clone());
    overview.fleets.iter().filter(is_of).map(name).collect::<Vec<_>>().join(", ")
}

fn as_json(overview: &WorldOverview, world: &WorldHandle) -> Value {
    let fleet = |fleet: &FleetOverview| {
        json!({
            "region_id": fleet.region_id,
            "id": fleet.id,
            "kind": fleet.kind,
            "name": fleet.name,
            "status": fleet.status,
            "total_target_capacity": fleet.target_capacity,
            "fulfilled_capacity": number(fleet.fulfilled_capacity),
            "instance_count": fleet.instances,
            "hourly_cost": number(fleet.hourly_cost),
            "optimal_hourly_cost": number(fleet.optimal_hourly_cost),
            "create_time": fleet.create_time.to_string(),
            "made_at": fleet.made_at.map(|made_at| made_at.to_string()),
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
    let of_kind = |kind: &str| -> Value { overview.fleets.iter().filter(|of| of.kind == kind).map(fleet).collect() };
    json!({
        "world": world.name,
        "exists": world.exists,
        "clock": overview.clock.to_string(),
        "scenario": world.scenario_json(),
        "groups": of_kind("group"),
        "reservations": of_kind("reservation"),
        "scaling_groups": of_kind("scaling_group"),
        "instances": of_kind("instance"),
        "resources": overview.resources.iter().map(resource).collect::<Value>(),
        "market_changes": market_changes_json(&overview.market_changes),
        "pools": overview.pools.iter().map(pool).collect::<Value>(),
    })
}
