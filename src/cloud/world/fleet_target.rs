//! The targets of fleets over time, in units: the line that a chart compares a fleet with.

use std::collections::BTreeMap;

use super::{Result, WorldTx};
use crate::base::Time;

impl WorldTx<'_> {
    /// Records the target of a fleet from now on; 0 before its window, after it, and once it is deleted.
    pub(super) fn record_target(&mut self, fleet_id: &str, target: u32) -> Result<()> {
        self.tx.execute(
            "INSERT INTO fleet_targets (fleet_id, time, target) VALUES ($1, $2, $3)
             ON CONFLICT (fleet_id, time) DO UPDATE SET target = excluded.target",
            &[fleet_id.into(), self.now.unix_seconds().into(), target.into()],
        )?;
        Ok(())
    }

    /// By fleet: its target from a time on, one entry per change.
    pub(crate) fn fleet_targets(&mut self) -> Result<BTreeMap<String, Vec<(Time, u32)>>> {
        let rows = self.tx.query("SELECT fleet_id, time, target FROM fleet_targets ORDER BY fleet_id, time", &[])?;
        let mut targets: BTreeMap<String, Vec<(Time, u32)>> = BTreeMap::new();
        for row in &rows {
            let of_fleet = targets.entry(row.text(0).to_owned()).or_default();
            if of_fleet.last().is_none_or(|(_, last)| *last != row.count(2)) {
                of_fleet.push((row.time(1), row.count(2)));
            }
        }
        Ok(targets)
    }
}
