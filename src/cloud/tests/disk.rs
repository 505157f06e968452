//! Disks: N9, W11, W1, W2.

use serde_json::json;

use super::test_cloud::{TestCloud, code, instances};
use crate::base::{DiskId, InstanceId};
use crate::cloud::model::{
    AttachDiskRequest, CreateDiskRequest, DataDisk, DescribeDisksRequest, Disk, DiskStatus, InstanceSelection,
    LaunchInstanceRequest, ModifyDiskAttachmentRequest, ModifyDiskRequest, RunInstancesRequest,
};

/// In `cn-heyuan-b`.
fn disk(category: &str, size: u32) -> CreateDiskRequest {
    CreateDiskRequest {
        zone_id: Some("cn-heyuan-b".into()),
        category: Some(category.to_owned()),
        size: Some(size),
        ..CreateDiskRequest::default()
    }
}

fn made(test_cloud: &TestCloud, request: &CreateDiskRequest) -> DiskId {
    test_cloud.api.create_disk(request).unwrap().disk_id
}

fn look(test_cloud: &TestCloud, id: &DiskId) -> Option<Disk> {
    let request = DescribeDisksRequest { disk_ids: Some([id.clone()].into()), ..DescribeDisksRequest::default() };
    test_cloud.api.describe_disks(&request).unwrap().pop()
}

fn attachment(disk_id: &DiskId, instance_id: &InstanceId) -> AttachDiskRequest {
    AttachDiskRequest {
        disk_id: Some(disk_id.clone()),
        instance_id: Some(instance_id.clone()),
        ..AttachDiskRequest::default()
    }
}

fn instance(test_cloud: &TestCloud) -> InstanceId {
    test_cloud.run(instances(1, 1)).instances.remove(0).instance_id
}

#[test]
fn n9_the_size_lies_within_the_limits_of_category_and_level() {
    let test_cloud = TestCloud::new(json!({}));
    let level =
        |level: &str, size| CreateDiskRequest { performance_level: Some(level.to_owned()), ..disk("cloud_essd", size) };
    let refused = |request: &CreateDiskRequest| code(test_cloud.api.create_disk(request));
    for (request, expected) in [
        (disk("cloud_efficiency", 19), "InvalidDiskSize.NotSupported"),
        (disk("cloud_efficiency", 32_769), "InvalidDiskSize.NotSupported"),
        (disk("cloud", 4), "InvalidDiskSize.NotSupported"),
        (disk("cloud_fast", 40), "InvalidDiskCategory.NotSupported"),
        (level("PL2", 460), "OperationDenied.PerformanceLevelNotMatch"),
        (level("PL4", 460), "OperationDenied.PerformanceLevelNotMatch"),
        (CreateDiskRequest { size: None, ..disk("cloud", 5) }, "MissingParameter"),
        (CreateDiskRequest { zone_id: None, ..disk("cloud", 5) }, "MissingParameter"),
        (CreateDiskRequest { zone_id: Some("cn-heyuan-z".into()), ..disk("cloud", 5) }, "InvalidZoneId.NotFound"),
    ] {
        assert_eq!(refused(&request), expected, "{request:?}");
    }
    for request in [disk("cloud", 5), level("PL0", 1), level("PL2", 461)] {
        assert_eq!(test_cloud.api.create_disk(&request).unwrap().size, request.size.unwrap());
    }
    let unsaid = test_cloud.api.create_disk(&disk("cloud_essd", 20)).unwrap();
    assert_eq!((unsaid.performance_level.as_deref(), unsaid.status), (Some("PL1"), DiskStatus::Available));
    let restored = CreateDiskRequest { size: None, snapshot_id: Some("s-1".to_owned()), ..disk("cloud_efficiency", 0) };
    assert_eq!(test_cloud.api.create_disk(&restored).unwrap().size, 20);
}

