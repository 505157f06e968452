//! `CreateNetworkInterface`, `ModifyNetworkInterfaceAttribute`, `DeleteNetworkInterface`, `DescribeNetworkInterfaces`, and
//! the attachment of interfaces (N10).

mod addresses;
mod attachment;
mod find;
mod launch; // those that an instance is launched with
mod primary; // those that instances have from the beginning

pub(super) use find::{FoundInterface, find_interface};
pub(super) use launch::{attach_launch_interfaces, check_launch_interfaces, launched_interfaces};

use super::{set, set_text};
use crate::base::{Alphabet, NetworkInterfaceId, Seed};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, CreateNetworkInterfaceRequest, DescribeNetworkInterfacesRequest, ModifyNetworkInterfaceRequest,
    NetworkInterface, NetworkInterfaceStatus,
};
use crate::cloud::operations::check;
use crate::cloud::world::{
    NetworkInterfaceDocument, Stored, TokenUse, VSwitch, World, fingerprint, identify, write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::CreateNetworkInterface;

impl SimCloud {
    /// Takes its addresses from its vSwitch.
    pub fn create_network_interface(&self, request: &CreateNetworkInterfaceRequest) -> Result<NetworkInterface> {
        self.write(OPERATION, |world| create(world, request))
    }

    /// One transaction, for which the service needs a call for the addresses and one for the rest. A fault finds it under
    /// the first of them that the request needs.
    pub fn modify_network_interface(&self, request: &ModifyNetworkInterfaceRequest) -> Result<NetworkInterface> {
        self.write(operation_of(request), |world| modify(world, request))
    }

    /// The same where the change depends on what the interface is: one transaction, in which `change` may be called more
    /// than once. A fault finds it under the operation that is named.
    pub fn modify_network_interface_as(
        &self,
        operation: Operation,
        id: &NetworkInterfaceId,
        change: &dyn Fn(&NetworkInterface) -> Result<ModifyNetworkInterfaceRequest>,
    ) -> Result<NetworkInterface> {
        self.write(operation, |world| {
            let request = change(&describe(stored(world, id)?))?;
            modify(world, &ModifyNetworkInterfaceRequest { network_interface_id: Some(id.clone()), ..request })
        })
    }

    /// Refused while it is attached. Its elastic address is free afterwards, and routes that lead to it are gone.
    pub fn delete_network_interface(&self, network_interface_id: &NetworkInterfaceId) -> Result<()> {
        self.write(Operation::DeleteNetworkInterface, |world| delete(world, network_interface_id))
    }

    /// In order of creation, primary ones first.
    pub fn describe_network_interfaces(
        &self,
        request: &DescribeNetworkInterfacesRequest,
    ) -> Result<Vec<NetworkInterface>> {
        self.read(Operation::DescribeNetworkInterfaces, |world| {
            let mut found = if request.includes_primary { primary::list(world, request)? } else { Vec::new() };
            found.extend(candidates(world, request)?.into_iter().map(describe));
            found.retain(|interface| matches(request, interface));
            Ok(found)
        })
    }
}

const fn operation_of(request: &ModifyNetworkInterfaceRequest) -> Operation {
    if request.private_ip_addresses.is_some() || request.secondary_private_ip_address_count.is_some() {
        Operation::AssignPrivateIpAddresses
    } else {
        Operation::ModifyNetworkInterfaceAttribute
    }
}

fn create(world: &mut World, request: &CreateNetworkInterfaceRequest) -> Result<NetworkInterface> {
    let parameters = CreateNetworkInterfaceRequest { client_token: None, ..request.clone() };
    let parameters = fingerprint(&write_document(&parameters));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(id) => return stored(world, &NetworkInterfaceId::from(id)).map(describe),
        TokenUse::New(call) => call,
    };
    let vswitch_id = request.vswitch_id.as_ref().ok_or_else(|| {
        CloudError::of(Member::VSwitchId, codes::MISSING_PARAMETER, "a network interface needs a vSwitch")
    })?;
    let vswitch = check::vswitch(world, vswitch_id.as_str())?;
    check_security_groups(world, request, &vswitch)?;
    let id = world.next_resource_id(&call.id_series, NetworkInterfaceId::PREFIX, Alphabet::Base36)?;
    let made = make(world, id, vswitch, request)?;
    world.save_token(&call, &made.id)?;
    Ok(describe(made))
}

/// Makes an interface whose request was checked.
fn make(
    world: &mut World,
    id: String,
    vswitch: VSwitch,
    request: &CreateNetworkInterfaceRequest,
) -> Result<Stored<NetworkInterfaceDocument>> {
    let (primary_ip, secondary_ips) = addresses::take(world, &vswitch, &id, request)?;
    let document = NetworkInterfaceDocument {
        request: request.clone(),
        vswitch_id: vswitch.vswitch_id,
        vpc_id: vswitch.vpc_id,
        zone_id: vswitch.zone_id,
        primary_ip,
        secondary_ips,
        attachment: None,
        create_time: world.now,
    };
    world.save_resource(&id, &document)?;
    let detail = format!("`{primary_ip}` of `{}`", document.vswitch_id);
    world.record(ActivityKind::CreateNetworkInterface, &id, detail, &[], &[])?;
    Ok(Stored { id, document })
}

