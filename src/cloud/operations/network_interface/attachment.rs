//! `AttachNetworkInterface` and `DetachNetworkInterface` (N10, W11).

use super::{FoundInterface, Result, describe, find_interface, missing_id, stored};
use crate::base::{InstanceId, NetworkInterfaceId};
use crate::catalogue::NetworkLimits;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, AttachNetworkInterfaceRequest, Instance, InstanceState, NetworkInterface, NetworkInterfaceAttachment,
};
use crate::cloud::operations::check;
use crate::cloud::world::{NetworkInterfaceDocument, Stored, World};
use crate::market::Operation;

impl SimCloud {
    /// To an instance of the interface's zone and VPC.
    pub fn attach_network_interface(&self, request: &AttachNetworkInterfaceRequest) -> Result<NetworkInterface> {
        self.write(Operation::AttachNetworkInterface, |world| attach(world, request))
    }

    /// Replaces the author's own text of an attachment, the only thing about it that can change.
    pub fn modify_network_interface_attachment(
        &self,
        request: &AttachNetworkInterfaceRequest,
    ) -> Result<NetworkInterface> {
        self.write(None, |world| {
            let (mut interface, mut attachment) = attached(world, request)?;
            attachment.configuration.clone_from(&request.configuration);
            interface.document.attachment = Some(attachment);
            world.save_resource(&interface.id, &interface.document)?;
            Ok(describe(interface))
        })
    }

    /// Refused where the interface is not attached to the instance.
    pub fn detach_network_interface(
        &self,
        network_interface_id: &NetworkInterfaceId,
        instance_id: &InstanceId,
    ) -> Result<()> {
        self.write(Operation::DetachNetworkInterface, |world| {
            let request = AttachNetworkInterfaceRequest {
                network_interface_id: Some(network_interface_id.clone()),
                instance_id: Some(instance_id.clone()),
                configuration: String::new(),
            };
            let (mut interface, _) = attached(world, &request)?;
            interface.document.attachment = None;
            world.save_resource(&interface.id, &interface.document)?;
            let detail = format!("of `{instance_id}`");
            world.record(ActivityKind::DetachNetworkInterface, &interface.id, detail, &[], &[])
        })
    }
}

fn attach(world: &mut World, request: &AttachNetworkInterfaceRequest) -> Result<NetworkInterface> {
    let id = request.network_interface_id.as_ref().ok_or_else(missing_id)?;
    let instance_id = request
        .instance_id
        .as_ref()
        .ok_or_else(|| CloudError::of(Member::InstanceId, codes::MISSING_PARAMETER, "the request names no instance"))?;
    if let FoundInterface::Primary(owner) = find_interface(world, id, Member::NetworkInterfaceId)? {
        let message = format!("`{id}` is the primary network interface of `{owner}`, which it never leaves");
        return Err(CloudError::of(Member::NetworkInterfaceId, codes::INVALID_ENI_TYPE, message));
    }
    let mut interface = stored(world, id)?;
    if let Some(attachment) = &interface.document.attachment {
        let message = format!("`{id}` is attached to `{}` already; detach it first", attachment.instance_id);
        return Err(CloudError::of(Member::NetworkInterfaceId, codes::INVALID_ENI_STATE, message));
    }
    let instance = instance(world, instance_id)?;
    check_place(world, &interface, &instance)?;
    check_number(world, &instance)?;
    interface.document.attachment = Some(NetworkInterfaceAttachment {
        instance_id: instance_id.clone(),
        attach_time: world.now,
        configuration: request.configuration.clone(),
    });
    world.save_resource(&interface.id, &interface.document)?;
    let detail = format!("to `{instance_id}`");
    world.record(ActivityKind::AttachNetworkInterface, &interface.id, detail, &[], &[])?;
    Ok(describe(interface))
}

fn instance(world: &mut World, instance_id: &InstanceId) -> Result<Instance> {
    let found = world.find_instance(instance_id.as_str())?.map(|(instance, _)| instance);
    found.filter(|instance| instance.state != InstanceState::Terminated).ok_or_else(|| {
        let message = format!("there is no instance `{instance_id}` in `{}`", world.region);
        CloudError::of(Member::InstanceId, codes::INVALID_ECS_NOT_FOUND, message)
    })
}

/// Both lie in one zone and one VPC; the vSwitches may differ.
fn check_place(world: &mut World, interface: &Stored<NetworkInterfaceDocument>, instance: &Instance) -> Result<()> {
    let (own, id, instance_id) = (&interface.document, &interface.id, &instance.instance_id);
    let refuse = |code, here: &str, there: &str, what: &str| {
        let message = format!("`{id}` is in `{here}`, and `{instance_id}` in `{there}`; both must be in one {what}");
        Err(CloudError::of(Member::InstanceId, code, message))
    };
    if own.zone_id != instance.zone_id {
        let code = codes::INVALID_OPERATION_ZONE_MISMATCH;
        return refuse(code, own.zone_id.as_str(), instance.zone_id.as_str(), "zone");
    }
    let vswitch = world.vswitch(instance.vswitch_id.as_str())?;
    match vswitch.filter(|vswitch| vswitch.vpc_id != own.vpc_id) {
        Some(vswitch) => {
            let code = codes::INVALID_OPERATION_VPC_MISMATCH;
            refuse(code, own.vpc_id.as_str(), vswitch.vpc_id.as_str(), "VPC")
        }
        None => Ok(()),
    }
}

/// The type of the instance says how many interfaces it has, the primary one included.
fn check_number(world: &mut World, instance: &Instance) -> Result<()> {
    let instance_type = check::instance_type(&instance.instance_type, codes::INVALID_INSTANCE_TYPE)?;
    let most = NetworkLimits::of(instance_type).interfaces;
    let attached = world.resources_in::<NetworkInterfaceDocument>(instance.instance_id.as_str())?.len();
    if attached + 1 < most as usize {
        return Ok(());
    }
    let message = format!(
        "`{}` has {} network interfaces, the primary one included, and `{}` can have {most}",
        instance.instance_id,
        attached + 1,
        instance.instance_type
    );
    Err(CloudError::of(Member::InstanceId, codes::ENI_PER_INSTANCE_LIMIT, message))
}

/// An interface with the attachment that a request names.
fn attached(
    world: &mut World,
    request: &AttachNetworkInterfaceRequest,
) -> Result<(Stored<NetworkInterfaceDocument>, NetworkInterfaceAttachment)> {
    let id = request.network_interface_id.as_ref().ok_or_else(missing_id)?;
    let interface = stored(world, id)?;
    let attachment = interface.document.attachment.clone();
    let attachment = attachment.filter(|found| request.instance_id.as_ref() == Some(&found.instance_id));
    let attachment = attachment.ok_or_else(|| {
        let instance = request.instance_id.as_ref().map_or_else(|| "any instance".to_owned(), |id| format!("`{id}`"));
        let message = format!("`{id}` is not attached to {instance}");
        CloudError::of(Member::NetworkInterfaceId, codes::INVALID_ENI_STATE, message)
    })?;
    Ok((interface, attachment))
}
