//! Damaged worlds: whatever the damage, a call ends with an error that says so, never with a panic.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use rusqlite::Connection;
use simcloud::base::clock::Span;
use simcloud::cloud::SimCloud;
use simcloud::cloud::model::{
    ClockTarget, CreateAutoProvisioningGroupRequest, CreateVpcRequest, DeleteAutoProvisioningGroupRequest,
    DescribeAutoProvisioningGroupsRequest, DescribeInstancesRequest, DescribeWorldHistoryRequest, DescribeWorldRequest,
    GroupType, InstanceSelection,
};

use crate::sandbox::{Sandbox, group};

/// Damages of one kind; without optimisation each takes ten times as long.
const CASES: usize = if cfg!(debug_assertions) { 80 } else { 400 };

/// A world with something of every kind, and all of it in the one file.
fn undamaged() -> Sandbox {
    let sandbox = Sandbox::with_a_group();
    let cloud = sandbox.cloud();
    let mut maintained = group("kept", 1, 3);
    maintained.group_type = GroupType::Maintain;
    cloud.create_auto_provisioning_group(&maintained).unwrap();
    cloud.create_vpc(&CreateVpcRequest::default()).unwrap();
    cloud.advance_clock(ClockTarget::By(Span::HOUR), &mut |_, _| ()).unwrap();
    cloud.reclaim_spot(&InstanceSelection { count: Some(1), ..InstanceSelection::default() }).unwrap();
    sandbox
}

/// Calls that read and write every table; the errors that they end with.
fn calls(sandbox: &Sandbox) -> Vec<String> {
    let cloud = sandbox.cloud();
    let mut errors = Vec::new();
    let mut call = |call: &dyn Fn(&SimCloud) -> Option<String>| errors.extend(call(&cloud));
    call(&|cloud| error(cloud.describe_world(&DescribeWorldRequest::default())));
    call(&|cloud| error(cloud.describe_auto_provisioning_groups(&DescribeAutoProvisioningGroupsRequest::default())));
    call(&|cloud| error(cloud.describe_instances(&DescribeInstancesRequest::default())));
    call(&|cloud| error(cloud.describe_world_history(&DescribeWorldHistoryRequest::default())));
    call(&|cloud| {
        let created = cloud.create_auto_provisioning_group(&CreateAutoProvisioningGroupRequest {
            client_token: Some("once".to_owned()),
            ..group("more", 1, 1)
        });
        let deleted = created.map(|created| {
            cloud.delete_auto_provisioning_group(&DeleteAutoProvisioningGroupRequest {
                group_id: created.group_id,
                terminate_instances: Some(true),
            })
        });
        deleted.map_or_else(|failed| Some(failed.to_string()), error)
    });
    call(&|cloud| error(cloud.create_vpc(&CreateVpcRequest::default())));
    call(&|cloud| error(cloud.advance_clock(ClockTarget::By(Span::from_seconds(3 * 3_600)), &mut |_, _| ())));
    call(&|cloud| error(cloud.reclaim_spot(&InstanceSelection::default())));
    call(&|cloud| error(cloud.reset_world()));
    errors
}

fn error<T, E: ToString>(result: Result<T, E>) -> Option<String> {
    result.err().map(|error| error.to_string())
}

/// Damages copies of a world one after the other, and returns the errors of the calls on each.
fn damaged<D: std::fmt::Debug>(
    whole: &Sandbox,
    damages: impl IntoIterator<Item = D>,
    damage: impl Fn(&D, &Path),
) -> Vec<(D, Vec<String>)> {
    let mut outcomes = Vec::new();
    for one in damages {
        let sandbox = Sandbox::new();
        let world: PathBuf = sandbox.path("world.db");
        std::fs::copy(whole.path("world.db"), &world).unwrap();
        damage(&one, &world);
        let errors = catch_unwind(AssertUnwindSafe(|| calls(&sandbox)));
        let errors = errors.unwrap_or_else(|_| panic!("a call panicked on {one:?}"));
        for error in &errors {
            assert!(!error.contains("CREATE ") && !error.contains("SELECT "), "{one:?}: {error}");
            assert!(error.len() < 500, "{one:?}: {error}");
        }
        outcomes.push((one, errors));
    }
    outcomes
}

