//! Groups that keep up their capacity, and what they lack of it (G12).
//!
//! What a group lacks changes back and forth within a step of time; it is found out when somebody asks, and written once.

use super::{Result, World};
use crate::base::{Billing, Decimal, RegionId};
use crate::cloud::store::Row;

/// Bits of the column `lacks`.
const PAY_AS_YOU_GO_LACKS: i64 = 1;
const SPOT_LACKS: i64 = 2;

/// A group that keeps up more than it has.
#[derive(Clone, Debug)]
pub(crate) struct Lacking {
    pub(crate) group_id: String,
    pub(crate) region: RegionId,
    /// Another number means another request.
    pub(crate) revision: i64,
    pub(crate) next_launch_index: u32,
    /// Which of its billings lack.
    lacks: i64,
    sequence: i64,
    /// The bits that the table has.
    written: i64,
}

const LACKING_COLUMNS: &str = "owner_id, region, sequence, revision, next_launch_index, lacks";

impl World<'_> {
    /// The groups of all regions that keep up more than they have, by creation (G12).
    pub(crate) fn groups_that_lack(&mut self) -> Result<Vec<Lacking>> {
        self.settle_lacks()?;
        let rows = self.tx.query(&format!("SELECT {LACKING_COLUMNS} FROM owners WHERE lacks > 0"), &[])?;
        let untouched = rows.iter().filter(|row| !self.counts.settled.contains_key(row.text(0))).map(read_lacking);
        let mut lacking: Vec<Lacking> = untouched.collect();
        lacking.extend(self.counts.settled.values().filter(|group| group.lacks > 0).cloned());
        lacking.sort_by(|one, other| (one.sequence, &one.region).cmp(&(other.sequence, &other.region)));
        Ok(lacking)
    }

    /// Notes that a group may have other units than before, or keep up others (G12).
    pub(super) fn note_lack(&mut self, owner_id: &str) {
        if !self.counts.unsettled.contains(owner_id) {
            self.counts.unsettled.insert(owner_id.to_owned());
        }
    }

    /// Notes that an owner that was just made keeps up nothing.
    pub(super) fn note_no_lack(&mut self, owner_id: &str) {
        self.counts.unsettled.remove(owner_id);
    }

    /// Writes down which groups have fewer units than they keep up (G12).
    pub(super) fn write_back_lacks(&mut self) -> Result<()> {
        self.settle_lacks()?;
        for (owner_id, group) in std::mem::take(&mut self.counts.settled) {
            if group.lacks != group.written {
                let parameters = [group.lacks.into(), owner_id.into()];
                self.tx.execute("UPDATE owners SET lacks = $1 WHERE owner_id = $2", &parameters)?;
            }
        }
        Ok(())
    }

    /// Finds out which groups have fewer units than they keep up, as far as that may have changed.
    fn settle_lacks(&mut self) -> Result<()> {
        for owner_id in std::mem::take(&mut self.counts.unsettled) {
            match self.keeper(&owner_id)? {
                Some(group) => self.counts.settled.insert(owner_id, group),
                None => self.counts.settled.remove(&owner_id),
            };
        }
        Ok(())
    }

    /// A group that keeps up its capacity, or did so until now, with what it lacks.
    fn keeper(&mut self, owner_id: &str) -> Result<Option<Lacking>> {
        let rows = self.tx.query(
            &format!(
                "SELECT {LACKING_COLUMNS}, keeps_pay_as_you_go, keeps_spot FROM owners
                 WHERE owner_id = $1 AND (keeps_spot IS NOT NULL OR lacks > 0)"
            ),
            &[owner_id.into()],
        )?;
        let Some(row) = rows.first() else { return Ok(None) };
        let mut group = read_lacking(row);
        group.lacks = 0;
        if row.optional_integer(7).is_some() {
            let units = self.live_units_of(owner_id)?;
            for (flag, billing, kept) in
                [(PAY_AS_YOU_GO_LACKS, Billing::PayAsYouGo, row.count(6)), (SPOT_LACKS, Billing::Spot, row.count(7))]
            {
                if units.get(&billing).copied().unwrap_or_default() < Decimal::from(kept) {
                    group.lacks |= flag;
                }
            }
        }
        Ok(Some(group))
    }
}

/// [`LACKING_COLUMNS`].
fn read_lacking(row: &Row) -> Lacking {
    Lacking {
        group_id: row.text(0).to_owned(),
        region: row.text(1).into(),
        sequence: row.integer(2),
        revision: row.integer(3),
        next_launch_index: row.count(4),
        lacks: row.integer(5),
        written: row.integer(5),
    }
}

impl Lacking {
    pub(crate) const fn lacks(&self, billing: Billing) -> bool {
        let flag = match billing {
            Billing::PayAsYouGo => PAY_AS_YOU_GO_LACKS,
            Billing::Spot => SPOT_LACKS,
        };
        self.lacks & flag != 0
    }
}
