//! Scaling groups, their configurations and their rules (G15–G20), against a reference that places one unit after the other.

use std::collections::BTreeMap;

use serde_json::json;

use super::test_cloud::{TestCloud, code, decimal};
use crate::base::{Billing, LaunchTemplateId, ScalingConfigurationId, ScalingGroupId};
use crate::cloud::model::{
    Activation, AdjustmentType, CreateLaunchTemplateRequest, CreateScalingConfigurationRequest,
    CreateScalingGroupRequest, CreateScalingRuleRequest, DeleteScalingConfigurationRequest, DeleteScalingGroupRequest,
    DescribeInstancesRequest, DescribeScalingConfigurationsRequest, DescribeScalingGroupsRequest,
    EnableScalingGroupRequest, GroupSizes, InstancePattern, LaunchConfiguration, LaunchTemplateContent,
    ModifyScalingConfigurationRequest, ModifyScalingGroupRequest, MultiAzPolicy, PoolOrder, RemovalPolicy,
    ScalingAdjustment, ScalingAllocation, ScalingConfiguration, ScalingConfigurationArguments, ScalingContent,
    ScalingGroup, ScalingInstanceType, ScalingTemplate, SpotStrategy, TemplateVersion, TypeFilters,
};
use crate::cloud::{CloudError, codes};

const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";
const TYPES: [&str; 2] = ["ecs.g7.large", "ecs.g6.large"];
const ZONES: [&str; 2] = ["cn-heyuan-a", "cn-heyuan-b"];

fn sizes(min: u32, max: u32, desired: impl Into<Option<u32>>) -> GroupSizes {
    GroupSizes { min, max, desired: desired.into() }
}

/// In both zones, with a desired capacity.
fn group(policy: MultiAzPolicy, desired: u32) -> CreateScalingGroupRequest {
    CreateScalingGroupRequest {
        sizes: sizes(0, 100, desired),
        vswitch_ids: ZONES.map(|zone| format!("vsw-{zone}").as_str().into()).to_vec(),
        multi_az_policy: policy,
        ..CreateScalingGroupRequest::default()
    }
}

fn named(instance_type: &str, weighted_capacity: Option<u32>) -> ScalingInstanceType {
    ScalingInstanceType { instance_type: instance_type.into(), weighted_capacity, spot_price_limit: None }
}

fn content(spot_strategy: SpotStrategy) -> ScalingContent {
    ScalingContent {
        instance_types: TYPES.map(|name| named(name, None)).to_vec(),
        spot_strategy,
        launch: LaunchConfiguration { image_id: Some(IMAGE.into()), ..LaunchConfiguration::default() },
        ..ScalingContent::default()
    }
}

fn enabled(content: ScalingContent) -> ScalingConfigurationArguments {
    let activation = Activation { active: Some(true), enable: Some(true), substitute: None };
    ScalingConfigurationArguments { content, activation, ..ScalingConfigurationArguments::default() }
}

impl TestCloud {
    fn scaling_group(&self, request: &CreateScalingGroupRequest) -> ScalingGroup {
        self.api.create_scaling_group(request).unwrap()
    }

    fn configure(&self, group: &ScalingGroup, arguments: ScalingConfigurationArguments) -> ScalingConfiguration {
        let scaling_group_id = Some(group.scaling_group_id.clone());
        self.api
            .create_scaling_configuration(&CreateScalingConfigurationRequest { scaling_group_id, arguments })
            .unwrap()
    }

    /// A group that launches from a configuration.
    fn launched(&self, request: &CreateScalingGroupRequest, content: ScalingContent) -> ScalingGroup {
        let group = self.scaling_group(request);
        self.configure(&group, enabled(content));
        self.scaling(&group)
    }

    /// The group as it is now.
    fn scaling(&self, group: &ScalingGroup) -> ScalingGroup {
        let groups = self.api.describe_scaling_groups(&DescribeScalingGroupsRequest::default()).unwrap();
        groups.into_iter().find(|known| known.scaling_group_id == group.scaling_group_id).unwrap()
    }

    fn resize_scaling(&self, group: &ScalingGroup, sizes: GroupSizes) -> ScalingGroup {
        let scaling_group_id = Some(group.scaling_group_id.clone());
        let request = ModifyScalingGroupRequest { scaling_group_id, sizes: Some(sizes), ..Default::default() };
        self.api.modify_scaling_group(&request).unwrap()
    }
}

/// Instances by zone, type and billing.
type Placed = BTreeMap<(String, String, Billing), u32>;

fn placed(group: &ScalingGroup) -> Placed {
    let mut placed = Placed::new();
    for instance in &group.instances {
        let (zone, name) = (instance.zone_id.to_string(), instance.instance_type.to_string());
        *placed.entry((zone, name, instance.spot_strategy.billing())).or_default() += 1;
    }
    placed
}

/// Ids by launch index.
fn ids(group: &ScalingGroup) -> Vec<String> {
    group.instances.iter().map(|instance| instance.instance_id.to_string()).collect()
}

