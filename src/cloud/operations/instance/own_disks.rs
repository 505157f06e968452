//! The disks that instances have from the beginning and that end with them.

use super::super::disk::modify as modify_disk;
use super::describe::{describe as describe_single, find};
use super::modify::modify;
use crate::base::{DiskId, InstanceId};
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    DescribeDisksRequest, DiskStatus, FleetId, Instance, LaunchInstanceRequest, ModifyDiskRequest,
    ModifyInstanceRequest, OwnDisk, SingleInstance, Tags,
};
use crate::cloud::world::{DiskDocument, World, part_id};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// The system disks of living instances, and the data disks that instances launched by themselves were launched
    /// with: those of one instance, or those of these ids, or all; instances by creation, system disks first. Data disks
    /// of other instances are not simulated.
    pub fn describe_own_disks(&self, request: &DescribeDisksRequest) -> Result<Vec<OwnDisk>> {
        self.read(None, |world| {
            let instances = match &request.instance_id {
                Some(id) => world.find_instance(id.as_str())?.map(|(instance, _)| instance).into_iter().collect(),
                None => world.list_region()?,
            };
            let mut found = Vec::new();
            for instance in instances.iter().filter(|instance| !instance.state.is_lost()) {
                found.extend(disks(world, instance)?);
            }
            found.retain(|disk| matches(request, disk));
            Ok(found)
        })
    }

    /// Makes a disk larger, one of its own or one that an instance has from the beginning (N9, O5).
    pub fn resize_disk(&self, disk_id: &DiskId, size: u32) -> Result<()> {
        self.write(Operation::ResizeDisk, |world| {
            if let Some((instance_id, place)) = owner(world, disk_id)? {
                return grow(world, &instance_id, place, size);
            }
            let change =
                ModifyDiskRequest { disk_id: Some(disk_id.clone()), size: Some(size), ..ModifyDiskRequest::default() };
            modify_disk(world, &change).map(|_| ())
        })
    }
}

/// The living instance that has a disk from the beginning, and the place of the disk among those: the system disk is the
/// first.
fn owner(world: &mut World, disk_id: &DiskId) -> Result<Option<(InstanceId, usize)>> {
    if world.resource::<DiskDocument>(disk_id.as_str())?.is_some() {
        return Ok(None);
    }
    for instance in world.list_region()?.iter().filter(|instance| !instance.state.is_lost()) {
        if let Some(place) = disks(world, instance)?.iter().position(|disk| disk.disk_id == *disk_id) {
            return Ok(Some((instance.instance_id.clone(), place)));
        }
    }
    Ok(None)
}

fn grow(world: &mut World, instance_id: &InstanceId, place: usize, size: u32) -> Result<()> {
    let mut data_disks = find(world, instance_id)?.request.data_disks;
    let data_disk = place.checked_sub(1).and_then(|index| data_disks.get_mut(index));
    let is_system_disk = data_disk.is_none();
    if let Some(disk) = data_disk {
        disk.size = size;
    }
    let change = ModifyInstanceRequest {
        instance_id: Some(instance_id.clone()),
        system_disk_size: is_system_disk.then_some(Some(size)),
        data_disks: (!is_system_disk).then_some(data_disks),
        ..ModifyInstanceRequest::default()
    };
    modify(world, &change).map(|_| ())
}

fn matches(request: &DescribeDisksRequest, disk: &OwnDisk) -> bool {
    request.disk_ids.as_ref().is_none_or(|ids| ids.contains(&disk.disk_id))
        && request.zone_id.as_ref().is_none_or(|zone_id| disk.zone_id == *zone_id)
        && request.category.as_ref().is_none_or(|category| disk.category == *category)
        && request.status.is_none_or(|status| status == DiskStatus::InUse)
        && request.name.is_none()
        && request.tags.is_empty()
}

fn disks(world: &mut World, instance: &Instance) -> Result<Vec<OwnDisk>> {
    let own = |disk_id: String, category: String, size: u32, device: String, without_effect: Tags| OwnDisk {
        disk_id: DiskId::from(disk_id),
        instance_id: instance.instance_id.clone(),
        zone_id: instance.zone_id.clone(),
        category,
        size,
        device,
        create_time: instance.launch_time,
        without_effect,
    };
    let system = |size, said| {
        let id = system_disk_id(&instance.instance_id);
        own(id, instance.system_disk_category.clone(), size, "/dev/xvda".to_owned(), said)
    };
    let FleetId::Instance(_) = instance.fleet else {
        return Ok(vec![system(LaunchInstanceRequest::DEFAULT_SYSTEM_DISK_SIZE, Tags::new())]);
    };
    let id = instance.instance_id.as_str();
    let Some(fleet) = world.fleet::<LaunchInstanceRequest>(id)? else { return Ok(Vec::new()) };
    let SingleInstance { system_disk_size, request, .. } = describe_single(world, fleet)?;
    // What was said of a disk is kept under names such as `DataDisk.1.DiskName`.
    let said = |disk: &str| -> Tags {
        let members = request.without_effect.iter();
        members.filter_map(|(name, text)| Some((name.strip_prefix(disk)?.to_owned(), text.clone()))).collect()
    };
    let data = (1..).zip('b'..='z').zip(&request.data_disks).map(|((number, letter), disk)| {
        let category = disk.category.clone().unwrap_or_else(|| instance.system_disk_category.clone());
        let id = part_id(DiskId::PREFIX, &format!("data disk {letter}"), &instance.instance_id);
        own(id, category, disk.size, format!("/dev/xvd{letter}"), said(&format!("DataDisk.{number}.")))
    });
    Ok([system(system_disk_size, said("SystemDisk."))].into_iter().chain(data).collect())
}

/// The id of the disk that an instance starts from.
pub(super) fn system_disk_id(instance_id: &InstanceId) -> String {
    part_id(DiskId::PREFIX, "system disk", instance_id)
}
