//! Operations that only look, and the asynchronous face of all of them.

use std::collections::BTreeSet;

use serde_json::json;

use super::test_cloud::{TestCloud, code, decimal, group, instances};
use crate::base::{Billing, InstanceTypeName, Time};
use crate::catalogue::{self, Vendor};
use crate::cloud::Cloud;
use crate::cloud::model::{
    AvailableStatus, DescribeAvailableResourceRequest, DescribeImagesRequest, DescribeInstanceTypesRequest,
    DescribePriceRequest, DescribeSpotPriceHistoryRequest, DescribeZonesRequest, InstanceMetadata, RunInstancesRequest,
    SpotStrategy, StatusCategory,
};

#[test]
fn available_resources_tell_status_and_stock() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 11, "spot": 0 }],
        "offers": [{ "zone_id": "cn-heyuan-a", "on_sale": false }] }));
    let ask = |spot_strategy| DescribeAvailableResourceRequest {
        instance_type: Some("ecs.s6-c1m1.small".into()),
        spot_strategy,
        ..DescribeAvailableResourceRequest::default()
    };
    let categories = |spot_strategy| {
        let zones = test_cloud.api.describe_available_resource(&ask(spot_strategy)).unwrap();
        zones.iter().map(|zone| (zone.status, zone.status_category, zone.resources[0].stock)).collect::<Vec<_>>()
    };
    let closed = (AvailableStatus::SoldOut, StatusCategory::ClosedWithoutStock, 0);
    assert_eq!(categories(SpotStrategy::NoSpot), [closed, (AvailableStatus::Available, StatusCategory::WithStock, 11)]);
    test_cloud.run(instances(2, 2));
    assert_eq!(
        categories(SpotStrategy::NoSpot),
        [closed, (AvailableStatus::Available, StatusCategory::ClosedWithStock, 9)]
    );
    assert_eq!(
        categories(SpotStrategy::SpotAsPriceGo),
        [closed, (AvailableStatus::SoldOut, StatusCategory::WithoutStock, 0)]
    );
}

