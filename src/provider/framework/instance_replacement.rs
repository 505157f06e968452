//! How lost instances and their replacements appear in a plan and in the state that follows (G10).

use std::collections::BTreeSet;

use super::advice::refusal_text;
use super::check::elements;
use super::context::ProviderContext;
use super::private_state::{FleetPlan, PrivateState};
use super::update_plan::mark_unknown;
use super::{diagnostic, planned_values};
use crate::base::collect::IntoOrdered;
use crate::base::{InstanceId, Seed};
use crate::cloud::CloudError;
use crate::cloud::model::{FleetId, InstanceListChange, InstanceState, PassResults, PlannedChange};
use crate::provider::framework::configured::Configured;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Diagnostics, Value};

/// The instances of a resource's prior state, and which attributes of them a replacement changes.
#[derive(Debug)]
pub(crate) struct InstanceList<'a> {
    pub prior: &'a [Value],
    /// The launch index of each prior element: after a scale-in they are no longer 0, 1, 2, ….
    pub positions: Vec<u32>,
    /// Attributes of an instance that its replacement has too, so that a plan knows them.
    pub known_of_replacement: &'a [&'a str],
    /// Root attributes, other than `instances` and `instance_ids`, that a replacement changes.
    pub changed: &'a [&'a str],
    /// The new arguments as a document where the plan changes capacity; empty where it only replaces lost instances.
    pub arguments: String,
}

/// The change that the cloud would make to a list of instances now, and which lost instances would stay lost.
#[derive(Debug)]
pub(crate) struct Forecast {
    pub change: InstanceListChange,
    /// A group's results where its capacity changes and nothing is launched or released.
    pub results: Option<PassResults>,
    pub warnings: Vec<String>,
}

impl Forecast {
    /// The cloud's forecast of a change with its warnings. If the cloud would refuse to replace the lost instances, they
    /// stay lost and the rest of the plan goes on.
    pub(crate) fn of(forecast: Result<(InstanceListChange, Vec<String>), CloudError>) -> Result<Self, CloudError> {
        match forecast {
            Ok((change, warnings)) => Ok(Self { change, results: None, warnings }),
            Err(CloudError::Service(refusal)) => {
                let warning = format!("lost instances stay lost: {} ({})", refusal_text(&refusal), refusal.code);
                Ok(Self { change: InstanceListChange::default(), results: None, warnings: vec![warning] })
            }
            Err(error) => Err(error),
        }
    }
}

impl InstanceList<'_> {
    /// Plans what the market can deliver now: exactly the elements that change become unknown, and the private state
    /// makes the apply do exactly this change.
    pub(crate) fn plan(&self, forecast: &Forecast, fingerprint: String, response: &mut PlanResponse) {
        let plan = FleetPlan {
            fingerprint,
            changes_capacity: !self.arguments.is_empty(),
            change: forecast.change.clone(),
            results: forecast.results.clone(),
        };
        let private = PrivateState { plan: Some(plan), ..PrivateState::read(&response.planned_private) };
        response.planned_private = private.write();
        if forecast.change.is_empty() {
            return;
        }
        let instances = self.instances_after(&forecast.change);
        response.planned_state.set("instance_ids", living_ids(&instances));
        response.planned_state.set("instances", instances);
        mark_unknown(self.changed, &mut response.planned_state);
    }

    /// Identifies a plan: a plan and its apply see the same instances under the same provider block.
    ///
    /// It is the digest of these texts, each with its length: `plan`, the provider block's market as JSON, the new arguments
    /// if the plan changes capacity, and then id and state of each instance of the prior state.
    fn plan_fingerprint(&self, configured: &Configured) -> String {
        let mut texts = vec!["plan", configured.market.as_str()];
        texts.extend((!self.arguments.is_empty()).then_some(self.arguments.as_str()));
        for element in self.prior {
            texts.extend(["instance_id", "state"].map(|name| element.get(name).as_str().unwrap_or_default()));
        }
        format!("{:016x}", Seed::new(0).derive(&texts).number())
    }

    /// Whether the instances of all these launch indexes are lost.
    fn has_lost(&self, indexes: &[u32]) -> bool {
        let lost = |index: &u32| {
            self.prior.iter().zip(&self.positions).any(|(element, position)| position == index && is_lost(element))
        };
        indexes.iter().all(lost)
    }

    /// The instances after a change: of a replacement only `known_of_replacement` is known, released instances are
    /// removed, and launched ones follow at the end.
    fn instances_after(&self, change: &InstanceListChange) -> Value {
        let kept = self.prior.iter().zip(&self.positions).filter(|(_, index)| !change.removed.contains(index)).map(
            |(element, index)| {
                if change.replaced.contains(index) { self.replacement(element) } else { element.clone() }
            },
        );
        let launched = (0..change.appended).map(|_| Value::Unknown);
        Value::List(kept.chain(launched).collect())
    }

    /// The element of a lost instance's replacement: only `known_of_replacement` is known.
    fn replacement(&self, lost: &Value) -> Value {
        let members = lost.as_map().into_iter().flatten();
        Value::object(members.map(|(name, value)| {
            let value = if self.known_of_replacement.contains(&name.as_str()) { value.clone() } else { Value::Unknown };
            (name.clone(), value)
        }))
    }
}

