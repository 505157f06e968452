//! The outlook of a plan over a world that has fleets is what the world does once the plan is applied (M11, M14).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::outlook::{Observed, request, scenario, steps};
use super::outlook_fleets::{HEYUAN, VIRGINIA, assert_is_the_world, ec2_fleet, scaling_group};
use super::test_cloud::{TestCloud, config, group, instances};
use super::test_rng::TestRng;
use crate::base::clock::Span;
use crate::base::{Decimal, Time};
use crate::cloud::SimCloud;
use crate::cloud::model::{
    Activation, AutoProvisioningGroup, Capacity, CreateAutoProvisioningGroupRequest, CreateScalingConfigurationRequest,
    DeleteAutoProvisioningGroupRequest, DescribeAutoProvisioningGroupsRequest, DescribeInstancesRequest,
    DescribeScalingGroupsRequest, ExistingFleet, FleetUpdate, GroupSizes, GroupType, InstanceState,
    ModifyAutoProvisioningGroupRequest, ModifyFleetRequest, ModifyScalingGroupRequest, Outlook, OutlookFleet,
    OutlookInstances, OutlookRequest, OutlookStart, RunInstancesRequest, ScalingConfigurationArguments, SpotStrategy,
};
use crate::market::Scenario;

const CASES: u64 = 150;

/// What a plan does with a group that exists.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Plan {
    Keep,
    Resize,
    ChangePools,
    ReplaceLost,
    DestroyThenCreate,
    CreateThenDestroy,
    /// Its instances keep running, beside those of a new group.
    ForgetAndCreate,
    /// Another group takes its place.
    DestroyAndCreateAnother,
}

const PLANS: [Plan; 8] = [
    Plan::Keep,
    Plan::Resize,
    Plan::ChangePools,
    Plan::ReplaceLost,
    Plan::DestroyThenCreate,
    Plan::CreateThenDestroy,
    Plan::ForgetAndCreate,
    Plan::DestroyAndCreateAnother,
];

/// The scenario as the market of a number has it.
fn of_market(json: &Value, number: u32) -> Value {
    let mut one = json.clone();
    one["seed"] = (json["seed"].as_u64().unwrap() + u64::from(number)).into();
    one["series_offset"] = format!("{number}h").into();
    one
}

/// The group after the change.
fn changed(
    rng: &mut TestRng,
    before: &CreateAutoProvisioningGroupRequest,
    plan: Plan,
) -> CreateAutoProvisioningGroupRequest {
    let mut after = before.clone();
    match plan {
        Plan::Resize => {
            let (pay_as_you_go, spot) = (rng.below(10), 1 + rng.below(30));
            after.capacity = group(pay_as_you_go, spot).capacity;
            after.excess_capacity_termination_policy = rng.pick(crate::base::ApiEnum::ALL);
        }
        Plan::ChangePools => {
            after.configs.remove(rng.below(4) as usize);
            after.configs.push(config("cn-heyuan-a", "ecs.c7.large"));
        }
        Plan::DestroyAndCreateAnother => after = request(rng),
        _ => {}
    }
    after.client_token = None;
    after.accept_shortfall = true;
    after
}

fn start(plan: Plan, made: &AutoProvisioningGroup, before: &CreateAutoProvisioningGroupRequest) -> OutlookStart {
    let id = made.group_id.to_string();
    let ids = BTreeSet::from([id.clone()]);
    let update = || FleetUpdate {
        before: CreateAutoProvisioningGroupRequest { client_token: None, accept_shortfall: true, ..before.clone() }
            .into(),
        replaces_lost: plan == Plan::ReplaceLost,
    };
    match plan {
        Plan::Keep => OutlookStart { existing: Some(ExistingFleet { id, update: None }), ..OutlookStart::default() },
        Plan::Resize | Plan::ChangePools | Plan::ReplaceLost => {
            OutlookStart { existing: Some(ExistingFleet { id, update: Some(update()) }), ..OutlookStart::default() }
        }
        Plan::DestroyThenCreate | Plan::DestroyAndCreateAnother => {
            OutlookStart { released: ids, ..OutlookStart::default() }
        }
        Plan::CreateThenDestroy => OutlookStart { released_afterwards: ids, ..OutlookStart::default() },
        Plan::ForgetAndCreate => OutlookStart::default(),
    }
}

