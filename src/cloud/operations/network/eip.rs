//! `AllocateEipAddress`, `ModifyEipAddressAttribute`, `ReleaseEipAddress`, `DescribeEipAddresses` (N6).

use std::net::Ipv4Addr;

use super::{has_tags, matches_filter, set, set_text};
use crate::base::{Alphabet, EipId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, AllocateEipAddressRequest, DescribeEipAddressesRequest, EipAddress, ModifyEipAddressAttributeRequest,
};
use crate::cloud::operations::check;
use crate::cloud::world::{EipDocument, Stored, World, fingerprint, is_given_by_cloud, new_call, write_document};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::AllocateEipAddress;

impl SimCloud {
    pub fn allocate_eip_address(&self, request: &AllocateEipAddressRequest) -> Result<EipAddress> {
        self.write(OPERATION, |world| allocate(world, request))
    }

    pub fn modify_eip_address_attribute(&self, request: &ModifyEipAddressAttributeRequest) -> Result<EipAddress> {
        self.write(Operation::ModifyEipAddressAttribute, |world| modify(world, request))
    }

    /// The same where the change depends on what the address is: one transaction, in which `change` may be called more
    /// than once.
    pub fn modify_eip_address_attribute_as(
        &self,
        id: &EipId,
        change: &dyn Fn(&EipAddress) -> Result<ModifyEipAddressAttributeRequest>,
    ) -> Result<EipAddress> {
        self.write(Operation::ModifyEipAddressAttribute, |world| {
            let request = change(&describe(stored(world, id)?))?;
            modify(world, &ModifyEipAddressAttributeRequest { allocation_id: Some(id.clone()), ..request })
        })
    }

    /// Refused while it is associated with something, and while its deletion protection is on.
    pub fn release_eip_address(&self, allocation_id: &EipId) -> Result<()> {
        self.write(Operation::ReleaseEipAddress, |world| release(world, allocation_id))
    }

    /// In order of creation.
    pub fn describe_eip_addresses(&self, request: &DescribeEipAddressesRequest) -> Result<Vec<EipAddress>> {
        self.read(Operation::DescribeEipAddresses, |world| {
            let mut found: Vec<EipAddress> = candidates(world, request)?.into_iter().map(describe).collect();
            found.retain(|eip| matches(request, eip));
            Ok(found)
        })
    }
}

fn allocate(world: &mut World, request: &AllocateEipAddressRequest) -> Result<EipAddress> {
    let call = new_call(world, OPERATION, fingerprint(&write_document(request)))?;
    let id = match &request.allocation_id {
        Some(id) => asked_for(world, id)?,
        None => world.next_resource_id(&call.id_series, EipId::PREFIX, Alphabet::Base36)?,
    };
    let ip_address = match request.ip_address {
        Some(address) => available(world, address)?,
        None => world.free_elastic_address(&id)?,
    };
    let document = EipDocument { request: request.clone(), ip_address, association: None, create_time: world.now };
    world.save_resource(&id, &document)?;
    world.save_token(&call, &id)?;
    world.record(ActivityKind::AllocateEipAddress, &id, format!("`{ip_address}`"), &[], &[])?;
    Ok(describe(Stored { id, document }))
}

/// An id that a request asks for and nothing has.
fn asked_for(world: &mut World, id: &EipId) -> Result<String> {
    let refuse = |code, why: &str| Err(CloudError::of(Member::AllocationId, code, format!("`{id}` {why}")));
    let rest = id.as_str().strip_prefix(EipId::PREFIX).unwrap_or_default();
    if rest.is_empty() || !rest.chars().all(|c| c.is_ascii_alphanumeric()) {
        return refuse(codes::INVALID_PARAMETER, "is no id of an elastic address: `eip-` with letters and digits");
    }
    if world.resource_id_is_taken(id.as_str())? {
        return refuse(codes::INVALID_PARAMETER, "is the id of an elastic address that exists already");
    }
    Ok(id.to_string())
}

