//! What only a server can do to a world: break a connection anywhere, refuse, hold something else.
#![cfg(unix)]

use std::io::{Read as _, Write as _};
use std::os::unix::net::{UnixListener, UnixStream};
use std::path::Path;
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use serde_json::json;
use simcloud_test_needs::needs;

use super::connection::Connection;
use super::{Access, PostgresUrl, PostgresVariables};
use crate::base::Time;
use crate::cloud::model::{ImageItem, RunInstancesRequest};
use crate::cloud::store::schema::NEWEST_VERSION;
use crate::cloud::store::{self, Stopwatch, Store, WorldError};
use crate::cloud::tests::engine::{new_postgres_world, place, postgres};
use crate::cloud::tests::postgres_server::{Bouncer, Server, eventually, needed, new_world, shared};
use crate::cloud::tests::test_cloud::group;
use crate::cloud::{ClockSource, CloudConfig, CloudError, SimCloud, WorldLocation, world_exists};
use crate::market::Scenario;

/// Stands between client and server, and breaks a connection at a point of its choice, once.
struct Breaker {
    folder: tempfile::TempDir,
    plan: Arc<AtomicU8>,
}

const NOTHING: u8 = 0;
/// COMMIT arrives, and its answer does not.
const AFTER_COMMIT: u8 = 1;
/// COMMIT does not arrive.
const BEFORE_COMMIT: u8 = 2;
/// COMMIT arrives long after the client has given up.
const LATE_COMMIT: u8 = 3;
/// COMMIT does not arrive, and nothing arrives afterwards; neither end gets an error.
const SILENT_COMMIT: u8 = 7;
/// In the middle of the work.
const IN_THE_MIDDLE: u8 = 4;
/// COMMIT arrives, its answer does not, and nothing arrives afterwards.
const FOR_EVER: u8 = 5;
/// Nothing arrives any more, and neither end gets an error.
const SILENT: u8 = 6;

impl Breaker {
    fn before(server: &Server) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let plan = Arc::new(AtomicU8::new(NOTHING));
        let (target, shared) = (server.socket().join(".s.PGSQL.5432"), Arc::clone(&plan));
        let own = folder.path().join(".s.PGSQL.5432");
        thread::spawn(move || {
            for client in listener.incoming().map_while(Result::ok) {
                let (target, own, plan) = (target.clone(), own.clone(), Arc::clone(&shared));
                thread::spawn(move || relay(client, &target, &own, &plan));
            }
        });
        Self { folder, plan }
    }

    fn url(&self, world: &str) -> String {
        format!("postgres://sim@/sim?host={}&world={world}", self.folder.path().display())
    }
}

fn relay(mut client: UnixStream, target: &Path, own: &Path, plan: &AtomicU8) {
    let Ok(mut server) = UnixStream::connect(target) else { return };
    let (mut from, mut to) = (server.try_clone().unwrap(), client.try_clone().unwrap());
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(std::net::Shutdown::Both);
    });
    let mut buffer = vec![0; 1 << 20];
    while let Ok(length @ 1..) = client.read(&mut buffer) {
        let said = |word: &[u8]| buffer[..length].windows(word.len()).any(|window| window == word);
        let planned = plan.load(Ordering::SeqCst);
        if planned == SILENT {
            thread::sleep(Duration::from_secs(60));
            return;
        }
        let commits = said(b"COMMIT\0") && said(b".commits (session");
        let breaks = if planned == IN_THE_MIDDLE { said(b"ecs.s6-c1m1.small") } else { planned != NOTHING && commits };
        if breaks && planned == SILENT_COMMIT {
            plan.store(SILENT, Ordering::SeqCst);
            continue;
        }
        if breaks {
            plan.store(NOTHING, Ordering::SeqCst);
            if planned == FOR_EVER {
                std::fs::remove_file(own).unwrap();
            }
            let _ = client.shutdown(std::net::Shutdown::Both);
            if planned == LATE_COMMIT {
                thread::sleep(Duration::from_millis(300));
            }
            if matches!(planned, AFTER_COMMIT | LATE_COMMIT | FOR_EVER) {
                let _ = server.write_all(&buffer[..length]);
                thread::sleep(Duration::from_millis(100));
            }
            let _ = server.shutdown(std::net::Shutdown::Both);
            return;
        }
        if server.write_all(&buffer[..length]).is_err() {
            return;
        }
    }
    let _ = server.shutdown(std::net::Shutdown::Both);
}

