//! Identity and import of resources that one id identifies.

use super::check;
use super::configured::Configured;
use crate::base::RegionId;
use crate::tf::provider::{ImportRequest, ImportResponse};
use crate::tf::schema::{IdentityAttribute, IdentitySchema};
use crate::tf::{Schema, Value};

/// An identity of `id`, and of the region that the object lies in, which version 0 did not have.
pub(crate) fn schema(description: &'static str) -> IdentitySchema {
    let region = IdentityAttribute::string("region", "The region that it lies in. Default: the provider's.").optional();
    IdentitySchema::new([IdentityAttribute::string("id", description), region]).version(1)
}

pub(crate) fn of(id: &str, region: &RegionId) -> Value {
    Value::object([("id", id), ("region", region.as_str())])
}

/// Imports by identity or by id: a state with the id alone, which Terraform reads next. An identity may name the region;
/// if it is not the provider's, that is an error, because the read would find nothing.
pub(crate) fn import(
    schema: &Schema,
    configured: Option<&Configured>,
    request: &ImportRequest,
    response: &mut ImportResponse,
) {
    let given = |name| request.identity.as_ref().and_then(|identity| check::text(identity, name));
    let id = given("id").unwrap_or(&request.id);
    let own = configured.map(|configured| configured.region.as_str());
    if let (Some(region), Some(own)) = (given("region"), own)
        && region != own
    {
        return response.diagnostics.error(
            "Object In Another Region",
            format!(
                "The identity of {id:?} names the region {region:?}, and this provider works in {own:?}. Import it with a \
                 provider whose region is {region:?}: give one an alias, and name it as provider in the import block."
            ),
        );
    }
    let mut state = Value::object([("id", id)]);
    schema.normalize(&mut state);
    response.state = state;
    let region = own.or(given("region"));
    response.identity = Some(Value::object([("id", Some(id)), ("region", region)]));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tf::{Attribute, Diagnostics};

    fn imported(id: &str, identity: Option<Value>) -> ImportResponse {
        let schema = Schema::new("").attributes([Attribute::string("id").computed()]);
        let mut response =
            ImportResponse { state: Value::Null, private: Vec::new(), identity: None, diagnostics: Diagnostics::new() };
        import(&schema, None, &ImportRequest { id: id.to_owned(), identity }, &mut response);
        response
    }

    #[test]
    fn an_import_by_identity_is_the_import_by_its_id() {
        let by_id = imported("r-1", None);
        assert_eq!(by_id.state, Value::object([("id", "r-1")]));
        let without_region = Value::object([("id", Some("r-1")), ("region", None)]);
        assert_eq!(by_id.identity.as_ref(), Some(&without_region));
        for region in [None, Some("")] {
            let by_identity = imported("", Some(Value::object([("id", Some("r-1")), ("region", region)])));
            assert_eq!((&by_identity.state, &by_identity.identity), (&by_id.state, &by_id.identity));
        }
    }

    /// Before the provider is configured, nothing can be said of another region.
    #[test]
    fn a_region_stays_in_the_identity() {
        let identity = of("r-1", &"cn-heyuan".into());
        assert_eq!(imported("", Some(identity.clone())).identity, Some(identity));
    }
}
