//! Outlooks as text and as JSON.

use serde_json::{Value, json};

use super::{JudgedFleet, Report};
use crate::base::clock::Span;
use crate::base::collect::IntoOrdered;
use crate::base::json::number;
use crate::base::money::shortest;
use crate::base::order::Order;
use crate::base::wording::counted;
use crate::base::{Decimal, InstanceTypeName};
use crate::cli::output::Output;
use crate::cli::table::{Column, table};
use crate::cli::terminal::screen;
use crate::cloud::model::{Distribution, Outlook, OutlookFigures, StrategyOutlook};

/// Pools that are shown as text.
const MAX_POOLS: usize = 12;

pub(super) fn print(report: &Report, output: &mut Output) {
    for fleet in &report.fleets {
        print_fleet(fleet, output);
    }
    for (address, reason) in report.unread_lines() {
        output.line(&format!("Not read: {address}: {reason}"));
    }
    output.line(Outlook::STATEMENT);
}

fn print_fleet(fleet: &JudgedFleet, output: &mut Output) {
    let outlook = &fleet.outlook;
    let over = outlook.horizon.map_or_else(|| "the launch".to_owned(), |span| format!("{} from", duration(span)));
    let markets = counted(outlook.markets as usize, "market");
    let at = if outlook.horizon.is_some() { format!(" {}", outlook.start) } else { format!(" at {}", outlook.start) };
    output.line(&format!("{} in {}: {markets}, {over}{at}", fleet.title(), fleet.planned.region));
    for note in &fleet.planned.notes {
        output.sentence(&format!("{note}."));
    }
    for warning in &outlook.warnings {
        output.sentence(&format!("{warning}."));
    }
    output.print(&figures_table(&outlook.figures));
    output.line("");
    print_pools(outlook, output);
    if !outlook.strategies.is_empty() {
        output.print(&strategies_table(&outlook.strategies));
        output.line("");
    }
    let hours = outlook.worst_market_record_hours;
    let record = if hours > 0 {
        format!(" and {} further in the record", counted(hours as usize, "hour"))
    } else {
        String::new()
    };
    output.line(&format!("The worst market has the seed {}{record}.", outlook.worst_market));
    for result in &fleet.requirements {
        let verdict = if result.is_met { "is met" } else { "is not met" };
        output.line(&format!("`{}` {verdict}: {}.", result.text, shown(result.value)));
    }
    output.line("");
}

fn figures_table(figures: &OutlookFigures) -> String {
    let mut columns = vec![Column::Text("FIGURE")];
    columns.extend(["MEAN", "MIN", "P5", "P50", "P95", "MAX"].map(Column::Number));
    let row = |(name, figure): (&str, &Distribution)| {
        let values = figure.by_name().map(|(_, value)| shown(value));
        [name.replace('_', " ")].into_iter().chain(values).collect()
    };
    in_columns(&columns, &figures.by_name().into_iter().map(row).collect::<Vec<_>>())
}

fn print_pools(outlook: &Outlook, output: &mut Output) {
    let columns = [
        Column::Text("ZONE"),
        Column::Text("TYPE"),
        Column::Number("INSTANCES"),
        Column::Number("SHORT"),
        Column::Number("LEFT OUT"),
    ];
    let mut pools: Vec<_> = outlook.pools.iter().collect();
    pools.order_by_key(|pool| std::cmp::Reverse(pool.instance_share));
    let row = |pool: &&crate::cloud::model::PoolOutlook| {
        let instance_type: &InstanceTypeName = &pool.instance_type;
        vec![
            pool.zone_id.to_string(),
            instance_type.to_string(),
            percent(pool.instance_share),
            percent(pool.short_share),
            percent(pool.left_out_share),
        ]
    };
    output.print(&in_columns(&columns, &pools.iter().take(MAX_POOLS).map(row).collect::<Vec<_>>()));
    if let Some(more) = pools.len().checked_sub(MAX_POOLS).filter(|more| *more > 0) {
        output.line(&format!("and {}", counted(more, "more pool")));
    }
    output.line("");
}

fn strategies_table(strategies: &[StrategyOutlook]) -> String {
    let has_time = strategies.iter().any(|strategy| strategy.figures.total_cost.is_some());
    let mut columns = vec![Column::Text("STRATEGY"), Column::Number("FULFILLED"), Column::Number("PER HOUR")];
    if has_time {
        columns.extend(["LOST", "DELIVERED", "COST"].map(Column::Number));
    }
    in_columns(&columns, &strategies.iter().map(strategy_cells).collect::<Vec<_>>())
}

