//! Settings without effect in the simulation, kept with an object so that describe actions return them.

use serde_json::{Map, Value as Json};

use crate::wire::parameters::Arguments;

/// The text under which this API keeps its settings, beside what other authors keep.
const MEMBER: &str = "ec2";

/// Settings by name.
#[derive(Clone, Debug, Default)]
pub(super) struct StoredParameters {
    document: Map<String, Json>,
}

impl StoredParameters {
    /// What is kept with an object, by this API and by others.
    pub(super) fn of(configuration: &str) -> Self {
        match serde_json::from_str(configuration) {
            Ok(Json::Object(document)) => Self { document },
            _ => Self::default(),
        }
    }

    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.document.get(MEMBER)?.get(name)?.as_str()
    }

    /// Whether a setting is on.
    pub(super) fn is(&self, name: &str) -> bool {
        self.text(name) == Some("true")
    }

    pub(super) fn set(&mut self, name: &str, value: &str) {
        let own = self.document.entry(MEMBER).or_insert_with(|| Json::Object(Map::new()));
        if let Json::Object(own) = own {
            own.insert(name.to_owned(), value.into());
        }
    }

    /// The same with those of these flags that a call sets, as `Name` or as `Name.Value`.
    pub(super) fn with_flags(mut self, arguments: &Arguments<'_>, names: &[&str]) -> Self {
        for name in names {
            if let Some(text) = arguments.within(name).text("Value").or_else(|| arguments.text(name)) {
                self.set(name, &text.to_lowercase());
            }
        }
        self
    }

    pub(super) fn write(&self) -> String {
        Json::Object(self.document.clone()).to_string()
    }
}
