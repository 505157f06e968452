//! What a CLI reported about a command, as values: diagnostics with their place, and the count of changes.

use std::fmt::Write as _;

use serde_json::Value as Json;

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Severity {
    Error,
    Warning,
}

/// One diagnostic. The summary of a refusal by the cloud is its error code.
#[derive(Clone, Debug)]
pub(crate) struct Diagnostic {
    pub(crate) severity: Severity,
    pub(crate) summary: String,
    pub(crate) detail: String,
    /// `simcloud_vpc.main`, empty where the diagnostic is about the provider block.
    pub(crate) address: String,
    /// The argument or block that the diagnostic points to: `vswitch_id`, `resource` for a whole resource.
    pub(crate) attribute: String,
    /// The line of the configuration that the diagnostic points to.
    pub(crate) source: String,
}

/// The number of resources that a plan or an apply adds, changes, removes and imports.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) add: u64,
    pub(crate) change: u64,
    pub(crate) remove: u64,
    pub(crate) import: u64,
}

impl Changes {
    pub(crate) const NONE: Self = Self { add: 0, change: 0, remove: 0, import: 0 };
    pub(crate) const ONE_UPDATE: Self = Self { change: 1, ..Self::NONE };
    pub(crate) const ONE_REPLACEMENT: Self = Self { add: 1, remove: 1, ..Self::NONE };
}

/// Everything that a command reported.
#[derive(Clone, Debug, Default)]
pub(crate) struct Report {
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// Of the last plan or apply.
    pub(crate) changes: Changes,
    /// Everything that was printed, for the message of a failed test.
    pub(crate) text: String,
}

impl Report {
    /// Reads the output of `validate -json`, `plan -json`, `apply -json` or `destroy -json`. The summaries of other
    /// commands are taken from the text.
    pub(crate) fn read(text: &str) -> Self {
        let mut report = Self { text: text.to_owned(), ..Self::default() };
        if let Ok(validation) = serde_json::from_str::<Json>(text) {
            report
                .diagnostics
                .extend(validation["diagnostics"].as_array().into_iter().flatten().filter_map(diagnostic));
            report.take_message(&validation);
            return report;
        }
        for line in text.lines() {
            match serde_json::from_str::<Json>(line) {
                Ok(message) => report.take_message(&message),
                Err(_) => report.diagnostics.extend(diagnostic_of_text(line)),
            }
        }
        report
    }

    fn take_message(&mut self, message: &Json) {
        match message["type"].as_str() {
            Some("diagnostic") => self.diagnostics.extend(diagnostic(&message["diagnostic"])),
            Some("change_summary") => {
                let count = |name: &str| message["changes"][name].as_u64().unwrap_or_default();
                self.changes = Changes {
                    add: count("add"),
                    change: count("change"),
                    remove: count("remove"),
                    import: count("import"),
                };
            }
            _ => {}
        }
    }

    /// This report, and then another one.
    pub(crate) fn followed_by(mut self, other: Self) -> Self {
        self.diagnostics.extend(other.diagnostics);
        self.changes = other.changes;
        self.text.push_str(&other.text);
        self
    }

    pub(crate) fn errors(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).collect()
    }

    /// The summaries of all errors, sorted, because the CLI works at several resources at once.
    pub(crate) fn error_codes(&self) -> Vec<&str> {
        let mut codes: Vec<_> = self.errors().into_iter().map(|error| error.summary.as_str()).collect();
        codes.sort_unstable();
        codes
    }

    /// The only error.
    #[track_caller]
    pub(crate) fn error(&self) -> &Diagnostic {
        let errors = self.errors();
        assert_eq!(errors.len(), 1, "one error is expected:\n{}", self.text);
        errors[0]
    }

    /// The first error with this summary, where the CLI adds errors of its own.
    #[track_caller]
    pub(crate) fn error_of(&self, summary: &str) -> &Diagnostic {
        let error = self.errors().into_iter().find(|error| error.summary == summary);
        error.unwrap_or_else(|| panic!("there is no error {summary:?}:\n{}", self.text))
    }

    /// The first warning with this summary.
    #[track_caller]
    pub(crate) fn warning(&self, summary: &str) -> &Diagnostic {
        self.find_warning(summary).unwrap_or_else(|| panic!("there is no warning {summary:?}:\n{}", self.text))
    }

    pub(crate) fn has_warning(&self, summary: &str) -> bool {
        self.find_warning(summary).is_some()
    }

    fn find_warning(&self, summary: &str) -> Option<&Diagnostic> {
        self.diagnostics
            .iter()
            .find(|diagnostic| diagnostic.severity == Severity::Warning && diagnostic.summary == summary)
    }

    /// Every diagnostic in full, for a snapshot: sorted, because the CLI works at several resources at once, and once,
    /// because a plan repeats the warnings of the validation.
    pub(crate) fn sentences(&self) -> String {
        let mut sentences: Vec<_> = self.diagnostics.iter().map(Diagnostic::sentences).collect();
        sentences.sort();
        sentences.dedup();
        sentences.join("\n")
    }
}

impl Diagnostic {
    /// Summary or error code, address and attribute.
    pub(crate) fn place(&self) -> (&str, &str, &str) {
        (&self.summary, &self.address, &self.attribute)
    }

    /// The diagnostic in full, for a snapshot: long lines of the configuration are cut.
    pub(crate) fn sentences(&self) -> String {
        let mut text = format!("{:?}: {}\n", self.severity, self.summary);
        let source: String = self.source.chars().take(100).collect();
        let place = format!("{} {source}", self.address);
        let _ = writeln!(text, "  at {}", place.trim());
        for line in self.detail.lines() {
            let _ = writeln!(text, "  {line}");
        }
        text
    }
}

/// Nothing, if it is the CLI's warning that the provider comes from a folder.
fn diagnostic(json: &Json) -> Option<Diagnostic> {
    let text = |json: &Json| json.as_str().unwrap_or_default().to_owned();
    let source = text(&json["snippet"]["code"]).trim().to_owned();
    let attribute = source.split(['=', '{', ' ']).next().unwrap_or_default().to_owned();
    let severity = if json["severity"] == "error" { Severity::Error } else { Severity::Warning };
    let diagnostic = Diagnostic {
        severity,
        summary: text(&json["summary"]),
        detail: text(&json["detail"]),
        address: text(&json["address"]).replace("registry.terraform.io/", "").replace("registry.opentofu.org/", ""),
        attribute,
        source,
    };
    (!diagnostic.summary.ends_with("development overrides are in effect")).then_some(diagnostic)
}

/// The diagnostic whose summary is on this line of a text for people.
fn diagnostic_of_text(line: &str) -> Option<Diagnostic> {
    let line = line.trim_start_matches(['│', ' ']);
    let (severity, summary) = match (line.strip_prefix("Error: "), line.strip_prefix("Warning: ")) {
        (Some(summary), _) => (Severity::Error, summary),
        (_, Some(summary)) => (Severity::Warning, summary),
        _ => return None,
    };
    let none = String::new;
    let summary = summary.trim().to_owned();
    let diagnostic =
        Diagnostic { severity, summary, detail: none(), address: none(), attribute: none(), source: none() };
    (!diagnostic.summary.ends_with("development overrides are in effect")).then_some(diagnostic)
}
