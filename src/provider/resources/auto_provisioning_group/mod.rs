//! `simcloud_auto_provisioning_group`: capacity from many pools in one request.

pub(crate) mod forecast;
mod launch_configuration;
mod meaning;
mod model;
mod planning;
mod request;
mod schema;
mod state;
mod validation;

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;

use self::model::Arguments;
use crate::base::GroupId;
use crate::cloud::CloudError;
use crate::cloud::model::{
    AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest,
    DescribeAutoProvisioningGroupsRequest, FleetId, GroupStatus, ModifyAutoProvisioningGroupRequest,
};
use crate::provider::block::Configured;
use crate::provider::framework::context::Shared;
use crate::provider::framework::update_plan::spare_what_only_looks_different;
use crate::provider::framework::{client_token, diagnostic, document, identity, instance_replacement};
use crate::tf::provider::{
    ApplyRequest, ApplyResponse, ImportRequest, ImportResponse, PlanRequest, PlanResponse, ReadRequest, ReadResponse,
};
use crate::tf::schema::IdentitySchema;
use crate::tf::{Diagnostics, Resource, Schema, Value, model as tf_model};

/// Summary of every warning that capacity is missing, so that the CLI folds those of a plan and its apply.
const SHORT: &str = "Capacity Missing";

#[derive(Debug)]
pub(crate) struct AutoProvisioningGroupResource {
    shared: Arc<Shared>,
}

impl AutoProvisioningGroupResource {
    pub(crate) fn new(shared: &Arc<Shared>) -> Self {
        Self { shared: Arc::clone(shared) }
    }

