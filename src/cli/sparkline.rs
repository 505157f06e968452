//! A series as one line of block characters.

use crate::base::step_function::steps_from;
use crate::base::{Decimal, Time};

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Characters of the longest line.
pub(super) const MAX_LENGTH: usize = 40;

/// What the lowest and the highest block stand for.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scale {
    pub(super) lowest: Decimal,
    pub(super) highest: Decimal,
}

impl Scale {
    /// From the least to the greatest value of a series; `None` without values.
    pub(super) fn of(series: &[(Time, Decimal)]) -> Option<Self> {
        let values = || series.iter().map(|(_, value)| *value);
        Some(Self { lowest: values().min()?, highest: values().max()? })
    }
}

/// Which value of a span a character stands for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Extreme {
    /// A short fall is seen.
    Lowest,
    /// A short rise is seen.
    Highest,
}

/// A series from one time to another, where each value applies until the time of the next: the lowest or the highest value
/// of each of the equal spans that a character stands for. One character per hour, at most `most`.
pub(super) fn sparkline(
    series: &[(Time, Decimal)],
    (from, to): (Time, Time),
    scale: Scale,
    extreme: Extreme,
    most: usize,
) -> String {
    let seconds = to.since(from).seconds().max(0);
    let most = i64::try_from(most).unwrap_or(i64::MAX).max(1);
    let characters = (seconds / 3_600 + 1).clamp(1, most);
    let time_at = |index: i64| Time::from_unix_seconds(from.unix_seconds() + share(seconds + 1, index, characters));
    (0..characters)
        .map(|index| {
            let value = extreme.of(series, time_at(index), time_at(index + 1));
            value.map_or(' ', |value| LEVELS[level(value, scale)])
        })
        .collect()
}

impl Extreme {
    /// The value from a time until before another; `None` before the first one.
    fn of(self, series: &[(Time, Decimal)], from: Time, until: Time) -> Option<Decimal> {
        let within = steps_from(series, from).iter().take_while(|(time, _)| *time < until.max(from.plus(SECOND)));
        let values = within.map(|(_, value)| *value);
        match self {
            Self::Lowest => values.min(),
            Self::Highest => values.max(),
        }
    }
}

const SECOND: crate::base::clock::Span = crate::base::clock::Span::from_seconds(1);

/// `whole × part / parts`, without overflow.
fn share(whole: i64, part: i64, parts: i64) -> i64 {
    i64::try_from(i128::from(whole) * i128::from(part) / i128::from(parts)).unwrap_or(whole)
}

fn level(value: Decimal, scale: Scale) -> usize {
    let (above, span) = (value - scale.lowest, scale.highest - scale.lowest);
    if span <= Decimal::ZERO {
        return 0;
    }
    let height = (above * Decimal::from(LEVELS.len() - 1) / span).round();
    LEVELS.iter().zip(0_u32..).filter(|(_, at)| Decimal::from(*at) <= height).count().saturating_sub(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Hour;

    fn series(values: &[(i64, u32)]) -> Vec<(Time, Decimal)> {
        values.iter().map(|(hour, value)| (Hour(*hour).start(), Decimal::from(*value))).collect()
    }

    fn spark(values: &[(i64, u32)], hours: i64, lowest: u32, highest: u32) -> String {
        let scale = Scale { lowest: lowest.into(), highest: highest.into() };
        sparkline(&series(values), (Time::START, Hour(hours).start()), scale, Extreme::Lowest, MAX_LENGTH)
    }

    #[test]
    fn every_hour_has_a_character_up_to_the_longest_line() {
        assert_eq!(spark(&[(0, 1), (1, 4), (3, 8)], 4, 1, 8), "▁▁▄▄█");
        assert_eq!(spark(&[(1, 1), (2, 2)], 3, 1, 2), " ▁▁█");
        assert_eq!(spark(&[], 3, 0, 1), "    ");
        assert_eq!(spark(&[(0, 0), (500, 1)], 1_000, 0, 1).chars().count(), 40);
        assert_eq!(spark(&[(0, 0), (500, 1)], 1_000, 0, 1).chars().filter(|index| *index == '█').count(), 20);
    }

    /// What had 8 of 8 all the time is full, and one hour of 200 without them is seen.
    #[test]
    fn a_scale_from_zero_shows_what_is_healthy_and_what_fell() {
        assert_eq!(spark(&[(0, 8)], 2, 0, 8), "███");
        let fell = spark(&[(0, 8), (100, 0), (101, 8)], 200, 0, 8);
        assert_eq!((fell.matches('▁').count(), fell.matches('█').count()), (1, 39));
    }
}
