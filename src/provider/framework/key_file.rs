//! The file that receives a private key: its owner can read it, and no user can write it.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use crate::base::openssh::PrivateKey;
use crate::cloud::is_database_file;

/// Writes the file atomically and replaces one that exists: a reader sees the whole key or the previous file.
pub(crate) fn write(path: &Path, key: &PrivateKey) -> io::Result<()> {
    if is_database_file(path) {
        return Err(io::Error::new(io::ErrorKind::AlreadyExists, "it is a world"));
    }
    let unfinished = beside(path)?;
    let written = fill(&unfinished, key).and_then(|()| fs::rename(&unfinished, path));
    if written.is_err() {
        // A partly written file would leave a private key behind. If it was not created, there is nothing to remove.
        let _ = fs::remove_file(&unfinished);
    }
    written
}

fn fill(path: &Path, key: &PrivateKey) -> io::Result<()> {
    let mut file = create(path)?;
    file.write_all(key.expose().as_bytes())?;
    file.sync_all()
}

/// A new file, mode 0400 from the first moment on.
fn create(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt as _;
        options.mode(0o400);
    }
    options.open(path)
}

fn beside(path: &Path) -> io::Result<PathBuf> {
    let name = path.file_name().ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
    let mut unfinished = std::ffi::OsString::from(".");
    unfinished.push(name);
    unfinished.push(format!(".{}", std::process::id()));
    Ok(path.with_file_name(unfinished))
}
