//! Instances that are launched one by one (O1–O6).
#![expect(clippy::needless_pass_by_value, reason = "a test writes what it asks for in place")]

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, code, decimal, group, instances, vpc, vswitch};
use crate::cloud::model::{
    ActivityKind, CreateLaunchTemplateRequest, DataDisk, DescribeInstancesRequest, DescribeSingleInstancesRequest,
    DescribeWorldHistoryRequest, DescribeWorldRequest, InstanceSelection, InstanceState, LaunchConfiguration,
    LaunchInstanceRequest, LaunchTemplateContent, ModifyInstanceRequest, Power, SingleInstance, SpotStrategy,
    StoppedMode, TemplateChoice,
};
use crate::cloud::{CloudError, Member};

const ZONE: &str = "cn-heyuan-a";
const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";

/// One `ecs.g7.large` in [`ZONE`].
fn one() -> LaunchInstanceRequest {
    LaunchInstanceRequest {
        zone_id: Some(ZONE.into()),
        instance_type: Some("ecs.g7.large".into()),
        image_id: Some(IMAGE.into()),
        ..LaunchInstanceRequest::default()
    }
}

fn spot() -> LaunchInstanceRequest {
    LaunchInstanceRequest { spot_strategy: SpotStrategy::SpotAsPriceGo, ..one() }
}

/// Every pool has this many instances of each billing.
fn with_stock(count: u32) -> TestCloud {
    TestCloud::new(json!({ "stock": [{ "pay_as_you_go": count, "spot": count }] }))
}

/// Stock by type in [`ZONE`]; nothing elsewhere.
fn stock(of: &[(&str, u32)]) -> Value {
    let nothing = json!({ "pay_as_you_go": 0, "spot": 0 });
    let rules = of.iter().map(|(instance_type, count)| {
        json!({ "zone_id": ZONE, "instance_type": instance_type, "pay_as_you_go": count, "spot": count })
    });
    json!({ "stock": std::iter::once(nothing).chain(rules).collect::<Vec<_>>() })
}

fn launch(test_cloud: &TestCloud, request: LaunchInstanceRequest) -> SingleInstance {
    test_cloud.api.launch_instance(&request).unwrap()
}

fn look(test_cloud: &TestCloud, single: &SingleInstance) -> Option<SingleInstance> {
    let ids = Some([single.instance.instance_id.clone()].into());
    let request = DescribeSingleInstancesRequest { instance_ids: ids, ..DescribeSingleInstancesRequest::default() };
    test_cloud.api.describe_single_instances(&request).unwrap().pop()
}

fn change(single: &SingleInstance) -> ModifyInstanceRequest {
    ModifyInstanceRequest { instance_id: Some(single.instance.instance_id.clone()), ..ModifyInstanceRequest::default() }
}

fn power(single: &SingleInstance, power: Power) -> ModifyInstanceRequest {
    ModifyInstanceRequest { power: Some(power), ..change(single) }
}

fn to_type(single: &SingleInstance, instance_type: &str) -> ModifyInstanceRequest {
    ModifyInstanceRequest { instance_type: Some(Some(instance_type.into())), ..change(single) }
}

fn message(error: CloudError) -> String {
    error.service().unwrap().message.clone()
}

fn free(test_cloud: &TestCloud, instance_type: &str) -> (u32, u32) {
    let overview = test_cloud.api.describe_world(&DescribeWorldRequest::default()).unwrap();
    let pool = overview
        .pools
        .into_iter()
        .find(|pool| pool.zone_id.as_str() == ZONE && pool.instance_type.as_str() == instance_type);
    let pool = pool.unwrap();
    (pool.pay_as_you_go.available(), pool.spot.available())
}

