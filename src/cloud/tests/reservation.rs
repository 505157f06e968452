//! `RunInstances` (R1–R22).

use std::collections::{BTreeMap, BTreeSet};

use serde_json::json;

use super::test_cloud::{TestCloud, code, decimal, instances, states};
use crate::cloud::model::{
    AddressingType, DescribeReservationsRequest, ImageItem, InstanceState, ModifyReservationRequest,
    RunInstancesRequest, SpotStrategy,
};
use crate::cloud::{Advice, Member};

fn item(min_count: u32, max_count: u32) -> ImageItem {
    ImageItem { image_id: "ami-60a54009".into(), min_count, max_count, key_name: None }
}

/// The sample of the 2007 API.
fn sample() -> RunInstancesRequest {
    RunInstancesRequest {
        images: vec![ImageItem { key_name: Some("example-key-name".into()), ..item(1, 3) }],
        user_data: Some(b"This is base 64!".to_vec()),
        ..RunInstancesRequest::default()
    }
}

fn test_cloud(stock: u32) -> TestCloud {
    TestCloud::in_region("us-east-1", json!({ "stock": [{ "pay_as_you_go": stock, "spot": stock }] }))
}

#[test]
fn the_sample_of_2007_yields_its_reply() {
    let reply = test_cloud(3).run(sample());
    assert_eq!(reply.group_set, BTreeSet::from(["default".into()]));
    assert_eq!(reply.owner_id.len(), 12);
    assert!(reply.reservation_id.as_str().starts_with("r-") && reply.reservation_id.as_str().len() == 19);
    assert_eq!(reply.instances.len(), 3);
    for (index, instance) in (0..).zip(&reply.instances) {
        assert_eq!(instance.launch_index, index);
        assert_eq!((instance.state.code(), instance.state.name()), (0, "pending"));
        assert_eq!((instance.private_dns_name().as_str(), instance.dns_name().as_str()), ("", ""));
        assert_eq!(instance.key_name.as_ref().unwrap().as_str(), "example-key-name");
        assert_eq!(instance.image_id.as_str(), "ami-60a54009");
        assert!(instance.instance_id.as_str().len() == 19);
    }
}

#[test]
fn reservations_are_listed_by_creation_in_their_region() {
    let test_cloud = test_cloud(9);
    let tags = |team: &str| BTreeMap::from([("team".to_owned(), team.to_owned())]);
    let run = |team: &str| test_cloud.run(RunInstancesRequest { tags: tags(team), ..sample() });
    let (first, second) = (run("a"), run("b"));
    let [one, other] = [&first, &second].map(|made| made.reservation_id.clone());
    assert_ne!(first.zone_id, second.zone_id, "the second one finds more free elsewhere");
    let all = DescribeReservationsRequest::default;
    let cases = [
        (all(), vec![&one, &other]),
        (DescribeReservationsRequest { tags: tags("b"), ..all() }, vec![&other]),
        (
            DescribeReservationsRequest { reservation_ids: Some([other.clone(), "r-none".into()].into()), ..all() },
            vec![&other],
        ),
        (DescribeReservationsRequest { zone_id: Some(second.zone_id.clone()), ..all() }, vec![&other]),
        (DescribeReservationsRequest { instance_type: Some("m1.large".into()), ..all() }, vec![]),
    ];
    for (request, expected) in cases {
        let listed = test_cloud.api.describe_reservations(&request).unwrap();
        assert_eq!(listed.iter().map(|made| &made.reservation_id).collect::<Vec<_>>(), expected, "{request:?}");
    }
    assert_eq!(test_cloud.api.describe_reservations(&all()).unwrap()[0], test_cloud.look_at(&first));
    let elsewhere = test_cloud.api.in_region(&"cn-heyuan".into());
    assert_eq!(elsewhere.describe_reservations(&all()).unwrap(), []);
    let back = elsewhere.in_region(&"us-east-1".into());
    assert_eq!(back.describe_reservations(&all()).unwrap().len(), 2, "it is the same world");
}

#[test]
fn r1_a_request_lists_images_and_has_one_type_one_zone_and_one_billing_method() {
    let test_cloud = TestCloud::in_region(
        "us-east-1",
        json!({ "images": [{ "image_id": "ami-golden", "name": "golden", "architecture": "x86_64" }] }),
    );
    let golden = ImageItem { image_id: "ami-golden".into(), ..item(2, 2) };
    let reply = test_cloud.run(RunInstancesRequest {
        images: vec![item(1, 1), golden],
        spot_strategy: SpotStrategy::SpotAsPriceGo,
        ..RunInstancesRequest::default()
    });
    let images: Vec<&str> = reply.instances.iter().map(|instance| instance.image_id.as_str()).collect();
    assert_eq!(images, ["ami-60a54009", "ami-golden", "ami-golden"]);
    let first = &reply.instances[0];
    for instance in &reply.instances {
        assert_eq!(
            (&instance.instance_type, &instance.zone_id, instance.spot_strategy),
            (&first.instance_type, &first.zone_id, SpotStrategy::SpotAsPriceGo)
        );
    }
}

