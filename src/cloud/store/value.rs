//! Values of parameters and columns.

use super::damage::damaged;
use crate::base::Time;

/// No release writes a larger number, and sums of smaller ones do not overflow.
const LARGEST_NUMBER: i64 = 1 << 62;

/// No release writes a larger count, and sums of fifteen do not overflow.
const LARGEST_COUNT: u32 = 1 << 28;

/// A parameter of a statement or a column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SqlValue {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row of an answer. A column that a getter cannot read is damage: statement and reader stand side by side in one
/// function.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(super) Vec<SqlValue>);

impl Row {
    pub(super) fn into_values(self) -> Vec<SqlValue> {
        self.0
    }

    pub(crate) fn integer(&self, column: usize) -> i64 {
        match &self.0[column] {
            SqlValue::Integer(number) => *number,
            other => self.damage(column, other, "a number"),
        }
    }

    pub(crate) fn optional_integer(&self, column: usize) -> Option<i64> {
        (self.0[column] != SqlValue::Null).then(|| self.integer(column))
    }

    /// A number that is counted with.
    pub(crate) fn number(&self, column: usize) -> i64 {
        let number = self.integer(column);
        let is_plausible = (-LARGEST_NUMBER..=LARGEST_NUMBER).contains(&number);
        if is_plausible { number } else { self.damage(column, &self.0[column], "a smaller number") }
    }

    /// A count, which is never negative.
    pub(crate) fn count(&self, column: usize) -> u32 {
        match u32::try_from(self.integer(column)) {
            Ok(count) if count <= LARGEST_COUNT => count,
            _ => self.damage(column, &self.0[column], "a count"),
        }
    }

    /// A moment of simulated time.
    pub(crate) fn time(&self, column: usize) -> Time {
        let time = Time::from_unix_seconds(self.integer(column));
        if time.is_representable() { time } else { self.damage(column, &self.0[column], "a time") }
    }

    pub(crate) fn optional_time(&self, column: usize) -> Option<Time> {
        (self.0[column] != SqlValue::Null).then(|| self.time(column))
    }

    fn damage(&self, column: usize, found: &SqlValue, expected: &str) -> ! {
        let found = match found {
            SqlValue::Null => "nothing".to_owned(),
            SqlValue::Integer(number) => format!("the number {number}"),
            SqlValue::Text(_) => "a text".to_owned(),
            SqlValue::Bytes(_) => "bytes".to_owned(),
        };
        damaged(format!("{found} stands in column {} of {} where {expected} should be", column + 1, self.0.len()))
    }

    pub(crate) fn text(&self, column: usize) -> &str {
        match &self.0[column] {
            SqlValue::Text(text) => text,
            other => self.damage(column, other, "a text"),
        }
    }

    pub(crate) fn optional_text(&self, column: usize) -> Option<&str> {
        (self.0[column] != SqlValue::Null).then(|| self.text(column))
    }

    pub(crate) fn bytes(&self, column: usize) -> &[u8] {
        match &self.0[column] {
            SqlValue::Bytes(bytes) => bytes,
            other => self.damage(column, other, "bytes"),
        }
    }
}

impl From<i64> for SqlValue {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for SqlValue {
    fn from(number: u32) -> Self {
        Self::Integer(i64::from(number))
    }
}

impl From<bool> for SqlValue {
    fn from(flag: bool) -> Self {
        Self::Integer(i64::from(flag))
    }
}

impl From<&str> for SqlValue {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for SqlValue {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<Vec<u8>> for SqlValue {
    fn from(bytes: Vec<u8>) -> Self {
        Self::Bytes(bytes)
    }
}

impl<T: Into<Self>> From<Option<T>> for SqlValue {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}
