//! Reclaims spot instances on demand, to show what follows.

use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::lifecycle;
use crate::cloud::model::{Activity, ReclaimRequest};
use crate::cloud::store::Access;

impl SimCloud {
    /// Reclaims spot instances now, the youngest first, as a scenario's event does (W6). Returns what happened, an
    /// entry per fleet and pool.
    ///
    /// # Errors
    /// Nothing to reclaim.
    pub fn reclaim_spot(&self, request: &ReclaimRequest) -> Result<Vec<Activity>, AdministrationError> {
        self.administer(Access::Write, |world| {
            let mark = world.history_mark()?;
            let region = request.region_id.as_ref();
            let taken = lifecycle::reclaim_by_hand(world, &request.pools, region, request.count)?;
            if taken == 0 {
                return Err(AdministrationError::NothingToReclaim);
            }
            let happened = world.history_since(&mark)?;
            Ok(happened)
        })
    }
}
