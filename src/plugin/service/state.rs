//! States from elsewhere: older versions, imports, other resource types.
#![expect(clippy::unused_async, reason = "every call has the same shape, whether it waits or not")]

use std::collections::BTreeMap;
use std::sync::Arc;

use super::dynamic;
use super::registry::Registry;
use super::reply::note_panic;
use crate::plugin::proto::tfplugin6::{
    ResourceIdentityData, get_resource_identity_schemas, import_resource_state, move_resource_state,
    upgrade_resource_identity, upgrade_resource_state,
};
use crate::plugin::{convert, panic};
use crate::tf::provider::{ImportRequest, ImportResponse, MoveSource};
use crate::tf::{Diagnostics, Value, ValueError};

pub(super) async fn upgrade(
    registry: Arc<Registry>,
    request: upgrade_resource_state::Request,
) -> Result<upgrade_resource_state::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let shape = entry.shape();
    let stored = dynamic::parse(request.raw_state.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    let current = if request.version == shape.schema.version {
        stored
    } else {
        entry.resource.upgrade(request.version, stored, &mut diagnostics)
    };
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let state = dynamic::from_json(&current, &shape.value_type)?;
    let upgraded_state = shape.encode(state, &mut diagnostics);
    Ok(upgrade_resource_state::Response { upgraded_state, diagnostics: convert::diagnostics(diagnostics) })
}

pub(super) async fn import(
    registry: Arc<Registry>,
    request: import_resource_state::Request,
) -> Result<import_resource_state::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let wanted = ImportRequest { id: request.id, identity: entry.decode_identity(request.identity.as_ref())? };
    let mut found = ImportResponse {
        state: Value::Null,
        private: Vec::new(),
        identity: wanted.identity.clone(),
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch(entry.resource.import(&wanted, &mut found)).await;

    let mut diagnostics = found.diagnostics;
    note_panic(outcome, &mut diagnostics);
    if found.state.is_null() && !diagnostics.has_errors() {
        let detail = format!("there is no `{}` with the id `{}`", request.type_name, wanted.id);
        diagnostics.error("Object Not Found", detail);
    }
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let identity = entry.encode_identity(found.identity, &found.state, &mut diagnostics);
    let state = entry.shape().encode(found.state, &mut diagnostics);
    let resource = import_resource_state::ImportedResource {
        type_name: request.type_name,
        state,
        private: found.private,
        identity,
    };
    Ok(import_resource_state::Response {
        imported_resources: vec![resource],
        diagnostics: convert::diagnostics(diagnostics),
        deferred: None,
    })
}

pub(super) async fn move_state(
    registry: Arc<Registry>,
    request: move_resource_state::Request,
) -> Result<move_resource_state::Response, Diagnostics> {
    let entry = registry.resource(&request.target_type_name)?;
    let source = MoveSource {
        state: dynamic::parse(request.source_state.as_ref())?,
        type_name: request.source_type_name,
        schema_version: request.source_schema_version,
    };
    let Some(moved) = entry.resource.move_from(&source) else {
        let (target, source) = (request.target_type_name, source.type_name);
        let error = ValueError::new(format!("a `{target}` cannot take over the state of a `{source}`"));
        return Err(dynamic::refused("Move Not Supported", error));
    };
    let state = dynamic::from_json(&moved, &entry.shape().value_type)?;
    let mut diagnostics = Diagnostics::new();
    let target_identity = entry.encode_identity(None, &state, &mut diagnostics);
    let target_state = entry.shape().encode(state, &mut diagnostics);
    Ok(move_resource_state::Response {
        target_state,
        diagnostics: convert::diagnostics(diagnostics),
        target_private: request.source_private,
        target_identity,
    })
}

pub(super) async fn identity_schemas(
    registry: Arc<Registry>,
    _: get_resource_identity_schemas::Request,
) -> Result<get_resource_identity_schemas::Response, Diagnostics> {
    let identities = registry.resources().iter().filter_map(|(name, entry)| Some((name.clone(), entry.identity()?)));
    let identity_schemas: BTreeMap<_, _> =
        identities.map(|(name, identity)| (name, convert::identity_schema(&identity.schema))).collect();
    Ok(get_resource_identity_schemas::Response { identity_schemas, diagnostics: Vec::new() })
}

/// Identity schemas have had one version each: attributes may come and go, nothing else has changed.
pub(super) async fn upgrade_identity(
    registry: Arc<Registry>,
    request: upgrade_resource_identity::Request,
) -> Result<upgrade_resource_identity::Response, Diagnostics> {
    let Some(identity) = registry.resource(&request.type_name)?.identity() else {
        let error = ValueError::new(format!("a `{}` has no identity", request.type_name));
        return Err(dynamic::refused("No Identity", error));
    };
    if request.version != identity.schema.version {
        let error = ValueError::new(format!("the identity has the unknown version {}", request.version));
        return Err(dynamic::refused("Unknown Identity Version", error));
    }
    let stored = dynamic::parse(request.raw_identity.as_ref())?;
    let value = dynamic::from_json(&stored, &identity.value_type)?;
    let mut diagnostics = Diagnostics::new();
    let identity_data = dynamic::encode(&value, &identity.value_type, &mut diagnostics);
    Ok(upgrade_resource_identity::Response {
        upgraded_identity: Some(ResourceIdentityData { identity_data }),
        diagnostics: convert::diagnostics(diagnostics),
    })
}
