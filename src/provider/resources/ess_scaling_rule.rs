//! `simcloud_ess_scaling_rule`: a rule that changes the capacity of a scaling group, executed by hand only.

use async_trait::async_trait;

use crate::base::api_enum::explained;
use crate::base::collect::IntoOrdered;
use crate::base::{ApiEnum, Decimal, ScalingRuleId, api_enum};
use crate::cloud::model::{
    AdjustmentType, CreateScalingRuleRequest, DescribeScalingRulesRequest, ModifyScalingRuleRequest, ScalingAdjustment,
    ScalingRule,
};
use crate::cloud::{Cloud, CloudError, codes};
use crate::provider::block::Configured;
use crate::provider::framework::check::{self, is_set, number, text};
use crate::provider::framework::object_resource::{CloudObject, set_default, without_effect};
use crate::provider::framework::without_effect::without_effect as one_without_effect;
use crate::tf::provider::{PlanRequest, PlanResponse};
use crate::tf::{Attribute, Block, Diagnostics, NestedBlock, Path, Schema, Value};

type Reply<T> = Result<T, CloudError>;

api_enum! {
    /// When a rule is executed in the service.
    enum RuleType: default Simple {
        Simple = "SimpleScalingRule" => "when it is called",
        Step = "StepScalingRule" => "in steps of a metric",
        TargetTracking = "TargetTrackingScalingRule" => "so that a metric keeps a value",
        Predictive = "PredictiveScalingRule" => "as a forecast of a metric says",
    }
}

#[derive(Debug)]
pub(crate) struct ScalingRuleObject;

#[async_trait]
impl CloudObject for ScalingRuleObject {
    type Object = ScalingRule;

    const NOUN: &'static str = "scaling rule";
    const NOT_FOUND: &'static [&'static str] =
        &[codes::INVALID_SCALING_RULE_NOT_FOUND, codes::INVALID_SCALING_GROUP_NOT_FOUND];

    fn schema() -> Schema {
        schema()
    }

    fn validate(config: &Value, diagnostics: &mut Diagnostics) {
        validate(config, diagnostics);
    }

    fn plan(_configured: Option<&Configured>, _request: &PlanRequest, _response: &mut PlanResponse) {}

    async fn create(cloud: &Cloud, arguments: &Value, configuration: String) -> Reply<ScalingRule> {
        let request = CreateScalingRuleRequest {
            scaling_group_id: text(arguments, "scaling_group_id").map(Into::into),
            name: text(arguments, "scaling_rule_name").map(str::to_owned),
            adjustment: adjustment(arguments),
            configuration,
        };
        cloud.create_scaling_rule(request).await
    }

    async fn describe(cloud: &Cloud, id: &str) -> Reply<Option<ScalingRule>> {
        let only = DescribeScalingRulesRequest {
            scaling_rule_ids: Some([ScalingRuleId::from(id)].into_iter().into_set()),
            ..DescribeScalingRulesRequest::default()
        };
        Ok(cloud.describe_scaling_rules(only).await?.pop())
    }

    async fn modify(cloud: &Cloud, prior: &Value, arguments: &Value, configuration: String) -> Reply<ScalingRule> {
        let request = ModifyScalingRuleRequest {
            scaling_rule_id: text(prior, "id").unwrap_or_default().into(),
            name: text(arguments, "scaling_rule_name").map(str::to_owned),
            adjustment: adjustment(arguments),
            configuration,
        };
        cloud.modify_scaling_rule(request).await
    }

    async fn delete(cloud: &Cloud, prior: &Value) -> Reply<()> {
        cloud.delete_scaling_rule(text(prior, "id").unwrap_or_default().into()).await
    }

    fn id(rule: &ScalingRule) -> String {
        rule.scaling_rule_id.to_string()
    }

    fn configuration(rule: &ScalingRule) -> &str {
        &rule.configuration
    }

    fn set_computed(state: &mut Value, rule: &ScalingRule) {
        state.set("ari", rule.ari.as_str());
        set_default(state, "scaling_rule_name", rule.scaling_rule_name.as_str());
    }
}

