//! What both engines promise, held on both.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Barrier};
use std::thread;
use std::time::Duration;

use super::{Access, SqlValue, Store, Tx, WorldError};
use crate::base::WorldId;
use crate::cloud::WorldLocation;
use crate::cloud::tests::engine::{Engine, for_each_engine};

fn open(location: &WorldLocation) -> Result<Arc<dyn Store>, WorldError> {
    super::open(location, || 1)
}

fn clock(store: &dyn Store) -> i64 {
    store.begin(Access::Read).unwrap().query("SELECT clock FROM world", &[]).unwrap()[0].integer(0)
}

/// Sets it and looks, so that it has been done when this returns.
fn set_clock(tx: &mut dyn Tx, time: i64) {
    tx.execute("UPDATE world SET clock = $1", &[time.into()]).unwrap();
    assert_eq!(tx.query("SELECT clock FROM world", &[]).unwrap()[0].integer(0), time);
}

/// Holds something on two stores opened on one new world of each engine.
fn on_each_engine(test: impl Fn(&dyn Store, &dyn Store)) {
    for_each_engine(|engine| {
        let location = engine.location();
        test(open(&location).unwrap().as_ref(), open(&location).unwrap().as_ref());
    });
}

#[test]
fn a_transaction_that_is_dropped_leaves_no_trace() {
    on_each_engine(|store, other| {
        let before = clock(store);
        for access in [Access::Write, Access::WriteIn("cn-heyuan"), Access::Relaxed] {
            set_clock(store.begin(access).unwrap().as_mut(), 7);
            assert_eq!((clock(store), clock(other)), (before, before));
        }
        for (access, time) in [(Access::Write, 7), (Access::WriteIn("cn-heyuan"), 8), (Access::Relaxed, 9)] {
            let mut tx = store.begin(access).unwrap();
            set_clock(tx.as_mut(), time);
            tx.commit().unwrap();
            assert_eq!((clock(store), clock(other)), (time, time));
        }
    });
}

#[test]
fn a_statement_that_fails_leaves_a_store_that_works() {
    on_each_engine(|store, _| {
        let mut tx = store.begin(Access::Write).unwrap();
        let row = ["x".into(), 1_i64.into()];
        tx.execute("INSERT INTO request_counts VALUES ($1, $2)", &row).unwrap();
        let twice = tx.execute("INSERT INTO request_counts VALUES ($1, $2)", &row);
        assert!(twice.and_then(|()| tx.query("SELECT 1", &[])).is_err(), "twice the same key");
        drop(tx);
        let mut tx = store.begin(Access::Write).unwrap();
        assert!(tx.query("SELECT * FROM request_counts", &[]).unwrap().is_empty());
        tx.execute("INSERT INTO request_counts VALUES ($1, $2)", &row).unwrap();
        tx.commit().unwrap();
    });
}

#[test]
fn a_reader_sees_one_snapshot() {
    on_each_engine(|store, other| {
        let mut reader = store.begin(Access::Read).unwrap();
        let first = reader.query("SELECT clock FROM world", &[]).unwrap()[0].integer(0);
        let mut writer = other.begin(Access::Write).unwrap();
        set_clock(writer.as_mut(), first + 1);
        writer.commit().unwrap();
        assert_eq!(reader.query("SELECT clock FROM world", &[]).unwrap()[0].integer(0), first);
        drop(reader);
        assert_eq!(clock(store), first + 1);
    });
}

#[test]
fn writers_of_one_region_take_turns_and_each_sees_the_last() {
    for_each_engine(|engine| {
        let location = engine.location();
        open(&location).unwrap();
        thread::scope(|scope| {
            for _ in 0..4 {
                scope.spawn(|| {
                    let store = open(&location).unwrap();
                    for _ in 0..10 {
                        let mut tx = store.begin(Access::WriteIn("cn-heyuan")).unwrap();
                        let now = tx.query("SELECT clock FROM world", &[]).unwrap()[0].integer(0);
                        thread::sleep(Duration::from_millis(1));
                        set_clock(tx.as_mut(), now + 1);
                        tx.commit().unwrap();
                    }
                });
            }
        });
        assert_eq!(clock(open(&location).unwrap().as_ref()), 1_767_225_600 + 40);
    });
}

