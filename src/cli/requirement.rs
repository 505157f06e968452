//! What `--require` asks of every outlook: `fulfilled_share >= 0.95`, `total_cost.p95 < 4000`.

use std::str::FromStr;

use crate::base::Decimal;
use crate::base::nearest::{did_you_mean, did_you_mean_clause, nearest_similar};
use crate::cloud::model::{Outlook, OutlookFigures};

/// A figure, how it is compared, and with what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Requirement {
    /// As it was written.
    pub(super) text: String,
    figure: String,
    /// `mean` unless another one is named.
    member: String,
    comparison: Comparison,
    bound: Decimal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Comparison {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

const COMPARISONS: [(&str, Comparison); 5] = [
    (">=", Comparison::AtLeast),
    ("<=", Comparison::AtMost),
    ("==", Comparison::Equal),
    (">", Comparison::Above),
    ("<", Comparison::Below),
];
/// What people write, and what is meant.
const MISTAKEN: [(&str, &str); 4] = [("=>", ">="), ("=<", "<="), ("≥", ">="), ("≤", "<=")];
const MEMBERS: [&str; 6] = ["mean", "min", "p5", "p50", "p95", "max"];
const NEEDS_HORIZON: [&str; 4] = ["lost_instances", "delivered_share", "longest_shortage_hours", "total_cost"];

impl FromStr for Requirement {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let example = "an example is `fulfilled_share >= 0.95`";
        if let Some((sign, meant)) = MISTAKEN.into_iter().find(|(sign, _)| text.contains(sign)) {
            return Err(format!("there is no comparison `{sign}`; {}", did_you_mean(meant)));
        }
        let found = COMPARISONS.into_iter().find_map(|(sign, comparison)| {
            let (left, right) = text.split_once(sign)?;
            Some((left.trim(), comparison, right.trim()))
        });
        let (left, comparison, right) = found.ok_or_else(|| {
            let hint = did_you_mean_clause(text.contains('=').then_some("=="));
            format!("it has none of >=, <=, ==, >, <; {example}{hint}")
        })?;
        let bound = right.parse().map_err(|_| format!("`{right}` is not a number; {example}"))?;
        let (figure, member) = left.split_once('.').unwrap_or((left, "mean"));
        for (name, names, noun) in
            [(figure, &OutlookFigures::NAMES[..], "figure"), (member, &MEMBERS[..], "value of a figure")]
        {
            if !names.contains(&name) {
                let hint = did_you_mean_clause(nearest_similar(name, names.iter().copied()));
                return Err(format!("there is no {noun} `{name}`{hint}"));
            }
        }
        let (figure, member) = (figure.to_owned(), member.to_owned());
        Ok(Self { text: text.to_owned(), figure, member, comparison, bound })
    }
}

impl Requirement {
    /// Whether it asks about time, of which an outlook without a horizon knows nothing.
    pub(super) fn needs_horizon(&self) -> bool {
        NEEDS_HORIZON.contains(&self.figure.as_str())
    }

    /// The value that is asked about, and whether it meets the requirement.
    pub(super) fn check(&self, outlook: &Outlook) -> Option<(Decimal, bool)> {
        let figures = outlook.figures.by_name();
        let (_, figure) = figures.into_iter().find(|(name, _)| *name == self.figure)?;
        let (_, value) = figure.by_name().into_iter().find(|(name, _)| *name == self.member)?;
        let is_met = match self.comparison {
            Comparison::AtLeast => value >= self.bound,
            Comparison::AtMost => value <= self.bound,
            Comparison::Above => value > self.bound,
            Comparison::Below => value < self.bound,
            Comparison::Equal => value == self.bound,
        };
        Some((value, is_met))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(text: &str) -> Result<Requirement, String> {
        text.parse()
    }

    #[test]
    fn a_requirement_names_a_figure_a_comparison_and_a_number() {
        let read = parse("fulfilled_share >= 0.95").unwrap();
        assert_eq!((read.figure.as_str(), read.member.as_str()), ("fulfilled_share", "mean"));
        assert_eq!((read.comparison, read.bound), (Comparison::AtLeast, Decimal::new(95, 2)));
        let read = parse("total_cost.p95<4000").unwrap();
        assert_eq!((read.member.as_str(), read.comparison, read.needs_horizon()), ("p95", Comparison::Below, true));
        assert!(!parse("hourly_cost.max <= 3").unwrap().needs_horizon());
    }

    #[test]
    fn what_is_none_is_explained() {
        for (text, says) in [
            ("fulfilled_share", "none of >="),
            ("fulfiled_share >= 1", "did you mean `fulfilled_share`"),
            ("total_cost.p99 >= 1", "no value of a figure `p99`"),
            ("total_cost >= much", "`much` is not a number"),
            ("fulfilled_share => 1", "no comparison `=>`; did you mean `>=`?"),
            ("fulfilled_share =< 1", "did you mean `<=`?"),
            ("fulfilled_share = 1", "did you mean `==`?"),
        ] {
            let error = parse(text).unwrap_err();
            assert!(error.contains(says), "{error}");
        }
    }
}
