//! The nearest valid name, for errors that ask "did you mean".

/// The candidate most like `name`, or `None` when none is alike enough to be worth suggesting; ties go to the first.
#[must_use]
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    const ALIKE_ENOUGH: f64 = 0.6;
    let mut best: Option<(f64, &str)> = None;
    for candidate in candidates {
        let likeness = strsim::normalized_damerau_levenshtein(&name.to_lowercase(), &candidate.to_lowercase());
        if likeness >= ALIKE_ENOUGH && best.is_none_or(|(highest, _)| likeness > highest) {
            best = Some((likeness, candidate));
        }
    }
    best.map(|(_, candidate)| candidate)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_misspelt_name_finds_its_neighbour_and_a_strange_one_nothing() {
        let names = ["lowest-price", "diversified", "capacity-optimized"];
        for (given, expected) in [
            ("lowest_price", Some("lowest-price")),
            ("Diversfied", Some("diversified")),
            ("capacityOptimized", Some("capacity-optimized")),
            ("zebra", None),
            ("", None),
        ] {
            assert_eq!(nearest(given, names), expected, "{given}");
        }
    }
}
