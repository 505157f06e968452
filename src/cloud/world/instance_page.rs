//! Instances as their table keeps them: page by page, because a row for each would be half of what a launch costs.
//!
//! A page holds up to [`MAX_INSTANCES_PER_PAGE`] of one batch whose ids follow each other, so the first id tells all the others.

use std::collections::{BTreeMap, BTreeSet};

use super::batch::Batch;
use super::{Result, World, WorldTx};
use crate::base::order::Order;
use crate::base::{CountedId, InstanceId};
use crate::cloud::model::InstancePosition;
use crate::cloud::step::ReclaimCause;
use crate::cloud::store::{Row, SqlValue, damaged};

/// One instance as its page keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct InstanceRow {
    /// Its position among all that its batch was launched with.
    pub(crate) ordinal: u32,
    pub(crate) instance_id: InstanceId,
    pub(crate) launch_index: u32,
    pub(crate) state: InstanceRowState,
    pub(crate) private_ip: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum InstanceRowState {
    Live,
    Lost,
    /// It takes nothing from its pool.
    Stopped,
    /// It keeps its part of the pool and its price (O5).
    StoppedInPlace,
}

/// What a change does with the row of an instance.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum RowChange {
    Keep,
    Remove,
}

/// A page stays well below the size that either engine stores within a row.
const MAX_INSTANCES_PER_PAGE: u8 = 64;

/// An instance is its position in the page (one byte), its state (one), its launch index (four) and its private address
/// (four, zero for none), the highest byte first.
const BYTES: usize = 10;

/// No fleet launches more, and sums do not overflow.
const LARGEST_LAUNCH_INDEX: u32 = 1 << 28;

const COLUMNS: &str = "batch_id, first_ordinal, first_id, instances";

impl World<'_, '_> {
    /// An instance of this region with its batch.
    pub(crate) fn instance_row(&mut self, instance_id: &str) -> Result<Option<(Batch, InstanceRow)>> {
        let found = self.instance_of_any_region(instance_id)?;
        Ok(found.filter(|(batch, _)| batch.region == *self.region))
    }
}

impl World<'_, '_> {
    /// The instances of this region by batch, in launch order.
    pub(super) fn instances_of_region(&mut self) -> Result<BTreeMap<i64, Vec<InstanceRow>>> {
        let region = self.region.as_str().into();
        let pages = self.pages_where(
            "batch_id IN (SELECT batch_id FROM batches WHERE region = $1) ORDER BY batch_id, first_ordinal",
            &[region],
        )?;
        Ok(by_batch(pages))
    }
}

impl World<'_, '_> {
    /// At most `most` instances of this region behind a position, by batch, in launch order.
    pub(super) fn instance_rows_after(
        &mut self,
        after: InstancePosition,
        most: usize,
    ) -> Result<BTreeMap<i64, Vec<InstanceRow>>> {
        let (_, last) = self.batch_ids();
        // A page that begins before the position may reach beyond it.
        let first_ordinal = i64::from(after.ordinal) - i64::from(MAX_INSTANCES_PER_PAGE);
        let limit = i64::try_from(most).unwrap_or(i64::MAX);
        let rows = self.whole.tx.query(
            &format!(
                "SELECT {COLUMNS} FROM instance_pages WHERE (batch_id, first_ordinal) > ($1, $2) AND batch_id <= $3
                 ORDER BY batch_id, first_ordinal LIMIT $4"
            ),
            &[after.batch.into(), first_ordinal.into(), last.into(), (limit.saturating_add(1)).into()],
        )?;
        let instances = rows.iter().map(StoredPage::read).flat_map(|page| {
            let batch = page.batch_id;
            page.instances.into_iter().map(move |instance| (batch, instance))
        });
        let behind = |batch, ordinal| InstancePosition { batch, ordinal } > after;
        let mut found: BTreeMap<i64, Vec<InstanceRow>> = BTreeMap::new();
        for (batch, instance) in instances.filter(|(batch, row)| behind(*batch, row.ordinal)).take(most) {
            found.entry(batch).or_default().push(instance);
        }
        Ok(found)
    }
}

