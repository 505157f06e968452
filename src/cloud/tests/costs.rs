//! Costs over time, held against sums that know nothing of how they are made (W13).

use std::collections::BTreeMap;

use serde_json::json;

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, config, decimal, group, instances, resize};
use crate::base::clock::Span;
use crate::base::{Billing, Decimal, InstanceId, Time};
use crate::cloud::model::{
    Cost, CreateAutoProvisioningGroupRequest, DescribeCostsRequest, DescribeInstancesRequest, FleetId, GroupType,
    Instance, InstanceState, InterruptionBehavior, LaunchConfiguration, LaunchInstanceRequest, ModifyInstanceRequest,
    Power, SingleInstance, StoppedMode, Tags,
};
use crate::cloud::{SimCloud, WorldLocation};
use crate::market::scenario::Selector;
use crate::market::{Market, Scenario};

const ZONE: &str = "cn-heyuan-b";
const TYPE: &str = "ecs.s6-c1m1.small";

fn tags(team: &str) -> Tags {
    BTreeMap::from([("team".to_owned(), team.to_owned())])
}

/// What was observed from moment to moment: who ran where, and for how long.
#[derive(Default)]
struct Observed {
    /// Price × seconds by instance.
    by_instance: BTreeMap<InstanceId, Decimal>,
    by_pool: BTreeMap<(String, String), Decimal>,
    by_fleet: BTreeMap<String, Decimal>,
    by_team: BTreeMap<String, Decimal>,
    spot: Decimal,
    pay_as_you_go: Decimal,
    seconds: i64,
}

impl Observed {
    /// Adds what the instances that run now cost until another moment, before which nothing changes.
    fn add(&mut self, market: &Market, running: &[Instance], now: Time, until: Time) {
        let seconds = until.since(now).seconds();
        for instance in running {
            let billing = instance.spot_strategy.billing();
            let (zone_id, name) = (instance.zone_id.as_str(), instance.instance_type.as_str());
            let paid = market.price(zone_id, name, billing, now).unwrap() * Decimal::from(seconds);
            *self.by_instance.entry(instance.instance_id.clone()).or_default() += paid;
            *self.by_pool.entry((zone_id.to_owned(), name.to_owned())).or_default() += paid;
            *self.by_fleet.entry(fleet_id(&instance.fleet)).or_default() += paid;
            for team in instance.tags.values() {
                *self.by_team.entry(team.clone()).or_default() += paid;
            }
            match billing {
                Billing::PayAsYouGo => self.pay_as_you_go += paid,
                Billing::Spot => self.spot += paid,
            }
            self.seconds += seconds;
        }
    }
}

fn fleet_id(fleet: &FleetId) -> String {
    match fleet {
        FleetId::Group(id) => id.to_string(),
        FleetId::Reservation(id) => id.to_string(),
        FleetId::ScalingGroup(id) => id.to_string(),
        FleetId::Instance(id) => id.to_string(),
    }
}

/// The rounding that the rule names.
fn hourly(price_seconds: Decimal) -> Decimal {
    (price_seconds / Decimal::from(3_600)).round_dp(20).normalize()
}

/// The instances that are charged now: they run, or they keep their place while they are stopped.
fn charged(cloud: &SimCloud, keeps_charging: &[InstanceId]) -> Vec<Instance> {
    let all = cloud.describe_instances(&DescribeInstancesRequest::default()).unwrap().items;
    let all = all.into_iter().map(|placed| placed.instance);
    all.filter(|instance| match instance.state {
        InstanceState::Running | InstanceState::Pending => true,
        InstanceState::Stopped => keeps_charging.contains(&instance.instance_id),
        InstanceState::Terminated => false,
    })
    .collect()
}

