//! The world in one SQLite file. No other file names the database crate.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, OpenFlags, ToSql, params_from_iter};

use super::schema::MIGRATIONS;
use super::{Access, Row, SqlValue, Store, Tx, WorldError};

/// One connection; calls of this process take turns on it, and SQLite's locks order the processes.
#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    connection: Mutex<Connection>,
}

/// "simc": how a world is told from other SQLite files.
const APPLICATION_ID: i64 = 0x7369_6d63;

/// Long enough for sixteen processes that each write a thousand instances, again and again.
const BUSY_SECONDS: u64 = 60;
const LONGEST_NAP_MILLISECONDS: u64 = 8;

impl Sqlite {
    /// Opens the file, making it and its own directory where they are missing.
    pub(super) fn open(path: &Path) -> Result<Self, WorldError> {
        make_directory(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).map_err(|error| opening(path, &error))?;
        Self::prepare(path, connection)
    }

    pub(super) fn in_memory() -> Result<Self, WorldError> {
        let path = Path::new(":memory:");
        let connection = Connection::open_in_memory().map_err(|error| opening(path, &error))?;
        Self::prepare(path, connection)
    }

    fn prepare(path: &Path, mut connection: Connection) -> Result<Self, WorldError> {
        configure(&mut connection).map_err(|error| opening(path, &error))?;
        let known = version_of(path, &connection)?;
        if known < newest_version() {
            migrate(path, &connection)?;
        }
        Ok(Self { path: path.to_owned(), connection: Mutex::new(connection) })
    }
}

impl Store for Sqlite {
    fn begin(&self, access: Access) -> Result<Box<dyn Tx + '_>, WorldError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let statement = match access {
            Access::Read => "BEGIN",
            Access::Write => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
            Access::Repeatable => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
        };
        connection.execute_batch(statement).map_err(|error| failed(&self.path, Some(&connection), &error))?;
        Ok(Box::new(SqliteTx { path: &self.path, connection, open: true }))
    }
}

struct SqliteTx<'a> {
    path: &'a Path,
    connection: MutexGuard<'a, Connection>,
    open: bool,
}

impl SqliteTx<'_> {
    fn failed(&self, error: &rusqlite::Error) -> WorldError {
        failed(self.path, Some(&self.connection), error)
    }
}

impl Tx for SqliteTx<'_> {
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<u64, WorldError> {
        let run = || self.connection.prepare_cached(&own_parameters(sql))?.execute(params_from_iter(parameters));
        run().map(|changed| changed as u64).map_err(|error| self.failed(&error))
    }

    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<Row>, WorldError> {
        let run = || {
            let mut statement = self.connection.prepare_cached(&own_parameters(sql))?;
            let columns = statement.column_count();
            let mut found = statement.query(params_from_iter(parameters))?;
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                let values = (0..columns).map(|column| row.get_ref(column).map(own_value));
                rows.push(Row(values.collect::<Result<_, _>>()?));
            }
            Ok(rows)
        };
        run().map_err(|error| self.failed(&error))
    }

    fn insert_many(&mut self, sql: &str, rows: &[Vec<SqlValue>]) -> Result<(), WorldError> {
        let run = || {
            let mut statement = self.connection.prepare_cached(&own_parameters(sql))?;
            for row in rows {
                statement.execute(params_from_iter(row))?;
            }
            Ok(())
        };
        run().map_err(|error| self.failed(&error))
    }

    fn commit(mut self: Box<Self>) -> Result<(), WorldError> {
        self.connection.execute_batch("COMMIT").map_err(|error| self.failed(&error))?;
        self.open = false;
        Ok(())
    }
}

impl Drop for SqliteTx<'_> {
    fn drop(&mut self) {
        // After some errors SQLite has rolled back by itself; then there is nothing left to do.
        if self.open && !self.connection.is_autocommit() {
            let _ = self.connection.execute_batch("ROLLBACK");
        }
    }
}

