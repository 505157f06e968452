//! Open worlds that no call uses at the moment.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::store::Store;

/// A server makes a cloud of its own for each call. Each call has a connection to itself, so that calls wait for each other
/// in the world only, and leaves it here for later ones.
#[derive(Default)]
pub(super) struct IdleStores(Mutex<Vec<Arc<dyn Store>>>);

/// Each holds an open file or a session of the server; with more calls at once some open the world themselves.
const MAX_IDLE_STORES: usize = 4;

impl IdleStores {
    /// The one that was used last, if the world at its location is still the same.
    pub(super) fn take(&self) -> Option<Arc<dyn Store>> {
        loop {
            let store = self.list().pop()?;
            if store.is_current() {
                return Some(store);
            }
        }
    }

    /// Keeps a store, unless another call still uses it.
    pub(super) fn put(&self, store: Arc<dyn Store>) {
        let mut list = self.list();
        if Arc::strong_count(&store) == 1 && list.len() < MAX_IDLE_STORES {
            list.push(store);
        }
    }

    fn list(&self) -> MutexGuard<'_, Vec<Arc<dyn Store>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
