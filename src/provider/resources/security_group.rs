//! `simcloud_security_group`: a security group of instances.

use async_trait::async_trait;

use crate::base::{SecurityGroupId, VpcId};
use crate::cloud::model::{
    CreateSecurityGroupRequest, InnerAccessPolicy, ModifySecurityGroupAttributeRequest, SecurityGroup,
    SecurityGroupType,
};
use crate::cloud::{Cloud, CloudError, Member, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, text};
use crate::provider::framework::choice;
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::{attributes, deprecated_argument, derived, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct SecurityGroupObject;

#[async_trait]
impl CloudObject for SecurityGroupObject {
    type Object = SecurityGroup;

    const NOUN: &'static str = "security group";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_SECURITY_GROUP_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        for name in ["security_group_name", "name"] {
            check::resource_name(config, &root, name, diagnostics);
        }
        check::plain_text(config, &root, "description", 256, diagnostics);
        check::not_both(config, &root, "inner_access_policy", "inner_access", diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        timeouts::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        deprecated_argument::plan(request, "security_group_name", "name", response);
        plan_inner_access(request, response);
        if let Some(configured) = configured
            && request.prior_state.is_null()
            && request.config.get("vpc_id").is_null()
        {
            response.planned_state.set("vpc_id", default_vpc(configured));
        }
    }

    fn canonical_value(configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        match configured {
            Some(configured) if name == "vpc_id" && is_absent(arguments, name) => default_vpc(configured),
            _ => configured_value(arguments, name),
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<SecurityGroup> {
        let request = CreateSecurityGroupRequest {
            name: deprecated_argument::text(arguments, "security_group_name", "name").map(str::to_owned),
            description: text(arguments, "description").map(str::to_owned),
            vpc_id: text(arguments, "vpc_id").map(Into::into),
            security_group_type: choice::read_choice(arguments, Member::SecurityGroupType)?.unwrap_or_default(),
            inner_access_policy: inner_access(arguments)?,
            resource_group_id: text(arguments, "resource_group_id").map(str::to_owned),
            tags: check::tags_of(arguments, "tags"),
            client_token: None,
            configuration,
        };
        cloud.create_security_group(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<SecurityGroup>> {
        cloud.describe_security_group_attribute(id.into()).await
    }

    /// The policy has a call of its own, and an enterprise group keeps its own whatever is asked for.
    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<SecurityGroup> {
        let id = SecurityGroupId::from(text(prior, "id").unwrap_or_default());
        let before = inner_access(prior)?;
        let policy = inner_access(arguments)?.filter(|policy| Some(*policy) != before);
        let group_type: SecurityGroupType =
            choice::read_choice(arguments, Member::SecurityGroupType)?.unwrap_or_default();
        if let Some(policy) = policy.filter(|_| group_type != SecurityGroupType::Enterprise) {
            cloud.modify_security_group_policy(id.clone(), policy).await?;
        }
        let said = |text: Option<&str>| Some(text.unwrap_or_default().to_owned());
        let request = ModifySecurityGroupAttributeRequest {
            security_group_id: Some(id),
            name: said(deprecated_argument::text(arguments, "security_group_name", "name")),
            description: said(text(arguments, "description")),
            resource_group_id: said(text(arguments, "resource_group_id")),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.modify_security_group_attribute(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_security_group(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(group: &SecurityGroup) -> String {
        group.security_group_id.to_string()
    }

    fn configuration(group: &SecurityGroup) -> &str {
        &group.request.configuration
    }

    fn set_computed(state: &mut Value, group: &SecurityGroup) {
        state.set("create_time", group.create_time.to_string());
        let name = group.request.name.as_deref().unwrap_or_default();
        for (attribute, value) in [
            ("security_group_name", Value::from(name)),
            ("name", name.into()),
            ("vpc_id", group.vpc_id.as_str().into()),
            ("security_group_type", group.request.security_group_type.name().into()),
            ("inner_access_policy", group.inner_access_policy.name().into()),
            ("inner_access", (group.inner_access_policy == InnerAccessPolicy::Accept).into()),
        ] {
            set_default(state, attribute, value);
        }
    }
}

fn schema() -> Schema {
    Schema::new(
        "A security group. Every instance belongs to one or more. Rules are stored, and no traffic is simulated.\n\nEvery \
         region has a security group `default`, which is valid in every VPC, and which a launch uses if it names none. It \
         can be neither changed nor deleted. A group cannot be deleted while instances belong to it or rules of other \
         groups refer to it.",
    )
    .attributes([
        Attribute::string("id").computed().use_state_for_unknown().description("The group's id."),
        Attribute::string("security_group_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .description("The group's name: 2 to 128 letters, digits, `:`, `_`, `-` and `.`, beginning with a letter."),
        Attribute::string("name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows(["security_group_name"])
            .description("The group's name; ignored if `security_group_name` is set.")
            .deprecated("Use `security_group_name` instead."),
        attributes::description(),
        Attribute::string("vpc_id").optional().computed().requires_replace().derived(derived::vpc_id).description(
            "The VPC it lies in. The vSwitch of every launch that names the group must lie in the same one. Default: the \
             region's default VPC.",
        ),
        Attribute::choice::<SecurityGroupType>("security_group_type", "").computed().requires_replace(),
        attributes::tags("the security group"),
        Attribute::string("create_time").computed().use_state_for_unknown().description("When it was created, RFC 3339."),
    ])
    .attributes(without_effect([
        Attribute::string("inner_access_policy")
            .optional()
            .computed()
            .one_of_names::<InnerAccessPolicy>()
            .unless_set(InnerAccessPolicy::Accept.name())
            .description("Whether its instances reach each other: `Accept`, the default, or `Drop`."),
        Attribute::bool("inner_access")
            .optional()
            .computed()
            .follows(["inner_access_policy"])
            .description("Whether its instances reach each other, as a boolean.")
            .deprecated("Use `inner_access_policy` instead."),
        Attribute::string("resource_group_id").optional(),
    ]))
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

/// The VPC of a group whose configuration has none.
fn default_vpc(configured: &Configured) -> Value {
    VpcId::default_of(configured.region.as_str()).as_str().into()
}

/// Plans both arguments by the one that is configured.
fn plan_inner_access(request: &PlanRequest, response: &mut PlanResponse) {
    let (policy, access) = (request.config.get("inner_access_policy"), request.config.get("inner_access"));
    if policy.is_unknown() || check::is_set(&request.config, "inner_access_policy") {
        if access.is_null() {
            let accepts = |policy: &str| Value::from(policy == InnerAccessPolicy::Accept.name());
            let shown = policy.as_str().map_or(Value::Unknown, accepts);
            response.planned_state.set("inner_access", shown);
        }
    } else if !access.is_null() && policy.is_null() {
        let shown = access.as_bool().map_or(Value::Unknown, |access| policy_that(access).name().into());
        response.planned_state.set("inner_access_policy", shown);
    }
}

fn inner_access(arguments: &Value) -> Reply<Option<InnerAccessPolicy>> {
    let policy = choice::read_choice(arguments, Member::InnerAccessPolicy)?;
    Ok(policy.or_else(|| arguments.get("inner_access").as_bool().map(policy_that)))
}

const fn policy_that(accepts: bool) -> InnerAccessPolicy {
    if accepts { InnerAccessPolicy::Accept } else { InnerAccessPolicy::Drop }
}
