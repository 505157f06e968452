//! Measures stand-ins: a provider beside which lies the schema of another one with 1,000 types.
//!
//! What is to hold: the start takes at most 1.1 times as long as without, the reply with schemas takes time by its bytes,
//! and a call for one object takes less than 2 ms of the provider's time on a processor.

#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    dead_code,
    unreachable_pub,
    reason = "a benchmark measures real time and prints; the tests' client can do more than it needs"
)]

#[path = "../tests/protocol/client.rs"]
mod client;

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use client::{COOKIE, Client, ClientIdentity, Stored};
use prost::Message;
use serde_json::{Value as Json, json};
use simcloud::plugin::proto::tfplugin6::get_provider_schema;
use simcloud::schemas::{FILE_NAME, SchemaFile};
use simcloud::tf::Value;

const RUNS: usize = 40;
const CALLS: u32 = 500;
const TYPE: &str = "alicloud_made_7";

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    let [without, with] = ["without", "with"].map(|name| copy_of_provider(&folder.path().join(name)));
    let json = folder.path().join("schema.json");
    write_schema(&json, 1_000, 20);
    let mut compact = File::create(with.with_file_name(FILE_NAME)).expect("a file");
    SchemaFile::write(|| File::open(&json).map(BufReader::new), (None, "alicloud"), &|_, _| false, &mut compact)
        .expect("it is a schema");
    println!("{:<56} {:>8.2} MB", "schema of 1,000 types, as JSON", megabytes(&json));
    println!("{:<56} {:>8.2} MB", "the same as a compact file", megabytes(&with.with_file_name(FILE_NAME)));
    starts(&without, &with);
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        schemas(&without, &with).await;
        calls(&with).await;
        large_sets(folder.path()).await;
    });
    large_file(folder.path());
}

/// A copy of the executable under the other provider's name, in a folder of its own.
fn copy_of_provider(folder: &Path) -> PathBuf {
    std::fs::create_dir(folder).expect("a folder");
    let program = folder.join("terraform-provider-alicloud");
    std::fs::copy(env!("CARGO_BIN_EXE_terraform-provider-simcloud"), &program).expect("a copy");
    program
}

/// What a CLI prints of a provider with this number of resource types, each with this number of arguments.
fn write_schema(path: &Path, types: usize, arguments: usize) {
    let argument = |index: usize| {
        let text =
            format!("Argument {index}, which says something about the object, and may be left out by most authors.");
        (
            format!("argument_{index}"),
            json!({ "type": "string", "optional": true, "computed": index.is_multiple_of(2), "description": text }),
        )
    };
    let one = || {
        let id = ("id".to_owned(), json!({ "type": "string", "optional": true, "computed": true }));
        let attributes: serde_json::Map<String, Json> = (0..arguments).map(argument).chain([id]).collect();
        json!({ "version": 0, "block": { "attributes": attributes } })
    };
    let resources: serde_json::Map<String, Json> =
        (0..types).map(|number| (format!("alicloud_made_{number}"), one())).collect();
    let printed = json!({ "format_version": "1.0", "provider_schemas": { "registry.terraform.io/aliyun/alicloud": {
        "provider": { "version": 0, "block": {} }, "resource_schemas": resources } } });
    std::fs::write(path, printed.to_string()).expect("the schema");
}

fn megabytes(path: &Path) -> f64 {
    std::fs::metadata(path).expect("a file").len() as f64 / 1e6
}

fn starts(without: &Path, with: &Path) {
    let identity = ClientIdentity::like_terraform().pem();
    let (mut plain, mut standing_in) = (Vec::new(), Vec::new());
    // The runs alternate, so that a machine that slows down affects both.
    for _ in 0..RUNS {
        plain.push(handshake(without, &identity));
        standing_in.push(handshake(with, &identity));
    }
    let medians =
        [report("start to handshake, without", &mut plain), report("the same with 1,000 types", &mut standing_in)];
    println!("{:<56} {:>8.3}", "ratio of the medians", medians[1] / medians[0]);
}

fn handshake(program: &Path, identity: &str) -> Duration {
    let mut command = Command::new(program);
    command.env_clear().env(COOKIE.0, COOKIE.1).env("PLUGIN_CLIENT_CERT", identity);
    command.current_dir(program.parent().expect("a folder"));
    let started = Instant::now();
    let mut child =
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().expect("it starts");
    let mut line = String::new();
    BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("a line");
    let elapsed = started.elapsed();
    child.kill().expect("it ends");
    child.wait().expect("it ends");
    elapsed
}

async fn schemas(without: &Path, with: &Path) {
    for (what, program) in [("without", without), ("with 1,000 types", with)] {
        let (mut times, mut bytes, mut resident) = (Vec::new(), 0, 0.0);
        for _ in 0..RUNS {
            let mut client = Client::start_program(program, &[], program.parent().expect("a folder")).await;
            resident = status_mib(client.process().id(), "VmRSS:");
            let asked = Instant::now();
            let reply = client.provider.get_provider_schema(get_provider_schema::Request {}).await.expect("schemas");
            times.push(asked.elapsed());
            bytes = reply.into_inner().encoded_len();
            client.shut_down().await.expect("an answer");
            client.process().ended().await;
        }
        let median = report(&format!("GetProviderSchema, {what}"), &mut times);
        println!("{:<56} {:>8.2} MB, {:.2} ms per MB", "", bytes as f64 / 1e6, median / (bytes as f64 / 1e6));
        println!("{:<56} {resident:>8.2} MiB", "resident after it");
    }
}

