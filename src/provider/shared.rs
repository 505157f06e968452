//! What the resources of one provider configuration share.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use super::config::Configured;

/// The configured provider, once there is one, and which objects were read since they were last planned.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    configured: Mutex<Option<Arc<Configured>>>,
    freshly_read: Mutex<BTreeSet<String>>,
}

impl Shared {
    /// Takes a new configuration; in debug mode one process is configured several times.
    pub(crate) fn set(&self, configured: Option<Configured>) {
        *self.configured.lock().unwrap_or_else(PoisonError::into_inner) = configured.map(Arc::new);
    }

    /// `None` while validating, and while planning when part of the provider block is known only after apply.
    pub(crate) fn configured(&self) -> Option<Arc<Configured>> {
        self.configured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Notes that an object was read, as Terraform does before it plans, but not before it plans again to apply.
    pub(crate) fn note_read(&self, id: &str) {
        self.freshly_read.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }

    /// Whether an object was read since it was last planned; asking forgets it.
    pub(crate) fn take_read(&self, id: &str) -> bool {
        self.freshly_read.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}
