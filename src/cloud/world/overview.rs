//! What exists in a world, in all regions.

use super::resource::RECORD_KINDS;
use super::{Outcome, ResourceKind, Result, StandInDocument, WorldTx, decimal, read_document};
use crate::base::Decimal;
use crate::base::money::rounded_units;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, FleetOverview, LaunchInstanceRequest, ResourceOverview, RunInstancesRequest,
    WorldContents, WorldObject, WorldSummary,
};
use crate::cloud::store::{Row, Tx, WorldError};
use crate::cloud::world::{FleetRequest, ScalingFleetRequest};

impl WorldTx<'_> {
    /// Sorted by region and creation; deleted ones whose instances keep running are among them. The pools are left to
    /// the caller.
    pub(crate) fn fleet_overviews(&mut self) -> Result<Vec<FleetOverview>> {
        let rows = self.tx.query(
            "SELECT fleet_id, kind, region, name, phase, create_time, request, outcome, optimal_hourly_cost, made_at
             FROM fleets JOIN fleet_documents USING (fleet_id) ORDER BY region, sequence",
            &[],
        )?;
        rows.iter().map(|row| self.fleet_overview(row)).collect()
    }

    fn fleet_overview(&mut self, row: &Row) -> Result<FleetOverview> {
        let batches = self.batches_of(row.text(0))?;
        let live = |each: fn(&super::Batch) -> Decimal| -> Decimal { batches.iter().map(each).sum() };
        Ok(FleetOverview {
            region_id: row.text(2).into(),
            id: row.text(0).to_owned(),
            kind: row.text(1).to_owned(),
            name: row.optional_text(3).map(str::to_owned),
            status: row.text(4).to_owned(),
            target_capacity: target_capacity(row.text(1), row.text(6)),
            fulfilled_capacity: rounded_units(live(super::Batch::units)),
            instances: batches.iter().map(|batch| batch.live).sum(),
            hourly_cost: live(|batch| batch.spec.hourly_price * Decimal::from(batch.live)).normalize(),
            optimal_hourly_cost: decimal(row.text(8)),
            create_time: row.time(5),
            pools: Vec::new(),
            launch_results: read_document::<Outcome>(row.text(7)).launch_results,
            made_at: row.optional_time(9),
        })
    }

    /// Sorted by region and creation.
    pub(crate) fn resource_overviews(&mut self) -> Result<Vec<ResourceOverview>> {
        let rows = self.tx.query(
            &format!(
                "SELECT kind, resource_id, name, region, CASE WHEN kind = $1 THEN document END
             FROM resources WHERE kind NOT IN {RECORD_KINDS} ORDER BY region, sequence"
            ),
            &[StandInDocument::KIND.into()],
        )?;
        Ok(rows.iter().map(resource_overview).collect())
    }

    /// Everything that calls made, fleets first, by creation.
    pub(crate) fn objects(&mut self) -> Result<Vec<WorldObject>> {
        let fleets = self
            .tx
            .query("SELECT kind, fleet_id, name, region, NULL, made_at FROM fleets ORDER BY region, sequence", &[])?;
        let resources = self.tx.query(
            &format!(
                "SELECT kind, resource_id, name, region, CASE WHEN kind = $1 THEN document END, made_at
                 FROM resources WHERE kind NOT IN {RECORD_KINDS} ORDER BY region, sequence"
            ),
            &[StandInDocument::KIND.into()],
        )?;
        let object = |row: &Row, is_fleet| {
            let ResourceOverview { region_id, kind, id, name } = resource_overview(row);
            let (made_at, key) = (row.optional_time(5), row.text(1).to_owned());
            WorldObject { region_id, kind, id, name, made_at, is_fleet, key }
        };
        let fleets = fleets.iter().map(|row| object(row, true));
        Ok(fleets.chain(resources.iter().map(|row| object(row, false))).collect())
    }

    /// The keys of what belongs to an object or lies in it, by creation.
    pub(crate) fn resource_keys_in(&mut self, parent: &str) -> Result<Vec<String>> {
        let sql = format!(
            "SELECT resource_id FROM resources WHERE parent = $1 AND kind NOT IN {RECORD_KINDS} ORDER BY sequence"
        );
        Ok(self.tx.query(&sql, &[parent.into()])?.iter().map(|row| row.text(0).to_owned()).collect())
    }

    pub(crate) fn has_resource_key(&mut self, key: &str) -> Result<bool> {
        Ok(!self.tx.query("SELECT 1 FROM resources WHERE resource_id = $1", &[key.into()])?.is_empty())
    }

    /// Zone and type of every pool that has instances, lost ones included.
    pub(crate) fn pools_with_instances(&mut self) -> Result<Vec<(String, String)>> {
        let rows = self.tx.query("SELECT DISTINCT zone, instance_type FROM batches", &[])?;
        Ok(rows.iter().map(|row| (row.text(0).to_owned(), row.text(1).to_owned())).collect())
    }

    pub(crate) fn contents(&mut self) -> Result<WorldContents, WorldError> {
        contents(self.tx.as_mut())
    }
}

/// A stand-in is shown under its type and the id that its author knows (W12).
fn resource_overview(row: &Row) -> ResourceOverview {
    let (kind, id) = match row.optional_text(4).map(read_document::<StandInDocument>) {
        Some(stand_in) => (stand_in.type_name, stand_in.id),
        None => (row.text(0).to_owned(), row.text(1).to_owned()),
    };
    ResourceOverview { region_id: row.text(3).into(), kind, id, name: row.optional_text(2).map(str::to_owned) }
}

/// What a list of worlds says of one.
pub(crate) fn summary(tx: &mut dyn Tx) -> Result<WorldSummary, WorldError> {
    let oldest = tx.query(
        "SELECT min(made_at) FROM (SELECT made_at FROM fleets UNION ALL SELECT made_at FROM resources) AS made",
        &[],
    )?;
    let made_at = oldest.first().and_then(|row| row.optional_time(0));
    Ok(WorldSummary { clock: super::clock(tx)?, contents: contents(tx)?, made_at })
}

/// How much there is in a world.
pub(crate) fn contents(tx: &mut dyn Tx) -> Result<WorldContents, WorldError> {
    let mut count = |sql: &str| -> Result<u32, WorldError> {
        Ok(tx.query(sql, &[])?.first().map_or(0, |row| u32::try_from(row.number(0)).unwrap_or(u32::MAX)))
    };
    Ok(WorldContents {
        groups: count("SELECT count(*) FROM fleets WHERE kind IN ('group', 'scaling_group')")?,
        reservations: count("SELECT count(*) FROM fleets WHERE kind = 'reservation'")?,
        instances: count("SELECT coalesce(sum(live + stopped), 0) FROM batches")?,
        resources: count(&format!("SELECT count(*) FROM resources WHERE kind NOT IN {RECORD_KINDS}"))?,
    })
}

fn target_capacity(kind: &str, request: &str) -> u32 {
    match kind {
        RunInstancesRequest::KIND => read_document::<RunInstancesRequest>(request).target_capacity(),
        ScalingFleetRequest::KIND => read_document::<ScalingFleetRequest>(request).target_capacity(),
        LaunchInstanceRequest::KIND => read_document::<LaunchInstanceRequest>(request).target_capacity(),
        _ => read_document::<CreateAutoProvisioningGroupRequest>(request).target_capacity(),
    }
}
