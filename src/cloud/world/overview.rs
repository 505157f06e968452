//! What exists in a world, in all regions.

use super::resource::RECORD_KINDS;
use super::{Outcome, ResourceKind, Result, StandInDocument, WorldTx, decimal, read_document};
use crate::base::Decimal;
use crate::base::money::rounded_units;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, FleetOverview, LaunchInstanceRequest, ResourceOverview, RunInstancesRequest,
    WorldContents,
};
use crate::cloud::store::{Row, Tx, WorldError};
use crate::cloud::world::{FleetRequest, ScalingFleetRequest};

/// The fleet that history names where a person did something to the world.
pub(crate) const BY_HAND: &str = "world";

impl WorldTx<'_> {
    /// By region and creation; deleted ones whose instances keep running are among them. The pools are left to the caller.
    pub(crate) fn fleet_overviews(&mut self) -> Result<Vec<FleetOverview>> {
        let rows = self.tx.query(
            "SELECT fleet_id, kind, region, name, phase, create_time, request, outcome, optimal_hourly_cost
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
        })
    }

    /// By region and creation.
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
