//! Forks: copies of a world that are ahead of it and end with their owner, on each engine.

use std::sync::Arc;
use std::time::Duration;

use serde_json::json;

use super::engine::{contents, for_each_engine};
use super::test_cloud::{TestCloud, instances};
use crate::base::clock::Span;
use crate::cloud::WorldError;
use crate::cloud::model::{DescribeInstancesRequest, ForkRequest, ForkScenario};
use crate::cloud::store::exists;
use crate::cloud::{CloudError, WorldFork, WorldLocation};
use crate::market::Scenario;

fn ahead(hours: i64) -> ForkRequest {
    ForkRequest { advance_by: Span::from_seconds(hours * 3_600), scenario: None }
}

fn living(cloud: &TestCloud, fork: &WorldFork) -> usize {
    let all = DescribeInstancesRequest::default();
    let found = cloud.still_on(fork.location().clone()).describe_instances(&all).unwrap().items;
    found.iter().filter(|placed| placed.instance.state.is_live()).count()
}

#[test]
fn time_passes_in_the_fork_alone() {
    for_each_engine(|engine| {
        let cloud = TestCloud::at_location(engine.location(), json!({ "stock": [{ "pay_as_you_go": 9, "spot": 9 }] }));
        cloud.run(instances(2, 2));
        let before = contents(&engine.location());
        let events = json!({
            "stock": [{ "pay_as_you_go": 9, "spot": 9 }],
            "events": [{ "at": "5h", "terminate_instances": {} }],
        });
        let scenario = Arc::new(Scenario::from_json(&events).unwrap());
        let scenario = Some(ForkScenario { scenario, document: None });
        let (early, late) = (cloud.api.fork_world(&ahead(4)).unwrap(), ForkRequest { scenario, ..ahead(6) });
        let late = cloud.api.fork_world(&late).unwrap();
        assert_eq!((early.clock.to_string(), living(&cloud, &early)), ("2026-01-01T04:00:00Z".to_owned(), 2));
        assert_eq!((late.clock.to_string(), living(&cloud, &late)), ("2026-01-01T06:00:00Z".to_owned(), 0));
        assert!(early.location().is_fork() && !engine.location().is_fork());
        assert_eq!(contents(&engine.location()), before, "the world is as it was");
        for fork in [early, late] {
            let place = fork.location().clone();
            cloud.api.remove_fork(fork).unwrap();
            assert!(!exists(&place).unwrap(), "{place}");
        }
    });
}

/// The provider's own clock is ahead of the world's: a fork begins there, and the world stays behind.
#[test]
fn a_fork_catches_up_to_the_clock_of_its_cloud_first() {
    for_each_engine(|engine| {
        let cloud = TestCloud::at_location(engine.location(), json!({}));
        cloud.run(instances(1, 1));
        let before = contents(&engine.location());
        cloud.at("10h");
        let fork = cloud.api.fork_world(&ahead(1)).unwrap();
        assert_eq!(fork.clock.to_string(), "2026-01-01T11:00:00Z");
        assert_eq!(contents(&engine.location()), before);
        cloud.api.remove_fork(fork).unwrap();
    });
}

/// As after a crash: no process holds the lock any more.
#[test]
fn the_next_fork_removes_an_abandoned_one() {
    for_each_engine(|engine| {
        let cloud = TestCloud::at_location(engine.location(), json!({}));
        let abandoned = cloud.api.fork_world(&ahead(0)).unwrap();
        let place = abandoned.location().clone();
        let beside = cloud.api.fork_world(&ahead(0)).unwrap();
        assert_ne!(beside.location(), &place, "a fork in use is let alone");
        drop(abandoned);
        assert!(exists(&place).unwrap());
        // A server notices a moment later that a connection was closed.
        let next = (0..200).find_map(|_| {
            let next = cloud.api.fork_world(&ahead(3)).unwrap();
            if next.location() == &place {
                return Some(next);
            }
            cloud.api.remove_fork(next).unwrap();
            std::thread::sleep(Duration::from_millis(20));
            None
        });
        let next = next.expect("its place is free");
        assert_eq!((next.location(), next.clock.to_string().as_str()), (&place, "2026-01-01T03:00:00Z"));
        for fork in [beside, next] {
            cloud.api.remove_fork(fork).unwrap();
        }
        assert!(!exists(&place).unwrap());
    });
}

#[test]
fn a_fork_that_cannot_be_made_leaves_nothing() {
    for_each_engine(|engine| {
        let cloud = TestCloud::at_location(engine.location(), json!({}));
        cloud.run(instances(1, 1));
        let far = cloud.api.fork_world(&ahead(24 * 3_660)).unwrap_err();
        assert!(matches!(far, CloudError::World(WorldError::ClockTooFar { .. })), "{far}");
        let place = cloud.api.fork_world(&ahead(0)).unwrap();
        assert!(place.location().to_string().ends_with('1'), "the first place is free: {}", place.location());
        cloud.api.remove_fork(place).unwrap();
    });
    let memory = TestCloud::at_location(WorldLocation::Memory, json!({}));
    assert!(matches!(memory.api.fork_world(&ahead(0)), Err(CloudError::World(WorldError::Other { .. }))));
}
