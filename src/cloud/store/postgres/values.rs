//! Values of the store as the server's types.

use bytes::BytesMut;
use tokio_postgres::types::{FromSql, IsNull, ToSql, Type, to_sql_checked};

use crate::cloud::store::SqlValue;

type BoxedError = Box<dyn std::error::Error + Sync + Send>;

/// The type that a parameter is passed with; what null is, the server finds out.
pub(super) fn type_of(value: &SqlValue) -> Type {
    match value {
        SqlValue::Null => Type::UNKNOWN,
        SqlValue::Integer(_) => Type::INT8,
        SqlValue::Text(_) => Type::TEXT,
        SqlValue::Bytes(_) => Type::BYTEA,
    }
}

/// The type of each column of rows; `None` where one is null throughout.
pub(super) fn types_of(rows: &[Vec<SqlValue>]) -> Option<Vec<Type>> {
    let columns = rows.first().map_or(0, Vec::len);
    let of_column = |column: usize| rows.iter().map(|row| type_of(&row[column])).find(|kind| *kind != Type::UNKNOWN);
    (0..columns).map(of_column).collect()
}

pub(super) fn array_of(kind: &Type) -> Type {
    match *kind {
        Type::INT4 => Type::INT4_ARRAY,
        Type::INT8 => Type::INT8_ARRAY,
        Type::BYTEA => Type::BYTEA_ARRAY,
        _ => Type::TEXT_ARRAY,
    }
}

impl ToSql for SqlValue {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, BoxedError> {
        match self {
            Self::Null => Ok(IsNull::Yes),
            Self::Integer(number) if *kind == Type::INT4 => i32::try_from(*number)?.to_sql(kind, out),
            Self::Integer(number) if *kind == Type::INT8 => number.to_sql(kind, out),
            Self::Text(text) if <String as ToSql>::accepts(kind) => text.to_sql(kind, out),
            Self::Bytes(bytes) if *kind == Type::BYTEA => bytes.to_sql(kind, out),
            Self::Integer(_) | Self::Text(_) | Self::Bytes(_) => {
                Err(format!("a parameter stands where the server expects {kind}").into())
            }
        }
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}

impl<'a> FromSql<'a> for SqlValue {
    fn from_sql(kind: &Type, raw: &'a [u8]) -> Result<Self, BoxedError> {
        match *kind {
            Type::INT8 => i64::from_sql(kind, raw).map(Self::Integer),
            Type::INT4 => i32::from_sql(kind, raw).map(|number| Self::Integer(number.into())),
            Type::BYTEA => Ok(Self::Bytes(raw.to_vec())),
            Type::NUMERIC => integral(raw).map(Self::Integer).ok_or_else(|| "a sum is no 64-bit integer".into()),
            _ if <String as FromSql>::accepts(kind) => String::from_sql(kind, raw).map(Self::Text),
            _ => Err(format!("the store has no values of type {kind}").into()),
        }
    }

    fn from_sql_null(_: &Type) -> Result<Self, BoxedError> {
        Ok(Self::Null)
    }

    fn accepts(_: &Type) -> bool {
        true
    }
}

/// The whole number that a NUMERIC is: what sums of BIGINT are to this engine. Its form is four numbers of two bytes,
/// how many digits, the exponent of the first, the sign and the number of decimals, and then the digits to the base
/// 10,000.
fn integral(raw: &[u8]) -> Option<i64> {
    let numbers: Vec<u16> = raw.chunks_exact(2).map(|pair| u16::from_be_bytes([pair[0], pair[1]])).collect();
    let [_, first_place, sign, _, digits @ ..] = numbers.as_slice() else { return None };
    // Zeros at the end are left out, and zero has no digits at all. Five digits are more than 64 bits hold.
    let places = if digits.is_empty() { 0 } else { usize::from(first_place.wrapping_add(1)) };
    if digits.len() > places || places > 5 {
        return None;
    }
    let digit = |place: usize| i128::from(digits.get(place).copied().unwrap_or(0));
    let value = (0..places).fold(0, |value, place| value * 10_000 + digit(place));
    match sign {
        0 => i64::try_from(value).ok(),
        0x4000 => i64::try_from(-value).ok(),
        _ => None,
    }
}

/// One column of many rows, as an array.
#[derive(Debug)]
pub(super) struct Column<'a> {
    pub(super) rows: &'a [Vec<SqlValue>],
    pub(super) column: usize,
}

impl ToSql for Column<'_> {
    fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, BoxedError> {
        let values: Vec<&SqlValue> = self.rows.iter().map(|row| &row[self.column]).collect();
        values.to_sql(kind, out)
    }

    fn accepts(_: &Type) -> bool {
        true
    }

    to_sql_checked!();
}
