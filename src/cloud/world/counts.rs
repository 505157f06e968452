//! What a transaction counts in memory: read once when it is first asked for, written once before the commit.

use std::collections::{BTreeMap, BTreeSet};

use super::address::AddressUse;
use super::counter::Numbers;
use super::pool_use::UseCounts;
use super::series::SeriesUse;
use super::shortfall::Shortfall;
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
    /// Fleets whose units or targets may have changed since their shortfall was computed.
    pub(super) dirty_fleets: BTreeSet<String>,
    /// Groups whose shortfall was computed in this transaction.
    pub(super) shortfalls: BTreeMap<String, Shortfall>,
}

impl World<'_> {
    /// Writes what was counted, and ends the transaction.
    pub(crate) fn commit(mut self) -> Result<()> {
        self.flush_shortfalls()?;
        self.flush_pool_use()?;
        self.flush_address_use()?;
        self.flush_series()?;
        self.flush_counters()?;
        Ok(self.tx.commit()?)
    }

    /// Forgets what was counted: the tables are empty.
    pub(super) fn clear_counts(&mut self) {
        self.counts = Counts::default();
    }
}
