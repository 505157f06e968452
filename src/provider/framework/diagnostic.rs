//! Turns errors of the cloud into diagnostics.

use super::advice::{refusal_text, world_error_text};
use super::attribute_names::attribute_name;
use crate::cloud::{CloudError, Member, ServiceError, WorldError};
use crate::provider::framework::configured::Configured;
use crate::tf::error::ValueError;
use crate::tf::path::Step;
use crate::tf::schema::Follows;
use crate::tf::{Attribute, Block, Diagnostics, Path, Value};

/// Summary of every warning that capacity is missing, so that the CLI folds those of a plan and its apply.
pub(crate) const CAPACITY_MISSING: &str = "Capacity Missing";

/// The action that the cloud refused, worded to follow "could not": `launch instances`.
pub(crate) type ActionText<'a> = &'a str;

/// Reports an error of the cloud: the service's error code, the action that failed, and the cloud's advice.
pub(crate) fn cloud_error(action: ActionText<'_>, error: &CloudError, diagnostics: &mut Diagnostics) {
    cloud_error_with_advice(action, error, "", diagnostics);
}

/// Like [`cloud_error`], for a resource that renames some arguments.
pub(crate) fn cloud_error_with_names(
    action: ActionText<'_>,
    error: &CloudError,
    names: OtherNames,
    diagnostics: &mut Diagnostics,
) {
    report(action, error, "", names, diagnostics);
}

/// Like [`cloud_error`], with advice after the service's message.
pub(crate) fn cloud_error_with_advice(
    action: ActionText<'_>,
    error: &CloudError,
    advice: &str,
    diagnostics: &mut Diagnostics,
) {
    report(action, error, advice, &[], diagnostics);
}

/// Arguments whose name differs in this resource.
type OtherNames = &'static [(Member, &'static str)];

fn report(action: ActionText<'_>, error: &CloudError, advice: &str, names: OtherNames, diagnostics: &mut Diagnostics) {
    match error {
        CloudError::Service(refusal) => {
            let detail = format!("Could not {action}: {} {advice}", sentence(&refusal_text(refusal)));
            diagnostics.error_at(attribute_path(refusal, names), refusal.code.to_string(), detail.trim_end());
        }
        CloudError::World(trouble) => {
            let summary = match trouble {
                WorldError::ClockTooFar { .. } => "Clock Moved Too Far",
                _ => "World Not Usable",
            };
            diagnostics.error(summary, format!("Could not {action}: {}.", world_error_text(trouble)));
        }
    }
}

/// Reports the warnings of a call that succeeded. They name the object, because the CLI shows warnings of a deletion
/// without its address.
pub(crate) fn warnings<'w>(
    summary: &str,
    id: &str,
    texts: impl IntoIterator<Item = &'w String>,
    diagnostics: &mut Diagnostics,
) {
    for text in texts {
        diagnostics.warning(summary, format!("{id}: {}", sentence(text)));
    }
}

/// Reports the clock's warnings since the last call.
pub(crate) fn clock_warnings(configured: &Configured, diagnostics: &mut Diagnostics) {
    for text in configured.cloud.take_warnings() {
        diagnostics.warning("Clock Not Set Back", sentence(&text));
    }
}

/// Reports a configured value that does not fit the model, at its path. This is a mistake in the schema.
pub(crate) fn conversion_error(error: ValueError, diagnostics: &mut Diagnostics) {
    diagnostics.value_error("Value Does Not Fit", error);
}

/// Reports a call that needs a configured provider when there is none.
pub(crate) fn not_configured(diagnostics: &mut Diagnostics) {
    diagnostics.error(
        "Provider Not Configured",
        "Part of the provider block is known only after apply, so the cloud cannot be asked yet. Apply what it depends \
         on first, with -target, or write the value itself.",
    );
}

/// Arguments of several values, each with the argument for one value that a configuration may have in its place.
const ONE_VALUE: [(&str, &str); 1] = [("security_group_ids", "security_group_id")];

/// Moves what concerns an argument that is not configured to the one that the configuration has in its place: another name
/// of a root argument, or the argument for one value of one for several.
pub(crate) fn at_what_is_configured(block: &Block, config: &Value, diagnostics: &mut Diagnostics) {
    for diagnostic in diagnostics {
        let [outer @ .., Step::Attribute(name)] = diagnostic.path.steps() else { continue };
        if !config.at(&diagnostic.path).is_null() {
            continue;
        }
        let is_other_name =
            |other: &&Attribute| matches!(&other.follows, Follows::AnyOf(names) if names.contains(&name.as_str()));
        let root = if outer.is_empty() { block.attributes.as_slice() } else { &[] };
        let other_names = root.iter().filter(is_other_name).map(|other| &*other.name);
        let for_one = ONE_VALUE.iter().filter(|(several, _)| several == name).map(|(_, one)| *one);
        let written = other_names.chain(for_one).map(|other| diagnostic.path.sibling(other));
        if let Some(path) = written.into_iter().find(|path| !config.at(path).is_null()) {
            diagnostic.path = path;
        }
    }
}

/// The path of the argument that caused the error (`launch_template_config[1].vswitch_id`), or the whole object's.
fn attribute_path(refusal: &ServiceError, names: OtherNames) -> Path {
    let name = |member: Member| {
        let other = names.iter().find(|(known, _)| *known == member);
        other.map_or_else(|| attribute_name(member), |(_, name)| *name)
    };
    let list = refusal.element.map(|(list, index)| Path::root(name(list)).index(index));
    match (list, refusal.parameter) {
        // Inside a block every argument has its usual name.
        (Some(element), Some(member)) => element.attribute(attribute_name(member)),
        (Some(element), None) => element,
        (None, member) => member.map(name).map(Path::root).unwrap_or_default(),
    }
}

/// A text that begins with a capital letter and ends with a full stop.
pub(crate) fn sentence(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|c| c.to_uppercase().to_string()).unwrap_or_default();
    let rest = characters.as_str();
    format!("{first}{rest}{}", full_stop(text))
}

/// The full stop that a text needs at its end; empty if it has one.
pub(crate) fn full_stop(text: &str) -> &'static str {
    if text.ends_with(['.', '!', '?']) { "" } else { "." }
}
