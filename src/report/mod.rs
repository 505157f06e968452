//! Pages to look at: one file of HTML with drawings, which loads nothing and runs no script.

mod axis; // the marks of a time axis and of a value axis
mod bars; // horizontal bars
mod chart; // step functions over time, with events
mod html; // text in HTML, and a writer of elements
mod mark; // events on a drawing
mod page; // a page, its sections and its tables
mod shape; // paths of step functions
mod world; // the page about a world

pub use bars::{Bar, Bars};
pub use chart::{Chart, Panel, Series, Style};
pub use mark::{Mark, MarkKind};
pub use page::{Column, Page, Section, Table};
pub use world::world_page;
