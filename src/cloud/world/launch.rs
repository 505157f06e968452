//! Making and ending instances: the only place where stock, quota and addresses in use change.

use super::batch::{Batch, NewBatch};
use super::{Alphabet, Result, World};
use crate::base::{InstanceId, RegionId};
use crate::cloud::store::{Row, SqlValue};

/// One instance as its table keeps it.
#[derive(Clone, Debug)]
pub(crate) struct InstanceRow {
    pub(crate) ordinal: u32,
    pub(crate) instance_id: InstanceId,
    pub(crate) launch_index: u32,
    pub(crate) life: Life,
    pub(crate) private_ip: Option<u32>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Life {
    Live,
    Lost,
    Stopped,
}

/// How instances come to an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ending {
    /// Taken by a reclaim or an event: the element stays in its owner's list (G10).
    Lost,
    /// Reclaimed with `stop`: they stay, hold no stock and deliver nothing (W6).
    Stopped,
    /// Let go by the user, by scaling in or by expiry: nothing is left of them.
    Released,
}

/// Who launches: whose list, and where the ids come from.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Launcher<'o> {
    pub(crate) owner_id: &'o str,
    pub(crate) region: &'o RegionId,
    pub(crate) series: &'o str,
    pub(crate) alphabet: Alphabet,
}

