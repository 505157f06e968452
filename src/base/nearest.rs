//! The nearest valid name, for errors that ask "did you mean".

/// The candidate most like `name`, however unlike that may be; ties go to the first, `None` is no candidates.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    candidates.into_iter().min_by_key(|candidate| edits(name, candidate))
}

/// Whether two names are so alike that one may be a slip for the other.
#[must_use]
pub fn alike(one: &str, other: &str) -> bool {
    let length = one.chars().count().max(other.chars().count());
    // More than two edits in five characters, and it is another word.
    edits(one, other) * 5 <= length * 2
}

/// How many edits lie between two names, whatever their case; to stop too early counts as one.
fn edits(name: &str, candidate: &str) -> usize {
    const A_START: usize = 3;
    let (name, candidate) = (name.to_lowercase(), candidate.to_lowercase());
    if name.len() >= A_START && name != candidate && candidate.starts_with(&name) {
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
            assert!(alike(given, expected), "{given}");
        }
        assert_eq!(nearest("zone", []), None);
    }

    #[test]
    fn a_strange_name_has_a_nearest_that_is_not_alike() {
        let found = nearest("zebra", ["lowest-price", "diversified"]);
        assert!(found.is_some_and(|found| !alike("zebra", found)));
        assert!(!alike("", "Spot") && !alike("OnDemand", "Spot"));
    }
}
