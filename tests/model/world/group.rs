//! Groups: candidates, passes, changes and deletion.

use simcloud::base::Billing;
use simcloud::base::Decimal;
use simcloud::catalogue::DiskCategory;
use simcloud::cloud::model::{
    CreateAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, GroupStatus, GroupType, InstanceState,
    PayAsYouGoAllocationStrategy, SpotAllocationStrategy,
};
use simcloud::market::Sale;

use super::{
    BILLINGS, Done, Fleet, Group, Instance, Kind, Made, Model, Modification, Row, at, code_of, spelling, vcpus,
};
use crate::fraction::Fraction;
use crate::pass::{self, Pool, Strategy};

/// The pools of a pass, what instances of each are made from, and the pools that are left out (G2).
pub(super) struct Candidates {
    pub(super) pools: Vec<Pool>,
    made: Vec<Made>,
    left_out: Vec<Row>,
}

impl Model {
    pub(super) fn candidates(&self, request: &CreateAutoProvisioningGroupRequest, billing: Billing) -> Candidates {
        let mut found = Candidates { pools: Vec::new(), made: Vec::new(), left_out: Vec::new() };
        let mut seen = Vec::new();
        for config in &request.configs {
            let vswitch = config.vswitch_id.as_ref().map(ToString::to_string);
            let zone = match (&vswitch, &config.zone_id) {
                (Some(vswitch), _) => self.vswitches[vswitch].zone.clone(),
                (None, zone) => zone.as_ref().unwrap().to_string(),
            };
            let instance_type = config.instance_type.as_ref().unwrap().to_string();
            if seen.contains(&(zone.clone(), instance_type.clone())) {
                continue;
            }
            seen.push((zone.clone(), instance_type.clone()));
            let ceiling = match billing {
                Billing::PayAsYouGo => None,
                Billing::Spot => config.max_price.into_iter().chain(request.max_spot_price).min(),
            };
            let price = self.price(&zone, &instance_type, billing);
            let disk = self.disk(request, &zone, &instance_type);
            let offer = self.market().offer(&zone, &instance_type).unwrap();
            let reason = if offer.sale == Sale::Discontinued {
                Some("InstanceType.Offline")
            } else if !offer.is_on_sale() {
                Some("InvalidResourceType.NotSupported")
            } else if disk.is_none() {
                Some("InvalidInstanceType.NotSupportDiskCategory")
            } else if ceiling.is_some_and(|ceiling| price > ceiling) {
                Some("InvalidSpotPriceLimit.LowerThanPublicPrice")
            } else {
                None
            };
            let spelt = spelling(billing, ceiling);
            if let Some(code) = reason {
                found.left_out.push((zone, instance_type, spelt, 0, Some(code)));
                continue;
            }
            let weight = config.weighted_capacity.map_or(Fraction::ONE, Fraction::weight);
            let vswitch = vswitch.unwrap_or_else(|| format!("vsw-{zone}"));
            found.pools.push(Pool {
                zone: zone.clone(),
                instance_type: instance_type.clone(),
                vswitch: vswitch.clone(),
                price: price.into(),
                weight,
                vcpus: vcpus(&instance_type),
                priority: config.priority,
                free: self.free(&zone, &instance_type, billing),
            });
            let of_config = config.image_id.as_ref().filter(|_| request.group_type == GroupType::Instant);
            found.made.push(Made {
                zone,
                instance_type,
                vswitch,
                billing,
                weight,
                price,
                ceiling,
                disk: disk.unwrap(),
                image: of_config.or(request.launch_configuration.image_id.as_ref()).unwrap().to_string(),
                key: request.launch_configuration.key_pair_name.as_ref().map(ToString::to_string),
                has_private_address: true,
                has_public_address: request.launch_configuration.internet_max_bandwidth_out > 0,
            });
        }
        found
    }

    /// The system disk's category, unless the pool takes none of those that are listed (N3, G2).
    fn disk(&self, request: &CreateAutoProvisioningGroupRequest, zone: &str, instance_type: &str) -> Option<String> {
        let offer = self.market().offer(zone, instance_type).unwrap();
        let takes = |categories: &[DiskCategory], wanted: &str| categories.iter().any(|known| known.name() == wanted);
        let data = &request.data_disk_categories;
        if !data.is_empty() && !data.iter().any(|wanted| takes(&offer.data_disk_categories, wanted)) {
            return None;
        }
        let mut wanted = request.system_disk_categories.clone();
        if wanted.is_empty() {
            wanted.extend(request.launch_configuration.system_disk_category.clone());
        }
        let system = &offer.system_disk_categories;
        if !wanted.is_empty() {
            return wanted.into_iter().find(|wanted| takes(system, wanted));
        }
        self.default_disk(zone, instance_type)
    }

