//! Where the world is kept: transactions over the SQL that SQLite and PostgreSQL share.
//!
//! Parameters are `$1`, `$2`, …; columns are TEXT, BIGINT and BYTEA. Domain code never asks which engine it has.

mod copy;
mod error;
mod schema;
mod sqlite;
mod value;

use std::fmt;
use std::sync::Arc;

pub(crate) use copy::copy;
pub use error::WorldError;
pub(crate) use value::{Row, SqlValue};

use super::config::WorldLocation;

/// Opens a world, making it first where there is none.
pub(crate) fn open(location: &WorldLocation) -> Result<Arc<dyn Store>, WorldError> {
    Ok(match location {
        WorldLocation::File(path) => Arc::new(sqlite::Sqlite::open(path)?),
        WorldLocation::Memory => Arc::new(sqlite::Sqlite::in_memory()?),
    })
}

/// An open world. Several may be open on the same place, in this process and in others.
pub(crate) trait Store: fmt::Debug + Send + Sync {
    /// Waits for its turn. A transaction that writes sees what every earlier one committed and excludes all others;
    /// one that only reads sees one moment.
    fn begin(&self, access: Access) -> Result<Box<dyn Tx + '_>, WorldError>;
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Read,
    Write,
    /// Writes what would be written again if it were lost, such as a step of time: a loss of power may take it back,
    /// whole, as long as no ordinary write has followed.
    Repeatable,
}

/// A transaction; dropped without a commit it leaves no trace.
pub(crate) trait Tx {
    /// Rows changed.
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<u64, WorldError>;

    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<Row>, WorldError>;

    /// Runs one statement once per row of parameters.
    fn insert_many(&mut self, sql: &str, rows: &[Vec<SqlValue>]) -> Result<(), WorldError>;

    /// Returns when the work would survive a loss of power (unless it is [`Access::Repeatable`]).
    fn commit(self: Box<Self>) -> Result<(), WorldError>;
}
