//! The calls that bring in a state: upgrades, imports and moves from another resource type.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::registry::Registry;
use super::reply::report_panic;
use super::{deferral, dynamic};
use crate::base::collect::IntoOrdered;
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
    let typed_schema = entry.typed_schema();
    let stored = dynamic::parse_stored(request.raw_state.as_ref())?;
    let mut diagnostics = Diagnostics::new();
    let current = if request.version == typed_schema.schema.version {
        stored
    } else {
        entry.resource.upgrade(request.version, stored, &mut diagnostics)
    };
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let state = dynamic::decode_stored(&current, &typed_schema.value_type)?;
    let upgraded_state = typed_schema.encode(state, &mut diagnostics);
    Ok(upgrade_resource_state::Response { upgraded_state, diagnostics: convert::diagnostics(diagnostics) })
}

pub(super) async fn import(
    registry: Arc<Registry>,
    request: import_resource_state::Request,
) -> Result<import_resource_state::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    if let Some(deferred) = deferral::deferral(&registry, request.client_capabilities.as_ref()) {
        return Ok(import_resource_state::Response { deferred: Some(deferred), ..Default::default() });
    }
    let import_request = ImportRequest { id: request.id, identity: entry.decode_identity(request.identity.as_ref())? };
    let mut response = ImportResponse {
        state: Value::Null,
        private: Vec::new(),
        identity: import_request.identity.clone(),
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch_panic(entry.resource.import(&import_request, &mut response)).await;

    let mut diagnostics = response.diagnostics;
    report_panic(outcome, &mut diagnostics);
    if response.state.is_null() && !diagnostics.has_errors() {
        let detail = format!("there is no `{}` with the id `{}`", request.type_name, import_request.id);
        diagnostics.error("Object Not Found", detail);
    }
    if diagnostics.has_errors() {
        return Err(diagnostics);
    }
    let identity = entry.encode_identity(response.identity, &response.state, &mut diagnostics);
    let state = entry.typed_schema().encode(response.state, &mut diagnostics);
    let resource = import_resource_state::ImportedResource {
        type_name: request.type_name,
        state,
        private: response.private,
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
        state: dynamic::parse_stored(request.source_state.as_ref())?,
        type_name: request.source_type_name,
        schema_version: request.source_schema_version,
    };
    let Some(moved) = entry.resource.move_from(&source) else {
        let (target, source) = (request.target_type_name, source.type_name);
        let error = ValueError::new(format!("a `{target}` cannot take over the state of a `{source}`"));
        return Err(dynamic::error_diagnostics("Move Not Supported", error));
    };
    let state = dynamic::decode_stored(&moved, &entry.typed_schema().value_type)?;
    let mut diagnostics = Diagnostics::new();
    let target_identity = entry.encode_identity(None, &state, &mut diagnostics);
    let target_state = entry.typed_schema().encode(state, &mut diagnostics);
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
        identities.map(|(name, identity)| (name, convert::identity_schema(&identity.schema))).into_map();
    Ok(get_resource_identity_schemas::Response { identity_schemas, diagnostics: Vec::new() })
}

/// Upgrades an identity of this or an earlier version. From version to version attributes were added, which are null then,
/// or removed. A state of Terraform before 1.12 has no identity: it stays null until the object is read.
pub(super) async fn upgrade_identity(
    registry: Arc<Registry>,
    request: upgrade_resource_identity::Request,
) -> Result<upgrade_resource_identity::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let Some(identity) = entry.identity() else {
        let error = ValueError::new(format!("a `{}` has no identity", request.type_name));
        return Err(dynamic::error_diagnostics("No Identity", error));
    };
    if request.version > identity.schema.version {
        let error = ValueError::new(format!("the identity has version {}, which is unknown", request.version));
        return Err(dynamic::error_diagnostics("Unknown Identity Version", error));
    }
    let value = match request.raw_identity.as_ref().filter(|raw| !raw.json.is_empty()) {
        Some(raw) => dynamic::decode_stored(&dynamic::parse_stored(Some(raw))?, &identity.value_type)?,
        None => Value::Null,
    };
    let mut diagnostics = Diagnostics::new();
    let identity_data = dynamic::encode(&value, &identity.value_type, &mut diagnostics);
    Ok(upgrade_resource_identity::Response {
        upgraded_identity: Some(ResourceIdentityData { identity_data }),
        diagnostics: convert::diagnostics(diagnostics),
    })
}
