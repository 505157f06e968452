//! Auto provisioning groups and their limits (G1–G14, L1–L3).

use serde_json::json;

use super::test_cloud::{
    TestCloud, change, code, config, decimal, group, instances, replace_lost, resize, rows, states,
};
use crate::base::{Billing, Decimal};
use crate::cloud::model::{
    Capacity, CreateAutoProvisioningGroupRequest, ExcessCapacityTerminationPolicy, GroupState, GroupType,
    LaunchTemplateConfig, ModifyAutoProvisioningGroupRequest, PayAsYouGoAllocationStrategy, TypeFilters,
};
use crate::cloud::{CloudError, Member};

const SMALL: &str = "ecs.s6-c1m1.small";

/// The Java sample of Alibaba Cloud's user guide.
fn sample() -> CreateAutoProvisioningGroupRequest {
    let mut request = group(3, 2);
    request.pay_as_you_go_strategy = PayAsYouGoAllocationStrategy::Prioritized;
    request.client_token = Some("0c593ea1-3bea".to_owned());
    request.launch_configuration.system_disk_category = Some("cloud_ssd".to_owned());
    request.configs[0].vswitch_id = Some("vsw-cn-heyuan-b".into());
    request.configs[0].zone_id = None;
    request.configs[0].weighted_capacity = Some(Decimal::ONE);
    request
}

#[test]
fn the_sample_of_the_user_guide_yields_its_reply() {
    for spot in [2, 5] {
        let stock = json!([{ "zone_id": "cn-heyuan-b", "pay_as_you_go": 0, "spot": spot }]);
        let reply = TestCloud::new(json!({ "stock": stock })).create(sample());
        assert!(reply.group_id.as_str().starts_with("apg-") && reply.group_id.as_str().len() == 24);
        assert_eq!(
            rows(&reply),
            ["NoSpot cn-heyuan-b ecs.s6-c1m1.small 0 NoInstanceStock", "SpotAsPriceGo cn-heyuan-b ecs.s6-c1m1.small 2"]
        );
        assert_eq!(reply.launch_results[0].error_msg.as_deref(), Some("The instanceTypes are out of usage"));
        assert_eq!(reply.launch_results[1].error_code, None);
        assert_eq!(reply.fulfilled_capacity, decimal("2"));
        assert_eq!(reply.warnings.len(), 1, "the shortage of pay-as-you-go: {:?}", reply.warnings);
        assert!(reply.instances.iter().all(|instance| instance.system_disk_category == "cloud_ssd"));
        assert_eq!(reply.request_id.len(), 36);
    }
}

#[test]
fn g1_the_gap_goes_to_the_default_type() {
    for (default_type, expected) in [(Billing::Spot, (1, 4)), (Billing::PayAsYouGo, (3, 2))] {
        let mut request = group(1, 2);
        request.capacity = Capacity { total: 5, default_type, ..request.capacity };
        let reply = TestCloud::new(json!({})).create(request);
        let fulfilled = (reply.fulfilled_pay_as_you_go_capacity, reply.fulfilled_spot_capacity);
        assert_eq!(fulfilled, (Decimal::from(expected.0), Decimal::from(expected.1)));
    }
}

#[test]
fn g2_pools_left_out_say_why() {
    let test_cloud = TestCloud::in_region(
        "cn-hangzhou",
        json!({
            "offers": [{ "zone_id": "cn-hangzhou-h", "on_sale": false },
                { "zone_id": "cn-hangzhou-i", "instance_type": "ecs.g7.large", "disk_categories": [] }],
            "prices": [{ "spot": "0.2" }, { "zone_id": "cn-hangzhou-k", "spot": "0.1" }]
        }),
    );
    let mut request = group(0, 2);
    request.max_spot_price = Some(decimal("0.1"));
    request.configs = vec![
        config("cn-hangzhou-h", "ecs.g7.large"),
        config("cn-hangzhou-i", "ecs.g7.large"),
        config("cn-hangzhou-j", "ecs.g7.large"),
        config("cn-hangzhou-k", "ecs.g7.large"),
        config("cn-hangzhou-k", "ecs.g7.large"),
    ];
    assert_eq!(
        rows(&test_cloud.create(request)),
        [
            "SpotWithPriceLimit cn-hangzhou-k ecs.g7.large 2",
            "SpotWithPriceLimit cn-hangzhou-h ecs.g7.large 0 InvalidResourceType.NotSupported",
            "SpotWithPriceLimit cn-hangzhou-i ecs.g7.large 0 InvalidInstanceType.NotSupportDiskCategory",
            "SpotWithPriceLimit cn-hangzhou-j ecs.g7.large 0 InvalidSpotPriceLimit.LowerThanPublicPrice",
        ]
    );
}

#[test]
fn g5_one_pool_to_use_is_what_no_number_means() {
    let prices = json!([{ "instance_type": "ecs.g7.large", "spot": 1 }, { "instance_type": SMALL, "spot": "0.25" }]);
    let rows_with = |spot_pools_to_use| {
        let mut request = CreateAutoProvisioningGroupRequest { spot_pools_to_use, ..group(0, 9) };
        request.configs = vec![config("cn-heyuan-b", "ecs.g7.large"), config("cn-heyuan-b", SMALL)];
        request.configs[0].weighted_capacity = Some(Decimal::from(8));
        rows(&TestCloud::new(json!({ "prices": prices.clone() })).create(request))
    };
    assert_eq!(rows_with(Some(1)), rows_with(None));
    assert_eq!(rows_with(None).len(), 2, "one of each overshoots nothing");
}

