//! A random world and a random sequence of calls, made on the cloud and on the model.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use serde_json::{Value, json};
use simcloud::base::{Billing, Decimal, InstanceId, Seed, Time};
use simcloud::cloud::model::{
    AddressingType, Capacity, CreateAutoProvisioningGroupRequest, CreateVSwitchRequest, CreateVpcRequest,
    DeleteAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, GroupType, ImageItem, InstanceListChange,
    InstanceSelection, InstanceState, InterruptionBehavior, LaunchConfiguration, LaunchTemplateConfig,
    ModifyAutoProvisioningGroupRequest, ModifyReservationRequest, PayAsYouGoAllocationStrategy, RunInstancesRequest,
    SpotAllocationStrategy, SpotStrategy, WorldChange,
};
use simcloud::cloud::{ClockSource, CloudConfig, CloudError, SimCloud, WorldLocation};
use simcloud::market::scenario::Selector;
use simcloud::market::{MarketRules, Scenario};

use crate::compare;
use crate::world::{Kind, Model, Modification, VSwitch};

const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";
const OTHER_IMAGE: &str = "ubuntu_22_04_x64_20G_alibase_20250623.vhd";
const ZONES: [&str; 2] = ["cn-heyuan-a", "cn-heyuan-b"];
pub(crate) const TYPES: [&str; 4] = ["ecs.g6.large", "ecs.c6.xlarge", "ecs.s6-c1m1.small", "ecs.g7.large"];
const CALLS: u32 = 10;

/// Random numbers, the same on every machine.
struct Random(Seed, u64);

impl Random {
    /// A number below `bound`.
    fn below(&mut self, bound: u32) -> u32 {
        self.1 += 1;
        u32::try_from(self.0.draw(self.1) % u64::from(bound)).unwrap()
    }

    fn one_in(&mut self, count: u32) -> bool {
        self.below(count) == 0
    }

    fn pick<T: Clone>(&mut self, choices: &[T]) -> T {
        choices[self.below(u32::try_from(choices.len()).unwrap()) as usize].clone()
    }
}

