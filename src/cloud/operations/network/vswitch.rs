//! `CreateVSwitch`, `ModifyVSwitchAttribute`, `DeleteVSwitch`, `DescribeVSwitches`.

use super::vpc::{blocks_of, ipv6_block_of, route_table_id};
use super::{block, has_tags, matches_filter, nat_gateway, refuse_default, set, set_text, snat_entry};
use crate::base::limits::VSWITCH_PREFIX_LENGTHS;
use crate::base::wording::counted;
use crate::base::{Alphabet, Cidr, Time, VSwitchId, VpcId};
use crate::cloud::SimCloud;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateVSwitchRequest, DescribeVSwitchesRequest, ModifyVSwitchAttributeRequest, VSwitch,
};
use crate::cloud::operations::check;
use crate::cloud::world::{
    RouteEntryDocument, Stored, TokenUse, VSwitch as LaunchVSwitch, VSwitchDocument, World, default_vswitches,
    fingerprint, identify, is_default_vswitch, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::CreateVSwitch;

impl SimCloud {
    pub fn create_vswitch(&self, request: &CreateVSwitchRequest) -> Result<VSwitch> {
        self.write(OPERATION, |world| create(world, request))
    }

    pub fn modify_vswitch_attribute(&self, request: &ModifyVSwitchAttributeRequest) -> Result<VSwitch> {
        self.write(Operation::ModifyVSwitchAttribute, |world| modify(world, request))
    }

    /// Refused while instances are in it, also those that a deleted group left running (W1).
    pub fn delete_vswitch(&self, vswitch_id: &VSwitchId) -> Result<()> {
        self.write(Operation::DeleteVSwitch, |world| delete(world, vswitch_id))
    }

    /// The default ones by zone, then by creation.
    pub fn describe_vswitches(&self, request: &DescribeVSwitchesRequest) -> Result<Vec<VSwitch>> {
        self.read(Operation::DescribeVSwitches, |world| {
            let mut found = Vec::new();
            for vswitch in default_vswitches(world) {
                found.push(describe(world, &vswitch, None)?);
            }
            for made in candidates(world, request)? {
                found.push(shown(world, made)?);
            }
            found.retain(|vswitch| matches(request, vswitch));
            Ok(found)
        })
    }
}

fn create(world: &mut World, request: &CreateVSwitchRequest) -> Result<VSwitch> {
    let parameters = fingerprint(&write_document(&CreateVSwitchRequest { client_token: None, ..request.clone() }));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(id) => return stored(world, &VSwitchId::from(id)).and_then(|stored| shown(world, stored)),
        TokenUse::New(call) => call,
    };
    let missing =
        |name| CloudError::of(name, codes::MISSING_PARAMETER, "a vSwitch needs a VPC, a zone and a block of addresses");
    let vpc_id = request.vpc_id.as_ref().ok_or_else(|| missing(Member::VpcId))?;
    let zone_id = request.zone_id.as_ref().ok_or_else(|| missing(Member::ZoneId))?;
    let cidr_block = request.cidr_block.as_ref().ok_or_else(|| missing(Member::CidrBlock))?;
    check::zone(world, zone_id)?;
    check_block(world, vpc_id, block(Member::CidrBlock, cidr_block, VSWITCH_PREFIX_LENGTHS)?)?;
    let id = world.next_resource_id(&call.id_series, VSwitchId::PREFIX, Alphabet::Base36)?;
    let document = VSwitchDocument { request: request.clone(), create_time: world.now };
    world.save_resource(&id, &document)?;
    world.save_token(&call, &id)?;
    world.record(ActivityKind::CreateVSwitch, &id, format!("`{cidr_block}` of `{vpc_id}` in `{zone_id}`"), &[], &[])?;
    shown(world, Stored { id, document })
}

