//! Finds the line of a JSON text at which a path stands, so that a mistake in a scenario file is reported with its line.

use super::json_path::{element_path, member_path};

/// The line, from 1, of the value at `path` (for a member: of its key); `None` if there is no value at the path or the
/// text is not JSON. Of a duplicate key the last one counts, as for JSON parsers.
pub(super) fn line_of(json_text: &str, path: &str) -> Option<usize> {
    let mut scanner = Scanner { text: json_text, position: 0, wanted: path, found: None };
    scanner.skip_space();
    scanner.value("", 0)?;
    scanner.found.map(|position| 1 + json_text[..position].matches('\n').count())
}

struct Scanner<'t> {
    text: &'t str,
    position: usize,
    wanted: &'t str,
    found: Option<usize>,
}

/// Deeper than any scenario, and shallow enough for the stack.
const MAX_DEPTH: usize = 100;

impl Scanner<'_> {
    fn value(&mut self, path: &str, depth: usize) -> Option<()> {
        if path.is_empty() && self.wanted.is_empty() {
            self.found = Some(self.position);
        }
        match self.peek()? {
            _ if depth > MAX_DEPTH => None,
            b'{' => self.object(path, depth),
            b'[' => self.list(path, depth),
            b'"' => self.string().map(|_| ()),
            _ => self.scalar(),
        }
    }

    fn object(&mut self, path: &str, depth: usize) -> Option<()> {
        self.expect(b'{')?;
        while self.peek()? != b'}' {
            let start = self.position;
            let key: String = serde_json::from_str(self.string()?).ok()?;
            let member = member_path(path, &key);
            self.record(&member, start);
            self.skip_space();
            self.expect(b':')?;
            self.value(&member, depth + 1)?;
            self.separator(b'}')?;
        }
        self.expect(b'}')
    }

    fn list(&mut self, path: &str, depth: usize) -> Option<()> {
        self.expect(b'[')?;
        let mut index = 0;
        while self.peek()? != b']' {
            let element = element_path(path, index);
            self.record(&element, self.position);
            self.value(&element, depth + 1)?;
            self.separator(b']')?;
            index += 1;
        }
        self.expect(b']')
    }

    /// A string with its quotes, escapes untouched.
    fn string(&mut self) -> Option<&str> {
        let start = self.position;
        self.position += 1;
        loop {
            match self.peek()? {
                b'\\' => self.position += 2,
                b'"' => break,
                _ => self.position += 1,
            }
        }
        self.position += 1;
        self.text.get(start..self.position)
    }

    fn scalar(&mut self) -> Option<()> {
        let rest = self.text.get(self.position..)?;
        let length = rest.find(|c: char| c.is_whitespace() || matches!(c, ',' | ']' | '}')).unwrap_or(rest.len());
        self.position += length;
        (length > 0).then_some(())
    }

    fn separator(&mut self, end: u8) -> Option<()> {
        self.skip_space();
        if self.peek()? == end { Some(()) } else { self.expect(b',') }
    }

    fn expect(&mut self, expected: u8) -> Option<()> {
        if self.peek()? != expected {
            return None;
        }
        self.position += 1;
        self.skip_space();
        Some(())
    }

    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.position).copied()
    }

    fn skip_space(&mut self) {
        while self.peek().is_some_and(|byte| byte.is_ascii_whitespace()) {
            self.position += 1;
        }
    }

    fn record(&mut self, path: &str, position: usize) {
        if path == self.wanted {
            self.found = Some(position);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_is_found_on_its_line() {
        let json = "\n{ \"a\": [1,\n 2, {\"b\\\"[0]\":\n \"x, ]}\\\\\",\n \"c\" : null}],\n\"d\":{},\"a b\" : -1e5,\n\"d\": true }";
        for (path, expected) in [
            ("", Some(2)),
            ("a", Some(2)),
            ("a[0]", Some(2)),
            ("a[1]", Some(3)),
            ("a[2]", Some(3)),
            ("a[2][\"b\\\"[0]\"]", Some(3)),
            ("a[2].c", Some(5)),
            ("[\"a b\"]", Some(6)),
            ("d", Some(7)),
            ("a[3]", None),
            ("e", None),
        ] {
            assert_eq!(line_of(json, path), expected, "{path}");
        }
    }

    #[test]
    fn what_is_not_json_has_no_lines() {
        for text in
            ["", "{", "[1", "{\"a\"", "{\"a\": \"b", "{a: 1}", "\"\\", "{\"a\": 1 \"b\": 2}", &"[".repeat(1_000_000)]
        {
            assert_eq!(line_of(text, "b"), None);
        }
    }
}
