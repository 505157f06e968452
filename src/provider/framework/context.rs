//! What the resources of one provider configuration share.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex, PoisonError};

use crate::provider::framework::configured::Configured;

/// The configured provider, once there is one, and which objects were read since they were last planned.
#[derive(Debug, Default)]
pub(crate) struct Shared {
    configured: Mutex<Option<Arc<Configured>>>,
    freshly_read: Mutex<BTreeSet<String>>,
    /// Arguments of existing objects, which a creation planned next may replace.
    arguments: Mutex<BTreeSet<String>>,
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

    /// Notes the arguments of an object that exists, as read or as its update was planned.
    pub(crate) fn note_arguments(&self, arguments: String) {
        self.arguments.lock().unwrap_or_else(PoisonError::into_inner).insert(arguments);
    }

    /// Whether an object of these arguments exists; asking forgets it. A replaced object is planned as a creation right
    /// after it was planned as an update, a tainted one after it was read.
    pub(crate) fn take_arguments(&self, arguments: &str) -> bool {
        self.arguments.lock().unwrap_or_else(PoisonError::into_inner).remove(arguments)
    }

    /// Whether an object was read since it was last planned; asking forgets it.
    pub(crate) fn take_read(&self, id: &str) -> bool {
        self.freshly_read.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}
