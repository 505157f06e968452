//! Files that are read: regular ones alone. Opening a FIFO waits for its writer, in a system call that nothing interrupts,
//! and each process of a command reads the file again, while a FIFO gives its text only once.

use std::fs::{self, File};
use std::io;
use std::path::Path;

/// Opens a file to read it.
///
/// # Errors
/// It is not there, cannot be opened, or is no regular file.
pub fn open(path: &Path) -> io::Result<File> {
    if fs::metadata(path)?.is_file() {
        return File::open(path);
    }
    Err(io::Error::new(io::ErrorKind::InvalidInput, "it is not a regular file"))
}

/// Spreadsheets and some shells begin a text with it.
const BYTE_ORDER_MARK: char = '\u{feff}';

/// A text without the mark that it may begin with.
#[must_use]
pub fn without_byte_order_mark(mut text: String) -> String {
    if text.starts_with(BYTE_ORDER_MARK) {
        text.remove(0);
    }
    text
}

/// The text of a file, without a byte-order mark.
///
/// # Errors
/// Those of [`open`], and what is not UTF-8.
pub fn read(path: &Path) -> io::Result<String> {
    Ok(without_byte_order_mark(io::read_to_string(open(path)?)?))
}

/// Writes a file; an existing one must be regular, or a device such as `/dev/null`.
///
/// # Errors
/// It cannot be written, or is a FIFO or a socket.
pub fn write(path: &Path, text: &str) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt as _;
        if fs::metadata(path).is_ok_and(|found| found.file_type().is_fifo()) {
            return Err(io::Error::new(io::ErrorKind::InvalidInput, "it is a FIFO"));
        }
    }
    fs::write(path, text)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn a_fifo_is_refused_and_not_waited_for() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("fifo");
        assert!(std::process::Command::new("mkfifo").arg(&path).status().unwrap().success());
        assert_eq!(read(&path).unwrap_err().kind(), io::ErrorKind::InvalidInput);
        assert_eq!(write(&path, "text").unwrap_err().kind(), io::ErrorKind::InvalidInput);
        write(Path::new("/dev/null"), "text").unwrap();
        let file = folder.path().join("file");
        write(&file, "text").unwrap();
        assert_eq!(read(&file).unwrap(), "text");
    }
}
