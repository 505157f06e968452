//! Events that are marked on a drawing at their moments.

use crate::base::Time;
use crate::base::wording::counted;
use crate::cloud::model::FleetHistory;

/// Events of which the text of a mark tells what they are; the others are counted.
const MAX_DETAILS: usize = 5;

/// An event at a moment.
#[derive(Clone, Debug)]
pub struct Mark {
    pub time: Time,
    pub kind: MarkKind,
    pub count: u32,
    /// What it was, where the kind does not say it.
    pub detail: Option<String>,
}

impl Mark {
    /// When a fleet lost instances, and when it launched others later.
    #[must_use]
    pub fn of_fleet(fleet: &FleetHistory) -> Vec<Self> {
        let lost = fleet.lost.iter().map(|event| (event, MarkKind::Lost));
        let later = fleet.replaced.iter().map(|event| (event, MarkKind::Launched));
        let mark = |((time, count), kind): (&(Time, u32), _)| Self { time: *time, kind, count: *count, detail: None };
        lost.chain(later).map(mark).collect()
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum MarkKind {
    /// Something was done to the market: a line with a diamond.
    Changed,
    /// Instances were lost: points down.
    Lost,
    /// Instances were launched: points up.
    Launched,
}

impl MarkKind {
    pub(super) const ALL: [Self; 3] = [Self::Changed, Self::Lost, Self::Launched];

    /// As the legend says it.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Changed => "changes of the market",
            Self::Lost => "instances lost",
            Self::Launched => "instances launched later",
        }
    }

    /// The mark in a panel that reaches from `top` to `bottom`.
    pub(super) fn shape(self, x: i64, top: i64, bottom: i64) -> String {
        match self {
            Self::Changed => {
                format!("<path class=\"changed\" d=\"m{x} {bottom}V{}l-5-5 5-5 5 5-5 5\"/>", top + 10)
            }
            Self::Lost => format!("<path class=\"lost\" d=\"m{} {top}h10l-5 9z\"/>", x - 5),
            Self::Launched => format!("<path class=\"launched\" d=\"m{} {bottom}h10l-5 -9z\"/>", x - 5),
        }
    }

    /// The mark in the 24 by 10 pixels of a legend.
    pub(super) fn sign(self) -> String {
        match self {
            Self::Changed => self.shape(12, 0, 10),
            Self::Lost | Self::Launched => self.shape(12, 1, 9),
        }
    }
}

/// Marks of one kind that fall on one pixel.
#[derive(Debug, Default)]
pub(super) struct MarkGroup {
    count: u32,
    details: Vec<String>,
}

impl MarkGroup {
    pub(super) fn add(&mut self, mark: &Mark) {
        self.count = self.count.saturating_add(mark.count);
        self.details.extend(mark.detail.clone());
    }

    /// What the mark says to who points at it.
    pub(super) fn text(&self, kind: MarkKind) -> String {
        if self.details.is_empty() {
            return format!("{} {}", self.count, kind.name());
        }
        let told = self.details.iter().take(MAX_DETAILS).cloned().collect::<Vec<_>>().join("; ");
        match self.details.len().checked_sub(MAX_DETAILS).filter(|more| *more > 0) {
            Some(more) => format!("{told}; and {}", counted(more, "more change")),
            None => told,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(kind: MarkKind, count: u32, detail: Option<&str>) -> Mark {
        Mark { time: Time::START, kind, count, detail: detail.map(str::to_owned) }
    }

    #[test]
    fn marks_of_one_pixel_are_counted_and_told() {
        let mut lost = MarkGroup::default();
        lost.add(&mark(MarkKind::Lost, 2, None));
        lost.add(&mark(MarkKind::Lost, 3, None));
        assert_eq!(lost.text(MarkKind::Lost), "5 instances lost");
        let mut changed = MarkGroup::default();
        for number in 1..=7 {
            changed.add(&mark(MarkKind::Changed, 1, Some(&format!("stock {number}"))));
        }
        let told = "stock 1; stock 2; stock 3; stock 4; stock 5; and 2 more changes";
        assert_eq!(changed.text(MarkKind::Changed), told);
    }
}
