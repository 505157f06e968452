//! The world in one SQLite file. No other file names this database's crate.

use std::cell::Cell;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

use rusqlite::config::DbConfig;
use rusqlite::types::{ToSqlOutput, ValueRef};
use rusqlite::{Connection, ErrorCode, MAIN_DB, OpenFlags, ToSql, params_from_iter};

use super::schema::{NEWEST_VERSION, WORLD, check_version, identification, migrations_from};
use super::stop::is_stop_requested;
use super::{Access, LONG_WAIT, Row, SqlValue, Stopwatch, Store, Tx, WorldError, WorldRow};
use crate::base::WorldId;

/// One connection; calls of this process take turns on it, and SQLite's locks order the processes.
#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    /// The file that was opened under the path; `None` in memory and where the system has no such numbers.
    file: Option<FileId>,
    connection: Mutex<Connection>,
    /// Whether commits wait for the disk, as SQLite does by default; who holds the connection sets it. It is set only
    /// when it changes, because SQLite then compiles every statement again.
    waits_for_disk: AtomicBool,
}

/// "simc": how a world is told from other SQLite files.
const APPLICATION_ID: i64 = 0x7369_6d63;

/// Long enough for sixteen processes that each write a thousand instances, again and again.
const BUSY_SECONDS: u64 = 60;
const MAX_LOCK_WAIT_MILLISECONDS: u64 = 8;

impl Sqlite {
    /// Opens the file, making it and its own directory where they are missing. Where nothing may be written, a world that is
    /// at rest is opened to be read.
    pub(super) fn open(path: &Path, random_number: fn() -> u64) -> Result<Self, WorldError> {
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(path, flags).or_else(|_| {
            make_missing(path)?;
            Connection::open_with_flags(path, flags).map_err(|error| opening(path, &error))
        })?;
        match Self::prepare(path, connection, random_number) {
            Err(WorldError::NotWritable { .. }) if is_at_rest(path) => Self::open_at_rest(path, random_number),
            opened => opened,
        }
    }

    /// Opens a file that does not change. Otherwise SQLite writes a file beside it even to read it.
    fn open_at_rest(path: &Path, random_number: fn() -> u64) -> Result<Self, WorldError> {
        let escaped = path.to_string_lossy().replace('%', "%25").replace('?', "%3f").replace('#', "%23");
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_URI | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let connection = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags);
        Self::prepare(path, connection.map_err(|error| opening(path, &error))?, random_number)
    }

    pub(super) fn in_memory(random_number: fn() -> u64) -> Result<Self, WorldError> {
        let path = Path::new(":memory:");
        let connection = Connection::open_in_memory().map_err(|error| opening(path, &error))?;
        Self::prepare(path, connection, random_number)
    }

    fn prepare(path: &Path, mut connection: Connection, random_number: fn() -> u64) -> Result<Self, WorldError> {
        configure(&mut connection).map_err(|error| opening(path, &error))?;
        let known = version_of(path, &connection)?;
        if known < NEWEST_VERSION {
            migrate(path, &connection, random_number)?;
        }
        Ok(Self {
            path: path.to_owned(),
            file: id_at(path),
            connection: Mutex::new(connection),
            waits_for_disk: AtomicBool::new(true),
        })
    }

    /// The statement that begins a transaction on the connection that the caller holds.
    fn beginning(&self, access: Access<'_>) -> &'static str {
        let waits = match access {
            Access::Read => return "BEGIN",
            Access::Write | Access::WriteIn(_) => true,
            Access::Relaxed => false,
        };
        match (self.waits_for_disk.swap(waits, Ordering::Relaxed) == waits, waits) {
            (true, _) => "BEGIN IMMEDIATE",
            (false, true) => "PRAGMA synchronous = FULL; BEGIN IMMEDIATE",
            (false, false) => "PRAGMA synchronous = NORMAL; BEGIN IMMEDIATE",
        }
    }
}

impl Store for Sqlite {
    fn begin(&self, access: Access<'_>) -> Result<Box<dyn Tx + '_>, WorldError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        let statement = self.beginning(access);
        connection.execute_batch(statement).map_err(|error| failed(&self.path, Some(&connection), &error))?;
        let file = self.file.filter(|_| access != Access::Read);
        Ok(Box::new(SqliteTx { path: &self.path, file, connection, open: true }))
    }