/// Checks that there is at least one security group, and that each lies in the VPC of the interface.
fn check_security_groups(world: &mut World, request: &CreateNetworkInterfaceRequest, vswitch: &VSwitch) -> Result<()> {
    let ids = &request.security_group_ids;
    if ids.is_empty() {
        let message = "a network interface needs at least one security group";
        return Err(CloudError::of(Member::SecurityGroupIds, codes::MISSING_PARAMETER, message));
    }
    check::security_groups(world, ids, codes::INVALID_SECURITY_GROUP_NOT_FOUND)?;
    match world.security_group_elsewhere(ids, &vswitch.vpc_id)? {
        Some((group, other)) => {
            let message = format!(
                "the security group `{group}` is in `{other}`, and the network interface in `{}`; both must be in one VPC",
                vswitch.vpc_id
            );
            Err(CloudError::of(Member::SecurityGroupIds, codes::INVALID_OPERATION_VPC_MISMATCH, message))
        }
        None => Ok(()),
    }
}

fn modify(world: &mut World, request: &ModifyNetworkInterfaceRequest) -> Result<NetworkInterface> {
    let id = request.network_interface_id.as_ref().ok_or_else(missing_id)?;
    let mut interface = stored(world, id)?;
    let vswitch = check::vswitch(world, interface.document.vswitch_id.as_str())?;
    if let Some(ids) = &request.security_group_ids {
        interface.document.request.security_group_ids.clone_from(ids);
        check_security_groups(world, &interface.document.request, &vswitch)?;
    }
    addresses::change(world, &vswitch, &mut interface, request)?;
    let own = &mut interface.document.request;
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    if request.delete_on_release.is_some() {
        own.delete_on_release = request.delete_on_release;
    }
    world.save_resource(&interface.id, &interface.document)?;
    Ok(describe(interface))
}

fn delete(world: &mut World, network_interface_id: &NetworkInterfaceId) -> Result<()> {
    let Stored { id, document } = stored(world, network_interface_id)?;
    if let Some(attachment) = &document.attachment {
        let message = format!("`{id}` is attached to `{}`; detach it first", attachment.instance_id);
        return Err(CloudError::of(Member::NetworkInterfaceId, codes::INVALID_ENI_STATE, message));
    }
    let addresses = std::iter::once(document.primary_ip).chain(document.secondary_ips);
    world.return_interface_addresses(&document.vswitch_id, addresses)?;
    world.release_network_interface(&id)?;
    world.remove_resource(&id)?;
    world.record(ActivityKind::DeleteNetworkInterface, &id, String::new(), &[], &[])
}

fn stored(world: &mut World, id: &NetworkInterfaceId) -> Result<Stored<NetworkInterfaceDocument>> {
    if let Some(found) = world.resource(id.as_str())? {
        return Ok(found);
    }
    let message = find::no_interface(world, id)?;
    Err(CloudError::of(Member::NetworkInterfaceId, codes::INVALID_ENI_NOT_FOUND, message))
}

fn missing_id() -> CloudError {
    CloudError::of(Member::NetworkInterfaceId, codes::MISSING_PARAMETER, "the request names no network interface")
}

fn describe(Stored { id, document }: Stored<NetworkInterfaceDocument>) -> NetworkInterface {
    let is_attached = document.attachment.is_some();
    NetworkInterface {
        is_primary: false,
        mac_address: mac_address(&id),
        network_interface_id: id.into(),
        vpc_id: document.vpc_id,
        zone_id: document.zone_id,
        vswitch_id: document.vswitch_id,
        private_ip_address: document.primary_ip,
        secondary_private_ip_addresses: document.secondary_ips,
        status: if is_attached { NetworkInterfaceStatus::InUse } else { NetworkInterfaceStatus::Available },
        attachment: document.attachment,
        create_time: document.create_time,
        request: document.request,
    }
}

fn mac_address(id: &str) -> String {
    let digest = Seed::new(0).digest(&["mac address", id]);
    let [first, second, third, ..] = digest;
    format!("00:16:3e:{first:02x}:{second:02x}:{third:02x}")
}

/// The narrowest listing that holds everything asked for.
fn candidates(
    world: &mut World,
    request: &DescribeNetworkInterfacesRequest,
) -> Result<Vec<Stored<NetworkInterfaceDocument>>> {
    match (&request.network_interface_ids, &request.instance_id) {
        (Some(ids), _) => {
            let found: Result<Vec<_>> = ids.iter().map(|id| world.resource(id.as_str())).collect();
            Ok(found?.into_iter().flatten().collect())
        }
        (None, Some(instance_id)) => world.resources_in(instance_id.as_str()),
        (None, None) => world.resources(),
    }
}

fn matches(filter: &DescribeNetworkInterfacesRequest, interface: &NetworkInterface) -> bool {
    let instance_id = interface.attachment.as_ref().map(|attachment| &attachment.instance_id);
    let request = &interface.request;
    filter.network_interface_ids.as_ref().is_none_or(|ids| ids.contains(&interface.network_interface_id))
        && filter.vswitch_id.as_ref().is_none_or(|id| *id == interface.vswitch_id)
        && filter.instance_id.as_ref().is_none_or(|id| instance_id == Some(id))
        && filter.security_group_id.as_ref().is_none_or(|id| request.security_group_ids.contains(id))
        && filter.name.as_ref().is_none_or(|name| request.name.as_ref() == Some(name))
        && filter.status.is_none_or(|status| status == interface.status)
        && filter.tags.iter().all(|(key, value)| request.tags.get(key) == Some(value))
}
