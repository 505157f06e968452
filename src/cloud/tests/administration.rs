//! What people do to a world by hand.

use std::sync::Arc;

use serde_json::json;

use super::engine::for_each_engine;
use super::test_cloud::{TestCloud, config, group, instances, rows, states, vpc};
use crate::base::clock::Span;
use crate::base::{Billing, Time, WorldId};
use crate::cloud::model::{
    ClockTarget, DescribeWorldHistoryRequest, DescribeWorldRequest, GroupType, InstanceSelection, WorldContents,
};
use crate::cloud::{AdministrationError, ClockSource, CloudConfig, SimCloud, WorldLocation, copy_world};
use crate::market::scenario::Selector;

fn advance(cloud: &SimCloud, target: ClockTarget) -> Result<(Time, Time, Vec<String>), AdministrationError> {
    let advance = cloud.advance_clock(target, &mut |_, _| ())?;
    let kinds = advance.activities.into_iter().map(|activity| activity.kind.to_string()).collect();
    Ok((advance.from, advance.to, kinds))
}

fn kinds(cloud: &SimCloud) -> Vec<String> {
    let history = cloud.describe_world_history(&DescribeWorldHistoryRequest::default()).unwrap();
    history.activities.into_iter().map(|activity| activity.kind.to_string()).collect()
}

fn hours(hours: i64) -> Time {
    Time::START.plus(Span::from_seconds(hours * 3_600))
}

/// History is shown by region within a moment: what was new was taken for what came last in it.
#[test]
fn what_was_reclaimed_is_told_whatever_other_regions_did_at_that_moment() {
    let test_cloud = TestCloud::in_file(json!({}));
    test_cloud.create(group(0, 2));
    let mut abroad = group(1, 0);
    abroad.configs = vec![config("us-east-1a", "m5.large")];
    abroad.launch_configuration.image_id = Some("ami-60a54009".into());
    test_cloud.still_in("us-east-1").create_auto_provisioning_group(&abroad).unwrap();
    let taken = test_cloud.still().reclaim_spot(&InstanceSelection::default()).unwrap();
    let told: Vec<_> = taken.activities.iter().map(|entry| (entry.kind.name(), entry.destroyed.len())).collect();
    assert_eq!(told, [("ReclaimSpotByHand", 2)]);
}

/// The clock by hand does what the provider's clock does (W5), and says what happened.
#[test]
fn time_passes_by_hand_as_by_the_clock() {
    let scenario = json!({ "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }] });
    let (by_hand, by_clock) = (TestCloud::in_file(scenario.clone()), TestCloud::in_file(scenario));
    let request =
        crate::cloud::model::CreateAutoProvisioningGroupRequest { group_type: GroupType::Maintain, ..group(1, 2) };
    let (one, other) = (by_hand.create(request.clone()), by_clock.create(request));
    let still = by_hand.still();
    let happened = advance(&still, ClockTarget::By(Span::from_seconds(3 * 3_600))).unwrap();
    assert_eq!((happened.0, happened.1), (Time::START, hours(3)));
    assert_eq!(happened.2, ["ReclaimSpot", "Replenish"]);
    by_clock.at("3h");
    by_hand.at("3h");
    assert_eq!(by_hand.look(&one).instances, by_clock.look(&other).instances);
    assert_eq!(kinds(&still), ["CreateAutoProvisioningGroup", "AdvanceClock", "ReclaimSpot", "Replenish"]);
}

/// W9: Terraform makes several changes at once. All began at the same moment, and the clock moved by the longest alone.
#[test]
fn moves_of_the_clock_at_once_add_up() {
    let test_cloud = TestCloud::in_file(json!({ "events": [{ "at": "2h", "reclaim_spot": { "count": 1 } }] }));
    test_cloud.create(group(0, 2));
    let still = test_cloud.still();
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| advance(&still, ClockTarget::By(Span::from_seconds(5_400))).unwrap());
        }
    });
    assert_eq!(still.describe_clock().unwrap(), Time::START.plus(Span::from_seconds(3 * 5_400)));
}

/// W5: time never goes back, and standing still is no activity.
#[test]
fn the_clock_is_not_set_back_by_hand() {
    let test_cloud = TestCloud::in_file(json!({}));
    let still = test_cloud.still();
    advance(&still, ClockTarget::To(hours(5))).unwrap();
    let error = advance(&still, ClockTarget::To(hours(4))).unwrap_err();
    assert!(matches!(error, AdministrationError::ClockIsAhead { clock, .. } if clock == hours(5)), "{error}");
    assert_eq!(advance(&still, ClockTarget::To(hours(5))).unwrap().1, hours(5));
    assert_eq!(kinds(&still), ["AdvanceClock"]);
}

