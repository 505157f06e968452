//! The fleets of one market, in memory: the fleet alone. What others hold of its pools stays as it is.

mod batches; // what the fleet launched
mod fleets; // as steps of time see them
mod region_fleets; // as passes see them

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::rc::Rc;

use self::batches::Batches;
use super::account::Account;
use super::basis::{BILLINGS, HeldByOthers, OutlookBasis};
use crate::base::{Billing, Decimal, InstanceId, Seed, Time};
use crate::cloud::model::CreateAutoProvisioningGroupRequest;
use crate::cloud::step::Phase;
use crate::cloud::world::{Fleet, FleetRequest, PoolKey, Schedule};
use crate::market::{Market, PoolSeries, PriceSteps};

/// The fleet of one market.
pub(super) struct MemoryFleets<'b> {
    basis: &'b OutlookBasis,
    market: Market<'b>,
    /// By the index of the pool, made when it is first asked for.
    series: RefCell<Vec<Option<Rc<PoolSeries>>>>,
    /// Prices up to the horizon, by the index of the pool, made when the pool is first paid for.
    prices: Vec<BTreeMap<Billing, PriceSteps>>,
    end: Time,
    now: Time,
    pub(super) phase: Phase,
    /// A limit refused the launch, so that there is no fleet that time could change.
    is_refused: bool,
    /// Whether what is released after the launch is gone.
    is_launched: bool,
    next_launch_index: u32,
    batches: Batches,
    /// Instances that the fleet holds, by the index of the pool.
    in_use: Vec<BTreeMap<Billing, u32>>,
    /// Instances launched so far, by the index of the pool.
    pub(super) launched: Vec<u32>,
    /// The number in which the first id ends; known when an id is first asked for.
    first_id_number: Option<u64>,
    pub(super) account: Account,
}

impl<'b> MemoryFleets<'b> {
    /// The market of this number up to a moment, before anything is launched; a fleet that exists has its instances.
    pub(super) fn new(basis: &'b OutlookBasis, number: u32, end: Time) -> Self {
        let market = Market::of_outlook(&basis.scenario, number).with_changes(basis.market_changes.clone());
        let pools = basis.pools.len();
        let mut fleets = Self {
            basis,
            market,
            series: RefCell::new(vec![None; pools]),
            prices: vec![BTreeMap::new(); pools],
            end,
            now: basis.now,
            phase: basis.group.fleet().phase,
            is_refused: false,
            is_launched: false,
            next_launch_index: basis.group.fleet().next_launch_index,
            batches: Batches::default(),
            in_use: vec![BTreeMap::new(); pools],
            launched: vec![0; pools],
            first_id_number: None,
            account: Account::new(basis.now),
        };
        for (batch, instances) in basis.held.iter().flat_map(|held| &held.batches) {
            if let Some(pool) = batch.spec.pool().and_then(|pool| basis.pool_index(pool)) {
                fleets.launched[pool] += batch.live;
                fleets.change_use(pool, batch.spec.billing, |in_use| in_use + batch.live);
                fleets.batches.add_held(batch.clone(), pool, instances);
            }
        }
        fleets
    }

    /// Units of the living instances.
    pub(super) fn units(&self) -> BTreeMap<Billing, Decimal> {
        self.batches.units()
    }

    /// What is released after the launch goes.
    pub(super) fn end_launch(&mut self) {
        self.is_launched = true;
    }

    const fn others(&self) -> &'b HeldByOthers {
        if self.is_launched { &self.basis.others_afterwards } else { &self.basis.others_at_launch }
    }

    pub(super) fn seed(&self) -> u64 {
        self.market.seed()
    }

    /// What the launched instances would cost at the prices of their launch.
    pub(super) fn hourly_cost(&self) -> Decimal {
        self.batches.hourly_cost()
    }

    /// The first launch left this many indexes used.
    pub(super) fn set_next_launch_index(&mut self, next: u32) {
        self.next_launch_index = next;
    }

    pub(super) fn refuse(&mut self) {
        self.is_refused = true;
    }

    fn series_at(&self, index: usize) -> Rc<PoolSeries> {
        let key = self.basis.pools[index];
        let make = || self.market.pool(key.zone_id, key.instance_type).expect("the catalogue has its own pools");
        Rc::clone(self.series.borrow_mut()[index].get_or_insert_with(|| Rc::new(make())))
    }

    fn prices_of(&mut self, index: usize, billing: Billing) -> &PriceSteps {
        let series = self.series_at(index);
        let (change_times, from, to) = (self.market.change_times(), self.basis.now, self.end);
        self.prices[index].entry(billing).or_insert_with(|| PriceSteps::new(&series, billing, change_times, from, to))
    }

    fn own_use(&self, index: usize, billing: Billing) -> u32 {
        self.in_use[index].get(&billing).copied().unwrap_or(0)
    }

    /// Instances of a pool that hold stock, those of others included.
    fn all_use(&self, pool: PoolKey, billing: Billing) -> u32 {
        let Some(index) = self.basis.pool_index(pool) else { return 0 };
        let others = self.others().instances[index].get(&billing).copied().unwrap_or(0);
        others.saturating_add(self.own_use(index, billing))
    }

    fn change_use(&mut self, pool: usize, billing: Billing, change: impl Fn(u32) -> u32) {
        let count = self.in_use[pool].entry(billing).or_insert(0);
        *count = change(*count);
    }

    fn schedule(&self) -> Schedule {
        if self.is_refused {
            return Schedule::default();
        }
        self.basis.request().schedule(self.phase)
    }

    /// The fleet as it is now.
    fn fleet(&self) -> Fleet<CreateAutoProvisioningGroupRequest> {
        let next_launch_index = self.next_launch_index;
        Fleet { phase: self.phase, next_launch_index, ..self.basis.group.fleet().clone() }
    }

    /// Accounts for the time up to a moment.
    fn account_until(&mut self, to: Time) {
        let from = self.account.until();
        if to <= from {
            return;
        }
        let mut deliveries = self.basis.deliveries(&self.batches.units());
        // Outside of its window a group has no target (G11).
        if self.phase != Phase::Active {
            for delivery in &mut deliveries {
                delivery.asked = 0;
            }
        }
        let cost = self.price_seconds(from, to);
        self.account.advance(to, &deliveries, cost);
    }

    /// The prices of the living instances, summed over the seconds of a span.
    fn price_seconds(&mut self, from: Time, to: Time) -> Decimal {
        let mut cost = Decimal::ZERO;
        for index in 0..self.in_use.len() {
            for billing in BILLINGS {
                let count = self.own_use(index, billing);
                if count > 0 {
                    cost += self.prices_of(index, billing).price_seconds(from, to) * Decimal::from(count);
                }
            }
        }
        cost
    }

    /// The id of the instance of this number: ids are ordered as in the world of the same seed (W3, W6).
    fn instance_id(&mut self, number: u64) -> InstanceId {
        let alphabet = self.basis.request().instance_alphabet();
        let seed = Seed::new(self.market.seed());
        let first = *self.first_id_number.get_or_insert_with(|| self.basis.ids.next_instance_number(seed));
        alphabet.instance_id(InstanceId::PREFIX, (first + number) % alphabet.block_size())
    }
}
