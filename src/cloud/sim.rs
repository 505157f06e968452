//! The simulated cloud itself: opens the world when a call needs it, lets it catch up, runs each call as a transaction.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::administration_error::AdministrationError;
use super::config::{ClockSource, CloudConfig};
use super::error::{CloudError, ServiceError};
use super::idle_stores::IdleStores;
use super::store::{self, Access, Stopwatch, Store, Tx, WorldError, catch_damage};
use super::time;
use super::world::{FaultDecision, InjectedFault, World, WorldTx, check_fault, count_success};
use crate::base::{RegionId, Time, WorldId};
use crate::market::scenario::FaultTarget;
use crate::market::{Market, Operation, Scenario};

/// A cloud over one world; clones share it. Cheap to make: no file is touched before the first call that needs the
/// world (W7).
///
/// Every operation is a method that blocks; [`Cloud`](super::Cloud) offers the same ones to asynchronous callers.
#[derive(Clone)]
pub struct SimCloud {
    shared: Arc<SimCloudState>,
}

struct SimCloudState {
    config: CloudConfig,
    /// Ids and names follow the rules of EC2 (W3).
    follows_ec2: bool,
    /// The connection is reused between calls; no rows are cached.
    store: Mutex<OpenStore>,
    /// Where the connection goes at the end, for whatever else was made of the same cloud.
    idle_stores: Arc<IdleStores>,
    warnings: Mutex<Vec<String>>,
    warned_of_clock: AtomicBool,
    /// The world that the latest transaction found.
    latest_world: Mutex<Option<WorldId>>,
    /// Held while a call moves the clock on demand, so that of several moves by a span each begins where the one before
    /// ended.
    clock_moves: Mutex<()>,
}

impl Drop for SimCloudState {
    fn drop(&mut self) {
        if let Some(store) = self.store.get_mut().unwrap_or_else(PoisonError::into_inner).store.take() {
            self.idle_stores.put(store);
        }
    }
}

/// The connection to the world, or why there was none a moment ago.
struct OpenStore {
    store: Option<Arc<dyn Store>>,
    unreachable: Option<(Stopwatch, WorldError)>,
}

impl OpenStore {
    /// Calls open the world one after the other. If a server did not answer the first, the others fail at once with its
    /// error, instead of each waiting as long.
    fn recently_unreachable(&self) -> Result<(), WorldError> {
        match &self.unreachable {
            Some((since, error)) if since.elapsed() < UNREACHABLE_PERIOD => Err(error.clone()),
            _ => Ok(()),
        }
    }
}

/// How long after a server could not be reached the calls of the same process take that for an answer.
const UNREACHABLE_PERIOD: Duration = Duration::from_secs(5);
/// How often a call is run again that deadlocks, restarts of the server or lost connections have interrupted.
const MAX_RETRIES: u32 = 8;
/// How long after its begin a call is still run again.
const RETRY_LIMIT: Duration = Duration::from_secs(20);

impl SimCloud {
    #[must_use]
    pub fn new(config: CloudConfig) -> Self {
        Self::over(config, false, None, Arc::default())
    }

    /// A cloud over a world that may be open already.
    fn over(
        config: CloudConfig,
        follows_ec2: bool,
        store: Option<Arc<dyn Store>>,
        idle_stores: Arc<IdleStores>,
    ) -> Self {
        Self {
            shared: Arc::new(SimCloudState {
                config,
                follows_ec2,
                store: Mutex::new(OpenStore { store, unreachable: None }),
                idle_stores,
                warnings: Mutex::new(Vec::new()),
                warned_of_clock: AtomicBool::new(false),
                latest_world: Mutex::new(None),
                clock_moves: Mutex::new(()),
            }),
        }
    }

    /// The region that operations act in.
    #[must_use]
    pub fn region(&self) -> &RegionId {
        &self.shared.config.region
    }

    pub(super) fn config(&self) -> &CloudConfig {
        &self.shared.config
    }

    /// The same world in another region.
    #[must_use]
    pub fn in_region(&self, region: &RegionId) -> Self {
        let config = CloudConfig { region: region.clone(), ..self.shared.config.clone() };
        self.as_configured(config, self.shared.follows_ec2)
    }

