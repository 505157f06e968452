//! Patterns in which `*` stands for any text, the empty one included: `ecs.c6.*`, `*7*`.

/// Whether a text matches a pattern.
#[must_use]
pub fn matches_wildcard(text: &str, pattern: &str) -> bool {
    let mut parts = pattern.split('*');
    let Some(mut rest) = text.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let mut parts: Vec<&str> = parts.collect();
    let Some(last) = parts.pop() else { return rest.is_empty() };
    // Taking each part where it first occurs leaves the most text for the parts after it.
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    rest.ends_with(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        for (text, pattern, expected) in [
            ("web-1", "web-1", true),
            ("web-10", "web-1", false),
            ("web-1", "web-*", true),
            ("web-1", "*", true),
            ("web-1", "*-*", true),
            ("my-web-1", "web*", false),
            ("aba", "ab*ba", false),
            ("abcabc", "a*b*c", true),
            ("", "", true),
            ("", "**", true),
            ("ecs.c6.large", "ecs.c6.*", true),
            ("ecs.c6e.large", "ecs.c6.*", false),
            ("ecs.g7.large", "*7*", true),
            ("ecs.g6.large", "*7*", false),
            ("ecs.g7.large2", "ecs.g7.large", false),
            ("ecs.g7.2xlarge2", "*.large", false),
            ("größe", "*ö*e", true),
        ] {
            assert_eq!(matches_wildcard(text, pattern), expected, "{text} and {pattern}");
        }
    }
}
