//! `simcloud_ecs_launch_template`, and `simcloud_launch_template` as its older name: how instances are made, in
//! versions.

mod planning;
mod request;
mod schema;
mod validation;

use async_trait::async_trait;

use crate::base::LaunchTemplateId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{
    CreateLaunchTemplateRequest, CreateLaunchTemplateVersionRequest, DescribeLaunchTemplatesRequest, LaunchTemplate,
    ModifyLaunchTemplateRequest,
};
use crate::cloud::{Cloud, CloudError, SimCloud, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::object_resource::{CloudObject, set_default};
use crate::provider::framework::update_plan::changes;
use crate::provider::framework::{deprecated_argument, document};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Diagnostics, Number, Schema, Value};

#[derive(Debug)]
pub(crate) struct LaunchTemplateObject;

#[async_trait]
impl CloudObject for LaunchTemplateObject {
    type Object = LaunchTemplate;

    const NOUN: &'static str = "launch template";

    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_LAUNCH_TEMPLATE];

    fn schema() -> Schema {
        schema::schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        validation::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        planning::plan(configured, request, response);
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Result<LaunchTemplate, CloudError> {
        let name = deprecated_argument::text(arguments, "launch_template_name", "name").unwrap_or_default();
        let group = text(arguments, "template_resource_group_id");
        cloud
            .create_launch_template(CreateLaunchTemplateRequest {
                launch_template_name: name.to_owned(),
                template_resource_group_id: group.map(str::to_owned),
                template_tags: check::tags_of(arguments, "template_tags"),
                version_description: text(arguments, "version_description").map(str::to_owned),
                content: request::content(arguments),
                configuration,
            })
            .await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Result<Option<LaunchTemplate>, CloudError> {
        let only = DescribeLaunchTemplatesRequest {
            launch_template_ids: Some([LaunchTemplateId::from(id)].into_iter().into_set()),
            ..DescribeLaunchTemplatesRequest::default()
        };
        Ok(cloud.describe_launch_templates(only).await?.pop())
    }

    /// Up to four calls: tags, room for a version, the version, the default version. Each stores a configuration that
    /// describes what is done so far, so that after an error the next plan finds the rest.
    async fn modify(
        cloud: &Cloud,
        prior: &Value,
        arguments: &Value,
        configuration: String,
    ) -> Result<LaunchTemplate, CloudError> {
        let launch_template_id: LaunchTemplateId = prior.get("id").as_str().unwrap_or_default().into();
        let nothing = ModifyLaunchTemplateRequest {
            launch_template_id: launch_template_id.clone(),
            default_version_number: None,
            template_tags: None,
            configuration: Some(configuration.clone()),
        };
        // What is unknown in an apply is what the cloud derives from an argument that changed.
        let adds_version = planning::makes_a_version(prior, arguments) != Some(false);
        let mut shown = None;
        if changes(&schema::schema(), prior, arguments, "template_tags") {
            let tags = Some(check::tags_of(arguments, "template_tags"));
            let so_far = if adds_version { with_tags_of(prior, arguments) } else { configuration.clone() };
            let change =
                ModifyLaunchTemplateRequest { template_tags: tags, configuration: Some(so_far), ..nothing.clone() };
            shown = Some(cloud.modify_launch_template(change).await?);
        }
        if adds_version {
            delete_oldest_version_if_full(cloud, &launch_template_id, arguments).await?;
            let version = CreateLaunchTemplateVersionRequest {
                launch_template_id,
                version_description: text(arguments, "version_description").map(str::to_owned),
                content: request::content(arguments),
                configuration: Some(configuration),
            };
            shown = Some(cloud.create_launch_template_version(version).await?);
        }
        let number = |state: &Value, name: &str| planning::number(state, name).and_then(|n| u32::try_from(n).ok());
        let latest = shown.as_ref().map(|shown| shown.latest_version_number);
        let wanted = match arguments.get("update_default_version_number").as_bool() {
            Some(true) => latest.or_else(|| number(prior, "latest_version_number")),
            _ => number(arguments, "default_version_number"),
        };
        let current = shown.as_ref().map(|shown| shown.default_version_number);
        if wanted != current.or_else(|| number(prior, "default_version_number")) {
            let change = ModifyLaunchTemplateRequest { default_version_number: wanted, ..nothing };
            return cloud.modify_launch_template(change).await;
        }
        match shown {
            Some(shown) => Ok(shown),
            None => cloud.modify_launch_template(nothing).await,
        }
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Result<(), CloudError> {
        cloud.delete_launch_template(prior.get("id").as_str().unwrap_or_default().into()).await
    }

    fn id(shown: &LaunchTemplate) -> String {
        shown.launch_template_id.as_str().to_owned()
    }

    fn configuration(shown: &LaunchTemplate) -> &str {
        &shown.configuration
    }

    fn set_computed(state: &mut Value, shown: &LaunchTemplate) {
        for name in ["launch_template_name", "name"] {
            set_default(state, name, shown.launch_template_name.as_str());
        }
        set_default(state, "zone_id", shown.zone_id.as_ref().map(crate::base::ZoneId::as_str));
        set_default(state, "vpc_id", shown.vpc_id.as_ref().map(crate::base::VpcId::as_str));
        // 0 stands for no version in the configuration, and stays.
        if !state.get("default_version_number").as_number().is_some_and(Number::is_zero) {
            state.set("default_version_number", shown.default_version_number);
        }
        state.set("latest_version_number", shown.latest_version_number);
    }
}

/// The prior arguments with the planned tags: the template's arguments until it has the new version.
fn with_tags_of(prior: &Value, arguments: &Value) -> String {
    let mut so_far = prior.clone();
    so_far.set("template_tags", arguments.get("template_tags").clone());
    document::write(&schema::schema(), &so_far)
}

/// Deletes the oldest version that is not the default one, if the template has as many versions as it can.
async fn delete_oldest_version_if_full(
    cloud: &Cloud,
    id: &LaunchTemplateId,
    arguments: &Value,
) -> Result<(), CloudError> {
    let versions = cloud.describe_launch_template_versions(id.clone(), None).await?;
    if versions.len() < SimCloud::LAUNCH_TEMPLATE_VERSIONS {
        return Ok(());
    }
    let wanted = planning::number(arguments, "default_version_number");
    let spare =
        versions.iter().find(|version| !version.default_version && Some(u64::from(version.version_number)) != wanted);
    match spare {
        Some(oldest) => {
            cloud.delete_launch_template_version(id.clone(), [oldest.version_number].into_iter().into_set()).await
        }
        None => Ok(()),
    }
}
