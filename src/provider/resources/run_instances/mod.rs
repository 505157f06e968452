//! `simcloud_run_instances`: instances of one type in one zone, of one or more images, with one request.

mod arguments;
mod forecast;
mod planning;
pub(crate) mod schema;
mod state;
mod validation;

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::ReservationId;
use crate::base::wording::{counted, was_or_were};
use crate::cloud::codes;
use crate::cloud::model::{FleetId, ModifyReservationRequest, Reservation, RunInstancesRequest};
use crate::provider::block::Configured;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::semantic_equality::suppress_equivalent_replacements;
use crate::provider::framework::{client_token, diagnostic, document, identity, instance_replacement};
use crate::tf::provider::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse,
};
use crate::tf::schema::IdentitySchema;
use crate::tf::{Diagnostics, Resource, Schema, Value};

/// Arguments that have a value without being configured.
const CHOSEN_BY_THE_CLOUD: [&str; 4] = ["zone_id", "vswitch_id", "system_disk_category", "client_token"];

#[derive(Debug)]
pub(crate) struct RunInstancesResource {
    context: Arc<ProviderContext>,
}

impl RunInstancesResource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Records whose client token the state holds (W2).
    async fn record_held(&self, configured: &Configured, state: &Value, diagnostics: &mut Diagnostics) {
        if let Some(id) = state.get("id").as_str() {
            let fleet = FleetId::Reservation(ReservationId::from(id));
            client_token::record_held(&self.context, configured, fleet, state, diagnostics).await;
        }
    }
}

