//! `CreateDisk`, `ModifyDiskAttribute`, `ModifyDiskSpec`, `ResizeDisk`, `DeleteDisk`, `DescribeDisks`, and the
//! attachment of disks (N9).

mod attachment;
mod spec;

use super::{set, set_text};
use crate::base::{Alphabet, DiskId};
use crate::catalogue::DiskCategory;
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{ActivityKind, CreateDiskRequest, DescribeDisksRequest, Disk, DiskStatus, ModifyDiskRequest};
use crate::cloud::operations::check;
use crate::cloud::store::damaged;
use crate::cloud::world::{DiskDocument, Stored, TokenUse, World, fingerprint, identify, write_document};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

const OPERATION: Operation = Operation::CreateDisk;

impl SimCloud {
    pub fn create_disk(&self, request: &CreateDiskRequest) -> Result<Disk> {
        self.write(OPERATION, |world| create(world, request))
    }

    /// One transaction, for which the service needs a call for the size, one for the category and one for the rest. A
    /// fault finds it under the first of them that the request needs.
    pub fn modify_disk(&self, request: &ModifyDiskRequest) -> Result<Disk> {
        self.write(operation_of(request), |world| modify(world, request))
    }

    /// Refused while the disk is attached, except to the instance that it was made for.
    pub fn delete_disk(&self, disk_id: &DiskId) -> Result<()> {
        self.write(Operation::DeleteDisk, |world| delete(world, disk_id))
    }

    /// In order of creation.
    pub fn describe_disks(&self, request: &DescribeDisksRequest) -> Result<Vec<Disk>> {
        self.read(Operation::DescribeDisks, |world| {
            let mut found = Vec::new();
            for stored in candidates(world, request)? {
                found.push(describe(world, stored));
            }
            found.retain(|disk| matches(request, disk));
            Ok(found)
        })
    }
}

const fn operation_of(request: &ModifyDiskRequest) -> Operation {
    if request.size.is_some() {
        Operation::ResizeDisk
    } else if request.category.is_some() || request.performance_level.is_some() {
        Operation::ModifyDiskSpec
    } else {
        Operation::ModifyDiskAttribute
    }
}

fn create(world: &mut World, request: &CreateDiskRequest) -> Result<Disk> {
    let parameters = CreateDiskRequest { client_token: None, ..request.clone() };
    let parameters = fingerprint(&write_document(&parameters));
    let call = match identify(world, OPERATION, request.client_token.as_deref(), parameters)? {
        TokenUse::Repetition(id) => return stored(world, &DiskId::from(id)).map(|stored| describe(world, stored)),
        TokenUse::New(call) => call,
    };
    let mut request = request.clone();
    let instance = match &request.instance_id {
        Some(instance_id) => Some(attachment::instance(world, instance_id)?),
        None => None,
    };
    let zone_id = request.zone_id.clone().or_else(|| instance.as_ref().map(|instance| instance.zone_id.clone()));
    let zone_id = zone_id.ok_or_else(|| {
        CloudError::of(
            Member::ZoneId,
            codes::MISSING_PARAMETER,
            "a disk needs a zone, or an instance to be attached to",
        )
    })?;
    check::zone(world, &zone_id)?;
    request.zone_id = Some(zone_id.clone());
    spec::complete(&mut request)?;
    let id = world.next_resource_id(&call.id_series, DiskId::PREFIX, Alphabet::Base36)?;
    let mut document = DiskDocument { request, attachment: None, create_time: world.now };
    if let Some(instance) = &instance {
        attachment::attach(world, &id, &mut document, instance)?;
    }
    world.save_resource(&id, &document)?;
    world.save_token(&call, &id)?;
    let detail = format!("{} GiB of `{}` in `{zone_id}`", size_of(&document), category_of(&document));
    world.record(ActivityKind::CreateDisk, &id, detail, &[], &[])?;
    Ok(describe(world, Stored { id, document }))
}

/// The change depends on what the disk is.
pub(super) fn modify_as(
    world: &mut World,
    disk_id: &DiskId,
    change: &dyn Fn(&Disk) -> Result<ModifyDiskRequest>,
) -> Result<Disk> {
    let disk = stored(world, disk_id)?;
    let request = change(&describe(world, disk))?;
    modify(world, &ModifyDiskRequest { disk_id: Some(disk_id.clone()), ..request })
}