/// A strategy with means: fulfilled, cost per hour, and with a horizon losses, what was delivered, and cost.
pub(super) fn strategy_cells(strategy: &StrategyOutlook) -> Vec<String> {
    let figures = &strategy.figures;
    let mut cells = vec![
        strategy.spot_allocation_strategy.name().to_owned(),
        percent(figures.fulfilled_share.mean),
        shown(figures.hourly_cost.mean),
    ];
    if let (Some(lost), Some(delivered), Some(cost)) =
        (&figures.lost_instances, &figures.delivered_share, &figures.total_cost)
    {
        cells.extend([shown(lost.mean), percent(delivered.mean), shown(cost.mean)]);
    }
    cells
}

fn in_columns(columns: &[Column], rows: &[Vec<String>]) -> String {
    table(columns, rows, screen().map(|screen| screen.columns))
}

/// At most four decimal places.
pub(super) fn shown(value: Decimal) -> String {
    shortest(value.round_dp(4))
}

pub(super) fn percent(share: Decimal) -> String {
    format!("{} %", shortest((share * Decimal::ONE_HUNDRED).round_dp(1)))
}

/// `30 days`, `36 hours`, `90 minutes`.
pub(super) fn duration(span: Span) -> String {
    let seconds = span.seconds();
    let units = [(86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second")];
    let (unit, noun) = units.into_iter().find(|(unit, _)| seconds % unit == 0).unwrap_or((1, "second"));
    counted(usize::try_from(seconds / unit).unwrap_or(0), noun)
}

pub(super) fn to_json(report: &Report) -> Value {
    let unread = report.unread.iter();
    json!({
        "statement": Outlook::STATEMENT,
        "requirements_met": report.is_met(),
        "fleets": report.fleets.iter().map(fleet_json).collect::<Vec<_>>(),
        "unread": unread.map(|unread| json!({
            "address": unread.address, "type": unread.type_name, "reason": unread.reason
        })).collect::<Vec<_>>(),
        "other_types": report.other_types,
    })
}

fn fleet_json(fleet: &JudgedFleet) -> Value {
    let outlook = &fleet.outlook;
    let mut json = json!({
        "address": fleet.planned.address,
        "copies": fleet.copies,
        "region_id": fleet.planned.region.as_str(),
        "notes": fleet.planned.notes,
        "warnings": outlook.warnings,
        "markets": outlook.markets,
        "first_seed": outlook.first_seed,
        "start": outlook.start.to_string(),
        "horizon_hours": outlook.horizon.map(|span| number(Decimal::from(span.seconds()) / Decimal::from(3_600))),
        "worst_market": outlook.worst_market,
        "worst_market_record_hours": outlook.worst_market_record_hours,
        "pools": outlook.pools.iter().map(|pool| json!({
            "zone_id": pool.zone_id.as_str(),
            "instance_type": pool.instance_type.as_str(),
            "instance_share": number(pool.instance_share),
            "short_share": number(pool.short_share),
            "left_out_share": number(pool.left_out_share),
        })).collect::<Vec<_>>(),
        "strategies": outlook.strategies.iter().map(|strategy| {
            let mut json = json!({ "spot_allocation_strategy": strategy.spot_allocation_strategy.name() });
            add_figures(&mut json, &strategy.figures);
            json
        }).collect::<Vec<_>>(),
        "requirements": fleet.requirements.iter().map(|result| json!({
            "requirement": result.text, "value": number(result.value), "met": result.is_met
        })).collect::<Vec<_>>(),
    });
    add_figures(&mut json, &outlook.figures);
    json
}

/// Every figure by its name; null where the outlook has none.
fn add_figures(json: &mut Value, figures: &OutlookFigures) {
    let known = figures.by_name();
    for name in OutlookFigures::NAMES {
        let figure = known.iter().find(|(known, _)| *known == name).map(|(_, figure)| {
            figure.by_name().into_iter().map(|(name, value)| (name.to_owned(), number(value))).into_json_map()
        });
        json[name] = figure.map_or(Value::Null, Value::Object);
    }
}
