//! Lists launch templates.

use std::collections::BTreeSet;

use async_trait::async_trait;

use crate::base::LaunchTemplateId;
use crate::cloud::model::{DescribeLaunchTemplatesRequest, LaunchTemplate};
use crate::provider::framework::check::{self, text, texts};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::framework::object_resource::{self, CloudObject};
use crate::provider::resources::ecs_launch_template::LaunchTemplateObject;
use crate::tf::{Attribute, Diagnostics, Schema, Value};

#[async_trait]
impl ListedObject for LaunchTemplateObject {
    type Object = LaunchTemplate;

    const DESCRIPTION: &'static str = "Finds the launch templates of a region, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("templates"),
            filter("name_regex", "Only templates whose name matches."),
            filter("launch_template_name", "Only the template of this name."),
            filter("template_resource_group_id", "Only templates of this resource group."),
            list_resource::tags("template_tags", "templates"),
        ]
    }

    fn resource_schema() -> Schema {
        <Self as CloudObject>::schema()
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<LaunchTemplate>> {
        let ids: BTreeSet<LaunchTemplateId> = texts(config, "ids").into_iter().map(LaunchTemplateId::from).collect();
        let request = DescribeLaunchTemplatesRequest {
            launch_template_ids: Some(ids).filter(|ids| !ids.is_empty()),
            launch_template_names: text(config, "launch_template_name").map(|name| BTreeSet::from([name.to_owned()])),
            template_tags: check::tags_of(config, "template_tags"),
        };
        let templates = configured.cloud.describe_launch_templates(request).await;
        let mut templates = data_source::reply("list launch templates", configured, templates, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        let group = text(config, "template_resource_group_id");
        templates.retain(|template| {
            regex.as_ref().is_none_or(|regex| regex.is_match(&template.launch_template_name))
                && group.is_none_or(|id| template.template_resource_group_id.as_deref() == Some(id))
        });
        Some(templates)
    }

    fn id(template: &LaunchTemplate) -> String {
        <Self as CloudObject>::id(template)
    }

    fn name(template: &LaunchTemplate) -> String {
        template.launch_template_name.clone()
    }

    fn state(schema: &Schema, template: &LaunchTemplate) -> Value {
        object_resource::state_of::<Self>(schema, template, &Value::Null)
    }
}
