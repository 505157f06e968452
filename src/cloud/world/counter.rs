//! Counters that each region has of its own: regions neither wait for each other nor depend on their order.

use super::{Result, World, WorldTx};
use crate::base::Seed;

/// What a region numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    /// Groups, reservations and the other resources, in one order of creation.
    Creations,
    Batches,
    Activities,
    /// Deleted resources.
    Removals,
    InstanceEvents,
}

/// A region's last numbers as this transaction sees them; written once, before it commits.
#[derive(Default)]
pub(super) struct Numbers {
    last: [i64; 5],
    changed: bool,
}

/// Low bits of a batch's id: its number within the region. Above them is the region's own.
const BATCH_BITS: u32 = 38;

impl World<'_, '_> {
    /// The next number, from 1 on, in this region.
    pub(super) fn next_number(&mut self, counter: Counter) -> Result<i64> {
        let numbers = self.numbers()?;
        numbers.changed = true;
        let last = &mut numbers.last[counter as usize];
        *last += 1;
        Ok(*last)
    }

    /// An id that no other batch of the world has; later batches of a region have higher ones.
    pub(super) fn next_batch_id(&mut self) -> Result<i64> {
        Ok(self.next_number(Counter::Batches)? | region_number(self.region.as_str()) << BATCH_BITS)
    }

    /// The lowest and the highest id that a batch of this region can have.
    pub(super) fn batch_ids(&self) -> (i64, i64) {
        let number = region_number(self.region.as_str());
        (number << BATCH_BITS, ((number + 1) << BATCH_BITS) - 1)
    }

    /// The number of resources of this region that were ever deleted. While it is unchanged, all known ones exist.
    pub(crate) fn resources_removed(&mut self) -> Result<i64> {
        Ok(self.numbers()?.last[Counter::Removals as usize])
    }

    fn numbers(&mut self) -> Result<&mut Numbers> {
        if !self.counts.numbers.contains_key(self.region) {
            let rows = self.whole.tx.query(
                "SELECT creations, batches, activities, removals, instance_events FROM counters WHERE region = $1",
                &[self.region.as_str().into()],
            )?;
            let last = rows.first().map_or([0; 5], |row| [0, 1, 2, 3, 4].map(|column| row.number(column)));
            self.whole.counts.numbers.insert(self.region.clone(), Numbers { last, changed: false });
        }
        Ok(self.whole.counts.numbers.get_mut(self.region).expect("it was put there if it was missing"))
    }
}

impl WorldTx<'_> {
    /// Brings the table up to what this transaction has numbered.
    pub(super) fn flush_counters(&mut self) -> Result<()> {
        for (region, numbers) in std::mem::take(&mut self.counts.numbers) {
            if numbers.changed {
                let [creations, batches, activities, removals, instance_events] = numbers.last.map(Into::into);
                self.tx.execute(
                    "INSERT INTO counters (region, creations, batches, activities, removals, instance_events)
                     VALUES ($1, $2, $3, $4, $5, $6)
                     ON CONFLICT (region) DO UPDATE SET creations = excluded.creations, batches = excluded.batches,
                         activities = excluded.activities, removals = excluded.removals,
                         instance_events = excluded.instance_events",
                    &[region.as_str().into(), creations, batches, activities, removals, instance_events],
                )?;
            }
        }
        Ok(())
    }
}

/// Derived from the name alone, so that it stays as it is when regions are added to the catalogue.
fn region_number(region: &str) -> i64 {
    let number = Seed::new(0).derive(&["region number", region]).number() & 0x00ff_ffff;
    i64::try_from(number).unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::region_number;
    use crate::catalogue;

    #[test]
    fn no_two_regions_share_their_batches_ids() {
        let numbers: BTreeSet<i64> = catalogue::regions().iter().map(|region| region_number(region.id)).collect();
        assert_eq!(numbers.len(), catalogue::regions().len());
    }
}
