//! `simcloud_ess_scaling_group`: a number of instances that is kept in several zones.

pub(crate) mod arguments;
mod schema;

use async_trait::async_trait;

use crate::base::ScalingGroupId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{
    CreateScalingGroupRequest, DeleteScalingGroupRequest, DescribeScalingGroupsRequest, ModifyScalingGroupRequest,
    ScalingGroup,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::known_type;
use crate::provider::framework::check::{elements, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::object_resource::CloudObject;
use crate::provider::framework::plan_json::decode_planned;
use crate::provider::framework::planned_values::are_settled;
use crate::provider::framework::update_plan::{changes, keep_computed, mark_unknown};
use crate::provider::framework::{diagnostic, unused_scenario};
use crate::provider::resources::auto_provisioning_group::state;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct ScalingGroupObject;

#[async_trait]
impl CloudObject for ScalingGroupObject {
    type Object = ScalingGroup;

    const NOUN: &'static str = "scaling group";
    const NOT_FOUND: &'static [&'static str] = &[codes::INVALID_SCALING_GROUP_NOT_FOUND];

    fn schema() -> Schema {
        schema::schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        arguments::validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        for (index, over) in elements(&request.config, "launch_template_override").iter().enumerate() {
            let path = Path::root("launch_template_override").index(index).attribute("instance_type");
            if let Some(given) = text(over, "instance_type") {
                known_type(given, path, &mut response.diagnostics);
            }
        }
        arguments::plan_spellings(request, &mut response.planned_state);
        if request.prior_state.is_null() {
            return;
        }
        let (schema, planned) = (schema::schema(), &mut response.planned_state);
        // What the configuration leaves to the cloud is no change.
        let is_left_to_cloud = |name: &str| {
            request.config.get(name).is_null() && schema.block.attribute(name).is_some_and(Attribute::is_computed)
        };
        let is_changed =
            |name: &&str| !is_left_to_cloud(name) && changes(&schema, &request.prior_state, &request.config, name);
        let changes_instances = schema::OF_INSTANCES.iter().any(is_changed);
        keep_computed(&schema, &request.prior_state, planned);
        if changes_instances {
            mark_unknown(schema::RESULTS, planned);
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<ScalingGroup> {
        cloud.create_scaling_group(arguments::request(arguments, configuration)).await
    }

    fn after_modify(group: &ScalingGroup, diagnostics: &mut Diagnostics) {
        diagnostic::warnings(
            diagnostic::CAPACITY_MISSING,
            group.scaling_group_id.as_str(),
            &group.warnings,
            diagnostics,
        );
    }

    /// Warns of units that the group would be missing. It does not report what the cloud would refuse now, because the
    /// cloud may accept it in the apply; if not, the apply reports it.
    async fn forecast(
        _context: &ProviderContext,
        configured: &Configured,
        request: &PlanRequest,
        response: &mut PlanResponse,
    ) {
        let (planned, diagnostics) = (&response.planned_state, &mut response.diagnostics);
        // What is replaced is created again.
        let changed_id = text(&request.prior_state, "id").filter(|_| response.requires_replace.is_empty());
        if *planned == request.prior_state || !are_settled(schema::schema, planned, schema::OF_INSTANCES) {
            return;
        }
        unused_scenario::warn(configured, diagnostics).await;
        let forecast = match changed_id {
            Some(id) => configured.cloud.forecast_modify_scaling_group(modification(id, planned, String::new())).await,
            None if text(planned, "launch_template_id").is_some() => {
                configured.cloud.forecast_create_scaling_group(arguments::request(planned, String::new())).await
            }
            None => return,
        };
        if let Ok(group) = forecast {
            let shown = changed_id.or_else(|| text(planned, "scaling_group_name")).unwrap_or("scaling group");
            diagnostic::warnings(diagnostic::CAPACITY_MISSING, shown, &group.warnings, diagnostics);
        }
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<ScalingGroup>> {
        let only = DescribeScalingGroupsRequest {
            scaling_group_ids: Some([ScalingGroupId::from(id)].into_iter().into_set()),
            ..DescribeScalingGroupsRequest::default()
        };
        Ok(cloud.describe_scaling_groups(only).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<ScalingGroup> {
        let id = text(prior, "id").unwrap_or_default();
        cloud.modify_scaling_group(modification(id, arguments, configuration)).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let scaling_group_id = text(prior, "id").unwrap_or_default().into();
        cloud.delete_scaling_group(DeleteScalingGroupRequest { scaling_group_id, force_delete: true }).await
    }

    fn id(group: &ScalingGroup) -> String {
        group.scaling_group_id.to_string()
    }

    fn configuration(group: &ScalingGroup) -> &str {
        &group.request.configuration
    }

    fn set_computed(state: &mut Value, group: &ScalingGroup) {
        state.set("instances", Value::list(group.instances.iter().map(state::instance)));
        state.set("launch_results", Value::list(group.launch_results.iter().map(state::launch_result)));
        state.set("fulfilled_capacity", group.fulfilled_capacity);
        state.set("hourly_cost", group.hourly_cost);
        arguments::set_defaults(state);
        // A rule that was executed has changed it.
        if let (true, Some(desired)) = (state.get("desired_capacity").is_known(), group.request.sizes.desired) {
            state.set("desired_capacity", desired);
        }
    }
}

/// The request of a group as a plan shows it in JSON.
///
/// # Errors
/// A value does not fit the schema.
pub(in crate::provider) fn creation_of_plan(values: &serde_json::Value) -> Result<CreateScalingGroupRequest, String> {
    Ok(arguments::request(&decode_planned(values, &schema::schema())?, String::new()))
}

fn modification(id: &str, arguments: &Value, configuration: String) -> ModifyScalingGroupRequest {
    ModifyScalingGroupRequest {
        scaling_group_id: Some(id.into()),
        ..ModifyScalingGroupRequest::of(&arguments::request(arguments, configuration))
    }
}
