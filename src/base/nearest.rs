//! The nearest valid name, and the advice "did you mean" at the end of an error.

/// A longer text is no misspelt name. Counting its edits would take time that grows with its length.
const MAX_COMPARED_BYTES: usize = 200;

/// The candidate with the fewest edits to `name`, however different it is; of equals the first, `None` without
/// candidates and for a text that is too long to be a name.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if name.len() > MAX_COMPARED_BYTES {
        return None;
    }
    candidates.into_iter().min_by_key(|candidate| edit_distance(name, candidate))
}

/// Whether two names are so similar that one may be a misspelling of the other.
#[must_use]
pub fn is_similar(one: &str, other: &str) -> bool {
    if one.len().max(other.len()) > MAX_COMPARED_BYTES {
        return false;
    }
    let length = one.chars().count().max(other.chars().count());
    // More than two edits in five characters make another word.
    edit_distance(one, other) * 5 <= length * 2
}

/// The nearest candidate if it is similar to `name`.
#[must_use]
pub fn nearest_similar<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    nearest(name, candidates).filter(|candidate| is_similar(name, candidate))
}

/// Advice to append to an error as a sentence: ` Did you mean "cn-heyuan-b"?`, or nothing without a name.
#[must_use]
pub fn did_you_mean_sentence(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!(" Did you mean {meant:?}?"))
}

/// The advice itself: ``did you mean `cn-heyuan-b`?``.
#[must_use]
pub fn did_you_mean(meant: &str) -> String {
    format!("did you mean `{meant}`?")
}

/// Advice to append to an error as a clause: ``; did you mean `cn-heyuan-b`?``, or nothing without a name.
#[must_use]
pub fn did_you_mean_clause(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; {}", did_you_mean(meant)))
}

/// Advice for a text to which the reader appends a full stop: ``; the nearest is `cn-heyuan-b` ``, or nothing without a
/// name.
#[must_use]
pub fn nearest_clause(meant: Option<&str>) -> String {
    meant.map_or_else(String::new, |meant| format!("; the nearest is `{meant}`"))
}

/// The number of edits between two names, ignoring case; a name that is only the beginning of the other is one edit
/// away from it.
fn edit_distance(name: &str, candidate: &str) -> usize {
    const SHORTEST_BEGINNING: usize = 3;
    let (name, candidate) = (name.to_lowercase(), candidate.to_lowercase());
    if name.len() >= SHORTEST_BEGINNING && name != candidate && candidate.starts_with(&name) {
        return 1;
    }
    strsim::damerau_levenshtein(&name, &candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour() {
        let names = ["lowest-price", "diversified", "capacity-optimized", "zone_id"];
        for (given, expected) in [
            ("lowest_price", "lowest-price"),
            ("Diversfied", "diversified"),
            ("capacityOptimized", "capacity-optimized"),
            ("zone", "zone_id"),
        ] {
            assert_eq!(nearest(given, names), Some(expected), "{given}");
            assert_eq!(nearest_similar(given, names), Some(expected), "{given}");
        }
        assert_eq!(nearest("zone", []), None);
    }

    /// A name of 5 MB kept the provider busy for more than 40 seconds.
    #[test]
    fn a_text_too_long_for_a_name_is_not_compared() {
        let long = "lowest-price".repeat(500_000);
        assert_eq!(nearest(&long, ["lowest-price"]), None);
        assert!(!is_similar(&long, "lowest-price") && !is_similar("lowest-price", &long));
    }

    #[test]
    fn an_unrelated_name_has_a_nearest_but_nothing_similar() {
        let names = ["lowest-price", "diversified"];
        assert!(nearest("zebra", names).is_some());
        assert_eq!(nearest_similar("zebra", names), None);
        assert!(!is_similar("", "Spot") && !is_similar("OnDemand", "Spot"));
    }

    #[test]
    fn advice_is_a_sentence_a_clause_or_nothing() {
        assert_eq!(did_you_mean_sentence(Some("Spot")), " Did you mean \"Spot\"?");
        assert_eq!(did_you_mean_clause(Some("Spot")), "; did you mean `Spot`?");
        assert_eq!(nearest_clause(Some("Spot")), "; the nearest is `Spot`");
        assert_eq!([did_you_mean_sentence(None), did_you_mean_clause(None), nearest_clause(None)], ["", "", ""]);
    }
}
