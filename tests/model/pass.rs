//! One pass over the pools of a group, by each strategy as G5 describes it: one instance after the other, and for
//! `optimal` every selection there is.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use crate::fraction::Fraction;

/// A pool that takes part in a pass.
#[derive(Clone, Debug)]
pub(crate) struct Pool {
    pub(crate) zone: String,
    pub(crate) instance_type: String,
    pub(crate) vswitch: String,
    pub(crate) price: Fraction,
    pub(crate) weight: Fraction,
    pub(crate) vcpus: u64,
    pub(crate) priority: Option<u32>,
    pub(crate) free: u32,
}

impl Pool {
    fn price_per_unit(&self) -> Fraction {
        self.price / self.weight
    }
}

/// What limits a pass beyond the pools' free instances (G3).
#[derive(Clone, Debug)]
pub(crate) struct Room {
    /// Free addresses by vSwitch.
    pub(crate) addresses: BTreeMap<String, u64>,
    /// vCPUs that may still be launched.
    pub(crate) quota: Option<u64>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Short {
    Stock,
    Addresses,
    Quota,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strategy {
    LowestPrice,
    LowestPriceOf(usize),
    Prioritized,
    Diversified,
    CapacityOptimized,
    PriceCapacityOptimized,
    Optimal,
}

/// What a pass did.
#[derive(Clone, Debug)]
pub(crate) struct Outcome {
    /// Pools in the order first tried (G6).
    pub(crate) tried: Vec<usize>,
    pub(crate) amounts: Vec<u32>,
    pub(crate) short: Vec<Option<Short>>,
    /// Not wholly determined by the rules: `optimal` under addresses or quota. Only bounds are known.
    pub(crate) is_bound_only: bool,
}

impl Outcome {
    pub(crate) fn units(&self, pools: &[Pool]) -> Fraction {
        units(pools, &self.amounts)
    }
}

pub(crate) fn units(pools: &[Pool], amounts: &[u32]) -> Fraction {
    pools.iter().zip(amounts).map(|(pool, amount)| pool.weight * Fraction::from(*amount)).sum()
}

struct Pass<'p> {
    pools: &'p [Pool],
    room: Room,
    missing: Fraction,
    outcome: Outcome,
}

/// Runs a pass for a target in units, which is above 0.
pub(crate) fn run(strategy: Strategy, target: Fraction, pools: &[Pool], room: &Room) -> Outcome {
    let outcome = Outcome {
        tried: Vec::new(),
        amounts: vec![0; pools.len()],
        short: vec![None; pools.len()],
        is_bound_only: false,
    };
    let mut pass = Pass { pools, room: room.clone(), missing: target, outcome };
    match strategy {
        Strategy::LowestPrice => pass.lowest_price(),
        Strategy::LowestPriceOf(count) => pass.lowest_price_of(count),
        Strategy::Prioritized => pass.one_after_the_other(|pool| pool.priority.map_or(u64::MAX, u64::from)),
        Strategy::Diversified => pass.diversified(),
        Strategy::CapacityOptimized => pass.one_after_the_other(|pool| u64::MAX - u64::from(pool.free)),
        Strategy::PriceCapacityOptimized => pass.price_capacity_optimized(target),
        Strategy::Optimal => pass.optimal(target),
    }
    pass.outcome
}

impl Pass<'_> {
    fn room_of(&self, index: usize) -> u32 {
        let pool = &self.pools[index];
        let free = pool.free - self.outcome.amounts[index];
        let addresses = self.room.addresses.get(&pool.vswitch).copied().unwrap_or(u64::MAX);
        let quota = self.room.quota.map_or(u64::MAX, |quota| quota / pool.vcpus);
        u64::from(free).min(addresses).min(quota).try_into().unwrap()
    }

