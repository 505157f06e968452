//! Arguments with two names, of which the older one is deprecated: both have the same value in a state.

use super::check;
use crate::tf::Value;
use crate::tf::provider::{PlanRequest, PlanResponse};

/// The text at either name; the newer one wins. `None` if both are unknown, null or empty.
pub(crate) fn text<'v>(arguments: &'v Value, name: &str, older: &str) -> Option<&'v str> {
    check::text(arguments, name).or_else(|| check::text(arguments, older))
}

/// The value at either name, or unknown if that is not known yet; the newer one wins.
pub(crate) fn canonical_value(arguments: &Value, name: &str, older: &str) -> Value {
    let said = [name, older].map(|name| arguments.get(name));
    let found =
        said.into_iter().find(|value| value.is_unknown() || value.as_str().is_some_and(|text| !text.is_empty()));
    found.cloned().unwrap_or_default()
}

/// Plans the value at one name for the other name too, if the configuration does not set that one.
pub(crate) fn plan(request: &PlanRequest, name: &str, older: &str, response: &mut PlanResponse) {
    let said = [name, older].map(|name| request.config.get(name)).into_iter().filter(|value| !value.is_null());
    let said: Vec<&Value> = said.collect();
    let Some(value) = said.iter().find(|value| value.as_str() != Some("")).or(said.first()) else { return };
    for name in [name, older] {
        if request.config.get(name).is_null() {
            response.planned_state.set(name, (*value).clone());
        }
    }
}