/// What a pool has and costs, independent of the market's code.
#[derive(Clone, Copy)]
struct Pool {
    zone: usize,
    instance_type: usize,
    price: u32,
    free: u32,
}

/// Places one unit after the other, as the rules word it.
fn reference(policy: MultiAzPolicy, allocation: &ScalingAllocation, desired: u32, pools: &[(Billing, Pool)]) -> Placed {
    let splits = matches!(policy, MultiAzPolicy::CostOptimized | MultiAzPolicy::Composable);
    let usual = if policy == MultiAzPolicy::Composable { 100 } else { 0 };
    let base = allocation.on_demand_base.unwrap_or(0).min(desired);
    let percentage = allocation.on_demand_percentage.unwrap_or(usual);
    let mut above = 0;
    while above * 100 < (desired - base) * percentage {
        above += 1;
    }
    let pay_as_you_go = if splits { base + above } else { 0 };
    let compensates = match policy {
        MultiAzPolicy::CostOptimized => allocation.compensates_with_on_demand != Some(false),
        MultiAzPolicy::Composable => allocation.compensates_with_on_demand == Some(true),
        _ => false,
    };
    let mut placed = Placed::new();
    let mut left: Vec<(Billing, Pool)> = pools.to_vec();
    let mut spot_missing = 0;
    let mut zones = [0_u32; 2];
    let mut place = |billing: Billing, units: u32, zones: &mut [u32; 2]| -> u32 {
        let by_price = match (policy, billing) {
            (MultiAzPolicy::CostOptimized, _) => true,
            (MultiAzPolicy::Composable, Billing::PayAsYouGo) => {
                allocation.pay_as_you_go_order == PoolOrder::LowestPrice
            }
            (MultiAzPolicy::Composable, Billing::Spot) => allocation.spot_order == PoolOrder::LowestPrice,
            _ => false,
        };
        let balances =
            policy == MultiAzPolicy::Balance || policy == MultiAzPolicy::Composable && allocation.balances_zones;
        let mut order: Vec<usize> = (0..left.len()).filter(|index| left[*index].0 == billing).collect();
        order.sort_by_key(|index| {
            let pool = left[*index].1;
            let place = match policy {
                MultiAzPolicy::Composable => (pool.instance_type, pool.zone),
                _ => (pool.zone, pool.instance_type),
            };
            (if by_price { pool.price } else { 0 }, place)
        });
        let cheapest = allocation.spot_pools.filter(|count| by_price && billing == Billing::Spot && *count > 1);
        let mut given = vec![0_u32; left.len()];
        for unit in 0..units {
            let open = |index: &&usize| left[**index].1.free > 0;
            let next = if balances {
                let zone_of = |index: &usize| left[*index].1.zone;
                let zone = order.iter().filter(open).min_by_key(|index| {
                    let first = order.iter().position(|other| zone_of(other) == zone_of(index));
                    (zones[zone_of(index)], first)
                });
                let zone = zone.map(zone_of);
                order.iter().filter(open).find(|index| Some(zone_of(index)) == zone).copied()
            } else if let Some(count) = cheapest {
                let first = order.iter().take(count as usize).filter(open).min_by_key(|index| given[**index]);
                first.or(order.iter().find(|index| open(index))).copied()
            } else {
                order.iter().find(|index| open(index)).copied()
            };
            let Some(next) = next else { return units - unit };
            let pool = &mut left[next].1;
            pool.free -= 1;
            given[next] += 1;
            zones[pool.zone] += 1;
            let place = (ZONES[pool.zone].to_owned(), TYPES[pool.instance_type].to_owned(), billing);
            *placed.entry(place).or_default() += 1;
        }
        0
    };
    if compensates {
        spot_missing = place(Billing::Spot, desired - pay_as_you_go, &mut zones);
    }
    place(Billing::PayAsYouGo, pay_as_you_go + spot_missing, &mut zones);
    if !compensates {
        place(Billing::Spot, desired - pay_as_you_go, &mut zones);
    }
    placed
}

/// A draw of numbers that is the same everywhere.
struct Draw(u64);

impl Draw {
    fn below(&mut self, most: u32) -> u32 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.0 >> 33).unwrap() % most
    }
}

