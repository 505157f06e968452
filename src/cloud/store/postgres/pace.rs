//! How fast the bytes of an answer come, and what is wrong with one that trickles.

use std::time::Duration;

use super::Stopwatch;
use super::stream::Received;

/// From the first byte of an answer on, its bytes come at least this fast, on average.
const MIN_BYTES_PER_SECOND: u64 = 1 << 10;
/// How long an answer may come more slowly.
const GRACE: Duration = Duration::from_secs(15);
/// Who has sent nothing for this long is silent, which is something else: it may be waiting for a lock.
const SILENT_AFTER: Duration = Duration::from_secs(5);

/// The bytes of the answer that is waited for, looked at now and then.
#[derive(Debug, Default)]
pub(super) struct Pace {
    received: Received,
    /// Since its first byte, and since its latest.
    since: Option<(Stopwatch, Stopwatch)>,
}

impl Pace {
    /// Takes what has been received by now, and tells what is wrong with an answer that trickles.
    pub(super) fn complaint(&mut self, received: Received) -> Option<String> {
        if received.answer != self.received.answer {
            (self.received, self.since) = (Received { bytes: 0, ..received }, None);
        }
        if received != self.received {
            let first = self.since.map_or_else(Stopwatch::start, |(first, _)| first);
            (self.received, self.since) = (received, Some((first, Stopwatch::start())));
        }
        let (first, latest) = self.since.map(|(first, latest)| (first.elapsed(), latest.elapsed()))?;
        let is_slow = received.bytes / MIN_BYTES_PER_SECOND < first.as_secs();
        let trickles = is_slow && first >= GRACE && latest < SILENT_AFTER;
        trickles.then(|| format!("its answer trickles: {} bytes in {} s", received.bytes, first.as_secs()))
    }
}
