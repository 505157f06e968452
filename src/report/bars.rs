//! Horizontal bars: figures side by side.

use std::fmt::Write as _;

use super::html::{element, escaped};
use crate::base::Decimal;
use crate::base::money::shortest;

/// Figures of one unit, compared by length.
#[derive(Clone, Debug)]
pub struct Bars {
    /// Unique in the page: letters, digits and `-`.
    pub id: String,
    pub title: String,
    /// What the drawing shows, for those who do not see it.
    pub description: String,
    pub bars: Vec<Bar>,
}

#[derive(Clone, Debug)]
pub struct Bar {
    pub label: String,
    pub value: Decimal,
    /// That of a colour, of which there are six.
    pub colour: u8,
}

const WIDTH: i64 = 960;
const LEFT: i64 = 300;
const LONGEST: i64 = 540;
const ROW: i64 = 26;
/// Characters of a label that fit beside the bars.
const LABEL: usize = 42;

impl Bars {
    pub(super) fn render(&self) -> String {
        let highest = self.bars.iter().map(|bar| bar.value).max().filter(|value| *value > Decimal::ZERO);
        let highest = highest.unwrap_or(Decimal::ONE);
        let mut rows = String::new();
        for (bar, index) in self.bars.iter().zip(0_i64..) {
            let length = (bar.value.max(Decimal::ZERO) * Decimal::from(LONGEST) / highest).round();
            let length = i64::try_from(length).unwrap_or(0);
            let (y, colour) = (index * ROW + 6, bar.colour % 6);
            let label: String = bar.label.chars().take(LABEL).collect();
            let _ = writeln!(
                rows,
                "<g>{}<text class=\"tick\" x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>\
                 <rect class=\"bar c{colour}\" x=\"{LEFT}\" y=\"{y}\" width=\"{length}\" height=\"16\"/>\
                 <text class=\"label\" x=\"{}\" y=\"{}\">{}</text></g>",
                element("title", &format!("{}: {}", bar.label, shortest(bar.value))),
                LEFT - 10,
                y + 13,
                escaped(&label),
                LEFT + length + 8,
                y + 13,
                shortest(bar.value),
            );
        }
        let (id, height) = (escaped(&self.id), i64::try_from(self.bars.len()).unwrap_or(0) * ROW + 10);
        format!(
            "<svg viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-description\">\
             <title id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>\n{rows}</svg>\n",
            escaped(&self.title),
            escaped(&self.description),
        )
    }
}
