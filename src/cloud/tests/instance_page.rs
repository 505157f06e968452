//! Pages of instances: what they show while instances are launched and ended between two of them, and what they read.

use std::cell::Cell;
use std::collections::BTreeSet;

use serde_json::json;

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, group, instances};
use crate::base::InstanceId;
use crate::cloud::model::{
    InstanceColumn, InstancePage, InstancePageRequest, InstanceRecord, LaunchInstanceRequest, LaunchInstancesRequest,
};

fn launch(test_cloud: &TestCloud, count: u32) -> BTreeSet<InstanceId> {
    let like = instances(1, 1);
    let instance = LaunchInstanceRequest {
        image_id: like.images.first().map(|image| image.image_id.clone()),
        instance_type: like.instance_type,
        zone_id: like.zone_id,
        ..LaunchInstanceRequest::default()
    };
    let request = LaunchInstancesRequest { instance, min_count: count, max_count: count };
    let launched = test_cloud.api.following_ec2().launch_instances(&request).unwrap();
    launched.records.iter().map(|record| id_of(record).clone()).collect()
}

fn id_of(record: &InstanceRecord) -> &InstanceId {
    &record.placed.instance.instance_id
}

fn next(test_cloud: &TestCloud, before: Option<&InstancePage>, size: usize) -> InstancePage {
    let request = InstancePageRequest {
        after: before.and_then(|page| page.next),
        max_results: Some(size),
        ..InstancePageRequest::default()
    };
    test_cloud.api.describe_instance_page(&request, &|_| None).unwrap()
}

fn boundless() -> serde_json::Value {
    json!({ "stock": [{ "pay_as_you_go": 10000 }], "limits": { "run_instances": 1000, "group_vcpus": 100_000 } })
}

#[test]
fn e9_launches_and_ends_between_pages_neither_repeat_nor_hide_an_instance() {
    for_each_engine(|engine| {
        let test_cloud = TestCloud::at_location(engine.location(), boundless());
        let first = launch(&test_cloud, 5);
        test_cloud.create(group(130, 0));
        let last = launch(&test_cloud, 5);
        let mut page = next(&test_cloud, None, 3);
        let mut seen: Vec<InstanceId> = page.instances.records.iter().map(|record| id_of(record).clone()).collect();
        // Some of those that were seen end, some that were not, and others join.
        test_cloud.api.terminate_instances_by_id(&first).unwrap();
        test_cloud.api.terminate_instances_by_id(&last.iter().take(2).cloned().collect()).unwrap();
        let joined = launch(&test_cloud, 2);
        while page.next.is_some() {
            page = next(&test_cloud, Some(&page), 7);
            assert!(page.instances.records.len() <= 7);
            seen.extend(page.instances.records.iter().map(|record| id_of(record).clone()));
        }
        let distinct: BTreeSet<InstanceId> = seen.iter().cloned().collect();
        assert_eq!((seen.len(), distinct.len()), (142, 142));
        assert!([&first, &last, &joined].iter().all(|ids| ids.is_subset(&distinct)));
        let all = test_cloud.api.describe_instance_records(None).unwrap();
        assert_eq!(all.records.iter().map(|record| id_of(record).clone()).collect::<Vec<_>>(), seen, "in one order");
        assert_eq!(all.records.iter().filter(|record| record.end.is_some()).count(), 7);
        let one = test_cloud.api.describe_instance_records(Some(&last)).unwrap();
        let of_all: Vec<_> = all.records.iter().filter(|record| last.contains(id_of(record))).cloned().collect();
        assert_eq!(one.records, of_all, "an instance is the same by its id");
    });
}

#[test]
fn e9_a_page_reads_no_more_than_it_may_show() {
    let test_cloud = TestCloud::new(boundless());
    launch(&test_cloud, 300);
    test_cloud.create(group(300, 0));
    let read = Cell::new(0);
    let look = |columns: Vec<(InstanceColumn, Vec<String>)>| {
        read.set(0);
        let request = InstancePageRequest { max_results: Some(10), columns, ..InstancePageRequest::default() };
        let count = |found: &crate::cloud::model::InstanceRecords| {
            read.set(read.get() + found.records.len());
            None
        };
        test_cloud.api.describe_instance_page(&request, &count).unwrap().instances.records.len()
    };
    assert_eq!((look(Vec::new()), read.get()), (10, 11));
    // What the columns exclude is not read at all.
    let stopped = vec![(InstanceColumn::State, vec!["stop*".to_owned()])];
    assert_eq!((look(stopped), read.get()), (0, 0));
    let zone = vec![(InstanceColumn::Zone, vec!["no-such-zone".to_owned(), "cn-*".to_owned()])];
    assert_eq!((look(zone), read.get()), (10, 11));
}
