//! Says of what a configuration uses that it is not simulated.

use crate::provider::framework::context::ProviderContext;
use crate::tf::Diagnostics;

/// Warns while a command validates, before the provider is configured: a plan would warn again when it is applied.
///
/// Every resource and data source that stands in has its warning, whichever is validated first. All have one summary, so
/// that a CLI shows the first of the configuration and counts the others, and lists all of them as JSON.
pub(super) fn warn(context: &ProviderContext, what: &str, diagnostics: &mut Diagnostics) {
    if context.configured().is_some() {
        return;
    }
    diagnostics.warning(
        "Types That Are Not Simulated",
        format!(
            "{what} stands in for the real one: it keeps what is configured, and what it computes is made up from the seed, \
             has the right type and says nothing about the real service. `scenario.stand_ins` gives better values. Each \
             resource and data source that stands in has this warning; `validate -json` lists them all."
        ),
    );
}