    /// The same world, in which new ids and names follow the rules of EC2 (W3).
    #[must_use]
    pub fn following_ec2(&self) -> Self {
        self.as_configured(self.shared.config.clone(), true)
    }

    /// A copy of the world in memory, at the world's clock: what is done to it leaves the world as it is.
    ///
    /// # Errors
    /// The world cannot be read.
    pub fn in_a_copy(&self) -> Result<Self, CloudError> {
        let copy = self.with_retries(|store, _| Ok(store::copy_to_memory(store.begin(Access::Read)?.as_mut())?))?;
        let config = CloudConfig { clock: ClockSource::World, ..self.shared.config.clone() };
        Ok(Self::over(config, self.shared.follows_ec2, Some(copy), Arc::default()))
    }

    /// The same world, over the connection that is open already, or over one that no call uses any more.
    fn as_configured(&self, config: CloudConfig, follows_ec2: bool) -> Self {
        let store = self.shared.store.lock().unwrap_or_else(PoisonError::into_inner).store.clone();
        Self::over(config, follows_ec2, store, Arc::clone(&self.shared.idle_stores))
    }

    /// The account: 12 digits from the seed (W3).
    ///
    /// # Errors
    /// The world cannot be read.
    pub fn account_id(&self) -> Result<String, CloudError> {
        self.read(None, |world| Ok(world.account_id()))
    }

    /// The same world under another scenario, which it does not remember.
    #[must_use]
    pub fn under_scenario(&self, scenario: Arc<Scenario>) -> Self {
        let config = CloudConfig { scenario, scenario_document: None, ..self.shared.config.clone() };
        self.as_configured(config, self.shared.follows_ec2)
    }

