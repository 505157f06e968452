//! One world for many: processes on one pool, regions that empty a world together, servers that crash.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use std::sync::{Arc, Barrier, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::{Value, json};
use simcloud_test_needs::needs;

use super::engine::{contents, for_each_engine, location, postgres};
use super::postgres_server::{Server, needed};
use super::test_cloud::{TestCloud, cloud, group, instances};
use crate::base::Time;
use crate::cloud::model::{DeleteAutoProvisioningGroupRequest, DescribeInstancesRequest, RunInstancesRequest};
use crate::cloud::{CloudError, SimCloud, WorldError, WorldLocation, drop_world};

fn cloud_in(region: &str, location: WorldLocation, scenario: &Value) -> SimCloud {
    cloud(region, location, scenario, &Arc::new(AtomicI64::new(Time::START.unix_seconds())))
}

fn pool_of(stock: u32) -> Value {
    json!({ "stock": [{ "pay_as_you_go": stock, "spot": 0 }] })
}

#[test]
fn processes_share_a_pool_exactly() {
    for_each_engine(|engine| share_a_pool(&engine.text(), 4, 10, 25));
}

#[test]
#[ignore = "make soak"]
fn soak_sixteen_processes_share_a_pool_exactly() {
    for_each_engine(|engine| share_a_pool(&engine.text(), 16, 50, 500));
}

/// Exactly as many instances as there are, no id twice, and everybody else is told that there are no more.
fn share_a_pool(world: &str, processes: usize, launches: usize, stock: u32) {
    let workers: Vec<_> = (0..processes)
        .map(|_| {
            let mut command = Command::new(std::env::current_exe().unwrap());
            command.args(["--exact", "cloud::tests::shared_world::a_worker", "--ignored", "--nocapture"]);
            let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
            writeln!(child.stdin.take().unwrap(), "{launches}\n{stock}\n{world}").unwrap();
            child
        })
        .collect();
    let (mut ids, mut refused) = (Vec::new(), 0);
    for worker in workers {
        let output = worker.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert!(output.status.success(), "{text}");
        for line in text.lines() {
            match line.split_once(' ') {
                Some(("launched", id)) => ids.push(id.to_owned()),
                Some(("refused", code)) => {
                    assert_eq!(code, "InsufficientInstanceCapacity");
                    refused += 1;
                }
                _ => {}
            }
        }
    }
    let different: BTreeSet<&String> = ids.iter().collect();
    assert_eq!((ids.len(), different.len()), (stock as usize, stock as usize));
    assert_eq!(refused, processes * launches - stock as usize);
    let seen = living(&cloud_in("cn-heyuan", location(world), &pool_of(stock)));
    assert_eq!(seen.iter().collect::<BTreeSet<_>>(), different);
}

#[test]
#[ignore = "a process of its own that other tests start"]
fn a_worker() {
    let mut lines = BufReader::new(std::io::stdin()).lines().map_while(Result::ok);
    let (Some(launches), Some(stock), Some(world)) = (lines.next(), lines.next(), lines.next()) else { return };
    let cloud = cloud_in("cn-heyuan", location(&world), &pool_of(stock.parse().unwrap()));
    // A line of its own, behind what the test harness has begun.
    println!();
    for _ in 0..launches.parse().unwrap() {
        match cloud.run_instances(&instances(1, 1)) {
            Ok(made) => println!("launched {}", made.instances[0].instance_id),
            Err(CloudError::Service(error)) => println!("refused {}", error.code),
            Err(CloudError::World(error)) => panic!("{error}"),
        }
    }
}

fn living(cloud: &SimCloud) -> Vec<String> {
    let mut found = Vec::new();
    let mut request = DescribeInstancesRequest::default();
    loop {
        let page = cloud.describe_instances(&request).unwrap();
        found.extend(page.items.iter().map(|placed| placed.instance.instance_id.to_string()));
        if page.next_token.is_none() {
            return found;
        }
        request.next_token = page.next_token;
    }
}

