//! What is numbered in each region by itself, so that regions neither wait for each other nor depend on their order.

use super::{Result, World};
use crate::base::Seed;

/// What a region numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Counter {
    /// Groups, reservations and the other resources, in one order of creation.
    Owners,
    Batches,
    Activities,
}

/// Low bits of a batch's id: its number within the region. Above them is the region's own.
const BATCH_BITS: u32 = 38;

impl World<'_> {
    /// The next number, from 1 on, in this region.
    pub(super) fn next_number(&mut self, counter: Counter) -> Result<i64> {
        let step = |of: Counter| i64::from(of == counter).into();
        let rows = self.tx.query(
            "INSERT INTO counters (region, owners, batches, activities) VALUES ($1, $2, $3, $4)
             ON CONFLICT (region) DO UPDATE SET owners = counters.owners + excluded.owners,
                 batches = counters.batches + excluded.batches, activities = counters.activities + excluded.activities
             RETURNING owners, batches, activities",
            &[self.region.as_str().into(), step(Counter::Owners), step(Counter::Batches), step(Counter::Activities)],
        )?;
        let column = match counter {
            Counter::Owners => 0,
            Counter::Batches => 1,
            Counter::Activities => 2,
        };
        Ok(rows.first().map_or(1, |row| row.integer(column)))
    }

    /// An id that no other batch of the world has; later batches of a region have higher ones.
    pub(super) fn next_batch_id(&mut self) -> Result<i64> {
        Ok(self.next_number(Counter::Batches)? | region_number(self.region.as_str()) << BATCH_BITS)
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