    pub(super) fn default_disk(&self, zone: &str, instance_type: &str) -> Option<String> {
        let system = self.market().offer(zone, instance_type).unwrap().system_disk_categories;
        let usual = system.iter().find(|known| known.name() == "cloud_efficiency");
        usual.or_else(|| system.first()).map(|known| known.name().to_owned())
    }

    /// Runs a pass of one billing for this number of units, and returns its rows.
    pub(super) fn pass(&mut self, fleet: usize, billing: Billing, units: Fraction, done: &mut Done) -> Vec<Row> {
        let request = self.fleets[fleet].request();
        let Candidates { pools, made, left_out } = self.candidates(&request, billing);
        let strategy = strategy(&request, billing);
        let outcome = pass::run(strategy, units, &pools, &self.room(billing));
        assert!(!outcome.is_bound_only, "these worlds leave `optimal` to the rules alone");
        let mut rows = Vec::new();
        for index in &outcome.tried {
            let (pool, amount) = (&made[*index], outcome.amounts[*index]);
            let row = |amount, code| {
                let spelt = spelling(billing, pool.ceiling);
                (pool.zone.clone(), pool.instance_type.clone(), spelt, amount, code)
            };
            if amount > 0 {
                rows.push(row(amount, None));
            }
            rows.extend(outcome.short[*index].map(|short| row(0, Some(code_of(short)))));
        }
        rows.extend(left_out);
        let mut new = Vec::new();
        for (made, amount) in made.iter().zip(&outcome.amounts) {
            new.extend((0..*amount).map(|_| made.clone()));
        }
        let delivered = outcome.units(&pools);
        if let Some(group) = self.fleets[fleet].group_mut() {
            let lost = &mut group.lost_units[at(billing)];
            *lost = (*lost - delivered).max(Fraction::ZERO);
        }
        self.place(fleet, new, done);
        rows
    }

    /// Puts new instances into the lost places of their billing, and the rest at the end (G10).
    fn place(&mut self, fleet: usize, new: Vec<Made>, done: &mut Done) {
        self.launches += 1;
        let (launch, launch_time) = (self.launches, self.now);
        let instances = &mut self.fleets[fleet].instances;
        for made in new {
            let lost = instances.iter().position(|instance| {
                instance.state == InstanceState::Terminated && instance.made.billing == made.billing
            });
            let index = lost.map_or_else(
                || instances.iter().map(|instance| instance.index + 1).max().unwrap_or(0),
                |place| instances[place].index,
            );
            let instance = Instance {
                id: String::new(),
                index,
                state: InstanceState::Running,
                made,
                launch_time,
                launch,
                is_appended: lost.is_none(),
            };
            if let Some(place) = lost {
                done.replaced.push(index);
                instances[place] = instance;
            } else {
                done.appended += 1;
                instances.push(instance);
            }
        }
    }

    /// The cheapest fleet of the same units, the group's own instances counted as free (G8).
    pub(super) fn find_optimum(&mut self, fleet: usize) {
        let request = self.fleets[fleet].request();
        let mut cost = Fraction::ZERO;
        for billing in BILLINGS {
            let units = self.fleets[fleet].units(billing);
            let mut pools = self.candidates(&request, billing).pools;
            for own in self.fleets[fleet].instances.iter().filter(|own| own.is_live() && own.made.billing == billing) {
                let Made { zone, instance_type, vswitch, weight, .. } = own.made.clone();
                let price = self.price(&zone, &instance_type, billing).into();
                let vcpus = vcpus(&instance_type);
                let same = pools
                    .iter_mut()
                    .find(|pool| pool.zone == zone && pool.instance_type == instance_type && pool.weight == weight);
                match same {
                    Some(pool) => pool.free += 1,
                    None => {
                        pools.push(Pool {
                            zone,
                            instance_type,
                            vswitch,
                            price,
                            weight,
                            vcpus,
                            priority: None,
                            free: 1,
                        });
                    }
                }
            }
            let chosen = pass::cheapest(&pools, units);
            let price = |(pool, count): (&Pool, &u32)| pool.price * Fraction::from(*count);
            cost = cost + pools.iter().zip(&chosen).map(price).sum();
        }
        self.fleets[fleet].group_mut().unwrap().optimal_hourly_cost = cost.shown();
    }

