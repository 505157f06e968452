//! Adds diagnostics to responses.

use crate::plugin::convert;
use crate::plugin::message::Encode;
use crate::plugin::proto::tfplugin6 as proto;
use crate::tf::Diagnostics;

/// A response that can carry diagnostics.
pub(super) trait Reply: Encode + 'static {
    /// The same response with the diagnostics added.
    fn with_diagnostics(self, diagnostics: Diagnostics) -> Self;
}

macro_rules! replies {
    ($($module:ident)*) => {$(
        impl Reply for proto::$module::Response {
            fn with_diagnostics(mut self, diagnostics: Diagnostics) -> Self {
                self.diagnostics.extend(convert::diagnostics(diagnostics));
                self
            }
        }
    )*};
}

replies! {
    get_metadata get_provider_schema validate_provider_config configure_provider
    validate_resource_config read_resource plan_resource_change apply_resource_change
    upgrade_resource_state import_resource_state move_resource_state
    get_resource_identity_schemas upgrade_resource_identity
    validate_data_resource_config read_data_source get_functions
    validate_ephemeral_resource_config open_ephemeral_resource renew_ephemeral_resource close_ephemeral_resource
    validate_action_config plan_action
    validate_list_resource_config generate_resource_config
}

impl Reply for proto::call_function::Response {
    fn with_diagnostics(mut self, diagnostics: Diagnostics) -> Self {
        self.error = Some(proto::FunctionError { text: join_details(&diagnostics), function_argument: None });
        self
    }
}

impl Reply for proto::stop_provider::Response {
    fn with_diagnostics(mut self, diagnostics: Diagnostics) -> Self {
        self.error = join_details(&diagnostics);
        self
    }
}

fn join_details(diagnostics: &Diagnostics) -> String {
    let details: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.detail.as_str()).collect();
    details.join("; ")
}

/// The diagnostics for a panic, which is always a bug in the provider.
pub(super) fn panic_diagnostics(message: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(
        "Provider Panicked",
        format!("The provider reached a state that must not occur: {message}. This is a bug in the provider; please report it"),
    );
    diagnostics
}

/// Adds the diagnostics for a panic if the call panicked.
pub(super) fn report_panic(outcome: Result<(), String>, diagnostics: &mut Diagnostics) {
    if let Err(message) = outcome {
        diagnostics.extend(panic_diagnostics(&message));
    }
}
