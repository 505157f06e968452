//! An empty world is a new world (W1).

use super::World;
use crate::base::Time;
use crate::cloud::error::CloudError;

/// What a call makes.
const THINGS: [&str; 2] = ["owners", "resources"];

/// Everything but the things themselves: what a new world starts without.
const MEMORIES: [&str; 10] = [
    "instances",
    "batches",
    "pool_use",
    "vcpu_use",
    "address_use",
    "tokens",
    "series",
    "request_counts",
    "fault_counts",
    "history",
];

/// Sets clock, counters, tokens, fault counts and history back if nothing is left that a call made. To be called in
/// the transaction that may have removed the last thing.
pub(crate) fn reset_if_empty(world: &mut World) -> Result<bool, CloudError> {
    world.remove_empty_left_owners()?;
    let left =
        world.tx.query("SELECT 1 WHERE EXISTS (SELECT 1 FROM owners) OR EXISTS (SELECT 1 FROM resources)", &[])?;
    if !left.is_empty() {
        return Ok(false);
    }
    forget_everything(world)?;
    Ok(true)
}

/// Makes the world a new one, whatever lives in it.
pub(crate) fn forget_everything(world: &mut World) -> Result<(), CloudError> {
    for table in THINGS.into_iter().chain(MEMORIES) {
        world.tx.execute(&format!("DELETE FROM {table}"), &[])?;
    }
    world.tx.execute(
        "UPDATE world SET clock = $1, next_owner = 1, next_batch = 1, next_activity = 1 WHERE id = 1",
        &[Time::START.unix_seconds().into()],
    )?;
    world.now = Time::START;
    world.forget_counts();
    Ok(())
}