fn scenario() -> serde_json::Value {
    json!({
        "seed": 11,
        "stock": [{ "pay_as_you_go": 30, "spot": 12 }],
        "events": [
            { "at": "20h", "reclaim_spot": { "count": 2 } },
            { "at": "30h12m7s", "prices": { "instance_type": TYPE, "spot": 0.0173 } },
            { "at": "41h", "prices": { "instance_type": TYPE, "pay_as_you_go": 0.0777, "spot": 0.0501 } },
            { "at": "50h30m", "prices": { "zone_id": ZONE, "spot": 0.35 } },
            { "at": "53h", "prices": { "zone_id": ZONE, "spot": 0.011 } },
            { "at": "70h", "stock": { "zone_id": ZONE, "spot": 1 } },
            { "at": "77h", "stock": { "zone_id": ZONE, "spot": 9 } },
            { "at": "90h59m59s", "terminate_instances": { "count": 3 } },
        ],
    })
}

fn single(name: &str, stopped_mode: StoppedMode) -> LaunchInstanceRequest {
    LaunchInstanceRequest {
        zone_id: Some("cn-heyuan-a".into()),
        instance_type: Some("ecs.g7.large".into()),
        image_id: Some("aliyun_3_x64_20G_alibase_20250629.vhd".into()),
        instance_name: Some(name.to_owned()),
        stopped_mode,
        tags: tags("single"),
        ..LaunchInstanceRequest::default()
    }
}

fn power(of: &SingleInstance, power: Power) -> ModifyInstanceRequest {
    let instance_id = Some(of.instance.instance_id.clone());
    ModifyInstanceRequest { instance_id, power: Some(power), ..ModifyInstanceRequest::default() }
}