#[test]
fn o1_an_instance_is_launched_and_shown_and_released() {
    for_each_engine(|engine| {
        let test_cloud =
            TestCloud::at_location(engine.location(), json!({ "stock": [{ "pay_as_you_go": 2, "spot": 2 }] }));
        let tags = BTreeMap::from([("team".to_owned(), "a".to_owned())]);
        let single = launch(
            &test_cloud,
            LaunchInstanceRequest {
                instance_name: Some("web".to_owned()),
                key_name: Some("example-key-name".into()),
                internet_max_bandwidth_out: Some(5),
                tags: tags.clone(),
                ..one()
            },
        );
        let instance = &single.instance;
        assert!(instance.instance_id.as_str().starts_with("i-") && instance.instance_id.as_str().len() == 22);
        assert_eq!((instance.state, instance.instance_name.as_str()), (InstanceState::Running, "web"));
        assert_eq!((instance.zone_id.as_str(), instance.vswitch_id.as_str()), (ZONE, "vsw-cn-heyuan-a"));
        assert_eq!((single.vcpus, single.memory_gib), (2, decimal("8")));
        assert!(instance.public_ip.is_some() && instance.private_ip.is_some());
        assert_eq!(single.warnings, [""; 0]);
        assert_eq!(free(&test_cloud, "ecs.g7.large"), (1, 2));
        assert_eq!(look(&test_cloud, &single).as_ref(), Some(&single));
        let all = test_cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
        assert_eq!(all.len(), 1);
        assert_eq!(all[0].instance, single.instance);
        test_cloud.api.delete_instance(&instance.instance_id).unwrap();
        assert_eq!(look(&test_cloud, &single), None);
        assert_eq!(free(&test_cloud, "ecs.g7.large"), (2, 2));
        assert_eq!(code(test_cloud.api.delete_instance(&instance.instance_id)), "InvalidInstanceId.NotFound");
    });
}

#[test]
fn o1_equal_requests_are_different_instances_and_different_ones_have_the_same_ids_in_any_order() {
    let ids = |order: [&str; 3]| {
        let test_cloud = with_stock(9);
        let mut ids = order.map(|name| {
            let request = LaunchInstanceRequest { instance_name: Some(name.to_owned()), ..one() };
            (name.to_owned(), launch(&test_cloud, request).instance.instance_id)
        });
        ids.sort();
        ids
    };
    let one_way = ids(["a", "b", "c"]);
    assert_eq!(one_way, ids(["c", "a", "b"]));
    let test_cloud = with_stock(9);
    let [first, second] = [launch(&test_cloud, one()), launch(&test_cloud, one())];
    assert_ne!(first.instance.instance_id, second.instance.instance_id);
    assert_ne!(first.instance.private_ip, second.instance.private_ip);
}

#[test]
fn o1_what_is_wrong_with_a_request_is_said_in_the_newer_codes() {
    let test_cloud = with_stock(9);
    let disk = |category: Option<&str>, size| DataDisk { category: category.map(str::to_owned), size };
    let refused = [
        (LaunchInstanceRequest { instance_type: None, ..one() }, "MissingParameter.InstanceType", Member::InstanceType),
        (LaunchInstanceRequest { image_id: None, ..one() }, "MissingParameter", Member::ImageId),
        (
            LaunchInstanceRequest { image_id: Some("m-none".into()), ..one() },
            "InvalidImageId.NotFound",
            Member::ImageId,
        ),
        (
            LaunchInstanceRequest { instance_type: Some("ecs.zebra".into()), ..one() },
            "InvalidInstanceType.ValueNotSupported",
            Member::InstanceType,
        ),
        (
            LaunchInstanceRequest { instance_type: Some("m1.small".into()), ..one() },
            "InvalidResourceType.NotSupported",
            Member::InstanceType,
        ),
        (
            LaunchInstanceRequest { instance_type: Some("ecs.g8y.large".into()), zone_id: None, ..one() },
            "ImageNotSupportInstanceType",
            Member::ImageId,
        ),
        (
            LaunchInstanceRequest { zone_id: Some("cn-heyuan-z".into()), ..one() },
            "InvalidZoneId.NotFound",
            Member::ZoneId,
        ),
        (
            LaunchInstanceRequest { vswitch_id: Some("vsw-cn-heyuan-b".into()), ..one() },
            "InvalidParameter.Mismatch",
            Member::VSwitchId,
        ),
        (
            LaunchInstanceRequest { security_group_ids: ["sg-none".into()].into(), ..one() },
            "InvalidSecurityGroupId.NotFound",
            Member::SecurityGroupIds,
        ),
        (
            LaunchInstanceRequest { key_name: Some("none".into()), ..one() },
            "InvalidKeyPairName.NotFound",
            Member::KeyName,
        ),
        (
            LaunchInstanceRequest { user_data: Some(vec![0; 16_385]), ..one() },
            "InvalidUserData.SizeExceeded",
            Member::UserData,
        ),
        (
            LaunchInstanceRequest { spot_price_limit: Some(decimal("1")), ..one() },
            "InvalidSpotPriceLimit",
            Member::SpotPriceLimit,
        ),
        (
            LaunchInstanceRequest {
                spot_strategy: SpotStrategy::SpotWithPriceLimit,
                spot_price_limit: Some(decimal("0.001")),
                ..one()
            },
            "InvalidSpotPriceLimit.LowerThanPublicPrice",
            Member::SpotPriceLimit,
        ),
        (
            LaunchInstanceRequest { system_disk_category: Some("cloud".into()), ..one() },
            "InvalidInstanceType.NotSupportDiskCategory",
            Member::SystemDiskCategory,
        ),
        (
            LaunchInstanceRequest { system_disk_size: Some(10), ..one() },
            "InvalidSystemDiskSize.LessThanImageSize",
            Member::SystemDiskSize,
        ),
        (
            LaunchInstanceRequest {
                instance_type: Some("ecs.g6.large".into()),
                system_disk_category: Some("cloud_efficiency".into()),
                system_disk_size: Some(10),
                ..one()
            },
            "InvalidSystemDiskSize.LessThanMinSize",
            Member::SystemDiskSize,
        ),
        (
            LaunchInstanceRequest { system_disk_size: Some(4_000), ..one() },
            "InvalidSystemDiskSize.MoreThanMaxSize",
            Member::SystemDiskSize,
        ),
        (
            LaunchInstanceRequest { data_disks: vec![disk(None, 40), disk(Some("cloud"), 40)], ..one() },
            "InvalidInstanceType.NotSupportDiskCategory",
            Member::Category,
        ),
        (
            LaunchInstanceRequest {
                instance_type: Some("ecs.g6.large".into()),
                data_disks: vec![disk(Some("cloud_efficiency"), 5)],
                ..one()
            },
            "InvalidDataDiskSize.ValueNotSupported",
            Member::Size,
        ),
        (
            LaunchInstanceRequest { private_ip: Some("10.9.0.1".parse().unwrap()), ..one() },
            "InvalidPrivateIpAddress.Malformed",
            Member::PrivateIpAddress,
        ),
        (LaunchInstanceRequest { dry_run: true, ..one() }, "DryRunOperation", Member::DryRun),
    ];
    for (request, expected, member) in refused {
        let error = test_cloud.api.launch_instance(&request).unwrap_err();
        assert_eq!((error.code(), error.service().unwrap().parameter), (Some(expected), Some(member)), "{error}");
    }
    assert_eq!(free(&test_cloud, "ecs.g7.large"), (9, 9));
}

