//! `CreateRouteEntry`, `ModifyRouteEntry`, `DeleteRouteEntry`, `DescribeRouteEntryList`, `DescribeRouteTableList` (N8).

use std::net::Ipv6Addr;

use super::nat_gateway::find as find_nat_gateway;
use super::vpc::{route_tables, router_id, vpc_of_route_table};
use super::vswitch::vswitches_of;
use super::{set, set_text};
use crate::base::{Cidr, InstanceId, NatGatewayId, VpcId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateRouteEntryRequest, DescribeRouteEntryListRequest, ModifyRouteEntryRequest, NextHopType,
    RouteEntry, RouteTable,
};
use crate::cloud::operations::check;
use crate::cloud::operations::network_interface::{FoundInterface, find_interface};
use crate::cloud::world::{RouteEntryDocument, Stored, VpcDocument, World, default_vpc_id};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// The service's own addresses, to which every route table has a system route.
const SERVICE_BLOCK: &str = "100.64.0.0/10";

impl SimCloud {
    /// Refused where the table has the destination already, and where the next hop does not exist.
    pub fn create_route_entry(&self, request: &CreateRouteEntryRequest) -> Result<RouteEntry> {
        self.write(Operation::CreateRouteEntry, |world| create(world, request))
    }

    pub fn modify_route_entry(&self, request: &ModifyRouteEntryRequest) -> Result<RouteEntry> {
        self.write(Operation::ModifyRouteEntry, |world| modify(world, request))
    }

    /// The same of all entries for which `change` has a request: one transaction, in which it may be called more than once.
    pub fn modify_route_entries_as(
        &self,
        change: &dyn Fn(&RouteEntry) -> Option<ModifyRouteEntryRequest>,
    ) -> Result<()> {
        self.write(Operation::ModifyRouteEntry, |world| {
            for request in world.resources()?.into_iter().filter_map(|entry| change(&describe(entry))) {
                modify(world, &request)?;
            }
            Ok(())
        })
    }

    pub fn delete_route_entry(&self, route_entry_id: &str) -> Result<()> {
        self.write(Operation::DeleteRouteEntry, |world| {
            let entry = stored(world, route_entry_id)?;
            delete(world, &entry.id)
        })
    }

    /// Deletes the entries that are meant, which may be none: one transaction, in which `is_meant` may be called more than
    /// once.
    pub fn delete_route_entries_as(&self, is_meant: &dyn Fn(&RouteEntry) -> bool) -> Result<()> {
        self.write(Operation::DeleteRouteEntry, |world| {
            for entry in world.resources()?.into_iter().map(describe).filter(|entry| is_meant(entry)) {
                delete(world, &entry.route_entry_id)?;
            }
            Ok(())
        })
    }

    /// In order of creation; the system routes of vSwitches are not included.
    pub fn describe_route_entry_list(&self, request: &DescribeRouteEntryListRequest) -> Result<Vec<RouteEntry>> {
        self.read(Operation::DescribeRouteEntryList, |world| {
            let candidates = match &request.route_entry_id {
                Some(id) => world.resource(id)?.into_iter().collect(),
                None => world.resources::<RouteEntryDocument>()?,
            };
            let mut found: Vec<RouteEntry> = candidates.into_iter().map(describe).collect();
            found.retain(|entry| request.route_table_id.as_ref().is_none_or(|id| *id == entry.request.route_table_id));
            Ok(found)
        })
    }

    /// The default VPC's first, then by the creation of the VPC.
    pub fn describe_route_table_list(&self) -> Result<Vec<RouteTable>> {
        self.read(Operation::DescribeRouteTableList, route_tables)
    }
}

