//! Lists launch templates.

use async_trait::async_trait;

use crate::base::collect::IntoOrdered;
use crate::cloud::model::{DescribeLaunchTemplatesRequest, LaunchTemplate};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ecs_launch_template::LaunchTemplateObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for LaunchTemplateObject {
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

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<LaunchTemplate>> {
        let request = DescribeLaunchTemplatesRequest {
            launch_template_ids: data_source::ids_of(config, "ids"),
            launch_template_names: text(config, "launch_template_name")
                .map(|name| [name.to_owned()].into_iter().into_set()),
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

    fn name(template: &LaunchTemplate) -> String {
        template.launch_template_name.clone()
    }
}
