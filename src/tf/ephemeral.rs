//! The trait of ephemeral resources: values that exist while a command runs, in no plan and in no state.

use async_trait::async_trait;

use super::diagnostic::Diagnostics;
use super::schema::Schema;
use super::value::Value;

/// An ephemeral resource type.
///
/// The CLI opens it in every walk that needs it, each time in another process, and closes it after its last use. What it
/// returns must therefore follow from the configuration and the world alone.
#[async_trait]
pub trait EphemeralResource: Send + Sync + 'static {
    fn schema(&self) -> Schema;

    /// Validates the configuration before the provider is configured, without access to the cloud. Any value may be
    /// unknown. Checks against the schema have been made already ([`super::validation`]).
    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let _ = (config, diagnostics);
    }

    /// Opens it with a wholly known configuration. The response has the configuration as its result; the method sets
    /// the computed attributes.
    async fn open(&self, config: &Value, response: &mut OpenResponse);

    /// Ends what [`open`](Self::open) began. Called only if there is private data, which a damaged client may have changed.
    async fn close(&self, private: &[u8], diagnostics: &mut Diagnostics) {
        let _ = (private, diagnostics);
    }
}

#[derive(Debug)]
pub struct OpenResponse {
    pub result: Value,
    /// What [`EphemeralResource::close`] gets; empty if there is nothing to close.
    pub private: Vec<u8>,
    pub diagnostics: Diagnostics,
}
