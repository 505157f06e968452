//! The outlook of a fleet: its launch, and the time after it, in many markets (M11–M13).

use std::sync::Arc;

use super::{ec2_fleet, group, scaling};
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{Outlook, OutlookFleet, OutlookRequest};
use crate::cloud::outlook::{OutlookBasis, run};

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// What a creation would make in many markets, from the world's time on. Instances of groups with the same name count
    /// as free; what others hold stays as it is.
    ///
    /// # Errors
    /// Those of a creation that do not depend on the market.
    pub fn forecast_outlook(&self, request: &OutlookRequest) -> Result<Outlook> {
        self.forecast_outlook_and_tell(request, &|_, _| ())
    }

    /// Like [`Self::forecast_outlook`]; `progress` hears how many of how many markets are done, from any thread.
    ///
    /// # Errors
    /// As [`Self::forecast_outlook`].
    pub fn forecast_outlook_and_tell(
        &self,
        request: &OutlookRequest,
        progress: &(dyn Fn(u32, u32) + Sync),
    ) -> Result<Outlook> {
        let scenario = &self.config().scenario;
        let basis = self.forecast(|world| {
            let launch = match &request.fleet {
                OutlookFleet::Group(group) => group::outlook_launch(world, group)?,
                OutlookFleet::Ec2Fleet(fleet) => ec2_fleet::outlook_launch(world, fleet)?,
                OutlookFleet::ScalingGroup(parts) => scaling::outlook_launch(world, &parts.0, &parts.1)?,
            };
            OutlookBasis::read(world, Arc::clone(scenario), launch)
        })?;
        run(&basis, request, progress)
    }
}
