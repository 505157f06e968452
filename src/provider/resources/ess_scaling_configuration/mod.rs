//! `simcloud_ess_scaling_configuration`: what a scaling group launches.

mod arguments;
mod schema;

use async_trait::async_trait;

use crate::base::ScalingConfigurationId;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{
    CreateScalingConfigurationRequest, DeleteScalingConfigurationRequest, DescribeScalingConfigurationsRequest,
    ModifyScalingConfigurationRequest, ScalingConfiguration, ScalingContent,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::{known_image, known_type};
use crate::provider::framework::check::{elements, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::object_resource::{CloudObject, set_default};
use crate::provider::framework::plan_json::decode_planned;
use crate::provider::framework::planned_values::are_settled;
use crate::provider::framework::semantic_equality::configured_value;
use crate::provider::framework::{diagnostic, document, secret, unused_scenario};
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Diagnostics, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

#[derive(Debug)]
pub(crate) struct ScalingConfigurationObject;

#[async_trait]
impl CloudObject for ScalingConfigurationObject {
    type Object = ScalingConfiguration;

    const NOUN: &'static str = "scaling configuration";
    const NOT_FOUND: &'static [&'static str] =
        &[codes::INVALID_SCALING_CONFIGURATION_NOT_FOUND, codes::INVALID_SCALING_GROUP_NOT_FOUND];

    fn schema() -> Schema {
        schema::schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        arguments::validate(config, diagnostics);
    }

    fn plan(configured: Option<&Configured>, request: &PlanRequest, response: &mut PlanResponse) {
        document::keep_digests(&schema::schema(), &request.prior_state, &mut response.planned_state);
        if let Some(configured) = configured {
            against_catalogue(&request.config, configured, &mut response.diagnostics);
        }
    }

    fn canonical_value(_configured: Option<&Configured>, arguments: &Value, name: &str) -> Value {
        match name {
            // After another state has changed it, this one has the digest.
            "password" => secret::digest_of(arguments.get(name)),
            _ => configured_value(arguments, name),
        }
    }

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<ScalingConfiguration> {
        cloud.create_scaling_configuration(creation(arguments, configuration)).await
    }

    fn after_modify(object: &ScalingConfiguration, diagnostics: &mut Diagnostics) {
        diagnostic::warnings(
            diagnostic::CAPACITY_MISSING,
            object.scaling_group_id.as_str(),
            &object.warnings,
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
        if *planned == request.prior_state || !are_settled(schema::schema, planned, schema::OF_THE_LAUNCH) {
            return;
        }
        unused_scenario::warn(configured, diagnostics).await;
        let forecast = if let Some(id) = changed_id {
            let change = modification(id, planned, String::new());
            configured.cloud.forecast_modify_scaling_configuration(change).await
        } else {
            configured.cloud.forecast_create_scaling_configuration(creation(planned, String::new())).await
        };
        if let Ok(object) = forecast {
            diagnostic::warnings(
                diagnostic::CAPACITY_MISSING,
                object.scaling_group_id.as_str(),
                &object.warnings,
                diagnostics,
            );
        }
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<ScalingConfiguration>> {
        let only = DescribeScalingConfigurationsRequest {
            scaling_configuration_ids: Some([ScalingConfigurationId::from(id)].into_iter().into_set()),
            ..DescribeScalingConfigurationsRequest::default()
        };
        Ok(cloud.describe_scaling_configurations(only).await?.pop())
    }

    async fn modify(
        cloud: &Cloud,
        prior: &Value,
        arguments: &Value,
        configuration: String,
    ) -> Reply<ScalingConfiguration> {
        let id = text(prior, "id").unwrap_or_default();
        cloud.modify_scaling_configuration(modification(id, arguments, configuration)).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        let request = DeleteScalingConfigurationRequest {
            scaling_configuration_id: text(prior, "id").unwrap_or_default().into(),
            with_group: prior.get("force_delete").as_bool() == Some(true),
        };
        cloud.delete_scaling_configuration(request).await
    }

    fn id(object: &ScalingConfiguration) -> String {
        object.scaling_configuration_id.to_string()
    }

    fn configuration(object: &ScalingConfiguration) -> &str {
        &object.configuration
    }

    fn set_computed(state: &mut Value, object: &ScalingConfiguration) {
        state.set("active", object.is_active);
        set_default(state, "scaling_configuration_name", object.scaling_configuration_name.as_str());
        set_default(state, "substitute", "");
    }
}

/// Types and image must be in the catalogue.
fn against_catalogue(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) {
    if let Some(given) = text(config, "instance_type") {
        known_type(given, Path::root("instance_type"), diagnostics);
    }
    for (index, given) in elements(config, "instance_types").iter().enumerate() {
        if let Some(given) = given.as_str().filter(|given| !given.is_empty()) {
            known_type(given, Path::root("instance_types").index(index), diagnostics);
        }
    }
    for (index, block) in elements(config, "instance_type_override").iter().enumerate() {
        if let Some(given) = text(block, "instance_type") {
            let path = Path::root("instance_type_override").index(index).attribute("instance_type");
            known_type(given, path, diagnostics);
        }
    }
    if let Some(given) = text(config, "image_id") {
        known_image(given, Path::root("image_id"), configured, diagnostics);
    }
}

fn creation(arguments: &Value, configuration: String) -> CreateScalingConfigurationRequest {
    CreateScalingConfigurationRequest {
        scaling_group_id: text(arguments, "scaling_group_id").map(Into::into),
        arguments: arguments::arguments(arguments, configuration),
    }
}

fn modification(id: &str, arguments: &Value, configuration: String) -> ModifyScalingConfigurationRequest {
    ModifyScalingConfigurationRequest {
        scaling_configuration_id: Some(id.into()),
        arguments: arguments::arguments(arguments, configuration),
    }
}

/// What a configuration launches, as a plan shows it in JSON.
///
/// # Errors
/// A value does not fit the schema.
pub(in crate::provider) fn content_of_plan(values: &serde_json::Value) -> Result<ScalingContent, String> {
    let decoded = decode_planned(values, &schema::schema())?;
    Ok(arguments::arguments(&decoded, String::new()).content)
}
