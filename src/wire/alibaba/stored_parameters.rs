//! Parameters without effect in the simulation, kept with an object so that describe operations return them.

use serde_json::{Map, Value as Json};

use crate::wire::parameters::Arguments;

/// What a request says beside what the simulation needs.
#[derive(Clone, Debug, Default)]
pub(super) struct StoredParameters {
    members: Map<String, Json>,
}

impl StoredParameters {
    /// What is kept with an object; nothing if its text was written by another author who did not write an object.
    pub(super) fn read(configuration: &str) -> Self {
        let members = serde_json::from_str(configuration).ok().and_then(|json| match json {
            Json::Object(members) => Some(members),
            _ => None,
        });
        Self { members: members.unwrap_or_default() }
    }

    /// The same with those of these parameters that a call sets. A name with a dot is that of a structure's member.
    pub(super) fn with(mut self, arguments: &Arguments<'_>, names: &[&str]) -> Self {
        for name in names {
            if let Some(text) = arguments.member_text(name) {
                self.members.insert((*name).to_owned(), text.into());
            }
        }
        self
    }

    /// The same with those of these lists that a call sets.
    pub(super) fn with_lists(mut self, arguments: &Arguments<'_>, names: &[&str]) -> Self {
        for name in names {
            if let Some(list) = arguments.json(name) {
                self.members.insert((*name).to_owned(), list);
            }
        }
        self
    }

    pub(super) fn write(&self) -> String {
        Json::Object(self.members.clone()).to_string()
    }

    /// The text of a parameter, also where a configuration has written it: `Bandwidth` is `bandwidth` there.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        self.member(name).and_then(Json::as_str).filter(|text| !text.is_empty())
    }

    pub(super) fn flag(&self, name: &str) -> Option<bool> {
        match self.member(name)? {
            Json::String(text) => text.to_lowercase().parse().ok(),
            member => member.as_bool(),
        }
    }

    /// A number as a reply has it.
    pub(super) fn number(&self, name: &str) -> Option<Json> {
        match self.member(name)? {
            Json::String(text) => text.parse().ok().map(crate::base::json::number),
            Json::Number(given) => Some(Json::Number(given.clone())),
            _ => None,
        }
    }

    /// The elements of a list, which may also be kept as its JSON text.
    pub(super) fn list(&self, name: &str) -> Vec<Json> {
        match self.member(name) {
            Some(Json::Array(elements)) => elements.clone(),
            Some(Json::String(text)) => serde_json::from_str(text).unwrap_or_default(),
            _ => Vec::new(),
        }
    }

    fn member(&self, name: &str) -> Option<&Json> {
        self.members.get(name).or_else(|| self.members.get(&snake_case(name)))
    }
}

/// `InternetChargeType` as `internet_charge_type`, and a structure's member as one word.
fn snake_case(name: &str) -> String {
    let mut text = String::new();
    for c in name.chars() {
        if c == '.' {
            continue;
        }
        if c.is_ascii_uppercase() && !text.is_empty() {
            text.push('_');
        }
        text.push(c.to_ascii_lowercase());
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::parameters::Parameters;

    #[test]
    fn what_a_call_sets_replaces_what_is_kept() {
        let pairs = [("Bandwidth".to_owned(), "10".to_owned()), ("Other".to_owned(), "x".to_owned())];
        let parameters = Parameters::from_pairs(pairs);
        let before = StoredParameters::read(r#"{"Bandwidth":"5","ISP":"BGP"}"#);
        let after = StoredParameters::read(&before.with(&parameters.arguments(), &["Bandwidth", "ISP"]).write());
        assert_eq!([after.text("Bandwidth"), after.text("ISP"), after.text("Other")], [Some("10"), Some("BGP"), None]);
    }

    #[test]
    fn what_a_configuration_says_is_found_under_the_services_name() {
        let kept = StoredParameters::read(r#"{"internet_charge_type":"PayByTraffic","bandwidth":null}"#);
        assert_eq!((kept.text("InternetChargeType"), kept.text("Bandwidth")), (Some("PayByTraffic"), None));
        assert_eq!(StoredParameters::read("").text("Bandwidth"), None);
    }

    #[test]
    fn numbers_flags_and_lists_are_kept_in_either_form() {
        let pairs = [("Options.Mode", "a"), ("Types.1", "x"), ("Types.2", "y"), ("Count", "3"), ("Ids", "[\"i\"]")];
        let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned()));
        let parameters = Parameters::from_pairs(pairs);
        let names = ["Options.Mode", "Count", "Ids"];
        let kept = StoredParameters::default()
            .with(&parameters.arguments(), &names)
            .with_lists(&parameters.arguments(), &["Types"]);
        let kept = StoredParameters::read(&kept.write());
        assert_eq!(kept.text("Options.Mode"), Some("a"));
        assert_eq!(kept.number("Count"), Some(3.into()));
        assert_eq!([kept.list("Types"), kept.list("Ids")], [vec![Json::from("x"), "y".into()], vec!["i".into()]]);
        let configured = StoredParameters::read(r#"{"options_mode":"b","count":4,"is_set":true}"#);
        assert_eq!((configured.text("Options.Mode"), configured.flag("IsSet")), (Some("b"), Some(true)));
        assert_eq!(configured.number("Count"), Some(4.into()));
    }
}
