//! Reservations: launches of equal instances, and the replacement of those that were lost.

use simcloud::base::Billing;
use simcloud::cloud::model::{InstanceState, RunInstancesRequest};

use super::{Done, Fleet, Instance, Kind, Made, Model, vcpus};
use crate::fraction::Fraction;

impl Model {
    /// # Errors
    /// The code of a refusal; nothing is changed.
    pub(crate) fn run_instances(&mut self, request: &RunInstancesRequest) -> Result<(), String> {
        let instance_type = request.instance_type.as_ref().unwrap().to_string();
        let vswitch = request.vswitch_id.as_ref().map(ToString::to_string);
        let zone = match (&vswitch, &request.zone_id) {
            (Some(vswitch), _) => self.vswitches[vswitch].zone.clone(),
            (None, Some(zone)) => zone.to_string(),
            (None, None) => self.zone_with_most(&instance_type, request.spot_strategy.billing()),
        };
        let vswitch = vswitch.unwrap_or_else(|| format!("vsw-{zone}"));
        let billing = request.spot_strategy.billing();
        let offer = self.market().offer(&zone, &instance_type).unwrap();
        let disk = match &request.system_disk_category {
            Some(wanted) => {
                let takes = offer.system_disk_categories.iter().any(|known| known.name() == wanted);
                takes.then(|| wanted.clone())
            }
            None => self.default_disk(&zone, &instance_type),
        };
        let (true, Some(disk)) = (offer.is_on_sale(), disk) else { return Err("Unsupported".to_owned()) };
        let price = self.price(&zone, &instance_type, billing);
        if request.spot_price_limit.is_some_and(|limit| limit < price) {
            return Err("SpotMaxPriceTooLow".to_owned());
        }
        let is_public = request.addressing_type == simcloud::cloud::model::AddressingType::Public;
        let made = Made {
            zone: zone.clone(),
            instance_type: instance_type.clone(),
            vswitch: vswitch.clone(),
            billing,
            weight: Fraction::ONE,
            price,
            ceiling: request.spot_price_limit,
            disk,
            image: String::new(),
            key: None,
            has_private_address: is_public,
            has_public_address: true,
        };
        let (room, code) = self.room_for(&made);
        let least: u32 = request.images.iter().map(|item| item.min_count).sum();
        let mut error_code = None;
        let counts = if room < u64::from(least) {
            if !request.accept_shortfall {
                return Err(code.to_owned());
            }
            error_code = Some(code.to_owned());
            vec![0; request.images.len()]
        } else {
            round_robin(request, room)
        };
        let state = if request.wait_for_running { InstanceState::Running } else { InstanceState::Pending };
        self.launches += 1;
        let mut instances = Vec::new();
        for (item, count) in request.images.iter().zip(counts) {
            for _ in 0..count {
                instances.push(Instance {
                    id: String::new(),
                    index: u32::try_from(instances.len()).unwrap(),
                    state,
                    made: Made {
                        image: item.image_id.to_string(),
                        key: item.key_name.as_ref().map(ToString::to_string),
                        ..made.clone()
                    },
                    launch_time: self.now,
                    launch: self.launches,
                    is_appended: false,
                });
            }
        }
        self.fleets.push(Fleet {
            id: String::new(),
            create_time: self.now,
            instances,
            error_code,
            kind: Kind::Reservation(Box::new(request.clone())),
            is_left: false,
        });
        Ok(())
    }

    /// The zone with the most free instances of a type, ties by name (R18).
    fn zone_with_most(&self, instance_type: &str, billing: Billing) -> String {
        let zones = ["cn-heyuan-a", "cn-heyuan-b"].into_iter();
        let sold = zones.filter(|zone| self.market().offer(zone, instance_type).unwrap().is_on_sale());
        let most = sold.min_by_key(|zone| (u32::MAX - self.free(zone, instance_type, billing), *zone));
        most.unwrap_or("cn-heyuan-a").to_owned()
    }

    /// How many instances can be launched, and the code of what limits them (R19).
    fn room_for(&self, made: &Made) -> (u64, &'static str) {
        let free = u64::from(self.free(&made.zone, &made.instance_type, made.billing));
        let addresses = if made.has_private_address { self.free_addresses(&made.vswitch) } else { u64::MAX };
        let quota = self.quota_left(made.billing).map_or(u64::MAX, |left| left / vcpus(&made.instance_type));
        let limits = [
            (free, "InsufficientInstanceCapacity"),
            (addresses, "InsufficientFreeAddressesInSubnet"),
            (quota, "VcpuLimitExceeded"),
        ];
        limits.into_iter().min_by_key(|(limit, _)| *limit).unwrap()
    }

    /// Replaces the lost instances of a reservation, as many as possible, by index (G10).
    pub(crate) fn replace_lost_of_reservation(&mut self, fleet: usize) -> Done {
        let Kind::Reservation(request) = self.fleets[fleet].kind.clone() else { unreachable!("a reservation") };
        let mut done = Done::default();
        let is_lost = |instance: &Instance| instance.state == InstanceState::Terminated;
        let Some(lost) = self.fleets[fleet].instances.iter().find(|instance| is_lost(instance)).cloned() else {
            return done;
        };
        let offer = self.market().offer(&lost.made.zone, &lost.made.instance_type).unwrap();
        let takes_disk = offer.system_disk_categories.iter().any(|known| known.name() == lost.made.disk);
        let price = self.price(&lost.made.zone, &lost.made.instance_type, lost.made.billing);
        let is_dear = request.spot_price_limit.is_some_and(|limit| limit < price);
        if !offer.is_on_sale() || !takes_disk || is_dear {
            return done;
        }
        let (room, _) = self.room_for(&lost.made);
        let state = if request.wait_for_running { InstanceState::Running } else { InstanceState::Pending };
        self.launches += 1;
        let (launch, launch_time) = (self.launches, self.now);
        for instance in self.fleets[fleet].instances.iter_mut().filter(|instance| is_lost(instance)) {
            if done.replaced.len() as u64 == room {
                break;
            }
            done.replaced.push(instance.index);
            let made = Made { price, ..instance.made.clone() };
            *instance = Instance { id: String::new(), state, made, launch_time, launch, ..instance.clone() };
        }
        done
    }

    pub(crate) fn release_reservation(&mut self, fleet: usize) {
        self.fleets.remove(fleet);
    }
}

/// Every image its minimum, then one at a time in the order of the request (R5, R6).
fn round_robin(request: &RunInstancesRequest, room: u64) -> Vec<u32> {
    let mut counts: Vec<u32> = request.images.iter().map(|item| item.min_count).collect();
    let mut rest = room - u64::from(counts.iter().sum::<u32>());
    loop {
        let before = rest;
        for (count, item) in counts.iter_mut().zip(&request.images) {
            if rest > 0 && *count < item.max_count {
                *count += 1;
                rest -= 1;
            }
        }
        if rest == before {
            return counts;
        }
    }
}
