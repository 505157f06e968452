//! Disks, and where they are attached.

use serde_json::{Value as Json, json};

use super::stored_parameters::StoredParameters;
use super::{Action, Result, list, page, tags};
use crate::base::collect::IntoOrdered;
use crate::cloud::SimCloud;
use crate::cloud::model::{
    AttachDiskRequest, CreateDiskRequest, DescribeDisksRequest, Disk, DiskStatus, ModifyDiskRequest, OwnDisk,
};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("AttachDisk", attach),
    ("CreateDisk", create),
    ("DeleteDisk", delete),
    ("DescribeDisks", describe),
    ("DetachDisk", detach),
    ("ModifyDiskAttribute", modify_attribute),
    ("ModifyDiskSpec", modify_spec),
    ("ResizeDisk", resize),
];

const STORED_PARAMETERS: [&str; 6] =
    ["Encrypted", "KMSKeyId", "ProvisionedIops", "BurstingEnabled", "DeleteAutoSnapshot", "EnableAutoSnapshot"];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let disk = cloud.create_disk(&CreateDiskRequest {
        zone_id: arguments.id("ZoneId"),
        instance_id: arguments.id("InstanceId"),
        category: arguments.owned("DiskCategory"),
        size: arguments.number("Size")?,
        snapshot_id: arguments.owned("SnapshotId"),
        performance_level: arguments.owned("PerformanceLevel"),
        name: arguments.owned("DiskName"),
        description: arguments.owned("Description"),
        tags: arguments.tags("Tag"),
        client_token: arguments.owned("ClientToken"),
        configuration: StoredParameters::default().with(arguments, &STORED_PARAMETERS).write(),
        ..CreateDiskRequest::default()
    })?;
    Ok(json!({ "DiskId": disk.disk_id.as_str() }))
}

fn modify_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let members = ["DiskName", "Description", "DeleteWithInstance"].iter().chain(&STORED_PARAMETERS);
    let members = members.filter_map(|name| Some(((*name).to_owned(), arguments.given(name)?))).into_map();
    cloud.modify_disk_attribute(&arguments.required("DiskId")?.into(), &members, &|before| {
        Ok(ModifyDiskRequest {
            configuration: Some(
                StoredParameters::read(&before.request.configuration).with(arguments, &STORED_PARAMETERS).write(),
            ),
            name: arguments.given("DiskName"),
            description: arguments.given("Description"),
            delete_with_instance: arguments.flag("DeleteWithInstance")?,
            ..ModifyDiskRequest::default()
        })
    })?;
    Ok(json!({}))
}

fn modify_spec(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_disk_spec(&ModifyDiskRequest {
        disk_id: Some(arguments.required("DiskId")?.into()),
        category: arguments.owned("DiskCategory"),
        performance_level: arguments.owned("PerformanceLevel"),
        ..ModifyDiskRequest::default()
    })?;
    Ok(json!({}))
}

/// A disk of its own, or one that an instance has from the beginning.
fn resize(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let disk_id = arguments.required("DiskId")?.into();
    arguments.required("NewSize")?;
    cloud.resize_disk(&disk_id, arguments.number("NewSize")?.unwrap_or_default())?;
    Ok(json!({}))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_disk(&arguments.required("DiskId")?.into())?;
    Ok(json!({}))
}

fn attach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.attach_disk(&AttachDiskRequest {
        disk_id: Some(arguments.required("DiskId")?.into()),
        instance_id: Some(arguments.required("InstanceId")?.into()),
        delete_with_instance: arguments.flag("DeleteWithInstance")?,
        configuration: String::new(),
    })?;
    Ok(json!({}))
}

fn detach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.detach_disk(&arguments.required("DiskId")?.into(), &arguments.required("InstanceId")?.into())?;
    Ok(json!({}))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let request = DescribeDisksRequest {
        disk_ids: arguments.ids("DiskIds"),
        instance_id: arguments.id("InstanceId"),
        zone_id: arguments.id("ZoneId"),
        category: arguments.owned("Category").filter(|category| category != "all"),
        status: arguments
            .text("Status")
            .filter(|status| *status != "All")
            .and(arguments.choice::<DiskStatus>("Status")?),
        name: arguments.owned("DiskName"),
        tags: arguments.tags("Tag"),
    };
    let region = cloud.region().as_str();
    let own = cloud.describe_own_disks(&request)?;
    let made = cloud.describe_disks(&request)?;
    let kind = arguments.text("DiskType").filter(|kind| *kind != "all");
    let json = own.iter().map(|disk| own_disk_json(region, disk)).chain(made.iter().map(disk_json));
    let shown = json.filter(|json| kind.is_none_or(|kind| json["Type"] == kind));
    page::page(arguments, "Disks", "Disk", shown.collect())
}

