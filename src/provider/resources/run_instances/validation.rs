//! Checks of a launch's configuration alone, without a provider or a world.
//!
//! Planning checks the number of instances, because a scenario may raise the limit (L2).

use crate::base::Decimal;
use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::cloud::model::SpotStrategy;
use crate::provider::framework::check::{self, elements, number, text};
use crate::provider::framework::write_only;
use crate::tf::{Diagnostics, Path, Value};

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for (index, image) in elements(config, "image").iter().enumerate() {
        counts(image, &Path::root("image").index(index), diagnostics);
    }
    check::client_token(config, &root, diagnostics);
    check::tags(config, &root, "tags", diagnostics);
    price_limit(config, diagnostics);
    user_data(config, diagnostics);
}

/// Checks that the counts are at least 1, and the minimum is not above the maximum (R17).
fn counts(image: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    for name in ["min_count", "max_count"] {
        check::whole(image, at, name, 1, diagnostics);
    }
    if let (Some(least), Some(most)) = (number(image, "min_count"), number(image, "max_count"))
        && least > most
    {
        diagnostics.error_at(
            at.clone().attribute("min_count"),
            "Inconsistent Counts",
            format!(
                "min_count is {least}, above max_count ({most}). Raise max_count to at least {least}, or lower min_count."
            ),
        );
    }
}

/// `SpotWithPriceLimit` needs a limit above 0 with at most 3 decimals.
fn price_limit(config: &Value, diagnostics: &mut Diagnostics) {
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

fn user_data(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    check::not_both(config, &root, "user_data", "user_data_base64", diagnostics);
    for name in ["user_data", "user_data_base64"] {
        check::not_both(config, &root, name, "user_data_wo", diagnostics);
    }
    check::base64(config, &root, "user_data_base64", MAX_USER_DATA_BYTES, diagnostics);
    for name in ["user_data", "user_data_wo"] {
        if let Some(length) = text(config, name).map(str::len)
            && length > MAX_USER_DATA_BYTES
        {
            diagnostics.error_at(
                Path::root(name),
                "Invalid User Data",
                format!("{name} has {length} bytes; user data is limited to {MAX_USER_DATA_BYTES} bytes."),
            );
        }
    }
    write_only::version(config, &root, "user_data_wo", "user_data_wo_version", diagnostics);
}
