//! Identity and import of resources that one id identifies.

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

/// Imports by identity or by id: a state with the id alone, which Terraform reads next.
pub(crate) fn import(schema: &Schema, request: &ImportRequest, response: &mut ImportResponse) {
    let by_identity = request.identity.as_ref().and_then(|identity| identity.get("id").as_str());
    let id = by_identity.unwrap_or(&request.id);
    let mut state = Value::object([("id", id)]);
    schema.normalize(&mut state);
    response.state = state;
    response.identity = Some(of(id));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::{Attribute, Diagnostics};

    fn imported(id: &str, identity: Option<Value>) -> ImportResponse {
        let schema = Schema::new("").attributes([Attribute::string("id").computed()]);
        let mut response =
            ImportResponse { state: Value::Null, private: Vec::new(), identity: None, diagnostics: Diagnostics::new() };
        import(&schema, &ImportRequest { id: id.to_owned(), identity }, &mut response);
        response
    }

    #[test]
    fn an_import_by_identity_is_the_import_by_its_id() {
        let by_id = imported("r-1", None);
        assert_eq!(by_id.state, Value::object([("id", "r-1")]));
        assert_eq!(by_id.identity, Some(of("r-1")));
        let by_identity = imported("", Some(of("r-1")));
        assert_eq!((by_identity.state, by_identity.identity), (by_id.state, by_id.identity));
    }
}