fn schema() -> Schema {
    let kinds =
        format!("When the service executes the rule: {}. Default: `SimpleScalingRule`.", explained::<RuleType>());
    let adjustments = format!("What the value means: {}.", explained::<AdjustmentType>());
    Schema::new(
        "A rule that changes the capacity of a scaling group. The simulation has no metrics and no alarms, so nothing \
         executes it by itself. The action `simcloud_ess_execute_scaling_rule` and the block `execute_scaling_rule` of \
         `simcloud_world_change` execute it.",
    )
    .attributes([
        Attribute::string("id").computed().use_state_for_unknown().description("The rule's id, `asr-` and 20 characters."),
        Attribute::string("ari").computed().use_state_for_unknown().description("What an alarm names to execute the rule."),
        Attribute::string("scaling_group_id").required().requires_replace().description("The group that the rule changes."),
        Attribute::string("scaling_rule_name")
            .optional()
            .computed()
            .use_state_for_unknown()
            .follows_id()
            .description("Name, 2 to 64 characters. Default: the id."),
        Attribute::string("scaling_rule_type")
            .optional()
            .requires_replace()
            .one_of_names::<RuleType>()
            .description(kinds),
        Attribute::string("adjustment_type").optional().one_of_names::<AdjustmentType>().description(adjustments),
        Attribute::number("adjustment_value").optional().zero_counts().description(
            "The value: -1,000 to 1,000 with `QuantityChangeInCapacity`, -100 to 10,000 with `PercentChangeInCapacity`, 0 \
             to 2,000 with `TotalCapacity`.",
        ),
        Attribute::number("min_adjustment_magnitude")
            .optional()
            .description("The least change with `PercentChangeInCapacity`, in units. Default: 1."),
    ])
    .attributes(without_effect(unused()))
    .blocks(blocks())
}

fn unused() -> Vec<Attribute> {
    let text = |name, what: &'static str| Attribute::string(name).optional().description(what);
    let number = |name, what: &'static str| Attribute::number(name).optional().description(what);
    vec![
        number("cooldown", "Seconds after the rule in which no other activity begins, 0 to 86,400."),
        Attribute::bool("disable_scale_in").optional().description("Whether the rule never makes the group smaller."),
        number("estimated_instance_warmup", "Seconds until an instance counts.").computed().unless_set(300),
        text("hybrid_monitor_namespace", "Namespace of the metrics."),
        number("initial_max_size", "Maximum of the group while a forecast is used.").computed().unless_set(0),
        text("metric_name", "Metric that the rule follows."),
        text("metric_type", "Kind of the metric: `system`, `custom` or `hybrid`.")
            .computed()
            .one_of(["system", "custom", "hybrid"])
            .unless_set("system"),
        text("predictive_scaling_mode", "What a forecast does: `PredictOnly` or `PredictAndScale`.")
            .computed()
            .one_of(["PredictOnly", "PredictAndScale"])
            .unless_set("PredictAndScale"),
        number("predictive_task_buffer_time", "Minutes before the time of a forecast, 0 to 60.")
            .computed()
            .unless_set(0),
        text("predictive_value_behavior", "What counts above the maximum of the group.")
            .computed()
            .one_of([
                "MaxOverridePredictiveValue",
                "PredictiveValueOverrideMax",
                "PredictiveValueOverrideMaxWithBuffer",
            ])
            .unless_set("MaxOverridePredictiveValue"),
        number("predictive_value_buffer", "Percentage above a forecast, 0 to 100.").computed().unless_set(0),
        number("scale_in_evaluation_count", "Alarms before the group becomes smaller.").computed().unless_set(15),
        number("scale_out_evaluation_count", "Alarms before the group becomes larger.").computed().unless_set(3),
        number("target_value", "Value that the metric is to keep."),
    ]
}

