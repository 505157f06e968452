//! What launches cost in a durable world on PostgreSQL, over a local socket: a thousand instances, the same in a world
//! of a million, and two regions at once beside one of them alone.
//!
//! Every figure is from runs in turn, so that a machine that slows down slows both sides. `--instances N` makes the
//! large world smaller.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures real time and prints"
)]

#[path = "../tests/support/postgres.rs"]
mod server;

mod support;

use std::thread;
use std::time::{Duration, Instant};

use simcloud::cloud::{ClockSource, PostgresPlace, PostgresVariables, SimCloud, WorldLocation};
use support::{MILLION, boundless, delete, group};

const RUNS: usize = 100;
/// The regions that launches are measured in.
const MEASURED: [&str; 2] = ["cn-heyuan", "cn-hangzhou"];

fn main() {
    let Some(server) = server::Server::start(&["shared_buffers=256MB", "max_wal_size=4GB"]) else { return };
    let asked = std::env::args().skip_while(|argument| argument != "--instances").nth(1);
    let instances = asked.and_then(|number| number.parse().ok()).unwrap_or(MILLION);
    let world = |region: &str, name: &str| cloud(region, &server.url(name));
    support::fill(&location(&server.url("small")), 10_000, &MEASURED);
    server.ask("VACUUM ANALYZE");
    let (small, floor) = (world("cn-heyuan", "small"), world("cn-heyuan", "empty"));
    thousand(&floor, "cn-heyuan-b");

    let (mut alone, mut together) = (Vec::new(), Vec::new());
    let other = world("cn-hangzhou", "small");
    for _ in 0..RUNS {
        alone.push(thousand(&small, "cn-heyuan-b"));
        together.push(at_once(&small, &other));
    }
    report("1,000 instances", &mut alone);
    report("1,000 in each of two regions at once", &mut together);
    println!("{:<48} {:>7.2}", "ratio of the medians", ratio(&together, &alone));

    support::fill(&location(&server.url("large")), instances, &MEASURED);
    server.ask("VACUUM ANALYZE");
    let large = world("cn-heyuan", "large");
    let (mut in_small, mut in_large) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        in_small.push(thousand(&small, "cn-heyuan-b"));
        in_large.push(thousand(&large, "cn-heyuan-b"));
    }
    report("1,000 instances, small world", &mut in_small);
    report(&format!("1,000 instances, beside {instances}"), &mut in_large);
    println!("{:<48} {:>7.2}", "ratio of the medians", ratio(&in_large, &in_small));
}

/// Time of a launch of 1,000; they are gone afterwards.
fn thousand(cloud: &SimCloud, zone: &str) -> Duration {
    let started = Instant::now();
    let made = cloud.create_auto_provisioning_group(&group(zone, 500, 500)).unwrap();
    let took = started.elapsed();
    assert_eq!(made.instances.len(), 1_000);
    delete(cloud, made.group_id);
    took
}

/// Time until both launches are done.
fn at_once(one: &SimCloud, other: &SimCloud) -> Duration {
    let started = Instant::now();
    let made = thread::scope(|scope| {
        let launch =
            |cloud: &SimCloud, zone: &str| cloud.create_auto_provisioning_group(&group(zone, 500, 500)).unwrap();
        let first = scope.spawn(move || launch(one, "cn-heyuan-b"));
        let second = scope.spawn(move || launch(other, "cn-hangzhou-h"));
        [first, second].map(|thread| thread.join().unwrap().group_id)
    });
    let took = started.elapsed();
    for (cloud, group_id) in [one, other].into_iter().zip(made) {
        delete(cloud, group_id);
    }
    took
}

fn cloud(region: &str, url: &str) -> SimCloud {
    support::cloud(region, location(url), boundless(), ClockSource::World)
}

fn location(url: &str) -> WorldLocation {
    let place = PostgresPlace::parse(url, &PostgresVariables::default()).unwrap();
    WorldLocation::Postgres(Box::new(place))
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (least, median, most) = (ms(times[0]), ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    println!("{what:<48} min {least:>7.2}  median {median:>7.2}  max {most:>7.2} ms");
}

/// Of sorted times.
fn ratio(times: &[Duration], others: &[Duration]) -> f64 {
    times[times.len() / 2].as_secs_f64() / others[others.len() / 2].as_secs_f64()
}