impl WorldTx<'_> {
    /// An instance with its batch.
    pub(crate) fn instance_of_any_region(&mut self, instance_id: &str) -> Result<Option<(Batch, InstanceRow)>> {
        let pages = self.pages_where("first_id <= $1 ORDER BY first_id DESC LIMIT 1", &[instance_id.into()])?;
        let found = pages.into_iter().find_map(|page| {
            let instance = page.instances.into_iter().find(|instance| instance.instance_id.as_str() == instance_id)?;
            Some((page.batch_id, instance))
        });
        let Some((batch_id, instance)) = found else { return Ok(None) };
        Ok(self.batch(batch_id)?.map(|batch| (batch, instance)))
    }

    /// Keeps the instances that a batch was launched with.
    pub(super) fn insert_instances(&mut self, batch_id: i64, instances: &[InstanceRow]) -> Result<()> {
        let rows = pages(batch_id, instances).iter().map(StoredPage::columns).collect();
        self.tx.execute_many(
            "INSERT INTO instance_pages (batch_id, first_ordinal, first_id, lost, instances)
             VALUES ($1, $2, $3, $4, $5)",
            rows,
        )?;
        Ok(())
    }

    /// The instances of a batch, in launch order.
    pub(crate) fn instances_of(&mut self, batch_id: i64) -> Result<Vec<InstanceRow>> {
        let pages = self.pages_where("batch_id = $1 ORDER BY first_ordinal", &[batch_id.into()])?;
        Ok(pages.into_iter().flat_map(|page| page.instances).collect())
    }

    /// The instances of a fleet by batch, in launch order.
    pub(super) fn instances_of_fleet(&mut self, fleet_id: &str) -> Result<BTreeMap<i64, Vec<InstanceRow>>> {
        let pages = self.pages_where(
            "batch_id IN (SELECT batch_id FROM batches WHERE fleet_id = $1) ORDER BY batch_id, first_ordinal",
            &[fleet_id.into()],
        )?;
        Ok(by_batch(pages))
    }

    /// The batches of all regions that hold stock, with their instances.
    pub(crate) fn running_instances(&mut self) -> Result<Vec<(Batch, Vec<InstanceRow>)>> {
        let batches = self.live_batches()?;
        let pages = self.pages_where(
            "batch_id IN (SELECT batch_id FROM batches WHERE live > 0) ORDER BY batch_id, first_ordinal",
            &[],
        )?;
        let mut instances: BTreeMap<i64, Vec<InstanceRow>> = BTreeMap::new();
        for page in pages {
            instances.entry(page.batch_id).or_default().extend(page.instances);
        }
        let with_instances = |batch: Batch| {
            let of_batch = instances.remove(&batch.id).unwrap_or_default();
            (batch, of_batch)
        };
        Ok(batches.into_iter().map(with_instances).collect())
    }

    /// The lost instances of a fleet that has these batches, by launch index.
    pub(crate) fn lost_instances_of(&mut self, fleet_id: &str, batches: &[Batch]) -> Result<Vec<(Batch, InstanceRow)>> {
        let pages = self.pages_where(
            "lost > 0 AND batch_id IN (SELECT batch_id FROM batches WHERE fleet_id = $1)",
            &[fleet_id.into()],
        )?;
        let mut lost = Vec::new();
        for page in pages {
            let Some(batch) = batches.iter().find(|batch| batch.id == page.batch_id) else { continue };
            let instances = page.instances.into_iter().filter(|instance| instance.state == InstanceRowState::Lost);
            lost.extend(instances.map(|instance| (batch.clone(), instance)));
        }
        lost.order_by_key(|(_, instance)| instance.launch_index);
        Ok(lost)
    }

    /// Changes the instances of a batch that have these ordinals.
    pub(super) fn change_instances(
        &mut self,
        batch_id: i64,
        ordinals: &BTreeSet<u32>,
        change: impl Fn(&mut InstanceRow) -> RowChange,
    ) -> Result<()> {
        let (Some(first), Some(last)) = (ordinals.first(), ordinals.last()) else { return Ok(()) };
        let pages = self.pages_where(
            "batch_id = $1 AND first_ordinal > $2 AND first_ordinal <= $3 ORDER BY first_ordinal",
            &[batch_id.into(), (i64::from(*first) - i64::from(MAX_INSTANCES_PER_PAGE)).into(), (*last).into()],
        )?;
        let (mut changed, mut emptied) = (Vec::new(), Vec::new());
        for mut page in pages {
            let before = page.instances.clone();
            page.instances
                .retain_mut(|instance| !ordinals.contains(&instance.ordinal) || change(instance) == RowChange::Keep);
            if page.instances.is_empty() {
                emptied.push(page.key().to_vec());
            } else if page.instances != before {
                let [batch_id, first_ordinal] = page.key();
                changed.push(vec![page.lost().into(), page.bytes().into(), batch_id, first_ordinal]);
            }
        }
        self.tx.execute_many(
            "UPDATE instance_pages SET lost = $1, instances = $2 WHERE batch_id = $3 AND first_ordinal = $4",
            changed,
        )?;
        self.tx.execute_many("DELETE FROM instance_pages WHERE batch_id = $1 AND first_ordinal = $2", emptied)?;
        Ok(())
    }

    /// Forgets a batch of which no instance is left, not even a lost one.
    pub(super) fn delete_empty_batch(&mut self, batch_id: i64) -> Result<()> {
        self.tx.execute(
            "DELETE FROM batches WHERE batch_id = $1
             AND NOT EXISTS (SELECT 1 FROM instance_pages WHERE instance_pages.batch_id = batches.batch_id)",
            &[batch_id.into()],
        )?;
        Ok(())
    }

    fn pages_where(&mut self, condition: &'static str, parameters: &[SqlValue]) -> Result<Vec<StoredPage>> {
        let rows = self.tx.query(&format!("SELECT {COLUMNS} FROM instance_pages WHERE {condition}"), parameters)?;
        Ok(rows.iter().map(StoredPage::read).collect())
    }
}