    /// Runs the passes that a creation or the start of a window runs; below the minimum it launches nothing, and
    /// returns the code (G6).
    pub(super) fn launch_group(&mut self, fleet: usize) -> Option<&'static str> {
        let before = self.fleets[fleet].clone();
        for billing in BILLINGS {
            let target = self.fleets[fleet].target(billing);
            if target > Fraction::ZERO {
                let rows = self.pass(fleet, billing, target, &mut Done::default());
                self.fleets[fleet].group_mut().unwrap().rows[at(billing)] = rows;
            }
        }
        let request = self.fleets[fleet].request();
        let delivered: Fraction = BILLINGS.map(|billing| self.fleets[fleet].units(billing)).into_iter().sum();
        let minimum = request.min_target_capacity.filter(|_| request.group_type == GroupType::Instant);
        if minimum.is_none_or(|minimum| delivered >= Fraction::from(minimum)) {
            self.find_optimum(fleet);
            return None;
        }
        let rows = self.fleets[fleet].group().unwrap().rows.clone().map(below_minimum);
        self.fleets[fleet] = before;
        self.fleets[fleet].group_mut().unwrap().rows.clone_from(&rows);
        let first = rows.iter().flatten().next().and_then(|row| row.4);
        Some(match first {
            Some("NoInstanceStock") | None => "OperationDenied.NoStock",
            Some(code) => code,
        })
    }

    /// # Errors
    /// The code of a refusal; nothing is changed.
    pub(crate) fn create_group(&mut self, request: &CreateAutoProvisioningGroupRequest) -> Result<(), String> {
        let starts_later = request.valid_from.is_some_and(|from| from > self.now);
        let group = Group {
            request: request.clone(),
            status: if starts_later { GroupStatus::Submitted } else { GroupStatus::Active },
            rows: [Vec::new(), Vec::new()],
            optimal_hourly_cost: Decimal::ZERO,
            lost_units: [Fraction::ZERO; 2],
        };
        self.fleets.push(Fleet {
            id: String::new(),
            create_time: self.now,
            instances: Vec::new(),
            error_code: None,
            kind: Kind::Group(Box::new(group)),
            is_left: false,
        });
        let fleet = self.fleets.len() - 1;
        if starts_later {
            return Ok(());
        }
        if let Some(code) = self.launch_group(fleet) {
            if !request.accept_shortfall {
                self.fleets.pop();
                return Err(code.to_owned());
            }
            self.fleets[fleet].error_code = Some(code.to_owned());
        }
        Ok(())
    }

    pub(crate) fn modify_group(&mut self, fleet: usize, change: &Modification) -> Done {
        let mut done = Done::default();
        let before = self.fleets[fleet].request();
        let group = self.fleets[fleet].group_mut().unwrap();
        let is_active = group.status == GroupStatus::Active;
        if let Some(capacity) = change.capacity {
            group.request.capacity = capacity;
        }
        if let Some(configs) = &change.configs {
            group.request.configs.clone_from(configs);
        }
        if change.max_spot_price.is_some() {
            group.request.max_spot_price = change.max_spot_price;
        }
        if let Some(policy) = change.policy {
            group.request.excess_capacity_termination_policy = policy;
        }
        let after = group.request.clone();
        let is_change = before.capacity != after.capacity
            || before.configs != after.configs
            || before.max_spot_price != after.max_spot_price;
        if !is_active {
            return done;
        }
        if is_change {
            if after.excess_capacity_termination_policy == ExcessCapacityTerminationPolicy::Termination {
                for billing in BILLINGS {
                    self.release_excess(fleet, billing, &mut done);
                }
            }
            let missing = BILLINGS.map(|billing| self.fleets[fleet].missing(billing));
            self.apply_passes(fleet, missing, &mut done);
            self.settle(fleet, &mut done);
            self.find_optimum(fleet);
        } else if change.replaces_lost {
            let wanted = BILLINGS.map(|billing| self.fleets[fleet].wanted(billing));
            if self.apply_passes(fleet, wanted, &mut done) {
                self.settle(fleet, &mut done);
                self.find_optimum(fleet);
            }
        }
        done.replaced.sort_unstable();
        done.removed.sort_unstable();
        done
    }

    /// The passes of an apply, for these units of each billing; returns whether there are any.
    fn apply_passes(&mut self, fleet: usize, units: [Fraction; 2], done: &mut Done) -> bool {
        let runs = units.iter().any(|units| *units > Fraction::ZERO);
        if runs {
            self.fleets[fleet].group_mut().unwrap().rows = [Vec::new(), Vec::new()];
        }
        for billing in BILLINGS {
            if units[at(billing)] > Fraction::ZERO {
                let rows = self.pass(fleet, billing, units[at(billing)], done);
                self.fleets[fleet].group_mut().unwrap().rows[at(billing)] = rows;
            }
        }
        runs
    }

    /// At most what is missing is wanted, and lost places leave the list when nothing is wanted any more (G10).
    pub(super) fn settle(&mut self, fleet: usize, done: &mut Done) {
        for billing in BILLINGS {
            let missing = self.fleets[fleet].missing(billing);
            let lost = &mut self.fleets[fleet].group_mut().unwrap().lost_units[at(billing)];
            *lost = (*lost).min(missing);
            if self.fleets[fleet].wanted(billing) > Fraction::ZERO {
                continue;
            }
            self.fleets[fleet].instances.retain(|instance| {
                let stays = instance.state != InstanceState::Terminated || instance.made.billing != billing;
                if !stays {
                    done.removed.push(instance.index);
                }
                stays
            });
        }
    }

    /// Removes the dearest per unit first, the youngest first among equals (G9).
    fn release_excess(&mut self, fleet: usize, billing: Billing, done: &mut Done) {
        let of_billing = |instance: &&Instance| instance.made.billing == billing;
        let mut order: Vec<Instance> =
            self.fleets[fleet].instances.iter().filter(|i| i.is_live()).filter(of_billing).cloned().collect();
        let price = |instance: &Instance| {
            let made = &instance.made;
            Fraction::from(self.price(&made.zone, &made.instance_type, billing)) / made.weight
        };
        order.sort_by(|one, other| (price(other), other.age()).cmp(&(price(one), one.age())));
        for instance in order {
            let rest = self.fleets[fleet].units(billing) - instance.made.weight;
            if rest >= self.fleets[fleet].target(billing) {
                self.fleets[fleet].instances.retain(|kept| kept.index != instance.index);
                done.removed.push(instance.index);
            }
        }
        if self.fleets[fleet].missing(billing) == Fraction::ZERO {
            self.fleets[fleet].instances.retain(|instance| {
                let stays = instance.state != InstanceState::Stopped || instance.made.billing != billing;
                if !stays {
                    done.removed.push(instance.index);
                }
                stays
            });
        }
    }

    pub(crate) fn delete_group(&mut self, fleet: usize, terminates: bool) {
        let group = &mut self.fleets[fleet];
        group.instances.retain(|instance| instance.state != InstanceState::Terminated);
        if terminates || group.instances.is_empty() {
            self.fleets.remove(fleet);
        } else {
            group.is_left = true;
        }
    }

    pub(crate) fn delete_instance(&mut self, id: &str) {
        for fleet in &mut self.fleets {
            fleet.instances.retain(|instance| instance.id != id);
        }
        self.fleets.retain(|fleet| !fleet.is_left || !fleet.instances.is_empty());
    }
}