    fn is_current(&self) -> bool {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        // One that was opened at rest sees no changes.
        id_at(&self.path) == self.file
            && connection.is_readonly(MAIN_DB) == Ok(false)
            && version_of(&self.path, &connection) == Ok(NEWEST_VERSION)
    }

    fn compact(&self) -> Result<(), WorldError> {
        let connection = self.connection.lock().unwrap_or_else(PoisonError::into_inner);
        match connection.execute_batch("VACUUM; PRAGMA wal_checkpoint(TRUNCATE)") {
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) => Ok(()),
            done => done.map_err(|error| failed(&self.path, Some(&connection), &error)),
        }
    }
}

struct SqliteTx<'a> {
    path: &'a Path,
    /// The file that must still be under the path when the transaction commits.
    file: Option<FileId>,
    connection: MutexGuard<'a, Connection>,
    open: bool,
}

impl SqliteTx<'_> {
    fn failed(&self, error: &rusqlite::Error) -> WorldError {
        failed(self.path, Some(&self.connection), error)
    }
}

impl Tx for SqliteTx<'_> {
    fn execute(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<(), WorldError> {
        let run = || self.connection.prepare_cached(&to_sqlite_parameters(sql))?.execute(params_from_iter(parameters));
        run().map(|_| ()).map_err(|error| self.failed(&error))
    }

    fn query(&mut self, sql: &str, parameters: &[SqlValue]) -> Result<Vec<Row>, WorldError> {
        let run = || {
            let mut statement = self.connection.prepare_cached(&to_sqlite_parameters(sql))?;
            let columns = statement.column_count();
            let mut found = statement.query(params_from_iter(parameters))?;
            let mut rows = Vec::new();
            while let Some(row) = found.next()? {
                let values = (0..columns).map(|column| row.get_ref(column).map(to_sql_value));
                rows.push(Row(values.collect::<Result<_, _>>()?));
            }
            Ok(rows)
        };
        run().map_err(|error| self.failed(&error))
    }

    fn world(&mut self) -> Result<Option<WorldRow>, WorldError> {
        let rows = self.query(WORLD, &[])?;
        Ok(rows.first().map(|row| WorldRow {
            clock: row.integer(0),
            id: row.text(1).into(),
            market_changes: row.text(2).to_owned(),
            scenario: row.text(3).to_owned(),
        }))
    }

    fn execute_many(&mut self, sql: &str, rows: Vec<Vec<SqlValue>>) -> Result<(), WorldError> {
        let run = || {
            let mut statement = self.connection.prepare_cached(&to_sqlite_parameters(sql))?;
            for row in rows {
                statement.execute(params_from_iter(row))?;
            }
            Ok(())
        };
        run().map_err(|error| self.failed(&error))
    }

    fn is_exclusive(&self) -> bool {
        true
    }

    fn commit(mut self: Box<Self>) -> Result<(), WorldError> {
        if self.file.is_some() && id_at(self.path) != self.file {
            return Err(WorldError::Replaced { world: world_name(self.path) });
        }
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

fn to_sql_value(value: ValueRef<'_>) -> SqlValue {
    match value {
        ValueRef::Null => SqlValue::Null,
        ValueRef::Integer(number) => SqlValue::Integer(number),
        ValueRef::Real(number) => SqlValue::Text(number.to_string()),
        ValueRef::Text(text) => SqlValue::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => SqlValue::Bytes(bytes.to_vec()),
    }
}

/// To SQLite `$1` is a name, numbered by first appearance; `?1` is the first parameter wherever it stands.
fn to_sqlite_parameters(sql: &str) -> String {
    sql.replace('$', "?")
}

/// Device and inode of a file.
pub(super) type FileId = (u64, u64);

fn id_at(path: &Path) -> Option<FileId> {
    fs::metadata(path).ok().as_ref().and_then(file_id)
}

/// `None` where the system has no such numbers.
#[cfg_attr(unix, expect(clippy::unnecessary_wraps, reason = "other systems have no such numbers"))]
pub(super) fn file_id(file: &fs::Metadata) -> Option<FileId> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt as _;
        Some((file.dev(), file.ino()))
    }
    #[cfg(not(unix))]
    {
        let _ = file;
        None
    }
}

/// Whether there is a world's file that no process has open: one that had would have a write-ahead log beside it.
fn is_at_rest(path: &Path) -> bool {
    let mut log = path.as_os_str().to_owned();
    log.push("-wal");
    path.is_file() && !Path::new(&log).exists()
}

