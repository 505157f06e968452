//! Measures launches in a world on PostgreSQL over a local socket: a thousand instances in an empty world, the same in a
//! world of a million, and two regions at once compared with one.
//!
//! The runs of two compared cases alternate, so that a machine that slows down affects both. `--instances N` changes the
//! size of the large world.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures real time and prints"
)]

#[path = "../tests/support/postgres.rs"]
mod server;

mod support;

use std::sync::mpsc::{self, Receiver, Sender};
use std::thread;
use std::time::{Duration, Instant};

use simcloud::cloud::{ClockSource, PostgresUrl, PostgresVariables, SimCloud, WorldLocation};
use support::{MILLION, boundless, delete, group};

const RUNS: usize = 100;
/// The regions in which launches are measured.
const MEASURED: [&str; 2] = ["cn-heyuan", "cn-hangzhou"];

fn main() {
    let Some(server) = server::Server::start(&["shared_buffers=256MB", "max_wal_size=4GB"]) else { return };
    let asked = std::env::args().skip_while(|argument| argument != "--instances").nth(1);
    let instances = asked.and_then(|number| number.parse().ok()).unwrap_or(MILLION);
    let client = |region: &str, zone: &'static str, name: &str| Client::of(cloud(region, &server.url(name)), zone);
    support::fill(&location(&server.url("small")), 10_000, &MEASURED);
    server.ask("VACUUM ANALYZE");
    let small = client("cn-heyuan", "cn-heyuan-b", "small");

    let (mut alone, mut together) = (Vec::new(), Vec::new());
    let other = client("cn-hangzhou", "cn-hangzhou-h", "small");
    for _ in 0..RUNS {
        alone.push(launch(&[&small]));
        together.push(launch(&[&small, &other]));
    }
    report("1,000 instances", &mut alone);
    report("1,000 in each of two regions at once", &mut together);
    println!("{:<48} {:>7.2}", "ratio of the medians", ratio(&together, &alone));

    support::fill(&location(&server.url("large")), instances, &MEASURED);
    server.ask("VACUUM ANALYZE");
    let large = client("cn-heyuan", "cn-heyuan-b", "large");
    let (mut in_small, mut in_large) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        in_small.push(launch(&[&small]));
        in_large.push(launch(&[&large]));
    }
    report("1,000 instances, small world", &mut in_small);
    report(&format!("1,000 instances, beside {instances}"), &mut in_large);
    println!("{:<48} {:>7.2}", "ratio of the medians", ratio(&in_large, &in_small));
}

/// A client on its own thread, which exists before and after the measurement like the process of a provider.
struct Client {
    orders: Sender<Order>,
    done: Receiver<()>,
}

enum Order {
    /// Launches 1,000 instances.
    Launch,
    /// Deletes the launched instances.
    Delete,
}

impl Client {
    fn of(cloud: SimCloud, zone: &'static str) -> Self {
        let ((orders, ordered), (does, done)) = (mpsc::channel(), mpsc::channel());
        thread::spawn(move || {
            let mut group_id = None;
            for order in ordered {
                match order {
                    Order::Launch => {
                        let made = cloud.create_auto_provisioning_group(&group(zone, 500, 500)).unwrap();
                        assert_eq!(made.instances.len(), 1_000);
                        group_id = Some(made.group_id);
                    }
                    Order::Delete => delete(&cloud, group_id.take().unwrap()),
                }
                does.send(()).unwrap();
            }
        });
        Self { orders, done }
    }
}

/// Measures the time until all clients have launched, and deletes the instances afterwards.
fn launch(clients: &[&Client]) -> Duration {
    let started = Instant::now();
    for client in clients {
        client.orders.send(Order::Launch).unwrap();
    }
    for client in clients {
        client.done.recv().unwrap();
    }
    let took = started.elapsed();
    for client in clients {
        client.orders.send(Order::Delete).unwrap();
        client.done.recv().unwrap();
    }
    took
}

fn cloud(region: &str, url: &str) -> SimCloud {
    support::cloud(region, location(url), boundless(), ClockSource::World)
}

fn location(url: &str) -> WorldLocation {
    let place = PostgresUrl::parse(url, &PostgresVariables::default()).unwrap();
    WorldLocation::Postgres(Box::new(place))
}

fn report(what: &str, times: &mut [Duration]) {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (least, median, most) = (ms(times[0]), ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    println!("{what:<48} min {least:>7.2}  median {median:>7.2}  max {most:>7.2} ms");
}

/// The ratio of the medians of two sorted lists.
fn ratio(times: &[Duration], others: &[Duration]) -> f64 {
    times[times.len() / 2].as_secs_f64() / others[others.len() / 2].as_secs_f64()
}