fn open(location: &WorldLocation) -> Result<Arc<dyn Store>, WorldError> {
    store::open(location, || 1)
}

fn cloud(location: WorldLocation) -> SimCloud {
    SimCloud::new(CloudConfig {
        region: "cn-heyuan".into(),
        world: location,
        scenario: Arc::new(Scenario::from_json(&json!({ "stock": [{ "pay_as_you_go": 2000 }] })).unwrap()),
        clock: ClockSource::World,
        keeps_empty_world: false,
        random_number: || 1,
        scenario_document: None,
        real_time: || Time::START,
    })
}

fn launch() -> RunInstancesRequest {
    RunInstancesRequest {
        images: vec![ImageItem {
            image_id: "aliyun_3_x64_20G_alibase_20250629.vhd".into(),
            min_count: 2,
            max_count: 2,
            key_name: Some("example-key-name".into()),
        }],
        instance_type: Some("ecs.s6-c1m1.small".into()),
        zone_id: Some("cn-heyuan-b".into()),
        wait_for_running: true,
        ..RunInstancesRequest::default()
    }
}

/// How the server knows the connections of a world.
fn application(url: &str) -> String {
    format!("simcloud {}", place(url).world)
}

/// Without a token, so that doing it twice would show.
#[needs(postgres)]
#[test]
fn a_connection_that_breaks_anywhere_does_the_work_once() {
    let server = needed(shared());
    let breaker = Breaker::before(server);
    let world = new_world();
    let cloud = cloud(postgres(&breaker.url(&world)));
    let count = |what: &str| server.ask(&format!("SELECT {what} FROM simcloud_{world}.batches"));
    for (number, plan) in
        [AFTER_COMMIT, BEFORE_COMMIT, LATE_COMMIT, IN_THE_MIDDLE, AFTER_COMMIT].into_iter().enumerate()
    {
        breaker.plan.store(plan, Ordering::SeqCst);
        let made = cloud.run_instances(&launch()).unwrap();
        assert_eq!(made.instances.len(), 2);
        assert_eq!(breaker.plan.load(Ordering::SeqCst), NOTHING, "it did break");
        thread::sleep(Duration::from_millis(500));
        assert_eq!(count("count(DISTINCT fleet_id)"), (number + 1).to_string(), "break {plan}");
        assert_eq!(count("sum(live)"), (2 * (number + 1)).to_string(), "break {plan}");
    }
}

/// A statement that cannot be sent must not leave the ones around it to be made final.
#[needs(postgres)]
#[test]
fn nothing_is_made_final_after_a_statement_that_cannot_be_sent() {
    let (_, url) = needed(new_postgres_world());
    let store = open(&postgres(&url)).unwrap();
    let mut tx = store.begin(Access::Write).unwrap();
    tx.execute("INSERT INTO request_counts VALUES ($1, $2)", &["one".into(), 1_i64.into()]).unwrap();
    tx.execute("INSERT INTO request_counts VALUES ($1, $2)", &["two".into(), "two".into()]).unwrap();
    tx.execute("INSERT INTO request_counts VALUES ($1, $2)", &["three".into(), 3_i64.into()]).unwrap();
    assert!(matches!(tx.commit().unwrap_err(), WorldError::Other { .. }));
    let rows = store.begin(Access::Read).unwrap().query("SELECT * FROM request_counts", &[]).unwrap();
    assert!(rows.is_empty(), "{rows:?}");
}