#[test]
fn g15_g16_g17_random_groups_are_placed_as_the_reference_places_them() {
    let mut draw = Draw(7);
    for _ in 0..120 {
        let mut stock = Vec::new();
        let mut prices = Vec::new();
        let mut pools = Vec::new();
        for (zone, zone_id) in ZONES.iter().enumerate() {
            for (instance_type, name) in TYPES.iter().enumerate() {
                let (pay_as_you_go, spot) = (draw.below(6), draw.below(6));
                // No two prices are equal.
                let index = u32::try_from(2 * zone + instance_type).unwrap();
                let price = [100 + 10 * draw.below(9) + index, 10 + 10 * draw.below(9) + index];
                let named = |rest: serde_json::Value| {
                    let mut rule = json!({ "zone_id": zone_id, "instance_type": name });
                    rule.as_object_mut().unwrap().extend(rest.as_object().unwrap().clone());
                    rule
                };
                stock.push(named(json!({ "pay_as_you_go": pay_as_you_go, "spot": spot })));
                let text = |price: u32| format!("{}.{:03}", price / 1000, price % 1000);
                prices.push(named(json!({ "pay_as_you_go": text(price[0]), "spot": text(price[1]) })));
                for (billing, price, free) in
                    [(Billing::PayAsYouGo, price[0], pay_as_you_go), (Billing::Spot, price[1], spot)]
                {
                    pools.push((billing, Pool { zone, instance_type, price, free }));
                }
            }
        }
        let policy =
            [MultiAzPolicy::Priority, MultiAzPolicy::Balance, MultiAzPolicy::CostOptimized, MultiAzPolicy::Composable]
                [draw.below(4) as usize];
        let order = |number: u32| if number == 0 { PoolOrder::Priority } else { PoolOrder::LowestPrice };
        let allocation = ScalingAllocation {
            on_demand_base: Some(draw.below(4)).filter(|base| *base > 0),
            on_demand_percentage: [None, Some(0), Some(33), Some(50), Some(100)][draw.below(5) as usize],
            spot_pools: [None, Some(2), Some(3)][draw.below(3) as usize],
            compensates_with_on_demand: [None, Some(false), Some(true)][draw.below(3) as usize],
            pay_as_you_go_order: order(draw.below(2)),
            spot_order: order(draw.below(2)),
            balances_zones: draw.below(2) == 1,
        };
        let desired = draw.below(14);
        let cloud = TestCloud::new(json!({ "stock": stock, "prices": prices }));
        let request = CreateScalingGroupRequest { allocation: allocation.clone(), ..group(policy, desired) };
        let made = cloud.launched(&request, content(SpotStrategy::SpotAsPriceGo));
        let expected = reference(policy, &allocation, desired, &pools);
        assert_eq!(placed(&made), expected, "{policy:?} {desired} {allocation:?} {stock:?} {prices:?}");
        let units: u32 = expected.values().sum();
        assert_eq!(made.fulfilled_capacity, units.into());
    }
}

#[test]
fn g19_a_group_launches_once_it_is_enabled_and_says_what_it_lacks() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 1 }] }));
    let made = cloud.scaling_group(&group(MultiAzPolicy::Priority, 6));
    assert!(made.scaling_group_id.as_str().starts_with("asg-") && !made.is_enabled && made.instances.is_empty());
    cloud.at("1h");
    assert!(cloud.scaling(&made).instances.is_empty(), "time launches nothing for a group that is not enabled");
    let inactive =
        ScalingConfigurationArguments { activation: Activation::default(), ..enabled(content(SpotStrategy::NoSpot)) };
    let first = cloud.configure(&made, inactive.clone());
    assert!(!first.is_active && first.scaling_configuration_name == first.scaling_configuration_id.as_str());
    let enable = ScalingConfigurationArguments {
        activation: Activation { enable: Some(true), ..Activation::default() },
        ..inactive
    };
    let request =
        CreateScalingConfigurationRequest { scaling_group_id: Some(made.scaling_group_id.clone()), arguments: enable };
    assert_eq!(code(cloud.api.create_scaling_configuration(&request)), "IncorrectScalingGroupStatus");
    let second = cloud.configure(&made, enabled(content(SpotStrategy::NoSpot)));
    assert!(second.is_active);
    assert_eq!(second.warnings.len(), 1, "{:?}", second.warnings);
    assert!(second.warnings[0].contains("2 of 6 units of pay-as-you-go capacity are missing"), "{:?}", second.warnings);
    let short = cloud.scaling(&made);
    assert_eq!((short.is_enabled, short.fulfilled_capacity), (true, decimal("4")));
    let failed = short.launch_results.iter().filter(|row| row.error_code.as_deref() == Some("NoInstanceStock")).count();
    assert_eq!(failed, 4, "{:?}", short.launch_results);
}

#[test]
fn g16_time_replaces_what_is_lost_and_launches_what_was_missing() {
    let cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 1, "spot": 3 }],
        "events": [{ "at": "3h", "stock": { "pay_as_you_go": 50 } },
            { "at": "5h", "terminate_instances": { "zone_id": ZONES[0] } }]
    }));
    let made = cloud.launched(&group(MultiAzPolicy::Priority, 10), content(SpotStrategy::NoSpot));
    assert_eq!(made.fulfilled_capacity, decimal("4"));
    cloud.at("4h");
    let whole = cloud.scaling(&made);
    assert_eq!(whole.fulfilled_capacity, decimal("10"));
    assert_eq!(ids(&whole)[..4], ids(&made), "what ran keeps running");
    cloud.at("6h");
    let after = cloud.scaling(&made);
    assert_eq!(after.fulfilled_capacity, decimal("10"));
    assert!(after.instances.iter().all(|instance| !instance.state.is_lost()), "lost instances leave the group");
    assert_ne!(ids(&after), ids(&whole));
}

