//! `simcloud_resource_manager_resource_groups`: what the account's resources are filed under.

use std::sync::Arc;

use async_trait::async_trait;

use crate::cloud::model::{ResourceGroup, ResourceGroupStatus};
use crate::provider::block::Configured;
use crate::provider::framework::check::{text, texts};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::tf::{Attribute, DataSource, Diagnostics, Schema, Type, Value};

#[derive(Debug)]
pub(crate) struct ResourceGroupsDataSource {
    context: Arc<ProviderContext>,
}

impl ResourceGroupsDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for ResourceGroupsDataSource {
    fn schema(&self) -> Schema {
        Schema::new(
            "The resource groups of the account. There is one, `default`: the simulation has no others, and accepts any id as \
             `resource_group_id`.",
        )
        .attributes([
            data_source::ids("groups"),
            Attribute::string("name_regex").optional().description("Only groups whose name matches."),
            Attribute::choice::<ResourceGroupStatus>("status", "Only groups in this state: "),
            Attribute::bool("enable_details")
                .optional()
                .description("Whether `region_statuses` is filled. Default: `false`."),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::list("names", Type::String).computed().description("Names of the groups, in order."),
            Attribute::nested_list("groups", group_attributes()).computed().description("The groups."),
        ])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        data_source::regex(config, "name_regex", diagnostics);
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(groups) = find(config, &configured, diagnostics).await
        {
            let with_regions = config.get("enable_details").as_bool() == Some(true);
            let ids: Vec<&str> = groups.iter().map(|group| group.id.as_str()).collect();
            answer.set("ids", Value::list(ids.iter().copied()));
            answer.set("names", Value::list(groups.iter().map(|group| group.name.as_str())));
            let rows = groups.iter().map(|group| row(group, with_regions)).collect();
            answer.list("groups", &ids, rows, diagnostics);
        }
        answer.into_value()
    }
}

async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<ResourceGroup>> {
    let groups = configured.cloud.list_resource_groups().await;
    let mut groups = data_source::reply("list resource groups", configured, groups, diagnostics)?;
    let regex = data_source::regex(config, "name_regex", diagnostics);
    let ids = texts(config, "ids");
    groups.retain(|group| {
        (ids.is_empty() || ids.contains(&group.id))
            && regex.as_ref().is_none_or(|regex| regex.is_match(&group.name))
            && text(config, "status").is_none_or(|status| group.status.name() == status)
    });
    Some(groups)
}

fn group_attributes() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    vec![
        string("id", "The group's id."),
        string("name", "The group's name, which `name_regex` is matched against."),
        string("resource_group_name", "The group's name, like `name`."),
        string("display_name", "The group's name as people read it."),
        string("account_id", "The account that the group belongs to."),
        string("status", "Always `OK`."),
        Attribute::nested_list(
            "region_statuses",
            [string("region_id", "The region's id."), string("status", "Always `OK`.")],
        )
        .computed()
        .description("The regions that the group can be used in; empty without `enable_details`."),
    ]
}

fn row(group: &ResourceGroup, with_regions: bool) -> Value {
    let status = group.status.name();
    let regions = group.region_ids.iter().filter(|_| with_regions);
    let regions = regions.map(|region| Value::object([("region_id", region.as_str()), ("status", status)]));
    Value::object([
        ("id", Value::from(group.id.as_str())),
        ("name", group.name.as_str().into()),
        ("resource_group_name", group.name.as_str().into()),
        ("display_name", group.display_name.as_str().into()),
        ("account_id", group.account_id.as_str().into()),
        ("status", status.into()),
        ("region_statuses", Value::list(regions)),
    ])
}
