//! Lists scaling groups.

use async_trait::async_trait;

use crate::cloud::model::{DescribeScalingGroupsRequest, ScalingGroup};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ess_scaling_group::ScalingGroupObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for ScalingGroupObject {
    const DESCRIPTION: &'static str = "Finds the scaling groups of a region, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("scaling groups"),
            filter("name_regex", "Only groups whose name matches."),
            filter("scaling_group_name", "Only groups of this name."),
            list_resource::tags("tags", "groups"),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<ScalingGroup>> {
        let request = DescribeScalingGroupsRequest {
            scaling_group_ids: data_source::ids_of(config, "ids"),
            name: text(config, "scaling_group_name").map(str::to_owned),
        };
        let groups = configured.cloud.describe_scaling_groups(request).await;
        let mut groups = data_source::reply("list scaling groups", configured, groups, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        let tags = check::tags_of(config, "tags");
        groups.retain(|group| {
            let name = group.request.name.as_deref().unwrap_or_default();
            regex.as_ref().is_none_or(|regex| regex.is_match(name))
                && tags.iter().all(|(key, value)| group.request.tags.get(key) == Some(value))
        });
        Some(groups)
    }

    fn name(group: &ScalingGroup) -> String {
        group.request.name.clone().unwrap_or_default()
    }
}
