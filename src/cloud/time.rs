//! Time passes: the world catches up to a clock, step by step, one transaction per step (W5–W8).
//!
//! A step at which nothing can happen is looked at and passed over; the clock moves on with the next one at which
//! something does, so that six hours at once do exactly what six times one hour do.

use std::rc::Rc;

use super::config::CloudConfig;
use super::error::CloudError;
use super::lifecycle::{self, GroupCache, StepFilter};
use super::store::{Access, Store};
use super::world::{PoolCache, World, clock, reset_if_empty};
use crate::base::clock::Span;
use crate::base::{Hour, Time};
use crate::market::{Market, Scenario};

/// Moves the world's clock to `target`, unless it is there or beyond; returns where it is then. `progress` hears of
/// each step that changed something.
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
    let pools = PoolCache::default();
    loop {
        let (tx, market) = (store.begin(Access::Relaxed)?, Market::new(&config.scenario));
        let mut world = World::with_pools(Rc::clone(&pools), tx, &config.region, market)?;
        // Another process may have been faster.
        if world.now >= target {
            return Ok(world.now);
        }
        // It may even have made the world a new one.
        if world.now != expected {
            groups = GroupCache::default();
        }
        let arrived = advance(&mut world, target, &mut groups)?;
        let now = world.now;
        expected = now;
        world.commit()?;
        progress(now);
        if arrived {
            return Ok(target);
        }
    }
}

/// Does the first step at which anything happens; returns whether there was none and the target is reached.
fn advance(world: &mut World, target: Time, groups: &mut GroupCache) -> Result<bool, CloudError> {
    let scenario = world.market.scenario();
    let outlook = StepFilter::of(world, groups)?;
    for step in Steps::new(scenario, world.now, target) {
        if outlook.may_change(scenario, step) {
            world.now = step;
            if lifecycle::step(world, step, &outlook, groups)? {
                world.set_clock(step)?;
                reset_if_empty(world)?;
                return Ok(false);
            }
        }
    }
    world.set_clock(target)?;
    Ok(true)
}

/// The first step of a world: here happens what a scenario says about `at = "0s"`.
pub(super) fn first_step(scenario: &Scenario) -> Time {
    let events = scenario.events.iter().map(|event| Time::START.plus(event.at)).filter(|at| *at > Time::START);
    events.chain([Time::START.plus(Span::HOUR)]).min().unwrap_or(Time::START)
}

/// The whole hours and the event times in (from, to].
struct Steps {
    hour: Hour,
    /// Ascending.
    events: std::iter::Peekable<std::vec::IntoIter<Time>>,
    to: Time,
}

impl Steps {
    fn new(scenario: &Scenario, from: Time, to: Time) -> Self {
        let at = scenario.events.iter().map(|event| Time::START.plus(event.at));
        let mut events: Vec<Time> = at.filter(|at| *at > from && *at <= to).collect();
        events.sort_unstable();
        events.dedup();
        Self { hour: from.hour().next(), events: events.into_iter().peekable(), to }
    }
}

impl Iterator for Steps {
    type Item = Time;

    fn next(&mut self) -> Option<Time> {
        let hour = self.hour.start();
        let step = match self.events.peek() {
            Some(event) if *event < hour => self.events.next()?,
            Some(event) if *event == hour => {
                self.events.next();
                self.hour = self.hour.next();
                hour
            }
            _ => {
                self.hour = self.hour.next();
                hour
            }
        };
        (step <= self.to).then_some(step)
    }
}