/// Applies the plan; `None` where the cloud refuses the creation.
fn apply(
    api: &SimCloud,
    plan: Plan,
    made: &AutoProvisioningGroup,
    before: &CreateAutoProvisioningGroupRequest,
    after: &CreateAutoProvisioningGroupRequest,
    seen: &mut Observed,
) -> Option<AutoProvisioningGroup> {
    let delete = || {
        let group_id = made.group_id.clone();
        let request = DeleteAutoProvisioningGroupRequest { group_id, terminate_instances: Some(true) };
        api.delete_auto_provisioning_group(&request).unwrap();
    };
    let create = |seen: &mut Observed| {
        let created = api.create_auto_provisioning_group(after).ok();
        if let Some(created) = &created {
            seen.note_apply(created, &created.launch_results);
        }
        created
    };
    let modify = |seen: &mut Observed| {
        let request = ModifyAutoProvisioningGroupRequest {
            group_id: Some(made.group_id.clone()),
            capacity: (before.capacity != after.capacity).then_some(after.capacity),
            configs: (before.configs != after.configs).then(|| after.configs.clone()),
            excess_capacity_termination_policy: Some(after.excess_capacity_termination_policy),
            replace_lost_now: plan == Plan::ReplaceLost,
            ..ModifyAutoProvisioningGroupRequest::default()
        };
        let rows_before = look(api, made).launch_results;
        let refused = api.modify_auto_provisioning_group(&request).is_err();
        let now = look(api, made);
        let rows = if now.launch_results == rows_before { Vec::new() } else { now.launch_results.clone() };
        seen.note_apply(&now, &rows);
        seen.fulfilled &= !refused;
        Some(now)
    };
    match plan {
        Plan::Keep => {
            let now = look(api, made);
            seen.note_apply(&now, &[]);
            Some(now)
        }
        Plan::Resize | Plan::ChangePools | Plan::ReplaceLost => modify(seen),
        Plan::DestroyThenCreate | Plan::DestroyAndCreateAnother => {
            delete();
            create(seen)
        }
        Plan::CreateThenDestroy => {
            let created = create(seen);
            delete();
            created
        }
        Plan::ForgetAndCreate => create(seen),
    }
}

fn look(api: &SimCloud, made: &AutoProvisioningGroup) -> AutoProvisioningGroup {
    let all = api.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default()).unwrap();
    all.into_iter().find(|known| known.group_id == made.group_id).unwrap()
}

fn ask(api: &SimCloud, fleet: OutlookFleet, start: OutlookStart, markets: u32, horizon: Option<Span>) -> Outlook {
    let request = OutlookRequest { fleet, start, markets, horizon, compare_strategies: false, threads: Some(1) };
    api.forecast_outlook(&request).unwrap()
}

#[test]
fn m14_the_outlook_of_a_plan_over_a_world_with_fleets_is_what_the_world_does() {
    let mut kinds: BTreeMap<Plan, [u32; 3]> = BTreeMap::new();
    for case in 0..CASES {
        let mut rng = TestRng::new("outlook of a plan", case);
        let (json, mut before) = (scenario(&mut rng), request(&mut rng));
        before.accept_shortfall = true;
        let cloud = TestCloud::in_file(json.clone());
        let Ok(made) = cloud.api.create_auto_provisioning_group(&before) else { continue };
        let begin = Span::from_seconds(60 * i64::from(rng.below(3_000)));
        cloud.at(&Time::START.plus(begin).to_string());
        cloud.groups();
        let plan = rng.pick(&PLANS);
        let after = changed(&mut rng, &before, plan);
        let horizon = Span::from_seconds(60 * i64::from(1 + rng.below(4_000)));
        // Another group on the same pools would lose instances too, which an outlook leaves out.
        let horizon = if plan == Plan::ForgetAndCreate { Span::from_seconds(0) } else { horizon };
        let number = rng.pick(&[0, 0, 1, 2, 41]);
        let one = of_market(&json, number);
        let api = cloud.under(one.clone());
        let shown = ask(&api, after.clone().into(), start(plan, &made, &before), 1, Some(horizon));
        let mut seen = Observed::default();
        let made = apply(&api, plan, &made, &before, &after, &mut seen);
        let scenario = Scenario::from_json(&one).unwrap();
        let from = Time::START.plus(begin);
        let mut steps = steps(&scenario, &after, from.plus(horizon));
        steps.retain(|step| *step > from);
        steps.insert(0, from);
        let request = made.as_ref().map_or_else(|| after.clone(), |made| made.request.clone());
        seen.watch(&cloud, &api, made.as_ref(), &request, &scenario, &steps);
        let context =
            format!("case {case}, {plan:?}, market {number}, from {from}\n{json}\n{before:#?}\n{after:#?}\n{seen:#?}");
        seen.assert_shown(&shown, &context);
        let counts = kinds.entry(plan).or_default();
        counts[0] += 1;
        counts[1] += u32::from(seen.lost_instances > 0);
        counts[2] += u32::from(!seen.short.is_empty());
    }
    assert!(kinds.len() == PLANS.len() && kinds.values().all(|counts| counts[0] > 5), "{kinds:?}");
    let lossy: u32 = kinds.values().map(|counts| counts[1]).sum();
    assert!(lossy > 30, "{kinds:?}");
}

