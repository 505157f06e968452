//! Pages of a list, by token.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::Result;
use super::xml::Xml;
use crate::cloud::CloudError;
use crate::wire::parameters::Arguments;

/// The most that one page holds.
const MAX_PAGE_SIZE: usize = 1000;

/// One page of a list; a call without a size gets all that is left.
#[derive(Debug)]
pub(super) struct Page<T> {
    pub(super) items: Vec<T>,
    next: Option<String>,
}

/// How many items a page of a call may hold; `None`: all.
///
/// # Errors
/// The size is out of its range.
pub(super) fn size(arguments: &Arguments<'_>) -> Result<Option<usize>> {
    let size = arguments.number::<usize>("MaxResults")?;
    if let Some(size) = size.filter(|size| !(1..=MAX_PAGE_SIZE).contains(size)) {
        let message = format!("MaxResults is {size}; a page holds 1 to {MAX_PAGE_SIZE}.");
        return Err(CloudError::new("InvalidMaxResults", message));
    }
    Ok(size)
}

/// The token for a position in a list.
pub(super) fn token(place: &str) -> String {
    STANDARD.encode(format!("simcloud {place}"))
}

/// The position that the token of a call stands for.
///
/// # Errors
/// The token was not given by a page.
pub(super) fn position<T>(arguments: &Arguments<'_>, parse: impl Fn(&str) -> Option<T>) -> Result<Option<T>> {
    let Some(text) = arguments.text("NextToken") else { return Ok(None) };
    let decoded = STANDARD.decode(text).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let place = decoded.and_then(|text| parse(text.strip_prefix("simcloud ")?));
    let refusal = || CloudError::new("InvalidNextToken", format!("The token '{text}' was not given by a page."));
    place.map(Some).ok_or_else(refusal)
}

impl<T> Page<T> {
    /// # Errors
    /// The size is out of its range, or the token was not given by a page.
    pub(super) fn of(arguments: &Arguments<'_>, items: Vec<T>) -> Result<Self> {
        let start = position(arguments, |text| text.parse().ok())?.unwrap_or(0);
        let size = size(arguments)?;
        let total = items.len();
        let end = usize::saturating_add(start, size.unwrap_or(total));
        let next = (end < total).then(|| token(&end.to_string()));
        Ok(Self { items: items.into_iter().skip(start).take(size.unwrap_or(total)).collect(), next })
    }

    /// The token of the next page, if there is one.
    pub(super) fn write_token(&self, xml: &mut Xml) {
        xml.optional("nextToken", self.next.as_deref());
    }

    /// The same, but empty on the last page.
    pub(super) fn write_token_or_empty(&self, xml: &mut Xml) {
        xml.text("nextToken", self.next.as_deref().unwrap_or_default());
    }
}
