//! Pages of a list: by number and size, or by token.

use std::ops::Range;

use serde::Serialize;
use serde_json::{Value as Json, json};

use super::Result;
use crate::wire::parameters::Arguments;

/// Where clients name no size.
const DEFAULT_SIZE: usize = 10;

/// Which elements of a list a call gets, and what its reply says of that.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the members are named as in the service's replies")]
pub(super) struct Page {
    #[serde(skip)]
    start: usize,
    #[serde(skip)]
    end: usize,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_number: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    page_size: Option<usize>,
    /// Empty on the last page.
    #[serde(skip_serializing_if = "Option::is_none")]
    next_token: Option<String>,
    total_count: usize,
}

impl Page {
    /// A client that names `MaxResults` or `NextToken` pages by token; any other by number.
    pub(super) fn of(arguments: &Arguments<'_>, total: usize) -> Result<Self> {
        let ends = |start: usize, size: usize| (start.min(total), start.saturating_add(size).min(total));
        match (arguments.number::<usize>("MaxResults")?, arguments.text("NextToken")) {
            (None, None) => {
                let number = arguments.number::<usize>("PageNumber")?.unwrap_or(1).max(1);
                let size = arguments.number::<usize>("PageSize")?.unwrap_or(DEFAULT_SIZE).max(1);
                let (start, end) = ends((number - 1).saturating_mul(size), size);
                let (page_number, page_size) = (Some(number), Some(size));
                Ok(Self { start, end, page_number, page_size, next_token: None, total_count: total })
            }
            (size, _) => {
                let start = arguments.number::<usize>("NextToken")?.unwrap_or(0);
                let (start, end) = ends(start, size.unwrap_or(DEFAULT_SIZE).max(1));
                let next_token = Some(if end < total { end.to_string() } else { String::new() });
                Ok(Self { start, end, page_number: None, page_size: None, next_token, total_count: total })
            }
        }
    }

    /// The elements of the page, which exist.
    pub(super) const fn range(&self) -> Range<usize> {
        self.start..self.end
    }
}

/// One page of a list under its two names: `{"Vpcs": {"Vpc": […]}, "TotalCount": …}`.
pub(super) fn page(arguments: &Arguments<'_>, plural: &str, singular: &str, elements: Vec<Json>) -> Result<Json> {
    let page = Page::of(arguments, elements.len())?;
    let mut reply = serde_json::to_value(&page).unwrap_or_default();
    let Range { start, end } = page.range();
    let elements: Vec<Json> = elements.into_iter().skip(start).take(end - start).collect();
    reply[plural] = json!({ singular: elements });
    Ok(reply)
}