/// What a world has that decides which requests make sense in it.
struct Circumstances {
    /// Addresses or a quota may bind, so that the rules leave `optimal` some freedom.
    is_tight: bool,
    vswitches: Vec<(String, &'static str)>,
}

pub(crate) struct Walk {
    random: Random,
    cloud: SimCloud,
    /// Seconds, read by the cloud.
    clock: Arc<AtomicI64>,
    /// The same world, which does not look while time passes (W5).
    twin: SimCloud,
    model: Model,
    circumstances: Circumstances,
    said: Vec<String>,
    calls: u32,
}

fn cloud(scenario: &Scenario, clock: &Arc<AtomicI64>) -> SimCloud {
    let clock = Arc::clone(clock);
    SimCloud::new(CloudConfig {
        region: "cn-heyuan".into(),
        world: WorldLocation::Memory,
        scenario: Arc::new(scenario.clone()),
        clock: ClockSource::System(Arc::new(move || Time::from_unix_seconds(clock.load(Ordering::Relaxed)))),
        keeps_empty_world: false,
        random_number: || 1,
        scenario_document: None,
        real_time: || Time::START,
    })
}

fn scenario(random: &mut Random) -> (Value, bool) {
    let mut stock = Vec::new();
    let mut prices = Vec::new();
    for zone_id in ZONES {
        for instance_type in TYPES {
            if !random.one_in(5) {
                let (pay_as_you_go, spot) = (random.below(7), random.below(7));
                stock.push(json!({
                    "zone_id": zone_id, "instance_type": instance_type, "pay_as_you_go": pay_as_you_go, "spot": spot,
                }));
            }
            if random.one_in(2) {
                let (pay_as_you_go, spot) = (random.below(8) + 1, random.below(8) + 1);
                prices.push(json!({
                    "zone_id": zone_id, "instance_type": instance_type,
                    "pay_as_you_go": format!("0.{pay_as_you_go}"), "spot": format!("0.0{spot}"),
                }));
            }
        }
    }
    let mut events = Vec::new();
    for _ in 0..random.below(5) {
        let at = format!("{}m", 30 * random.below(20));
        let mut pools = json!({});
        if random.one_in(2) {
            pools["zone_id"] = random.pick(&ZONES).into();
        }
        if random.one_in(3) {
            pools["instance_type"] = random.pick(&TYPES).into();
        }
        let kind = random.pick(&["reclaim_spot", "terminate_instances", "stock", "prices"]);
        match kind {
            "stock" => pools["spot"] = random.below(5).into(),
            "prices" => pools["spot"] = format!("0.0{}", 1 + random.below(9)).into(),
            _ if !random.one_in(4) => pools["count"] = (1 + random.below(3)).into(),
            _ => {}
        }
        events.push(json!({ "at": at, kind: pools }));
    }
    let mut quotas = Vec::new();
    let has_quota = random.one_in(3);
    if has_quota {
        quotas.push(json!({ "vcpus": 4 + random.below(20) }));
        if random.one_in(2) {
            quotas.push(json!({ "charge_type": random.pick(&["Spot", "PayAsYouGo"]), "vcpus": 2 + random.below(12) }));
        }
    }
    let mut offers = Vec::new();
    for _ in 0..random.below(3) {
        let mut offer = json!({ "zone_id": random.pick(&ZONES) });
        if random.one_in(2) {
            offer["instance_type"] = random.pick(&TYPES).into();
        }
        match random.below(3) {
            0 => offer["on_sale"] = false.into(),
            1 => offer["disk_categories"] = json!(["cloud_ssd", "cloud_efficiency"]),
            _ => offer["disk_categories"] = json!(["cloud_essd", "cloud_ssd"]),
        }
        if offer.get("on_sale").is_none() || offer.get("instance_type").is_some() {
            offers.push(offer);
        }
    }
    let seed = random.below(1_000);
    let scenario = json!({
        "seed": seed, "stock": stock, "prices": prices, "events": events, "quotas": quotas, "offers": offers,
    });
    (scenario, has_quota)
}

fn decimal(text: &str) -> Decimal {
    text.parse().unwrap()
}

/// Makes one world and calls in it; an error says how the cloud and the model differ.
pub(crate) fn walk(number: u64) -> Result<(), String> {
    let mut random = Random(Seed::new(number).derive(&["model"]), 0);
    let (json, has_quota) = scenario(&mut random);
    let scenario = Scenario::from_json(&json).unwrap();
    let clock = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
    let mut walk = Walk {
        cloud: cloud(&scenario, &clock),
        twin: cloud(&scenario, &clock),
        clock,
        model: Model::new(scenario),
        circumstances: Circumstances { is_tight: has_quota, vswitches: Vec::new() },
        said: vec![format!("scenario {json}")],
        random,
        calls: 0,
    };
    let outcome = walk.all_calls();
    outcome.map_err(|difference| format!("world {number}:\n  {}\n  {difference}", walk.said.join("\n  ")))
}

fn code<T>(reply: Result<T, CloudError>) -> Result<T, String> {
    reply.map_err(|error| error.code().unwrap_or("a world's trouble").to_owned())
}

impl Walk {
    fn all_calls(&mut self) -> Result<(), String> {
        if self.random.one_in(3) {
            self.make_vswitches();
        }
        for _ in 0..CALLS {
            self.calls += 1;
            self.call()?;
            compare::everything(&self.cloud, &mut self.model)?;
        }
        // Time that passed at once left what time that was watched left (W5).
        let [one, other] = [&self.cloud, &self.twin].map(compare::contents);
        if one == other { Ok(()) } else { Err(format!("the twin has\n{other}\ninstead of\n{one}")) }
    }