    fn reason(&self, index: usize) -> Short {
        let pool = &self.pools[index];
        if pool.free == self.outcome.amounts[index] {
            Short::Stock
        } else if self.room.addresses.get(&pool.vswitch) == Some(&0) {
            Short::Addresses
        } else {
            Short::Quota
        }
    }

    fn take(&mut self, index: usize, count: u32) {
        let pool = &self.pools[index];
        self.outcome.amounts[index] += count;
        self.missing = self.missing - pool.weight * Fraction::from(count);
        if let Some(addresses) = self.room.addresses.get_mut(&pool.vswitch) {
            *addresses -= u64::from(count);
        }
        if let Some(quota) = &mut self.room.quota {
            *quota -= u64::from(count) * pool.vcpus;
        }
    }

    /// Tries to launch this number in a pool, which is used up if it has fewer.
    fn launch(&mut self, index: usize, count: u32) {
        if !self.outcome.tried.contains(&index) {
            self.outcome.tried.push(index);
        }
        let given = self.room_of(index).min(count);
        self.take(index, given);
        if given < count {
            self.outcome.short[index] = Some(self.reason(index));
        }
    }

    /// The pools that are not used up.
    fn open(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.pools.len()).filter(|index| self.outcome.short[*index].is_none())
    }

    fn is_missing(&self) -> bool {
        self.missing > Fraction::ZERO
    }

    fn lowest_price(&mut self) {
        while self.is_missing() {
            let figure = |index: &usize| {
                let pool = &self.pools[*index];
                (pool.price * Fraction::from((self.missing / pool.weight).ceil()), pool.price_per_unit(), *index)
            };
            let Some(best) = self.open().min_by_key(figure) else { return };
            let whole = (self.missing / self.pools[best].weight).floor().max(1);
            self.launch(best, whole.try_into().unwrap());
        }
    }

    fn fill(&mut self, index: usize) {
        if self.is_missing() {
            let count = (self.missing / self.pools[index].weight).ceil();
            self.launch(index, count.try_into().unwrap());
        }
    }

    fn by_price_per_unit(&self) -> Vec<usize> {
        let mut order: Vec<usize> = (0..self.pools.len()).collect();
        order.sort_by_key(|index| (self.pools[*index].price_per_unit(), *index));
        order
    }

    fn units_of(&self, index: usize) -> Fraction {
        self.pools[index].weight * Fraction::from(self.outcome.amounts[index])
    }

    fn lowest_price_of(&mut self, count: usize) {
        let order = self.by_price_per_unit();
        let (first, rest) = order.split_at(count.min(order.len()));
        while self.is_missing() {
            let open = first.iter().copied().filter(|index| self.outcome.short[*index].is_none());
            let least = open.min_by_key(|index| (self.units_of(*index), self.pools[*index].price_per_unit(), *index));
            let Some(least) = least else { break };
            self.launch(least, 1);
        }
        for index in rest {
            self.fill(*index);
        }
    }

    fn one_after_the_other(&mut self, rank: fn(&Pool) -> u64) {
        let mut order = self.by_price_per_unit();
        order.sort_by_key(|index| rank(&self.pools[*index]));
        for index in order {
            self.fill(index);
        }
    }

    fn price_capacity_optimized(&mut self, target: Fraction) {
        let mut rest = self.by_price_per_unit();
        while let Some(most) = rest.iter().map(|index| self.pools[*index].free).max() {
            let is_deep = |index: &usize| {
                let pool = &self.pools[*index];
                u64::from(pool.free) * 2 >= u64::from(most) || pool.weight * Fraction::from(pool.free / 2) >= target
            };
            let (deep, shallow): (Vec<usize>, Vec<usize>) = rest.iter().partition(|index| is_deep(index));
            for index in deep {
                self.fill(index);
            }
            rest = shallow;
        }
    }

    fn diversified(&mut self) {
        while self.is_missing() {
            let mut best: Option<(Fraction, Fraction, usize)> = None;
            let zones: std::collections::BTreeSet<&str> = self.pools.iter().map(|pool| pool.zone.as_str()).collect();
            for zone in zones {
                let here = |index: &usize| self.pools[*index].zone == *zone;
                let units: Fraction = (0..self.pools.len()).filter(here).map(|index| self.units_of(index)).sum();
                let key = |index: &usize| (self.units_of(*index), self.pools[*index].price_per_unit(), *index);
                let Some(pool) = self.open().filter(here).min_by_key(key) else { continue };
                let candidate = (units, self.pools[pool].price_per_unit(), pool);
                best = Some(best.map_or(candidate, |best| best.min(candidate)));
            }
            let Some((_, _, pool)) = best else { return };
            self.launch(pool, 1);
        }
    }

    fn optimal(&mut self, target: Fraction) {
        let all: Vec<u32> = self.pools.iter().map(|pool| pool.free).collect();
        let best = if units(self.pools, &all) < target { all } else { cheapest(self.pools, target) };
        let mut addresses: BTreeMap<&str, u64> = BTreeMap::new();
        let mut vcpus = 0;
        for (pool, amount) in self.pools.iter().zip(&best) {
            *addresses.entry(&pool.vswitch).or_default() += u64::from(*amount);
            vcpus += pool.vcpus * u64::from(*amount);
        }
        let fits =
            |(vswitch, wanted): (&&str, &u64)| self.room.addresses.get(*vswitch).is_none_or(|free| wanted <= free);
        if !addresses.iter().all(fits) || self.room.quota.is_some_and(|quota| vcpus > quota) {
            self.outcome.is_bound_only = true;
            return;
        }
        for (index, amount) in best.into_iter().enumerate().filter(|(_, amount)| *amount > 0) {
            self.outcome.tried.push(index);
            self.take(index, amount);
        }
        if self.is_missing() {
            for index in 0..self.pools.len() {
                if !self.outcome.tried.contains(&index) {
                    self.outcome.tried.push(index);
                }
                self.outcome.short[index] = Some(self.reason(index));
            }
        }
    }
}

