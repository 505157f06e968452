//! How long something is waited for. No result depends on it.

use std::time::{Duration, Instant};

/// After this long it is said what is waited for.
pub(super) const LONG_WAIT: Duration = Duration::from_secs(3);

/// Runs from its start on.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stopwatch(Instant);

impl Stopwatch {
    pub(crate) fn start() -> Self {
        #[expect(clippy::disallowed_methods, reason = "limits waits for locks and servers")]
        Self(Instant::now())
    }

    pub(crate) fn elapsed(self) -> Duration {
        self.0.elapsed()
    }
}
