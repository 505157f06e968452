//! Checks of a launch's configuration alone, without a provider or a world.
//!
//! Planning checks the number of instances, because a scenario may raise the limit (L2).

use crate::base::limits::MAX_USER_DATA_BYTES;
use crate::provider::framework::check::{self, elements, number, text};
use crate::provider::framework::{spot, write_only};
use crate::tf::{Diagnostics, Path, Value};

pub(super) fn validate(config: &Value, diagnostics: &mut Diagnostics) {
    let root = Path::default();
    for (index, image) in elements(config, "image").iter().enumerate() {
        counts(image, &Path::root("image").index(index), diagnostics);
    }
    check::client_token(config, &root, diagnostics);
    check::tags(config, &root, "tags", diagnostics);
    spot::price_limit(config, diagnostics);
    user_data(config, diagnostics);
}

/// Checks that the counts are at least 1, and the minimum is not above the maximum (R17).
fn counts(image: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    for name in ["min_count", "max_count"] {
        check::integer(image, at, name, 1, diagnostics);
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
