//! `CreateAutoProvisioningGroup`, and the forecast of it.

use super::candidate::{Candidate, candidates};
use super::change::launch;
use super::cost::optimal_hourly_cost;
use super::describe::describe;
use super::plan::{Pass, plan};
use super::request::check_request;
use super::rows::{reasons, rows, rows_below_minimum};
use super::template::with_launch_template;
use crate::base::Decimal;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, ServiceError, codes};
use crate::cloud::model::{AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, GroupType, LaunchResult};
use crate::cloud::world::{
    Alphabet, Ending, Facts, Identity, NewCall, Owner, Phase, World, fingerprint, identify, write_document,
};
use crate::market::Limits;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: &str = "CreateAutoProvisioningGroup";

impl SimCloud {
    /// Makes a group and runs its first pass, all in one transaction.
    pub fn create_auto_provisioning_group(
        &self,
        request: &CreateAutoProvisioningGroupRequest,
    ) -> Result<AutoProvisioningGroup> {
        self.write(OPERATION, |world| create(world, request))
    }

    /// What a create would make now; what a group of the same name holds counts as free.
    pub fn forecast_create_auto_provisioning_group(
        &self,
        request: &CreateAutoProvisioningGroupRequest,
    ) -> Result<AutoProvisioningGroup> {
        self.forecast(|world| {
            if let Some(name) = &request.name {
                release_groups_named(world, name)?;
            }
            create(world, &CreateAutoProvisioningGroupRequest { client_token: None, ..request.clone() })
        })
    }
}

fn create(world: &mut World, request: &CreateAutoProvisioningGroupRequest) -> Result<AutoProvisioningGroup> {
    let parameters = fingerprint(&write_document(&api_parameters(request)));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        Identity::Known(group_id) => {
            let owner = world.owner(&group_id)?;
            let owner = owner.unwrap_or_else(|| panic!("`{group_id}` is gone and its token is not"));
            let warnings = owner.facts.warnings.clone();
            return Ok(AutoProvisioningGroup { warnings, ..describe(world, owner)? });
        }
        Identity::New(call) => call,
    };
    let (request, template_instance_type) = with_launch_template(world, request)?;
    let request = &request;
    check_request(world, request)?;
    let candidates = candidates(world, request)?;
    let mut owner = new_owner(world, request, &call)?;
    owner.facts.template_instance_type = template_instance_type;
    match owner.phase {
        Phase::Active => owner.facts.warnings = first_pass(world, &mut owner, &candidates)?.into_iter().collect(),
        Phase::Submitted => owner.facts.warnings.push(format!(
            "the window of `{}` has not begun: nothing is launched before {}",
            owner.id,
            text(request.valid_from)
        )),
        Phase::Expired | Phase::Left => owner.facts.warnings.push(format!(
            "the window of `{}` was over at {}: nothing is launched",
            owner.id,
            text(request.valid_until)
        )),
    }
    world.keep_new_owner(&owner, &call)?;
    let warnings = owner.facts.warnings.clone();
    Ok(AutoProvisioningGroup { warnings, ..describe(world, owner)? })
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

fn new_owner(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    call: &NewCall,
) -> Result<Owner<CreateAutoProvisioningGroupRequest>> {
    let phase = if request.valid_until.is_some_and(|until| until <= world.now) {
        Phase::Expired
    } else if request.valid_from.is_some_and(|from| from > world.now) {
        Phase::Submitted
    } else {
        Phase::Active
    };
    let facts = Facts { request_id: call.request_id(world), client_token: call.token.clone(), ..Facts::default() };
    Ok(Owner {
        id: world.next_owner_id(&call.series, "apg-", Alphabet::Base36)?,
        region: world.region.clone(),
        sequence: world.next_owner_sequence()?,
        phase,
        create_time: world.now,
        next_launch_index: 0,
        series: call.series.clone(),
        request: request.clone(),
        facts,
    })
}

