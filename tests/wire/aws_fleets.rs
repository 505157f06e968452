//! Fleets by boto3, with every reply checked strictly against botocore's model of the service.

use simcloud_test_needs::needs;

use crate::aws::{assert_success, serve_python, source};
use crate::server::Server;

const SCARCE: &str = r#"{"stock": [
    {"zone_id": "us-east-1a", "instance_type": "m5.large", "pay_as_you_go": 2, "spot": 3},
    {"zone_id": "us-east-1a", "instance_type": "c5.large", "pay_as_you_go": 0, "spot": 0}
]}"#;

/// G21–G26 as boto3 sees them.
#[needs(python3)]
#[test]
fn g21_g23_g24_g25_g26_boto3_makes_fleets() {
    run("fleets.py");
}

#[needs(python3)]
#[test]
fn g27_boto3_makes_spot_fleets() {
    run("spot_fleets.py");
}

fn run(script: &str) {
    let server = Server::start_with_scenario(SCARCE, &[]);
    let options = ["--scenario", "scenario.json"];
    assert_success(&serve_python(&server, &options, &[source(script).to_str().unwrap()]));
}
