//! Instances that ended lately, as they were: EC2 goes on describing them for a while (O8).

use super::{Result, World, WorldTx, read_document, write_document};
use crate::base::{InstanceId, RegionId};
use crate::cloud::model::{
    EndCause, InstanceEnd, InstancePosition, InstanceRecord, InstanceState, LaunchInstanceRequest, PlacedInstance,
};
use crate::cloud::step::ReclaimCause;

/// How the table of documents writes the kind. Nothing can be done to such a document, and no world is kept alive by it
/// (W1).
pub(super) const KIND: &str = "ended_instance";

impl World<'_, '_> {
    /// Keeps records of instances that end now, and forgets those that ended too long ago to be shown.
    pub(crate) fn save_ended_instances(
        &mut self,
        records: impl IntoIterator<Item = InstanceRecord>,
        cause: EndCause,
    ) -> Result<()> {
        let end = InstanceEnd { time: self.now, cause };
        let region = self.region.clone();
        self.delete_old_records()?;
        let rows = records.into_iter().map(|record| {
            let record = InstanceRecord { placed: without_addresses(record.placed), end: Some(end), ..record };
            vec![
                record.placed.instance.instance_id.as_str().into(),
                KIND.into(),
                region.as_str().into(),
                position_text(record.position).into(),
                end.time.unix_seconds().into(),
                write_document(&record).into(),
            ]
        });
        let rows = rows.collect();
        self.tx.execute_many(
            "INSERT INTO resources (resource_id, kind, region, name, parent, sequence, document)
             VALUES ($1, $2, $3, NULL, $4, $5, $6)",
            rows,
        )?;
        Ok(())
    }

    /// At most `most` instances of this region that ended lately and whose positions are after the given one; sorted by
    /// launch.
    pub(crate) fn ended_instances_after(
        &mut self,
        after: InstancePosition,
        most: usize,
    ) -> Result<Vec<InstanceRecord>> {
        let (_, last) = self.batch_ids();
        let last = position_text(InstancePosition { batch: last, ordinal: u32::MAX });
        let rows = self.whole.tx.query(
            "SELECT document FROM resources WHERE parent > $1 AND parent <= $2 AND kind = $3 AND sequence > $4
             ORDER BY parent LIMIT $5",
            &[
                position_text(after).into(),
                last.into(),
                KIND.into(),
                self.end_of_records().into(),
                i64::try_from(most).unwrap_or(i64::MAX).into(),
            ],
        )?;
        Ok(rows.iter().map(|row| read_document(row.text(0))).collect())
    }

    /// An instance of this region that ended lately.
    pub(crate) fn ended_instance(&mut self, id: &InstanceId) -> Result<Option<InstanceRecord>> {
        let rows = self.whole.tx.query(
            "SELECT document FROM resources WHERE resource_id = $1 AND kind = $2 AND region = $3 AND sequence > $4",
            &[id.as_str().into(), KIND.into(), self.region.as_str().into(), self.end_of_records().into()],
        )?;
        Ok(rows.first().map(|row| read_document(row.text(0))))
    }

    /// What ended by then is described no more.
    fn end_of_records(&self) -> i64 {
        self.now.minus(InstanceEnd::SHOWN_FOR).unix_seconds()
    }

    fn delete_old_records(&mut self) -> Result<()> {
        let since = self.end_of_records();
        let region = self.region.as_str();
        self.whole.tx.execute(
            "DELETE FROM resources WHERE kind = $1 AND region = $2 AND sequence <= $3",
            &[KIND.into(), region.into(), since.into()],
        )?;
        Ok(())
    }
}

impl WorldTx<'_> {
    /// Keeps the record of an instance that was launched as one of several and is lost (O8).
    pub(super) fn save_lost_instance(&mut self, fleet_id: &str, region: &RegionId, cause: ReclaimCause) -> Result<()> {
        let mut world = self.in_region(region);
        let Some(fleet) = world.fleet::<LaunchInstanceRequest>(fleet_id)? else { return Ok(()) };
        if fleet.request.launch.is_none() {
            return Ok(());
        }
        let (batch, row) = world.single_instance(fleet_id)?;
        let position = InstancePosition { batch: batch.id, ordinal: row.ordinal };
        let mut records = Vec::new();
        for instance in world.list_fleet(fleet_id)? {
            let vpc_id = world.vswitch(instance.vswitch_id.as_str())?.map(|vswitch| vswitch.vpc_id);
            let role_name = fleet.request.role_name.clone();
            let placed = PlacedInstance { instance, vpc_id, eip: None, role_name, details: None };
            records.push(InstanceRecord { position, placed, request: Some(fleet.request.clone()), end: None });
        }
        records.retain(|record| record.placed.instance.state.is_lost());
        world.save_ended_instances(records, cause.into())
    }
}

/// The column `parent` holds the position of an ended instance among all, as a text that sorts like it.
fn position_text(InstancePosition { batch, ordinal }: InstancePosition) -> String {
    format!("{batch:019}/{ordinal:010}")
}

/// An ended instance has no address any more.
fn without_addresses(mut placed: PlacedInstance) -> PlacedInstance {
    placed.eip = None;
    let instance = &mut placed.instance;
    instance.state = InstanceState::Terminated;
    (instance.private_ip, instance.public_ip) = (None, None);
    placed
}

impl From<ReclaimCause> for EndCause {
    fn from(cause: ReclaimCause) -> Self {
        match cause {
            ReclaimCause::PriceAboveLimit => Self::SpotPrice,
            ReclaimCause::StockReclaimed => Self::SpotCapacity,
            ReclaimCause::ReclaimEvent | ReclaimCause::ByHand => Self::SpotInterruption,
            ReclaimCause::TerminateEvent | ReclaimCause::TerminatedByHand => Self::Failure,
        }
    }
}
