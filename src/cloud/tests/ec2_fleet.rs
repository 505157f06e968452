//! EC2's fleets.

use serde_json::{Value, json};

use super::test_cloud::{TestCloud, code, decimal};
use crate::base::{ApiEnum, Billing, Decimal, KeyPairName, Seed};
use crate::cloud::CloudError;
use crate::cloud::model::{
    Bounds, Capacity, CreateFleetRequest, CreateSecurityGroupRequest, DeleteFleetRequest,
    DescribeAutoProvisioningGroupsRequest, Ec2Fleet, FleetLaunchTemplateConfig, FleetOnDemandStrategy, FleetOverride,
    FleetSpotStrategy, FleetState, FleetUnit, GroupType, Inclusion, InstanceRequirements, InstanceSelection,
    LaunchConfiguration, LaunchTemplateContent, ModifyFleetRequest,
};

const ZONE: &str = "us-west-2a";
const TYPES: [&str; 10] = [
    "m5.large",
    "c5.large",
    "r5.large",
    "m6i.large",
    "c6i.large",
    "r6i.large",
    "m5a.large",
    "m5.xlarge",
    "c5.xlarge",
    "r5.xlarge",
];

/// A pool of a test: price in cents, weight, free instances, priority.
#[derive(Clone, Copy, Debug)]
struct Pool {
    cents: u32,
    weight: u32,
    free: u32,
    priority: Option<u32>,
}

fn pool(cents: u32, weight: u32, free: u32) -> Pool {
    Pool { cents, weight, free, priority: None }
}

/// A market with these pools in one zone, the same for both billings, except that spot prices are a tenth.
fn market(pools: &[Pool]) -> Value {
    let of = |value: &dyn Fn(&Pool) -> Value| -> Vec<Value> {
        let named = pools.iter().zip(TYPES).map(|(pool, name)| {
            let mut row = value(pool);
            row["zone_id"] = ZONE.into();
            row["instance_type"] = name.into();
            row
        });
        named.collect()
    };
    json!({
        "stock": of(&|pool| json!({ "pay_as_you_go": pool.free, "spot": pool.free })),
        "prices": of(&|pool| json!({
            "pay_as_you_go": Decimal::new(i64::from(pool.cents), 2).to_string(),
            "spot": Decimal::new(i64::from(pool.cents), 3).to_string(),
        })),
    })
}

fn template() -> LaunchTemplateContent {
    LaunchTemplateContent {
        launch: LaunchConfiguration {
            image_id: Some("ami-0a1b2c3d4e5f60718".into()),
            ..LaunchConfiguration::default()
        },
        ..LaunchTemplateContent::default()
    }
}

fn fleet_of(pools: &[Pool], on_demand: u32, spot: u32) -> CreateFleetRequest {
    let overrides = pools.iter().zip(TYPES).map(|(pool, name)| FleetOverride {
        instance_type: Some(name.into()),
        zone_id: Some(ZONE.into()),
        weighted_capacity: Some(pool.weight.into()),
        priority: pool.priority,
        ..FleetOverride::default()
    });
    fleet_with(overrides.collect(), on_demand, spot)
}

fn fleet_with(overrides: Vec<FleetOverride>, on_demand: u32, spot: u32) -> CreateFleetRequest {
    CreateFleetRequest {
        fleet_type: GroupType::Instant,
        capacity: Capacity {
            total: on_demand + spot,
            pay_as_you_go: on_demand,
            spot,
            default_type: Billing::PayAsYouGo,
        },
        configs: vec![FleetLaunchTemplateConfig { template: template(), overrides }],
        ..CreateFleetRequest::default()
    }
}

fn cloud(pools: &[Pool]) -> TestCloud {
    TestCloud::in_region("us-west-2", market(pools))
}

fn launched(pools: &[Pool], request: &CreateFleetRequest) -> Ec2Fleet {
    cloud(pools).api.create_fleet(request).unwrap()
}

/// Instances by pool.
fn amounts(pools: &[Pool], fleet: &Ec2Fleet) -> Vec<usize> {
    let of_type = |name: &str| {
        let rows = fleet.instances.iter().filter(|row| row.pool.instance_type.as_str() == name);
        rows.map(|row| row.instance_ids.len()).sum()
    };
    TYPES[..pools.len()].iter().map(|name| of_type(name)).collect()
}

/// `m5.large spot InsufficientInstanceCapacity`
fn errors(fleet: &Ec2Fleet) -> Vec<String> {
    let text = |error: &crate::cloud::model::FleetError| {
        format!("{} {} {}", error.pool.instance_type, error.pool.billing.api_name(), error.code)
    };
    fleet.errors.iter().map(text).collect()
}