    fn make_vswitches(&mut self) {
        let block = |text: &str| Some(text.to_owned());
        for cloud in [&self.cloud, &self.twin] {
            let request = CreateVpcRequest { cidr_block: block("172.16.0.0/12"), ..CreateVpcRequest::default() };
            let vpc_id = cloud.create_vpc(&request).unwrap().vpc_id;
            self.circumstances.vswitches.clear();
            for (zone, cidr_block, addresses) in [(ZONES[0], "172.16.0.0/29", 4), (ZONES[1], "172.16.1.0/28", 12)] {
                let request = CreateVSwitchRequest {
                    vpc_id: Some(vpc_id.clone()),
                    zone_id: Some(zone.into()),
                    cidr_block: block(cidr_block),
                    ..CreateVSwitchRequest::default()
                };
                let id = cloud.create_vswitch(&request).unwrap().vswitch_id.to_string();
                self.model.vswitches.insert(id.clone(), VSwitch { zone: zone.to_owned(), addresses });
                self.circumstances.vswitches.push((id, zone));
            }
        }
        self.circumstances.is_tight = true;
    }

    fn call(&mut self) -> Result<(), String> {
        let groups: Vec<usize> = (0..self.model.fleets.len())
            .filter(|index| self.model.fleets[*index].group().is_some() && !self.model.fleets[*index].is_left)
            .collect();
        let reservations: Vec<usize> =
            (0..self.model.fleets.len()).filter(|index| self.model.fleets[*index].group().is_none()).collect();
        match self.random.below(14) {
            0..=2 => self.create_group(),
            3 | 4 => self.run_instances(),
            5 if !groups.is_empty() => {
                let fleet = self.random.pick(&groups);
                self.modify_group(fleet, true)
            }
            6 | 7 if !groups.is_empty() => {
                let fleet = self.random.pick(&groups);
                self.modify_group(fleet, false)
            }
            8 if !reservations.is_empty() => {
                let fleet = self.random.pick(&reservations);
                self.replace_lost_of(fleet)
            }
            9 if self.random.one_in(2) && (groups.len() + reservations.len() > 1) => {
                let fleet = self.random.pick(&[groups, reservations].concat());
                self.delete(fleet)
            }
            10 if self.random.one_in(2) => self.take_by_hand(),
            10 => self.change_market(),
            11 if self.random.one_in(2) => self.delete_instance(),
            _ => self.advance(),
        }
    }

    fn config(&mut self) -> LaunchTemplateConfig {
        let vswitches = self.circumstances.vswitches.clone();
        let mut config = LaunchTemplateConfig {
            instance_type: Some(self.random.pick(&TYPES).into()),
            zone_id: Some(self.random.pick(&ZONES).into()),
            ..LaunchTemplateConfig::default()
        };
        if !vswitches.is_empty() && self.random.one_in(2) {
            let (id, _) = self.random.pick(&vswitches);
            config.zone_id = None;
            config.vswitch_id = Some(id.as_str().into());
        }
        if self.random.one_in(2) {
            let weights = ["1", "2", "3", "1.5", "0.5", "0.3333333333333333333333333333"];
            config.weighted_capacity = Some(decimal(self.random.pick(&weights)));
        }
        if self.random.one_in(4) {
            config.max_price = Some(Decimal::new(1 + i64::from(self.random.below(12)), 2));
        }
        if self.random.one_in(2) {
            config.priority = Some(self.random.below(3));
        }
        if self.random.one_in(6) {
            config.image_id = Some(OTHER_IMAGE.into());
        }
        config
    }

    fn configs(&mut self) -> Vec<LaunchTemplateConfig> {
        (0..=self.random.below(4)).map(|_| self.config()).collect()
    }

    fn capacity(&mut self) -> Capacity {
        let (pay_as_you_go, spot) = (self.random.below(5), self.random.below(7));
        let gap = if self.random.one_in(3) { self.random.below(3) } else { 0 };
        let default_type = self.random.pick(&[Billing::Spot, Billing::PayAsYouGo]);
        Capacity { total: (pay_as_you_go + spot + gap).max(1), pay_as_you_go, spot, default_type }
    }

