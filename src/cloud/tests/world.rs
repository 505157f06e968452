//! The world and its file (W1–W4, N1).

use std::collections::BTreeSet;
use std::sync::Arc;
use std::sync::atomic::AtomicI64;
use std::thread;

use serde_json::json;

use super::engine::postgres;
use super::test_cloud::{TestCloud, cloud, code, group, instances, vpc, vswitch};
use crate::base::Time;
use crate::cloud::model::{
    DeleteAutoProvisioningGroupRequest, DescribeAutoProvisioningGroupsRequest, DescribeInstancesRequest, Reservation,
    RunInstancesRequest,
};
use crate::cloud::{CloudError, WorldError, WorldLocation};

#[test]
fn w1_an_empty_world_is_a_new_world() {
    let test_cloud = TestCloud::in_file(
        json!({ "faults": [{ "operation": "RunInstances", "error_code": "InternalError", "times": 1, "skip": 1 }] }),
    );
    let mut lives = Vec::new();
    for _ in 0..2 {
        test_cloud.at("0s");
        let first = test_cloud.create(group(1, 1));
        let again = test_cloud.create(group(1, 1));
        assert_ne!(first.instances[0].instance_id, again.instances[0].instance_id, "W3: equal requests, other ids");
        let reservation = test_cloud.run(instances(1, 1));
        assert_eq!(code(test_cloud.api.run_instances(&instances(1, 1))), "InternalError");
        test_cloud.at("5h");
        lives.push((test_cloud.look(&first), test_cloud.look(&again), test_cloud.look_at(&reservation)));
        test_cloud.delete(&first);
        test_cloud.delete(&again);
        test_cloud.api.release_reservation(&reservation.reservation_id).unwrap();
    }
    assert_eq!(lives[0], lives[1]);
}

#[test]
fn w1_instances_left_running_keep_the_world_alive() {
    let test_cloud = TestCloud::in_file(json!({ "events": [{ "at": "9h", "terminate_instances": {} }] }));
    let made = test_cloud.create(group(1, 0));
    test_cloud.at("5h");
    let request =
        DeleteAutoProvisioningGroupRequest { group_id: made.group_id.clone(), terminate_instances: Some(false) };
    assert_eq!(test_cloud.api.delete_auto_provisioning_group(&request).unwrap().kept, 1);
    assert_eq!(test_cloud.groups(), []);
    assert_eq!(
        code(test_cloud.api.delete_auto_provisioning_group(&request)),
        "InvalidAutoProvisioningGroupId.NotFound"
    );
    assert_eq!(test_cloud.create(group(1, 0)).create_time.to_string(), "2026-01-01T05:00:00Z");
}

#[test]
fn w2_a_token_returns_the_first_reply() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 3 }] }));
    let request = RunInstancesRequest { client_token: Some("a".to_owned()), ..instances(1, 2) };
    let first = test_cloud.run(request.clone());
    let switches = RunInstancesRequest {
        accept_shortfall: true,
        replace_lost: true,
        wait_for_running: false,
        configuration: "other".to_owned(),
        ..request.clone()
    };
    let again = test_cloud.run(switches);
    assert_eq!(again.request.configuration, "other", "switches of the caller are those of now");
    let again = Reservation { request: first.request.clone(), ..again };
    assert_eq!(again, first, "switches of the caller are no parameters");
    let other = RunInstancesRequest { client_token: Some("a".to_owned()), ..instances(1, 3) };
    assert_eq!(code(test_cloud.api.run_instances(&other)), "IdempotentParameterMismatch");
    let short = RunInstancesRequest { client_token: Some("b".to_owned()), ..instances(2, 2) };
    assert_eq!(code(test_cloud.api.run_instances(&short)), "InsufficientInstanceCapacity");
    let keeper = test_cloud.create(group(0, 1));
    test_cloud.api.release_reservation(&first.reservation_id).unwrap();
    test_cloud.run(short);
    let second = test_cloud.run(RunInstancesRequest { client_token: Some("a".to_owned()), ..instances(1, 1) });
    assert_ne!(second.reservation_id, first.reservation_id, "W3: an id that was ever used is skipped");
    assert_ne!(second.instances[0].instance_id, first.instances[0].instance_id);
    test_cloud.delete(&keeper);
}

#[test]
fn w2_a_computed_token_finds_its_reservation_and_no_other() {
    let test_cloud = TestCloud::new(json!({}));
    let (first, second) = (test_cloud.run(instances(1, 1)), test_cloud.run(instances(1, 1)));
    assert_ne!(first.client_token, second.client_token);
    let again = RunInstancesRequest { client_token: Some(first.client_token.clone()), ..instances(1, 1) };
    assert_eq!(test_cloud.run(again), first);
}

