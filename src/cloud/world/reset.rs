//! An empty world is a new world (W1).

use super::World;
use crate::base::Time;
use crate::cloud::error::CloudError;
use crate::cloud::store::{WorldError, tables};

/// Sets clock, counters, tokens, fault counts and history back if nothing is left that a call made. To be called in
/// the transaction that may have removed the last thing.
///
/// A transaction of one region sees no further than that region: if it leaves something there, the world is not empty;
/// if not, the call is run again with the whole world to itself, because another region may be losing its last thing
/// at the same moment.
pub(crate) fn reset_if_empty(world: &mut World) -> Result<bool, CloudError> {
    world.purge_deleted_fleets()?;
    let whole = world.tx.has_whole_world();
    let left = if whole {
        world.tx.query("SELECT 1 WHERE EXISTS (SELECT 1 FROM fleets) OR EXISTS (SELECT 1 FROM resources)", &[])?
    } else {
        world.tx.query(
            "SELECT 1 WHERE EXISTS (SELECT 1 FROM fleets WHERE region = $1)
                 OR EXISTS (SELECT 1 FROM resources WHERE region = $1)",
            &[world.region.as_str().into()],
        )?
    };
    if !left.is_empty() {
        return Ok(false);
    }
    if !whole {
        return Err(WorldError::WholeWorldNeeded.into());
    }
    clear(world)?;
    Ok(true)
}

/// Makes the world a new one, whatever lives in it.
pub(crate) fn clear(world: &mut World) -> Result<(), CloudError> {
    for table in tables().filter(|table| *table != "world") {
        world.tx.execute(&format!("DELETE FROM {table}"), &[])?;
    }
    world.tx.execute("UPDATE world SET clock = $1 WHERE id = 1", &[Time::START.unix_seconds().into()])?;
    world.now = Time::START;
    world.clear_counts();
    Ok(())
}
