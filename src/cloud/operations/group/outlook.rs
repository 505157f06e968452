//! The outlook of a group: its launch, and the time after it, in many markets (M11–M13).

use std::sync::Arc;

use super::create::{OPERATION, new_fleet, parameters, release_namesakes};
use super::request::check_request;
use super::template::with_launch_template;
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, Outlook, OutlookRequest};
use crate::cloud::outlook::{OutlookBasis, run};
use crate::cloud::provisioning::candidate::candidates;
use crate::cloud::world::{IdSource, World, new_call};
use crate::market::Scenario;

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

    /// The same; `progress` hears how many of how many markets are done, from any thread.
    ///
    /// # Errors
    /// The same.
    pub fn forecast_outlook_and_tell(
        &self,
        request: &OutlookRequest,
        progress: &(dyn Fn(u32, u32) + Sync),
    ) -> Result<Outlook> {
        let scenario = Arc::clone(&self.config().scenario);
        let basis = self.forecast(|world| basis(world, &request.group, &scenario))?;
        run(&basis, request, progress)
    }
}

fn basis(
    world: &mut World,
    request: &CreateAutoProvisioningGroupRequest,
    scenario: &Arc<Scenario>,
) -> Result<OutlookBasis> {
    release_namesakes(world, request)?;
    let fingerprint = parameters(request);
    let ids = IdSource::of_call(world, OPERATION, request.client_token.as_deref(), &fingerprint)?;
    let call = new_call(world, OPERATION, fingerprint)?;
    let (request, _) = with_launch_template(world, request)?;
    check_request(world, &request)?;
    let candidates = candidates(world, &request)?;
    let fleet = new_fleet(world, &request, &call)?;
    OutlookBasis::read(world, Arc::clone(scenario), fleet, candidates, ids)
}
