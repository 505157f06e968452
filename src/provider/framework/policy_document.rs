//! Documents of roles and policies: JSON, of which nothing is simulated.

use super::check::text;
use crate::tf::{Diagnostics, Path, Value};

/// The text at an attribute is a JSON object.
pub(crate) fn validate(config: &Value, name: &str, diagnostics: &mut Diagnostics) {
    let Some(given) = text(config, name) else { return };
    let problem = match serde_json::from_str::<serde_json::Value>(given) {
        Ok(serde_json::Value::Object(_)) => return,
        Ok(_) => format!("{name} is JSON, but no object. Write jsonencode({{ ... }})."),
        Err(error) => format!("{name} is not JSON: {error}. Write jsonencode({{ ... }})."),
    };
    diagnostics.error_at(Path::root(name), "Invalid Policy Document", problem);
}
