//! Forks of a world file: `world.db.fork-1`, with the lock `world.db.fork-1.lock` beside it.
//!
//! There is no fork without its lock file, so that another file of the same name is never removed.

use std::fs::{self, File, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use super::ForkClaim;
use crate::cloud::store::sqlite::{file_id, make_directory, private_file};
use crate::cloud::store::{WorldError, WorldLocation};

#[derive(Debug)]
struct FileFork {
    location: WorldLocation,
    path: PathBuf,
    /// The folder of the world, if it was made for this fork.
    made_directory: Option<PathBuf>,
    lock: File,
}

/// The files that the database makes beside its main one.
const SUFFIXES: [&str; 4] = ["", "-wal", "-shm", "-journal"];

pub(super) fn claim(world: &Path) -> Result<Box<dyn ForkClaim>, WorldError> {
    let directory = directory_of(world);
    let made_directory = (!directory.is_dir()).then(|| directory.to_owned());
    make_directory(world)?;
    remove_abandoned(world, directory);
    for number in 1..=u32::MAX {
        let path = numbered(world, number);
        if path.exists() && !lock_file(&path).exists() {
            continue;
        }
        if let Some(lock) = try_lock(&path).map_err(|error| not_writable(world, &error))? {
            remove_files(&path).map_err(|error| not_writable(world, &error))?;
            let location = WorldLocation::File(path.clone());
            return Ok(Box::new(FileFork { location, path, made_directory, lock }));
        }
    }
    Err(WorldError::Other { world: world.display().to_string(), detail: "it has too many forks".to_owned() })
}

impl ForkClaim for FileFork {
    fn location(&self) -> &WorldLocation {
        &self.location
    }

    fn remove(self: Box<Self>) -> Result<(), WorldError> {
        remove_files(&self.path)
            .and_then(|()| remove_file(&lock_file(&self.path)))
            .map_err(|error| not_writable(&self.path, &error))?;
        drop(self.lock);
        if let Some(directory) = &self.made_directory {
            // It stays if something else is in it by now.
            let _ = fs::remove_dir(directory);
        }
        Ok(())
    }
}

/// Removes forks whose owner is gone. One that cannot be removed is left, as it is no hindrance.
fn remove_abandoned(world: &Path, directory: &Path) {
    let Ok(entries) = fs::read_dir(directory) else { return };
    let prefix = format!("{}.fork-", world.file_name().unwrap_or_default().to_string_lossy());
    for entry in entries.flatten() {
        let name = entry.file_name();
        let number = name.to_str().and_then(|name| name.strip_prefix(&prefix)?.strip_suffix(".lock")?.parse().ok());
        let Some(path) = number.map(|number| numbered(world, number)) else { continue };
        if let Ok(Some(lock)) = try_lock(&path) {
            let removed = remove_files(&path).and_then(|()| remove_file(&lock_file(&path)));
            drop(lock);
            if let Err(error) = removed {
                tracing::warn!(fork = %path.display(), %error, "an abandoned fork of the world cannot be removed");
            }
        }
    }
}

/// The lock of a fork; `None` while another process, or this one, has it.
fn try_lock(path: &Path) -> io::Result<Option<File>> {
    let path = lock_file(path);
    loop {
        let lock = match private_file().read(true).create(true).open(&path) {
            Ok(lock) => lock,
            // It belongs to another user.
            Err(error) if error.kind() == io::ErrorKind::PermissionDenied && path.exists() => return Ok(None),
            Err(error) => return Err(error),
        };
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Ok(None),
            Err(TryLockError::Error(error)) => return Err(error),
        }
        // Its owner may have removed the file before the lock was free: then the next one to come would not find it.
        if lock.metadata().is_ok_and(|locked| file_id(&locked) == fs::metadata(&path).ok().and_then(|at| file_id(&at)))
        {
            return Ok(Some(lock));
        }
    }
}

fn directory_of(world: &Path) -> &Path {
    world.parent().filter(|directory| !directory.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

fn numbered(world: &Path, number: u32) -> PathBuf {
    with_suffix(world, &format!(".fork-{number}"))
}

fn lock_file(path: &Path) -> PathBuf {
    with_suffix(path, ".lock")
}

fn with_suffix(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

fn remove_files(path: &Path) -> io::Result<()> {
    SUFFIXES.iter().try_for_each(|suffix| remove_file(&with_suffix(path, suffix)))
}

fn remove_file(path: &Path) -> io::Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
        removed => removed,
    }
}

fn not_writable(path: &Path, error: &io::Error) -> WorldError {
    WorldError::NotWritable { world: path.display().to_string(), reason: error.to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(directory: &Path) -> Vec<String> {
        let mut names: Vec<String> =
            fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
        names.sort();
        names
    }

    #[test]
    fn two_forks_have_two_places_and_leave_nothing() {
        let folder = tempfile::tempdir().unwrap();
        let world = folder.path().join("own/world.db");
        let (first, second) = (claim(&world).unwrap(), claim(&world).unwrap());
        assert_ne!(first.location(), second.location());
        assert_eq!(names(&folder.path().join("own")), ["world.db.fork-1.lock", "world.db.fork-2.lock"]);
        second.remove().unwrap();
        first.remove().unwrap();
        assert_eq!(names(folder.path()), [""; 0], "the folder was made for the first fork");
    }

    /// A process that is killed leaves its files and no locked lock.
    #[test]
    fn what_a_killed_process_left_is_removed_and_what_others_made_is_not() {
        let folder = tempfile::tempdir().unwrap();
        let world = folder.path().join("world.db");
        for left in ["world.db.fork-2", "world.db.fork-2-wal", "world.db.fork-2.lock", "world.db.fork-7.lock"] {
            fs::write(folder.path().join(left), "left").unwrap();
        }
        fs::write(folder.path().join("world.db.fork-1"), "another file").unwrap();
        let fork = claim(&world).unwrap();
        assert_eq!(names(folder.path()), ["world.db.fork-1", "world.db.fork-2.lock"]);
        fork.remove().unwrap();
        assert_eq!(names(folder.path()), ["world.db.fork-1"]);
    }

    #[cfg(unix)]
    #[test]
    fn only_the_owner_may_read_the_files_of_a_fork() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let fork = claim(&folder.path().join("world.db")).unwrap();
        drop(crate::cloud::store::open(fork.location(), || 7).unwrap());
        for name in names(folder.path()) {
            let mode = fs::metadata(folder.path().join(&name)).unwrap().permissions().mode() & 0o777;
            assert_eq!(mode, 0o600, "{name}");
        }
    }
}
