//! `launch_results`: what each pool of a pass gave, and why it gave no more (G6, G7).

use crate::alloc::Shortage;
use crate::base::InstanceId;
use crate::cloud::error::codes;
use crate::cloud::model::LaunchResult;
use crate::cloud::provisioning::pass::{LeftOut, Placement, PlannedPass};
use crate::cloud::world::BatchSpec;

/// Rows of passes that were launched; `ids` has a list per placement of each pass.
pub(in crate::cloud::operations) fn rows(passes: &[PlannedPass], ids: &[Vec<Vec<InstanceId>>]) -> Vec<LaunchResult> {
    let mut rows = Vec::new();
    for (pass, ids) in passes.iter().zip(ids) {
        for (placement, ids) in pass.placements.iter().zip(ids) {
            if !ids.is_empty() {
                rows.push(row(&placement.batch, ids.clone(), None));
            }
            if let Some(shortage) = placement.shortage {
                rows.push(row(&placement.batch, Vec::new(), Some(reason_of(shortage))));
            }
        }
        rows.extend(pass.left_out.iter().map(left_out));
    }
    rows
}

/// Rows of passes that were not launched because the minimum was out of reach: every amount is 0.
pub(super) fn rows_below_minimum(passes: &[PlannedPass]) -> Vec<LaunchResult> {
    let placed = |placement: &Placement| {
        let would_deliver = (
            codes::OPERATION_DENIED_NO_STOCK,
            "Nothing was created because the minimum capacity is out of reach".to_owned(),
        );
        let shortage = placement.shortage.filter(|_| placement.amount == 0);
        row(&placement.batch, Vec::new(), Some(shortage.map_or(would_deliver, reason_of)))
    };
    passes
        .iter()
        .flat_map(|pass| pass.placements.iter().map(placed).chain(pass.left_out.iter().map(left_out)))
        .collect()
}

fn row(batch: &BatchSpec, instance_ids: Vec<InstanceId>, reason: Option<(&str, String)>) -> LaunchResult {
    let (error_code, error_msg) = reason.map(|(code, text)| (code.to_owned(), text)).unzip();
    LaunchResult {
        instance_type: batch.instance_type.clone(),
        zone_id: batch.zone_id.clone(),
        spot_strategy: batch.spot_strategy(),
        amount: u32::try_from(instance_ids.len()).unwrap_or(u32::MAX),
        instance_ids,
        error_code,
        error_msg,
    }
}

fn left_out(pool: &LeftOut) -> LaunchResult {
    row(&pool.batch, Vec::new(), Some((pool.code, pool.message.clone())))
}

/// The code and the text of what bound a launch (G3).
pub(super) fn reason_of(short: Shortage) -> (&'static str, String) {
    let (code, text) = match short {
        Shortage::Instances => (codes::NO_INSTANCE_STOCK, "The instanceTypes are out of usage"),
        Shortage::Addresses => (codes::IP_NOT_ENOUGH, "The vSwitch has no free private address"),
        Shortage::Quota => (codes::QUOTA_EXCEED, "The vCPU quota of the account is used up"),
    };
    (code, text.to_owned())
}
