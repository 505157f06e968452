//! When instances began to hold stock and ceased to. Rows are only added, so that what instances cost stays known after
//! they ended (W13).

use std::collections::BTreeMap;

use super::batch::{Batch, BatchSpec};
use super::counter::Counter;
use super::instance_page::InstanceRow;
use super::pool_use::{billing_number, billing_of};
use super::{Result, World, WorldTx, decimal, read_document, write_document};
use crate::base::counted_id::{ReadIds, WrittenIds};
use crate::base::order::Order;
use crate::base::{Billing, Decimal, InstanceId, InstanceTypeName, RegionId, Time, ZoneId};
use crate::cloud::step::EndReason;
use crate::cloud::store::{Row, damaged};

/// What happened to instances.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InstanceEventKind {
    Launched,
    /// They hold stock again, or stock of another pool.
    Started,
    /// From then on they hold no stock, neither of their pool nor of another.
    Stopped,
    Lost,
    Released,
}

/// Equal instances to which something happened at one moment.
#[derive(Clone, Debug)]
pub(crate) struct InstanceEvent {
    pub(crate) time: Time,
    pub(crate) kind: InstanceEventKind,
    pub(crate) region: RegionId,
    pub(crate) fleet_id: String,
    pub(crate) zone_id: ZoneId,
    pub(crate) instance_type: InstanceTypeName,
    pub(crate) billing: Billing,
    pub(crate) weight: Decimal,
    /// At launch.
    pub(crate) hourly_price: Decimal,
    launch_time: Time,
    /// Each with its launch index.
    pub(crate) instances: Vec<(InstanceId, u32)>,
}

/// A span of time in which an instance held stock of one pool, and was charged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct UsagePeriod {
    pub(crate) instance_id: InstanceId,
    pub(crate) launch_index: u32,
    pub(crate) region: RegionId,
    pub(crate) fleet_id: String,
    pub(crate) zone_id: ZoneId,
    pub(crate) instance_type: InstanceTypeName,
    pub(crate) billing: Billing,
    pub(crate) weight: Decimal,
    pub(crate) begin: Time,
    /// Absent while it lasts.
    pub(crate) end: Option<Time>,
}

/// What the instances of an event have in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct BatchOrigin<'b> {
    pub(super) fleet_id: &'b str,
    pub(super) spec: &'b BatchSpec,
    pub(super) launch_time: Time,
}

const COLUMNS: &str = "time, kind, region, fleet_id, zone, instance_type, billing, weight, price, launch_time, \
    instances, launch_indexes";

impl World<'_, '_> {
    pub(super) fn record_instance_event(
        &mut self,
        kind: InstanceEventKind,
        of: BatchOrigin<'_>,
        instances: &[(&InstanceId, u32)],
    ) -> Result<()> {
        if instances.is_empty() {
            return Ok(());
        }
        let sequence = self.next_number(Counter::InstanceEvents)?;
        let ids = instances.iter().map(|(id, _)| *id);
        let indexes: Vec<u32> = instances.iter().map(|(_, index)| *index).collect();
        let (zone_id, instance_type) = of.spec.pool_name();
        self.whole.tx.execute(
            "INSERT INTO instance_events (region, sequence, time, kind, fleet_id, zone, instance_type, billing, weight,
                 price, launch_time, instances, launch_indexes)
             VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)",
            &[
                self.region.as_str().into(),
                sequence.into(),
                self.whole.now.unix_seconds().into(),
                kind.number().into(),
                of.fleet_id.into(),
                zone_id.into(),
                instance_type.into(),
                billing_number(of.spec.billing).into(),
                of.spec.weight.to_string().into(),
                of.spec.hourly_price.to_string().into(),
                of.launch_time.unix_seconds().into(),
                write_document(&WrittenIds(ids)).into(),
                write_document(&runs(&indexes)).into(),
            ],
        )?;
        Ok(())
    }
}

impl WorldTx<'_> {
    /// Records what happened to some instances of a batch.
    pub(super) fn record_event_of_rows<'r>(
        &mut self,
        kind: InstanceEventKind,
        batch: &Batch,
        rows: impl Iterator<Item = &'r InstanceRow>,
    ) -> Result<()> {
        let instances: Vec<_> = rows.map(|row| (&row.instance_id, row.launch_index)).collect();
        let of = BatchOrigin { fleet_id: &batch.fleet_id, spec: &batch.spec, launch_time: batch.launch_time };
        self.in_region(&batch.region).record_instance_event(kind, of, &instances)
    }

    /// What happened to instances of all regions, oldest first.
    pub(crate) fn instance_events(&mut self) -> Result<Vec<InstanceEvent>> {
        let rows =
            self.tx.query(&format!("SELECT {COLUMNS} FROM instance_events ORDER BY time, region, sequence"), &[])?;
        Ok(rows.iter().map(read_event).collect())
    }
}

