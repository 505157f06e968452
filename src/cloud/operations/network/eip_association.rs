//! `AssociateEipAddress`, `ModifyEipForwardMode`, `UnassociateEipAddress` (N6).

use super::eip::{describe, stored};
use super::nat_gateway::{addresses_without, entries_that_use, find as find_nat_gateway};
use super::{set, vpc};
use crate::base::NatGatewayId;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, AssociateEipAddressRequest, EipAddress, EipAssociation, EipAssociationReference, EipInstanceType,
    FleetId, ModifyEipForwardModeRequest, UnassociateEipAddressRequest,
};
use crate::cloud::operations::check;
use crate::cloud::operations::network_interface::{FoundInterface, find_interface};
use crate::cloud::world::{EipDocument, Stored, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Refused where the address is associated already, and where the other end cannot have it.
    pub fn associate_eip_address(&self, request: &AssociateEipAddressRequest) -> Result<EipAddress> {
        self.write(Operation::AssociateEipAddress, |world| associate(world, request))
    }

    pub fn modify_eip_forward_mode(&self, request: &ModifyEipForwardModeRequest) -> Result<EipAddress> {
        self.write(Operation::ModifyEipForwardMode, |world| {
            let (mut eip, mut association) = associated(world, &request.association)?;
            set(&mut association.mode, request.mode.as_ref());
            association.configuration.clone_from(&request.configuration);
            eip.document.association = Some(association);
            world.save_resource(&eip.id, &eip.document)?;
            Ok(describe(eip))
        })
    }

    /// Refused while SNAT entries use the address, unless it is forced: then they give it up.
    pub fn unassociate_eip_address(&self, request: &UnassociateEipAddressRequest) -> Result<()> {
        self.write(Operation::UnassociateEipAddress, |world| unassociate(world, request))
    }
}

fn associate(world: &mut World, request: &AssociateEipAddressRequest) -> Result<EipAddress> {
    let mut eip = stored(world, &request.allocation_id)?;
    if let Some(other) = &eip.document.association {
        let message = format!(
            "`{}` is associated with `{}` already; disassociate the two first, or use another elastic address",
            request.allocation_id, other.instance_id
        );
        return Err(CloudError::of(Member::AllocationId, codes::INCORRECT_EIP_STATUS, message));
    }
    let instance_type = instance_type(request)?;
    check_target(world, instance_type, request)?;
    eip.document.association = Some(EipAssociation {
        instance_id: request.instance_id.clone(),
        instance_type,
        mode: request.mode.unwrap_or_default(),
        configuration: request.configuration.clone(),
    });
    world.save_resource(&eip.id, &eip.document)?;
    let detail = format!("`{}` with `{}`", eip.document.ip_address, request.instance_id);
    world.record(ActivityKind::AssociateEipAddress, &eip.id, detail, &[], &[])?;
    Ok(describe(eip))
}

/// What the address is associated with: the form of the id says it, and the request may not say something else.
fn instance_type(request: &AssociateEipAddressRequest) -> Result<EipInstanceType> {
    let id = &request.instance_id;
    let refuse = |member, message: String| Err(CloudError::of(member, codes::INVALID_INSTANCE_TYPE, message));
    match (request.instance_type, EipInstanceType::of_id(id)) {
        (Some(given), Some(of_id)) if given != of_id => {
            let (is, said) = (of_id.name(), given.name());
            let message = format!("`{id}` is the id of a `{is}`, and the request says `{said}`; leave the type out");
            refuse(Member::InstanceType, message)
        }
        (Some(given), _) => Ok(given),
        (None, Some(of_id)) => Ok(of_id),
        (None, None) => {
            refuse(Member::InstanceId, format!("`{id}` does not say what it is the id of; name the type beside it"))
        }
    }
}

