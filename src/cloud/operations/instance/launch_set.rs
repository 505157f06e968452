//! Launching several instances in one call, each of which is an instance by itself afterwards (O7).

use std::net::Ipv4Addr;

use super::super::reservation::request::LaunchTarget;
use super::capacity::{AddressNeed, check_room, room_for_launches};
use super::launch::{batch, dry_run_refusal, warnings};
use super::launch_target::{check_price, check_request, launch_target};
use super::records::{records, records_of};
use super::template::with_template;
use crate::base::wording::passive_sentence;
use crate::base::{Alphabet, InstanceId, ReservationId};
use crate::cloud::SimCloud;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ActivityKind, InstanceRecords, LaunchInstanceRequest, LaunchInstancesRequest, LaunchPlace};
use crate::cloud::operations::network_interface::{attach_launch_interfaces, check_launch_interfaces};
use crate::cloud::world::{
    FleetRequest, NewCall, Outcome, TokenUse, World, fingerprint, identify, numbered_name, write_document,
};
use crate::market::{Limit, Limits, Operation};

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::RunInstances;

/// A parameter without effect that numbers the instances of a launch as their name does.
const HOST_NAME: &str = "HostName";

impl SimCloud {
    /// Launches as many instances as fit, at least the minimum and at most the maximum, or nothing (O7).
    pub fn launch_instances(&self, request: &LaunchInstancesRequest) -> Result<InstanceRecords> {
        self.write(OPERATION, |world| launch(world, request))
    }
}

fn launch(world: &mut World, request: &LaunchInstancesRequest) -> Result<InstanceRecords> {
    check_counts(world, request)?;
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
    let target = launch_target(world, &instance)?;
    check_price(&instance, &target)?;
    check_room(world, &instance, &target, request.min_count, AddressNeed::New)?;
    let count = room_for_launches(world, &target)?.min(request.max_count);
    check_for_several(world, &instance, count)?;
    check_launch_interfaces(world, &instance, &target, count)?;
    if instance.dry_run {
        return Err(dry_run_refusal(&target, count));
    }
    let ids = launch_each(world, &instance, &target, &call, count)?;
    records(world, &ids.into_iter().collect())
}

fn check_counts(world: &World, request: &LaunchInstancesRequest) -> Result<()> {
    let (min, max) = (request.min_count, request.max_count);
    if !world.follows_ec2 {
        check_maximum(world, max)?;
    }
    if (1..=max).contains(&min) {
        return Ok(());
    }
    let message = format!("{min} to {max} instances are asked for; the minimum is at least 1 and at most the maximum");
    let code = if world.follows_ec2 { codes::INVALID_PARAMETER_VALUE } else { codes::INVALID_MIN_AMOUNT };
    Err(CloudError::of(Member::MinCount, code, message))
}

/// Alibaba's service limits the instances of one call.
fn check_maximum(world: &World, max: u32) -> Result<()> {
    let limit = Limits::of(world.market.scenario()).run_instances;
    if max == 0 {
        let message = "0 instances are asked for; the maximum is at least 1";
        return Err(CloudError::of(Member::MaxCount, codes::INVALID_MAX_AMOUNT, message));
    }
    if u64::from(max) <= limit {
        return Ok(());
    }
    let name = Limit::RunInstances.name();
    let message = format!("{max} instances are asked for, and the limit `{name}` of one call is {limit}");
    let refusal = CloudError::of(Member::MaxCount, codes::INVALID_MAX_AMOUNT, message);
    Err(refusal.advise(Advice::RaiseLimit(Limit::RunInstances)))
}