/// An address that a request asks for: one of the account's own, which the cloud does not give itself (N6).
fn available(world: &mut World, address: Ipv4Addr) -> Result<Ipv4Addr> {
    let refuse = |code, why: String| Err(CloudError::of(Member::IpAddress, code, format!("`{address}` {why}")));
    if is_given_by_cloud(address) {
        return refuse(
            codes::INVALID_PARAMETER,
            "is one of 240.0.0.0/4, whose addresses the cloud gives itself; name another one or none".to_owned(),
        );
    }
    match world.eip_with_address(address)? {
        Some(other) => refuse(codes::INVALID_IP_ASSIGNED, format!("is the address of `{}` already", other.id)),
        None => Ok(address),
    }
}

fn modify(world: &mut World, request: &ModifyEipAddressAttributeRequest) -> Result<EipAddress> {
    let id = request.allocation_id.as_ref().ok_or_else(|| {
        CloudError::of(Member::AllocationId, codes::MISSING_PARAMETER, "the request names no elastic address")
    })?;
    let mut eip = stored(world, id)?;
    let own = &mut eip.document.request;
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set_text(&mut own.resource_group_id, request.resource_group_id.as_ref());
    set(&mut own.deletion_protection, request.deletion_protection.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    world.save_resource(&eip.id, &eip.document)?;
    Ok(describe(eip))
}

fn release(world: &mut World, allocation_id: &EipId) -> Result<()> {
    let eip = stored(world, allocation_id)?;
    if let Some(association) = &eip.document.association {
        let message =
            format!("`{allocation_id}` is associated with `{}`; disassociate the two first", association.instance_id);
        return Err(CloudError::new(codes::INCORRECT_EIP_STATUS, message));
    }
    if eip.document.request.deletion_protection {
        let message = format!("`{allocation_id}` is protected from deletion; take its protection away first");
        let code = codes::INVALID_OPERATION_DELETION_PROTECTION;
        return Err(CloudError::of(Member::DeletionProtection, code, message));
    }
    world.remove_resource(&eip.id)?;
    world.record(ActivityKind::ReleaseEipAddress, &eip.id, String::new(), &[], &[])
}

/// An elastic address of this region.
pub(super) fn stored(world: &mut World, allocation_id: &EipId) -> Result<Stored<EipDocument>> {
    if let Some(found) = world.resource(allocation_id.as_str())? {
        return Ok(found);
    }
    let known = world.resources::<EipDocument>()?;
    let hint = check::instead(allocation_id.as_str(), known.iter().map(|eip| eip.id.as_str()));
    let message = format!("there is no elastic address `{allocation_id}` in `{}`{hint}", world.region);
    Err(CloudError::of(Member::AllocationId, codes::INVALID_ALLOCATION_NOT_FOUND, message))
}

pub(super) fn describe(eip: Stored<EipDocument>) -> EipAddress {
    EipAddress {
        allocation_id: eip.id.into(),
        ip_address: eip.document.ip_address,
        association: eip.document.association,
        create_time: eip.document.create_time,
        request: eip.document.request,
    }
}

/// The narrowest listing that holds everything asked for.
fn candidates(world: &mut World, request: &DescribeEipAddressesRequest) -> Result<Vec<Stored<EipDocument>>> {
    match (&request.allocation_ids, &request.instance_id) {
        (Some(ids), _) => {
            let found: Result<Vec<_>> = ids.iter().map(|id| world.resource(id.as_str())).collect();
            Ok(found?.into_iter().flatten().collect())
        }
        (None, Some(instance_id)) => world.resources_in(instance_id),
        (None, None) => world.resources(),
    }
}

fn matches(filter: &DescribeEipAddressesRequest, eip: &EipAddress) -> bool {
    let instance_id = eip.association.as_ref().map(|association| &association.instance_id);
    filter.ip_address.as_ref().is_none_or(|address| eip.ip_address.to_string() == *address)
        && matches_filter(filter.name.as_ref(), eip.request.name.as_ref())
        && matches_filter(filter.resource_group_id.as_ref(), eip.request.resource_group_id.as_ref())
        && matches_filter(filter.instance_id.as_ref(), instance_id)
        && has_tags(&eip.request.tags, &filter.tags)
}
