//! Changes of a world that people ask for: instances taken, time passed, a market changed.
#![expect(clippy::needless_pass_by_value, reason = "a test writes what it asks for in place")]

use serde_json::{Value, json};

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, group, instances, replace_lost, rows, states};
use crate::base::clock::Span;
use crate::base::{Billing, InstanceId, Time};
use crate::cloud::model::{
    Activity, ActivityKind, ClockTarget, CreateAutoProvisioningGroupRequest, DescribeSpotPriceHistoryRequest,
    DescribeWorldRequest, GroupType, InstanceSelection, InterruptionBehavior, WorldChange, WorldChangeOutcome,
};
use crate::cloud::{AdministrationError, SimCloud, WorldLocation, copy_world};
use crate::market::MarketRules;

const ZONE: &str = "cn-heyuan-b";
const TYPE: &str = "ecs.s6-c1m1.small";

fn rules(json: Value) -> MarketRules {
    MarketRules::from_json(&json).unwrap()
}

fn outage() -> MarketRules {
    rules(json!({ "stock": [{ "zone_id": ZONE, "pay_as_you_go": 0, "spot": 0 }] }))
}

fn hours(hours: i64) -> Span {
    Span::from_seconds(hours * 3_600)
}

fn change(cloud: &SimCloud, change: &WorldChange) -> WorldChangeOutcome {
    cloud.change_world(change, &mut |_| true).unwrap()
}

fn maintained(pay_as_you_go: u32, spot: u32) -> CreateAutoProvisioningGroupRequest {
    CreateAutoProvisioningGroupRequest { group_type: GroupType::Maintain, ..group(pay_as_you_go, spot) }
}

fn only(ids: impl IntoIterator<Item = InstanceId>) -> InstanceSelection {
    InstanceSelection { instance_ids: Some(ids.into_iter().collect()), ..InstanceSelection::default() }
}

#[test]
fn w10_a_change_of_the_market_is_kept_by_the_world_for_every_caller() {
    for_each_engine(|engine| {
        let plenty = json!({ "stock": [{ "pay_as_you_go": 9, "spot": 9 }] });
        let test_cloud = TestCloud::at_location(engine.location(), plenty);
        let changed = test_cloud.api.change_market(&outage()).unwrap();
        assert_eq!(
            changed.summary(),
            "1 rule was added to the market; what the market no longer provides is reclaimed when the clock next moves"
        );
        let kinds: Vec<ActivityKind> = changed.activities.iter().map(|activity| activity.kind).collect();
        assert_eq!(kinds, [ActivityKind::ChangeMarket]);
        let made = test_cloud.create(group(2, 1));
        assert_eq!(
            rows(&made),
            [
                format!("NoSpot {ZONE} {TYPE} 0 NoInstanceStock"),
                format!("SpotAsPriceGo {ZONE} {TYPE} 0 NoInstanceStock")
            ]
        );
        test_cloud.delete(&made);
        test_cloud.api.change_market(&outage()).unwrap();
        let back = test_cloud.api.reset_market().unwrap();
        assert_eq!(back.summary(), "1 rule of the market was taken back");
        assert_eq!(test_cloud.create(group(2, 1)).instances.len(), 3);
    });
}

/// An empty world is a new world (W1).
#[test]
fn w10_a_new_world_has_no_changes_and_a_copy_has_them() {
    let test_cloud = TestCloud::in_file(json!({}));
    let made = test_cloud.create(group(1, 0));
    let changes = |cloud: &SimCloud| cloud.describe_world(&DescribeWorldRequest::default()).unwrap().market_changes;
    test_cloud.still().change_market(&outage()).unwrap();
    let (from, to) =
        (WorldLocation::File(test_cloud.path()), WorldLocation::File(test_cloud.path().with_file_name("copy.db")));
    copy_world(&from, &to, false, || 1, &mut |_, _| ()).unwrap();
    let copy = test_cloud.still_on(to);
    assert_eq!(changes(&copy), changes(&test_cloud.still()));
    assert_eq!(changes(&copy)[0].rules, outage());
    copy.reset_world().unwrap();
    assert!(changes(&copy).is_empty());
    test_cloud.delete(&made);
    assert!(changes(&test_cloud.still()).is_empty());
}

