//! Reads the file of an argument, or stdin for `-`.

use std::io::{Error, ErrorKind, Read, Result};

/// The text of a file of at most `max_bytes`.
pub(super) fn read(file: &str, max_bytes: u64) -> Result<String> {
    let reader: Box<dyn Read> =
        if file == "-" { Box::new(std::io::stdin()) } else { Box::new(std::fs::File::open(file)?) };
    let mut text = String::new();
    let bytes = reader.take(max_bytes + 1).read_to_string(&mut text)?;
    if bytes as u64 > max_bytes {
        return Err(Error::new(ErrorKind::InvalidData, format!("it is longer than {} MiB", max_bytes >> 20)));
    }
    Ok(text)
}
