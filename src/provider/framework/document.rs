//! A resource's arguments as the world stores them, so that an import restores them as configured: with the order of
//! blocks, with "" or null, and with arguments that only the provider uses.

use std::collections::BTreeSet;

use super::planned_values;
use crate::tf::codec::json;
use crate::tf::schema::Mode;
use crate::tf::{Schema, Value};

/// The arguments of a planned state as JSON. Values that are computed or chosen by the cloud are null in it.
pub(crate) fn write(schema: &Schema, planned: &Value) -> String {
    let computed: BTreeSet<&str> = computed(schema).collect();
    let members = planned.as_map().into_iter().flatten();
    let arguments = Value::object(members.map(|(name, value)| {
        let value = if computed.contains(name.as_str()) { Value::Null } else { planned_values::unknown_as_null(value) };
        (name.clone(), value)
    }));
    // A planned state conforms to its schema: the codec that read it made sure.
    json::encode(&arguments, &schema.value_type()).map(|json| json.to_string()).unwrap_or_default()
}

/// A state with the arguments of a stored text and null for everything else; `None` if [`write`] did not write the
/// text.
pub(crate) fn read(schema: &Schema, text: &str) -> Option<Value> {
    let json = serde_json::from_str(text).ok()?;
    json::decode(&json, &schema.value_type()).ok().filter(Value::is_known)
}

fn computed(schema: &Schema) -> impl Iterator<Item = &'static str> {
    schema.block.attributes.iter().filter(|attribute| attribute.mode == Mode::Computed).map(|attribute| attribute.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::Attribute;

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
        assert_eq!(read(&schema, &write(&schema, &planned)), Some(expected));
        assert_eq!(read(&schema, ""), None);
    }
}
