//! The outlook of a group is what worlds do: market by market, figure by figure (M11–M13).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};

use serde_json::{Value, json};

use super::test_cloud::{TestCloud, config, group, instances};
use super::test_rng::TestRng;
use crate::base::clock::Span;
use crate::base::{ApiEnum, Billing, Decimal, Time};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::model::{
    AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, DescribeAutoProvisioningGroupsRequest, GroupStatus,
    GroupType, InstanceState, InterruptionBehavior, LaunchResult, LaunchTemplateConfig, Outlook, OutlookRequest,
    OutlookStart, PayAsYouGoAllocationStrategy, SpotAllocationStrategy, SpotStrategy,
};
use crate::market::{Market, Scenario};

const CASES: u64 = 120;
const POOLS: [(&str, &str); 4] = [
    ("cn-heyuan-a", "ecs.g6.large"),
    ("cn-heyuan-b", "ecs.g6.large"),
    ("cn-heyuan-b", "ecs.c6.xlarge"),
    ("cn-heyuan-a", "ecs.g7.2xlarge"),
];

pub(super) fn scenario(rng: &mut TestRng) -> Value {
    let mut scenario = json!({ "seed": rng.below(1_000) });
    if rng.is_one_of(2) {
        let stock = POOLS.map(|(zone_id, instance_type)| {
            let (pay_as_you_go, spot) = (rng.below(9), rng.below(9));
            json!({ "zone_id": zone_id, "instance_type": instance_type, "pay_as_you_go": pay_as_you_go, "spot": spot })
        });
        scenario["stock"] = stock.to_vec().into();
    }
    let mut events = Vec::new();
    for _ in 0..rng.below(7) {
        let at = format!("{}m", 20 * rng.below(300));
        let zone = rng.pick(&[json!(null), json!("cn-heyuan-a"), json!("cn-heyuan-b")]);
        events.push(match rng.below(4) {
            0 => json!({ "at": at, "reclaim_spot": { "zone_id": zone, "count": rng.below(6) + 1 } }),
            1 => json!({ "at": at, "terminate_instances": { "zone_id": zone, "count": rng.below(5) + 1 } }),
            2 => json!({ "at": at, "stock": { "zone_id": zone, "spot": rng.below(9), "pay_as_you_go": rng.below(9) } }),
            _ => json!({ "at": at, "prices": { "zone_id": zone, "spot": format!("0.{}", 1 + rng.below(9)) } }),
        });
    }
    scenario["events"] = events.into();
    if rng.is_one_of(3) {
        scenario["quotas"] = json!([{ "vcpus": 4 + rng.below(60) }]);
    }
    if rng.is_one_of(6) {
        scenario["limits"] = json!({ "group_instances": 6 + rng.below(10) });
    }
    if rng.is_one_of(3) {
        let hours = 5 + rng.below(90);
        let price: Vec<String> = (0..hours).map(|_| format!("0.{}", 1 + rng.below(9))).collect();
        let spot: Vec<u32> = (0..hours).map(|_| rng.below(12)).collect();
        let (zone_id, instance_type) = rng.pick(&POOLS);
        scenario["series"] = json!([{ "zone_id": zone_id, "instance_type": instance_type,
            "start": format!("{}h", rng.below(9)), "spot_price": price, "spot": spot }]);
    }
    scenario
}

pub(super) fn request(rng: &mut TestRng) -> CreateAutoProvisioningGroupRequest {
    let (pay_as_you_go, spot) = (rng.below(8), 1 + rng.below(30));
    let mut request = group(pay_as_you_go, spot);
    request.client_token = rng.is_one_of(2).then(|| "token".to_owned());
    request.group_type = rng.pick(&[
        GroupType::Instant,
        GroupType::Request,
        GroupType::Maintain,
        GroupType::Maintain,
        GroupType::Maintain,
    ]);
    request.pay_as_you_go_strategy = rng.pick(PayAsYouGoAllocationStrategy::ALL);
    request.spot_strategy = rng.pick(SpotAllocationStrategy::ALL);
    request.interruption_behavior = rng.pick(&[InterruptionBehavior::Terminate, InterruptionBehavior::Stop]);
    request.max_spot_price = rng.is_one_of(3).then(|| Decimal::new(1 + i64::from(rng.below(9)), 1));
    request.min_target_capacity =
        (request.group_type == GroupType::Instant && rng.is_one_of(2)).then(|| 1 + rng.below(pay_as_you_go + spot));
    let minutes = |minutes: u32| Time::START.plus(Span::from_seconds(60 * i64::from(minutes)));
    request.valid_from = rng.is_one_of(5).then(|| minutes(1 + rng.below(2_000)));
    request.valid_until = rng.is_one_of(5).then(|| minutes(2_001 + rng.below(3_000)));
    request.terminate_instances_with_expiration = rng.is_one_of(2);
    let weighted = rng.is_one_of(2);
    let weights = [Decimal::ONE, Decimal::new(15, 1), Decimal::TWO, Decimal::from(3)];
    request.configs = POOLS
        .into_iter()
        .zip(weights)
        .map(|((zone, name), weight)| LaunchTemplateConfig {
            weighted_capacity: weighted.then_some(weight),
            priority: rng.is_one_of(2).then(|| rng.below(3)),
            max_price: rng.is_one_of(6).then(|| Decimal::new(1 + i64::from(rng.below(9)), 1)),
            ..config(zone, name)
        })
        .collect();
    request
}