#[test]
fn n9_a_disk_grows_in_place_and_becomes_what_the_service_allows() {
    let test_cloud = TestCloud::new(json!({}));
    let id = made(&test_cloud, &disk("cloud_efficiency", 40));
    let change = ModifyDiskRequest { disk_id: Some(id.clone()), ..ModifyDiskRequest::default() };
    let resized = |size| test_cloud.api.modify_disk(&ModifyDiskRequest { size: Some(size), ..change.clone() });
    assert_eq!(code(resized(39)), "InvalidDiskSize.TooSmall");
    assert_eq!(resized(80).unwrap().size, 80);
    let become_ = |category: &str, level: &str| {
        let category = Some(category.to_owned());
        let performance_level = Some(level.to_owned());
        test_cloud.api.modify_disk(&ModifyDiskRequest { category, performance_level, ..change.clone() })
    };
    assert_eq!(code(become_("cloud", "")), "InvalidDiskCategory.NotSupported");
    assert_eq!(become_("cloud_ssd", "").unwrap().performance_level, None);
    assert_eq!(code(become_("cloud_auto", "")), "InvalidDiskCategory.NotSupported");
    assert_eq!(code(become_("cloud_essd", "PL2")), "OperationDenied.PerformanceLevelNotMatch", "too small");
    assert_eq!(become_("cloud_essd", "").unwrap().performance_level.as_deref(), Some("PL1"));
    assert_eq!(code(become_("cloud_essd", "PL0")), "InvalidDiskCategory.NotSupported");
    assert_eq!(look(&test_cloud, &id).unwrap().size, 80, "a refusal changes nothing");
}

#[test]
fn n9_a_disk_is_attached_once_in_its_zone_and_not_deleted_meanwhile() {
    let test_cloud = TestCloud::new(json!({}));
    let (id, other) = (made(&test_cloud, &disk("cloud_ssd", 20)), made(&test_cloud, &disk("cloud_ssd", 20)));
    let instance_id = instance(&test_cloud);
    let attach = |id: &DiskId, instance_id: &InstanceId| test_cloud.api.attach_disk(&attachment(id, instance_id));
    assert_eq!(code(attach(&"d-none".into(), &instance_id)), "InvalidDiskId.NotFound");
    assert_eq!(code(attach(&id, &"i-none".into())), "InvalidInstanceId.NotFound");
    let device = |disk: Disk| disk.attachment.unwrap().device;
    assert_eq!(device(attach(&id, &instance_id).unwrap()), "/dev/xvdb");
    assert_eq!(device(attach(&other, &instance_id).unwrap()), "/dev/xvdc");
    assert_eq!(code(attach(&id, &instance_id)), "IncorrectDiskStatus");
    assert_eq!(code(test_cloud.api.delete_disk(&id)), "IncorrectDiskStatus");
    assert_eq!(look(&test_cloud, &id).unwrap().status, DiskStatus::InUse);
    test_cloud.api.detach_disk(&id, &instance_id).unwrap();
    assert_eq!(code(test_cloud.api.detach_disk(&id, &instance_id)), "InvalidDisk.AlreadyDetached");
    let elsewhere = CreateDiskRequest { zone_id: Some("cn-heyuan-a".into()), ..disk("cloud_ssd", 20) };
    let elsewhere = made(&test_cloud, &elsewhere);
    assert_eq!(code(attach(&elsewhere, &instance_id)), "ResourcesNotInSameZone");
    assert_eq!(device(attach(&id, &instance_id).unwrap()), "/dev/xvdb", "the device that is free again");
    for _ in 2..16 {
        attach(&made(&test_cloud, &disk("cloud_ssd", 20)), &instance_id).unwrap();
    }
    let one_more = made(&test_cloud, &disk("cloud_ssd", 20));
    assert_eq!(code(attach(&one_more, &instance_id)), "InstanceDiskLimitExceeded");
}

#[test]
fn n3_n9_an_instance_takes_the_disks_that_its_pool_takes() {
    let offers = json!([{ "instance_type": "ecs.s6-c1m1.small", "disk_categories": ["cloud_efficiency"] }]);
    let test_cloud = TestCloud::new(json!({ "offers": offers }));
    let instance_id = instance(&test_cloud);
    let attach = |id: &DiskId| test_cloud.api.attach_disk(&attachment(id, &instance_id));
    let refused = attach(&made(&test_cloud, &disk("cloud_ssd", 20)));
    assert_eq!(code(refused), "InvalidInstanceType.NotSupportDiskCategory");
    attach(&made(&test_cloud, &disk("cloud_efficiency", 20))).unwrap();
}