#[test]
fn g2_the_disk_ladder_first_that_is_wins() {
    let test_cloud = TestCloud::new(json!({ "offers": [{ "disk_categories": ["cloud_ssd", "cloud_efficiency"] }] }));
    let mut request = group(1, 0);
    request.system_disk_categories = vec!["cloud_essd".to_owned(), "cloud_ssd".to_owned()];
    assert_eq!(test_cloud.create(request.clone()).instances[0].system_disk_category, "cloud_ssd");
    request.system_disk_categories.clear();
    assert_eq!(test_cloud.create(request.clone()).instances[0].system_disk_category, "cloud_efficiency", "N3");
    request.system_disk_categories = vec!["cloud_essd".to_owned()];
    assert_eq!(
        rows(&test_cloud.create(request)),
        ["NoSpot cn-heyuan-b ecs.s6-c1m1.small 0 InvalidInstanceType.NotSupportDiskCategory"]
    );
}

#[test]
fn g2_filters_expand_in_order_of_type_name_to_what_is_sold() {
    let test_cloud = TestCloud::in_region(
        "cn-hangzhou",
        json!({ "stock": [{ "pay_as_you_go": 1 }], "prices": [{ "pay_as_you_go": 1 }] }),
    );
    let filters = TypeFilters {
        cores: vec![2],
        memories: vec!["8".to_owned()],
        architectures: vec!["X86".to_owned()],
        excluded_instance_types: vec!["ecs.g5*".to_owned()],
        ..TypeFilters::default()
    };
    let mut request = group(2, 0);
    request.pay_as_you_go_strategy = PayAsYouGoAllocationStrategy::Prioritized;
    request.configs = vec![LaunchTemplateConfig { instance_type: None, filters, ..config("cn-hangzhou-i", SMALL) }];
    let reply = test_cloud.create(request);
    let types: Vec<&str> = reply.launch_results.iter().map(|row| row.instance_type.as_str()).collect();
    assert!(types.len() >= 2 && types.is_sorted(), "{types:?}");
    assert!(!types.contains(&"ecs.g5.large"));
}

#[test]
fn g3_quota_names_the_reason() {
    let test_cloud = TestCloud::new(json!({ "quotas": [{ "vcpus": 1 }] }));
    assert_eq!(
        rows(&test_cloud.create(group(2, 2))),
        [
            "NoSpot cn-heyuan-b ecs.s6-c1m1.small 1",
            "NoSpot cn-heyuan-b ecs.s6-c1m1.small 0 QuotaExceed.ElasticQuota",
            "SpotAsPriceGo cn-heyuan-b ecs.s6-c1m1.small 1",
            "SpotAsPriceGo cn-heyuan-b ecs.s6-c1m1.small 0 QuotaExceed.ElasticQuota",
        ]
    );
}

#[test]
fn g4_g14_weights_round_up_and_units_are_what_they_say() {
    let mut request = group(5, 0);
    request.configs =
        vec![LaunchTemplateConfig { weighted_capacity: Some(decimal("2")), ..config("cn-heyuan-b", SMALL) }];
    let reply = TestCloud::new(json!({})).create(request);
    assert_eq!((reply.instances.len(), reply.fulfilled_capacity, reply.fulfilled_vcpus), (3, decimal("6"), 3));
}

/// Once the row of a pool that would have delivered a part named its shortage, as if it had nothing.
#[test]
fn g6_below_the_minimum_a_pool_that_would_deliver_a_part_has_the_code_of_the_minimum() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 2, "spot": 0 }] }));
    let mut request = group(3, 1);
    request.min_target_capacity = Some(3);
    request.accept_shortfall = true;
    let accepted = test_cloud.create(request);
    let codes: Vec<_> = accepted.launch_results.iter().map(|row| row.error_code.as_deref()).collect();
    assert_eq!(codes, [Some("OperationDenied.NoStock"), Some("NoInstanceStock")]);
}

#[test]
fn g6_below_the_minimum_nothing_is_created_and_the_rows_say_why() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 2, "spot": 0 }] }));
    let mut request = group(3, 1);
    request.min_target_capacity = Some(3);
    request.client_token = Some("one".to_owned());
    let error = test_cloud.api.create_auto_provisioning_group(&request).unwrap_err();
    let CloudError::Service(refusal) = error else { panic!("{error}") };
    assert_eq!(refusal.code, "OperationDenied.NoStock");
    assert!(refusal.launch_results.iter().all(|row| row.amount == 0 && row.error_code.is_some()));
    assert_eq!(test_cloud.groups(), []);
    request.accept_shortfall = true;
    let accepted = test_cloud.create(request.clone());
    assert_eq!((accepted.instances.len(), accepted.launch_results.len()), (0, 2));
    assert_eq!(accepted.error_code.as_deref(), Some("OperationDenied.NoStock"));
    assert_eq!(test_cloud.look(&accepted).launch_results, accepted.launch_results);
    request.min_target_capacity = Some(2);
    assert_eq!(test_cloud.create(request).instances.len(), 2, "W2: the token of a shortage is free");
}

