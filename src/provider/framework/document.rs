//! A resource's arguments as the world stores them, so that an import restores them as configured: with the order of
//! blocks, with "" or null, and with arguments that only the provider uses.

use std::collections::BTreeSet;

use super::{planned_values, secret};
use crate::base::collect::IntoOrdered;
use crate::tf::codec::json;
use crate::tf::schema::Mode;
use crate::tf::{Block, Schema, Value};

/// The arguments of a planned state as text. What is computed, or left for the cloud to choose, is null in it, and of
/// what is sensitive it has a digest.
pub(crate) fn write(schema: &Schema, planned: &Value) -> String {
    let computed: BTreeSet<&str> = computed(schema).into_set();
    let members = planned.as_map().into_iter().flatten();
    let arguments = Value::object(members.map(|(name, value)| {
        let value = if computed.contains(name.as_str()) { Value::Null } else { planned_values::unknown_as_null(value) };
        (name.clone(), value)
    }));
    let arguments = map_sensitive(&schema.block, arguments, &Value::Null, &|given, _| secret::digest_of(&given));
    // A planned state conforms to its schema: the codec that read it made sure.
    json::encode(&arguments, &schema.value_type()).map(|json| json.to_string()).unwrap_or_default()
}

/// A state with the arguments of a kept text, everything else null; `None` if the text is not one of ours.
///
/// What is sensitive comes from `prior`, the state before, if its digest is the kept one. If it has another digest, it is
/// the kept digest, so that a plan sees the difference. What `prior` does not have, as after an import, is null: no
/// configuration has the digest.
pub(crate) fn read(schema: &Schema, text: &str, prior: &Value) -> Option<Value> {
    let json = serde_json::from_str(text).ok()?;
    let kept = json::decode(&json, &schema.value_type()).ok().filter(Value::is_known)?;
    Some(map_sensitive(&schema.block, kept, prior, &|kept, prior| {
        let is_secret = kept.as_str().is_some_and(|text| !text.is_empty());
        let is_same = || prior.is_null() || secret::digest_of(prior) == secret::digest_of(&kept);
        if is_secret && is_same() { prior.clone() } else { kept }
    }))
}

/// A state with the digest of a kept text for each sensitive value that the state does not have, to compare it with a plan.
pub(crate) fn with_digests(schema: &Schema, text: &str, state: &Value) -> Value {
    let json = serde_json::from_str(text).ok();
    let kept = json.and_then(|json| json::decode(&json, &schema.value_type()).ok()).unwrap_or_default();
    map_sensitive(&schema.block, state.clone(), &kept, &|value, kept| {
        if value.is_null() { kept.clone() } else { value }
    })
}

/// Plans a sensitive value as the digest that the state has, after another state changed it, if it is the digest of that
/// value: Terraform takes a prior value in place of an equivalent configured one, so the plan is empty.
pub(crate) fn keep_digests(schema: &Schema, prior: &Value, planned: &mut Value) {
    *planned = map_sensitive(&schema.block, std::mem::take(planned), prior, &|planned, prior| {
        let is_kept = prior.as_str().is_some_and(secret::is_digest) && secret::digest_of(&planned) == *prior;
        if is_kept { prior.clone() } else { planned }
    });
}

/// A value of a block with another value for each sensitive attribute, made from it and from the one that stands in the
/// same place of `other`. What has nothing sensitive is moved: a state may hold ten thousand instances.
fn map_sensitive(block: &Block, value: Value, other: &Value, change: &dyn Fn(Value, &Value) -> Value) -> Value {
    let Value::Map(members) = value else { return value };
    Value::object(members.into_iter().map(|(name, member)| {
        let nested = block.nested_block(&name).map(|nested| &nested.block);
        let other = other.get(&name);
        let changed = match (nested, member) {
            (Some(block), Value::List(elements)) => Value::List(
                (0..)
                    .zip(elements)
                    .map(|(index, element)| map_sensitive(block, element, other.element(index), change))
                    .collect(),
            ),
            (Some(block), member @ Value::Map(_)) => map_sensitive(block, member, other, change),
            (_, member) if block.attribute(&name).is_some_and(|attribute| attribute.sensitive) => change(member, other),
            (_, member) => member,
        };
        (name, changed)
    }))
}

fn computed(schema: &Schema) -> impl Iterator<Item = &str> {
    schema
        .block
        .attributes
        .iter()
        .filter(|attribute| attribute.mode == Mode::Computed)
        .map(|attribute| &*attribute.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::{Attribute, NestedBlock};

    #[test]
    fn what_the_cloud_chooses_does_not_keep_the_arguments_from_being_kept() {
        let schema = Schema::new("").attributes([
            Attribute::string("name").optional(),
            Attribute::string("client_token").optional().computed(),
            Attribute::string("id").computed(),
        ]);
        let planned =
            Value::object([("name", Value::from("")), ("client_token", Value::Unknown), ("id", Value::from("apg-1"))]);
        let expected = Value::object([("name", Value::from("")), ("client_token", Value::Null), ("id", Value::Null)]);
        assert_eq!(read(&schema, &write(&schema, &planned), &Value::Null), Some(expected));
        assert_eq!(read(&schema, "", &Value::Null), None);
    }

    /// Passwords stood in the world in clear.
    #[test]
    fn a_password_is_kept_as_a_digest_and_read_back_from_the_state() {
        let password = Attribute::string("password").optional().sensitive();
        let schema = Schema::new("").blocks([NestedBlock::list("launch", Block::new("").attributes([password]))]);
        let with = |password: &str| Value::object([("launch", Value::list([Value::object([("password", password)])]))]);
        let text = write(&schema, &with("aPassword1!"));
        assert!(!text.contains("aPassword1!"), "{text}");
        assert_eq!(read(&schema, &text, &with("aPassword1!")), Some(with("aPassword1!")));
        let digest = secret::digest("aPassword1!");
        assert_eq!(read(&schema, &text, &with("another")), Some(with(&digest)));
        let unknown = Value::object([("launch", Value::list([Value::object([("password", Value::Null)])]))]);
        for imported in [Value::Null, unknown.clone(), Value::object([("launch", Value::list::<Value>([]))])] {
            assert_eq!(read(&schema, &text, &imported).as_ref(), Some(&unknown), "{imported:?}");
        }
        assert_eq!(
            read(&schema, &write(&schema, &with("")), &Value::Null),
            Some(with("")),
            "an empty text is no secret"
        );
        assert_eq!(with_digests(&schema, &text, &unknown), with(&digest));
        assert_eq!(with_digests(&schema, &text, &with("another")), with("another"));
        assert_eq!(write(&schema, &with(&digest)), text, "a state with the digest is the same document");
        let kept = [
            (with(&digest), "aPassword1!", with(&digest)),
            (with(&digest), "another", with("another")),
            (with("before"), "aPassword1!", with("aPassword1!")),
        ];
        for (prior, configured, expected) in kept {
            let mut planned = with(configured);
            keep_digests(&schema, &prior, &mut planned);
            assert_eq!(planned, expected, "{prior:?}");
        }
    }
}
