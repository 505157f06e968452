//! The world in a schema of a PostgreSQL database: locks, migrations, and what to do when the connection breaks.
//!
//! Reading takes one snapshot and no lock. A writer shares the lock of the world and has that of a region alone,
//! or has the lock of the world alone; the server's queue for a lock is first come, first served. No call waits
//! for a lock while holding one that a call ahead of it may still want, so there is no deadlock.

mod connect; // makes the connection that a URL describes
mod connection; // statements and their answers
mod failure; // what errors mean
mod fork; // copies of a world that live as long as their owner
mod many; // one statement over many rows
mod migration; // finding, making and migrating a world
mod pace; // answers that trickle
mod password; // the password file
mod pipeline; // statements that go to the server together
mod stream; // the socket, and TLS above it
mod tls; // trusted authorities
mod tls_refusal; // why a connection is not encrypted
mod url; // connection strings and variables
mod values; // the server's types

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use connect::MAX_CONNECT;
use connection::{Connection, LOCK_SECONDS, STATEMENT_SECONDS};
use failure::interrupted;
pub(super) use fork::claim as claim_fork;
use migration::ExistingSchema;
pub use url::{PostgresUrl, PostgresVariables, resembles_connection_string};

use super::schema::WORLD as WORLD_ROW;
use super::stop::is_stop_requested;
use super::{Access, Row, SqlValue, Stopwatch, Store, Tx, WorldError, WorldRow};
use crate::base::Seed;

/// One connection, replaced when it is lost; calls of this process take turns on it.
#[derive(Debug)]
pub(super) struct Postgres {
    place: PostgresUrl,
    random_number: fn() -> u64,
    session: Mutex<Option<Session>>,
}

/// A connection that has found the world.
#[derive(Debug)]
struct Session {
    connection: Connection,
    schema: String,
    /// The schema's own number, under which its locks are.
    lock_space: i32,
    /// Drawn by the server; with the number of a call it is in `commits` once that call is final.
    id: String,
    calls: u64,
    /// Whether commits that are not looked up any more were deleted.
    old_commits_deleted: bool,
}

/// A column of a row that was looked at.
fn text(row: Option<&Vec<Option<String>>>, column: usize) -> Option<&str> {
    row?.get(column)?.as_deref()
}

const RETRY_INTERVAL: Duration = Duration::from_millis(50);
/// How long to look for a server that is not there: long enough for a restart, short enough for a typing error.
const FIRST_CONNECT: Duration = Duration::from_secs(3);
/// It was there a moment ago, or says that it is starting.
const RECONNECT: Duration = Duration::from_secs(15);
/// It did not answer on a second connection either.
const LAST_LOOK: Duration = Duration::from_secs(3);

/// Two keys make an advisory lock; this is the second one for the world, and regions have others.
const WORLD: i32 = 0;

impl Postgres {
    /// Connects, and makes the schema and its tables where they are missing.
    pub(super) fn open(place: &PostgresUrl, random_number: fn() -> u64) -> Result<Self, WorldError> {
        let session = Session::open(place, random_number, FIRST_CONNECT, MAX_CONNECT)?;
        Ok(Self { place: place.clone(), random_number, session: Mutex::new(Some(session)) })
    }
}

/// Whether there is a world; looking makes none.
pub(super) fn exists(place: &PostgresUrl) -> Result<bool, WorldError> {
    Ok(ExistingSchema::look(place, &Connection::open(place)?)?.is_a_world())
}

/// The worlds of the database that the user may see, by name.
pub(super) fn worlds(place: &PostgresUrl) -> Result<Vec<PostgresUrl>, WorldError> {
    let connection = Connection::open(place)?;
    let prefix = PostgresUrl::SCHEMA_PREFIX;
    let row = connection.look(&format!(
        "SELECT string_agg(substr(n.nspname, {}), ',' ORDER BY n.nspname COLLATE \"C\")
         FROM pg_namespace n JOIN pg_class c ON c.relnamespace = n.oid AND c.relname = 'simcloud_format'
         WHERE left(n.nspname, {}) = '{prefix}' AND has_schema_privilege(n.oid, 'USAGE')",
        prefix.len() + 1,
        prefix.len()
    ))?;
    let names = text(row.as_ref(), 0).unwrap_or_default().split(',').filter(|name| !name.is_empty());
    Ok(names.map(|name| place.with_world(name)).collect())
}

