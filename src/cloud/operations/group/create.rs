//! `CreateAutoProvisioningGroup`, and the forecast of it.

use super::describe::describe;
use super::launch_results::{rows, rows_below_minimum};
use super::request::check_request;
use super::shortfall::{ShortfallQuery, below_minimum, describe_shortfall};
use super::template::with_launch_template;
use crate::base::GroupId;
use crate::base::wording::{in_units, passive_sentence};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, ServiceError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ActivityKind, AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, Ec2FleetKind};
use crate::cloud::provisioning::candidate::{Candidate, candidates};
use crate::cloud::provisioning::cost::optimal_hourly_cost;
use crate::cloud::provisioning::first_pass::{FirstPass, FirstPassOutcome, first_pass};
use crate::cloud::provisioning::pass::PlannedPass;
use crate::cloud::step::{EndReason, Phase};
use crate::cloud::world::{
    Fleet, FleetRequest, NewCall, Outcome, TokenUse, World, fingerprint, identify, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

pub(super) const OPERATION: Operation = Operation::CreateAutoProvisioningGroup;

impl SimCloud {
    /// Makes a group and runs its first pass, all in one transaction.
    pub fn create_auto_provisioning_group(
        &self,
        request: &CreateAutoProvisioningGroupRequest,
    ) -> Result<AutoProvisioningGroup> {
        self.write(OPERATION, |world| create(world, request))
    }

    /// What a creation would make now. What a group with the same token holds counts as free, and so does what a group with
    /// the same name holds if that is to be replaced.
    pub fn forecast_create_auto_provisioning_group(
        &self,
        request: &CreateAutoProvisioningGroupRequest,
        replaces_namesake: bool,
    ) -> Result<AutoProvisioningGroup> {
        self.forecast(|world| {
            if replaces_namesake {
                release_namesakes(world, request)?;
            }
            if request.client_token.is_some()
                && let Ok(TokenUse::Repetition(group_id)) = known_by_token(world, request)
            {
                release(world, &group_id)?;
            }
            create(world, &CreateAutoProvisioningGroupRequest { client_token: None, ..request.clone() })
        })
    }

    /// What a creation would make if a group went first, with its instances if `ends_instances`.
    pub fn forecast_replace_auto_provisioning_group(
        &self,
        request: &CreateAutoProvisioningGroupRequest,
        replaced: &GroupId,
        ends_instances: bool,
    ) -> Result<AutoProvisioningGroup> {
        self.forecast(|world| {
            if ends_instances {
                release(world, replaced.as_str())?;
            }
            create(world, &CreateAutoProvisioningGroupRequest { client_token: None, ..request.clone() })
        })
    }
}

fn create(world: &mut World, request: &CreateAutoProvisioningGroupRequest) -> Result<AutoProvisioningGroup> {
    let call = match known_by_token(world, request)? {
        TokenUse::Repetition(group_id) => {
            let fleet = world.repeated(&group_id, request)?;
            let warnings = fleet.outcome.warnings.clone();
            return Ok(AutoProvisioningGroup { warnings, ..describe(world, fleet)? });
        }
        TokenUse::New(call) => call,
    };
    let (request, template_instance_type) = with_launch_template(world, request)?;
    let request = &request;
    check_request(world, request)?;
    let candidates = candidates(world, request)?;
    let mut fleet = new_fleet(world, request, &call)?;
    fleet.outcome.template_instance_type = template_instance_type;
    match fleet.phase {
        Phase::Active => {
            fleet.outcome.warnings = first_pass_and_report(world, &mut fleet, &candidates)?.into_iter().collect();
        }
        Phase::Submitted => fleet
            .outcome
            .warnings
            .push(format!("its window has not begun: nothing is launched before {}", text(request.valid_from))),
        Phase::Expired | Phase::Inactive | Phase::DeletedWithInstances => fleet
            .outcome
            .warnings
            .push(format!("its window was over at {}: nothing is launched", text(request.valid_until))),
    }
    world.save_new_fleet(&fleet, &call)?;
    let warnings = fleet.outcome.warnings.clone();
    Ok(AutoProvisioningGroup { warnings, ..describe(world, fleet)? })
}

pub(super) fn known_by_token(world: &mut World, request: &CreateAutoProvisioningGroupRequest) -> Result<TokenUse> {
    identify(world, OPERATION, request.client_token.as_deref(), parameters(request))
}

/// What tells equal requests from others (W2).
pub(super) fn parameters(request: &CreateAutoProvisioningGroupRequest) -> String {
    fingerprint(&write_document(&api_parameters(request)))
}

/// Parameters as the API has them: without the token, the caller's switches and the caller's own document (W2).
fn api_parameters(request: &CreateAutoProvisioningGroupRequest) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest {
        client_token: None,
        accept_shortfall: false,
        replace_lost: false,
        configuration: String::new(),
        ..request.clone()
    }
}