fn modify(world: &mut World, request: &ModifyVSwitchAttributeRequest) -> Result<VSwitch> {
    let vswitch_id = request.vswitch_id.as_ref();
    let vswitch_id = vswitch_id
        .ok_or_else(|| CloudError::of(Member::VSwitchId, codes::MISSING_PARAMETER, "the request names no vSwitch"))?;
    let mut vswitch = stored(world, vswitch_id)?;
    let own = &mut vswitch.document.request;
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set(&mut own.ipv6_number, request.ipv6_number.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    world.save_resource(&vswitch.id, &vswitch.document)?;
    shown(world, vswitch)
}

fn delete(world: &mut World, vswitch_id: &VSwitchId) -> Result<()> {
    let vswitch = stored(world, vswitch_id)?;
    let instances = world.instances_in_vswitch(&vswitch.id)?;
    if instances > 0 {
        let message = format!("`{vswitch_id}` still has {}", counted(instances, "instance"));
        let refusal = CloudError::new(codes::DEPENDENCY_VIOLATION_INSTANCE, message);
        return Err(refusal.advise(Advice::DeleteGroupWithInstances));
    }
    let vpc_id = LaunchVSwitch::made(&vswitch.id, &vswitch.document).vpc_id;
    let gateways = nat_gateway::in_vswitch(world, vpc_id.as_str(), vswitch_id)?;
    let entries = snat_entry::of_vswitch(world, vpc_id.as_str(), vswitch_id)?;
    let interfaces = world.network_interfaces_in_vswitch(&vswitch.id)?;
    for (kind, code, inside) in [
        ("network interfaces", codes::DEPENDENCY_VIOLATION_NETWORK_INTERFACE, interfaces),
        ("NAT gateways", codes::DEPENDENCY_VIOLATION_ENHANCED_NATGW, gateways),
        ("SNAT entries", codes::DEPENDENCY_VIOLATION_SNAT_ENTRY, entries),
    ] {
        if !inside.is_empty() {
            let message = format!("`{vswitch_id}` still has the {kind} {}; delete them first", check::list(&inside));
            return Err(CloudError::new(code, message));
        }
    }
    world.remove_resource(&vswitch.id)?;
    world.delete_address_use(&vswitch.id)?;
    world.record(ActivityKind::DeleteVSwitch, &vswitch.id, String::new(), &[], &[])?;
    Ok(())
}

/// A vSwitch of this region that was made; the default ones cannot be changed.
fn stored(world: &mut World, vswitch_id: &VSwitchId) -> Result<Stored<VSwitchDocument>> {
    if is_default_vswitch(world, vswitch_id) {
        return Err(refuse_default(world, "vSwitch of a zone", vswitch_id.as_str()));
    }
    world.resource(vswitch_id.as_str())?.ok_or_else(|| {
        let message = format!("there is no vSwitch `{vswitch_id}` in `{}`", world.region);
        CloudError::of(Member::VSwitchId, codes::INVALID_VSWITCH_NOT_FOUND, message)
    })
}

fn shown(world: &mut World, Stored { id, document }: Stored<VSwitchDocument>) -> Result<VSwitch> {
    let vswitch = LaunchVSwitch::made(&id, &document);
    describe(world, &vswitch, Some(document))
}

/// The narrowest listing that holds every made vSwitch asked for.
fn candidates(world: &mut World, request: &DescribeVSwitchesRequest) -> Result<Vec<Stored<VSwitchDocument>>> {
    match (&request.vswitch_ids, &request.vpc_id) {
        (Some(ids), _) => {
            let found: Result<Vec<_>> = ids.iter().map(|id| world.resource(id.as_str())).collect();
            Ok(found?.into_iter().flatten().collect())
        }
        (None, Some(vpc_id)) => world.resources_in(vpc_id.as_str()),
        (None, None) => world.resources(),
    }
}

/// Without a document: one of the default network.
fn describe(world: &mut World, vswitch: &LaunchVSwitch, document: Option<VSwitchDocument>) -> Result<VSwitch> {
    let is_default = document.is_none();
    let document = document.unwrap_or_else(|| VSwitchDocument {
        request: CreateVSwitchRequest { name: Some("default".to_owned()), ..CreateVSwitchRequest::default() },
        create_time: Time::START,
    });
    let ipv6_block = match document.request.ipv6_number {
        Some(number) => ipv6_block_of(world, &vswitch.vpc_id)?.map(|block| block.of_vswitch(number)),
        None => None,
    };
    Ok(VSwitch {
        vswitch_id: vswitch.vswitch_id.clone(),
        vpc_id: vswitch.vpc_id.clone(),
        zone_id: vswitch.zone_id.clone(),
        is_default,
        cidr_block: vswitch.block.to_string(),
        available_ip_address_count: world.free_addresses(vswitch)?,
        route_table_id: route_table_id(&vswitch.vpc_id),
        ipv6_cidr_block: ipv6_block.map(|block| block.to_string()),
        create_time: document.create_time,
        request: document.request,
    })
}

/// Inside one of its VPC's blocks, and clear of the VPC's other vSwitches.
fn check_block(world: &mut World, vpc_id: &VpcId, block: Cidr) -> Result<()> {
    let blocks = blocks_of(world, vpc_id)?;
    if !blocks.iter().any(|of_vpc| of_vpc.contains(block)) {
        let blocks: Vec<String> = blocks.iter().map(Cidr::to_string).collect();
        let message = format!("`{block}` is not inside `{vpc_id}`, which has {}", check::list(&blocks));
        return Err(CloudError::of(Member::CidrBlock, codes::INVALID_CIDR_BLOCK, message));
    }
    for entry in world.resources_in::<RouteEntryDocument>(vpc_id.as_str())? {
        let destination = &entry.document.request.destination_cidr_block;
        if Cidr::parse(destination).is_ok_and(|destination| block.contains(destination)) {
            let message = format!("`{block}` holds `{destination}`, the destination of the route entry `{}`", entry.id);
            return Err(CloudError::of(Member::CidrBlock, codes::INVALID_CIDR_BLOCK_OVERLAPPED, message));
        }
    }
    let siblings = vswitches_of(world, vpc_id)?;
    match siblings.iter().find(|sibling| sibling.block.overlaps(block)) {
        Some(LaunchVSwitch { vswitch_id, block: other, .. }) => {
            let message = format!("`{block}` overlaps `{other}`, which is the vSwitch `{vswitch_id}`");
            Err(CloudError::of(Member::CidrBlock, codes::INVALID_CIDR_BLOCK_OVERLAPPED, message))
        }
        None => Ok(()),
    }
}

/// The vSwitches of a VPC: the default ones by zone, then by creation.
pub(super) fn vswitches_of(world: &mut World, vpc_id: &VpcId) -> Result<Vec<LaunchVSwitch>> {
    let mut vswitches = default_vswitches(world);
    vswitches.retain(|vswitch| vswitch.vpc_id == *vpc_id);
    let made = world.resources_in::<VSwitchDocument>(vpc_id.as_str())?;
    vswitches.extend(made.iter().map(|stored| LaunchVSwitch::made(&stored.id, &stored.document)));
    Ok(vswitches)
}

fn matches(filter: &DescribeVSwitchesRequest, vswitch: &VSwitch) -> bool {
    filter.vswitch_ids.as_ref().is_none_or(|ids| ids.contains(&vswitch.vswitch_id))
        && filter.vpc_id.as_ref().is_none_or(|id| *id == vswitch.vpc_id)
        && filter.zone_id.as_ref().is_none_or(|id| *id == vswitch.zone_id)
        && filter.is_default.is_none_or(|wanted| wanted == vswitch.is_default)
        && matches_filter(filter.name.as_ref(), vswitch.request.name.as_ref())
        && has_tags(&vswitch.request.tags, &filter.tags)
}
