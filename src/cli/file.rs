//! Reads the file of an argument, or stdin for `-`, and writes one.

use std::io::{Error, ErrorKind, Read, Result};
use std::path::Path;

use super::output::Failure;
use crate::base::regular_file::without_byte_order_mark;
use crate::cloud::is_database_file;

/// The text of a file of at most `max_bytes`, without a byte-order mark.
pub(super) fn read(file: &str, max_bytes: u64) -> Result<String> {
    let reader: Box<dyn Read> =
        if file == "-" { Box::new(std::io::stdin()) } else { Box::new(std::fs::File::open(file)?) };
    let mut text = String::new();
    let bytes = reader.take(max_bytes + 1).read_to_string(&mut text)?;
    if bytes as u64 > max_bytes {
        return Err(Error::new(ErrorKind::InvalidData, format!("it is longer than {} MiB", max_bytes >> 20)));
    }
    Ok(without_byte_order_mark(text))
}

/// Refuses a file that an option names and that nothing may be written to: a world is never overwritten, and `-` names no
/// file.
pub(super) fn check_target(file: &Path, what: &str, example: &str) -> std::result::Result<(), Failure> {
    if file == Path::new("-") {
        return Err(Failure::new(format!(
            "the {what} is written to a file, not to stdout; name one, such as {example}"
        )));
    }
    if is_database_file(file) {
        return Err(Failure::new(format!("{} is a world; name another file for the {what}", file.display())));
    }
    Ok(())
}

/// Writes a file that [`check_target`] allows.
pub(super) fn write(file: &Path, what: &str, example: &str, text: &str) -> std::result::Result<(), Failure> {
    check_target(file, what, example)?;
    std::fs::write(file, text).map_err(|error| Failure::new(format!("{} cannot be written: {error}", file.display())))
}