#[test]
fn zones_types_and_images_as_the_scenario_shows_them() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "zone_id": "cn-heyuan-a", "spot": 0 }],
        "offers": [{ "zone_id": "cn-heyuan-a", "instance_type": "ecs.g6.large", "on_sale": false }],
        "images": [{ "image_id": "m-own", "architecture": "arm64" }]
    }));
    let zones = |request: DescribeZonesRequest| {
        let zones = test_cloud.api.describe_zones(&request).unwrap();
        zones.into_iter().map(|zone| zone.zone_id.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(zones(DescribeZonesRequest::default()), ["cn-heyuan-a", "cn-heyuan-b"]);
    let selling = DescribeZonesRequest { instance_type: Some("ecs.g6.large".into()), ..Default::default() };
    assert_eq!(zones(selling), ["cn-heyuan-b"]);
    let with_spot = DescribeZonesRequest { billing: Some(Billing::Spot), ..Default::default() };
    assert_eq!(zones(with_spot), ["cn-heyuan-b"]);
    let types = DescribeInstanceTypesRequest { cores: Some(2), memory: Some(decimal("8.0")), ..Default::default() };
    let types = test_cloud.api.describe_instance_types(&types).unwrap();
    let large = types.iter().find(|known| known.instance_type.as_str() == "ecs.g6.large").unwrap();
    assert!(large.on_sale && large.zone_ids.len() == 1 && large.architecture == "X86");
    let runs = DescribeImagesRequest { instance_type: Some("ecs.g8y.large".into()), ..Default::default() };
    let images = test_cloud.api.describe_images(&runs).unwrap();
    assert!(images.iter().any(|image| image.image_id.as_str() == "m-own" && image.owner == "self"));
    assert!(images.iter().all(|image| image.architecture == "arm64"));
    let any_date = "aliyun_2_1903_x64_20G_alibase_20210120.vhd";
    let named =
        DescribeImagesRequest { image_ids: Some([any_date.into(), "none".into()].into()), ..Default::default() };
    assert_eq!(test_cloud.api.describe_images(&named).unwrap().len(), 1);
}

#[test]
fn prices_now_and_then() {
    let test_cloud = TestCloud::new(json!({
        "prices": [{ "pay_as_you_go": 1, "spot": "0.25" }],
        "events": [{ "at": "90m", "prices": { "spot": "0.5" } }]
    }));
    let price = DescribePriceRequest {
        instance_type: "ecs.g6.large".into(),
        zone_id: None,
        spot_strategy: SpotStrategy::SpotAsPriceGo,
        amount: 4,
    };
    let reply = test_cloud.api.describe_price(&price).unwrap();
    assert_eq!([reply.original_price, reply.discount_price, reply.trade_price], ["4", "3", "1"].map(decimal));
    assert_eq!(reply.currency, "CNY");
    assert_eq!(
        code(test_cloud.api.describe_price(&DescribePriceRequest { amount: 1_001, ..price })),
        "InvalidParameterValue"
    );
    test_cloud.at("5h");
    let history = DescribeSpotPriceHistoryRequest {
        instance_type: "ecs.g6.large".into(),
        zone_id: Some("cn-heyuan-b".into()),
        start_time: Some(Time::START),
        end_time: None,
    };
    let rows = test_cloud.api.describe_spot_price_history(&history).unwrap();
    let rows: Vec<String> = rows.iter().map(|row| format!("{} {}", row.timestamp, row.spot_price)).collect();
    assert_eq!(rows, ["2026-01-01T00:00:00Z 0.25", "2026-01-01T01:30:00Z 0.5"]);
    test_cloud.at("31d");
    assert_eq!(code(test_cloud.api.describe_spot_price_history(&history)), "InvalidParameterValue");
}

#[test]
fn r11_r12_what_an_instance_sees_at_boot() {
    let key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv me";
    let test_cloud =
        TestCloud::new(json!({ "key_pairs": [{ "name": "mine", "public_key": key }, { "name": "made" }] }));
    let seen = |name: Option<&str>| {
        let mut request = RunInstancesRequest { user_data: Some(b"boot".to_vec()), ..instances(2, 2) };
        request.images[0].key_name = name.map(Into::into);
        let reply = test_cloud.run(request);
        test_cloud.api.describe_instance_metadata(&reply.instances[1].instance_id).unwrap()
    };
    let mine = seen(Some("mine"));
    assert_eq!((mine.user_data.as_deref(), mine.launch_index), (Some(b"boot".as_slice()), 1));
    assert_eq!(mine.public_key.as_deref(), Some(key));
    let made = seen(Some("made")).public_key.unwrap();
    assert!(made.starts_with("ssh-ed25519 AAAAC3NzaC1lZDI1NTE5") && made.ends_with(" made"), "R22: {made}");
    assert_eq!(seen(None).public_key, None);
    assert_eq!((InstanceMetadata::KEY_FILE, InstanceMetadata::KEY_DEVICE), ("openssh_id.pub", "/dev/sda2"));
    assert_eq!(code(test_cloud.api.describe_instance_metadata(&"i-none".into())), "InvalidInstanceID.NotFound");
}

/// A region that both services have belongs to the clouds of both.
#[test]
fn n4_regions_are_those_of_the_callers_cloud() {
    let found = |region: &str| TestCloud::in_region(region, json!({})).api.describe_regions().unwrap();
    let has = |region: &str, other: &str| found(region).iter().any(|known| known.region_id.as_str() == other);
    assert!(has("cn-heyuan", "cn-beijing") && has("cn-heyuan", "us-east-1") && !has("cn-heyuan", "us-west-2"));
    assert!(has("us-east-1", "cn-heyuan") && has("us-east-1", "us-west-2") && !has("us-west-2", "cn-heyuan"));
    let current: Vec<_> = found("cn-heyuan").into_iter().filter(|region| region.is_current).collect();
    assert_eq!((current.len(), current[0].region_id.as_str()), (1, "cn-heyuan"));
    assert!(found("cn-heyuan").is_sorted_by(|a, b| a.region_id < b.region_id));
}

#[test]
fn w3_the_account_has_one_resource_group_made_from_the_seed() {
    let group = |seed: u32| {
        let groups = TestCloud::new(json!({ "seed": seed })).api.list_resource_groups().unwrap();
        let [group] = groups.as_slice() else { panic!("{groups:?}") };
        group.clone()
    };
    let (one, two) = (group(1), group(2));
    assert_eq!((one.name.as_str(), one.status.name(), one.id.len()), ("default", "OK", 23));
    assert!(one.id.starts_with("rg-") && one.id != two.id && one.account_id != two.account_id, "{one:?}");
    assert_eq!(one, group(1));
}

#[tokio::test]
async fn every_call_has_an_asynchronous_face() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 8, "spot": 0 }] }));
    let cloud = Cloud::new(test_cloud.api.clone());
    let runs: Vec<_> = (0..10)
        .map(|_| {
            let cloud = cloud.clone();
            tokio::spawn(async move { cloud.run_instances(instances(1, 1)).await.is_ok() })
        })
        .collect();
    let mut launched = 0;
    for run in runs {
        launched += u32::from(run.await.unwrap());
    }
    assert_eq!(launched, 8);
    assert_eq!(code(cloud.create_auto_provisioning_group(group(0, 0)).await), "InvalidParameter.TargetCapacity");
    assert_eq!(cloud.describe_clock().await.unwrap(), Time::START);
    assert_eq!(cloud.get_caller_identity().await.unwrap().account_id.len(), 12);
}

