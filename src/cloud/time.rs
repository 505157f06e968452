//! Moves the world's clock, step by step, one transaction per step (W5–W8).
//!
//! Steps at which nothing can happen are skipped; the clock moves on with the next one at which something does. So one
//! catch-up of six hours does exactly what six of one hour do.

use super::config::CloudConfig;
use super::error::CloudError;
use super::lifecycle::{GroupCache, StepFilter, apply_step};
use super::provisioning::fleet_store::Fleets;
use super::step::Steps;
use super::store::{Access, Store, WorldError, ensure_not_stopped};
use super::world::{PoolCache, WorldTx, clock};
use crate::base::Time;
use crate::base::clock::Span;
use crate::market::Market;

/// Ten years: each hour is looked at, so that more would take more than a second.
const LONGEST_MOVE: Span = Span::from_seconds(3_653 * 86_400);

/// Moves the world's clock to `target`, unless it is there or beyond; returns the clock. `progress` is called after each
/// step that changed something.
///
/// # Errors
/// The move is longer than [`LONGEST_MOVE`], unless nothing in the world can change.
pub(super) fn catch_up(
    store: &dyn Store,
    config: &CloudConfig,
    target: Time,
    progress: &mut dyn FnMut(Time),
) -> Result<Time, CloudError> {
    let now = clock(store.begin(Access::Read)?.as_mut())?;
    if now >= target {
        return Ok(now);
    }
    let mut groups = GroupCache::default();
    let mut expected = now;
    let mut pools = PoolCache::default();
    let mut market_changes = Vec::new();
    loop {
        let mut world = WorldTx::new(store.begin(Access::Relaxed)?, Market::new(&config.scenario))?;
        world.keeps_if_empty = config.keeps_empty_world;
        // Another process may have moved the clock first.
        if world.now >= target {
            return Ok(world.now);
        }
        // It may even have reset the world.
        if world.now != expected {
            groups = GroupCache::default();
        }
        // Or have changed the market.
        if world.market.changes() != market_changes {
            market_changes = world.market.changes().to_vec();
            (groups, pools) = (GroupCache::default(), PoolCache::default());
        }
        world.remember_scenario(config.scenario_document.as_deref())?;
        world.share_pools(&pools);
        let arrived = advance(&mut world, target, &mut groups)?;
        let now = world.commit()?;
        expected = now;
        progress(now);
        if arrived {
            return Ok(target);
        }
    }
}

/// Moves the clock in a transaction that is not to be committed, to see what the steps would do.
///
/// # Errors
/// Those of [`catch_up`].
pub(super) fn advance_in_one_transaction(world: &mut WorldTx, target: Time) -> Result<(), CloudError> {
    let mut groups = GroupCache::default();
    while !advance(world, target, &mut groups)? {}
    Ok(())
}

/// Applies the first step that changes anything. Returns true if no step does, which means that the target is reached.
///
/// # Errors
/// The move is longer than [`LONGEST_MOVE`], or a stop was requested.
pub(super) fn advance(fleets: &mut impl Fleets, target: Time, groups: &mut GroupCache) -> Result<bool, CloudError> {
    let filter = StepFilter::of(fleets, groups)?;
    if !filter.may_ever_change() {
        fleets.set_clock(target)?;
        return Ok(true);
    }
    if target.since(fleets.now()) > LONGEST_MOVE {
        return Err(WorldError::ClockTooFar { clock: fleets.now(), target }.into());
    }
    for step in Steps::new(fleets.scenario(), filter.next_window(), fleets.now(), target) {
        ensure_not_stopped()?;
        if filter.may_change(fleets.scenario(), step) {
            fleets.arrive_at(step);
            if apply_step(fleets, step, &filter, groups)? {
                fleets.set_clock(step)?;
                return Ok(false);
            }
        }
    }
    fleets.set_clock(target)?;
    Ok(true)
}