fn spot_amounts(strategy: FleetSpotStrategy, pools: &[Pool], target: u32) -> Vec<usize> {
    let mut request = fleet_of(pools, 0, target);
    request.spot.strategy = strategy;
    amounts(pools, &launched(pools, &request))
}

// The vectors of EC2's guide (G4, G22).
#[test]
fn g22_weights_prices_and_splits_are_those_of_the_guide() {
    use FleetSpotStrategy::{Diversified, LowestPrice};
    for (target, weight, instances) in
        [(10, 2, 5), (10, 8, 2), (24, 6, 4), (24, 5, 5), (30, 8, 4), (5, 3, 2), (4, 3, 2), (7, 4, 2), (1, 8, 1)]
    {
        assert_eq!(spot_amounts(LowestPrice, &[pool(10, weight, 50)], target), [instances], "{target}/{weight}");
    }
    let unit_price = [pool(5, 2, 50), pool(10, 8, 50)];
    assert_eq!(spot_amounts(LowestPrice, &unit_price, 10), [0, 2]);
    assert_eq!(spot_amounts(LowestPrice, &unit_price, 1), [1, 0], "one of any is more than the target");
    assert_eq!(spot_amounts(Diversified, &[pool(12, 8, 50), pool(10, 8, 50), pool(11, 8, 50)], 30), [1, 2, 1]);
    assert_eq!(spot_amounts(Diversified, &[pool(10, 1, 50); 10], 100), [10; 10]);
}

#[test]
fn g22_lowest_price_over_several_pools_and_what_spills_over() {
    let pools = [pool(30, 1, 2), pool(31, 1, 9), pool(32, 1, 9)];
    let mut request = fleet_of(&pools, 0, 8);
    request.spot.pools_to_use = Some(2);
    let fleet = launched(&pools, &request);
    assert_eq!(amounts(&pools, &fleet), [2, 6, 0]);
    assert_eq!(errors(&fleet), ["m5.large Spot InsufficientInstanceCapacity"], "also if the target was met");
    request.spot.pools_to_use = None;
    assert_eq!(amounts(&pools, &launched(&pools, &request)), [2, 6, 0]);
    request.spot.strategy = FleetSpotStrategy::Diversified;
    assert_eq!(
        code(cloud(&pools).api.create_fleet(&CreateFleetRequest {
            spot: crate::cloud::model::FleetSpotOptions { pools_to_use: Some(2), ..request.spot.clone() },
            ..request
        })),
        "InvalidParameterCombination"
    );
}

#[test]
fn g22_diversified_passes_over_pools_whose_spot_price_is_not_below_the_on_demand_price() {
    let pools = [pool(10, 1, 9), pool(20, 1, 9)];
    let mut market = market(&pools);
    market["prices"][0]["spot"] = "0.1".into();
    let mut request = fleet_of(&pools, 0, 4);
    request.spot.strategy = FleetSpotStrategy::Diversified;
    let fleet = TestCloud::in_region("us-west-2", market).api.create_fleet(&request).unwrap();
    assert_eq!((amounts(&pools, &fleet), errors(&fleet)), (vec![0, 4], Vec::new()));
}