#[test]
fn g17_pay_as_you_go_stands_in_for_reclaimed_spot_instances() {
    for (compensates, expected) in [(None, "6"), (Some(false), "2")] {
        let cloud = TestCloud::new(json!({
            "stock": [{ "pay_as_you_go": 20, "spot": 20 }],
            "events": [{ "at": "2h", "stock": { "spot": 0 } }, { "at": "2h", "reclaim_spot": {} }]
        }));
        let allocation = ScalingAllocation {
            on_demand_base: Some(2),
            compensates_with_on_demand: compensates,
            ..ScalingAllocation::default()
        };
        let request = CreateScalingGroupRequest { allocation, ..group(MultiAzPolicy::CostOptimized, 6) };
        let made = cloud.launched(&request, content(SpotStrategy::SpotAsPriceGo));
        let spot = |group: &ScalingGroup| {
            group.instances.iter().filter(|instance| instance.spot_strategy.billing() == Billing::Spot).count()
        };
        assert_eq!((made.fulfilled_capacity, spot(&made)), (decimal("6"), 4));
        cloud.at("3h");
        let after = cloud.scaling(&made);
        assert_eq!((after.fulfilled_capacity, spot(&after)), (decimal(expected), 0), "{compensates:?}");
    }
}

#[test]
fn g15_a_balanced_group_counts_what_it_has_in_each_zone() {
    let cloud = TestCloud::new(json!({
        "stock": [{ "pay_as_you_go": 20 }, { "zone_id": ZONES[0], "pay_as_you_go": 0 }],
        "events": [{ "at": "2h", "stock": { "zone_id": ZONES[0], "pay_as_you_go": 40 } }]
    }));
    let made = cloud.launched(&group(MultiAzPolicy::Balance, 3), content(SpotStrategy::NoSpot));
    let in_zones = |group: &ScalingGroup| {
        ZONES.map(|zone| group.instances.iter().filter(|instance| instance.zone_id.as_str() == zone).count())
    };
    assert_eq!(in_zones(&made), [0, 3], "the other zone delivers what one lacks");
    cloud.at("3h");
    assert_eq!(in_zones(&cloud.resize_scaling(&made, sizes(0, 100, 7))), [4, 3]);
    assert_eq!(in_zones(&cloud.resize_scaling(&made, sizes(0, 100, 4))), [2, 2], "the fuller zone releases first");
}

#[test]
fn g18_removal_policies_choose_what_a_smaller_group_releases() {
    use RemovalPolicy::{NewestInstance, OldestInstance, OldestScalingConfiguration};

    let run = |policies: &[RemovalPolicy]| {
        let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
        let request =
            CreateScalingGroupRequest { removal_policies: policies.to_vec(), ..group(MultiAzPolicy::Priority, 2) };
        // The first configuration launches two instances, the second one two more, and the first again the last two.
        let made = cloud.launched(&request, content(SpotStrategy::NoSpot));
        let first =
            cloud.api.describe_scaling_configurations(&DescribeScalingConfigurationsRequest::default()).unwrap();
        cloud.at("1h");
        cloud.configure(&made, enabled(content(SpotStrategy::NoSpot)));
        cloud.resize_scaling(&made, sizes(0, 100, 4));
        cloud.at("2h");
        cloud
            .api
            .modify_scaling_configuration(&ModifyScalingConfigurationRequest {
                scaling_configuration_id: Some(first[0].scaling_configuration_id.clone()),
                arguments: enabled(content(SpotStrategy::NoSpot)),
            })
            .unwrap();
        let full = cloud.resize_scaling(&made, sizes(0, 100, 6));
        let left = cloud.resize_scaling(&made, sizes(0, 100, 3));
        let left = ids(&left);
        let kept = |(index, id): (usize, &String)| left.contains(id).then_some(index);
        ids(&full).iter().enumerate().filter_map(kept).collect::<Vec<_>>()
    };
    for (policies, expected) in [
        (vec![], [2, 3, 5]),
        (vec![OldestScalingConfiguration, OldestInstance], [2, 3, 5]),
        (vec![OldestScalingConfiguration, NewestInstance], [0, 2, 3]),
        (vec![OldestInstance], [3, 4, 5]),
        (vec![NewestInstance], [0, 1, 2]),
    ] {
        assert_eq!(run(&policies), expected, "{policies:?}");
    }
}