/// Why, pool by pool, and what would fit: other zones, types of the same size, the other billing.
#[test]
fn g6_a_shortage_says_why_and_what_would_fit() {
    let test_cloud = TestCloud::new(json!({
        "stock": [
            { "pay_as_you_go": 0, "spot": 0 },
            { "zone_id": "cn-heyuan-a", "instance_type": SMALL, "pay_as_you_go": 7 },
            { "zone_id": "cn-heyuan-b", "instance_type": SMALL, "pay_as_you_go": 2, "spot": 3 },
            { "zone_id": "cn-heyuan-b", "instance_type": "ecs.n1.tiny", "pay_as_you_go": 5 },
        ]
    }));
    let expected = "2 of 4 units of pay-as-you-go capacity are missing\n  \
        ecs.s6-c1m1.small in cn-heyuan-b: 2 fit, then sold out (NoInstanceStock)\n\
        What would fit now: ecs.s6-c1m1.small in cn-heyuan-a (7 pay-as-you-go), ecs.n1.tiny in cn-heyuan-b \
        (5 pay-as-you-go), ecs.s6-c1m1.small in cn-heyuan-b (2 spot)";
    let mut request = group(4, 1);
    assert_eq!(test_cloud.api.forecast_create_auto_provisioning_group(&request, true).unwrap().warnings, [expected]);
    request.min_target_capacity = Some(4);
    let error = test_cloud.api.create_auto_provisioning_group(&request).unwrap_err();
    let message = &error.service().unwrap().message;
    assert_eq!(
        *message,
        format!("3 units can be delivered, the minimum is 4, so nothing is created; {expected}"),
        "what the passes themselves would take is not offered"
    );
}

/// Each pool was told twice where both billings are short, and an image of another architecture was told as a shortage.
#[test]
fn g6_a_pool_is_told_once_and_an_image_that_does_not_fit_as_what_it_is() {
    let test_cloud = TestCloud::new(json!({
        "stock": [
            { "pay_as_you_go": 0, "spot": 0 },
            { "zone_id": "cn-heyuan-b", "instance_type": "ecs.g7.large", "pay_as_you_go": 1 },
            { "zone_id": "cn-heyuan-a", "instance_type": "ecs.c7.large", "pay_as_you_go": 9, "spot": 8 },
        ]
    }));
    let with = |types: &[&str]| {
        let configs = types.iter().map(|name| config("cn-heyuan-b", name)).collect();
        let request = CreateAutoProvisioningGroupRequest { configs, ..group(3, 2) };
        test_cloud.api.forecast_create_auto_provisioning_group(&request, true).unwrap().warnings
    };
    let image = "the image `aliyun_3_x64_20G_alibase_20250629.vhd` is for x86_64, and `ecs.g8y.large` is arm64 \
        (ImageNotSupportInstanceType)";
    let missing = "of 3 units of pay-as-you-go capacity and 2 of 2 units of spot capacity are missing";
    assert_eq!(
        with(&["ecs.g7.large", "ecs.c7.large", "ecs.g8y.large"]),
        [format!(
            "2 {missing}\n  ecs.c7.large in cn-heyuan-b: sold out (NoInstanceStock)\n  ecs.g7.large in cn-heyuan-b: \
             pay-as-you-go: 1 fits, then sold out (NoInstanceStock); spot: sold out (NoInstanceStock)\n  ecs.g8y.large in \
             cn-heyuan-b: {image}\nWhat would fit now: ecs.c7.large in cn-heyuan-a (9 pay-as-you-go, 8 spot)"
        )]
    );
    assert_eq!(
        with(&["ecs.g8y.large"]),
        [format!(
            "3 {missing}\n  ecs.g8y.large in cn-heyuan-b: {image}\nAn image and a type of one architecture are needed"
        )]
    );
}

#[test]
fn g6_where_nothing_would_fit_the_shortage_says_so() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 0, "spot": 0 }] }));
    let warnings = test_cloud.create(group(1, 0)).warnings;
    assert!(warnings[0].ends_with("\nNothing else of this kind is free in cn-heyuan"), "{warnings:?}");
    let test_cloud = TestCloud::new(json!({ "quotas": [{ "charge_type": "PayAsYouGo", "vcpus": 0 }] }));
    let warnings = test_cloud.create(group(1, 0)).warnings;
    let fits = warnings[0].split("What would fit now: ").nth(1).unwrap();
    assert!(fits.starts_with(SMALL) && fits.ends_with("spot)"), "the quota binds every pool of its billing: {fits}");
}

#[test]
fn g2_filters_that_find_nothing_say_so() {
    let mut request = group(1, 0);
    let filters = TypeFilters { cores: vec![7], ..TypeFilters::default() };
    request.configs = vec![LaunchTemplateConfig { instance_type: None, filters, ..config("cn-heyuan-b", SMALL) }];
    let made = TestCloud::new(json!({})).create(request);
    assert_eq!(made.launch_results, []);
    insta::assert_snapshot!("g2_filters_that_find_nothing", made.warnings.join("\n"));
}