#[test]
fn w1_regions_that_lose_their_last_thing_together_leave_a_new_world() {
    for_each_engine(|engine| {
        for round in 0..10 {
            let scenario = json!({});
            let clouds = ["cn-heyuan", "cn-hangzhou"].map(|region| cloud_in(region, engine.location(), &scenario));
            let made = [group(1, 0), group_in("cn-hangzhou-h")].map(|mut request| {
                request.client_token = Some("token".to_owned());
                request
            });
            let new = contents(&engine.location());
            let (created, starts) = (Barrier::new(2), Barrier::new(2));
            thread::scope(|scope| {
                for (cloud, request) in clouds.iter().zip(&made) {
                    let (created, starts) = (&created, &starts);
                    scope.spawn(move || {
                        let group_id = cloud.create_auto_provisioning_group(request).unwrap().group_id;
                        created.wait();
                        let request = DeleteAutoProvisioningGroupRequest { group_id, terminate_instances: Some(true) };
                        starts.wait();
                        cloud.delete_auto_provisioning_group(&request).unwrap();
                    });
                }
            });
            assert_eq!(contents(&engine.location()), new, "round {round}");
        }
    });
}

fn group_in(zone: &str) -> crate::cloud::model::CreateAutoProvisioningGroupRequest {
    crate::cloud::model::CreateAutoProvisioningGroupRequest {
        configs: vec![super::test_cloud::config(zone, "ecs.g7.large")],
        ..group(1, 0)
    }
}

#[test]
fn regions_at_once_leave_what_they_leave_one_after_the_other() {
    for_each_engine(|engine| {
        let regions = [("cn-heyuan", group(3, 2)), ("cn-hangzhou", group_in("cn-hangzhou-h"))];
        let work = |location: &WorldLocation, (region, request): &(&str, _)| {
            let cloud = cloud_in(region, location.clone(), &json!({}));
            for _ in 0..5 {
                cloud.create_auto_provisioning_group(request).unwrap();
            }
        };
        thread::scope(|scope| {
            for region in &regions {
                scope.spawn(|| work(&engine.location(), region));
            }
        });
        for region in regions.iter().rev() {
            work(&engine.another_location(), region);
        }
        assert_eq!(contents(&engine.location()), contents(&engine.another_location()));
    });
}

/// Opening the world and compiling the statements in every call took more than half of a launch.
#[test]
fn a_cloud_in_a_region_leaves_its_connection_for_the_next() {
    let folder = tempfile::tempdir().unwrap();
    let cloud = cloud_in("cn-heyuan", WorldLocation::File(folder.path().join("world.db")), &json!({}));
    // SQLite removes it with the last connection.
    let log = folder.path().join("world.db-wal");
    for _ in 0..2 {
        assert_eq!(living(&cloud.in_region(&"cn-hangzhou".into())), [] as [String; 0]);
        assert!(log.exists());
    }
    drop(cloud);
    assert!(!log.exists());
}

#[test]
fn regions_of_one_cloud_do_not_wait_for_each_others_transactions() {
    for_each_engine(|engine| {
        let cloud = cloud_in("cn-heyuan", engine.location(), &pool_of(5));
        let elsewhere = || cloud.in_region(&"cn-hangzhou".into());
        // For a later call.
        assert_eq!(living(&elsewhere()).len(), 0);
        let found = cloud.in_region(&"cn-heyuan".into()).write(None, |_| Ok(living(&elsewhere()).len()));
        assert_eq!(found.unwrap(), 0);
    });
}