#[test]
fn w3_ids_do_not_depend_on_the_order_of_calls() {
    let requests = || {
        let named = |name: &str| {
            let mut request = group(1, 1);
            request.name = Some(name.to_owned());
            request
        };
        let mut with_token = group(2, 0);
        with_token.client_token = Some("t".to_owned());
        [named("aa"), named("bb"), with_token]
    };
    let ids = |order: [usize; 3]| {
        let test_cloud = TestCloud::new(json!({ "seed": 7 }));
        let requests = requests();
        let mut made: Vec<_> =
            order.into_iter().map(|index| (index, test_cloud.create(requests[index].clone()))).collect();
        made.sort_by_key(|(index, _)| *index);
        made.into_iter().map(|(_, group)| (group.group_id, group.instances, group.request_id)).collect::<Vec<_>>()
    };
    assert_eq!(ids([0, 1, 2]), ids([2, 1, 0]));
    assert_eq!(ids([0, 1, 2]), ids([1, 2, 0]));
}

#[test]
fn w4_faults_are_counted_in_the_world() {
    let test_cloud = TestCloud::in_file(json!({ "faults": [
        { "operation": "CreateAutoProvisioningGroup", "error_code": "Throttling", "times": 2, "skip": 1 },
        { "operation": "DescribeAutoProvisioningGroups", "error_code": "ServiceUnavailable", "times": 1 }
    ] }));
    let attempt = || test_cloud.api.create_auto_provisioning_group(&group(1, 0)).map(|_| ());
    attempt().unwrap();
    assert_eq!(code(attempt()), "Throttling");
    assert_eq!(code(attempt()), "Throttling");
    attempt().unwrap();
    let describe =
        || test_cloud.api.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default());
    assert_eq!(code(describe()), "ServiceUnavailable");
    assert_eq!(describe().unwrap().len(), 2);
}

#[test]
fn w4_after_commit_the_work_is_done_and_the_token_finds_it() {
    let test_cloud = TestCloud::new(json!({ "faults": [
        { "operation": "RunInstances", "error_code": "ServiceUnavailable", "times": 1, "after_commit": true }
    ] }));
    let request = RunInstancesRequest { client_token: Some("a".to_owned()), ..instances(2, 2) };
    assert_eq!(code(test_cloud.api.run_instances(&request)), "ServiceUnavailable");
    let found = test_cloud.run(request);
    assert_eq!(found.instances.len(), 2);
    test_cloud.api.release_reservation(&found.reservation_id).unwrap();
}

#[test]
fn n1_addresses_are_in_the_zones_block_and_in_no_other_block() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 2000 }] }));
    let reply = test_cloud.create(group(1000, 0));
    let addresses: BTreeSet<_> = reply.instances.iter().map(|instance| instance.private_ip.unwrap()).collect();
    assert_eq!(addresses.len(), 1000);
    for address in addresses {
        let [first, second, third, fourth] = address.octets();
        assert_eq!((first, second), (10, 1), "the second zone of its region");
        assert!((3..0xfffd).contains(&(u32::from(third) * 256 + u32::from(fourth))));
    }
}

#[test]
fn n1_a_vswitch_that_is_full_says_so() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 100_000 }], "limits": { "group_instances": 100_000, "group_vcpus": 100_000 }
    }));
    let reply = test_cloud.create(group(65_533, 0));
    assert_eq!(reply.instances.len(), 65_532, "the first and the last three are lost");
    assert_eq!(reply.launch_results[1].error_code.as_deref(), Some("InvalidVSwitchId.IpNotEnough"));
    assert_eq!(code(test_cloud.api.run_instances(&instances(1, 1))), "InsufficientFreeAddressesInSubnet");
    test_cloud.delete(&reply);
    assert_eq!(test_cloud.run(instances(1, 1)).instances.len(), 1);
}

