//! `CreateVpc`, `ModifyVpcAttribute`, `DeleteVpc`, `DescribeVpcs`.

use super::nat_gateway::ids;
use super::{block, has_tags, matches_filter, refuse_default, set, set_text};
use crate::base::limits::VPC_PREFIX_LENGTHS;
use crate::base::{Alphabet, Cidr, Time, VSwitchId, VpcId, VpcIpv6Block};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateVpcRequest, DescribeVpcsRequest, ModifyVpcAttributeRequest, RouteTable, Vpc,
};
use crate::cloud::operations::check;
use crate::cloud::world::{
    NatGatewayDocument, RouteEntryDocument, SecurityGroupDocument, Stored, TokenUse, VSwitchDocument, VpcDocument,
    World, default_vpc_id, default_vswitches, fingerprint, identify, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::CreateVpc;

/// The default network's block (N1).
const DEFAULT_NETWORK: &str = "10.0.0.0/8";

/// The default VPC's name, by which modules written for the service look it up (N1).
const DEFAULT_VPC_NAME: &str = "default-NODELETING";

/// What the service does not let a VPC have: this host, loopback, link-local, shared and multicast addresses.
const RESERVED: [&str; 5] = ["0.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16", "224.0.0.0/3"];

impl SimCloud {
    pub fn create_vpc(&self, request: &CreateVpcRequest) -> Result<Vpc> {
        self.write(OPERATION, |world| create(world, request))
    }

    pub fn modify_vpc_attribute(&self, request: &ModifyVpcAttributeRequest) -> Result<Vpc> {
        self.write(Operation::ModifyVpcAttribute, |world| modify(world, request))
    }

    /// Refused while something lies in it.
    pub fn delete_vpc(&self, vpc_id: &VpcId) -> Result<()> {
        self.write(Operation::DeleteVpc, |world| delete(world, vpc_id))
    }

    /// The default VPC first, then by creation.
    pub fn describe_vpcs(&self, request: &DescribeVpcsRequest) -> Result<Vec<Vpc>> {
        self.read(Operation::DescribeVpcs, |world| {
            let mut found = Vec::new();
            if let Some(ids) = &request.vpc_ids {
                for id in ids {
                    found.extend(find(world, id)?);
                }
            } else {
                found.push(default_vpc(world)?);
                for stored in world.resources()? {
                    found.push(describe(world, stored)?);
                }
            }
            found.retain(|vpc| matches(request, vpc));
            Ok(found)
        })
    }
}

fn create(world: &mut World, request: &CreateVpcRequest) -> Result<Vpc> {
    let parameters = fingerprint(&write_document(&CreateVpcRequest { client_token: None, ..request.clone() }));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(id) => return stored(world, &VpcId::from(id)).and_then(|stored| describe(world, stored)),
        TokenUse::New(call) => call,
    };
    check_blocks(request)?;
    let id = world.next_resource_id(&call.id_series, VpcId::PREFIX, Alphabet::Base36)?;
    let document = VpcDocument { request: request.clone(), create_time: world.now };
    world.save_resource(&id, &document)?;
    world.save_token(&call, &id)?;
    world.record(ActivityKind::CreateVpc, &id, format!("`{}`", block_of(request)), &[], &[])?;
    describe(world, Stored { id, document })
}

