//! The scenario that a world remembers.

use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::store::Access;

impl SimCloud {
    /// The text of the scenario of the latest change whose caller had one, as a JSON object.
    pub fn remembered_scenario(&self) -> Result<Option<String>, AdministrationError> {
        self.administer(Access::Read, |world| Ok(world.remembered_scenario()?))
    }
}