#[test]
fn g18_protected_instances_stay() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let made = cloud.launched(&group(MultiAzPolicy::Priority, 3), content(SpotStrategy::NoSpot));
    let oldest = made.instances[0].instance_id.clone();
    let request = ModifyScalingGroupRequest {
        scaling_group_id: Some(made.scaling_group_id.clone()),
        protected_instances: Some([oldest.clone()].into()),
        sizes: Some(sizes(0, 100, 1)),
        ..Default::default()
    };
    let left = cloud.api.modify_scaling_group(&request).unwrap();
    assert_eq!(ids(&left), [oldest.to_string()]);
}

#[test]
fn g16_without_a_desired_capacity_a_group_keeps_between_its_minimum_and_maximum() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let request = CreateScalingGroupRequest { sizes: sizes(2, 10, None), ..group(MultiAzPolicy::Priority, 0) };
    let made = cloud.launched(&request, content(SpotStrategy::NoSpot));
    let count = |group: &ScalingGroup| group.instances.len();
    assert_eq!(count(&made), 2);
    assert_eq!(count(&cloud.resize_scaling(&made, sizes(5, 10, None))), 5);
    assert_eq!(count(&cloud.resize_scaling(&made, sizes(1, 10, None))), 5, "above the minimum nothing is released");
    assert_eq!(count(&cloud.resize_scaling(&made, sizes(1, 3, None))), 3);
    for (wrong, member) in
        [(sizes(4, 3, None), "minimum"), (sizes(1, 3, 4), "desired"), (sizes(0, 2_001, None), "2000")]
    {
        let request = ModifyScalingGroupRequest {
            scaling_group_id: Some(made.scaling_group_id.clone()),
            sizes: Some(wrong),
            ..Default::default()
        };
        let refused = cloud.api.modify_scaling_group(&request).unwrap_err();
        assert!(refused.to_string().contains(member), "{refused}");
    }
}

#[test]
fn g15_weights_count_and_round_up() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let mut weighted = content(SpotStrategy::NoSpot);
    weighted.instance_types = vec![named(TYPES[0], Some(3))];
    let made = cloud.launched(&group(MultiAzPolicy::Priority, 10), weighted);
    assert_eq!((made.instances.len(), made.fulfilled_capacity), (4, decimal("12")));
    let smaller = cloud.resize_scaling(&made, sizes(0, 100, 7));
    assert_eq!((smaller.instances.len(), smaller.fulfilled_capacity), (3, decimal("9")), "6 would be less than 7");
}

#[test]
fn g19_the_last_configuration_goes_with_its_group_only() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let made = cloud.launched(&group(MultiAzPolicy::Priority, 2), content(SpotStrategy::NoSpot));
    let configurations = || {
        let all = cloud.api.describe_scaling_configurations(&DescribeScalingConfigurationsRequest::default());
        all.unwrap().into_iter().map(|known| known.scaling_configuration_id).collect::<Vec<ScalingConfigurationId>>()
    };
    let delete = |id: &ScalingConfigurationId, with_group| {
        let scaling_configuration_id = id.clone();
        cloud
            .api
            .delete_scaling_configuration(&DeleteScalingConfigurationRequest { scaling_configuration_id, with_group })
    };
    let first = configurations()[0].clone();
    assert_eq!(code(delete(&first, false)), "IncorrectScalingConfigurationLifecycleState");
    let second = cloud.configure(&made, enabled(content(SpotStrategy::NoSpot)));
    assert_eq!(code(delete(&second.scaling_configuration_id, true)), "IncorrectScalingConfigurationLifecycleState");
    delete(&first, false).unwrap();
    assert_eq!(cloud.scaling(&made).instances.len(), 2, "its instances keep running");
    delete(&second.scaling_configuration_id, true).unwrap();
    assert!(cloud.api.describe_scaling_groups(&DescribeScalingGroupsRequest::default()).unwrap().is_empty());
    assert!(configurations().is_empty());
    assert!(cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap().items.is_empty());
}

#[test]
fn g19_a_substitute_takes_the_place_of_a_configuration_that_becomes_inactive() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let made = cloud.launched(&group(MultiAzPolicy::Priority, 1), content(SpotStrategy::NoSpot));
    let mut tagged = content(SpotStrategy::NoSpot);
    tagged.launch.tags = [("version".to_owned(), "2".to_owned())].into();
    let second = cloud.configure(&made, enabled(tagged.clone()));
    let all = cloud.api.describe_scaling_configurations(&DescribeScalingConfigurationsRequest::default()).unwrap();
    let first = all[0].scaling_configuration_id.clone();
    let deactivate = |substitute: Option<ScalingConfigurationId>| {
        let activation = Activation { active: Some(false), enable: None, substitute };
        cloud.api.modify_scaling_configuration(&ModifyScalingConfigurationRequest {
            scaling_configuration_id: Some(second.scaling_configuration_id.clone()),
            arguments: ScalingConfigurationArguments { activation, ..enabled(tagged.clone()) },
        })
    };
    let bigger = cloud.resize_scaling(&made, sizes(0, 100, 2));
    let tags: Vec<usize> = bigger.instances.iter().map(|instance| instance.tags.len()).collect();
    assert_eq!(tags, [0, 1], "instances keep the tags that they were launched with");
    let refused = deactivate(None).unwrap_err();
    assert!(refused.to_string().contains(first.as_str()), "{refused}");
    assert!(!deactivate(Some(first.clone())).unwrap().is_active);
    assert_eq!(cloud.scaling(&made).active_configuration_id, Some(first));
}

