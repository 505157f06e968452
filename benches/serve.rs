//! Measures `serve` beside `moto_server`, over the same HTTP client: start to the first reply, launches of one instance,
//! descriptions of 1,000, memory; EC2's API with many instances; and what a call costs boto3 itself.
//!
//! `SIMCLOUD_BENCH_PYTHON` names a Python environment with moto's server and boto3; `make bench-serve` makes one. Without
//! it only `serve` is measured.

#![allow(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark measures real time, reads the environment and prints"
)]

mod serve_ec2; // many instances at once

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

const STARTS: usize = 10;
const LAUNCHES: u32 = 300;
const DESCRIPTIONS: u32 = 30;
const INSTANCES: u32 = 1_000;

/// Nothing runs out.
const SCENARIO: &str = r#"{
    "stock": [{ "pay_as_you_go": 10000000, "spot": 10000000 }],
    "offers": [{ "on_sale": true }],
    "limits": { "run_instances": 1000, "group_vcpus": 1000000 }
}"#;

const BOTO3: &str = "
import sys, time
import boto3
client = boto3.client('ec2', endpoint_url=sys.argv[1], region_name='us-east-1', aws_access_key_id='any', aws_secret_access_key='any')
client.describe_availability_zones()
start = time.process_time()
for _ in range(100):
    client.describe_availability_zones()
print(f'{(time.process_time() - start) * 10:.2f}')
";

/// How a server is spoken to.
#[derive(Clone, Copy)]
enum Wire {
    Alibaba,
    Ec2,
}

impl Wire {
    fn launch(self, count: u32) -> String {
        match self {
            Self::Alibaba => format!(
                "Action=RunInstances&Version=2014-05-26&RegionId=cn-heyuan&ZoneId=cn-heyuan-b&InstanceType=ecs.g7.large&\
                 ImageId=aliyun_3_x64_20G_alibase_20250629.vhd&Amount={count}"
            ),
            Self::Ec2 => format!(
                "Action=RunInstances&Version=2016-11-15&ImageId=ami-60a54009&InstanceType=m5.large&MinCount={count}&\
                 MaxCount={count}"
            ),
        }
    }

    const fn describe(self) -> &'static str {
        match self {
            Self::Alibaba => "Action=DescribeInstances&Version=2014-05-26&RegionId=cn-heyuan&PageSize=1000",
            Self::Ec2 => "Action=DescribeInstances&Version=2016-11-15",
        }
    }

    const fn look(self) -> &'static str {
        match self {
            Self::Alibaba => "Action=DescribeRegions&Version=2014-05-26",
            Self::Ec2 => "Action=DescribeRegions&Version=2016-11-15",
        }
    }
}

/// A server that ends with the value.
struct Server {
    child: Child,
    address: String,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn main() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("scenario.json"), SCENARIO).expect("the scenario");
    let serve = |port: u16| {
        let _ = std::fs::remove_file(folder.path().join("world.db"));
        let mut command = Command::new(env!("CARGO_BIN_EXE_terraform-provider-simcloud"));
        command.args(["serve", "--world", "world.db", "--scenario", "scenario.json", "--port", &port.to_string()]);
        command.current_dir(folder.path());
        command
    };
    measure("serve, Alibaba's API", Wire::Alibaba, &serve);
    measure("serve, EC2's API", Wire::Ec2, &serve);
    serve_ec2::measure("serve", &serve);
    let Some(python) = std::env::var_os("SIMCLOUD_BENCH_PYTHON") else {
        println!("SIMCLOUD_BENCH_PYTHON is not set: moto and boto3 are left out");
        return;
    };
    let python = Path::new(&python);
    let moto = |port: u16| {
        let mut command = Command::new(python.join("bin/moto_server"));
        command.args(["-p", &port.to_string()]).current_dir(folder.path());
        command
    };
    measure("moto_server", Wire::Ec2, &moto);
    serve_ec2::measure("moto_server", &moto);
    for (name, start) in [("serve", &serve as &dyn Fn(u16) -> Command), ("moto_server", &moto)] {
        let (server, _) = start_server(Wire::Ec2, start);
        let cost = Command::new(python.join("bin/python"))
            .args(["-c", BOTO3, &format!("http://{}", server.address)])
            .stderr(Stdio::null())
            .output()
            .expect("Python");
        let cost = String::from_utf8_lossy(&cost.stdout).trim().to_owned();
        let cost =
            if cost.is_empty() { "not served".to_owned() } else { format!("{cost} ms of its processor time a call") };
        println!("{:<56} {cost}", format!("boto3 itself, describe_availability_zones of {name}"));
    }
}