/// What a market did, as its world shows it.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Observed {
    pub(super) launched: bool,
    pub(super) fulfilled: bool,
    pub(super) fulfilled_capacity: Decimal,
    pub(super) hourly_cost: Decimal,
    pub(super) lost_instances: u32,
    pub(super) delivered_share: Decimal,
    pub(super) longest_shortage_hours: Decimal,
    pub(super) total_cost: Decimal,
    /// Instances launched by pool, and pools that were short or left out at the launch.
    pub(super) instances: BTreeMap<(String, String), u64>,
    pub(super) short: BTreeSet<(String, String)>,
    pub(super) left_out: BTreeSet<(String, String)>,
    /// Below the minimum a row does not tell whether its pool was short.
    pub(super) is_below_minimum: bool,
}

/// Makes the group in the world of one market, lets time pass step by step, and looks at it at each step.
fn observe(json: &Value, request: &CreateAutoProvisioningGroupRequest, number: u32, horizon: Span) -> Observed {
    let mut json = json.clone();
    json["seed"] = (json["seed"].as_u64().unwrap() + u64::from(number)).into();
    json["series_offset"] = format!("{number}h").into();
    let scenario = Scenario::from_json(&json).unwrap();
    let cloud = TestCloud::new(json);
    let mut seen = Observed::default();
    let request = CreateAutoProvisioningGroupRequest { accept_shortfall: true, ..request.clone() };
    let made = match cloud.api.create_auto_provisioning_group(&request) {
        Ok(made) => Some(made),
        Err(CloudError::Service(refusal)) if *refusal.code == *codes::TARGET_CAPACITY_EXCEED => None,
        Err(error) => panic!("{error}"),
    };
    if let Some(made) = &made {
        seen.note_apply(made, &made.launch_results);
    }
    let end = Time::START.plus(horizon);
    let steps = steps(&scenario, &request, end);
    seen.watch(&cloud, &cloud.api, made.as_ref(), &request, &scenario, &steps);
    seen
}

impl Observed {
    /// Lets time pass step by step, and looks at the group at each step; the first one is now.
    pub(super) fn watch(
        &mut self,
        cloud: &TestCloud,
        api: &SimCloud,
        made: Option<&AutoProvisioningGroup>,
        request: &CreateAutoProvisioningGroupRequest,
        scenario: &Scenario,
        steps: &[Time],
    ) {
        let seen = self;
        let mut known = BTreeSet::new();
        let (mut asked_sum, mut delivered, mut cost) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
        let (mut shortage, mut longest) = (0, 0);
        let mut before: Option<AutoProvisioningGroup> = None;
        for (index, step) in steps.iter().enumerate() {
            cloud.at(&step.to_string());
            let now = made.map(|made| look(api, made));
            if let Some(now) = &now {
                for instance in now.instances.iter().filter(|instance| known.insert(instance.instance_id.clone())) {
                    if index == 0 && instance.state != InstanceState::Running {
                        continue;
                    }
                    let pool = (instance.zone_id.to_string(), instance.instance_type.to_string());
                    *seen.instances.entry(pool).or_default() += 1;
                }
                let expired = request.valid_until.is_some_and(|until| until == *step);
                if let Some(before) = before.filter(|_| !(expired && request.terminate_instances_with_expiration)) {
                    let living = ids(now);
                    seen.lost_instances += u32::try_from(ids(&before).difference(&living).count()).unwrap();
                }
            }
            let Some(next) = steps.get(index + 1) else { break };
            let seconds = next.since(*step).seconds();
            let is_open = request.valid_from.is_none_or(|from| from <= *step)
                && request.valid_until.is_none_or(|until| *step < until);
            let mut is_short = false;
            for billing in [Billing::PayAsYouGo, Billing::Spot] {
                let asked = Decimal::from(if is_open { request.capacity.target(billing) } else { 0 });
                let living = now.as_ref().map_or(Decimal::ZERO, |now| match billing {
                    Billing::PayAsYouGo => now.fulfilled_pay_as_you_go_capacity,
                    Billing::Spot => now.fulfilled_spot_capacity,
                });
                is_short |= living < asked;
                asked_sum += asked * Decimal::from(seconds);
                delivered += living.min(asked) * Decimal::from(seconds);
            }
            shortage = if is_short { shortage + seconds } else { 0 };
            longest = longest.max(shortage);
            let market = Market::new(scenario);
            for instance in now.iter().flat_map(|now| &now.instances).filter(|i| i.state == InstanceState::Running) {
                let billing = match instance.spot_strategy {
                    SpotStrategy::NoSpot => Billing::PayAsYouGo,
                    _ => Billing::Spot,
                };
                let (zone, name) = (instance.zone_id.as_str(), instance.instance_type.as_str());
                cost += market.price(zone, name, billing, *step).unwrap() * Decimal::from(seconds);
            }
            before = now;
        }
        let hour = Decimal::from(3_600);
        seen.delivered_share = if asked_sum.is_zero() { Decimal::ONE } else { delivered / asked_sum };
        seen.longest_shortage_hours = Decimal::from(longest) / hour;
        seen.total_cost = cost / hour;
    }

