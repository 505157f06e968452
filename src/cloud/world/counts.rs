//! What a transaction counts in memory: read once when it is first asked for, written once before the commit.

use std::collections::{BTreeMap, BTreeSet};

use super::address::AddressUse;
use super::counter::Numbers;
use super::lacking::Lacking;
use super::pool_use::UseCounts;
use super::series::SeriesUse;
use super::{Result, World};
use crate::base::RegionId;

/// Each is what its module makes of it.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) uses: UseCounts,
    /// By vSwitch.
    pub(super) addresses: BTreeMap<String, AddressUse>,
    pub(super) numbers: BTreeMap<RegionId, Numbers>,
    pub(super) series: BTreeMap<String, SeriesUse>,
    /// Owners of which a batch or the request has changed since it was found out what they lack.
    pub(super) unsettled: BTreeSet<String>,
    /// Those of them that keep up their capacity, once it was found out.
    pub(super) settled: BTreeMap<String, Lacking>,
}

impl World<'_> {
    /// Writes what was counted, and ends the transaction.
    pub(crate) fn commit(mut self) -> Result<()> {
        self.write_back_lacks()?;
        self.write_back_uses()?;
        self.write_back_addresses()?;
        self.write_back_series()?;
        self.write_back_numbers()?;
        Ok(self.tx.commit()?)
    }

    /// Forgets what was counted: the tables are empty.
    pub(super) fn forget_counts(&mut self) {
        self.counts = Counts::default();
    }
}
