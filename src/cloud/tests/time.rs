//! Steps of time, windows, and groups that replenish (W5–W8, G11, G12).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::test_cloud::{TestCloud, config, decimal, group, instances, resize, rows, states, vpc, vswitch};
use crate::base::Time;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, DeleteAutoProvisioningGroupRequest, DescribeAutoProvisioningGroupsRequest,
    ExcessCapacityTerminationPolicy, GroupState, GroupStatus, GroupType, InterruptionBehavior,
    ModifyAutoProvisioningGroupRequest, RunInstancesRequest, SpotStrategy,
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
        let test_cloud = TestCloud::new(scenario.clone());
        let mut limited = maintain(1, 3);
        limited.max_spot_price = Some(decimal("0.9"));
        let made = [test_cloud.create(group(2, 2)), test_cloud.create(maintain(1, 4)), test_cloud.create(limited)];
        for clock in clocks {
            test_cloud.at(clock);
            test_cloud.groups();
        }
        let histories: Vec<_> = made
            .iter()
            .map(|group| test_cloud.api.describe_auto_provisioning_group_history(&group.group_id).unwrap())
            .collect();
        (test_cloud.groups(), histories)
    };
    let at_once = walk(&["6h"]);
    assert_eq!(at_once, walk(&["1h", "2h", "3h", "4h", "5h", "6h"]));
    assert_eq!(at_once, walk(&["30m", "89m", "91m", "2h15m", "6h"]));
    assert!(at_once.1.iter().all(|history| history.len() > 1), "{:?}", at_once.1);
}

#[test]
fn w5_events_at_zero_happen_when_the_clock_first_moves_and_once() {
    let test_cloud = TestCloud::new(json!({ "events": [{ "at": "0s", "terminate_instances": { "count": 1 } }] }));
    let made = test_cloud.create(group(3, 0));
    assert_eq!(states(&test_cloud.look(&made).instances), "running running running");
    test_cloud.at("1s");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running terminated");
    test_cloud.at("1h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running terminated");
    test_cloud.at("9h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running terminated");
}

#[test]
fn w5_a_clock_that_goes_back_is_one_warning_and_no_change() {
    let test_cloud = TestCloud::new(json!({}));
    test_cloud.create(group(1, 0));
    test_cloud.at("5h");
    test_cloud.groups();
    assert_eq!(test_cloud.api.take_warnings(), [] as [String; 0]);
    test_cloud.at("3h");
    test_cloud.groups();
    test_cloud.groups();
    let warnings = test_cloud.api.take_warnings();
    assert!(warnings.len() == 1 && warnings[0].contains("2026-01-01T05:00:00Z"), "{warnings:?}");
    assert_eq!(test_cloud.create(group(1, 0)).create_time.to_string(), "2026-01-01T05:00:00Z");
}

#[test]
fn w6_the_youngest_goes_first_and_the_market_spares_the_first_hour() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "spot": 9 }],
        "events": [{ "at": "90m", "stock": { "spot": 3 } }]
    }));
    let old = test_cloud.create(group(0, 2));
    test_cloud.at("1h");
    let young = test_cloud.create(group(0, 2));
    test_cloud.at("90m");
    assert_eq!(states(&test_cloud.look(&young).instances), "running running", "protected");
    assert_eq!(states(&test_cloud.look(&old).instances), "running terminated");
    test_cloud.at("2h");
    assert_eq!(states(&test_cloud.look(&young).instances), "running running");
    let by_event = TestCloud::new(json!({ "events": [{ "at": "10m", "reclaim_spot": { "count": 3 } }] }));
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
    let test_cloud = TestCloud::new(json!({
        "prices": [{ "spot": "0.02" }],
        "events": [{ "at": "3h", "prices": { "spot": "0.05" } }]
    }));
    let limited = RunInstancesRequest {
        spot_strategy: SpotStrategy::SpotWithPriceLimit,
        spot_price_limit: Some(decimal("0.04")),
        ..instances(2, 2)
    };
    let (limited, free) = (
        test_cloud.run(limited),
        test_cloud.run(RunInstancesRequest { spot_strategy: SpotStrategy::SpotAsPriceGo, ..instances(2, 2) }),
    );
    test_cloud.at("4h");
    assert_eq!(states(&test_cloud.look_at(&limited).instances), "terminated terminated");
    assert_eq!(states(&test_cloud.look_at(&free).instances), "running running");
}