/// A region that both services have, with a zone that EC2 alone has.
#[test]
fn n4_what_is_listed_of_one_service_is_of_that_service() {
    let images = json!([{ "image_id": "m-own" }, { "image_id": "ami-0123456789abcdef0" }, { "image_id": "golden" }]);
    let cloud = TestCloud::in_region("ap-northeast-1", json!({ "images": images })).api;
    for (vendor, of_scenario, services) in [
        (None, &["m-own", "ami-0123456789abcdef0", "golden"][..], &[Vendor::Alibaba, Vendor::Ec2][..]),
        (Some(Vendor::Alibaba), &["m-own", "golden"], &[Vendor::Alibaba]),
        (Some(Vendor::Ec2), &["ami-0123456789abcdef0", "golden"], &[Vendor::Ec2]),
    ] {
        let services: BTreeSet<Vendor> = services.iter().copied().collect();
        let found = cloud.describe_images(&DescribeImagesRequest { vendor, ..Default::default() }).unwrap();
        let (own, public): (Vec<_>, Vec<_>) = found.iter().partition(|image| image.owner == "self");
        let own: BTreeSet<&str> = own.iter().map(|image| image.image_id.as_str()).collect();
        assert_eq!(own, of_scenario.iter().copied().collect(), "{vendor:?}");
        assert_eq!(vendors(public.iter().map(|image| image.image_id.as_str())), services, "{vendor:?}");

        let image_ids = Some(["ami-0a1b2c3d4e5f60718".into()].into());
        let named = DescribeImagesRequest { image_ids, vendor, ..Default::default() };
        assert_eq!(cloud.describe_images(&named).unwrap().len(), 1, "{vendor:?}");

        let request = DescribeInstanceTypesRequest { vendor, ..Default::default() };
        let types = cloud.describe_instance_types(&request).unwrap();
        assert_eq!(vendors(types.iter().map(|known| known.instance_type.as_str())), services, "{vendor:?}");

        let zones = cloud.describe_zones(&DescribeZonesRequest { vendor, ..Default::default() }).unwrap();
        let has_zone = zones.iter().any(|zone| zone.zone_id.as_str() == "ap-northeast-1d");
        assert_eq!(has_zone, services.contains(&Vendor::Ec2), "{vendor:?}");
        let sold = zones.iter().flat_map(|zone| &zone.instance_types);
        assert_eq!(vendors(sold.map(InstanceTypeName::as_str)), services, "{vendor:?}");

        let request = DescribeAvailableResourceRequest { vendor, ..Default::default() };
        let available = cloud.describe_available_resource(&request).unwrap();
        let resources = available.iter().flat_map(|zone| &zone.resources);
        assert_eq!(vendors(resources.map(|resource| resource.instance_type.as_str())), services, "{vendor:?}");
    }
}

/// The services that public images or types of these names are of.
fn vendors<'n>(names: impl Iterator<Item = &'n str>) -> BTreeSet<Vendor> {
    let is_of_ec2 = |name: &str| match catalogue::instance_type(name) {
        Some(_) => !name.starts_with("ecs."),
        None => name.starts_with("ami-"),
    };
    names.map(|name| if is_of_ec2(name) { Vendor::Ec2 } else { Vendor::Alibaba }).collect()
}
