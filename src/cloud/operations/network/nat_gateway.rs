//! `CreateNatGateway`, `ModifyNatGatewayAttribute`, `DeleteNatGateway`, `DescribeNatGateways` (N7).

use super::{has_tags, matches_filter, set, set_text, vpc};
use crate::base::{Alphabet, NatGatewayId, VSwitchId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateNatGatewayRequest, DeleteNatGatewayRequest, DescribeNatGatewaysRequest,
    ModifyNatGatewayAttributeRequest, NatGateway, addresses_in,
};
use crate::cloud::operations::check;
use crate::cloud::store::damaged;
use crate::cloud::world::{
    EipDocument, NatGatewayDocument, RouteEntryDocument, SnatEntryDocument, Stored, World, fingerprint, new_call,
    write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::CreateNatGateway;

impl SimCloud {
    /// Takes one address of its vSwitch.
    pub fn create_nat_gateway(&self, request: &CreateNatGatewayRequest) -> Result<NatGateway> {
        self.write(OPERATION, |world| create(world, request))
    }

    pub fn modify_nat_gateway_attribute(&self, request: &ModifyNatGatewayAttributeRequest) -> Result<NatGateway> {
        self.write(Operation::ModifyNatGatewayAttribute, |world| modify(world, request))
    }

    /// The same where the change depends on what the gateway is: one transaction, in which `change` may be called more
    /// than once.
    pub fn modify_nat_gateway_attribute_as(
        &self,
        id: &NatGatewayId,
        change: &dyn Fn(&NatGateway) -> Result<ModifyNatGatewayAttributeRequest>,
    ) -> Result<NatGateway> {
        self.write(Operation::ModifyNatGatewayAttribute, |world| {
            let request = change(&describe(stored(world, id)?))?;
            modify(world, &ModifyNatGatewayAttributeRequest { nat_gateway_id: Some(id.clone()), ..request })
        })
    }

    /// Refused while route entries lead to it, and while it has SNAT entries or elastic addresses unless it is forced.
    pub fn delete_nat_gateway(&self, request: &DeleteNatGatewayRequest) -> Result<()> {
        self.write(Operation::DeleteNatGateway, |world| delete(world, request))
    }

    /// In order of creation.
    pub fn describe_nat_gateways(&self, request: &DescribeNatGatewaysRequest) -> Result<Vec<NatGateway>> {
        self.read(Operation::DescribeNatGateways, |world| {
            let mut found: Vec<NatGateway> = candidates(world, request)?.into_iter().map(describe).collect();
            found.retain(|gateway| matches(request, gateway));
            Ok(found)
        })
    }
}

fn create(world: &mut World, request: &CreateNatGatewayRequest) -> Result<NatGateway> {
    let missing =
        |member| CloudError::of(member, codes::MISSING_PARAMETER, "a NAT gateway needs a VPC, and a vSwitch of it");
    let vpc_id = request.vpc_id.as_ref().ok_or_else(|| missing(Member::VpcId))?;
    vpc::exists(world, vpc_id)?;
    let vswitch_id = request.vswitch_id.as_ref().ok_or_else(|| missing(Member::VSwitchId))?;
    let vswitch = check::vswitch(world, vswitch_id.as_str())?;
    if vswitch.vpc_id != *vpc_id {
        let message = format!("the vSwitch `{vswitch_id}` is in `{}`, and the gateway in `{vpc_id}`", vswitch.vpc_id);
        return Err(CloudError::of(Member::VSwitchId, codes::PARAMETER_MISMATCH, message));
    }
    if world.free_addresses(&vswitch)? == 0 {
        let message = format!("the vSwitch `{vswitch_id}` has no free address left for the gateway");
        return Err(CloudError::of(Member::VSwitchId, codes::IP_NOT_ENOUGH, message));
    }
    let call = new_call(world, OPERATION, fingerprint(&write_document(request)))?;
    let id = world.next_resource_id(&call.id_series, NatGatewayId::PREFIX, Alphabet::Base36)?;
    let private_ip = world.take_gateway_address(&vswitch, &id)?;
    let document = NatGatewayDocument { request: request.clone(), private_ip, create_time: world.now };
    world.save_resource(&id, &document)?;
    world.save_token(&call, &id)?;
    let detail = format!("`{private_ip}` of `{vswitch_id}`");
    world.record(ActivityKind::CreateNatGateway, &id, detail, &[], &[])?;
    Ok(describe(Stored { id, document }))
}

fn modify(world: &mut World, request: &ModifyNatGatewayAttributeRequest) -> Result<NatGateway> {
    let id = request.nat_gateway_id.as_ref();
    let id = id.ok_or_else(|| CloudError::new(codes::MISSING_PARAMETER, "the request names no NAT gateway"))?;
    let mut gateway = stored(world, id)?;
    let own = &mut gateway.document.request;
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set(&mut own.deletion_protection, request.deletion_protection.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    world.save_resource(&gateway.id, &gateway.document)?;
    Ok(describe(gateway))
}

fn delete(world: &mut World, request: &DeleteNatGatewayRequest) -> Result<()> {
    let gateway = stored(world, &request.nat_gateway_id)?;
    if gateway.document.request.deletion_protection {
        let message = format!("`{}` is protected from deletion; take its protection away first", gateway.id);
        let code = codes::INVALID_OPERATION_DELETION_PROTECTION;
        return Err(CloudError::of(Member::DeletionProtection, code, message));
    }
    let refuse = |code, kind: &str, ids: &[String]| {
        let message = format!("`{}` still has the {kind} {}; delete them first", gateway.id, check::list(ids));
        Err(CloudError::new(code, message))
    };
    let routes = routes_to(world, &gateway)?;
    if !routes.is_empty() {
        return refuse(codes::DEPENDENCY_VIOLATION_ROUTER_ENTRY, "route entries", &routes);
    }
    let entries = world.resources_in::<SnatEntryDocument>(&gateway.id)?;
    let eips = world.resources_in::<EipDocument>(&gateway.id)?;
    if !request.force && !entries.is_empty() {
        return refuse(codes::DEPENDENCY_VIOLATION_SNAT_ENTRY, "SNAT entries", &ids(&entries));
    }
    if !request.force && !eips.is_empty() {
        let message =
            format!("`{}` is still associated with {}; disassociate them first", gateway.id, check::list(&ids(&eips)));
        return Err(CloudError::new(codes::DEPENDENCY_VIOLATION_EIPS, message));
    }
    for entry in entries {
        world.remove_resource(&entry.id)?;
    }
    for mut eip in eips {
        eip.document.association = None;
        world.save_resource(&eip.id, &eip.document)?;
    }
    let vswitch_id = vswitch_of(&gateway).clone();
    world.return_gateway_address(vswitch_id.as_str(), gateway.document.private_ip)?;
    world.remove_resource(&gateway.id)?;
    world.record(ActivityKind::DeleteNatGateway, &gateway.id, String::new(), &[], &[])
}

/// The route entries that lead to a gateway.
fn routes_to(world: &mut World, gateway: &Stored<NatGatewayDocument>) -> Result<Vec<String>> {
    let vpc_id = gateway.document.request.vpc_id.clone();
    let entries = match &vpc_id {
        Some(vpc_id) => world.resources_in::<RouteEntryDocument>(vpc_id.as_str())?,
        None => Vec::new(),
    };
    let leading = entries.into_iter().filter(|entry| entry.document.request.next_hop_id == gateway.id);
    Ok(leading.map(|entry| entry.id).collect())
}

fn stored(world: &mut World, id: &NatGatewayId) -> Result<Stored<NatGatewayDocument>> {
    match world.resource(id.as_str())? {
        Some(found) => Ok(found),
        None => Err(CloudError::new(codes::INVALID_NAT_GATEWAY_NOT_FOUND, no_gateway(world, id)?)),
    }
}

/// The NAT gateway of this region with the id that a request has in this member.
pub(super) fn find(world: &mut World, id: &NatGatewayId, member: Member) -> Result<Stored<NatGatewayDocument>> {
    match world.resource(id.as_str())? {
        Some(found) => Ok(found),
        None => Err(CloudError::of(member, codes::INVALID_NAT_GATEWAY_NOT_FOUND, no_gateway(world, id)?)),
    }
}

fn no_gateway(world: &mut World, id: &NatGatewayId) -> Result<String> {
    let known = world.resources::<NatGatewayDocument>()?;
    let hint = check::instead(id.as_str(), known.iter().map(|gateway| gateway.id.as_str()));
    Ok(format!("there is no NAT gateway `{id}` in `{}`{hint}", world.region))
}

/// The NAT gateways of a vSwitch.
pub(super) fn in_vswitch(world: &mut World, vpc_id: &str, vswitch_id: &VSwitchId) -> Result<Vec<String>> {
    let gateways = world.resources_in::<NatGatewayDocument>(vpc_id)?;
    let inside =
        gateways.into_iter().filter(|gateway| gateway.document.request.vswitch_id.as_ref() == Some(vswitch_id));
    Ok(inside.map(|gateway| gateway.id).collect())
}

/// The SNAT entries of a gateway that send under an address.
pub(super) fn entries_that_use(
    world: &mut World,
    nat_gateway_id: &str,
    address: &str,
) -> Result<Vec<Stored<SnatEntryDocument>>> {
    let mut entries = world.resources_in::<SnatEntryDocument>(nat_gateway_id)?;
    entries.retain(|entry| addresses_in(&entry.document.request.snat_ip).any(|known| known == address));
    Ok(entries)
}

/// Takes an address from an SNAT entry, which goes with its last one.
pub(super) fn addresses_without(world: &mut World, mut entry: Stored<SnatEntryDocument>, address: &str) -> Result<()> {
    let left: Vec<&str> = addresses_in(&entry.document.request.snat_ip).filter(|known| *known != address).collect();
    if left.is_empty() {
        return world.remove_resource(&entry.id);
    }
    entry.document.request.snat_ip = left.join(",");
    world.save_resource(&entry.id, &entry.document)
}

pub(super) fn ids<D>(stored: &[Stored<D>]) -> Vec<String> {
    stored.iter().map(|known| known.id.clone()).collect()
}

/// The id of what comes with a NAT gateway: `stb-…` of `ngw-…`.
fn beside(prefix: &str, nat_gateway_id: &str) -> String {
    format!("{prefix}{}", nat_gateway_id.strip_prefix(NatGatewayId::PREFIX).unwrap_or(nat_gateway_id))
}

const SNAT_TABLE_PREFIX: &str = "stb-";

/// The NAT gateway that an SNAT table comes with; `None` if the id is not a table's.
pub(super) fn gateway_of_table(snat_table_id: &str) -> Option<NatGatewayId> {
    let rest = snat_table_id.strip_prefix(SNAT_TABLE_PREFIX)?;
    Some(format!("{}{rest}", NatGatewayId::PREFIX).into())
}

fn vswitch_of(gateway: &Stored<NatGatewayDocument>) -> &VSwitchId {
    let vswitch_id = gateway.document.request.vswitch_id.as_ref();
    vswitch_id.unwrap_or_else(|| damaged(format!("the NAT gateway `{}` has no vSwitch", gateway.id)))
}

fn describe(gateway: Stored<NatGatewayDocument>) -> NatGateway {
    let vpc_id = gateway.document.request.vpc_id.clone();
    NatGateway {
        vpc_id: vpc_id.unwrap_or_else(|| damaged(format!("the NAT gateway `{}` has no VPC", gateway.id))),
        vswitch_id: vswitch_of(&gateway).clone(),
        private_ip: gateway.document.private_ip,
        snat_table_id: beside(SNAT_TABLE_PREFIX, &gateway.id),
        forward_table_id: beside("ftb-", &gateway.id),
        create_time: gateway.document.create_time,
        request: gateway.document.request,
        nat_gateway_id: gateway.id.into(),
    }
}

/// The narrowest listing that holds everything asked for.
fn candidates(world: &mut World, request: &DescribeNatGatewaysRequest) -> Result<Vec<Stored<NatGatewayDocument>>> {
    match (&request.nat_gateway_ids, &request.vpc_id) {
        (Some(ids), _) => {
            let found: Result<Vec<_>> = ids.iter().map(|id| world.resource(id.as_str())).collect();
            Ok(found?.into_iter().flatten().collect())
        }
        (None, Some(vpc_id)) => world.resources_in(vpc_id.as_str()),
        (None, None) => world.resources(),
    }
}

fn matches(filter: &DescribeNatGatewaysRequest, gateway: &NatGateway) -> bool {
    filter.vpc_id.as_ref().is_none_or(|id| *id == gateway.vpc_id)
        && filter.vswitch_id.as_ref().is_none_or(|id| *id == gateway.vswitch_id)
        && matches_filter(filter.name.as_ref(), gateway.request.name.as_ref())
        && has_tags(&gateway.request.tags, &filter.tags)
}
