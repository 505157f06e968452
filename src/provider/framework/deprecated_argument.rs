//! Arguments that have two names, of which the older one is deprecated: both show the same value.

use super::check::text;
use crate::tf::Value;
use crate::tf::provider::{PlanRequest, PlanResponse};

/// What is said under either name, if anything is; the newer one wins.
pub(crate) fn either<'v>(arguments: &'v Value, name: &str, older: &str) -> Option<&'v str> {
    text(arguments, name).or_else(|| text(arguments, older))
}

/// What is said under either name, or that it is not known yet.
pub(crate) fn as_meant(arguments: &Value, name: &str, older: &str) -> Value {
    let said = [name, older].map(|name| arguments.get(name));
    let found =
        said.into_iter().find(|value| value.is_unknown() || value.as_str().is_some_and(|text| !text.is_empty()));
    found.cloned().unwrap_or_default()
}

/// Plans for the name that the configuration does not use what it says under the other one.
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