#[test]
fn a_lock_on_the_whole_world_excludes_every_other() {
    on_each_engine(|store, other| {
        let whole = store.begin(Access::Write).unwrap();
        assert!(whole.is_exclusive());
        let (is_in, starts) = (AtomicBool::new(false), Barrier::new(2));
        thread::scope(|scope| {
            scope.spawn(|| {
                starts.wait();
                let _tx = other.begin(Access::WriteIn("us-east-1")).unwrap();
                is_in.store(true, Ordering::SeqCst);
            });
            starts.wait();
            thread::sleep(Duration::from_millis(100));
            assert!(!is_in.load(Ordering::SeqCst));
            drop(whole);
        });
        assert!(is_in.load(Ordering::SeqCst));
    });
}

/// Where a transaction of one region does not have the whole world, another region's is not held up by it.
#[test]
fn regions_do_not_wait_for_each_other() {
    on_each_engine(|store, other| {
        let mut first = store.begin(Access::WriteIn("cn-heyuan")).unwrap();
        if first.is_exclusive() {
            return;
        }
        let mut second = other.begin(Access::WriteIn("us-east-1")).unwrap();
        for (tx, region) in [(&mut first, "cn-heyuan"), (&mut second, "us-east-1")] {
            tx.execute("INSERT INTO counters VALUES ($1, 1, 1, 1, 0)", &[region.into()]).unwrap();
        }
        second.commit().unwrap();
        first.commit().unwrap();
        let rows =
            store.begin(Access::Read).unwrap().query("SELECT region FROM counters ORDER BY region", &[]).unwrap();
        assert_eq!(rows.iter().map(|row| row.text(0)).collect::<Vec<_>>(), ["cn-heyuan", "us-east-1"]);
    });
}

#[test]
fn parameters_are_numbered_wherever_they_stand() {
    on_each_engine(|store, _| {
        let mut tx = store.begin(Access::Read).unwrap();
        let rows = tx.query("SELECT $2, $1, $2", &["one".into(), "two".into()]).unwrap();
        assert_eq!([rows[0].text(0), rows[0].text(1), rows[0].text(2)], ["two", "one", "two"]);
    });
}

#[test]
fn values_come_back_as_they_went_in() {
    on_each_engine(|store, _| {
        let mut tx = store.begin(Access::Write).unwrap();
        let long: Vec<u8> = (0..100_000_u32).map(|n| n.to_le_bytes()[0]).collect();
        let insert = "INSERT INTO address_use VALUES ($1, $2, $3)";
        let rows: Vec<Vec<SqlValue>> = [("", i64::MIN, Vec::new()), ("ä\u{1F980}\n'\"\\", i64::MAX, long)]
            .into_iter()
            .map(|(name, number, bytes)| vec![name.into(), number.into(), bytes.into()])
            .collect();
        tx.execute_many(insert, rows.clone()).unwrap();
        let found = tx.query("SELECT vswitch, used, taken FROM address_use ORDER BY used", &[]).unwrap();
        for (found, row) in found.iter().zip(&rows) {
            assert_eq!(&found.0, row);
        }
        let nothing = tx.query("SELECT min(begins), count(*) FROM fleets", &[]).unwrap();
        assert_eq!((nothing[0].optional_integer(0), nothing[0].count(1)), (None, 0));
    });
}

#[test]
fn sums_are_integers() {
    on_each_engine(|store, _| {
        let mut tx = store.begin(Access::Write).unwrap();
        let numbers = [0, 1, -1, 9_999, 10_000, -10_001, 20_000_000, 1_234_567_890_123, i64::MAX, i64::MIN + 1];
        for (index, number) in (0..).zip(numbers) {
            let row = [format!("k{index}").into(), number.into()];
            tx.execute("INSERT INTO request_counts VALUES ($1, $2)", &row).unwrap();
            let sum = "SELECT sum(requests) FROM request_counts WHERE fingerprint = $1";
            assert_eq!(tx.query(sum, &row[..1]).unwrap()[0].integer(0), number);
        }
        let nothing = tx.query("SELECT sum(requests) FROM request_counts WHERE fingerprint = 'none'", &[]).unwrap();
        assert_eq!(nothing[0].optional_integer(0), None);
    });
}