fn create(world: &mut World, request: &CreateRouteEntryRequest) -> Result<RouteEntry> {
    let vpc_id = vpc_of_table(world, &request.route_table_id)?;
    check_destination(world, &vpc_id, request)?;
    check_next_hop(world, &vpc_id, request)?;
    let id = id_of(&vpc_id, request);
    let document = RouteEntryDocument { request: request.clone(), vpc_id, create_time: world.now };
    world.save_resource(&id, &document)?;
    let detail = format!("`{}` to `{}`", request.destination_cidr_block, request.next_hop_id);
    world.record(ActivityKind::CreateRouteEntry, &id, detail, &[], &[])?;
    Ok(describe(Stored { id, document }))
}

fn modify(world: &mut World, request: &ModifyRouteEntryRequest) -> Result<RouteEntry> {
    let mut entry = stored(world, &request.route_entry_id)?;
    let own = &mut entry.document.request;
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    world.save_resource(&entry.id, &entry.document)?;
    Ok(describe(entry))
}

fn delete(world: &mut World, route_entry_id: &str) -> Result<()> {
    world.remove_resource(route_entry_id)?;
    world.record(ActivityKind::DeleteRouteEntry, route_entry_id, String::new(), &[], &[])
}

/// The id of a route entry: table, router, destination and next hop.
fn id_of(vpc_id: &VpcId, request: &CreateRouteEntryRequest) -> String {
    let router_id = router_id(vpc_id);
    let CreateRouteEntryRequest { route_table_id, destination_cidr_block, next_hop_type, next_hop_id, .. } = request;
    format!("{route_table_id}:{router_id}:{destination_cidr_block}:{}:{next_hop_id}", next_hop_type.name())
}

/// The VPC that a route table came with.
fn vpc_of_table(world: &mut World, route_table_id: &str) -> Result<VpcId> {
    if let Some(vpc_id) = vpc_of_route_table(route_table_id) {
        let is_default = vpc_id == default_vpc_id(world.region.as_str());
        if is_default || world.resource::<VpcDocument>(vpc_id.as_str())?.is_some() {
            return Ok(vpc_id);
        }
    }
    let known = route_tables(world)?;
    let hint = check::instead(route_table_id, known.iter().map(|table| table.route_table_id.as_str()));
    let message = format!("there is no route table `{route_table_id}` in `{}`{hint}", world.region);
    Err(CloudError::of(Member::RouteTableId, codes::INVALID_ROUTE_TABLE_NOT_FOUND, message))
}

/// Checks that the destination is a CIDR block, is new to the table and is not inside a system route.
fn check_destination(world: &mut World, vpc_id: &VpcId, request: &CreateRouteEntryRequest) -> Result<()> {
    let text = &request.destination_cidr_block;
    let refuse = |code, why: String| Err(CloudError::of(Member::DestinationCidrBlock, code, format!("`{text}` {why}")));
    let others = world.resources_in::<RouteEntryDocument>(vpc_id.as_str())?;
    if let Some(other) = others.iter().find(|other| other.document.request.destination_cidr_block == *text) {
        let message = format!("is already the destination of the route entry `{}`", other.id);
        return refuse(codes::ROUTE_ENTRY_DUPLICATED, message);
    }
    if is_ipv6_block(text) {
        return Ok(());
    }
    let destination = match Cidr::parse(text) {
        Ok(destination) => destination,
        Err(error) => return refuse(codes::INVALID_CIDR_BLOCK, format!("is not a CIDR block: {error}")),
    };
    let service = Cidr::parse(SERVICE_BLOCK).map(|block| ("the service's own addresses".to_owned(), block)).ok();
    let vswitches = vswitches_of(world, vpc_id)?;
    let vswitches = vswitches.into_iter().map(|known| (format!("the vSwitch `{}`", known.vswitch_id), known.block));
    match service.into_iter().chain(vswitches).find(|(_, block)| block.contains(destination)) {
        Some((what, block)) => {
            refuse(codes::INVALID_CIDR_BLOCK, format!("is inside `{block}`, {what}, which has a system route"))
        }
        None => Ok(()),
    }
}

