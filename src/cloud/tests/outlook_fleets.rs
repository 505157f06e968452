//! The outlooks of scaling groups and of EC2's fleets are what worlds do, too (M11).

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::outlook::{hours_and_events, rounded};
use super::test_cloud::TestCloud;
use super::test_rng::TestRng;
use crate::base::clock::Span;
use crate::base::{ApiEnum, Billing, Decimal, Time};
use crate::cloud::model::{
    Activation, Capacity, CreateFleetRequest, CreateScalingConfigurationRequest, CreateScalingGroupRequest,
    DescribeCostsRequest, DescribeInstancesRequest, DescribeScalingGroupsRequest, FleetLaunchTemplateConfig,
    FleetMarketLimits, FleetOnDemandOptions, FleetOverride, FleetSpotOptions, FleetSpotStrategy, GroupSizes, GroupType,
    InstanceState, LaunchConfiguration, LaunchTemplateContent, MultiAzPolicy, Outlook, OutlookFleet, OutlookRequest,
    OutlookStart, PoolOrder, ScalingAllocation, ScalingConfigurationArguments, ScalingContent, ScalingInstanceType,
    SpotStrategy,
};
use crate::market::Scenario;

const CASES: u64 = 40;
const IMAGE: &str = "aliyun_3_x64_20G_alibase_20250629.vhd";

