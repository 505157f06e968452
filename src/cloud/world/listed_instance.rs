//! Instances in the order of their launch, with what each was launched with: those behind a position, or some by id.
//!
//! Reading a thousand of them costs the same in a small world as in a large one.

use std::collections::{BTreeMap, BTreeSet};

use super::fleet::{COLUMNS, read_fleet};
use super::listing::{BatchView, FleetSettings, missing_fleet, read_shared};
use super::{Batch, Fleet, FleetRequest, InstanceRow, Result, World};
use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::base::wildcard::matches_wildcard;
use crate::base::{InstanceId, Time};
use crate::cloud::model::{Instance, InstanceColumn, InstancePosition, LaunchInstanceRequest};
use crate::cloud::step::Phase;
use crate::cloud::store::Row;

/// An instance, where it stands among all, and the fleet that it is if it was launched by itself.
#[derive(Debug)]
pub(crate) struct ListedInstance {
    pub(crate) position: InstancePosition,
    pub(crate) instance: Instance,
    pub(crate) single: Option<Fleet<LaunchInstanceRequest>>,
}

/// Instances as they are kept, with their batches, by position.
#[derive(Debug, Default)]
pub(crate) struct KeptInstances {
    batches: Vec<(Batch, Vec<InstanceRow>)>,
}

impl KeptInstances {
    /// The last one, and how many there are.
    pub(crate) fn last(&self) -> Option<(InstancePosition, usize)> {
        let (batch, rows) = self.batches.last()?;
        let position = InstancePosition { batch: batch.id, ordinal: rows.last()?.ordinal };
        Some((position, self.batches.iter().map(|(_, rows)| rows.len()).sum()))
    }

    /// Leaves out those that stand behind a position.
    pub(crate) fn cut_behind(&mut self, last: InstancePosition) {
        self.retain(|batch, row| InstancePosition { batch: batch.id, ordinal: row.ordinal } <= last);
    }

    /// Keeps those whose columns match.
    pub(crate) fn retain_matching(&mut self, columns: &[(InstanceColumn, Vec<String>)], now: Time) {
        if !columns.is_empty() {
            self.retain(|batch, row| {
                columns.iter().all(|(column, patterns)| matches(batch, row, now, *column, patterns))
            });
        }
    }

    fn retain(&mut self, keep: impl Fn(&Batch, &InstanceRow) -> bool) {
        for (batch, rows) in &mut self.batches {
            rows.retain(|row| keep(batch, row));
        }
        self.batches.retain(|(_, rows)| !rows.is_empty());
    }
}

fn matches(batch: &Batch, row: &InstanceRow, now: Time, column: InstanceColumn, patterns: &[String]) -> bool {
    let spec = &batch.spec;
    let value = match column {
        InstanceColumn::Image => spec.image_id.as_str(),
        InstanceColumn::InstanceType => spec.instance_type.as_str(),
        InstanceColumn::KeyPair => spec.key_name.as_ref().map_or("", |name| name.as_str()),
        InstanceColumn::State => BatchView::new(batch, &[], now).state(row.state).name(),
        InstanceColumn::Zone => spec.zone_id.as_str(),
    };
    patterns.iter().any(|pattern| matches_wildcard(value, pattern))
}

/// What a fleet with instances was made with.
struct KeptFleet {
    shared: Vec<(u32, FleetSettings)>,
    single: Option<Fleet<LaunchInstanceRequest>>,
}

impl World<'_, '_> {
    /// At most `most` instances of this region behind a position, lost ones included; `None`: from the first on.
    pub(crate) fn instances_after(&mut self, after: Option<InstancePosition>, most: usize) -> Result<KeptInstances> {
        let after = after.unwrap_or_else(|| self.before_all());
        let mut rows = self.instance_rows_after(after, most)?;
        let (Some(first), Some(last)) = (rows.keys().next().copied(), rows.keys().next_back().copied()) else {
            return Ok(KeptInstances::default());
        };
        let batches = self.batches_between(first, last)?.into_iter();
        let batches = batches.filter_map(|batch| rows.remove(&batch.id).map(|rows| (batch, rows)));
        Ok(KeptInstances { batches: batches.collect() })
    }

