//! The scenario that a world remembers: that of the latest change whose caller had one.

use super::{Result, WorldTx};
use crate::market::ScenarioDocument;

impl WorldTx<'_> {
    /// Remembers the scenario of a caller; a caller without one leaves what is there.
    pub(crate) fn remember_scenario(&mut self, document: Option<&ScenarioDocument>) -> Result<()> {
        let Some(document) = document.filter(|document| document.fingerprint() != self.scenario_fingerprint) else {
            return Ok(());
        };
        let fingerprint = document.fingerprint();
        self.tx.execute("DELETE FROM scenarios WHERE fingerprint <> $1", &[fingerprint.into()])?;
        self.tx.execute(
            "INSERT INTO scenarios (fingerprint, document) VALUES ($1, $2) ON CONFLICT (fingerprint) DO NOTHING",
            &[fingerprint.into(), document.text().into()],
        )?;
        self.tx.execute("UPDATE world SET scenario = $1 WHERE id = 1", &[fingerprint.into()])?;
        fingerprint.clone_into(&mut self.scenario_fingerprint);
        Ok(())
    }

    /// The text of the scenario that the world remembers.
    pub(crate) fn remembered_scenario(&mut self) -> Result<Option<String>> {
        let fingerprint = self.scenario_fingerprint.clone();
        let rows = self.tx.query("SELECT document FROM scenarios WHERE fingerprint = $1", &[fingerprint.into()])?;
        Ok(rows.first().map(|row| row.text(0).to_owned()))
    }

    /// Remembers no scenario any more.
    pub(crate) fn forget_scenario(&mut self) -> Result<()> {
        self.tx.execute("DELETE FROM scenarios", &[])?;
        self.tx.execute("UPDATE world SET scenario = '' WHERE id = 1", &[])?;
        self.scenario_fingerprint.clear();
        Ok(())
    }
}
