//! The calls of list resources: validate and list.

use std::sync::Arc;

use super::dynamic;
use super::registry::{Registry, ResourceEntry};
use super::stream::{Event, Events};
use crate::plugin::convert;
use crate::plugin::proto::tfplugin6::{list_resource, validate_list_resource_config};
use crate::tf::list::{FoundObject, ListRequest};
use crate::tf::{Diagnostics, Value, ValueError, meaning, validation};

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_list_resource_config::Request,
) -> Result<validate_list_resource_config::Response, Diagnostics> {
    let entry = registry.list_resource(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    validation::validate_config(&typed_schema.schema, &config, true, &mut diagnostics);
    entry.list_resource.validate(&meaning::meaning(&typed_schema.schema, &config), &mut diagnostics).await;
    Ok(validate_list_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

/// Sends an event for each object, up to the limit. Warnings come first, in an event without an object: after them, the
/// client would skip an object that has no identity, instead of reporting it.
pub(super) async fn list(
    registry: Arc<Registry>,
    request: list_resource::Request,
    events: Events<list_resource::Event>,
) -> Result<(), Diagnostics> {
    let entry = registry.list_resource(&request.type_name)?;
    let resource = registry.resource(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    if !config.is_wholly_known() {
        let error = ValueError::new("a query must not depend on what is known only after apply");
        return Err(dynamic::error_diagnostics("Unknown Value", error));
    }
    let config = meaning::meaning(&typed_schema.schema, &config);
    let list_request = ListRequest { config, include_state: request.include_resource_object };
    let mut diagnostics = Diagnostics::new();
    let found = entry.list_resource.list(&list_request, &mut diagnostics).await;
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    if !diagnostics.is_empty() {
        events.send(list_resource::Event::failed(diagnostics)).await;
    }
    // Without a limit the client sends 0.
    let limit = usize::try_from(request.limit).ok().filter(|limit| *limit > 0).unwrap_or(usize::MAX);
    for object in found.take(limit) {
        if !events.send(event(&resource, object)?).await {
            tracing::debug!(tf_resource_type = request.type_name, "the client wants no more objects");
            break;
        }
    }
    Ok(())
}

impl Event for list_resource::Event {
    fn failed(diagnostics: Diagnostics) -> Self {
        Self { diagnostic: convert::diagnostics(diagnostics), ..Self::default() }
    }
}

fn event(resource: &ResourceEntry, object: FoundObject) -> Result<list_resource::Event, Diagnostics> {
    let mut diagnostics = Diagnostics::new();
    let identity = resource.encode_identity(Some(object.identity), &Value::Null, &mut diagnostics);
    let encode = |state| resource.typed_schema().encode(state, &mut diagnostics);
    let resource_object = object.state.and_then(encode);
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    Ok(list_resource::Event { identity, display_name: object.display_name, resource_object, diagnostic: Vec::new() })
}
