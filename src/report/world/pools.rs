//! Pools: prices, the ceilings of fleets, and free stock.

use super::{limited, text_of};
use crate::base::collect::IntoOrdered;
use crate::base::money::shortest;
use crate::base::wording::passive_sentence;
use crate::base::{Billing, Decimal, Time};
use crate::cloud::model::{PoolHistory, PoolOverview, WorldReport};
use crate::market::PoolEvent;
use crate::report::chart::{Chart, Panel, Series, Style};
use crate::report::mark::{Mark, MarkKind};
use crate::report::page::{Column, Section, Table};

/// Pools that are drawn; the others are in the table.
const MAX_DRAWN: usize = 24;
/// Rows of what was done to a pool.
const MAX_EVENTS: usize = 200;
/// How many times the highest spot price a line may lie and still be drawn.
const MAX_RATIO_TO_SPOT: Decimal = Decimal::TWO;
/// Ceilings that are drawn over the price of a pool.
const MAX_CEILINGS: usize = 4;

pub(super) fn section(report: &WorldReport) -> Section {
    let mut section = Section::new("pools", "Pools");
    let pools = &report.overview.pools;
    if pools.is_empty() && report.history.pools.is_empty() {
        section.text("No pool is used.");
        return section;
    }
    section.text("The pools that fleets use or could launch from, and those that were used.");
    section.table(&Table {
        caption: format!("Pools at {}; prices per hour", text_of(report.history.clock)),
        columns: vec![
            Column::Text("Zone"),
            Column::Text("Instance type"),
            Column::Number("Pay-as-you-go free"),
            Column::Number("in use"),
            Column::Number("price"),
            Column::Number("Spot free"),
            Column::Number("in use"),
            Column::Number("price"),
            Column::Text("Ceilings"),
        ],
        rows: pools.iter().map(|pool| row(pool, report)).collect(),
    });
    let drawn = &report.history.pools;
    for (pool, index) in drawn.iter().zip(1_usize..).take(MAX_DRAWN) {
        section.heading(&format!("{} in {}", pool.instance_type, pool.zone_id));
        section.chart(&chart(pool, index, report));
        if !pool.market_events.is_empty() {
            let (table, note) = events_table(pool);
            section.folded("What was done to this pool", &table);
            if let Some(note) = note {
                section.text(&note);
            }
        }
    }
    if drawn.len() > MAX_DRAWN {
        section.text(&format!("The first {MAX_DRAWN} of {} pools that were used are drawn.", drawn.len()));
    }
    section
}

fn row(pool: &PoolOverview, report: &WorldReport) -> Vec<String> {
    let ceilings: Vec<String> = ceilings(report, pool.zone_id.as_str(), pool.instance_type.as_str())
        .into_iter()
        .map(|(ceiling, fleets)| format!("{} ({})", shortest(ceiling), fleets.join(", ")))
        .collect();
    vec![
        pool.zone_id.to_string(),
        pool.instance_type.to_string(),
        pool.pay_as_you_go.available().to_string(),
        pool.pay_as_you_go.in_use.to_string(),
        shortest(pool.pay_as_you_go.hourly_price),
        pool.spot.available().to_string(),
        pool.spot.in_use.to_string(),
        shortest(pool.spot.hourly_price),
        ceilings.join("; "),
    ]
}

/// The highest spot prices that fleets pay in a pool, each with the fleets that pay it.
fn ceilings(report: &WorldReport, zone_id: &str, instance_type: &str) -> Vec<(Decimal, Vec<String>)> {
    let mut found: Vec<(Decimal, Vec<String>)> = Vec::new();
    for fleet in &report.overview.fleets {
        let of_pool = fleet.pools.iter().filter(|pool| {
            pool.zone_id.as_str() == zone_id
                && pool.instance_type.as_str() == instance_type
                && pool.billing == Billing::Spot
        });
        for ceiling in of_pool.filter_map(|pool| pool.ceiling).into_set() {
            let name = fleet.name.clone().unwrap_or_else(|| fleet.id.clone());
            match found.iter_mut().find(|(known, _)| *known == ceiling) {
                Some((_, fleets)) => fleets.push(name),
                None => found.push((ceiling, vec![name])),
            }
        }
    }
    found
}

/// What was done to a pool, and a sentence about the rows that are left out.
fn events_table(pool: &PoolHistory) -> (Table, Option<String>) {
    let row = |event: &PoolEvent| vec![text_of(event.time), event.text.clone()];
    let (rows, note) = limited(pool.market_events.iter().map(row).collect(), MAX_EVENTS, "market change");
    let table = Table {
        caption: "Events of the scenario and changes of the market, by time".to_owned(),
        columns: vec![Column::Text("Time"), Column::Text("What")],
        rows,
    };
    (table, note)
}

