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

/// Takes back replacements for changes that mean nothing: "" or [] in place of null, or a default written out.
pub(crate) fn spare_what_only_looks_different(
    schema: fn() -> Schema,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    if response.requires_replace.is_empty() {
        return;
    }
    let (schema, planned) = (schema(), &response.planned_state);
    response.requires_replace.retain(|path| match path.steps().first() {
        Some(Step::Attribute(name)) => means_another(&schema, &request.prior_state, planned, name),
        _ => true,
    });
}

/// Whether an argument is planned to say something else than it did. Where the cloud chooses what is left open, leaving
/// it open changes nothing.
pub(crate) fn means_another(schema: &Schema, prior: &Value, planned: &Value, name: &str) -> bool {
    let attribute = schema.block.attribute(name);
    let default = attribute.and_then(|attribute| attribute.default.as_ref());
    let meaning = |object: &Value| {
        let value = without_emptiness(object.get(name));
        if value.is_null() { default.cloned().unwrap_or_default() } else { value }
    };
    let (before, after) = (meaning(prior), meaning(planned));
    let is_left_open = after.is_null() && attribute.is_some_and(|known| known.mode == Mode::OptionalComputed);
    !is_left_open && before != after
}

/// The value with null for everything empty in it.
fn without_emptiness(value: &Value) -> Value {
    match value {
        Value::String(text) if text.is_empty() => Value::Null,
        Value::List(elements) if elements.is_empty() => Value::Null,
        Value::Map(members) if members.is_empty() => Value::Null,
        Value::List(elements) => Value::List(elements.iter().map(without_emptiness).collect()),
        Value::Map(members) => {
            Value::Map(members.iter().map(|(name, member)| (name.clone(), without_emptiness(member))).collect())
        }
        other => other.clone(),
    }
}
