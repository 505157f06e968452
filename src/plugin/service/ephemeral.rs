//! The calls of ephemeral resources: validate, open, renew and close.

use std::sync::Arc;

use super::data_source::not_known_yet;
use super::deferral;
use super::registry::Registry;
use super::reply::report_panic;
use crate::plugin::proto::tfplugin6::{
    close_ephemeral_resource, open_ephemeral_resource, renew_ephemeral_resource, validate_ephemeral_resource_config,
};
use crate::plugin::{convert, panic};
use crate::tf::ephemeral::OpenResponse;
use crate::tf::{Diagnostics, Value, meaning, plan as planning, validation};

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_ephemeral_resource_config::Request,
) -> Result<validate_ephemeral_resource_config::Response, Diagnostics> {
    let entry = registry.ephemeral_resource(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    validation::validate_config(&typed_schema.schema, &config, true, &mut diagnostics);
    entry.ephemeral.validate(&meaning::meaning(&typed_schema.schema, &config), &mut diagnostics).await;
    Ok(validate_ephemeral_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

pub(super) async fn open(
    registry: Arc<Registry>,
    request: open_ephemeral_resource::Request,
) -> Result<open_ephemeral_resource::Response, Diagnostics> {
    let entry = registry.ephemeral_resource(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let unknown_result = || planning::plan(&typed_schema.schema, &Value::Null, config.clone(), &config).state;
    if let Some(deferred) = deferral::deferral(&registry, request.client_capabilities.as_ref()) {
        let mut diagnostics = Diagnostics::new();
        let result = typed_schema.encode(unknown_result(), &mut diagnostics);
        let diagnostics = convert::diagnostics(diagnostics);
        return Ok(open_ephemeral_resource::Response {
            diagnostics,
            result,
            deferred: Some(deferred),
            ..open_ephemeral_resource::Response::default()
        });
    }
    let unknown = registry.provider.unknown_arguments();
    if !unknown.is_empty() {
        return Err(not_known_yet(&request.type_name, &unknown));
    }
    let mut response = OpenResponse { result: config.clone(), private: Vec::new(), diagnostics: Diagnostics::new() };
    if config.is_wholly_known() {
        let outcome = panic::catch_panic(entry.ephemeral.open(&config, &mut response)).await;
        report_panic(outcome, &mut response.diagnostics);
    } else {
        // The CLI opens nothing whose configuration is unknown. Without an object there is nothing to close either.
        response.result = unknown_result();
    }
    let OpenResponse { result, private, mut diagnostics } = response;
    let result = if diagnostics.has_errors() { None } else { typed_schema.encode(result, &mut diagnostics) };
    Ok(open_ephemeral_resource::Response {
        diagnostics: convert::diagnostics(diagnostics),
        renew_at: None,
        result,
        private: Some(private),
        deferred: None,
    })
}

/// The response to a renewal that fails: the private data, unchanged.
pub(super) fn renew_fallback(request: &renew_ephemeral_resource::Request) -> renew_ephemeral_resource::Response {
    renew_ephemeral_resource::Response {
        private: request.private.clone(),
        ..renew_ephemeral_resource::Response::default()
    }
}

/// Nothing that is opened here expires, so there is nothing to renew.
pub(super) async fn renew(
    registry: Arc<Registry>,
    request: renew_ephemeral_resource::Request,
) -> Result<renew_ephemeral_resource::Response, Diagnostics> {
    registry.ephemeral_resource(&request.type_name)?;
    Ok(renew_fallback(&request))
}

pub(super) async fn close(
    registry: Arc<Registry>,
    request: close_ephemeral_resource::Request,
) -> Result<close_ephemeral_resource::Response, Diagnostics> {
    let entry = registry.ephemeral_resource(&request.type_name)?;
    let mut diagnostics = Diagnostics::new();
    // Without private data nothing was opened that has an end.
    if let Some(private) = request.private.filter(|private| !private.is_empty()) {
        entry.ephemeral.close(&private, &mut diagnostics).await;
    }
    Ok(close_ephemeral_resource::Response { diagnostics: convert::diagnostics(diagnostics) })
}
