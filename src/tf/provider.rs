//! The traits that a provider implements and that the plugin layer serves.
//!
//! Every method gets a response that is already valid: it repeats the prior state, private state and identity. The method
//! updates it step by step. If the method fails or panics, Terraform stores the response as it is then.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::action::Action;
use super::diagnostic::Diagnostics;
use super::ephemeral::EphemeralResource;
use super::list::ListResource;
use super::on_demand::TypesOnDemand;
use super::path::Path;
use super::schema::{IdentitySchema, Schema};
use super::types::Type;
use super::value::Value;

/// A provider: its configuration, and its resources and data sources by full name (`simcloud_vpc`).
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>>;

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>>;

    /// The ephemeral resources by full name.
    fn ephemeral_resources(&self) -> BTreeMap<String, Arc<dyn EphemeralResource>> {
        BTreeMap::new()
    }

    /// The list resources by the full name of the resource whose objects they find.
    fn list_resources(&self) -> BTreeMap<String, Arc<dyn ListResource>> {
        BTreeMap::new()
    }

    /// The functions by name without prefix.
    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>>;

    /// The actions by full name.
    fn actions(&self) -> BTreeMap<String, Arc<dyn Action>> {
        BTreeMap::new()
    }

    /// Types whose schemas are read when a call needs them; none of them is among [`Self::resources`] and
    /// [`Self::data_sources`].
    fn types_on_demand(&self) -> Option<Arc<dyn TypesOnDemand>> {
        None
    }

    /// Validates the configuration without access to the cloud. Any value may be unknown.
    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics);

    /// Configures the provider: once per process, several times in debug mode. Values may be unknown during a plan.
    async fn configure(&self, request: &ConfigureRequest, diagnostics: &mut Diagnostics);

    /// The arguments of the configured block that are known only after apply, and without which nothing can be asked: while
    /// there are any, data sources are not read.
    fn unknown_arguments(&self) -> Vec<&'static str> {
        Vec::new()
    }

    /// Ends running operations as soon as it is safe, because Terraform was interrupted.
    async fn stop(&self) {}

    /// Releases what is still open, after the last call and before the process ends. It may block.
    fn shut_down(&self) {}
}

#[derive(Debug)]
pub struct ConfigureRequest {
    pub terraform_version: String,
    pub config: Value,
}

/// A managed resource type.
#[async_trait]
pub trait Resource: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    /// The schema of the object's identity. A response that does not set the identity gets one made of the state's
    /// attributes with the same names.
    fn identity_schema(&self) -> Option<IdentitySchema> {
        None
    }

    /// Validates the configuration before the provider is configured, without access to the cloud. Any value may be
    /// unknown. Checks against the schema have been made already ([`super::validation`]).
    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Plans a creation, an update or a deletion. The response holds the plan that [`super::plan`] makes from the schema
    /// alone: defaults, unknown values, kept values, replacements.
    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        let _ = (request, response);
    }

    /// Creates the object. The response has a null state; the method sets the id as soon as there is one.
    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse);

    /// Refreshes the state. The response has the current state; the method sets null if the object no longer exists.
    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse);

    /// Updates the object. The response has the prior state.
    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse);

    /// Deletes the object. The response has the prior state; the method sets null on success.
    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse);

    /// Finds an object by id or identity. Terraform refreshes it next, so a state with the id alone may be enough.
    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse);

    /// Upgrades a stored state (JSON) of an older schema version to the current one. Not called for a state of the current
    /// version, in which the plugin layer fills missing keys and drops unknown ones.
    fn upgrade(&self, version: i64, state: serde_json::Value, diagnostics: &mut Diagnostics) -> serde_json::Value {
        let _ = (version, diagnostics);
        state
    }

    /// Converts the state of another resource type (`moved` blocks); `None` if that is not possible.
    fn move_from(&self, source: &MoveSource) -> Option<serde_json::Value> {
        let _ = source;
        None
    }
}

#[derive(Clone, Debug)]
pub struct PlanRequest {
    /// Null if the object is created.
    pub prior_state: Value,
    pub prior_private: Vec<u8>,
    pub prior_identity: Option<Value>,
    pub config: Value,
    /// Whether the object is destroyed: then Terraform proposes no state.
    pub destroys: bool,
    /// Whether the client keeps the private state of this plan for the plan that it makes before it applies this one
    /// (protocol 6.11).
    pub stores_planned_private: bool,
    /// The private state of the plan that is about to be applied; empty in a first plan, and if the client does not keep
    /// it.
    pub planned_private: Vec<u8>,
    /// Whether the client supports write-only values.
    pub write_only_allowed: bool,
}

#[derive(Debug)]
pub struct PlanResponse {
    pub planned_state: Value,
    pub planned_private: Vec<u8>,
    pub planned_identity: Option<Value>,
    pub requires_replace: Vec<Path>,
    pub diagnostics: Diagnostics,
}

#[derive(Debug)]
pub struct ApplyRequest {
    pub prior_state: Value,
    pub planned_state: Value,
    pub planned_private: Vec<u8>,
    pub planned_identity: Option<Value>,
    pub config: Value,
}

#[derive(Debug)]
pub struct ApplyResponse {
    pub state: Value,
    pub private: Vec<u8>,
    pub identity: Option<Value>,
    pub diagnostics: Diagnostics,
}

#[derive(Debug)]
pub struct ReadRequest {
    pub state: Value,
    pub private: Vec<u8>,
    pub identity: Option<Value>,
}

#[derive(Debug)]
pub struct ReadResponse {
    pub state: Value,
    pub private: Vec<u8>,
    pub identity: Option<Value>,
    pub diagnostics: Diagnostics,
}

#[derive(Debug)]
pub struct ImportRequest {
    /// Empty if the import is by identity.
    pub id: String,
    pub identity: Option<Value>,
}

#[derive(Debug)]
pub struct ImportResponse {
    /// Null until the method sets it.
    pub state: Value,
    pub private: Vec<u8>,
    pub identity: Option<Value>,
    pub diagnostics: Diagnostics,
}

#[derive(Debug)]
pub struct MoveSource {
    pub type_name: String,
    pub schema_version: i64,
    pub state: serde_json::Value,
}

/// A data source type.
#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Returns the configuration with all computed attributes set. It is wholly known unless there are errors.
    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value;
}

/// A pure function of known arguments.
#[async_trait]
pub trait Function: Send + Sync + 'static {
    fn signature(&self) -> Signature;

    async fn call(&self, arguments: Vec<Value>) -> Result<Value, FunctionError>;
}

#[derive(Clone, Debug)]
pub struct Signature {
    pub summary: &'static str,
    /// Markdown.
    pub description: &'static str,
    pub parameters: Vec<Parameter>,
    pub result: Type,
}

#[derive(Clone, Debug)]
pub struct Parameter {
    pub name: &'static str,
    pub value_type: Type,
    pub description: Cow<'static, str>,
}

/// The error of a function call. The CLI appends a full stop to the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    pub text: String,
    /// The index of the argument that caused the error, from 0.
    pub argument: Option<i64>,
}