/// A week with price moves within and at the hour, reclaims, outages, stops in both modes, a change of type, a resized,
/// an expired and a deleted group.
#[test]
fn w13_a_week_costs_what_an_independent_sum_says_to_the_last_digit() {
    for_each_engine(|engine| {
        let test_cloud = TestCloud::at_location(engine.location(), scenario());
        let cloud = &test_cloud.api;
        let scenario = Scenario::from_json(&scenario()).unwrap();
        let market = Market::new(&scenario);
        let launch = |team: &str| LaunchConfiguration {
            image_id: Some("aliyun_3_x64_20G_alibase_20250629.vhd".into()),
            tags: tags(team),
            ..LaunchConfiguration::default()
        };
        let ceiling = Some(decimal("0.3"));
        let mut with_ceiling = config(ZONE, TYPE);
        with_ceiling.max_price = ceiling;
        let web = test_cloud.create(CreateAutoProvisioningGroupRequest {
            name: Some("web".to_owned()),
            group_type: GroupType::Maintain,
            configs: vec![with_ceiling, config("cn-heyuan-a", "ecs.g7.large")],
            launch_configuration: launch("web"),
            ..group(2, 6)
        });
        let batch = test_cloud.create(CreateAutoProvisioningGroupRequest {
            name: Some("batch".to_owned()),
            interruption_behavior: InterruptionBehavior::Stop,
            group_type: GroupType::Maintain,
            launch_configuration: launch("batch"),
            ..group(0, 3)
        });
        let ends = test_cloud.create(CreateAutoProvisioningGroupRequest {
            group_type: GroupType::Request,
            valid_until: Some(Time::parse_clock("25h20m").unwrap()),
            terminate_instances_with_expiration: true,
            ..group(1, 1)
        });
        let reservation = test_cloud.run(instances(2, 2));
        let economical = cloud.launch_instance(&single("economical", StoppedMode::StopCharging)).unwrap();
        let keeping = cloud.launch_instance(&single("keeping", StoppedMode::KeepCharging)).unwrap();
        let keeping_id = keeping.instance.instance_id.clone();

        let mut observed = Observed::default();
        let mut moments: Vec<Time> = (0..=168).map(|hour| Time::START.plus(Span::from_seconds(hour * 3_600))).collect();
        let calls = ["33h20m1s", "60h5m", "64h0m1s", "66h", "80h15m", "95h0m59s", "100h", "120h30m"];
        let more = ["25h20m", "30h12m7s", "50h30m", "90h59m59s", "167h59m59s"];
        moments.extend(calls.iter().chain(&more).map(|text| Time::parse_clock(text).unwrap()));
        moments.sort_unstable();
        moments.dedup();
        let mut keeps_charging = Vec::new();
        for pair in moments.windows(2) {
            let (now, until) = (pair[0], pair[1]);
            test_cloud.at(&now.to_string());
            cloud.describe_clock().unwrap();
            let is_at = |text: &str| now == Time::parse_clock(text).unwrap();
            if is_at("33h20m1s") {
                cloud.modify_instance(&power(&economical, Power::Stopped)).unwrap();
            } else if is_at("60h5m") {
                cloud.modify_instance(&power(&economical, Power::Running)).unwrap();
            } else if is_at("64h0m1s") {
                cloud.modify_instance(&power(&keeping, Power::Stopped)).unwrap();
                keeps_charging.push(keeping_id.clone());
            } else if is_at("66h") {
                let to_type = ModifyInstanceRequest {
                    instance_type: Some(Some("ecs.g7.xlarge".into())),
                    ..power(&keeping, Power::Stopped)
                };
                cloud.modify_instance(&to_type).unwrap();
            } else if is_at("80h15m") {
                cloud.modify_instance(&power(&keeping, Power::Running)).unwrap();
            } else if is_at("95h0m59s") {
                test_cloud.modify(&resize(&web, 1, 8));
            } else if is_at("100h") {
                test_cloud.delete(&batch);
                cloud.delete_instance(&economical.instance.instance_id).unwrap();
            } else if is_at("120h30m") {
                cloud.release_reservation(&reservation.reservation_id).unwrap();
            }
            observed.add(&market, &charged(cloud, &keeps_charging), now, until);
        }
        test_cloud.at("168h");
        let costs = cloud.describe_costs(&DescribeCostsRequest::default()).unwrap();
        assert_eq!((costs.from, costs.to), (Time::START, Time::parse_clock("7d").unwrap()));
        let expected = Cost {
            total: hourly(observed.spot + observed.pay_as_you_go),
            pay_as_you_go: hourly(observed.pay_as_you_go),
            spot: hourly(observed.spot),
            instance_hours: hourly(Decimal::from(observed.seconds)),
        };
        assert_eq!(costs.total, expected);
        let nothing = |(_, sum): &(_, Decimal)| !sum.is_zero();
        let by_instance: BTreeMap<_, _> =
            costs.instances.iter().map(|line| (line.id.clone(), line.cost.total)).collect();
        assert_eq!(by_instance, observed.by_instance.into_iter().map(|(id, sum)| (id, hourly(sum))).collect());
        assert!(by_instance.len() > 16, "replacements are among them");
        let by_fleet: BTreeMap<_, _> = costs.fleets.iter().map(|line| (line.id.clone(), line.cost.total)).collect();
        assert_eq!(
            by_fleet,
            observed.by_fleet.into_iter().map(|(id, sum)| (id, hourly(sum))).filter(nothing).collect()
        );
        assert!(by_fleet.contains_key(ends.group_id.as_str()) && by_fleet.contains_key(batch.group_id.as_str()));
        let pools = costs
            .pools
            .iter()
            .map(|line| ((line.zone_id.to_string(), line.instance_type.to_string()), line.cost.total));
        let by_pool: BTreeMap<_, _> = observed.by_pool.into_iter().map(|(pool, sum)| (pool, hourly(sum))).collect();
        assert_eq!(pools.collect::<BTreeMap<_, _>>(), by_pool);
        assert_eq!(by_pool.len(), 3);
        let by_team: BTreeMap<_, _> =
            costs.tags.iter().filter_map(|line| Some((line.value.clone()?, line.cost.total))).collect();
        assert_eq!(by_team, observed.by_team.into_iter().map(|(team, sum)| (team, hourly(sum))).collect());
        assert_eq!(by_team.keys().collect::<Vec<_>>(), ["batch", "single", "web"]);

        let hours: Decimal = costs.tags.iter().map(|line| line.cost.instance_hours).sum();
        assert!((hours - costs.total.instance_hours).abs() < decimal("0.000001"), "the lines of a key are the total");

        // A deleted group keeps its name, and a part of the week is a part of the sum.
        assert!(costs.fleets.iter().any(|line| line.name.as_deref() == Some("batch")));
        let part = |from: &str, to: &str| {
            let time = |text: &str| Some(Time::parse_clock(text).unwrap());
            let request = DescribeCostsRequest { from: time(from), to: time(to), ..Default::default() };
            cloud.describe_costs(&request).unwrap().total
        };
        let parts = [part("0h", "31h1m1s"), part("31h1m1s", "90h"), part("90h", "999h")];
        let sum: Decimal = parts.iter().map(|part| part.total).sum();
        assert!((sum - expected.total).abs() < decimal("0.0000000000000000001"), "{sum} {expected:?}");
        let of_web = DescribeCostsRequest {
            tags: tags("web"),
            pools: Selector { zone_id: Some(ZONE.into()), instance_type: None },
            ..DescribeCostsRequest::default()
        };
        let of_web = cloud.describe_costs(&of_web).unwrap();
        assert!(of_web.total.total > Decimal::ZERO && of_web.total.total < by_team["web"]);
        assert!(of_web.instances.iter().all(|line| line.tags == tags("web") && line.zone_id.as_str() == ZONE));
    });
}

