//! The traits that a provider implements and that the plugin layer serves.
//!
//! A response arrives filled with what is right if the method does nothing more (prior state, private state and
//! identity echoed), and the method improves it step by step: what is written into it before an error, or before a
//! panic, is what Terraform stores.

use std::collections::BTreeMap;
use std::sync::Arc;

use async_trait::async_trait;

use super::diagnostic::Diagnostics;
use super::path::Path;
use super::schema::{IdentitySchema, Schema};
use super::types::Type;
use super::value::Value;

/// A provider: its own configuration and what it offers, by full name (`simcloud_vpc`).
#[async_trait]
pub trait Provider: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    fn resources(&self) -> BTreeMap<String, Arc<dyn Resource>>;

    fn data_sources(&self) -> BTreeMap<String, Arc<dyn DataSource>>;

    /// Functions by name without prefix.
    fn functions(&self) -> BTreeMap<String, Arc<dyn Function>>;

    /// Checks what can be checked offline; any value may be unknown.
    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics);

    /// Called once a process, or several times in debug mode; values may be unknown while planning.
    async fn configure(&self, request: &ConfigureRequest, diagnostics: &mut Diagnostics);

    /// Terraform was interrupted: end running operations as soon as it is safe.
    async fn stop(&self) {}
}

#[derive(Debug)]
pub struct ConfigureRequest {
    pub terraform_version: String,
    pub config: Value,
}

#[async_trait]
pub trait Resource: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    /// What identifies an object. Responses need not set it: it is then made of the state's attributes of these names.
    fn identity_schema(&self) -> Option<IdentitySchema> {
        None
    }

    /// Checks what can be checked offline, before the provider is configured; any value may be unknown. What is
    /// deprecated has been warned of already ([`super::check`]).
    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Plans a creation, an update or (with `plan_destroy`) a deletion. The response arrives as the planning helpers
    /// of [`super::plan`] make it from the schema alone: defaults, unknowns, kept values, replacements.
    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        let _ = (request, response);
    }

    /// The response arrives with a null state; record the id as soon as there is one.
    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse);

    /// The response arrives with the current state; a null state means the object is gone.
    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse);

    /// The response arrives with the prior state.
    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse);

    /// The response arrives with the prior state; success sets it to null.
    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse);

    /// Finds an object by id or identity. Terraform reads it next, so the id alone may be enough.
    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse);

    /// Brings a state of an older schema version to the current one (JSON as stored). At the current version the
    /// plugin layer fills missing keys and drops extra ones by itself and does not ask.
    fn upgrade(&self, version: i64, state: serde_json::Value, diagnostics: &mut Diagnostics) -> serde_json::Value {
        let _ = (version, diagnostics);
        state
    }

    /// Takes over the state of another resource type (`moved` blocks); `None` when it cannot.
    fn move_from(&self, source: &MoveSource) -> Option<serde_json::Value> {
        let _ = source;
        None
    }
}

#[derive(Debug)]
pub struct PlanRequest {
    /// Null when the object is created.
    pub prior_state: Value,
    pub prior_private: Vec<u8>,
    pub prior_identity: Option<Value>,
    pub config: Value,
    /// What Terraform proposes; null when the object is destroyed.
    pub proposed: Value,
    /// Whether this client understands write-only values.
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
    /// Empty when the import is by identity.
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

#[async_trait]
pub trait DataSource: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// The result: the configuration with everything computed filled in; wholly known unless there are errors.
    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value;
}

/// A pure function on known arguments.
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
    pub description: &'static str,
}

/// A function's refusal. The CLI appends a full stop to the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FunctionError {
    pub text: String,
    /// The argument at fault, from 0.
    pub argument: Option<i64>,
}