    /// Holds the outlook of this market alone against what its world did.
    pub(super) fn assert_shown(&self, shown: &Outlook, context: &str) {
        let world = self;
        let figures = &shown.figures;
        let number_of = |truth: bool| Decimal::from(u8::from(truth));
        let at_launch = [
            (&figures.launched_share, number_of(world.launched)),
            (&figures.fulfilled_share, number_of(world.fulfilled)),
            (&figures.fulfilled_capacity, world.fulfilled_capacity),
            (&figures.hourly_cost, world.hourly_cost),
        ];
        let over_time = [
            (&figures.lost_instances, world.lost_instances.into()),
            (&figures.delivered_share, world.delivered_share),
            (&figures.longest_shortage_hours, world.longest_shortage_hours),
            (&figures.total_cost, world.total_cost),
        ];
        let all = at_launch.into_iter().chain(over_time.map(|(shown, seen)| (shown.as_ref().unwrap(), seen)));
        for ((shown, seen), name) in all.zip(crate::cloud::model::OutlookFigures::NAMES) {
            let expected = rounded(seen);
            assert_eq!([shown.min, shown.p5, shown.p50, shown.p95, shown.max], [expected; 5], "{name}: {context}");
            assert_eq!(shown.mean, expected, "{name}: {context}");
        }
        let total: u64 = world.instances.values().sum();
        for pool in &shown.pools {
            let key = (pool.zone_id.to_string(), pool.instance_type.to_string());
            let launched = Decimal::from(world.instances.get(&key).copied().unwrap_or(0));
            let share = if total == 0 { Decimal::ZERO } else { rounded(launched / Decimal::from(total)) };
            assert_eq!(pool.instance_share, share, "{key:?}: {context}");
            let is_known = !world.is_below_minimum;
            assert!(!is_known || pool.short_share == number_of(world.short.contains(&key)), "{key:?}: {context}");
            assert_eq!(pool.left_out_share, number_of(world.left_out.contains(&key)), "{key:?}: {context}");
        }
    }

    /// Of a group that was made or changed just now; `rows` are those of that call.
    pub(super) fn note_apply(&mut self, made: &AutoProvisioningGroup, rows: &[LaunchResult]) {
        self.launched = made.instances.iter().any(|instance| instance.state == InstanceState::Running);
        self.fulfilled = made.state_of_delivery() && made.status == GroupStatus::Active;
        self.fulfilled_capacity = made.fulfilled_capacity;
        self.hourly_cost = made.hourly_cost;
        self.is_below_minimum = made.error_code.is_some();
        for row in rows.iter().filter(|row| row.error_code.is_some()) {
            let code = row.error_code.as_deref().unwrap();
            let short =
                [codes::NO_INSTANCE_STOCK, codes::OPERATION_DENIED_NO_STOCK, codes::IP_NOT_ENOUGH, codes::QUOTA_EXCEED];
            let pools = if short.contains(&code) { &mut self.short } else { &mut self.left_out };
            pools.insert((row.zone_id.to_string(), row.instance_type.to_string()));
        }
    }
}

/// The group as it is now.
fn look(api: &SimCloud, group: &AutoProvisioningGroup) -> AutoProvisioningGroup {
    let group_ids = Some(BTreeSet::from([group.group_id.clone()]));
    let only = DescribeAutoProvisioningGroupsRequest { group_ids, ..Default::default() };
    api.describe_auto_provisioning_groups(&only).unwrap().remove(0)
}