impl ToSql for SqlValue {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Null => ValueRef::Null,
            Self::Integer(number) => ValueRef::Integer(*number),
            Self::Text(text) => ValueRef::Text(text.as_bytes()),
            Self::Bytes(bytes) => ValueRef::Blob(bytes),
        }))
    }
}

fn own_value(value: ValueRef<'_>) -> SqlValue {
    match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(number) => SqlValue::Integer(number),
        ValueRef::Real(number) => SqlValue::Text(number.to_string()),
        ValueRef::Text(text) => SqlValue::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => SqlValue::Bytes(bytes.to_vec()),
    }
}

/// To SQLite `$1` is a name, numbered by first appearance; `?1` is the first parameter wherever it stands.
fn own_parameters(sql: &str) -> String {
    sql.replace('$', "?")
}

fn newest_version() -> i64 {
    i64::try_from(MIGRATIONS.len()).unwrap_or(i64::MAX)
}

/// Only the last directory is made, so that a typing error further up is noticed.
fn make_directory(path: &Path) -> Result<(), WorldError> {
    let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) else { return Ok(()) };
    if directory.is_dir() {
        return Ok(());
    }
    match fs::create_dir(directory) {
        Ok(()) => Ok(()),
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => Ok(()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let missing = directory.parent().unwrap_or(directory).to_owned();
            Err(WorldError::MissingDirectory { path: path.to_owned(), directory: missing })
        }
        Err(error) => Err(WorldError::NotWritable { path: path.to_owned(), reason: error.to_string() }),
    }
}

fn configure(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(nap))?;
    connection.set_prepared_statement_cache_capacity(64);
    connection.execute_batch("PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384;")
}

/// Naps grow from one millisecond to a few: who waits long is not passed over for ever by who just came.
fn nap(tries: i32) -> bool {
    let tries = u64::try_from(tries).unwrap_or(0);
    let milliseconds = (1 + tries / 4).min(LONGEST_NAP_MILLISECONDS);
    thread::sleep(Duration::from_millis(milliseconds));
    tries * LONGEST_NAP_MILLISECONDS < BUSY_SECONDS * 1_000
}

