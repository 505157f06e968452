//! The answers of calls that answer with a stream of events.

use tokio::sync::mpsc;
use tonic::Status;

use crate::tf::Diagnostics;

/// Events that wait for a client that reads slowly. A call with fewer never waits for it.
pub(super) const CAPACITY: usize = 128;

/// An event that can carry diagnostics.
pub(super) trait Event: Send + 'static {
    /// The event with which a call ends that failed.
    fn failed(diagnostics: Diagnostics) -> Self;
}

/// Where a call sends its events; clones send to the same client.
#[derive(Debug)]
pub(super) struct Events<E>(mpsc::Sender<Result<E, Status>>);

impl<E> Clone for Events<E> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<E: Event> Events<E> {
    pub(super) const fn new(sender: mpsc::Sender<Result<E, Status>>) -> Self {
        Self(sender)
    }

    /// Sends an event without waiting; it is dropped if the client has gone, or has [`CAPACITY`] events left to read.
    pub(super) fn try_send(&self, event: E) {
        let _ = self.0.try_send(Ok(event));
    }

    /// Sends an event as soon as there is room; returns whether the client is still there.
    pub(super) async fn send(&self, event: E) -> bool {
        self.0.send(Ok(event)).await.is_ok()
    }
}
