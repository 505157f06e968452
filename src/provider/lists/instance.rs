//! Lists the instances that were launched by themselves.

use async_trait::async_trait;

use crate::base::wildcard::matches_wildcard;
use crate::cloud::model::{DescribeSingleInstancesRequest, SingleInstance};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::instance::InstanceObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for InstanceObject {
    const DESCRIPTION: &'static str = "Finds the instances of a region that were launched by themselves, by creation. Those of \
         groups and reservations belong to these.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("instances"),
            filter("name_regex", "Only instances whose name matches."),
            filter("instance_name", "Only instances of this name; `*` matches any text."),
            filter("instance_type", "Only instances of this type."),
            filter("image_id", "Only instances with this image."),
            filter("availability_zone", "Only instances in this zone."),
            filter("vpc_id", "Only instances in this VPC."),
            filter("vswitch_id", "Only instances in this vSwitch."),
            list_resource::tags("tags", "instances"),
        ]
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<SingleInstance>> {
        let request = DescribeSingleInstancesRequest {
            instance_ids: data_source::ids_of(config, "ids"),
            instance_type: text(config, "instance_type").map(Into::into),
            zone_id: text(config, "availability_zone").map(Into::into),
            tags: check::tags_of(config, "tags"),
        };
        let found = configured.cloud.describe_single_instances(request).await;
        let mut found = data_source::reply("list instances", configured, found, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        found.retain(|SingleInstance { instance, vpc_id, .. }| {
            regex.as_ref().is_none_or(|regex| regex.is_match(&instance.instance_name))
                && text(config, "instance_name").is_none_or(|name| matches_wildcard(&instance.instance_name, name))
                && text(config, "image_id").is_none_or(|id| instance.image_id.as_str() == id)
                && text(config, "vswitch_id").is_none_or(|id| instance.vswitch_id.as_str() == id)
                && text(config, "vpc_id").is_none_or(|id| vpc_id.as_ref().is_some_and(|vpc_id| vpc_id.as_str() == id))
        });
        Some(found)
    }

    fn name(single: &SingleInstance) -> String {
        single.instance.instance_name.clone()
    }
}
