//! Where the world is kept: transactions over the SQL that SQLite and PostgreSQL share.
//!
//! Parameters are `$1`, `$2`, …; columns are TEXT, BIGINT and BYTEA. Domain code never asks which engine it has.

mod error;

pub use error::WorldError;
