//! Lists the disks that are attached, by either name of an attachment.

use async_trait::async_trait;

use crate::cloud::model::DescribeDisksRequest;
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::framework::object_resource::CloudObject;
use crate::provider::resources::ecs_disk_attachment::{AttachedDisk, DiskAttachmentObject};
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for DiskAttachmentObject {
    const DESCRIPTION: &'static str = "Finds the attached disks of a region, by the creation of the disks.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("attachments"),
            filter("disk_id", "Only the attachment of this disk."),
            filter("instance_id", "Only attachments to this instance."),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<AttachedDisk>> {
        let request = DescribeDisksRequest {
            disk_ids: text(config, "disk_id").map(|id| [id.into()].into()),
            instance_id: text(config, "instance_id").map(Into::into),
            ..DescribeDisksRequest::default()
        };
        let disks = configured.cloud.describe_disks(request).await;
        let disks = data_source::reply("list disk attachments", configured, disks, diagnostics)?;
        let ids = texts(config, "ids");
        let mut attached: Vec<AttachedDisk> = disks.into_iter().filter_map(AttachedDisk::of).collect();
        attached.retain(|found| ids.is_empty() || ids.contains(&<Self as CloudObject>::id(found)));
        Some(attached)
    }

    fn name(found: &AttachedDisk) -> String {
        format!("{} at {}", found.attachment.device, found.attachment.instance_id)
    }
}
