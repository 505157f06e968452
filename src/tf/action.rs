//! The trait of actions: changes that a configuration asks for without a state (Terraform 1.14 and later).

use std::fmt;
use std::sync::Arc;

use async_trait::async_trait;

use super::diagnostic::Diagnostics;
use super::schema::Schema;
use super::value::Value;

/// An action type. It returns nothing to the state: what it did is told in progress messages and read by others.
#[async_trait]
pub trait Action: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    /// Validates the configuration before the provider is configured, without access to the cloud. Any value may be
    /// unknown. Checks against the schema have been made already ([`super::validation`]).
    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Warns of what an invocation would do now; it changes nothing. Values may be unknown.
    async fn plan(&self, config: &Value, diagnostics: &mut Diagnostics);

    /// Does it. The configuration is wholly known. An action may be invoked again at any time, so that it is harmless
    /// where nothing is left to do.
    async fn invoke(&self, config: &Value, progress: &Progress, diagnostics: &mut Diagnostics);
}

/// Where an invocation reports what it does while it does it; clones report to the same place.
///
/// Terraform shows warnings of an action that a resource triggered only if the action fails, so that what people must read
/// is reported here.
#[derive(Clone)]
pub struct Progress(Arc<dyn Fn(String) + Send + Sync>);

impl Progress {
    #[must_use]
    pub fn new(report: impl Fn(String) + Send + Sync + 'static) -> Self {
        Self(Arc::new(report))
    }

    /// Reports one message of one line.
    pub fn report(&self, message: impl Into<String>) {
        (self.0)(message.into());
    }
}

impl fmt::Debug for Progress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Progress")
    }
}
