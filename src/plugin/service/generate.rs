//! The call that makes a configuration from a state.

use std::sync::Arc;

use super::registry::Registry;
use crate::plugin::convert;
use crate::plugin::proto::tfplugin6::generate_resource_config;
use crate::tf::{Diagnostics, generate};

pub(super) async fn config(
    registry: Arc<Registry>,
    request: generate_resource_config::Request,
) -> Result<generate_resource_config::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let state = typed_schema.decode(request.state.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    let config = typed_schema.encode(generate::config(&typed_schema.schema, &state), &mut diagnostics);
    Ok(generate_resource_config::Response { config, diagnostics: convert::diagnostics(diagnostics) })
}