#[test]
fn w6_stop_keeps_the_instance_and_starts_it_again() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "spot": 2 }],
        "events": [{ "at": "2h", "stock": { "spot": 1 } }, { "at": "5h", "stock": { "spot": 2 } }]
    }));
    let made = test_cloud.create(CreateAutoProvisioningGroupRequest {
        interruption_behavior: InterruptionBehavior::Stop,
        ..group(0, 2)
    });
    test_cloud.at("4h");
    let stopped = test_cloud.look(&made);
    assert_eq!((states(&stopped.instances).as_str(), stopped.fulfilled_capacity), ("running stopped", decimal("1")));
    test_cloud.at("5h");
    let started = test_cloud.look(&made);
    assert_eq!((started.instances, started.fulfilled_capacity), (made.instances, decimal("2")));
}

/// One that time stops whenever its pool is reclaimed from, of three spot instances.
fn stoppable(group_type: GroupType) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest { group_type, interruption_behavior: InterruptionBehavior::Stop, ..group(0, 3) }
}

#[test]
fn w6_a_stopped_instance_starts_again_at_the_next_step_at_the_earliest() {
    let test_cloud = TestCloud::new(json!({ "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }] }));
    let made = test_cloud.create(stoppable(GroupType::Instant));
    test_cloud.at("2h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running stopped", "though there is stock");
    test_cloud.at("3h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running running");
}

#[test]
fn w6_a_stopped_instance_that_was_replaced_stays_stopped() {
    let test_cloud = TestCloud::new(json!({
        "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }, { "at": "6h", "terminate_instances": { "count": 1 } }]
    }));
    let made = test_cloud.create(stoppable(GroupType::Maintain));
    test_cloud.at("5h");
    let kept = test_cloud.look(&made);
    assert_eq!(states(&kept.instances), "running running stopped running");
    assert_eq!(kept.fulfilled_capacity, decimal("3"), "never above its target");
    test_cloud.at("6h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running running terminated", "units were missing");
    let fewer = ModifyAutoProvisioningGroupRequest {
        excess_capacity_termination_policy: Some(ExcessCapacityTerminationPolicy::Termination),
        ..resize(&made, 0, 2)
    };
    let test_cloud = TestCloud::new(json!({ "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }] }));
    test_cloud.create(stoppable(GroupType::Maintain));
    test_cloud.at("5h");
    assert_eq!(states(&test_cloud.modify(&fewer).group.instances), "running running", "what is above goes");
}

#[test]
fn w6_a_terminate_event_takes_stopped_instances_too() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "spot": 9 }],
        "events": [
            { "at": "2h", "stock": { "spot": 0 } },
            { "at": "3h", "terminate_instances": { "count": 2 } },
            { "at": "4h", "stock": { "spot": 9 } }
        ]
    }));
    let made = test_cloud.create(stoppable(GroupType::Instant));
    test_cloud.at("2h");
    assert_eq!(states(&test_cloud.look(&made).instances), "stopped stopped stopped");
    test_cloud.at("4h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running terminated terminated");
}

#[test]
fn w6_who_is_reclaimed_does_not_depend_on_the_order_of_calls() {
    let lost = |order: [&str; 3]| {
        let test_cloud = TestCloud::new(json!({ "events": [{ "at": "2h", "reclaim_spot": { "count": 4 } }] }));
        for name in order {
            let token = Some(name.to_owned());
            test_cloud.create(CreateAutoProvisioningGroupRequest { client_token: token, ..group(0, 3) });
        }
        test_cloud.at("2h");
        let instances = test_cloud.groups().into_iter().flat_map(|group| group.instances);
        let lost = instances.filter(|instance| !instance.state.is_live());
        lost.map(|instance| instance.instance_id.to_string()).collect::<BTreeSet<_>>()
    };
    let expected = lost(["a", "b", "c"]);
    assert_eq!(expected.len(), 4);
    assert_eq!(expected, lost(["c", "b", "a"]));
    assert_eq!(expected, lost(["b", "c", "a"]));
}

