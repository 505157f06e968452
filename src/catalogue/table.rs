//! Reads the embedded data files: one row a line, columns apart by spaces, `#` starts a comment line.

use std::fmt::Display;
use std::str::FromStr;

use crate::base::ApiEnum;

/// The rows of an embedded file.
pub(super) fn rows(file: &'static str, text: &'static str) -> impl Iterator<Item = Row> {
    let is_row = |line: &str| !line.trim().is_empty() && !line.starts_with('#');
    let lines = text.lines().enumerate().filter(move |(_, line)| is_row(line));
    lines.map(move |(index, line)| Row { file, number: index + 1, rest: line.trim() })
}

/// One row, read column by column.
///
/// The files are part of the program, so a mistake in one is a broken invariant: every method panics with the file and
/// the line, and a test reads every file.
pub(super) struct Row {
    file: &'static str,
    number: usize,
    rest: &'static str,
}

impl Row {
    /// The next column; panics if there is none.
    pub(super) fn column(&mut self) -> &'static str {
        self.next_column().unwrap_or_else(|| self.fail("a column is missing"))
    }

    pub(super) fn next_column(&mut self) -> Option<&'static str> {
        let (column, rest) = self.rest.split_once(' ').unwrap_or((self.rest, ""));
        self.rest = rest.trim_start();
        (!column.is_empty()).then_some(column)
    }

    pub(super) fn number<T: FromStr<Err: Display>>(&mut self) -> T {
        let text = self.column();
        self.parse(text)
    }

    /// A keyword of a fixed list.
    pub(super) fn keyword<T: Copy>(&mut self, keywords: &[(&str, T)]) -> T {
        let text = self.column();
        match keywords.iter().find(|(keyword, _)| *keyword == text) {
            Some((_, value)) => *value,
            None => self.fail(&format!("`{text}` is not a known keyword")),
        }
    }

    /// The next column, which holds one of an enumeration's names.
    pub(super) fn api_enum<E: ApiEnum>(&mut self) -> E {
        let text = self.column();
        E::parse(text).unwrap_or_else(|unknown| self.fail(&format!("the column is {unknown}")))
    }

    /// The rest of the line, spaces included.
    pub(super) fn rest(self) -> &'static str {
        self.rest
    }

    pub(super) fn parse<T: FromStr<Err: Display>>(&self, text: &str) -> T {
        text.parse().unwrap_or_else(|error| self.fail(&format!("`{text}`: {error}")))
    }

    pub(super) fn fail(&self, problem: &str) -> ! {
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
        assert_eq!(row.column(), "b");
        assert_eq!(row.number::<u32>(), 12);
        assert!(row.keyword(&[("no", false), ("yes", true)]));
        assert_eq!(row.rest(), "the rest of it");
        assert!(rows.next().is_none());
    }

    #[test]
    #[should_panic(expected = "test:1: a column is missing")]
    fn a_missing_column_names_file_and_line() {
        let mut row = rows("test", "a").next().unwrap();
        row.column();
        row.column();
    }
}
