//! Listings in pages.

use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::Page;

/// One page of a listing; the token is where the next one begins.
pub(super) fn page<T>(mut items: Vec<T>, max_results: Option<u32>, token: Option<&str>) -> Result<Page<T>, CloudError> {
    let start = token.map_or(Some(0), |token| token.parse::<usize>().ok()).filter(|start| *start <= items.len());
    let start = start.ok_or_else(|| {
        let message = format!("`{}` is not a token of this listing", token.unwrap_or_default());
        CloudError::new(codes::INVALID_PARAMETER_VALUE, message)
    })?;
    let end = max_results.map_or(items.len(), |most| start.saturating_add(most as usize).min(items.len()));
    let next_token = (end < items.len()).then(|| end.to_string());
    items.truncate(end);
    items.drain(..start);
    Ok(Page { items, next_token })
}
