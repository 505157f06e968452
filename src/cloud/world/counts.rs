//! What a transaction counts in memory: read once when it is first asked for, written once before the commit.

use std::collections::{BTreeMap, BTreeSet};

use super::address::AddressUse;
use super::counter::Numbers;
use super::id_series::SeriesUse;
use super::pool_use::UseCounts;
use super::shortfall::Shortfall;
use super::{Result, WorldTx};
use crate::base::{InstanceId, RegionId, Time};

/// What a transaction has counted; each type is defined by the module that counts.
#[derive(Default)]
pub(super) struct Counts {
    pub(super) uses: UseCounts,
    /// By vSwitch.
    pub(super) addresses: BTreeMap<String, AddressUse>,
    pub(super) numbers: BTreeMap<RegionId, Numbers>,
    pub(super) id_series: BTreeMap<String, SeriesUse>,
    /// Fleets whose units or targets may have changed since their shortfall was computed.
    pub(super) dirty_fleets: BTreeSet<String>,
    /// Groups whose shortfall was computed in this transaction.
    pub(super) shortfalls: BTreeMap<String, Shortfall>,
    /// Instances that ended, to which something may be attached (W11).
    pub(super) ended_instances: BTreeSet<InstanceId>,
    /// Regions in which something was removed, so that the world may have become empty (W1).
    pub(super) regions_with_removals: BTreeSet<RegionId>,
}

impl WorldTx<'_> {
    /// Detaches what was attached to ended instances (W11), resets the world if it has become empty (W1), writes what was counted, and commits. Returns the world's clock.
    ///
    /// # Errors
    /// [`WorldError::WholeWorldNeeded`](crate::cloud::store::WorldError) if nothing is left in the region of this
    /// transaction, and it does not see the other regions: it has to run again with the whole world.
    pub(crate) fn commit(mut self) -> Result<Time> {
        self.detach_from_ended_instances()?;
        self.reset_if_empty()?;
        self.flush_shortfalls()?;
        self.flush_pool_use()?;
        self.flush_address_use()?;
        self.flush_series()?;
        self.flush_counters()?;
        self.tx.commit()?;
        Ok(self.now)
    }

    /// Discards what was counted, because the tables are empty now.
    pub(super) fn clear_counts(&mut self) {
        self.counts = Counts::default();
    }
}
