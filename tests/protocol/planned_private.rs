//! A client that keeps the private state of a plan gets plans that write nothing to the world (protocol 6.11).

use std::sync::Arc;

use rusqlite::Connection;
use simcloud::base::Time;
use simcloud::cloud::model::InstanceSelection;
use simcloud::cloud::{ClockSource, CloudConfig, SimCloud, WorldLocation};
use simcloud::market::Scenario;
use simcloud::tf::Value;

use crate::client::{Client, Planned, Stored};
use crate::fixtures::{IMAGE, TestWorld};

const RESERVATION: &str = "simcloud_run_instances";
const GROUP: &str = "simcloud_auto_provisioning_group";

/// A client as Terraform 1.16 is, on a cloud with two spot instances.
async fn client(world: &TestWorld) -> Client {
    let pool = Value::object([
        ("zone_id", Value::from("cn-heyuan-a")),
        ("instance_type", "ecs.c7.large".into()),
        ("pay_as_you_go", 0.into()),
        ("spot", 2.into()),
    ]);
    let scenario = Value::object([("stock", Value::List(vec![pool]))]);
    let mut client = world.unconfigured_client().await;
    assert_eq!(client.configure(Value::object([("scenario", scenario)])).await, []);
    client.capabilities.store_planned_private = true;
    client
}

fn reservation() -> Value {
    let image = Value::object([("image_id", Value::from(IMAGE)), ("min_count", 2.into()), ("max_count", 2.into())]);
    Value::object([
        ("instance_type", Value::from("ecs.c7.large")),
        ("zone_id", "cn-heyuan-a".into()),
        ("spot_strategy", "SpotAsPriceGo".into()),
        ("image", Value::List(vec![image])),
    ])
}

fn group(capacity: u32) -> Value {
    let pool = Value::object([("zone_id", "cn-heyuan-a"), ("instance_type", "ecs.c7.large")]);
    let launch = Value::object([("image_id", IMAGE)]);
    Value::object([
        ("auto_provisioning_group_type", Value::from("maintain")),
        ("total_target_capacity", capacity.to_string().into()),
        ("spot_target_capacity", capacity.to_string().into()),
        ("on_shortfall", "accept".into()),
        ("terminate_instances", true.into()),
        ("launch_template_config", Value::List(vec![pool])),
        ("launch_configuration", Value::List(vec![launch])),
    ])
}

/// Takes all spot instances away.
fn reclaim(world: &TestWorld) {
    let cloud = SimCloud::new(CloudConfig {
        region: "cn-heyuan".into(),
        world: WorldLocation::File(world.path()),
        scenario: Arc::new(Scenario::default()),
        clock: ClockSource::World,
        keeps_empty_world: false,
        random_number: || 0,
        scenario_document: None,
        real_time: || Time::START,
    });
    cloud.reclaim_spot(&InstanceSelection::default()).unwrap();
}

/// Locks the world as a writer does that does not end; who wants to write waits for a minute and fails.
fn lock(world: &TestWorld) -> Connection {
    let connection = Connection::open(world.path()).unwrap();
    connection.execute_batch("BEGIN IMMEDIATE").unwrap();
    connection
}

fn unknown_instances(planned: &Planned) -> usize {
    let instances = planned.state.get("instances").as_list().unwrap();
    instances.iter().filter(|instance| !instance.is_wholly_known()).count()
}

fn without_errors(diagnostics: &[crate::client::Said]) {
    assert!(diagnostics.iter().all(|said| !said.is_error), "{diagnostics:#?}");
}

#[tokio::test]
async fn a_plan_of_replacements_writes_nothing_and_the_apply_makes_it() {
    let world = TestWorld::new().await;
    let config = reservation();
    let made = client(&world).await.change(RESERVATION, &Stored::nothing(), &config).await;
    without_errors(&made.diagnostics);
    reclaim(&world);

    let locked = lock(&world);
    let mut planning = client(&world).await;
    let read = planning.read(RESERVATION, &made).await;
    let planned = planning.plan(RESERVATION, &read, &config).await;
    without_errors(&planned.diagnostics);
    assert_eq!(unknown_instances(&planned), 2);
    let mut applying = client(&world).await;
    let again = applying.plan_again(RESERVATION, &read, &config, planned.private.clone()).await;
    assert_eq!((&again.state, &again.private), (&planned.state, &planned.private));
    drop(locked);

    let applied = applying.apply(RESERVATION, &read, &again, &config).await;
    assert_eq!(applied.diagnostics, []);
    assert_eq!(applied.state.get("instance_ids").as_list().unwrap().len(), 2);
    // What the plan kept does not stay in the state.
    assert_eq!(applied.private, made.private);
}

/// What the first plan shows, even no replacement, the second one shows again.
#[tokio::test]
async fn the_second_plan_repeats_the_first_whatever_the_market_does_between_them() {
    let world = TestWorld::new().await;
    let config = reservation();
    let made = client(&world).await.change(RESERVATION, &Stored::nothing(), &config).await;
    reclaim(&world);
    let mut planning = client(&world).await;
    let read = planning.read(RESERVATION, &made).await;
    // Another fleet has the capacity while the first plan is made.
    let other = planning.change(RESERVATION, &Stored::nothing(), &config).await;
    without_errors(&other.diagnostics);
    let planned = planning.plan(RESERVATION, &read, &config).await;
    assert_eq!(unknown_instances(&planned), 0);
    planning.change(RESERVATION, &other, &Value::Null).await;

    let mut applying = client(&world).await;
    let again = applying.plan_again(RESERVATION, &read, &config, planned.private.clone()).await;
    assert_eq!((&again.state, &again.private), (&planned.state, &planned.private));
    assert_eq!(unknown_instances(&applying.plan(RESERVATION, &read, &config).await), 2);
}

/// A plan of scaling goes the same way, with the results of a pass that launches nothing.
#[tokio::test]
async fn a_plan_of_scaling_writes_nothing_either() {
    let world = TestWorld::new().await;
    let made = client(&world).await.change(GROUP, &Stored::nothing(), &group(1)).await;
    without_errors(&made.diagnostics);
    for (capacity, launched) in [(2, 1), (5, 1)] {
        let config = group(capacity);
        let locked = lock(&world);
        let mut planning = client(&world).await;
        let read = planning.read(GROUP, &made).await;
        let planned = planning.plan(GROUP, &read, &config).await;
        without_errors(&planned.diagnostics);
        assert_eq!(unknown_instances(&planned), launched);
        let again = client(&world).await.plan_again(GROUP, &read, &config, planned.private.clone()).await;
        assert_eq!((&again.state, &again.private), (&planned.state, &planned.private));
        drop(locked);
    }
    let mut applying = client(&world).await;
    let planned = applying.plan(GROUP, &made, &group(2)).await;
    let full = applying.apply(GROUP, &made, &planned, &group(2)).await;
    assert_eq!(full.diagnostics, []);
    let planned = applying.plan(GROUP, &full, &group(5)).await;
    assert!(planned.state.is_wholly_known(), "nothing is launched, so that nothing is unknown");
    let applied = applying.apply(GROUP, &full, &planned, &group(5)).await;
    without_errors(&applied.diagnostics);
    assert_eq!(applied.private, made.private);
}
