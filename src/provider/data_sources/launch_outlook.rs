//! `simcloud_launch_outlook`: what an auto provisioning group would get, cost and lose in many markets.

use std::sync::Arc;

use async_trait::async_trait;

use crate::base::clock::Span;
use crate::cloud::model::{
    Distribution, Outlook, OutlookFigures, OutlookRequest, OutlookStart, PoolOutlook, StrategyOutlook,
};
use crate::provider::framework::context::ProviderContext;
use crate::provider::framework::data_source::{self, Answer};
use crate::provider::framework::{check, diagnostic, unused_scenario};
use crate::provider::resources::auto_provisioning_group::forecast;
use crate::tf::{Attribute, DataSource, Diagnostics, Path, Schema, Value};

#[derive(Debug)]
pub(crate) struct LaunchOutlookDataSource {
    context: Arc<ProviderContext>,
}

impl LaunchOutlookDataSource {
    pub(crate) fn new(context: &Arc<ProviderContext>) -> Self {
        Self { context: Arc::clone(context) }
    }
}

#[async_trait]
impl DataSource for LaunchOutlookDataSource {
    fn schema(&self) -> Schema {
        let (arguments, blocks) = forecast::arguments_of_a_data_source();
        Schema::new(format!(
            "What a `simcloud_auto_provisioning_group` with these arguments would get in many markets: how often it gets \
             everything, what it costs, how many instances it loses, and which strategy serves it best. {} Reading it \
             launches nothing and changes nothing.\n\nMarket k is the scenario's with `seed` + k and, where the scenario \
             has a `series`, begins k hours further in it. The instances of a group with the same \
             `auto_provisioning_group_name` count as free; what other groups hold stays as it is.",
            Outlook::STATEMENT
        ))
        .attributes(arguments)
        .blocks(blocks)
        .attributes([
            data_source::id_attribute(),
            Attribute::number("markets").optional().zero_counts().description(format!(
                "Number of markets, from 1 to {}; {} by default.",
                OutlookRequest::MAX_MARKETS,
                OutlookRequest::DEFAULT_MARKETS
            )),
            Attribute::string("horizon").optional().description(
                "How long each market goes on after the launch, as a duration of up to 90 days such as `720h` or `30d`. \
                 Without it only the launch is looked at, and the figures about time are null.",
            ),
            Attribute::bool("compare_strategies").optional().description(
                "Whether `strategies` shows the same group with every strategy for spot instances. The time that it takes \
                 grows with them.",
            ),
            Attribute::string("statement").computed().description("What the figures are not."),
        ])
        .attributes(figure_attributes())
        .attributes([
            Attribute::nested_list("pools", pool()).computed().description("The pools that could be used, by zone and type."),
            Attribute::number("worst_market").computed().description(
                "Seed of the market in which the group fares worst: it delivers least over the time or, without a horizon, \
                 at the launch. To look at that market, set `scenario.seed` to it.",
            ),
            Attribute::number("worst_market_record_hours").computed().description(
                "With a `series`: to look at the worst market, add this number of hours to `scenario.series_offset`.",
            ),
            Attribute::nested_list("strategies", strategy())
                .computed()
                .description("With `compare_strategies`: the same figures for every strategy for spot instances."),
        ])
    }

    async fn validate(&self, config: &Value, diagnostics: &mut Diagnostics) {
        forecast::validate(config, diagnostics);
        check::within(config, &Path::default(), "markets", 1, OutlookRequest::MAX_MARKETS, diagnostics);
        horizon(config, diagnostics);
    }

    async fn read(&self, config: &Value, diagnostics: &mut Diagnostics) -> Value {
        let mut answer = Answer::empty(&self.schema(), config);
        let horizon = horizon(config, diagnostics);
        if let Some(configured) = data_source::configured(&self.context, diagnostics)
            && let Some(group) = forecast::creation(config, &configured, diagnostics)
        {
            let markets = check::number(config, "markets").and_then(|number| u32::try_from(number).ok());
            let request = OutlookRequest {
                start: OutlookStart { replaces_namesakes: true, ..OutlookStart::default() },
                fleet: group.into(),
                markets: markets.unwrap_or(OutlookRequest::DEFAULT_MARKETS),
                horizon,
                compare_strategies: config.get("compare_strategies").as_bool() == Some(true),
                threads: None,
            };
            unused_scenario::warn(&configured, diagnostics).await;
            let outlook = configured.cloud.forecast_outlook(request).await;
            if let Some(outlook) = data_source::reply("look at the markets", &configured, outlook, diagnostics) {
                diagnostic::warnings("Launch Outlook", "the outlook", &outlook.warnings, diagnostics);
                fill(&mut answer, &outlook, diagnostics);
            }
        }
        answer.into_value()
    }
}

