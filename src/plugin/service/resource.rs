//! The life of a resource: validate, read, plan, apply.
//!
//! Private state and identity that a response does not repeat are lost, errors or not: every path here repeats them.

use std::sync::Arc;

use super::registry::{Registry, ResourceEntry};
use super::reply::note_panic;
use crate::plugin::proto::tfplugin6::{
    apply_resource_change, plan_resource_change, read_resource, validate_resource_config,
};
use crate::plugin::{convert, panic};
use crate::tf::provider::{ApplyRequest, ApplyResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse};
use crate::tf::{Diagnostics, Value, check, plan as planning};

pub(super) async fn validate(
    registry: Arc<Registry>,
    request: validate_resource_config::Request,
) -> Result<validate_resource_config::Response, Diagnostics> {
    let entry = registry.resource(&request.type_name)?;
    let shape = entry.shape();
    let config = shape.decode(request.config.as_ref())?;
    let write_only_allowed = request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed);
    let mut diagnostics = Diagnostics::new();
    check::check(&shape.schema, &config, write_only_allowed, &mut diagnostics);
    entry.resource.validate(&config, &mut diagnostics).await;
    Ok(validate_resource_config::Response { diagnostics: convert::diagnostics(diagnostics) })
}

/// The answer to a read that failed altogether.
pub(super) fn unread(request: &read_resource::Request) -> read_resource::Response {
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
    let shape = entry.shape();
    let current = ReadRequest {
        state: shape.decode(request.current_state.as_ref())?,
        private: request.private.clone(),
        identity: entry.decode_identity(request.current_identity.as_ref())?,
    };
    let mut response = ReadResponse {
        state: current.state.clone(),
        private: current.private.clone(),
        identity: current.identity.clone(),
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch(entry.resource.read(&current, &mut response)).await;

    let mut diagnostics = response.diagnostics;
    note_panic(outcome, &mut diagnostics);
    let new_identity = entry.encode_identity(response.identity, &response.state, &mut diagnostics);
    let new_state = shape.encode(response.state, &mut diagnostics).or(request.current_state);
    Ok(read_resource::Response {
        new_state,
        diagnostics: convert::diagnostics(diagnostics),
        private: response.private,
        deferred: None,
        new_identity,
    })
}

/// The answer to a plan that failed altogether.
pub(super) fn unplanned(request: &plan_resource_change::Request) -> plan_resource_change::Response {
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
    let shape = entry.shape();
    let wanted = PlanRequest {
        prior_state: shape.decode(request.prior_state.as_ref())?,
        prior_private: request.prior_private,
        prior_identity: entry.decode_identity(request.prior_identity.as_ref())?,
        config: shape.decode(request.config.as_ref())?,
        proposed: shape.decode(request.proposed_new_state.as_ref())?,
        write_only_allowed: request.client_capabilities.is_some_and(|client| client.write_only_attributes_allowed),
    };
    let planned = planning::plan(&shape.schema, &wanted.prior_state, &wanted.proposed, &wanted.config);
    let mut response = PlanResponse {
        planned_state: planned.state,
        planned_private: wanted.prior_private.clone(),
        planned_identity: entry.identity_after_plan(&wanted.prior_state, wanted.prior_identity.clone()),
        requires_replace: planned.requires_replace,
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch(entry.resource.plan(&wanted, &mut response)).await;

    let mut diagnostics = response.diagnostics;
    note_panic(outcome, &mut diagnostics);
    let planned_identity = entry.encode_planned_identity(response.planned_identity, &mut diagnostics);
    let planned_state = shape.encode(response.planned_state, &mut diagnostics).or(request.proposed_new_state);
    Ok(plan_resource_change::Response {
        planned_state,
        requires_replace: response.requires_replace.iter().map(convert::path).collect(),
        planned_private: response.planned_private,
        diagnostics: convert::diagnostics(diagnostics),
        legacy_type_system: false,
        deferred: None,
        planned_identity,
    })
}

/// The answer to a change that failed before it began.
pub(super) fn unapplied(request: &apply_resource_change::Request) -> apply_resource_change::Response {
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
    let shape = entry.shape();
    let planned = ApplyRequest {
        prior_state: shape.decode(request.prior_state.as_ref())?,
        planned_state: shape.decode(request.planned_state.as_ref())?,
        planned_private: request.planned_private,
        planned_identity: entry.decode_identity(request.planned_identity.as_ref())?,
        config: shape.decode(request.config.as_ref())?,
    };
    let mut response = ApplyResponse {
        state: planned.prior_state.clone(),
        private: planned.planned_private.clone(),
        identity: planned.planned_identity.clone(),
        diagnostics: Diagnostics::new(),
    };
    let outcome = panic::catch(change(entry, &planned, &mut response)).await;

    let mut diagnostics = response.diagnostics;
    note_panic(outcome, &mut diagnostics);
    let mut state = response.state;
    if diagnostics.has_errors() {
        // What was planned but not reached is not known; a state may hold only what is.
        forget_unknown(&mut state);
    } else if state.is_null() && !planned.planned_state.is_null() {
        diagnostics.error("Missing State", "The provider changed the object and returned no state for it");
    }
    let new_identity = entry.encode_identity(response.identity, &state, &mut diagnostics);
    let new_state = shape.encode(state, &mut diagnostics).or(request.prior_state);
    Ok(apply_resource_change::Response {
        new_state,
        private: response.private,
        diagnostics: convert::diagnostics(diagnostics),
        legacy_type_system: false,
        new_identity,
    })
}

async fn change(entry: &ResourceEntry, planned: &ApplyRequest, response: &mut ApplyResponse) {
    match (planned.prior_state.is_null(), planned.planned_state.is_null()) {
        (true, true) => {}
        (true, false) => entry.resource.create(planned, response).await,
        (false, false) => entry.resource.update(planned, response).await,
        (false, true) => entry.resource.delete(planned, response).await,
    }
}

fn forget_unknown(value: &mut Value) {
    match value {
        Value::Unknown => *value = Value::Null,
        Value::List(elements) => elements.iter_mut().for_each(forget_unknown),
        Value::Map(elements) => elements.values_mut().for_each(forget_unknown),
        Value::Typed(_, inner) => forget_unknown(inner),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