/// Plans, checks limits and minimum, launches; returns what the caller should know about a shortage.
fn first_pass(
    world: &mut World,
    owner: &mut Owner<CreateAutoProvisioningGroupRequest>,
    candidates: &[Candidate],
) -> Result<Option<String>> {
    let request = owner.request.clone();
    let passes = plan(world, &request, candidates, |billing| Decimal::from(request.capacity.target(billing)))?;
    check_limits(world, &request, &passes, Delivered::default())?;
    let units: Decimal = passes.iter().map(Pass::units).sum();
    let minimum = request.min_target_capacity.filter(|_| request.group_type == GroupType::Instant);
    if let Some(minimum) = minimum.filter(|minimum| units < Decimal::from(*minimum)) {
        let error = below_minimum(minimum, units, &passes);
        if !request.accept_shortfall {
            return Err(CloudError::Service(Box::new(error)));
        }
        owner.facts.error_code = Some(error.code.to_string());
        owner.facts.error_message = Some(error.message.clone());
        owner.facts.launch_results = error.launch_results;
        world.record(OPERATION, &owner.id, error.message.clone(), &[], &[])?;
        return Ok(Some(error.message));
    }
    let launched = launch(world, owner, &passes)?;
    owner.facts.launch_results = rows(&passes, &launched.ids);
    owner.facts.launched_count = launched.change.appended;
    owner.facts.optimal_hourly_cost = optimal_hourly_cost(world, &owner.id, &request, candidates, &passes)?;
    let detail = format!("{} instances were launched, {} units", launched.change.appended, units.normalize());
    world.record(OPERATION, &owner.id, detail, &launched.all_ids(), &[])?;
    Ok(missing(&owner.id, &passes, &owner.facts.launch_results))
}

/// What the living instances of a group already amount to.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Delivered {
    pub(super) units: Decimal,
    pub(super) instances: u64,
    pub(super) vcpus: u64,
}

/// L1, L2: the allocation, with what already lives, must stay within the limits.
pub(super) fn check_limits(
    world: &World,
    request: &CreateAutoProvisioningGroupRequest,
    passes: &[Pass],
    living: Delivered,
) -> Result<()> {
    let limits = Limits::of(world.market.scenario());
    let instances = living.instances + passes.iter().map(Pass::instances).sum::<u64>();
    let vcpus = living.vcpus + passes.iter().map(Pass::vcpus).sum::<u64>();
    let units = living.units + passes.iter().map(Pass::units).sum::<Decimal>();
    let refuse = |what: String| {
        let message = format!("the group would hold {what}; nothing was launched");
        Err(CloudError::of("total_target_capacity", codes::TARGET_CAPACITY_EXCEED, message))
    };
    if instances > limits.group_instances {
        return refuse(format!("{instances} instances, and the limit `group_instances` is {}", limits.group_instances));
    }
    if vcpus > limits.group_vcpus {
        return refuse(format!("{vcpus} vCPUs, and the limit `group_vcpus` is {}", limits.group_vcpus));
    }
    let weighted = request.configs.iter().any(|config| config.weighted_capacity.is_some());
    if weighted && units > Decimal::from(limits.group_units) {
        return refuse(format!("{} units, and the limit `group_units` is {}", units.normalize(), limits.group_units));
    }
    Ok(())
}

/// What short passes lack, and why; `None` if nothing is missing.
pub(super) fn missing(group_id: &str, passes: &[Pass], rows: &[LaunchResult]) -> Option<String> {
    let short: Vec<String> = passes
        .iter()
        .filter(|pass| pass.units() < pass.target)
        .map(|pass| {
            let lacks = (pass.target - pass.units()).normalize();
            format!("{lacks} of {} units of {:?}", pass.target.normalize(), pass.billing)
        })
        .collect();
    (!short.is_empty()).then(|| format!("`{group_id}` lacks {}: {}", short.join(" and "), reasons(rows)))
}

fn below_minimum(minimum: u32, units: Decimal, passes: &[Pass]) -> ServiceError {
    let rows = rows_below_minimum(passes);
    let first = rows.iter().find_map(|row| row.error_code.as_deref());
    let code = match first {
        Some(codes::NO_INSTANCE_STOCK) | None => codes::OPERATION_DENIED_NO_STOCK.to_owned(),
        Some(code) => code.to_owned(),
    };
    let message = format!(
        "{} units can be delivered, the minimum is {minimum}: nothing was created; {}",
        units.normalize(),
        reasons(&rows)
    );
    ServiceError { code: code.into(), message, parameter: Some("min_target_capacity"), launch_results: rows }
}

fn release_groups_named(world: &mut World, name: &str) -> Result<()> {
    for owner in world.owners_named::<CreateAutoProvisioningGroupRequest>(name)? {
        for batch in world.batches_of(&owner.id)? {
            let instances = world.instances_of(batch.id)?;
            world.end(&batch, &instances, Ending::Released)?;
        }
    }
    Ok(())
}

fn text(time: Option<crate::base::Time>) -> String {
    time.map(|time| time.to_string()).unwrap_or_default()
}