#[test]
fn o1_a_private_address_is_taken_once_and_is_free_again_afterwards() {
    let test_cloud = with_stock(9);
    let asked = LaunchInstanceRequest { private_ip: Some("10.0.0.8".parse().unwrap()), ..one() };
    let first = launch(&test_cloud, asked.clone());
    assert_eq!(first.instance.private_ip, asked.private_ip);
    let error = test_cloud.api.launch_instance(&asked).unwrap_err();
    assert_eq!(error.code(), Some("InvalidPrivateIpAddress.Duplicated"));
    test_cloud.api.delete_instance(&first.instance.instance_id).unwrap();
    assert_eq!(launch(&test_cloud, asked.clone()).instance.private_ip, asked.private_ip);
}

#[test]
fn o2_the_request_beats_its_template_and_the_template_fills_what_is_open() {
    let test_cloud = with_stock(9);
    let template = test_cloud
        .api
        .create_launch_template(&CreateLaunchTemplateRequest {
            launch_template_name: "web".to_owned(),
            content: LaunchTemplateContent {
                instance_type: Some("ecs.g6.large".into()),
                launch: LaunchConfiguration {
                    image_id: Some(IMAGE.into()),
                    instance_name: Some("of-template".to_owned()),
                    internet_max_bandwidth_out: 7,
                    ..LaunchConfiguration::default()
                },
                ..LaunchTemplateContent::default()
            },
            ..CreateLaunchTemplateRequest::default()
        })
        .unwrap();
    let by_name =
        TemplateChoice { launch_template_id: None, launch_template_name: Some("web".to_owned()), version: None };
    let open = LaunchInstanceRequest {
        launch_template: Some(by_name.clone()),
        zone_id: Some(ZONE.into()),
        ..LaunchInstanceRequest::default()
    };
    let single = launch(&test_cloud, open.clone());
    assert_eq!(single.instance.instance_type.as_str(), "ecs.g6.large");
    assert_eq!((single.instance.instance_name.as_str(), single.instance.public_ip.is_some()), ("of-template", true));
    let said = LaunchInstanceRequest {
        instance_type: Some("ecs.g7.large".into()),
        instance_name: Some("own".to_owned()),
        ..open.clone()
    };
    let single = launch(&test_cloud, said);
    assert_eq!(single.instance.instance_type.as_str(), "ecs.g7.large");
    assert_eq!(single.instance.instance_name, "own");
    let id = Some(template.launch_template_id.clone());
    let missing = [
        (
            TemplateChoice { launch_template_name: Some("none".to_owned()), ..by_name.clone() },
            "InvalidLaunchTemplate.NotFound",
        ),
        (
            TemplateChoice { launch_template_id: id, version: Some(2), ..by_name },
            "InvalidLaunchTemplateVersion.NotFound",
        ),
    ];
    for (choice, expected) in missing {
        let request = LaunchInstanceRequest { launch_template: Some(choice), ..open.clone() };
        assert_eq!(code(test_cloud.api.launch_instance(&request)), expected);
    }
    test_cloud.api.delete_launch_template(&template.launch_template_id).unwrap();
    assert_eq!(look(&test_cloud, &single).as_ref(), Some(&single));
}