fn strategy(request: &CreateAutoProvisioningGroupRequest, billing: Billing) -> Strategy {
    match billing {
        Billing::PayAsYouGo => match request.pay_as_you_go_strategy {
            PayAsYouGoAllocationStrategy::LowestPrice => Strategy::LowestPrice,
            PayAsYouGoAllocationStrategy::Prioritized => Strategy::Prioritized,
            PayAsYouGoAllocationStrategy::Optimal => Strategy::Optimal,
        },
        Billing::Spot => match (request.spot_strategy, request.spot_pools_to_use) {
            (SpotAllocationStrategy::LowestPrice, Some(count)) if count > 1 => Strategy::LowestPriceOf(count as usize),
            (SpotAllocationStrategy::LowestPrice, _) => Strategy::LowestPrice,
            (SpotAllocationStrategy::Diversified, _) => Strategy::Diversified,
            (SpotAllocationStrategy::CapacityOptimized, _) => Strategy::CapacityOptimized,
            (SpotAllocationStrategy::PriceCapacityOptimized, _) => Strategy::PriceCapacityOptimized,
            (SpotAllocationStrategy::Optimal, _) => Strategy::Optimal,
        },
    }
}

/// The rows of a pass below the group's minimum: one for each pool (G6).
fn below_minimum(rows: Vec<Row>) -> Vec<Row> {
    let mut merged: Vec<Row> = Vec::new();
    for (zone, instance_type, spelt, amount, code) in rows {
        let code = if amount > 0 { Some("OperationDenied.NoStock") } else { code };
        if !merged.iter().any(|row| row.0 == zone && row.1 == instance_type) {
            merged.push((zone, instance_type, spelt, 0, code));
        }
    }
    merged
}