    fn group_request(&mut self) -> CreateAutoProvisioningGroupRequest {
        let configs = self.configs();
        let random = &mut self.random;
        let mut payg = vec![PayAsYouGoAllocationStrategy::LowestPrice, PayAsYouGoAllocationStrategy::Prioritized];
        let mut spot = vec![
            SpotAllocationStrategy::LowestPrice,
            SpotAllocationStrategy::LowestPrice,
            SpotAllocationStrategy::Diversified,
            SpotAllocationStrategy::CapacityOptimized,
            SpotAllocationStrategy::PriceCapacityOptimized,
        ];
        if !self.circumstances.is_tight {
            payg.push(PayAsYouGoAllocationStrategy::Optimal);
            spot.push(SpotAllocationStrategy::Optimal);
        }
        let spot_strategy = random.pick(&spot);
        let may_use_pools = spot_strategy == SpotAllocationStrategy::LowestPrice && configs.len() > 2;
        let group_type = random.pick(&[GroupType::Instant, GroupType::Request, GroupType::Maintain]);
        let now = self.model.now;
        let later = |random: &mut Random| {
            Time::from_unix_seconds(now.unix_seconds() + 60 * (20 + 25 * i64::from(random.below(12))))
        };
        let valid_from = random.one_in(6).then(|| later(random));
        let valid_until = random.one_in(5).then(|| {
            let from = valid_from.unwrap_or(now);
            Time::from_unix_seconds(from.unix_seconds() + 60 * (20 + 25 * i64::from(random.below(12))))
        });
        let is_instant = group_type == GroupType::Instant;
        let launch_configuration = LaunchConfiguration {
            image_id: Some(IMAGE.into()),
            system_disk_category: random.one_in(5).then(|| random.pick(&["cloud_essd", "cloud_efficiency"]).to_owned()),
            key_pair_name: random.one_in(4).then(|| "example-key-name".into()),
            internet_max_bandwidth_out: random.below(2),
            ..LaunchConfiguration::default()
        };
        let categories = ["cloud_essd", "cloud_ssd", "cloud_efficiency"];
        let system_disk_categories = if random.one_in(5) {
            let first = random.below(2) as usize;
            categories[first..].iter().map(|name| (*name).to_owned()).collect()
        } else {
            Vec::new()
        };
        let data_disk_categories =
            if random.one_in(8) { vec![random.pick(&categories).to_owned()] } else { Vec::new() };
        let min_target = random.one_in(3).then(|| 1 + random.below(4));
        let interruption_behavior = random.pick(&[InterruptionBehavior::Terminate, InterruptionBehavior::Stop]);
        let spot_pools_to_use =
            (may_use_pools && random.one_in(2)).then(|| 1 + random.below(u32::try_from(configs.len()).unwrap() - 1));
        let max_spot_price = random.one_in(3).then(|| Decimal::new(1 + i64::from(random.below(12)), 2));
        let policies = [ExcessCapacityTerminationPolicy::NoTermination, ExcessCapacityTerminationPolicy::Termination];
        let excess_capacity_termination_policy = random.pick(&policies);
        let terminate_instances = interruption_behavior == InterruptionBehavior::Stop || !random.one_in(4);
        let (accept_shortfall, terminate_instances_with_expiration) = (random.one_in(2), random.one_in(2));
        let pay_as_you_go_strategy = random.pick(&payg);
        let capacity = self.capacity();
        CreateAutoProvisioningGroupRequest {
            group_type,
            capacity,
            min_target_capacity: min_target.filter(|least| is_instant && *least <= capacity.total),
            pay_as_you_go_strategy,
            spot_strategy,
            spot_pools_to_use,
            interruption_behavior,
            max_spot_price,
            excess_capacity_termination_policy,
            terminate_instances,
            terminate_instances_with_expiration,
            valid_from,
            valid_until,
            configs,
            launch_configuration,
            system_disk_categories,
            data_disk_categories,
            client_token: Some(format!("token-{}", self.calls)),
            accept_shortfall,
            ..CreateAutoProvisioningGroupRequest::default()
        }
    }