#[test]
fn w10_later_changes_win_over_earlier_ones_and_over_all_of_a_scenario() {
    let scenario = json!({
        "stock": [{ "spot": 3 }],
        "prices": [{ "pay_as_you_go": 1, "spot": 0.2 }],
        "quotas": [{ "vcpus": 100 }],
        "events": [{ "at": "2h", "prices": { "spot": 0.4 } }, { "at": "4h", "stock": { "spot": 7 } }],
    });
    let test_cloud = TestCloud::in_file(scenario);
    let pool = || {
        let overview = test_cloud.still().describe_world(&DescribeWorldRequest::default()).unwrap();
        let found = overview.pools.into_iter().find(|pool| pool.zone_id == *ZONE && pool.instance_type == *TYPE);
        let spot = found.unwrap().spot;
        (spot.supply, spot.hourly_price.to_string())
    };
    let still = test_cloud.still();
    still.change_market(&rules(json!({ "stock": [{ "spot": 5 }], "prices": [{ "spot": "0.3" }] }))).unwrap();
    still.change_market(&rules(json!({ "stock": [{ "zone_id": ZONE, "spot": 6 }] }))).unwrap();
    assert_eq!(pool(), (6, "0.3".to_owned()));
    change(&still, &WorldChange::AdvanceClock(ClockTarget::By(hours(5))));
    assert_eq!(pool(), (6, "0.3".to_owned()), "the events do not undo it");
    still.reset_market().unwrap();
    assert_eq!(pool(), (7, "0.4".to_owned()));

    still.change_market(&rules(json!({ "quotas": [{ "charge_type": "Spot", "vcpus": 2 }] }))).unwrap();
    test_cloud.at("5h");
    assert_eq!(test_cloud.create(group(3, 3)).instances.len(), 5);
    still.change_market(&rules(json!({ "offers": [{ "instance_type": TYPE, "on_sale": false }] }))).unwrap();
    let refused = test_cloud.api.run_instances(&instances(1, 1)).unwrap_err();
    assert_eq!(refused.code(), Some("Unsupported"), "{refused}");
}

/// What was paid stays what was paid.
#[test]
fn w10_the_prices_of_the_past_do_not_change() {
    let test_cloud = TestCloud::in_file(json!({ "prices": [{ "pay_as_you_go": 1, "spot": 0.2 }] }));
    test_cloud.at("2h");
    test_cloud.api.describe_clock().unwrap();
    test_cloud.api.change_market(&rules(json!({ "prices": [{ "spot": 0.5 }] }))).unwrap();
    test_cloud.at("2h30m");
    test_cloud.api.describe_clock().unwrap();
    test_cloud.api.reset_market().unwrap();
    test_cloud.at("4h");
    let request = DescribeSpotPriceHistoryRequest {
        instance_type: TYPE.into(),
        zone_id: Some(ZONE.into()),
        start_time: Some(Time::START),
        end_time: None,
    };
    let history = test_cloud.api.describe_spot_price_history(&request).unwrap();
    let prices: Vec<String> = history.iter().map(|row| format!("{} {}", row.timestamp, row.spot_price)).collect();
    assert_eq!(prices, ["2026-01-01T00:00:00Z 0.2", "2026-01-01T02:00:00Z 0.5", "2026-01-01T02:30:00Z 0.2"]);
}

/// A change happens between two steps (W5).
#[test]
fn w10_running_instances_are_reclaimed_when_the_clock_next_moves() {
    let test_cloud = TestCloud::in_file(json!({ "stock": [{ "pay_as_you_go": 9, "spot": 9 }] }));
    let made = test_cloud.create(group(1, 2));
    test_cloud.at("90m");
    test_cloud.groups();
    test_cloud.still().change_market(&outage()).unwrap();
    assert_eq!(states(&test_cloud.look(&made).instances), "running running running");
    test_cloud.at("2h");
    assert_eq!(states(&test_cloud.look(&made).instances), "running terminated terminated");
}

