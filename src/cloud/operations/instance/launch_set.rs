//! Launching several instances in one call, each of which is an instance by itself afterwards (O7).

use super::super::reservation::capacity::room;
use super::super::reservation::request::Place;
use super::capacity::{AddressNeed, check_room};
use super::launch::{batch, warnings};
use super::place::{check_price, check_request, place};
use super::records::{records, records_of};
use super::template::with_template;
use crate::base::wording::passive_sentence;
use crate::base::{Alphabet, InstanceId, ReservationId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, AddressingType, InstanceRecords, LaunchInstanceRequest, LaunchInstancesRequest, LaunchPlace,
};
use crate::cloud::world::{NewCall, Outcome, TokenUse, World, fingerprint, identify, write_document};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::RunInstances;

impl SimCloud {
    /// Launches as many instances as fit, at least the minimum and at most the maximum, or nothing (O7).
    pub fn launch_instances(&self, request: &LaunchInstancesRequest) -> Result<InstanceRecords> {
        self.write(OPERATION, |world| launch(world, request))
    }
}

fn launch(world: &mut World, request: &LaunchInstancesRequest) -> Result<InstanceRecords> {
    check_counts(request)?;
    let parameters = fingerprint(&write_document(&api_parameters(request)));
    let token = request.instance.client_token.as_deref();
    let call = match identify(world, OPERATION, token, parameters.clone())? {
        TokenUse::New(call) => call,
        TokenUse::Repetition(id) => match repeated(world, &id)? {
            Some(reply) => return Ok(reply),
            None => match identify(world, OPERATION, token, parameters)? {
                TokenUse::New(call) => call,
                TokenUse::Repetition(_) => return records(world, &[].into()),
            },
        },
    };
    let instance = with_template(world, &request.instance)?;
    check_request(world, &instance)?;
    let place = place(world, &instance)?;
    check_price(&instance, &place)?;
    check_room(world, &instance, &place, request.min_count, AddressNeed::New)?;
    let count = room(world, &place, AddressingType::Public)?.instances.min(request.max_count);
    if instance.private_ip.is_some() && count > 1 {
        let message = format!("a private address was given for {count} instances; one instance can have it");
        return Err(CloudError::of(Member::PrivateIpAddress, codes::INVALID_PARAMETER, message));
    }
    let ids = launch_each(world, &instance, &place, &call, count)?;
    records(world, &ids.into_iter().collect())
}

fn check_counts(request: &LaunchInstancesRequest) -> Result<()> {
    let (min, max) = (request.min_count, request.max_count);
    if (1..=max).contains(&min) {
        return Ok(());
    }
    let message = format!("{min} to {max} instances are asked for; the minimum is at least 1 and at most the maximum");
    Err(CloudError::of(Member::MinCount, codes::INVALID_PARAMETER_VALUE, message))
}

/// Parameters as the API has them: without the token and the caller's own document (W2).
fn api_parameters(request: &LaunchInstancesRequest) -> LaunchInstancesRequest {
    let instance =
        LaunchInstanceRequest { client_token: None, configuration: String::new(), ..request.instance.clone() };
    LaunchInstancesRequest { instance, ..request.clone() }
}

/// What the first call with the token launched, as far as it exists. `None` once nothing of it is described any more: the
/// token is free again.
///
/// # Errors
/// All that it launched has ended.
fn repeated(world: &mut World, reservation_id: &str) -> Result<Option<InstanceRecords>> {
    let reservation_id = ReservationId::from(reservation_id);
    let found = records_of(world, &reservation_id)?;
    if found.records.is_empty() {
        world.release_token(reservation_id.as_str())?;
        return Ok(None);
    }
    if found.records.iter().all(|record| record.end.is_some()) {
        let message = format!("the instances of `{reservation_id}`, which the client token launched, have ended");
        return Err(CloudError::of(Member::ClientToken, codes::IDEMPOTENT_INSTANCE_TERMINATED, message));
    }
    Ok(Some(found))
}

/// Each is a fleet of its own; they have one reservation, and their ids follow each other.
fn launch_each(
    world: &mut World,
    request: &LaunchInstanceRequest,
    place: &Place,
    call: &NewCall,
    count: u32,
) -> Result<Vec<InstanceId>> {
    let reservation_id = world.next_resource_id(&call.id_series, ReservationId::PREFIX, Alphabet::Hex17)?;
    let ids = world.next_instance_ids(&call.id_series, Alphabet::Hex17, count)?;
    let warnings = warnings(world, request);
    let outcome = Outcome {
        request_id: call.request_id(world),
        client_token: call.token.clone(),
        launched_count: 1,
        warnings,
        ..Outcome::default()
    };
    let batch = batch(request, place)?;
    for (launch_index, id) in (0..).zip(&ids) {
        let launch = Some(LaunchPlace { reservation_id: reservation_id.as_str().into(), launch_index });
        let request = LaunchInstanceRequest { launch, ..request.clone() };
        let mut fleet = world.new_fleet(id.to_string(), request, call, outcome.clone())?;
        world.launch_single(&fleet, &batch, &place.vswitch, fleet.request.private_ip)?;
        fleet.next_launch_index = 1;
        world.save_fleet(&fleet)?;
        world.mark_clean(&fleet.id);
    }
    world.save_token(call, &reservation_id)?;
    world.record(
        ActivityKind::RunInstances,
        &reservation_id,
        passive_sentence(ids.len(), "instance", "launched"),
        &ids,
        &[],
    )?;
    Ok(ids)
}
