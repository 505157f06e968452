//! Lists scaling rules.

use async_trait::async_trait;

use crate::cloud::model::{DescribeScalingRulesRequest, ScalingRule};
use crate::provider::framework::check::text;
use crate::provider::framework::configured::Configured;
use crate::provider::framework::data_source;
use crate::provider::framework::list_resource::{self, ListedObject, filter};
use crate::provider::resources::ess_scaling_rule::ScalingRuleObject;
use crate::tf::{Attribute, Diagnostics, Value};

#[async_trait]
impl ListedObject for ScalingRuleObject {
    const DESCRIPTION: &'static str = "Finds the scaling rules of a region, by creation.";

    fn filters() -> Vec<Attribute> {
        vec![
            list_resource::ids("scaling rules"),
            filter("name_regex", "Only rules whose name matches."),
            filter("scaling_group_id", "Only rules of this scaling group."),
        ]
    }

    async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<ScalingRule>> {
        let request = DescribeScalingRulesRequest {
            scaling_rule_ids: data_source::ids_of(config, "ids"),
            scaling_group_id: text(config, "scaling_group_id").map(Into::into),
        };
        let rules = configured.cloud.describe_scaling_rules(request).await;
        let mut rules = data_source::reply("list scaling rules", configured, rules, diagnostics)?;
        let regex = data_source::regex(config, "name_regex", diagnostics);
        rules.retain(|rule| regex.as_ref().is_none_or(|regex| regex.is_match(&rule.scaling_rule_name)));
        Some(rules)
    }

    fn name(rule: &ScalingRule) -> String {
        rule.scaling_rule_name.clone()
    }
}
