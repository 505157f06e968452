//! A drawing of step functions over time, in panels one below the other, with events marked on them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::axis::{time_marks, value_marks};
use super::html::{concatenated, element, escaped};
use super::mark::{Mark, MarkGroup, MarkKind};
use super::shape::Frame;
use crate::base::clock::Span;
use crate::base::money::shortest;
use crate::base::{Decimal, Time};

/// Step functions over one span of time.
#[derive(Clone, Debug)]
pub struct Chart {
    /// Unique in the page: letters, digits and `-`.
    pub id: String,
    pub title: String,
    /// What the drawing shows, for those who do not see it.
    pub description: String,
    pub from: Time,
    pub to: Time,
    pub panels: Vec<Panel>,
}

/// A value axis with the functions that are drawn on it.
#[derive(Clone, Debug)]
pub struct Panel {
    pub label: String,
    /// In pixels of a drawing that is 960 wide.
    pub height: i64,
    pub series: Vec<Series>,
    pub marks: Vec<Mark>,
}

#[derive(Clone, Debug)]
pub struct Series {
    pub name: String,
    pub style: Style,
    /// One entry per change: the value from that time on.
    pub steps: Vec<(Time, Decimal)>,
}

/// How a function is drawn; the number is that of a colour, of which there are six.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Style {
    Line(u8),
    Area(u8),
    Dashed(u8),
}

const WIDTH: i64 = 960;
const LEFT: i64 = 64;
const RIGHT: i64 = 930;
const GAP: i64 = 34;
/// Above a panel, for its label.
const LABEL: i64 = 22;

/// The styles of a drawing that stands alone.
const FILE_STYLE: &str = "\
    text{font-family:sans-serif}.tick{fill:#59626d;font-size:12px}.label{fill:#1c2127;font-size:13px}\
    .grid{stroke:#d7dce1;fill:none}.line,.dashed{fill:none;stroke-width:2}.dashed{stroke-dasharray:6 4}\
    .area{fill-opacity:.3;stroke-width:1.5}.lost{fill:#c22f2f}.launched{fill:#18794e}.changed{fill:#6b3fa0;stroke:#6b3fa0}\
    .c0{stroke:#0072b2}.c1{stroke:#b34700}.c2{stroke:#007a5a}.c3{stroke:#a83c7e}.c4{stroke:#8a6100}.c5{stroke:#4b5563}\
    .area.c0{fill:#0072b2}.area.c1{fill:#b34700}.area.c2{fill:#007a5a}.area.c3{fill:#a83c7e}.area.c4{fill:#8a6100}\
    .area.c5{fill:#4b5563}";

/// Height of a line of the legend.
const LEGEND_LINE: i64 = 18;

impl Chart {
    /// The drawing as a part of a page, with its legend below it.
    pub(super) fn render(&self) -> String {
        let (body, height) = self.panels();
        let items = concatenated(self.legend().iter().map(|(sign, name)| {
            let swatch = format!("<svg class=\"swatch\" viewBox=\"0 0 24 10\" aria-hidden=\"true\">{sign}</svg>");
            format!("<li>{swatch}{}</li>", escaped(name))
        }));
        format!("<svg {}{body}</svg>\n<ul class=\"legend\">{items}</ul>\n", self.opening(height))
    }

