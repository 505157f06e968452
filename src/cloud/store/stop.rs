//! Whether this process was asked to end what it waits for.

use std::sync::atomic::{AtomicBool, Ordering};

/// Of the process, because SQLite asks a plain function whether to wait on.
static REQUESTED: AtomicBool = AtomicBool::new(false);

/// Ends waits for locks and servers, now and from now on, in this process: the caller was interrupted. A change that is
/// being made final is not given up.
pub(crate) fn request_stop() {
    REQUESTED.store(true, Ordering::Relaxed);
}

pub(super) fn is_stop_requested() -> bool {
    REQUESTED.load(Ordering::Relaxed)
}