    fn create_group(&mut self) -> Result<(), String> {
        let request = self.group_request();
        self.said.push(format!("create {request:?}"));
        let made = code(self.cloud.create_auto_provisioning_group(&request));
        let again = code(self.twin.create_auto_provisioning_group(&request));
        let expected = self.model.create_group(&request);
        if made.as_ref().map(|_| ()) != expected.as_ref().copied() {
            return Err(format!("the creation should be {expected:?}, but is {made:?}"));
        }
        if made.as_ref().ok().map(|made| &made.group_id) != again.as_ref().ok().map(|made| &made.group_id) {
            return Err(format!("the twin made {again:?} instead of {made:?}"));
        }
        if let Ok(made) = made {
            self.model.fleets.last_mut().unwrap().id = made.group_id.to_string();
        }
        Ok(())
    }

    fn run_request(&mut self) -> RunInstancesRequest {
        let mut images = Vec::new();
        for _ in 0..=self.random.below(2) {
            let min_count = 1 + self.random.below(2);
            images.push(ImageItem {
                image_id: self.random.pick(&[IMAGE, OTHER_IMAGE]).into(),
                min_count,
                max_count: min_count + self.random.below(4),
                key_name: self.random.one_in(2).then(|| "example-key-name".into()),
            });
        }
        let strategies = [SpotStrategy::NoSpot, SpotStrategy::SpotAsPriceGo, SpotStrategy::SpotWithPriceLimit];
        let spot_strategy = self.random.pick(&strategies);
        let vswitches = self.circumstances.vswitches.clone();
        let (zone_id, vswitch_id) = match self.random.below(3) {
            0 if !vswitches.is_empty() => (None, Some(self.random.pick(&vswitches).0.as_str().into())),
            1 => (None, None),
            _ => (Some(self.random.pick(&ZONES).into()), None),
        };
        RunInstancesRequest {
            images,
            instance_type: Some(self.random.pick(&TYPES).into()),
            zone_id,
            vswitch_id,
            addressing_type: self.random.pick(&[
                AddressingType::Public,
                AddressingType::Public,
                AddressingType::Direct,
            ]),
            spot_strategy,
            spot_price_limit: (spot_strategy == SpotStrategy::SpotWithPriceLimit)
                .then(|| Decimal::new(1 + i64::from(self.random.below(12)), 2)),
            system_disk_category: self.random.one_in(4).then(|| "cloud_essd".to_owned()),
            client_token: Some(format!("token-{}", self.calls)),
            wait_for_running: self.random.one_in(2),
            accept_shortfall: self.random.one_in(2),
            ..RunInstancesRequest::default()
        }
    }

    fn run_instances(&mut self) -> Result<(), String> {
        let request = self.run_request();
        self.said.push(format!("run {request:?}"));
        let made = code(self.cloud.run_instances(&request));
        let _ = self.twin.run_instances(&request);
        let expected = self.model.run_instances(&request);
        if made.as_ref().map(|_| ()) != expected.as_ref().copied() {
            return Err(format!("the launch should be {expected:?}, but is {made:?}"));
        }
        if let Ok(made) = made {
            self.model.fleets.last_mut().unwrap().id = made.reservation_id.to_string();
        }
        Ok(())
    }

