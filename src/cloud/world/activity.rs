//! The history: what happened to fleets and other resources, in order.

use std::collections::{BTreeMap, BTreeSet};

use super::counter::Counter;
use super::instance_event::{InstanceEvent, InstanceEventKind};
use super::{Result, World, WorldTx, read_document, write_document};
use crate::base::collect::IntoOrdered;
use crate::base::counted_id::{ReadIds, WrittenIds};
use crate::base::{InstanceId, Time};
use crate::cloud::model::{Activity, ActivityKind, Launch, Termination};
use crate::cloud::store::{Row, SqlValue, damaged};

impl World<'_, '_> {
    /// Adds an activity to the history of this region.
    pub(crate) fn record(
        &mut self,
        kind: ActivityKind,
        resource_id: &str,
        detail: String,
        created: &[InstanceId],
        destroyed: &[InstanceId],
    ) -> Result<()> {
        let sequence = self.next_number(Counter::Activities)?;
        self.whole.tx.execute(
            "INSERT INTO history (region, sequence, time, kind, resource_id, detail, created, destroyed)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
            &[
                self.region.as_str().into(),
                sequence.into(),
                self.whole.now.unix_seconds().into(),
                kind.name().into(),
                resource_id.into(),
                detail.into(),
                write_document(&WrittenIds(created.iter())).into(),
                write_document(&WrittenIds(destroyed.iter())).into(),
            ],
        )?;
        Ok(())
    }
}

impl WorldTx<'_> {
    /// How much of each region's history there is.
    pub(crate) fn history_mark(&mut self) -> Result<HistoryMark> {
        let rows = self.tx.query("SELECT region, max(sequence) FROM history GROUP BY region", &[])?;
        Ok(HistoryMark(rows.iter().map(|row| (row.text(0).to_owned(), row.number(1))).into_map()))
    }

    /// What happened since, in the order of [`World::history`], with where instances were launched and terminated.
    pub(crate) fn history_since(&mut self, mark: &HistoryMark) -> Result<Vec<Activity>> {
        let rows = self.history_where("", &[])?;
        let is_new = |row: &&Row| mark.0.get(row.text(6)).is_none_or(|last| row.number(7) > *last);
        let mut activities: Vec<Activity> = rows.iter().filter(is_new).map(read_activity).collect();
        if activities.iter().any(|activity| !activity.created.is_empty() || !activity.destroyed.is_empty()) {
            add_instance_facts(&mut activities, &self.instance_events()?);
        }
        Ok(activities)
    }

    /// Oldest first; of one fleet, or of all, where what happened at one moment goes by region.
    pub(crate) fn history(&mut self, resource_id: Option<&str>) -> Result<Vec<Activity>> {
        let rows = match resource_id {
            Some(resource_id) => self.history_where("WHERE resource_id = $1", &[resource_id.into()])?,
            None => self.history_where("", &[])?,
        };
        Ok(rows.iter().map(read_activity).collect())
    }

    /// What [`read_activity`] reads, and then region and sequence.
    fn history_where(&mut self, filter: &'static str, parameters: &[SqlValue]) -> Result<Vec<Row>> {
        let sql = format!(
            "SELECT time, kind, resource_id, detail, created, destroyed, region, sequence FROM history {filter}
             ORDER BY time, region, sequence"
        );
        Ok(self.tx.query(&sql, parameters)?)
    }
}

/// Says of the activities where what they created was launched, and where what they destroyed ran.
pub(crate) fn add_instance_facts(activities: &mut [Activity], events: &[InstanceEvent]) {
    let mut by_moment: BTreeMap<(&str, Time), Vec<&InstanceEvent>> = BTreeMap::new();
    for event in events {
        by_moment.entry((&event.fleet_id, event.time)).or_default().push(event);
    }
    for activity in activities {
        let Some(events) = by_moment.get(&(activity.resource_id.as_str(), activity.time)) else { continue };
        activity.launches = launches(&activity.created, events);
        activity.terminations = terminations(&activity.destroyed, events);
    }
}

fn launches(created: &[InstanceId], events: &[&InstanceEvent]) -> Vec<Launch> {
    let created: BTreeSet<&InstanceId> = created.iter().into_set();
    let launched = events.iter().filter(|event| event.kind == InstanceEventKind::Launched);
    let launch = |event: &&InstanceEvent| Launch {
        zone_id: event.zone_id.clone(),
        instance_type: event.instance_type.clone(),
        billing: event.billing,
        hourly_price: event.hourly_price,
        weight: event.weight,
        instances: count_among(event, &created),
    };
    launched.map(launch).filter(|launch| launch.instances > 0).collect()
}

fn terminations(destroyed: &[InstanceId], events: &[&InstanceEvent]) -> Vec<Termination> {
    let destroyed: BTreeSet<&InstanceId> = destroyed.iter().into_set();
    let has_ended =
        |event: &&&InstanceEvent| event.kind == InstanceEventKind::Lost || event.kind == InstanceEventKind::Released;
    let termination = |event: &&InstanceEvent| Termination {
        zone_id: event.zone_id.clone(),
        instance_type: event.instance_type.clone(),
        billing: event.billing,
        is_loss: event.kind == InstanceEventKind::Lost,
        instances: count_among(event, &destroyed),
    };
    events.iter().filter(has_ended).map(termination).filter(|termination| termination.instances > 0).collect()
}

fn count_among(event: &InstanceEvent, ids: &BTreeSet<&InstanceId>) -> u32 {
    let instances = event.instances.iter().filter(|(id, _)| ids.contains(id)).count();
    u32::try_from(instances).unwrap_or(u32::MAX)
}

/// The last entry of each region that has any.
#[derive(Debug)]
pub(crate) struct HistoryMark(BTreeMap<String, i64>);

fn read_activity(row: &Row) -> Activity {
    Activity {
        time: row.time(0),
        kind: activity_kind(row.text(1)),
        resource_id: row.text(2).to_owned(),
        detail: row.text(3).to_owned(),
        created: read_document::<ReadIds>(row.text(4)).0,
        destroyed: read_document::<ReadIds>(row.text(5)).0,
        launches: Vec::new(),
        terminations: Vec::new(),
    }
}

fn activity_kind(name: &str) -> ActivityKind {
    ActivityKind::named(name).unwrap_or_else(|| damaged("the kind of an activity does not read back"))
}