/// The third category of the second zone, and still the same moment, exactly as the rule says.
#[test]
fn g13_switching_disks_and_zones_takes_no_time() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 2 }],
        "offers": [{ "zone_id": "cn-heyuan-b", "disk_categories": ["cloud_ssd"] },
            { "zone_id": "cn-heyuan-a", "disk_categories": ["cloud_efficiency"] }]
    }));
    test_cloud.at("3h");
    let mut request = group(4, 0);
    request.configs.push(config("cn-heyuan-a", SMALL));
    request.system_disk_categories = ["cloud_essd", "cloud_ssd", "cloud_efficiency"].map(str::to_owned).to_vec();
    let made = test_cloud.create(request);
    let disks: std::collections::BTreeSet<&str> =
        made.instances.iter().map(|instance| instance.system_disk_category.as_str()).collect();
    assert_eq!((made.instances.len(), disks), (4, ["cloud_ssd", "cloud_efficiency"].into()));
    assert!(made.instances.iter().all(|instance| instance.launch_time == made.create_time));
    assert_eq!(test_cloud.api.describe_clock().unwrap(), made.create_time);
}

/// A creation with a token that is known is no second creation: what its group holds counts as free.
#[test]
fn w2_the_forecast_knows_the_group_of_a_token() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 0, "spot": 2 }] }));
    let request = CreateAutoProvisioningGroupRequest { client_token: Some("one".to_owned()), ..group(0, 2) };
    test_cloud.create(request.clone());
    assert_eq!(test_cloud.api.forecast_create_auto_provisioning_group(&request, true).unwrap().warnings, [""; 0]);
}

/// The element of a list that a refusal blames, so that a caller can point at it.
#[test]
fn a_refusal_names_the_config_it_blames() {
    let test_cloud = TestCloud::new(json!({}));
    let blamed = |change: fn(&mut CreateAutoProvisioningGroupRequest)| {
        let mut request = group(1, 0);
        request.configs.push(config("cn-heyuan-a", SMALL));
        change(&mut request);
        let error = test_cloud.api.create_auto_provisioning_group(&request).unwrap_err();
        let refusal = error.service().unwrap();
        (refusal.element, refusal.parameter)
    };
    let second = Some((Member::LaunchTemplateConfig, 1));
    let common = Some((Member::LaunchConfiguration, 0));
    assert_eq!(blamed(|r| r.configs[1].vswitch_id = Some("vsw-none".into())), (second, Some(Member::VSwitchId)));
    assert_eq!(blamed(|r| r.configs[1].instance_type = Some("ecs.s6".into())), (second, Some(Member::InstanceType)));
    assert_eq!(blamed(|r| r.configs[1].image_id = Some("none".into())), (second, Some(Member::ImageId)));
    assert_eq!(
        blamed(|r| r.configs[1].weighted_capacity = Some(Decimal::ZERO)),
        (second, Some(Member::WeightedCapacity))
    );
    assert_eq!(blamed(|r| r.launch_configuration.image_id = Some("none".into())), (common, Some(Member::ImageId)));
    assert_eq!(
        blamed(|r| r.launch_configuration.key_pair_name = Some("none".into())),
        (common, Some(Member::KeyPairName))
    );
    assert_eq!(
        blamed(|r| r.system_disk_categories = vec!["cloud_ssd".to_owned(); 2]),
        (Some((Member::SystemDiskConfig, 1)), Some(Member::DiskCategory))
    );
}

#[test]
fn g8_costs_are_those_of_the_launch() {
    let test_cloud = TestCloud::in_region(
        "cn-hangzhou",
        json!({
            "stock": [{ "pay_as_you_go": 4 }],
            "prices": [{ "pay_as_you_go": 3 }, { "zone_id": "cn-hangzhou-i", "pay_as_you_go": "1.5" }],
            "events": [{ "at": "1h", "prices": { "pay_as_you_go": 9 } }]
        }),
    );
    let mut request = group(6, 0);
    request.pay_as_you_go_strategy = PayAsYouGoAllocationStrategy::Prioritized;
    request.configs = vec![
        LaunchTemplateConfig { priority: Some(0), ..config("cn-hangzhou-h", "ecs.g7.large") },
        LaunchTemplateConfig { priority: Some(1), ..config("cn-hangzhou-i", "ecs.g7.large") },
    ];
    let reply = test_cloud.create(request);
    assert_eq!((reply.hourly_cost, reply.optimal_hourly_cost), (decimal("15"), decimal("12")));
    test_cloud.at("2h");
    let later = test_cloud.look(&reply);
    assert_eq!((later.hourly_cost, later.optimal_hourly_cost), (decimal("15"), decimal("12")));
}