/// A disk that an instance has from the beginning: it cannot be detached, and ends with the instance.
fn own_disk_json(region: &str, disk: &OwnDisk) -> Json {
    let (instance_id, created) = (disk.instance_id.as_str(), disk.create_time.to_string());
    let attachment = json!({ "InstanceId": instance_id, "Device": disk.device, "AttachedTime": created });
    let said = |name: &str| disk.without_effect.get(name).map(String::as_str).unwrap_or_default();
    let is_true = |name: &str| said(name).eq_ignore_ascii_case("true");
    json!({
        "DiskId": disk.disk_id.as_str(),
        "DiskName": said("DiskName"),
        "Description": said("Description"),
        "PerformanceLevel": said("PerformanceLevel"),
        "KMSKeyId": said("KMSKeyId"),
        "RegionId": region,
        "ZoneId": disk.zone_id.as_str(),
        "Category": disk.category,
        "Size": disk.size,
        "Type": if disk.is_system_disk() { "system" } else { "data" },
        "Status": DiskStatus::InUse.name(),
        "InstanceId": instance_id,
        "Device": disk.device,
        "Attachments": list("Attachment", [attachment]),
        "DeleteWithInstance": !said("DeleteWithInstance").eq_ignore_ascii_case("false"),
        "Portable": false,
        "DiskChargeType": "PostPaid",
        "Encrypted": is_true("Encrypted"),
        "DeleteAutoSnapshot": is_true("DeleteAutoSnapshot"),
        "EnableAutoSnapshot": is_true("EnableAutoSnapshot"),
        "BurstingEnabled": is_true("BurstingEnabled"),
        "AutoSnapshotPolicyId": said("AutoSnapshotPolicyId"),
        "StorageClusterId": said("StorageClusterId"),
        "SourceSnapshotId": said("SnapshotId"),
        "ProvisionedIops": said("ProvisionedIops").parse::<u32>().ok(),
        "CreationTime": created,
        "OperationLocks": list("OperationLock", []),
        "MountInstances": list("MountInstance", []),
        "Tags": tags(&disk.tags()),
    })
}

fn disk_json(disk: &Disk) -> Json {
    let attachment = disk.attachment.as_ref();
    let kept = StoredParameters::read(&disk.request.configuration);
    let attachments = attachment.map(|attachment| {
        json!({
            "InstanceId": attachment.instance_id.as_str(),
            "Device": attachment.device,
            "AttachedTime": attachment.attach_time.to_string(),
        })
    });
    json!({
        "DiskId": disk.disk_id.as_str(),
        "DiskName": disk.request.name.as_deref().unwrap_or_default(),
        "Description": disk.request.description.as_deref().unwrap_or_default(),
        "RegionId": disk.region_id.as_str(),
        "ZoneId": disk.zone_id.as_str(),
        "Category": disk.category.name(),
        "PerformanceLevel": disk.performance_level,
        "Size": disk.size,
        "Type": "data",
        "Status": disk.status.name(),
        "InstanceId": attachment.map(|attachment| attachment.instance_id.as_str()).unwrap_or_default(),
        "Device": attachment.map(|attachment| attachment.device.as_str()).unwrap_or_default(),
        "Attachments": list("Attachment", attachments),
        "DeleteWithInstance": disk.delete_with_instance,
        "Portable": true,
        "DiskChargeType": "PostPaid",
        "Encrypted": kept.flag("Encrypted").unwrap_or(false),
        "DeleteAutoSnapshot": kept.flag("DeleteAutoSnapshot").unwrap_or(false),
        "EnableAutoSnapshot": kept.flag("EnableAutoSnapshot").unwrap_or(false),
        "BurstingEnabled": kept.flag("BurstingEnabled").unwrap_or(false),
        "ProvisionedIops": kept.number("ProvisionedIops"),
        "KMSKeyId": kept.text("KMSKeyId").unwrap_or_default(),
        "SourceSnapshotId": disk.request.snapshot_id.as_deref().unwrap_or_default(),
        "ResourceGroupId": "",
        "CreationTime": disk.create_time.to_string(),
        "OperationLocks": list("OperationLock", []),
        "MountInstances": list("MountInstance", []),
        "Tags": tags(&disk.request.tags),
    })
}
