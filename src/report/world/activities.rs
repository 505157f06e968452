//! The history, a table for each day.

use std::collections::BTreeMap;

use super::{fleet_name, text_of};
use crate::base::collect::IntoOrdered;
use crate::base::wording::counted;
use crate::cloud::model::{Activity, Launch, WorldReport};
use crate::report::page::{Column, Section, Table};

/// Lines that stand open; more of them are folded by day.
const MAX_UNFOLDED: usize = 100;

pub(super) fn section(report: &WorldReport) -> Section {
    let mut section = Section::new("history", "History");
    let activities = &report.history.activities;
    if activities.is_empty() {
        section.text("Nothing has happened yet.");
        return section;
    }
    let fleets = report.history.fleets.iter().map(|fleet| (fleet.id.as_str(), fleet.name.as_deref()));
    let names: BTreeMap<&str, Option<&str>> = fleets.into_map();
    let table = |of: &[&Activity], caption: String| Table {
        caption,
        columns: ["Time", "What", "Of", "Detail"].map(Column::Text).to_vec(),
        rows: of.iter().map(|activity| row(activity, &names)).collect(),
    };
    let all: Vec<&Activity> = activities.iter().collect();
    if all.len() <= MAX_UNFOLDED {
        section.table(&table(&all, "Oldest first".to_owned()));
        return section;
    }
    let day = |activity: &&Activity| text_of(activity.time).get(..10).unwrap_or_default().to_owned();
    for of_day in all.chunk_by(|one, next| day(one) == day(next)) {
        let Some(first) = of_day.first() else { continue };
        let summary = format!("{}, {}", day(first), counted(of_day.len(), "entry").replace("entrys", "entries"));
        section.folded(&summary, &table(of_day, day(first)));
    }
    section
}

fn row(activity: &Activity, names: &BTreeMap<&str, Option<&str>>) -> Vec<String> {
    let name = names.get(activity.resource_id.as_str()).copied().flatten();
    let launches: Vec<String> = activity.launches.iter().map(Launch::to_string).collect();
    let detail = if launches.is_empty() {
        activity.detail.clone()
    } else {
        format!("{}: {}", activity.detail, launches.join(", "))
    };
    vec![text_of(activity.time), activity.kind.to_string(), fleet_name(name, &activity.resource_id), detail]
}