    /// A position before that of every instance of this region.
    pub(crate) fn before_all(&self) -> InstancePosition {
        InstancePosition { batch: self.batch_ids().0, ordinal: 0 }
    }

    /// The instances of this region that have these ids.
    pub(crate) fn instances_by_id(&mut self, ids: &BTreeSet<InstanceId>) -> Result<KeptInstances> {
        let mut batches: BTreeMap<i64, (Batch, Vec<InstanceRow>)> = BTreeMap::new();
        for id in ids {
            if let Some((batch, row)) = self.instance_row(id.as_str())? {
                batches.entry(batch.id).or_insert_with(|| (batch, Vec::new())).1.push(row);
            }
        }
        let mut batches: Vec<(Batch, Vec<InstanceRow>)> = batches.into_values().collect();
        for (_, rows) in &mut batches {
            rows.order_by_key(|row| row.ordinal);
        }
        Ok(KeptInstances { batches })
    }

    /// Instances whose batches lie side by side, with what they were launched with.
    pub(crate) fn list_side_by_side(&mut self, kept: KeptInstances) -> Result<Vec<ListedInstance>> {
        let fleets = self.fleets_of(&kept)?;
        let mut listed = Vec::new();
        for (batch, rows) in kept.batches {
            let Some(fleet) = fleets.get(&batch.fleet_id) else { missing_fleet(&batch.fleet_id) };
            let view = BatchView::new(&batch, &fleet.shared, self.now);
            listed.extend(rows.into_iter().map(|row| ListedInstance {
                position: InstancePosition { batch: batch.id, ordinal: row.ordinal },
                instance: view.instance(row),
                single: fleet.single.clone(),
            }));
        }
        Ok(listed)
    }

    /// The same of instances that may lie anywhere.
    pub(crate) fn list_scattered(&mut self, kept: KeptInstances) -> Result<Vec<ListedInstance>> {
        let mut listed = Vec::new();
        for batch in kept.batches {
            listed.extend(self.list_side_by_side(KeptInstances { batches: vec![batch] })?);
        }
        Ok(listed)
    }

    /// The fleets of instances, deleted ones included, by id.
    fn fleets_of(&mut self, kept: &KeptInstances) -> Result<BTreeMap<String, KeptFleet>> {
        let (Some((first, _)), Some((last, _))) = (kept.batches.first(), kept.batches.last()) else {
            return Ok(BTreeMap::new());
        };
        let rows = self.whole.tx.query(
            &format!(
                "SELECT {COLUMNS}, kind FROM fleets JOIN fleet_documents USING (fleet_id)
                 WHERE fleet_id IN (SELECT fleet_id FROM batches WHERE batch_id >= $1 AND batch_id <= $2)"
            ),
            &[first.id.into(), last.id.into()],
        )?;
        let wanted: BTreeSet<&str> = kept.batches.iter().map(|(batch, _)| batch.fleet_id.as_str()).into_set();
        let rows = rows.iter().filter(|row| wanted.contains(row.text(0)));
        Ok(rows.map(|row| (row.text(0).to_owned(), read_kept_fleet(row))).into_map())
    }
}

/// Reads a fleet from a row with the columns of fleets and the kind.
fn read_kept_fleet(row: &Row) -> KeptFleet {
    let (id, kind) = (row.text(0), row.text(10));
    if kind != LaunchInstanceRequest::KIND {
        return KeptFleet { shared: read_shared(kind, row.text(8), id), single: None };
    }
    let fleet: Fleet<LaunchInstanceRequest> = read_fleet(row);
    let shared = fleet.request.shared(id);
    KeptFleet { shared, single: Some(fleet).filter(|fleet| fleet.phase != Phase::DeletedWithInstances) }
}