/// A region with two zones and two types in which a test launches.
pub(super) struct RegionUnderTest {
    pub(super) region: &'static str,
    zones: [&'static str; 2],
    types: [&'static str; 2],
}

pub(super) const HEYUAN: RegionUnderTest = RegionUnderTest {
    region: "cn-heyuan",
    zones: ["cn-heyuan-a", "cn-heyuan-b"],
    types: ["ecs.g6.large", "ecs.c6.xlarge"],
};
pub(super) const VIRGINIA: RegionUnderTest =
    RegionUnderTest { region: "us-east-1", zones: ["us-east-1a", "us-east-1b"], types: ["m5.large", "c5.xlarge"] };

impl RegionUnderTest {
    /// Little stock, reclaims, and prices that move.
    pub(super) fn scenario(&self, rng: &mut TestRng) -> Value {
        let mut stock = Vec::new();
        for (zone_id, instance_type) in self.zones.iter().flat_map(|zone| self.types.map(|name| (zone, name))) {
            let (pay_as_you_go, spot) = (rng.below(8), rng.below(12));
            stock.push(json!({ "zone_id": zone_id, "instance_type": instance_type,
                "pay_as_you_go": pay_as_you_go, "spot": spot }));
        }
        let mut events = Vec::new();
        for _ in 0..2 + rng.below(5) {
            let at = format!("{}m", 30 + 30 * rng.below(150));
            let zone = rng.pick(&self.zones);
            events.push(match rng.below(3) {
                0 => json!({ "at": at, "reclaim_spot": { "zone_id": zone, "count": rng.below(6) + 1 } }),
                1 => json!({ "at": at, "stock": { "zone_id": zone, "spot": rng.below(9), "pay_as_you_go": rng.below(9) } }),
                _ => json!({ "at": at, "prices": { "zone_id": zone, "spot": format!("0.{}", 1 + rng.below(9)) } }),
            });
        }
        json!({ "seed": rng.below(1_000), "stock": stock, "events": events })
    }
}

fn outlook(place: &RegionUnderTest, json: &Value, fleet: OutlookFleet, compare_strategies: bool) -> Outlook {
    let horizon = Some(Span::from_seconds(3_600 * 80));
    let start = OutlookStart::default();
    let request = OutlookRequest { fleet, start, markets: 1, horizon, compare_strategies, threads: Some(1) };
    TestCloud::in_region(place.region, json.clone()).api.forecast_outlook(&request).unwrap()
}

/// Lets time pass in the world of a fleet that was just made, and holds the outlook against it. `asked` is what the fleet
/// keeps of its parts, with the living units of each.
pub(super) fn assert_is_the_world(
    cloud: &TestCloud,
    shown: &Outlook,
    json: &Value,
    asked: &[u32],
    units: impl Fn() -> Vec<Decimal>,
) -> u32 {
    let context = format!("{json}\n{shown:#?}");
    let running = || -> BTreeSet<String> {
        let all = cloud.api.describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
        let running =
            all.iter().map(|placed| &placed.instance).filter(|instance| instance.state == InstanceState::Running);
        running.map(|instance| instance.instance_id.to_string()).collect()
    };
    let living = |units: &[Decimal]| units.iter().zip(asked).all(|(units, asked)| *units >= Decimal::from(*asked));
    let at_launch = units();
    assert_eq!(shown.figures.fulfilled_capacity.max, rounded(at_launch.iter().sum()), "{context}");
    assert_eq!(shown.figures.fulfilled_share.max, Decimal::from(u8::from(living(&at_launch))), "{context}");
    let end = Time::START.plus(Span::from_seconds(3_600 * 80));
    let (mut lost, mut before, mut shortage, mut longest) = (0, running(), 0, 0);
    let moments = hours_and_events(&Scenario::from_json(json).unwrap(), end);
    for span in moments.windows(2) {
        let seconds = span[1].since(span[0]).seconds();
        shortage = if living(&units()) { 0 } else { shortage + seconds };
        longest = longest.max(shortage);
        cloud.at(&span[1].to_string());
        let now = running();
        lost += before.difference(&now).count();
        before = now;
    }
    let figures = &shown.figures;
    let of = |figure: &Option<crate::cloud::model::Distribution>| figure.as_ref().unwrap().max;
    let costs = cloud.api.describe_costs(&DescribeCostsRequest::default()).unwrap().total.total;
    assert_eq!(of(&figures.lost_instances), Decimal::from(lost), "{context}");
    let hours = rounded(Decimal::from(longest) / Decimal::from(3_600));
    assert_eq!(of(&figures.longest_shortage_hours), hours, "{context}");
    assert_eq!(of(&figures.total_cost), rounded(costs), "{context}");
    u32::try_from(lost).unwrap()
}

pub(super) fn scaling_group(rng: &mut TestRng) -> (CreateScalingGroupRequest, ScalingContent) {
    let desired = 3 + rng.below(14);
    let allocation = ScalingAllocation {
        on_demand_base: rng.is_one_of(2).then(|| rng.below(4)),
        on_demand_percentage: rng.is_one_of(2).then(|| rng.below(101)),
        spot_pools: rng.is_one_of(3).then_some(2),
        compensates_with_on_demand: rng.pick(&[None, Some(true), Some(false)]),
        pay_as_you_go_order: rng.pick(PoolOrder::ALL),
        spot_order: rng.pick(PoolOrder::ALL),
        balances_zones: rng.is_one_of(2),
    };
    let group = CreateScalingGroupRequest {
        sizes: GroupSizes { min: 0, max: 100, desired: Some(desired) },
        vswitch_ids: HEYUAN.zones.map(|zone| format!("vsw-{zone}").as_str().into()).to_vec(),
        multi_az_policy: rng.pick(MultiAzPolicy::ALL),
        allocation,
        ..CreateScalingGroupRequest::default()
    };
    let weighted = rng.is_one_of(2);
    let named = HEYUAN.types.iter().zip(1..).map(|(name, weight)| ScalingInstanceType {
        instance_type: (*name).into(),
        weighted_capacity: weighted.then_some(weight),
        spot_price_limit: None,
    });
    let content = ScalingContent {
        instance_types: named.collect(),
        spot_strategy: rng.pick(&[SpotStrategy::NoSpot, SpotStrategy::SpotAsPriceGo, SpotStrategy::SpotAsPriceGo]),
        launch: LaunchConfiguration { image_id: Some(IMAGE.into()), ..LaunchConfiguration::default() },
        ..ScalingContent::default()
    };
    (group, content)
}

#[test]
fn m11_the_outlook_of_a_scaling_group_is_what_its_world_does() {
    let mut lost = 0;
    for case in 0..CASES {
        let mut rng = TestRng::new("outlook of a scaling group", case);
        let (json, (group, content)) = (HEYUAN.scenario(&mut rng), scaling_group(&mut rng));
        let fleet = OutlookFleet::ScalingGroup(Box::new((group.clone(), content.clone())));
        let shown = outlook(&HEYUAN, &json, fleet, true);
        assert!(shown.strategies.is_empty(), "a scaling group has a policy");
        let cloud = TestCloud::new(json.clone());
        let made = cloud.api.create_scaling_group(&group).unwrap();
        let activation = Activation { active: Some(true), enable: Some(true), substitute: None };
        let arguments = ScalingConfigurationArguments { content, activation, ..Default::default() };
        let scaling_group_id = Some(made.scaling_group_id);
        let configuration = CreateScalingConfigurationRequest { scaling_group_id, arguments };
        cloud.api.create_scaling_configuration(&configuration).unwrap();
        let units = || {
            let groups = cloud.api.describe_scaling_groups(&DescribeScalingGroupsRequest::default()).unwrap();
            vec![groups[0].fulfilled_capacity]
        };
        lost += assert_is_the_world(&cloud, &shown, &json, &[group.sizes.least()], units);
    }
    assert!(lost > 60, "{lost}");
}

pub(super) fn ec2_fleet(rng: &mut TestRng) -> CreateFleetRequest {
    let (pay_as_you_go, spot) = (rng.below(6), 1 + rng.below(16));
    let fleet_type = rng.pick(&[GroupType::Instant, GroupType::Maintain, GroupType::Maintain]);
    let limits = FleetMarketLimits {
        single_availability_zone: fleet_type == GroupType::Instant && rng.is_one_of(2),
        max_total_price: rng.is_one_of(3).then(|| Decimal::new(i64::from(2 + rng.below(9)), 1)),
        ..FleetMarketLimits::default()
    };
    let pools = VIRGINIA.zones.iter().flat_map(|zone| VIRGINIA.types.map(|name| (zone, name)));
    let overrides = pools.map(|(zone, name)| FleetOverride {
        instance_type: Some(name.into()),
        zone_id: Some((*zone).into()),
        weighted_capacity: rng.is_one_of(3).then(|| Decimal::from(1 + rng.below(3))),
        max_price: rng.is_one_of(3).then(|| Decimal::new(i64::from(2 + rng.below(9)), 2)),
        priority: rng.is_one_of(2).then(|| rng.below(3)),
        ..FleetOverride::default()
    });
    let launch = LaunchConfiguration { image_id: Some("ami-0a1b2c3d4e5f60718".into()), ..Default::default() };
    let template = LaunchTemplateContent { launch, ..LaunchTemplateContent::default() };
    let configs = vec![FleetLaunchTemplateConfig { template, overrides: overrides.collect() }];
    CreateFleetRequest {
        fleet_type,
        capacity: Capacity { total: pay_as_you_go + spot, pay_as_you_go, spot, default_type: Billing::Spot },
        spot: FleetSpotOptions { strategy: rng.pick(FleetSpotStrategy::ALL), limits, ..FleetSpotOptions::default() },
        on_demand: FleetOnDemandOptions::default(),
        configs,
        ..CreateFleetRequest::default()
    }
}

#[test]
fn m11_the_outlook_of_an_ec2_fleet_is_what_its_world_does() {
    let mut lost = 0;
    for case in 0..CASES {
        let mut rng = TestRng::new("outlook of a fleet", case);
        let (json, fleet) = (VIRGINIA.scenario(&mut rng), ec2_fleet(&mut rng));
        let shown = outlook(&VIRGINIA, &json, OutlookFleet::Ec2Fleet(Box::new(fleet.clone())), true);
        let names: Vec<&str> = shown.strategies.iter().map(|one| one.spot_allocation_strategy.name()).collect();
        assert_eq!(names, FleetSpotStrategy::NAMES);
        let own = shown.strategies.iter().find(|one| one.spot_allocation_strategy.name() == fleet.spot.strategy.name());
        assert_eq!(own.unwrap().figures, shown.figures);
        let cloud = TestCloud::in_region(VIRGINIA.region, json.clone());
        let fleet_ids = BTreeSet::from([cloud.api.create_fleet(&fleet).unwrap().fleet_id]);
        let units = || {
            let group = cloud.api.describe_fleets(Some(&fleet_ids)).unwrap().remove(0).group;
            vec![group.fulfilled_pay_as_you_go_capacity, group.fulfilled_spot_capacity]
        };
        lost += assert_is_the_world(&cloud, &shown, &json, &[fleet.capacity.pay_as_you_go, fleet.capacity.spot], units);
    }
    assert!(lost > 60, "{lost}");
}