#[needs(postgres)]
#[test]
fn looking_for_a_world_makes_none() {
    let server = needed(shared());
    let world = new_world();
    let location = postgres(&server.url(&world));
    assert!(!world_exists(&location).unwrap());
    let schemas = format!("SELECT count(*) FROM pg_namespace WHERE nspname = 'simcloud_{world}'");
    assert_eq!(server.ask(&schemas), "0");
    open(&location).unwrap();
    assert!(world_exists(&location).unwrap());
    assert_eq!(server.ask(&schemas), "1");
}

/// Calls by hand were not run again once, and said that they had been.
#[needs(postgres)]
#[test]
fn what_is_done_by_hand_is_done_in_spite_of_a_broken_connection() {
    let server = needed(shared());
    let breaker = Breaker::before(server);
    let world = new_world();
    let cloud = cloud(postgres(&breaker.url(&world)));
    cloud.run_instances(&launch()).unwrap();
    breaker.plan.store(BEFORE_COMMIT, Ordering::SeqCst);
    assert_eq!(cloud.reset_world().unwrap().instances, 2);
    assert_eq!(breaker.plan.load(Ordering::SeqCst), NOTHING, "it did break");
    assert_eq!(server.ask(&format!("SELECT count(*) FROM simcloud_{world}.fleets")), "0");
}

/// An outcome that cannot be learned is reported as such.
#[needs(postgres)]
#[test]
fn a_commit_whose_outcome_cannot_be_learned_is_reported() {
    let server = needed(shared());
    let breaker = Breaker::before(server);
    let cloud = cloud(postgres(&breaker.url(&new_world())));
    cloud.run_instances(&launch()).unwrap();
    breaker.plan.store(FOR_EVER, Ordering::SeqCst);
    let error = cloud.run_instances(&launch()).unwrap_err();
    assert!(matches!(error, CloudError::World(WorldError::Unanswered { .. })), "{error}");
}

/// Deadlocks and serialization failures: again, but not for ever. Nothing of the failed ones stays.
#[needs(postgres)]
#[test]
fn what_the_server_gives_up_is_done_again_within_a_bound() {
    let (server, url) = needed(new_postgres_world());
    let (cloud, schema) = (cloud(postgres(&url)), place(&url).schema());
    cloud.run_instances(&launch()).unwrap();
    server.ask(&format!(
        "CREATE SEQUENCE {schema}.failures;
         CREATE FUNCTION {schema}.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF nextval('{schema}.failures') % 2 = 1 THEN RAISE EXCEPTION USING ERRCODE = '40001'; END IF;
             IF nextval('{schema}.failures') < 6 THEN RAISE EXCEPTION USING ERRCODE = '40P01'; END IF;
             RETURN NEW;
         END $$;
         CREATE TRIGGER fails BEFORE INSERT ON {schema}.batches FOR EACH ROW EXECUTE FUNCTION {schema}.fail()"
    ));
    cloud.run_instances(&launch()).unwrap();
    assert_eq!(server.ask(&format!("SELECT count(*) FROM {schema}.fleets")), "2");
    server.ask(&format!(
        "CREATE OR REPLACE FUNCTION {schema}.fail() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             RAISE EXCEPTION USING ERRCODE = '40001'; END $$"
    ));
    let error = cloud.run_instances(&launch()).unwrap_err();
    assert!(matches!(error, CloudError::World(WorldError::Interrupted { .. })), "{error}");
    assert_eq!(server.ask(&format!("SELECT count(*) FROM {schema}.fleets")), "2");
}

#[needs(postgres)]
#[test]
fn a_backend_that_is_terminated_between_calls_is_replaced() {
    let (server, url) = needed(new_postgres_world());
    let cloud = cloud(postgres(&url));
    for number in 1..=3 {
        cloud.run_instances(&launch()).unwrap();
        let schema = place(&url).schema();
        assert_eq!(server.ask(&format!("SELECT count(*) FROM {schema}.fleets")), number.to_string());
        server.ask(&format!(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = '{}'",
            application(&url)
        ));
    }
    assert_eq!(cloud.describe_clock().unwrap(), Time::START);
}