/// W6: the youngest first, no more than asked for, only where asked for, and nothing but spot.
#[test]
fn reclaiming_takes_the_youngest_spot_instances_of_the_pools_named() {
    let test_cloud = TestCloud::in_file(json!({}));
    let old = test_cloud.create(group(1, 2));
    test_cloud.at("30m");
    let young = test_cloud.create(group(0, 2));
    let still = test_cloud.still();
    let elsewhere = Selector { zone_id: Some("cn-heyuan-a".into()), instance_type: None };
    let abroad = InstanceSelection { region_id: Some("us-east-1".into()), ..InstanceSelection::default() };
    for nothing in [InstanceSelection { pools: elsewhere, ..InstanceSelection::default() }, abroad] {
        let outcome = still.reclaim_spot(&nothing).unwrap();
        assert!(!outcome.has_changed_anything());
        assert_eq!(outcome.summary(), "no spot instance runs in the pools that were named");
    }

    let taken = still.reclaim_spot(&InstanceSelection { count: Some(3), ..InstanceSelection::default() }).unwrap();
    assert_eq!(taken.activities.iter().map(|activity| activity.destroyed.len()).collect::<Vec<_>>(), [2, 1]);
    assert_eq!(taken.summary(), "3 of 4 spot instances were reclaimed");
    assert_eq!(states(&test_cloud.look(&young).instances), "terminated terminated");
    assert_eq!(states(&test_cloud.look(&old).instances), "running running terminated");
    assert_eq!(kinds(&still)[2..], ["ReclaimSpotByHand", "ReclaimSpotByHand"]);
}

/// W1: a world that was reset is a new world, down to the ids.
#[test]
fn a_reset_world_is_a_new_one() {
    let test_cloud = TestCloud::in_file(json!({}));
    let first = test_cloud.create(group(2, 1));
    test_cloud.run(instances(1, 2));
    test_cloud.at("7h");
    test_cloud.groups();
    let gone = test_cloud.still().reset_world().unwrap();
    assert_eq!(gone, WorldContents { groups: 1, reservations: 1, instances: 5, resources: 0 });
    assert_eq!(test_cloud.still().describe_clock().unwrap(), Time::START);
    assert!(kinds(&test_cloud.still()).is_empty());
    test_cloud.at("0s");
    let again = test_cloud.create(group(2, 1));
    assert_eq!((again.group_id, again.instances), (first.group_id, first.instances));
}

/// A copy is the same world, and what happens to one does not happen to the other.
#[test]
fn a_copy_goes_on_by_itself() {
    let test_cloud = TestCloud::in_file(json!({}));
    let group_of_three = test_cloud.create(group(1, 2));
    test_cloud.run(instances(2, 2));
    let (from, to) =
        (WorldLocation::File(test_cloud.path()), WorldLocation::File(test_cloud.path().with_file_name("copy.db")));
    copy_world(&from, &to, false, || 1, &mut |_, _| ()).unwrap();
    let copy = test_cloud.still_on(to.clone());
    let everything = DescribeWorldRequest::default();
    assert_eq!(copy.describe_world(&everything).unwrap(), test_cloud.still().describe_world(&everything).unwrap());
    let all = DescribeWorldHistoryRequest::default();
    assert_eq!(copy.describe_world_history(&all).unwrap(), test_cloud.still().describe_world_history(&all).unwrap());

    copy.reclaim_spot(&InstanceSelection::default()).unwrap();
    assert_eq!(states(&test_cloud.look(&group_of_three).instances), "running running running");
    let refused = copy_world(&from, &to, false, || 1, &mut |_, _| ()).unwrap_err();
    assert!(matches!(refused, AdministrationError::NotEmpty { contents } if contents.groups == 1), "{refused}");
    copy_world(&from, &to, true, || 1, &mut |_, _| ()).unwrap();
    assert_eq!(copy.describe_world(&everything).unwrap(), test_cloud.still().describe_world(&everything).unwrap());
    assert!(matches!(copy_world(&from, &from, true, || 1, &mut |_, _| ()), Err(AdministrationError::SameWorld)));
}

