//! The execution of a scaling rule, as an alarm or a person does with the real service (G20).

use super::Made;
use crate::base::ScalingRuleId;
use crate::base::wording::counted;
use crate::cloud::CloudError;
use crate::cloud::model::ScalingGroup;
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::diagnostic;
use crate::tf::action::Progress;
use crate::tf::{Attribute, Diagnostics, Path, Value};

pub(super) const DESCRIPTION: &str = "Executes a scaling rule: the desired capacity of its scaling group changes as the \
     rule says, and the group launches or releases instances at once. Metrics and alarms are not simulated, so nothing else \
     executes a rule. A group whose configuration sets `desired_capacity` then differs from it, and the next plan changes it \
     back; `ignore_changes` keeps it.";

const RULE: &str = "scaling_rule_id";

pub(super) fn attributes() -> Vec<Attribute> {
    let rule = Attribute::string(RULE).required();
    vec![rule.description("The scaling rule. It has an adjustment, and its group is enabled.")]
}

pub(super) fn validate(config: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    if check::is_absent(config, RULE) {
        check::missing(at, RULE, "the id of the scaling rule", diagnostics);
    }
}

/// The rule that wholly known arguments name; `None` after an error, which is reported.
pub(super) fn read(config: &Value, at: &Path, diagnostics: &mut Diagnostics) -> Option<ScalingRuleId> {
    validate(config, at, diagnostics);
    text(config, RULE).map(ScalingRuleId::from)
}

/// Whether an execution would change anything now, and what it would do, in sentences.
///
/// # Errors
/// What it would refuse.
pub(super) async fn forecast(configured: &Configured, rule: ScalingRuleId) -> Result<(bool, String), CloudError> {
    let execution = configured.cloud.forecast_execute_scaling_rule(rule).await?;
    let group = &execution.group;
    let sentences = std::iter::once(outcome(group, "would have")).chain(notes(group));
    Ok((execution.has_changed_anything(), sentences.collect::<Vec<_>>().join(" ")))
}

/// Executes the rule, and reports what it did.
///
/// # Errors
/// What the service refuses; nothing was changed then.
pub(super) async fn execute(
    configured: &Configured,
    rule: ScalingRuleId,
    progress: &Progress,
) -> Result<Made, CloudError> {
    let execution = configured.cloud.execute_scaling_rule(rule).await?;
    let (summary, notes) = (outcome(&execution.group, "has"), notes(&execution.group));
    for line in std::iter::once(&summary).chain(&notes) {
        progress.report(line.clone());
    }
    Ok(Made {
        has_changed_anything: execution.has_changed_anything(),
        changed_instance_ids: execution.changed_instance_ids,
        time: execution.time,
        summary,
        notes,
    })
}

fn outcome(group: &ScalingGroup, has: &str) -> String {
    let desired = group.request.sizes.desired.map_or_else(|| "none".to_owned(), |desired| desired.to_string());
    let instances = counted(group.instances.len(), "instance");
    diagnostic::sentence(&format!(
        "the scaling group `{}` {has} the desired capacity {desired}, and {instances}",
        group.scaling_group_id
    ))
}

/// What is missing of the group's target afterwards.
fn notes(group: &ScalingGroup) -> Vec<String> {
    group.warnings.iter().map(|warning| diagnostic::sentence(warning)).collect()
}
