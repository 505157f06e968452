//! `simcloud_ecs_disk_attachment`, and `simcloud_disk_attachment` as its other name: a disk at an instance.

use async_trait::async_trait;

use crate::base::{DiskId, InstanceId};
use crate::cloud::model::{AttachDiskRequest, DescribeDisksRequest, Disk, DiskAttachment, ModifyDiskAttachmentRequest};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::{secret, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct DiskAttachmentObject;

/// A disk that is attached.
#[derive(Debug)]
pub(crate) struct AttachedDisk {
    pub(crate) disk: Disk,
    pub(crate) attachment: DiskAttachment,
}

impl AttachedDisk {
    /// `None` if the disk is attached to nothing.
    pub(crate) fn of(disk: Disk) -> Option<Self> {
        let attachment = disk.attachment.clone()?;
        Some(Self { disk, attachment })
    }
}

#[async_trait]
impl CloudObject for DiskAttachmentObject {
    type Object = AttachedDisk;

    const NOUN: &'static str = "disk attachment";
    const NOT_FOUND: &'static [&'static str] =
        &[codes::DISK_ALREADY_DETACHED, codes::INVALID_DISK_NOT_FOUND, codes::INVALID_INSTANCE_NOT_FOUND];

    fn schema() -> Schema {
        let computed =
            |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
        Schema::new(
            "A disk that is attached to an instance of its zone. When the instance ends, the attachment is gone, and the \
             next plan attaches the disk to what the configuration names then.",
        )
        .attributes([
            computed("id", "`<disk id>:<instance id>`."),
            Attribute::string("disk_id").requires_replace().description("The disk, which is attached to nothing else."),
            Attribute::string("instance_id").requires_replace().description(
                "The instance, in the disk's zone, with at most 16 data disks. Its type takes disks of that category there.",
            ),
            Attribute::bool("delete_with_instance").optional().description(
                "Whether the disk is deleted when the instance ends. Beats what the disk itself says, also with `false`.",
            ),
            computed("device", "How the instance names it, such as `/dev/xvdb`."),
        ])
        .attributes(without_effect([
            Attribute::bool("bootable").optional().requires_replace(),
            Attribute::string("key_pair_name").optional().requires_replace(),
            Attribute::string("password").optional().sensitive(),
        ]))
        .blocks([timeouts::block(&["create", "delete"])])
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        check::password(config, &Path::default(), "password", diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, _request: &PlanRequest, _response: &mut PlanResponse) {}

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<AttachedDisk> {
        let request = AttachDiskRequest {
            disk_id: text(arguments, "disk_id").map(Into::into),
            instance_id: text(arguments, "instance_id").map(Into::into),
            delete_with_instance: arguments.get("delete_with_instance").as_bool(),
            configuration,
        };
        Ok(attached(cloud.attach_disk(request).await?))
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<AttachedDisk>> {
        let Some((disk_id, instance_id)) = parts(id) else { return Ok(None) };
        let ids = Some([disk_id].into());
        let request = DescribeDisksRequest { disk_ids: ids, ..DescribeDisksRequest::default() };
        let found = cloud.describe_disks(request).await?.pop().and_then(AttachedDisk::of);
        Ok(found.filter(|found| found.attachment.instance_id == instance_id))
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<AttachedDisk> {
        let request = ModifyDiskAttachmentRequest {
            disk_id: text(prior, "disk_id").map(Into::into),
            instance_id: text(prior, "instance_id").map(Into::into),
            delete_with_instance: arguments.get("delete_with_instance").as_bool(),
            configuration: Some(configuration),
        };
        Ok(attached(cloud.modify_disk_attachment(request).await?))
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let id = |name| text(prior, name).unwrap_or_default();
        cloud.detach_disk(id("disk_id").into(), id("instance_id").into()).await
    }

    fn id(found: &AttachedDisk) -> String {
        format!("{}:{}", found.disk.disk_id, found.attachment.instance_id)
    }

    fn configuration(found: &AttachedDisk) -> &str {
        &found.attachment.configuration
    }

    fn set_computed(state: &mut Value, found: &AttachedDisk) {
        // It has no effect that a digest could stand for.
        if text(state, "password").is_some_and(secret::is_digest) {
            state.set("password", Value::Null);
        }
        state.set("device", found.attachment.device.as_str());
        set_default(state, "disk_id", found.disk.disk_id.as_str());
        set_default(state, "instance_id", found.attachment.instance_id.as_str());
    }
}

fn parts(id: &str) -> Option<(DiskId, InstanceId)> {
    let (disk_id, instance_id) = id.split_once(':')?;
    Some((disk_id.into(), instance_id.into()))
}

fn attached(disk: Disk) -> AttachedDisk {
    AttachedDisk::of(disk).unwrap_or_else(|| panic!("the reply of an attachment has none"))
}