/// The vectors of the rule.
#[test]
fn o3_without_stock_the_refusal_says_what_would_fit() {
    let cases = [
        ([1, 0, 0, 0], None),
        ([0, 3, 0, 0], Some("What would fit now: ecs.g7.large in cn-heyuan-b (3 pay-as-you-go)")),
        (
            [0, 3, 0, 2],
            Some(
                "What would fit now: ecs.g7.large in cn-heyuan-b (3 pay-as-you-go), ecs.g6.large in cn-heyuan-a (2 \
                 pay-as-you-go)",
            ),
        ),
        ([0, 0, 5, 0], Some("Nothing else of this kind is free in cn-heyuan")),
    ];
    let pool = |zone: &str, instance_type: &str, pay_as_you_go: u32, spot: u32| json!({ "zone_id": zone, "instance_type": instance_type, "pay_as_you_go": pay_as_you_go, "spot": spot });
    for ([a, b, b_spot, g6], expected) in cases {
        let scenario = json!({ "stock": [
            { "pay_as_you_go": 0, "spot": 0 },
            pool(ZONE, "ecs.g7.large", a, 0),
            pool("cn-heyuan-b", "ecs.g7.large", b, b_spot),
            pool(ZONE, "ecs.g6.large", g6, 0),
        ] });
        let test_cloud = TestCloud::new(scenario);
        let checked = test_cloud.api.check_launch_instance(&one(), 1);
        match expected {
            None => {
                checked.unwrap();
                launch(&test_cloud, one());
                assert_eq!(code(test_cloud.api.check_launch_instance(&one(), 1)), "OperationDenied.NoStock");
            }
            Some(hint) => {
                let text = format!("`{ZONE}` has 0 `ecs.g7.large` free as pay-as-you-go, and one is asked for. {hint}");
                assert_eq!(message(checked.unwrap_err()), text);
                let error = test_cloud.api.launch_instance(&one()).unwrap_err();
                assert_eq!(error.code(), Some("OperationDenied.NoStock"));
                assert_eq!(message(error), text);
                assert!(
                    test_cloud
                        .api
                        .describe_single_instances(&DescribeSingleInstancesRequest::default())
                        .unwrap()
                        .is_empty()
                );
            }
        }
    }
}

#[test]
fn o3_a_spot_instance_is_told_of_the_same_pool_as_pay_as_you_go() {
    let test_cloud = TestCloud::new(json!({ "stock": [
        { "pay_as_you_go": 0, "spot": 0 },
        { "zone_id": ZONE, "instance_type": "ecs.g7.large", "pay_as_you_go": 4 },
    ] }));
    let text = message(test_cloud.api.launch_instance(&spot()).unwrap_err());
    assert!(text.ends_with("What would fit now: ecs.g7.large in cn-heyuan-a (4 pay-as-you-go)"), "{text}");
}

#[test]
fn o3_addresses_and_quota_limit_a_launch_too() {
    let test_cloud = TestCloud::new(json!({ "quotas": [{ "charge_type": "PayAsYouGo", "vcpus": 3 }] }));
    let single = launch(&test_cloud, one());
    let error = test_cloud.api.launch_instance(&one()).unwrap_err();
    assert_eq!(error.code(), Some("QuotaExceed.ElasticQuota"));
    assert_eq!(
        message(error),
        "the account's quota in `cn-heyuan` allows 0 more `ecs.g7.large`, 2 vCPUs each, and one is asked for"
    );
    // Its own vCPUs count as free when the type changes.
    assert_eq!(code(test_cloud.api.modify_instance(&to_type(&single, "ecs.g7.xlarge"))), "QuotaExceed.ElasticQuota");
    test_cloud.api.modify_instance(&to_type(&single, "ecs.c7.large")).unwrap();

    let test_cloud = with_stock(99);
    let network = test_cloud.api.create_vpc(&vpc("172.16.0.0/12")).unwrap();
    let small = test_cloud.api.create_vswitch(&vswitch(&network.vpc_id, "172.16.0.0/29")).unwrap();
    let inside = LaunchInstanceRequest { zone_id: None, vswitch_id: Some(small.vswitch_id.clone()), ..one() };
    for _ in 0..4 {
        launch(&test_cloud, inside.clone());
    }
    assert_eq!(code(test_cloud.api.launch_instance(&inside)), "InvalidVSwitchId.IpNotEnough");
    assert_eq!(code(test_cloud.api.delete_vswitch(&small.vswitch_id)), "DependencyViolation.Instance");
}

