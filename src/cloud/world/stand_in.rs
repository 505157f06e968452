//! Stand-ins as documents of the world.

use serde::{Deserialize, Serialize};

use super::{ResourceKind, Result, World, new_id_series};
use crate::base::{RegionId, Seed, Time};
use crate::cloud::model::{StandIn, StandInContent, StandInContext};

/// A stand-in as the world keeps it. It lies in its type, which is no object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StandInDocument {
    pub(crate) type_name: String,
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) document: String,
    pub(crate) create_time: Time,
    /// With the seed it determines the values of the object.
    pub(crate) id_series: String,
}

impl ResourceKind for StandInDocument {
    const KIND: &'static str = "stand_in";

    fn name(&self) -> Option<&str> {
        self.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        Some(&self.type_name)
    }
}

impl StandInDocument {
    pub(crate) fn context(&self, world: &World) -> StandInContext {
        context(world, world.region, &self.id_series, self.create_time)
    }

    pub(crate) fn describe(self, key: String) -> StandIn {
        StandIn { key, content: StandInContent { id: self.id, name: self.name, document: self.document } }
    }

    pub(crate) fn set_content(&mut self, content: StandInContent) {
        self.id = content.id;
        self.name = content.name;
        self.document = content.document;
    }
}

impl World<'_, '_> {
    /// The context and the series of a stand-in that a request makes now (W3, W12).
    pub(crate) fn new_stand_in(&mut self, type_name: &str, request: &str) -> Result<(StandInContext, String)> {
        let id_series = new_id_series(self, type_name, request)?;
        let context = context(self, self.region, &id_series, self.now);
        Ok((context, id_series))
    }

    /// The context of what is looked up and not kept: the same for the same question at every time.
    pub(crate) fn context_of_look_up(&self, type_name: &str, request: &str) -> StandInContext {
        context(self, self.region, &format!("{type_name} {request}"), Time::START)
    }
}

fn context(world: &World, region: &RegionId, id_series: &str, create_time: Time) -> StandInContext {
    let seed: Seed = world.seed().derive(&["stand-in", region.as_str(), id_series]);
    StandInContext { seed, account_id: world.account_id(), region: region.clone(), create_time }
}