/// Removes the schema of a world, once no call uses it.
pub(super) fn remove(place: &PostgresUrl) -> Result<(), WorldError> {
    let connection = Connection::open(place)?;
    let found = ExistingSchema::look(place, &connection)?;
    if !found.is_a_world() {
        return Err(WorldError::NotAWorld { world: place.to_string(), found: "there is no such schema" });
    }
    let removed = connection.batch(&format!(
        "BEGIN; SET LOCAL lock_timeout TO '{LOCK_SECONDS}s';
         SELECT pg_advisory_xact_lock({}, {WORLD}); DROP SCHEMA {} CASCADE; COMMIT",
        found.lock_space,
        place.schema()
    ));
    if removed.is_err() {
        let _ = connection.batch("ROLLBACK");
    }
    removed
}

impl Store for Postgres {
    fn begin(&self, access: Access<'_>) -> Result<Box<dyn Tx + '_>, WorldError> {
        let mut session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        let mut ready = match session.take().filter(|session| !session.connection.is_closed()) {
            Some(ready) => ready,
            None => Session::open(&self.place, self.random_number, RECONNECT, MAX_CONNECT)?,
        };
        match ready.begin(access) {
            Ok(world) => {
                *session = Some(ready);
                Ok(Box::new(PostgresTx { of: self, session, access: TransactionKind::of(access), world, open: true }))
            }
            Err(error) => {
                if ready.connection.batch("ROLLBACK").is_ok() {
                    *session = Some(ready);
                }
                Err(error)
            }
        }
    }

    fn is_current(&self) -> bool {
        let session = self.session.lock().unwrap_or_else(PoisonError::into_inner);
        // Without a session the next transaction connects again.
        session.as_ref().is_none_or(|session| session.is_at(&self.place))
    }
}

impl Session {
    /// Connects, and tries again for `retry_period`; each attempt takes at most `limit`.
    fn open(
        place: &PostgresUrl,
        random_number: fn() -> u64,
        retry_period: Duration,
        limit: Duration,
    ) -> Result<Self, WorldError> {
        let begun = Stopwatch::start();
        loop {
            let opened = Connection::open_within(place, limit)
                .and_then(|connection| Self::at_world(place, random_number, connection));
            let retry_period = match &opened {
                Err(WorldError::Unreachable { .. }) => retry_period,
                Err(WorldError::Interrupted { .. }) => RECONNECT,
                _ => return opened,
            };
            if begun.elapsed() >= retry_period {
                return opened;
            }
            if is_stop_requested() {
                return Err(WorldError::Stopped);
            }
            thread::sleep(RETRY_INTERVAL);
        }
    }

    fn at_world(place: &PostgresUrl, random_number: fn() -> u64, connection: Connection) -> Result<Self, WorldError> {
        let found = ExistingSchema::of_newest_version(place, random_number, &connection)?;
        Ok(Self {
            connection,
            schema: place.schema(),
            lock_space: found.lock_space,
            id: found.session,
            calls: 0,
            old_commits_deleted: false,
        })
    }

    /// Whether the database still has the world that this session has found.
    fn is_at(&self, place: &PostgresUrl) -> bool {
        ExistingSchema::look(place, &self.connection)
            .is_ok_and(|found| found.is_newest() && found.lock_space == self.lock_space)
    }