#[needs(postgres)]
#[test]
fn a_newer_world_is_left_alone() {
    let (server, url) = needed(new_postgres_world());
    let place = place(&url);
    open(&postgres(&url)).unwrap();
    let schema = place.schema();
    server.ask(&format!("UPDATE {schema}.simcloud_format SET version = 99"));
    let error = open(&postgres(&url)).map(|_| ()).unwrap_err();
    let expected = WorldError::NewerVersion { world: place.to_string(), found: 99, known: NEWEST_VERSION };
    assert_eq!(error, expected);
    const { assert!(NEWEST_VERSION < 99) };
}

#[needs(postgres)]
#[test]
fn a_schema_of_another_program_is_left_alone() {
    let (server, url) = needed(new_postgres_world());
    let schema = place(&url).schema();
    server.ask(&format!("CREATE SCHEMA {schema}; CREATE TABLE {schema}.orders (id int)"));
    let error = open(&postgres(&url)).map(|_| ()).unwrap_err();
    assert!(matches!(error, WorldError::NotAWorld { .. }), "{error}");
    assert_eq!(
        server.ask(&format!("SELECT count(*) FROM pg_class WHERE relnamespace = '{schema}'::regnamespace")),
        "1"
    );
}

/// The guide's two roles: one may make schemas, the other was given an empty one; a third has neither.
#[needs(postgres)]
#[test]
fn a_role_needs_a_schema_and_no_more() {
    let (server, url) = needed(new_postgres_world());
    let schema = place(&url).schema();
    let as_role = |role: &str| postgres(&url.replace("sim@", &format!("{role}@")));
    let roles = ["maker", "given", "without"].map(|name| format!("{schema}_{name}"));
    for role in &roles {
        server.ask(&format!("CREATE ROLE {role} LOGIN"));
    }
    let refused = open(&as_role(&roles[2])).map(|_| ()).unwrap_err();
    assert!(matches!(refused, WorldError::NotAllowed { .. }), "{refused}");
    server.ask(&format!("CREATE SCHEMA {schema} AUTHORIZATION {}", roles[1]));
    cloud(as_role(&roles[1])).run_instances(&launch()).unwrap();
    server.ask(&format!("DROP SCHEMA {schema} CASCADE; GRANT CREATE ON DATABASE sim TO {}", roles[0]));
    cloud(as_role(&roles[0])).run_instances(&launch()).unwrap();
    let refused = open(&as_role(&roles[1])).map(|_| ()).unwrap_err();
    assert!(matches!(refused, WorldError::NotAllowed { .. }), "{refused}");
}

/// A pipeline that only plans needs no role that may write: a forecast takes no lock and writes nothing.
#[needs(postgres)]
#[test]
fn a_role_that_only_reads_can_look_and_forecast() {
    let (server, url) = needed(new_postgres_world());
    let schema = place(&url).schema();
    let reservation = cloud(postgres(&url)).run_instances(&launch()).unwrap();
    let role = format!("{schema}_reader");
    server.ask(&format!(
        "CREATE ROLE {role} LOGIN; GRANT USAGE ON SCHEMA {schema} TO {role};
         GRANT SELECT ON ALL TABLES IN SCHEMA {schema} TO {role}"
    ));
    let reader = cloud(postgres(&url.replace("sim@", &format!("{role}@"))));
    assert_eq!(reader.describe_reservation(&reservation.reservation_id).unwrap(), Some(reservation));
    // Held by a launch that does not end: a forecast that took a lock would wait for it.
    let store = open(&postgres(&url)).unwrap();
    let writer = store.begin(Access::Write).unwrap();
    let forecast = reader.forecast_create_auto_provisioning_group(&group(2, 0), false).unwrap();
    assert_eq!(forecast.instances.len(), 2);
    drop(writer);
    let made = cloud(postgres(&url)).create_auto_provisioning_group(&group(2, 0)).unwrap();
    assert_eq!((made.group_id, made.instances), (forecast.group_id, forecast.instances));
    let refused = reader.run_instances(&launch()).unwrap_err();
    assert!(matches!(refused, CloudError::World(WorldError::NotAllowed { .. })), "{refused}");
}

