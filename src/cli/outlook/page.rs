//! Outlooks as one HTML file: figures, distributions, pools and strategies side by side.

use super::show::{duration, percent, shown, strategy_cells};
use super::{JudgedFleet, Report};
use crate::base::Decimal;
use crate::base::order::Order;
use crate::base::wording::counted;
use crate::cloud::model::{Distribution, Outlook, StrategyOutlook};
use crate::report::{Bar, Bars, Column, Page, Section, Table};

/// Spans into which a distribution is divided.
const SPANS: usize = 16;

/// The whole page.
pub(super) fn page(report: &Report) -> Page {
    let mut sections: Vec<Section> =
        report.fleets.iter().enumerate().map(|(index, fleet)| section(index, fleet)).collect();
    let unread = report.unread_lines();
    if !unread.is_empty() {
        let mut section = Section::new("unread", "Not read");
        section.table(&Table {
            caption: "What has no outlook, and why".to_owned(),
            columns: vec![Column::Text("Address"), Column::Text("Reason")],
            rows: unread.into_iter().map(|(address, reason)| vec![address, reason]).collect(),
        });
        sections.push(section);
    }
    let results = report.fleets.iter().flat_map(|fleet| &fleet.requirements);
    let (met, all) = results.fold((0, 0), |(met, all), result| (met + usize::from(result.is_met), all + 1));
    let mut figures = vec![("Fleets".to_owned(), report.fleets.len().to_string())];
    if let Some(fleet) = report.fleets.first() {
        figures.push(("Markets".to_owned(), fleet.outlook.markets.to_string()));
        let over = fleet.outlook.horizon.map_or_else(|| "the launch".to_owned(), duration);
        figures.push(("Looked at".to_owned(), over));
    }
    if all > 0 {
        figures.push(("Requirements met".to_owned(), format!("{met} of {all}")));
    }
    Page {
        title: "Outlook".to_owned(),
        lead: Outlook::STATEMENT.to_owned(),
        figures,
        sections,
        footer: format!(
            "Made by terraform-provider-simcloud {}. The page loads nothing and runs no script.",
            env!("CARGO_PKG_VERSION")
        ),
    }
}

fn section(index: usize, fleet: &JudgedFleet) -> Section {
    let outlook = &fleet.outlook;
    let id = format!("fleet-{index}");
    let mut section = Section::new(id.clone(), fleet.title());
    section.text(&format!(
        "{} in {}, from {}. The worst market has the seed {}.",
        counted(outlook.markets as usize, "market"),
        fleet.planned.region,
        outlook.start,
        outlook.worst_market
    ));
    for note in fleet.planned.notes.iter().chain(&outlook.warnings) {
        section.text(&format!("Note: {note}."));
    }
    for result in &fleet.requirements {
        let verdict = if result.is_met { "is met" } else { "is not met" };
        section.text(&format!("Requirement {} {verdict}: {}.", result.text, shown(result.value)));
    }
    section.table(&figures_table(outlook));
    for (name, figure) in outlook.figures.by_name() {
        // A share of markets is one number, which the table has.
        let is_of_markets = name.starts_with("launched") || name == "fulfilled_share";
        if figure.min != figure.max && !is_of_markets {
            let bars = distribution(&id, name, figure);
            section.heading(&bars.title);
            section.text(&bars.description);
            section.bars(&bars);
        }
    }
    section.table(&pools_table(outlook));
    if !outlook.strategies.is_empty() {
        section.heading("Strategies for spot instances");
        section.table(&strategies_table(&outlook.strategies));
        section.bars(&strategies_bars(&id, &outlook.strategies));
    }
    section
}

fn figures_table(outlook: &Outlook) -> Table {
    let headings = ["Mean", "Min", "5 %", "Half", "95 %", "Max"].map(Column::Number);
    let row = |(name, figure): (&str, &Distribution)| {
        [words(name)].into_iter().chain(figure.by_name().map(|(_, value)| shown(value))).collect()
    };
    Table {
        caption: "Figures over all markets; 5 %, half and 95 % of the markets do not exceed the value".to_owned(),
        columns: [Column::Text("Figure")].into_iter().chain(headings).collect(),
        rows: outlook.figures.by_name().into_iter().map(row).collect(),
    }
}

