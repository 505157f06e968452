//! The terminal: replies on stdout, errors and progress on stderr.

use std::fmt;
use std::io::{ErrorKind, IsTerminal, Write, stderr, stdout};

use crate::base::printable::printable;
use crate::cloud::AdministrationError;
use crate::provider;

/// The version of what commands print as JSON: the first number grows when a member changes or goes, the second when one is
/// added.
const FORMAT_VERSION: &str = "2.0";

/// A reply, written when the command is done.
#[derive(Debug, Default)]
pub(super) struct Output {
    reply: String,
}

impl Output {
    pub(super) fn print(&mut self, text: &str) {
        self.reply.push_str(&printable(text, |c| format!("\\x{:02x}", u32::from(c))));
    }

    pub(super) fn line(&mut self, text: &str) {
        self.print(text);
        self.print("\n");
    }

    /// A line that begins with a capital letter.
    pub(super) fn sentence(&mut self, text: &str) {
        let mut characters = text.chars();
        let first = characters.next().map(|first| first.to_uppercase().to_string()).unwrap_or_default();
        self.line(&format!("{first}{}", characters.as_str()));
    }

    /// An object; the version of its form stands in it.
    pub(super) fn json(&mut self, value: &serde_json::Value) {
        let mut value = value.clone();
        if let Some(members) = value.as_object_mut() {
            members.insert("format_version".to_owned(), FORMAT_VERSION.into());
        }
        // JSON has its own way to write a character by its number.
        let text = format!("{value:#}\n");
        self.reply.push_str(&printable(&text, |c| format!("\\u{:04x}", u32::from(c))));
    }

    /// Writes the reply. A reader that has closed its pipe, such as `head`, has read what it wanted.
    ///
    /// # Errors
    /// The reply could not be written, for example because the disk is full.
    pub(super) fn flush(&mut self) -> Result<(), Failure> {
        let mut stdout = stdout().lock();
        let written = stdout.write_all(std::mem::take(&mut self.reply).as_bytes()).and_then(|()| stdout.flush());
        match written {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(Failure::new(format!("the reply cannot be written: {error}")))
            }
            _ => Ok(()),
        }
    }

    #[expect(clippy::unused_self, reason = "everything that a command prints goes through this type")]
    pub(super) fn error(&self, text: &str) {
        let text = printable(text, |c| format!("\\x{:02x}", u32::from(c)));
        let _ = stderr().lock().write_all(text.as_bytes());
    }
}

/// Why a command failed, as a text for people.
#[derive(Debug)]
pub(super) struct Failure(String);

impl Failure {
    pub(super) fn new(text: impl Into<String>) -> Self {
        Self(text.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl From<AdministrationError> for Failure {
    fn from(error: AdministrationError) -> Self {
        let advice = match &error {
            AdministrationError::Cloud(error) => return Self(provider::error_text(error)),
            AdministrationError::NothingLeft { .. } | AdministrationError::NothingOfId { .. } => {
                "; `world show` lists what runs where"
            }
            AdministrationError::InUse { .. } => "; destroy that too",
            AdministrationError::NotSpot { .. } => "; `world terminate` ends it",
            AdministrationError::TooManyMarketChanges { .. } => "; `world market --reset` takes them back",
            AdministrationError::NotEmpty { .. } => "; name another, or overwrite it with --overwrite",
            AdministrationError::ClockIsAhead { .. }
            | AdministrationError::ClockOutOfRange
            | AdministrationError::SameWorld => "",
        };
        Self(format!("{error}{advice}"))
    }
}

/// The progress of long work on a terminal; prints nothing into a pipe.
#[derive(Debug)]
pub(super) struct Progress {
    label: &'static str,
    percent: Option<i64>,
    is_terminal: bool,
}

impl Progress {
    pub(super) fn new(label: &'static str) -> Self {
        Self { label, percent: None, is_terminal: stderr().is_terminal() }
    }

    pub(super) fn update(&mut self, done: i64, total: i64) {
        let percent = done.saturating_mul(100) / total.max(1);
        if self.is_terminal && self.percent != Some(percent) {
            let _ = write!(stderr().lock(), "\r{} {percent:>3} %", self.label);
            self.percent = Some(percent);
        }
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if self.percent.is_some() {
            let _ = write!(stderr().lock(), "\r{:width$}\r", "", width = self.label.len() + 6);
        }
    }
}