/// Refuses what only one instance can have.
fn check_for_several(world: &World, instance: &LaunchInstanceRequest, count: u32) -> Result<()> {
    let refuse = |member, message| Err(CloudError::of(member, codes::INVALID_PARAMETER, message));
    if count > 1 && world.follows_ec2 && instance.private_ip.is_some() {
        let message = format!("a private address was given for {count} instances; one instance can have it");
        return refuse(Member::PrivateIpAddress, message);
    }
    let named = instance.network_interfaces.iter().find_map(|interface| interface.network_interface_id.as_ref());
    match named {
        Some(id) if count > 1 => {
            let message = format!("the network interface `{id}` was given for {count} instances; one can have it");
            refuse(Member::NetworkInterfaces, message)
        }
        _ => Ok(()),
    }
}

/// Parameters as the API has them: without the token and the caller's own document (W2).
fn api_parameters(request: &LaunchInstancesRequest) -> LaunchInstancesRequest {
    let instance =
        LaunchInstanceRequest { client_token: None, configuration: String::new(), ..request.instance.clone() };
    LaunchInstancesRequest { instance, ..request.clone() }
}

/// What the first call with the token launched, as far as it exists. `None` once nothing of it is described any more: the
/// token is free again. Alibaba's service does not describe what has ended.
///
/// # Errors
/// All that it launched over EC2's API has ended.
fn repeated(world: &mut World, reservation_id: &str) -> Result<Option<InstanceRecords>> {
    let reservation_id = ReservationId::from(reservation_id);
    let found = records_of(world, &reservation_id)?;
    let has_ended = found.records.iter().all(|record| record.end.is_some());
    if found.records.is_empty() || has_ended && !world.follows_ec2 {
        world.release_token(reservation_id.as_str())?;
        return Ok(None);
    }
    if has_ended {
        let message = format!("the instances of `{reservation_id}`, which the client token launched, have ended");
        return Err(CloudError::of(Member::ClientToken, codes::IDEMPOTENT_INSTANCE_TERMINATED, message));
    }
    Ok(Some(found))
}

/// Each is a fleet of its own; they have one reservation, and their ids follow each other.
fn launch_each(
    world: &mut World,
    request: &LaunchInstanceRequest,
    target: &LaunchTarget,
    call: &NewCall,
    count: u32,
) -> Result<Vec<InstanceId>> {
    let reservation_id = world.next_resource_id(&call.id_series, ReservationId::PREFIX, Alphabet::Hex17)?;
    let alphabet = if world.follows_ec2 { Alphabet::Hex17 } else { LaunchInstanceRequest::ALPHABET };
    let ids = world.next_instance_ids(&call.id_series, alphabet, count)?;
    let warnings = warnings(world, request);
    let outcome = Outcome {
        request_id: call.request_id(world),
        client_token: call.token.clone(),
        launched_count: 1,
        warnings,
        ..Outcome::default()
    };
    let batch = batch(request, target)?;
    for (launch_index, id) in (0..).zip(&ids) {
        let launch = Some(LaunchPlace { reservation_id: reservation_id.as_str().into(), launch_index });
        let request = LaunchInstanceRequest { launch, ..numbered(request, launch_index) };
        let mut fleet = world.new_fleet(id.to_string(), request, call, outcome.clone())?;
        world.launch_single(&fleet, &batch, &target.vswitch, fleet.request.private_ip)?;
        fleet.next_launch_index = 1;
        world.save_fleet(&fleet)?;
        world.mark_clean(&fleet.id);
        attach_launch_interfaces(world, &fleet.request, &target.vswitch, id)?;
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

/// The request as it is for one of the instances: the index numbers their names, and their private addresses follow each
/// other.
fn numbered(request: &LaunchInstanceRequest, launch_index: u32) -> LaunchInstanceRequest {
    let mut numbered = request.clone();
    let of_host = numbered.without_effect.get_mut(HOST_NAME);
    for name in numbered.instance_name.iter_mut().chain(of_host) {
        *name = numbered_name(name, launch_index);
    }
    let address = |first: Ipv4Addr| Ipv4Addr::from(u32::from(first).saturating_add(launch_index));
    numbered.private_ip = request.private_ip.map(address);
    numbered
}
