//! Lists scaling configurations.

use async_trait::async_trait;

use crate::cloud::model::{DescribeScalingConfigurationsRequest, ScalingConfiguration};
use crate::provider::framework::check::text;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ess_scaling_configuration::ScalingConfigurationObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for ScalingConfigurationObject {
    const DESCRIPTION: &'static str = "Finds the scaling configurations of a region, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("scaling configurations"),
            filter("name_regex", "Only configurations whose name matches."),
            filter("scaling_group_id", "Only configurations of this scaling group."),
        ]
    }

    async fn find(
        config: &Value,
        configured: &Configured,
        diagnostics: &mut Diagnostics,
    ) -> Option<Vec<ScalingConfiguration>> {
        let request = DescribeScalingConfigurationsRequest {
            scaling_configuration_ids: data_source::ids_of(config, "ids"),
            scaling_group_id: text(config, "scaling_group_id").map(Into::into),
        };
        let found = configured.cloud.describe_scaling_configurations(request).await;
        let mut found = data_source::reply("list scaling configurations", configured, found, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        found.retain(|known| regex.as_ref().is_none_or(|regex| regex.is_match(&known.scaling_configuration_name)));
        Some(found)
    }

    fn name(known: &ScalingConfiguration) -> String {
        known.scaling_configuration_name.clone()
    }
}