pub(super) fn new_fleet(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    call: &NewCall,
) -> Result<Fleet<CreateAutoProvisioningGroupRequest>> {
    let outcome =
        Outcome { request_id: call.request_id(world), client_token: call.token.clone(), ..Outcome::default() };
    let (prefix, alphabet) =
        (CreateAutoProvisioningGroupRequest::ID_PREFIX, CreateAutoProvisioningGroupRequest::ALPHABET);
    let id = world.next_resource_id(&call.id_series, prefix, alphabet)?;
    let phase = Phase::at(world.now, request.valid_from, request.valid_until);
    Ok(Fleet { phase, ..world.new_fleet(id, request.clone(), call, outcome)? })
}

/// Plans, checks limits and minimum, launches; returns what the caller should know about a shortage.
pub(in crate::cloud::operations) fn first_pass_and_report(
    world: &mut World,
    fleet: &mut Fleet<CreateAutoProvisioningGroupRequest>,
    candidates: &[Candidate],
) -> Result<Option<String>> {
    let request = fleet.request.clone();
    let FirstPass { passes, units, outcome } = first_pass(world, fleet.launcher(), &request, candidates)?;
    let launched = match outcome {
        FirstPassOutcome::Launched(launched) => launched,
        FirstPassOutcome::BelowMinimum(minimum) => {
            let query = ShortfallQuery { request: &request, candidates, passes: &passes, launched: false, held: None };
            let message = below_minimum(minimum, units, describe_shortfall(world, &query)?.as_deref());
            let error = refusal(message, &passes);
            if !request.accept_shortfall {
                return Err(CloudError::Service(Box::new(error)));
            }
            fleet.outcome.error_code = Some(error.code.to_string());
            fleet.outcome.error_message = Some(error.message.clone());
            fleet.outcome.launch_results = error.launch_results;
            world.record(activity(&request), &fleet.id, error.message.clone(), &[], &[])?;
            return Ok(Some(error.message));
        }
    };
    fleet.next_launch_index = launched.change.appended;
    fleet.outcome.launch_results = rows(&passes, &launched.ids);
    fleet.outcome.launched_count = launched.change.appended;
    fleet.optimal_hourly_cost = optimal_hourly_cost(world, &request, candidates, &[], &passes)?;
    let detail = format!("{}, {}", passive_sentence(launched.change.appended, "instance", "launched"), in_units(units));
    world.record(activity(&request), &fleet.id, detail, &launched.all_ids(), &[])?;
    describe_shortfall(
        world,
        &ShortfallQuery { request: &request, candidates, passes: &passes, launched: true, held: None },
    )
}

fn activity(request: &CreateAutoProvisioningGroupRequest) -> ActivityKind {
    match request.fleet.as_ref().map(|options| Ec2FleetKind::of_id(&options.fleet_id)) {
        None => ActivityKind::CreateAutoProvisioningGroup,
        Some(Ec2FleetKind::Ec2Fleet) => ActivityKind::CreateFleet,
        Some(Ec2FleetKind::SpotFleet) => ActivityKind::RequestSpotFleet,
    }
}

/// Named after the first pool that failed.
fn refusal(message: String, passes: &[PlannedPass]) -> ServiceError {
    let rows = rows_below_minimum(passes);
    let code = match rows.iter().find_map(|row| row.error_code.as_deref()) {
        Some(codes::NO_INSTANCE_STOCK) | None => codes::OPERATION_DENIED_NO_STOCK.to_owned(),
        Some(code) => code.to_owned(),
    };
    ServiceError { launch_results: rows, ..ServiceError::new(code, message).of(Member::MinTargetCapacity) }
}

/// Lets the instances of groups with the same name count as free.
pub(super) fn release_namesakes(world: &mut World, request: &CreateAutoProvisioningGroupRequest) -> Result<()> {
    if let Some(name) = &request.name {
        for fleet in world.fleets_named::<CreateAutoProvisioningGroupRequest>(name)? {
            release(world, &fleet.id)?;
        }
    }
    Ok(())
}

/// Lets the instances of a fleet count as free.
pub(in crate::cloud::operations) fn release(world: &mut World, fleet_id: &str) -> Result<()> {
    for batch in world.batches_of(fleet_id)? {
        let instances = world.instances_of(batch.id)?;
        world.end(&batch, &instances, EndReason::Released)?;
    }
    Ok(())
}

fn text(time: Option<crate::base::Time>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}
