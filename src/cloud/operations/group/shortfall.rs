//! What short passes are missing, pool by pool with the reason, and what would fit instead; said the same way in warnings and
//! in the refusal below the minimum. The choice of what to suggest is ours.

use std::cmp::Reverse;
use std::collections::BTreeSet;

use super::super::check;
use super::super::suggestion::{Fit, best_of_each_kind, in_words, other_billing_of, same_size, what_would_fit};
use super::launch_results::reason_of;
use crate::alloc::Shortage;
use crate::base::collect::IntoOrdered;
use crate::base::money::rounded_units;
use crate::base::wording::{counted, in_units};
use crate::base::{Billing, Decimal};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::provisioning::candidate::Candidate;
use crate::cloud::provisioning::capacity::live_units;
use crate::cloud::provisioning::pass::PlannedPass;
use crate::cloud::provisioning::plan::eligible_pool;
use crate::cloud::world::{Batch, BatchSpec, VSwitch, World};

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// Reasons after these are only counted: filters may leave out hundreds of pools, and the rows name them all.
const MAX_REASONS: usize = 6;

/// What to ask when passes are short.
pub(in crate::cloud::operations) struct ShortfallQuery<'a> {
    pub(in crate::cloud::operations) request: &'a CreateAutoProvisioningGroupRequest,
    pub(in crate::cloud::operations) candidates: &'a [Candidate],
    pub(in crate::cloud::operations) passes: &'a [PlannedPass],
    /// Whether the placements of the passes have been launched, and so are no longer in stock.
    pub(in crate::cloud::operations) launched: bool,
    /// What a group had before the passes, so that what is missing is told of all that it asks for; `None` where that is
    /// what the passes ask for.
    pub(in crate::cloud::operations) held: Option<&'a [Batch]>,
}

impl ShortfallQuery<'_> {
    /// The units that are missing, and of how many.
    fn missing_units(&self, pass: &PlannedPass) -> (Decimal, Decimal) {
        let Some(held) = self.held else { return (rounded_units(pass.target - pass.units()), pass.target) };
        let target = Decimal::from(self.request.capacity.target(pass.billing));
        (rounded_units(target - live_units(held, pass.billing) - pass.units()), target)
    }
}

/// What is missing of which billing, why, and what would fit; `None` if nothing is missing.
pub(in crate::cloud::operations) fn describe_shortfall(
    world: &mut World,
    query: &ShortfallQuery<'_>,
) -> Result<Option<String>> {
    let short: Vec<&PlannedPass> = query.passes.iter().filter(|pass| pass.units() < pass.target).collect();
    // A fleet of EC2 has its errors instead (G25).
    if short.is_empty() || query.request.fleet.is_some() {
        return Ok(None);
    }
    let missing: Vec<String> = short.iter().map(|pass| missing_text(query, pass)).collect();
    let verb = match short.as_slice() {
        [only] if query.missing_units(only).0 == Decimal::ONE => "is",
        _ => "are",
    };
    let mut lines = vec![format!("{} {verb} missing", missing.join(" and "))];
    if query.candidates.is_empty() {
        lines.push("  no instance type that the listed zones sell matches the filters".to_owned());
    }
    lines.extend(reasons(&short));
    if only_the_image_is_wrong(&short) {
        lines.push("An image and a type of one architecture are needed".to_owned());
        return Ok(Some(lines.join("\n")));
    }
    let mut fits = Vec::new();
    for pass in &short {
        for fit in fitting(world, query, pass)? {
            if !fits.contains(&fit) {
                fits.push(fit);
            }
        }
    }
    lines.push(what_would_fit(world, &fits));
    Ok(Some(lines.join("\n")))
}

/// `3 of 5 units of pay-as-you-go capacity`
fn missing_text(query: &ShortfallQuery<'_>, pass: &PlannedPass) -> String {
    let (missing, target) = query.missing_units(pass);
    format!("{missing} of {} of {} capacity", in_units(target), in_words(pass.billing))
}

/// A line per pool that gave too little or took no part; the billing is named where both are short for different reasons.
fn reasons(short: &[&PlannedPass]) -> Vec<String> {
    let mut pools: Vec<(String, Vec<(Billing, String)>)> = Vec::new();
    let mut add = |batch: &BatchSpec, billing: Billing, reason: String| {
        let pool = format!("{} in {}", batch.instance_type, batch.zone_id);
        match pools.iter_mut().find(|(known, _)| *known == pool) {
            Some((_, reasons)) => reasons.push((billing, reason)),
            None => pools.push((pool, vec![(billing, reason)])),
        }
    };
    for pass in short {
        for placement in &pass.placements {
            let Some(shortage) = placement.shortage else { continue };
            let launched = match placement.amount {
                0 => String::new(),
                1 => "1 fits, then ".to_owned(),
                amount => format!("{amount} fit, then "),
            };
            let (code, _) = reason_of(shortage);
            add(&placement.batch, pass.billing, format!("{launched}{} ({code})", shortage_text(shortage)));
        }
    }
    for pass in short {
        for pool in &pass.left_out {
            add(&pool.batch, pass.billing, format!("{} ({})", pool.message, pool.code));
        }
    }
    let mut lines: Vec<String> =
        pools.iter().map(|(pool, reasons)| format!("  {pool}: {}", of_one_pool(reasons, short.len()))).collect();
    if let Some(more) = lines.len().checked_sub(MAX_REASONS).filter(|more| *more > 0) {
        lines.truncate(MAX_REASONS);
        lines.push(format!("  and {}", counted(more, "more pool")));
    }
    lines
}