#[test]
fn w5_which_group_gets_the_last_instances_does_not_depend_on_the_order_of_calls() {
    let winner = |order: [&str; 2]| {
        let test_cloud = TestCloud::new(json!({
            "stock": [{ "pay_as_you_go": 0 }], "events": [{ "at": "2h", "stock": { "pay_as_you_go": 3 } }]
        }));
        for name in order {
            let token = Some(name.to_owned());
            test_cloud.create(CreateAutoProvisioningGroupRequest { client_token: token, ..maintain(2, 0) });
        }
        test_cloud.at("2h");
        let units = test_cloud.groups().into_iter().map(|group| (group.client_token, group.fulfilled_capacity));
        units.collect::<BTreeMap<_, _>>()
    };
    assert_eq!(winner(["a", "b"]), winner(["b", "a"]));
}

#[test]
fn g11_windows_begin_and_end_at_their_own_moment() {
    let time = |text: &str| Some(Time::parse_clock(text).unwrap());
    let test_cloud = TestCloud::new(json!({}));
    let window = CreateAutoProvisioningGroupRequest {
        valid_from: time("75m"),
        valid_until: time("100m"),
        terminate_instances_with_expiration: true,
        ..group(2, 0)
    };
    let (made, skipped) = (test_cloud.create(window.clone()), test_cloud.create(window));
    test_cloud.at("80m");
    let open = test_cloud.look(&made);
    assert_eq!((open.status, open.instances.len()), (GroupStatus::Active, 2));
    assert_eq!(open.instances[0].launch_time.to_string(), "2026-01-01T01:15:00Z");
    test_cloud.at("5h");
    assert_eq!(test_cloud.look(&made).instances, []);
    let history = test_cloud.api.describe_auto_provisioning_group_history(&skipped.group_id).unwrap();
    let times: Vec<String> = history.iter().map(|activity| activity.time.to_string()).collect();
    assert_eq!(times, ["2026-01-01T01:15:00Z", "2026-01-01T01:40:00Z"]);
}

#[test]
fn g11_windows() {
    let window = |from: Option<&str>, until: Option<&str>| {
        let time = |text: Option<&str>| text.map(|text| Time::parse_clock(text).unwrap());
        CreateAutoProvisioningGroupRequest { valid_from: time(from), valid_until: time(until), ..group(2, 0) }
    };
    let test_cloud = TestCloud::new(json!({}));
    test_cloud.create(group(1, 0));
    test_cloud.at("3h");
    let past = test_cloud.create(window(None, Some("2h")));
    assert_eq!((past.instances.len(), past.warnings.len(), past.status), (0, 1, GroupStatus::Deleted));
    let future = test_cloud.create(window(Some("5h"), Some("8h")));
    assert_eq!((future.instances.len(), future.warnings.len(), future.status), (0, 1, GroupStatus::Submitted));
    test_cloud.at("4h");
    assert_eq!(test_cloud.look(&future).instances.len(), 0);
    test_cloud.at("5h");
    assert_eq!((test_cloud.look(&future).instances.len(), test_cloud.look(&future).status), (2, GroupStatus::Active));
    test_cloud.at("9h");
    assert_eq!((test_cloud.look(&future).instances.len(), test_cloud.look(&future).status), (2, GroupStatus::Deleted));
    let mut ends = window(None, Some("10h"));
    ends.terminate_instances_with_expiration = true;
    let ends = test_cloud.create(ends);
    test_cloud.at("10h");
    assert_eq!(test_cloud.look(&ends).instances, [], "expiry releases: nothing is lost");
}

#[test]
fn g12_maintain_replenishes_and_the_others_do_not() {
    let scenario: Value = json!({
        "stock": [{ "pay_as_you_go": 3, "spot": 0 }],
        "events": [{ "at": "90m", "stock": { "pay_as_you_go": 9 } },
            { "at": "3h", "terminate_instances": { "count": 2 } }]
    });
    let test_cloud = TestCloud::new(scenario);
    let [kept, once] = [test_cloud.create(maintain(2, 0)), test_cloud.create(group(2, 0))];
    assert_eq!((once.instances.len(), once.state), (1, GroupState::Error));
    test_cloud.at("2h");
    assert_eq!((test_cloud.look(&kept).instances.len(), test_cloud.look(&once).instances.len()), (2, 1));
    test_cloud.at("3h");
    let replaced = test_cloud.look(&kept);
    assert_eq!(states(&replaced.instances), "running running");
    assert_eq!(states(&test_cloud.look(&once).instances), "terminated");
    assert_ne!(replaced.instances[1].instance_id, kept.instances[1].instance_id);
    assert_eq!(replaced.instances[1].launch_index, 1, "the replacement has its place");
    assert_eq!(rows(&replaced), rows(&kept), "G6: rows are those of the latest pass that an apply ran");
}

