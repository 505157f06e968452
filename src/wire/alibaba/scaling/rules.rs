//! Scaling rules.

use serde_json::{Map, Value as Json, json};

use super::list;
use crate::base::ScalingRuleId;
use crate::cloud::model::{
    AdjustmentType, CreateScalingRuleRequest, DescribeScalingRulesRequest, ModifyScalingRuleRequest, ScalingAdjustment,
    ScalingRule,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::alibaba::launch_configuration::{JsonForm, shown};
use crate::wire::alibaba::stored_parameters::StoredParameters;
use crate::wire::alibaba::{Action, Result, page};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateScalingRule", create),
    ("DeleteScalingRule", delete),
    ("DescribeScalingRules", describe),
    ("ExecuteScalingRule", execute),
    ("ModifyScalingRule", modify),
];

/// What has no effect and is returned.
const STORED_PARAMETERS: [(&str, JsonForm); 16] = [
    ("Cooldown", JsonForm::Number),
    ("DisableScaleIn", JsonForm::Flag),
    ("EstimatedInstanceWarmup", JsonForm::Number),
    ("HybridMonitorNamespace", JsonForm::Text),
    ("InitialMaxSize", JsonForm::Number),
    ("MetricName", JsonForm::Text),
    ("MetricType", JsonForm::Text),
    ("MinAdjustmentMagnitude", JsonForm::Number),
    ("PredictiveScalingMode", JsonForm::Text),
    ("PredictiveTaskBufferTime", JsonForm::Number),
    ("PredictiveValueBehavior", JsonForm::Text),
    ("PredictiveValueBuffer", JsonForm::Number),
    ("ScaleInEvaluationCount", JsonForm::Number),
    ("ScaleOutEvaluationCount", JsonForm::Number),
    ("ScalingRuleType", JsonForm::Text),
    ("TargetValue", JsonForm::Number),
];

/// Lists by their names in requests and in replies.
const STORED_LISTS: [(&str, &str); 3] =
    [("AlarmDimension", "AlarmDimensions"), ("HybridMetrics", "HybridMetrics"), ("StepAdjustment", "StepAdjustments")];

fn stored_parameters(before: StoredParameters, arguments: &Arguments<'_>) -> StoredParameters {
    before
        .with(arguments, &STORED_PARAMETERS.map(|(name, _)| name))
        .with_lists(arguments, &STORED_LISTS.map(|(name, _)| name))
}

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let made = cloud.create_scaling_rule(&CreateScalingRuleRequest {
        scaling_group_id: Some(arguments.required("ScalingGroupId")?.into()),
        name: arguments.owned("ScalingRuleName"),
        adjustment: adjustment(arguments, None)?,
        configuration: stored_parameters(StoredParameters::default(), arguments).write(),
    })?;
    Ok(json!({ "ScalingRuleId": made.scaling_rule_id.as_str(), "ScalingRuleAri": made.ari }))
}

/// The adjustment of a rule with what a call sets of it; the rest stays. A rule that follows a metric has none.
fn adjustment(arguments: &Arguments<'_>, before: Option<ScalingAdjustment>) -> Result<Option<ScalingAdjustment>> {
    let adjustment_type: Option<AdjustmentType> = arguments.choice("AdjustmentType")?;
    let value = arguments.number("AdjustmentValue")?;
    let (Some(adjustment_type), Some(value)) = (
        adjustment_type.or_else(|| before.map(|before| before.adjustment_type)),
        value.or_else(|| before.map(|before| before.value)),
    ) else {
        return Ok(None);
    };
    let min_magnitude = arguments.number("MinAdjustmentMagnitude")?;
    Ok(Some(ScalingAdjustment {
        adjustment_type,
        value,
        min_magnitude: min_magnitude.or_else(|| before.and_then(|before| before.min_magnitude)),
    }))
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = ScalingRuleId::from(arguments.required("ScalingRuleId")?);
    cloud.modify_scaling_rule_as(&id, &|before| {
        Ok(ModifyScalingRuleRequest {
            scaling_rule_id: id.clone(),
            name: Some(arguments.owned("ScalingRuleName").unwrap_or_else(|| before.scaling_rule_name.clone())),
            adjustment: adjustment(arguments, before.adjustment)?,
            configuration: stored_parameters(StoredParameters::read(&before.configuration), arguments).write(),
        })
    })?;
    Ok(json!({}))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_scaling_rule(&arguments.required("ScalingRuleId")?.into())?;
    Ok(json!({}))
}

