//! Checks of host names in configurations.

use super::check::text;
use crate::base::host_name::check_host_name;
use crate::catalogue::{self, OperatingSystem};
use crate::tf::{Diagnostics, Path, Value};

/// Checks the argument `host_name` of an object, by the operating system of its `image_id` if that is known.
pub(crate) fn validate(object: &Value, at: &Path, diagnostics: &mut Diagnostics) {
    if let Some(name) = text(object, "host_name") {
        check(name, object, at.clone().attribute("host_name"), diagnostics);
    }
}

/// Checks a host name of instances of the object's `image_id`.
pub(crate) fn check(name: &str, object: &Value, path: Path, diagnostics: &mut Diagnostics) {
    let image = text(object, "image_id").and_then(catalogue::image);
    let is_windows = image.is_some_and(|image| image.operating_system == OperatingSystem::Windows);
    if let Err(error) = check_host_name(name, is_windows) {
        diagnostics.error_at(path, "Invalid Host Name", format!("The host name {name:?} {error}."));
    }
}
