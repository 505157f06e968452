//! Encodes and decodes the values in messages.

use crate::plugin::proto::tfplugin6::{DynamicValue, RawState};
use crate::tf::codec::{json, msgpack};
use crate::tf::{Diagnostics, Schema, Type, Value, ValueError};

/// The bytes of one object: ten thousand instances of one group have seven million. More is not looked at, because what
/// is read has several times as many.
const MAX_VALUE_BYTES: usize = 32 << 20;

fn too_large() -> ValueError {
    ValueError::new(format!("an object may have at most {} MiB", MAX_VALUE_BYTES >> 20))
}

/// A schema and the type of its objects.
#[derive(Debug)]
pub(super) struct TypedSchema {
    pub(super) schema: Schema,
    pub(super) value_type: Type,
}

impl TypedSchema {
    pub(super) fn new(schema: Schema) -> Self {
        Self { value_type: schema.value_type(), schema }
    }

    pub(super) fn decode(&self, value: Option<&DynamicValue>) -> Result<Value, Diagnostics> {
        decode(value, &self.value_type)
    }

    /// Encodes an object. An object that does not fit the schema is a bug in the provider and becomes an error.
    pub(super) fn encode(&self, mut value: Value, diagnostics: &mut Diagnostics) -> Option<DynamicValue> {
        self.schema.normalize(&mut value);
        encode(&value, &self.value_type, diagnostics)
    }
}

/// Decodes a value; an absent or empty one is null.
pub(super) fn decode(value: Option<&DynamicValue>, value_type: &Type) -> Result<Value, Diagnostics> {
    let decoded = match value {
        Some(value) if value.msgpack.len().max(value.json.len()) > MAX_VALUE_BYTES => Err(too_large()),
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, value_type),
        Some(value) if !value.json.is_empty() => decode_json(&value.json, value_type),
        _ => Ok(Value::Null),
    };
    decoded.map_err(|error| error_diagnostics("Undecodable Value", error))
}

/// Parses a stored state or identity as JSON, without regard to its schema.
pub(super) fn parse_stored(state: Option<&RawState>) -> Result<serde_json::Value, Diagnostics> {
    let error = match state {
        Some(state) if state.json.len() > MAX_VALUE_BYTES => too_large().to_string(),
        Some(state) if !state.json.is_empty() => match serde_json::from_slice(&state.json) {
            Ok(json) => return Ok(json),
            Err(error) => error.to_string(),
        },
        Some(state) if !state.flatmap.is_empty() => {
            "it was written by Terraform 0.11 or earlier, before this provider existed".to_owned()
        }
        _ => "it is empty".to_owned(),
    };
    Err(error_diagnostics("Unreadable State", ValueError::new(format!("the stored state cannot be read: {error}"))))
}

/// Decodes a stored value of the current schema version; attributes may have been added or removed since.
pub(super) fn decode_stored(json: &serde_json::Value, value_type: &Type) -> Result<Value, Diagnostics> {
    json::decode(json, value_type).map_err(|error| error_diagnostics("Stored State Does Not Fit", error))
}

/// Encodes a value. A value that does not fit the type becomes an error.
pub(super) fn encode(value: &Value, value_type: &Type, diagnostics: &mut Diagnostics) -> Option<DynamicValue> {
    match msgpack::encode(value, value_type) {
        Ok(msgpack) => Some(DynamicValue { msgpack: msgpack.into(), json: Vec::new() }),
        Err(error) => {
            diagnostics.value_error("Provider Made An Invalid Value", error);
            None
        }
    }
}

/// One error as diagnostics.
pub(super) fn error_diagnostics(summary: &str, error: ValueError) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.value_error(summary, error);
    diagnostics
}

fn decode_json(bytes: &[u8], value_type: &Type) -> Result<Value, ValueError> {
    let json: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| ValueError::new(error.to_string()))?;
    json::decode(&json, value_type)
}
