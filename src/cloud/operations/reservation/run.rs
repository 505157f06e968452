//! `RunInstances`, and the forecast of it.

use super::capacity::room;
use super::describe::describe;
use super::release::release;
use super::request::{LaunchTarget, check_request, launch_target};
use crate::alloc::{MinMax, round_robin};
use crate::base::ReservationId;
use crate::base::wording::passive_sentence;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ActivityKind, AddressingType, Reservation, RunInstancesRequest};
use crate::cloud::world::{
    Fleet, FleetRequest, NewCall, Outcome, ReservationPlacement, TokenUse, World, fingerprint, identify, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::RunInstances;

impl SimCloud {
    /// Launches at least every image's minimum or nothing, all in one transaction (R2–R5).
    pub fn run_instances(&self, request: &RunInstancesRequest) -> Result<Reservation> {
        self.write(OPERATION, |world| run(world, request))
    }

    /// What a run would launch now.
    pub fn forecast_run_instances(&self, request: &RunInstancesRequest) -> Result<Reservation> {
        self.forecast(|world| run(world, &RunInstancesRequest { client_token: None, ..request.clone() }))
    }

    /// What a run would launch if a reservation went first, with its instances.
    pub fn forecast_replace_reservation(
        &self,
        request: &RunInstancesRequest,
        replaced: &ReservationId,
    ) -> Result<Reservation> {
        self.forecast(|world| {
            release(world, replaced)?;
            run(world, &RunInstancesRequest { client_token: None, ..request.clone() })
        })
    }
}

fn run(world: &mut World, request: &RunInstancesRequest) -> Result<Reservation> {
    let parameters = fingerprint(&write_document(&api_parameters(request)));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(reservation_id) => {
            let fleet = world.repeated(&reservation_id, request)?;
            let warnings = fleet.outcome.warnings.clone();
            return Ok(Reservation { warnings, ..describe(world, fleet)? });
        }
        TokenUse::New(call) => call,
    };
    check_request(world, request)?;
    let target = launch_target(world, request)?;
    let room = room(world, &target, request.addressing_type)?;
    let items: Vec<MinMax> =
        request.images.iter().map(|item| MinMax { min: item.min_count.into(), max: item.max_count.into() }).collect();
    let mut fleet = new_fleet(world, request, &call, &target)?;
    let counts = round_robin(&items, room.instances.into());
    let most = items.iter().map(|item| item.max).sum();
    room.log(&target, most, counts.iter().flatten().sum());
    if let Some(counts) = counts {
        launch(world, &mut fleet, &target, &counts)?;
        fleet.outcome.shortfall_reason = (counts.iter().sum::<u64>() < most).then(|| room.why_no_more(world, &target));
    } else {
        let asked = request.images.iter().map(|item| item.min_count).sum();
        let shortage = room.shortage(world, &target, asked)?;
        let Some(refusal) = shortage.service().filter(|_| request.accept_shortfall) else { return Err(shortage) };
        fleet.outcome.error_code = Some(refusal.code.to_string());
        fleet.outcome.error_message = Some(refusal.message.clone());
        world.record(ActivityKind::RunInstances, &fleet.id, refusal.message.clone(), &[], &[])?;
    }
    fleet.outcome.warnings = warnings(world, request, &fleet.outcome);
    world.save_new_fleet(&fleet, &call)?;
    let warnings = fleet.outcome.warnings.clone();
    Ok(Reservation { warnings, ..describe(world, fleet)? })
}

/// Parameters as the API has them: without the token, the caller's switches and the caller's own document (W2).
fn api_parameters(request: &RunInstancesRequest) -> RunInstancesRequest {
    RunInstancesRequest {
        client_token: None,
        wait_for_running: false,
        accept_shortfall: false,
        replace_lost: false,
        configuration: String::new(),
        ..request.clone()
    }
}

fn new_fleet(
    world: &mut World,
    request: &RunInstancesRequest,
    call: &NewCall,
    target: &LaunchTarget,
) -> Result<Fleet<RunInstancesRequest>> {
    let placement = ReservationPlacement {
        zone_id: target.zone.id.into(),
        vswitch_id: target.vswitch.vswitch_id.clone(),
        instance_type: target.instance_type.name.into(),
        system_disk_category: target.system_disk.name().to_owned(),
    };
    let outcome = Outcome {
        request_id: call.request_id(world),
        client_token: call.token.clone(),
        placement: Some(placement),
        ..Outcome::default()
    };
    let id = world.next_resource_id(&call.id_series, RunInstancesRequest::ID_PREFIX, RunInstancesRequest::ALPHABET)?;
    world.new_fleet(id, request.clone(), call, outcome)
}

/// Launch indexes run over the whole request, grouped by image in its order.
fn launch(
    world: &mut World,
    fleet: &mut Fleet<RunInstancesRequest>,
    target: &LaunchTarget,
    counts: &[u64],
) -> Result<()> {
    let request = fleet.request.clone();
    let mut all = Vec::new();
    for (item, count) in request.images.iter().zip(counts) {
        let first = fleet.next_launch_index;
        fleet.next_launch_index += u32::try_from(*count).unwrap_or(u32::MAX);
        let indexes: Vec<u32> = (first..fleet.next_launch_index).collect();
        let batch = target.batch(&request, &item.image_id, item.key_name.as_ref());
        all.extend(world.launch(fleet.launcher(), &batch, &indexes)?);
    }
    fleet.outcome.launched_count = fleet.next_launch_index;
    world.record(ActivityKind::RunInstances, &fleet.id, passive_sentence(all.len(), "instance", "launched"), &all, &[])
}

fn warnings(world: &World, request: &RunInstancesRequest, outcome: &Outcome) -> Vec<String> {
    let mut warnings: Vec<String> = outcome.error_message.iter().cloned().collect();
    if request.addressing_type == AddressingType::Direct {
        warnings.push(
            "`direct` addressing was for early customers in 2007; the instances have no private address".to_owned(),
        );
    }
    for item in request.images.iter().filter(|item| item.key_name.is_none()) {
        let public = world.market.image(item.image_id.as_str()).is_some_and(|image| image.owner != "self");
        if public {
            warnings.push(format!(
                "instances of the public image `{}` without a key pair cannot be logged in to",
                item.image_id
            ));
        }
    }
    warnings
}
