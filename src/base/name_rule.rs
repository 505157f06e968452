//! The rule for names of resources: 2 to 128 letters, digits, `:`, `_`, `-` and `.`, beginning with a letter and not with
//! `http://` or `https://`.

use super::limits::NAME_LENGTH;
use super::wording::counted;

/// How a name breaks the rule; the text completes "the name …".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NameError {
    #[error("has {}; a name has {} to {}", counted(*.0, "character"), NAME_LENGTH.start(), NAME_LENGTH.end())]
    Length(usize),
    #[error("must begin with a letter")]
    FirstCharacter,
    #[error("must not begin with http:// or https://")]
    Url,
    #[error("holds {0:?}; letters, digits, `:`, `_`, `-` and `.` are allowed")]
    Character(char),
}

/// Checks a resource's name.
///
/// # Errors
/// The first part of the rule that the name breaks.
pub fn check_name(name: &str) -> Result<(), NameError> {
    let length = name.chars().count();
    if !NAME_LENGTH.contains(&length) {
        Err(NameError::Length(length))
    } else if !name.starts_with(char::is_alphabetic) {
        Err(NameError::FirstCharacter)
    } else if begins_like_url(name) {
        Err(NameError::Url)
    } else if let Some(stray) = name.chars().find(|c| !c.is_alphanumeric() && !":_-.".contains(*c)) {
        Err(NameError::Character(stray))
    } else {
        Ok(())
    }
}

/// Whether a text begins with `http://` or `https://`, which neither names nor descriptions may do.
#[must_use]
pub fn begins_like_url(text: &str) -> bool {
    text.starts_with("http://") || text.starts_with("https://")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_breaks_the_rule_is_told_how() {
        let too_long = "a".repeat(129);
        for (name, expected) in [
            ("ab", Ok(())),
            ("Größe:1_2-3.4", Ok(())),
            ("a", Err(NameError::Length(1))),
            (too_long.as_str(), Err(NameError::Length(129))),
            ("1a", Err(NameError::FirstCharacter)),
            ("https://a", Err(NameError::Url)),
            ("a b", Err(NameError::Character(' '))),
        ] {
            assert_eq!(check_name(name), expected, "{name}");
        }
        assert_eq!(NameError::Length(1).to_string(), "has 1 character; a name has 2 to 128");
    }
}