/// The cheapest numbers of instances that reach a target which is within reach; of equally cheap ones those with fewer
/// units, then fewer instances, then more from earlier pools (G5).
pub(crate) fn cheapest(pools: &[Pool], target: Fraction) -> Vec<u32> {
    let mut search = Search { pools, target, best: None };
    search.below(&mut Vec::new(), Fraction::ZERO, Fraction::ZERO);
    search.best.expect("the target is within reach").3.into_iter().map(|count| count.0).collect()
}

/// Cost, units, instances, and the amounts of the pools: less is better in this order.
type Figure = (Fraction, Fraction, u32, Vec<Reverse<u32>>);

struct Search<'p> {
    pools: &'p [Pool],
    target: Fraction,
    best: Option<Figure>,
}

impl Search<'_> {
    /// Tries all amounts of the pools that are not chosen yet.
    fn below(&mut self, chosen: &mut Vec<u32>, cost: Fraction, delivered: Fraction) {
        if self.best.as_ref().is_some_and(|best| cost > best.0) {
            return;
        }
        if delivered >= self.target {
            let mut order: Vec<Reverse<u32>> = chosen.iter().copied().map(Reverse).collect();
            order.resize(self.pools.len(), Reverse(0));
            let figure = (cost, delivered, chosen.iter().sum(), order);
            if self.best.as_ref().is_none_or(|best| figure < *best) {
                self.best = Some(figure);
            }
            return;
        }
        let Some(pool) = self.pools.get(chosen.len()) else { return };
        let most = ((self.target - delivered) / pool.weight).ceil().min(i128::from(pool.free));
        for count in (0..=most).rev() {
            let count = u32::try_from(count).unwrap();
            let of = Fraction::from(count);
            chosen.push(count);
            self.below(chosen, cost + pool.price * of, delivered + pool.weight * of);
            chosen.pop();
        }
    }
}
