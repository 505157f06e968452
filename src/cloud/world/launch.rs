//! Making and ending instances: the only place where stock, quota and addresses in use change.

use std::collections::BTreeSet;

use super::batch::{Batch, BatchSpec};
use super::instance_event::{BatchOrigin, InstanceEventKind};
use super::instance_page::{InstanceRow, InstanceRowState, RowChange};
use super::{Result, World, WorldTx, is_single_instance};
use crate::base::collect::IntoOrdered;
use crate::base::{Alphabet, InstanceId};
use crate::cloud::step::EndReason;
use crate::cloud::store::damaged;

/// The fleet that launches, and the series its instances' ids come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Launcher<'o> {
    pub(crate) fleet_id: &'o str,
    pub(crate) id_series: &'o str,
    pub(crate) alphabet: Alphabet,
}

impl World<'_, '_> {
    /// Launches one instance per launch index. The caller has checked stock, quota and addresses.
    pub(crate) fn launch(
        &mut self,
        launcher: Launcher<'_>,
        batch: &BatchSpec,
        launch_indexes: &[u32],
    ) -> Result<Vec<InstanceId>> {
        let count = u32::try_from(launch_indexes.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Ok(Vec::new());
        }
        let ids = self.next_instance_ids(launcher.id_series, launcher.alphabet, count)?;
        let addresses = if batch.addressing.has_private() {
            let vswitch = self.vswitch(batch.vswitch_id.as_str())?;
            let vswitch = vswitch.unwrap_or_else(|| damaged(format!("the vSwitch `{}` is gone", batch.vswitch_id)));
            self.take_addresses(&vswitch, &ids)?.into_iter().map(Some).collect()
        } else {
            vec![None; ids.len()]
        };
        self.insert_launched(launcher.fleet_id, batch, &ids, addresses, launch_indexes)?;
        Ok(ids)
    }

    /// Keeps instances with these ids and addresses as the living ones of a new batch.
    pub(super) fn insert_launched(
        &mut self,
        fleet_id: &str,
        batch: &BatchSpec,
        ids: &[InstanceId],
        addresses: Vec<Option<u32>>,
        launch_indexes: &[u32],
    ) -> Result<()> {
        let count = u32::try_from(ids.len()).unwrap_or(u32::MAX);
        let batch_id = self.insert_batch(fleet_id, batch, count)?;
        let batch_of = BatchOrigin { fleet_id, spec: batch, launch_time: self.now };
        let launched: Vec<_> = ids.iter().zip(launch_indexes.iter().copied()).collect();
        self.record_instance_event(InstanceEventKind::Launched, batch_of, &launched)?;
        let instances: Vec<_> = (0_u32..)
            .zip(ids)
            .zip(launch_indexes.iter().zip(addresses))
            .map(|((ordinal, id), (launch_index, private_ip))| InstanceRow {
                ordinal,
                instance_id: id.clone(),
                launch_index: *launch_index,
                state: InstanceRowState::Live,
                private_ip,
            })
            .collect();
        self.insert_instances(batch_id, &instances)?;
        let pool = (self.region.as_str(), batch.zone_id.as_str(), batch.instance_type.as_str());
        self.add_use(pool, batch.billing, i64::from(count), batch.vcpus);
        self.mark_dirty(fleet_id);
        Ok(())
    }
}

impl WorldTx<'_> {
    /// Ends some instances of a batch, and frees the stock, quota and addresses that they hold.
    pub(crate) fn end(&mut self, batch: &Batch, instances: &[InstanceRow], reason: EndReason) -> Result<()> {
        if instances.is_empty() {
            return Ok(());
        }
        self.change_instances(batch.id, &ordinals(instances), |instance| match reason {
            EndReason::Lost => {
                (instance.state, instance.private_ip) = (InstanceRowState::Lost, None);
                RowChange::Keep
            }
            EndReason::Stopped => {
                instance.state = InstanceRowState::Stopped;
                RowChange::Keep
            }
            EndReason::Released => RowChange::Remove,
        })?;
        let held = |instance: &&InstanceRow| instance.state.holds_stock();
        self.record_event_of_rows(reason.into(), batch, instances.iter().filter(held))?;
        let count = |is_counted: fn(InstanceRowState) -> bool| {
            i64::try_from(instances.iter().filter(|instance| is_counted(instance.state)).count()).unwrap_or(0)
        };
        let (live, stopped) = (count(InstanceRowState::holds_stock), count(|state| state == InstanceRowState::Stopped));
        if reason != EndReason::Stopped {
            let ended = instances.iter().filter(|instance| instance.state != InstanceRowState::Lost);
            self.counts.ended_instances.extend(ended.map(|instance| instance.instance_id.clone()));
            let held = instances.iter().filter(|instance| instance.state != InstanceRowState::Lost);
            let addresses: Vec<u32> = held.filter_map(|instance| instance.private_ip).collect();
            self.return_addresses(batch.spec.vswitch_id.as_str(), &addresses)?;
        }
        let newly_stopped = if reason == EndReason::Stopped { live } else { -stopped };
        self.tx.execute(
            "UPDATE batches SET live = live - $1, stopped = stopped + $2 WHERE batch_id = $3",
            &[live.into(), newly_stopped.into(), batch.id.into()],
        )?;
        if reason == EndReason::Released {
            self.delete_empty_batch(batch.id)?;
        }
        let pool = (batch.region.as_str(), batch.spec.zone_id.as_str(), batch.spec.instance_type.as_str());
        self.add_use(pool, batch.spec.billing, -live, batch.spec.vcpus);
        self.mark_dirty(&batch.fleet_id);
        // Time takes an instance that was launched by itself, and no call: the world does not become empty by it (W1).
        if reason != EndReason::Lost || !is_single_instance(&batch.fleet_id) {
            self.counts.regions_with_removals.insert(batch.region.clone());
        }
        Ok(())
    }

    /// Starts stopped instances of a batch again; the caller has checked stock and quota (W6).
    pub(crate) fn start(&mut self, batch: &Batch, instances: &[InstanceRow]) -> Result<()> {
        self.change_instances(batch.id, &ordinals(instances), |instance| {
            instance.state = InstanceRowState::Live;
            RowChange::Keep
        })?;
        self.record_event_of_rows(InstanceEventKind::Started, batch, instances.iter())?;
        let count = i64::try_from(instances.len()).unwrap_or(0);
        self.tx.execute(
            "UPDATE batches SET live = live + $1, stopped = stopped - $1 WHERE batch_id = $2",
            &[count.into(), batch.id.into()],
        )?;
        let pool = (batch.region.as_str(), batch.spec.zone_id.as_str(), batch.spec.instance_type.as_str());
        self.add_use(pool, batch.spec.billing, count, batch.spec.vcpus);
        self.mark_dirty(&batch.fleet_id);
        Ok(())
    }

    /// Deletes the rows of those instances of a batch that are lost: replacements take their launch indexes (G10), or
    /// their fleet is deleted.
    pub(crate) fn remove_lost(&mut self, batch_id: i64, instances: &[InstanceRow]) -> Result<()> {
        let goes = |instance: &mut InstanceRow| {
            if instance.state == InstanceRowState::Lost { RowChange::Remove } else { RowChange::Keep }
        };
        self.change_instances(batch_id, &ordinals(instances), goes)?;
        self.delete_empty_batch(batch_id)
    }
}

fn ordinals(instances: &[InstanceRow]) -> BTreeSet<u32> {
    instances.iter().map(|instance| instance.ordinal).into_set()
}
