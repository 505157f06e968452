//! `simcloud_ram_role_policy_attachment`: a policy that a role has.

use async_trait::async_trait;

use crate::base::ApiEnum;
use crate::cloud::model::{ListRolePoliciesRequest, PolicyType, RolePolicy};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::text;
use crate::provider::framework::object_resource::{CloudObject, set_default};
use crate::provider::framework::timeouts;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct RolePolicyObject;

#[async_trait]
impl CloudObject for RolePolicyObject {
    type Object = RolePolicy;

    const NOUN: &'static str = "attachment of the policy";
    const NOT_FOUND: &'static [&'static str] = &[codes::ENTITY_NOT_EXIST_ROLE_POLICY];

    fn schema() -> Schema {
        Schema::new(
            "A policy that a role has. Both must exist, except a policy of the service, which is known by its name.",
        )
        .attributes([
            Attribute::string("id")
                .computed()
                .use_state_for_unknown()
                .description("`role:<policy name>:<policy type>:<role name>`."),
            Attribute::string("role_name").required().requires_replace().description("The role."),
            Attribute::string("policy_name").required().requires_replace().description("The policy."),
            Attribute::string("policy_type")
                .required()
                .requires_replace()
                .one_of_names::<PolicyType>()
                .description("`Custom` for a policy of the account, `System` for one of the service."),
        ])
        .blocks([timeouts::block(&["create", "delete"])])
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, _request: &PlanRequest, _response: &mut PlanResponse) {}

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<RolePolicy> {
        let named = |name| text(arguments, name).unwrap_or_default().to_owned();
        let request = RolePolicy {
            role_name: named("role_name"),
            policy_name: named("policy_name"),
            policy_type: policy_type(&named("policy_type")),
            configuration,
        };
        cloud.attach_policy_to_role(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<RolePolicy>> {
        let found = cloud.list_policies_for_role(ListRolePoliciesRequest::default()).await?;
        Ok(found.into_iter().find(|attached| attached.id() == id))
    }

    /// Only the block `timeouts` can change, which nothing depends on.
    async fn modify(cloud: &Cloud, prior: &Value, _arguments: &Value, configuration: String) -> Reply<RolePolicy> {
        cloud.modify_role_policy(text(prior, "id").unwrap_or_default().to_owned(), configuration).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.detach_policy_from_role(text(prior, "id").unwrap_or_default().to_owned()).await
    }

    fn id(attached: &RolePolicy) -> String {
        attached.id()
    }

    fn configuration(attached: &RolePolicy) -> &str {
        &attached.configuration
    }

    fn set_computed(state: &mut Value, attached: &RolePolicy) {
        for (name, value) in [
            ("role_name", attached.role_name.as_str()),
            ("policy_name", &attached.policy_name),
            ("policy_type", attached.policy_type.name()),
        ] {
            set_default(state, name, value);
        }
    }
}

/// Validation has refused every other name.
fn policy_type(name: &str) -> PolicyType {
    PolicyType::parse(name).unwrap_or(PolicyType::Custom)
}