/// A stop in economical mode is not charged, to the second.
#[test]
fn w13_a_stopped_instance_costs_nothing_in_economical_mode() {
    let test_cloud = TestCloud::new(json!({}));
    let cloud = &test_cloud.api;
    let of = |mode| cloud.launch_instance(&single("one", mode)).unwrap();
    let (economical, keeping) = (of(StoppedMode::StopCharging), of(StoppedMode::KeepCharging));
    test_cloud.at("30m30s");
    for instance in [&economical, &keeping] {
        cloud.modify_instance(&power(instance, Power::Stopped)).unwrap();
    }
    test_cloud.at("2h");
    let costs = cloud.describe_costs(&DescribeCostsRequest::default()).unwrap();
    let hours = |of: &SingleInstance| {
        let line = costs.instances.iter().find(|line| line.id == of.instance.instance_id).unwrap();
        (line.cost.instance_hours, line.end_time)
    };
    assert_eq!(hours(&economical), (hourly(decimal("1830")), Some(Time::parse_clock("30m30s").unwrap())));
    assert_eq!(hours(&keeping), (decimal("2"), None));
    let price = economical.instance.hourly_price;
    assert_eq!(costs.total.total, hourly(price * decimal("9030")));
    assert_eq!(costs.total.spot, Decimal::ZERO);
}

/// The clock that is asked for beyond the world's time costs nothing yet, and a span that ends before it begins is refused.
#[test]
fn w13_a_span_ends_with_the_worlds_time() {
    let test_cloud = TestCloud::new(json!({}));
    test_cloud.create(group(1, 0));
    test_cloud.at("1h");
    let time = |text: &str| Some(Time::parse_clock(text).unwrap());
    let costs = |from, to| test_cloud.api.describe_costs(&DescribeCostsRequest { from, to, ..Default::default() });
    let all = costs(None, None).unwrap();
    assert_eq!(costs(time("0h"), time("50h")).unwrap().total, all.total);
    let later = costs(time("2h"), time("3h")).unwrap();
    assert_eq!(later.total, Cost::default());
    assert_eq!((Some(later.clock), Some(later.from), Some(later.to)), (time("1h"), time("1h"), time("1h")));
    assert_eq!(costs(time("0h"), time("30m")).unwrap().clock, later.clock);
    assert_eq!(super::test_cloud::code(costs(time("1h"), time("30m"))), "InvalidParameterValue");
}