/// The overview counts what the operations show, in every region.
#[test]
fn the_overview_shows_what_lives_everywhere() {
    let test_cloud =
        TestCloud::in_file(json!({ "stock": [{ "zone_id": "cn-heyuan-b", "pay_as_you_go": 4, "spot": 1 }] }));
    let made = test_cloud.create(group(3, 2));
    assert_eq!(rows(&made).len(), 3);
    let overview = test_cloud.still_in("us-east-1").describe_world(&DescribeWorldRequest::default()).unwrap();
    let fleet = &overview.fleets[0];
    assert_eq!((fleet.id.as_str(), fleet.region_id.as_str()), (made.group_id.as_str(), "cn-heyuan"));
    assert_eq!((fleet.target_capacity, fleet.instances), (5, 4));
    assert_eq!((fleet.fulfilled_capacity, fleet.hourly_cost), (made.fulfilled_capacity, made.hourly_cost));
    let pool = overview.pools.iter().find(|pool| pool.zone_id == *"cn-heyuan-b").unwrap();
    assert_eq!((pool.pay_as_you_go.in_use, pool.pay_as_you_go.available()), (3, 1));
    assert_eq!((pool.spot.in_use, pool.spot.available()), (1, 0));
    assert!(overview.pools.iter().any(|pool| pool.zone_id == *"us-east-1a"));
}

/// Prices are the market's, one entry per change; living instances follow what happened.
#[test]
fn history_has_prices_and_living_instances() {
    let scenario = json!({
        "prices": [{ "spot": 0.01 }],
        "events": [{ "at": "2h", "prices": { "spot": 0.02 } }, { "at": "3h", "reclaim_spot": { "count": 1 } }]
    });
    let test_cloud = TestCloud::in_file(scenario);
    test_cloud.create(group(1, 2));
    test_cloud.at("5h");
    test_cloud.groups();
    let history = test_cloud.still().describe_world_history(&DescribeWorldHistoryRequest::default()).unwrap();
    let spot: Vec<_> = history.pools[0].prices.iter().map(|price| (price.time, price.spot.to_string())).collect();
    assert_eq!(spot, [(Time::START, "0.01".to_owned()), (hours(2), "0.02".to_owned())]);
    assert_eq!(history.fleets[0].instances, [(Time::START, 3), (hours(3), 2)]);
    let supply = test_cloud.supply("cn-heyuan-b", "ecs.s6-c1m1.small", Billing::Spot);
    assert!(supply >= 2);
}

#[test]
fn w1_what_a_deleted_group_left_running_is_released_by_its_id() {
    let test_cloud = TestCloud::in_file(json!({}));
    let made = test_cloud.create(group(2, 1));
    let release = || test_cloud.still().release_left_instances(&made.group_id);
    assert!(matches!(release(), Err(AdministrationError::NothingLeft { .. })), "it is not deleted");
    assert_eq!(test_cloud.delete_group_only(&made).kept, 3);
    test_cloud.at("3h");
    test_cloud.groups();
    let released = release().unwrap();
    assert_eq!(released.iter().map(|activity| activity.destroyed.len()).sum::<usize>(), 3);
    assert_eq!(test_cloud.still().describe_clock().unwrap(), Time::START, "an empty world is a new world");
    assert!(matches!(release(), Err(AdministrationError::NothingLeft { .. })));
}

/// By its id a world is told from another one at the same place.
#[test]
fn a_world_has_an_id_that_copies_keep_and_a_reset_renews() {
    for_each_engine(|engine| {
        let id_at = |world: WorldLocation, random_number: fn() -> u64| {
            let cloud = SimCloud::new(CloudConfig {
                region: "cn-heyuan".into(),
                world,
                scenario: Arc::default(),
                clock: ClockSource::World,
                keeps_empty_world: false,
                random_number,
                scenario_document: None,
                real_time: || Time::START,
            });
            cloud.describe_clock().unwrap();
            (cloud.latest_world().unwrap(), cloud)
        };
        let (from, to) = (engine.location(), engine.another_location());
        assert_eq!(id_at(from.clone(), || 7).0, WorldId::of_number(7));
        let (same, cloud) = id_at(from.clone(), || 8);
        assert_eq!(same, WorldId::of_number(7));

        // An empty world begins again (W1), but the state of something that was deleted there is of that world.
        let vpc = cloud.create_vpc(&vpc("10.0.0.0/8")).unwrap();
        cloud.delete_vpc(&vpc.vpc_id).unwrap();
        assert_eq!(id_at(from.clone(), || 9).0, same);

        copy_world(&from, &to, false, || 9, &mut |_, _| ()).unwrap();
        assert_eq!(id_at(to, || 9).0, same);

        cloud.reset_world().unwrap();
        assert_eq!(id_at(from, || 9).0, WorldId::of_number(8));
    });
}
