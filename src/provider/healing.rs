//! How lost instances and their successors look in a plan (`rules.md` G10).

use crate::cloud::model::Change;
use crate::tf::Value;

/// The instances that a change leaves: successors unknown except for what stays the same, released ones gone, launched
/// ones at the end.
///
/// `positions` has the launch index of each prior element: after a scale-in they are no longer 0, 1, 2, ….
pub(crate) fn instances_after(prior: &[Value], positions: &[u32], change: &Change, stable: &[&str]) -> Value {
    let kept =
        prior.iter().zip(positions).filter(|(_, index)| !change.removed.contains(index)).map(|(element, index)| {
            if change.successors.contains(index) { successor(element, stable) } else { element.clone() }
        });
    let launched = (0..change.appended).map(|_| Value::Unknown);
    Value::List(kept.chain(launched).collect())
}

/// An element of which only the named attributes stay known.
fn successor(lost: &Value, stable: &[&str]) -> Value {
    let members = lost.as_map().into_iter().flatten();
    Value::object(members.map(|(name, value)| {
        let value = if stable.contains(&name.as_str()) { value.clone() } else { Value::Unknown };
        (name.clone(), value)
    }))
}

/// Ids of the living instances of a list, unknown for those that are to be launched.
pub(crate) fn living_ids(instances: &Value) -> Value {
    let elements = instances.as_list().unwrap_or_default();
    Value::List(
        elements.iter().filter(|element| !is_lost(element)).map(|element| element.get("instance_id").clone()).collect(),
    )
}

/// Whether an element of `instances` is a lost instance that still keeps its place.
pub(crate) fn is_lost(element: &Value) -> bool {
    element.get("state").as_str() == Some("terminated")
}