/// Whether a SQLite file is a world, of any version.
pub(super) fn is_world(path: &Path) -> bool {
    let number = || -> rusqlite::Result<i64> {
        let connection = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY)?;
        connection.query_row("PRAGMA application_id", [], |row| row.get(0))
    };
    // The file beside it that has the log begins otherwise, and a shared memory file too.
    !["-wal", "-shm"].iter().any(|end| path.to_string_lossy().ends_with(end)) && number() == Ok(APPLICATION_ID)
}

/// Removes the file of a world and those beside it. A process that has it open can commit nothing any more.
pub(super) fn remove(path: &Path) -> Result<(), WorldError> {
    if !is_world(path) {
        return Err(WorldError::NotAWorld { world: world_name(path), found: "it is another file" });
    }
    // Waits for what is being written, and then keeps others from beginning.
    let store = Sqlite::open(path, || 0)?;
    let tx = store.begin(Access::Write)?;
    for end in ["", "-wal", "-shm"] {
        let mut file = path.as_os_str().to_owned();
        file.push(end);
        match fs::remove_file(&file) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                return Err(WorldError::NotWritable { world: world_name(path), reason: error.to_string() });
            }
            _ => {}
        }
    }
    drop(tx);
    Ok(())
}

/// Makes the directory of a file if that alone is missing, and returns whether it did. Only the last directory is made, so
/// that a typing error further up is noticed.
pub(super) fn make_directory(path: &Path) -> Result<bool, WorldError> {
    let Some(directory) = path.parent().filter(|directory| !directory.as_os_str().is_empty()) else { return Ok(false) };
    if directory.is_dir() {
        return Ok(false);
    }
    match create_private_directory(directory) {
        Ok(()) => Ok(true),
        // Another process was faster.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists && directory.is_dir() => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let missing = directory.parent().unwrap_or(directory).to_owned();
            Err(WorldError::MissingDirectory { world: world_name(path), directory: missing })
        }
        Err(error) => Err(WorldError::NotWritable { world: world_name(path), reason: error.to_string() }),
    }
}

/// Makes the file of a world, and its own directory, where they are missing.
fn make_missing(path: &Path) -> Result<(), WorldError> {
    if make_directory(path)? {
        ignore_in_git(path);
    }
    make_file(path)
}

/// A world is no source: a directory that was made for one says so to Git. Without this file it works as well.
fn ignore_in_git(path: &Path) {
    let _ = fs::write(path.with_file_name(".gitignore"), "# Simulated clouds, which are no sources.\n*\n");
}

/// Creates an empty file that only its owner may read, if it does not exist: a world holds user data. SQLite gives its
/// `-wal` and `-shm` files the permissions of the world's file. Permissions of an existing file stay.
fn make_file(path: &Path) -> Result<(), WorldError> {
    match private_file().create_new(true).open(path) {
        Err(error) if error.kind() == io::ErrorKind::StorageFull => {
            Err(WorldError::DiskFull { world: world_name(path) })
        }
        // If it can neither be created nor opened, SQLite finds the reason.
        Ok(_) | Err(_) => Ok(()),
    }
}

/// A file to write, which only its owner may read if it is new.
pub(super) fn private_file() -> fs::OpenOptions {
    let mut options = fs::OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o600);
    }
    options
}

/// Creates a directory that only its owner may enter.
fn create_private_directory(directory: &Path) -> io::Result<()> {
    #[cfg_attr(not(unix), expect(unused_mut, reason = "only Unix has modes"))]
    let mut builder = fs::DirBuilder::new();
    #[cfg(unix)]
    {
        use std::os::unix::fs::DirBuilderExt as _;
        builder.mode(0o700);
    }
    builder.create(directory)
}

/// A checkpoint waits for the disk; with 16 MiB between two of them a long time that passes at once is not slowed down.
///
/// What is deleted is overwritten with zeros, because it may be user data.
const CONFIGURATION: &str = "PRAGMA temp_store = MEMORY; PRAGMA cache_size = -16384; PRAGMA wal_autocheckpoint = 4096;
     PRAGMA secure_delete = ON;";

fn configure(connection: &mut Connection) -> rusqlite::Result<()> {
    connection.busy_handler(Some(wait_for_lock))?;
    // A statement keeps its plan: without this SQLite compiles some again each time a parameter changes.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    connection.set_prepared_statement_cache_capacity(128);
    connection.execute_batch(CONFIGURATION)
}