async fn calls(program: &Path) {
    let folder = program.parent().expect("a folder");
    let mut client = Client::start_program(program, &[("SIMCLOUD_WORLD", "world.db")], folder).await;
    assert_eq!(client.configure(Value::object::<&str, Value>([])).await, []);
    let config = |name: String| Value::object([("argument_1", name)]);
    let process = client.process().id();
    let mut objects = Vec::new();
    let mut last = cpu(process);
    let mut measured = |what: &str, calls: u32| {
        let now = cpu(process);
        println!(
            "{what:<56} {:>8.3} ms of processor time",
            now.saturating_sub(last).as_secs_f64() * 1e3 / f64::from(calls)
        );
        last = cpu(process);
    };
    for number in 0..CALLS {
        objects.push(client.change(TYPE, &Stored::nothing(), &config(number.to_string())).await);
    }
    measured("plan and create of a stand-in", CALLS);
    for object in &objects {
        assert_eq!(client.read(TYPE, object).await.state, object.state);
    }
    measured("read", CALLS);
    for object in &mut objects {
        *object = client.change(TYPE, object, &config("changed".to_owned())).await;
    }
    measured("plan and update", CALLS);
    for object in &objects {
        assert!(client.change(TYPE, object, &Value::Null).await.state.is_null());
    }
    measured("plan and delete", CALLS);
    client.shut_down().await.expect("an answer");
}

/// Plans of a set of blocks whose elements have computed members, which are kept by what is configured of them.
async fn large_sets(folder: &Path) {
    const SETS: &str = "alicloud_made_sets";
    let text = |flag: &str| json!({ "type": "string", flag: true, "computed": flag == "optional" });
    let zone = json!({ "attributes": { "vswitch_id": text("required"), "address": text("optional") } });
    let block = json!({ "block_types": { "zone_mappings": { "nesting_mode": "set", "block": zone } } });
    let printed = json!({ "format_version": "1.0", "provider_schemas": { "registry.terraform.io/aliyun/alicloud": {
        "resource_schemas": { SETS: { "version": 0, "block": block } } } } });
    let schema = folder.join("sets.json");
    std::fs::write(&schema, printed.to_string()).expect("the schema");
    let program = copy_of_provider(&folder.join("sets"));
    let variables = [("SIMCLOUD_WORLD", "world.db"), ("SIMCLOUD_SCHEMA", schema.to_str().expect("a path"))];
    let mut client = Client::start_program(&program, &variables, program.parent().expect("a folder")).await;
    assert_eq!(client.configure(Value::object::<&str, Value>([])).await, []);
    for count in [100, 1_000, 10_000] {
        let zone = |number: usize| Value::object([("vswitch_id", format!("vsw-{number}"))]);
        let config = |from: usize| Value::object([("zone_mappings", Value::list((from..from + count).map(zone)))]);
        let planned = client.plan_unpaired(SETS, &Stored::nothing(), &config(0)).await;
        let made = client.apply(SETS, &Stored::nothing(), &planned, &config(0)).await;
        let before = cpu(client.process().id());
        assert_eq!(client.plan_unpaired(SETS, &made, &config(0)).await.state, made.state);
        let unchanged = cpu(client.process().id());
        client.plan_unpaired(SETS, &made, &config(1)).await;
        let changed = cpu(client.process().id());
        println!(
            "{:<56} {:>8.0} ms unchanged, {:.0} ms with one element changed",
            format!("processor time of the plan of a set of {count}"),
            unchanged.saturating_sub(before).as_secs_f64() * 1e3,
            changed.saturating_sub(unchanged).as_secs_f64() * 1e3,
        );
    }
    client.shut_down().await.expect("an answer");
}

/// A file as large as those of the largest providers.
fn large_file(folder: &Path) {
    let json = folder.join("large.json");
    write_schema(&json, 1_500, 80);
    let to = folder.join("installed");
    let started = Instant::now();
    let mut child = Command::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud"))
        .args(["install", "--as", "aliyun/alicloud", "--schema"])
        .arg(&json)
        .env("HOME", &to)
        .env("XDG_DATA_HOME", &to)
        .stdout(Stdio::null())
        .spawn()
        .expect("it starts");
    let mut peak: f64 = 0.0;
    while child.try_wait().expect("its state").is_none() {
        peak = peak.max(status_mib(child.id(), "VmHWM:"));
        std::thread::sleep(Duration::from_millis(1));
    }
    let took = started.elapsed().as_secs_f64();
    println!("{:<56} {:>8.2} MB", "schema of 1,500 types, as JSON", megabytes(&json));
    println!("{:<56} {took:>8.2} s, {peak:.1} MiB at most", "install --schema with it");
}

/// Time on processors, of the process and the kernel for it.
fn cpu(process: u32) -> Duration {
    const TICKS_PER_SECOND: f64 = 100.0;
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).expect("its state");
    let fields = stat.rsplit(')').next().expect("fields").split_whitespace();
    let ticks: f64 = fields.skip(11).take(2).map(|field| field.parse::<f64>().expect("ticks")).sum();
    Duration::from_secs_f64(ticks / TICKS_PER_SECOND)
}

fn status_mib(process: u32, name: &str) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with(name)).unwrap_or_default();
    let kib: f64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default();
    kib / 1024.0
}

/// Prints the times, and returns the median in milliseconds.
fn report(what: &str, times: &mut [Duration]) -> f64 {
    times.sort();
    let ms = |time: Duration| time.as_secs_f64() * 1e3;
    let (least, median, most) = (ms(times[0]), ms(times[times.len() / 2]), ms(times[times.len() - 1]));
    println!("{what:<56} min {least:>7.2}  median {median:>7.2}  max {most:>7.2} ms");
    median
}