#[needs(postgres)]
#[test]
fn a_password_is_asked_for_checked_and_never_told() {
    let (server, url) = needed(new_postgres_world());
    let schema = place(&url).schema();
    server.ask(&format!(
        "DO $$ BEGIN CREATE ROLE locked LOGIN PASSWORD 's3cr3t word'; EXCEPTION WHEN OTHERS THEN NULL; END $$;
         CREATE SCHEMA {schema} AUTHORIZATION locked"
    ));
    let locked = |given: &str, variables: &PostgresVariables| {
        let text = url.replace("sim@", &format!("locked{given}@"));
        open(&WorldLocation::Postgres(Box::new(PostgresUrl::parse(&text, variables).unwrap()))).map(|_| ())
    };
    let nothing = PostgresVariables::default();
    locked(":s3cr3t%20word", &nothing).unwrap();
    locked("", &PostgresVariables::read(|name| (name == "PGPASSWORD").then(|| "s3cr3t word".to_owned()))).unwrap();
    let wrong = locked(":s3cr3t", &nothing).unwrap_err();
    assert!(matches!(wrong, WorldError::Refused { .. }) && !wrong.to_string().contains("s3cr3t"), "{wrong}");
    let missing = locked("", &nothing).unwrap_err();
    assert!(matches!(missing, WorldError::Refused { .. }) && missing.to_string().contains("PGPASSWORD"), "{missing}");
}

#[test]
fn a_server_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let text = format!("postgres://u:s3cr3t@/d?host={}&world=w", folder.path().display());
    let error = open(&postgres(&text)).map(|_| ()).unwrap_err();
    assert!(matches!(error, WorldError::Unreachable { .. }), "{error}");
    let told = error.to_string();
    assert!(
        told.contains(&format!("d?host={}&port=5432&world=w", folder.path().display())) && !told.contains("s3cr3t"),
        "{told}"
    );
}

/// Providers are dropped by threads of a runtime, which must not wait.
#[needs(postgres)]
#[test]
fn a_world_can_be_used_and_dropped_in_a_runtime() {
    let (_, url) = needed(new_postgres_world());
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let cloud = crate::cloud::Cloud::new(cloud(postgres(&url)));
        let made = cloud.run_instances(launch()).await.unwrap();
        assert_eq!(made.instances.len(), 2);
        drop(cloud);
    });
}

#[needs(postgres)]
#[test]
fn calls_are_served_in_order_of_arrival() {
    let (server, url) = needed(new_postgres_world());
    let waiting = format!(
        "SELECT count(*) FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
             WHERE NOT l.granted AND a.application_name = '{}'",
        application(&url)
    );
    let store = open(&postgres(&url)).unwrap();
    let holder = store.begin(Access::WriteIn("cn-heyuan")).unwrap();
    let order = Mutex::new(Vec::new());
    thread::scope(|scope| {
        for number in 0..6 {
            let (order, url) = (&order, &url);
            scope.spawn(move || {
                let other = open(&postgres(url)).unwrap();
                // A clock that moves waits for the calls that run, not for those that wait.
                let access = if number == 3 { Access::Relaxed } else { Access::WriteIn("cn-heyuan") };
                let _tx = other.begin(access).unwrap();
                order.lock().unwrap().push(number);
            });
            eventually("it waits", || server.ask(&waiting) == (number + 1).to_string());
        }
        drop(holder);
    });
    assert_eq!(order.into_inner().unwrap(), [3, 0, 1, 2, 4, 5]);
}

#[needs(postgres)]
#[test]
fn a_lock_that_is_never_released_is_reported() {
    let (server, url) = needed(new_postgres_world());
    let store = open(&postgres(&url)).unwrap();
    let tx = store.begin(Access::Write).unwrap();
    let other = open(&postgres(&url)).unwrap();
    thread::scope(|scope| {
        let waits = scope.spawn(|| other.begin(Access::WriteIn("cn-heyuan")).map(|_| ()));
        let waiting = format!(
            "FROM pg_stat_activity a JOIN pg_locks l ON l.pid = a.pid
                 WHERE NOT l.granted AND a.application_name = '{}'",
            application(&url)
        );
        eventually("it waits", || server.ask(&format!("SELECT count(*) {waiting}")) != "0");
        server.ask(&format!("SELECT pg_cancel_backend(a.pid) {waiting}"));
        let error = waits.join().unwrap().unwrap_err();
        assert!(matches!(error, WorldError::Other { .. }), "{error}");
    });
    drop(tx);
    other.begin(Access::WriteIn("cn-heyuan")).unwrap();
}