/// Instances of a batch that were launched with ids one after the other.
#[derive(Debug)]
struct StoredPage {
    batch_id: i64,
    /// Of those that it was made with, as is the id.
    first_ordinal: u32,
    first_id: InstanceId,
    instances: Vec<InstanceRow>,
}

fn by_batch(pages: Vec<StoredPage>) -> BTreeMap<i64, Vec<InstanceRow>> {
    let mut instances: BTreeMap<i64, Vec<InstanceRow>> = BTreeMap::new();
    for page in pages {
        instances.entry(page.batch_id).or_default().extend(page.instances);
    }
    instances
}

/// A new page begins where one is full, and where the count in the ids starts again.
fn pages(batch_id: i64, mut instances: &[InstanceRow]) -> Vec<StoredPage> {
    let mut pages = Vec::new();
    while let Some(InstanceRow { ordinal: first_ordinal, instance_id: first_id, .. }) = instances.first() {
        let first = counted(first_id);
        let is_on_page = |row: &&InstanceRow| counted(&row.instance_id).is_after(first, row.ordinal - first_ordinal);
        let length = instances.iter().take(MAX_INSTANCES_PER_PAGE.into()).take_while(is_on_page).count();
        let (of_page, others) = instances.split_at(length);
        let (first_ordinal, first_id) = (*first_ordinal, first_id.clone());
        pages.push(StoredPage { batch_id, first_ordinal, first_id, instances: of_page.to_vec() });
        instances = others;
    }
    pages
}

impl StoredPage {
    fn read(row: &Row) -> Self {
        let (first_ordinal, first_id) = (row.count(1), InstanceId::from(row.text(2)));
        let instances = read_instances(row.bytes(3), first_ordinal, &first_id);
        Self { batch_id: row.number(0), first_ordinal, first_id, instances }
    }

    fn key(&self) -> [SqlValue; 2] {
        [self.batch_id.into(), self.first_ordinal.into()]
    }

    fn columns(&self) -> Vec<SqlValue> {
        let [batch_id, first_ordinal] = self.key();
        vec![batch_id, first_ordinal, self.first_id.as_str().into(), self.lost().into(), self.bytes().into()]
    }

