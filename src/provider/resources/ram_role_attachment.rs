//! `simcloud_ram_role_attachment`: the role of instances.

use async_trait::async_trait;

use crate::base::InstanceId;
use crate::cloud::model::{AttachInstanceRoleRequest, InstanceRole};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, text, texts};
use crate::provider::framework::object_resource::CloudObject;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Type, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct InstanceRoleObject;

#[async_trait]
impl CloudObject for InstanceRoleObject {
    type Object = InstanceRole;

    const NOUN: &'static str = "attachment of the role";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_RAM_ROLE_NOT_FOUND];

    fn schema() -> Schema {
        Schema::new(
            "Gives a role to instances. The document of the role must let `ecs.aliyuncs.com` assume it \
             (`InvalidRamRole.NotEcsRole`), and the instances must have no role yet. `simcloud_instance` shows it as \
             `role_name` at the next refresh.\n\nAn instance that ends leaves `instance_ids`, so that the next plan attaches the role again.",
        )
        .attributes([
            Attribute::string("id")
                .computed()
                .use_state_for_unknown()
                .description("`<role name>:[\"<instance id>\",\"<instance id>\"]`, with the ids in their order."),
            Attribute::string("role_name").required().requires_replace().description("The role."),
            Attribute::set("instance_ids", Type::String)
                .required()
                .requires_replace()
                .description("The instances, at least one."),
        ])
        .deprecated("The real provider replaces it by `alicloud_ecs_ram_role_attachment`, with one instance each.")
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        if is_absent(config, "instance_ids") {
            check::missing(&Path::default(), "instance_ids", "at least one instance", diagnostics);
        }
    }

    fn plan(_configured: Option<&Configured>, _request: &PlanRequest, _response: &mut PlanResponse) {}

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<InstanceRole> {
        let request = AttachInstanceRoleRequest {
            role_name: text(arguments, "role_name").unwrap_or_default().to_owned(),
            instance_ids: texts(arguments, "instance_ids").into_iter().map(Into::into).collect(),
            configuration,
        };
        cloud.attach_instance_ram_role(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<InstanceRole>> {
        let found = cloud.describe_instance_ram_role().await?;
        Ok(found.into_iter().find(|attached| attached.attachment_id == id))
    }

    /// Every change replaces the attachment, so that this is asked for nothing.
    async fn modify(cloud: &Cloud, prior: &Value, _arguments: &Value, _configuration: String) -> Reply<InstanceRole> {
        let id = text(prior, "id").unwrap_or_default();
        Self::describe(cloud, id).await?.ok_or_else(|| {
            CloudError::new(codes::INVALID_RAM_ROLE_NOT_FOUND, format!("no instance has a role by `{id}`"))
        })
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.detach_instance_ram_role(text(prior, "id").unwrap_or_default().to_owned()).await
    }

    fn id(attached: &InstanceRole) -> String {
        attached.attachment_id.clone()
    }

    fn configuration(attached: &InstanceRole) -> &str {
        &attached.configuration
    }

    /// The instances are those that still exist.
    fn set_computed(state: &mut Value, attached: &InstanceRole) {
        state.set("role_name", attached.role_name.as_str());
        state.set("instance_ids", Value::list(attached.instance_ids.iter().map(InstanceId::as_str)));
    }
}
