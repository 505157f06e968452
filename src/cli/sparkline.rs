//! A series as one line of block characters.

use crate::base::{Decimal, Time};

const LEVELS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// Characters of the longest line.
const MAX_LENGTH: i64 = 40;

/// The values at equally spaced times from the start to the end of a series, where each value applies until the time of
/// the next; empty for a series without values.
pub(super) fn sparkline(series: &[(Time, Decimal)], from: Time, to: Time) -> String {
    let values = || series.iter().map(|(_, value)| *value);
    let (Some(lowest), Some(highest)) = (values().min(), values().max()) else { return String::new() };
    let hours = to.since(from).seconds() / 3_600 + 1;
    let characters = hours.clamp(1, MAX_LENGTH);
    let time_at = |index: i64| {
        let seconds = to.since(from).seconds();
        let offset = if characters == 1 { seconds } else { share(seconds, index, characters - 1) };
        Time::from_unix_seconds(from.unix_seconds() + offset)
    };
    (0..characters)
        .map(|index| {
            let now = time_at(index);
            let value = series.iter().rev().find(|(time, _)| *time <= now).map(|(_, value)| *value);
            value.map_or(' ', |value| LEVELS[level(value, lowest, highest)])
        })
        .collect()
}

/// `whole × part / parts`, without overflow.
fn share(whole: i64, part: i64, parts: i64) -> i64 {
    i64::try_from(i128::from(whole) * i128::from(part) / i128::from(parts)).unwrap_or(whole)
}

fn level(value: Decimal, lowest: Decimal, highest: Decimal) -> usize {
    let (above, span) = (value - lowest, highest - lowest);
    if span.is_zero() {
        return 0;
    }
    let height = (above * Decimal::from(LEVELS.len() - 1) / span).round();
    LEVELS.iter().zip(0_u32..).filter(|(_, at)| Decimal::from(*at) <= height).count() - 1
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::Hour;

    fn series(values: &[(i64, u32)]) -> Vec<(Time, Decimal)> {
        values.iter().map(|(hour, value)| (Hour(*hour).start(), Decimal::from(*value))).collect()
    }

    #[test]
    fn every_hour_has_a_character_up_to_the_longest_line() {
        let spark = |values: &[(i64, u32)], hours: i64| sparkline(&series(values), Time::START, Hour(hours).start());
        assert_eq!(spark(&[(0, 1), (1, 4), (3, 8)], 4), "▁▄▄██");
        assert_eq!(spark(&[(0, 5)], 2), "▁▁▁");
        assert_eq!(spark(&[(2, 1), (3, 2)], 3), "  ▁█");
        assert_eq!(spark(&[], 3), "");
        assert_eq!(spark(&[(0, 0), (500, 1)], 1_000).chars().count(), 40);
        assert_eq!(spark(&[(0, 0), (500, 1)], 1_000).chars().filter(|index| *index == '█').count(), 20);
    }
}
