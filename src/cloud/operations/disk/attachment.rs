//! `AttachDisk`, `DetachDisk`, and changes of an attachment (N9, W11).

use super::{Result, describe, missing_id, stored};
use crate::base::limits::MAX_DATA_DISKS;
use crate::base::{DiskId, InstanceId};
use crate::catalogue;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    ActivityKind, AttachDiskRequest, Disk, DiskAttachment, Instance, InstanceState, LaunchInstanceRequest,
    ModifyDiskAttachmentRequest,
};
use crate::cloud::operations::check;
use crate::cloud::world::{DiskDocument, Fleet, World};
use crate::market::Operation;

impl SimCloud {
    /// To an instance of the disk's zone.
    pub fn attach_disk(&self, request: &AttachDiskRequest) -> Result<Disk> {
        self.write(Operation::AttachDisk, |world| {
            let disk_id = request.disk_id.as_ref().ok_or_else(missing_id)?;
            let instance_id = request.instance_id.as_ref().ok_or_else(missing_instance)?;
            let mut disk = stored(world, disk_id)?;
            let instance = instance(world, instance_id)?;
            attach(world, &disk.id, &mut disk.document, &instance)?;
            if let Some(attachment) = &mut disk.document.attachment {
                attachment.delete_with_instance = request.delete_with_instance;
                attachment.configuration.clone_from(&request.configuration);
            }
            world.save_resource(&disk.id, &disk.document)?;
            Ok(describe(world, disk))
        })
    }

    /// Changes whether a disk ends with the instance that it is attached to.
    pub fn modify_disk_attachment(&self, request: &ModifyDiskAttachmentRequest) -> Result<Disk> {
        self.write(Operation::ModifyDiskAttribute, |world| {
            let disk_id = request.disk_id.as_ref().ok_or_else(missing_id)?;
            let mut disk = stored(world, disk_id)?;
            let attachment = disk.document.attachment.as_mut();
            let attachment = attachment.filter(|found| request.instance_id.as_ref() == Some(&found.instance_id));
            let attachment = attachment.ok_or_else(|| not_attached(disk_id, request.instance_id.as_ref()))?;
            if request.delete_with_instance.is_some() {
                attachment.delete_with_instance = request.delete_with_instance;
            }
            if let Some(configuration) = &request.configuration {
                attachment.configuration.clone_from(configuration);
            }
            world.save_resource(&disk.id, &disk.document)?;
            Ok(describe(world, disk))
        })
    }

    /// Refused where the disk is not attached to the instance.
    pub fn detach_disk(&self, disk_id: &DiskId, instance_id: &InstanceId) -> Result<()> {
        self.write(Operation::DetachDisk, |world| {
            let mut disk = stored(world, disk_id)?;
            let attachment = disk.document.attachment.take_if(|found| found.instance_id == *instance_id);
            let attachment = attachment.ok_or_else(|| not_attached(disk_id, Some(instance_id)))?;
            world.save_resource(&disk.id, &disk.document)?;
            let detail = format!("`{}` of `{instance_id}`", attachment.device);
            world.record(ActivityKind::DetachDisk, &disk.id, detail, &[], &[])
        })
    }
}

/// An instance to which something can be attached.
pub(super) fn instance(world: &mut World, instance_id: &InstanceId) -> Result<Instance> {
    let found = world.find_instance(instance_id.as_str())?.map(|(instance, _)| instance);
    found.filter(|instance| instance.state != InstanceState::Terminated).ok_or_else(|| {
        let message = format!("there is no instance `{instance_id}` in `{}`", world.region);
        CloudError::of(Member::InstanceId, codes::INVALID_INSTANCE_NOT_FOUND, message)
    })
}