impl World<'_> {
    /// Launches one instance per launch index. The caller has seen to it that stock, quota and addresses suffice.
    pub(crate) fn launch(
        &mut self,
        launcher: Launcher<'_>,
        batch: &NewBatch,
        launch_indexes: &[u32],
    ) -> Result<Vec<InstanceId>> {
        let count = u32::try_from(launch_indexes.len()).unwrap_or(u32::MAX);
        if count == 0 {
            return Ok(Vec::new());
        }
        let ids = self.next_instance_ids(launcher.series, launcher.alphabet, count)?;
        let addresses = if batch.addressing.has_private() {
            let vswitch = self.vswitch(batch.vswitch_id.as_str())?;
            let vswitch = vswitch.unwrap_or_else(|| panic!("`{}` was there a moment ago", batch.vswitch_id));
            self.take_addresses(&vswitch, &ids)?.into_iter().map(Some).collect()
        } else {
            vec![None; ids.len()]
        };
        let region = launcher.region.as_str();
        let batch_id = self.insert_batch(launcher.owner_id, region, batch, count)?;
        let rows: Vec<Vec<SqlValue>> = (0_u32..)
            .zip(&ids)
            .zip(launch_indexes.iter().zip(&addresses))
            .map(|((ordinal, id), (index, address))| {
                vec![
                    batch_id.into(),
                    ordinal.into(),
                    id.as_str().into(),
                    (*index).into(),
                    Life::Live.number().into(),
                    (*address).into(),
                ]
            })
            .collect();
        self.tx.execute_many(
            "INSERT INTO instances (batch_id, ordinal, instance_id, launch_index, state, private_ip)
             VALUES ($1, $2, $3, $4, $5, $6)",
            rows,
        )?;
        let pool = (region, batch.zone_id.as_str(), batch.instance_type.as_str());
        self.add_use(pool, batch.billing, i64::from(count), batch.vcpus);
        self.note_lack(launcher.owner_id);
        Ok(ids)
    }

    /// The instances of a batch, in launch order.
    pub(crate) fn instances_of(&mut self, batch_id: i64) -> Result<Vec<InstanceRow>> {
        let rows = self.tx.query(
            "SELECT ordinal, instance_id, launch_index, state, private_ip FROM instances
             WHERE batch_id = $1 ORDER BY ordinal",
            &[batch_id.into()],
        )?;
        Ok(rows.iter().map(read_instance).collect())
    }

    /// An instance of this region with its batch.
    pub(crate) fn instance_row(&mut self, instance_id: &str) -> Result<Option<(Batch, InstanceRow)>> {
        let rows = self.tx.query(
            "SELECT ordinal, instance_id, launch_index, state, private_ip, batch_id FROM instances
             WHERE instance_id = $1",
            &[instance_id.into()],
        )?;
        let Some(row) = rows.first() else { return Ok(None) };
        let batch = self.batch(row.integer(5))?.filter(|batch| batch.region == self.region);
        Ok(batch.map(|batch| (batch, read_instance(row))))
    }

    /// Ends some instances of a batch, which gives back what they hold.
    pub(crate) fn end(&mut self, batch: &Batch, instances: &[InstanceRow], ending: Ending) -> Result<()> {
        if instances.is_empty() {
            return Ok(());
        }
        let key = |instance: &InstanceRow| vec![batch.id.into(), instance.ordinal.into()];
        let keys: Vec<Vec<SqlValue>> = instances.iter().map(key).collect();
        self.tx.execute_many(
            match ending {
                Ending::Lost => {
                    "UPDATE instances SET state = 1, private_ip = NULL WHERE batch_id = $1 AND ordinal = $2"
                }
                Ending::Stopped => "UPDATE instances SET state = 2 WHERE batch_id = $1 AND ordinal = $2",
                Ending::Released => "DELETE FROM instances WHERE batch_id = $1 AND ordinal = $2",
            },
            keys,
        )?;
        let count =
            |life: Life| i64::try_from(instances.iter().filter(|instance| instance.life == life).count()).unwrap_or(0);
        let (live, stopped) = (count(Life::Live), count(Life::Stopped));
        if ending != Ending::Stopped {
            let held = instances.iter().filter(|instance| instance.life != Life::Lost);
            let addresses: Vec<u32> = held.filter_map(|instance| instance.private_ip).collect();
            self.return_addresses(batch.of.vswitch_id.as_str(), &addresses)?;
        }
        let newly_stopped = if ending == Ending::Stopped { live } else { -stopped };
        self.tx.execute(
            "UPDATE batches SET live = live - $1, stopped = stopped + $2 WHERE batch_id = $3",
            &[live.into(), newly_stopped.into(), batch.id.into()],
        )?;
        if ending == Ending::Released {
            self.tx.execute(
                "DELETE FROM batches WHERE batch_id = $1
                 AND NOT EXISTS (SELECT 1 FROM instances WHERE instances.batch_id = batches.batch_id)",
                &[batch.id.into()],
            )?;
        }
        let pool = (batch.region.as_str(), batch.of.zone_id.as_str(), batch.of.instance_type.as_str());
        self.add_use(pool, batch.of.billing, -live, batch.of.vcpus);
        self.note_lack(&batch.owner_id);
        Ok(())
    }

    /// Starts stopped instances of a batch again; the caller has seen to it that stock and quota suffice (W6).
    pub(crate) fn start(&mut self, batch: &Batch, instances: &[InstanceRow]) -> Result<()> {
        let key = |instance: &InstanceRow| vec![batch.id.into(), instance.ordinal.into()];
        let keys: Vec<Vec<SqlValue>> = instances.iter().map(key).collect();
        self.tx.execute_many("UPDATE instances SET state = 0 WHERE batch_id = $1 AND ordinal = $2", keys)?;
        let count = i64::try_from(instances.len()).unwrap_or(0);
        self.tx.execute(
            "UPDATE batches SET live = live + $1, stopped = stopped - $1 WHERE batch_id = $2",
            &[count.into(), batch.id.into()],
        )?;
        let pool = (batch.region.as_str(), batch.of.zone_id.as_str(), batch.of.instance_type.as_str());
        self.add_use(pool, batch.of.billing, count, batch.of.vcpus);
        self.note_lack(&batch.owner_id);
        Ok(())
    }

    /// Forgets a lost instance whose place a successor takes (G10).
    pub(crate) fn forget_lost(&mut self, batch_id: i64, ordinal: u32) -> Result<()> {
        self.tx.execute(
            "DELETE FROM instances WHERE batch_id = $1 AND ordinal = $2 AND state = 1",
            &[batch_id.into(), ordinal.into()],
        )?;
        self.tx.execute(
            "DELETE FROM batches WHERE batch_id = $1
             AND NOT EXISTS (SELECT 1 FROM instances WHERE instances.batch_id = batches.batch_id)",
            &[batch_id.into()],
        )?;
        Ok(())
    }

    /// The lost instances of an owner that has these batches, by launch index.
    pub(crate) fn lost_of(&mut self, owner_id: &str, batches: &[Batch]) -> Result<Vec<(Batch, InstanceRow)>> {
        let rows = self.tx.query(
            "SELECT ordinal, instance_id, launch_index, state, private_ip, batch_id FROM instances
             WHERE state = 1 AND batch_id IN (SELECT batch_id FROM batches WHERE owner_id = $1) ORDER BY launch_index",
            &[owner_id.into()],
        )?;
        let with_batch = |row: &Row| {
            let batch = batches.iter().find(|batch| batch.id == row.integer(5))?;
            Some((batch.clone(), read_instance(row)))
        };
        Ok(rows.iter().filter_map(with_batch).collect())
    }
}

fn read_instance(row: &Row) -> InstanceRow {
    InstanceRow {
        ordinal: row.count(0),
        instance_id: row.text(1).into(),
        launch_index: row.count(2),
        life: Life::of(row.integer(3)),
        private_ip: row.optional_integer(4).and_then(|address| u32::try_from(address).ok()),
    }
}

impl Life {
    const fn number(self) -> i64 {
        match self {
            Self::Live => 0,
            Self::Lost => 1,
            Self::Stopped => 2,
        }
    }

    const fn of(number: i64) -> Self {
        match number {
            0 => Self::Live,
            1 => Self::Lost,
            _ => Self::Stopped,
        }
    }
}