#[test]
fn threads_with_their_own_connections_share_a_pool_exactly() {
    let test_cloud = TestCloud::in_file(json!({ "stock": [{ "pay_as_you_go": 20, "spot": 0 }] }));
    let launched: usize = thread::scope(|scope| {
        let scenario = json!({ "stock": [{ "pay_as_you_go": 20, "spot": 0 }] });
        let threads: Vec<_> = (0..8)
            .map(|_| {
                let cloud = test_cloud.under(scenario.clone());
                scope.spawn(move || (0..5).filter(|_| cloud.run_instances(&instances(1, 1)).is_ok()).count())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).sum()
    });
    assert_eq!(launched, 20);
}

#[test]
fn a_worlds_file_that_cannot_be_one_says_what_to_do() {
    let directory = tempfile::tempdir().unwrap();
    let path = |name: &str| directory.path().join(name);
    std::fs::write(path("text.db"), "this is not a database, however long it may be, and it never was one").unwrap();
    std::fs::create_dir(path("directory.db")).unwrap();
    let foreign = database_of_another_program(&path("foreign.db"));
    let open = |name: &str| {
        let clock = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
        let cloud = cloud("cn-heyuan", WorldLocation::File(path(name)), &json!({}), &clock);
        match cloud.create_auto_provisioning_group(&group(1, 0)).unwrap_err() {
            CloudError::World(error) => error,
            CloudError::Service(error) => panic!("{error}"),
        }
    };
    assert!(matches!(open("text.db"), WorldError::NotAWorld { .. }), "{}", open("text.db"));
    assert!(matches!(open("directory.db"), WorldError::NotAWorld { .. }), "{}", open("directory.db"));
    assert!(matches!(open("no/such/world.db"), WorldError::MissingDirectory { .. }));
    if foreign {
        assert!(matches!(open("foreign.db"), WorldError::NotAWorld { .. }), "{}", open("foreign.db"));
    }
    let nested = path("made").join("world.db");
    let clock = Arc::new(AtomicI64::new(Time::START.unix_seconds()));
    cloud("cn-heyuan", WorldLocation::File(nested.clone()), &json!({}), &clock)
        .create_auto_provisioning_group(&group(1, 0))
        .unwrap();
    assert!(nested.is_file());
}

/// A SQLite header with the application id of another program; true if it could be written.
fn database_of_another_program(path: &std::path::Path) -> bool {
    let mut page = vec![0_u8; 4096];
    page[..16].copy_from_slice(b"SQLite format 3\0");
    page[16..18].copy_from_slice(&4096_u16.to_be_bytes());
    page[18..24].copy_from_slice(&[1, 1, 0, 64, 32, 32]);
    page[31] = 1;
    page[47] = 4;
    page[59] = 1;
    page[68..72].copy_from_slice(&0x1234_5678_u32.to_be_bytes());
    page[100] = 13;
    page[105..107].copy_from_slice(&4096_u16.to_be_bytes());
    std::fs::write(path, page).is_ok()
}

#[test]
fn r19_n1_a_small_vswitch_runs_out_of_addresses() {
    let test_cloud = TestCloud::in_file(json!({}));
    let vpc_id = test_cloud.api.create_vpc(&vpc("192.168.0.0/16")).unwrap().vpc_id;
    let vswitch_id = test_cloud.api.create_vswitch(&vswitch(&vpc_id, "192.168.7.16/28")).unwrap().vswitch_id;
    let request =
        |min, max| RunInstancesRequest { vswitch_id: Some(vswitch_id.clone()), zone_id: None, ..instances(min, max) };
    assert_eq!(code(test_cloud.api.run_instances(&request(13, 14))), "InsufficientFreeAddressesInSubnet");
    let reply = test_cloud.run(request(1, 14));
    let last: BTreeSet<u8> = reply.instances.iter().map(|instance| instance.private_ip.unwrap().octets()[3]).collect();
    assert_eq!(last, (17..=28).collect(), "16 less the first and the last three");
    let listing = DescribeInstancesRequest { vpc_id: Some(vpc_id.clone()), max_results: Some(4), ..Default::default() };
    let page = test_cloud.api.describe_instances(&listing).unwrap();
    assert_eq!((page.items.len(), page.next_token.as_deref()), (4, Some("4")));
    assert!(page.items.iter().all(|placed| placed.vpc_id.as_ref() == Some(&vpc_id)));
    let rest = DescribeInstancesRequest { next_token: page.next_token, max_results: None, ..listing };
    assert_eq!(test_cloud.api.describe_instances(&rest).unwrap().items.len(), 8);
    test_cloud.api.release_reservation(&reply.reservation_id).unwrap();
    assert_eq!(test_cloud.run(request(12, 12)).instances.len(), 12);
}

/// Of twenty objects that a plan reads each waited ten seconds for the same silent server.
#[cfg(unix)]
#[test]
fn a_server_that_does_not_answer_is_waited_for_once() {
    let folder = tempfile::tempdir().unwrap();
    let listener = std::os::unix::net::UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    let place = format!("postgres://u@/d?host={}&world=w&connect_timeout=1", folder.path().display());
    let cloud = TestCloud::at_location(postgres(&place), json!({}));
    listener.set_nonblocking(true).unwrap();
    let mut attempts = [1, 2, 3].map(|_| {
        let error = cloud.api.describe_clock().unwrap_err();
        assert!(matches!(error, CloudError::World(WorldError::Unreachable { .. })), "{error}");
        listener.incoming().take_while(Result::is_ok).count()
    });
    attempts[0] = attempts[0].min(1);
    assert_eq!(attempts, [1, 0, 0]);
}
