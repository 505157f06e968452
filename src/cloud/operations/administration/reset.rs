//! A world begins again.

use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::WorldContents;
use crate::cloud::store::Access;

impl SimCloud {
    /// Makes the world a new one with a new id (W1), history and all; returns what lived in it.
    pub fn reset_world(&self) -> Result<WorldContents, AdministrationError> {
        let contents = self.administer(Access::Write, |world| {
            let contents = world.contents()?;
            world.reset()?;
            world.forget_scenario()?;
            world.set_id(self.new_world_id())?;
            Ok(contents)
        })?;
        self.compact()?;
        Ok(contents)
    }
}
