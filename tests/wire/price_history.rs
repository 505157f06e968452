//! The price history that a server gives, in the JSON of the services' own clients: imported, it makes the same prices
//! again (M8).

use std::collections::BTreeSet;
use std::process::Output;

use serde_json::{Value as Json, json};
use simcloud_test_needs::needs;

use crate::aws::{AWS_PYTHON, serve_checked};
use crate::server::Server;

const HOURS: &str = "480h";
const START: &str = "2026-01-01T00:00:00Z";

/// Another seed, so that prices that the record does not give would be others.
const OTHER_SEED: u64 = 99;

fn success(output: &Output) -> String {
    assert!(output.status.success(), "{output:?}");
    String::from_utf8(output.stdout.clone()).unwrap()
}

/// Runs the executable in the server's folder.
fn run(server: &Server, arguments: &[&str]) -> String {
    success(&server.command().args(arguments).output().unwrap())
}

/// Imports a history as a scenario with another seed.
fn imported(server: &Server, history: &str) -> Json {
    std::fs::write(server.path("prices.json"), history).unwrap();
    let mut scenario: Json = serde_json::from_str(&run(server, &["market", "import", "prices.json"])).unwrap();
    scenario["seed"] = OTHER_SEED.into();
    scenario
}

/// What the AWS CLI prints of the first days of a world.
fn history_of_aws(server: &Server, world: &str, scenario: &str) -> String {
    let place = ["--world", world, "--region", "us-east-1", "--scenario", scenario];
    run(server, &[&["world", "advance", HOURS], &place[..]].concat());
    let aws = AWS_PYTHON.with_file_name("aws");
    let describe = ["ec2", "describe-spot-price-history", "--start-time", START, "--output", "json"];
    let output = serve_checked(server, &place)
        .arg(aws)
        .args(describe)
        .args(["--product-descriptions", "Linux/UNIX", "--instance-types", "m5.large", "c5.xlarge"])
        .output()
        .unwrap();
    success(&output)
}

/// How many prices a list of rows has.
fn prices(rows: &Json) -> usize {
    let price = |row: &Json| row["SpotPrice"].to_string();
    rows.as_array().unwrap().iter().map(price).collect::<BTreeSet<_>>().len()
}

#[needs(python3)]
#[test]
fn m8_a_history_of_the_aws_cli_makes_the_same_prices_again() {
    let server = Server::start(&[]);
    let printed = history_of_aws(&server, "first.db", "scenario.json");
    let scenario = imported(&server, &printed);
    std::fs::write(server.path("recorded.json"), scenario.to_string()).unwrap();
    let again = history_of_aws(&server, "second.db", "recorded.json");
    let [first, second]: [Json; 2] = [&printed, &again].map(|text| serde_json::from_str(text).unwrap());
    assert_eq!(first, second);
    assert!(prices(&first["SpotPriceHistory"]) > 5, "{printed}");
    let series = scenario["series"].as_array().unwrap();
    let zones: BTreeSet<&str> = series.iter().map(|record| record["zone_id"].as_str().unwrap()).collect();
    assert!(zones.len() > 2 && series.len() > zones.len(), "{zones:?}");
    assert!(
        series.iter().all(|record| record["start"] == START && record["spot_price"].as_array().unwrap().len() > 24)
    );
}

/// What `aliyun ecs DescribeSpotPriceHistory` prints is the body of the reply.
fn history_of_alibaba(server: &Server) -> String {
    run(server, &["world", "advance", HOURS, "--world", "world.db", "--scenario", "scenario.json"]);
    let parameters = [
        ("RegionId", "cn-heyuan"),
        ("InstanceType", "ecs.g6.large"),
        ("NetworkType", "vpc"),
        ("StartTime", START),
        ("EndTime", "2026-01-21T00:00:00Z"),
    ];
    let response = server.ecs("DescribeSpotPriceHistory", &parameters);
    assert_eq!(response.status, 200, "{}", response.body);
    response.body
}

#[test]
fn m8_a_history_of_alibabas_api_makes_the_same_prices_again() {
    let server = Server::start(&[]);
    let printed = history_of_alibaba(&server);
    let scenario = imported(&server, &printed);
    let recorded = Server::start_with_scenario(&scenario.to_string(), &[]);
    let rows = |text: &str| serde_json::from_str::<Json>(text).unwrap()["SpotPrices"]["SpotPriceType"].clone();
    let first = rows(&printed);
    assert_eq!(first, rows(&history_of_alibaba(&recorded)));
    assert!(prices(&first) > 5, "{printed}");
    // Another seed alone has other prices.
    let other = Server::start_with_scenario(&json!({ "seed": OTHER_SEED }).to_string(), &[]);
    assert_ne!(first, rows(&history_of_alibaba(&other)));
}
