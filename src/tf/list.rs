//! List resources: what finds the existing objects of a managed resource (`terraform query`).

use async_trait::async_trait;

use super::diagnostic::Diagnostics;
use super::schema::Schema;
use super::value::Value;

/// A list resource. It has the name of the managed resource whose objects it finds, and that resource has an identity.
#[async_trait]
pub trait ListResource: Send + Sync + 'static {
    /// The schema of the block `config`.
    fn schema(&self) -> Schema;

    /// Validates the configuration before the provider is configured, without access to the cloud. Any value may be
    /// unknown. Checks against the schema have been made already ([`super::validation`]).
    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// The objects that a wholly known configuration selects. The same world gives the same objects in the same order.
    ///
    /// An object is taken from the iterator when the client is ready for it. What is not taken is never made.
    async fn list(&self, request: &ListRequest, diagnostics: &mut Diagnostics) -> FoundObjects;
}

/// The objects that a list resource found; empty after an error.
pub type FoundObjects = Box<dyn Iterator<Item = FoundObject> + Send>;

#[derive(Debug)]
pub struct ListRequest {
    pub config: Value,
    /// Whether [`FoundObject::state`] is wanted.
    pub include_state: bool,
}

/// An existing object of a managed resource.
#[derive(Debug)]
pub struct FoundObject {
    /// The identity that an import takes.
    pub identity: Value,
    /// What a person calls the object.
    pub display_name: String,
    /// What a read after an import would return, if the request asks for it.
    pub state: Option<Value>,
}
