//! `simcloud_spot_price_history`: what spot instances of a type cost, and when.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::Time;
use crate::catalogue::OperatingSystem;
use crate::cloud::model::{DescribeSpotPriceHistoryRequest, SpotPrice};
use crate::provider::block::Configured;
use crate::provider::framework::catalogue_check::{known_type, known_zone};
use crate::provider::framework::check::{self, text};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::enumerations::{IoOptimized, NetworkCategory};
use crate::provider::framework::unused_scenario;
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Value};

#[derive(Debug)]
pub(crate) struct SpotPriceHistoryDataSource {
    context: Arc<ProviderContext>,
}

impl SpotPriceHistoryDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for SpotPriceHistoryDataSource {
    fn schema(&self) -> Schema {
        let string = |name, text: &'static str| Attribute::string(name).computed().description(text);
        let number = |name, text: &'static str| Attribute::number(name).computed().description(text);
        Schema::new(
            "Spot prices of an instance type in the provider's region over a span of simulated time, at most 30 days: one \
             row for each hour in which a price changed, and one for the price at the start. Prices are simcloud's \
             own; a spot price lies between 10 and 100 % of the pay-as-you-go price.",
        )
        .attributes([
            Attribute::string("instance_type").required().description("Instance type."),
            Attribute::string("zone_id").optional().description("Only this zone."),
            Attribute::string("start_time")
                .optional()
                .description("Start of the span, an RFC 3339 time. Default: three hours before the end."),
            Attribute::string("end_time").optional().description("End of the span, an RFC 3339 time. Default: the world's time."),
            data_source::output_file(),
            data_source::id_attribute(),
            Attribute::nested_list(
                "spot_prices",
                [
                    string("instance_type", "The instance type."),
                    string("zone_id", "The zone."),
                    string("timestamp", "Time from which the price holds, RFC 3339."),
                    number("spot_price", "Price of a spot instance for one hour."),
                    number("origin_price", "The pay-as-you-go price."),
                ],
            )
            .computed()
            .description("The prices, by zone, then by time."),
        ])
        .attributes(data_source::optional_without_effect([
            Attribute::choice::<NetworkCategory>("network_type", ""),
            Attribute::choice::<IoOptimized>("io_optimized", ""),
            Attribute::choice::<OperatingSystem>("os_type", ""),
            Attribute::number("spot_duration"),
        ]))
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        if let Some(name) = text(config, "instance_type") {
            known_type(name, Path::root("instance_type"), diagnostics);
        }
        let [start, end] =
            ["start_time", "end_time"].map(|name| check::time(config, &Path::default(), name, diagnostics));
        if let (Some(start), Some(end)) = (start, end)
            && end < start
        {
            diagnostics.error_at(
                Path::root("end_time"),
                "Empty Span",
                format!("end_time ({end}) is before start_time ({start}). Exchange the two."),
            );
        }
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(prices) = find(config, &configured, diagnostics).await
        {
            let times: Vec<String> = prices.iter().map(|price| price.timestamp.to_string()).collect();
            let parts: Vec<&str> = prices
                .iter()
                .zip(&times)
                .flat_map(|(price, time)| [price.instance_type.as_str(), price.zone_id.as_str(), time])
                .collect();
            answer.list("spot_prices", &parts, prices.iter().map(row).collect(), diagnostics);
        }
        answer.into_value()
    }
}

async fn find(config: &Value, configured: &Configured, diagnostics: &mut Diagnostics) -> Option<Vec<SpotPrice>> {
    if let Some(zone) = text(config, "zone_id") {
        known_zone(zone, Path::root("zone_id"), configured, diagnostics)?;
    }
    let time = |name| text(config, name).and_then(|text| Time::parse_rfc3339(text).ok());
    let request = DescribeSpotPriceHistoryRequest {
        instance_type: text(config, "instance_type").unwrap_or_default().into(),
        zone_id: text(config, "zone_id").map(Into::into),
        start_time: time("start_time"),
        end_time: time("end_time"),
    };
    unused_scenario::warn(configured, diagnostics).await;
    let prices = configured.cloud.describe_spot_price_history(request).await;
    data_source::reply("look up spot prices", configured, prices, diagnostics)
}

fn row(price: &SpotPrice) -> Value {
    Value::object([
        ("instance_type", Value::from(price.instance_type.as_str())),
        ("zone_id", price.zone_id.as_str().into()),
        ("timestamp", price.timestamp.to_string().into()),
        ("spot_price", price.spot_price.into()),
        ("origin_price", price.origin_price.into()),
    ])
}