/// Whether a plan should replace lost instances; `None` while that is unknown. Units of lost instances may be missing
/// although the list shows none of them any more (`lacks_units`).
pub(crate) fn are_replacements_wanted(prior: &Value, planned: &Value, lacks_units: bool) -> Option<bool> {
    if !lacks_units && lost_ids(prior).is_empty() {
        return Some(false);
    }
    match planned.get("replace_lost_instances") {
        Value::Unknown if lost_ids(prior).is_empty() => Some(false),
        Value::Unknown => None,
        given => Some(given.as_bool().unwrap_or(true)),
    }
}

/// Ids of the lost instances of a state: a plan can show replacements of these.
pub(crate) fn lost_ids(state: &Value) -> BTreeSet<InstanceId> {
    let lost = elements(state, "instances").iter().filter(|element| is_lost(element));
    lost.filter_map(|element| element.get("instance_id").as_str()).map(InstanceId::from).into_set()
}

/// The change to plan: the forecast, or the change that an earlier plan showed.
///
/// Terraform plans once more before it applies, in another process, and applies nothing if that plan comes out empty. So
/// the second plan shows the change of the first one, even an empty one, if its fingerprint is the same, and if the market
/// no longer delivers that change, the apply fails (G10a). A client that keeps the private state of a plan hands it to the
/// second one. For every other client the first plan records its change in the world, where the second one, which does not
/// follow a read, finds it.
async fn planned_change(
    context: &ProviderContext,
    configured: &Configured,
    fleet: FleetId,
    listing: &InstanceList<'_>,
    forecast: Forecast,
    fingerprint: String,
    request: &PlanRequest,
) -> Result<Forecast, CloudError> {
    let shown = |change: InstanceListChange, results| Forecast { change, results, warnings: Vec::new() };
    if request.stores_planned_private {
        let earlier = PrivateState::read(&request.planned_private).plan;
        let earlier = earlier.filter(|plan| plan.fingerprint == fingerprint && listing.has_lost(&plan.change.replaced));
        return Ok(earlier.map_or(forecast, |plan| shown(plan.change, plan.results)));
    }
    if !context.take_read(id_of(&fleet)) {
        let planned = configured.cloud.planned_change(fleet.clone(), fingerprint.clone()).await?;
        if let Some(planned) = planned.filter(|planned| listing.has_lost(&planned.change.replaced)) {
            return Ok(shown(planned.change, planned.results));
        }
    }
    let planned = PlannedChange { change: forecast.change.clone(), results: forecast.results.clone() };
    configured.cloud.record_planned_change(fleet, fingerprint, planned).await?;
    Ok(forecast)
}

/// Plans the change that the market can deliver now: that of the forecast, or the one that an earlier plan showed, which
/// is returned. `None` after an error, which is reported.
pub(crate) async fn plan_change(
    context: &ProviderContext,
    configured: &Configured,
    fleet: FleetId,
    listing: &InstanceList<'_>,
    forecast: Forecast,
    request: &PlanRequest,
    response: &mut PlanResponse,
) -> Option<Forecast> {
    let fingerprint = listing.plan_fingerprint(configured);
    match planned_change(context, configured, fleet, listing, forecast, fingerprint.clone(), request).await {
        Ok(forecast) => {
            listing.plan(&forecast, fingerprint, response);
            Some(forecast)
        }
        Err(error) => {
            diagnostic::cloud_error("record the planned replacements", &error, &mut response.diagnostics);
            None
        }
    }
}

fn id_of(fleet: &FleetId) -> &str {
    match fleet {
        FleetId::Group(id) => id.as_str(),
        FleetId::Reservation(id) => id.as_str(),
        FleetId::ScalingGroup(id) => id.as_str(),
        FleetId::Instance(id) => id.as_str(),
    }
}

/// Removes the recorded changes after an apply could not make them, so that the next plan is a forecast again.
pub(crate) async fn forget_planned_changes(configured: &Configured, fleet: FleetId, diagnostics: &mut Diagnostics) {
    if let Err(error) = configured.cloud.clear_planned_changes(fleet).await {
        diagnostic::cloud_error("forget the planned replacements", &error, diagnostics);
    }
}