    /// The world's clock and id, read once the locks are there.
    fn begin(&mut self, access: Access<'_>) -> Result<Option<WorldRow>, WorldError> {
        self.connection.begin_call();
        if !self.old_commits_deleted && matches!(access, Access::Write | Access::WriteIn(_)) {
            self.delete_old_commits()?;
            self.old_commits_deleted = true;
        }
        let (space, settings) = (self.lock_space, self.settings(access));
        let begin = format!("BEGIN ISOLATION LEVEL READ COMMITTED; {settings}");
        let begin = match access {
            Access::Read => format!("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; {settings}"),
            Access::Write | Access::Relaxed => format!("{begin}; SELECT pg_advisory_xact_lock({space}, {WORLD})"),
            // The region's first: who shared the world's while waiting for it would be let in together with others,
            // in any order, whenever a clock has moved.
            Access::WriteIn(region) => format!(
                "{begin}; SELECT pg_advisory_xact_lock({space}, {});
                 SELECT pg_advisory_xact_lock_shared({space}, {WORLD})",
                region_lock(region)
            ),
        };
        let row = self.connection.look(&format!("{begin}; {WORLD_ROW}"))?;
        let column = |number| text(row.as_ref(), number);
        let clock = column(0).and_then(|clock| clock.parse().ok()).zip(column(1));
        let [market_changes, scenario] = [2, 3].map(|number| column(number).unwrap_or_default().to_owned());
        Ok(clock.map(|(clock, id)| WorldRow { clock, id: id.into(), market_changes, scenario }))
    }

    /// What a transaction needs is set in the transaction and ends with it: behind a pooler the next one may have another
    /// connection to the server, and other programs get this one.
    fn settings(&self, access: Access<'_>) -> String {
        let schema = &self.schema;
        let synchronous_commit = if access == Access::Relaxed { "off" } else { "on" };
        format!(
            "SET LOCAL search_path TO {schema}; SET LOCAL synchronous_commit TO {synchronous_commit};
             SET LOCAL lock_timeout TO '{LOCK_SECONDS}s'; SET LOCAL statement_timeout TO '{STATEMENT_SECONDS}s';
             SET LOCAL idle_in_transaction_session_timeout TO '{STATEMENT_SECONDS}s'"
        )
    }

    /// Commits are looked up within seconds; a day is more than enough.
    fn delete_old_commits(&self) -> Result<(), WorldError> {
        let schema = &self.schema;
        self.connection.batch(&format!(
            "DELETE FROM {schema}.commits WHERE (session, number) IN (SELECT session, number FROM {schema}.commits
                 WHERE at < now() - interval '1 day' FOR UPDATE SKIP LOCKED)"
        ))
    }
}

/// Two regions with one number would wait for each other, and that is all.
fn region_lock(region: &str) -> i32 {
    let number = Seed::new(0).derive(&["region lock", region]).number() & 0x7fff_ffff;
    i32::try_from(number).unwrap_or(1).max(1)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TransactionKind {
    Reads,
    /// In one region, or everywhere.
    Writes {
        everywhere: bool,
    },
    Relaxed,
}

impl TransactionKind {
    fn of(access: Access<'_>) -> Self {
        match access {
            Access::Read => Self::Reads,
            Access::WriteIn(_) => Self::Writes { everywhere: false },
            Access::Write => Self::Writes { everywhere: true },
            Access::Relaxed => Self::Relaxed,
        }
    }
}

struct PostgresTx<'a> {
    of: &'a Postgres,
    session: MutexGuard<'a, Option<Session>>,
    access: TransactionKind,
    world: Option<WorldRow>,
    open: bool,
}

impl PostgresTx<'_> {
    /// Finds out, on a new connection, what became of a COMMIT whose answer never came.
    fn settle(
        &mut self,
        commit: &CommitRecord,
        retry_period: Duration,
        world: String,
        detail: String,
    ) -> Result<(), WorldError> {
        // The old connection is given up, so that what it may still be doing comes to an end.
        *self.session = None;
        self.open = false;
        match commit.was_committed(self.of, retry_period) {
            Ok((session, was_committed)) => {
                *self.session = Some(session);
                if was_committed { Ok(()) } else { Err(WorldError::Interrupted { world, detail }) }
            }
            Err(error) => Err(WorldError::Unanswered { world, detail: error.to_string() }),
        }
    }

    fn connection(&mut self) -> Result<&mut Connection, WorldError> {
        match self.session.as_mut() {
            Some(session) => Ok(&mut session.connection),
            None => Err(interrupted(&self.of.place.to_string(), "the connection is closed")),
        }
    }
}

