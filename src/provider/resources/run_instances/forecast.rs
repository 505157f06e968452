//! Warns in a plan of what the market would not give at that moment.

use super::{as_configured, planned_request, shortfall};
use crate::base::ReservationId;
use crate::cloud::codes;
use crate::provider::block::Configured;
use crate::provider::framework::check::text;
use crate::provider::framework::context::{ProviderContext, ReplacedObject};
use crate::provider::framework::diagnostic::CAPACITY_MISSING;
use crate::tf::Path;
use crate::tf::provider::{PlanRequest, PlanResponse};

/// Codes of refusals that may be gone by the apply.
const TRANSIENT_CODES: [&str; 4] = [
    codes::INSUFFICIENT_INSTANCE_CAPACITY,
    codes::INSUFFICIENT_FREE_ADDRESSES,
    codes::VCPU_LIMIT_EXCEEDED,
    codes::SPOT_MAX_PRICE_TOO_LOW,
];

/// Warns when a new reservation would get less than it may. A reservation with the same arguments that is replaced still
/// holds what the new one needs; its replacement has warned already.
pub(super) async fn creation(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    let arguments = as_configured(&response.planned_state, &request.config);
    if context.take_arguments(&arguments) == ReplacedObject::None {
        warn(configured, None, request, response).await;
    }
}

/// Warns of what a replacement would not get once the instances of the old reservation are gone. Of `create_before_destroy`
/// the provider knows nothing: then the old instances still hold their stock.
pub(super) async fn replacement(
    context: &ProviderContext,
    configured: &Configured,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    context.record_arguments(as_configured(&response.planned_state, &request.config), None);
    let replaced = text(&request.prior_state, "id").map(ReservationId::from);
    warn(configured, replaced, request, response).await;
}

/// It does not warn when it cannot know: while part of the configuration is unknown, or when the cloud would refuse for a
/// reason that the apply may find gone.
async fn warn(
    configured: &Configured,
    replaced: Option<ReservationId>,
    request: &PlanRequest,
    response: &mut PlanResponse,
) {
    if !request.config.is_wholly_known() {
        return;
    }
    let diagnostics = &mut response.diagnostics;
    let Some(launch) = planned_request(&response.planned_state, &request.config, configured, diagnostics) else {
        return;
    };
    let cloud = &configured.cloud;
    let forecast = match replaced {
        Some(replaced) => cloud.forecast_replace_reservation(launch, replaced).await,
        None => cloud.forecast_run_instances(launch).await,
    };
    let warning = match forecast {
        Ok(reservation) => shortfall(&reservation, |_| "would be"),
        Err(error) if error.code().is_some_and(|code| TRANSIENT_CODES.contains(&code)) => {
            Some((CAPACITY_MISSING, error.to_string()))
        }
        Err(_) => None,
    };
    if let Some((summary, why)) = warning {
        diagnostics.warning_at(Path::root("image"), summary, format!("As the market stands, {why}."));
    }
}