#[test]
fn g19_a_launch_template_enables_a_group_at_once() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let template = cloud
        .api
        .create_launch_template(&CreateLaunchTemplateRequest {
            launch_template_name: "web".to_owned(),
            content: LaunchTemplateContent {
                instance_type: Some(TYPES[0].into()),
                launch: LaunchConfiguration { image_id: Some(IMAGE.into()), ..LaunchConfiguration::default() },
                ..LaunchTemplateContent::default()
            },
            ..CreateLaunchTemplateRequest::default()
        })
        .unwrap();
    let request = |id: LaunchTemplateId, instance_types: Vec<ScalingInstanceType>| CreateScalingGroupRequest {
        launch_template: Some(ScalingTemplate {
            launch_template_id: id,
            version: TemplateVersion::Latest,
            instance_types,
        }),
        ..group(MultiAzPolicy::Priority, 3)
    };
    let made = cloud.scaling_group(&request(template.launch_template_id.clone(), Vec::new()));
    assert!(made.is_enabled && made.instances.len() == 3);
    assert!(made.instances.iter().all(|instance| instance.instance_type.as_str() == TYPES[0]));
    let overridden = cloud.scaling_group(&request(template.launch_template_id, vec![named(TYPES[1], Some(2))]));
    assert_eq!(overridden.fulfilled_capacity, decimal("4"));
    assert!(overridden.instances.iter().all(|instance| instance.instance_type.as_str() == TYPES[1]));
    assert!(overridden.instances.iter().all(|instance| instance.spot_price_limit.is_none()));
    let stored = |name: &str, json: &str| (name.to_owned(), json.to_owned());
    let without_effect = [stored("spot_strategy", "\"SpotWithPriceLimit\""), stored("spot_price_limit", "5.5")];
    let spot = cloud
        .api
        .create_launch_template(&CreateLaunchTemplateRequest {
            launch_template_name: "spot".to_owned(),
            content: LaunchTemplateContent {
                instance_type: Some(TYPES[0].into()),
                launch: LaunchConfiguration {
                    image_id: Some(IMAGE.into()),
                    without_effect: without_effect.into(),
                    ..LaunchConfiguration::default()
                },
                ..LaunchTemplateContent::default()
            },
            ..CreateLaunchTemplateRequest::default()
        })
        .unwrap();
    let made = cloud.scaling_group(&request(spot.launch_template_id, Vec::new()));
    assert_eq!(made.instances[0].spot_strategy, SpotStrategy::SpotWithPriceLimit);
    assert_eq!(made.instances[0].spot_price_limit, Some(decimal("5.5")));
    let missing = cloud.api.create_scaling_group(&request("lt-none".into(), Vec::new()));
    assert_eq!(code(missing), "InvalidLaunchTemplate.NotFound");
}

#[test]
fn g19_deleting_a_group_releases_its_instances_unless_it_is_protected() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let protected = CreateScalingGroupRequest { is_deletion_protected: true, ..group(MultiAzPolicy::Priority, 2) };
    let made = cloud.launched(&protected, content(SpotStrategy::NoSpot));
    let delete = |force_delete| {
        let scaling_group_id: ScalingGroupId = made.scaling_group_id.clone();
        cloud.api.delete_scaling_group(&DeleteScalingGroupRequest { scaling_group_id, force_delete })
    };
    assert_eq!(code(delete(true)), "OperationDenied.GroupDeletionProtection");
    let request = ModifyScalingGroupRequest {
        scaling_group_id: Some(made.scaling_group_id.clone()),
        is_deletion_protected: Some(false),
        ..Default::default()
    };
    cloud.api.modify_scaling_group(&request).unwrap();
    assert_eq!(code(delete(false)), "InstanceInUse");
    delete(true).unwrap();
    assert_eq!(code(delete(true)), "InvalidScalingGroupId.NotFound");
    assert_eq!(cloud.api.describe_clock().unwrap(), crate::base::Time::START, "an empty world is a new one");
}

