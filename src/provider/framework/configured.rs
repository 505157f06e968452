//! What a configured provider gives its resources and data sources.

use std::sync::Arc;

use crate::base::{RegionId, api_enum};
use crate::cloud::Cloud;
use crate::market::scenario::Scenario;

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
    pub scenario: Arc<Scenario>,
    /// The scenario and the clock of the provider block as a text, the same in a plan and its apply.
    pub market: String,
    /// The provider's `on_shortfall`, the default of resources that do not set it.
    pub on_shortfall: OnShortfall,
}

impl std::fmt::Debug for Configured {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Configured").field("region", &self.region).finish_non_exhaustive()
    }
}

impl Configured {
    /// Whether a resource accepts a shortfall: by its own argument, else by the provider's.
    pub(crate) fn accepts_shortfall(&self, own: Option<OnShortfall>) -> bool {
        own.unwrap_or(self.on_shortfall) == OnShortfall::Accept
    }
}
