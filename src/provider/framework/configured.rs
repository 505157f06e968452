//! What a configured provider gives its resources and data sources.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use super::check::text;
use crate::base::{ApiEnum, RegionId, api_enum};
use crate::catalogue::Vendor;
use crate::cloud::{Cloud, CloudError};
use crate::market::Market;
use crate::market::scenario::Scenario;
use crate::tf::{Diagnostics, Path, Value};

/// The argument of resources that says so.
const ON_SHORTFALL: &str = "on_shortfall";

api_enum! {
    /// What to do when the cloud cannot deliver the minimum.
    pub(crate) enum OnShortfall: default Fail {
        Fail = "fail",
        Accept = "accept",
    }
}

/// The configuration of a provider, which resources and data sources share.
#[derive(Clone)]
pub(crate) struct Configured {
    pub cloud: Cloud,
    pub region: RegionId,
    /// Where the world is, without passwords and independent of the working directory.
    pub world_place: String,
    pub scenario: Arc<Scenario>,
    /// Nothing names a scenario, and it was not said yet that the world remembers one.
    pub may_miss_scenario: Arc<AtomicBool>,
    /// The provider block says that there is no scenario (`scenario = {}`).
    pub refuses_scenario: bool,
    /// The scenario and the clock of the provider block as a text, the same in a plan and its apply.
    pub market: String,
    /// The world ends with the command that uses it.
    pub is_fork: bool,
    /// The provider's `on_shortfall`, the default of resources that do not set it.
    pub on_shortfall: OnShortfall,
    /// The service whose images, types and zones data sources list; `None` for both (N4).
    pub vendor: Option<Vendor>,
}

impl std::fmt::Debug for Configured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configured").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Configured {
    /// The same world and market in another region.
    pub(crate) fn in_region(&self, region: RegionId) -> Self {
        Self { cloud: self.cloud.in_region(&region), region, ..self.clone() }
    }

    /// The same world under the scenario that a fork was made with.
    pub(crate) fn under_scenario(self, scenario: Arc<Scenario>) -> Self {
        let cloud = self.cloud.under_scenario(Arc::clone(&scenario));
        Self { cloud, scenario, may_miss_scenario: Arc::default(), ..self }
    }

    /// The market under the scenario and under the changes that the world keeps (W10).
    ///
    /// # Errors
    /// The world cannot be read.
    pub(crate) async fn market(&self) -> Result<Market<'_>, CloudError> {
        let changes = self.cloud.describe_market_changes().await?;
        Ok(Market::new(&self.scenario).with_changes(changes))
    }

    /// Whether a missed minimum is data, by a resource's own `on_shortfall` or else the provider's. It is not a part of the
    /// request, because its default is the provider's. `None` after an error, which is reported.
    pub(crate) fn accepts_shortfall(&self, arguments: &Value, diagnostics: &mut Diagnostics) -> Option<bool> {
        let own = text(arguments, ON_SHORTFALL).map(OnShortfall::parse).transpose();
        own.map(|own| own.unwrap_or(self.on_shortfall) == OnShortfall::Accept)
            .map_err(|unknown| {
                let detail = format!("{ON_SHORTFALL} is {unknown}");
                diagnostics.error_at(Path::root(ON_SHORTFALL), "Invalid Attribute Value", detail);
            })
            .ok()
    }
}
