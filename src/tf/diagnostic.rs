//! Diagnostics: errors and warnings, each with the path of the attribute that it concerns.

use super::error::ValueError;
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
    /// Sentences: what was requested with which value, which values are valid, and what to do.
    pub detail: String,
    /// Empty if the diagnostic concerns the whole block.
    pub path: Path,
}

/// Diagnostics in the order they were found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics(Vec<Diagnostic>);

impl Diagnostics {
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds an error about the whole block.
    pub fn error(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.error_at(Path::default(), summary, detail);
    }

    pub fn error_at(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic { severity: Severity::Error, summary: summary.into(), detail: detail.into(), path });
    }

    /// Adds a warning about the whole block. The CLI groups warnings with the same summary.
    pub fn warning(&mut self, summary: impl Into<String>, detail: impl Into<String>) {
        self.warning_at(Path::default(), summary, detail);
    }

    pub fn warning_at(&mut self, path: Path, summary: impl Into<String>, detail: impl Into<String>) {
        self.push(Diagnostic { severity: Severity::Warning, summary: summary.into(), detail: detail.into(), path });
    }

    /// Adds the error of a value that does not fit, at the path of the value.
    pub fn value_error(&mut self, summary: impl Into<String>, error: ValueError) {
        self.error_at(error.path, summary, error.message);
    }

    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.0.push(diagnostic);
    }

    #[must_use]
    pub fn has_errors(&self) -> bool {
        self.0.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }

    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.0.iter()
    }

    pub fn iter_mut(&mut self) -> std::slice::IterMut<'_, Diagnostic> {
        self.0.iter_mut()
    }
}

impl Extend<Diagnostic> for Diagnostics {
    fn extend<I: IntoIterator<Item = Diagnostic>>(&mut self, diagnostics: I) {
        self.0.extend(diagnostics);
    }
}

impl FromIterator<Diagnostic> for Diagnostics {
    fn from_iter<I: IntoIterator<Item = Diagnostic>>(diagnostics: I) -> Self {
        Self(diagnostics.into_iter().collect())
    }
}

impl IntoIterator for Diagnostics {
    type Item = Diagnostic;
    type IntoIter = std::vec::IntoIter<Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a mut Diagnostics {
    type Item = &'a mut Diagnostic;
    type IntoIter = std::slice::IterMut<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter_mut()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_warning_is_not_an_error() {
        let mut diagnostics = Diagnostics::new();
        diagnostics.warning("Old Argument", "use the new one");
        assert!(!diagnostics.has_errors());

        let mut others = Diagnostics::new();
        others.error_at(Path::root("zone_id"), "Unknown Zone", "no zone `mars-1a`");
        diagnostics.extend(others);
        assert!(diagnostics.has_errors());
        assert_eq!(diagnostics.iter().map(|d| d.path.to_string()).collect::<Vec<_>>(), ["", "zone_id"]);
    }
}
