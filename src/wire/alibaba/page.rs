//! Pages of a list: by number and size, or by token.

use serde_json::{Map, Value as Json, json};

use super::Result;
use crate::wire::parameters::Arguments;

/// Where clients name no size.
const DEFAULT_SIZE: usize = 10;

/// One page of a list under its two names: `{"Vpcs": {"Vpc": […]}, "TotalCount": …}`.
///
/// A client that names `MaxResults` or `NextToken` pages by token; any other by number.
pub(super) fn page(arguments: &Arguments<'_>, plural: &str, singular: &str, elements: Vec<Json>) -> Result<Json> {
    let total = elements.len();
    let mut reply = Map::new();
    let elements: Vec<Json> = match (arguments.number::<usize>("MaxResults")?, arguments.text("NextToken")) {
        (None, None) => {
            let number = arguments.number::<usize>("PageNumber")?.unwrap_or(1).max(1);
            let size = arguments.number::<usize>("PageSize")?.unwrap_or(DEFAULT_SIZE).max(1);
            reply.insert("PageNumber".to_owned(), number.into());
            reply.insert("PageSize".to_owned(), size.into());
            elements.into_iter().skip((number - 1).saturating_mul(size)).take(size).collect()
        }
        (size, _) => {
            let start = arguments.number::<usize>("NextToken")?.unwrap_or(0);
            let size = size.unwrap_or(DEFAULT_SIZE).max(1);
            let end = start.saturating_add(size);
            let token = if end < total { end.to_string() } else { String::new() };
            reply.insert("NextToken".to_owned(), token.into());
            elements.into_iter().skip(start).take(size).collect()
        }
    };
    reply.insert("TotalCount".to_owned(), total.into());
    reply.insert(plural.to_owned(), json!({ singular: elements }));
    Ok(Json::Object(reply))
}
