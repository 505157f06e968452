//! Fleets over time, and what they launched.

use super::{fleet_name, kind_name, limited, text_of};
use crate::base::money::shortest;
use crate::base::step_function::value_at;
use crate::base::{Decimal, Time};
use crate::cloud::model::{FleetHistory, FleetOverview, LaunchResult, WorldReport};
use crate::report::chart::{Chart, Panel, Series, Style};
use crate::report::mark::Mark;
use crate::report::page::{Column, Section, Table};

/// Fleets that are drawn; the others are in the table.
const MAX_DRAWN: usize = 40;
/// Rows of the figures below a drawing.
const MAX_ROWS: usize = 500;

pub(super) fn over_time(report: &WorldReport) -> Section {
    let mut section = Section::new("fleets", "Fleets over time");
    let fleets = &report.history.fleets;
    if fleets.is_empty() {
        section.text("The world has no fleets.");
        return section;
    }
    section.table(&table(report));
    for (fleet, index) in fleets.iter().zip(1_usize..).take(MAX_DRAWN) {
        section.heading(&format!("{}, {}", fleet_name(fleet.name.as_deref(), &fleet.id), kind_name(&fleet.kind)));
        if let Some(sentence) = shortage_sentence(fleet) {
            section.text(&sentence);
        }
        section.chart(&chart(fleet, index, report.history.clock));
        let rows = fleet.units.iter().map(|(time, units)| {
            let target = value_at(&fleet.targets, *time).map(|target| target.to_string());
            let instances = value_at(&fleet.instances, *time).unwrap_or(0).to_string();
            vec![text_of(*time), target.unwrap_or_default(), shortest(*units), instances]
        });
        let (rows, note) = limited(rows.collect(), MAX_ROWS, "change");
        let columns =
            vec![Column::Text("From"), Column::Number("Target"), Column::Number("Units"), Column::Number("Instances")];
        section.folded(
            "The figures of this drawing",
            &Table { caption: "Capacity from each time on".to_owned(), columns, rows },
        );
        if let Some(note) = note {
            section.text(&note);
        }
    }
    if fleets.len() > MAX_DRAWN {
        section.text(&format!("The first {MAX_DRAWN} of {} fleets are drawn; the table has all.", fleets.len()));
    }
    section
}

fn table(report: &WorldReport) -> Table {
    let row = |fleet: &FleetHistory| {
        let now = report.overview.fleets.iter().find(|known| known.id == fleet.id);
        let sum = |events: &[(Time, u32)]| events.iter().map(|(_, count)| *count).fold(0_u32, u32::saturating_add);
        let units = fleet.units.last().map_or(Decimal::ZERO, |(_, units)| *units);
        vec![
            fleet.name.clone().unwrap_or_default(),
            kind_name(&fleet.kind),
            now.map_or("deleted", |known| known.status.as_str()).to_owned(),
            format!("{} of {}", shortest(units), fleet.target_capacity.unwrap_or(0)),
            fleet.instances.last().map_or(0, |(_, count)| *count).to_string(),
            sum(&fleet.lost).to_string(),
            sum(&fleet.replaced).to_string(),
            fleet.id.clone(),
        ]
    };
    Table {
        caption: "All fleets, by creation".to_owned(),
        columns: vec![
            Column::Text("Name"),
            Column::Text("Kind"),
            Column::Text("Status"),
            Column::Number("Units"),
            Column::Number("Running"),
            Column::Number("Lost"),
            Column::Number("Launched later"),
            Column::Text("Id"),
        ],
        rows: report.history.fleets.iter().map(row).collect(),
    }
}

/// When it was short, in words.
fn shortage_sentence(fleet: &FleetHistory) -> Option<String> {
    let shortages = fleet.shortages();
    let last = shortages.last()?;
    let until = last.to.map_or_else(|| "now".to_owned(), text_of);
    let (missing, target) = (shortest(last.missing), last.target);
    Some(match shortages.len() {
        1 => format!("Short from {} until {until}, by up to {missing} of {target} units.", text_of(last.from)),
        count => format!(
            "Short {count} times, at last from {} until {until}, by up to {missing} of {target} units.",
            text_of(last.from)
        ),
    })
}

fn chart(fleet: &FleetHistory, index: usize, clock: Time) -> Chart {
    let target: Vec<(Time, Decimal)> =
        fleet.targets.iter().map(|(time, target)| (*time, Decimal::from(*target))).collect();
    let name = fleet_name(fleet.name.as_deref(), &fleet.id);
    let (first, last) = (fleet.units.first(), fleet.units.last());
    let units = |step: Option<&(Time, Decimal)>| step.map_or_else(|| "0".to_owned(), |(_, units)| shortest(*units));
    Chart {
        id: format!("fleet-{index}"),
        title: format!("Capacity of {name}"),
        description: format!(
            "Units that run, from 0 to the target, from {} to {}: {} at first, {} at last; instances were lost at {} and \
             launched later at {} moments.",
            text_of(Time::START),
            text_of(clock),
            units(first),
            units(last),
            fleet.lost.len(),
            fleet.replaced.len()
        ),
        from: Time::START,
        to: clock,
        panels: vec![Panel {
            label: "Units".to_owned(),
            height: 150,
            series: vec![
                Series { name: "units running".to_owned(), style: Style::Area(0), steps: fleet.units.clone() },
                Series { name: "target".to_owned(), style: Style::Dashed(1), steps: target },
            ],
            marks: Mark::of_fleet(fleet),
        }],
    }
}

/// What the latest call of each fleet launched, and why it got no more; no section where there are none.
pub(super) fn launch_results(report: &WorldReport) -> Option<Section> {
    let with_results: Vec<&FleetOverview> =
        report.overview.fleets.iter().filter(|fleet| !fleet.launch_results.is_empty()).collect();
    if with_results.is_empty() {
        return None;
    }
    let mut section = Section::new("launch-results", "Launch results");
    section.text("What each pool gave in the latest call of a group, and why it gave no more. Later replacements are in the history.");
    for fleet in with_results {
        let row = |result: &LaunchResult| {
            vec![
                result.zone_id.to_string(),
                result.instance_type.to_string(),
                result.spot_strategy.name().to_owned(),
                result.amount.to_string(),
                result.error_code.clone().unwrap_or_default(),
                result.error_msg.clone().unwrap_or_default(),
            ]
        };
        section.table(&Table {
            caption: fleet_name(fleet.name.as_deref(), &fleet.id),
            columns: vec![
                Column::Text("Zone"),
                Column::Text("Instance type"),
                Column::Text("Spot strategy"),
                Column::Number("Launched"),
                Column::Text("Code"),
                Column::Text("Reason"),
            ],
            rows: fleet.launch_results.iter().map(row).collect(),
        });
    }
    Some(section)
}