/// What a strategy launches, one instance after the other, in whole numbers.
fn reference(strategy: FleetSpotStrategy, pools: &[Pool], target: u32) -> Vec<usize> {
    let mut amounts = vec![0_usize; pools.len()];
    let units = |amounts: &[usize]| -> u32 {
        pools.iter().zip(amounts).map(|(pool, amount)| pool.weight * u32::try_from(*amount).unwrap()).sum()
    };
    // Cheaper per unit first, then the order of the request.
    let mut cheapest: Vec<usize> = (0..pools.len()).collect();
    cheapest.sort_by_key(|index| pools[*index].cents * 60 / pools[*index].weight);
    let order: Vec<usize> = match strategy {
        FleetSpotStrategy::LowestPrice if pools.iter().all(|pool| pool.weight > target) => {
            let mut order = cheapest.clone();
            order.sort_by_key(|index| pools[*index].cents);
            order
        }
        FleetSpotStrategy::LowestPrice | FleetSpotStrategy::Diversified => cheapest,
        FleetSpotStrategy::CapacityOptimized => {
            cheapest.sort_by_key(|index| u32::MAX - pools[*index].free);
            cheapest
        }
        FleetSpotStrategy::CapacityOptimizedPrioritized => {
            let suffices = |index: &usize| pools[*index].free * pools[*index].weight >= target;
            let (mut enough, mut rest): (Vec<usize>, Vec<usize>) = cheapest.into_iter().partition(suffices);
            enough.sort_by_key(|index| pools[*index].priority.unwrap_or(u32::MAX));
            rest.sort_by_key(|index| (u32::MAX - pools[*index].free, pools[*index].priority.unwrap_or(u32::MAX)));
            enough.extend(rest);
            enough
        }
        FleetSpotStrategy::PriceCapacityOptimized => {
            let mut order = Vec::new();
            while !cheapest.is_empty() {
                let fullest = cheapest.iter().map(|index| pools[*index].free).max().unwrap();
                let is_deep = |index: &usize| {
                    let Pool { weight, free, .. } = pools[*index];
                    free / 2 * weight >= target || free * 2 >= fullest
                };
                let (deep, rest): (Vec<usize>, Vec<usize>) = cheapest.into_iter().partition(is_deep);
                order.extend(deep);
                cheapest = rest;
            }
            order
        }
    };
    let spreads = strategy == FleetSpotStrategy::Diversified;
    while units(&amounts) < target {
        let open = order.iter().copied().filter(|index| amounts[*index] < pools[*index].free as usize);
        let units_of = |index: &usize| if spreads { amounts[*index] * pools[*index].weight as usize } else { 0 };
        let Some(next) = open.min_by_key(units_of) else { break };
        amounts[next] += 1;
    }
    amounts
}

#[test]
fn g22_every_strategy_launches_what_an_independent_reference_does() {
    let seed = Seed::new(7);
    let mut draws = 0;
    let mut below = |bound: u64| {
        draws += 1;
        u32::try_from(seed.draw(draws) % bound).unwrap()
    };
    for round in 0..40 {
        let pools: Vec<Pool> = (0..2 + below(4))
            .map(|_| Pool {
                cents: 10 * (1 + below(9)),
                weight: [1, 2, 3, 4][below(4) as usize],
                free: below(9),
                priority: [None, Some(0), Some(1), Some(2)][below(4) as usize],
            })
            .collect();
        let target = 1 + below(20);
        for strategy in FleetSpotStrategy::ALL {
            let expected = reference(*strategy, &pools, target);
            assert_eq!(spot_amounts(*strategy, &pools, target), expected, "{round} {strategy:?} {target} {pools:?}");
        }
    }
}

#[test]
fn g22_on_demand_follows_priorities_or_prices_whatever_the_spot_strategy() {
    let mut pools = [pool(10, 1, 9), pool(30, 1, 9), pool(20, 1, 2)];
    (pools[1].priority, pools[2].priority) = (Some(1), Some(0));
    let mut request = fleet_of(&pools, 3, 0);
    request.spot.strategy = FleetSpotStrategy::Diversified;
    assert_eq!(amounts(&pools, &launched(&pools, &request)), [3, 0, 0]);
    request.on_demand.strategy = FleetOnDemandStrategy::Prioritized;
    let fleet = launched(&pools, &request);
    assert_eq!(amounts(&pools, &fleet), [0, 1, 2]);
    assert_eq!(errors(&fleet), ["r5.large PayAsYouGo InsufficientInstanceCapacity"]);
}

#[test]
fn g21_the_gap_belongs_to_the_default_type_and_targets_do_not_make_up_for_each_other() {
    let pools = [pool(10, 1, 2)];
    let mut request = fleet_of(&pools, 1, 1);
    (request.capacity.total, request.capacity.default_type) = (6, Billing::Spot);
    let fleet = launched(&pools, &request);
    let counts: Vec<(&str, usize)> =
        fleet.instances.iter().map(|row| (row.pool.billing.api_name(), row.instance_ids.len())).collect();
    assert_eq!(counts, [("PayAsYouGo", 1), ("Spot", 2)]);
    assert_eq!(errors(&fleet), ["m5.large Spot InsufficientInstanceCapacity"]);
}

#[test]
fn g21_ids_have_ec2s_form_and_the_group_is_not_listed_among_auto_provisioning_groups() {
    let test_cloud = cloud(&[pool(10, 1, 9)]);
    let fleet = test_cloud.api.create_fleet(&fleet_of(&[pool(10, 1, 9)], 1, 0)).unwrap();
    let id = fleet.fleet_id.as_str();
    assert!(id.len() == 42 && id.starts_with("fleet-") && id.matches('-').count() == 5, "{id}");
    let instance = fleet.instances[0].instance_ids[0].as_str();
    assert!(instance.len() == 19 && instance[2..].bytes().all(|byte| byte.is_ascii_hexdigit()), "{instance}");
    assert_eq!(fleet.group.instances[0].tags["aws:ec2:fleet-id"], id);
    let listed = test_cloud.api.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default());
    assert!(listed.unwrap().is_empty());
}