/// The spans in which instances held stock, by begin. Instances that were launched before the world recorded events are
/// those of `running` that no event launched; they were charged from their launch on.
pub(crate) fn usage_periods(events: &[InstanceEvent], running: &[(Batch, Vec<InstanceRow>)]) -> Vec<UsagePeriod> {
    let mut open: BTreeMap<&InstanceId, UsagePeriod> = BTreeMap::new();
    let mut periods = Vec::new();
    for event in events {
        for (instance_id, launch_index) in &event.instances {
            let of_event = |begin, end| UsagePeriod {
                instance_id: instance_id.clone(),
                launch_index: *launch_index,
                region: event.region.clone(),
                fleet_id: event.fleet_id.clone(),
                zone_id: event.zone_id.clone(),
                instance_type: event.instance_type.clone(),
                billing: event.billing,
                weight: event.weight,
                begin,
                end,
            };
            if event.kind.holds_stock() {
                open.insert(instance_id, of_event(event.time, None));
            } else {
                let begun = open.remove(instance_id).unwrap_or_else(|| of_event(event.launch_time, None));
                periods.push(UsagePeriod { end: Some(event.time), ..begun });
            }
        }
    }
    for (batch, row) in running.iter().flat_map(|(batch, rows)| rows.iter().map(move |row| (batch, row))) {
        if row.state.holds_stock() && !open.contains_key(&row.instance_id) {
            periods.push(UsagePeriod {
                instance_id: row.instance_id.clone(),
                launch_index: row.launch_index,
                region: batch.region.clone(),
                fleet_id: batch.fleet_id.clone(),
                zone_id: batch.spec.zone_id.clone(),
                instance_type: batch.spec.instance_type.clone(),
                billing: batch.spec.billing,
                weight: batch.spec.weight,
                begin: batch.launch_time,
                end: None,
            });
        }
    }
    periods.extend(open.into_values());
    periods.retain(|period| period.end != Some(period.begin));
    periods.order_by(|a, b| (a.begin, &a.instance_id).cmp(&(b.begin, &b.instance_id)));
    periods
}

/// Runs of consecutive numbers, each as its first one and its length.
fn runs(indexes: &[u32]) -> Vec<(u32, u32)> {
    let runs = indexes.chunk_by(|one, next| one.checked_add(1) == Some(*next));
    runs.map(|run| (run[0], u32::try_from(run.len()).unwrap_or(u32::MAX))).collect()
}

fn read_event(row: &Row) -> InstanceEvent {
    let ids = read_document::<ReadIds>(row.text(10)).0;
    let indexes: Vec<u32> = read_document::<Vec<(u32, u32)>>(row.text(11))
        .into_iter()
        .flat_map(|(first, length)| first..first.saturating_add(length))
        .take(ids.len())
        .collect();
    if indexes.len() != ids.len() {
        damaged("an event of instances has fewer launch indexes than ids");
    }
    InstanceEvent {
        time: row.time(0),
        kind: InstanceEventKind::of(row.number(1)),
        region: row.text(2).into(),
        fleet_id: row.text(3).to_owned(),
        zone_id: row.text(4).into(),
        instance_type: row.text(5).into(),
        billing: billing_of(row.number(6)),
        weight: decimal(row.text(7)),
        hourly_price: decimal(row.text(8)),
        launch_time: row.time(9),
        instances: ids.into_iter().zip(indexes).collect(),
    }
}

impl InstanceEventKind {
    const ALL: [Self; 5] = [Self::Launched, Self::Started, Self::Stopped, Self::Lost, Self::Released];

    /// Whether the instances hold stock from then on.
    pub(crate) const fn holds_stock(self) -> bool {
        matches!(self, Self::Launched | Self::Started)
    }

    const fn number(self) -> i64 {
        match self {
            Self::Launched => 0,
            Self::Started => 1,
            Self::Stopped => 2,
            Self::Lost => 3,
            Self::Released => 4,
        }
    }

    fn of(number: i64) -> Self {
        let found = Self::ALL.into_iter().find(|kind| kind.number() == number);
        found.unwrap_or_else(|| damaged("the kind of an event of instances does not read back"))
    }
}

impl From<EndReason> for InstanceEventKind {
    fn from(reason: EndReason) -> Self {
        match reason {
            EndReason::Lost => Self::Lost,
            EndReason::Stopped => Self::Stopped,
            EndReason::Released => Self::Released,
        }
    }
}
