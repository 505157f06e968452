//! What fleets cost over time, and per hour beside the optimum.

use super::{amount, fleet_name, kind_name, limited, text_of};
use crate::base::money::shortest;
use crate::base::{Billing, Decimal};
use crate::cloud::model::{Cost, FleetCost, FleetOverview, InstanceCost, PoolOverview, UsablePool, WorldReport};
use crate::report::bars::{Bar, Bars};
use crate::report::page::{Column, Section, Table};

/// Groups whose cost is drawn.
const MAX_DRAWN: usize = 20;
/// Instances that are listed.
const MAX_ROWS: usize = 2_000;

pub(super) fn section(report: &WorldReport) -> Section {
    let mut section = Section::new("costs", "Costs");
    let costs = &report.costs;
    if costs.fleets.is_empty() {
        section.text("Nothing was charged yet.");
        return section;
    }
    section.text(
        "The price of each hour, to the second: pay-as-you-go at the tariff, spot at the market's price of the hour. Deleted \
         fleets and ended instances are among them.",
    );
    section.table(&fleets(report));
    if let Some(bars) = beside_optimum(report) {
        section.text(
            "Per hour, at the prices of the launches, beside the least that the same units would have cost at the latest \
             pass of the group.",
        );
        section.bars(&bars);
    }
    let row = |line: &InstanceCost| {
        let names = vec![line.id.to_string(), line.zone_id.to_string(), line.instance_type.to_string()];
        let times = [text_of(line.launch_time), line.end_time.map(text_of).unwrap_or_default()];
        names.into_iter().chain(times).chain(figures(&line.cost)).collect()
    };
    let (rows, note) = limited(costs.instances.iter().map(row).collect(), MAX_ROWS, "instance");
    let named = ["Id", "Zone", "Instance type", "Launched", "Ended"].map(Column::Text);
    let columns = named.into_iter().chain(figure_columns()).collect();
    section.folded("Costs by instance", &Table { caption: "By instance, oldest first".to_owned(), columns, rows });
    if let Some(note) = note {
        section.text(&note);
    }
    section
}

fn fleets(report: &WorldReport) -> Table {
    let row = |line: &FleetCost| {
        let now = report.overview.fleets.iter().find(|known| known.id == line.id);
        let per_hour = now.map(|fleet| amount(fleet.hourly_cost)).unwrap_or_default();
        let optimum = now.map(|fleet| fleet.optimal_hourly_cost).filter(|cost| !cost.is_zero());
        let names = vec![fleet_name(line.name.as_deref(), &line.id), kind_name(&line.kind)];
        let current = now.map(|fleet| amount(per_hour_now(report, fleet))).unwrap_or_default();
        let rates = [per_hour, optimum.map(amount).unwrap_or_default(), current];
        names.into_iter().chain(figures(&line.cost)).chain(rates).collect()
    };
    let total = [String::from("All"), String::new()]
        .into_iter()
        .chain(figures(&report.costs.total))
        .chain([String::new(), String::new(), String::new()])
        .collect();
    let named = ["Fleet", "Kind"].map(Column::Text);
    let rates = ["Per hour at launch", "Optimum per hour", "Per hour now"].map(Column::Number);
    Table {
        caption: format!("Costs until {}", text_of(report.costs.to)),
        columns: named.into_iter().chain(figure_columns()).chain(rates).collect(),
        rows: report.costs.fleets.iter().map(row).chain([total]).collect(),
    }
}

/// What the instances of a fleet cost for an hour at the prices of now.
fn per_hour_now(report: &WorldReport, fleet: &FleetOverview) -> Decimal {
    let price = |of: &UsablePool| {
        let is_it = |pool: &&PoolOverview| pool.zone_id == of.zone_id && pool.instance_type == of.instance_type;
        let pool = report.overview.pools.iter().find(is_it);
        pool.map_or(Decimal::ZERO, |pool| match of.billing {
            Billing::PayAsYouGo => pool.pay_as_you_go.hourly_price,
            Billing::Spot => pool.spot.hourly_price,
        })
    };
    fleet.pools.iter().map(|pool| price(pool) * Decimal::from(pool.instances)).sum()
}

fn figure_columns() -> [Column; 4] {
    ["Hours", "Pay-as-you-go", "Spot", "Total"].map(Column::Number)
}

fn figures(cost: &Cost) -> [String; 4] {
    [shortest(cost.instance_hours.round_dp(2)), amount(cost.pay_as_you_go), amount(cost.spot), amount(cost.total)]
}

/// `None` where no group has an optimum.
fn beside_optimum(report: &WorldReport) -> Option<Bars> {
    let groups = report.overview.fleets.iter().filter(|fleet| fleet.optimal_hourly_cost > Decimal::ZERO);
    let bars: Vec<Bar> = groups
        .take(MAX_DRAWN)
        .flat_map(|fleet| {
            let name = fleet.name.clone().unwrap_or_else(|| fleet.id.clone());
            [
                Bar { label: name, value: fleet.hourly_cost, colour: 0 },
                Bar { label: "at best".to_owned(), value: fleet.optimal_hourly_cost, colour: 5 },
            ]
        })
        .collect();
    (!bars.is_empty()).then(|| Bars {
        id: "cost-per-hour".to_owned(),
        title: "Cost per hour beside the optimum".to_owned(),
        description:
            "For each group two bars: what its instances cost per hour at their launch prices, and the least that \
                      the same units would have cost."
                .to_owned(),
        bars,
    })
}
