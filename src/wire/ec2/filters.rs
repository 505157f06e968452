//! The filters of a describe action: `Filter.1.Name`, `Filter.1.Value.1`.

use super::Result;
use crate::base::nearest;
use crate::base::nearest::did_you_mean_sentence;
use crate::base::wildcard::matches_wildcard;
use crate::cloud::model::Tags;
use crate::cloud::{CloudError, codes};
use crate::wire::parameters::Arguments;

/// What an object has to match: one value of every filter. Values may have `*`.
#[derive(Debug)]
pub(super) struct Filters {
    filters: Vec<(String, Vec<String>)>,
}

impl Filters {
    /// # Errors
    /// A name that the action does not know; `tag:KEY`, `tag-key` and `tag-value` always are.
    pub(super) fn read(arguments: &Arguments<'_>, names: &[&str]) -> Result<Self> {
        let mut filters = Vec::new();
        for filter in arguments.list("Filter") {
            let name = filter.required("Name")?;
            let is_of_tags = name.starts_with("tag:") || ["tag-key", "tag-value"].contains(&name);
            if !is_of_tags && !names.contains(&name) {
                let hint = did_you_mean_sentence(nearest(name, names.iter().copied()));
                let message = format!("The filter '{name}' is invalid.{hint}");
                return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
            }
            filters.push((name.to_owned(), filter.texts("Value").into_iter().map(str::to_owned).collect()));
        }
        Ok(Self { filters })
    }

    /// Whether an object with these tags matches all filters; `values` says what it has under a name.
    pub(super) fn match_object(&self, tags: &Tags, values: impl Fn(&str) -> Vec<String>) -> bool {
        self.filters.iter().all(|(name, wanted)| {
            let has = match (name.as_str(), name.strip_prefix("tag:")) {
                (_, Some(key)) => tags.get(key).cloned().into_iter().collect(),
                ("tag-key", None) => tags.keys().cloned().collect(),
                ("tag-value", None) => tags.values().cloned().collect(),
                (name, None) => values(name),
            };
            wanted.iter().any(|pattern| has.iter().any(|value| matches_wildcard(value, pattern)))
        })
    }

    /// The filters whose names stand for columns, as columns with their values.
    pub(super) fn columns<C: Copy>(&self, names: &[(&str, C)]) -> Vec<(C, Vec<String>)> {
        let column = |name: &str| names.iter().find(|(known, _)| *known == name).map(|(_, column)| *column);
        self.filters.iter().filter_map(|(name, values)| Some((column(name)?, values.clone()))).collect()
    }

    /// The values of one filter; `None` if the call does not have it.
    pub(super) fn values(&self, name: &str) -> Option<&[String]> {
        self.filters.iter().find(|(known, _)| known == name).map(|(_, values)| values.as_slice())
    }
}

/// One value under a name.
#[expect(clippy::needless_pass_by_value, reason = "numbers, flags and texts are handed over as they are at hand")]
pub(super) fn one(value: impl ToString) -> Vec<String> {
    vec![value.to_string()]
}
