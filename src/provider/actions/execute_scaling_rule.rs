//! The action that executes a scaling rule, as an alarm or a person does with the real service.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::ScalingRuleId;
use crate::base::wording::counted;
use crate::cloud::model::ScalingGroup;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::diagnostic;
use crate::tf::action::Progress;
use crate::tf::{Action, Attribute, Diagnostics, Path, Schema, Value};

/// What is done, to follow "could not" in a message.
const VERB: &str = "execute the scaling rule";

const RULE: &str = "scaling_rule_id";

#[derive(Debug)]
pub(crate) struct ExecuteScalingRuleAction {
    context: Arc<ProviderContext>,
}

impl ExecuteScalingRuleAction {
    /// The name behind the provider's prefix.
    pub(crate) const NAME: &'static str = "ess_execute_scaling_rule";

    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl Action for ExecuteScalingRuleAction {
    fn schema(&self) -> Schema {
        Schema::new(
            "Executes a scaling rule: the desired capacity of its scaling group changes as the rule says, and the group \
             launches or releases instances at once. Metrics and alarms are not simulated, so nothing else executes a rule.\n\n\
             A group whose configuration sets `desired_capacity` then differs from it, and the next plan changes it back; \
             `ignore_changes` keeps it. Actions need Terraform 1.14 or later.",
        )
        .attributes([Attribute::string(RULE)
            .required()
            .description("The scaling rule. It has an adjustment, and its group is enabled.")])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if check::is_absent(config, RULE) {
            check::missing(&Path::default(), RULE, "the id of the scaling rule", diagnostics);
        }
    }

    async fn plan(&self, config: &Value, diagnostics: &mut Diagnostics) {
        let (Some(configured), Some(id)) = (self.context.configured(), text(config, RULE)) else { return };
        match configured.cloud.forecast_execute_scaling_rule(ScalingRuleId::from(id)).await {
            Ok(group) => {
                let mut sentence = diagnostic::sentence(&outcome(&group, "would have"));
                for warning in &group.warnings {
                    sentence.push(' ');
                    sentence.push_str(&diagnostic::sentence(warning));
                }
                diagnostics.warning("Scaling Group Would Be Changed", sentence);
            }
            Err(error) => diagnostic::cloud_error(VERB, &error, diagnostics),
        }
        diagnostic::clock_warnings(&configured, diagnostics);
    }

    async fn invoke(&self, config: &Value, progress: &Progress, diagnostics: &mut Diagnostics) {
        let Some(configured) = self.context.configured() else {
            return diagnostic::not_configured(diagnostics);
        };
        let id = ScalingRuleId::from(text(config, RULE).unwrap_or_default());
        match configured.cloud.execute_scaling_rule(id).await {
            Ok(group) => {
                progress.report(diagnostic::sentence(&outcome(&group, "has")));
                for warning in &group.warnings {
                    progress.report(diagnostic::sentence(warning));
                }
            }
            Err(error) => diagnostic::cloud_error(VERB, &error, diagnostics),
        }
        diagnostic::clock_warnings(&configured, diagnostics);
    }
}

fn outcome(group: &ScalingGroup, has: &str) -> String {
    let desired = group.request.sizes.desired.map_or_else(|| "none".to_owned(), |desired| desired.to_string());
    let instances = counted(group.instances.len(), "instance");
    format!("the scaling group `{}` {has} the desired capacity {desired}, and {instances}", group.scaling_group_id)
}
