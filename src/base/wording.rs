//! Counts in sentences.

/// `1 instance`, `2 instances`
pub fn counted(count: impl TryInto<u64>, noun: &str) -> String {
    let count = count.try_into().unwrap_or(u64::MAX);
    let ending = match noun {
        _ if count == 1 => "",
        _ if noun.ends_with('s') => "es",
        _ => "s",
    };
    format!("{count} {noun}{ending}")
}

/// `was` for one, `were` for more and for none.
pub fn was(count: impl TryInto<u64>) -> &'static str {
    if count.try_into().unwrap_or(u64::MAX) == 1 { "was" } else { "were" }
}

/// `1 instance was launched`, `2 instances were launched`
pub fn happened(count: impl TryInto<u64> + Copy, noun: &str, what: &str) -> String {
    format!("{} {} {what}", counted(count, noun), was(count))
}