/// Retries were counted and not timed: a plan took twenty minutes.
#[test]
fn a_server_that_accepts_and_says_nothing_is_given_up_soon() {
    let folder = tempfile::tempdir().unwrap();
    let _silent = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    let begun = Stopwatch::start();
    for timeout in [0, 1] {
        let text = format!("postgres://u@/d?host={}&world=w&connect_timeout={timeout}", folder.path().display());
        let error = open(&postgres(&text)).map(|_| ()).unwrap_err();
        assert!(matches!(error, WorldError::Unreachable { .. }), "{error}");
    }
    let waited = begun.elapsed();
    assert!(waited < Duration::from_secs(25), "{waited:?}");
}

/// Notices and parameters without an end filled the memory.
#[test]
fn a_server_that_floods_is_given_up() {
    const GREETING: &[u8] = b"R\0\0\0\x08\0\0\0\0";
    const READY: &[u8] = b"Z\0\0\0\x05I";
    let notice = [&b"N\0\0\x80\x16SNOTICE\0C00000\0M"[..], &vec![b'x'; 0x8000], &[0, 0]].concat();
    for greeting in [GREETING.to_vec(), [GREETING, READY].concat()] {
        let folder = tempfile::tempdir().unwrap();
        let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
        let notice = notice.clone();
        thread::spawn(move || {
            for connection in listener.incoming() {
                let mut connection = connection.unwrap();
                connection.read_exact(&mut [0; 8]).unwrap();
                let mut written = connection.write_all(&greeting);
                while written.is_ok() {
                    written = connection.write_all(&notice);
                }
            }
        });
        let text = format!("postgres://u@/d?host={}&world=w", folder.path().display());
        let begun = Stopwatch::start();
        let error = open(&postgres(&text)).map(|_| ()).unwrap_err();
        assert!(error.to_string().contains("MiB for one answer"), "{error}");
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
    }
}

