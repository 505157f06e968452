//! Texts in the encodings in which shells write files: UTF-8, with or without a byte order mark, and UTF-16 with one, as
//! PowerShell's `>` writes.

use std::io::{self, BufRead, Read};

/// Reads a text as UTF-8, whichever of the encodings it has.
pub(super) fn as_utf8(mut text: impl BufRead) -> io::Result<Utf8<impl BufRead>> {
    let start = text.fill_buf()?;
    let (mark, form) = match start {
        [0xef, 0xbb, 0xbf, ..] => (3, Encoding::Utf8),
        [0xff, 0xfe, ..] => (2, Encoding::Utf16(u16::from_le_bytes)),
        [0xfe, 0xff, ..] => (2, Encoding::Utf16(u16::from_be_bytes)),
        _ => (0, Encoding::Utf8),
    };
    text.consume(mark);
    Ok(Utf8 { text, form, character: [0; 4], waiting: 0..0 })
}

#[derive(Clone, Copy)]
enum Encoding {
    Utf8,
    Utf16(fn([u8; 2]) -> u16),
}

pub(super) struct Utf8<R> {
    text: R,
    form: Encoding,
    /// The latest character, and those of its bytes that were not read yet.
    character: [u8; 4],
    waiting: std::ops::Range<usize>,
}

impl<R: BufRead> Read for Utf8<R> {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        let Encoding::Utf16(unit) = self.form else { return self.text.read(to) };
        if self.waiting.is_empty()
            && let Some(character) = next_character(&mut self.text, unit)?
        {
            self.waiting = 0..character.encode_utf8(&mut self.character).len();
        }
        let count = self.waiting.len().min(to.len());
        to[..count].copy_from_slice(&self.character[self.waiting.start..][..count]);
        self.waiting.start += count;
        Ok(count)
    }
}

fn next_character(text: &mut impl Read, unit: fn([u8; 2]) -> u16) -> io::Result<Option<char>> {
    let mut next = || -> io::Result<Option<u16>> {
        let mut bytes = Vec::with_capacity(2);
        text.take(2).read_to_end(&mut bytes)?;
        match *bytes.as_slice() {
            [] => Ok(None),
            [first, second] => Ok(Some(unit([first, second]))),
            _ => Err(invalid()),
        }
    };
    let Some(first) = next()? else { return Ok(None) };
    let is_first_of_two = (0xd800..0xdc00).contains(&first);
    let second = if is_first_of_two { next()? } else { None };
    match char::decode_utf16([first].into_iter().chain(second)).next() {
        Some(Ok(character)) => Ok(Some(character)),
        _ => Err(invalid()),
    }
}

fn invalid() -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, "it is not UTF-16, although it begins so")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(bytes: &[u8]) -> io::Result<String> {
        let mut text = String::new();
        as_utf8(bytes)?.read_to_string(&mut text)?;
        Ok(text)
    }

    #[test]
    fn every_encoding_is_read() {
        const TEXT: &str = "{\"zone\": \"杭州 é 𝄞\"}";
        let units = |bytes: fn(u16) -> [u8; 2]| TEXT.encode_utf16().flat_map(bytes).collect::<Vec<u8>>();
        for bytes in [
            TEXT.as_bytes().to_vec(),
            [b"\xef\xbb\xbf", TEXT.as_bytes()].concat(),
            [b"\xff\xfe".to_vec(), units(u16::to_le_bytes)].concat(),
            [b"\xfe\xff".to_vec(), units(u16::to_be_bytes)].concat(),
        ] {
            assert_eq!(read(&bytes).unwrap(), TEXT);
        }
        for broken in [&b"\xff\xfe{"[..], b"\xff\xfe\x00\xd8", b"\xff\xfe\x00\xd8{\x00", b"\xff\xfe\x00\xdc"] {
            assert_eq!(read(broken).unwrap_err().kind(), io::ErrorKind::InvalidData);
        }
    }
}