#[test]
fn g9_capacity_up_and_down() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 4, "spot": 4 }] }));
    let reply = test_cloud.create(group(2, 1));
    let up = resize(&reply, 5, 1);
    let forecast = test_cloud.api.forecast_modify_auto_provisioning_group(&up).unwrap();
    assert_eq!(test_cloud.look(&reply).instances.len(), 3);
    let changed = test_cloud.modify(&up);
    assert_eq!((&changed.change, changed.warnings.len()), (&change(&[], 2, &[]), 1));
    assert_eq!(forecast, changed, "a forecast is what happens");
    assert_eq!(
        rows(&changed.group),
        ["NoSpot cn-heyuan-b ecs.s6-c1m1.small 2", "NoSpot cn-heyuan-b ecs.s6-c1m1.small 0 NoInstanceStock"]
    );
    let kept = test_cloud.modify(&resize(&reply, 1, 0));
    assert!(kept.change.is_empty() && kept.group.instances.len() == 5, "no-termination keeps");
    let policy = ModifyAutoProvisioningGroupRequest {
        excess_capacity_termination_policy: Some(ExcessCapacityTerminationPolicy::Termination),
        ..resize(&reply, 1, 1)
    };
    let shrunk = test_cloud.modify(&policy);
    assert_eq!(shrunk.change, change(&[], 0, &[1, 3, 4]), "youngest first among equals");
    assert_eq!(states(&shrunk.group.instances), "running running");
    let regrown = test_cloud.modify(&resize(&reply, 2, 1));
    assert_eq!(regrown.group.instances.last().unwrap().launch_index, 5, "launch indexes are never used twice");
}

#[test]
fn g9_dearest_per_unit_goes_first_and_nothing_falls_below_the_target() {
    let test_cloud = TestCloud::in_region(
        "cn-hangzhou",
        json!({ "stock": [{ "pay_as_you_go": 1 }],
            "prices": [{ "zone_id": "cn-hangzhou-h", "pay_as_you_go": 4 }, { "zone_id": "cn-hangzhou-i", "pay_as_you_go": 3 }] }),
    );
    let mut request = group(6, 0);
    let weighted = |zone, weight: &str| LaunchTemplateConfig {
        weighted_capacity: Some(decimal(weight)),
        ..config(zone, "ecs.g7.large")
    };
    request.configs = vec![weighted("cn-hangzhou-h", "4"), weighted("cn-hangzhou-i", "2")];
    request.excess_capacity_termination_policy = ExcessCapacityTerminationPolicy::Termination;
    let reply = test_cloud.create(request);
    assert_eq!(reply.fulfilled_capacity, decimal("6"));
    let shrunk = test_cloud.modify(&resize(&reply, 3, 0));
    let zones: Vec<&str> = shrunk.group.instances.iter().map(|instance| instance.zone_id.as_str()).collect();
    assert_eq!(zones, ["cn-hangzhou-h"], "3 / 2 is dearer than 4 / 4");
    assert!(test_cloud.modify(&resize(&reply, 2, 0)).change.is_empty(), "4 units stay: 0 would be below 2");
}

#[test]
fn g10_replacements_fill_lost_places_in_order_as_planned() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "spot": 5 }],
        "events": [{ "at": "2h", "reclaim_spot": { "count": 2 } }, { "at": "3h", "stock": { "spot": 4 } }]
    }));
    let reply = test_cloud.create(group(0, 4));
    test_cloud.at("2h");
    assert_eq!(states(&test_cloud.look(&reply).instances), "running running terminated terminated");
    let forecast = test_cloud.api.forecast_modify_auto_provisioning_group(&replace_lost(&reply)).unwrap();
    assert_eq!(forecast.change, change(&[2, 3], 0, &[]));
    test_cloud.at("3h");
    let request = ModifyAutoProvisioningGroupRequest { expected: Some(forecast.change), ..replace_lost(&reply) };
    let replaced = test_cloud.modify(&request);
    assert_eq!(states(&replaced.group.instances), "running running running running");
    assert_eq!(replaced.group.instances[..2], reply.instances[..2]);
    assert!(test_cloud.modify(&replace_lost(&reply)).change.is_empty(), "quiet afterwards");
}

#[test]
fn g10_if_the_stock_is_gone_the_apply_fails_and_changes_nothing() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "spot": 4 }],
        "events": [{ "at": "2h", "reclaim_spot": { "count": 2 } }, { "at": "3h", "stock": { "spot": 3 } }]
    }));
    let reply = test_cloud.create(group(0, 4));
    test_cloud.at("2h");
    let planned = test_cloud.api.forecast_modify_auto_provisioning_group(&replace_lost(&reply)).unwrap().change;
    test_cloud.at("3h");
    let before = test_cloud.look(&reply);
    let request = ModifyAutoProvisioningGroupRequest { expected: Some(planned), ..replace_lost(&reply) };
    assert_eq!(code(test_cloud.api.modify_auto_provisioning_group(&request)), "InsufficientInstanceCapacity");
    assert_eq!(test_cloud.look(&reply), before);
    let replaced = test_cloud.modify(&replace_lost(&reply));
    assert_eq!(replaced.change, change(&[2], 0, &[]));
    assert_eq!(replaced.warnings.len(), 1, "the rest stay lost, with a warning");
}

