//! What can be wrong with a world's file: the place, what it is, and what to do about it.

use std::path::PathBuf;

/// The world could not be opened, read or written; a transaction that met this changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    #[error("the world `{}` cannot be made: the directory `{}` does not exist; create it, or set `world` to another path", path.display(), directory.display())]
    MissingDirectory { path: PathBuf, directory: PathBuf },
    #[error("`{}` is not a world: {found}; set `world` to another path, or move the file away", path.display())]
    NotAWorld { path: PathBuf, found: &'static str },
    #[error(
        "the world `{}` has version {found}, newer than the {known} that this release knows; update the provider",
        path.display()
    )]
    NewerVersion { path: PathBuf, found: i64, known: i64 },
    #[error("the world `{}` cannot be written: {reason}; make the file and its directory writable, or set `world` to another path", path.display())]
    NotWritable { path: PathBuf, reason: String },
    #[error("the world `{}` could not be changed because the disk is full; it is as it was before the call: free some space and try again", path.display())]
    DiskFull { path: PathBuf },
    #[error(
        "the world `{}` stayed locked by other processes for {seconds} s; look for one that hangs, or try again",
        path.display()
    )]
    Busy { path: PathBuf, seconds: u64 },
    #[error("the world `{}` is damaged ({detail}); restore a copy, or delete the file to begin a new world", path.display())]
    Damaged { path: PathBuf, detail: String },
    #[error("the world `{}` failed: {detail}", path.display())]
    Other { path: PathBuf, detail: String },
}
