//! `DeleteInstances`: instances that are released one by one.

use std::collections::BTreeSet;

use serde_json::json;

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, code, group, instances, replace_lost, states};
use crate::base::InstanceId;
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, DescribeInstancesRequest, GroupType, Instance, PlacedInstance,
    RunInstancesRequest,
};

fn ids<'i>(instances: impl IntoIterator<Item = &'i Instance>) -> BTreeSet<InstanceId> {
    instances.into_iter().map(|instance| instance.instance_id.clone()).collect()
}

/// The instances that a region lists.
fn listed(test_cloud: &TestCloud) -> Vec<PlacedInstance> {
    test_cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap().items
}

#[test]
fn g10_what_the_user_released_is_gone_and_not_lost() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 4 }] }));
    let made = test_cloud.create(group(3, 0));
    test_cloud.api.delete_instances(&ids(&made.instances[..1])).unwrap();
    let now = test_cloud.look(&made);
    assert_eq!(now.instances, made.instances[1..], "the others are untouched");
    let replaced = test_cloud.modify(&replace_lost(&made));
    assert!(replaced.change.replaced.is_empty() && replaced.group.instances == now.instances, "{replaced:?}");
    assert_eq!(test_cloud.create(group(2, 0)).instances.len(), 2, "its stock is free again");
}

#[test]
fn g12_a_maintain_group_replenishes_what_was_released() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 3 }] }));
    let made = test_cloud.create(CreateAutoProvisioningGroupRequest { group_type: GroupType::Maintain, ..group(3, 0) });
    test_cloud.api.delete_instances(&ids(&made.instances[1..2])).unwrap();
    test_cloud.at("1h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running running");
}

/// Instances are kept in pages of 64: what happens to some of many touches whole pages, parts of them and neither.
#[test]
fn g10_some_of_many_go_and_the_others_stay_as_they_are() {
    for_each_engine(|engine| {
        let scenario = json!({
            "stock": [{ "pay_as_you_go": 300 }], "events": [{ "at": "1h", "terminate_instances": { "count": 100 } }]
        });
        let test_cloud = TestCloud::at_location(engine.location(), scenario);
        let made = test_cloud.create(group(200, 0));
        let picked = [0, 63, 64, 65, 127, 128, 199].map(|place: usize| &made.instances[place]);
        test_cloud.api.delete_instances(&ids(picked)).unwrap();
        test_cloud.at("1h");
        let now = test_cloud.look(&made);
        let gone = |instance: &&Instance| !picked.contains(instance);
        let (living, lost): (Vec<Instance>, Vec<Instance>) =
            now.instances.iter().cloned().partition(|instance| instance.state.is_live());
        assert_eq!((living.len(), lost.len()), (93, 100), "the last launched are lost first");
        let expected: Vec<Instance> = made.instances.iter().filter(gone).take(93).cloned().collect();
        assert_eq!(living, expected);
        let replaced = test_cloud.modify(&replace_lost(&made)).group.instances;
        assert_eq!((replaced.len(), ids(&replaced).len()), (193, 193));
        assert_eq!(replaced[..93], living);
        assert!(ids(&replaced).is_disjoint(&ids(&lost)), "ids are never used again");
        test_cloud.delete(&made);
    });
}

#[test]
fn all_of_them_or_none() {
    let test_cloud = TestCloud::new(json!({}));
    let made = test_cloud.run(instances(2, 2));
    let mut named = ids(&made.instances);
    named.insert("i-00000000000000000".into());
    assert_eq!(code(test_cloud.api.delete_instances(&named)), "InvalidInstanceId.NotFound");
    assert_eq!(test_cloud.look_at(&made), made);
    assert_eq!(code(test_cloud.api.delete_instances(&BTreeSet::new())), "InvalidParameter");
    let many = (0..101).map(|number| InstanceId::new(format!("i-{number:017}"))).collect();
    assert_eq!(code(test_cloud.api.delete_instances(&many)), "InvalidParameter");
}

#[test]
fn w2_the_token_of_a_reservation_ends_with_its_last_instance() {
    let test_cloud = TestCloud::new(json!({}));
    let request = RunInstancesRequest { client_token: Some("a".to_owned()), ..instances(2, 2) };
    let made = test_cloud.run(request.clone());
    test_cloud.api.delete_instances(&ids(&made.instances[..1])).unwrap();
    assert_eq!(test_cloud.run(request.clone()).reservation_id, made.reservation_id);
    test_cloud.api.delete_instances(&ids(&made.instances[1..])).unwrap();
    assert_ne!(test_cloud.run(request).reservation_id, made.reservation_id);
}

#[test]
fn w1_the_last_instance_of_a_deleted_group_is_the_end_of_the_world() {
    let test_cloud = TestCloud::new(json!({}));
    let made = test_cloud.create(group(1, 0));
    test_cloud.at("5h");
    assert_eq!(test_cloud.delete_group_only(&made).kept, 1);
    test_cloud.api.delete_instances(&ids(&made.instances)).unwrap();
    test_cloud.at("0s");
    assert_eq!(test_cloud.api.describe_clock().unwrap().to_string(), "2026-01-01T00:00:00Z");
}

/// Once the lost instances of a group that was deleted without them stayed behind, and listing instances failed.
#[test]
fn w1_a_deleted_group_leaves_no_lost_instances_behind() {
    let test_cloud = TestCloud::new(json!({ "events": [{ "at": "2h", "reclaim_spot": {} }] }));
    let made = test_cloud.create(group(0, 2));
    test_cloud.create(group(1, 0));
    test_cloud.at("5h");
    let deleted = test_cloud.delete_group_only(&made);
    assert_eq!((deleted.terminated, deleted.kept), (0, 0));
    assert_eq!(listed(&test_cloud).len(), 1);
}

/// Once an instance that was reclaimed after its group was deleted stayed listed as terminated, while others of the group
/// kept running.
#[test]
fn w1_a_deleted_group_does_not_list_what_is_reclaimed_later() {
    let test_cloud = TestCloud::new(json!({ "events": [{ "at": "2h", "reclaim_spot": {} }] }));
    let made = test_cloud.create(group(1, 2));
    assert_eq!(test_cloud.delete_group_only(&made).kept, 3);
    test_cloud.at("5h");
    assert_eq!(listed(&test_cloud).len(), 1);
}

/// What a group had lost before it was deleted leaves the list with it.
#[test]
fn w1_a_deleted_group_does_not_list_what_it_had_lost() {
    let test_cloud = TestCloud::new(json!({ "events": [{ "at": "2h", "reclaim_spot": {} }] }));
    let made = test_cloud.create(group(1, 2));
    test_cloud.at("5h");
    assert_eq!(test_cloud.delete_group_only(&made).kept, 1);
    assert_eq!(listed(&test_cloud).len(), 1);
}