thread_local! {
    /// How long this thread has been waiting for a lock, and whether that was said.
    static WAIT: Cell<Option<(Stopwatch, bool)>> = const { Cell::new(None) };
}

/// Waits before the lock is tried again: one millisecond at first, later a few, so that newer calls do not always get
/// it first. Returns whether to try again: not after [`BUSY_SECONDS`], nor when a stop was requested.
fn wait_for_lock(tries: i32) -> bool {
    let tries = u64::try_from(tries).unwrap_or(0);
    let (wait, is_said) = WAIT.get().filter(|_| tries > 0).unwrap_or_else(|| (Stopwatch::start(), false));
    let is_long = wait.elapsed() >= LONG_WAIT;
    if is_long && !is_said {
        tracing::warn!("waiting for the lock of the world, which another call has");
    }
    WAIT.set(Some((wait, is_long)));
    let milliseconds = (1 + tries / 4).min(MAX_LOCK_WAIT_MILLISECONDS);
    thread::sleep(Duration::from_millis(milliseconds));
    wait.elapsed().as_secs() < BUSY_SECONDS && !is_stop_requested()
}

/// 0 for a file without anything in it. Looks at one moment, because another process may be making the world.
fn version_of(path: &Path, connection: &Connection) -> Result<i64, WorldError> {
    let run = |sql: &str| connection.execute_batch(sql).map_err(|error| opening(path, &error));
    run("SAVEPOINT look")?;
    let version = version_now(path, connection);
    // After some errors there is nothing left to release.
    let _ = run("RELEASE look");
    version
}

fn version_now(path: &Path, connection: &Connection) -> Result<i64, WorldError> {
    let number = |sql: &str| -> Result<i64, WorldError> {
        connection.query_row(sql, [], |row| row.get(0)).map_err(|error| opening(path, &error))
    };
    let (application, version) = (number("PRAGMA application_id")?, number("PRAGMA user_version")?);
    if application == APPLICATION_ID {
        return check_version(&world_name(path), version).map(|()| version);
    }
    if application == 0 && version == 0 && number("SELECT count(*) FROM sqlite_schema")? == 0 {
        return Ok(0);
    }
    Err(WorldError::NotAWorld { world: world_name(path), found: "it is a SQLite database of another program" })
}

