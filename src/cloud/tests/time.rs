//! `rules.md` W5–W8, G11, G12.

use serde_json::{Value, json};

use super::lab::{Lab, config, decimal, group, instances, rows, states, vpc, vswitch};
use crate::base::Time;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest, DescribeAutoProvisioningGroupsRequest,
    GroupState, GroupStatus, GroupType, InterruptionBehavior, RunInstancesRequest, SpotStrategy,
};

fn maintain(pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest { group_type: GroupType::Maintain, ..group(pay_as_you_go, spot) }
}

#[test]
fn w5_six_hours_at_once_are_six_times_one_hour() {
    let scenario = json!({
        "stock": [{ "spot": 9, "pay_as_you_go": 9 }],
        "events": [
            { "at": "0s", "terminate_instances": { "count": 1 } },
            { "at": "90m", "reclaim_spot": { "count": 2 } },
            { "at": "2h", "stock": { "spot": 3 } },
            { "at": "3h", "prices": { "spot": 1 } },
            { "at": "4h", "stock": { "spot": 20 } },
            { "at": "5h", "prices": { "spot": "0.01" } }
        ]
    });
    let walk = |clocks: &[&str]| {
        let lab = Lab::new(scenario.clone());
        let mut limited = maintain(1, 3);
        limited.max_spot_price = Some(decimal("0.9"));
        let made = [lab.create(group(2, 2)), lab.create(maintain(1, 4)), lab.create(limited)];
        for clock in clocks {
            lab.at(clock);
            lab.groups();
        }
        let histories: Vec<_> = made
            .iter()
            .map(|group| lab.cloud.describe_auto_provisioning_group_history(&group.group_id).unwrap())
            .collect();
        (lab.groups(), histories)
    };
    let at_once = walk(&["6h"]);
    assert_eq!(at_once, walk(&["1h", "2h", "3h", "4h", "5h", "6h"]));
    assert_eq!(at_once, walk(&["30m", "89m", "91m", "2h15m", "6h"]));
    assert!(at_once.1.iter().all(|history| history.len() > 1), "{:?}", at_once.1);
}

#[test]
fn w5_events_at_zero_happen_at_the_first_step_and_once() {
    let lab = Lab::new(json!({ "events": [{ "at": "0s", "terminate_instances": { "count": 1 } }] }));
    let made = lab.create(group(3, 0));
    lab.at("59m");
    assert_eq!(states(&lab.look(&made).instances), "running running running");
    lab.at("1h");
    assert_eq!(states(&lab.look(&made).instances), "running running terminated");
    lab.at("9h");
    assert_eq!(states(&lab.look(&made).instances), "running running terminated");
}

#[test]
fn w5_a_clock_that_goes_back_is_one_warning_and_no_change() {
    let lab = Lab::new(json!({}));
    lab.create(group(1, 0));
    lab.at("5h");
    lab.groups();
    assert_eq!(lab.cloud.take_warnings(), [] as [String; 0]);
    lab.at("3h");
    lab.groups();
    lab.groups();
    let warnings = lab.cloud.take_warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("2026-01-01T05:00:00Z"), "{warnings:?}");
    assert_eq!(lab.create(group(1, 0)).create_time.to_string(), "2026-01-01T05:00:00Z");
}

#[test]
fn w6_the_youngest_goes_first_and_the_market_spares_the_first_hour() {
    let lab = Lab::new(json!({
        "stock": [{ "spot": 9 }],
        "events": [{ "at": "90m", "stock": { "spot": 3 } }]
    }));
    let old = lab.create(group(0, 2));
    lab.at("1h");
    let young = lab.create(group(0, 2));
    lab.at("90m");
    assert_eq!(states(&lab.look(&young).instances), "running running", "protected");
    assert_eq!(states(&lab.look(&old).instances), "running terminated");
    lab.at("2h");
    assert_eq!(states(&lab.look(&young).instances), "running running");
    let by_event = Lab::new(json!({ "events": [{ "at": "10m", "reclaim_spot": { "count": 3 } }] }));
    let made = by_event.create(group(0, 4));
    by_event.at("10m");
    assert_eq!(
        states(&by_event.look(&made).instances),
        "running terminated terminated terminated",
        "events do not spare"
    );
}