#[test]
fn n9_a_disk_made_for_an_instance_lies_in_its_zone_moves_and_goes_without_detaching() {
    let test_cloud = TestCloud::new(json!({}));
    let (first, second) = (instance(&test_cloud), instance(&test_cloud));
    let request = CreateDiskRequest { zone_id: None, instance_id: Some(first.clone()), ..disk("cloud_ssd", 20) };
    let made = test_cloud.api.create_disk(&request).unwrap();
    assert_eq!((made.zone_id.as_str(), made.status), ("cn-heyuan-b", DiskStatus::InUse));
    let change = ModifyDiskRequest {
        disk_id: Some(made.disk_id.clone()),
        instance_id: Some(second.clone()),
        ..ModifyDiskRequest::default()
    };
    let moved = test_cloud.api.modify_disk(&change).unwrap();
    assert_eq!(moved.attachment.unwrap().instance_id, second);
    test_cloud.api.delete_disk(&made.disk_id).unwrap();
    assert_eq!(look(&test_cloud, &made.disk_id), None);
}

#[test]
fn w11_the_attachment_beats_the_disk_about_what_ends_with_the_instance() {
    let test_cloud = TestCloud::new(json!({}));
    let lasting = made(&test_cloud, &CreateDiskRequest { delete_with_instance: true, ..disk("cloud_ssd", 20) });
    let ending = made(&test_cloud, &disk("cloud_ssd", 20));
    let spot =
        RunInstancesRequest { spot_strategy: crate::cloud::model::SpotStrategy::SpotAsPriceGo, ..instances(1, 1) };
    let instance_id = test_cloud.run(spot).instances.remove(0).instance_id;
    let says = |id, says| AttachDiskRequest { delete_with_instance: Some(says), ..attachment(id, &instance_id) };
    test_cloud.api.attach_disk(&says(&lasting, false)).unwrap();
    test_cloud.api.attach_disk(&attachment(&ending, &instance_id)).unwrap();
    let change = ModifyDiskAttachmentRequest {
        disk_id: Some(ending.clone()),
        instance_id: Some(instance_id.clone()),
        delete_with_instance: Some(true),
        configuration: None,
    };
    assert!(test_cloud.api.modify_disk_attachment(&change).unwrap().delete_with_instance);
    test_cloud.api.reclaim_spot(&InstanceSelection::default()).unwrap();
    let left = look(&test_cloud, &lasting).unwrap();
    assert_eq!((left.status, left.delete_with_instance), (DiskStatus::Available, true));
    assert_eq!(look(&test_cloud, &ending), None);
}

#[test]
fn w1_w2_w4_disks_count_as_objects_repeat_by_token_and_fail_by_name() {
    let faults = json!([{ "operation": "ResizeDisk", "error_code": "InternalError", "times": 1 }]);
    let test_cloud = TestCloud::new(json!({ "faults": faults }));
    let request = CreateDiskRequest { client_token: Some("t".to_owned()), ..disk("cloud_ssd", 20) };
    let id = made(&test_cloud, &request);
    assert_eq!(made(&test_cloud, &request), id);
    let change = ModifyDiskRequest { disk_id: Some(id.clone()), size: Some(30), ..ModifyDiskRequest::default() };
    assert_eq!(code(test_cloud.api.modify_disk(&change)), "InternalError");
    test_cloud.api.modify_disk(&change).unwrap();
    test_cloud.at("5h");
    test_cloud.api.delete_disk(&id).unwrap();
    assert_eq!(made(&test_cloud, &request), id, "the world was empty, so it is a new one");
}

/// The first disk that was attached got the device of a data disk that the instance was launched with.
#[test]
fn n9_devices_begin_after_the_data_disks_of_the_instance() {
    let test_cloud = TestCloud::new(json!({}));
    let launched_with = |count: usize| {
        let request = LaunchInstanceRequest {
            zone_id: Some("cn-heyuan-b".into()),
            instance_type: Some("ecs.g7.large".into()),
            image_id: Some("aliyun_3_x64_20G_alibase_20250629.vhd".into()),
            data_disks: vec![DataDisk { category: Some("cloud_essd".to_owned()), size: 40 }; count],
            ..LaunchInstanceRequest::default()
        };
        test_cloud.api.launch_instance(&request).unwrap().instance.instance_id
    };
    let attach =
        |to: &InstanceId| test_cloud.api.attach_disk(&attachment(&made(&test_cloud, &disk("cloud_essd", 40)), to));
    let device = |to: &InstanceId| attach(to).unwrap().attachment.unwrap().device;
    let two = launched_with(2);
    assert_eq!([device(&two), device(&two)], ["/dev/xvdd", "/dev/xvde"]);
    let fifteen = launched_with(15);
    assert_eq!(device(&fifteen), "/dev/xvdq");
    assert_eq!(code(attach(&fifteen)), "InstanceDiskLimitExceeded");
}
