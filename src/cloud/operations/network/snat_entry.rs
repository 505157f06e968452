//! `CreateSnatEntry`, `ModifySnatEntry`, `DeleteSnatEntry`, `DescribeSnatTableEntries` (N7).

use std::net::Ipv4Addr;

use super::nat_gateway::{gateway_of_table, ids};
use super::{block, set, set_text};
use crate::base::{Alphabet, NatGatewayId, VSwitchId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateSnatEntryRequest, DescribeSnatTableEntriesRequest, ModifySnatEntryRequest, SnatEntry,
    addresses_in,
};
use crate::cloud::operations::check;
use crate::cloud::world::{
    EipDocument, NatGatewayDocument, SnatEntryDocument, Stored, World, fingerprint, new_call, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::CreateSnatEntry;

/// The prefix of an entry's id.
const PREFIX: &str = "snat-";

impl SimCloud {
    /// Refused unless each of its addresses is an elastic one that is associated with the table's gateway.
    pub fn create_snat_entry(&self, request: &CreateSnatEntryRequest) -> Result<SnatEntry> {
        self.write(OPERATION, |world| create(world, request))
    }

    pub fn modify_snat_entry(&self, request: &ModifySnatEntryRequest) -> Result<SnatEntry> {
        self.write(Operation::ModifySnatEntry, |world| modify(world, request))
    }

    pub fn delete_snat_entry(&self, snat_entry_id: &str) -> Result<()> {
        self.write(Operation::DeleteSnatEntry, |world| {
            let entry = stored(world, snat_entry_id)?;
            world.remove_resource(&entry.id)?;
            world.record(ActivityKind::DeleteSnatEntry, &entry.id, String::new(), &[], &[])
        })
    }

    /// In order of creation.
    pub fn describe_snat_table_entries(&self, request: &DescribeSnatTableEntriesRequest) -> Result<Vec<SnatEntry>> {
        self.read(Operation::DescribeSnatTableEntries, |world| {
            let candidates = match &request.snat_entry_id {
                Some(id) => world.resource(id)?.into_iter().collect(),
                None => world.resources::<SnatEntryDocument>()?,
            };
            let mut found = Vec::new();
            for entry in candidates {
                found.push(describe(world, entry)?);
            }
            found.retain(|entry| request.snat_table_id.as_ref().is_none_or(|id| *id == entry.request.snat_table_id));
            Ok(found)
        })
    }
}

fn create(world: &mut World, request: &CreateSnatEntryRequest) -> Result<SnatEntry> {
    let gateway = gateway(world, &request.snat_table_id)?;
    check_source(world, &gateway, request)?;
    check_addresses(world, &gateway, &request.snat_ip)?;
    let call = new_call(world, OPERATION, fingerprint(&write_document(request)))?;
    let id = world.next_resource_id(&call.id_series, PREFIX, Alphabet::Base36)?;
    let nat_gateway_id = NatGatewayId::from(gateway.id);
    let document = SnatEntryDocument { request: request.clone(), nat_gateway_id, create_time: world.now };
    world.save_resource(&id, &document)?;
    world.save_token(&call, &id)?;
    let detail = format!("under `{}`", request.snat_ip);
    world.record(ActivityKind::CreateSnatEntry, &id, detail, &[], &[])?;
    describe(world, Stored { id, document })
}

fn modify(world: &mut World, request: &ModifySnatEntryRequest) -> Result<SnatEntry> {
    let mut entry = stored(world, &request.snat_entry_id)?;
    if let Some(snat_ip) = request.snat_ip.as_ref().filter(|snat_ip| **snat_ip != entry.document.request.snat_ip) {
        let gateway = gateway(world, &entry.document.request.snat_table_id)?;
        check_addresses(world, &gateway, snat_ip)?;
    }
    let own = &mut entry.document.request;
    set(&mut own.snat_ip, request.snat_ip.as_ref());
    set_text(&mut own.name, request.name.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    world.save_resource(&entry.id, &entry.document)?;
    describe(world, entry)
}

/// The gateway whose SNAT table has this id.
fn gateway(world: &mut World, snat_table_id: &str) -> Result<Stored<NatGatewayDocument>> {
    let found = match gateway_of_table(snat_table_id) {
        Some(id) => world.resource(id.as_str())?,
        None => None,
    };
    found.ok_or_else(|| {
        let message = format!(
            "there is no SNAT table `{snat_table_id}` in `{}`; a NAT gateway has one, with the same id after `stb-`",
            world.region
        );
        CloudError::of(Member::SnatTableId, codes::INVALID_SNAT_TABLE_NOT_FOUND, message)
    })
}

/// One source, a vSwitch of the gateway's VPC or a block, which no other entry of the table has.
fn check_source(
    world: &mut World,
    gateway: &Stored<NatGatewayDocument>,
    request: &CreateSnatEntryRequest,
) -> Result<()> {
    let others = world.resources_in::<SnatEntryDocument>(&gateway.id)?;
    let same = |is_same: &dyn Fn(&CreateSnatEntryRequest) -> bool| {
        others.iter().find(|other| is_same(&other.document.request)).map(|other| other.id.clone())
    };
    match (&request.source_vswitch_id, &request.source_cidr) {
        (Some(vswitch_id), None) => {
            check_vswitch(world, gateway, vswitch_id)?;
            let Some(other) = same(&|known| known.source_vswitch_id.as_ref() == Some(vswitch_id)) else {
                return Ok(());
            };
            let message = format!("`{other}` has the source `{vswitch_id}` already");
            Err(CloudError::of(Member::SourceVSwitchId, codes::SNAT_SOURCE_DUPLICATED, message))
        }
        (None, Some(text)) => {
            let own = block(Member::SourceCidr, text, 0..=32)?.to_string();
            let Some(other) = same(&|known| known.source_cidr.as_ref() == Some(&own)) else { return Ok(()) };
            let message = format!("`{other}` has the source `{own}` already");
            Err(CloudError::of(Member::SourceCidr, codes::SNAT_CIDR_CONFLICT, message))
        }
        _ => {
            let message = "an SNAT entry has one source: either a vSwitch or a block of addresses";
            Err(CloudError::of(Member::SourceVSwitchId, codes::MISSING_PARAMETER, message))
        }
    }
}

fn check_vswitch(world: &mut World, gateway: &Stored<NatGatewayDocument>, vswitch_id: &VSwitchId) -> Result<()> {
    let refuse = |code, message: String| Err(CloudError::of(Member::SourceVSwitchId, code, message));
    let Some(vswitch) = world.vswitch(vswitch_id.as_str())? else {
        let message = format!("there is no vSwitch `{vswitch_id}` in `{}`", world.region);
        return refuse(codes::INVALID_VSWITCH_NOT_FOUND, message);
    };
    if gateway.document.request.vpc_id.as_ref() == Some(&vswitch.vpc_id) {
        return Ok(());
    }
    let message = format!("`{vswitch_id}` is in `{}`, where `{}` is not", vswitch.vpc_id, gateway.id);
    refuse(codes::PARAMETER_MISMATCH, message)
}

/// Each is an elastic address that is associated with the gateway.
fn check_addresses(world: &mut World, gateway: &Stored<NatGatewayDocument>, snat_ip: &str) -> Result<()> {
    let refuse = |code, message: String| Err(CloudError::of(Member::SnatIp, code, message));
    if addresses_in(snat_ip).next().is_none() {
        return refuse(codes::INVALID_SNAT_IP_MALFORMED, format!("`{snat_ip}` names no address"));
    }
    let bound = world.resources_in::<EipDocument>(&gateway.id)?;
    let bound: Vec<String> = bound.into_iter().map(|eip| eip.document.ip_address.to_string()).collect();
    for address in addresses_in(snat_ip) {
        if address.parse::<Ipv4Addr>().is_err() {
            return refuse(codes::INVALID_SNAT_IP_MALFORMED, format!("`{address}` is not an IPv4 address"));
        }
        if !bound.iter().any(|known| known == address) {
            let known = match bound.len() {
                0 => "it is associated with none".to_owned(),
                _ => format!("it is associated with {}", check::list(&bound)),
            };
            let message = format!("`{address}` is no elastic address of `{}`: {known}", gateway.id);
            return refuse(codes::INVALID_SNAT_IP_NOT_FOUND, message);
        }
    }
    Ok(())
}

fn stored(world: &mut World, snat_entry_id: &str) -> Result<Stored<SnatEntryDocument>> {
    world.resource(snat_entry_id)?.ok_or_else(|| {
        let message = format!("there is no SNAT entry `{snat_entry_id}` in `{}`", world.region);
        CloudError::new(codes::INVALID_SNAT_ENTRY_NOT_FOUND, message)
    })
}

/// The SNAT entries of a VPC whose source is a vSwitch.
pub(super) fn of_vswitch(world: &mut World, vpc_id: &str, vswitch_id: &VSwitchId) -> Result<Vec<String>> {
    let mut found = Vec::new();
    for gateway in ids(&world.resources_in::<NatGatewayDocument>(vpc_id)?) {
        let mut entries = world.resources_in::<SnatEntryDocument>(&gateway)?;
        entries.retain(|entry| entry.document.request.source_vswitch_id.as_ref() == Some(vswitch_id));
        found.extend(ids(&entries));
    }
    Ok(found)
}

fn describe(world: &mut World, entry: Stored<SnatEntryDocument>) -> Result<SnatEntry> {
    let request = entry.document.request;
    let source_cidr = match (&request.source_vswitch_id, &request.source_cidr) {
        (Some(vswitch_id), _) => world.vswitch(vswitch_id.as_str())?.map(|vswitch| vswitch.block.to_string()),
        (None, source_cidr) => source_cidr.clone(),
    };
    Ok(SnatEntry {
        snat_entry_id: entry.id,
        nat_gateway_id: entry.document.nat_gateway_id,
        source_cidr: source_cidr.unwrap_or_default(),
        create_time: entry.document.create_time,
        request,
    })
}
