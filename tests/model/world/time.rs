//! Time: the clock, events, reclaims, windows, and what groups launch again.

use simcloud::base::{Billing, Time};
use simcloud::cloud::model::{GroupStatus, GroupType, InstanceState, InterruptionBehavior};
use simcloud::market::scenario::{ScenarioEvent, ScenarioEventKind};

use super::{BILLINGS, Done, Fleet, Instance, Model, at, vcpus};
use crate::fraction::Fraction;

impl Model {
    /// The moments in (now, target] at which something may happen (W5).
    pub(crate) fn steps(&self, target: Time) -> Vec<Time> {
        let mut steps = Vec::new();
        let mut hour = self.now.hour().next();
        while hour.start() <= target {
            steps.push(hour.start());
            hour = hour.next();
        }
        let events = self.scenario.events.iter().map(effective);
        let groups = self.fleets.iter().filter_map(Fleet::group);
        let windows = groups.flat_map(|group| [group.request.valid_from, group.request.valid_until]).flatten();
        steps.extend(events.chain(windows).filter(|time| *time > self.now && *time <= target));
        steps.sort_unstable();
        steps.dedup();
        steps
    }

    /// The clock moves, which is no step by itself; what was pending runs (R16).
    pub(crate) fn move_clock(&mut self, time: Time) {
        self.now = time;
        for instance in self.fleets.iter_mut().flat_map(|fleet| &mut fleet.instances) {
            if instance.state == InstanceState::Pending {
                instance.state = InstanceState::Running;
            }
        }
    }

    /// One step of time (W5).
    pub(crate) fn step(&mut self, time: Time) {
        self.move_clock(time);
        let stopped_before: Vec<String> = self
            .all()
            .filter(|instance| instance.state == InstanceState::Stopped)
            .map(|instance| instance.id.clone())
            .collect();
        self.events();
        self.market_reclaims();
        let mut order: Vec<usize> =
            (0..self.fleets.len()).filter(|index| self.fleets[*index].group().is_some()).collect();
        order.retain(|index| !self.fleets[*index].is_left);
        order.sort_by_key(|index| (self.fleets[*index].create_time, self.fleets[*index].id.clone()));
        for fleet in &order {
            self.expire(*fleet);
        }
        for fleet in &order {
            self.start(*fleet);
        }
        for fleet in &order {
            self.restart(*fleet, &stopped_before);
        }
        for fleet in &order {
            self.replenish(*fleet);
        }
        self.fleets.retain(|fleet| !fleet.is_left || !fleet.instances.is_empty());
    }

    fn events(&mut self) {
        for event in self.scenario.events.clone() {
            if effective(&event) != self.now {
                continue;
            }
            let (pools, count, takes_all) = match &event.what {
                ScenarioEventKind::ReclaimSpot { pools, count } => (pools, count, false),
                ScenarioEventKind::TerminateInstances { pools, count } => (pools, count, true),
                ScenarioEventKind::Stock(_) | ScenarioEventKind::Prices(_) => continue,
            };
            let matches = |instance: &Instance| {
                let is_taken = instance.is_live() && (takes_all || instance.made.billing == Billing::Spot)
                    || takes_all && instance.state == InstanceState::Stopped;
                is_taken && pools.includes(&instance.made.zone, &instance.made.instance_type)
            };
            let count = count.map_or(usize::MAX, |count| count as usize);
            self.take_youngest(count, &matches, !takes_all);
        }
    }

    /// Takes the youngest that match (W6).
    fn take_youngest(&mut self, count: usize, matches: &dyn Fn(&Instance) -> bool, may_stop: bool) {
        let mut found: Vec<(Time, String)> = self
            .all()
            .filter(|instance| matches(instance))
            .map(|instance| (instance.launch_time, instance.id.clone()))
            .collect();
        found.sort();
        for (_, id) in found.into_iter().rev().take(count) {
            self.take(&id, may_stop);
        }
    }

    fn take(&mut self, id: &str, may_stop: bool) {
        for fleet in &mut self.fleets {
            let Some(place) = fleet.instances.iter().position(|instance| instance.id == id) else { continue };
            let billing = fleet.instances[place].made.billing;
            let weight = fleet.instances[place].made.weight;
            let stops = fleet
                .group()
                .is_some_and(|group| may_stop && group.request.interruption_behavior == InterruptionBehavior::Stop);
            if stops {
                fleet.instances[place].state = InstanceState::Stopped;
                continue;
            }
            fleet.instances[place].state = InstanceState::Terminated;
            if fleet.is_left {
                fleet.instances.remove(place);
            } else if let Some(group) = fleet.group_mut() {
                group.lost_units[at(billing)] = group.lost_units[at(billing)] + weight;
            }
        }
    }

    /// Reclaims spot instances, or terminates those of both billings and stopped ones; returns whether there was anything
    /// to take (W9).
    pub(crate) fn take_by_hand(&mut self, zone: Option<&str>, count: Option<u32>, terminates: bool) -> bool {
        let zone = zone.map(str::to_owned);
        let matches = move |instance: &Instance| {
            let is_taken = instance.is_live() && (terminates || instance.made.billing == Billing::Spot)
                || terminates && instance.state == InstanceState::Stopped;
            is_taken && zone.as_ref().is_none_or(|zone| instance.made.zone == *zone)
        };
        let found = self.all().any(&matches);
        self.take_youngest(count.map_or(usize::MAX, |count| count as usize), &matches, !terminates);
        self.fleets.retain(|fleet| !fleet.is_left || !fleet.instances.is_empty());
        found
    }