#[test]
fn r2_to_r6_minimums_together_then_round_robin() {
    for (stock, expected) in [(24, None), (25, Some((5, 20))), (30, Some((8, 22))), (50, Some((10, 40)))] {
        let request = RunInstancesRequest {
            images: vec![item(5, 10), ImageItem { image_id: "ami-0a1b2c3d4e5f60718".into(), ..item(20, 40) }],
            zone_id: Some("us-east-1a".into()),
            ..RunInstancesRequest::default()
        };
        let request = RunInstancesRequest {
            images: request
                .images
                .iter()
                .map(|item| ImageItem { image_id: "ami-60a54009".into(), ..item.clone() })
                .collect(),
            ..request
        };
        let test_cloud = test_cloud(stock);
        let Some((first, second)) = expected else {
            assert_eq!(code(test_cloud.api.run_instances(&request)), "InsufficientInstanceCapacity");
            continue;
        };
        let reply = test_cloud.run(request);
        assert_eq!(reply.instances.len(), first + second, "{stock}");
        let indexes: Vec<u32> = reply.instances.iter().map(|instance| instance.launch_index).collect();
        assert!(indexes.iter().copied().eq(0..u32::try_from(first + second).unwrap()), "R16: 0..N-1 over the request");
    }
}

#[test]
fn r3_below_the_minimum_nothing_happens_and_the_message_says_what_would_do() {
    let test_cloud = TestCloud::in_region(
        "us-east-1",
        json!({ "stock": [{ "pay_as_you_go": 2 }, { "zone_id": "us-east-1b", "pay_as_you_go": 9 }] }),
    );
    let request = RunInstancesRequest {
        images: vec![item(3, 5)],
        zone_id: Some("us-east-1a".into()),
        ..RunInstancesRequest::default()
    };
    let error = test_cloud.api.run_instances(&request).unwrap_err().to_string();
    for part in ["3", "2 free", "m1.small", "us-east-1a", "us-east-1b"] {
        assert!(error.contains(part), "{error}");
    }
    let accepted = test_cloud.run(RunInstancesRequest { accept_shortfall: true, ..request.clone() });
    assert!(accepted.instances.is_empty() && accepted.launched_count == 0);
    assert_eq!(accepted.error_code.as_deref(), Some("InsufficientInstanceCapacity"));
    assert_eq!(test_cloud.look_at(&accepted).error_message, accepted.error_message);
}

#[test]
fn r14_r17_what_is_refused() {
    let test_cloud = test_cloud(100);
    let with = |change: fn(&mut RunInstancesRequest)| {
        let mut request = sample();
        change(&mut request);
        request
    };
    for (expected, request) in [
        ("InvalidAMIID.NotFound", with(|request| request.images[0].image_id = "ami-00000000".into())),
        ("InvalidKeyPair.NotFound", with(|request| request.images[0].key_name = Some("unknown".into()))),
        ("InvalidGroup.NotFound", with(|request| request.security_group_ids = BTreeSet::from(["sg-none".into()]))),
        ("InvalidParameterValue", with(|request| request.images[0].min_count = 0)),
        ("InvalidParameterValue", with(|request| request.images[0].max_count = 0)),
        ("InvalidParameterValue", with(|request| request.images[0].max_count = 101)),
        ("InvalidParameterValue", with(|request| request.images.clear())),
        ("InvalidParameterValue", with(|request| request.user_data = Some(vec![0; 16_385]))),
        ("InvalidParameterValue", with(|request| request.instance_type = Some("m1.smal".into()))),
        ("InvalidZoneId.NotFound", with(|request| request.zone_id = Some("cn-heyuan-b".into()))),
        ("InvalidVSwitchId.NotFound", with(|request| request.vswitch_id = Some("vsw-cn-heyuan-b".into()))),
        ("InvalidSpotPriceLimit", with(|request| request.spot_strategy = SpotStrategy::SpotWithPriceLimit)),
        ("Unsupported", with(|request| request.system_disk_category = Some("cloud_essd_entry".into()))),
        ("InvalidClientToken.ValueNotSupported", with(|request| request.client_token = Some("ü".into()))),
    ] {
        assert_eq!(code(test_cloud.api.run_instances(&request)), expected, "{request:?}");
    }
    let exactly = with(|request| request.user_data = Some(vec![0; 16_384]));
    assert_eq!(test_cloud.run(exactly).instances.len(), 3);
}

