//! Semantic equality: which changes of arguments differ in meaning, and which only in spelling.

use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::schema::Mode;
use crate::tf::{Schema, Step, Type, Value};

/// The value that stands for all those that are equivalent to an argument's. It may depend on the other arguments.
///
/// It need not treat null, empty values and the schema's default as equivalent: the comparison does that.
pub(crate) type CanonicalValue<'f> = &'f (dyn Fn(&Value, &str) -> Value + Sync);

/// The canonical value of arguments that have no equivalent values.
pub(crate) fn configured_value(arguments: &Value, name: &str) -> Value {
    arguments.get(name).clone()
}

/// Removes the replacements that only an equivalent value requires: "" or [] in place of null, an explicit default, or
/// another spelling of the same value.
pub(crate) fn suppress_equivalent_replacements(
    schema: fn() -> Schema,
    canonical_value: CanonicalValue<'_>,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    if response.requires_replace.is_empty() {
        return;
    }
    let (schema, planned) = (schema(), &response.planned_state);
    response.requires_replace.retain(|path| match path.steps().first() {
        Some(Step::Attribute(name)) => {
            differs_semantically(&schema, canonical_value, &request.prior_state, planned, name)
        }
        _ => true,
    });
}

/// Whether the planned value of an argument differs from the prior one in more than its spelling. An absent value that
/// the cloud chooses does not differ from the value that it chose.
pub(crate) fn differs_semantically(
    schema: &Schema,
    canonical_value: CanonicalValue<'_>,
    prior: &Value,
    planned: &Value,
    name: &str,
) -> bool {
    let Type::Object(types) = schema.value_type() else { return false };
    let Some(value_type) = types.get(name) else { return false };
    let attribute = schema.block.attribute(name);
    let default = attribute.and_then(|attribute| attribute.default.as_ref());
    let normalized = |object: &Value| {
        let value = empty_as_null(&canonical_value(object, name), value_type);
        if value.is_null() { default.cloned().unwrap_or_default() } else { value }
    };
    let is_left_to_cloud = empty_as_null(planned.get(name), value_type).is_null()
        && default.is_none()
        && attribute.is_some_and(|known| known.mode == Mode::OptionalComputed);
    !is_left_to_cloud && !normalized(planned).same_as(&normalized(prior), value_type)
}

/// Null in place of every empty value, and no empty elements. In a map an empty value stays, because its key counts: a
/// tag may have the value "".
fn empty_as_null(value: &Value, value_type: &Type) -> Value {
    match (value, value_type) {
        (Value::String(text), _) if text.is_empty() => Value::Null,
        (Value::List(elements), Type::List(inner) | Type::Set(inner)) => {
            let given = elements.iter().map(|element| empty_as_null(element, inner));
            let given: Vec<Value> = given.filter(|element| !element.is_null()).collect();
            if given.is_empty() { Value::Null } else { Value::List(given) }
        }
        (Value::Map(members), Type::Map(_)) if members.is_empty() => Value::Null,
        (Value::Map(members), Type::Map(inner)) => {
            Value::object(members.iter().map(|(key, member)| (key.clone(), empty_as_null(member, inner))))
        }
        (Value::Map(_), Type::Object(types)) => {
            let members = types.iter().map(|(name, inner)| (name.clone(), empty_as_null(value.get(name), inner)));
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
        differs_semantically(&schema, &configured_value, &prior, &planned, name)
    }

    #[test]
    fn empty_values_are_equivalent_to_null_and_unknown_ones_differ() {
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
    fn an_absent_value_is_the_chosen_one_or_the_default() {
        assert!(!differs("zone_id", &"a".into(), &"".into()));
        assert!(differs("zone_id", &"".into(), &"a".into()));
        assert!(!differs("policy", &"keep".into(), &"".into()));
        assert!(differs("policy", &"other".into(), &"".into()));
    }
}
