//! The disks that instances have from the beginning and that end with them.

use super::super::disk::{modify as modify_disk, modify_as as modify_disk_as};
use super::describe::{describe as describe_single, find};
use super::modify::modify;
use crate::base::{DiskId, InstanceId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    DescribeDisksRequest, Disk, DiskStatus, FleetId, Instance, LaunchInstanceRequest, ModifyDiskRequest,
    ModifyInstanceRequest, OwnDisk, SingleInstance, Tags,
};
use crate::cloud::world::{DiskDocument, Fleet, World, part_id};
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
                None => world.list_instances_of_region()?,
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
            if let Some((instance_id, index)) = owner(world, disk_id)? {
                return grow(world, &instance_id, index, size);
            }
            let change =
                ModifyDiskRequest { disk_id: Some(disk_id.clone()), size: Some(size), ..ModifyDiskRequest::default() };
            modify_disk(world, &change).map(|_| ())
        })
    }

    /// Changes attributes of a disk, such as its name. `change` makes the request for a disk that was created by
    /// itself, and may be called more than once; of a disk that an instance has from the beginning the `members` are
    /// stored without effect (N9).
    pub fn modify_disk_attribute(
        &self,
        disk_id: &DiskId,
        members: &Tags,
        change: &dyn Fn(&Disk) -> Result<ModifyDiskRequest>,
    ) -> Result<()> {
        self.write(Operation::ModifyDiskAttribute, |world| match found(world, disk_id)? {
            Some((fleet, disk)) => keep_members(world, fleet, &disk, members.clone()),
            None => modify_disk_as(world, disk_id, change).map(|_| ()),
        })
    }

    /// Changes the category or the performance level of a disk. One that an instance has from the beginning keeps its
    /// category **(ours)**, and its performance level has no effect.
    pub fn modify_disk_spec(&self, request: &ModifyDiskRequest) -> Result<()> {
        self.write(Operation::ModifyDiskSpec, |world| {
            let own = match &request.disk_id {
                Some(disk_id) => found(world, disk_id)?,
                None => None,
            };
            let Some((fleet, disk)) = own else { return modify_disk(world, request).map(|_| ()) };
            if let Some(category) = request.category.as_ref().filter(|category| **category != disk.category) {
                let message = format!(
                    "`{}` belongs to `{}` and stays a `{}`; it cannot become a `{category}`",
                    disk.disk_id, disk.instance_id, disk.category
                );
                return Err(CloudError::of(Member::Category, codes::INVALID_DISK_CATEGORY, message));
            }
            let level = request.performance_level.iter().map(|level| ("PerformanceLevel".to_owned(), level.clone()));
            keep_members(world, fleet, &disk, level.collect())
        })
    }
}

/// Changes the tags of a disk that an instance has from the beginning. `None`: no instance that was launched by itself has
/// such a disk.
pub(in crate::cloud::operations) fn change_own_disk_tags(
    world: &mut World,
    disk_id: &DiskId,
    with: &dyn Fn(&mut Tags),
) -> Result<Option<Tags>> {
    let Some((mut fleet, disk)) = found(world, disk_id)? else { return Ok(None) };
    let before = disk.tags();
    let mut after = before.clone();
    with(&mut after);
    if after != before {
        let prefix = format!("{}{}", disk.member_prefix, OwnDisk::TAG_PREFIX);
        let members = &mut fleet.request.without_effect;
        members.retain(|name, _| !name.starts_with(&prefix));
        members.extend(after.iter().map(|(key, value)| (format!("{prefix}{key}"), value.clone())));
        world.save_fleet(&fleet)?;
    }
    Ok(Some(after))
}

/// Keeps what a call says of a disk beside what the launch said of it.
fn keep_members(
    world: &mut World,
    mut fleet: Fleet<LaunchInstanceRequest>,
    disk: &OwnDisk,
    members: Tags,
) -> Result<()> {
    let named = members.into_iter().map(|(name, text)| (format!("{}{name}", disk.member_prefix), text));
    fleet.request.without_effect.extend(named);
    world.save_fleet(&fleet)
}

