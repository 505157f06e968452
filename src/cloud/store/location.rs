//! Where a world is kept.

use std::path::PathBuf;

use super::PostgresUrl;

/// Where a world is kept.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorldLocation {
    /// A SQLite file. Its directory is created if only that one is missing.
    File(PathBuf),
    /// A schema of a PostgreSQL database, which many machines share.
    Postgres(Box<PostgresUrl>),
    /// The memory of this process; the world ends with it.
    Memory,
}
