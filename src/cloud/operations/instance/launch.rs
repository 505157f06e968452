//! Launching one instance, and the forecast of it (O1).

use super::capacity::{AddressNeed, check_room};
use super::describe::describe;
use super::launch_target::{check_price, check_request, launch_target};
use super::template::with_template;
use crate::base::Decimal;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ActivityKind, LaunchInstanceRequest, Power, SingleInstance};
use crate::cloud::operations::network_interface::{attach_launch_interfaces, check_launch_interfaces};
use crate::cloud::operations::reservation::request::LaunchTarget;
use crate::cloud::world::{
    Addressing, BatchSpec, Fleet, FleetRequest, NewCall, Outcome, TokenUse, World, fingerprint, identify,
    write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::RunInstances;

impl SimCloud {
    /// Launches an instance, or nothing, in one transaction (O1).
    pub fn launch_instance(&self, request: &LaunchInstanceRequest) -> Result<SingleInstance> {
        self.write(OPERATION, |world| launch(world, request))
    }

    /// Whether `count` instances of the request could be launched now. Nothing is written, not even to a copy: a plan of a
    /// thousand instances asks a thousand times.
    ///
    /// # Errors
    /// What the launch would refuse.
    pub fn check_launch_instance(&self, request: &LaunchInstanceRequest, count: u32) -> Result<()> {
        self.read(None, |world| {
            let request = with_template(world, request)?;
            check_request(world, &request)?;
            let target = launch_target(world, &request)?;
            check_price(&request, &target)?;
            check_room(world, &request, &target, count, AddressNeed::New)?;
            check_launch_interfaces(world, &request, &target, count)
        })
    }
}

fn launch(world: &mut World, request: &LaunchInstanceRequest) -> Result<SingleInstance> {
    let parameters = fingerprint(&write_document(&api_parameters(request)));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(id) => {
            let fleet = world.repeated(&id, request)?;
            return describe(world, fleet);
        }
        TokenUse::New(call) => call,
    };
    let request = with_template(world, request)?;
    check_request(world, &request)?;
    let target = launch_target(world, &request)?;
    check_price(&request, &target)?;
    check_room(world, &request, &target, 1, AddressNeed::New)?;
    check_launch_interfaces(world, &request, &target, 1)?;
    if request.dry_run {
        return Err(dry_run_refusal(&target, 1));
    }
    let mut fleet = new_fleet(world, &request, &call)?;
    let id = world.launch_single(&fleet, &batch(&request, &target)?, &target.vswitch, request.private_ip)?;
    fleet.next_launch_index = 1;
    fleet.outcome.launched_count = 1;
    fleet.outcome.warnings = warnings(world, &request);
    world.save_new_fleet(&fleet, &call)?;
    world.record(
        ActivityKind::RunInstances,
        &fleet.id,
        "1 instance launched".to_owned(),
        std::slice::from_ref(&id),
        &[],
    )?;
    attach_launch_interfaces(world, &request, &target.vswitch, &id)?;
    if request.power == Power::Stopped {
        super::modify::stop(world, &fleet)?;
    }
    describe(world, fleet)
}

/// Parameters as the API has them: without the token and the caller's own document (W2).
fn api_parameters(request: &LaunchInstanceRequest) -> LaunchInstanceRequest {
    LaunchInstanceRequest { client_token: None, configuration: String::new(), ..request.clone() }
}

fn new_fleet(
    world: &mut World,
    request: &LaunchInstanceRequest,
    call: &NewCall,
) -> Result<Fleet<LaunchInstanceRequest>> {
    let outcome =
        Outcome { request_id: call.request_id(world), client_token: call.token.clone(), ..Outcome::default() };
    let ids = world.next_instance_ids(&call.id_series, LaunchInstanceRequest::ALPHABET, 1)?;
    world.new_fleet(ids.into_iter().map(|id| id.to_string()).collect(), request.clone(), call, outcome)
}

/// What a dry run is answered with if `count` instances would be launched.
pub(super) fn dry_run_refusal(target: &LaunchTarget, count: u32) -> CloudError {
    let number = if count == 1 { "a".to_owned() } else { count.to_string() };
    let message = format!(
        "{number} `{}` would be launched in `{}`; nothing was, because the request is a dry run",
        target.instance_type.name, target.zone.id
    );
    CloudError::of(Member::DryRun, codes::DRY_RUN_OPERATION, message)
}

/// What the instance is made from.
pub(super) fn batch(request: &LaunchInstanceRequest, target: &LaunchTarget) -> Result<BatchSpec> {
    let image_id = request.image_id.clone();
    let image_id = image_id.ok_or_else(|| CloudError::new(codes::MISSING_PARAMETER, "the request names no image"))?;
    Ok(BatchSpec {
        zone_id: target.zone.id.into(),
        instance_type: target.instance_type.name.into(),
        vcpus: target.instance_type.vcpus,
        billing: target.billing,
        vswitch_id: target.vswitch.vswitch_id.clone(),
        image_id,
        key_name: request.key_name.clone(),
        system_disk_category: target.system_disk.name().to_owned(),
        price_limit: request.spot_price_limit,
        hourly_price: target.hourly_price,
        weight: Decimal::ONE,
        addressing: addressing(request),
        stops_on_reclaim: request.stops_on_reclaim,
        starts_pending: false,
        is_protected: request.spot_duration != Some(0),
    })
}

/// Bandwidth to the internet comes with a public address.
fn addressing(request: &LaunchInstanceRequest) -> Addressing {
    match request.internet_max_bandwidth_out {
        None | Some(0) => Addressing::Private,
        Some(_) => Addressing::PrivateAndPublic,
    }
}

/// The public image of an instance that has neither a key pair nor a password cannot be logged in to (R22).
pub(super) fn warnings(world: &World, request: &LaunchInstanceRequest) -> Vec<String> {
    let Some(image_id) = &request.image_id else { return Vec::new() };
    let is_public = world.market.image(image_id.as_str()).is_some_and(|image| image.owner != "self");
    let lets_in = request.key_name.is_some() || request.password.is_some() || !is_public;
    let warning = || {
        format!("an instance of the public image `{image_id}` without a key pair and a password cannot be logged in to")
    };
    (!lets_in).then(warning).into_iter().collect()
}