#[test]
fn r14_a_product_code_needs_a_subscription() {
    let image = json!([{ "image_id": "ami-0000c0de", "product_code": "abc123" }]);
    let mut request = sample();
    request.images[0].image_id = "ami-0000c0de".into();
    let test_cloud = TestCloud::in_region("us-east-1", json!({ "images": image }));
    assert_eq!(code(test_cloud.api.run_instances(&request)), "OptInRequired");
    let test_cloud = TestCloud::in_region("us-east-1", json!({ "images": image, "product_codes": ["abc123"] }));
    assert_eq!(test_cloud.run(request).instances.len(), 3);
}

#[test]
fn r18_without_a_zone_the_one_with_most_free_instances_ties_by_name() {
    let stock = json!([{ "pay_as_you_go": 3 }, { "zone_id": "us-east-1b", "pay_as_you_go": 7 },
        { "zone_id": "us-east-1c", "pay_as_you_go": 7 }]);
    let reply = TestCloud::in_region("us-east-1", json!({ "stock": stock })).run(sample());
    assert_eq!((reply.zone_id.as_str(), reply.vswitch_id.as_str()), ("us-east-1b", "vsw-us-east-1b"));
    assert_eq!(reply.instance_type.as_str(), "m1.small");
}

#[test]
fn r18_where_the_default_type_is_not_sold_the_error_names_the_argument() {
    let error = TestCloud::new(json!({})).api.run_instances(&sample()).unwrap_err();
    let refusal = error.service().unwrap();
    assert_eq!((refusal.code.as_ref(), refusal.parameter), ("Unsupported", Some(Member::InstanceType)));
    let Some(Advice::NameInstanceType { sold_in }) = &refusal.advice else { panic!("{:?}", refusal.advice) };
    assert!(sold_in.contains(&"us-east-1"), "{sold_in:?}");
}

#[test]
fn r19_quota_and_addresses_bind_like_stock() {
    let quota = json!({ "quotas": [{ "charge_type": "PayAsYouGo", "vcpus": 2 }] });
    let test_cloud = TestCloud::new(quota);
    assert_eq!(test_cloud.run(instances(1, 5)).instances.len(), 2);
    assert_eq!(code(test_cloud.api.run_instances(&instances(1, 1))), "VcpuLimitExceeded");
    let spot = RunInstancesRequest { spot_strategy: SpotStrategy::SpotAsPriceGo, ..instances(1, 5) };
    assert_eq!(test_cloud.run(spot).instances.len(), 5, "the quota of one billing does not bind the other");
}

#[test]
fn r19_a_price_limit_below_the_market() {
    let test_cloud = TestCloud::new(json!({ "prices": [{ "spot": "0.05" }] }));
    let with_limit = |limit: &str| RunInstancesRequest {
        spot_strategy: SpotStrategy::SpotWithPriceLimit,
        spot_price_limit: Some(decimal(limit)),
        ..instances(1, 1)
    };
    assert_eq!(code(test_cloud.api.run_instances(&with_limit("0.049"))), "SpotMaxPriceTooLow");
    assert_eq!(code(test_cloud.api.run_instances(&with_limit("0.0501"))), "InvalidSpotPriceLimit");
    let reply = test_cloud.run(with_limit("0.05"));
    assert_eq!(
        (reply.hourly_cost, reply.instances[0].spot_strategy),
        (decimal("0.05"), SpotStrategy::SpotWithPriceLimit)
    );
}

#[test]
fn r20_r21_groups_and_addressing() {
    let test_cloud = test_cloud(9);
    let public = test_cloud.run(sample());
    assert!(public.instances.iter().all(|instance| instance.private_ip.is_some() && instance.public_ip.is_some()));
    let direct = test_cloud.run(RunInstancesRequest { addressing_type: AddressingType::Direct, ..sample() });
    assert!(direct.instances.iter().all(|instance| instance.private_ip.is_none() && instance.public_ip.is_some()));
    insta::assert_snapshot!("r21_direct_addressing_warns", direct.warnings.join("\n"));
    let addresses: BTreeSet<_> =
        public.instances.iter().chain(&direct.instances).filter_map(|instance| instance.public_ip).collect();
    assert_eq!(addresses.len(), 6);
}

#[test]
fn r22_a_public_image_without_a_key_warns() {
    let test_cloud = test_cloud(9);
    let mut request = sample();
    request.images[0].key_name = None;
    assert!(test_cloud.run(request).warnings[0].contains("ami-60a54009"));
    assert!(test_cloud.run(sample()).warnings.is_empty());
}

