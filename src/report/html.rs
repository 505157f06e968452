//! Text in HTML. Everything that comes from a world passes through [`escaped`].

use crate::base::printable::printable;

/// A text as HTML shows it: no tag, entity or character that steers the page or the direction of writing is left.
pub(super) fn escaped(text: &str) -> String {
    let printable = printable(text, |c| format!("\\u{{{:x}}}", u32::from(c)));
    let mut escaped = String::with_capacity(printable.len());
    for c in printable.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            c => escaped.push(c),
        }
    }
    escaped
}

/// Texts one after the other.
pub(super) fn concatenated(parts: impl Iterator<Item = String>) -> String {
    parts.fold(String::new(), |text, part| text + &part)
}

/// An element with a text in it.
pub(super) fn element(tag: &str, text: &str) -> String {
    format!("<{tag}>{}</{tag}>", escaped(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        let text = "</title><script>alert('&\"')</script>\u{1b}[31m\u{202e}x\u{0}";
        let shown = escaped(text);
        assert!(!shown.contains(['<', '>', '"', '\'', '\u{1b}', '\u{202e}', '\u{0}']), "{shown}");
        assert!(shown.contains("&lt;script&gt;") && shown.contains("\\u{1b}[31m\\u{202e}x\\u{0}"), "{shown}");
    }
}