#[test]
fn o4_a_reclaimed_instance_is_gone_and_the_world_stays() {
    for_each_engine(|engine| {
        let scenario = json!({
            "stock": [{ "pay_as_you_go": 9, "spot": 9 }],
            "events": [{ "at": "2h", "reclaim_spot": { "zone_id": ZONE } }],
        });
        let test_cloud = TestCloud::at_location(engine.location(), scenario);
        let single = launch(&test_cloud, spot());
        test_cloud.at("3h");
        assert_eq!(look(&test_cloud, &single), None);
        let listed = test_cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap();
        assert_eq!(listed.items.len(), 0);
        assert_eq!(free(&test_cloud, "ecs.g7.large"), (9, 9));
        let history = test_cloud.api.describe_world_history(&DescribeWorldHistoryRequest::default()).unwrap();
        let kinds: Vec<ActivityKind> = history.activities.iter().map(|activity| activity.kind).collect();
        assert_eq!(kinds, [ActivityKind::RunInstances, ActivityKind::ReclaimSpot]);
        assert_eq!(history.clock.since(crate::base::Time::START).seconds(), 3 * 3_600);
        let again = launch(&test_cloud, spot());
        assert_ne!(again.instance.instance_id, single.instance.instance_id);
        // The last removal by a call makes the world a new one, as ever.
        test_cloud.api.delete_instance(&again.instance.instance_id).unwrap();
        let history = test_cloud.api.describe_world_history(&DescribeWorldHistoryRequest::default()).unwrap();
        assert_eq!(history.activities.len(), 0);
    });
}

#[test]
fn o4_changes_of_the_world_take_instances_and_stopped_ones_too() {
    let test_cloud = with_stock(9);
    let [first, second] = [launch(&test_cloud, spot()), launch(&test_cloud, one())];
    let protected = ModifyInstanceRequest { deletion_protection: Some(true), ..power(&second, Power::Stopped) };
    test_cloud.api.modify_instance(&protected).unwrap();
    let reclaimed = test_cloud.api.reclaim_spot(&InstanceSelection::default()).unwrap();
    assert_eq!(reclaimed.activities[0].resource_id, first.instance.instance_id.as_str());
    assert_eq!((look(&test_cloud, &first), look(&test_cloud, &second).is_some()), (None, true));
    test_cloud.api.terminate_instances(&InstanceSelection::default()).unwrap();
    assert_eq!(look(&test_cloud, &second), None);
    assert_eq!(free(&test_cloud, "ecs.g7.large"), (9, 9));
}

#[test]
fn o4_with_stop_a_reclaimed_instance_waits_for_a_call() {
    let scenario = json!({
        "stock": [{ "pay_as_you_go": 1, "spot": 1 }],
        "events": [{ "at": "2h", "reclaim_spot": {} }, { "at": "2h", "stock": { "spot": 0 } }, { "at": "4h", "stock": { "spot": 1 } }],
    });
    let test_cloud = TestCloud::new(scenario);
    let single = launch(&test_cloud, LaunchInstanceRequest { stops_on_reclaim: true, ..spot() });
    test_cloud.at("3h");
    let stopped = look(&test_cloud, &single).unwrap();
    assert_eq!(stopped.instance.state, InstanceState::Stopped);
    assert_eq!(stopped.instance.private_ip, single.instance.private_ip);
    assert_eq!(code(test_cloud.api.modify_instance(&power(&single, Power::Running))), "OperationDenied.NoStock");
    // A change of something else leaves it as it is.
    let named = ModifyInstanceRequest { instance_name: Some(Some("b".to_owned())), ..change(&single) };
    assert_eq!(test_cloud.api.modify_instance(&named).unwrap().instance.state, InstanceState::Stopped);
    test_cloud.at("9h");
    assert_eq!(look(&test_cloud, &single).unwrap().instance.state, InstanceState::Stopped, "not by itself");
    let started = test_cloud.api.modify_instance(&power(&single, Power::Running)).unwrap();
    assert_eq!(started.instance.state, InstanceState::Running);
    assert_eq!(free(&test_cloud, "ecs.g7.large"), (1, 0));
}

