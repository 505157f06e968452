//! Lists disks, by either of their names.

use async_trait::async_trait;

use crate::base::ApiEnum;
use crate::catalogue::DiskCategory;
use crate::cloud::model::{DescribeDisksRequest, Disk, DiskStatus};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ecs_disk::DiskObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for DiskObject {
    const DESCRIPTION: &'static str = "Lists the disks of a region in order of creation, without those that were created \
         with an instance.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("disks"),
            filter("name_regex", "Only disks whose name matches."),
            filter("disk_name", "Only disks of this name."),
            filter("instance_id", "Only disks that are attached to this instance."),
            filter("zone_id", "Only disks in this zone."),
            list_resource::choice::<DiskCategory>("category", "Only disks of this category."),
            list_resource::choice::<DiskStatus>("status", "Only disks in this state: `Available` or `In_use`."),
            list_resource::tags("tags", "disks"),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<Disk>> {
        let request = DescribeDisksRequest {
            disk_ids: data_source::ids_of(config, "ids"),
            instance_id: text(config, "instance_id").map(Into::into),
            zone_id: text(config, "zone_id").map(Into::into),
            category: text(config, "category").map(str::to_owned),
            status: text(config, "status").and_then(|name| DiskStatus::parse(name).ok()),
            name: text(config, "disk_name").map(str::to_owned),
            tags: check::tags_of(config, "tags"),
        };
        let disks = configured.cloud.describe_disks(request).await;
        let mut disks = data_source::reply("list disks", configured, disks, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        disks.retain(|disk| regex.as_ref().is_none_or(|regex| regex.is_match(&Self::name(disk))));
        Some(disks)
    }

    fn name(disk: &Disk) -> String {
        disk.request.name.clone().unwrap_or_default()
    }
}
