//! The page about a world: its fleets over time, pools, costs, launches and history.

mod activities; // the history, day by day
mod costs; // cost beside the optimum
mod fleets; // fleets over time, and what they launched
mod pools; // prices, ceilings and free stock

use super::page::{Column, Page, Section, Table};
use crate::base::Time;
use crate::base::money::shortest;
use crate::base::wording::counted;
use crate::cloud::model::{FleetHistory, WorldReport};

/// The page about a world of this name; `notes` are sentences about how it was made.
#[must_use]
pub fn world_page(report: &WorldReport, world: &str, notes: &[String]) -> Page {
    let history = &report.history;
    let mut sections = vec![fleets::over_time(report), pools::section(report), costs::section(report)];
    sections.extend(fleets::launch_results(report));
    sections.push(market_changes(report));
    sections.push(activities::section(report));
    let lead = format!(
        "Simulated time from {} to {}. Prices and supply are those of the simulated market; they say nothing of a real \
         cloud.",
        text_of(Time::START),
        text_of(history.clock)
    );
    Page {
        title: format!("World {world}"),
        lead: std::iter::once(lead).chain(notes.iter().cloned()).collect::<Vec<_>>().join(" "),
        figures: figures(report),
        sections,
        footer: format!(
            "Made by terraform-provider-simcloud {}. The page loads nothing and runs no script.",
            env!("CARGO_PKG_VERSION")
        ),
    }
}

fn figures(report: &WorldReport) -> Vec<(String, String)> {
    let (overview, history) = (&report.overview, &report.history);
    let sum = |of: fn(&FleetHistory) -> u32| history.fleets.iter().map(of).fold(0_u32, u32::saturating_add);
    let of_events = |events: &[(Time, u32)]| events.iter().map(|(_, count)| *count).fold(0_u32, u32::saturating_add);
    let lost = history.fleets.iter().map(|fleet| of_events(&fleet.lost)).fold(0_u32, u32::saturating_add);
    let later = history.fleets.iter().map(|fleet| of_events(&fleet.replaced)).fold(0_u32, u32::saturating_add);
    let running = sum(|fleet| fleet.instances.last().map_or(0, |(_, count)| *count));
    let short = overview.fleets.iter().filter(|fleet| fleet.fulfilled_capacity < fleet.target_capacity.into()).count();
    vec![
        ("Clock".to_owned(), text_of(history.clock)),
        ("Fleets".to_owned(), overview.fleets.len().to_string()),
        ("Fleets below target".to_owned(), short.to_string()),
        ("Running instances".to_owned(), running.to_string()),
        ("Instances lost".to_owned(), lost.to_string()),
        ("Launched later".to_owned(), later.to_string()),
        ("Cost so far".to_owned(), amount(report.costs.total.total)),
        ("Per hour at launch prices".to_owned(), amount(overview.fleets.iter().map(|fleet| fleet.hourly_cost).sum())),
    ]
}

fn market_changes(report: &WorldReport) -> Section {
    let mut section = Section::new("market-changes", "Changes of the market");
    let changes = &report.overview.market_changes;
    if changes.is_empty() {
        section.text("The world keeps no changes of the market; the scenario alone says what it is like.");
        return section;
    }
    let rows = changes
        .iter()
        .flat_map(|change| change.rules.lines().into_iter().map(|line| vec![text_of(change.from), line]))
        .collect();
    section.text("These rules hold for every caller, whatever its scenario says.");
    section.table(&Table {
        caption: "Rules in force".to_owned(),
        columns: vec![Column::Text("Since"), Column::Text("Rule")],
        rows,
    });
    section
}

/// How a fleet is called: by its name and its id, of which a fleet without a name has only the latter.
fn fleet_name(name: Option<&str>, id: &str) -> String {
    match name {
        Some(name) if name != id => format!("{name} ({id})"),
        _ => id.to_owned(),
    }
}

fn kind_name(kind: &str) -> String {
    kind.replace('_', " ")
}

/// `2026-01-01 06:00:00`; all times are UTC.
fn text_of(time: Time) -> String {
    time.to_string().replace('T', " ").replace('Z', "")
}

/// A sum of money for people: at most four decimals.
fn amount(sum: crate::base::Decimal) -> String {
    shortest(sum.round_dp(4))
}

/// The rows of a table up to a number, and a sentence about the rest.
fn limited(mut rows: Vec<Vec<String>>, most: usize, noun: &str) -> (Vec<Vec<String>>, Option<String>) {
    let left_out = rows.len().saturating_sub(most);
    rows.truncate(most);
    let note = (left_out > 0)
        .then(|| format!("{} more left out; the JSON of `world history` has all.", counted(left_out, noun)));
    (rows, note)
}
