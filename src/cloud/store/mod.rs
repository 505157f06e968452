//! Where the world is kept: transactions over the SQL that SQLite and PostgreSQL share.
//!
//! Parameters are `$1`, `$2`, …; columns are TEXT, BIGINT and BYTEA, and texts are ordered byte by byte. Domain
//! code never asks which engine it has.

#[cfg(test)]
mod contract;
mod copy;
mod damage;
mod error;
mod fork;
mod location;
mod postgres;
pub(super) mod schema;
mod sqlite;
mod stop;
mod stopwatch;
mod value;

use std::fmt;
use std::path::Path;
use std::sync::Arc;

pub(crate) use copy::{copy, copy_to_memory, is_small};
pub(in crate::cloud) use damage::catch_damage;
pub(crate) use damage::damaged;
pub use error::WorldError;
pub(crate) use fork::{ForkClaim, claim_fork};
pub use location::{WorldLocation, is_database_file};
pub use postgres::{PostgresUrl, PostgresVariables, resembles_connection_string};
pub(in crate::cloud) use stop::ensure_not_stopped;
pub(crate) use stop::request_stop;
use stopwatch::LONG_WAIT;
pub(crate) use stopwatch::Stopwatch;
pub(crate) use value::{Row, SqlValue};

use crate::base::WorldId;

/// Opens a world, and creates it if it does not exist. `random_number` makes the id of a world that has none yet.
pub(crate) fn open(location: &WorldLocation, random_number: fn() -> u64) -> Result<Arc<dyn Store>, WorldError> {
    Ok(match location {
        WorldLocation::File(path) => Arc::new(sqlite::Sqlite::open(path, random_number)?),
        WorldLocation::Postgres(place) => Arc::new(postgres::Postgres::open(place, random_number)?),
        WorldLocation::Memory => Arc::new(sqlite::Sqlite::in_memory(random_number)?),
    })
}

/// Whether there is a world at a location; does not create one.
pub(crate) fn exists(location: &WorldLocation) -> Result<bool, WorldError> {
    match location {
        WorldLocation::File(path) => Ok(path.exists()),
        WorldLocation::Postgres(place) => postgres::exists(place),
        WorldLocation::Memory => Ok(true),
    }
}

/// The worlds in the files of a folder, by name.
pub(crate) fn worlds_in_folder(folder: &Path) -> Result<Vec<WorldLocation>, WorldError> {
    let failed = |error: std::io::Error| WorldError::Other {
        world: folder.display().to_string(),
        detail: format!("the folder cannot be read: {error}"),
    };
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if is_database_file(&path) && sqlite::is_world(&path) {
            found.push(path.strip_prefix(".").map(Path::to_owned).unwrap_or(path));
        }
    }
    found.sort();
    Ok(found.into_iter().map(WorldLocation::File).collect())
}

/// The worlds in the schemas of a database, by name.
pub(crate) fn worlds_in_database(place: &PostgresUrl) -> Result<Vec<WorldLocation>, WorldError> {
    let places = postgres::worlds(place)?;
    Ok(places.into_iter().map(|place| WorldLocation::Postgres(Box::new(place))).collect())
}

/// Removes a world: its file, or its schema.
pub(crate) fn drop_world(location: &WorldLocation) -> Result<(), WorldError> {
    match location {
        WorldLocation::File(path) => sqlite::remove(path),
        WorldLocation::Postgres(place) => postgres::remove(place),
        WorldLocation::Memory => Ok(()),
    }
}

/// Every table that both engines have.
pub(crate) fn tables() -> impl Iterator<Item = &'static str> {
    schema::TABLES.iter().map(|table| table.name)
}

/// An open world. Several may be open on the same location, in this process and in others.
pub(crate) trait Store: fmt::Debug + Send + Sync {
    /// Waits for its turn, first come, first served. A transaction that writes sees what every earlier one committed
    /// and excludes all others from what it may write; one that only reads sees one moment.
    fn begin(&self, access: Access<'_>) -> Result<Box<dyn Tx + '_>, WorldError>;

    /// Whether opening the location again would give the same world, in the same version. Until a transaction begins
    /// that may change.
    fn is_current(&self) -> bool;

    /// Overwrites deleted data and frees its space, unless another process has the world open.
    fn compact(&self) -> Result<(), WorldError> {
        Ok(())
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access<'a> {
    Read,
    /// Writes rows of this region only. Other regions may be written at the same time.
    WriteIn(&'a str),
    /// Writes anything, and has the whole world to itself.
    Write,
    /// Locks the whole world too, and does not wait for the disk at its commit: a loss of power may undo the transaction as
    /// a whole until the next ordinary write. For work that is repeated anyway, such as a step of time.
    Relaxed,
}

/// The world's own row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct WorldRow {
    /// In Unix seconds.
    pub(crate) clock: i64,
    pub(crate) id: WorldId,
    /// The changes of the market that the world keeps, a document; empty where there are none.
    pub(crate) market_changes: String,
    /// The fingerprint of the scenario that the world remembers; empty where there is none.
    pub(crate) scenario: String,
}

/// A transaction; dropped without a commit it is rolled back.
pub(crate) trait Tx {
    /// A failure is reported by this call, by a later one or at the latest by the commit: an engine may send the statement
    /// together with what follows.
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<(), WorldError>;

    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<Row>, WorldError>;

    /// The world's own row as the transaction found it. Every operation needs it, so an engine may read it when the
    /// transaction begins.
    fn world(&mut self) -> Result<Option<WorldRow>, WorldError>;

    /// Executes one statement once per row of parameters. No two rows may change the same row of the world.
    fn execute_many(&mut self, sql: &str, rows: Vec<Vec<SqlValue>>) -> Result<(), WorldError>;

    /// Whether this transaction locks the whole world: always with [`Access::Write`], and always in an engine without
    /// smaller locks.
    fn is_exclusive(&self) -> bool;

    /// Returns when the work would survive a loss of power (unless it is [`Access::Relaxed`]).
    fn commit(self: Box<Self>) -> Result<(), WorldError>;
}