    /// Notes whose client token the state holds (W2).
    async fn note_held(&self, configured: &Configured, state: &Value, diagnostics: &mut Diagnostics) {
        if let Some(id) = state.get("id").as_str() {
            let fleet = FleetId::Group(GroupId::from(id));
            client_token::note_held(&self.shared, configured, fleet, state, diagnostics).await;
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
        if request.proposed.is_null() {
            return planning::destruction(&request.prior_state, &mut response.diagnostics);
        }
        let Some(configured) = self.shared.configured() else { return };
        planning::check(&request.config, &request.prior_state, &configured, &mut response.diagnostics);
        if response.diagnostics.has_errors() {
            return;
        }
        if request.prior_state.is_null() {
            let (shared, diagnostics) = (&self.shared, &mut response.diagnostics);
            client_token::check_planned(shared, &configured, client_token::GROUP, &request.config, diagnostics).await;
            return planning::creation(&self.shared, &configured, request, response).await;
        }
        self.shared.note_arguments(as_configured(&response.planned_state, &request.config));
        self.note_held(&configured, &request.prior_state, &mut response.diagnostics).await;
        spare_what_only_looks_different(schema::schema, &meaning::as_meant, request, response);
        if response.requires_replace.is_empty() {
            planning::update(&self.shared, &configured, request, response).await;
        } else {
            planning::destruction(&request.prior_state, &mut response.diagnostics);
        }
    }

    async fn create(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.shared.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let creation = creation(&request.planned_state, &request.config, &configured, &mut response.diagnostics);
        let Some(creation) = creation else { return };
        match configured.cloud.create_auto_provisioning_group(creation).await {
            Ok(group) => {
                keep(request, &group, response);
                let summary = if group.status == GroupStatus::Active { SHORT } else { "Outside The Validity Window" };
                let id = group.group_id.as_str();
                diagnostic::warnings(summary, id, &group.warnings, &mut response.diagnostics);
            }
            Err(error) => {
                diagnostic::cloud_error("create the auto provisioning group", &error, &mut response.diagnostics);
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn read(&self, request: &ReadRequest, response: &mut ReadResponse) {
        let (Some(configured), Some(id)) = (self.shared.configured(), request.state.get("id").as_str()) else { return };
        match find(&configured, id).await {
            Ok(Some(group)) => {
                self.shared.note_arguments(group.request.configuration.clone());
                let mut state = document::read(&schema::schema(), &group.request.configuration)
                    .unwrap_or_else(|| request.state.clone());
                state::fill(&mut state, &group);
                response.state = state;
                response.identity = Some(identity::of(id));
                self.shared.note_read(id);
                self.note_held(&configured, &response.state, &mut response.diagnostics).await;
            }
            Ok(None) => response.state = Value::Null,
            Err(error) => {
                diagnostic::cloud_error("read the auto provisioning group", &error, &mut response.diagnostics);
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn update(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let Some(configured) = self.shared.configured() else {
            return diagnostic::not_configured(&mut response.diagnostics);
        };
        let Some(mut change) = modification(&request.prior_state, &request.planned_state, &mut response.diagnostics)
        else {
            return;
        };
        change.configuration = Some(document::write(&schema::schema(), &request.planned_state));
        change.expected = instance_replacement::expected_change(&request.planned_private);
        response.private.clear();
        match configured.cloud.modify_auto_provisioning_group(change).await {
            Ok(done) => {
                keep(request, &done.group, response);
                diagnostic::warnings(SHORT, done.group.group_id.as_str(), &done.warnings, &mut response.diagnostics);
            }
            Err(error) => {
                diagnostic::cloud_error("change the auto provisioning group", &error, &mut response.diagnostics);
                if let Some(id) = request.prior_state.get("id").as_str() {
                    let owner = FleetId::Group(GroupId::from(id));
                    instance_replacement::withdraw(&configured, owner, &mut response.diagnostics).await;
                }
            }
        }
        diagnostic::clock_warnings(&configured, &mut response.diagnostics);
    }

    async fn delete(&self, request: &ApplyRequest, response: &mut ApplyResponse) {
        let (Some(configured), Some(id)) = (self.shared.configured(), request.prior_state.get("id").as_str()) else {
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
        identity::import(&schema::schema(), request, response);
    }
}

async fn find(configured: &Configured, id: &str) -> Result<Option<AutoProvisioningGroup>, CloudError> {
    let only = DescribeAutoProvisioningGroupsRequest {
        group_ids: Some(BTreeSet::from([GroupId::from(id)])),
        ..DescribeAutoProvisioningGroupsRequest::default()
    };
    Ok(configured.cloud.describe_auto_provisioning_groups(only).await?.pop())
}

/// Stores what came to be; what the plan showed as known stays as shown.
fn keep(request: &ApplyRequest, group: &AutoProvisioningGroup, response: &mut ApplyResponse) {
    let mut actual = request.planned_state.clone();
    state::fill(&mut actual, group);
    response.state = instance_replacement::kept(&request.planned_state, actual);
    response.identity = Some(identity::of(group.group_id.as_str()));
}

fn creation(
    planned: &Value,
    config: &Value,
    configured: &Configured,
    diagnostics: &mut Diagnostics,
) -> Option<CreateAutoProvisioningGroupRequest> {
    let mut arguments = arguments(planned, diagnostics)?;
    // Planned as unknown when the configuration has none: the cloud derives it.
    arguments.client_token = config.get("client_token").as_str().map(str::to_owned);
    let accepts = configured.accepts_shortfall(arguments.on_shortfall);
    arguments.resolve_image_family(configured);
    let mut creation = request::request(arguments, planned, accepts);
    creation.configuration = document::write(&schema::schema(), planned);
    Some(creation)
}

/// The document of a planned state as a creation would keep it: a derived token is no argument.
fn as_configured(planned: &Value, config: &Value) -> String {
    let members = planned.as_map().into_iter().flatten();
    let own = members.map(|(name, value)| (name, if name == "client_token" { config.get(name) } else { value }));
    document::write(&schema::schema(), &Value::object(own.map(|(name, value)| (name.clone(), value.clone()))))
}

/// What an update asks for: the arguments that may change in place, and the replacement of lost instances if it is wanted.
fn modification(
    prior: &Value,
    planned: &Value,
    diagnostics: &mut Diagnostics,
) -> Option<ModifyAutoProvisioningGroupRequest> {
    let arguments = arguments(planned, diagnostics)?;
    let wanted = request::request(arguments, planned, false);
    // In another spelling it would look like a change to the cloud, and run a pass that the plan does not show.
    let runs_a_pass = planning::runs_a_pass(prior, planned);
    Some(ModifyAutoProvisioningGroupRequest {
        group_id: prior.get("id").as_str().map(GroupId::from),
        name: Some(wanted.name),
        capacity: runs_a_pass.then_some(wanted.capacity),
        max_spot_price: runs_a_pass.then_some(wanted.max_spot_price),
        excess_capacity_termination_policy: Some(wanted.excess_capacity_termination_policy),
        terminate_instances: Some(wanted.terminate_instances),
        terminate_instances_with_expiration: Some(wanted.terminate_instances_with_expiration),
        configs: runs_a_pass.then_some(wanted.configs),
        resource_group_id: Some(wanted.resource_group_id),
        tags: Some(wanted.tags),
        accept_shortfall: None,
        replace_lost: Some(wanted.replace_lost),
        configuration: None,
        // What the plan shows as known stays as it is (G10a).
        replace_lost_now: wanted.replace_lost && !planned.get("instances").is_wholly_known(),
        expected: None,
        known_lost: Some(instance_replacement::lost_ids(prior)),
    })
}

/// The arguments of a planned state, in which only computed attributes are unknown.
fn arguments(planned: &Value, diagnostics: &mut Diagnostics) -> Option<Arguments> {
    let mut known = planned.clone();
    if known.get("client_token").is_unknown() {
        known.set("client_token", Value::Null);
    }
    tf_model::from_value(&known).map_err(|error| diagnostic::conversion_error(error, diagnostics)).ok()
}
