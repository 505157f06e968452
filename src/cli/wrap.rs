//! Sentences that fit the width of a terminal.

/// What a line begins with that goes on from the one before it.
const INDENT: &str = "    ";
/// A narrower terminal wraps by itself.
const NARROWEST: usize = 20;

/// Lines broken between words where they are too wide. Without a width nothing is broken.
pub(super) fn wrap(text: &str, width: Option<usize>) -> String {
    match width.filter(|width| *width >= NARROWEST) {
        Some(width) => text.lines().map(|line| wrap_line(line, width)).collect(),
        None => text.to_owned(),
    }
}

fn wrap_line(line: &str, width: usize) -> String {
    let mut wrapped = String::new();
    let mut used = 0;
    for word in line.split(' ') {
        let length = word.chars().count();
        if used > 0 && used + 1 + length > width {
            wrapped.push('\n');
            wrapped.push_str(INDENT);
            used = INDENT.len();
        } else if used > 0 {
            wrapped.push(' ');
            used += 1;
        }
        wrapped.push_str(word);
        used += length;
    }
    wrapped.push('\n');
    wrapped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_break_between_words() {
        let text = "one two three four five six seven\nshort\n";
        assert_eq!(wrap(text, Some(20)), "one two three four\n    five six seven\nshort\n");
        assert_eq!(wrap(text, None), text);
        // A word that no line can hold stays whole, so that it can be copied.
        assert_eq!(wrap("id 0123456789012345678901234567", Some(20)), "id\n    0123456789012345678901234567\n");
    }
}