/// Three lost instances of one unit each, in a world that then has only instances of two units.
#[test]
fn g10_what_is_wanted_is_units_and_goes_on_until_it_is_complete() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "zone_id": "cn-heyuan-a", "pay_as_you_go": 0 }, { "zone_id": "cn-heyuan-b", "pay_as_you_go": 5 }],
        "events": [
            { "at": "1h", "terminate_instances": { "count": 3 } },
            { "at": "1h", "stock": { "zone_id": "cn-heyuan-b", "pay_as_you_go": 2 } },
            { "at": "1h", "stock": { "zone_id": "cn-heyuan-a", "pay_as_you_go": 1 } },
            { "at": "2h", "stock": { "zone_id": "cn-heyuan-a", "pay_as_you_go": 9 } }
        ]
    }));
    let mut request = group(5, 0);
    let weighted =
        |zone, weight: &str| LaunchTemplateConfig { weighted_capacity: Some(decimal(weight)), ..config(zone, SMALL) };
    request.configs = vec![weighted("cn-heyuan-a", "2"), weighted("cn-heyuan-b", "1")];
    let made = test_cloud.create(request);
    test_cloud.at("1h");
    let first = test_cloud.modify(&replace_lost(&made));
    assert_eq!(first.change, change(&[2], 0, &[]), "two of three units: the other places stay");
    assert_eq!(states(&first.group.instances), "running running running terminated terminated");
    test_cloud.at("2h");
    let forecast = test_cloud.api.forecast_modify_auto_provisioning_group(&replace_lost(&made)).unwrap();
    assert_eq!(forecast.change, change(&[3], 0, &[4]), "one unit is wanted, and then no place");
    let request = ModifyAutoProvisioningGroupRequest { expected: Some(forecast.change), ..replace_lost(&made) };
    let second = test_cloud.modify(&request);
    assert_eq!(states(&second.group.instances), "running running running running");
    assert_eq!(second.group.fulfilled_capacity, decimal("6"));
    assert!(test_cloud.modify(&replace_lost(&made)).change.is_empty(), "quiet afterwards");
}

/// A lost instance of three units, in a world that has instances of one unit, first two and then more.
#[test]
fn g10_a_replacement_of_fewer_units_leaves_units_wanted() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "zone_id": "cn-heyuan-a", "pay_as_you_go": 1 }, { "zone_id": "cn-heyuan-b", "pay_as_you_go": 0 }],
        "events": [
            { "at": "1h", "terminate_instances": {} },
            { "at": "1h", "stock": { "zone_id": "cn-heyuan-a", "pay_as_you_go": 0 } },
            { "at": "1h", "stock": { "zone_id": "cn-heyuan-b", "pay_as_you_go": 2 } },
            { "at": "2h", "stock": { "zone_id": "cn-heyuan-b", "pay_as_you_go": 9 } }
        ]
    }));
    let mut request = group(3, 0);
    request.configs = vec![
        LaunchTemplateConfig { weighted_capacity: Some(decimal("3")), ..config("cn-heyuan-a", SMALL) },
        config("cn-heyuan-b", SMALL),
    ];
    let made = test_cloud.create(request);
    test_cloud.at("1h");
    assert_eq!(test_cloud.modify(&replace_lost(&made)).change, change(&[0], 1, &[]));
    test_cloud.at("2h");
    assert_eq!(test_cloud.modify(&replace_lost(&made)).change, change(&[], 1, &[]), "the third unit");
    assert!(test_cloud.modify(&replace_lost(&made)).change.is_empty(), "quiet afterwards");
}

#[test]
fn g10a_more_than_planned_is_no_error() {
    let test_cloud = TestCloud::new(json!({
        "stock": [{ "spot": 4 }],
        "events": [
            { "at": "1h", "reclaim_spot": { "count": 3 } },
            { "at": "1h", "stock": { "spot": 2 } },
            { "at": "2h", "stock": { "spot": 9 } }
        ]
    }));
    let made = test_cloud.create(group(0, 4));
    test_cloud.at("1h");
    let planned = test_cloud.api.forecast_modify_auto_provisioning_group(&replace_lost(&made)).unwrap().change;
    assert_eq!(planned, change(&[1], 0, &[]));
    test_cloud.at("2h");
    let request = ModifyAutoProvisioningGroupRequest { expected: Some(planned.clone()), ..replace_lost(&made) };
    let done = test_cloud.modify(&request);
    assert_eq!((done.change, done.warnings), (planned, Vec::<String>::new()));
    assert_eq!(states(&done.group.instances), "running running terminated terminated");
    assert_eq!(test_cloud.modify(&replace_lost(&made)).change, change(&[2, 3], 0, &[]), "the next plan");
}

#[test]
fn g10a_the_code_says_what_is_missing() {
    let test_cloud = TestCloud::new(json!({
        "prices": [{ "spot": "0.01" }],
        "events": [{ "at": "1h", "reclaim_spot": {} }, { "at": "2h", "prices": { "spot": "0.5" } }]
    }));
    let made =
        test_cloud.create(CreateAutoProvisioningGroupRequest { max_spot_price: Some(decimal("0.1")), ..group(0, 1) });
    test_cloud.at("1h");
    let planned = test_cloud.api.forecast_modify_auto_provisioning_group(&replace_lost(&made)).unwrap().change;
    test_cloud.at("2h");
    let request = ModifyAutoProvisioningGroupRequest { expected: Some(planned), ..replace_lost(&made) };
    let refused = test_cloud.api.modify_auto_provisioning_group(&request);
    assert_eq!(code(refused), "InvalidSpotPriceLimit.LowerThanPublicPrice");
}