/// The change in the private state of a plan; `None` if the plan shows none.
pub(crate) fn expected_change(planned_private: &[u8]) -> Option<InstanceListChange> {
    let plan = PrivateState::read(planned_private).plan?;
    (plan.changes_capacity || !plan.change.is_empty()).then_some(plan.change)
}

/// The state to return from an apply: [`planned_values::merge_planned`], with the ids of the living instances of that
/// state.
///
/// An instance lost since the plan would otherwise shift the ids that the plan left unknown.
pub(crate) fn merge_planned_instances(planned: &Value, actual: Value) -> Value {
    let mut merged = planned_values::merge_planned(planned, actual);
    let living = living_ids(merged.get("instances"));
    merged.set("instance_ids", planned_values::merge_planned(planned.get("instance_ids"), living));
    merged
}

/// Ids of the living instances of a list; unknown for the instances that the apply launches.
pub(crate) fn living_ids(instances: &Value) -> Value {
    let elements = instances.as_list().unwrap_or_default();
    Value::List(
        elements.iter().filter(|element| !is_lost(element)).map(|element| element.get("instance_id").clone()).collect(),
    )
}

/// Whether an element of `instances` is a lost instance that has no replacement yet.
pub(crate) fn is_lost(element: &Value) -> bool {
    element.get("state").as_str() == Some(InstanceState::Terminated.name())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instance(id: &str, state: &str, zone: &str) -> Value {
        Value::object([("instance_id", id), ("state", state), ("zone_id", zone)])
    }

    fn response(planned: Value) -> PlanResponse {
        PlanResponse {
            planned_state: planned,
            planned_private: Vec::new(),
            planned_identity: None,
            requires_replace: Vec::new(),
            diagnostics: crate::tf::Diagnostics::new(),
        }
    }

    fn forecast(change: &InstanceListChange) -> Forecast {
        Forecast { change: change.clone(), results: None, warnings: Vec::new() }
    }

    #[test]
    fn exactly_the_lost_elements_become_unknown_and_keep_what_is_stable_g10() {
        let prior =
            [instance("i-1", "running", "a"), instance("i-2", "terminated", "a"), instance("i-3", "terminated", "a")];
        let listing = InstanceList {
            prior: &prior,
            positions: vec![0, 4, 7],
            known_of_replacement: &["zone_id"],
            changed: &["hourly_cost"],
            arguments: String::new(),
        };
        let change = InstanceListChange { replaced: vec![4], appended: 1, removed: Vec::new() };
        let mut planned = response(Value::object([("hourly_cost", Value::from(1))]));
        listing.plan(&forecast(&change), String::new(), &mut planned);

        let open =
            Value::object([("instance_id", Value::Unknown), ("state", Value::Unknown), ("zone_id", Value::from("a"))]);
        let expected = Value::List(vec![prior[0].clone(), open, prior[2].clone(), Value::Unknown]);
        assert_eq!(planned.planned_state.get("instances"), &expected);
        assert_eq!(
            planned.planned_state.get("instance_ids"),
            &Value::List(vec![Value::from("i-1"), Value::Unknown, Value::Unknown])
        );
        assert!(planned.planned_state.get("hourly_cost").is_unknown());
        assert_eq!(expected_change(&planned.planned_private), Some(change));
    }

    #[test]
    fn a_change_of_nothing_plans_nothing() {
        let prior = [instance("i-1", "terminated", "a")];
        let listing = InstanceList {
            prior: &prior,
            positions: vec![0],
            known_of_replacement: &[],
            changed: &["hourly_cost"],
            arguments: String::new(),
        };
        let mut planned = response(Value::object([("hourly_cost", 1)]));
        listing.plan(&forecast(&InstanceListChange::default()), String::new(), &mut planned);
        assert_eq!(planned.planned_state, Value::object([("hourly_cost", 1)]));
        assert_eq!(expected_change(&planned.planned_private), None);
    }

    #[test]
    fn an_instance_lost_since_the_plan_does_not_shift_the_ids_g10a() {
        let instances = |second: Value| Value::List(vec![instance("i-1", "running", "a"), second]);
        let planned = Value::object([
            ("instances", instances(Value::Unknown)),
            ("instance_ids", Value::List(vec![Value::from("i-1"), Value::Unknown])),
        ]);
        let actual = Value::object([(
            "instances",
            Value::List(vec![instance("i-1", "terminated", "a"), instance("i-9", "running", "a")]),
        )]);
        let expected = Value::object([
            ("instances", instances(instance("i-9", "running", "a"))),
            ("instance_ids", Value::list(["i-1", "i-9"])),
        ]);
        assert_eq!(merge_planned_instances(&planned, actual), expected);
    }
}
