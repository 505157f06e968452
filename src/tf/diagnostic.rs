//! What a provider tells a person: errors and warnings, each with the place it speaks of.

use super::path::Path;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Severity {
    Error,
    Warning,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    pub severity: Severity,
    /// A Title Case phrase.
    pub summary: String,
    /// Prose: what was asked with which value, what exists instead, what to do.
    pub detail: String,
    /// Empty when it concerns the whole block.
    pub path: Path,
}

/// Diagnostics in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);