    /// Warnings since the last time they were taken.
    pub fn take_warnings(&self) -> Vec<String> {
        std::mem::take(&mut *self.shared.warnings.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The id of the world that the latest call found; `None` before the first call.
    #[must_use]
    pub fn latest_world(&self) -> Option<WorldId> {
        self.shared.latest_world.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn new_world_id(&self) -> WorldId {
        WorldId::of_number((self.shared.config.random_number)())
    }

    /// Runs an operation that changes the world: one transaction, from the check of its faults to the reply. `None` is
    /// an operation that the service does not have; no fault can name it.
    pub(super) fn write<T>(
        &self,
        operation: impl Into<Option<Operation>>,
        body: impl Fn(&mut World) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        let target = operation.into().map(FaultTarget::Operation);
        self.with_retries(|store, access| self.write_once(store, access, target.as_ref(), &body))
    }

    /// Runs an operation that changes what belongs to the account, in no region: it has the whole world, so that it waits
    /// for the writers of all regions (N11).
    pub(super) fn write_global<T>(
        &self,
        operation: Operation,
        body: impl Fn(&mut World) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        let target = FaultTarget::Operation(operation);
        self.retry_interrupted(
            Access::Write,
            || self.store_at_clock(),
            |store, access| self.write_once(store, access, Some(&target), &body),
        )
    }

    /// Runs an operation that makes, changes or deletes a stand-in; faults find it by the type's name (W12).
    pub(super) fn write_stand_in<T>(
        &self,
        type_name: &str,
        body: impl Fn(&mut World) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        let target = FaultTarget::StandIn(type_name.to_owned());
        self.with_retries(|store, access| self.write_once(store, access, Some(&target), &body))
    }

    fn write_once<T>(
        &self,
        store: &dyn Store,
        access: Access<'_>,
        target: Option<&FaultTarget>,
        body: impl Fn(&mut World) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        let mut tx = self.begin(store, access)?;
        tx.remember_scenario(self.shared.config.scenario_document.as_deref())?;
        let mut world = tx.in_region(&self.shared.config.region);
        let decision = match target {
            Some(target) => check_fault(&mut world, target)?,
            None => FaultDecision::NoFault,
        };
        if let FaultDecision::Fail(fault) = decision {
            tx.commit()?;
            return Err(injected_error(&fault));
        }
        // Before the commit, which may reset the world and with it all counts.
        if let (FaultDecision::NoFault, Some(target)) = (&decision, target) {
            count_success(&mut world, target)?;
        }
        let reply = body(&mut world)?;
        tx.commit()?;
        match decision {
            FaultDecision::FailAfterCommit(fault) => Err(injected_error(&fault)),
            FaultDecision::NoFault | FaultDecision::Fail(_) => Ok(reply),
        }
    }

    /// Runs an operation that only reads; it writes nothing unless a fault has to be counted.
    pub(super) fn read<T>(
        &self,
        operation: impl Into<Option<Operation>>,
        body: impl Fn(&mut World) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        let operation = operation.into();
        let target = operation.map(FaultTarget::Operation);
        if self.shared.config.scenario.faults.iter().any(|fault| Some(&fault.operation) == target.as_ref()) {
            return self.write(operation, body);
        }
        self.with_retries(|store, _| self.run(store, Access::Read, &body))
    }

    /// Runs an operation to see what it would do: on a copy in memory if the world is small, so that no other call waits
    /// for it, and in a large world itself, rolled back. A caller that may not write gets the copy of a large one too.
    pub(super) fn forecast<T>(&self, body: impl Fn(&mut World) -> Result<T, CloudError>) -> Result<T, CloudError> {
        let copy = |tx: &mut dyn Tx| self.run(store::copy_to_memory(tx)?.as_ref(), Access::Write, &body);
        self.with_retries(|store, access| {
            let mut found = store.begin(Access::Read)?;
            if store::is_small(found.as_mut())? {
                return copy(found.as_mut());
            }
            drop(found);
            match self.run(store, access, &body) {
                Err(CloudError::World(WorldError::NotAllowed { .. })) => copy(store.begin(Access::Read)?.as_mut()),
                tried => tried,
            }
        })
    }

    /// Does something to the world by hand, or looks at it, out of reach of faults. The world catches up to the clock
    /// first, as for every call (W7); commands have none.
    pub(super) fn administer<T>(
        &self,
        access: Access<'_>,
        body: impl Fn(&mut World) -> Result<T, AdministrationError>,
    ) -> Result<T, AdministrationError> {
        self.retry_interrupted(
            access,
            || self.store_at_clock(),
            |store, access| self.run_by_hand(store, access, &body),
        )?
    }

    /// The same at the world's own time, for what belongs to a change that has begun.
    pub(super) fn administer_at_its_own_time<T>(
        &self,
        access: Access<'_>,
        body: impl Fn(&mut World) -> Result<T, AdministrationError>,
    ) -> Result<T, AdministrationError> {
        let at_its_own_time = || Ok(self.open()?);
        self.retry_interrupted(access, at_its_own_time, |store, access| self.run_by_hand(store, access, &body))?
    }

    /// Does something by hand to see what it would do: on a copy of any world in memory, because it may concern every
    /// instance.
    pub(super) fn forecast_by_hand<T>(
        &self,
        body: impl Fn(&mut World) -> Result<T, AdministrationError>,
    ) -> Result<T, AdministrationError> {
        self.retry_interrupted(
            Access::Read,
            || self.store_at_clock(),
            |store, access| {
                let copy = store::copy_to_memory(store.begin(access)?.as_mut())?;
                self.run_by_hand(copy.as_ref(), Access::Write, &body)
            },
        )?
    }

    /// One transaction; a refusal is no failure of it, and changes nothing.
    fn run_by_hand<T>(
        &self,
        store: &dyn Store,
        access: Access<'_>,
        body: impl Fn(&mut World) -> Result<T, AdministrationError>,
    ) -> Result<Result<T, AdministrationError>, CloudError> {
        let mut tx = self.begin(store, access)?;
        if access != Access::Read {
            tx.remember_scenario(self.shared.config.scenario_document.as_deref())?;
        }
        match body(&mut tx.in_region(&self.shared.config.region)) {
            Ok(reply) if access == Access::Read => Ok(Ok(reply)),
            Ok(reply) => tx.commit().map(|_| Ok(reply)),
            Err(AdministrationError::Cloud(error)) => Err(error),
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Waits until no other call of this process moves the clock on demand.
    pub(super) fn clock_turn(&self) -> MutexGuard<'_, ()> {
        self.shared.clock_moves.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Lets time pass up to a moment; `progress` hears of each step that changed something.
    pub(super) fn advance_to(&self, target: Time, progress: &mut dyn FnMut(Time)) -> Result<Time, CloudError> {
        let at_its_own_time = || Ok(self.open()?);
        self.retry_interrupted(Access::Relaxed, at_its_own_time, |store, _| {
            time::catch_up(store, &self.shared.config, target, progress)
        })
    }

    /// Makes what was deleted from the world unreadable.
    pub(super) fn compact(&self) -> Result<(), AdministrationError> {
        let compacted = self.open().and_then(|store| store.compact());
        Ok(compacted.map_err(CloudError::from)?)
    }

    /// Runs a transaction on this region, or on the whole world if it turns out to need that.
    fn with_retries<T>(
        &self,
        transaction: impl Fn(&dyn Store, Access<'_>) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        let region = Access::WriteIn(self.shared.config.region.as_str());
        self.retry_interrupted(region, || self.store_at_clock(), transaction)
    }

    /// Runs an operation without committing anything.
    fn run<T>(
        &self,
        store: &dyn Store,
        access: Access<'_>,
        body: impl Fn(&mut World) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        body(&mut self.begin(store, access)?.in_region(&self.shared.config.region))
    }

    fn begin<'a>(&'a self, store: &'a dyn Store, access: Access<'_>) -> Result<WorldTx<'a>, CloudError> {
        let mut tx = WorldTx::new(store.begin(access)?, Market::new(&self.shared.config.scenario))?;
        tx.keeps_if_empty = self.shared.config.keeps_empty_world;
        tx.follows_ec2 = self.shared.follows_ec2;
        tx.made_at = Some((self.shared.config.real_time)().unix_seconds());
        *self.shared.latest_world.lock().unwrap_or_else(PoisonError::into_inner) = Some(tx.id.clone());
        Ok(tx)
    }

    /// The world, opened if need be and caught up to the clock (W7).
    fn store_at_clock(&self) -> Result<Arc<dyn Store>, CloudError> {
        let store = self.open()?;
        let Some(target) = self.shared.config.clock.target() else { return Ok(store) };
        let clock = time::catch_up(store.as_ref(), &self.shared.config, target, &mut |_| ())?;
        if clock > target && !self.shared.warned_of_clock.swap(true, Ordering::Relaxed) {
            let mut warnings = self.shared.warnings.lock().unwrap_or_else(PoisonError::into_inner);
            warnings.push(format!("time never goes back: the clock is set to {target}, the world's stays at {clock}"));
        }
        Ok(store)
    }

    fn open(&self) -> Result<Arc<dyn Store>, WorldError> {
        let mut open = self.shared.store.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(store) = open.store.as_ref() {
            return Ok(Arc::clone(store));
        }
        open.recently_unreachable()?;
        let opened = match self.shared.idle_stores.take() {
            Some(idle) => Ok(idle),
            None => store::open(&self.shared.config.world, self.shared.config.random_number),
        };
        match &opened {
            Ok(store) => open.store = Some(Arc::clone(store)),
            Err(error @ WorldError::Unreachable { .. }) => {
                open.unreachable = Some((Stopwatch::start(), error.clone()));
            }
            Err(_) => {}
        }
        opened
    }

    /// A transaction that was interrupted has changed nothing and is run again, a few times.
    fn retry_interrupted<T>(
        &self,
        mut access: Access<'_>,
        store: impl Fn() -> Result<Arc<dyn Store>, CloudError>,
        mut transaction: impl FnMut(&dyn Store, Access<'_>) -> Result<T, CloudError>,
    ) -> Result<T, CloudError> {
        let mut interruptions = 0;
        let begun = Stopwatch::start();
        let mut attempt = |access| store().and_then(|store| transaction(store.as_ref(), access));
        loop {
            match catch_damage(&self.shared.config.world, || attempt(access)) {
                Err(CloudError::World(WorldError::WholeWorldNeeded)) => access = Access::Write,
                Err(CloudError::World(WorldError::Interrupted { .. }))
                    if interruptions < MAX_RETRIES && begun.elapsed() < RETRY_LIMIT =>
                {
                    interruptions += 1;
                }
                ended => return ended,
            }
        }
    }
}

impl fmt::Debug for SimCloud {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SimCloud").field("config", &self.shared.config).finish_non_exhaustive()
    }
}

fn injected_error(fault: &InjectedFault) -> CloudError {
    let message = format!("the scenario lets `{}` fail", fault.target.name());
    CloudError::Service(Box::new(ServiceError::new(fault.error_code, message)))
}
