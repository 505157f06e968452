//! What a simulated cloud is made from: arguments only, no file is touched.

use std::fmt;
use std::sync::Arc;

use super::store::WorldLocation;
use crate::base::{RegionId, Time};
use crate::market::{Scenario, ScenarioDocument};

/// One provider configuration's view of the cloud.
#[derive(Clone, Debug)]
pub struct CloudConfig {
    pub region: RegionId,
    pub world: WorldLocation,
    pub scenario: Arc<Scenario>,
    /// What a world remembers of the scenario; `None` where the caller has none.
    pub scenario_document: Option<Arc<ScenarioDocument>>,
    pub clock: ClockSource,
    /// Whether a world from which the last object was removed stays as it is; otherwise it is a new world (W1).
    pub keeps_empty_world: bool,
    /// A random number from outside, of which a new world's id is made; nothing else may depend on it.
    pub random_number: fn() -> u64,
    /// Real time, which is noted beside what is made, so that people can find what is old; nothing else may depend on it.
    pub real_time: fn() -> Time,
}

/// Where the world's clock should be at each call.
#[derive(Clone)]
pub enum ClockSource {
    /// The world's own clock, which stands still.
    World,
    /// The world catches up to this moment.
    At(Time),
    /// The world catches up to what this says at each call; the edge passes the wall clock in here.
    System(Arc<dyn Fn() -> Time + Send + Sync>),
}

impl ClockSource {
    /// The moment the world should be at; `None` where it should stand still.
    #[must_use]
    pub fn target(&self) -> Option<Time> {
        match self {
            Self::World => None,
            Self::At(time) => Some(*time),
            Self::System(now) => Some(now()),
        }
    }
}

impl fmt::Debug for ClockSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::World => f.write_str("World"),
            Self::At(time) => f.debug_tuple("At").field(time).finish(),
            Self::System(_) => f.write_str("System"),
        }
    }
}