#[test]
fn g20_executing_a_rule_changes_the_capacity_within_the_sizes() {
    use AdjustmentType::{PercentChangeInCapacity, QuantityChangeInCapacity, TotalCapacity};
    for (adjustment_type, value, min_magnitude, expected) in [
        (PercentChangeInCapacity, 50, None, 10),
        (PercentChangeInCapacity, -10, None, 6),
        (PercentChangeInCapacity, 10, Some(3), 10),
        (PercentChangeInCapacity, 0, Some(3), 7),
        (QuantityChangeInCapacity, -3, None, 4),
        (QuantityChangeInCapacity, -9, None, 1),
        (TotalCapacity, 9, None, 9),
        (TotalCapacity, 100, None, 12),
    ] {
        let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
        let request = CreateScalingGroupRequest { sizes: sizes(1, 12, 7), ..group(MultiAzPolicy::Priority, 7) };
        let made = cloud.launched(&request, content(SpotStrategy::NoSpot));
        let adjustment = Some(ScalingAdjustment { adjustment_type, value, min_magnitude });
        let scaling_group_id = Some(made.scaling_group_id.clone());
        let rule = CreateScalingRuleRequest { scaling_group_id, adjustment, ..CreateScalingRuleRequest::default() };
        let rule = cloud.api.create_scaling_rule(&rule).unwrap();
        assert!(rule.ari.ends_with(rule.scaling_rule_id.as_str()), "{}", rule.ari);
        let execution = cloud.api.execute_scaling_rule(&rule.scaling_rule_id).unwrap();
        assert_eq!(execution.group.instances.len(), expected, "{adjustment_type:?} {value}");
        assert_eq!(execution.changed_instance_ids.len(), expected.abs_diff(7), "{adjustment_type:?} {value}");
        assert_eq!(execution.has_changed_anything(), expected != 7, "{adjustment_type:?} {value}");
    }
}

#[test]
fn g20_rules_are_checked_and_go_with_their_group() {
    let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 50 }] }));
    let made = cloud.scaling_group(&group(MultiAzPolicy::Priority, 1));
    let create = |adjustment| {
        let scaling_group_id = Some(made.scaling_group_id.clone());
        let request = CreateScalingRuleRequest { scaling_group_id, adjustment, ..CreateScalingRuleRequest::default() };
        cloud.api.create_scaling_rule(&request)
    };
    let adjustment =
        |value| Some(ScalingAdjustment { adjustment_type: AdjustmentType::TotalCapacity, value, min_magnitude: None });
    assert_eq!(code(create(adjustment(-1))), "InvalidParameter");
    let rule = create(adjustment(1)).unwrap().scaling_rule_id;
    assert_eq!(code(cloud.api.execute_scaling_rule(&rule)), "IncorrectScalingGroupStatus");
    let by_metric = create(None).unwrap().scaling_rule_id;
    assert_eq!(code(cloud.api.execute_scaling_rule(&by_metric)), "InvalidParameter");
    cloud.api.delete_scaling_rule(&by_metric).unwrap();
    let scaling_group_id = made.scaling_group_id.clone();
    cloud.api.delete_scaling_group(&DeleteScalingGroupRequest { scaling_group_id, force_delete: false }).unwrap();
    assert_eq!(code(cloud.api.delete_scaling_rule(&rule)), "InvalidScalingRuleId.NotFound");
}

/// A zone loses its supply for three hours: its spot instances are reclaimed, and each policy goes on in the other zone.
#[test]
fn g16_a_zone_outage_moves_a_group_to_the_other_zone_and_its_end_moves_nothing() {
    for (policy, before, after) in [
        (MultiAzPolicy::Priority, [6, 0], [0, 6]),
        (MultiAzPolicy::Balance, [3, 3], [0, 6]),
        (MultiAzPolicy::CostOptimized, [6, 0], [0, 6]),
        (MultiAzPolicy::Composable, [6, 0], [0, 6]),
    ] {
        let cloud = TestCloud::new(json!({
            "stock": [{ "pay_as_you_go": 0, "spot": 20 }],
            "prices": [{ "spot": "0.2" }, { "zone_id": ZONES[0], "spot": "0.1" }],
            "events": [{ "at": "3h", "stock": { "zone_id": ZONES[0], "spot": 0 } },
                { "at": "6h", "stock": { "zone_id": ZONES[0], "spot": 20 } }]
        }));
        let allocation = ScalingAllocation { on_demand_percentage: Some(0), ..ScalingAllocation::default() };
        let request = CreateScalingGroupRequest { allocation, ..group(policy, 6) };
        let made = cloud.launched(&request, content(SpotStrategy::SpotAsPriceGo));
        let in_zones = |group: &ScalingGroup| {
            ZONES.map(|zone| group.instances.iter().filter(|instance| instance.zone_id.as_str() == zone).count())
        };
        assert_eq!(in_zones(&made), before, "{policy:?}");
        for clock in ["4h", "9h"] {
            cloud.at(clock);
            assert_eq!(in_zones(&cloud.scaling(&made)), after, "{policy:?} at {clock}");
        }
    }
}