/// HCL's 1/3 arrives with 28 digits.
#[test]
fn g14_weights_add_up_as_in_hcl() {
    for (weight, total, instances, fulfilled) in [
        ("0.3333333333333333333333333333", 2, 6, "2"),
        ("0.6666666666666666666666666667", 2, 3, "2"),
        ("0.1428571428571428571428571429", 3, 21, "3"),
        ("1.44", 10, 7, "10.08"),
        ("0.1", 1, 10, "1"),
    ] {
        let mut request = group(total, 0);
        request.configs[0].weighted_capacity = Some(decimal(weight));
        let made = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 99 }] })).create(request);
        assert_eq!(
            (made.instances.len(), made.fulfilled_capacity.to_string().as_str(), made.state),
            (instances, fulfilled, GroupState::Fulfilled),
            "{weight}"
        );
    }
}

#[test]
fn g10_what_was_short_from_the_beginning_is_not_lost() {
    let test_cloud =
        TestCloud::new(json!({ "stock": [{ "spot": 2 }], "events": [{ "at": "1h", "stock": { "spot": 9 } }] }));
    let reply = test_cloud.create(group(0, 4));
    test_cloud.at("2h");
    assert!(test_cloud.modify(&replace_lost(&reply)).change.is_empty(), "G12: one pass");
    assert_eq!(test_cloud.look(&reply).state, GroupState::Error);
}

#[test]
fn the_forecast_counts_what_a_group_of_the_same_name_holds() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 3, "spot": 0 }] }));
    let request = CreateAutoProvisioningGroupRequest { name: Some("web".to_owned()), ..group(3, 0) };
    let before = test_cloud.api.forecast_create_auto_provisioning_group(&request, true).unwrap();
    let made = test_cloud.create(request.clone());
    assert_eq!(before.launch_results, made.launch_results);
    let after = test_cloud.api.forecast_create_auto_provisioning_group(&request, true).unwrap();
    assert_eq!(after.fulfilled_capacity, decimal("3"));
    let other = CreateAutoProvisioningGroupRequest { name: Some("other".to_owned()), ..request };
    assert_eq!(
        test_cloud.api.forecast_create_auto_provisioning_group(&other, true).unwrap().fulfilled_capacity,
        Decimal::ZERO
    );
    assert_eq!(test_cloud.groups().len(), 1);
}

/// The cost of a forecast must not grow with the world: a large one is not copied, and nothing stays behind in it.
#[test]
fn a_large_world_forecasts_what_it_then_launches() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 300 }], "quotas": [{ "vcpus": 10_000 }] }));
    for _ in 0..250 {
        test_cloud.run(instances(1, 1));
    }
    let forecast = test_cloud.api.forecast_create_auto_provisioning_group(&group(60, 0), false).unwrap();
    assert_eq!(test_cloud.groups(), []);
    let made = test_cloud.create(group(60, 0));
    assert_eq!((&forecast.launch_results, &forecast.instances), (&made.launch_results, &made.instances));
    assert_eq!(made.fulfilled_capacity, decimal("50"));
}

#[test]
fn l1_l2_limits_bind_the_allocation() {
    let limited = |limits| TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 2000 }], "limits": limits }));
    let exceeds = |test_cloud: &TestCloud, request: &CreateAutoProvisioningGroupRequest| {
        assert_eq!(code(test_cloud.api.create_auto_provisioning_group(request)), "TotalTargetCapacityLimitExceed");
        assert_eq!(test_cloud.groups(), []);
    };
    exceeds(&limited(json!({})), &group(1001, 0));
    assert_eq!(limited(json!({})).create(group(1000, 0)).instances.len(), 1000);
    exceeds(&limited(json!({ "group_vcpus": 4 })), &group(5, 0));
    let mut weighted = group(10, 0);
    weighted.configs[0].weighted_capacity = Some(decimal("3"));
    exceeds(&limited(json!({ "group_units": 11 })), &weighted);
    assert_eq!(limited(json!({ "group_units": 12 })).create(weighted).instances.len(), 4);
    let mut many = group(1, 0);
    many.configs = vec![config("cn-heyuan-b", SMALL); 11];
    let test_cloud = limited(json!({}));
    assert_eq!(code(test_cloud.api.create_auto_provisioning_group(&many)), "InvalidLaunchTemplateConfigs.SizeExceed");
    assert_eq!(limited(json!({ "launch_template_configs": 11 })).create(many).instances.len(), 1);
}