/// In how many markets a figure lies in each of some equal spans.
fn distribution(id: &str, name: &str, figure: &Distribution) -> Bars {
    let span = figure.max - figure.min;
    let mut counts = [0_u32; SPANS];
    for value in &figure.values {
        counts[span_of(*value, figure.min, span)] += 1;
    }
    let edge = |index: usize| shown(figure.min + span * Decimal::from(index) / Decimal::from(SPANS));
    let bar = |(index, count): (usize, &u32)| Bar {
        label: format!("{} to {}", edge(index), edge(index + 1)),
        value: Decimal::from(*count),
        colour: 0,
    };
    Bars {
        id: format!("{id}-{}", name.replace('_', "-")),
        title: format!("{}: number of markets", words(name)),
        description: format!(
            "Of {}, 5 % have at most {}, half at most {} and 95 % at most {}.",
            counted(figure.values.len(), "market"),
            shown(figure.p5),
            shown(figure.p50),
            shown(figure.p95)
        ),
        bars: counts.iter().enumerate().map(bar).collect(),
    }
}

/// The span in which a value lies.
fn span_of(value: Decimal, min: Decimal, span: Decimal) -> usize {
    let place = (value - min) * Decimal::from(SPANS) / span;
    usize::try_from(place.trunc()).unwrap_or(0).min(SPANS - 1)
}

fn pools_table(outlook: &Outlook) -> Table {
    let mut pools: Vec<_> = outlook.pools.iter().collect();
    pools.order_by_key(|pool| std::cmp::Reverse(pool.instance_share));
    let row = |pool: &crate::cloud::model::PoolOutlook| {
        vec![
            pool.zone_id.to_string(),
            pool.instance_type.to_string(),
            percent(pool.instance_share),
            percent(pool.short_share),
            percent(pool.left_out_share),
        ]
    };
    Table {
        caption:
            "Pools: share of all launched instances, and of the markets in which the launch found the pool short or \
                  left it out"
                .to_owned(),
        columns: vec![
            Column::Text("Zone"),
            Column::Text("Type"),
            Column::Number("Instances"),
            Column::Number("Short"),
            Column::Number("Left out"),
        ],
        rows: pools.into_iter().map(row).collect(),
    }
}

fn strategies_table(strategies: &[StrategyOutlook]) -> Table {
    let has_time = strategies.iter().any(|strategy| strategy.figures.total_cost.is_some());
    let mut columns = vec![Column::Text("Strategy"), Column::Number("Fulfilled"), Column::Number("Per hour")];
    if has_time {
        columns.extend(["Lost", "Delivered", "Cost"].map(Column::Number));
    }
    Table {
        caption: "Means over all markets".to_owned(),
        columns,
        rows: strategies.iter().map(strategy_cells).collect(),
    }
}

/// The mean cost, over the time if there is one.
fn strategies_bars(id: &str, strategies: &[StrategyOutlook]) -> Bars {
    let bar = |(strategy, colour): (&StrategyOutlook, u8)| {
        let figures = &strategy.figures;
        let cost = figures.total_cost.as_ref().unwrap_or(&figures.hourly_cost);
        Bar { label: strategy.spot_allocation_strategy.name().to_owned(), value: cost.mean.round_dp(4), colour }
    };
    Bars {
        id: format!("{id}-strategies"),
        title: "Mean cost by strategy".to_owned(),
        description: "The mean cost of the fleet with each strategy for spot instances.".to_owned(),
        bars: strategies.iter().zip(0..).map(bar).collect(),
    }
}

/// `total_cost` as `Total cost`.
fn words(name: &str) -> String {
    let text = name.replace('_', " ");
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().collect::<String>() + characters.as_str()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_and_the_last_span_have_the_ends() {
        let (min, max) = (Decimal::new(15, 1), Decimal::from(9));
        let span = max - min;
        assert_eq!([min, max].map(|value| span_of(value, min, span)), [0, SPANS - 1]);
        assert_eq!(span_of(min + span / Decimal::TWO, min, span), SPANS / 2);
    }
}
