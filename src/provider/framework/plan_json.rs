//! Values of a resource as `terraform show -json` has them in a plan.

use crate::tf::codec::json;
use crate::tf::{Block, Schema, Value};

/// The value of a resource of this schema; what is known only after apply is absent, and blocks that are absent are empty.
///
/// # Errors
/// A value does not fit the schema.
pub(crate) fn decode_planned(values: &serde_json::Value, schema: &Schema) -> Result<Value, String> {
    let decoded = json::decode(values, &schema.value_type()).map_err(|error| error.to_string())?;
    Ok(with_blocks(decoded, &schema.block))
}

fn with_blocks(mut value: Value, block: &Block) -> Value {
    for nested in &block.blocks {
        let elements = match value.get(&nested.name) {
            Value::List(elements) => elements.iter().cloned().map(|one| with_blocks(one, &nested.block)).collect(),
            _ => Vec::new(),
        };
        value.set(&*nested.name, Value::List(elements));
    }
    value
}