#[test]
fn w6_a_price_above_the_limit_given_at_launch_takes_the_instance() {
    let lab = Lab::new(json!({
        "prices": [{ "spot": "0.02" }],
        "events": [{ "at": "3h", "prices": { "spot": "0.05" } }]
    }));
    let limited = RunInstancesRequest {
        spot_strategy: SpotStrategy::SpotWithPriceLimit,
        spot_price_limit: Some(decimal("0.04")),
        ..instances(2, 2)
    };
    let (limited, free) = (
        lab.run(limited),
        lab.run(RunInstancesRequest { spot_strategy: SpotStrategy::SpotAsPriceGo, ..instances(2, 2) }),
    );
    lab.at("4h");
    assert_eq!(states(&lab.look_at(&limited).instances), "terminated terminated");
    assert_eq!(states(&lab.look_at(&free).instances), "running running");
}

#[test]
fn w6_stop_keeps_the_instance_and_starts_it_again() {
    let lab = Lab::new(json!({
        "stock": [{ "spot": 2 }],
        "events": [{ "at": "2h", "stock": { "spot": 1 } }, { "at": "5h", "stock": { "spot": 2 } }]
    }));
    let made = lab.create(CreateAutoProvisioningGroupRequest {
        interruption_behavior: InterruptionBehavior::Stop,
        ..group(0, 2)
    });
    lab.at("4h");
    let stopped = lab.look(&made);
    assert_eq!((states(&stopped.instances).as_str(), stopped.fulfilled_capacity), ("running stopped", decimal("1")));
    lab.at("5h");
    let started = lab.look(&made);
    assert_eq!((started.instances, started.fulfilled_capacity), (made.instances, decimal("2")));
}

#[test]
fn g11_windows() {
    let window = |from: Option<&str>, until: Option<&str>| {
        let time = |text: Option<&str>| text.map(|text| Time::parse_clock(text).unwrap());
        CreateAutoProvisioningGroupRequest { valid_from: time(from), valid_until: time(until), ..group(2, 0) }
    };
    let lab = Lab::new(json!({}));
    lab.create(group(1, 0));
    lab.at("3h");
    let past = lab.create(window(None, Some("2h")));
    assert_eq!((past.instances.len(), past.warnings.len(), past.status), (0, 1, GroupStatus::Deleted));
    let future = lab.create(window(Some("5h"), Some("8h")));
    assert_eq!((future.instances.len(), future.warnings.len(), future.status), (0, 1, GroupStatus::Submitted));
    lab.at("4h");
    assert_eq!(lab.look(&future).instances.len(), 0);
    lab.at("5h");
    assert_eq!((lab.look(&future).instances.len(), lab.look(&future).status), (2, GroupStatus::Active));
    lab.at("9h");
    assert_eq!((lab.look(&future).instances.len(), lab.look(&future).status), (2, GroupStatus::Deleted));
    let mut ends = window(None, Some("10h"));
    ends.terminate_instances_with_expiration = true;
    let ends = lab.create(ends);
    lab.at("10h");
    assert_eq!(lab.look(&ends).instances, [], "expiry releases: nothing is lost");
}

#[test]
fn g12_maintain_replenishes_and_the_others_do_not() {
    let scenario: Value = json!({
        "stock": [{ "pay_as_you_go": 3, "spot": 0 }],
        "events": [{ "at": "90m", "stock": { "pay_as_you_go": 9 } },
            { "at": "3h", "terminate_instances": { "count": 2 } }]
    });
    let lab = Lab::new(scenario);
    let [kept, once] = [lab.create(maintain(2, 0)), lab.create(group(2, 0))];
    assert_eq!((once.instances.len(), once.state), (1, GroupState::Error));
    lab.at("2h");
    assert_eq!((lab.look(&kept).instances.len(), lab.look(&once).instances.len()), (2, 1));
    lab.at("3h");
    let healed = lab.look(&kept);
    assert_eq!(states(&healed.instances), "running running");
    assert_eq!(states(&lab.look(&once).instances), "terminated");
    assert_ne!(healed.instances[1].instance_id, kept.instances[1].instance_id);
    assert_eq!(healed.instances[1].launch_index, 1, "the successor has its place");
    assert_eq!(rows(&healed), rows(&kept), "G6: rows are those of the latest pass that an apply ran");
}

