//! Whether this process was asked to end what it waits for and computes.

use std::sync::atomic::{AtomicBool, Ordering};

use super::WorldError;

/// Of the process, because SQLite asks a plain function whether to wait on.
static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Ends waits for locks and servers and long computations, now and from now on, in this process: the caller was
/// interrupted. A change that is being made final is not given up.
pub(crate) fn request_stop() {
    REQUESTED.store(true, Ordering::Relaxed);
}

pub(super) fn is_stop_requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}

/// For each round of a computation that may take longer than a stop should wait.
///
/// # Errors
/// A stop was requested.
pub(in crate::cloud) fn ensure_not_stopped() -> Result<(), WorldError> {
    if is_stop_requested() { Err(WorldError::Stopped) } else { Ok(()) }
}
