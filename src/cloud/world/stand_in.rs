//! Stand-ins as documents of the world.

use serde::{Deserialize, Serialize};

use super::{ResourceKind, Result, World, new_id_series};
use crate::base::{RegionId, Seed, Time};
use crate::cloud::model::{StandIn, StandInContent, StandInFacts};

/// A stand-in as the world keeps it. It lies in its type, which is no object.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct StandInDocument {
    pub(crate) type_name: String,
    pub(crate) id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) name: Option<String>,
    pub(crate) document: String,
    pub(crate) create_time: Time,
    /// From which, with the seed, its values are made.
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
    pub(crate) fn facts(&self, world: &World) -> StandInFacts {
        facts(world, world.region, &self.id_series, self.create_time)
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
    /// The facts and the series of a stand-in that a request makes now (W3, W12).
    pub(crate) fn new_stand_in(&mut self, type_name: &str, request: &str) -> Result<(StandInFacts, String)> {
        let id_series = new_id_series(self, type_name, request)?;
        let facts = facts(self, self.region, &id_series, self.now);
        Ok((facts, id_series))
    }

    /// The facts of what is looked up and not kept: the same for the same question at every time.
    pub(crate) fn looked_up_facts(&self, type_name: &str, request: &str) -> StandInFacts {
        facts(self, self.region, &format!("{type_name} {request}"), Time::START)
    }
}

fn facts(world: &World, region: &RegionId, id_series: &str, create_time: Time) -> StandInFacts {
    let seed: Seed = world.seed().derive(&["stand-in", region.as_str(), id_series]);
    StandInFacts { seed, account_id: world.account_id(), region: region.clone(), create_time }
}
