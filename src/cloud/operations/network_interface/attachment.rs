//! `AttachNetworkInterface` and `DetachNetworkInterface` (N10, W11).

use super::{Result, describe, find, missing_id, stored};
use crate::base::{InstanceId, NetworkInterfaceId, VpcId, ZoneId};
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
    let interface = find::find_available(world, id)?;
    let instance = instance(world, instance_id)?;
    let vswitch = world.vswitch(instance.vswitch_id.as_str())?;
    let place = AttachmentPlace {
        name: format!("`{instance_id}`"),
        zone_id: instance.zone_id.clone(),
        vpc_id: vswitch.map(|vswitch| vswitch.vpc_id),
    };
    place.check(&interface).map_err(|(code, message)| CloudError::of(Member::InstanceId, code, message))?;
    check_number(world, &instance)?;
    attach_to(world, interface, instance_id, request.configuration.clone()).map(describe)
}

/// Attaches an interface that can be attached to the instance.
pub(super) fn attach_to(
    world: &mut World,
    mut interface: Stored<NetworkInterfaceDocument>,
    instance_id: &InstanceId,
    configuration: String,
) -> Result<Stored<NetworkInterfaceDocument>> {
    let attachment =
        NetworkInterfaceAttachment { instance_id: instance_id.clone(), attach_time: world.now, configuration };
    interface.document.attachment = Some(attachment);
    world.save_resource(&interface.id, &interface.document)?;
    let detail = format!("to `{instance_id}`");
    world.record(ActivityKind::AttachNetworkInterface, &interface.id, detail, &[], &[])?;
    Ok(interface)
}

fn instance(world: &mut World, instance_id: &InstanceId) -> Result<Instance> {
    let found = world.find_instance(instance_id.as_str())?.map(|(instance, _)| instance);
    found.filter(|instance| instance.state != InstanceState::Terminated).ok_or_else(|| {
        let message = format!("there is no instance `{instance_id}` in `{}`", world.region);
        CloudError::of(Member::InstanceId, codes::INVALID_ECS_NOT_FOUND, message)
    })
}

/// Where the instance is that an interface is to be attached to.
pub(super) struct AttachmentPlace {
    /// The instance, as a message names it.
    pub(super) name: String,
    pub(super) zone_id: ZoneId,
    /// `None` if its vSwitch is gone.
    pub(super) vpc_id: Option<VpcId>,
}

impl AttachmentPlace {
    /// Both lie in one zone and one VPC; the vSwitches may differ.
    ///
    /// # Errors
    /// The code and the message of the refusal.
    pub(super) fn check(&self, interface: &Stored<NetworkInterfaceDocument>) -> Result<(), (&'static str, String)> {
        let document = &interface.document;
        self.check_location(&interface.id, &document.zone_id, &document.vpc_id)
    }

    /// The same for what lies in a zone and in a VPC.
    ///
    /// # Errors
    /// The code and the message of the refusal.
    pub(super) fn check_location(
        &self,
        id: &str,
        zone_id: &ZoneId,
        vpc_id: &VpcId,
    ) -> Result<(), (&'static str, String)> {
        let message = |here: &str, there: &str, what: &str| {
            format!("`{id}` is in `{here}`, and {} in `{there}`; both must be in one {what}", self.name)
        };
        if *zone_id != self.zone_id {
            let message = message(zone_id.as_str(), self.zone_id.as_str(), "zone");
            return Err((codes::INVALID_OPERATION_ZONE_MISMATCH, message));
        }
        match self.vpc_id.as_ref().filter(|own| *own != vpc_id) {
            Some(own) => Err((codes::INVALID_OPERATION_VPC_MISMATCH, message(vpc_id.as_str(), own.as_str(), "VPC"))),
            None => Ok(()),
        }
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
