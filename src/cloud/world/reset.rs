//! The reset of an empty world: it is a new world again (W1).

use super::resource::RECORD_KINDS;
use super::{Result, WorldTx};
use crate::base::{RegionId, Time};
use crate::cloud::store::{WorldError, tables};

impl WorldTx<'_> {
    /// Resets clock, counters, tokens, fault counts and history if this transaction has removed the last object that a
    /// call made; not where the caller keeps empty worlds.
    ///
    /// A transaction of one region sees that region alone. If something is left there, the world is not empty. If not,
    /// the call has to run again with the whole world: another region may be losing its last object at the same moment.
    pub(super) fn reset_if_empty(&mut self) -> Result<()> {
        let regions = std::mem::take(&mut self.counts.regions_with_removals);
        if regions.is_empty() {
            return Ok(());
        }
        if self.keeps_if_empty {
            for region in &regions {
                self.purge_deleted_fleets(Some(region))?;
            }
            return Ok(());
        }
        if self.tx.is_exclusive() {
            self.purge_deleted_fleets(None)?;
            return if self.is_empty()? { self.reset() } else { Ok(()) };
        }
        for region in &regions {
            self.purge_deleted_fleets(Some(region))?;
            if self.is_region_empty(region)? {
                return Err(WorldError::WholeWorldNeeded.into());
            }
        }
        Ok(())
    }

    /// Makes the world a new one, whatever it holds. The scenario stays: it says how callers see the world, and not what is
    /// in it.
    pub(crate) fn reset(&mut self) -> Result<()> {
        for table in tables().filter(|table| !["world", "scenarios"].contains(table)) {
            self.tx.execute(&format!("DELETE FROM {table}"), &[])?;
        }
        self.set_clock(Time::START)?;
        self.clear_market_changes()?;
        self.clear_counts();
        Ok(())
    }

    /// Whether nothing is there that a call made (W1).
    pub(crate) fn is_empty(&mut self) -> Result<bool> {
        let left = self.tx.query(
            &format!(
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM fleets)
                         OR EXISTS (SELECT 1 FROM resources WHERE kind NOT IN {RECORD_KINDS})"
            ),
            &[],
        )?;
        Ok(left.is_empty())
    }

    fn is_region_empty(&mut self, region: &RegionId) -> Result<bool> {
        let left = self.tx.query(
            &format!(
                "SELECT 1 WHERE EXISTS (SELECT 1 FROM fleets WHERE region = $1)
                     OR EXISTS (SELECT 1 FROM resources WHERE region = $1 AND kind NOT IN {RECORD_KINDS})"
            ),
            &[region.as_str().into()],
        )?;
        Ok(left.is_empty())
    }
}
