//! A state knows its world: an object that is missing because this is another world is not silently made again.

use serde::{Deserialize, Serialize};

use super::configured::Configured;
use super::private_state::PrivateState;
use crate::base::WorldId;
use crate::tf::{Diagnostics, Value};

/// The world that holds an object, as its private state remembers it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct WorldMark {
    pub id: WorldId,
    /// Where it was, without passwords.
    pub place: String,
}

const SUMMARY: &str = "Made In Another World";

impl WorldMark {
    /// The world that the latest call found; `None` before the first call.
    fn of_latest_call(configured: &Configured) -> Option<Self> {
        let id = configured.cloud.latest_world()?;
        Some(Self { id, place: configured.world_place.clone() })
    }
}

/// The private state after a read: of the world that holds the object. Warns if there is no such object in this world and
/// the state is of another one.
pub(crate) fn after_read(
    configured: &Configured,
    prior: &Value,
    state: &Value,
    private: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) {
    let Some(current) = WorldMark::of_latest_call(configured).filter(|_| !diagnostics.has_errors()) else { return };
    let mut kept = PrivateState::read(private);
    if !state.is_null() {
        kept.world = Some(current);
        *private = kept.write();
    } else if let Some(made) = kept.world.filter(|made| made.id != current.id) {
        let consequence = "which never held it, so it counts as gone";
        diagnostics.warning(SUMMARY, warning(prior, &made, &current, consequence));
    }
}

/// The private state after an apply: of the world that holds the object, without what the plan kept in it. Says that this
/// is another world where that explains an error, or leaves something behind.
pub(crate) fn after_apply(
    configured: &Configured,
    prior: &Value,
    state: &Value,
    private: &mut Vec<u8>,
    diagnostics: &mut Diagnostics,
) {
    let mut kept = PrivateState { plan: None, ..PrivateState::read(private) };
    if let Some(current) = WorldMark::of_latest_call(configured) {
        let other = kept.world.as_ref().filter(|made| !prior.is_null() && made.id != current.id);
        match other {
            Some(made) if diagnostics.has_errors() => {
                diagnostics.warning(SUMMARY, warning(prior, made, &current, "which may not hold it"));
            }
            Some(made) if state.is_null() => {
                let consequence = "where it was to be destroyed; what the other world holds of it stays there";
                diagnostics.warning(SUMMARY, warning(prior, made, &current, consequence));
            }
            _ if !diagnostics.has_errors() || prior.is_null() => kept.world = Some(current),
            _ => {}
        }
    }
    *private = kept.write();
}

fn warning(prior: &Value, made: &WorldMark, current: &WorldMark, consequence: &str) -> String {
    let id = prior.get("id").as_str().unwrap_or("The object");
    let (made_place, place) = (&made.place, &current.place);
    let what_to_do = if made_place == place {
        "The world at that place was deleted, reset or replaced since. Apply to make everything again, or restore a copy \
         of the other world."
    } else {
        "To use the other world, set SIMCLOUD_WORLD, or world in the provider block, to an absolute path or to a PostgreSQL \
         database: a relative path depends on the working directory, and a file on the machine."
    };
    format!(
        "{id} was made in the world {} at {made_place}. This is the world {} at {place}, {consequence}. {what_to_do}",
        made.id, current.id
    )
}
