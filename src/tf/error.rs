//! The error of a value that does not fit its type or model.

use std::fmt;

use super::path::{Path, Step};

/// A value does not fit its type or model; `path` leads to the part that does not fit.
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

    /// Prepends a step to the path: the value is a part of a larger one.
    #[must_use]
    pub fn within(self, step: Step) -> Self {
        Self { path: self.path.prepend(step), message: self.message }
    }
}

impl fmt::Display for ValueError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.path.is_empty() { f.write_str(&self.message) } else { write!(f, "{}: {}", self.path, self.message) }
    }
}

impl std::error::Error for ValueError {}
