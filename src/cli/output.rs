//! The terminal: replies on stdout, errors and progress on stderr.

use std::fmt;
use std::io::{IsTerminal, Write, stderr, stdout};

use crate::cloud::AdministrationError;
use crate::provider;

/// A reply, written when the command is done. An error of writing is ignored: the reader has closed the pipe.
#[derive(Debug, Default)]
pub(super) struct Output {
    reply: String,
}

impl Output {
    pub(super) fn print(&mut self, text: &str) {
        self.reply.push_str(text);
    }

    pub(super) fn line(&mut self, text: &str) {
        self.print(text);
        self.print("\n");
    }

    pub(super) fn json(&mut self, value: &serde_json::Value) {
        self.line(&format!("{value:#}"));
    }

    pub(super) fn flush(&mut self) {
        let mut stdout = stdout().lock();
        let _ = stdout.write_all(std::mem::take(&mut self.reply).as_bytes()).and_then(|()| stdout.flush());
    }

    #[expect(clippy::unused_self, reason = "everything that a command prints goes through this type")]
    pub(super) fn error(&self, text: &str) {
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
            AdministrationError::NothingToReclaim | AdministrationError::NothingLeft { .. } => {
                "; `world show` tells what lives where"
            }
            AdministrationError::NotEmpty { .. } => "; name another, or overwrite it with --overwrite",
            AdministrationError::ClockIsAhead { .. } | AdministrationError::SameWorld => "",
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
