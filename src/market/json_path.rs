//! Paths of values inside a JSON text: `stock[0].zone_id`, `limits["a.b"]`; the path of the whole text is empty.

/// The path of a member of an object; a key that is not a plain word is quoted.
pub(super) fn member_path(parent: &str, key: &str) -> String {
    let is_plain = !key.is_empty() && key.chars().all(|c| c.is_alphanumeric() || c == '_' || c == '-');
    match (is_plain, parent.is_empty()) {
        (true, true) => key.to_owned(),
        (true, false) => format!("{parent}.{key}"),
        (false, _) => format!("{parent}[{key:?}]"),
    }
}

/// The path of an element of a list.
pub(super) fn element_path(parent: &str, index: usize) -> String {
    format!("{parent}[{index}]")
}