/// Several processes may be here at once: one of them migrates, the others find it done.
fn migrate(path: &Path, connection: &Connection, random_number: fn() -> u64) -> Result<(), WorldError> {
    switch_to_wal(connection).map_err(|error| failed(path, None, &error))?;
    let run = |sql: &str| connection.execute_batch(sql).map_err(|error| failed(path, None, &error));
    run("BEGIN IMMEDIATE")?;
    let migrated = version_of(path, connection).and_then(|version| {
        for statements in migrations_from(version) {
            run(&statements.replace("/* clustered */", "WITHOUT ROWID"))?;
        }
        run(&identification(&WorldId::of_number(random_number())))?;
        run(&format!("PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {NEWEST_VERSION};"))?;
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
            Err(error) if error.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && wait_for_lock(tries) => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

fn opening(path: &Path, error: &rusqlite::Error) -> WorldError {
    if path.is_dir() {
        return WorldError::NotAWorld { world: world_name(path), found: "it is a directory" };
    }
    failed(path, None, error)
}

fn failed(path: &Path, connection: Option<&Connection>, error: &rusqlite::Error) -> WorldError {
    let world = world_name(path);
    // Without the statement, which tells a user nothing.
    let detail = match error {
        rusqlite::Error::SqlInputError { msg, .. } | rusqlite::Error::SqliteFailure(_, Some(msg)) => msg.clone(),
        other => other.to_string(),
    };
    match error.sqlite_error_code() {
        Some(ErrorCode::NotADatabase) => WorldError::NotAWorld { world, found: "it is not a SQLite database" },
        Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
            WorldError::NotWritable { world, reason: detail }
        }
        Some(ErrorCode::DiskFull) => WorldError::DiskFull { world },
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) if is_stop_requested() => WorldError::Stopped,
        Some(ErrorCode::DatabaseBusy | ErrorCode::DatabaseLocked) => WorldError::Busy { world, seconds: BUSY_SECONDS },
        Some(ErrorCode::DatabaseCorrupt) => WorldError::Damaged { world, detail: check(connection).unwrap_or(detail) },
        // A table or a column is missing, or rows contradict each other: no release leaves a world so.
        Some(ErrorCode::Unknown | ErrorCode::ConstraintViolation) => WorldError::Damaged { world, detail },
        _ => WorldError::Other { world, detail },
    }
}

/// How errors name the world.
fn world_name(path: &Path) -> String {
    path.display().to_string()
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
    fn a_full_disk_leaves_the_world_as_it_was() {
        let store = Sqlite::in_memory(|| 1).unwrap();
        let before = clock(&store);
        store.connection.lock().unwrap().execute_batch("PRAGMA max_page_count = 60").unwrap();
        let mut tx = store.begin(Access::Write).unwrap();
        tx.execute("UPDATE world SET clock = $1", &[7_i64.into()]).unwrap();
        let big: Vec<Vec<SqlValue>> =
            (0..200).map(|n: i64| vec![n.to_string().into(), "x".repeat(4_000).into()]).collect();
        let full = tx.execute_many("INSERT INTO request_counts VALUES ($1, $2)", big).unwrap_err();
        assert!(matches!(full, WorldError::DiskFull { .. }), "{full}");
        drop(tx);
        assert_eq!(clock(&store), before);
    }

    /// Anybody on the machine could read user data.
    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_files_of_a_world() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("own/world.db");
        let store = Sqlite::open(&path, || 1).unwrap();
        let mut tx = store.begin(Access::Write).unwrap();
        tx.execute("UPDATE world SET clock = 7", &[]).unwrap();
        tx.commit().unwrap();
        let mode = |name: &str| fs::metadata(folder.path().join(name)).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode("own"), 0o700);
        for name in ["own/world.db", "own/world.db-wal", "own/world.db-shm"] {
            assert_eq!(mode(name), 0o600, "{name}");
        }
        // An owner who gave others access keeps it so.
        fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
        drop(store);
        Sqlite::open(&path, || 1).unwrap();
        assert_eq!(mode("own/world.db"), 0o640);
    }

    /// Launches were acknowledged and stood in a file that could not be opened any more.
    #[cfg(unix)]
    #[test]
    fn a_file_that_was_removed_or_replaced_takes_no_more_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.db");
        let write = |store: &Sqlite| {
            let mut tx = store.begin(Access::Write).unwrap();
            tx.execute("UPDATE world SET clock = 7", &[]).unwrap();
            tx.commit()
        };
        let store = Sqlite::open(&path, || 1).unwrap();
        write(&store).unwrap();
        fs::rename(&path, folder.path().join("moved.db")).unwrap();
        let replaced = Err(WorldError::Replaced { world: world_name(&path) });
        assert_eq!(write(&store), replaced, "moved away");
        let other = Sqlite::open(&folder.path().join("other.db"), || 1).unwrap();
        drop(other);
        fs::rename(folder.path().join("other.db"), &path).unwrap();
        assert_eq!(write(&store), replaced, "another file in its place");
    }

    /// In a folder where nothing may be written, a pipeline that only plans could not even look at a world.
    #[test]
    fn a_world_at_rest_can_be_read_where_nothing_may_be_written() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("a world?#1%.db");
        let store = Sqlite::open(&path, || 1).unwrap();
        assert!(!is_at_rest(&path), "it is open");
        drop(store);
        assert!(is_at_rest(&path));
        let store = Sqlite::open_at_rest(&path, || 1).unwrap();
        assert_eq!(clock(&store), 1_767_225_600);
        let error = store.begin(Access::Write).unwrap().execute("UPDATE world SET clock = 1", &[]).unwrap_err();
        assert!(matches!(error, WorldError::NotWritable { .. }), "{error}");
    }

    #[test]
    fn a_newer_world_is_left_alone() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("world.db");
        let store = Sqlite::open(&path, || 1).unwrap();
        store.connection.lock().unwrap().execute_batch("PRAGMA user_version = 99").unwrap();
        let error = Sqlite::open(&path, || 1).unwrap_err();
        assert_eq!(error, WorldError::NewerVersion { world: world_name(&path), found: 99, known: NEWEST_VERSION });
    }

    /// Version 1 had other columns and was never released: its worlds must be refused, not misread.
    #[test]
    fn a_world_older_than_the_first_release_is_refused() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("world.db");
        let store = Sqlite::open(&path, || 1).unwrap();
        store.connection.lock().unwrap().execute_batch("PRAGMA user_version = 1").unwrap();
        let error = Sqlite::open(&path, || 1).unwrap_err();
        assert_eq!(error, WorldError::OlderVersion { world: world_name(&path), found: 1, oldest: 2 });
    }
}
