//! Paths of step functions, in tenths of a pixel. A path has at most a few points for each pixel, however many steps the
//! function has.

use std::fmt::Write as _;

use crate::base::step_function::steps_from;
use crate::base::{Decimal, Time};

/// Where a panel stands in a drawing, and what it spans.
#[derive(Clone, Copy, Debug)]
pub(super) struct Frame {
    pub(super) left: i64,
    pub(super) right: i64,
    pub(super) top: i64,
    pub(super) bottom: i64,
    pub(super) from: Time,
    pub(super) to: Time,
    /// The value at the top; 0 is at the bottom.
    pub(super) highest: Decimal,
}

impl Frame {
    /// The x coordinate of a time, in pixels.
    pub(super) fn x(&self, time: Time) -> i64 {
        let span = self.to.since(self.from).seconds().max(1);
        let passed = time.since(self.from).seconds().clamp(0, span);
        let width = i128::from(self.right - self.left);
        self.left + i64::try_from(i128::from(passed) * width / i128::from(span)).unwrap_or(0)
    }

    /// The height of a value, in tenths of a pixel.
    pub(super) fn y(&self, value: Decimal) -> i64 {
        let height = Decimal::from((self.bottom - self.top) * 10);
        let above = (value * height / self.highest).round();
        self.bottom * 10 - i64::try_from(above).unwrap_or(0).clamp(0, (self.bottom - self.top) * 10)
    }

    /// The line of a step function, in which each value holds until the next; `None` without values.
    pub(super) fn line(&self, steps: &[(Time, Decimal)]) -> Option<String> {
        let columns = self.columns(steps);
        let ((x, heights), rest) = columns.split_first()?;
        let mut path = format!("m{x} {}", tenths(*heights.first()?));
        for y in heights.iter().skip(1) {
            let _ = write!(path, "V{}", tenths(*y));
        }
        for (x, heights) in rest {
            let _ = write!(path, "H{x}");
            for y in heights {
                let _ = write!(path, "V{}", tenths(*y));
            }
        }
        let _ = write!(path, "H{}", self.right);
        Some(path)
    }

    /// The area below the line.
    pub(super) fn area(&self, steps: &[(Time, Decimal)]) -> Option<String> {
        let first = self.columns(steps).first().map(|(x, _)| *x)?;
        Some(format!("{}V{}H{first}Z", self.line(steps)?, self.bottom))
    }

    /// For each pixel in which the function changes: the lowest and the highest value in it if there are several, and the
    /// last one.
    fn columns(&self, steps: &[(Time, Decimal)]) -> Vec<(i64, Vec<i64>)> {
        let points = steps_from(steps, self.from).iter().filter(|(time, _)| *time <= self.to);
        let mut columns: Vec<(i64, Vec<i64>)> = Vec::new();
        for (time, value) in points {
            let (x, y) = (self.x(*time), self.y(*value));
            match columns.last_mut().filter(|(column, _)| *column == x) {
                Some((_, heights)) => heights.push(y),
                None => columns.push((x, vec![y])),
            }
        }
        for (_, heights) in &mut columns {
            if heights.len() > 3
                && let (Some(low), Some(high), Some(last)) =
                    (heights.iter().min().copied(), heights.iter().max().copied(), heights.last().copied())
            {
                *heights = vec![low, high, last];
            }
        }
        columns
    }
}

fn tenths(number: i64) -> String {
    if number % 10 == 0 { (number / 10).to_string() } else { format!("{}.{}", number / 10, number % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::Span;

    fn frame(hours: i64) -> Frame {
        let to = Time::START.plus(Span::from_seconds(hours * 3_600));
        Frame { left: 50, right: 150, top: 10, bottom: 110, from: Time::START, to, highest: Decimal::from(8) }
    }

    fn steps(values: &[(i64, u32)]) -> Vec<(Time, Decimal)> {
        let time = |hour: i64| Time::START.plus(Span::from_seconds(hour * 3_600));
        values.iter().map(|(hour, value)| (time(*hour), Decimal::from(*value))).collect()
    }

    #[test]
    fn a_line_holds_each_value_until_the_next() {
        assert_eq!(frame(4).line(&steps(&[(0, 8), (2, 4), (4, 0)])).as_deref(), Some("m50 10H100V60H150V110H150"));
        assert_eq!(frame(4).area(&steps(&[(2, 3)])).as_deref(), Some("m100 72.5H150V110H100Z"));
        assert_eq!(frame(4).line(&[]), None);
    }

    /// Ten thousand steps are a path of some hundred points.
    #[test]
    fn a_path_is_short_however_many_steps_there_are() {
        let many: Vec<(i64, u32)> = (0..10_000).map(|hour| (hour, u32::try_from(hour % 9).unwrap())).collect();
        let path = frame(10_000).line(&steps(&many)).unwrap();
        assert!(path.len() < 5_000, "{}", path.len());
    }
}
