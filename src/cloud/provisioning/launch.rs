//! Launching a plan: replacements take the positions of lost instances, the rest goes to the end of the list (G10).

use std::collections::VecDeque;

use super::fleet_store::RegionFleets;
use super::pass::PlannedPass;
use crate::base::InstanceId;
use crate::cloud::error::CloudError;
use crate::cloud::model::InstanceListChange;
use crate::cloud::world::{Batch, InstanceRow, Launcher};

type Result<T, E = CloudError> = std::result::Result<T, E>;

pub(crate) struct Launched {
    /// Per pass, per placement.
    pub(crate) ids: Vec<Vec<Vec<InstanceId>>>,
    pub(crate) change: InstanceListChange,
}

impl Launched {
    pub(crate) fn all_ids(&self) -> Vec<InstanceId> {
        self.ids.iter().flatten().flatten().cloned().collect()
    }
}

/// The replacement of a lost instance has its billing; the strategy chooses its pool. `appended` is the launch index of
/// the first instance that replaces none.
pub(crate) fn launch(
    fleets: &mut impl RegionFleets,
    launcher: Launcher<'_>,
    mut appended: u32,
    lost: &[(Batch, InstanceRow)],
    passes: &[PlannedPass],
) -> Result<Launched> {
    let mut done = Launched { ids: Vec::new(), change: InstanceListChange::default() };
    for pass in passes {
        let mut vacant: VecDeque<&(Batch, InstanceRow)> =
            lost.iter().filter(|(batch, _)| batch.spec.billing == pass.billing).collect();
        let mut of_pass = Vec::new();
        for placement in &pass.placements {
            let mut indexes = Vec::with_capacity(placement.amount as usize);
            for _ in 0..placement.amount {
                if let Some((batch, instance)) = vacant.pop_front() {
                    fleets.remove_lost(batch.id, std::slice::from_ref(instance))?;
                    done.change.replaced.push(instance.launch_index);
                    indexes.push(instance.launch_index);
                } else {
                    done.change.appended += 1;
                    indexes.push(appended);
                    appended += 1;
                }
            }
            of_pass.push(fleets.launch(launcher, &placement.batch, &indexes)?);
        }
        done.ids.push(of_pass);
    }
    done.change.replaced.sort_unstable();
    Ok(done)
}
