//! The calls of data sources: validate and read.

use std::sync::Arc;

use super::registry::Registry;
use crate::plugin::convert;
use crate::plugin::proto::tfplugin6::{read_data_source, validate_data_resource_config};
use crate::tf::{Diagnostics, validation};

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_data_resource_config::Request,
) -> Result<validate_data_resource_config::Response, Diagnostics> {
    let entry = registry.data_source(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    validation::validate_config(&typed_schema.schema, &config, true, &mut diagnostics);
    entry.data_source.validate(&config, &mut diagnostics).await;
    Ok(validate_data_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

pub(super) async fn read(
    registry: Arc<Registry>,
    request: read_data_source::Request,
) -> Result<read_data_source::Response, Diagnostics> {
    let entry = registry.data_source(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    let result = entry.data_source.read(&config, &mut diagnostics).await;
    let state = if diagnostics.has_errors() { None } else { typed_schema.encode(result, &mut diagnostics) };
    Ok(read_data_source::Response { state, diagnostics: convert::diagnostics(diagnostics), deferred: None })
}
