//! `simcloud_launch_forecast`: what an auto provisioning group would launch now.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal};
use crate::cloud::model::{AutoProvisioningGroup, LaunchResult};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::diagnostic;
use crate::provider::resources::auto_provisioning_group::forecast;
use crate::tf::{Attribute, DataSource, Diagnostics, Schema, Value};

#[derive(Debug)]
pub(crate) struct LaunchForecastDataSource {
    context: Arc<ProviderContext>,
}

impl LaunchForecastDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for LaunchForecastDataSource {
    fn schema(&self) -> Schema {
        let (arguments, blocks) = forecast::arguments_of_a_data_source();
        Schema::new(
            "What a `simcloud_auto_provisioning_group` with these arguments would launch now: from which pools, at what \
             cost, and what would be missing. Reading it launches nothing and changes nothing.\n\nThe instances of a \
             group with the same `auto_provisioning_group_name` count as free, so that a condition on the forecast still \
             holds after the group exists.",
        )
        .attributes(arguments)
        .blocks(blocks)
        .attributes([
            data_source::id_attribute(),
            Attribute::nested_list("launch_results", launch_result()).computed().description(
                "One row for each pool that would be tried, run out or be left out, as the group would report it.",
            ),
            Attribute::number("fulfilled_capacity").computed().description("Units that would be delivered."),
            Attribute::number("fulfilled_pay_as_you_go_capacity")
                .computed()
                .description("Units that would be delivered as pay-as-you-go."),
            Attribute::number("fulfilled_spot_capacity")
                .computed()
                .description("Units that would be delivered as spot instances."),
            Attribute::number("fulfilled_vcpus").computed().description("vCPUs of these instances."),
            Attribute::number("missing_capacity")
                .computed()
                .description(
                    "Units that would be missing of each billing method, added up: what one delivers beyond its target does \
                     not make up for the other. 0 if none.",
                ),
            Attribute::number("hourly_cost").computed().description("Hourly cost of the instances."),
            Attribute::number("optimal_hourly_cost")
                .computed()
                .description("Hourly cost of the cheapest fleet of the same units from the same pools."),
            Attribute::string("error_code")
                .computed()
                .description("Why nothing would be launched, if less than `min_target_capacity` is available; null otherwise."),
            Attribute::string("error_message").computed().description("The message of `error_code`."),
        ])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        forecast::validate(config, diagnostics);
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(group) = forecast::forecast(config, &configured, diagnostics).await
        {
            // Below the minimum the answer itself says why.
            let warnings = group.warnings.iter().filter(|_| group.error_code.is_none());
            diagnostic::warnings("Launch Forecast", "the group", warnings, diagnostics);
            fill(&mut answer, &group, diagnostics);
        }
        answer.into_value()
    }
}

fn launch_result() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    let number = |name, text: &'static str| Attribute::number(name).computed().description(text);
    vec![
        string("instance_type", "Instance type of the pool."),
        string("zone_id", "Zone of the pool."),
        string("spot_strategy", "`NoSpot`, `SpotAsPriceGo`, or `SpotWithPriceLimit` where a ceiling is set."),
        number("amount", "Instances that would be launched."),
        number("hourly_price", "Hourly price of one instance; null if none would be launched."),
        string("error_code", "Why nothing, or nothing more, would be launched."),
        string("error_msg", "The message of `error_code`."),
    ]
}

/// Leaves out what only a real launch decides, ids and times: the forecast stays the same while the market does.
fn fill(answer: &mut Answer, group: &AutoProvisioningGroup, diagnostics: &mut Diagnostics) {
    let rows: Vec<Value> = group.launch_results.iter().map(|row| launch_row(row, group)).collect();
    let text: Vec<String> = rows.iter().map(ToString::to_string).collect();
    let parts: Vec<&str> = text.iter().map(String::as_str).collect();
    answer.list("launch_results", &parts, rows, diagnostics);
    answer.set("fulfilled_capacity", group.fulfilled_capacity);
    answer.set("fulfilled_pay_as_you_go_capacity", group.fulfilled_pay_as_you_go_capacity);
    answer.set("fulfilled_spot_capacity", group.fulfilled_spot_capacity);
    answer.set("fulfilled_vcpus", group.fulfilled_vcpus);
    answer.set("missing_capacity", missing_capacity(group));
    answer.set("hourly_cost", group.hourly_cost);
    answer.set("optimal_hourly_cost", group.optimal_hourly_cost);
    answer.set("error_code", group.error_code.clone());
    answer.set("error_message", group.error_message.clone());
}

/// The sum over the billing methods, which share no overshoot (G1).
fn missing_capacity(group: &AutoProvisioningGroup) -> Decimal {
    let missing = |billing, fulfilled| Decimal::from(group.request.capacity.target(billing)) - fulfilled;
    let pay_as_you_go = missing(Billing::PayAsYouGo, group.fulfilled_pay_as_you_go_capacity);
    let spot = missing(Billing::Spot, group.fulfilled_spot_capacity);
    rounded_units(pay_as_you_go.max(Decimal::ZERO) + spot.max(Decimal::ZERO))
}

fn launch_row(row: &LaunchResult, group: &AutoProvisioningGroup) -> Value {
    let launched = group.instances.iter().find(|instance| row.instance_ids.contains(&instance.instance_id));
    Value::object([
        ("instance_type", Value::from(row.instance_type.as_str())),
        ("zone_id", row.zone_id.as_str().into()),
        ("spot_strategy", row.spot_strategy.name().into()),
        ("amount", row.amount.into()),
        ("hourly_price", launched.map(|instance| instance.hourly_price).into()),
        ("error_code", row.error_code.clone().into()),
        ("error_msg", row.error_msg.clone().into()),
    ])
}