#[test]
fn texts_are_ordered_by_their_bytes() {
    on_each_engine(|store, _| {
        let mut tx = store.begin(Access::Write).unwrap();
        let names = ["b", "a", "B", "A", "_", "-a", "ä", "a-b", "ab", "9"];
        let rows: Vec<Vec<SqlValue>> = names.iter().map(|name| vec![(*name).into(), 1_i64.into()]).collect();
        tx.execute_many("INSERT INTO request_counts VALUES ($1, $2)", rows).unwrap();
        let found = tx.query("SELECT fingerprint FROM request_counts ORDER BY fingerprint", &[]).unwrap();
        let mut expected = names;
        expected.sort_unstable();
        assert_eq!(found.iter().map(|row| row.text(0)).collect::<Vec<_>>(), expected);
        let least =
            tx.query("SELECT min(fingerprint) FROM request_counts WHERE fingerprint > $1", &["B".into()]).unwrap();
        assert_eq!(least[0].text(0), "_");
    });
}

#[test]
fn one_statement_runs_for_many_rows() {
    on_each_engine(|store, _| {
        let mut tx = store.begin(Access::Write).unwrap();
        let key = |n: i64| format!("k{n}");
        let rows: Vec<Vec<SqlValue>> = (0..25_000).map(|n: i64| vec![key(n).into(), n.into()]).collect();
        tx.execute_many("INSERT INTO request_counts (fingerprint, requests) VALUES ($1, $2)", rows).unwrap();
        let some: Vec<Vec<SqlValue>> = (0..100).map(|n: i64| vec![key(n).into(), (-n).into()]).collect();
        tx.execute_many("UPDATE request_counts SET requests = $2 WHERE fingerprint = $1", some.clone()).unwrap();
        let gone: Vec<Vec<SqlValue>> = (50..25_000).map(|n: i64| vec![key(n).into()]).collect();
        tx.execute_many("DELETE FROM request_counts WHERE fingerprint = $1", gone).unwrap();
        tx.execute_many(
            "INSERT INTO request_counts VALUES ($1, $2) ON CONFLICT (fingerprint) DO UPDATE SET requests = 7",
            some[..1].to_vec(),
        )
        .unwrap();
        tx.execute_many("DELETE FROM request_counts WHERE fingerprint = $1", Vec::new()).unwrap();
        let sum = "SELECT count(*), sum(requests) FROM request_counts";
        let found = tx.query(sum, &[]).unwrap();
        assert_eq!((found[0].count(0), found[0].integer(1)), (50, 7 - (0..50).sum::<i64>()));
    });
}

#[test]
fn many_connections_make_one_world() {
    for_each_engine(|engine| {
        let location = engine.location();
        thread::scope(|scope| {
            let opened: Vec<_> =
                (0..16).map(|_| scope.spawn(|| open(&location).map(|store| clock(store.as_ref())))).collect();
            for thread in opened {
                assert_eq!(thread.join().unwrap().unwrap(), 1_767_225_600);
            }
        });
    });
}

#[test]
fn worlds_side_by_side_know_nothing_of_each_other() {
    for_each_engine(|engine| {
        let (one, two) = (open(&engine.location()).unwrap(), open(&engine.another_location()).unwrap());
        let mut tx = one.begin(Access::Write).unwrap();
        set_clock(tx.as_mut(), 7);
        // The other one is not locked either.
        set_clock(two.begin(Access::Write).unwrap().as_mut(), 8);
        tx.commit().unwrap();
        assert_eq!((clock(one.as_ref()), clock(two.as_ref())), (7, 1_767_225_600));
    });
}

