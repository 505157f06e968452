//! A bar that shows how far long work is, on a terminal alone.

use std::fmt::Write as _;
use std::io::{IsTerminal, Write as _, stderr};
use std::sync::atomic::{AtomicU32, Ordering};

/// Cells of the bar.
const WIDTH: u32 = 30;

/// Threads may tell it how far they are at once.
#[derive(Debug)]
pub(super) struct ProgressBar {
    label: String,
    /// In percent, plus one; 0 before anything was drawn.
    drawn: AtomicU32,
    is_terminal: bool,
}

impl ProgressBar {
    pub(super) fn new(label: String) -> Self {
        Self { label, drawn: AtomicU32::new(0), is_terminal: stderr().is_terminal() }
    }

    /// Draws the bar if it has changed.
    pub(super) fn update(&self, done: u32, total: u32) {
        if !self.is_terminal {
            return;
        }
        let percent = u64::from(done) * 100 / u64::from(total.max(1));
        let percent = u32::try_from(percent).unwrap_or(100);
        if self.drawn.load(Ordering::Relaxed) > percent {
            return;
        }
        // Another thread may have come further in the meantime; the lock keeps the bar from going back.
        let mut screen = stderr().lock();
        if self.drawn.fetch_max(percent + 1, Ordering::Relaxed) <= percent {
            let _ = screen.write_all(self.line(percent).as_bytes());
        }
    }

    fn line(&self, percent: u32) -> String {
        let full = percent * WIDTH / 100;
        let mut line = format!("\r{} [", self.label);
        for cell in 0..WIDTH {
            line.push(if cell < full { '#' } else { '.' });
        }
        let _ = write!(line, "] {percent:>3} %");
        line
    }
}

impl Drop for ProgressBar {
    fn drop(&mut self) {
        if self.drawn.load(Ordering::Relaxed) > 0 {
            let width = self.line(100).chars().count();
            let _ = write!(stderr().lock(), "\r{:width$}\r", "");
        }
    }
}
