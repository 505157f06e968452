//! Forks of a world in a database: schemas of their own, with a comment that says so, each locked by its owner.
//!
//! There is no fork without the comment, so that another world of the same name is never removed. The
//! lock is that of an open transaction, which also a pooler leaves with its connection.

use super::connection::Connection;
use super::text;
use super::url::PostgresUrl;
use crate::cloud::store::fork::ForkClaim;
use crate::cloud::store::{WorldError, WorldLocation};

/// "simf", the first key of the lock of a fork.
const FORK: i32 = 0x7369_6d66;

const MARK: &str = "simcloud fork";

struct PostgresFork {
    location: WorldLocation,
    schema: String,
    /// In a transaction that has the lock.
    owner: Connection,
}

pub(in crate::cloud::store) fn claim(world: &PostgresUrl) -> Result<Box<dyn ForkClaim>, WorldError> {
    let (owner, other) = (Connection::open(world)?, Connection::open(world)?);
    for schema in marked(world, &other)? {
        if try_lock(&owner, &schema)? {
            owner.batch(&removal(&schema))?;
        }
    }
    for number in 1..=u32::MAX {
        let place = world.fork(number);
        let schema = place.schema();
        if !try_lock(&owner, &schema)? {
            continue;
        }
        let found = other.look(&format!("SELECT 1 FROM pg_namespace WHERE nspname = '{schema}'"))?;
        if found.is_none() {
            other.batch(&format!("CREATE SCHEMA {schema}; COMMENT ON SCHEMA {schema} IS '{MARK}'"))?;
            return Ok(Box::new(PostgresFork { location: WorldLocation::Postgres(Box::new(place)), schema, owner }));
        }
        owner.batch("ROLLBACK")?;
    }
    Err(WorldError::Other { world: world.to_string(), detail: "it has too many forks".to_owned() })
}

impl ForkClaim for PostgresFork {
    fn location(&self) -> &WorldLocation {
        &self.location
    }

    fn remove(self: Box<Self>) -> Result<(), WorldError> {
        self.owner.batch(&removal(&self.schema))
    }
}

impl std::fmt::Debug for PostgresFork {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("PostgresFork").field("location", &self.location).finish_non_exhaustive()
    }
}

/// The schemas of the world's forks.
fn marked(world: &PostgresUrl, connection: &Connection) -> Result<Vec<String>, WorldError> {
    let prefix = world.fork_schema_prefix();
    let row = connection.look(&format!(
        "SELECT string_agg(nspname, ',' ORDER BY nspname) FROM pg_namespace
         WHERE left(nspname, {}) = '{prefix}' AND obj_description(oid, 'pg_namespace') = '{MARK}'",
        prefix.len()
    ))?;
    Ok(text(row.as_ref(), 0)
        .unwrap_or_default()
        .split(',')
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Begins a transaction with the lock of a fork; without the transaction if another has it.
fn try_lock(owner: &Connection, schema: &str) -> Result<bool, WorldError> {
    let row = owner.look(&format!(
        "BEGIN; SET LOCAL idle_in_transaction_session_timeout TO 0;
         SELECT pg_try_advisory_xact_lock({FORK}, hashtext('{schema}'))"
    ))?;
    let is_locked = text(row.as_ref(), 0) == Some("t");
    if !is_locked {
        owner.batch("ROLLBACK")?;
    }
    Ok(is_locked)
}

/// Ends the transaction that has the lock.
fn removal(schema: &str) -> String {
    format!("DROP SCHEMA IF EXISTS {schema} CASCADE; COMMIT")
}
