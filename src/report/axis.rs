//! Where the marks of an axis stand, and what is written at them.

use crate::base::clock::Span;
use crate::base::{Decimal, Time};

/// Hours between two marks of a time axis, of which the first that is long enough is taken.
const HOURS: [i64; 12] = [1, 2, 3, 6, 12, 24, 48, 168, 336, 672, 2_184, 8_736];

/// Marks at whole multiples of a step since the start of the world, at most `most` of them, each with its label: the
/// date at midnight, else the time of day.
pub(super) fn time_marks(from: Time, to: Time, most: i64) -> Vec<(Time, String)> {
    let seconds = to.since(from).seconds().max(1);
    let is_enough = |hours: &&i64| seconds / (**hours * 3_600) < most;
    let step = HOURS.iter().find(is_enough).or(HOURS.last()).map_or(3_600, |hours| hours * 3_600);
    let first = from.since(Time::START).seconds().div_euclid(step) * step;
    let marks = (0..).map(|index| Time::START.plus(Span::from_seconds(first + index * step)));
    let marks = marks.skip_while(|time| *time < from).take_while(|time| *time <= to);
    marks.map(|time| (time, time_label(time))).collect()
}

fn time_label(time: Time) -> String {
    let text = time.to_string();
    let (day, clock) = (text.get(5..10).unwrap_or_default(), text.get(11..16).unwrap_or_default());
    if clock == "00:00" { day.to_owned() } else { clock.to_owned() }
}

/// A round number that is not below the highest value, and the marks from 0 to it.
pub(super) fn value_marks(highest: Decimal) -> (Decimal, Vec<Decimal>) {
    let highest = if highest > Decimal::ZERO { highest } else { Decimal::ONE };
    let mut step = Decimal::ONE;
    while step * Decimal::from(5) < highest {
        step *= Decimal::TEN;
    }
    while step * Decimal::from(5) >= highest * Decimal::TEN && step > Decimal::new(1, 20) {
        step /= Decimal::TEN;
    }
    // Now five steps are from one time to ten times the highest value.
    let steps = [Decimal::new(2, 1), Decimal::new(5, 1), Decimal::ONE].map(|part| part * step);
    let step = steps.into_iter().find(|step| *step * Decimal::from(5) >= highest).unwrap_or(step);
    let count = (highest / step).ceil().max(Decimal::ONE);
    let marks = (0..=5).map(Decimal::from).filter(|index| *index <= count).map(|index| index * step);
    (count * step, marks.collect())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::money::shortest;

    #[test]
    fn a_value_axis_ends_at_a_round_number() {
        for (highest, expected) in [
            ("0.0171", "0 0.005 0.01 0.015 0.02"),
            ("40", "0 10 20 30 40"),
            ("7", "0 2 4 6 8"),
            ("0", "0 0.2 0.4 0.6 0.8 1"),
            ("1000", "0 200 400 600 800 1000"),
            ("3", "0 1 2 3"),
        ] {
            let (top, marks) = value_marks(highest.parse().unwrap());
            let marks: Vec<String> = marks.into_iter().map(shortest).collect();
            assert_eq!(marks.join(" "), expected, "{highest}");
            assert_eq!(shortest(top), *marks.last().unwrap());
        }
    }

    #[test]
    fn a_time_axis_has_few_marks() {
        for hours in [1, 5, 24, 100, 168, 2_160, 87_600] {
            let to = Time::START.plus(Span::from_seconds(hours * 3_600));
            let marks = time_marks(Time::START, to, 8);
            assert!((1..=12).contains(&marks.len()), "{hours}: {marks:?}");
            assert_eq!(marks[0].1, "01-01");
        }
    }
}
