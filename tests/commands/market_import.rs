//! `market import`: recorded prices become a scenario.

use serde_json::{Value, json};
use simcloud::market::Scenario;

use crate::sandbox::Sandbox;

fn aws(price: &str) -> Value {
    let row = |at: &str, price: &str| {
        json!({ "AvailabilityZone": "us-east-1a", "InstanceType": "m5.large", "ProductDescription": "Linux/UNIX",
            "SpotPrice": price, "Timestamp": at })
    };
    json!({ "SpotPriceHistory": [row("2026-03-01T02:30:00+00:00", price), row("2026-03-01T00:00:00+00:00", "0.035")],
        "NextToken": "" })
}

#[test]
fn recorded_prices_become_a_scenario() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("prices.json"), aws("0.04").to_string()).unwrap();
    std::fs::write(
        sandbox.path("more.csv"),
        "zone_id,instance_type,time,spot_price\nus-east-1b,m5.large,2026-03-01T01:00:00Z,0.05\nmars-1,m5.large,2026-03-01T01:00:00Z,1\n",
    )
    .unwrap();
    let printed = sandbox.run(&["market", "import", "prices.json", "more.csv"]);
    assert_eq!(printed.code, 0, "{printed:?}");
    assert_eq!(printed.stderr, "note: pools that are not simulated are left out: m5.large in mars-1\n");
    let json: Value = serde_json::from_str(&printed.stdout).unwrap();
    assert_eq!(
        json["series"],
        json!([
            { "zone_id": "us-east-1a", "instance_type": "m5.large", "start": "2026-03-01T00:00:00Z", "spot_price": [0.035, 0.035, 0.035] },
            { "zone_id": "us-east-1b", "instance_type": "m5.large", "start": "2026-03-01T01:00:00Z", "spot_price": [0.05, 0.05] }
        ])
    );
    assert_eq!(Scenario::from_json(&json).unwrap().series.len(), 2);
    let moved = sandbox.run(&["market", "import", "prices.json", "more.csv", "--start", "2026-01-01T00:00:00Z"]);
    let json: Value = serde_json::from_str(&moved.stdout).unwrap();
    assert_eq!(json["series"][1]["start"], "2026-01-01T01:00:00Z");
}

/// Spreadsheets begin a text with a byte-order mark, which was part of the first column's name.
#[test]
fn a_byte_order_mark_is_skipped() {
    let sandbox = Sandbox::new();
    let csv = "\u{feff}zone_id,instance_type,time,spot_price\r\nus-east-1b,m5.large,2026-03-01T01:00:00Z,0.05\r\n";
    std::fs::write(sandbox.path("excel.csv"), csv).unwrap();
    std::fs::write(sandbox.path("marked.json"), format!("\u{feff}{}", aws("0.04"))).unwrap();
    let printed = sandbox.run(&["market", "import", "excel.csv", "marked.json"]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert_eq!(serde_json::from_str::<Value>(&printed.stdout).unwrap()["series"].as_array().unwrap().len(), 2);
}

/// The reason had no name of a file.
#[test]
fn files_without_a_price_are_named() {
    let sandbox = Sandbox::new();
    let windows = aws("0.04").to_string().replace("Linux/UNIX", "Windows");
    std::fs::write(sandbox.path("windows.json"), windows).unwrap();
    std::fs::write(sandbox.path("none.json"), r#"{ "SpotPriceHistory": [] }"#).unwrap();
    std::fs::write(sandbox.path("empty.csv"), "zone,type,time,price\nus-east-1a,m5.large,2026-03-01T01:00:00Z,\n")
        .unwrap();
    insta::assert_snapshot!(sandbox.refusals(&[
        &["market", "import", "none.json"],
        &["market", "import", "empty.csv"],
        &["market", "import", "none.json", "windows.json"],
    ]));
}

#[test]
fn a_malformed_file_is_refused_with_line_and_member() {
    let sandbox = Sandbox::new();
    std::fs::write(sandbox.path("free.json"), format!("{:#}", aws("free"))).unwrap();
    std::fs::write(sandbox.path("cut.json"), "{\n\"SpotPriceHistory\": [\n").unwrap();
    std::fs::write(sandbox.path("other.json"), "{}").unwrap();
    std::fs::write(sandbox.path("time.csv"), "zone,type,time,price\ncn-heyuan-b,ecs.g6.large,noon,1\n").unwrap();
    std::fs::write(sandbox.path("mars.csv"), "zone,type,time,price\nmars,ecs.g6.large,2026-03-01T01:00:00Z,1\n")
        .unwrap();
    insta::assert_snapshot!(sandbox.refusals(&[
        &["market", "import", "free.json"],
        &["market", "import", "cut.json"],
        &["market", "import", "other.json"],
        &["market", "import", "time.csv"],
        &["market", "import", "mars.csv"],
        &["market", "import", "missing.json"],
    ]));
}
