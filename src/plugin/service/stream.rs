//! The answers of calls that answer with a stream of events.

use std::marker::PhantomData;

use tokio::sync::mpsc;
use tonic::Status;

use crate::plugin::message::{BoxedMessage, Encode};
use crate::tf::Diagnostics;

/// Events that wait for a client that reads slowly. A call with fewer never waits for it.
pub(super) const CAPACITY: usize = 128;

/// An event that can carry diagnostics.
pub(super) trait Event: Encode + 'static {
    /// The event with which a call ends that failed.
    fn failed(diagnostics: Diagnostics) -> Self;
}

/// Where a call sends its events; clones send to the same client.
pub(super) struct Events<E> {
    sender: mpsc::Sender<Result<BoxedMessage, Status>>,
    event: PhantomData<fn(E)>,
}

impl<E: Event> Clone for Events<E> {
    fn clone(&self) -> Self {
        Self::new(self.sender.clone())
    }
}

impl<E: Event> Events<E> {
    pub(super) const fn new(sender: mpsc::Sender<Result<BoxedMessage, Status>>) -> Self {
        Self { sender, event: PhantomData }
    }

    /// Sends an event without waiting; it is dropped if the client has gone, or has [`CAPACITY`] events left to read.
    pub(super) fn try_send(&self, event: E) {
        let _ = self.sender.try_send(Ok(Box::new(event)));
    }

    /// Sends an event as soon as there is room; returns whether the client is still there.
    pub(super) async fn send(&self, event: E) -> bool {
        self.sender.send(Ok(Box::new(event))).await.is_ok()
    }
}
