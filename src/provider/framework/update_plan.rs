//! Plans of updates: what stays known, what the update will change.

use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::schema::Mode;
use crate::tf::{Schema, Step, Type, Value};

/// Whether a root attribute or block is planned to differ from the prior state; the order of a set does not count.
pub(crate) fn changes(schema: &Schema, prior: &Value, planned: &Value, name: &str) -> bool {
    let Type::Object(types) = schema.value_type() else { return false };
    types.get(name).is_some_and(|value_type| !planned.get(name).same_as(prior.get(name), value_type))
}

/// Plans every computed attribute as it is: an update changes only what [`forget`] names afterwards.
pub(crate) fn keep_computed(schema: &Schema, prior: &Value, planned: &mut Value) {
    for attribute in schema.block.attributes.iter().filter(|attribute| attribute.mode == Mode::Computed) {
        planned.set(attribute.name, prior.get(attribute.name).clone());
    }
}

/// Plans the named attributes as known only after apply.
pub(crate) fn forget<'n>(names: impl IntoIterator<Item = &'n &'n str>, planned: &mut Value) {
    for name in names {
        planned.set(*name, Value::Unknown);
    }
}

/// What one argument says, in the one of its spellings that is compared; the other arguments may be looked at.
///
/// Spellings that are null, empty or the schema's default need no care here.
pub(crate) type AsMeant<'f> = &'f (dyn Fn(&Value, &str) -> Value + Sync);

/// Every argument means what is written.
pub(crate) fn as_written(arguments: &Value, name: &str) -> Value {
    arguments.get(name).clone()
}

/// Takes back replacements for changes that mean nothing: "" or [] in place of null, a default written out, or another
/// spelling.
pub(crate) fn spare_what_only_looks_different(
    schema: fn() -> Schema,
    as_meant: AsMeant<'_>,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    if response.requires_replace.is_empty() {
        return;
    }
    let (schema, planned) = (schema(), &response.planned_state);
    response.requires_replace.retain(|path| match path.steps().first() {
        Some(Step::Attribute(name)) => means_another(&schema, as_meant, &request.prior_state, planned, name),
        _ => true,
    });
}

/// Whether an argument is planned to say something else than it did. Where the cloud chooses what is left open, leaving
/// it open changes nothing.
pub(crate) fn means_another(
    schema: &Schema,
    as_meant: AsMeant<'_>,
    prior: &Value,
    planned: &Value,
    name: &str,
) -> bool {
    let Type::Object(types) = schema.value_type() else { return false };
    let Some(value_type) = types.get(name) else { return false };
    let attribute = schema.block.attribute(name);
    let default = attribute.and_then(|attribute| attribute.default.as_ref());
    let meaning = |object: &Value| {
        let value = without_emptiness(&as_meant(object, name), value_type);
        if value.is_null() { default.cloned().unwrap_or_default() } else { value }
    };
    let is_left_open = without_emptiness(planned.get(name), value_type).is_null()
        && default.is_none()
        && attribute.is_some_and(|known| known.mode == Mode::OptionalComputed);
    !is_left_open && !meaning(planned).same_as(&meaning(prior), value_type)
}

/// The value with null for everything empty in it, and no empty elements. A map of tags with "" for a value has a tag.
fn without_emptiness(value: &Value, value_type: &Type) -> Value {
    match (value, value_type) {
        (Value::String(text), _) if text.is_empty() => Value::Null,
        (Value::List(elements), Type::List(inner) | Type::Set(inner)) => {
            let given = elements.iter().map(|element| without_emptiness(element, inner));
            let given: Vec<Value> = given.filter(|element| !element.is_null()).collect();
            if given.is_empty() { Value::Null } else { Value::List(given) }
        }
        (Value::Map(members), Type::Map(_)) if members.is_empty() => Value::Null,
        (Value::Map(members), Type::Map(inner)) => {
            Value::object(members.iter().map(|(key, member)| (key.clone(), without_emptiness(member, inner))))
        }
        (Value::Map(_), Type::Object(types)) => {
            let members = types.iter().map(|(name, inner)| (name.clone(), without_emptiness(value.get(name), inner)));
            let members: Vec<(String, Value)> = members.collect();
            let is_empty = members.iter().all(|(_, member)| member.is_null());
            if is_empty { Value::Null } else { Value::object(members) }
        }
        (other, _) => other.clone(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::{Attribute, Block, NestedBlock};

    fn differs(name: &str, prior: &Value, planned: &Value) -> bool {
        let schema = Schema::new("")
            .attributes([
                Attribute::string("zone_id").optional().computed(),
                Attribute::string("policy").default("keep"),
                Attribute::map("tags", Type::String).optional(),
                Attribute::set("groups", Type::String).optional(),
            ])
            .blocks([NestedBlock::list("disk", Block::new("").attributes([Attribute::string("category").optional()]))]);
        let [prior, planned] = [prior, planned].map(|value| Value::object([(name, value.clone())]));
        means_another(&schema, &as_written, &prior, &planned, name)
    }

    #[test]
    fn what_is_empty_means_nothing_and_what_is_unknown_may_mean_anything() {
        let disk = |category: Value| Value::object([("category", category)]);
        let (none, a) = (Value::list::<Value>([]), disk("a".into()));
        for empty in [Value::list([disk(Value::Null)]), Value::list([disk("".into()), disk(Value::Null)]), Value::Null]
        {
            assert!(!differs("disk", &none, &empty), "{empty:?}");
        }
        assert!(!differs("disk", &Value::list([a.clone()]), &Value::list([disk(Value::Null), a.clone()])));
        assert!(differs("disk", &none, &Value::list([disk(Value::Unknown)])));
        assert!(differs("disk", &Value::list([a.clone()]), &Value::list([a.clone(), a])));
        assert!(!differs("groups", &Value::list(["b", "a"]), &Value::list(["a", "", "b"])));
    }

    #[test]
    fn a_tag_with_an_empty_value_is_a_tag() {
        let tags = |value: &str| Value::object([("team", Value::from(value))]);
        assert!(differs("tags", &Value::Null, &tags("")));
        assert!(differs("tags", &tags("a"), &tags("")));
        assert!(!differs("tags", &Value::Null, &Value::Map(std::collections::BTreeMap::default())));
    }

    #[test]
    fn what_is_left_open_is_as_it_was_or_the_default() {
        assert!(!differs("zone_id", &"a".into(), &"".into()));
        assert!(differs("zone_id", &"".into(), &"a".into()));
        assert!(!differs("policy", &"keep".into(), &"".into()));
        assert!(differs("policy", &"other".into(), &"".into()));
    }
}