/// A world begins again without costs, and a copy has those of its source.
#[test]
fn w13_a_copy_has_the_costs_and_a_new_world_has_none() {
    let test_cloud = TestCloud::in_file(json!({}));
    let web = test_cloud.create(group(1, 1));
    test_cloud.at("3h30m");
    let costs = test_cloud.api.describe_costs(&DescribeCostsRequest::default()).unwrap();
    let copy = WorldLocation::File(test_cloud.path().with_file_name("copy.db"));
    let source = WorldLocation::File(test_cloud.path());
    crate::cloud::copy_world(&source, &copy, false, || 2, &mut |_, _| {}).unwrap();
    let still = test_cloud.still_on(copy);
    assert_eq!(still.describe_costs(&DescribeCostsRequest::default()).unwrap(), costs);
    test_cloud.delete(&web);
    let after = test_cloud.api.describe_costs(&DescribeCostsRequest::default()).unwrap();
    assert_eq!((after.total, after.fleets.len()), (Cost::default(), 0));
}

/// A world of an earlier version knows no events: what runs is charged from its launch on, also once it has ended.
#[test]
fn w13_instances_of_an_older_world_are_charged_from_their_launch() {
    let test_cloud = TestCloud::in_file(json!({ "prices": [{ "pay_as_you_go": "0.5", "spot": "0.1" }] }));
    test_cloud.create(group(1, 2));
    test_cloud.at("2h");
    let store = crate::cloud::store::open(&WorldLocation::File(test_cloud.path()), || 1).unwrap();
    let mut tx = store.begin(crate::cloud::store::Access::Write).unwrap();
    for table in ["instance_events", "fleet_targets"] {
        tx.execute(&format!("DELETE FROM {table}"), &[]).unwrap();
    }
    tx.commit().unwrap();
    test_cloud.at("3h");
    let total = || test_cloud.api.describe_costs(&DescribeCostsRequest::default()).unwrap().total.total;
    assert_eq!(total(), decimal("2.1"));
    let spot = charged(&test_cloud.api, &[]).into_iter().find(|one| one.spot_strategy.billing() == Billing::Spot);
    test_cloud.api.delete_instances(&[spot.unwrap().instance_id].into()).unwrap();
    test_cloud.at("4h");
    assert_eq!(total(), decimal("2.7"));
}

/// The tags of a group whose launch configuration has none were in no line.
#[test]
fn w13_costs_count_for_the_tags_of_the_fleet_and_the_lines_of_a_key_are_the_total() {
    let test_cloud = TestCloud::new(json!({}));
    let create = |name: &str, of_group: Tags, of_instances: Tags| {
        let mut request = group(1, 1);
        request.launch_configuration.tags = of_instances;
        test_cloud.create(CreateAutoProvisioningGroupRequest { name: Some(name.to_owned()), tags: of_group, ..request })
    };
    let deleted = create("deleted", tags("web"), Tags::new());
    create("own", tags("web"), tags("batch"));
    create("none", Tags::new(), Tags::new());
    test_cloud.at("2h");
    test_cloud.delete(&deleted);
    let costs = test_cloud.api.describe_costs(&DescribeCostsRequest::default()).unwrap();
    let lines: Vec<_> = costs.tags.iter().map(|line| (&*line.key, line.value.as_deref())).collect();
    assert_eq!(lines, [("team", Some("batch")), ("team", Some("web")), ("team", None)]);
    assert_eq!(costs.tags.iter().map(|line| line.cost.total).sum::<Decimal>(), costs.total.total);
    let only = DescribeCostsRequest { tags: tags("web"), ..DescribeCostsRequest::default() };
    let found = test_cloud.api.describe_costs(&only).unwrap();
    assert_eq!(found.fleets.iter().map(|line| line.name.as_deref()).collect::<Vec<_>>(), [Some("deleted")]);
}
