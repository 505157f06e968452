//! EC2's fleets that were deleted: they go on being described for a while (G26).

use serde::{Deserialize, Serialize};

use super::{ResourceKind, Result, Stored, World};
use crate::base::{GroupId, Time};
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, FleetState};

/// A deleted fleet. It is no object of the world: nothing keeps a world alive that holds nothing else (W1).
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EndedFleetDocument {
    pub(crate) state: FleetState,
    pub(crate) request: CreateAutoProvisioningGroupRequest,
    pub(crate) client_token: String,
    pub(crate) create_time: Time,
    pub(crate) end_time: Time,
}

impl ResourceKind for EndedFleetDocument {
    const KIND: &'static str = "ended_fleet";

    fn name(&self) -> Option<&str> {
        None
    }
}

/// How long a deleted fleet is described, as in the service: 48 hours.
const SHOWN_FOR_SECONDS: i64 = 48 * 3600;

impl World<'_, '_> {
    /// A fleet of this region that was deleted lately.
    pub(crate) fn ended_fleet(&mut self, fleet_id: &GroupId) -> Result<Option<Stored<EndedFleetDocument>>> {
        let now = self.now;
        Ok(self.resource::<EndedFleetDocument>(fleet_id.as_str())?.filter(|fleet| fleet.document.is_shown(now)))
    }

    /// The fleets of this region that were deleted lately, by the order in which they were deleted.
    pub(crate) fn ended_fleets(&mut self) -> Result<Vec<Stored<EndedFleetDocument>>> {
        let now = self.now;
        let mut fleets = self.resources::<EndedFleetDocument>()?;
        fleets.retain(|fleet| fleet.document.is_shown(now));
        Ok(fleets)
    }
}

impl EndedFleetDocument {
    fn is_shown(&self, now: Time) -> bool {
        now.unix_seconds() < self.end_time.unix_seconds() + SHOWN_FOR_SECONDS
    }
}