#[test]
fn o5_another_type_leaves_its_pool_and_enters_the_other() {
    for_each_engine(|engine| {
        let scenario = stock(&[("ecs.g7.large", 2), ("ecs.c7.large", 1), ("ecs.g7.xlarge", 0)]);
        let test_cloud = TestCloud::at_location(engine.location(), scenario);
        let single = launch(&test_cloud, one());
        let error = test_cloud.api.modify_instance(&to_type(&single, "ecs.g7.xlarge")).unwrap_err();
        assert_eq!(error.code(), Some("OperationDenied.NoStock"));
        assert_eq!(look(&test_cloud, &single).as_ref(), Some(&single), "nothing was changed");
        assert_eq!(free(&test_cloud, "ecs.g7.large"), (1, 2));
        let changed = test_cloud.api.modify_instance(&to_type(&single, "ecs.c7.large")).unwrap();
        assert_eq!(changed.instance.instance_type.as_str(), "ecs.c7.large");
        assert_eq!(changed.instance.instance_id, single.instance.instance_id);
        assert_eq!(changed.instance.private_ip, single.instance.private_ip);
        assert_ne!(changed.instance.hourly_price, single.instance.hourly_price);
        assert_eq!((free(&test_cloud, "ecs.g7.large"), free(&test_cloud, "ecs.c7.large")), ((2, 2), (0, 1)));
        assert_eq!(look(&test_cloud, &single).as_ref(), Some(&changed));
        test_cloud.api.delete_instance(&single.instance.instance_id).unwrap();
        assert_eq!(free(&test_cloud, "ecs.c7.large"), (1, 1));
    });
}

#[test]
fn o5_a_stopped_instance_keeps_its_place_or_gives_it_back() {
    let test_cloud = TestCloud::new(stock(&[("ecs.g7.large", 1)]));
    let single = launch(&test_cloud, one());
    let stop = |mode| ModifyInstanceRequest { stopped_mode: Some(mode), ..power(&single, Power::Stopped) };
    let kept = test_cloud.api.modify_instance(&stop(StoppedMode::KeepCharging)).unwrap();
    assert_eq!(kept.instance.state, InstanceState::Stopped);
    assert_eq!(code(test_cloud.api.launch_instance(&one())), "OperationDenied.NoStock", "the place is kept");
    test_cloud.api.modify_instance(&power(&single, Power::Running)).unwrap();
    test_cloud.api.modify_instance(&stop(StoppedMode::StopCharging)).unwrap();
    let other = launch(&test_cloud, one());
    let refused = test_cloud.api.modify_instance(&power(&single, Power::Running)).unwrap_err();
    assert_eq!(refused.code(), Some("OperationDenied.NoStock"));
    assert_eq!(look(&test_cloud, &single).unwrap().instance.state, InstanceState::Stopped);
    test_cloud.api.delete_instance(&other.instance.instance_id).unwrap();
    let started = test_cloud.api.modify_instance(&power(&single, Power::Running)).unwrap();
    assert_eq!(started.instance.state, InstanceState::Running);
    assert_eq!(started.instance.private_ip, single.instance.private_ip);
    assert_eq!(free(&test_cloud, "ecs.g7.large"), (0, 1));
    test_cloud.api.delete_instance(&single.instance.instance_id).unwrap();
    assert_eq!(free(&test_cloud, "ecs.g7.large"), (1, 1));
}

#[test]
fn o5_a_stopped_spot_instance_holds_nothing_and_can_be_launched_stopped() {
    let test_cloud = with_stock(1);
    let single = launch(&test_cloud, LaunchInstanceRequest { power: Power::Stopped, ..spot() });
    assert_eq!(single.instance.state, InstanceState::Stopped);
    assert_eq!(free(&test_cloud, "ecs.g7.large"), (1, 1));
    // Another type of a stopped instance enters no pool.
    let changed = test_cloud.api.modify_instance(&to_type(&single, "ecs.c7.large")).unwrap();
    assert_eq!(changed.instance.state, InstanceState::Stopped);
    assert_eq!((free(&test_cloud, "ecs.g7.large"), free(&test_cloud, "ecs.c7.large")), ((1, 1), (1, 1)));
    test_cloud.api.modify_instance(&power(&single, Power::Running)).unwrap();
    assert_eq!((free(&test_cloud, "ecs.g7.large"), free(&test_cloud, "ecs.c7.large")), ((1, 1), (1, 0)));
}