#[test]
fn r16_pending_until_the_clock_moves() {
    let test_cloud = test_cloud(3);
    let reply = test_cloud.run(sample());
    assert_eq!(states(&reply.instances), "pending pending pending");
    assert_eq!(test_cloud.look_at(&reply), reply);
    test_cloud.at("1m");
    let later = test_cloud.look_at(&reply);
    assert!(later.instances.iter().all(|instance| {
        instance.state == InstanceState::Running
            && !instance.dns_name().is_empty()
            && !instance.private_dns_name().is_empty()
    }));
    let at_once = TestCloud::new(json!({})).run(instances(1, 1));
    assert_eq!(states(&at_once.instances), "running");
}

#[test]
fn g10_lost_instances_are_launched_again_in_place() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 3 }, ],
        "events": [{ "at": "1h", "terminate_instances": { "count": 2 } },
            { "at": "2h", "stock": { "pay_as_you_go": 2 } }]
    }));
    let reply = test_cloud.run(instances(3, 3));
    test_cloud.at("1h");
    assert_eq!(states(&test_cloud.look_at(&reply).instances), "running terminated terminated");
    let request = ModifyReservationRequest {
        reservation_id: Some(reply.reservation_id.clone()),
        replace_lost_now: true,
        ..ModifyReservationRequest::default()
    };
    let forecast = test_cloud.api.forecast_modify_reservation(&request).unwrap();
    assert_eq!(forecast.change.replaced, [1, 2]);
    assert_eq!(states(&test_cloud.look_at(&reply).instances), "running terminated terminated");
    test_cloud.at("2h");
    let planned = ModifyReservationRequest { expected: Some(forecast.change), ..request.clone() };
    assert_eq!(code(test_cloud.api.modify_reservation(&planned)), "InsufficientInstanceCapacity");
    let changed = test_cloud.api.modify_reservation(&request).unwrap();
    assert_eq!(changed.change.replaced, [1]);
    assert_eq!(states(&changed.reservation.instances), "running running terminated");
    assert_eq!(changed.warnings.len(), 1);
    assert_eq!(changed.reservation.instances[0], test_cloud.look_at(&reply).instances[0], "survivors are untouched");
    assert!(!reply.instances.iter().any(|old| old.instance_id == changed.reservation.instances[1].instance_id));
}

#[test]
fn r9_groups_user_data_and_addressing_are_the_requests_and_images_and_keys_the_items() {
    let test_cloud = test_cloud(9);
    let mut request = sample();
    request.images.push(ImageItem { image_id: "ami-0a1b2c3d4e5f60718".into(), ..item(1, 1) });
    request.addressing_type = AddressingType::Direct;
    let reply = test_cloud.run(request);
    let seen = |instance: &crate::cloud::model::Instance| {
        let metadata = test_cloud.api.describe_instance_metadata(&instance.instance_id).unwrap();
        assert_eq!(metadata.user_data.as_deref(), Some(b"This is base 64!".as_slice()));
        assert_eq!((instance.private_ip, &instance.security_group_ids), (None, &reply.group_set));
        (instance.image_id.to_string(), instance.key_name.is_some(), metadata.public_key.is_some())
    };
    let seen: Vec<_> = reply.instances.iter().map(seen).collect();
    let with_key = ("ami-60a54009".to_owned(), true, true);
    let without = ("ami-0a1b2c3d4e5f60718".to_owned(), false, false);
    assert_eq!(seen, [with_key.clone(), with_key.clone(), with_key, without]);
}

#[test]
fn r15_names_are_case_sensitive() {
    let test_cloud = test_cloud(9);
    let refused = |change: fn(&mut RunInstancesRequest)| {
        let mut request = sample();
        change(&mut request);
        code(test_cloud.api.run_instances(&request))
    };
    assert_eq!(refused(|request| request.images[0].image_id = "AMI-60a54009".into()), "InvalidAMIID.NotFound");
    assert_eq!(
        refused(|request| request.images[0].key_name = Some("Example-Key-Name".into())),
        "InvalidKeyPair.NotFound"
    );
    assert_eq!(refused(|request| request.instance_type = Some("M1.small".into())), "InvalidParameterValue");
    assert_eq!(refused(|request| request.zone_id = Some("us-east-1A".into())), "InvalidZoneId.NotFound");
    let default = BTreeSet::from(["Default".into()]);
    let request = RunInstancesRequest { security_group_ids: default, ..sample() };
    assert_eq!(code(test_cloud.api.run_instances(&request)), "InvalidGroup.NotFound");
}

#[test]
fn n2_no_group_is_default_and_no_quota_binds_unless_there_is_one() {
    let test_cloud = TestCloud::in_region(
        "us-east-1",
        json!({ "stock": [{ "pay_as_you_go": 5_000 }], "limits": { "run_instances": 5_000 } }),
    );
    let reply = test_cloud.run(RunInstancesRequest { images: vec![item(5_000, 5_000)], ..sample() });
    assert_eq!(reply.launched_count, 5_000);
    assert!(reply.instances.iter().all(|instance| instance.security_group_ids == BTreeSet::from(["default".into()])));
}
