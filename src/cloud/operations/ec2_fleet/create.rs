//! `CreateFleet` and `RequestSpotFleet`.

use super::super::group::first_pass_and_report;
use super::describe::describe;
use super::operation::operations;
use super::resolve::resolve;
use crate::base::uuid::name_based;
use crate::base::{Alphabet, GroupId};
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, CreateFleetRequest, Ec2Fleet, Ec2FleetKind, LaunchConfiguration,
};
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::step::Phase;
use crate::cloud::world::{Fleet, NewCall, Outcome, TokenUse, World, fingerprint, identify, write_document};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Makes a fleet and runs its first pass, all in one transaction. Too little capacity is no error: the fleet says
    /// what each pool gave, and why it gave no more (G25).
    pub fn create_fleet(&self, request: &CreateFleetRequest) -> Result<Ec2Fleet> {
        self.write(operations(request.kind).create, |world| create(world, request))
    }
}

fn create(world: &mut World, request: &CreateFleetRequest) -> Result<Ec2Fleet> {
    let parameters = fingerprint(&write_document(request));
    let call = match identify(world, operations(request.kind).create, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(fleet_id) => return repeated(world, &fleet_id),
        TokenUse::New(call) => call,
    };
    let mut group = resolve(world, request)?;
    let candidates = candidates(world, &group)?;
    let fleet_id = new_fleet_id(world, request.kind, &call)?;
    mark(&mut group, &fleet_id);
    let mut fleet = new_fleet(world, group, &call, &fleet_id)?;
    if fleet.phase == Phase::Active {
        first_pass_and_report(world, &mut fleet, &candidates)?;
    }
    world.save_new_fleet(&fleet, &call)?;
    describe(world, fleet)
}

fn repeated(world: &mut World, fleet_id: &str) -> Result<Ec2Fleet> {
    let fleet = world.fleet(fleet_id)?;
    describe(world, fleet.ok_or_else(|| super::describe::no_fleet(world, &fleet_id.into()))?)
}

/// `fleet-` or `sfr-` and a UUID, as EC2 writes it (W3).
pub(super) fn new_fleet_id(world: &mut World, kind: Ec2FleetKind, call: &NewCall) -> Result<GroupId> {
    let part = world.next_resource_id(&call.id_series, "", Alphabet::Hex17)?;
    let uuid = name_based(world.seed().digest(&["fleet id", &part])).to_lowercase();
    Ok(format!("{}{uuid}", kind.id_prefix()).into())
}

/// Writes the fleet's id where its passes and its instances find it.
pub(super) fn mark(group: &mut CreateAutoProvisioningGroupRequest, fleet_id: &GroupId) {
    let tag = Ec2FleetKind::of_id(fleet_id).instance_tag();
    let add_tag = |launch: &mut LaunchConfiguration| {
        launch.tags.insert(tag.to_owned(), fleet_id.to_string());
    };
    add_tag(&mut group.launch_configuration);
    if let Some(options) = &mut group.fleet {
        options.fleet_id = fleet_id.clone();
        options.further_launches.values_mut().for_each(add_tag);
    }
}

pub(super) fn new_fleet(
    world: &mut World,
    group: CreateAutoProvisioningGroupRequest,
    call: &NewCall,
    fleet_id: &GroupId,
) -> Result<Fleet<CreateAutoProvisioningGroupRequest>> {
    let outcome =
        Outcome { request_id: call.request_id(world), client_token: call.token.clone(), ..Outcome::default() };
    let phase = Phase::at(world.now, group.valid_from, group.valid_until);
    Ok(Fleet { phase, ..world.new_fleet(fleet_id.to_string(), group, call, outcome)? })
}