impl AutoProvisioningGroup {
    fn state_of_delivery(&self) -> bool {
        let target = |billing| Decimal::from(self.request.capacity.target(billing));
        self.fulfilled_pay_as_you_go_capacity >= target(Billing::PayAsYouGo)
            && self.fulfilled_spot_capacity >= target(Billing::Spot)
            && self.error_code.is_none()
            && self.warnings.iter().all(|warning| !warning.contains("window"))
    }
}

fn ids(group: &AutoProvisioningGroup) -> BTreeSet<String> {
    let running = group.instances.iter().filter(|instance| instance.state == InstanceState::Running);
    running.map(|instance| instance.instance_id.to_string()).collect()
}

/// Every moment at which something can happen, from the start on (W5).
pub(super) fn steps(scenario: &Scenario, request: &CreateAutoProvisioningGroupRequest, end: Time) -> Vec<Time> {
    let mut steps: BTreeSet<Time> = hours_and_events(scenario, end).into_iter().collect();
    steps.extend(request.valid_from);
    steps.extend(request.valid_until);
    steps.into_iter().filter(|step| *step <= end).collect()
}

/// The whole hours and the moments of events, from the start on.
pub(super) fn hours_and_events(scenario: &Scenario, end: Time) -> Vec<Time> {
    let mut steps: BTreeSet<Time> = BTreeSet::from([Time::START, end]);
    let mut hour = Time::START;
    while hour < end {
        steps.insert(hour);
        hour = hour.plus(Span::HOUR);
    }
    for event in &scenario.events {
        steps.insert(Time::START.plus(event.at));
        steps.insert(Time::START.plus(event.at.max(Span::from_seconds(1))));
    }
    steps.into_iter().filter(|step| *step <= end).collect()
}

fn outlook(json: &Value, request: &CreateAutoProvisioningGroupRequest, markets: u32, horizon: Span) -> Outlook {
    let request = OutlookRequest {
        fleet: request.clone().into(),
        start: OutlookStart::default(),
        markets,
        horizon: Some(horizon),
        compare_strategies: false,
        threads: Some(1),
    };
    TestCloud::new(json.clone()).api.forecast_outlook(&request).unwrap()
}

/// As the outlook rounds.
pub(super) fn rounded(value: Decimal) -> Decimal {
    value.round_dp(10).normalize()
}

#[test]
fn m11_the_outlook_of_a_market_is_what_the_world_of_its_seed_does() {
    let (mut lossy, mut short, mut refused) = (0, 0, 0);
    for case in 0..CASES {
        let mut rng = TestRng::new("outlook", case);
        let (json, request) = (scenario(&mut rng), request(&mut rng));
        let horizon = Span::from_seconds(60 * i64::from(1 + rng.below(6_000)));
        let number = rng.pick(&[0, 0, 1, 2, 41]);
        let world = observe(&json, &request, number, horizon);
        // The figures of one market: those of one market more less those of the others would hide a mistake.
        let mut one = json.clone();
        one["seed"] = (json["seed"].as_u64().unwrap() + u64::from(number)).into();
        one["series_offset"] = format!("{number}h").into();
        let shown = outlook(&one, &request, 1, horizon);
        let context = format!("case {case}, market {number}\n{json}\n{request:#?}\n{world:#?}");
        world.assert_shown(&shown, &context);
        assert_eq!(shown.worst_market, one["seed"].as_u64().unwrap());
        lossy += u32::from(world.lost_instances > 0);
        short += u32::from(world.longest_shortage_hours > Decimal::ZERO);
        refused += u32::from(!world.launched);
    }
    // The cases are not all the same.
    assert!(lossy > 30 && short > 30 && refused > 3, "{lossy} {short} {refused}");
}

#[test]
fn m11_market_k_has_a_seed_and_a_record_k_further() {
    for case in [3, 8, 21, 34, 55] {
        let mut rng = TestRng::new("outlook", case);
        let (mut json, request) = (scenario(&mut rng), request(&mut rng));
        let spot: Vec<u32> = (0..40).map(|_| rng.below(20)).collect();
        json["series"] =
            json!([{ "zone_id": "cn-heyuan-b", "instance_type": "ecs.g6.large", "start": "0s", "spot": spot }]);
        let horizon = Span::from_seconds(3_600 * 50);
        let all = outlook(&json, &request, 4, horizon);
        let worlds: Vec<Observed> = (0..4).map(|number| observe(&json, &request, number, horizon)).collect();
        let mut costs: Vec<Decimal> = worlds.iter().map(|world| rounded(world.total_cost)).collect();
        costs.sort_unstable();
        assert_eq!(all.figures.total_cost.unwrap().values, costs);
        let worst = worlds.iter().map(|world| rounded(world.delivered_share)).min().unwrap();
        let replayed = usize::try_from(all.worst_market - json["seed"].as_u64().unwrap()).unwrap();
        assert_eq!(rounded(worlds[replayed].delivered_share), worst);
        assert_eq!(all.worst_market_record_hours as usize, replayed);
    }
}