/// `::/0`, `2001:db8::/32`.
fn is_ipv6_block(text: &str) -> bool {
    text.split_once('/').is_some_and(|(address, prefix)| {
        address.parse::<Ipv6Addr>().is_ok() && prefix.parse::<u8>().is_ok_and(|prefix| prefix <= 128)
    })
}

/// Checks that an instance, a NAT gateway or a network interface exists in the table's VPC. Other types of next hop are not
/// simulated; any id is accepted.
fn check_next_hop(world: &mut World, vpc_id: &VpcId, request: &CreateRouteEntryRequest) -> Result<()> {
    let id = &request.next_hop_id;
    let refuse = |code, message: String| Err(CloudError::of(Member::NextHopId, code, message));
    if id.is_empty() {
        return refuse(codes::MISSING_PARAMETER, "a route entry needs a next hop".to_owned());
    }
    let found = match request.next_hop_type {
        NextHopType::Instance => vpc_of_instance(world, id)?,
        NextHopType::NatGateway => {
            let gateway = find_nat_gateway(world, &NatGatewayId::from(id.as_str()), Member::NextHopId)?;
            gateway.document.request.vpc_id
        }
        NextHopType::NetworkInterface => match find_interface(world, &id.as_str().into(), Member::NextHopId)? {
            FoundInterface::Made(vpc_id) => Some(vpc_id),
            FoundInterface::Primary(instance_id) => vpc_of_instance(world, instance_id.as_str())?,
        },
        _ => return Ok(()),
    };
    match found {
        Some(own) if own == *vpc_id => Ok(()),
        Some(other) => refuse(
            codes::PARAMETER_MISMATCH,
            format!("`{id}` is in `{other}`, and the route table `{}` in `{vpc_id}`", request.route_table_id),
        ),
        None => refuse(codes::INVALID_NEXT_HOP_NOT_FOUND, format!("there is no instance `{id}` in `{}`", world.region)),
    }
}

/// Refuses to delete instances while route entries lead to them (N8).
pub(in crate::cloud::operations) fn check_no_route<'i>(
    world: &mut World,
    instance_ids: impl IntoIterator<Item = &'i InstanceId>,
) -> Result<()> {
    let entries = world.resources::<RouteEntryDocument>()?;
    if entries.is_empty() {
        return Ok(());
    }
    for id in instance_ids {
        let leading = entries.iter().filter(|entry| entry.document.request.next_hop_id == id.as_str());
        let leading: Vec<&str> = leading.map(|entry| entry.id.as_str()).collect();
        if !leading.is_empty() {
            let message = format!("the route entries {} lead to `{id}`; delete them first", check::list(&leading));
            return Err(CloudError::of(Member::InstanceIds, codes::DEPENDENCY_VIOLATION_ROUTE_ENTRY, message));
        }
    }
    Ok(())
}

/// `None` if there is no such instance.
fn vpc_of_instance(world: &mut World, id: &str) -> Result<Option<VpcId>> {
    let instance = world.find_instance(id)?.map(|(instance, _)| instance);
    match instance.filter(|instance| !instance.state.is_lost()) {
        Some(instance) => Ok(world.vswitch(instance.vswitch_id.as_str())?.map(|vswitch| vswitch.vpc_id)),
        None => Ok(None),
    }
}

fn stored(world: &mut World, route_entry_id: &str) -> Result<Stored<RouteEntryDocument>> {
    world.resource(route_entry_id)?.ok_or_else(|| {
        let message = format!("there is no route entry `{route_entry_id}` in `{}`", world.region);
        CloudError::new(codes::INVALID_ROUTE_ENTRY_NOT_FOUND, message)
    })
}

fn describe(entry: Stored<RouteEntryDocument>) -> RouteEntry {
    RouteEntry {
        router_id: router_id(&entry.document.vpc_id),
        route_entry_id: entry.id,
        vpc_id: entry.document.vpc_id,
        create_time: entry.document.create_time,
        request: entry.document.request,
    }
}