fn measure(name: &str, wire: Wire, start: &dyn Fn(u16) -> Command) {
    let mut starts: Vec<Duration> = (0..STARTS).map(|_| start_server(wire, start).1).collect();
    starts.sort();
    println!("{:<56} {:>9.1} ms, median", format!("{name}: start to the first reply"), ms(starts[STARTS / 2]));
    let (server, _) = start_server(wire, start);
    for _ in 0..INSTANCES / 100 {
        if call(&server.address, &wire.launch(100)).is_none() {
            println!("{name}: launches are not served");
            return;
        }
    }
    let shown = call(&server.address, wire.describe()).expect("a description");
    let id = if matches!(wire, Wire::Alibaba) { "\"InstanceId\"" } else { "<instanceId>" };
    assert_eq!(shown.matches(id).count(), INSTANCES as usize, "{name}");
    rate(&format!("{name}: DescribeInstances of 1,000"), DESCRIPTIONS, &|| call(&server.address, wire.describe()));
    rate(&format!("{name}: RunInstances of one"), LAUNCHES, &|| call(&server.address, &wire.launch(1)));
    println!("{:<56} {:>9.1} MiB", format!("{name}: resident afterwards"), resident_mib(server.child.id()));
}

/// Starts a server, and waits for its first reply.
fn start_server(wire: Wire, start: &dyn Fn(u16) -> Command) -> (Server, Duration) {
    let port = TcpListener::bind("127.0.0.1:0").expect("a port").local_addr().expect("its number").port();
    let started = Instant::now();
    let child = start(port).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("it starts");
    let server = Server { child, address: format!("127.0.0.1:{port}") };
    while TcpStream::connect(&server.address).is_err() {
        assert!(started.elapsed() < Duration::from_secs(60), "the server does not listen");
        std::thread::sleep(Duration::from_micros(200));
    }
    call(&server.address, wire.look());
    (server, started.elapsed())
}

/// Calls one after the other, each on a connection of its own.
fn rate(what: &str, calls: u32, run: &dyn Fn() -> Option<String>) {
    let started = Instant::now();
    for _ in 0..calls {
        assert!(run().is_some(), "{what}");
    }
    let seconds = started.elapsed().as_secs_f64();
    println!(
        "{what:<56} {:>9.1} a second, {:.2} ms each",
        f64::from(calls) / seconds,
        seconds * 1e3 / f64::from(calls)
    );
}

/// The body of a reply; `None` if the call was refused.
fn call(address: &str, form: &str) -> Option<String> {
    let mut stream = TcpStream::connect(address).ok()?;
    write!(
        stream,
        "POST / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n{}\
         Content-Type: application/x-www-form-urlencoded; charset=utf-8\r\nContent-Length: {}\r\n\r\n{form}",
        authorization(form),
        form.len()
    )
    .ok()?;
    let mut reply = String::new();
    stream.read_to_string(&mut reply).ok()?;
    let (head, body) = reply.split_once("\r\n\r\n")?;
    (head.split(' ').nth(1) == Some("200")).then(|| body.to_owned())
}

/// The header by which a server knows a call of EC2's API; a call of Alibaba's API has its signature in the form.
fn authorization(form: &str) -> &'static str {
    if form.contains("Version=2016-11-15") {
        "Authorization: AWS4-HMAC-SHA256 Credential=ANY/20260101/us-east-1/ec2/aws4_request, SignedHeaders=host, \
         Signature=0\r\n"
    } else {
        ""
    }
}

fn ms(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

fn resident_mib(process: u32) -> f64 {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmRSS:")).unwrap_or_default();
    let kib: f64 = line.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or_default();
    kib / 1024.0
}