/// A byte now and then kept a call waiting for two and a half minutes: new connections were answered.
#[test]
fn a_server_whose_answer_trickles_is_given_up() {
    const GREETING: &[u8] = b"R\0\0\0\x08\0\0\0\0Z\0\0\0\x05I";
    const PARAMETER: &[u8] = b"S\0\0\0\x08a\0b\0";
    let folder = tempfile::tempdir().unwrap();
    let listener = UnixListener::bind(folder.path().join(".s.PGSQL.5432")).unwrap();
    thread::spawn(move || {
        for connection in listener.incoming() {
            let mut connection = connection.unwrap();
            thread::spawn(move || {
                let _ = connection.read(&mut [0; 256]);
                let mut written = connection.write_all(GREETING);
                while written.is_ok() {
                    thread::sleep(Duration::from_secs(1));
                    written = connection.write_all(PARAMETER);
                }
            });
        }
    });
    let text = format!("postgres://u@/d?host={}&world=w", folder.path().display());
    let begun = Stopwatch::start();
    let error = open(&postgres(&text)).map(|_| ()).unwrap_err();
    assert!(matches!(error, WorldError::Unreachable { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

/// Waiting for a lock is no silence: the server is asked on another connection whether it still answers. A rollback was asked
/// of the silent server too, which took as long again.
#[needs(postgres)]
#[test]
fn a_server_that_falls_silent_is_given_up_and_one_that_waits_for_a_lock_is_not() {
    let server = needed(shared());
    let breaker = Breaker::before(server);
    let world = new_world();
    let location = postgres(&breaker.url(&world));
    let holder = open(&location).unwrap();
    let waiter = open(&location).unwrap();
    let held = holder.begin(Access::Write).unwrap();
    let outcome = thread::scope(|scope| {
        let waits = scope.spawn(|| waiter.begin(Access::Write).map(|_| ()));
        thread::sleep(Duration::from_secs(10));
        drop(held);
        waits.join().unwrap()
    });
    assert_eq!(outcome, Ok(()));
    breaker.plan.store(SILENT, Ordering::SeqCst);
    let begun = Stopwatch::start();
    let error = waiter.begin(Access::Write).map(|_| ()).unwrap_err();
    assert!(matches!(error, WorldError::Unreachable { .. }), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", begun.elapsed());
}

/// The outcome of a commit was looked for on further connections for as long as after a restart: 31 seconds in all.
#[needs(postgres)]
#[test]
fn a_server_that_falls_silent_at_a_commit_is_given_up_soon() {
    let breaker = Breaker::before(needed(shared()));
    let cloud = cloud(postgres(&breaker.url(&new_world())));
    cloud.run_instances(&launch()).unwrap();
    breaker.plan.store(SILENT_COMMIT, Ordering::SeqCst);
    let begun = Stopwatch::start();
    let error = cloud.run_instances(&launch()).unwrap_err();
    assert!(matches!(error, CloudError::World(WorldError::Unanswered { .. })), "{error}");
    assert!(begun.elapsed() < Duration::from_secs(22), "{:?}", begun.elapsed());
}

/// How often each of eight clients launches.
const LAUNCHES: usize = 250;

/// Launches of one world stood in another one: what was set for a session also held for the next user of the connection.
#[needs(postgres, pgbouncer)]
#[test]
fn two_worlds_behind_pgbouncer_in_transaction_mode_stay_apart() {
    let server = needed(shared());
    let bouncer = needed(Bouncer::start(server, "transaction", 3));
    let worlds = [new_world(), new_world()];
    thread::scope(|scope| {
        for (number, world) in worlds.iter().enumerate() {
            for _ in 0..4 {
                let location = postgres(&bouncer.url(world));
                scope.spawn(move || {
                    let cloud = cloud(location);
                    for _ in 0..LAUNCHES {
                        let mut request = launch();
                        request.tags = [("world".to_owned(), number.to_string())].into();
                        cloud.run_instances(&request).unwrap();
                        cloud.describe_clock().unwrap();
                    }
                });
            }
        }
    });
    for (number, world) in worlds.iter().enumerate() {
        let count = |condition: &str| {
            server.ask(&format!(
                "SELECT count(*) FROM simcloud_{world}.fleets JOIN simcloud_{world}.fleet_documents USING (fleet_id)
                 WHERE request {condition}"
            ))
        };
        assert_eq!(count("IS NOT NULL"), (4 * LAUNCHES).to_string());
        assert_eq!(count(&format!("NOT LIKE '%\"world\":\"{number}\"%'")), "0", "launches of the other world");
    }
    // Another program that gets one of these connections finds it as the server makes it.
    for setting in ["search_path", "lock_timeout", "statement_timeout", "synchronous_commit"] {
        let found = Connection::open(&place(&bouncer.url("other"))).unwrap().look(&format!("SHOW {setting}")).unwrap();
        assert_eq!(found, Some(vec![Some(server.ask(&format!("SHOW {setting}")))]), "{setting}");
    }
    let prepared = Connection::open(&place(&bouncer.url("other"))).unwrap();
    assert_eq!(prepared.look("SELECT count(*) FROM pg_prepared_statements").unwrap(), Some(vec![Some("0".to_owned())]));
}

/// It took 220 seconds of retries to say less.
#[needs(postgres, pgbouncer)]
#[test]
fn pgbouncer_in_statement_mode_is_refused_at_once() {
    let server = needed(shared());
    let bouncer = needed(Bouncer::start(server, "statement", 3));
    let error = open(&postgres(&bouncer.url(&new_world()))).map(|_| ()).unwrap_err();
    assert!(matches!(&error, WorldError::Refused { detail, .. } if detail.contains("pool_mode")), "{error}");
}

pub(super) mod encrypted {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

    use super::*;

    struct Certificates {
        authority: String,
        server: String,
        key: String,
    }

    pub(in crate::cloud::store::postgres) fn pem(what: &str, der: &[u8]) -> String {
        use base64::Engine as _;
        let text = base64::engine::general_purpose::STANDARD.encode(der);
        let lines: Vec<&str> =
            text.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap_or_default()).collect();
        format!("-----BEGIN {what}-----\n{}\n-----END {what}-----\n", lines.join("\n"))
    }

    /// A server's certificate for `localhost`, by an authority of its own.
    fn certificates() -> Certificates {
        let authority_key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(Vec::new()).unwrap();
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let authority = parameters.self_signed(&authority_key).unwrap();
        let issuer = Issuer::new(parameters, authority_key);
        let key = KeyPair::generate().unwrap();
        let server = CertificateParams::new(["localhost".to_owned()]).unwrap().signed_by(&key, &issuer).unwrap();
        Certificates {
            authority: pem("CERTIFICATE", authority.der()),
            server: pem("CERTIFICATE", server.der()),
            key: pem("PRIVATE KEY", &key.serialize_der()),
        }
    }

    /// As `openssl req -x509` makes it, its own authority; or as other tools do, no authority.
    fn self_signed(is_ca: IsCa) -> Certificates {
        let key = KeyPair::generate().unwrap();
        let mut parameters = CertificateParams::new(["localhost".to_owned()]).unwrap();
        parameters.is_ca = is_ca;
        let certificate = pem("CERTIFICATE", parameters.self_signed(&key).unwrap().der());
        Certificates {
            authority: certificate.clone(),
            server: certificate,
            key: pem("PRIVATE KEY", &key.serialize_der()),
        }
    }

    #[needs(postgres)]
    #[test]
    fn a_connection_trusts_what_libpq_trusts() {
        let own_authority = IsCa::Ca(BasicConstraints::Unconstrained);
        let self_signed = [own_authority, IsCa::NoCa, IsCa::ExplicitNoCa].map(self_signed);
        for certificates in self_signed.into_iter().chain([certificates()]) {
            let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let settings = ["fsync=off", "ssl=on", "listen_addresses='127.0.0.1'", &format!("port={port}")];
            let files = [("server.crt", certificates.server.as_str()), ("server.key", certificates.key.as_str())];
            let server = needed(Server::start_with(&settings, &files, port));
            let folder = tempfile::tempdir().unwrap();
            let file = |name: &str, text: &str| {
                std::fs::write(folder.path().join(name), text).unwrap();
                folder.path().join(name).display().to_string()
            };
            let right = file("right.crt", &certificates.authority);
            let wrong = file("wrong.crt", &super::encrypted::certificates().authority);
            let is_trusted = |host: &str, mode: &str, roots: &str| {
                let text = format!("postgres://sim@{host}:{port}/sim?sslmode={mode}&sslrootcert={roots}");
                match open(&postgres(&text)) {
                    Ok(_) => true,
                    Err(WorldError::Untrusted { .. }) => false,
                    Err(error) => panic!("{host} {mode}: {error}"),
                }
            };
            assert!(is_trusted("localhost", "verify-full", &right));
            assert!(!is_trusted("127.0.0.1", "verify-full", &right), "the name is not in the certificate");
            assert!(is_trusted("127.0.0.1", "verify-ca", &right));
            for mode in ["verify-full", "verify-ca", "require"] {
                assert!(!is_trusted("localhost", mode, &wrong), "{mode}");
                assert!(!is_trusted("localhost", mode, "/no/such/file"), "{mode}");
            }
            for mode in ["require", "prefer", "disable"] {
                assert!(is_trusted("127.0.0.1", mode, ""), "{mode}");
            }
            let encrypted = server.ask("SELECT count(*) FROM pg_stat_ssl WHERE ssl");
            assert_eq!(encrypted, "0", "connections are closed with their worlds");
        }
    }
}
