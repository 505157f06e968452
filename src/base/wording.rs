//! Counts and lists in English sentences.

use super::Decimal;

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

/// `16384` as `16,384`.
#[must_use]
pub fn with_separators(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// `was` for 1, `were` for every other count.
pub fn was_or_were(count: impl TryInto<u64>) -> &'static str {
    if count.try_into().unwrap_or(u64::MAX) == 1 { "was" } else { "were" }
}

/// `1 instance was launched`, `2 instances were launched`
pub fn passive_sentence(count: impl TryInto<u64> + Copy, noun: &str, participle: &str) -> String {
    format!("{} {} {participle}", counted(count, noun), was_or_were(count))
}

/// `1 unit`, `2.5 units`
#[must_use]
pub fn in_units(units: Decimal) -> String {
    format!("{} unit{}", units.normalize(), if units == Decimal::ONE { "" } else { "s" })
}

/// `` `a`, `b` and `c` ``; `none` of nothing.
#[must_use]
pub fn list(names: &[impl AsRef<str>]) -> String {
    let quoted: Vec<String> = names.iter().map(|name| format!("`{}`", name.as_ref())).collect();
    match quoted.as_slice() {
        [] => "none".to_owned(),
        [only] => only.clone(),
        [first @ .., last] => format!("{} and {last}", first.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_are_separated() {
        let texts = [0, 999, 1_000, 16_384, 1_234_567].map(with_separators);
        assert_eq!(texts, ["0", "999", "1,000", "16,384", "1,234,567"]);
    }

    #[test]
    fn one_is_singular_and_every_other_count_plural() {
        assert_eq!([counted(1_u32, "address"), counted(0_u32, "address")], ["1 address", "0 addresses"]);
        assert_eq!(passive_sentence(1_usize, "instance", "launched"), "1 instance was launched");
        assert_eq!(passive_sentence(2_usize, "instance", "launched"), "2 instances were launched");
        assert_eq!([in_units(Decimal::ONE), in_units(Decimal::new(250, 2))], ["1 unit", "2.5 units"]);
    }
}
