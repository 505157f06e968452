//! How many ids of a series were ever used, so that none is used twice.

use super::{Result, WorldTx};

/// What the ids of a series are for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum SeriesKind {
    /// Anything that is not an instance.
    Resources,
    Instances,
}

/// The ids of a series that were used, as this transaction sees them; written once, before it commits.
#[derive(Default)]
pub(super) struct SeriesUse {
    used: [i64; 2],
    changed: bool,
}

impl WorldTx<'_> {
    /// Takes the next `count` numbers of a series and returns the first of them.
    pub(super) fn take_from_series(&mut self, id_series: &str, kind: SeriesKind, count: u32) -> Result<u64> {
        if !self.counts.id_series.contains_key(id_series) {
            let rows = self
                .tx
                .query("SELECT resources, instances FROM id_series WHERE id_series = $1", &[id_series.into()])?;
            let used = rows.first().map_or([0; 2], |row| [0, 1].map(|column| row.number(column)));
            self.counts.id_series.insert(id_series.to_owned(), SeriesUse { used, changed: false });
        }
        let known = self.counts.id_series.get_mut(id_series).expect("it was put there if it was missing");
        known.changed = true;
        let used = &mut known.used[kind as usize];
        let first = u64::try_from(*used).unwrap_or(0);
        *used += i64::from(count);
        Ok(first)
    }

    /// Brings the table up to what this transaction has taken.
    pub(super) fn flush_series(&mut self) -> Result<()> {
        for (name, series) in std::mem::take(&mut self.counts.id_series) {
            if series.changed {
                let [resources, instances] = series.used.map(Into::into);
                self.tx.execute(
                    "INSERT INTO id_series (id_series, resources, instances) VALUES ($1, $2, $3)
                     ON CONFLICT (id_series) DO UPDATE SET resources = excluded.resources, instances = excluded.instances",
                    &[name.as_str().into(), resources, instances],
                )?;
            }
        }
        Ok(())
    }
}
