//! Identity and import of resources that one id tells apart.

use crate::tf::provider::{ImportRequest, ImportResponse};
use crate::tf::schema::{IdentityAttribute, IdentitySchema};
use crate::tf::{Schema, Value};

/// An identity of the attribute `id` alone.
pub(crate) fn schema(description: &'static str) -> IdentitySchema {
    IdentitySchema::new([IdentityAttribute::string("id", description)])
}

pub(crate) fn of(id: &str) -> Value {
    Value::object([("id", id)])
}

/// Imports by identity or by id: a state of the id alone, which Terraform has read next.
pub(crate) fn import(schema: &Schema, request: &ImportRequest, response: &mut ImportResponse) {
    let by_identity = request.identity.as_ref().and_then(|identity| identity.get("id").as_str());
    let id = by_identity.unwrap_or(&request.id);
    let mut state = Value::object([("id", id)]);
    schema.tidy(&mut state);
    response.state = state;
    response.identity = Some(of(id));
}
