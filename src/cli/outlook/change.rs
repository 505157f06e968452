//! What a plan does with what exists: which instances go before a fleet is looked at, and which fleets stay (M14).

use std::collections::BTreeSet;

use serde_json::Value;

use super::plan::text;

/// What a plan does with a resource that it leaves behind.
#[derive(Clone, Debug, Default)]
pub(super) struct ResourceChange {
    pub(super) action: PlannedAction,
    /// The attributes before; null where there was no resource.
    pub(super) before: Value,
    /// `true` in place of what is known only after apply.
    unknown: Value,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum PlannedAction {
    #[default]
    Create,
    Keep,
    Update,
    /// The resource before is destroyed or forgotten.
    Replace,
}

/// The ids of what a plan destroys.
#[derive(Clone, Debug, Default)]
pub(super) struct Destroyed {
    /// Before anything is launched.
    pub(super) first: BTreeSet<String>,
    /// After it: `create_before_destroy`.
    pub(super) last: BTreeSet<String>,
}

impl ResourceChange {
    /// Reads one element of `resource_changes`; `None` if nothing is left of the resource.
    pub(super) fn of(change: &Value) -> Option<Self> {
        let before = change.get("before").cloned().unwrap_or(Value::Null);
        let action = match actions(change).as_slice() {
            ["no-op"] => PlannedAction::Keep,
            ["update"] => PlannedAction::Update,
            ["delete" | "forget" | "read"] => return None,
            [_, _, ..] => PlannedAction::Replace,
            _ if before.is_null() => PlannedAction::Create,
            _ => PlannedAction::Keep,
        };
        let unknown = change.get("after_unknown").cloned().unwrap_or(Value::Null);
        Some(Self { action, before, unknown })
    }

    /// The change of a resource that `resource_changes` does not name, as in a state or in a plan with `-target`.
    pub(super) fn of_unnamed(values: &Value) -> Self {
        let exists = text(values, "id").is_some();
        let action = if exists { PlannedAction::Keep } else { PlannedAction::Create };
        Self { action, before: if exists { values.clone() } else { Value::Null }, unknown: Value::Null }
    }

    /// The id of what exists and is not replaced.
    pub(super) fn kept_id(&self) -> Option<&str> {
        text(&self.before, "id").filter(|_| matches!(self.action, PlannedAction::Keep | PlannedAction::Update))
    }

