//! `simcloud_auto_provisioning_group`: capacity from many pools in one request.

mod arguments;
pub(crate) mod forecast;
mod launch_configuration;
mod planning;
pub(crate) mod schema;
pub(crate) mod state;
mod validation;

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::collect::IntoOrdered;
use crate::base::{GroupId, Seed};
use crate::cloud::model::{
    AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest,
    DescribeAutoProvisioningGroupsRequest, FleetId, GroupStatus, LaunchResult, ModifyAutoProvisioningGroupRequest,
};
use crate::cloud::{CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::newest_of_family;
use crate::provider::framework::check::text;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::semantic_equality::suppress_equivalent_replacements;
use crate::provider::framework::{
    client_token, diagnostic, document, identity, instance_replacement, secret, write_only,
};
use crate::tf::provider::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse,
};
use crate::tf::schema::IdentitySchema;
use crate::tf::{Diagnostics, Resource, Schema, Value};

const OUTSIDE_THE_WINDOW: &str = "Outside The Validity Window";

/// Summary of the same where nothing is sold out: no pool has a type that the image runs on.
const IMAGE_INCOMPATIBLE: &str = "Image Does Not Run On This Type";

/// The summary of a shortage of which these are the rows.
fn shortage_summary(results: &[LaunchResult]) -> &'static str {
    let is_incompatible =
        |row: &LaunchResult| row.error_code.as_deref() == Some(codes::IMAGE_NOT_SUPPORT_INSTANCE_TYPE);
    if !results.is_empty() && results.iter().all(is_incompatible) {
        IMAGE_INCOMPATIBLE
    } else {
        diagnostic::CAPACITY_MISSING
    }
}

#[derive(Debug)]
pub(crate) struct AutoProvisioningGroupResource {
    context: Arc<ProviderContext>,
}

impl AutoProvisioningGroupResource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }

    /// Records whose client token the state holds (W2).
    async fn record_held(&self, configured: &Configured, state: &Value, diagnostics: &mut Diagnostics) {
        if let Some(id) = state.get("id").as_str() {
            let fleet = FleetId::Group(GroupId::from(id));
            client_token::record_held(&self.context, configured, fleet, state, diagnostics).await;
        }
    }
}

#[async_trait]
impl Resource for AutoProvisioningGroupResource {
    fn schema(&self) -> Schema {
        schema::schema()
    }

    fn identity_schema(&self) -> Option<IdentitySchema> {
        Some(identity::schema("The group's id."))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        validation::validate(config, diagnostics);
    }

