//! Values in messages.

use crate::plugin::proto::tfplugin6::{DynamicValue, RawState};
use crate::tf::codec::{json, msgpack};
use crate::tf::{Diagnostics, Schema, Type, Value, ValueError};

/// A schema with the type of its objects.
#[derive(Debug)]
pub(super) struct Shape {
    pub(super) schema: Schema,
    pub(super) value_type: Type,
}

impl Shape {
    pub(super) fn new(schema: Schema) -> Self {
        Self { value_type: schema.value_type(), schema }
    }

    pub(super) fn decode(&self, value: Option<&DynamicValue>) -> Result<Value, Diagnostics> {
        decode(value, &self.value_type)
    }

    /// Encodes an object; one that does not fit the schema is a mistake in the provider, which the diagnostics say.
    pub(super) fn encode(&self, mut value: Value, diagnostics: &mut Diagnostics) -> Option<DynamicValue> {
        self.schema.normalize(&mut value);
        encode(&value, &self.value_type, diagnostics)
    }
}

/// Reads a value; absent ones and ones without content are null.
pub(super) fn decode(value: Option<&DynamicValue>, value_type: &Type) -> Result<Value, Diagnostics> {
    let decoded = match value {
        Some(value) if !value.msgpack.is_empty() => msgpack::decode(&value.msgpack, value_type),
        Some(value) if !value.json.is_empty() => decode_json(&value.json, value_type),
        _ => Ok(Value::Null),
    };
    decoded.map_err(|error| refused("Undecodable Value", error))
}

/// Reads stored bytes as JSON, whatever schema they have.
pub(super) fn parse(state: Option<&RawState>) -> Result<serde_json::Value, Diagnostics> {
    let error = match state {
        Some(state) if !state.json.is_empty() => match serde_json::from_slice(&state.json) {
            Ok(json) => return Ok(json),
            Err(error) => error.to_string(),
        },
        Some(state) if !state.flatmap.is_empty() => {
            "it was written by Terraform 0.11 or earlier, before this provider existed".to_owned()
        }
        _ => "it is empty".to_owned(),
    };
    Err(refused("Unreadable State", ValueError::new(format!("the stored state cannot be read: {error}"))))
}

/// Reads a stored value that has the current schema but for attributes that came or went without a new version.
pub(super) fn from_json(json: &serde_json::Value, value_type: &Type) -> Result<Value, Diagnostics> {
    json::decode(json, value_type).map_err(|error| refused("Stored State Does Not Fit", error))
}

pub(super) fn encode(value: &Value, value_type: &Type, diagnostics: &mut Diagnostics) -> Option<DynamicValue> {
    match msgpack::encode(value, value_type) {
        Ok(msgpack) => Some(DynamicValue { msgpack, json: Vec::new() }),
        Err(error) => {
            diagnostics.value_error("Provider Made An Invalid Value", error);
            None
        }
    }
}

pub(super) fn refused(summary: &str, error: ValueError) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.value_error(summary, error);
    diagnostics
}

fn decode_json(bytes: &[u8], value_type: &Type) -> Result<Value, ValueError> {
    let json: serde_json::Value = serde_json::from_slice(bytes).map_err(|error| ValueError::new(error.to_string()))?;
    json::decode(&json, value_type)
}