    fn modify_group(&mut self, fleet: usize, replaces_lost: bool) -> Result<(), String> {
        let request = self.model.fleets[fleet].group().unwrap().request.clone();
        let mut change = Modification { replaces_lost, ..Modification::default() };
        if !replaces_lost {
            match self.random.below(4) {
                0 => change.max_spot_price = Some(Decimal::new(1 + i64::from(self.random.below(12)), 2)),
                1 if request.spot_pools_to_use.is_none() => change.configs = Some(self.configs()),
                _ => change.capacity = Some(self.capacity()),
            }
            if self.random.one_in(4) {
                let policies =
                    [ExcessCapacityTerminationPolicy::NoTermination, ExcessCapacityTerminationPolicy::Termination];
                change.policy = Some(self.random.pick(&policies));
            }
        }
        self.said.push(format!("modify {} by {change:?}", self.model.fleets[fleet].id));
        let request = ModifyAutoProvisioningGroupRequest {
            group_id: Some(self.model.fleets[fleet].id.as_str().into()),
            replace_lost_now: replaces_lost,
            capacity: change.capacity,
            configs: change.configs.clone(),
            max_spot_price: change.max_spot_price.map(Some),
            excess_capacity_termination_policy: change.policy,
            ..ModifyAutoProvisioningGroupRequest::default()
        };
        let forecast = code(self.cloud.forecast_modify_auto_provisioning_group(&request));
        let done = code(self.cloud.modify_auto_provisioning_group(&request));
        let _ = self.twin.modify_auto_provisioning_group(&request);
        if format!("{forecast:?}") != format!("{done:?}") {
            return Err(format!("the forecast was {forecast:?}, but the change is {done:?}"));
        }
        let expected = self.model.modify_group(fleet, &change);
        let expected =
            InstanceListChange { replaced: expected.replaced, appended: expected.appended, removed: expected.removed };
        match done {
            Ok(done) if done.change == expected => Ok(()),
            other => Err(format!("the change should be {expected:?}, but is {:?}", other.map(|done| done.change))),
        }
    }

    fn replace_lost_of(&mut self, fleet: usize) -> Result<(), String> {
        let id = self.model.fleets[fleet].id.clone();
        self.said.push(format!("replace what {id} lost"));
        let request = ModifyReservationRequest {
            reservation_id: Some(id.as_str().into()),
            replace_lost_now: true,
            ..ModifyReservationRequest::default()
        };
        let done = code(self.cloud.modify_reservation(&request));
        let _ = self.twin.modify_reservation(&request);
        let expected = self.model.replace_lost_of_reservation(fleet);
        match done {
            Ok(done) if done.change.replaced == expected.replaced && done.change.appended == 0 => Ok(()),
            other => Err(format!("the change should be {expected:?}, but is {:?}", other.map(|done| done.change))),
        }
    }

    fn delete(&mut self, fleet: usize) -> Result<(), String> {
        let id = self.model.fleets[fleet].id.clone();
        self.said.push(format!("delete {id}"));
        if matches!(self.model.fleets[fleet].kind, Kind::Reservation(_)) {
            for cloud in [&self.cloud, &self.twin] {
                code(cloud.release_reservation(&id.as_str().into()))?;
            }
            self.model.release_reservation(fleet);
            return Ok(());
        }
        let terminates = self.model.fleets[fleet].group().unwrap().request.terminate_instances;
        let live = self.model.fleets[fleet]
            .instances
            .iter()
            .filter(|instance| instance.state != InstanceState::Terminated)
            .count();
        let request = DeleteAutoProvisioningGroupRequest { group_id: id.as_str().into(), terminate_instances: None };
        let deleted = code(self.cloud.delete_auto_provisioning_group(&request))?;
        let _ = self.twin.delete_auto_provisioning_group(&request);
        let expected = if terminates { (live, 0) } else { (0, live) };
        if (deleted.terminated as usize, deleted.kept as usize) != expected {
            return Err(format!("the deletion should terminate and keep {expected:?}, but does {deleted:?}"));
        }
        self.model.delete_group(fleet, terminates);
        Ok(())
    }

    fn delete_instance(&mut self) -> Result<(), String> {
        let live = self.model.fleets.iter().flat_map(|fleet| &fleet.instances).filter(|instance| instance.is_live());
        let ids: Vec<String> = live.map(|instance| instance.id.clone()).collect();
        if ids.len() < 2 {
            return Ok(());
        }
        let id = self.random.pick(&ids);
        self.said.push(format!("delete the instance {id}"));
        for cloud in [&self.cloud, &self.twin] {
            code(cloud.delete_instances(&[InstanceId::from(id.as_str())].into()))?;
        }
        self.model.delete_instance(&id);
        Ok(())
    }

