//! Reads the embedded data files: one row a line, columns apart by spaces, `#` starts a comment line.

use std::fmt::Display;
use std::str::FromStr;

/// The rows of an embedded file.
pub(super) fn rows(file: &'static str, text: &'static str) -> impl Iterator<Item = Row> {
    let is_row = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
    let lines = text.lines().enumerate().filter(move |(_, line)| is_row(line));
    lines.map(move |(index, line)| Row { file, number: index + 1, left: line.trim() })
}

/// One row, read column by column.
///
/// The files are part of the program, so whatever they lack is a broken invariant: every reader panics with the file
/// and the line, and a test reads every file.
pub(super) struct Row {
    file: &'static str,
    number: usize,
    left: &'static str,
}

impl Row {
    pub(super) fn text(&mut self) -> &'static str {
        self.next_text().unwrap_or_else(|| self.broken("a column is missing"))
    }

    pub(super) fn next_text(&mut self) -> Option<&'static str> {
        let (column, left) = self.left.split_once(' ').unwrap_or((self.left, ""));
        self.left = left.trim_start();
        (!column.is_empty()).then_some(column)
    }

    pub(super) fn number<T: FromStr<Err: Display>>(&mut self) -> T {
        let text = self.text();
        self.read(text)
    }

    /// A word of a fixed list.
    pub(super) fn word<T: Copy>(&mut self, words: &[(&str, T)]) -> T {
        let text = self.text();
        match words.iter().find(|(word, _)| *word == text) {
            Some((_, value)) => *value,
            None => self.broken(&format!("`{text}` is not a known word")),
        }
    }

    /// All that is left of the line, spaces included.
    pub(super) fn rest(self) -> &'static str {
        self.left
    }

    pub(super) fn read<T: FromStr<Err: Display>>(&self, text: &str) -> T {
        text.parse().unwrap_or_else(|error| self.broken(&format!("`{text}`: {error}")))
    }

    pub(super) fn broken(&self, problem: &str) -> ! {
        panic!("{}:{}: {problem}", self.file, self.number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_read_column_by_column_and_comments_are_skipped() {
        let mut rows = rows("test", "# a comment\n\n  b   12  yes  the rest of it\n");
        let mut row = rows.next().unwrap();
        assert_eq!(row.text(), "b");
        assert_eq!(row.number::<u32>(), 12);
        assert!(row.word(&[("no", false), ("yes", true)]));
        assert_eq!(row.rest(), "the rest of it");
        assert!(rows.next().is_none());
    }

    #[test]
    #[should_panic(expected = "test:1: a column is missing")]
    fn a_missing_column_names_file_and_line() {
        let mut row = rows("test", "a").next().unwrap();
        row.text();
        row.text();
    }
}