#[test]
fn w10_changes_are_limited_and_repeating_one_adds_none() {
    let test_cloud = TestCloud::in_file(json!({}));
    let still = test_cloud.still();
    for spot in [1, 2] {
        for _ in 0..100 {
            still.change_market(&rules(json!({ "stock": [{ "spot": spot }] }))).unwrap();
        }
    }
    let repeated = still.change_market(&rules(json!({ "stock": [{ "spot": 2 }] }))).unwrap();
    assert!(!repeated.has_changed_anything() && repeated.activities.is_empty(), "{}", repeated.summary());
    assert_eq!(still.describe_market_changes().unwrap().len(), 2);
    for spot in 3..201 {
        still.change_market(&rules(json!({ "stock": [{ "spot": spot }] }))).unwrap();
    }
    let refused = still.change_market(&outage()).unwrap_err();
    assert!(matches!(refused, AdministrationError::TooManyMarketChanges { most: 200 }), "{refused}");
    assert_eq!(still.reset_market().unwrap().summary(), "200 rules of the market were taken back");
    assert!(!still.reset_market().unwrap().has_changed_anything());
}

#[test]
fn w9_a_termination_takes_both_billings_and_stopped_instances_and_a_plan_replaces_them() {
    let test_cloud = TestCloud::in_file(json!({ "stock": [{ "pay_as_you_go": 9, "spot": 9 }] }));
    let mut request = maintained(1, 2);
    request.interruption_behavior = InterruptionBehavior::Stop;
    let made = test_cloud.create(request);
    let still = test_cloud.still();
    let stopped = still.reclaim_spot(&InstanceSelection { count: Some(1), ..InstanceSelection::default() }).unwrap();
    assert_eq!(stopped.summary(), "1 of 2 spot instances was reclaimed");
    let taken = change(&still, &WorldChange::TerminateInstances(InstanceSelection::default()));
    assert_eq!(taken.summary(), "3 of 3 instances were terminated");
    assert_eq!(taken.changed_instance_ids().len(), 3);
    assert_eq!(states(&test_cloud.look(&made).instances), "terminated terminated terminated");
    assert_eq!(test_cloud.modify(&replace_lost(&made)).group.instances.len(), 3);
    assert_eq!(states(&test_cloud.look(&made).instances), "running running running");
}

#[test]
fn w9_instances_are_taken_by_id_once_and_only_spot_ones_are_reclaimed() {
    let test_cloud = TestCloud::in_file(json!({ "stock": [{ "pay_as_you_go": 9, "spot": 9 }] }));
    let made = test_cloud.create(group(1, 3));
    let ids: Vec<InstanceId> = made.instances.iter().map(|instance| instance.instance_id.clone()).collect();
    let still = test_cloud.still();
    let refused = still.reclaim_spot(&only([ids[0].clone(), ids[1].clone()])).unwrap_err();
    assert!(matches!(&refused, AdministrationError::NotSpot { instance_id } if *instance_id == ids[0]), "{refused}");
    assert_eq!(states(&test_cloud.look(&made).instances), "running running running running");

    let two = only([ids[1].clone(), ids[3].clone()]);
    assert_eq!(still.reclaim_spot(&two).unwrap().summary(), "2 of 3 spot instances were reclaimed");
    assert_eq!(states(&test_cloud.look(&made).instances), "running terminated running terminated");
    let again = still.reclaim_spot(&only([ids[1].clone(), "i-none".into()])).unwrap();
    assert!(!again.has_changed_anything());
    let crate::cloud::model::WorldChangeEffect::Reclaimed(result) = &again.effect else { panic!("{again:?}") };
    assert_eq!(result.not_there_text().unwrap(), format!("2 named instances are not running: {}, i-none", ids[1]));
    assert!(!still.terminate_instances(&only([])).unwrap().has_changed_anything(), "none was named");
    let none = InstanceSelection { count: Some(0), ..InstanceSelection::default() };
    assert!(!still.terminate_instances(&none).unwrap().has_changed_anything());
    assert_eq!(
        still.terminate_instances(&only([ids[0].clone()])).unwrap().summary(),
        "1 of 2 instances was terminated"
    );
}

