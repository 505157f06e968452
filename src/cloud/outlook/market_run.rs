//! One market of an outlook: the launch, and then the steps of time up to the horizon.

use std::collections::{BTreeMap, BTreeSet};

use super::account::Delivery;
use super::basis::OutlookBasis;
use super::held::HeldFleet;
use super::memory::MemoryFleets;
use crate::base::clock::Span;
use crate::base::money::rounded_units;
use crate::base::{Billing, Decimal};
use crate::cloud::error::CloudError;
use crate::cloud::lifecycle::GroupCache;
use crate::cloud::provisioning::first_pass::{FirstPass, FirstPassOutcome, first_pass, first_scaling_pass};
use crate::cloud::provisioning::fleet_store::Fleets;
use crate::cloud::provisioning::pass::PlannedPass;
use crate::cloud::step::Phase;
use crate::cloud::time::advance;
use crate::cloud::world::PoolKey;

/// What came of one market.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct MarketFigures {
    pub(super) number: u32,
    pub(super) seed: u64,
    /// Whether anything was launched.
    pub(super) launched: bool,
    /// Whether the launch delivered everything that was asked of each billing.
    pub(super) fulfilled: bool,
    pub(super) fulfilled_capacity: Decimal,
    pub(super) hourly_cost: Decimal,
    /// `None` without a horizon.
    pub(super) over_time: Option<OverTime>,
}

/// From the launch to the horizon.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct OverTime {
    pub(super) lost_instances: u32,
    pub(super) delivered_share: Decimal,
    pub(super) longest_shortage_hours: Decimal,
    pub(super) total_cost: Decimal,
}

/// What became of the pools in some markets, by the index of the pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PoolTally {
    pub(super) instances: Vec<u64>,
    /// Markets in which the launch asked the pool for more than it had.
    pub(super) short: Vec<u32>,
    /// Markets in which the launch left the pool out.
    pub(super) left_out: Vec<u32>,
}

impl PoolTally {
    pub(super) fn new(pools: usize) -> Self {
        Self { instances: vec![0; pools], short: vec![0; pools], left_out: vec![0; pools] }
    }

    pub(super) fn add(&mut self, other: &Self) {
        let add = |sum: &mut Vec<u32>, more: &[u32]| sum.iter_mut().zip(more).for_each(|(sum, more)| *sum += more);
        self.instances.iter_mut().zip(&other.instances).for_each(|(sum, more)| *sum += more);
        add(&mut self.short, &other.short);
        add(&mut self.left_out, &other.left_out);
    }

    /// A pool counts once in a market, whatever its billings.
    fn add_passes(&mut self, basis: &OutlookBasis, passes: &[PlannedPass]) {
        let index = |pool: Option<PoolKey>| pool.and_then(|pool| basis.pool_index(pool));
        let placements = passes.iter().flat_map(|pass| &pass.placements).filter(|placed| placed.shortage.is_some());
        let mut short: Vec<usize> = placements.filter_map(|placed| index(placed.batch.pool())).collect();
        let left_out = passes.iter().flat_map(|pass| &pass.left_out);
        let mut left_out: Vec<usize> = left_out.filter_map(|pool| index(pool.batch.pool())).collect();
        self.count(&mut short, &mut left_out);
    }

    /// The same of what a change of a fleet that exists could not launch.
    fn add_change(&mut self, basis: &OutlookBasis, held: &HeldFleet) {
        let indexes =
            |pools: &BTreeSet<PoolKey>| pools.iter().filter_map(|pool| basis.pool_index(*pool)).collect::<Vec<_>>();
        self.count(&mut indexes(&held.short), &mut indexes(&held.left_out));
    }

    fn count(&mut self, short: &mut Vec<usize>, left_out: &mut Vec<usize>) {
        for (indexes, counts) in [(short, &mut self.short), (left_out, &mut self.left_out)] {
            indexes.sort_unstable();
            indexes.dedup();
            for index in indexes {
                counts[*index] += 1;
            }
        }
    }
}