    fn take_by_hand(&mut self) -> Result<(), String> {
        let zone = self.random.one_in(2).then(|| self.random.pick(&ZONES));
        let count = self.random.one_in(2).then(|| 1 + self.random.below(3));
        let terminates = self.random.one_in(3);
        self.said.push(format!("take {count:?} in {zone:?}, terminated: {terminates}"));
        let pools = Selector { zone_id: zone.map(Into::into), instance_type: None };
        let selection = InstanceSelection { pools, count, ..InstanceSelection::default() };
        let change =
            if terminates { WorldChange::TerminateInstances(selection) } else { WorldChange::ReclaimSpot(selection) };
        let expected = self.model.take_by_hand(zone, count, terminates);
        self.change_world(&change, expected)
    }

    fn change_market(&mut self) -> Result<(), String> {
        if self.random.one_in(3) {
            self.said.push("reset the market".to_owned());
            self.model.reset_market();
            let outcomes =
                [&self.cloud, &self.twin].map(|cloud| cloud.change_world(&WorldChange::ResetMarket, &mut |_| true));
            return outcomes.into_iter().find_map(Result::err).map_or(Ok(()), |error| Err(error.to_string()));
        }
        let mut pool = json!({});
        if self.random.one_in(2) {
            pool["zone_id"] = self.random.pick(&ZONES).into();
        }
        let (member, rule) = match self.random.below(4) {
            0 => ("prices", json!({ "spot": format!("0.0{}", 1 + self.random.below(9)) })),
            // With a quota from the beginning no group chooses by `optimal`.
            1 if !self.model.scenario.quotas.is_empty() => ("quotas", json!({ "vcpus": 4 + self.random.below(20) })),
            _ => ("stock", json!({ "spot": self.random.below(5), "pay_as_you_go": self.random.below(5) })),
        };
        for (name, value) in rule.as_object().into_iter().flatten() {
            pool[name] = value.clone();
        }
        if member == "quotas" {
            pool = rule;
        }
        self.said.push(format!("change the market: {member} {pool}"));
        let rules = MarketRules::from_json(&json!({ member: [pool] })).unwrap();
        self.model.change_market(rules.clone());
        self.change_world(&WorldChange::ChangeMarket(rules), true)
    }

    /// Changes both worlds; a forecast says the same. A repetition of the newest rules changes nothing, but does no harm.
    fn change_world(&mut self, change: &WorldChange, expected: bool) -> Result<(), String> {
        for cloud in [&self.cloud, &self.twin] {
            let forecast = cloud.forecast_world_change(change).map_err(|error| error.to_string())?;
            let outcome = cloud.change_world(change, &mut |_| true).map_err(|error| error.to_string())?;
            if forecast != outcome {
                return Err(format!("the forecast was {forecast:?}, not {outcome:?}"));
            }
            let is_repetition = matches!(change, WorldChange::ChangeMarket(_));
            if outcome.has_changed_anything() != expected && !is_repetition {
                return Err(format!("the change does something: {expected}, not {outcome:?}"));
            }
        }
        Ok(())
    }

    fn advance(&mut self) -> Result<(), String> {
        let target =
            Time::from_unix_seconds(self.model.now.unix_seconds() + 60 * i64::from(10 + self.random.below(300)));
        let steps = self.model.steps(target);
        for step in steps {
            self.said.push(format!("at {step}"));
            self.clock.store(step.unix_seconds(), Ordering::Relaxed);
            self.model.step(step);
            compare::everything(&self.cloud, &mut self.model)?;
        }
        self.said.push(format!("at {target}"));
        self.clock.store(target.unix_seconds(), Ordering::Relaxed);
        self.model.move_clock(target);
        Ok(())
    }
}
