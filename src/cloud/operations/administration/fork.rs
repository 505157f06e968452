//! Forks: copies of a world that live for one command, to ask what would be.

use std::sync::Arc;

use crate::base::Time;
use crate::cloud::SimCloud;
use crate::cloud::config::CloudConfig;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ForkRequest, ForkScenario};
use crate::cloud::store::{self, Access, ForkClaim, Store, WorldError, WorldLocation, catch_damage};
use crate::cloud::time;
use crate::cloud::world::{self, WorldTx};
use crate::market::{Market, Scenario, ScenarioDocument};

/// A copy of a world, to be [removed](Self::remove); if the process ends before, the next fork of the world does it.
#[derive(Debug)]
pub struct WorldFork {
    claim: Box<dyn ForkClaim>,
    /// Where its clock was left.
    pub clock: Time,
}

impl WorldFork {
    #[must_use]
    pub fn location(&self) -> &WorldLocation {
        self.claim.location()
    }

    /// Removes the copy.
    ///
    /// # Errors
    /// It cannot be removed; the next fork of the world tries again.
    pub fn remove(self) -> Result<(), CloudError> {
        Ok(self.claim.remove()?)
    }
}

impl SimCloud {
    /// Copies the world as it is now, and lets time pass in the copy: first to the clock of this cloud under its own
    /// scenario, then on under the fork's, which the copy remembers (W14). The world itself stays as it is, and is not
    /// created if it does not exist.
    pub fn fork_world(&self, request: &ForkRequest) -> Result<WorldFork, CloudError> {
        let config = self.config();
        let claim = store::claim_fork(&config.world)?;
        let place = claim.location();
        match catch_damage(&config.world, || {
            copy(config, place).and_then(|fork| advance(fork.as_ref(), config, request))
        }) {
            Ok(clock) => Ok(WorldFork { claim, clock }),
            Err(error) => {
                if let Err(left) = claim.remove() {
                    tracing::warn!(%left, "a fork that was not finished cannot be removed");
                }
                Err(error)
            }
        }
    }

    /// Removes a fork.
    pub fn remove_fork(&self, fork: WorldFork) -> Result<(), CloudError> {
        fork.remove()
    }
}

fn copy(config: &CloudConfig, place: &WorldLocation) -> Result<Arc<dyn Store>, CloudError> {
    let fork = store::open(place, config.random_number)?;
    if store::exists(&config.world)? {
        let world = store::open(&config.world, config.random_number)?;
        let (mut from, mut to) = (world.begin(Access::Read)?, fork.begin(Access::Relaxed)?);
        store::copy(from.as_mut(), to.as_mut(), &mut |_, _| ())?;
        to.commit()?;
    }
    Ok(fork)
}

/// The clock that the fork is left at.
fn advance(fork: &dyn Store, config: &CloudConfig, request: &ForkRequest) -> Result<Time, CloudError> {
    let now = match config.clock.target() {
        Some(target) => time::catch_up(fork, config, target, &mut |_| ())?,
        None => world::clock(fork.begin(Access::Read)?.as_mut())?,
    };
    let target = now.plus(request.advance_by);
    if !target.is_representable() {
        return Err(WorldError::ClockTooFar { clock: now, target }.into());
    }
    let config =
        CloudConfig { scenario: choose_scenario(fork, config, request)?, scenario_document: None, ..config.clone() };
    time::catch_up(fork, &config, target, &mut |_| ())
}

/// The scenario of a fork, which the fork remembers from now on.
fn choose_scenario(fork: &dyn Store, config: &CloudConfig, request: &ForkRequest) -> Result<Arc<Scenario>, CloudError> {
    let mut world = WorldTx::new(fork.begin(Access::Relaxed)?, Market::new(&config.scenario))?;
    world.keeps_if_empty = true;
    let chosen = match &request.scenario {
        Some(ForkScenario { scenario, document: None }) => {
            world.forget_scenario()?;
            Arc::clone(scenario)
        }
        Some(ForkScenario { scenario, document }) => {
            world.remember_scenario(document.as_deref())?;
            Arc::clone(scenario)
        }
        None if config.scenario_document.is_some() => {
            world.remember_scenario(config.scenario_document.as_deref())?;
            Arc::clone(&config.scenario)
        }
        None => {
            let remembered = world.remembered_scenario()?;
            let read = remembered.as_deref().and_then(ScenarioDocument::read);
            read.map_or_else(|| Arc::clone(&config.scenario), |(_, scenario)| Arc::new(scenario))
        }
    };
    world.commit()?;
    Ok(chosen)
}
