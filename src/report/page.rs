//! A page: a heading, and sections of text, figures, tables and drawings.

use std::fmt::Write as _;

use super::bars::Bars;
use super::chart::Chart;
use super::html::{concatenated, element, escaped};

/// One file that loads nothing and runs no script.
#[derive(Clone, Debug)]
pub struct Page {
    pub title: String,
    /// What the page is about, in a sentence or two.
    pub lead: String,
    /// The figures that concern the reader first: what they are, and what they say.
    pub figures: Vec<(String, String)>,
    pub sections: Vec<Section>,
    /// Where the page comes from.
    pub footer: String,
}

/// A part of a page under a heading.
#[derive(Clone, Debug)]
pub struct Section {
    /// Unique in the page: letters, digits and `-`.
    pub id: String,
    pub title: String,
    body: String,
}

#[derive(Clone, Debug)]
pub struct Table {
    pub caption: String,
    pub columns: Vec<Column>,
    pub rows: Vec<Vec<String>>,
}

/// The heading of a column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Column {
    Text(&'static str),
    /// Right-aligned.
    Number(&'static str),
}

/// Characters of a cell that is not broken into lines, such as an id.
const SHORT: usize = 40;

const STYLE: &str = include_str!("style.css");

/// Nothing but the styles in the page and the empty icon, so that no browser asks for anything.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:";

impl Page {
    /// The page as a file.
    #[must_use]
    pub fn render(&self) -> String {
        let title = escaped(&self.title);
        let link = |section: &Section| {
            format!("<li><a href=\"#{}\">{}</a></li>", escaped(&section.id), escaped(&section.title))
        };
        let contents = concatenated(self.sections.iter().map(link));
        let figure =
            |(name, value): &(String, String)| format!("<div>{}{}</div>", element("dt", name), element("dd", value));
        let figures = concatenated(self.figures.iter().map(figure));
        let sections: String = self.sections.iter().map(Section::render).collect();
        format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{POLICY}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n\
             <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<header>\n<h1>{title}</h1>\n{}\n\
             <dl class=\"figures\">{figures}</dl>\n<nav aria-label=\"Sections\"><ul>{contents}</ul></nav>\n</header>\n\
             <main>\n{sections}</main>\n<footer>{}</footer>\n</body>\n</html>\n",
            element("p", &self.lead),
            element("p", &self.footer),
        )
    }
}

impl Section {
    #[must_use]
    pub fn new(id: impl Into<String>, title: impl Into<String>) -> Self {
        Self { id: id.into(), title: title.into(), body: String::new() }
    }

    /// Adds a paragraph.
    pub fn text(&mut self, text: &str) {
        self.body.push_str(&element("p", text));
        self.body.push('\n');
    }

    /// Adds a heading of a part.
    pub fn heading(&mut self, text: &str) {
        self.body.push_str(&element("h3", text));
        self.body.push('\n');
    }

    pub fn table(&mut self, table: &Table) {
        self.body.push_str(&table.render());
    }

    pub fn chart(&mut self, chart: &Chart) {
        self.drawing(&chart.title, &chart.render());
    }

    pub fn bars(&mut self, bars: &Bars) {
        self.drawing(&bars.title, &bars.render());
    }

    /// Adds a table that opens on demand.
    pub fn folded(&mut self, summary: &str, table: &Table) {
        let _ = writeln!(self.body, "<details>{}{}</details>", element("summary", summary), table.render());
    }

    /// A drawing that is wider than the screen scrolls in its own box, which the keyboard reaches.
    fn drawing(&mut self, title: &str, drawing: &str) {
        let _ = writeln!(
            self.body,
            "<figure tabindex=\"0\" aria-label=\"{}\"><div class=\"drawing\">{drawing}</div></figure>",
            escaped(title)
        );
    }

    fn render(&self) -> String {
        let (id, body) = (escaped(&self.id), &self.body);
        format!(
            "<section id=\"{id}\" aria-labelledby=\"{id}-heading\">\n<h2 id=\"{id}-heading\">{}</h2>\n{body}</section>\n",
            escaped(&self.title)
        )
    }
}

impl Table {
    fn render(&self) -> String {
        let heading =
            |column: &Column| format!("<th scope=\"col\"{}>{}</th>", column.class(), escaped(column.heading()));
        let headings = concatenated(self.columns.iter().map(heading));
        let mut rows = String::new();
        for row in &self.rows {
            rows.push_str("<tr>");
            for (column, cell) in self.columns.iter().zip(row) {
                let class = if column.class().is_empty() && cell.chars().count() > SHORT {
                    " class=\"long\""
                } else {
                    column.class()
                };
                let _ = write!(rows, "<td{class}>{}</td>", escaped(cell));
            }
            rows.push_str("</tr>\n");
        }
        format!(
            "<div class=\"scroll\" tabindex=\"0\" role=\"group\" aria-label=\"{0}\"><table>\n<caption>{0}</caption>\n\
             <thead><tr>{headings}</tr></thead>\n<tbody>\n{rows}</tbody>\n</table></div>\n",
            escaped(&self.caption)
        )
    }
}

impl Column {
    const fn heading(self) -> &'static str {
        match self {
            Self::Text(heading) | Self::Number(heading) => heading,
        }
    }

    const fn class(self) -> &'static str {
        match self {
            Self::Text(_) => "",
            Self::Number(_) => " class=\"number\"",
        }
    }
}
