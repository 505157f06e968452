//! What a bill says of fleets, those that were deleted included: their names, and the tags of their instances.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::listing::FleetSettings;
use super::{FleetRequest, Result, ScalingFleetRequest, WorldTx, read_document, write_document};
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{CreateAutoProvisioningGroupRequest, LaunchInstanceRequest, RunInstancesRequest, Tags};
use crate::cloud::store::Row;

/// A fleet as a bill names it.
#[derive(Clone, Debug)]
pub(crate) struct BilledFleet {
    /// As the tables write it: `group`, `reservation`, `scaling_group`, `instance`.
    pub(crate) kind: String,
    pub(crate) name: Option<String>,
    tags: TagsByIndex,
}

/// Tags of instances, by the launch index from which on they have them.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(transparent)]
pub(super) struct TagsByIndex(Vec<(u32, Tags)>);

impl TagsByIndex {
    pub(super) fn into_tags(self) -> impl Iterator<Item = Tags> {
        self.0.into_iter().map(|(_, tags)| tags)
    }
}

impl BilledFleet {
    /// The tags of the instance with a launch index.
    pub(crate) fn tags(&self, launch_index: u32) -> Option<&Tags> {
        let TagsByIndex(tags) = &self.tags;
        let found = tags.iter().rev().find(|(first, _)| *first <= launch_index).or(tags.first());
        found.map(|(_, tags)| tags)
    }
}

impl WorldTx<'_> {
    /// Deletes a fleet, and keeps what a bill says of it.
    pub(super) fn delete_fleet_rows(&mut self, fleet_id: &str) -> Result<()> {
        let tags = write_document(&self.tags_of_fleet(fleet_id)?);
        self.tx.execute(
            "INSERT INTO billed_fleets (fleet_id, kind, name, tags)
             SELECT fleet_id, kind, name, CAST($1 AS TEXT) FROM fleets WHERE fleet_id = $2
             ON CONFLICT (fleet_id) DO NOTHING",
            &[tags.into(), fleet_id.into()],
        )?;
        self.record_target(fleet_id, 0)?;
        self.tx.execute("DELETE FROM fleet_documents WHERE fleet_id = $1", &[fleet_id.into()])?;
        self.tx.execute("DELETE FROM fleets WHERE fleet_id = $1", &[fleet_id.into()])?;
        Ok(())
    }

    /// The fleets of all regions that there are or were, by id.
    pub(crate) fn billed_fleets(&mut self) -> Result<BTreeMap<String, BilledFleet>> {
        let ended = self.tx.query("SELECT fleet_id, kind, name, tags FROM billed_fleets", &[])?;
        let mut fleets: BTreeMap<String, BilledFleet> =
            ended.iter().map(|row| (row.text(0).to_owned(), billed(row, read_document(row.text(3))))).into_map();
        for row in &self.tx.query("SELECT fleet_id, kind, name FROM fleets", &[])? {
            let tags = self.tags_of_fleet(row.text(0))?;
            fleets.insert(row.text(0).to_owned(), billed(row, tags));
        }
        Ok(fleets)
    }

    /// The tags of a fleet's instances, and those of the fleet where an instance has none of that key (W13).
    pub(super) fn tags_of_fleet(&mut self, fleet_id: &str) -> Result<TagsByIndex> {
        let own = self.own_tags_of_fleet(fleet_id)?;
        // A bill goes by the tags of the first template of a fleet of EC2 (G21).
        let shared = self.shared(fleet_id)?.into_iter().filter(|(_, shared)| shared.pools.is_none());
        let of_instances = |(first, shared): (u32, FleetSettings)| {
            let mut tags = own.clone();
            tags.extend(shared.tags);
            (first, tags)
        };
        let mut tags: Vec<(u32, Tags)> = shared.map(of_instances).collect();
        if tags.is_empty() {
            tags.push((0, own));
        }
        Ok(TagsByIndex(tags))
    }

    fn own_tags_of_fleet(&mut self, fleet_id: &str) -> Result<Tags> {
        let rows = self.tx.query(
            "SELECT kind, request FROM fleets JOIN fleet_documents USING (fleet_id) WHERE fleet_id = $1",
            &[fleet_id.into()],
        )?;
        Ok(rows.first().map(|row| own_tags(row.text(0), row.text(1))).unwrap_or_default())
    }
}

/// The tags in the request of a fleet of this kind.
fn own_tags(kind: &str, request: &str) -> Tags {
    match kind {
        RunInstancesRequest::KIND => read_document::<RunInstancesRequest>(request).tags().clone(),
        ScalingFleetRequest::KIND => read_document::<ScalingFleetRequest>(request).tags().clone(),
        LaunchInstanceRequest::KIND => read_document::<LaunchInstanceRequest>(request).tags().clone(),
        _ => read_document::<CreateAutoProvisioningGroupRequest>(request).tags().clone(),
    }
}

fn billed(row: &Row, tags: TagsByIndex) -> BilledFleet {
    BilledFleet { kind: row.text(1).to_owned(), name: row.optional_text(2).map(str::to_owned), tags }
}
