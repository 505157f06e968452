//! Client tokens of a configuration: two addresses never stand for one object (W2).
//!
//! A repetition with a token returns what the token made. That is right where a reply was lost, and wrong where a state
//! holds the object already: with `create_before_destroy` the "new" object would be the one that is destroyed next.

use super::check::text;
use super::configured::Configured;
use super::context::{PlannedToken, ProviderContext};
use super::diagnostic;
use crate::cloud::model::FleetId;
use crate::tf::{Diagnostics, Path, Value};

/// Records the token of an object that a state holds, as it was read or as its update is planned.
pub(crate) async fn record_held(
    context: &ProviderContext,
    configured: &Configured,
    fleet: FleetId,
    state: &Value,
    diagnostics: &mut Diagnostics,
) {
    let Some(token) = text(state, "client_token") else { return };
    if context.record_held_token(&key(kind(&fleet), token), fleet.clone()) {
        hold(configured, fleet, diagnostics).await;
    }
}

/// Checks the token of an object that a plan creates. `kind` is the noun for such objects.
pub(crate) async fn check_planned(
    context: &ProviderContext,
    configured: &Configured,
    kind: &'static str,
    config: &Value,
    diagnostics: &mut Diagnostics,
) {
    let Some(token) = text(config, "client_token") else { return };
    let path = Path::root("client_token");
    match context.record_planned_token(&key(kind, token)) {
        PlannedToken::New => {}
        PlannedToken::PlannedTwice => diagnostics.error_at(
            path,
            "Client Token Used Twice",
            format!(
                "Two {kind}s of this configuration have client_token {token:?}. The second would be a repetition of the \
                 first and stand for the same object. Give each its own token, or none."
            ),
        ),
        PlannedToken::Held(fleet) => {
            diagnostics.warning_at(
                path,
                IN_USE,
                format!(
                    "client_token {token:?} made {}, which the state holds. A new {kind} with this token is possible once \
                     that is destroyed; with create_before_destroy, or as a second resource, the apply refuses it. Change \
                     the token with every replacement, or leave it out.",
                    id(&fleet)
                ),
            );
            hold(configured, fleet, diagnostics).await;
        }
    }
}

/// Warns that the object that replaces another has the same token. Terraform drops the warnings of the creation that it
/// plans next, and does not say in which order it will create and destroy.
pub(crate) fn check_replacement(kind: &'static str, prior: &Value, config: &Value, diagnostics: &mut Diagnostics) {
    let Some(token) = text(config, "client_token").filter(|token| text(prior, "client_token") == Some(token)) else {
        return;
    };
    let detail = format!(
        "client_token {token:?} made {}, which is to be replaced. The new {kind} can have this token once that is \
         destroyed; with create_before_destroy the apply refuses it. Change the token with every replacement, or leave it \
         out.",
        text(prior, "id").unwrap_or_default()
    );
    diagnostics.warning_at(Path::root("client_token"), IN_USE, detail);
}

const IN_USE: &str = "Client Token In Use";

/// The noun for a group in [`check_planned`].
pub(crate) const GROUP_NOUN: &str = "auto provisioning group";
/// The noun for a reservation in [`check_planned`].
pub(crate) const RESERVATION_NOUN: &str = "reservation";
const INSTANCE_NOUN: &str = "instance";

const fn kind(fleet: &FleetId) -> &'static str {
    match fleet {
        FleetId::Group(_) => GROUP_NOUN,
        FleetId::Reservation(_) => RESERVATION_NOUN,
        FleetId::ScalingGroup(_) => "scaling group",
        FleetId::Instance(_) => INSTANCE_NOUN,
    }
}

fn id(fleet: &FleetId) -> &str {
    match fleet {
        FleetId::Group(id) => id.as_str(),
        FleetId::Reservation(id) => id.as_str(),
        FleetId::ScalingGroup(id) => id.as_str(),
        FleetId::Instance(id) => id.as_str(),
    }
}

fn key(kind: &str, token: &str) -> String {
    format!("{kind} {token}")
}

async fn hold(configured: &Configured, fleet: FleetId, diagnostics: &mut Diagnostics) {
    if let Err(error) = configured.cloud.record_held_fleet(fleet).await {
        diagnostic::cloud_error("record who holds the client token", &error, diagnostics);
    }
}
