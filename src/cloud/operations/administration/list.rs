//! The worlds of a folder or a database: which there are, what is in each, and removing one.

use std::path::Path;

use crate::cloud::error::CloudError;
use crate::cloud::model::WorldSummary;
use crate::cloud::store::{self, Access, WorldLocation, catch_damage};
use crate::cloud::world;

/// The worlds beside a location, itself included: those in its folder, or in its database; by name. Forks, which live as
/// long as a command, are not among them.
///
/// # Errors
/// The folder cannot be read, or the server cannot be reached.
pub fn list_worlds(beside: &WorldLocation) -> Result<Vec<WorldLocation>, CloudError> {
    let worlds = match beside {
        WorldLocation::File(path) => {
            let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
            store::worlds_in_folder(folder.unwrap_or(Path::new(".")))?
        }
        WorldLocation::Postgres(place) => store::worlds_in_database(place)?,
        WorldLocation::Memory => Vec::new(),
    };
    Ok(worlds.into_iter().filter(|world| !world.is_fork()).collect())
}

/// How much there is in a world.
///
/// # Errors
/// It is not a world of this release, or cannot be read.
pub fn summarize_world(location: &WorldLocation, random_number: fn() -> u64) -> Result<WorldSummary, CloudError> {
    catch_damage(location, || {
        let store = store::open(location, random_number)?;
        let mut tx = store.begin(Access::Read)?;
        Ok(world::summary(tx.as_mut())?)
    })
}

/// Removes a world with all that is in it: its file, or its schema. It cannot be used any more.
///
/// # Errors
/// There is something else than a world; it cannot be removed.
pub fn drop_world(location: &WorldLocation) -> Result<(), CloudError> {
    Ok(store::drop_world(location)?)
}