    /// Whether the instances of a fleet are not all known, so that the plan replaces lost ones.
    pub(super) fn launches_instances(&self) -> bool {
        self.action == PlannedAction::Update && self.unknown.get("instances").is_some_and(is_any_unknown)
    }
}

impl Destroyed {
    /// Adds what an element of `resource_changes` destroys, if its instances go with it.
    pub(super) fn add(&mut self, type_name: &str, change: &Value) {
        let before = change.get("before").unwrap_or(&Value::Null);
        let Some(id) = text(before, "id").filter(|_| ends_instances(type_name, before)) else { return };
        match actions(change).as_slice() {
            ["create", "delete"] => self.last.insert(id.to_owned()),
            names if names.contains(&"delete") => self.first.insert(id.to_owned()),
            _ => false,
        };
    }
}

fn actions(change: &Value) -> Vec<&str> {
    change.get("actions").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect()
}

/// Whether a fleet's instances end with it; those of most end always.
fn ends_instances(type_name: &str, before: &Value) -> bool {
    let is_true = |key: &str| match before.get(key) {
        Some(Value::String(text)) => text == "true",
        value => value == Some(&Value::Bool(true)),
    };
    let is_said = |key: &str| text(before, key).is_some() || before.get(key).is_some_and(Value::is_boolean);
    match type_name {
        "simcloud_auto_provisioning_group" | "alicloud_auto_provisioning_group" => is_true("terminate_instances"),
        "aws_ec2_fleet" => is_true("terminate_instances") || text(before, "type") == Some("instant"),
        "aws_spot_fleet_request" if is_said("terminate_instances_on_delete") => {
            is_true("terminate_instances_on_delete")
        }
        "aws_spot_fleet_request" => is_true("terminate_instances_with_expiration"),
        _ => true,
    }
}

fn is_any_unknown(mark: &Value) -> bool {
    match mark {
        Value::Bool(is_unknown) => *is_unknown,
        Value::Array(marks) => marks.iter().any(is_any_unknown),
        Value::Object(marks) => marks.values().any(is_any_unknown),
        Value::Null | Value::Number(_) | Value::String(_) => false,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn change(actions: &[&str], before: &Value) -> Value {
        json!({ "actions": actions, "before": before, "after_unknown": { "instances": [{ "id": true }] } })
    }

    #[test]
    fn every_action_of_a_plan_has_its_meaning() {
        let before = json!({ "id": "apg-1" });
        for (actions, before, action) in [
            (&["create"][..], &Value::Null, Some(PlannedAction::Create)),
            (&["no-op"], &before, Some(PlannedAction::Keep)),
            (&["update"], &before, Some(PlannedAction::Update)),
            (&["delete", "create"], &before, Some(PlannedAction::Replace)),
            (&["create", "delete"], &before, Some(PlannedAction::Replace)),
            (&["create", "forget"], &before, Some(PlannedAction::Replace)),
            (&["delete"], &before, None),
            (&["forget"], &before, None),
            (&["read"], &Value::Null, None),
            (&["something-new"], &before, Some(PlannedAction::Keep)),
        ] {
            let change = ResourceChange::of(&change(actions, before));
            assert_eq!(change.as_ref().map(|change| change.action), action, "{actions:?}");
            let is_kept = matches!(action, Some(PlannedAction::Keep | PlannedAction::Update));
            assert_eq!(change.as_ref().and_then(ResourceChange::kept_id), is_kept.then_some("apg-1"), "{actions:?}");
            let launches = change.is_some_and(|change| change.launches_instances());
            assert_eq!(launches, action == Some(PlannedAction::Update), "{actions:?}");
        }
    }

    #[test]
    fn what_is_destroyed_goes_first_or_last_or_stays() {
        const GROUP: &str = "simcloud_auto_provisioning_group";
        let ends = json!({ "id": "apg-1", "terminate_instances": true });
        let leaves = json!({ "id": "apg-1", "terminate_instances": false });
        let request = |on_delete: Value| {
            json!({ "id": "sfr-1", "terminate_instances_on_delete": on_delete,
            "terminate_instances_with_expiration": true })
        };
        for (type_name, actions, before, expected) in [
            (GROUP, &["delete"][..], &ends, [1, 0]),
            (GROUP, &["delete", "create"], &ends, [1, 0]),
            (GROUP, &["create", "delete"], &ends, [0, 1]),
            (GROUP, &["delete", "create"], &leaves, [0, 0]),
            (GROUP, &["create", "forget"], &ends, [0, 0]),
            (GROUP, &["forget"], &ends, [0, 0]),
            (GROUP, &["update"], &ends, [0, 0]),
            ("simcloud_run_instances", &["delete"], &json!({ "id": "r-1" }), [1, 0]),
            ("aws_instance", &["create", "delete"], &json!({ "id": "i-1" }), [0, 1]),
            ("aws_ec2_fleet", &["delete"], &json!({ "id": "fleet-1", "type": "maintain" }), [0, 0]),
            ("aws_ec2_fleet", &["delete"], &json!({ "id": "fleet-1", "type": "instant" }), [1, 0]),
            ("aws_spot_fleet_request", &["delete"], &request(json!("false")), [0, 0]),
            ("aws_spot_fleet_request", &["delete"], &request(Value::Null), [1, 0]),
        ] {
            let mut destroyed = Destroyed::default();
            destroyed.add(type_name, &change(actions, before));
            assert_eq!([destroyed.first.len(), destroyed.last.len()], expected, "{type_name} {actions:?}");
        }
    }
}