#[async_trait]
impl Resource for RunInstancesResource {
    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(identity::schema("The reservation's id."))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::validate(config, diagnostics);
    }

    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        let Some(configured) = self.context.configured() else { return };
        if request.destroys {
            return;
        }
        suppress_equivalent_replacements(schema::schema, &arguments::canonical, request, response);
        self.record_held(&configured, &request.prior_state, &mut response.diagnostics).await;
        if !response.requires_replace.is_empty() {
            let (prior, config) = (&request.prior_state, &request.config);
            client_token::check_replacement(client_token::RESERVATION_NOUN, prior, config, &mut response.diagnostics);
            return forecast::replacement(&self.context, &configured, request, response).await;
        }
        if request.prior_state.is_null() {
            let (context, diagnostics) = (&self.context, &mut response.diagnostics);
            client_token::check_planned(
                context,
                &configured,
                client_token::RESERVATION_NOUN,
                &request.config,
                diagnostics,
            )
            .await;
            planning::create(&configured, request, response).await;
            if !response.diagnostics.has_errors() {
                forecast::creation(&self.context, &configured, request, response).await;
            }
        } else {
            planning::update(&self.context, &configured, request, response).await;
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let Some(launch) = launch(request, &configured, &mut response.diagnostics) else { return };
        match configured.cloud.run_instances(launch).await {
            Ok(reservation) => {
                set_state(request, &reservation, &configured, response);
                launch_warnings(&reservation, &mut response.diagnostics);
            }
            Err(error) => diagnostic::cloud_error("launch the instances", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        let (Some(configured), Some(id)) = (self.context.configured(), request.state.get("id").as_str()) else {
            return;
        };
        match configured.cloud.describe_reservation(ReservationId::from(id)).await {
            Ok(Some(reservation)) => {
                response.state = state_of(&schema::schema(), &reservation, &request.state);
                response.identity = Some(identity::of(id, &configured.region));
                self.context.record_read(id);
                self.record_held(&configured, &response.state, &mut response.diagnostics).await;
            }
            Ok(None) => response.state = Value::Null,
            Err(error) => diagnostic::cloud_error("read the reservation", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let Some(change) = modification(request, &configured, &mut response.diagnostics) else { return };
        match configured.cloud.modify_reservation(change).await {
            Ok(done) => {
                set_state(request, &done.reservation, &configured, response);
                let id = done.reservation.reservation_id.as_str();
                diagnostic::warnings("Lost Instances", id, &done.warnings, &mut response.diagnostics);
            }
            Err(error) => {
                diagnostic::cloud_error("change the reservation", &error, &mut response.diagnostics);
                if let Some(id) = request.prior_state.get("id").as_str() {
                    let owner = FleetId::Reservation(ReservationId::from(id));
                    instance_replacement::forget_planned_changes(&configured, owner, &mut response.diagnostics).await;
                }
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let (Some(configured), Some(id)) = (self.context.configured(), request.prior_state.get("id").as_str()) else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        match configured.cloud.release_reservation(ReservationId::from(id)).await {
            Ok(_) => response.state = Value::Null,
            Err(error) if error.code() == Some(codes::INVALID_RESERVATION_NOT_FOUND) => response.state = Value::Null,
            Err(error) => diagnostic::cloud_error("release the reservation", &error, &mut response.diagnostics),
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse) {
        identity::import(&schema::schema(), self.context.configured().as_deref(), request, response);
    }
}

/// The state of a reservation as a read finds it; `prior` is the state before, null after an import.
pub(crate) fn state_of(schema: &Schema, reservation: &Reservation, prior: &Value) -> Value {
    let kept = document::read(schema, &reservation.request.configuration, prior);
    let mut state = kept.unwrap_or_else(|| prior.clone());
    state::set_computed(&mut state, reservation);
    state
}

/// Sets the state of an apply: values known in the plan as planned, the others as the cloud returned them (G10a).
fn set_state(request: &ApplyRequest, reservation: &Reservation, configured: &Configured, response: &mut ApplyResponse) {
    let mut actual = request.planned_state.clone();
    state::set_computed(&mut actual, reservation);
    response.state = instance_replacement::merge_planned_instances(&request.planned_state, actual);
    response.identity = Some(identity::of(reservation.reservation_id.as_str(), &configured.region));
}

fn launch(
    request: &ApplyRequest,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<RunInstancesRequest> {
    let planned = planned_request(&request.planned_state, &request.config, configured, diagnostics)?;
    Some(RunInstancesRequest { configuration: document::write(&schema::schema(), &request.planned_state), ..planned })
}

/// The modification that an update makes: the arguments that change in place, and exactly the replacements that the
/// plan shows.
fn modification(
    request: &ApplyRequest,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<ModifyReservationRequest> {
    let planned = planned_request(&request.planned_state, &request.config, configured, diagnostics)?;
    let expected = instance_replacement::expected_change(&request.planned_private);
    Some(ModifyReservationRequest {
        reservation_id: request.prior_state.get("id").as_str().map(ReservationId::from),
        tags: Some(planned.tags),
        security_group_ids: Some(planned.security_group_ids),
        accept_shortfall: Some(planned.accept_shortfall),
        replace_lost: Some(planned.replace_lost),
        wait_for_running: Some(planned.wait_for_running),
        configuration: Some(document::write(&schema::schema(), &request.planned_state)),
        replace_lost_now: expected.is_some(),
        expected,
        known_lost: Some(instance_replacement::lost_ids(&request.prior_state)),
    })
}

/// The request that a planned state makes. Values that the cloud chooses, that the plan derives or that no plan has are as
/// configured.
fn planned_request(
    planned: &Value,
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<RunInstancesRequest> {
    let mut known = planned.clone();
    for name in CHOSEN_BY_THE_CLOUD.into_iter().chain(["user_data_wo"]) {
        known.set(name, config.get(name).clone());
    }
    let request = arguments::request(&known);
    let request = request.map_err(|error| diagnostic::conversion_error(error, diagnostics)).ok()?;
    Some(RunInstancesRequest { accept_shortfall: configured.accepts_shortfall(planned, diagnostics)?, ..request })
}

/// Reports the warnings of a launch, and what is missing if it stayed below its maximum.
fn launch_warnings(reservation: &Reservation, diagnostics: &mut Diagnostics) {
    let id = reservation.reservation_id.as_str();
    // The error is reported below, together with its code.
    let refusal = reservation.error_message.as_ref();
    let others = reservation.warnings.iter().filter(|text| refusal.is_none_or(|message| *text != message));
    diagnostic::warnings("Run Instances", id, others, diagnostics);
    if let Some((summary, text)) = shortfall(reservation, was_or_were) {
        diagnostic::warnings(summary, id, [&text], diagnostics);
    }
}

/// What is missing of a launch below its maximum, and why. `verb` is what such a number of instances was or would be.
fn shortfall(reservation: &Reservation, verb: impl Fn(u32) -> &'static str) -> Option<(&'static str, String)> {
    if let Some((code, message)) = reservation.error_code.as_deref().zip(reservation.error_message.as_deref()) {
        let text = format!(
            "nothing {} launched, which on_shortfall = \"accept\" takes as a result. {code}: {message}",
            verb(1)
        );
        return Some(("Nothing Launched", text));
    }
    let why = reservation.shortfall_reason.as_deref()?;
    let launched = reservation.launched_count;
    let most: u64 = reservation.request.images.iter().map(|image| u64::from(image.max_count)).sum();
    let text = format!("{launched} of up to {} {} launched: {why}", counted(most, "instance"), verb(launched));
    Some(("Fewer Instances Than The Maximum", text))
}

/// The document that a creation stores for a planned state. A derived token is not an argument, and what the cloud chooses
/// is known of a replaced reservation alone.
fn as_configured(planned: &Value, config: &Value) -> String {
    let mut arguments = planned.clone();
    for name in CHOSEN_BY_THE_CLOUD {
        arguments.set(name, config.get(name).clone());
    }
    document::write(&schema::schema(), &arguments)
}