#[test]
fn bits_and_pages_that_changed_end_no_call_with_a_panic() {
    const PAGE: usize = 4_096;
    let whole = undamaged();
    let bytes = std::fs::read(whole.path("world.db")).unwrap();
    // A multiplier without a common divisor with the size spreads the bits over the file.
    let bits = (0..CASES).map(|number| (number * 2_654_435_761 % bytes.len(), 1_u8 << (number % 8)));
    let told = damaged(&whole, bits, |(at, bit), world| {
        let mut changed = bytes.clone();
        changed[*at] ^= bit;
        std::fs::write(world, changed).unwrap();
    });
    let pages = (0..bytes.len() / PAGE).step_by(400 / CASES).flat_map(|page| [(page, 0_u8), (page, 0xff)]);
    let pages = damaged(&whole, pages, |(page, filling), world| {
        let mut changed = bytes.clone();
        changed[page * PAGE..(page + 1) * PAGE].fill(*filling);
        std::fs::write(world, changed).unwrap();
    });
    let is_told = |errors: &Vec<String>| errors.iter().any(|error| error.contains("is damaged"));
    let told = told.iter().filter(|(_, errors)| is_told(errors)).count();
    let of_pages = pages.iter().filter(|(_, errors)| is_told(errors)).count();
    assert!(
        told > CASES / 40 && of_pages > pages.len() / 4,
        "{told} bits and {of_pages} of {} pages are told",
        pages.len()
    );
}

#[test]
fn a_table_that_is_missing_is_damage() {
    let whole = undamaged();
    for (table, errors) in damaged(&whole, tables(&whole), |table, world| {
        let world = Connection::open(world).unwrap();
        world.execute_batch(&format!("DROP TABLE {table}")).unwrap();
    }) {
        let is_told = errors.iter().any(|error| error.contains("is damaged") && error.contains("restore a copy"));
        // Only the calls of a scenario with faults count them.
        assert!(is_told || table == "fault_counts", "{table}: {errors:?}");
    }
}

#[test]
fn values_that_no_release_writes_end_no_call_with_a_panic() {
    let whole = undamaged();
    let world = Connection::open(whole.path("world.db")).unwrap();
    let mut changes = Vec::new();
    for table in tables(&whole) {
        let mut columns = world.prepare(&format!("SELECT name FROM pragma_table_info('{table}')")).unwrap();
        let columns: Vec<String> = columns.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        for column in columns {
            let values =
                ["9223372036854775807", "-1", "'\u{fffd}'", "x'ff'", "-9223372036854775808", "4294967295", "NULL"];
            for value in values.into_iter().take(CASES / 20) {
                changes.push(format!("UPDATE {table} SET {column} = {value}"));
            }
        }
    }
    drop(world);
    damaged(&whole, changes, |change, world| {
        // A column may take no such value.
        let _ = Connection::open(world).unwrap().execute(change, []);
    });
}

#[test]
fn a_clock_at_the_end_of_all_numbers_is_damage() {
    let sandbox = undamaged();
    let world = Connection::open(sandbox.path("world.db")).unwrap();
    world.execute("UPDATE world SET clock = ?1", [i64::MAX]).unwrap();
    drop(world);
    for command in [&["world", "show"][..], &["world", "advance", "1h"], &["world", "history"]] {
        let refused = sandbox.refused(&[command, &["--world", "world.db"]].concat());
        assert!(refused.contains("the world `world.db` is damaged (its clock stands"), "{refused}");
    }
}

fn tables(sandbox: &Sandbox) -> Vec<String> {
    let world = Connection::open(sandbox.path("world.db")).unwrap();
    let mut names = world.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    names.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
}