    /// The market takes what costs more than its limit, and what is above the supply, after the first hour (W6).
    fn market_reclaims(&mut self) {
        let now = self.now;
        let is_exposed = move |instance: &Instance| {
            let protected_until = Time::from_unix_seconds(instance.launch_time.unix_seconds() + 3_600);
            instance.is_live() && instance.made.billing == Billing::Spot && now >= protected_until
        };
        let dear: Vec<String> = self
            .all()
            .filter(|instance| is_exposed(instance))
            .filter(|instance| {
                let price = self.price(&instance.made.zone, &instance.made.instance_type, Billing::Spot);
                instance.made.ceiling.is_some_and(|ceiling| ceiling < price)
            })
            .map(|instance| instance.id.clone())
            .collect();
        for id in dear {
            self.take(&id, true);
        }
        let mut pools: Vec<(String, String)> =
            self.all().map(|i| (i.made.zone.clone(), i.made.instance_type.clone())).collect();
        pools.sort();
        pools.dedup();
        for (zone, instance_type) in pools {
            let supply = self.market().supply(&zone, &instance_type, Billing::Spot, self.now).unwrap();
            let above = self.in_use(&zone, &instance_type, Billing::Spot).saturating_sub(supply);
            let matches = move |instance: &Instance| {
                is_exposed(instance) && instance.made.zone == zone && instance.made.instance_type == instance_type
            };
            self.take_youngest(above as usize, &matches, true);
        }
    }

    fn expire(&mut self, fleet: usize) {
        let now = self.now;
        let group = self.fleets[fleet].group_mut().unwrap();
        if group.status != GroupStatus::Active || group.request.valid_until.is_none_or(|until| until > now) {
            return;
        }
        group.status = GroupStatus::Deleted;
        if group.request.terminate_instances_with_expiration {
            self.fleets[fleet].instances.clear();
        }
    }

    fn start(&mut self, fleet: usize) {
        let now = self.now;
        let group = self.fleets[fleet].group_mut().unwrap();
        if group.status != GroupStatus::Submitted || group.request.valid_from.is_none_or(|from| from > now) {
            return;
        }
        group.status = GroupStatus::Active;
        self.launch_group(fleet);
        self.fleets[fleet].group_mut().unwrap().rows = [Vec::new(), Vec::new()];
    }

    /// Starts instances that stopped at an earlier step, the oldest first, where units are lacking (W6).
    fn restart(&mut self, fleet: usize, stopped_before: &[String]) {
        if self.fleets[fleet].group().unwrap().status != GroupStatus::Active {
            return;
        }
        let mut stopped: Vec<Instance> = self.fleets[fleet]
            .instances
            .iter()
            .filter(|instance| instance.state == InstanceState::Stopped && stopped_before.contains(&instance.id))
            .cloned()
            .collect();
        stopped.sort_by(|one, other| one.age().cmp(&other.age()));
        for instance in stopped {
            let made = &instance.made;
            let price = self.price(&made.zone, &made.instance_type, Billing::Spot);
            let fits = self.fleets[fleet].missing(Billing::Spot) > Fraction::ZERO
                && self.free(&made.zone, &made.instance_type, Billing::Spot) > 0
                && self.quota_left(Billing::Spot).is_none_or(|left| left >= vcpus(&made.instance_type))
                && made.ceiling.is_none_or(|ceiling| ceiling >= price);
            if fits {
                let place = self.fleets[fleet].instances.iter().position(|other| other.id == instance.id).unwrap();
                self.fleets[fleet].instances[place].state = InstanceState::Running;
            }
        }
    }

    /// A `maintain` group launches what it lacks (G12).
    fn replenish(&mut self, fleet: usize) {
        let group = self.fleets[fleet].group().unwrap();
        if group.status != GroupStatus::Active || group.request.group_type != GroupType::Maintain {
            return;
        }
        let missing = BILLINGS.map(|billing| self.fleets[fleet].missing(billing));
        let before = self.fleets[fleet].clone();
        let mut done = Done::default();
        for billing in BILLINGS {
            if missing[at(billing)] > Fraction::ZERO {
                self.pass(fleet, billing, missing[at(billing)], &mut done);
            }
        }
        if done == Done::default() {
            self.fleets[fleet] = before;
            // A pass that launches nothing still has its optimum (G8).
            let request = self.fleets[fleet].request();
            let has_free = |billing: Billing| self.candidates(&request, billing).pools.iter().any(|pool| pool.free > 0);
            if BILLINGS.iter().any(|&billing| missing[at(billing)] > Fraction::ZERO && has_free(billing)) {
                self.find_optimum(fleet);
            }
            return;
        }
        self.settle(fleet, &mut done);
        self.find_optimum(fleet);
    }
}

/// When an event takes effect: one at `0s` that takes instances in the first second, stock and prices at once (W5).
fn effective(event: &ScenarioEvent) -> Time {
    let takes =
        matches!(event.what, ScenarioEventKind::ReclaimSpot { .. } | ScenarioEventKind::TerminateInstances { .. });
    let seconds = event.at.seconds();
    Time::from_unix_seconds(Time::START.unix_seconds() + if takes { seconds.max(1) } else { seconds })
}