#[test]
fn g21_pools_have_the_image_and_key_pair_of_their_template_and_every_zone_where_none_is_named() {
    let test_cloud = TestCloud::in_region("us-west-2", json!({ "key_pairs": [{ "name": "second" }] }));
    let mut arm = template();
    arm.launch.image_id = Some("ami-0b2c3d4e5f6071829".into());
    arm.launch.key_pair_name = Some("second".into());
    arm.instance_type = Some("m6g.large".into());
    let mut request = fleet_of(&[pool(10, 1, 9)], 0, 8);
    request.spot.strategy = FleetSpotStrategy::Diversified;
    request.configs[0].overrides[0].zone_id = None;
    request.configs.push(FleetLaunchTemplateConfig { template: arm, overrides: Vec::new() });
    let fleet = test_cloud.api.create_fleet(&request).unwrap();
    assert_eq!(fleet.instances.len(), 8, "four zones, two types");
    for instance in &fleet.group.instances {
        let expected = match instance.instance_type.as_str() {
            "m5.large" => ("ami-0a1b2c3d4e5f60718", None),
            _ => ("ami-0b2c3d4e5f6071829", Some("second")),
        };
        let key = instance.key_name.as_ref().map(KeyPairName::as_str);
        assert_eq!((instance.image_id.as_str(), key), expected);
    }
    let second = fleet.instances.iter().find(|row| row.pool.instance_type.as_str() == "m6g.large").unwrap();
    assert_eq!((second.pool.config, second.pool.override_index), (1, None));
}

/// Once the groups, user data and tags of the first template were those of every instance.
#[test]
fn g21_instances_have_groups_user_data_and_tags_of_the_template_that_launched_them() {
    let test_cloud = TestCloud::in_region("us-west-2", json!({}));
    let templates = [("m5.large", "first", 0), ("c5.large", "second", 5)].map(|(name, text, bandwidth)| {
        let request =
            CreateSecurityGroupRequest { name: Some(text.to_owned()), ..CreateSecurityGroupRequest::default() };
        let group = test_cloud.api.create_security_group(&request).unwrap().security_group_id;
        let mut template = template();
        template.instance_type = Some(name.into());
        template.zone_id = Some(ZONE.into());
        template.launch.security_group_ids = [group].into();
        template.launch.user_data = Some(text.into());
        template.launch.tags = [("from".to_owned(), text.to_owned())].into();
        template.launch.internet_max_bandwidth_out = bandwidth;
        template
    });
    let mut request = fleet_with(Vec::new(), 0, 2);
    request.spot.strategy = FleetSpotStrategy::Diversified;
    request.instance_tags = [("of".to_owned(), "fleet".to_owned())].into();
    request.configs =
        templates.clone().map(|template| FleetLaunchTemplateConfig { template, overrides: Vec::new() }).into();
    let fleet = test_cloud.api.create_fleet(&request).unwrap();
    assert_eq!(fleet.group.instances.len(), 2);
    let listed = test_cloud.api.describe_instance_records(None).unwrap().records;
    for record in listed {
        let instance = record.placed.instance;
        let template =
            templates.iter().find(|one| one.instance_type.as_ref() == Some(&instance.instance_type)).unwrap();
        assert_eq!(instance.security_group_ids, template.launch.security_group_ids);
        assert_eq!(instance.public_ip.is_some(), template.launch.internet_max_bandwidth_out > 0);
        assert_eq!(instance.tags["from"], template.launch.tags["from"]);
        assert_eq!(
            (instance.tags["of"].as_str(), instance.tags["aws:ec2:fleet-id"].as_str()),
            ("fleet", fleet.fleet_id.as_str())
        );
        let metadata = test_cloud.api.describe_instance_metadata(&instance.instance_id).unwrap();
        assert_eq!(metadata.user_data, template.launch.user_data);
    }
    // A group that is gone is missed whichever template names it.
    request.configs[1].template.launch.security_group_ids = ["sg-0123456789abcdef0".into()].into();
    assert_eq!(code(test_cloud.api.create_fleet(&request)), "InvalidSecurityGroupId.NotFound");
}