#[test]
fn g15_patterns_find_types_after_the_named_ones() {
    let cloud =
        TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 1 }, { "instance_type": TYPES[0], "pay_as_you_go": 2 }] }));
    let mut found = content(SpotStrategy::NoSpot);
    found.instance_types = vec![named(TYPES[0], None)];
    found.patterns = vec![InstancePattern {
        filters: TypeFilters {
            cores: vec![2],
            memories: vec!["8".to_owned()],
            excluded_instance_types: vec!["ecs.g6*".to_owned()],
            ..TypeFilters::default()
        },
        max_price: None,
    }];
    let request =
        CreateScalingGroupRequest { vswitch_ids: vec!["vsw-cn-heyuan-a".into()], ..group(MultiAzPolicy::Priority, 4) };
    let made = cloud.launched(&request, found);
    let types: Vec<&str> = made.instances.iter().map(|instance| instance.instance_type.as_str()).collect();
    assert_eq!(types[..2], [TYPES[0]; 2]);
    assert!(
        types.len() == 4 && !types[2..].iter().any(|name| name.starts_with("ecs.g6") || *name == TYPES[0]),
        "{types:?}"
    );
}

/// Groups that time brings forward one step or six at once are the same, as all that time does (W5).
#[test]
fn g16_one_long_step_does_what_many_short_ones_do() {
    let run = |clocks: &[&str]| {
        let cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 3 }] }));
        let allocation = ScalingAllocation { on_demand_base: Some(3), ..ScalingAllocation::default() };
        let request = CreateScalingGroupRequest { allocation, ..group(MultiAzPolicy::CostOptimized, 40) };
        let made = cloud.launched(&request, content(SpotStrategy::SpotAsPriceGo));
        for clock in clocks {
            cloud.at(clock);
            cloud.scaling(&made);
        }
        let group = cloud.scaling(&made);
        (group.instances, group.fulfilled_capacity)
    };
    let hours: Vec<String> = (1..=72).map(|hour| format!("{hour}h")).collect();
    let hours: Vec<&str> = hours.iter().map(String::as_str).collect();
    assert_eq!(run(&["72h"]), run(&hours));
}

/// `EnableScalingGroup` and `DisableScalingGroup` do what a configuration's `enable` does, and each is refused where it
/// changes nothing. A group made disabled waits for it with its template.
#[test]
fn g19_a_group_is_enabled_and_disabled_by_itself() {
    let cloud = TestCloud::new(json!({}));
    let group = cloud.scaling_group(&group(MultiAzPolicy::Priority, 2));
    let id = &group.scaling_group_id;
    let enable = |active: Option<&ScalingConfigurationId>| {
        cloud.api.enable_scaling_group(&EnableScalingGroupRequest {
            scaling_group_id: id.clone(),
            active_configuration_id: active.cloned(),
        })
    };
    assert_eq!(code(enable(None)), "IncorrectScalingGroupStatus");
    let arguments = ScalingConfigurationArguments { content: content(SpotStrategy::NoSpot), ..Default::default() };
    let configuration = cloud.configure(&group, arguments).scaling_configuration_id;
    assert_eq!(code(enable(None)), "IncorrectScalingGroupStatus");
    assert_eq!(code(enable(Some(&"asc-none".into()))), "InvalidScalingConfigurationId.NotFound");
    let enabled = enable(Some(&configuration)).unwrap();
    assert_eq!((enabled.is_enabled, enabled.fulfilled_capacity), (true, decimal("2")));
    assert_eq!(enabled.active_configuration_id, Some(configuration));
    assert_eq!(code(enable(None)), "IncorrectScalingGroupStatus");

    cloud.api.disable_scaling_group(id).unwrap();
    assert_eq!(code(cloud.api.disable_scaling_group(id)), "IncorrectScalingGroupStatus");
    assert_eq!(cloud.resize_scaling(&group, sizes(0, 9, 3)).fulfilled_capacity, decimal("2"));
    assert_eq!(enable(None).unwrap().fulfilled_capacity, decimal("3"));
    let kinds: Vec<&str> = cloud.api.describe_scaling_activities(id).unwrap().iter().map(|a| a.kind.name()).collect();
    assert_eq!(kinds, ["CreateScalingGroup", "EnableScalingGroup", "EnableScalingGroup"]);
}

/// A change that depends on what there is sees the object in the same transaction.
#[test]
fn a_change_sees_what_it_changes() {
    let cloud = TestCloud::new(json!({}));
    let made = cloud.launched(&group(MultiAzPolicy::Priority, 2), content(SpotStrategy::NoSpot));
    let grown = cloud.api.modify_scaling_group_as(&made.scaling_group_id, &|before| {
        let sizes = GroupSizes { desired: before.sizes.desired.map(|desired| desired + 1), ..before.sizes };
        Ok(ModifyScalingGroupRequest { sizes: Some(sizes), ..ModifyScalingGroupRequest::default() })
    });
    assert_eq!(grown.unwrap().fulfilled_capacity, decimal("3"));
    let refused = cloud.api.modify_scaling_group_as(&made.scaling_group_id, &|_| {
        Err(CloudError::new(codes::INVALID_PARAMETER, "not this"))
    });
    assert_eq!(code(refused), codes::INVALID_PARAMETER);
    assert_eq!(cloud.scaling(&made).fulfilled_capacity, decimal("3"));
}
