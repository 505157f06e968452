//! `simcloud_ram_policy`: a policy of the account.

use async_trait::async_trait;
use serde_json::json;

use crate::base::api_enum;
use crate::cloud::model::{
    CreatePolicyRequest, DeletePolicyRequest, ListPoliciesRequest, Policy, PolicyType, UpdatePolicyRequest,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, elements, is_absent, text, texts};
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::{attributes, deprecated_argument, policy_document, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Path, Schema, Type, Value};

type Reply<T> = Result<T, CloudError>;

const NAME: (&str, &str) = ("policy_name", "name");
const DOCUMENT: (&str, &str) = ("policy_document", "document");

/// What follows from the version of the document.
const VERSIONS: [&str; 2] = ["default_version", "version_id"];

api_enum! {
    /// What happens to older versions of a document.
    enum RotateStrategy {
        None,
        DeleteOldestNonDefaultVersionWhenLimitExceeded,
    }
}

#[derive(Debug)]
pub(crate) struct PolicyObject;

#[async_trait]
impl CloudObject for PolicyObject {
    type Object = Policy;

    const NOUN: &'static str = "policy";
    const NOT_FOUND: &'static [&'static str] = &[codes::ENTITY_NOT_EXIST_POLICY];
    const NOT_REFRESHED: &'static [&'static str] = &["attachment_count"];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        for (name, older) in [NAME, DOCUMENT] {
            check::not_both(config, &root, name, older, diagnostics);
            check::not_both(config, &root, DOCUMENT.0, "statement", diagnostics);
        }
        check::not_both(config, &root, DOCUMENT.1, "statement", diagnostics);
        if is_absent(config, NAME.0) && is_absent(config, NAME.1) {
            check::missing(&root, NAME.0, "the name of the policy", diagnostics);
        }
        check::length(config, &root, "description", 1, 1_024, diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        for name in [DOCUMENT.0, DOCUMENT.1] {
            policy_document::validate(config, name, diagnostics);
        }
        if [DOCUMENT.0, DOCUMENT.1, "statement"].iter().all(|name| is_absent(config, name)) {
            check::missing(
                &root,
                DOCUMENT.0,
                "a JSON document that says what the policy allows, or a statement",
                diagnostics,
            );
        }
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        for (name, older) in [NAME, DOCUMENT] {
            deprecated_argument::plan(request, name, older, response);
        }
        let prior = &request.prior_state;
        if prior.is_null() {
            return;
        }
        let planned = &mut response.planned_state;
        if !elements(planned, "statement").is_empty() && planned.get("statement") != prior.get("statement") {
            planned.set(DOCUMENT.0, Value::Unknown);
            planned.set(DOCUMENT.1, Value::Unknown);
        }
        if planned.get(DOCUMENT.0) != prior.get(DOCUMENT.0) {
            for name in VERSIONS {
                planned.set(name, Value::Unknown);
            }
        }
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        if name == NAME.0 || name == NAME.1 {
            return deprecated_argument::canonical_value(arguments, NAME.0, NAME.1);
        }
        configured_value(arguments, name)
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<Policy> {
        let request = CreatePolicyRequest {
            policy_name: deprecated_argument::text(arguments, NAME.0, NAME.1).map(str::to_owned),
            policy_document: document(arguments),
            description: text(arguments, "description").map(str::to_owned),
            tags: check::tags_of(arguments, "tags"),
            configuration,
        };
        cloud.create_policy(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<Policy>> {
        let names = Some([id.to_owned()].into());
        let request = ListPoliciesRequest { policy_names: names, ..ListPoliciesRequest::default() };
        Ok(cloud.list_policies(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<Policy> {
        let request = UpdatePolicyRequest {
            policy_name: text(prior, "id").unwrap_or_default().to_owned(),
            policy_document: document(arguments).filter(|document| Some(document.as_str()) != text(prior, DOCUMENT.0)),
            description: Some(text(arguments, "description").unwrap_or_default().to_owned()),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.update_policy(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let policy_name = text(prior, "id").unwrap_or_default().to_owned();
        let force = prior.get("force").as_bool() == Some(true);
        cloud.delete_policy(DeletePolicyRequest { policy_name, force }).await
    }

    fn id(policy: &Policy) -> String {
        policy.policy_name.clone()
    }

    fn configuration(policy: &Policy) -> &str {
        &policy.request.configuration
    }

    fn set_computed(state: &mut Value, policy: &Policy) {
        state.set("attachment_count", policy.attachment_count);
        state.set("create_time", policy.create_time.to_string());
        state.set("type", PolicyType::Custom.name());
        for name in VERSIONS {
            state.set(name, policy.default_version.as_str());
        }
        let document = policy.request.policy_document.as_deref().unwrap_or_default();
        for name in [DOCUMENT.0, DOCUMENT.1] {
            set_default(state, name, document);
        }
        for name in [NAME.0, NAME.1] {
            set_default(state, name, policy.policy_name.as_str());
        }
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    let name = |name| Attribute::string(name).optional().computed().requires_replace().use_state_for_unknown();
    let document = |name| Attribute::string(name).optional().computed().use_state_for_unknown();
    Schema::new(
        "A policy of the account. It belongs to no region: its name is unique in the account.\n\nThe simulation keeps it, and it \
         allows and denies nothing. A change of the document makes another version, which becomes the default one; older ones \
         are not kept. A policy that roles have cannot be deleted without `force`: `DeleteConflict.Role.Policy`.",
    )
    .attributes([
        computed("id", "The policy's name."),
        name(NAME.0)
            .description("Its name: 1 to 128 letters, digits and `-`. Required."),
        name(NAME.1).follows([NAME.0]).description("Its name.").deprecated("Use `policy_name` instead."),
        document(DOCUMENT.0)
            .follows(["statement"])
            .description("What it allows and denies: a JSON document. Required, unless an older argument says it."),
        document(DOCUMENT.1)
            .follows([DOCUMENT.0])
            .description("What it allows and denies: a JSON document.")
            .deprecated("Use `policy_document` instead."),
        Attribute::string("version")
            .optional()
            .one_of(["1"])
            .description("Version of the document's language.")
            .deprecated("Use `policy_document` instead."),
        Attribute::string("description").optional().description("A description of at most 1,024 characters."),
        Attribute::bool("force")
            .optional()
            .description("Whether it is detached from roles when it is deleted. Default: `false`."),
        attributes::tags("the policy"),
        Attribute::number("attachment_count")
            .computed()
            .use_state_for_unknown()
            .description("How many roles had it when it was last changed."),
        computed("create_time", "When it was created, RFC 3339."),
        computed("default_version", "The version of its document: `v1`, and one more with each change."),
        computed("version_id", "The same as `default_version`."),
        computed("type", "Always `Custom`."),
    ])
    .attributes(without_effect([Attribute::choice::<RotateStrategy>(
        "rotate_strategy",
        "What happens to older versions: ",
    )]))
    .blocks([statement(), timeouts::block(&["create", "update", "delete"])])
}

fn statement() -> NestedBlock {
    let block = Block::new("A statement of the document. Excludes the documents.").attributes([
        Attribute::string("effect").required().one_of(["Allow", "Deny"]).description("`Allow` or `Deny`."),
        Attribute::list("action", Type::String).required().description("Operations, such as `oss:ListObjects`."),
        Attribute::list("resource", Type::String).required().description("Resources, such as `acs:oss:*:*:*`."),
    ]);
    NestedBlock::set("statement", block.deprecated("Use `policy_document` instead."))
}

/// The document of the arguments, as far as it is known.
fn document(arguments: &Value) -> Option<String> {
    let given = deprecated_argument::text(arguments, DOCUMENT.0, DOCUMENT.1).map(str::to_owned);
    given.or_else(|| {
        let statements = elements(arguments, "statement").iter().map(|statement| {
            let (action, resource) = (texts(statement, "action"), texts(statement, "resource"));
            json!({ "Action": action, "Effect": text(statement, "effect"), "Resource": resource })
        });
        let statements: Vec<serde_json::Value> = statements.collect();
        (!statements.is_empty()).then(|| json!({ "Statement": statements, "Version": "1" }).to_string())
    })
}