    /// The drawing as a file of its own, on white paper.
    #[must_use]
    pub fn file(&self) -> String {
        let (body, top) = self.panels();
        let mut legend = String::new();
        let mut y = top + 10;
        for (sign, name) in self.legend() {
            let _ = write!(legend, "<g transform=\"translate({LEFT} {})\">{sign}</g>", y - 9);
            label(&mut legend, LEFT + 32, y, "start", "label", &name);
            legend.push('\n');
            y += LEGEND_LINE;
        }
        let height = y + 4;
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" {}<style>{FILE_STYLE}</style>\n<rect width=\"{WIDTH}\" \
             height=\"{height}\" fill=\"#ffffff\"/>\n{body}{legend}</svg>\n",
            self.opening(height)
        )
    }

    /// The attributes of the drawing, and what tells those who do not see it what it shows.
    fn opening(&self, height: i64) -> String {
        let id = escaped(&self.id);
        format!(
            "viewBox=\"0 0 {WIDTH} {height}\" role=\"img\" aria-labelledby=\"{id}-title {id}-description\"><title \
             id=\"{id}-title\">{}</title><desc id=\"{id}-description\">{}</desc>\n",
            escaped(&self.title),
            escaped(&self.description)
        )
    }

    /// The panels, and the height that they take.
    fn panels(&self) -> (String, i64) {
        let to = self.to.max(Time::START.plus(Span::HOUR)).max(self.from);
        let mut body = String::new();
        let mut top = 0;
        for panel in &self.panels {
            top = panel.render(&mut body, (self.from, to), top + LABEL) + GAP;
        }
        (body, top.max(GAP))
    }

    /// What each colour and each mark stands for: a sign of 24 by 10 pixels, and its name.
    fn legend(&self) -> Vec<(String, String)> {
        let mut entries: Vec<(String, String)> = Vec::new();
        for series in self.panels.iter().flat_map(|panel| &panel.series) {
            let entry = (format!("<path class=\"{}\" d=\"m0 5h24\"/>", series.style.class()), series.name.clone());
            if !entries.contains(&entry) {
                entries.push(entry);
            }
        }
        for kind in MarkKind::ALL {
            if self.panels.iter().flat_map(|panel| &panel.marks).any(|mark| mark.kind == kind) {
                entries.push((kind.sign(), kind.name().to_owned()));
            }
        }
        entries
    }
}

impl Panel {
    /// Draws the panel and returns where it ends.
    fn render(&self, svg: &mut String, (from, to): (Time, Time), top: i64) -> i64 {
        let values = self.series.iter().flat_map(|series| series.steps.iter().map(|(_, value)| *value));
        let (highest, marks) = value_marks(values.max().unwrap_or(Decimal::ONE));
        let bottom = top + self.height;
        let frame = Frame { left: LEFT, right: RIGHT, top, bottom, from, to, highest };
        label(svg, LEFT, top - 8, "start", "label", &self.label);
        for mark in marks {
            let y = frame.y(mark) / 10;
            let _ = write!(svg, "<path class=\"grid\" d=\"m{LEFT} {y}H{RIGHT}\"/>");
            label(svg, LEFT - 8, y + 4, "end", "tick", &shortest(mark));
        }
        for (time, text) in time_marks(from, to, 9) {
            let x = frame.x(time);
            let _ = write!(svg, "<path class=\"grid\" d=\"m{x} {top}V{}\"/>", bottom + 4);
            label(svg, x, bottom + 18, "middle", "tick", &text);
        }
        for series in &self.series {
            series.render(svg, &frame);
        }
        for ((x, kind), group) in self.marks_by_pixel(&frame) {
            let _ = write!(svg, "<g>{}{}</g>", element("title", &group.text(kind)), kind.shape(x, top, bottom));
        }
        svg.push('\n');
        bottom
    }

    fn marks_by_pixel(&self, frame: &Frame) -> BTreeMap<(i64, MarkKind), MarkGroup> {
        let mut marks: BTreeMap<(i64, MarkKind), MarkGroup> = BTreeMap::new();
        for mark in self.marks.iter().filter(|mark| mark.time >= frame.from && mark.time <= frame.to) {
            marks.entry((frame.x(mark.time), mark.kind)).or_default().add(mark);
        }
        marks
    }
}

impl Series {
    fn render(&self, svg: &mut String, frame: &Frame) {
        let path = match self.style {
            Style::Area(_) => frame.area(&self.steps),
            Style::Line(_) | Style::Dashed(_) => frame.line(&self.steps),
        };
        if let Some(path) = path {
            let class = self.style.class();
            let _ = write!(svg, "<path class=\"{class}\" d=\"{path}\">{}</path>", element("title", &self.name));
        }
    }
}

impl Style {
    fn class(self) -> String {
        match self {
            Self::Line(colour) => format!("line c{}", colour % 6),
            Self::Area(colour) => format!("area c{}", colour % 6),
            Self::Dashed(colour) => format!("dashed c{}", colour % 6),
        }
    }
}

fn label(svg: &mut String, x: i64, y: i64, anchor: &str, class: &str, text: &str) {
    let _ =
        write!(svg, "<text class=\"{class}\" x=\"{x}\" y=\"{y}\" text-anchor=\"{anchor}\">{}</text>", escaped(text));
}
