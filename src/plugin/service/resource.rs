//! The calls of resources: validate, read, plan and apply.
//!
//! The CLI drops private state and identity that a response leaves out, even if the call fails. So every response here
//! repeats them.

use std::sync::Arc;

use super::deferral;
use super::registry::{Registry, ResourceEntry};
use super::reply::report_panic;
use crate::plugin::proto::tfplugin6::{
    apply_resource_change, plan_resource_change, read_resource, validate_resource_config,
};
use crate::plugin::{convert, panic};
use crate::tf::provider::{ApplyRequest, ApplyResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse};
use crate::tf::{Diagnostics, Value, empty_texts, meaning, plan as planning, validation};

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_resource_config::Request,
) -> Result<validate_resource_config::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let config = typed_schema.decode(request.config.as_ref())?;
    let write_only_allowed = request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
    let mut diagnostics = Diagnostics::new();
    validation::validate_config(&typed_schema.schema, &config, write_only_allowed, &mut diagnostics);
    entry.resource.validate(&meaning::meaning(&typed_schema.schema, &config), &mut diagnostics).await;
    Ok(validate_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

/// The response to a read that fails: the current state, unchanged.
pub(super) fn read_fallback(request: &read_resource::Request) -> read_resource::Response {
    read_resource::Response {
        new_state: request.current_state.clone(),
        private: request.private.clone(),
        new_identity: request.current_identity.clone(),
        ..read_resource::Response::default()
    }
}

pub(super) async fn read(
    registry: Arc<Registry>,
    request: read_resource::Request,
) -> Result<read_resource::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    if let Some(deferred) = deferral::deferral(&registry, request.client_capabilities.as_ref()) {
        return Ok(read_resource::Response { deferred: Some(deferred), ..read_fallback(&request) });
    }
    let typed_schema = entry.typed_schema();
    let read_request = ReadRequest {
        state: typed_schema.decode(request.current_state.as_ref())?,
        private: request.private.clone(),
        identity: entry.decode_identity(request.current_identity.as_ref())?,
    };
    let mut response = ReadResponse {
        state: read_request.state.clone(),
        private: read_request.private.clone(),
        identity: read_request.identity.clone(),
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch_panic(entry.resource.read(&read_request, &mut response)).await;

    let mut diagnostics = response.diagnostics;
    report_panic(outcome, &mut diagnostics);
    let new_identity = entry.encode_identity(response.identity, &response.state, &mut diagnostics);
    let new_state = typed_schema.encode(response.state, &mut diagnostics).or(request.current_state);
    Ok(read_resource::Response {
        new_state,
        diagnostics: convert::diagnostics(diagnostics),
        private: response.private,
        deferred: None,
        new_identity,
    })
}

/// The response to a plan that fails: the proposed state, unchanged.
pub(super) fn plan_fallback(request: &plan_resource_change::Request) -> plan_resource_change::Response {
    plan_resource_change::Response {
        planned_state: request.proposed_new_state.clone(),
        planned_private: request.prior_private.clone(),
        planned_identity: request.prior_identity.clone(),
        ..plan_resource_change::Response::default()
    }
}

pub(super) async fn plan(
    registry: Arc<Registry>,
    request: plan_resource_change::Request,
) -> Result<plan_resource_change::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let deferred = deferral::deferral(&registry, request.client_capabilities.as_ref());
    let client = request.client_capabilities.unwrap_or_default();
    let typed_schema = entry.typed_schema();
    let prior_state = typed_schema.decode(request.prior_state.as_ref())?;
    let mut proposed = typed_schema.decode(request.proposed_new_state.as_ref())?;
    let mut config = typed_schema.decode(request.config.as_ref())?;
    let empty_texts = empty_texts::remove(&typed_schema.schema.block, &mut config);
    empty_texts::keep_prior(&empty_texts, &prior_state, &mut proposed);
    let plan_request = PlanRequest {
        prior_state,
        prior_private: request.prior_private,
        prior_identity: entry.decode_identity(request.prior_identity.as_ref())?,
        config,
        destroys: proposed.is_null(),
        write_only_allowed: client.write_only_attributes_allowed,
        stores_planned_private: client.store_planned_private,
        planned_private: request.planned_private,
    };
    let planned = planning::plan(&typed_schema.schema, &plan_request.prior_state, proposed, &plan_request.config);
    let mut response = PlanResponse {
        planned_state: planned.state,
        planned_private: plan_request.prior_private.clone(),
        planned_identity: entry.planned_identity(&plan_request.prior_state, plan_request.prior_identity.clone()),
        requires_replace: planned.requires_replace,
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch_panic(entry.resource.plan(&plan_request, &mut response)).await;

    let mut diagnostics = response.diagnostics;
    report_panic(outcome, &mut diagnostics);
    let planned_identity = entry.encode_planned_identity(response.planned_identity, &mut diagnostics);
    let planned_state = typed_schema.encode(response.planned_state, &mut diagnostics).or(request.proposed_new_state);
    Ok(plan_resource_change::Response {
        planned_state,
        requires_replace: response.requires_replace.iter().map(convert::path).collect(),
        planned_private: response.planned_private,
        diagnostics: convert::diagnostics(diagnostics),
        legacy_type_system: !empty_texts.is_empty(),
        deferred,
        planned_identity,
    })
}

/// The response to an apply that fails before it starts: the prior state, unchanged.
pub(super) fn apply_fallback(request: &apply_resource_change::Request) -> apply_resource_change::Response {
    apply_resource_change::Response {
        new_state: request.prior_state.clone(),
        private: request.planned_private.clone(),
        new_identity: request.planned_identity.clone(),
        ..apply_resource_change::Response::default()
    }
}

pub(super) async fn apply(
    registry: Arc<Registry>,
    request: apply_resource_change::Request,
) -> Result<apply_resource_change::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let typed_schema = entry.typed_schema();
    let mut config = typed_schema.decode(request.config.as_ref())?;
    empty_texts::remove(&typed_schema.schema.block, &mut config);
    let apply_request = ApplyRequest {
        prior_state: typed_schema.decode(request.prior_state.as_ref())?,
        planned_state: typed_schema.decode(request.planned_state.as_ref())?,
        planned_private: request.planned_private,
        planned_identity: entry.decode_identity(request.planned_identity.as_ref())?,
        config,
    };
    let mut response = ApplyResponse {
        state: apply_request.prior_state.clone(),
        private: apply_request.planned_private.clone(),
        identity: apply_request.planned_identity.clone(),
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch_panic(apply_change(&entry, &apply_request, &mut response)).await;

    let mut diagnostics = response.diagnostics;
    report_panic(outcome, &mut diagnostics);
    let mut state = response.state;
    if diagnostics.has_errors() {
        // A state must be wholly known, and a failed apply leaves planned values unknown.
        replace_unknown_by_null(&mut state);
    } else if state.is_null() && !apply_request.planned_state.is_null() {
        diagnostics.error("Missing State", "The provider changed the object but returned no state for it");
    }
    let new_identity = entry.encode_identity(response.identity, &state, &mut diagnostics);
    let new_state = typed_schema.encode(state, &mut diagnostics).or(request.prior_state);
    Ok(apply_resource_change::Response {
        new_state,
        private: response.private,
        diagnostics: convert::diagnostics(diagnostics),
        legacy_type_system: false,
        new_identity,
    })
}

async fn apply_change(entry: &ResourceEntry, request: &ApplyRequest, response: &mut ApplyResponse) {
    match (request.prior_state.is_null(), request.planned_state.is_null()) {
        (true, true) => {}
        (true, false) => entry.resource.create(request, response).await,
        (false, false) => entry.resource.update(request, response).await,
        (false, true) => entry.resource.delete(request, response).await,
    }
}

fn replace_unknown_by_null(value: &mut Value) {
    match value {
        Value::Unknown => *value = Value::Null,
        Value::List(elements) => elements.iter_mut().for_each(replace_unknown_by_null),
        Value::Map(elements) => elements.values_mut().for_each(replace_unknown_by_null),
        Value::Typed(_, inner) => replace_unknown_by_null(inner),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