const HORIZON: Span = Span::from_seconds(3_600 * 80);

fn existing(id: &str, before: Option<OutlookFleet>) -> OutlookStart {
    let update = before.map(|before| FleetUpdate { before, replaces_lost: false });
    OutlookStart { existing: Some(ExistingFleet { id: id.to_owned(), update }), ..OutlookStart::default() }
}

#[test]
fn m14_instances_by_themselves_are_what_their_world_has() {
    let mut lost = 0;
    for case in 0..40 {
        let mut rng = TestRng::new("outlook of instances", case);
        let json = HEYUAN.scenario(&mut rng);
        let (most, spot_duration) = (1 + rng.below(9), rng.pick(&[None, Some(0), Some(1)]));
        let mut request = RunInstancesRequest {
            instance_type: Some("ecs.g6.large".into()),
            spot_strategy: SpotStrategy::SpotAsPriceGo,
            spot_duration,
            ..instances(1, most)
        };
        request.images[0].key_name = None;
        let mut fleet = group(0, most);
        fleet.configs = vec![config("cn-heyuan-b", "ecs.g6.large")];
        fleet.min_target_capacity = Some(1);
        let fleet = OutlookInstances { group: fleet, are_protected: spot_duration != Some(0) };
        let fleet = OutlookFleet::Instances(Box::new(fleet));
        let cloud = TestCloud::new(json.clone());
        let planned = ask(&cloud.api, fleet.clone(), OutlookStart::default(), 1, Some(HORIZON));
        let Ok(made) = cloud.api.run_instances(&request) else { continue };
        let id = made.reservation_id.to_string();
        let kept = ask(&cloud.api, fleet.clone(), existing(&id, None), 1, Some(HORIZON));
        assert_eq!(planned.figures, kept.figures, "{json}");
        let released = OutlookStart { released: BTreeSet::from([id.clone()]), ..OutlookStart::default() };
        assert_eq!(ask(&cloud.api, fleet.clone(), released, 1, Some(HORIZON)).figures, kept.figures, "{json}");
        let units = || {
            let all = cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
            let running = all.iter().filter(|placed| placed.instance.state == InstanceState::Running).count();
            vec![Decimal::from(running)]
        };
        lost += assert_is_the_world(&cloud, &kept, &json, &[most], units);
    }
    assert!(lost > 20, "{lost}");
}

