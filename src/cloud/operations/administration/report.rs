//! All that a page about a world shows, of one moment.

use super::super::describe::costs::{Usage, costs};
use super::history::world_history;
use super::overview::world_overview;
use crate::base::RegionId;
use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::model::{
    DescribeCostsRequest, DescribeWorldHistoryRequest, DescribeWorldRequest, PoolScope, WorldReport,
};
use crate::cloud::store::Access;
use crate::market::scenario::Selector;

impl SimCloud {
    /// The fleets with the pools that they could use, the history and the costs, without letting the world catch up to
    /// any clock. With a region, only the pools of that region are drawn.
    ///
    /// # Errors
    /// The world cannot be read.
    pub fn describe_world_report(
        &self,
        pools: &Selector,
        region_id: Option<&RegionId>,
    ) -> Result<WorldReport, AdministrationError> {
        self.administer(Access::Read, |world| {
            let usage = Usage::read(world)?;
            let costs = costs(world, &usage, &DescribeCostsRequest::default())?;
            let request = DescribeWorldHistoryRequest { pools: pools.clone(), region_id: region_id.cloned() };
            let history = world_history(world, &request, &usage, &costs)?;
            let scope = DescribeWorldRequest { pools: pools.clone(), scope: PoolScope::Fleets };
            Ok(WorldReport { overview: world_overview(world, &scope)?, history, costs })
        })
    }
}
