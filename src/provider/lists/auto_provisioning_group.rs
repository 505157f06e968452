//! Lists auto provisioning groups.

use async_trait::async_trait;

use crate::cloud::model::{AutoProvisioningGroup, DescribeAutoProvisioningGroupsRequest, GroupStatus, GroupType};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, ListedResource, filter};
use crate::provider::resources::auto_provisioning_group::{self as resource, AutoProvisioningGroupResource};
use crate::tf::{Attribute, Diagnostics, Schema, Value};

impl ListedResource for AutoProvisioningGroupResource {
    type Object = AutoProvisioningGroup;

    fn resource_schema() -> Schema {
        resource::schema::schema()
    }

    fn id(group: &AutoProvisioningGroup) -> String {
        group.group_id.as_str().to_owned()
    }

    fn state(schema: &Schema, group: &AutoProvisioningGroup) -> Value {
        resource::state_of(schema, group, &Value::Null)
    }
}

#[async_trait]
impl ListedObject for AutoProvisioningGroupResource {
    const DESCRIPTION: &'static str = "Finds the auto provisioning groups of a region, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("groups"),
            filter("name_regex", "Only groups whose name matches."),
            filter("auto_provisioning_group_name", "Only groups of this name."),
            list_resource::choice::<GroupType>(
                "auto_provisioning_group_type",
                "Only groups of this type: `instant`, `request` or `maintain`.",
            ),
            list_resource::choice::<GroupStatus>(
                "status",
                "Only groups in this status: `submitted`, `active` or `deleted`, which is a group past its window.",
            ),
            filter("zone_id", "Only groups with an instance in this zone."),
            filter("resource_group_id", "Only groups of this resource group."),
            list_resource::tags("tags", "groups"),
        ]
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<AutoProvisioningGroup>> {
        let group_type = data_source::choice::<GroupType>(config, "auto_provisioning_group_type", diagnostics)?;
        let request = DescribeAutoProvisioningGroupsRequest {
            group_ids: data_source::ids_of(config, "ids"),
            name: text(config, "auto_provisioning_group_name").map(str::to_owned),
            group_types: group_type.0.into_iter().collect(),
            resource_group_id: text(config, "resource_group_id").map(str::to_owned),
            tags: check::tags_of(config, "tags"),
        };
        let groups = configured.cloud.describe_auto_provisioning_groups(request).await;
        let mut groups = data_source::reply("list auto provisioning groups", configured, groups, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        groups.retain(|group| {
            regex.as_ref().is_none_or(|regex| regex.is_match(name(group)))
                && text(config, "status").is_none_or(|status| group.status.name() == status)
                && text(config, "zone_id").is_none_or(|zone| runs_in(group, zone))
        });
        Some(groups)
    }

    fn name(group: &AutoProvisioningGroup) -> String {
        name(group).to_owned()
    }
}

fn name(group: &AutoProvisioningGroup) -> &str {
    group.request.name.as_deref().unwrap_or_default()
}

fn runs_in(group: &AutoProvisioningGroup, zone: &str) -> bool {
    group.instances.iter().any(|instance| instance.state.is_live() && instance.zone_id.as_str() == zone)
}