fn blocks() -> [NestedBlock; 3] {
    let text = |name, what: &'static str| one_without_effect(Attribute::string(name).optional().description(what));
    let dimension = || [text("dimension_key", "Key."), text("dimension_value", "Value.")];
    let metric = Block::new("A metric of several that the rule follows.")
        .attributes([
            text("id", "Name in the expression."),
            text("expression", "Expression over other metrics."),
            text("metric_name", "Metric."),
            text("statistic", "How values are combined."),
        ])
        .blocks([NestedBlock::set("dimensions", Block::new("Of what the metric is.").attributes(dimension()))]);
    let step = Block::new("A change for a range of the metric.").attributes([
        text("metric_interval_lower_bound", "Lower bound."),
        text("metric_interval_upper_bound", "Upper bound."),
        one_without_effect(Attribute::number("scaling_adjustment").optional().description("The change.")),
    ]);
    [
        NestedBlock::list("alarm_dimension", Block::new("Of what the metric is.").attributes(dimension()))
            .max_items(1)
            .requires_replace(),
        NestedBlock::list("hybrid_metrics", metric),
        NestedBlock::list("step_adjustment", step),
    ]
}

fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    check::length(config, &root, "scaling_rule_name", 2, 64, diagnostics);
    for (name, least, most) in [
        ("cooldown", 0, 86_400),
        ("estimated_instance_warmup", 0, 86_400),
        ("predictive_task_buffer_time", 0, 60),
        ("predictive_value_buffer", 0, 100),
        ("min_adjustment_magnitude", 0, 2_000),
        ("initial_max_size", 0, 2_000),
    ] {
        check::within(config, &root, name, least, most, diagnostics);
    }
    if config.get("scaling_rule_type").is_unknown() {
        return;
    }
    let kind = text(config, "scaling_rule_type").and_then(|kind| RuleType::parse(kind).ok()).unwrap_or_default();
    let needed: &[(&str, &str)] = match kind {
        RuleType::Simple => &[
            ("adjustment_type", "which says what the value means"),
            ("adjustment_value", "which a rule of this type needs"),
        ],
        RuleType::Step => {
            &[("adjustment_type", "which says what the steps mean"), ("step_adjustment", "at least one block")]
        }
        RuleType::TargetTracking | RuleType::Predictive => {
            &[("metric_name", "which the rule follows"), ("target_value", "which the metric is to keep")]
        }
    };
    for (name, what) in needed {
        // A rule with several metrics names them in blocks.
        let is_in_blocks = *name == "metric_name" && is_set(config, "hybrid_metrics");
        if !is_set(config, name) && !is_in_blocks {
            check::missing(&root, name, what, diagnostics);
        }
    }
    adjustment_value(config, diagnostics);
}

/// A whole number within the range of the type.
fn adjustment_value(config: &Value, diagnostics: &mut Diagnostics) {
    let Some(given) = config.get("adjustment_value").as_number() else { return };
    let kind = text(config, "adjustment_type").and_then(|kind| AdjustmentType::parse(kind).ok());
    let range = kind.map_or(-1_000..=10_000, AdjustmentType::values);
    let fits = |value: &Decimal| {
        value.is_integer() && (Decimal::from(*range.start())..=Decimal::from(*range.end())).contains(value)
    };
    if !number(config, "adjustment_value").as_ref().is_some_and(fits) {
        diagnostics.error_at(
            Path::root("adjustment_value"),
            "Invalid Attribute Value",
            format!(
                "adjustment_value is {given}, but it must be a whole number from {} to {}.",
                range.start(),
                range.end()
            ),
        );
    }
}

/// What a rule without a metric does.
fn adjustment(arguments: &Value) -> Option<ScalingAdjustment> {
    Some(ScalingAdjustment {
        adjustment_type: AdjustmentType::parse(text(arguments, "adjustment_type")?).ok()?,
        value: i32::try_from(number(arguments, "adjustment_value")?).ok()?,
        min_magnitude: number(arguments, "min_adjustment_magnitude")
            .and_then(|magnitude| u32::try_from(magnitude).ok())
            .filter(|magnitude| *magnitude > 0),
    })
}
