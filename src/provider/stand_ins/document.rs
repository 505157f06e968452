//! A stand-in as the world keeps it: its state as JSON. If it has secrets, they are null there, and the whole state is
//! kept sealed beside it, so that an import restores them.

use serde::{Deserialize, Serialize};

use crate::base::Seed;
use crate::provider::framework::secret;
use crate::tf::codec::json;
use crate::tf::schema::AttributeKind;
use crate::tf::{Attribute, Block, Nesting, Schema, Value};

#[derive(Serialize, Deserialize)]
struct Document {
    state: serde_json::Value,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sealed: Option<String>,
}

/// A wholly known state as text.
pub(super) fn write(schema: &Schema, seed: Seed, state: &Value) -> String {
    let value_type = schema.value_type();
    // A state conforms to its schema: the codec that read the plan made sure.
    let encode = |state: &Value| json::encode(state, &value_type).unwrap_or_default();
    let mut public = state.clone();
    let has_secrets = redact_block(&schema.block, &mut public);
    let sealed = has_secrets.then(|| secret::seal(seed, &encode(state).to_string())).flatten();
    serde_json::to_string(&Document { state: encode(&public), sealed }).unwrap_or_default()
}

/// The state in a text; `None` if the text is not one of ours or its secrets were sealed with another seed, and the
/// caller then keeps its own state.
pub(super) fn read(schema: &Schema, seed: Seed, text: &str) -> Option<Value> {
    let document: Document = serde_json::from_str(text).ok()?;
    let state = match &document.sealed {
        Some(sealed) => serde_json::from_str(&secret::unseal(seed, sealed)?).ok()?,
        None => document.state,
    };
    json::decode(&state, &schema.value_type()).ok().filter(Value::is_known)
}

/// The state in a text without its secrets, for a caller that has no prior state.
pub(super) fn read_public(schema: &Schema, text: &str) -> Option<Value> {
    let document: Document = serde_json::from_str(text).ok()?;
    json::decode(&document.state, &schema.value_type()).ok().filter(Value::is_known)
}

/// Sets sensitive values to null; returns true if there were any.
fn redact_block(block: &Block, value: &mut Value) -> bool {
    let mut found = redact_attributes(&block.attributes, value);
    let Value::Map(values) = value else { return found };
    for nested in &block.blocks {
        if let Some(inside) = values.get_mut(&*nested.name) {
            each_object(nested.nesting, inside, &mut |object| found |= redact_block(&nested.block, object));
        }
    }
    found
}

fn redact_attributes(attributes: &[Attribute], value: &mut Value) -> bool {
    let mut found = false;
    let Value::Map(values) = value else { return found };
    for attribute in attributes {
        let Some(value) = values.get_mut(&*attribute.name) else { continue };
        if attribute.sensitive {
            found |= !value.is_null();
            *value = Value::Null;
        } else if let AttributeKind::Nested(nesting, inside) = &attribute.kind {
            each_object(*nesting, value, &mut |object| found |= redact_attributes(inside, object));
        }
    }
    found
}

fn each_object(nesting: Nesting, value: &mut Value, visit: &mut dyn FnMut(&mut Value)) {
    match (nesting, value) {
        (Nesting::Single | Nesting::Group, object) => visit(object),
        (_, Value::List(elements)) => elements.iter_mut().for_each(visit),
        (_, Value::Map(elements)) => elements.values_mut().for_each(visit),
        _ => {}
    }
}