/// The reasons of one pool: one for both billings where they are equal, and where only one billing is short.
fn of_one_pool(reasons: &[(Billing, String)], short_passes: usize) -> String {
    let is_said_once = reasons.len() == short_passes && reasons.iter().all(|(_, reason)| *reason == reasons[0].1);
    if is_said_once {
        return reasons[0].1.clone();
    }
    let of_billing = reasons.iter().map(|(billing, reason)| format!("{}: {reason}", in_words(*billing)));
    of_billing.collect::<Vec<_>>().join("; ")
}

const fn shortage_text(shortage: Shortage) -> &'static str {
    match shortage {
        Shortage::Instances => "sold out",
        Shortage::Addresses => "its vSwitch has no free address",
        Shortage::Quota => "the vCPU quota of the account is used up",
    }
}

/// Whether nothing is sold out: the image runs on none of the types.
fn only_the_image_is_wrong(short: &[&PlannedPass]) -> bool {
    short.iter().all(|pass| {
        let mut left_out = pass.left_out.iter();
        !pass.left_out.is_empty()
            && left_out.all(|pool| pool.code == codes::IMAGE_NOT_SUPPORT_INSTANCE_TYPE)
            && pass.placements.iter().all(|placement| placement.shortage.is_none())
    })
}

/// In this order: the same types in other zones, other types of the same size in the same zones, the other billing.
fn fitting(world: &mut World, query: &ShortfallQuery<'_>, pass: &PlannedPass) -> Result<Vec<Fit>> {
    let listed: BTreeSet<(&str, &str)> =
        query.candidates.iter().map(|pool| (pool.instance_type.name, pool.zone.id)).into_set();
    let mut other_zones = Vec::new();
    let mut other_types = Vec::new();
    let mut other_billing = Vec::new();
    let mut seen = BTreeSet::new();
    for candidate in query.candidates {
        for zone in check::zones(world) {
            let elsewhere = (candidate.instance_type.name, zone.id);
            if !listed.contains(&elsewhere) && seen.insert(elsewhere) {
                let there =
                    candidate.moved(world, query.request, zone, candidate.instance_type, VSwitch::default_of(zone));
                other_zones.extend(fit(world, query, &there, pass.billing)?);
            }
        }
        for instance_type in same_size(candidate.instance_type) {
            let instead = (instance_type.name, candidate.zone.id);
            if !listed.contains(&instead) && seen.insert(instead) {
                let vswitch = candidate.vswitch.clone();
                let there = candidate.moved(world, query.request, candidate.zone, instance_type, vswitch);
                other_types.extend(fit(world, query, &there, pass.billing)?);
            }
        }
        other_billing.extend(fit(world, query, candidate, other_billing_of(pass.billing))?);
    }
    Ok(best_of_each_kind([other_zones, other_types, other_billing]))
}

/// How many instances a pool could give in this billing, by the rules of a pass; `None` if none.
fn fit(world: &mut World, query: &ShortfallQuery<'_>, candidate: &Candidate, billing: Billing) -> Result<Option<Fit>> {
    let Some(pool) = eligible_pool(world, query.request, candidate, billing)? else { return Ok(None) };
    let mut free = pool.free.min(world.free_addresses(&candidate.vswitch)?);
    free = free.min(world.room_in_quota(billing, pool.vcpus)?);
    if !query.launched {
        free = free.saturating_sub(planned(query.passes, &pool, billing));
    }
    let (instance_type, zone_id) = (candidate.instance_type.name, candidate.zone.id);
    Ok((free > 0).then_some(Fit { free: Reverse(free), instance_type, zone_id, billing }))
}

/// Instances that the passes themselves would take from a pool.
fn planned(passes: &[PlannedPass], pool: &crate::alloc::CandidatePool, billing: Billing) -> u32 {
    let of_billing = passes.iter().filter(|pass| pass.billing == billing).flat_map(|pass| &pass.placements);
    let here = of_billing.filter(|placement| {
        placement.batch.zone_id == pool.zone_id && placement.batch.instance_type == pool.instance_type
    });
    here.map(|placement| placement.amount).sum()
}

/// The message that less than the minimum capacity can be delivered, so that nothing is created.
pub(super) fn below_minimum(minimum: u32, units: Decimal, shortfall: Option<&str>) -> String {
    let shortfall = shortfall.map(|text| format!("; {text}")).unwrap_or_default();
    format!("{} can be delivered, the minimum is {minimum}, so nothing is created{shortfall}", in_units(units))
}
