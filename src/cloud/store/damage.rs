//! Rows that no call wrote: a world that was damaged says so in every call that reads a damaged row.

use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};

use super::{WorldError, WorldLocation};

/// What a reader found, on its way to [`catch_damage`].
struct Damage(String);

/// Ends the transaction because it read what no release writes.
///
/// It unwinds instead of returning an error: every reader of a column can meet damage, none can do anything about it, and
/// a transaction that is dropped is rolled back. Unlike a panic it is not printed.
pub(crate) fn damaged(detail: impl Into<String>) -> ! {
    resume_unwind(Box::new(Damage(detail.into())))
}

/// Runs a transaction that ends with [`WorldError::Damaged`] if it calls [`damaged`].
pub(in crate::cloud) fn catch_damage<T, E: From<WorldError>>(
    world: &WorldLocation,
    transaction: impl FnOnce() -> Result<T, E>,
) -> Result<T, E> {
    catch_unwind(AssertUnwindSafe(transaction)).unwrap_or_else(|payload| match payload.downcast::<Damage>() {
        Ok(damage) => Err(WorldError::Damaged { world: world.to_string(), detail: damage.0 }.into()),
        Err(panic) => resume_unwind(panic),
    })
}