#[test]
fn o5_disks_grow_and_another_vswitch_lies_in_the_same_zone_and_vpc() {
    let test_cloud = with_stock(9);
    let network = test_cloud.api.create_vpc(&vpc("172.16.0.0/12")).unwrap();
    let [here, there] = ["172.16.1.0/24", "172.16.2.0/24"]
        .map(|block| test_cloud.api.create_vswitch(&vswitch(&network.vpc_id, block)).unwrap());
    let disks = |size| vec![DataDisk { category: None, size }];
    let single = launch(
        &test_cloud,
        LaunchInstanceRequest {
            zone_id: None,
            vswitch_id: Some(here.vswitch_id.clone()),
            system_disk_size: Some(60),
            data_disks: disks(100),
            ..one()
        },
    );
    let resized = |system, data| ModifyInstanceRequest {
        system_disk_size: Some(Some(system)),
        data_disks: Some(disks(data)),
        ..change(&single)
    };
    for (system, data, member) in [(40, 100, Member::SystemDiskSize), (60, 80, Member::Size)] {
        let error = test_cloud.api.modify_instance(&resized(system, data)).unwrap_err();
        assert_eq!(
            (error.code(), error.service().unwrap().parameter),
            (Some("InvalidDiskSize.TooSmall"), Some(member))
        );
    }
    let grown = test_cloud.api.modify_instance(&resized(80, 200)).unwrap();
    assert_eq!((grown.request.system_disk_size, grown.request.data_disks), (Some(80), disks(200)));
    let to = |id: &str| ModifyInstanceRequest { vswitch_id: Some(Some(id.into())), ..change(&single) };
    assert_eq!(code(test_cloud.api.modify_instance(&to("vsw-cn-heyuan-b"))), "InvalidParameter.Mismatch");
    let moved = test_cloud.api.modify_instance(&to(there.vswitch_id.as_str())).unwrap();
    assert_eq!(moved.instance.vswitch_id, there.vswitch_id);
    assert!(moved.instance.private_ip.unwrap().to_string().starts_with("172.16.2."));
    test_cloud.api.delete_vswitch(&here.vswitch_id).unwrap();
}

#[test]
fn o5_a_change_is_in_the_history() {
    let test_cloud = with_stock(9);
    let single = launch(&test_cloud, one());
    for change in [to_type(&single, "ecs.c7.large"), power(&single, Power::Stopped), power(&single, Power::Running)] {
        test_cloud.api.modify_instance(&change).unwrap();
    }
    let history = test_cloud.api.describe_world_history(&DescribeWorldHistoryRequest::default()).unwrap();
    let told: Vec<String> = history.activities.iter().map(|told| format!("{} {}", told.kind, told.detail)).collect();
    assert_eq!(
        told,
        [
            "RunInstances 1 instance launched",
            "ModifyInstanceSpec `ecs.g7.large` became `ecs.c7.large`",
            "StopInstance 1 instance stopped",
            "StartInstance 1 instance started",
        ]
    );
    let counts: Vec<u32> = history.fleets[0].instances.iter().map(|(_, count)| *count).collect();
    assert_eq!(counts, [1]);
}

#[test]
fn o6_a_protected_instance_is_not_deleted() {
    let test_cloud = with_stock(9);
    let [single, other] = [launch(&test_cloud, one()), launch(&test_cloud, one())];
    let protect = |on| ModifyInstanceRequest { deletion_protection: Some(on), ..change(&single) };
    test_cloud.api.modify_instance(&protect(true)).unwrap();
    let [id, other_id] = [&single, &other].map(|single| single.instance.instance_id.clone());
    assert_eq!(code(test_cloud.api.delete_instance(&id)), "OperationDenied.DeletionProtection");
    let both = [id.clone(), other_id].into();
    assert_eq!(code(test_cloud.api.delete_instances(&both)), "OperationDenied.DeletionProtection");
    assert!(look(&test_cloud, &other).is_some(), "all or none");
    test_cloud.api.modify_instance(&protect(false)).unwrap();
    test_cloud.api.delete_instances(&both).unwrap();
    assert_eq!((look(&test_cloud, &single), look(&test_cloud, &other)), (None, None));
    assert_eq!(test_cloud.api.describe_world(&DescribeWorldRequest::default()).unwrap().fleets.len(), 0);
}