/// A forecast showed one thing and the change did another.
#[test]
fn w9_what_a_forecast_says_happens_and_it_leaves_the_world_as_it_is() {
    let scenario = json!({
        "events": [
            { "at": "90m", "reclaim_spot": { "count": 2 } },
            { "at": "3h", "stock": { "spot": 1 } },
            { "at": "7h", "prices": { "spot": 0.0001 } },
            { "at": "9h", "terminate_instances": { "count": 1 } },
        ]
    });
    let test_cloud = TestCloud::in_file(scenario);
    test_cloud.create(maintained(2, 4));
    test_cloud.run(instances(2, 2));
    let still = test_cloud.still();
    for change in [
        WorldChange::ReclaimSpot(InstanceSelection { count: Some(1), ..InstanceSelection::default() }),
        WorldChange::AdvanceClock(ClockTarget::By(hours(2))),
        WorldChange::ChangeMarket(outage()),
        WorldChange::AdvanceClock(ClockTarget::By(hours(40))),
        WorldChange::TerminateInstances(InstanceSelection::default()),
        WorldChange::ResetMarket,
        WorldChange::AdvanceClock(ClockTarget::To(Time::START.plus(hours(24 * 20)))),
    ] {
        let everything = DescribeWorldRequest::default();
        let before = still.describe_world(&everything).unwrap();
        let forecast = still.forecast_world_change(&change).unwrap();
        assert_eq!(still.describe_world(&everything).unwrap(), before, "{change:?}");
        let mut told: Vec<Activity> = Vec::new();
        let outcome = still
            .change_world(&change, &mut |activities| {
                told.extend_from_slice(activities);
                true
            })
            .unwrap();
        assert_eq!(forecast, outcome, "{change:?}");
        assert_eq!(told, outcome.activities, "{change:?}");
        assert!(outcome.has_changed_anything(), "{change:?}");
    }
}

#[test]
fn w9_a_clock_that_is_there_already_is_no_error() {
    let test_cloud = TestCloud::in_file(json!({}));
    let still = test_cloud.still();
    let there = WorldChange::AdvanceClock(ClockTarget::To(Time::START.plus(hours(6))));
    let outcome = change(&still, &there);
    assert_eq!(outcome.summary(), "the clock was advanced from 2026-01-01T00:00:00Z to 2026-01-01T06:00:00Z");
    assert_eq!(
        still.forecast_world_change(&there).unwrap().forecast(),
        "the clock stands at 2026-01-01T06:00:00Z already, and time never goes back"
    );
    let back = WorldChange::AdvanceClock(ClockTarget::To(Time::START));
    assert!(!change(&still, &back).has_changed_anything());
    let too_far = WorldChange::AdvanceClock(ClockTarget::By(Span::from_seconds(3_000_000_000_000)));
    let refused = still.forecast_world_change(&too_far).unwrap_err();
    assert!(matches!(refused, AdministrationError::ClockOutOfRange), "{refused}");
}

/// A change looks at the world like every call, which catches up to the provider's clock first (W7).
#[test]
fn w9_a_change_happens_at_the_providers_clock() {
    let test_cloud = TestCloud::in_file(json!({}));
    test_cloud.create(group(0, 1));
    test_cloud.at("3h");
    let outcome = change(&test_cloud.api, &WorldChange::ReclaimSpot(InstanceSelection::default()));
    assert_eq!(outcome.to, Time::START.plus(hours(3)));
    let supply = test_cloud.supply(ZONE, TYPE, Billing::Spot);
    assert!(supply > 0);
}