#[test]
fn l3_what_is_refused() {
    let test_cloud = TestCloud::new(json!({}));
    let with = |change: fn(&mut CreateAutoProvisioningGroupRequest)| {
        let mut request = group(2, 2);
        change(&mut request);
        request
    };
    for (expected, request) in [
        ("InvalidParameter.TargetCapacity", with(|request| request.capacity.total = 3)),
        ("InvalidParameter.TargetCapacity", with(|request| request.min_target_capacity = Some(5))),
        ("InvalidParameter.TargetCapacity", with(|request| request.capacity = Capacity::default())),
        ("InvalidAutoProvisioningGroupName.Malformed", with(|request| request.name = Some("1".to_owned()))),
        ("MissingParameter.LaunchTemplateConfigs", with(|request| request.configs.clear())),
        (
            "InvalidParameter.WeightedCapacityBeyondRange",
            with(|request| request.configs[0].weighted_capacity = Some(Decimal::ZERO)),
        ),
        ("InvalidParameter.SpotInstancePoolsToUseCount", with(|request| request.spot_pools_to_use = Some(1))),
        ("Duplicate.DiskCategory", with(|request| request.system_disk_categories = vec!["cloud_ssd".to_owned(); 2])),
        ("InvalidVSwitchId.NotFound", with(|request| request.configs[0].vswitch_id = Some("vsw-none".into()))),
        ("InvalidZoneId.NotFound", with(|request| request.configs[0].zone_id = Some("us-east-1a".into()))),
        (
            "InvalidInstanceType.ValueNotSupported",
            with(|request| request.configs[0].instance_type = Some("ecs.s6".into())),
        ),
        ("MissingParameter.InstanceType", with(|request| request.configs[0].instance_type = None)),
        ("InvalidImageId.NotFound", with(|request| request.launch_configuration.image_id = Some("none".into()))),
        ("MissingParameter", with(|request| request.launch_configuration.image_id = None)),
        (
            "InvalidKeyPairName.NotFound",
            with(|request| request.launch_configuration.key_pair_name = Some("none".into())),
        ),
        (
            "InvalidSecurityGroupId.NotFound",
            with(|request| {
                request.launch_configuration.security_group_ids.insert("none".into());
            }),
        ),
    ] {
        assert_eq!(code(test_cloud.api.create_auto_provisioning_group(&request)), expected, "{request:?}");
    }
    assert_eq!(
        test_cloud.create(with(|request| request.group_type = GroupType::Request)).launch_results.len(),
        2,
        "G6: every type"
    );
}

#[test]
fn g13_switching_pools_zones_and_disks_takes_no_time_and_leaves_no_deviation() {
    let stock =
        json!([{ "zone_id": "cn-hangzhou-h", "pay_as_you_go": 2 }, { "zone_id": "cn-hangzhou-i", "pay_as_you_go": 3 }]);
    let offers = json!([{ "zone_id": "cn-hangzhou-h", "disk_categories": ["cloud_ssd"] }]);
    let test_cloud = TestCloud::in_region("cn-hangzhou", json!({ "stock": stock, "offers": offers }));
    let mut request = group(5, 0);
    request.pay_as_you_go_strategy = PayAsYouGoAllocationStrategy::Prioritized;
    request.configs = vec![config("cn-hangzhou-h", "ecs.g7.large"), config("cn-hangzhou-i", "ecs.g7.large")];
    request.system_disk_categories = vec!["cloud_essd".to_owned(), "cloud_ssd".to_owned()];
    let reply = test_cloud.create(request);
    assert_eq!(
        rows(&reply),
        [
            "NoSpot cn-hangzhou-h ecs.g7.large 2",
            "NoSpot cn-hangzhou-h ecs.g7.large 0 NoInstanceStock",
            "NoSpot cn-hangzhou-i ecs.g7.large 3"
        ]
    );
    let disks: Vec<&str> = reply.instances.iter().map(|instance| instance.system_disk_category.as_str()).collect();
    assert_eq!(disks, ["cloud_ssd", "cloud_ssd", "cloud_essd", "cloud_essd", "cloud_essd"]);
    assert!(reply.instances.iter().all(|instance| instance.launch_time == reply.create_time));
}

#[test]
fn n4_in_a_region_of_both_clouds_filters_and_suggestions_stay_in_the_cloud_of_the_image() {
    let filtered = |image: &str| {
        let mut request = group(0, 2);
        request.launch_configuration.image_id = Some(image.into());
        request.configs = vec![LaunchTemplateConfig {
            filters: TypeFilters { cores: vec![2], memories: vec!["8".to_owned()], ..TypeFilters::default() },
            zone_id: Some("us-east-1a".into()),
            ..LaunchTemplateConfig::default()
        }];
        let made = TestCloud::in_region("us-east-1", json!({})).create(request);
        made.launch_results[0].instance_type.to_string()
    };
    assert!(!filtered("ami-0a1b2c3d4e5f60718").starts_with("ecs."));
    assert!(filtered("aliyun_3_x64_20G_alibase_20250629.vhd").starts_with("ecs."));

    let mut request = group(3, 0);
    request.launch_configuration.image_id = Some("ami-0a1b2c3d4e5f60718".into());
    request.configs = vec![config("us-east-1a", "c5.large")];
    let scenario = json!({ "stock": [{ "instance_type": "c5.large", "pay_as_you_go": 0 }] });
    let made = TestCloud::in_region("us-east-1", scenario).create(request);
    let [warning] = made.warnings.as_slice() else { panic!("{:?}", made.warnings) };
    assert!(warning.contains("What would fit now: ") && !warning.contains("ecs."), "{warning}");
}