#[test]
fn instances_of_groups_and_reservations_are_not_among_them() {
    let test_cloud = with_stock(9);
    let single = launch(&test_cloud, one());
    test_cloud.create(group(1, 1));
    let reservation = test_cloud.run(instances(2, 2));
    let all = test_cloud.api.describe_single_instances(&DescribeSingleInstancesRequest::default()).unwrap();
    assert_eq!(all, [single]);
    let listed = test_cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap();
    assert_eq!(listed.items.len(), 5);
    let of_reservation = &reservation.instances[0].instance_id;
    assert_eq!(code(test_cloud.api.delete_instance(of_reservation)), "InvalidInstanceId.NotFound");
}

#[test]
fn o1_a_forecast_says_what_there_is_room_for_and_what_would_fit() {
    let test_cloud = TestCloud::new(stock(&[("ecs.g7.large", 2), ("ecs.g6.large", 9)]));
    let api = &test_cloud.api;
    let named = LaunchInstanceRequest { instance_name: Some("web".to_owned()), ..one() };
    let fits = api.forecast_launch_instance(&named, 2).unwrap();
    assert_eq!((fits.free, fits.refusal.is_none(), fits.would_fit.len()), (2, true, 0));
    assert_eq!((fits.zone_id.as_str(), fits.instance_type.as_str()), (ZONE, "ecs.g7.large"));
    let short = api.forecast_launch_instance(&named, 3).unwrap();
    let refusal = short.refusal.unwrap();
    assert_eq!((short.free, refusal.code.as_str()), (2, "OperationDenied.NoStock"));
    let pools: Vec<(&str, u32)> = short.would_fit.iter().map(|fit| (fit.instance_type.as_str(), fit.free)).collect();
    assert_eq!(pools, [("ecs.g6.large", 9)]);
    for _ in 0..2 {
        launch(&test_cloud, named.clone());
    }
    let there = api.forecast_launch_instance(&named, 2).unwrap();
    assert_eq!((there.free, there.refusal), (2, None), "those of the name count as free");
    let more = api.forecast_launch_instance(&one(), 1).unwrap();
    assert_eq!((more.free, more.refusal.unwrap().code.as_str()), (0, "OperationDenied.NoStock"));
    let nonsense = LaunchInstanceRequest { image_id: Some("m-none".into()), ..one() };
    assert_eq!(code(api.forecast_launch_instance(&nonsense, 1)), "InvalidImageId.NotFound");
}

#[test]
fn o1_a_listing_shows_what_only_an_instance_by_itself_has() {
    let test_cloud = with_stock(9);
    let request = LaunchInstanceRequest {
        description: Some("web server".to_owned()),
        internet_max_bandwidth_out: Some(5),
        system_disk_size: Some(60),
        data_disks: vec![DataDisk { category: None, size: 40 }],
        role_name: Some("web".to_owned()),
        ..one()
    };
    let single = launch(&test_cloud, request);
    test_cloud.run(instances(1, 1));
    let listed = test_cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
    let (own, others): (Vec<_>, Vec<_>) = listed.into_iter().partition(|placed| placed.details.is_some());
    assert_eq!((own.len(), others.len(), others[0].role_name.as_deref()), (1, 1, None));
    let details = own[0].details.as_ref().unwrap();
    assert_eq!((details.system_disk_size, details.internet_max_bandwidth_out, details.data_disks.len()), (60, 5, 1));
    assert_eq!((&details.system_disk_id, details.description.as_deref()), (&single.system_disk_id, Some("web server")));
    assert_eq!(own[0].role_name.as_deref(), Some("web"));
}

/// The first hour protects, unless the instance was launched without that; then the market takes it before older ones.
#[test]
fn w6_an_instance_without_a_protected_period_is_reclaimed_in_its_first_hour() {
    for_each_engine(|engine| {
        let falls = json!({ "stock": [{ "spot": 9 }], "events": [{ "at": "30m", "stock": { "spot": 1 } }] });
        let test_cloud = TestCloud::at_location(engine.location(), falls);
        let protected = launch(&test_cloud, spot());
        let bare = launch(&test_cloud, LaunchInstanceRequest { spot_duration: Some(0), ..spot() });
        test_cloud.at("45m");
        assert!(look(&test_cloud, &protected).is_some() && look(&test_cloud, &bare).is_none());
        let limited = LaunchInstanceRequest {
            spot_strategy: SpotStrategy::SpotWithPriceLimit,
            spot_price_limit: Some(decimal("9")),
            spot_duration: Some(0),
            ..one()
        };
        assert_eq!(code(test_cloud.api.launch_instance(&limited)), "OperationDenied.NoStock");
    });
}