    fn lost(&self) -> u32 {
        let lost = self.instances.iter().filter(|instance| instance.state == InstanceRowState::Lost);
        u32::try_from(lost.count()).unwrap_or(u32::MAX)
    }

    fn bytes(&self) -> Vec<u8> {
        let mut bytes = Vec::with_capacity(self.instances.len() * BYTES);
        for instance in &self.instances {
            let place = u8::try_from(instance.ordinal - self.first_ordinal);
            bytes.push(place.expect("a page holds fewer than a byte counts"));
            bytes.push(instance.state.number());
            bytes.extend(instance.launch_index.to_be_bytes());
            bytes.extend(instance.private_ip.unwrap_or(0).to_be_bytes());
        }
        bytes
    }
}

fn read_instances(bytes: &[u8], first_ordinal: u32, first_id: &InstanceId) -> Vec<InstanceRow> {
    let first = counted(first_id);
    let read = |bytes: &[u8]| {
        let number = |from: usize| u32::from_be_bytes([bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]]);
        let place = u32::from(bytes[0]);
        InstanceRow {
            ordinal: first_ordinal + place,
            instance_id: first.plus(place).unwrap_or_else(|| damaged("the ids of a page do not follow each other")),
            launch_index: Some(number(2))
                .filter(|index| *index <= LARGEST_LAUNCH_INDEX)
                .unwrap_or_else(|| damaged("the launch index of an instance does not read back")),
            state: InstanceRowState::of(bytes[1]),
            private_ip: Some(number(6)).filter(|address| *address != 0),
        }
    };
    bytes.chunks_exact(BYTES).map(read).collect()
}

fn counted(id: &InstanceId) -> CountedId<'_> {
    CountedId::parse(id).unwrap_or_else(|| damaged("the id of an instance does not read back"))
}

impl InstanceRowState {
    /// Whether an instance in this state can be taken from its fleet for such a cause.
    pub(crate) const fn can_be_taken(self, cause: ReclaimCause) -> bool {
        match self {
            Self::Live | Self::StoppedInPlace => true,
            Self::Stopped => cause.takes_stopped(),
            Self::Lost => false,
        }
    }

    const fn number(self) -> u8 {
        match self {
            Self::Live => 0,
            Self::Lost => 1,
            Self::Stopped => 2,
            Self::StoppedInPlace => 3,
        }
    }

    /// Whether an instance in this state counts as in use, of its pool and of the quota.
    pub(crate) const fn holds_stock(self) -> bool {
        matches!(self, Self::Live | Self::StoppedInPlace)
    }

    const fn of(number: u8) -> Self {
        match number {
            0 => Self::Live,
            1 => Self::Lost,
            3 => Self::StoppedInPlace,
            _ => Self::Stopped,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_end_where_they_are_full_and_where_ids_are_counted_anew() {
        let row = |ordinal: u32, id: &str| InstanceRow {
            ordinal,
            instance_id: id.into(),
            launch_index: ordinal + 7,
            state: if ordinal == 2 { InstanceRowState::Lost } else { InstanceRowState::Live },
            private_ip: (ordinal != 2).then_some(0x0a00_0001 + ordinal),
        };
        let ids = ["i-bp1234567890abcdzzzy", "i-bp1234567890abcdzzzz", "i-bp1234567890abcd0000"];
        let mut rows: Vec<InstanceRow> = (0..).zip(ids).map(|(ordinal, id)| row(ordinal, id)).collect();
        let last = counted(&rows[2].instance_id);
        let more: Vec<InstanceId> = (1..100).filter_map(|count| last.plus(count)).collect();
        rows.extend((3..).zip(&more).map(|(ordinal, id)| row(ordinal, id.as_str())));
        let pages = pages(1, &rows);
        assert_eq!(pages.iter().map(|page| page.instances.len()).collect::<Vec<_>>(), [2, 64, 36]);
        let read: Vec<InstanceRow> =
            pages.iter().flat_map(|page| read_instances(&page.bytes(), page.first_ordinal, &page.first_id)).collect();
        assert_eq!(read, rows);
    }
}
