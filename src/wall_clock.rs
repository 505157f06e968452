//! The wall clock, which only `clock = "system"` uses; the provider gets it as a function.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::base::Time;

/// Real time, in whole seconds.
#[must_use]
#[expect(clippy::disallowed_methods, reason = "this is the one file that reads the wall clock")]
pub fn now() -> Time {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    Time::from_unix_seconds(i64::try_from(seconds).unwrap_or(i64::MAX))
}