#[test]
fn g23_a_single_type_or_zone_is_the_one_that_delivers_most() {
    let pools = [pool(10, 1, 3), pool(30, 1, 9), pool(20, 1, 9)];
    let mut request = fleet_of(&pools, 0, 6);
    request.spot.limits.single_instance_type = true;
    assert_eq!(amounts(&pools, &launched(&pools, &request)), [0, 0, 6], "of equal ones the cheapest");
    request.capacity.total = 3;
    request.capacity.spot = 3;
    assert_eq!(amounts(&pools, &launched(&pools, &request)), [3, 0, 0]);
    request.fleet_type = GroupType::Maintain;
    assert_eq!(code(cloud(&pools).api.create_fleet(&request)), "InvalidParameterCombination");

    let mut market = market(&[pool(10, 1, 2)]);
    market["stock"].as_array_mut().unwrap().push(json!({
        "zone_id": "us-west-2b", "instance_type": "m5.large", "pay_as_you_go": 5, "spot": 5
    }));
    let mut request = fleet_of(&[pool(10, 1, 2)], 4, 0);
    let mut elsewhere = request.configs[0].overrides[0].clone();
    elsewhere.zone_id = Some("us-west-2b".into());
    request.configs[0].overrides.push(elsewhere);
    let zones = |request: &CreateFleetRequest| -> Vec<String> {
        let fleet = TestCloud::in_region("us-west-2", market.clone()).api.create_fleet(request).unwrap();
        fleet.instances.iter().map(|row| format!("{} {}", row.pool.zone_id, row.instance_ids.len())).collect()
    };
    request.on_demand.limits.single_availability_zone = true;
    assert_eq!(zones(&request), ["us-west-2b 4"]);
}

#[test]
fn g23_below_the_minimum_a_billing_launches_nothing_and_the_other_is_not_concerned() {
    let pools = [pool(10, 1, 3)];
    let mut request = fleet_of(&pools, 2, 6);
    request.spot.limits.min_target_capacity = Some(4);
    assert_eq!(code(cloud(&pools).api.create_fleet(&request)), "InvalidParameterCombination");
    request.spot.limits.single_instance_type = true;
    let fleet = launched(&pools, &request);
    assert_eq!(amounts(&pools, &fleet), [2]);
    assert_eq!(errors(&fleet), ["m5.large Spot UnfulfillableCapacity"]);
    request.spot.limits.min_target_capacity = Some(3);
    assert_eq!(amounts(&pools, &launched(&pools, &request)), [5]);
}

#[test]
fn g23_launching_stops_before_the_total_price_is_exceeded() {
    for (most, expected) in [("1.50", 10), ("0.80", 8), ("0.79", 7), ("0.05", 0)] {
        let pools = [pool(10, 1, 20)];
        let mut request = fleet_of(&pools, 10, 0);
        request.on_demand.limits.max_total_price = Some(decimal(most));
        let fleet = launched(&pools, &request);
        assert_eq!(amounts(&pools, &fleet), [expected], "{most}");
        assert_eq!(fleet.errors.is_empty(), expected > 0, "{most}");
    }
}

#[test]
fn g23_the_ceiling_of_an_override_is_per_unit() {
    let pools = [pool(100, 2, 9), pool(100, 1, 9)];
    let mut request = fleet_of(&pools, 0, 4);
    for one in &mut request.configs[0].overrides {
        one.max_price = Some(decimal("0.05"));
    }
    let fleet = launched(&pools, &request);
    assert_eq!(amounts(&pools, &fleet), [2, 0]);
    assert_eq!(errors(&fleet), ["c5.large Spot SpotMaxPriceTooLow"]);
    request.configs[0].overrides[0].max_price = Some(decimal("0.001"));
    assert_eq!(code(cloud(&pools).api.create_fleet(&request)), "InvalidParameterValue");
}

fn requirements() -> InstanceRequirements {
    let exactly = |number: i64| Bounds { min: Some(number.into()), max: Some(number.into()) };
    InstanceRequirements { vcpus: exactly(2), memory_mib: exactly(8192), ..InstanceRequirements::default() }
}

/// The types of the pools that requirements stand for in one zone.
fn types_of(requirements: InstanceRequirements) -> Vec<String> {
    let one =
        FleetOverride { requirements: Some(requirements), zone_id: Some(ZONE.into()), ..FleetOverride::default() };
    let test_cloud = TestCloud::in_region("us-west-2", json!({}));
    let fleet = test_cloud.api.create_fleet(&fleet_with(vec![one], 0, 1)).unwrap();
    fleet.group.request.configs.iter().map(|config| config.instance_type.as_ref().unwrap().to_string()).collect()
}