#[test]
fn m14_the_outlook_of_a_scaling_group_that_changes_is_what_its_world_does() {
    let mut lost = 0;
    for case in 0..40 {
        let mut rng = TestRng::new("outlook of a scaling group that changes", case);
        let (json, (before, content)) = (HEYUAN.scenario(&mut rng), scaling_group(&mut rng));
        let cloud = TestCloud::new(json.clone());
        let made = cloud.api.create_scaling_group(&before).unwrap();
        let activation = Activation { active: Some(true), enable: Some(true), substitute: None };
        let arguments = ScalingConfigurationArguments { content: content.clone(), activation, ..Default::default() };
        let id = made.scaling_group_id;
        let configuration = CreateScalingConfigurationRequest { scaling_group_id: Some(id.clone()), arguments };
        cloud.api.create_scaling_configuration(&configuration).unwrap();
        let mut after = before.clone();
        if rng.is_one_of(3) {
            after.sizes = GroupSizes { desired: Some(1 + rng.below(20)), ..before.sizes };
        }
        let changes = before.sizes != after.sizes;
        let fleet = |group: &_| OutlookFleet::ScalingGroup(Box::new((Clone::clone(group), content.clone())));
        let before_change = changes.then(|| fleet(&before));
        let shown = ask(&cloud.api, fleet(&after), existing(id.as_str(), before_change), 1, Some(HORIZON));
        if changes {
            let request = ModifyScalingGroupRequest {
                scaling_group_id: Some(id),
                sizes: Some(after.sizes),
                ..ModifyScalingGroupRequest::default()
            };
            cloud.api.modify_scaling_group(&request).unwrap();
        }
        let units = || {
            let groups = cloud.api.describe_scaling_groups(&DescribeScalingGroupsRequest::default()).unwrap();
            vec![groups[0].fulfilled_capacity]
        };
        lost += assert_is_the_world(&cloud, &shown, &json, &[after.sizes.least()], units);
    }
    assert!(lost > 60, "{lost}");
}

#[test]
fn m14_the_outlook_of_an_ec2_fleet_that_changes_is_what_its_world_does() {
    let mut lost = 0;
    for case in 0..40 {
        let mut rng = TestRng::new("outlook of a fleet that changes", case);
        let (json, before) = (VIRGINIA.scenario(&mut rng), ec2_fleet(&mut rng));
        let cloud = TestCloud::in_region(VIRGINIA.region, json.clone());
        let fleet_id = cloud.api.create_fleet(&before).unwrap().fleet_id;
        let mut after = before.clone();
        if before.fleet_type == GroupType::Maintain && rng.is_one_of(2) {
            let (pay_as_you_go, spot) = (rng.below(8), 1 + rng.below(16));
            after.capacity = Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, ..before.capacity };
        }
        let changes = before.capacity != after.capacity;
        let fleet = |fleet: &_| OutlookFleet::Ec2Fleet(Box::new(Clone::clone(fleet)));
        let before_change = changes.then(|| fleet(&before));
        let shown = ask(&cloud.api, fleet(&after), existing(fleet_id.as_str(), before_change), 1, Some(HORIZON));
        if changes {
            let capacity = Some(after.capacity);
            let fleet_id = fleet_id.clone();
            let request = ModifyFleetRequest { fleet_id, capacity, excess_capacity_termination_policy: None };
            cloud.api.modify_fleet(&request).unwrap();
        }
        let ids = BTreeSet::from([fleet_id]);
        let units = || {
            let group = cloud.api.describe_fleets(Some(&ids)).unwrap().remove(0).group;
            vec![group.fulfilled_pay_as_you_go_capacity, group.fulfilled_spot_capacity]
        };
        lost += assert_is_the_world(&cloud, &shown, &json, &[after.capacity.pay_as_you_go, after.capacity.spot], units);
    }
    assert!(lost > 60, "{lost}");
}

/// A change in place depends on the market, so each market begins with its own.
#[test]
fn m14_each_market_changes_the_group_with_its_own_stock() {
    let json = json!({ "seed": 3 });
    let cloud = TestCloud::in_file(json.clone());
    let before = CreateAutoProvisioningGroupRequest {
        configs: vec![config("cn-heyuan-b", "ecs.g6.large")],
        group_type: GroupType::Maintain,
        ..group(0, 10)
    };
    let made = cloud.create(before.clone());
    let after = CreateAutoProvisioningGroupRequest { capacity: group(0, 500).capacity, ..before.clone() };
    let start = || existing(made.group_id.as_str(), Some(before.clone().into()));
    let all = ask(&cloud.under(json.clone()), after.clone().into(), start(), 12, Some(HORIZON)).figures;
    let mut each: Vec<Decimal> = Vec::new();
    for number in 0..12 {
        let one = ask(&cloud.under(of_market(&json, number)), after.clone().into(), start(), 1, Some(HORIZON));
        each.push(one.figures.fulfilled_capacity.max);
    }
    each.sort_unstable();
    assert_eq!(all.fulfilled_capacity.values, each);
    assert!(each[0] < each[11], "{each:?}");
}
