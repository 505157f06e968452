//! Names that people gave, as every output prints them.

use std::borrow::Cow;

/// A text in which characters that steer a terminal are written by their number: control characters other than line
/// breaks and tabs, and those that change the direction of writing. Names in a shared world may hold any character.
#[must_use]
pub fn printable(text: &str, escape: impl Fn(char) -> String) -> Cow<'_, str> {
    let steers = |c: char| {
        (c.is_control() && c != '\n' && c != '\t')
            || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{200e}' | '\u{200f}')
    };
    if !text.contains(steers) {
        return Cow::Borrowed(text);
    }
    Cow::Owned(text.chars().fold(String::with_capacity(text.len()), |mut printable, c| {
        if steers(c) {
            printable.push_str(&escape(c));
        } else {
            printable.push(c);
        }
        printable
    }))
}