#[test]
fn g24_attributes_stand_for_the_types_that_have_them_and_run_the_image() {
    let found = types_of(requirements());
    for name in ["m5.large", "m6i.large", "m7i.large", "m7a.large", "m8i.large"] {
        assert!(found.iter().any(|known| known == name), "{name} in {found:?}");
    }
    for name in ["m6g.large", "t3.large", "c5.xlarge", "ecs.g7.large"] {
        assert!(!found.iter().any(|known| known == name), "{name} in {found:?}");
    }
    let of = |change: fn(&mut InstanceRequirements)| {
        let mut wanted = requirements();
        change(&mut wanted);
        types_of(wanted)
    };
    assert!(of(|wanted| wanted.burstable_performance = Inclusion::Required).iter().all(|name| name.starts_with('t')));
    let amd = of(|wanted| wanted.cpu_manufacturers = ["amd".to_owned()].into());
    assert!(!amd.is_empty() && amd.iter().all(|name| name.starts_with("m5a") || name.contains("a.")), "{amd:?}");
    assert_eq!(of(|wanted| wanted.allowed_instance_types = vec!["m5.*".to_owned()]), ["m5.large"]);
    let old = of(|wanted| wanted.instance_generations = ["previous".to_owned()].into());
    assert!(old.contains(&"m4.large".to_owned()) && !old.contains(&"m5.large".to_owned()), "{old:?}");
    let gpu = types_of(InstanceRequirements {
        accelerator_names: ["t4".to_owned()].into(),
        vcpus: Bounds { max: Some(8.into()), min: None },
        ..InstanceRequirements::default()
    });
    assert_eq!(gpu, ["g4dn.2xlarge", "g4dn.xlarge"]);
}

#[test]
fn g24_price_protection_keeps_dear_pools_out_of_on_demand_passes() {
    let pools = [pool(10, 1, 1), pool(13, 1, 9), pool(12, 1, 1)];
    let with = |percentage| {
        let one = FleetOverride {
            requirements: Some(InstanceRequirements {
                allowed_instance_types: TYPES[..3].iter().map(|name| (*name).to_owned()).collect(),
                on_demand_max_price_percentage: percentage,
                ..InstanceRequirements::default()
            }),
            zone_id: Some(ZONE.into()),
            ..FleetOverride::default()
        };
        amounts(&pools, &launched(&pools, &fleet_with(vec![one], 4, 0)))
    };
    assert_eq!(with(None), [1, 0, 1], "20 % above 0.10 is 0.12");
    assert_eq!(with(Some(30)), [1, 2, 1]);
    assert_eq!(with(Some(999_999)), [1, 2, 1]);
}

/// Overrides with requirements that only some of the types have, and with a change of them.
fn overrides_with_requirements(types: &[&str], change: impl Fn(&mut InstanceRequirements)) -> Vec<FleetOverride> {
    let mut requirements = InstanceRequirements {
        allowed_instance_types: types.iter().map(|name| (*name).to_owned()).collect(),
        ..InstanceRequirements::default()
    };
    change(&mut requirements);
    vec![FleetOverride { requirements: Some(requirements), zone_id: Some(ZONE.into()), ..FleetOverride::default() }]
}

#[test]
fn g24_spot_prices_may_be_limited_by_the_cheapest_on_demand_price() {
    let pools = [pool(10, 1, 1), pool(13, 1, 9), pool(12, 1, 1)];
    let with = |percent| {
        let overrides = overrides_with_requirements(&TYPES[..3], |wanted| {
            wanted.spot_max_price_percentage_of_on_demand = Some(percent);
        });
        amounts(&pools, &launched(&pools, &fleet_with(overrides, 0, 4)))
    };
    assert_eq!(with(10), [1, 0, 0], "10 % of 0.10 is 0.010");
    assert_eq!(with(12), [1, 0, 1]);
    assert_eq!(with(13), [1, 2, 1]);
    let both = overrides_with_requirements(&TYPES[..3], |wanted| {
        wanted.spot_max_price_percentage_of_on_demand = Some(50);
        wanted.spot_max_price_percentage = Some(50);
    });
    assert_eq!(code(cloud(&pools).api.create_fleet(&fleet_with(both, 0, 1))), "InvalidParameterCombination");
}