/// What was done to a pool, as marks.
fn marks(pool: &PoolHistory) -> Vec<Mark> {
    let mark = |event: &PoolEvent| Mark {
        time: event.time,
        kind: MarkKind::Changed,
        count: 1,
        detail: Some(event.text.clone()),
    };
    pool.market_events.iter().map(mark).collect()
}

/// Takes the functions out that lie above a value all the time, on whose axis the spot price would be flat; they are named
/// in a clause instead.
fn take_above(prices: &mut Vec<Series>, limit: Decimal) -> String {
    let lies_above = |series: &mut Series| series.steps.iter().all(|(_, price)| *price > limit);
    let text = |series: Series| {
        let last = series.steps.last().map(|(_, price)| shortest(*price)).unwrap_or_default();
        format!("{} {last}", series.name)
    };
    let names: Vec<String> = prices.extract_if(1.., lies_above).map(text).collect();
    if names.is_empty() { String::new() } else { format!("; above the drawing: {}", names.join(", ")) }
}

fn chart(pool: &PoolHistory, index: usize, report: &WorldReport) -> Chart {
    let clock = report.history.clock;
    let spot = pool.prices.iter().map(|price| (price.time, price.spot)).collect::<Vec<_>>();
    let pay_as_you_go = pool.prices.iter().map(|price| (price.time, price.pay_as_you_go)).collect();
    let lowest = spot.iter().map(|(_, price)| *price).min().unwrap_or_default();
    let highest = spot.iter().map(|(_, price)| *price).max().unwrap_or_default();
    let mut prices = vec![
        Series { name: "spot price".to_owned(), style: Style::Line(0), steps: spot },
        Series { name: "pay-as-you-go price".to_owned(), style: Style::Line(5), steps: pay_as_you_go },
    ];
    let ceilings = ceilings(report, pool.zone_id.as_str(), pool.instance_type.as_str());
    prices.extend(ceilings.into_iter().take(MAX_CEILINGS).map(|(ceiling, fleets)| Series {
        name: format!("ceiling of {}", fleets.join(", ")),
        style: Style::Dashed(1),
        steps: vec![(Time::START, ceiling)],
    }));
    let above = take_above(&mut prices, highest * MAX_RATIO_TO_SPOT);
    let free = pool.free_spot.iter().map(|(time, free)| (*time, Decimal::from(*free))).collect();
    let least = pool.free_spot.iter().map(|(_, free)| *free).min().unwrap_or(0);
    Chart {
        id: format!("pool-{index}"),
        title: format!("Prices and free spot instances of {} in {}", pool.instance_type, pool.zone_id),
        description: format!(
            "The spot price lay between {} and {}; at least {least} spot instances were free; {}.",
            shortest(lowest),
            shortest(highest),
            passive_sentence(pool.market_events.len(), "market change", "made")
        ),
        from: Time::START,
        to: clock,
        panels: vec![
            Panel { label: format!("Price per hour{above}"), height: 110, series: prices, marks: marks(pool) },
            Panel {
                label: "Free spot instances".to_owned(),
                height: 60,
                series: vec![Series { name: "free spot instances".to_owned(), style: Style::Area(2), steps: free }],
                marks: Vec::new(),
            },
        ],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn series(name: &str, prices: &[i64]) -> Series {
        let steps = prices.iter().map(|cents| (Time::START, Decimal::new(*cents, 2))).collect();
        Series { name: name.to_owned(), style: Style::Line(0), steps }
    }

    /// The axis reached to the ceiling, and the spot price was a flat line at its bottom.
    #[test]
    fn what_lies_far_above_the_spot_price_is_named_and_not_drawn() {
        let mut prices = vec![
            series("spot price", &[4, 9]),
            series("pay-as-you-go price", &[25]),
            series("ceiling of web", &[12]),
            series("ceiling of batch", &[15, 90]),
            series("ceiling of all", &[100]),
        ];
        let clause = take_above(&mut prices, Decimal::new(18, 2));
        assert_eq!(clause, "; above the drawing: pay-as-you-go price 0.25, ceiling of all 1");
        let drawn: Vec<&str> = prices.iter().map(|series| &*series.name).collect();
        assert_eq!(drawn, ["spot price", "ceiling of web", "ceiling of batch"]);
        assert_eq!(
            take_above(&mut prices, Decimal::ZERO),
            "; above the drawing: ceiling of web 0.12, ceiling of batch 0.9"
        );
    }
}
