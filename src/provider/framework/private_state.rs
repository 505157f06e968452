//! Terraform's private state of a resource: no plan and no output shows it.

use serde::{Deserialize, Serialize};

use super::world_mark::WorldMark;
use crate::cloud::model::{InstanceListChange, PassResults};

/// What every resource keeps in its private state, as JSON.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct PrivateState {
    /// The world that holds the object; `None` in states of versions that did not keep it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub world: Option<WorldMark>,
    /// Where the world has the object, if it is a stand-in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stand_in: Option<String>,
    /// The change of a fleet that a plan shows; never in a state.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub plan: Option<FleetPlan>,
}

/// The change of a fleet that a plan shows (G10a).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct FleetPlan {
    /// Identifies what the plan saw.
    pub fingerprint: String,
    /// Whether the arguments ask for other capacity, apart from replacements.
    pub changes_capacity: bool,
    pub change: InstanceListChange,
    /// A group's results where its capacity changes and nothing is launched or released.
    pub results: Option<PassResults>,
}

impl PrivateState {
    /// The private state in these bytes. Bytes of another form are of another provider or version, and hold nothing.
    pub(crate) fn read(bytes: &[u8]) -> Self {
        serde_json::from_slice(bytes).unwrap_or_default()
    }

    /// The bytes to keep; none if there is nothing to keep.
    pub(crate) fn write(&self) -> Vec<u8> {
        if *self == Self::default() { Vec::new() } else { serde_json::to_vec(self).unwrap_or_default() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::WorldId;

    #[test]
    fn private_state_reads_back_and_foreign_bytes_hold_nothing() {
        let kept = PrivateState {
            world: Some(WorldMark { id: WorldId::of_number(7), place: "/w.db".to_owned() }),
            stand_in: None,
            plan: None,
        };
        assert_eq!(PrivateState::read(&kept.write()), kept);
        for foreign in [&b""[..], b"\xff", b"{\"schema_version\":\"1\"}", b"{\"world\":7}", b"[]"] {
            assert_eq!(PrivateState::read(foreign), PrivateState::default());
            assert_eq!(PrivateState::read(foreign).write(), b"");
        }
    }
}