pub(super) fn modify(world: &mut World, request: &ModifyDiskRequest) -> Result<Disk> {
    let disk_id = request.disk_id.as_ref().ok_or_else(missing_id)?;
    let mut disk = stored(world, disk_id)?;
    spec::change(&disk.id, &mut disk.document.request, request)?;
    let own = &mut disk.document.request;
    set_text(&mut own.name, request.name.as_ref());
    set_text(&mut own.description, request.description.as_ref());
    set(&mut own.delete_with_instance, request.delete_with_instance.as_ref());
    set(&mut own.tags, request.tags.as_ref());
    set(&mut own.configuration, request.configuration.as_ref());
    if let Some(instance_id) = &request.instance_id {
        let instance = attachment::instance(world, instance_id)?;
        disk.document.attachment = None;
        disk.document.request.instance_id = Some(instance_id.clone());
        attachment::attach(world, &disk.id, &mut disk.document, &instance)?;
    }
    world.save_resource(&disk.id, &disk.document)?;
    Ok(describe(world, disk))
}

fn delete(world: &mut World, disk_id: &DiskId) -> Result<()> {
    let disk = stored(world, disk_id)?;
    let made_for = disk.document.request.instance_id.as_ref();
    let attachment = disk.document.attachment.as_ref();
    if let Some(attachment) = attachment.filter(|attachment| made_for != Some(&attachment.instance_id)) {
        let message = format!(
            "`{disk_id}` is attached to `{}` as `{}`; detach it first",
            attachment.instance_id, attachment.device
        );
        return Err(CloudError::of(Member::DiskId, codes::INCORRECT_DISK_STATUS, message));
    }
    world.remove_resource(&disk.id)?;
    world.record(ActivityKind::DeleteDisk, &disk.id, String::new(), &[], &[])?;
    Ok(())
}

fn stored(world: &mut World, disk_id: &DiskId) -> Result<Stored<DiskDocument>> {
    if let Some(found) = world.resource(disk_id.as_str())? {
        return Ok(found);
    }
    let made = world.resources::<DiskDocument>()?;
    let hint = check::instead(disk_id.as_str(), made.iter().map(|disk| disk.id.as_str()));
    let message = format!("there is no disk `{disk_id}` in `{}`{hint}", world.region);
    Err(CloudError::of(Member::DiskId, codes::INVALID_DISK_NOT_FOUND, message))
}

fn missing_id() -> CloudError {
    CloudError::of(Member::DiskId, codes::MISSING_PARAMETER, "the request names no disk")
}

/// The narrowest listing that holds every disk asked for.
fn candidates(world: &mut World, request: &DescribeDisksRequest) -> Result<Vec<Stored<DiskDocument>>> {
    match (&request.disk_ids, &request.instance_id) {
        (Some(ids), _) => {
            let found: Result<Vec<_>> = ids.iter().map(|id| world.resource(id.as_str())).collect();
            Ok(found?.into_iter().flatten().collect())
        }
        (None, Some(instance_id)) => world.resources_in(instance_id.as_str()),
        (None, None) => world.resources(),
    }
}

fn describe(world: &World, Stored { id, document }: Stored<DiskDocument>) -> Disk {
    let status = if document.attachment.is_some() { DiskStatus::InUse } else { DiskStatus::Available };
    Disk {
        disk_id: id.as_str().into(),
        region_id: world.region.clone(),
        zone_id: document.request.zone_id.clone().unwrap_or_else(|| damaged(format!("the disk `{id}` has no zone"))),
        category: category_of(&document),
        size: size_of(&document),
        performance_level: document.request.performance_level.clone(),
        delete_with_instance: document.ends_with_instance(),
        status,
        attachment: document.attachment,
        create_time: document.create_time,
        request: document.request,
    }
}

fn category_of(document: &DiskDocument) -> DiskCategory {
    let named = document.request.category.as_deref().and_then(|name| spec::category_named(name).ok());
    named.unwrap_or_else(|| damaged("the category of a disk does not read back"))
}

fn size_of(document: &DiskDocument) -> u32 {
    document.request.size.unwrap_or_else(|| damaged("a disk has no size"))
}

fn matches(filter: &DescribeDisksRequest, disk: &Disk) -> bool {
    let instance_id = disk.attachment.as_ref().map(|attachment| &attachment.instance_id);
    filter.disk_ids.as_ref().is_none_or(|ids| ids.contains(&disk.disk_id))
        && filter.instance_id.as_ref().is_none_or(|id| instance_id == Some(id))
        && filter.zone_id.as_ref().is_none_or(|id| *id == disk.zone_id)
        && filter.category.as_ref().is_none_or(|name| disk.category.name() == name)
        && filter.status.is_none_or(|status| status == disk.status)
        && filter.name.as_ref().is_none_or(|name| disk.request.name.as_ref() == Some(name))
        && filter.tags.iter().all(|(key, value)| disk.request.tags.get(key) == Some(value))
}
