//! Plans of updates: which values stay known and which the update changes.

use crate::tf::schema::Mode;
use crate::tf::{Schema, Type, Value};

/// Whether a root attribute or block is planned to differ from the prior state; the order of a set does not count.
pub(crate) fn changes(schema: &Schema, prior: &Value, planned: &Value, name: &str) -> bool {
    let Type::Object(types) = schema.value_type() else { return false };
    types.get(name).is_some_and(|value_type| !planned.get(name).same_as(prior.get(name), value_type))
}

/// Plans every computed attribute as it is: an update changes only what [`mark_unknown`] names afterwards.
pub(crate) fn keep_computed(schema: &Schema, prior: &Value, planned: &mut Value) {
    for attribute in schema.block.attributes.iter().filter(|attribute| attribute.mode == Mode::Computed) {
        planned.set(&*attribute.name, prior.get(&attribute.name).clone());
    }
}

/// Plans the named attributes as known only after apply.
pub(crate) fn mark_unknown<'n>(names: impl IntoIterator<Item = &'n &'n str>, planned: &mut Value) {
    for name in names {
        planned.set(*name, Value::Unknown);
    }
}
