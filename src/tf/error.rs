//! The one way in which values fail: they do not fit where they are put.

use std::fmt;

use super::path::{Path, Step};

/// A value that does not fit a type or a model, with the place of the part that does not.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ValueError {
    pub path: Path,
    pub message: String,
}

impl ValueError {
    #[must_use]
    pub fn new(message: impl Into<String>) -> Self {
        Self { path: Path::default(), message: message.into() }
    }

    /// The same error, seen from one level further out.
    #[must_use]
    pub fn within(self, step: Step) -> Self {
        Self { path: self.path.under(step), message: self.message }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

impl std::error::Error for ValueError {}