#[test]
fn g24_a_target_in_vcpus_or_memory_weighs_types_by_what_they_have() {
    // `m5.large` and `m5.xlarge`: the larger one is cheaper for what it has.
    let mut pools = [pool(10, 1, 9); 8];
    pools[7] = pool(16, 1, 1);
    let overrides = |percent| {
        overrides_with_requirements(&[TYPES[0], TYPES[7]], |wanted| {
            wanted.on_demand_max_price_percentage = Some(percent);
        })
    };
    for (unit, target) in [(FleetUnit::Vcpu, 10), (FleetUnit::MemoryMib, 40_960)] {
        let request = CreateFleetRequest { unit, ..fleet_with(overrides(30), target, 0) };
        let fleet = launched(&pools, &request);
        assert_eq!(amounts(&pools, &fleet), [3, 0, 0, 0, 0, 0, 0, 1], "{unit:?}");
        assert_eq!(fleet.group.fulfilled_capacity, Decimal::from(target));
        // 0.05 for a vCPU is more than 20 % above 0.04.
        let request = CreateFleetRequest { unit, ..fleet_with(overrides(20), target, 0) };
        assert_eq!(amounts(&pools, &launched(&pools, &request)), [0, 0, 0, 0, 0, 0, 0, 1], "{unit:?}");
    }
    for one in [
        FleetOverride { instance_type: Some("m5.large".into()), ..FleetOverride::default() },
        FleetOverride { weighted_capacity: Some(Decimal::TWO), ..overrides(30).remove(0) },
    ] {
        let request = CreateFleetRequest { unit: FleetUnit::Vcpu, ..fleet_with(vec![one], 1, 0) };
        assert_eq!(code(cloud(&pools).api.create_fleet(&request)), "InvalidParameterCombination");
    }
}

#[test]
fn g25_each_reason_has_ec2s_code() {
    let mut market = market(&[pool(10, 1, 0), pool(20, 1, 9)]);
    market["quotas"] = json!([{ "charge_type": "Spot", "vcpus": 4 }]);
    market["offers"] = json!([{ "zone_id": ZONE, "instance_type": "r5.large", "on_sale": false }]);
    let test_cloud = TestCloud::in_region("us-west-2", market);
    let pools = [pool(10, 1, 0), pool(20, 1, 9), pool(30, 1, 9)];
    let fleet = test_cloud.api.create_fleet(&fleet_of(&pools, 0, 5)).unwrap();
    assert_eq!(amounts(&pools, &fleet), [0, 2, 0]);
    assert_eq!(
        errors(&fleet),
        [
            "m5.large Spot InsufficientInstanceCapacity",
            "c5.large Spot MaxSpotInstanceCountExceeded",
            "r5.large Spot InvalidFleetConfiguration",
        ]
    );
    let nothing = cloud(&[pool(10, 1, 0)]).api.create_fleet(&fleet_of(&[pool(10, 1, 0)], 3, 0)).unwrap();
    assert_eq!(errors(&nothing), ["m5.large PayAsYouGo UnfulfillableCapacity"]);
    assert!(nothing.instances.is_empty());
}

// A token stands for a fleet that got nothing, too (W2, G25).
#[test]
fn g25_w2_a_token_repeats_the_reply() {
    let test_cloud = cloud(&[pool(10, 1, 1)]);
    let request = CreateFleetRequest { client_token: Some("one".to_owned()), ..fleet_of(&[pool(10, 1, 1)], 3, 0) };
    let first = test_cloud.api.create_fleet(&request).unwrap();
    assert_eq!(test_cloud.api.create_fleet(&request).unwrap(), first);
    let other = CreateFleetRequest { fleet_type: GroupType::Request, ..request };
    assert_eq!(code(test_cloud.api.create_fleet(&other)), "IdempotentParameterMismatch");
}

#[test]
fn g12_a_maintained_fleet_replaces_what_is_lost_and_the_others_do_not() {
    for (fleet_type, expected) in [(GroupType::Maintain, 4), (GroupType::Request, 2)] {
        let pools = [pool(10, 1, 9)];
        let test_cloud = cloud(&pools);
        let request = CreateFleetRequest { fleet_type, ..fleet_of(&pools, 1, 3) };
        let made = test_cloud.api.create_fleet(&request).unwrap();
        assert_eq!(amounts(&pools, &made), [4]);
        test_cloud.api.reclaim_spot(&InstanceSelection { count: Some(2), ..InstanceSelection::default() }).unwrap();
        test_cloud.at("2h");
        let fleet = look(&test_cloud, &made).unwrap();
        assert_eq!(amounts(&pools, &fleet), [expected], "{fleet_type:?}");
    }
}

