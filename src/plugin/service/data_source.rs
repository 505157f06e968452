//! The calls of data sources: validate and read.

use std::sync::Arc;

use super::deferral;
use super::dynamic::TypedSchema;
use super::registry::Registry;
use crate::plugin::convert;
use crate::plugin::proto::tfplugin6::{Deferred, read_data_source, validate_data_resource_config};
use crate::tf::{Diagnostics, Value, meaning, plan as planning, validation};

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_data_resource_config::Request,
) -> Result<validate_data_resource_config::Response, Diagnostics> {
    let entry = registry.data_source(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    validation::validate_config(&typed_schema.schema, &config, true, &mut diagnostics);
    entry.data_source.validate(&meaning::meaning(&typed_schema.schema, &config), &mut diagnostics).await;
    Ok(validate_data_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

pub(super) async fn read(
    registry: Arc<Registry>,
    request: read_data_source::Request,
) -> Result<read_data_source::Response, Diagnostics> {
    let entry = registry.data_source(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    if let Some(deferred) = deferral::deferral(&registry, request.client_capabilities.as_ref()) {
        return Ok(defer(typed_schema, &config, deferred));
    }
    let unknown = registry.provider.unknown_arguments();
    if !unknown.is_empty() {
        return Err(not_known_yet(&request.type_name, &unknown));
    }
    let mut diagnostics = Diagnostics::new();
    let result = entry.data_source.read(&config, &mut diagnostics).await;
    let state = if diagnostics.has_errors() { None } else { typed_schema.encode(result, &mut diagnostics) };
    Ok(read_data_source::Response { state, diagnostics: convert::diagnostics(diagnostics), deferred: None })
}

/// The answer of a data source that is read in a later plan, when the provider block is known: all of it is unknown.
fn defer(typed_schema: &TypedSchema, config: &Value, deferred: Deferred) -> read_data_source::Response {
    let mut diagnostics = Diagnostics::new();
    let answer = planning::plan(&typed_schema.schema, &Value::Null, config.clone(), config).state;
    let state = typed_schema.encode(answer, &mut diagnostics);
    read_data_source::Response { state, diagnostics: convert::diagnostics(diagnostics), deferred: Some(deferred) }
}

/// An answer from a cloud that is not known yet would be invented, and Terraform would plan by it.
pub(super) fn not_known_yet(type_name: &str, arguments: &[&str]) -> Diagnostics {
    let (names, are) = (arguments.join(", "), if arguments.len() == 1 { "is" } else { "are" });
    let mut diagnostics = Diagnostics::new();
    diagnostics.error(
        "Provider Block Not Known Yet",
        format!(
            "{names} in the provider block {are} known only after apply, so {type_name} cannot be read while planning. \
             Apply what the provider block depends on first, with -target, or write the value itself."
        ),
    );
    diagnostics
}