impl Tx for PostgresTx<'_> {
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<(), WorldError> {
        self.connection()?.execute(sql, parameters)
    }

    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<Row>, WorldError> {
        self.connection()?.query(sql, parameters)
    }

    fn world(&mut self) -> Result<Option<WorldRow>, WorldError> {
        Ok(self.world.clone())
    }

    fn execute_many(&mut self, sql: &str, rows: Vec<Vec<SqlValue>>) -> Result<(), WorldError> {
        self.connection()?.execute_many(sql, rows)
    }

    fn is_exclusive(&self) -> bool {
        matches!(self.access, TransactionKind::Writes { everywhere: true } | TransactionKind::Relaxed)
    }

    fn commit(mut self: Box<Self>) -> Result<(), WorldError> {
        if !matches!(self.access, TransactionKind::Writes { .. }) {
            self.connection()?.finish("COMMIT")?;
            self.open = false;
            return Ok(());
        }
        let Some(session) = self.session.as_mut() else { return self.connection().map(|_| ()) };
        session.calls += 1;
        let commit =
            CommitRecord { schema: session.schema.clone(), session: session.id.clone(), number: session.calls };
        match session.connection.finish(&format!("{}; COMMIT", commit.insert_sql(false))) {
            Ok(()) => {
                self.open = false;
                Ok(())
            }
            Err(WorldError::Interrupted { world, detail }) => self.settle(&commit, RECONNECT, world, detail),
            Err(WorldError::Unreachable { world, detail }) => self.settle(&commit, LAST_LOOK, world, detail),
            Err(error) => Err(error),
        }
    }
}

impl Drop for PostgresTx<'_> {
    fn drop(&mut self) {
        let Some(session) = self.session.as_mut().filter(|_| self.open) else { return };
        session.connection.discard_pending();
        if session.connection.batch("ROLLBACK").is_err() {
            *self.session = None;
        }
    }
}

/// The row of `commits` that a transaction writes, so that it is known later whether it was committed.
struct CommitRecord {
    schema: String,
    session: String,
    number: u64,
}

impl CommitRecord {
    /// The SQL that writes the row: in the transaction itself, or `claimed` by the call that looks for it. The transaction
    /// can no longer write a claimed row, so that a COMMIT which is still on its way fails.
    fn insert_sql(&self, claimed: bool) -> String {
        let Self { schema, session, number } = self;
        format!("INSERT INTO {schema}.commits (session, number, claimed) VALUES ('{session}', {number}, {claimed})")
    }

    /// Asks, on a new connection, whether a COMMIT whose answer never came took effect. Waits for it if it still runs.
    fn was_committed(&self, of: &Postgres, retry_period: Duration) -> Result<(Session, bool), WorldError> {
        let Self { schema, session, number } = self;
        let mut tries = 0;
        loop {
            tries += 1;
            let opened = Session::open(&of.place, of.random_number, retry_period, retry_period)?;
            let looked =
                opened.connection.batch(&format!("{} ON CONFLICT DO NOTHING", self.insert_sql(true))).and_then(|()| {
                    opened.connection.look(&format!(
                        "SELECT claimed FROM {schema}.commits WHERE session = '{session}' AND number = {number}"
                    ))
                });
            match looked {
                Ok(row) => return Ok((opened, text(row.as_ref(), 0) == Some("f"))),
                Err(WorldError::Interrupted { .. }) if tries < 5 => {}
                Err(error) => return Err(error),
            }
        }
    }
}

#[cfg(test)]
mod tests;
