//! `world costs`: what instances cost over simulated time.

use std::fmt::Write as _;

use clap::ArgMatches;
use serde_json::{Map, Value, json};

use super::arguments;
use super::output::{Failure, Output};
use super::table::{Column, table};
use super::terminal::screen;
use super::world_handle::WorldHandle;
use crate::base::json::number;
use crate::base::money::shortest;
use crate::base::{RegionId, Time};
use crate::cloud::AdministrationError;
use crate::cloud::model::{Cost, Costs, DescribeCostsRequest};

/// Stands for the value of a tag where instances have none of its key.
const UNTAGGED: &str = "(untagged)";

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let time = |name: &str| matches.get_one::<Time>(name).copied();
    let (from, to) = (time("from"), time("to"));
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        return Err(Failure::new(format!("--to ({to}) is before --from ({from}); exchange the two")));
    }
    let request = DescribeCostsRequest {
        from,
        to,
        region_id: matches.get_one::<RegionId>("region").cloned(),
        pools: arguments::pools(matches),
        ..DescribeCostsRequest::default()
    };
    let costs = world.cloud.describe_costs(&request).map_err(AdministrationError::from)?;
    if matches.get_flag("json") {
        output.json(&as_json(&costs, world));
    } else {
        let view = matches.get_one::<String>("by").map_or("fleet", String::as_str);
        output.print(&as_text(&costs, view, world));
    }
    Ok(())
}

fn as_text(costs: &Costs, view: &str, world: &WorldHandle) -> String {
    let mut text = world.heading(costs.clock);
    let _ = writeln!(text, "\nCosts from {} to {}", costs.from, costs.to);
    let mut columns = vec![
        Column::Text(match view {
            "instance" | "pool" => "ZONE",
            "tag" => "TAG",
            _ => "KIND",
        }),
        Column::Elastic(match view {
            "instance" | "pool" => "INSTANCE TYPE",
            "tag" => "VALUE",
            _ => "NAME",
        }),
        Column::Number("HOURS"),
        Column::Number("PAY-AS-YOU-GO"),
        Column::Number("SPOT"),
        Column::Number("TOTAL"),
    ];
    let has_ids = !matches!(view, "pool" | "tag");
    if has_ids {
        columns.push(Column::Id("ID"));
    }
    let mut rows: Vec<Vec<String>> = lines(costs, view).into_iter().map(|line| line.cells(has_ids)).collect();
    let total = Line { first: "total".to_owned(), second: String::new(), id: String::new(), cost: costs.total };
    rows.push(total.cells(has_ids));
    text.push_str(&table(&columns, &rows, screen().map(|screen| screen.columns)));
    text
}

/// A line of a bill: two names, the figures, and an id.
struct Line {
    first: String,
    second: String,
    id: String,
    cost: Cost,
}

impl Line {
    fn cells(self, has_ids: bool) -> Vec<String> {
        let Cost { total, pay_as_you_go, spot, instance_hours } = self.cost;
        let figures = [instance_hours, pay_as_you_go, spot, total].map(shortest);
        let id = has_ids.then_some(self.id);
        [self.first, self.second].into_iter().chain(figures).chain(id).collect()
    }
}

fn lines(costs: &Costs, view: &str) -> Vec<Line> {
    match view {
        "instance" => {
            let line = |of: &crate::cloud::model::InstanceCost| Line {
                first: of.zone_id.to_string(),
                second: of.instance_type.to_string(),
                id: of.id.to_string(),
                cost: of.cost,
            };
            costs.instances.iter().map(line).collect()
        }
        "pool" => {
            let line = |of: &crate::cloud::model::PoolCost| Line {
                first: of.zone_id.to_string(),
                second: of.instance_type.to_string(),
                id: String::new(),
                cost: of.cost,
            };
            costs.pools.iter().map(line).collect()
        }
        "tag" => {
            let line = |of: &crate::cloud::model::TagCost| Line {
                first: of.key.clone(),
                second: of.value.clone().unwrap_or_else(|| UNTAGGED.to_owned()),
                id: String::new(),
                cost: of.cost,
            };
            costs.tags.iter().map(line).collect()
        }
        kind => {
            let is_shown = |of: &&crate::cloud::model::FleetCost| kind == "fleet" || of.kind == kind;
            let line = |of: &crate::cloud::model::FleetCost| Line {
                first: of.kind.replace('_', " "),
                second: of.name.clone().unwrap_or_default(),
                id: of.id.clone(),
                cost: of.cost,
            };
            costs.fleets.iter().filter(is_shown).map(line).collect()
        }
    }
}

fn as_json(costs: &Costs, world: &WorldHandle) -> Value {
    let fleets = |kind: &str| -> Value {
        let of_kind = costs.fleets.iter().filter(|of| of.kind == kind);
        of_kind
            .map(|of| with_figures(json!({ "region_id": of.region_id, "id": of.id, "name": of.name }), &of.cost))
            .collect()
    };
    let instances = costs.instances.iter().map(|of| {
        let named = json!({
            "region_id": of.region_id,
            "id": of.id,
            "auto_provisioning_group_id": of.fleet_id_if("group"),
            "reservation_id": of.fleet_id_if("reservation"),
            "scaling_group_id": of.fleet_id_if("scaling_group"),
            "zone_id": of.zone_id,
            "instance_type": of.instance_type,
            "creation_time": of.launch_time.to_string(),
            "end_time": of.end_time.map(|time| time.to_string()),
            "tags": of.tags,
        });
        with_figures(named, &of.cost)
    });
    let pools = costs
        .pools
        .iter()
        .map(|of| with_figures(json!({ "zone_id": of.zone_id, "instance_type": of.instance_type }), &of.cost));
    let tags = costs.tags.iter().map(|of| with_figures(json!({ "key": of.key, "value": of.value }), &of.cost));
    let reply = json!({
        "world": world.name,
        "exists": world.exists,
        "scenario": world.scenario_json(),
        "from": costs.from.to_string(),
        "to": costs.to.to_string(),
        "by_group": fleets("group"),
        "by_reservation": fleets("reservation"),
        "by_scaling_group": fleets("scaling_group"),
        "by_instance": instances.collect::<Value>(),
        "by_pool": pools.collect::<Value>(),
        "by_tag": tags.collect::<Value>(),
    });
    with_figures(reply, &costs.total)
}

/// The object with the figures of a cost in it.
pub(super) fn with_figures(object: Value, cost: &Cost) -> Value {
    let figures = [
        ("total_cost", cost.total),
        ("pay_as_you_go_cost", cost.pay_as_you_go),
        ("spot_cost", cost.spot),
        ("instance_hours", cost.instance_hours),
    ];
    let mut members = match object {
        Value::Object(members) => members,
        _ => Map::new(),
    };
    members.extend(figures.map(|(name, figure)| (name.to_owned(), number(figure))));
    Value::Object(members)
}
