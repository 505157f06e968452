//! Arguments about spot instances that several resources have.

use super::check::{self, number, text};
use super::semantic_equality::configured_value;
use crate::base::Decimal;
use crate::cloud::model::SpotStrategy;
use crate::tf::{Diagnostics, Path, Value};

/// `SpotWithPriceLimit` needs a limit above 0 with at most 3 decimals.
pub(crate) fn price_limit(config: &Value, diagnostics: &mut Diagnostics) {
    let path = Path::root("spot_price_limit");
    let strategy = text(config, "spot_strategy");
    let takes_limit = strategy == Some(SpotStrategy::SpotWithPriceLimit.name());
    let undecided = config.get("spot_strategy").is_unknown();
    if takes_limit && check::is_absent(config, "spot_price_limit") {
        diagnostics.error_at(
            path.clone(),
            "Missing Price Limit",
            "spot_strategy is \"SpotWithPriceLimit\", which needs spot_price_limit: the highest price you pay for one \
             instance and hour. Give one, or set spot_strategy = \"SpotAsPriceGo\" to pay the market's price.",
        );
    } else if !takes_limit && !undecided && check::is_set(config, "spot_price_limit") {
        diagnostics.warning_at(
            path.clone(),
            "Argument Without Effect",
            format!(
                "spot_price_limit takes effect only with spot_strategy = \"SpotWithPriceLimit\", but the strategy is \
                 {:?}. Remove the limit, or change the strategy.",
                strategy.unwrap_or(SpotStrategy::default().name())
            ),
        );
    }
    check::above_zero(config, &Path::default(), "spot_price_limit", diagnostics);
    if let Some(limit) = number(config, "spot_price_limit").map(|limit| limit.normalize())
        && limit.scale() > 3
    {
        diagnostics.error_at(
            path,
            "Invalid Attribute Value",
            format!(
                "spot_price_limit is {limit}, but it can have at most 3 decimals, such as {}.",
                limit.round_dp(3).max(Decimal::new(1, 3))
            ),
        );
    }
}

/// A price limit has an effect only with the strategy that takes one, or that may become it.
pub(crate) fn canonical_price_limit(arguments: &Value, name: &str) -> Value {
    let strategy = arguments.get("spot_strategy");
    let may_take_limit = strategy.is_unknown() || strategy.as_str() == Some(SpotStrategy::SpotWithPriceLimit.name());
    if may_take_limit { configured_value(arguments, name) } else { Value::Null }
}
