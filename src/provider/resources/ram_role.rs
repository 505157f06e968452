//! `simcloud_ram_role`: a role of the account.

use async_trait::async_trait;
use serde_json::{Value as Json, json};

use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::cloud::model::{CreateRoleRequest, DeleteRoleRequest, ListRolesRequest, Role, UpdateRoleRequest};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_absent, text, texts};
use crate::provider::framework::object_resource::{CloudObject, set_default};
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::{attributes, deprecated_argument, policy_document, timeouts};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Type, Value};

type Reply<T> = Result<T, CloudError>;

const NAME: (&str, &str) = ("role_name", "name");
const DOCUMENT: (&str, &str) = ("assume_role_policy_document", "document");

/// Older arguments of which the document is made.
const PRINCIPALS: [(&str, &str); 2] = [("ram_users", "RAM"), ("services", "Service")];

#[derive(Debug)]
pub(crate) struct RoleObject;

#[async_trait]
impl CloudObject for RoleObject {
    type Object = Role;

    const NOUN: &'static str = "role";
    const NOT_FOUND: &'static [&'static str] = &[codes::ENTITY_NOT_EXIST_ROLE];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        let root = Path::default();
        for (name, older) in [NAME, DOCUMENT] {
            check::not_both(config, &root, name, older, diagnostics);
        }
        if is_absent(config, NAME.0) && is_absent(config, NAME.1) {
            check::missing(&root, NAME.0, "the name of the role", diagnostics);
        }
        check::length(config, &root, "description", 1, 1_024, diagnostics);
        check::within(config, &root, "max_session_duration", 3_600, 43_200, diagnostics);
        check::tags(config, &root, "tags", diagnostics);
        for name in [DOCUMENT.0, DOCUMENT.1] {
            policy_document::validate(config, name, diagnostics);
            for older in ["ram_users", "services"] {
                check::not_both(config, &root, name, older, diagnostics);
            }
        }
        if [DOCUMENT.0, DOCUMENT.1, "ram_users", "services"].iter().all(|name| is_absent(config, name)) {
            check::missing(&root, DOCUMENT.0, "a JSON document that says who may take the role", diagnostics);
        }
        timeouts::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        for (name, older) in [NAME, DOCUMENT] {
            deprecated_argument::plan(request, name, older, response);
        }
        plan_document(request, &mut response.planned_state);
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        if name == NAME.0 || name == NAME.1 {
            return deprecated_argument::canonical_value(arguments, NAME.0, NAME.1);
        }
        configured_value(arguments, name)
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<Role> {
        let request = CreateRoleRequest {
            role_name: deprecated_argument::text(arguments, NAME.0, NAME.1).map(str::to_owned),
            assume_role_policy_document: document(arguments),
            description: text(arguments, "description").map(str::to_owned),
            max_session_duration: duration(arguments),
            tags: check::tags_of(arguments, "tags"),
            configuration,
        };
        cloud.create_role(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<Role>> {
        let request = ListRolesRequest { role_names: Some([id.to_owned()].into()), ..ListRolesRequest::default() };
        Ok(cloud.list_roles(request).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<Role> {
        let request = UpdateRoleRequest {
            role_name: text(prior, "id").unwrap_or_default().to_owned(),
            assume_role_policy_document: document(arguments),
            description: Some(text(arguments, "description").unwrap_or_default().to_owned()),
            max_session_duration: duration(arguments),
            tags: Some(check::tags_of(arguments, "tags")),
            configuration: Some(configuration),
        };
        cloud.update_role(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let role_name = text(prior, "id").unwrap_or_default().to_owned();
        let force = prior.get("force").as_bool() == Some(true);
        cloud.delete_role(DeleteRoleRequest { role_name, force }).await
    }

    fn id(role: &Role) -> String {
        role.role_name.clone()
    }

    fn configuration(role: &Role) -> &str {
        &role.request.configuration
    }

    fn set_computed(state: &mut Value, role: &Role) {
        state.set("arn", role.arn.as_str());
        state.set("create_time", role.create_time.to_string());
        state.set("role_id", role.role_id.as_str());
        let document = role.request.assume_role_policy_document.as_deref().unwrap_or_default();
        for name in [DOCUMENT.0, DOCUMENT.1] {
            set_default(state, name, document);
        }
        for name in [NAME.0, NAME.1] {
            set_default(state, name, role.role_name.as_str());
        }
        for (name, member) in PRINCIPALS {
            set_default(state, name, Value::list(principals(document, member)));
        }
        set_default(state, "max_session_duration", role.max_session_duration);
    }
}

fn schema() -> Schema {
    let computed =
        |name, text: &'static str| Attribute::string(name).computed().use_state_for_unknown().description(text);
    let name = |name| Attribute::string(name).optional().computed().requires_replace().use_state_for_unknown();
    let document = |name| Attribute::string(name).optional().computed().use_state_for_unknown();
    let principals = |name| Attribute::set(name, Type::String).optional().computed().use_state_for_unknown();
    Schema::new(
        "A role of the account. It belongs to no region: its name is unique in the account.\n\nThe simulation keeps roles and \
         policies and checks that they exist; they allow and deny nothing. A role that has policies cannot be deleted without \
         `force`: `DeleteConflict.Role.Policy`.",
    )
    .attributes([
        computed("id", "The role's name."),
        name(NAME.0)
            .description("Its name: 1 to 64 letters, digits, `.`, `_` and `-`. Required."),
        name(NAME.1).follows([NAME.0]).description("Its name.").deprecated("Use `role_name` instead."),
        document(DOCUMENT.0)
            .description("Who may take it: a JSON document. Required, unless an older argument says it."),
        document(DOCUMENT.1)
            .follows([DOCUMENT.0])
            .description("Who may take it: a JSON document.")
            .deprecated("Use `assume_role_policy_document` instead."),
        principals("ram_users")
            .follows([DOCUMENT.0])
            .description("Accounts and users who may take it.")
            .deprecated("Use `assume_role_policy_document` instead."),
        principals("services")
            .follows([DOCUMENT.0])
            .description("Services that may take it, such as `ecs.aliyuncs.com`.")
            .deprecated("Use `assume_role_policy_document` instead."),
        Attribute::string("version")
            .optional()
            .one_of(["1"])
            .description("Version of the document's language.")
            .deprecated("Use `assume_role_policy_document` instead."),
        Attribute::string("description").optional().description("A description of at most 1,024 characters."),
        Attribute::number("max_session_duration")
            .optional()
            .computed()
            .use_state_for_unknown()
            .unless_set(CreateRoleRequest::DEFAULT_MAX_SESSION_DURATION)
            .description("Longest session in seconds, 3,600 to 43,200. Default: 3,600."),
        Attribute::bool("force")
            .optional()
            .description("Whether its policies are detached when it is deleted. Default: `false`."),
        attributes::tags("the role"),
        computed("arn", "`acs:ram::ACCOUNT:role/NAME`, with the name in lower case."),
        computed("create_time", "When it was created, RFC 3339."),
        computed("role_id", "Its number: 18 digits."),
    ])
    .blocks([timeouts::block(&["create", "update", "delete"])])
}

/// Plans the principals of another document, and the document of other principals.
fn plan_document(request: &PlanRequest, planned: &mut Value) {
    let (config, prior) = (&request.config, &request.prior_state);
    let is_said = |name: &str| !config.get(name).is_null();
    if is_said(DOCUMENT.0) || is_said(DOCUMENT.1) {
        let document = planned.get(DOCUMENT.0).clone();
        for (name, member) in PRINCIPALS.into_iter().filter(|(name, _)| !is_said(name)) {
            let of_document = document.as_str().map(|document| Value::list(principals(document, member)));
            planned.set(name, of_document.unwrap_or(Value::Unknown));
        }
    } else if PRINCIPALS.iter().any(|(name, _)| is_said(name)) {
        // One of the two may be left out: then the document has none of it.
        for (name, _) in PRINCIPALS {
            if !is_said(name) {
                planned.set(name, Value::List(Vec::new()));
            }
        }
        let is_same = PRINCIPALS.iter().all(|(name, _)| texts(planned, name) == texts(prior, name));
        if prior.is_null() || !is_same || PRINCIPALS.iter().any(|(name, _)| !planned.get(name).is_wholly_known()) {
            planned.set(DOCUMENT.0, Value::Unknown);
            planned.set(DOCUMENT.1, Value::Unknown);
        }
    }
}

/// The document of the arguments, as far as it is known.
fn document(arguments: &Value) -> Option<String> {
    let given = deprecated_argument::text(arguments, DOCUMENT.0, DOCUMENT.1).map(str::to_owned);
    given.or_else(|| {
        let named = PRINCIPALS.map(|(name, member)| (member, texts(arguments, name)));
        let named: serde_json::Map<String, Json> = named
            .into_iter()
            .filter(|(_, names)| !names.is_empty())
            .map(|(member, names)| (member.to_owned(), json!(names)))
            .into_json_map();
        let statement = json!({ "Action": "sts:AssumeRole", "Effect": "Allow", "Principal": named });
        (!named_is_empty(&statement)).then(|| json!({ "Statement": [statement], "Version": "1" }).to_string())
    })
}

fn named_is_empty(statement: &Json) -> bool {
    statement["Principal"].as_object().is_none_or(serde_json::Map::is_empty)
}

/// Who may take a role by the first statement of its document, in order.
fn principals(document: &str, member: &str) -> Vec<String> {
    let document: Json = serde_json::from_str(document).unwrap_or_default();
    let found = &document["Statement"][0]["Principal"][member];
    let mut names: Vec<String> = match found {
        Json::Array(names) => names.iter().filter_map(Json::as_str).map(str::to_owned).collect(),
        Json::String(name) => vec![name.clone()],
        _ => Vec::new(),
    };
    names.order();
    names.dedup();
    names
}

fn duration(arguments: &Value) -> Option<u32> {
    check::number(arguments, "max_session_duration").and_then(|seconds| u32::try_from(seconds).ok())
}