/// The horizon, if one is set and known; a mistake in it is reported.
fn horizon(config: &Value, diagnostics: &mut Diagnostics) -> Option<Span> {
    let text = check::text(config, "horizon")?;
    let span = Span::parse(text).ok().filter(|span| *span > Span::ZERO && *span <= OutlookRequest::MAX_HORIZON);
    if span.is_none() {
        let detail = format!("`{text}` is not a duration of up to 90 days, such as `720h` or `30d`.");
        diagnostics.error_at(Path::root("horizon"), "Invalid Attribute Value", detail);
    }
    span
}

fn number(name: &'static str, text: &'static str) -> Attribute {
    Attribute::number(name).computed().description(text)
}

/// One per name of [`OutlookFigures::NAMES`].
fn figure_attributes() -> Vec<Attribute> {
    let described = [
        "Whether anything was launched: 1 in a market in which it was, 0 in the others. So `mean` is the share of the markets.",
        "Whether everything that was asked of each billing method was launched: 1 in a market in which it was, 0 in the \
         others. So `mean` is the share of the markets.",
        "Units that the launch delivers.",
        "Hourly cost of the instances at the launch.",
        "Instances that reclaims and events take, or stop, up to the horizon. Null without a horizon.",
        "Delivered unit-hours of those asked, up to the horizon: what one billing method delivers beyond its target does \
         not make up for the other. Null without a horizon.",
        "Hours of the longest time without a break in which units were missing. Null without a horizon.",
        "Cost up to the horizon, by the price of each hour. Null without a horizon.",
    ];
    let figure = |(name, text): (&'static str, &'static str)| {
        Attribute::nested(name, distribution()).computed().description(text)
    };
    OutlookFigures::NAMES.into_iter().zip(described).map(figure).collect()
}

fn distribution() -> Vec<Attribute> {
    vec![
        number("mean", "Mean of all markets."),
        number("min", "Lowest value of any market."),
        number("p5", "Value that 5 % of the markets do not exceed."),
        number("p50", "Value that half of the markets do not exceed."),
        number("p95", "Value that 95 % of the markets do not exceed."),
        number("max", "Highest value of any market."),
    ]
}

fn pool() -> Vec<Attribute> {
    vec![
        Attribute::string("zone_id").computed().description("Zone of the pool."),
        Attribute::string("instance_type").computed().description("Instance type of the pool."),
        number("instance_share", "Share of all launched instances, replacements included."),
        number("short_share", "Share of the markets in which the launch wanted more instances than the pool gave."),
        number(
            "left_out_share",
            "Share of the markets in which the launch left the pool out, for its price for example.",
        ),
    ]
}

fn strategy() -> Vec<Attribute> {
    let name = Attribute::string("spot_allocation_strategy").computed().description("Strategy for spot instances.");
    [name].into_iter().chain(figure_attributes()).collect()
}

fn fill(answer: &mut Answer, outlook: &Outlook, diagnostics: &mut Diagnostics) {
    let figures = figure_values(&outlook.figures);
    let pools: Vec<Value> = outlook.pools.iter().map(pool_value).collect();
    let strategies = Value::List(outlook.strategies.iter().map(strategy_value).collect());
    let text: Vec<String> = figures.iter().map(|(_, value)| value).chain(&pools).map(ToString::to_string).collect();
    let parts: Vec<&str> = text.iter().map(String::as_str).collect();
    answer.list("pools", &parts, pools, diagnostics);
    for (name, value) in figures {
        answer.set(name, value);
    }
    answer.set("statement", Outlook::STATEMENT);
    answer.set("worst_market", outlook.worst_market);
    answer.set("worst_market_record_hours", outlook.worst_market_record_hours);
    answer.set("strategies", strategies);
}

/// Every figure by its name; null where the outlook has none.
fn figure_values(figures: &OutlookFigures) -> Vec<(&'static str, Value)> {
    let known = figures.by_name();
    let value =
        |name| known.iter().find(|(known, _)| *known == name).map_or(Value::Null, |(_, of)| distribution_value(of));
    OutlookFigures::NAMES.into_iter().map(|name| (name, value(name))).collect()
}

fn distribution_value(figure: &Distribution) -> Value {
    Value::object(figure.by_name().map(|(name, value)| (name, Value::from(value))))
}

fn pool_value(pool: &PoolOutlook) -> Value {
    Value::object([
        ("zone_id", Value::from(pool.zone_id.as_str())),
        ("instance_type", pool.instance_type.as_str().into()),
        ("instance_share", pool.instance_share.into()),
        ("short_share", pool.short_share.into()),
        ("left_out_share", pool.left_out_share.into()),
    ])
}

fn strategy_value(strategy: &StrategyOutlook) -> Value {
    let name = ("spot_allocation_strategy", Value::from(strategy.spot_allocation_strategy.name()));
    Value::object([name].into_iter().chain(figure_values(&strategy.figures)))
}
