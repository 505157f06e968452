//! Rules that allow two readings, and the one that holds here.

use serde_json::json;

use super::test_cloud::{TestCloud, change, code, config, decimal, group, resize, rows, vpc, vswitch};
use crate::base::{Billing, Time, VSwitchId};
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, InterruptionBehavior,
    ModifyAutoProvisioningGroupRequest,
};

/// A vSwitch with four free addresses in a custom VPC of `cn-heyuan`.
fn small_vswitch(test_cloud: &TestCloud) -> VSwitchId {
    let vpc_id = test_cloud.api.create_vpc(&vpc("10.0.0.0/8")).unwrap().vpc_id;
    test_cloud.api.create_vswitch(&vswitch(&vpc_id, "10.0.0.0/29")).unwrap().vswitch_id
}

fn group_in(vswitch_id: &VSwitchId, pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    let mut request = group(pay_as_you_go, spot);
    request.configs[0].zone_id = None;
    request.configs[0].vswitch_id = Some(vswitch_id.clone());
    request
}

#[test]
fn g2_listed_data_disks_exclude_a_pool_although_no_data_disk_is_asked_for() {
    let test_cloud = TestCloud::new(json!({ "offers": [{ "disk_categories": ["cloud_ssd"] }] }));
    let mut request = group(2, 0);
    request.data_disk_categories = vec!["cloud_essd".to_owned()];
    assert_eq!(
        rows(&test_cloud.create(request)),
        ["NoSpot cn-heyuan-b ecs.s6-c1m1.small 0 InvalidInstanceType.NotSupportDiskCategory"]
    );
}

#[test]
fn g2_a_pool_of_another_architecture_is_left_out_and_the_others_take_its_share() {
    let test_cloud = TestCloud::in_region("cn-hangzhou", json!({ "offers": [{ "on_sale": true }] }));
    let mut request = group(2, 0);
    request.configs = vec![config("cn-hangzhou-h", "ecs.g8y.large"), config("cn-hangzhou-h", "ecs.g7.large")];
    assert_eq!(
        rows(&test_cloud.create(request)),
        ["NoSpot cn-hangzhou-h ecs.g7.large 2", "NoSpot cn-hangzhou-h ecs.g8y.large 0 ImageNotSupportInstanceType"]
    );
}

#[test]
fn l1_limits_hold_for_what_is_delivered_overshoot_included() {
    let test_cloud = TestCloud::new(json!({ "limits": { "group_units": 10 } }));
    let mut request = group(8, 0);
    request.configs[0].weighted_capacity = Some(decimal("4"));
    assert_eq!(test_cloud.create(request.clone()).fulfilled_capacity, decimal("8"));
    request.capacity = Capacity { total: 10, pay_as_you_go: 10, ..request.capacity };
    assert_eq!(
        code(test_cloud.api.create_auto_provisioning_group(&request)),
        "TotalTargetCapacityLimitExceed",
        "three instances of 4 are 12"
    );
}

#[test]
fn g9_another_default_type_launches_what_is_missing_although_the_targets_stay() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 9, "spot": 0 }],
        "events": [{ "at": "1h", "stock": { "spot": 9 } }]
    }));
    let made = test_cloud.create(group(1, 1));
    test_cloud.at("2h");
    let changed = test_cloud.modify(&ModifyAutoProvisioningGroupRequest {
        capacity: Some(Capacity { default_type: Billing::PayAsYouGo, ..made.request.capacity }),
        ..resize(&made, 1, 1)
    });
    assert_eq!(changed.change, change(&[], 1, &[]));
    assert_eq!(changed.group.fulfilled_spot_capacity, decimal("1"));
}

#[test]
fn g9_the_excess_policy_alone_releases_nothing() {
    let test_cloud = TestCloud::new(json!({}));
    let made = test_cloud.create(group(3, 0));
    test_cloud.modify(&resize(&made, 1, 0));
    let changed = test_cloud.modify(&ModifyAutoProvisioningGroupRequest {
        group_id: Some(made.group_id.clone()),
        excess_capacity_termination_policy: Some(ExcessCapacityTerminationPolicy::Termination),
        ..ModifyAutoProvisioningGroupRequest::default()
    });
    assert!(changed.change.is_empty());
    assert_eq!(changed.group.instances.len(), 3);
}

#[test]
fn g9_releases_of_both_billings_come_before_launches_and_free_addresses() {
    let test_cloud = TestCloud::new(json!({}));
    let mut request = group_in(&small_vswitch(&test_cloud), 4, 0);
    request.excess_capacity_termination_policy = ExcessCapacityTerminationPolicy::Termination;
    let made = test_cloud.create(request);
    let changed = test_cloud.modify(&resize(&made, 0, 4));
    assert_eq!(changed.change, change(&[], 4, &[0, 1, 2, 3]));
    assert_eq!(rows(&changed.group), ["SpotAsPriceGo cn-heyuan-b ecs.s6-c1m1.small 4"]);
}

#[test]
fn g9_g14_instances_keep_the_weight_of_their_launch() {
    let test_cloud = TestCloud::new(json!({}));
    let mut request = group(4, 0);
    request.configs[0].weighted_capacity = Some(decimal("2"));
    let made = test_cloud.create(request.clone());
    request.configs[0].weighted_capacity = Some(decimal("1"));
    let changed = test_cloud.modify(&ModifyAutoProvisioningGroupRequest {
        group_id: Some(made.group_id.clone()),
        configs: Some(request.configs),
        ..ModifyAutoProvisioningGroupRequest::default()
    });
    assert!(changed.change.is_empty(), "two instances of 2 units still deliver 4");
    assert_eq!(changed.group.fulfilled_capacity, decimal("4"));
}

/// Each billing's part was rounded before they were added up: 1.33333333333333333334.
#[test]
fn g14_the_units_of_both_billings_are_rounded_once() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 1, "spot": 1 }] }));
    let mut request = group(1, 1);
    request.configs[0].weighted_capacity = Some(decimal("0.6666666666666666666666666667"));
    assert_eq!(test_cloud.create(request).fulfilled_capacity, decimal("1.33333333333333333333"));
}

#[test]
fn w6_a_stopped_instance_keeps_its_address() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 9, "spot": 9 }],
        "events": [{ "at": "1h", "stock": { "spot": 0 } }, { "at": "1h", "reclaim_spot": {} }]
    }));
    let vswitch_id = small_vswitch(&test_cloud);
    let mut request = group_in(&vswitch_id, 0, 4);
    request.interruption_behavior = InterruptionBehavior::Stop;
    let made = test_cloud.create(request);
    test_cloud.at("1h");
    assert_eq!(test_cloud.look(&made).fulfilled_capacity, decimal("0"));
    assert_eq!(
        rows(&test_cloud.create(group_in(&vswitch_id, 1, 0))),
        ["NoSpot cn-heyuan-b ecs.s6-c1m1.small 0 InvalidVSwitchId.IpNotEnough"]
    );
}

#[test]
fn g11_expiry_with_release_empties_the_list_lost_places_included() {
    let test_cloud = TestCloud::new(json!({ "events": [{ "at": "1h", "reclaim_spot": { "count": 1 } }] }));
    let made = test_cloud.create(CreateAutoProvisioningGroupRequest {
        valid_until: Time::parse_clock("3h").ok(),
        terminate_instances_with_expiration: true,
        ..group(0, 2)
    });
    test_cloud.at("2h");
    assert_eq!(test_cloud.look(&made).instances.len(), 2, "the lost one keeps its place");
    test_cloud.at("4h");
    assert_eq!(test_cloud.look(&made).instances, []);
}