/// Runs one market and adds what its pools gave to the tally.
pub(super) fn run_market(
    basis: &OutlookBasis,
    number: u32,
    horizon: Option<Span>,
    tally: &mut PoolTally,
) -> Result<MarketFigures, CloudError> {
    let end = basis.now.plus(horizon.unwrap_or(Span::ZERO));
    let mut fleets = MemoryFleets::new(basis, number, end);
    let launch = launch(basis, &mut fleets, tally)?;
    fleets.end_launch();
    let hourly_cost = fleets.hourly_cost();
    let over_time = horizon.map(|horizon| pass_time(&mut fleets, horizon)).transpose()?;
    tally.instances.iter_mut().zip(&fleets.launched).for_each(|(sum, launched)| *sum += u64::from(*launched));
    Ok(MarketFigures {
        number,
        seed: fleets.seed(),
        launched: launch.launched,
        fulfilled: launch.fulfilled,
        fulfilled_capacity: launch.units,
        hourly_cost,
        over_time,
    })
}

#[derive(Default)]
struct LaunchOutcome {
    launched: bool,
    fulfilled: bool,
    units: Decimal,
}

/// A launch that a limit or the minimum refuses launches nothing, and the group stays without instances.
fn launch(
    basis: &OutlookBasis,
    fleets: &mut MemoryFleets<'_>,
    tally: &mut PoolTally,
) -> Result<LaunchOutcome, CloudError> {
    if let Some(held) = &basis.held {
        tally.add_change(basis, held);
        return Ok(outcome_of_held(basis, held, fleets));
    }
    if fleets.phase != Phase::Active {
        return Ok(LaunchOutcome::default());
    }
    let group = &basis.group;
    let (launcher, request, candidates) = (group.fleet().launcher(), basis.request(), group.candidates());
    let first = match basis.scaling() {
        Some(scaling) => first_scaling_pass(&mut &mut *fleets, launcher, scaling, request, candidates),
        None => first_pass(&mut &mut *fleets, launcher, request, candidates),
    };
    let FirstPass { passes, units, outcome } = match first {
        Ok(first) => first,
        Err(CloudError::Service(_)) => {
            fleets.refuse();
            return Ok(LaunchOutcome::default());
        }
        Err(error) => return Err(error),
    };
    tally.add_passes(basis, &passes);
    let FirstPassOutcome::Launched(result) = outcome else { return Ok(LaunchOutcome::default()) };
    fleets.set_next_launch_index(result.change.appended);
    Ok(LaunchOutcome { launched: result.change.appended > 0, fulfilled: is_fulfilled(basis, &passes), units })
}

/// A fleet that exists has what it holds.
fn outcome_of_held(basis: &OutlookBasis, held: &HeldFleet, fleets: &MemoryFleets<'_>) -> LaunchOutcome {
    let units = fleets.units();
    let is_short = basis.deliveries(&units).into_iter().any(Delivery::is_short);
    LaunchOutcome {
        launched: held.batches.iter().any(|(batch, _)| batch.live > 0),
        fulfilled: fleets.phase == Phase::Active && !held.is_refused && !is_short,
        units: rounded_units(units.values().sum()),
    }
}

fn is_fulfilled(basis: &OutlookBasis, passes: &[PlannedPass]) -> bool {
    let mut units: BTreeMap<Billing, Decimal> = BTreeMap::new();
    for pass in passes {
        *units.entry(pass.billing).or_default() += pass.units();
    }
    !basis.deliveries(&units).into_iter().any(Delivery::is_short)
}

fn pass_time(fleets: &mut MemoryFleets<'_>, horizon: Span) -> Result<OverTime, CloudError> {
    let target = fleets.now().plus(horizon);
    let mut groups = GroupCache::default();
    while !advance(fleets, target, &mut groups)? {}
    let account = &fleets.account;
    Ok(OverTime {
        lost_instances: account.lost_instances,
        delivered_share: account.delivered_share(),
        longest_shortage_hours: account.longest_shortage_hours(),
        total_cost: account.total_cost(),
    })
}