#[test]
fn g12_a_short_maintain_group_fills_up_when_stock_comes() {
    let lab = Lab::new(json!({
        "stock": [{ "pay_as_you_go": 1 }],
        "events": [{ "at": "150m", "stock": { "pay_as_you_go": 3 } }]
    }));
    let mut request = maintain(4, 0);
    request.configs.push(config("cn-heyuan-b", "ecs.g6.large"));
    let made = lab.create(request);
    assert_eq!((made.instances.len(), made.state), (2, GroupState::PendingFulfillment));
    lab.at("2h");
    assert_eq!(lab.look(&made).instances.len(), 2);
    lab.at("3h");
    let full = lab.look(&made);
    assert_eq!((full.instances.len(), full.state), (4, GroupState::Fulfilled));
    assert_eq!(full.instances[3].launch_time.to_string(), "2026-01-01T02:30:00Z");
}

#[test]
fn w7_a_cloud_touches_no_world_until_it_is_asked_and_keeps_nothing_of_it() {
    let lab = Lab::in_file(json!({}));
    let (one, other) = (lab.under(json!({})), lab.under(json!({})));
    assert!(!lab.path().exists(), "making a cloud opens nothing");
    let made = one.create_auto_provisioning_group(&group(1, 0)).unwrap();
    let request = DescribeAutoProvisioningGroupsRequest::default();
    assert_eq!(other.describe_auto_provisioning_groups(&request).unwrap().len(), 1);
    // Time passes when a call looks, also at what another cloud made meanwhile.
    lab.at("3h");
    assert_eq!(other.describe_clock().unwrap().to_string(), "2026-01-01T03:00:00Z");
    let delete = DeleteAutoProvisioningGroupRequest { group_id: made.group_id, terminate_instances: Some(true) };
    other.delete_auto_provisioning_group(&delete).unwrap();
    assert_eq!(one.describe_auto_provisioning_groups(&request).unwrap(), []);
}

/// What follows from a group's request is kept from step to step; a vSwitch may go in between.
#[test]
fn w8_what_another_process_removes_between_two_steps_is_gone_for_the_second() {
    let lab = Lab::in_file(json!({
        "stock": [{ "zone_id": "cn-heyuan-a", "pay_as_you_go": 1 }, { "zone_id": "cn-heyuan-b", "pay_as_you_go": 0 }],
        "events": [
            { "at": "1h", "terminate_instances": { "count": 1 } },
            { "at": "2h", "terminate_instances": { "count": 1 } },
            { "at": "2h", "stock": { "pay_as_you_go": 0, "zone_id": "cn-heyuan-a" } },
            { "at": "2h", "stock": { "pay_as_you_go": 5, "zone_id": "cn-heyuan-b" } }
        ]
    }));
    let network = lab.cloud.create_vpc(&vpc("172.16.0.0/16")).unwrap();
    let own = lab.cloud.create_vswitch(&vswitch(&network.vpc_id, "172.16.7.0/24")).unwrap();
    let mut request = maintain(1, 0);
    request.configs = vec![config("cn-heyuan-a", "ecs.s6-c1m1.small"), config("cn-heyuan-b", "ecs.s6-c1m1.small")];
    request.configs[1].vswitch_id = Some(own.vswitch_id.clone());
    let made = lab.create(request);
    let zones = || lab.still().describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default());
    let zone = || zones().unwrap()[0].instances.last().map(|instance| instance.zone_id.to_string());
    assert_eq!(zone().as_deref(), Some("cn-heyuan-a"));
    let other = lab.still();
    let mut steps = 0;
    let target = Time::parse_clock("3h").unwrap();
    let arrived = lab.still().pass_time(target, &mut |_| {
        steps += 1;
        if steps == 1 {
            assert_eq!(zone().as_deref(), Some("cn-heyuan-a"), "it was replaced where there was stock");
            other.delete_vswitch(&own.vswitch_id).unwrap();
        }
    });
    assert_eq!((arrived.unwrap(), steps > 1), (target, true));
    let group =
        lab.still().describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default()).unwrap();
    assert_eq!((states(&group[0].instances).as_str(), &group[0].group_id), ("terminated", &made.group_id));
}
