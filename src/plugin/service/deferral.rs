//! Deferral: leaving an object to a later plan because the provider block is not known yet.

use super::registry::Registry;
use crate::plugin::proto::tfplugin6::{ClientCapabilities, Deferred, deferred};

/// The deferral to answer with; `None` if the provider block is known, or if the client does not allow deferrals.
///
/// An answer from a cloud that is not known yet would be invented, and Terraform would plan by it.
pub(super) fn deferral(registry: &Registry, client: Option<&ClientCapabilities>) -> Option<Deferred> {
    let is_allowed = client.is_some_and(|client| client.deferral_allowed);
    let is_unknown = || !registry.provider.unknown_arguments().is_empty();
    (is_allowed && is_unknown()).then(|| Deferred { reason: deferred::Reason::ProviderConfigUnknown.into() })
}