#[test]
fn m11_threads_strategies_and_progress() {
    let mut rng = TestRng::new("outlook", 7);
    let json = json!({ "seed": 5 });
    let group = CreateAutoProvisioningGroupRequest {
        group_type: GroupType::Maintain,
        spot_strategy: SpotAllocationStrategy::Diversified,
        ..group(2, 60)
    };
    let group = CreateAutoProvisioningGroupRequest { configs: request(&mut rng).configs, ..group };
    let ask = |threads, compare_strategies| {
        let horizon = Some(Span::from_seconds(86_400 * 3));
        let request = OutlookRequest {
            fleet: group.clone().into(),
            start: OutlookStart::default(),
            markets: 30,
            horizon,
            compare_strategies,
            threads: Some(threads),
        };
        let told = AtomicU32::new(0);
        let rounds = if compare_strategies { SpotAllocationStrategy::ALL.len() } else { 1 };
        let all = 30 * u32::try_from(rounds).unwrap();
        let shown = TestCloud::new(json.clone()).api.forecast_outlook_and_tell(&request, &|_, of| {
            assert_eq!(of, all);
            told.fetch_add(1, Ordering::Relaxed);
        });
        assert_eq!(told.into_inner(), all);
        shown.unwrap()
    };
    let one = ask(1, true);
    assert_eq!([2, 5, 64].map(|threads| ask(threads, true) == one), [true; 3]);
    let strategies: Vec<_> = one.strategies.iter().map(|compared| compared.spot_allocation_strategy.name()).collect();
    assert_eq!(strategies, SpotAllocationStrategy::NAMES);
    let own =
        one.strategies.iter().find(|compared| compared.spot_allocation_strategy.name() == group.spot_strategy.name());
    assert_eq!(own.unwrap().figures, one.figures);
    assert!(one.strategies.iter().any(|compared| compared.figures != one.figures));
    assert!(ask(3, false).strategies.is_empty());
}

#[test]
fn m11_what_others_hold_stays_as_it_is_and_a_group_of_the_same_name_counts_as_free() {
    let stock = json!({ "stock": [{ "instance_type": "ecs.s6-c1m1.small", "spot": 10, "pay_as_you_go": 4 }] });
    let cloud = TestCloud::new(stock);
    cloud.run(instances(3, 3));
    let named = CreateAutoProvisioningGroupRequest { name: Some("own".to_owned()), ..group(1, 7) };
    cloud.create(named.clone());
    cloud.create(group(0, 2));
    let ask = |group: &CreateAutoProvisioningGroupRequest| {
        let request = OutlookRequest {
            fleet: group.clone().into(),
            start: OutlookStart { replaces_namesakes: true, ..OutlookStart::default() },
            markets: 3,
            horizon: None,
            compare_strategies: false,
            threads: None,
        };
        cloud.api.forecast_outlook(&request).unwrap().figures
    };
    let own = ask(&named);
    assert_eq!((own.fulfilled_capacity.min, own.fulfilled_share.mean), (Decimal::from(8), Decimal::ONE));
    assert_eq!(own.total_cost, None);
    let other = ask(&CreateAutoProvisioningGroupRequest { name: Some("other".to_owned()), ..named });
    assert_eq!((other.fulfilled_capacity.max, other.fulfilled_share.mean), (Decimal::ONE, Decimal::ZERO));
    assert_eq!(cloud.groups().len(), 2, "nothing was made");
}

#[test]
fn m13_the_worst_market_delivers_least() {
    let configs = vec![config("cn-heyuan-b", "ecs.g6.large")];
    let group = CreateAutoProvisioningGroupRequest { configs, group_type: GroupType::Maintain, ..group(0, 70) };
    let json = json!({ "seed": 900 });
    let horizon = Span::from_seconds(86_400 * 20);
    let all = outlook(&json, &group, 25, horizon);
    let worst = outlook(&json!({ "seed": all.worst_market }), &group, 1, horizon);
    let least = all.figures.delivered_share.unwrap().min;
    assert_eq!(worst.figures.delivered_share.unwrap().max, least);
    assert!(least < Decimal::ONE);
}