/// A world of a version without ids gets one when it is opened, once, has no changes of the market, and the views.
#[test]
fn a_world_of_an_older_version_gets_an_id() {
    for_each_engine(|engine| {
        let location = engine.location();
        let mark = match engine {
            Engine::File(_) => "PRAGMA user_version = 2",
            Engine::Postgres(..) => "UPDATE simcloud_format SET version = 2",
        };
        let store = open(&location).unwrap();
        let mut tx = store.begin(Access::Write).unwrap();
        for sql in TO_VERSION_2.iter().copied().chain([OLD_FLEET, OLD_BATCH, OLD_POOL, mark]) {
            tx.execute(sql, &[]).unwrap();
        }
        tx.commit().unwrap();
        drop(store);
        let numbers: [fn() -> u64; 2] = [|| 2, || 3];
        let ids = numbers.map(|number| {
            let store = super::open(&location, number).unwrap();
            let world = store.begin(Access::Read).unwrap().world().unwrap().unwrap();
            assert_eq!(world.market_changes, "");
            world.id
        });
        assert_eq!(ids, [WorldId::of_number(2), WorldId::of_number(2)]);
        let store = open(&location).unwrap();
        let mut tx = store.begin(Access::Write).unwrap();
        for (time, target) in [(1_767_225_600_i64, 2_u32), (1_767_229_200, 5)] {
            let row = [time.into(), target.into()];
            tx.execute("INSERT INTO fleet_targets (fleet_id, time, target) VALUES ('apg-1', $1, $2)", &row).unwrap();
        }
        let fleets = "SELECT id, status, CAST(instances AS BIGINT), CAST(hourly_cost * 100 AS BIGINT), made_at,
             total_target_capacity FROM simcloud_fleets";
        let fleet = tx.query(fleets, &[]).unwrap().pop().unwrap();
        assert_eq!((fleet.text(0), fleet.text(1), fleet.integer(2), fleet.integer(3)), ("apg-1", "active", 3, 75));
        assert_eq!((fleet.optional_integer(4), fleet.integer(5)), (None, 5), "the latest target");
        let pool = tx.query("SELECT zone_id, billing, in_use FROM simcloud_pools", &[]).unwrap().pop().unwrap();
        assert_eq!((pool.text(0), pool.text(1), pool.integer(2)), ("cn-heyuan-a", "spot", 3));
    });
}

/// What later versions added.
const TO_VERSION_2: &[&str] = &[
    "ALTER TABLE id_series RENAME TO series",
    "ALTER TABLE series RENAME COLUMN id_series TO series",
    "ALTER TABLE fleets RENAME COLUMN id_series TO series",
    "DROP VIEW simcloud_fleets",
    "DROP VIEW simcloud_pools",
    "DROP TABLE scenarios",
    "ALTER TABLE batches DROP COLUMN is_protected",
    "ALTER TABLE resources DROP COLUMN made_at",
    "ALTER TABLE fleets DROP COLUMN made_at",
    "ALTER TABLE world DROP COLUMN scenario",
    "ALTER TABLE counters DROP COLUMN instance_events",
    "DROP TABLE instance_events",
    "DROP TABLE fleet_targets",
    "DROP TABLE billed_fleets",
    "ALTER TABLE world DROP COLUMN market_changes",
    "ALTER TABLE world DROP COLUMN world_id",
];

const OLD_FLEET: &str = "INSERT INTO fleets (fleet_id, kind, region, sequence, phase, shortfall, revision, create_time,
         next_launch_index, series, optimal_hourly_cost)
     VALUES ('apg-1', 'group', 'cn-heyuan', 1, 'active', 0, 1, 1767225600, 3, 's', '0.75')";

const OLD_BATCH: &str = "INSERT INTO batches (batch_id, fleet_id, region, zone, instance_type, billing, vswitch, image,
         disk_category, spot_strategy, price, weight, vcpus, addressing, stops_on_reclaim, starts_pending, launch_time, live,
         stopped)
     VALUES (1, 'apg-1', 'cn-heyuan', 'cn-heyuan-a', 't', 1, 'v', 'i', 'd', 's', '0.25', '1', 2, 'a', 0, 0, 1767225600, 3, 0)";

const OLD_POOL: &str = "INSERT INTO pool_use VALUES ('cn-heyuan-a', 't', 1, 3)";

#[test]
fn a_world_in_memory_is_one_too() {
    let store = open(&WorldLocation::Memory).unwrap();
    let error = store.begin(Access::Write).unwrap().execute("no SQL", &[]).unwrap_err();
    assert!(matches!(error, WorldError::Other { .. }), "{error}");
    assert_eq!(clock(store.as_ref()), 1_767_225_600);
}
