//! What a fleet launched in one market: batches with living or stopped instances.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::base::collect::IntoOrdered;
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal, InstanceId, Time};
use crate::cloud::world::{Batch, InstanceRow, InstanceRowState};

/// Oldest first. A batch leaves with its last living or stopped instance.
#[derive(Debug, Default)]
pub(super) struct Batches {
    known: Vec<MemoryBatch>,
    next_batch_id: i64,
    /// All that were launched.
    launched_instances: u64,
}

/// A batch, and where its instances are counted.
#[derive(Debug)]
pub(super) struct MemoryBatch {
    pub(super) batch: Batch,
    /// The index of its pool.
    pub(super) pool: usize,
    /// The number of its first instance among all that the fleet launched.
    pub(super) first_instance: u64,
    /// The ids of instances that were launched before the market began.
    pub(super) ids: BTreeMap<u32, InstanceId>,
    instances: Vec<MemoryInstance>,
}

#[derive(Clone, Copy, Debug)]
pub(super) struct MemoryInstance {
    pub(super) ordinal: u32,
    pub(super) launch_index: u32,
    pub(super) state: InstanceRowState,
}

impl MemoryBatch {
    /// Living and stopped instances.
    pub(super) fn held_instances(&self) -> impl Iterator<Item = MemoryInstance> {
        self.instances.iter().copied().filter(|own| own.state != InstanceRowState::Lost)
    }

    fn count(&self, is_counted: impl Fn(InstanceRowState) -> bool) -> u32 {
        let count = self.instances.iter().filter(|own| is_counted(own.state)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }
}

impl Batches {
    pub(super) fn iter(&self) -> impl Iterator<Item = &MemoryBatch> {
        self.known.iter()
    }

    pub(super) fn get(&self, batch_id: i64) -> Option<&MemoryBatch> {
        self.known.iter().find(|known| known.batch.id == batch_id)
    }

    /// Adds what the fleet held before the market began.
    pub(super) fn add_held(&mut self, batch: Batch, pool: usize, instances: &[InstanceRow]) {
        let id = self.next_batch_id;
        self.next_batch_id += 1;
        let ids = instances.iter().map(|instance| (instance.ordinal, instance.instance_id.clone())).collect();
        let instances = instances.iter().map(|instance| MemoryInstance {
            ordinal: instance.ordinal,
            launch_index: instance.launch_index,
            state: instance.state,
        });
        let instances = instances.collect();
        self.known.push(MemoryBatch { batch: Batch { id, ..batch }, pool, first_instance: 0, ids, instances });
    }

    /// Adds a batch of living instances, whose id it sets.
    pub(super) fn add(&mut self, batch: Batch, pool: usize, launch_indexes: &[u32]) {
        let instances = (0_u32..).zip(launch_indexes).map(|(ordinal, launch_index)| MemoryInstance {
            ordinal,
            launch_index: *launch_index,
            state: InstanceRowState::Live,
        });
        let (id, first_instance) = (self.next_batch_id, self.launched_instances);
        self.next_batch_id += 1;
        self.launched_instances += launch_indexes.len() as u64;
        let batch = Batch { id, ..batch };
        let (ids, instances) = (BTreeMap::new(), instances.collect());
        self.known.push(MemoryBatch { batch, pool, first_instance, ids, instances });
    }

    pub(super) fn matching(&self, is_wanted: impl Fn(&MemoryBatch) -> bool) -> Vec<Batch> {
        self.known.iter().filter(|known| is_wanted(known)).map(|known| known.batch.clone()).collect()
    }

    pub(super) fn youngest_first(&self, is_wanted: impl Fn(&MemoryBatch) -> bool) -> Vec<Batch> {
        let mut batches = self.matching(|known| known.batch.live > 0 && is_wanted(known));
        batches.sort_by_key(|batch| (Reverse(batch.launch_time), batch.id));
        batches
    }

    /// The living batches that were launched in a pool by then.
    pub(super) fn youngest_of_pool(
        &self,
        pool: Option<usize>,
        launched_by: Time,
        is_wanted: impl Fn(&Batch) -> bool,
    ) -> Vec<Batch> {
        self.youngest_first(|known| {
            Some(known.pool) == pool && known.batch.launch_time <= launched_by && is_wanted(&known.batch)
        })
    }

    /// What the living instances cost at the prices of their launch.
    pub(super) fn hourly_cost(&self) -> Decimal {
        self.known.iter().map(|known| known.batch.spec.hourly_price * Decimal::from(known.batch.live)).sum()
    }

    /// Units of the living instances.
    pub(super) fn units(&self) -> BTreeMap<Billing, Decimal> {
        let mut units: BTreeMap<Billing, Decimal> = BTreeMap::new();
        for known in &self.known {
            *units.entry(known.batch.spec.billing).or_default() += known.batch.units();
        }
        units.into_iter().map(|(billing, sum)| (billing, rounded_units(sum))).into_map()
    }

    pub(super) fn change_states(&mut self, batch_id: i64, instances: &[InstanceRow], state: InstanceRowState) {
        let Some(position) = self.known.iter().position(|known| known.batch.id == batch_id) else { return };
        let known = &mut self.known[position];
        for instance in instances {
            if let Some(own) = known.instances.iter_mut().find(|own| own.ordinal == instance.ordinal) {
                own.state = state;
            }
        }
        known.batch.live = known.count(InstanceRowState::holds_stock);
        known.batch.stopped = known.count(|state| state == InstanceRowState::Stopped);
        if known.batch.live == 0 && known.batch.stopped == 0 {
            self.known.remove(position);
        }
    }
}
