//! Places for copies of a world that live as long as the process that made them.
//!
//! A fork lies beside its world, under a number. Its owner holds a lock, which the operating system or the server takes
//! back when the process ends: so a fork whose lock is free is abandoned, and the next claim removes it.

mod file;

use std::fmt::Debug;

use super::{WorldError, WorldLocation, postgres};

/// A location for a copy of a world, which is removed with this value.
pub(crate) trait ForkClaim: Debug + Send {
    fn location(&self) -> &WorldLocation;

    /// Removes the copy. What cannot be removed is abandoned.
    fn remove(self: Box<Self>) -> Result<(), WorldError>;
}

/// Claims an empty location for a copy of a world, after removing those that processes left behind.
///
/// # Errors
/// Nothing can be written beside the world, or the world is in memory, where no other process finds a copy.
pub(crate) fn claim_fork(world: &WorldLocation) -> Result<Box<dyn ForkClaim>, WorldError> {
    match world {
        WorldLocation::File(path) => file::claim(path),
        WorldLocation::Postgres(place) => postgres::claim_fork(place),
        WorldLocation::Memory => {
            let detail = "a copy of it could not be found by another process".to_owned();
            Err(WorldError::Other { world: world.to_string(), detail })
        }
    }
}
