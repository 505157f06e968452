//! A copy of a world, to rehearse on.

use crate::cloud::administration_error::AdministrationError;
use crate::cloud::error::CloudError;
use crate::cloud::store::{self, Access, WorldLocation, catch_damage};
use crate::cloud::world;

/// Copies a world, on any two engines: one moment of the one becomes all of the other, its id too. `progress` hears how
/// many rows are done, and of how many. `random_number` makes the id of a world that has none yet.
///
/// # Errors
/// Both are the same; the second is not empty and is not to be overwritten.
pub fn copy_world(
    from: &WorldLocation,
    to: &WorldLocation,
    overwrite: bool,
    random_number: fn() -> u64,
    progress: &mut dyn FnMut(u64, u64),
) -> Result<(), AdministrationError> {
    if are_same(from, to) {
        return Err(AdministrationError::SameWorld);
    }
    catch_damage(from, || {
        let (from, to) = (store::open(from, random_number)?, store::open(to, random_number)?);
        let mut source = from.begin(Access::Read)?;
        let mut target = to.begin(Access::Write)?;
        let contents = world::contents(target.as_mut())?;
        if !contents.is_empty() && !overwrite {
            return Err(AdministrationError::NotEmpty { contents });
        }
        store::copy(source.as_mut(), target.as_mut(), progress)?;
        target.commit()?;
        Ok(())
    })
}

/// Whether there is a world at a location; does not create one.
///
/// # Errors
/// It cannot be looked at, or is something else.
pub fn world_exists(location: &WorldLocation) -> Result<bool, CloudError> {
    Ok(store::exists(location)?)
}

fn are_same(one: &WorldLocation, other: &WorldLocation) -> bool {
    match (one, other) {
        (WorldLocation::File(one), WorldLocation::File(other)) => {
            one == other || one.canonicalize().is_ok_and(|one| other.canonicalize().is_ok_and(|other| one == other))
        }
        // Two roles may use one database.
        (WorldLocation::Postgres(one), WorldLocation::Postgres(other)) => one.to_string() == other.to_string(),
        _ => false,
    }
}
