//! Where a world is kept.

use std::fmt;
use std::fs::File;
use std::io::Read as _;
use std::path::{Path, PathBuf};

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

impl WorldLocation {
    /// Whether it is the location of a fork, by its name: `world.db.fork-1`, or a world `team_fork_1` of a database.
    #[must_use]
    pub fn is_fork(&self) -> bool {
        match self {
            Self::File(path) => {
                let name = path.file_name().unwrap_or_default().to_string_lossy();
                let number = name.rsplit_once(".fork-").map(|(_, number)| number);
                number.is_some_and(|number| !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit()))
            }
            Self::Postgres(place) => place.is_fork(),
            Self::Memory => false,
        }
    }

    /// The text that names it in a configuration: a path, or a connection string.
    #[must_use]
    pub fn to_argument(&self) -> String {
        match self {
            Self::File(_) | Self::Memory => self.to_string(),
            Self::Postgres(place) => place.connection_string(),
        }
    }
}

impl fmt::Display for WorldLocation {
    /// How errors and reports name it: without passwords.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::File(path) => path.display().fmt(f),
            Self::Postgres(url) => url.fmt(f),
            Self::Memory => f.write_str("in memory"),
        }
    }
}

/// Whether a file is a SQLite database, such as a world, or one of the two files beside it. Nothing else may be written
/// there.
#[must_use]
pub fn is_database_file(file: &Path) -> bool {
    const HEADER: &[u8; 16] = b"SQLite format 3\0";
    let name = file.as_os_str().to_string_lossy();
    let main = ["-wal", "-shm"].iter().find_map(|suffix| name.strip_suffix(suffix)).unwrap_or(&name);
    let mut header = [0; HEADER.len()];
    // Opening a FIFO would wait for its writer.
    Path::new(main).is_file()
        && File::open(main).and_then(|mut file| file.read_exact(&mut header)).is_ok()
        && header == *HEADER
}
