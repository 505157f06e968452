//! Values of parameters and columns.

/// A parameter of a statement or a column of a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum SqlValue {
    Null,
    Integer(i64),
    Text(String),
    Bytes(Vec<u8>),
}

/// A row of an answer. The getters panic on a column of another kind: statement and reader stand side by side in one
/// function, so that is a mistake in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Row(pub(super) Vec<SqlValue>);

impl Row {
    pub(super) fn into_values(self) -> Vec<SqlValue> {
        self.0
    }

    pub(crate) fn integer(&self, column: usize) -> i64 {
        match &self.0[column] {
            SqlValue::Integer(number) => *number,
            other => panic!("column {column} is {other:?}, not an integer"),
        }
    }

    pub(crate) fn optional_integer(&self, column: usize) -> Option<i64> {
        (self.0[column] != SqlValue::Null).then(|| self.integer(column))
    }

    /// A count, which is never negative.
    pub(crate) fn count(&self, column: usize) -> u32 {
        u32::try_from(self.integer(column)).unwrap_or_else(|_| panic!("column {column} is not a count"))
    }

    pub(crate) fn text(&self, column: usize) -> &str {
        match &self.0[column] {
            SqlValue::Text(text) => text,
            other => panic!("column {column} is {other:?}, not a text"),
        }
    }

    pub(crate) fn optional_text(&self, column: usize) -> Option<&str> {
        (self.0[column] != SqlValue::Null).then(|| self.text(column))
    }

    pub(crate) fn bytes(&self, column: usize) -> &[u8] {
        match &self.0[column] {
            SqlValue::Bytes(bytes) => bytes,
            other => panic!("column {column} is {other:?}, not bytes"),
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