fn look(test_cloud: &TestCloud, fleet: &Ec2Fleet) -> Result<Ec2Fleet, CloudError> {
    let ids = [fleet.fleet_id.clone()].into();
    Ok(test_cloud.api.describe_fleets(Some(&ids))?.remove(0))
}

#[test]
fn g26_a_fleet_is_modified_deleted_and_described_for_two_days() {
    let pools = [pool(10, 1, 9)];
    let test_cloud = cloud(&pools);
    let request = CreateFleetRequest { fleet_type: GroupType::Maintain, ..fleet_of(&pools, 2, 0) };
    let made = test_cloud.api.create_fleet(&request).unwrap();
    let capacity = Capacity { total: 5, pay_as_you_go: 5, spot: 0, default_type: Billing::PayAsYouGo };
    let change = ModifyFleetRequest {
        fleet_id: made.fleet_id.clone(),
        capacity: Some(capacity),
        excess_capacity_termination_policy: None,
    };
    assert_eq!(amounts(&pools, &test_cloud.api.modify_fleet(&change).unwrap()), [5]);
    let delete = |terminate_instances| {
        let fleet_id = made.fleet_id.clone();
        let done = test_cloud.api.delete_fleet(&DeleteFleetRequest { fleet_id, terminate_instances }).unwrap();
        (done.previous, done.current)
    };
    assert_eq!(delete(false), (FleetState::Active, FleetState::DeletedRunning));
    assert_eq!(look(&test_cloud, &made).unwrap().state, FleetState::DeletedRunning);
    assert_eq!(code(test_cloud.api.modify_fleet(&change)), "InvalidFleetId.NotFound");
    assert_eq!(delete(true), (FleetState::DeletedRunning, FleetState::DeletedTerminating));
    // Nothing else is in the world, which is a new one now (W1).
    assert_eq!(code(look(&test_cloud, &made)), "InvalidFleetId.NotFound");
}

#[test]
fn g26_an_instant_fleet_goes_with_its_instances_and_is_listed_by_its_id_alone() {
    let pools = [pool(10, 1, 9)];
    let test_cloud = cloud(&pools);
    let kept =
        test_cloud.api.create_fleet(&CreateFleetRequest { fleet_type: GroupType::Request, ..fleet_of(&pools, 1, 0) });
    let made = test_cloud.api.create_fleet(&fleet_of(&pools, 2, 0)).unwrap();
    let listed = test_cloud.api.describe_fleets(None).unwrap();
    assert_eq!(listed.iter().map(|fleet| &fleet.fleet_id).collect::<Vec<_>>(), [&kept.unwrap().fleet_id]);
    assert_eq!(look(&test_cloud, &made).unwrap(), made);
    let request = DeleteFleetRequest { fleet_id: made.fleet_id.clone(), terminate_instances: false };
    let done = test_cloud.api.delete_fleet(&request).unwrap();
    assert_eq!(done.current, FleetState::DeletedTerminating);
    let ended = look(&test_cloud, &made).unwrap();
    assert_eq!((ended.state, ended.instances.len()), (FleetState::DeletedTerminating, 0));
    test_cloud.at("49h");
    assert_eq!(code(look(&test_cloud, &made)), "InvalidFleetId.NotFound");
}

#[test]
fn g21_requests_that_no_fleet_can_have_are_refused() {
    let pools = [pool(10, 1, 9)];
    let refused = |change: fn(&mut CreateFleetRequest)| {
        let mut request = fleet_of(&pools, 1, 1);
        change(&mut request);
        code(cloud(&pools).api.create_fleet(&request))
    };
    assert_eq!(refused(|request| request.capacity.total = 1), "InvalidParameterCombination");
    assert_eq!(refused(|request| request.capacity = Capacity::default()), "InvalidParameterValue");
    assert_eq!(refused(|request| request.configs.clear()), "InvalidParameterValue");
    let unknown = refused(|request| request.configs[0].template.launch.image_id = Some("ami-nothing".into()));
    assert_eq!(unknown, "InvalidAMIID.NotFound");
    let weight = refused(|request| request.configs[0].overrides[0].weighted_capacity = Some(Decimal::ZERO));
    assert_eq!(weight, "InvalidParameterValue");
    let unknown = refused(|request| request.configs[0].overrides[0].instance_type = Some("m5.huge".into()));
    assert_eq!(unknown, "InvalidParameterValue");
}
