//! The scenario that a world remembers.

use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::error::CloudError;
use crate::cloud::store::Access;

impl SimCloud {
    /// The text of the scenario of the latest change whose caller had one, as a JSON object.
    pub fn remembered_scenario(&self) -> Result<Option<String>, AdministrationError> {
        self.administer(Access::Read, |world| Ok(world.remembered_scenario()?))
    }

    /// The text of the scenario of the latest change whose caller had one, where this caller has none (W14). `None` in an
    /// empty world, in which nothing depends on it.
    pub fn unused_scenario(&self) -> Result<Option<String>, CloudError> {
        if self.config().scenario_document.is_some() {
            return Ok(None);
        }
        self.read(None, |world| if world.is_empty()? { Ok(None) } else { world.remembered_scenario() })
    }

    /// The text of the scenario that a fork was made with.
    pub fn fork_scenario(&self) -> Result<Option<String>, CloudError> {
        self.read(None, |world| world.remembered_scenario())
    }
}