/// The rule is named by its ARI, which ends in its id.
fn execute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let ari = arguments.required("ScalingRuleAri")?;
    let id = ari.rsplit('/').next().unwrap_or(ari);
    let execution = cloud.execute_scaling_rule(&id.into()).map_err(|error| match error.code() {
        Some(codes::INVALID_SCALING_RULE_NOT_FOUND) => {
            CloudError::new(codes::INVALID_SCALING_RULE_NOT_FOUND, format!("There is no scaling rule `{ari}`."))
        }
        _ => error,
    })?;
    Ok(json!({ "ScalingActivityId": super::instances::latest_activity(cloud, &execution.group.scaling_group_id)? }))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_scaling_rules(&DescribeScalingRulesRequest {
        scaling_rule_ids: arguments.ids("ScalingRuleId").or_else(|| arguments.ids("ScalingRuleIds")),
        scaling_group_id: arguments.id("ScalingGroupId"),
    })?;
    let names = arguments.texts("ScalingRuleName");
    let aris = arguments.texts("ScalingRuleAri");
    let kind = arguments.text("ScalingRuleType");
    let shown = found.iter().filter(|rule| {
        (names.is_empty() || names.contains(&rule.scaling_rule_name.as_str()))
            && (aris.is_empty() || aris.contains(&rule.ari.as_str()))
            && kind.is_none_or(|kind| rule_type(&StoredParameters::read(&rule.configuration)) == kind)
    });
    page::page(arguments, "ScalingRules", "ScalingRule", shown.map(rule_json).collect())
}

fn rule_type(kept: &StoredParameters) -> String {
    kept.text("ScalingRuleType").unwrap_or("SimpleScalingRule").to_owned()
}

fn rule_json(rule: &ScalingRule) -> Json {
    let kept = StoredParameters::read(&rule.configuration);
    let mut members: Map<String, Json> = Map::new();
    for (name, form) in STORED_PARAMETERS {
        let value = match form {
            JsonForm::Number => kept.number(name),
            JsonForm::Flag => kept.flag(name).map(Json::from),
            JsonForm::Text => kept.text(name).map(|text| shown(text, form)),
        };
        members.extend(value.map(|value| (name.to_owned(), value)));
    }
    for (name, plural) in STORED_LISTS {
        let singular = plural.trim_end_matches('s');
        members.insert(plural.to_owned(), list(singular, kept.list(name).into_iter().map(element)));
    }
    if kept.list("HybridMetrics").is_empty() {
        members.remove("HybridMetrics");
    }
    let adjustment = rule.adjustment.as_ref();
    let own = json!({
        "ScalingRuleId": rule.scaling_rule_id.as_str(),
        "ScalingRuleName": rule.scaling_rule_name,
        "ScalingRuleAri": rule.ari,
        "ScalingRuleType": rule_type(&kept),
        "ScalingGroupId": rule.scaling_group_id.as_str(),
        "AdjustmentType": adjustment.map(|adjustment| adjustment.adjustment_type.name()),
        "AdjustmentValue": adjustment.map(|adjustment| adjustment.value),
        "MinAdjustmentMagnitude": adjustment.and_then(|adjustment| adjustment.min_magnitude),
        "Alarms": list("Alarm", []),
    });
    if let Json::Object(own) = own {
        members.extend(own.into_iter().filter(|(_, member)| !member.is_null()));
    }
    Json::Object(members)
}

/// An element of a list: numbers are numbers, and inner lists have their names.
fn element(mut given: Json) -> Json {
    const NUMBERS: [&str; 3] = ["MetricIntervalLowerBound", "MetricIntervalUpperBound", "ScalingAdjustment"];
    if let Json::Object(members) = &mut given {
        for name in NUMBERS {
            if let Some(member) = members.get_mut(name)
                && let Some(text) = member.as_str()
            {
                *member = shown(text, JsonForm::Number);
            }
        }
        if let Some(Json::Array(dimensions)) = members.remove("Dimensions") {
            members.insert("Dimensions".to_owned(), list("Dimension", dimensions));
        }
    }
    given
}
