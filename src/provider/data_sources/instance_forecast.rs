//! `simcloud_instance_forecast`: how many equal instances could be launched now, one `simcloud_instance` after the
//! other.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::Billing;
use crate::cloud::model::{InstanceForecast, PoolFit, SpotStrategy};
use crate::provider::framework::catalogue_check::{known_image, known_type, known_zone};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::configured::Configured;
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::{diagnostic, unused_scenario};
use crate::provider::resources::instance::{ATTRIBUTE_NAMES, forecast};
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Value};

/// Most instances that one forecast is about.
const MAX_AMOUNT: u32 = 1_000;

#[derive(Debug)]
pub(crate) struct InstanceForecastDataSource {
    context: Arc<ProviderContext>,
}

impl InstanceForecastDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for InstanceForecastDataSource {
    fn schema(&self) -> Schema {
        let (arguments, blocks) = forecast::arguments_of_a_data_source();
        let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
        let number = |name, text: &'static str| Attribute::number(name).computed().description(text);
        Schema::new(
            "What the launch of a `simcloud_instance` with these arguments, or of several by `count`, would meet now: where, at \
             what price, whether there is room, and what would fit if there is not. Reading it launches nothing and changes \
             nothing.\n\nInstances that have the same `instance_name`, type, zone and billing count as free, so that a condition \
             on the forecast still holds after they exist. `simcloud_launch_forecast` does the same for a group.",
        )
        .attributes(arguments)
        .attributes([Attribute::number("amount")
            .optional()
            .description(format!("How many equal instances are asked for, 1 to {MAX_AMOUNT}. Default: 1."))])
        .blocks(blocks)
        .attributes([
            data_source::id_attribute(),
            string("zone_id", "The zone that they would be launched in."),
            string("launch_vswitch_id", "The vSwitch that they would be launched in."),
            number("hourly_price", "Hourly price of one of them."),
            number("free_instances", "How many there is room for: free instances, free addresses and quota."),
            number("missing_instances", "How many of those that are asked for would not be launched."),
            string(
                "error_code",
                "Why not all of them would be launched, such as `OperationDenied.NoStock`; null if they would be.",
            ),
            string("error_message", "The message of `error_code`."),
            Attribute::nested_list("would_fit", would_fit()).computed().description(
                "Pools that have as many, where the one that is asked for has not: the same type in other zones, other types of \
                 the same size, the other billing.",
            ),
        ])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        forecast::validate(config, diagnostics);
        check::within(config, &Path::default(), "amount", 1, MAX_AMOUNT, diagnostics);
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(found) = find(config, &configured, diagnostics).await
        {
            fill(&mut answer, &found, amount(config), diagnostics);
        }
        answer.into_value()
    }
}

fn would_fit() -> Vec<Attribute> {
    let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
    vec![
        string("instance_type", "Instance type of the pool."),
        string("zone_id", "Zone of the pool."),
        string("spot_strategy", "`NoSpot` or `SpotAsPriceGo`."),
        Attribute::number("free_instances").computed().description("How many it has free."),
    ]
}

async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<InstanceForecast> {
    if let Some(zone) = text(config, "availability_zone") {
        known_zone(zone, Path::root("availability_zone"), configured, diagnostics);
    }
    if let Some(name) = text(config, "instance_type") {
        known_type(name, Path::root("instance_type"), diagnostics);
    }
    if let Some(image) = text(config, "image_id") {
        known_image(image, Path::root("image_id"), configured, diagnostics);
    }
    if diagnostics.has_errors() {
        return None;
    }
    unused_scenario::warn(configured, diagnostics).await;
    let found = configured.cloud.forecast_launch_instance(forecast::launch(config), amount(config)).await;
    diagnostic::clock_warnings(configured, diagnostics);
    let report = |error| {
        diagnostic::cloud_error_with_names("forecast the launch", &error, ATTRIBUTE_NAMES, diagnostics);
    };
    found.map_err(report).ok()
}

fn amount(config: &Value) -> u32 {
    let given = check::number(config, "amount").and_then(|amount| u32::try_from(amount).ok());
    given.filter(|amount| *amount > 0).unwrap_or(1)
}

fn fill(answer: &mut Answer, found: &InstanceForecast, amount: u32, diagnostics: &mut Diagnostics) {
    let rows: Vec<Value> = found.would_fit.iter().map(fit_row).collect();
    let missing = if found.refusal.is_some() { amount - found.free.min(amount) } else { 0 };
    let (free, price) = (found.free.to_string(), found.hourly_price.to_string());
    let parts = [found.zone_id.as_str(), found.instance_type.as_str(), &free, &price];
    answer.list("would_fit", &parts, rows, diagnostics);
    answer.set("zone_id", found.zone_id.as_str());
    answer.set("launch_vswitch_id", found.vswitch_id.as_str());
    answer.set("hourly_price", found.hourly_price);
    answer.set("free_instances", found.free);
    answer.set("missing_instances", missing.max(u32::from(found.refusal.is_some())));
    answer.set("error_code", found.refusal.as_ref().map(|refusal| refusal.code.clone()));
    answer.set("error_message", found.refusal.as_ref().map(|refusal| refusal.message.clone()));
}

fn fit_row(fit: &PoolFit) -> Value {
    let strategy = match fit.billing {
        Billing::PayAsYouGo => SpotStrategy::NoSpot,
        Billing::Spot => SpotStrategy::SpotAsPriceGo,
    };
    Value::object([
        ("instance_type", Value::from(fit.instance_type.as_str())),
        ("zone_id", fit.zone_id.as_str().into()),
        ("spot_strategy", strategy.name().into()),
        ("free_instances", fit.free.into()),
    ])
}