fn modify(world: &mut World, request: &ModifyVpcAttributeRequest) -> Result<Vpc> {
    let vpc_id = request.vpc_id.as_ref().ok_or_else(missing_id)?;
    let mut vpc = stored(world, vpc_id)?;
    let own = &mut vpc.document.request;
    set_text(&mut own.cidr_block, request.cidr_block.as_ref());
    set(&mut own.secondary_cidr_blocks, request.secondary_cidr_blocks.as_ref());
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set_text(&mut own.resource_group_id, request.resource_group_id.as_ref());
    set(&mut own.enable_ipv6, request.enable_ipv6.as_ref());
    set_text(&mut own.system_route_table_name, request.system_route_table_name.as_ref());
    set_text(&mut own.system_route_table_description, request.system_route_table_description.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    let blocks = check_blocks(own)?;
    for vswitch in world.resources_in::<VSwitchDocument>(vpc_id.as_str())? {
        let inside = vswitch.document.block();
        if !blocks.iter().any(|block| block.contains(inside)) {
            let message = format!("`{}` of `{vpc_id}` has `{inside}`, which would no longer lie in it", vswitch.id);
            return Err(CloudError::of(Member::CidrBlock, codes::INVALID_CIDR_BLOCK, message));
        }
    }
    world.save_resource(&vpc.id, &vpc.document)?;
    describe(world, vpc)
}

fn delete(world: &mut World, vpc_id: &VpcId) -> Result<()> {
    let vpc = stored(world, vpc_id)?;
    let vswitches: Vec<String> =
        world.resources_in::<VSwitchDocument>(&vpc.id)?.into_iter().map(|stored| stored.id).collect();
    let groups: Vec<String> =
        world.resources_in::<SecurityGroupDocument>(&vpc.id)?.into_iter().map(|stored| stored.id).collect();
    let gateways = ids(&world.resources_in::<NatGatewayDocument>(&vpc.id)?);
    let routes = ids(&world.resources_in::<RouteEntryDocument>(&vpc.id)?);
    for (kind, code, inside) in [
        ("vSwitches", codes::DEPENDENCY_VIOLATION_VSWITCH, vswitches),
        ("security groups", codes::DEPENDENCY_VIOLATION_SECURITY_GROUP, groups),
        ("NAT gateways", codes::DEPENDENCY_VIOLATION_NAT_GATEWAY, gateways),
        ("route entries", codes::DEPENDENCY_VIOLATION_ROUTE_ENTRY, routes),
    ] {
        if !inside.is_empty() {
            let message = format!("`{vpc_id}` still has the {kind} {}; delete them first", check::list(&inside));
            return Err(CloudError::new(code, message));
        }
    }
    world.remove_resource(&vpc.id)?;
    world.record(ActivityKind::DeleteVpc, &vpc.id, String::new(), &[], &[])?;
    Ok(())
}

/// A VPC of this region that was made; the default one cannot be changed.
fn stored(world: &mut World, vpc_id: &VpcId) -> Result<Stored<VpcDocument>> {
    if *vpc_id == default_vpc_id(world.region.as_str()) {
        return Err(refuse_default(world, "VPC", vpc_id.as_str()));
    }
    if let Some(found) = world.resource(vpc_id.as_str())? {
        return Ok(found);
    }
    Err(not_found(world, vpc_id)?)
}

/// A VPC of this region, the default one or one that was made.
pub(super) fn exists(world: &mut World, vpc_id: &VpcId) -> Result<()> {
    let is_default = *vpc_id == default_vpc_id(world.region.as_str());
    if is_default || world.resource::<VpcDocument>(vpc_id.as_str())?.is_some() {
        return Ok(());
    }
    Err(not_found(world, vpc_id)?)
}

fn not_found(world: &mut World, vpc_id: &VpcId) -> Result<CloudError> {
    let made = world.resources::<VpcDocument>()?;
    let hint = check::instead(vpc_id.as_str(), made.iter().map(|vpc| vpc.id.as_str()));
    let message = format!("there is no VPC `{vpc_id}` in `{}`{hint}", world.region);
    Ok(CloudError::of(Member::VpcId, codes::INVALID_VPC_NOT_FOUND, message))
}

fn missing_id() -> CloudError {
    CloudError::of(Member::VpcId, codes::MISSING_PARAMETER, "the request names no VPC")
}

fn find(world: &mut World, vpc_id: &VpcId) -> Result<Option<Vpc>> {
    if *vpc_id == default_vpc_id(world.region.as_str()) {
        return default_vpc(world).map(Some);
    }
    world.resource(vpc_id.as_str())?.map(|stored| describe(world, stored)).transpose()
}

fn describe(world: &mut World, vpc: Stored<VpcDocument>) -> Result<Vpc> {
    let vswitches = world.resources_in::<VSwitchDocument>(&vpc.id)?;
    Ok(Vpc {
        region_id: world.region.clone(),
        is_default: false,
        cidr_block: block_of(&vpc.document.request).to_owned(),
        vswitch_ids: vswitches.into_iter().map(|stored| VSwitchId::from(stored.id)).collect(),
        router_id: beside("vrt", &vpc.id),
        route_table_id: route_table_id(&VpcId::from(vpc.id.as_str())),
        ipv6_cidr_block: ipv6_block(world, &vpc).map(|block| block.to_string()),
        create_time: vpc.document.create_time,
        request: vpc.document.request,
        vpc_id: vpc.id.into(),
    })
}

fn default_vpc(world: &mut World) -> Result<Vpc> {
    let vpc_id = default_vpc_id(world.region.as_str());
    let made = world.resources_in::<VSwitchDocument>(vpc_id.as_str())?;
    let default = default_vswitches(world).into_iter().map(|vswitch| vswitch.vswitch_id);
    Ok(Vpc {
        region_id: world.region.clone(),
        is_default: true,
        cidr_block: DEFAULT_NETWORK.to_owned(),
        vswitch_ids: default.chain(made.into_iter().map(|stored| VSwitchId::from(stored.id))).collect(),
        router_id: router_id(&vpc_id),
        route_table_id: route_table_id(&vpc_id),
        ipv6_cidr_block: None,
        create_time: Time::START,
        request: CreateVpcRequest { name: Some(DEFAULT_VPC_NAME.to_owned()), ..CreateVpcRequest::default() },
        vpc_id,
    })
}

/// The IPv6 block of a VPC that has such addresses: the one it was made with, else one from the seed.
fn ipv6_block(world: &World, vpc: &Stored<VpcDocument>) -> Option<VpcIpv6Block> {
    let request = Some(&vpc.document.request).filter(|request| request.enable_ipv6)?;
    let named = request.ipv6_cidr_block.as_deref().and_then(VpcIpv6Block::parse);
    Some(named.unwrap_or_else(|| VpcIpv6Block::from_seed(world.seed(), &vpc.id)))
}

/// The IPv6 block of the VPC of this id; the default VPC has none.
pub(super) fn ipv6_block_of(world: &mut World, vpc_id: &VpcId) -> Result<Option<VpcIpv6Block>> {
    let vpc = world.resource(vpc_id.as_str())?;
    Ok(vpc.and_then(|vpc| ipv6_block(world, &vpc)))
}

/// The route table that a VPC is made with.
pub(super) fn route_table_id(vpc_id: &VpcId) -> String {
    beside("vtb", vpc_id.as_str())
}

/// The VPC that a route table came with; `None` if the id is not a route table's.
pub(super) fn vpc_of_route_table(route_table_id: &str) -> Option<VpcId> {
    let rest = route_table_id.strip_prefix("vtb-")?;
    Some(format!("{}{rest}", VpcId::PREFIX).into())
}

pub(super) fn router_id(vpc_id: &VpcId) -> String {
    beside("vrt", vpc_id.as_str())
}

/// The route tables of the region: the default VPC's first, then by the creation of the VPC.
pub(super) fn route_tables(world: &mut World) -> Result<Vec<RouteTable>> {
    let mut vpcs = vec![default_vpc(world)?];
    for stored in world.resources()? {
        vpcs.push(describe(world, stored)?);
    }
    let table_of = |vpc: Vpc| RouteTable {
        route_table_id: vpc.route_table_id,
        router_id: vpc.router_id,
        vpc_id: vpc.vpc_id,
        vswitch_ids: vpc.vswitch_ids,
        name: vpc.request.system_route_table_name,
        description: vpc.request.system_route_table_description,
        resource_group_id: vpc.request.resource_group_id,
    };
    Ok(vpcs.into_iter().map(table_of).collect())
}

/// The id of what comes with a VPC: `vtb-…` of `vpc-…`.
fn beside(prefix: &str, vpc_id: &str) -> String {
    format!("{prefix}-{}", vpc_id.strip_prefix(VpcId::PREFIX).unwrap_or(vpc_id))
}

fn block_of(request: &CreateVpcRequest) -> &str {
    request.cidr_block.as_deref().unwrap_or(CreateVpcRequest::DEFAULT_CIDR_BLOCK)
}

/// The blocks in which a VPC's vSwitches may lie.
pub(super) fn blocks_of(world: &mut World, vpc_id: &VpcId) -> Result<Vec<Cidr>> {
    if *vpc_id == default_vpc_id(world.region.as_str()) {
        return Ok(vec![block(Member::CidrBlock, DEFAULT_NETWORK, VPC_PREFIX_LENGTHS)?]);
    }
    check_blocks(&stored(world, vpc_id)?.document.request)
}

/// The block and the secondary ones, none of which overlaps another.
fn check_blocks(request: &CreateVpcRequest) -> Result<Vec<Cidr>> {
    let mut blocks: Vec<Cidr> = Vec::new();
    let secondary = request.secondary_cidr_blocks.iter().map(|text| (Member::SecondaryCidrBlocks, text.as_str()));
    for (parameter, text) in std::iter::once((Member::CidrBlock, block_of(request))).chain(secondary) {
        let block = block(parameter, text, VPC_PREFIX_LENGTHS)?;
        if let Some(reserved) = RESERVED.into_iter().find(|known| Cidr::parse(known).is_ok_and(|it| it.overlaps(block)))
        {
            let message = format!("`{text}` overlaps `{reserved}`, which no VPC can have");
            return Err(CloudError::of(parameter, codes::INVALID_CIDR_BLOCK, message));
        }
        if let Some(other) = blocks.iter().find(|known| known.overlaps(block)) {
            let message = format!("`{text}` overlaps `{other}` of the same VPC");
            return Err(CloudError::of(parameter, codes::INVALID_CIDR_BLOCK_OVERLAPPED, message));
        }
        blocks.push(block);
    }
    Ok(blocks)
}

fn matches(filter: &DescribeVpcsRequest, vpc: &Vpc) -> bool {
    filter.is_default.is_none_or(|wanted| wanted == vpc.is_default)
        && matches_filter(filter.name.as_ref(), vpc.request.name.as_ref())
        && matches_filter(filter.resource_group_id.as_ref(), vpc.request.resource_group_id.as_ref())
        && has_tags(&vpc.request.tags, &filter.tags)
}
