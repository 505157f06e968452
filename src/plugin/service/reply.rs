//! Answers that carry what went wrong.

use crate::plugin::convert;
use crate::plugin::proto::tfplugin6 as proto;
use crate::tf::Diagnostics;

pub(super) trait Reply: Send + 'static {
    /// The same answer with a reason why there is no better one.
    fn refuse(self, diagnostics: Diagnostics) -> Self;
}

macro_rules! replies {
    ($($module:ident)*) => {$(
        impl Reply for proto::$module::Response {
            fn refuse(mut self, diagnostics: Diagnostics) -> Self {
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
}

impl Reply for proto::call_function::Response {
    fn refuse(mut self, diagnostics: Diagnostics) -> Self {
        self.error = Some(proto::FunctionError { text: sentence(&diagnostics), function_argument: None });
        self
    }
}

impl Reply for proto::stop_provider::Response {
    fn refuse(mut self, diagnostics: Diagnostics) -> Self {
        self.error = sentence(&diagnostics);
        self
    }
}

fn sentence(diagnostics: &Diagnostics) -> String {
    let details: Vec<_> = diagnostics.iter().map(|diagnostic| diagnostic.detail.as_str()).collect();
    details.join("; ")
}

/// What is said of a panic, which is a mistake in the provider and never the user's.
pub(super) fn panicked(message: &str) -> Diagnostics {
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(
        "Provider Panicked",
        format!("The provider met a state that it holds to be impossible: {message}. Please report it"),
    );
    diagnostics
}

/// Adds a panic that was caught, if there was one.
pub(super) fn note_panic(outcome: Result<(), String>, diagnostics: &mut Diagnostics) {
    if let Err(message) = outcome {
        diagnostics.extend(panicked(&message));
    }
}