/// Attaches a disk that is attached to nothing; the caller saves it.
pub(super) fn attach(world: &mut World, id: &str, disk: &mut DiskDocument, instance: &Instance) -> Result<()> {
    let instance_id = &instance.instance_id;
    if let Some(attachment) = &disk.attachment {
        let message = format!(
            "`{id}` is attached to `{}` as `{}` already; detach it first",
            attachment.instance_id, attachment.device
        );
        return Err(CloudError::of(Member::DiskId, codes::INCORRECT_DISK_STATUS, message));
    }
    if let Some(zone_id) = disk.request.zone_id.as_ref().filter(|zone_id| **zone_id != instance.zone_id) {
        let message = format!(
            "`{id}` is in `{zone_id}`, and `{instance_id}` in `{}`; both must be in one zone",
            instance.zone_id
        );
        return Err(CloudError::of(Member::InstanceId, codes::RESOURCES_NOT_IN_SAME_ZONE, message));
    }
    check_category(world, id, disk, instance)?;
    let device = next_device(world, instance)?;
    let detail = format!("`{device}` of `{instance_id}`");
    disk.attachment = Some(DiskAttachment {
        instance_id: instance_id.clone(),
        device,
        attach_time: world.now,
        delete_with_instance: None,
        configuration: String::new(),
    });
    world.record(ActivityKind::AttachDisk, id, detail, &[], &[])
}

/// The pool of the instance takes disks of the category, as at a launch (N3).
fn check_category(world: &World, id: &str, disk: &DiskDocument, instance: &Instance) -> Result<()> {
    let category = super::category_of(disk);
    let instance_type = check::instance_type(&instance.instance_type, codes::INVALID_INSTANCE_TYPE)?;
    let zone = catalogue::zone(instance.zone_id.as_str());
    // What is sold no longer has no offer, and takes what it took.
    let offer = zone.and_then(|zone| check::sold(world, zone, instance_type));
    match offer.filter(|offer| !offer.data_disk_categories.contains(&category)) {
        Some(offer) => {
            let taken: Vec<&str> = offer.data_disk_categories.iter().map(|category| category.name()).collect();
            let message = format!(
                "`{id}` is a `{category}`, which `{}` in `{}` does not take; it takes {}",
                instance.instance_type,
                instance.zone_id,
                check::list(&taken)
            );
            Err(CloudError::of(Member::DiskId, codes::NOT_SUPPORT_DISK_CATEGORY, message))
        }
        None => Ok(()),
    }
}

/// The first device from `/dev/xvdb` on that no disk has; `/dev/xvda` is the system disk, and the data disks that an
/// instance was launched with by itself have the first ones after it.
fn next_device(world: &mut World, instance: &Instance) -> Result<String> {
    let attached = world.resources_in::<DiskDocument>(instance.instance_id.as_str())?;
    let used: Vec<&str> =
        attached.iter().filter_map(|disk| Some(disk.document.attachment.as_ref()?.device.as_str())).collect();
    let single: Option<Fleet<LaunchInstanceRequest>> = world.fleet(instance.instance_id.as_str())?;
    let own = single.map_or(0, |fleet| fleet.request.data_disks.len());
    let mut devices = ('b'..='z').map(|letter| format!("/dev/xvd{letter}")).take(MAX_DATA_DISKS).skip(own);
    let free = devices.find(|device| !used.contains(&device.as_str()));
    free.filter(|_| own + used.len() < MAX_DATA_DISKS).ok_or_else(|| {
        let message = format!("`{}` has {MAX_DATA_DISKS} data disks already, the most", instance.instance_id);
        CloudError::of(Member::InstanceId, codes::INSTANCE_DISK_LIMIT, message)
    })
}

fn missing_instance() -> CloudError {
    CloudError::of(Member::InstanceId, codes::MISSING_PARAMETER, "the request names no instance")
}

fn not_attached(disk_id: &DiskId, instance_id: Option<&InstanceId>) -> CloudError {
    let instance = instance_id.map_or_else(|| "any instance".to_owned(), |id| format!("`{id}`"));
    let message = format!("`{disk_id}` is not attached to {instance}");
    CloudError::of(Member::DiskId, codes::DISK_ALREADY_DETACHED, message)
}
