//! The open connections: a bounded number, of which an idle one makes room for a new one.

use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::task::{AbortHandle, JoinSet};

/// Each is a file descriptor, of which a process often has 1,024.
const MAX_CONNECTIONS: usize = 512;

/// How many calls are running on a connection.
#[derive(Clone, Debug, Default)]
pub(super) struct RunningCalls {
    running: Arc<AtomicUsize>,
}

impl RunningCalls {
    /// The call runs until the result is dropped.
    pub(super) fn begin(&self) -> RunningCall {
        self.running.fetch_add(1, Ordering::AcqRel);
        RunningCall { running_calls: self.clone() }
    }

    fn is_idle(&self) -> bool {
        self.running.load(Ordering::Acquire) == 0
    }
}

/// A call on a connection.
#[derive(Debug)]
pub(super) struct RunningCall {
    running_calls: RunningCalls,
}

impl Drop for RunningCall {
    fn drop(&mut self) {
        self.running_calls.running.fetch_sub(1, Ordering::AcqRel);
    }
}

#[derive(Debug, Default)]
pub(super) struct Connections {
    tasks: JoinSet<u64>,
    /// By the order in which they were accepted.
    open: BTreeMap<u64, (AbortHandle, RunningCalls)>,
    accepted: u64,
}

impl Connections {
    /// Serves another connection. If there are as many as there may be, the oldest idle one is closed; if none is idle,
    /// the new one is.
    pub(super) fn spawn<F>(&mut self, serve: impl FnOnce(RunningCalls) -> F)
    where
        F: Future<Output = ()> + Send + 'static,
    {
        self.forget_ended();
        if self.open.len() >= MAX_CONNECTIONS && !self.close_oldest_idle() {
            return;
        }
        self.accepted += 1;
        let (number, running_calls) = (self.accepted, RunningCalls::default());
        let served = serve(running_calls.clone());
        let handle = self.tasks.spawn(async move {
            served.await;
            number
        });
        self.open.insert(number, (handle, running_calls));
    }

    /// Closes the oldest connection on which no call is running, if there is one.
    pub(super) fn close_oldest_idle(&mut self) -> bool {
        let idle = self.open.iter().find(|(_, (_, running_calls))| running_calls.is_idle()).map(|(number, _)| *number);
        let Some((handle, _)) = idle.and_then(|number| self.open.remove(&number)) else { return false };
        handle.abort();
        true
    }

    /// Closes the idle connections and waits for the others to become idle.
    pub(super) async fn finish(mut self) {
        while self.close_oldest_idle() {}
        while !self.open.is_empty() {
            self.forget_ended();
            while self.close_oldest_idle() {}
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    }

    fn forget_ended(&mut self) {
        while let Some(ended) = self.tasks.try_join_next() {
            if let Ok(number) = ended {
                self.open.remove(&number);
            }
        }
    }
}