    async fn plan(&self, request: &PlanRequest, response: &mut PlanResponse) {
        if request.destroys {
            return planning::destruction(&request.prior_state, &mut response.diagnostics);
        }
        let Some(configured) = self.context.configured() else { return };
        planning::check(&request.config, &request.prior_state, &configured, &mut response.diagnostics);
        if response.diagnostics.has_errors() {
            return;
        }
        if request.prior_state.is_null() {
            let (context, diagnostics) = (&self.context, &mut response.diagnostics);
            client_token::check_planned(context, &configured, client_token::GROUP_NOUN, &request.config, diagnostics)
                .await;
            return planning::creation(&self.context, &configured, request, response).await;
        }
        document::keep_digests(&schema::schema(), &request.prior_state, &mut response.planned_state);
        self.record_held(&configured, &request.prior_state, &mut response.diagnostics).await;
        if !response.requires_replace.is_empty() {
            let prior_state = self.with_kept_password(&configured, request).await;
            let compared = PlanRequest { prior_state, ..request.clone() };
            suppress_equivalent_replacements(schema::schema, &arguments::canonical, &compared, response);
        }
        let is_updated = response.requires_replace.is_empty();
        let untold = request.prior_state.get("id").as_str().filter(|_| is_updated);
        self.context.record_arguments(as_configured(&response.planned_state, &request.config), untold);
        if is_updated {
            planning::update(&self.context, &configured, request, response).await;
        } else {
            let (prior, config) = (&request.prior_state, &request.config);
            client_token::check_replacement(client_token::GROUP_NOUN, prior, config, &mut response.diagnostics);
            planning::replacement(&configured, request, response).await;
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let creation = creation(&request.planned_state, &request.config, &configured, &mut response.diagnostics);
        let Some(creation) = creation else { return };
        match configured.cloud.create_auto_provisioning_group(creation).await {
            Ok(group) => {
                set_state(request, &group, &configured, response);
                let is_active = group.status == GroupStatus::Active;
                let summary = if is_active { shortage_summary(&group.launch_results) } else { OUTSIDE_THE_WINDOW };
                let id = group.group_id.as_str();
                diagnostic::warnings(summary, id, &group.warnings, &mut response.diagnostics);
            }
            Err(error) => {
                diagnostic::cloud_error("create the auto provisioning group", &error, &mut response.diagnostics);
                let block = schema::schema().block;
                diagnostic::at_what_is_configured(&block, &request.config, &mut response.diagnostics);
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        let (Some(configured), Some(id)) = (self.context.configured(), request.state.get("id").as_str()) else {
            return;
        };
        match find(&configured, id).await {
            Ok(Some(group)) => {
                self.context.record_arguments(group.request.configuration.clone(), Some(id));
                // Frees a copy of the state before its successor is made: either may hold ten thousand instances.
                response.state = Value::Null;
                response.state = state_of(&schema::schema(), &group, &request.state);
                response.identity = Some(identity::of(id, &configured.region));
                self.context.record_read(id);
                self.record_held(&configured, &response.state, &mut response.diagnostics).await;
            }
            Ok(None) => response.state = Value::Null,
            Err(error) => {
                diagnostic::cloud_error("read the auto provisioning group", &error, &mut response.diagnostics);
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let Some(mut change) = modification(&request.prior_state, &request.planned_state, &mut response.diagnostics)
        else {
            return;
        };
        change.configuration = Some(document::write(&schema::schema(), &request.planned_state));
        change.expected = instance_replacement::expected_change(&request.planned_private);
        match configured.cloud.modify_auto_provisioning_group(change).await {
            Ok(done) => {
                set_state(request, &done.group, &configured, response);
                let summary = shortage_summary(&done.group.launch_results);
                diagnostic::warnings(summary, done.group.group_id.as_str(), &done.warnings, &mut response.diagnostics);
            }
            Err(error) => {
                diagnostic::cloud_error("change the auto provisioning group", &error, &mut response.diagnostics);
                if let Some(id) = request.prior_state.get("id").as_str() {
                    let owner = FleetId::Group(GroupId::from(id));
                    instance_replacement::forget_planned_changes(&configured, owner, &mut response.diagnostics).await;
                }
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let (Some(configured), Some(id)) = (self.context.configured(), request.prior_state.get("id").as_str()) else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let deletion = DeleteAutoProvisioningGroupRequest {
            group_id: GroupId::from(id),
            terminate_instances: request.prior_state.get("terminate_instances").as_bool(),
        };
        match configured.cloud.delete_auto_provisioning_group(deletion).await {
            Ok(deleted) => {
                response.state = Value::Null;
                if deleted.kept > 0 {
                    response.diagnostics.warning(
                        "Instances Keep Running",
                        format!(
                            "{id}: {} of the group's instances keep running, because terminate_instances is false. They \
                             hold stock and addresses until `world release` or `world reset`. Set terminate_instances = \
                             true and apply before destroying to release them with the group.",
                            deleted.kept
                        ),
                    );
                }
            }
            Err(error) if error.code() == Some(crate::cloud::codes::INVALID_GROUP_ID_NOT_FOUND) => {
                response.state = Value::Null;
            }
            Err(error) => {
                diagnostic::cloud_error("delete the auto provisioning group", &error, &mut response.diagnostics);
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn import(&self, request: &ImportRequest, response: &mut ImportResponse) {
        identity::import(&schema::schema(), self.context.configured().as_deref(), request, response);
    }
}

impl AutoProvisioningGroupResource {
    /// The prior state, with the password's digest if an import left the password out: a configuration with the same
    /// password replaces nothing.
    async fn with_kept_password(&self, configured: &Configured, request: &PlanRequest) -> Value {
        let prior = &request.prior_state;
        let password = |state: &Value| state.get("launch_configuration").element(0).get("password").clone();
        if !password(prior).is_null() || password(&request.config).is_null() {
            return prior.clone();
        }
        let found = find(configured, prior.get("id").as_str().unwrap_or_default()).await.ok().flatten();
        found.map_or_else(
            || prior.clone(),
            |group| document::with_digests(&schema::schema(), &group.request.configuration, prior),
        )
    }
}

async fn find(configured: &Configured, id: &str) -> Result<Option<AutoProvisioningGroup>, CloudError> {
    let only = DescribeAutoProvisioningGroupsRequest {
        group_ids: Some([GroupId::from(id)].into_iter().into_set()),
        ..DescribeAutoProvisioningGroupsRequest::default()
    };
    Ok(configured.cloud.describe_auto_provisioning_groups(only).await?.pop())
}

/// The state of a group as a read finds it; `prior` is the state before, null after an import.
pub(crate) fn state_of(schema: &Schema, group: &AutoProvisioningGroup, prior: &Value) -> Value {
    let kept = document::read(schema, &group.request.configuration, prior);
    let mut state = kept.unwrap_or_else(|| prior.clone());
    state::set_computed(&mut state, group);
    state
}

/// Sets the state of an apply: values known in the plan as planned, the others as the cloud returned them (G10a).
fn set_state(
    request: &ApplyRequest,
    group: &AutoProvisioningGroup,
    configured: &Configured,
    response: &mut ApplyResponse,
) {
    let mut actual = request.planned_state.clone();
    state::set_computed(&mut actual, group);
    response.state = instance_replacement::merge_planned_instances(&request.planned_state, actual);
    response.identity = Some(identity::of(group.group_id.as_str(), &configured.region));
}

fn creation(
    planned: &Value,
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<CreateAutoProvisioningGroupRequest> {
    let mut known = write_only::with_write_only(&schema::schema().block, planned, config);
    // Planned as unknown when the configuration has none: the cloud derives it.
    known.set("client_token", config.get("client_token").clone());
    let mut creation = request(&known, diagnostics)?;
    creation.accept_shortfall = configured.accepts_shortfall(planned, diagnostics)?;
    creation.configuration = document::write(&schema::schema(), planned);
    let password = creation.launch_configuration.password.take();
    creation.launch_configuration.password =
        password.and_then(|password| secret::seal(Seed::new(configured.scenario.seed), &password));
    resolve_image_family(&mut creation, planned, configured);
    Some(creation)
}

/// A family of images stands for its newest image.
fn resolve_image_family(creation: &mut CreateAutoProvisioningGroupRequest, arguments: &Value, configured: &Configured) {
    let launch = &mut creation.launch_configuration;
    if launch.image_id.is_none()
        && let Some(family) = text(arguments.get("launch_configuration").element(0), "image_family")
    {
        launch.image_id = newest_of_family(family, configured).map(Into::into);
    }
}

/// The document that a creation stores for a planned state. A derived token is not an argument.
fn as_configured(planned: &Value, config: &Value) -> String {
    let members = planned.as_map().into_iter().flatten();
    let own = members.map(|(name, value)| (name, if name == "client_token" { config.get(name) } else { value }));
    document::write(&schema::schema(), &Value::object(own.map(|(name, value)| (name.clone(), value.clone()))))
}

/// The modification that an update makes: the arguments that change in place, and the replacement of lost instances.
fn modification(
    prior: &Value,
    planned: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<ModifyAutoProvisioningGroupRequest> {
    let mut known = planned.clone();
    // A token identifies the creation alone.
    known.set("client_token", Value::Null);
    let wanted = request(&known, diagnostics)?;
    let mut change = ModifyAutoProvisioningGroupRequest {
        group_id: prior.get("id").as_str().map(GroupId::from),
        // What the plan shows as known stays as it is (G10a).
        replace_lost_now: wanted.replace_lost && !planned.get("instances").is_wholly_known(),
        known_lost: Some(instance_replacement::lost_ids(prior)),
        // The provider decides on a shortfall when it creates the group.
        accept_shortfall: None,
        configuration: None,
        ..ModifyAutoProvisioningGroupRequest::of(&wanted)
    };
    if !planning::runs_a_pass(prior, planned) {
        // Equivalent values are left out: the cloud would see a change and run a pass that the plan does not show.
        change.capacity = None;
        change.max_spot_price = None;
        change.configs = None;
    }
    Some(change)
}

/// The request that the arguments of a planned state or of a configuration make.
fn request(known: &Value, diagnostics: &mut Diagnostics) -> Option<CreateAutoProvisioningGroupRequest> {
    arguments::request(known).map_err(|error| diagnostic::conversion_error(error, diagnostics)).ok()
}