#[test]
fn g12_a_short_maintain_group_fills_up_when_stock_comes() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 1 }],
        "events": [{ "at": "150m", "stock": { "pay_as_you_go": 3 } }]
    }));
    let mut request = maintain(4, 0);
    request.configs.push(config("cn-heyuan-b", "ecs.g6.large"));
    let made = test_cloud.create(request);
    assert_eq!((made.instances.len(), made.state), (2, GroupState::PendingFulfillment));
    test_cloud.at("2h");
    assert_eq!(test_cloud.look(&made).instances.len(), 2);
    test_cloud.at("3h");
    let full = test_cloud.look(&made);
    assert_eq!((full.instances.len(), full.state), (4, GroupState::Fulfilled));
    assert_eq!(full.instances[3].launch_time.to_string(), "2026-01-01T02:30:00Z");
}

#[test]
fn w7_a_cloud_touches_no_world_until_it_is_asked_and_keeps_nothing_of_it() {
    let test_cloud = TestCloud::in_file(json!({}));
    let (one, other) = (test_cloud.under(json!({})), test_cloud.under(json!({})));
    assert!(!test_cloud.path().exists(), "making a cloud opens nothing");
    let made = one.create_auto_provisioning_group(&group(1, 0)).unwrap();
    let request = DescribeAutoProvisioningGroupsRequest::default();
    assert_eq!(other.describe_auto_provisioning_groups(&request).unwrap().len(), 1);
    // Time passes when a call looks, also at what another cloud made meanwhile.
    test_cloud.at("3h");
    assert_eq!(other.describe_clock().unwrap().to_string(), "2026-01-01T03:00:00Z");
    let delete = DeleteAutoProvisioningGroupRequest { group_id: made.group_id, terminate_instances: Some(true) };
    other.delete_auto_provisioning_group(&delete).unwrap();
    assert_eq!(one.describe_auto_provisioning_groups(&request).unwrap(), []);
}

/// What follows from a group's request is kept from step to step; a vSwitch may go in between.
#[test]
fn w8_what_another_process_removes_between_two_steps_is_gone_for_the_second() {
    let test_cloud = TestCloud::in_file(json!({
        "stock": [{ "zone_id": "cn-heyuan-a", "pay_as_you_go": 1 }, { "zone_id": "cn-heyuan-b", "pay_as_you_go": 0 }],
        "events": [
            { "at": "1h", "terminate_instances": { "count": 1 } },
            { "at": "2h", "terminate_instances": { "count": 1 } },
            { "at": "2h", "stock": { "pay_as_you_go": 0, "zone_id": "cn-heyuan-a" } },
            { "at": "2h", "stock": { "pay_as_you_go": 5, "zone_id": "cn-heyuan-b" } }
        ]
    }));
    let network = test_cloud.api.create_vpc(&vpc("172.16.0.0/16")).unwrap();
    let own = test_cloud.api.create_vswitch(&vswitch(&network.vpc_id, "172.16.7.0/24")).unwrap();
    let mut request = maintain(1, 0);
    request.configs = vec![config("cn-heyuan-a", "ecs.s6-c1m1.small"), config("cn-heyuan-b", "ecs.s6-c1m1.small")];
    request.configs[1].vswitch_id = Some(own.vswitch_id.clone());
    let made = test_cloud.create(request);
    let zones =
        || test_cloud.still().describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default());
    let zone = || zones().unwrap()[0].instances.last().map(|instance| instance.zone_id.to_string());
    assert_eq!(zone().as_deref(), Some("cn-heyuan-a"));
    let other = test_cloud.still();
    let mut steps = 0;
    let target = Time::parse_clock("3h").unwrap();
    let arrived = test_cloud.still().advance_to(target, &mut |_| {
        steps += 1;
        if steps == 1 {
            assert_eq!(zone().as_deref(), Some("cn-heyuan-a"), "it was replaced where there was stock");
            other.delete_vswitch(&own.vswitch_id).unwrap();
        }
    });
    assert_eq!((arrived.unwrap(), steps > 1), (target, true));
    let group = test_cloud
        .still()
        .describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default())
        .unwrap();
    assert_eq!((states(&group[0].instances).as_str(), &group[0].group_id), ("terminated", &made.group_id));
}