/// The disk, and the instance launched by itself that has it from the beginning.
fn found(world: &mut World, disk_id: &DiskId) -> Result<Option<(Fleet<LaunchInstanceRequest>, OwnDisk)>> {
    let Some((instance_id, index)) = owner(world, disk_id)? else { return Ok(None) };
    let Some((instance, _)) = world.find_instance(instance_id.as_str())? else { return Ok(None) };
    let disk = disks(world, &instance)?.into_iter().nth(index);
    let fleet = world.fleet::<LaunchInstanceRequest>(instance_id.as_str())?;
    Ok(fleet.zip(disk))
}

/// The living instance that has a disk from the beginning, and the index of the disk among those: the system disk is
/// the first.
fn owner(world: &mut World, disk_id: &DiskId) -> Result<Option<(InstanceId, usize)>> {
    if world.resource::<DiskDocument>(disk_id.as_str())?.is_some() {
        return Ok(None);
    }
    for instance in world.list_instances_of_region()?.iter().filter(|instance| !instance.state.is_lost()) {
        if let Some(index) = disks(world, instance)?.iter().position(|disk| disk.disk_id == *disk_id) {
            return Ok(Some((instance.instance_id.clone(), index)));
        }
    }
    Ok(None)
}

fn grow(world: &mut World, instance_id: &InstanceId, index: usize, size: u32) -> Result<()> {
    let mut data_disks = find(world, instance_id)?.request.data_disks;
    let data_disk = index.checked_sub(1).and_then(|index| data_disks.get_mut(index));
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
        && request.name.as_ref().is_none_or(|name| disk.without_effect.get("DiskName") == Some(name))
        && (request.tags.is_empty() || {
            let tags = disk.tags();
            request.tags.iter().all(|(key, value)| tags.get(key) == Some(value))
        })
}

fn disks(world: &mut World, instance: &Instance) -> Result<Vec<OwnDisk>> {
    let own = |disk_id: String, category: String, size: u32, device: String, (member_prefix, without_effect)| OwnDisk {
        disk_id: DiskId::from(disk_id),
        instance_id: instance.instance_id.clone(),
        zone_id: instance.zone_id.clone(),
        category,
        size,
        device,
        create_time: instance.launch_time,
        without_effect,
        member_prefix,
    };
    let system = |size, said| {
        let id = system_disk_id(&instance.instance_id);
        own(id, instance.system_disk_category.clone(), size, "/dev/xvda".to_owned(), said)
    };
    let FleetId::Instance(_) = instance.fleet else {
        return Ok(vec![system(LaunchInstanceRequest::DEFAULT_SYSTEM_DISK_SIZE, Default::default())]);
    };
    let id = instance.instance_id.as_str();
    let Some(fleet) = world.fleet::<LaunchInstanceRequest>(id)? else { return Ok(Vec::new()) };
    let SingleInstance { system_disk_size, request, .. } = describe_single(world, fleet)?;
    // What was said of a disk is kept under names such as `DataDisk.1.DiskName`.
    let said = |prefix: String| -> (String, Tags) {
        let members = request.without_effect.iter();
        let own = members.filter_map(|(name, text)| Some((name.strip_prefix(&prefix)?.to_owned(), text.clone())));
        let own = own.collect();
        (prefix, own)
    };
    let data = (1..).zip('b'..='z').zip(&request.data_disks).map(|((number, letter), disk)| {
        let category = disk.category.clone().unwrap_or_else(|| instance.system_disk_category.clone());
        let id = part_id(DiskId::PREFIX, &format!("data disk {letter}"), &instance.instance_id);
        own(id, category, disk.size, format!("/dev/xvd{letter}"), said(format!("DataDisk.{number}.")))
    });
    Ok([system(system_disk_size, said("SystemDisk.".to_owned()))].into_iter().chain(data).collect())
}

/// The id of the disk that an instance starts from.
pub(super) fn system_disk_id(instance_id: &InstanceId) -> String {
    part_id(DiskId::PREFIX, "system disk", instance_id)
}