/// 0 for a file without anything in it.
fn version_of(path: &Path, connection: &Connection) -> Result<i64, WorldError> {
    let number = |sql: &str| -> Result<i64, WorldError> {
        connection.query_row(sql, [], |row| row.get(0)).map_err(|error| opening(path, &error))
    };
    let (application, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    if application == APPLICATION_ID && version > newest_version() {
        return Err(WorldError::NewerVersion { path: path.to_owned(), found: version, known: newest_version() });
    }
    if application == APPLICATION_ID {
        return Ok(version);
    }
    if application == 0 && version == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0 {
        return Ok(0);
    }
    Err(WorldError::NotAWorld { path: path.to_owned(), found: "it is a SQLite database of another program" })
}

/// Several processes may be here at once: one of them migrates, the others find it done.
fn migrate(path: &Path, connection: &Connection) -> Result<(), WorldError> {
    switch_to_wal(connection).map_err(|error| failed(path, None, &error))?;
    let run = |sql: &str| connection.execute_batch(sql).map_err(|error| failed(path, None, &error));
    run("BEGIN IMMEDIATE")?;
    let migrated = version_of(path, connection).and_then(|version| {
        for statements in MIGRATIONS.iter().skip(usize::try_from(version).unwrap_or(0)) {
            run(&statements.replace("/* clustered */", "WITHOUT ROWID"))?;
        }
        run(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {};", newest_version()))?;
        run("COMMIT")
    });
    if migrated.is_err() && !connection.is_autocommit() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    migrated
}

/// The switch needs the file for itself, and SQLite does not wait for it as it waits for a transaction.
fn switch_to_wal(connection: &Connection) -> rusqlite::Result<()> {
    for tries in 0.. {
        match connection.query_row("PRAGMA journal_mode = WAL", [], |row| row.get::<_, String>(0)) {
            Ok(_) => return Ok(()),
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && nap(tries) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn opening(path: &Path, error: &rusqlite::Error) -> WorldError {
    if path.is_dir() {
        return WorldError::NotAWorld { path: path.to_owned(), found: "it is a directory" };
    }
    failed(path, None, error)
}

fn failed(path: &Path, connection: Option<&Connection>, error: &rusqlite::Error) -> WorldError {
    let path = path.to_owned();
    let detail = error.to_string();
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => WorldError::NotAWorld { path, found: "it is not a SQLite database" },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            WorldError::NotWritable { path, reason: detail }
        }
        Some(ErrorCode::DiskFull) => WorldError::DiskFull { path },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => WorldError::Busy { path, seconds: BUSY_SECONDS },
        Some(ErrorCode::DatabaseCorrupt) => WorldError::Damaged { path, detail: check(connection).unwrap_or(detail) },
        _ => WorldError::Other { path, detail },
    }
}

/// What SQLite's own check finds first; it reads the whole file, so it runs only once something looked damaged.
fn check(connection: Option<&Connection>) -> Option<String> {
    connection?.query_row("PRAGMA quick_check(1)", [], |row| row.get(0)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn clock(store: &Sqlite) -> i64 {
        store.begin(Access::Read).unwrap().query("SELECT clock FROM world", &[]).unwrap()[0].integer(0)
    }

    #[test]
    fn parameters_are_numbered_wherever_they_stand() {
        let store = Sqlite::in_memory().unwrap();
        let mut tx = store.begin(Access::Read).unwrap();
        let rows = tx.query("SELECT $2, $1, $2", &["one".into(), "two".into()]).unwrap();
        assert_eq!([rows[0].text(0), rows[0].text(1), rows[0].text(2)], ["two", "one", "two"]);
    }

    #[test]
    fn a_transaction_that_is_dropped_leaves_no_trace() {
        let store = Sqlite::in_memory().unwrap();
        let before = clock(&store);
        store.begin(Access::Write).unwrap().execute("UPDATE world SET clock = $1", &[7_i64.into()]).unwrap();
        assert_eq!(clock(&store), before);
        let mut tx = store.begin(Access::Write).unwrap();
        tx.execute("UPDATE world SET clock = $1", &[7_i64.into()]).unwrap();
        tx.commit().unwrap();
        assert_eq!(clock(&store), 7);
    }

    #[test]
    fn a_full_disk_leaves_the_world_as_it_was() {
        let store = Sqlite::in_memory().unwrap();
        let before = clock(&store);
        store.connection.lock().unwrap().execute_batch("PRAGMA max_page_count = 60").unwrap();
        let mut tx = store.begin(Access::Write).unwrap();
        tx.execute("UPDATE world SET clock = $1", &[7_i64.into()]).unwrap();
        let big: Vec<Vec<SqlValue>> =
            (0..200).map(|n: i64| vec![n.to_string().into(), "x".repeat(4_000).into()]).collect();
        let full = tx.insert_many("INSERT INTO request_counts VALUES ($1, $2)", &big).unwrap_err();
        assert!(matches!(full, WorldError::DiskFull { .. }), "{full}");
        drop(tx);
        assert_eq!(clock(&store), before);
    }

    #[test]
    fn many_connections_make_one_world() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("made/world.db");
        thread::scope(|scope| {
            let opened: Vec<_> =
                (0..16).map(|_| scope.spawn(|| Sqlite::open(&path).map(|store| clock(&store)))).collect();
            for thread in opened {
                assert_eq!(thread.join().unwrap().unwrap(), 1_767_225_600);
            }
        });
    }

    #[test]
    fn a_newer_world_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("world.db");
        let store = Sqlite::open(&path).unwrap();
        store.connection.lock().unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
        let error = Sqlite::open(&path).unwrap_err();
        assert_eq!(error, WorldError::NewerVersion { path, found: 99, known: newest_version() });
    }
}