#[test]
fn a_world_that_was_deleted_meanwhile_is_opened_anew() {
    for_each_engine(|engine| {
        let cloud = cloud_in("cn-hangzhou", engine.location(), &pool_of(5));
        let here = || cloud.in_region(&"cn-heyuan".into());
        here().run_instances(&instances(2, 2)).unwrap();
        assert_eq!(living(&here()).len(), 2);
        drop_world(&engine.location()).unwrap();
        assert_eq!(living(&here()).len(), 0);
        here().run_instances(&instances(1, 1)).unwrap();
        assert_eq!(living(&cloud_in("cn-heyuan", engine.location(), &pool_of(5))).len(), 1);
    });
}

#[test]
fn a_clock_that_moves_and_launches_share_the_world() {
    for_each_engine(|engine| {
        let test_cloud = TestCloud::at_location(engine.location(), pool_of(200));
        thread::scope(|scope| {
            for _ in 0..3 {
                scope.spawn(|| {
                    let cloud = cloud_in("cn-heyuan", engine.location(), &pool_of(200));
                    for _ in 0..10 {
                        cloud.run_instances(&instances(1, 1)).unwrap();
                    }
                });
            }
            for hour in 1..20 {
                test_cloud.at(&format!("{hour}h"));
                assert_eq!(test_cloud.api.describe_clock().unwrap(), Time::parse_clock(&format!("{hour}h")).unwrap());
            }
        });
        assert_eq!(living(&test_cloud.api).len(), 30);
    });
}

#[needs(postgres)]
#[test]
fn a_server_that_crashes_loses_nothing_and_doubles_nothing() {
    crash(3);
}

#[test]
#[ignore = "make soak"]
fn soak_a_server_that_crashes_loses_nothing_and_doubles_nothing() {
    crash(20);
}

/// Launches, with and without tokens, while the server is stopped as by a crash again and again. What was answered is
/// there, once; what was not answered is not there, or is found by its token.
fn crash(times: u64) {
    let server = needed(Server::start(&[]));
    let location = || postgres(&server.url("crash"));
    let (stops, told) = (AtomicBool::new(false), Mutex::new(Vec::new()));
    thread::scope(|scope| {
        for worker in 0..4 {
            let (stops, told) = (&stops, &told);
            scope.spawn(move || {
                let cloud = cloud_in("cn-heyuan", location(), &pool_of(100_000));
                let mut number = 0;
                while !stops.load(Ordering::SeqCst) {
                    number += 1;
                    let client_token = (worker % 2 == 0).then(|| format!("{worker}-{number}"));
                    let request = RunInstancesRequest { client_token, ..instances(2, 2) };
                    let mut made = cloud.run_instances(&request);
                    while request.client_token.is_some() && made.is_err() {
                        made = cloud.run_instances(&request);
                    }
                    match made {
                        Ok(made) => told.lock().unwrap().push(made.reservation_id),
                        Err(CloudError::World(WorldError::Interrupted { .. } | WorldError::Unreachable { .. })) => {}
                        Err(error) => panic!("{error}"),
                    }
                }
            });
        }
        for round in 0..times {
            thread::sleep(Duration::from_millis(300 + round * 137 % 400));
            server.stop_immediately();
            server.start_again();
        }
        thread::sleep(Duration::from_millis(500));
        stops.store(true, Ordering::SeqCst);
    });
    let told = told.into_inner().unwrap();
    let answered: BTreeSet<String> = told.iter().map(ToString::to_string).collect();
    assert_eq!(answered.len(), told.len(), "no answer twice");
    assert!(told.len() as u64 > times, "only {} launches", told.len());
    let test_cloud = TestCloud::at_location(location(), pool_of(100_000));
    let kept = server.ask("SELECT fleet_id FROM simcloud_crash.fleets ORDER BY fleet_id COLLATE \"C\"");
    assert_eq!(kept.lines().map(str::to_owned).collect::<BTreeSet<_>>(), answered);
    assert_eq!(living(&test_cloud.api).len(), 2 * told.len());
    assert_eq!(server.ask("SELECT sum(in_use) FROM simcloud_crash.pool_use"), (2 * told.len()).to_string());
}