/// What exists in the simulation must exist; load balancers and the like are known by their ids alone.
fn check_target(world: &mut World, kind: EipInstanceType, request: &AssociateEipAddressRequest) -> Result<()> {
    let id = &request.instance_id;
    match kind {
        EipInstanceType::EcsInstance => check_instance(world, id),
        EipInstanceType::Nat => find_nat_gateway(world, &NatGatewayId::from(id.as_str()), Member::InstanceId).map(drop),
        EipInstanceType::IpAddress => {
            let vpc_id = request.vpc_id.as_ref().ok_or_else(|| {
                let message = "an address lies in a VPC, and the request names none";
                CloudError::of(Member::VpcId, codes::MISSING_PARAMETER, message)
            })?;
            vpc::exists(world, vpc_id)
        }
        EipInstanceType::NetworkInterface => check_interface(world, id),
        EipInstanceType::SlbInstance | EipInstanceType::HaVip => Ok(()),
    }
}

/// An instance has one public way in: it has no other elastic address, and no public address of its own unless it is one
/// of `RunInstances`, which always has.
fn check_instance(world: &mut World, id: &str) -> Result<()> {
    let refuse = |code, message: String| Err(CloudError::of(Member::InstanceId, code, message));
    let found = world.find_instance(id)?.map(|(instance, _)| instance).filter(|instance| !instance.state.is_lost());
    let Some(instance) = found else {
        let message = format!("there is no instance `{id}` in `{}`", world.region);
        return refuse(codes::INVALID_INSTANCE_NOT_FOUND, message);
    };
    if let Some(other) = world.resources_in::<EipDocument>(id)?.first() {
        let message = format!("`{id}` has the elastic address `{}` already; an instance has at most one", other.id);
        return refuse(codes::INVALID_ASSOCIATION_DUPLICATED, message);
    }
    match instance.public_ip {
        Some(address) if !matches!(instance.fleet, FleetId::Reservation(_)) => {
            let message = format!(
                "`{id}` has the public address `{address}` of its own; launch it without bandwidth to the internet to give \
                 it an elastic one"
            );
            refuse(codes::FORBIDDEN_INSTANCE_BANDWIDTH, message)
        }
        _ => Ok(()),
    }
}

/// A network interface has one elastic address. The address of a primary interface is that of its instance.
fn check_interface(world: &mut World, id: &str) -> Result<()> {
    let refuse = |code, message: String| Err(CloudError::of(Member::InstanceId, code, message));
    if let FoundInterface::Primary(instance_id) = find_interface(world, &id.into(), Member::InstanceId)? {
        let message = format!(
            "`{id}` is the primary network interface of `{instance_id}`; associate the elastic address with the instance"
        );
        return refuse(codes::INVALID_ENI_TYPE, message);
    }
    match world.resources_in::<EipDocument>(id)?.first() {
        Some(other) => {
            let message =
                format!("`{id}` has the elastic address `{}` already; an interface has at most one", other.id);
            refuse(codes::INVALID_ASSOCIATION_DUPLICATED, message)
        }
        None => Ok(()),
    }
}

fn unassociate(world: &mut World, request: &UnassociateEipAddressRequest) -> Result<()> {
    let (mut eip, association) = associated(world, &request.association)?;
    let address = eip.document.ip_address.to_string();
    let entries = entries_that_use(world, &association.instance_id, &address)?;
    if !request.force && !entries.is_empty() {
        let ids: Vec<&str> = entries.iter().map(|entry| entry.id.as_str()).collect();
        let message = format!("`{address}` is the source address of {}; delete them first", check::list(&ids));
        return Err(CloudError::new(codes::IP_USED_BY_SNAT, message));
    }
    for entry in entries {
        addresses_without(world, entry, &address)?;
    }
    eip.document.association = None;
    world.save_resource(&eip.id, &eip.document)?;
    let detail = format!("`{address}` from `{}`", association.instance_id);
    world.record(ActivityKind::UnassociateEipAddress, &eip.id, detail, &[], &[])
}

/// An elastic address with the association that a request names.
fn associated(world: &mut World, reference: &EipAssociationReference) -> Result<(Stored<EipDocument>, EipAssociation)> {
    let EipAssociationReference { allocation_id, instance_id } = reference;
    let eip = stored(world, allocation_id)?;
    let association = eip.document.association.clone().filter(|association| association.instance_id == *instance_id);
    let association = association.ok_or_else(|| {
        let message = format!("`{allocation_id}` is not associated with `{instance_id}`");
        CloudError::new(codes::INVALID_BIND_INSTANCE_NOT_FOUND, message)
    })?;
    Ok((eip, association))
}
