//! The text of a scenario that a world remembers, so that commands see the market that the provider sees.

use serde_json::{Map, Value};

use super::scenario::Scenario;
use crate::base::Seed;
use crate::base::collect::IntoOrdered;

/// Members that are left out: the values of stand-ins are a module's own and may be secrets, and faults concern calls.
const LEFT_OUT: [&str; 2] = ["stand_ins", "faults"];

/// The text of a scenario without what may be a secret, and its fingerprint.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScenarioDocument {
    text: String,
    fingerprint: String,
}

impl ScenarioDocument {
    /// The document of a scenario's JSON; `None` where nothing is set, which is no scenario.
    #[must_use]
    pub fn of(json: &Value) -> Option<Self> {
        let members =
            json.as_object()?.iter().filter(|(name, value)| !value.is_null() && !LEFT_OUT.contains(&name.as_str()));
        let mut members: Map<String, Value> =
            members.map(|(name, value)| (name.clone(), value.clone())).into_json_map();
        if let Some(pairs) = members.get_mut("key_pairs") {
            without_public_keys(pairs);
        }
        if members.is_empty() {
            return None;
        }
        let text = Value::Object(members).to_string();
        let fingerprint = format!("{:016x}", Seed::new(0).derive(&["scenario", &text]).number());
        Some(Self { text, fingerprint })
    }

    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// Equal texts have equal fingerprints.
    #[must_use]
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// Reads a text that [`Self::of`] made; `None` if this release does not know all of it.
    #[must_use]
    pub fn read(text: &str) -> Option<(Value, Scenario)> {
        let json: Value = serde_json::from_str(text).ok()?;
        let scenario = Scenario::from_json(&json).ok()?;
        Some((json, scenario))
    }
}

/// The comment of a public key may say anything.
fn without_public_keys(pairs: &mut Value) {
    for pair in pairs.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut) {
        pair.remove("public_key");
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_may_be_a_secret_is_left_out() {
        let document = ScenarioDocument::of(&json!({
            "seed": 7,
            "prices": null,
            "faults": [{ "operation": "CreateVpc", "error_code": "Throttling" }],
            "stand_ins": { "alicloud_kms_secret": { "values": { "secret_data": "s3cr3t" } } },
            "key_pairs": [{ "name": "ops", "public_key": "ssh-ed25519 AAAA me@host" }],
        }));
        let document = document.unwrap();
        assert_eq!(document.text(), r#"{"key_pairs":[{"name":"ops"}],"seed":7}"#);
        assert_eq!(ScenarioDocument::read(document.text()).unwrap().1.seed, 7);
    }

    #[test]
    fn nothing_set_is_no_scenario() {
        for json in [json!(null), json!({}), json!({ "seed": null, "faults": [] })] {
            assert_eq!(ScenarioDocument::of(&json), None, "{json}");
        }
    }
}
