//! Amazon's clients: boto3, with every reply checked strictly against botocore's model of the service.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::LazyLock;

use simcloud_test_needs::needs;

use crate::http;
use crate::server::Server;

/// A Python with Amazon's clients, made once and kept beside the build.
pub(crate) static AWS_PYTHON: LazyLock<PathBuf> = LazyLock::new(|| {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("python-aws");
    let program = folder.join("bin/python");
    if !program.is_file() {
        assert!(Command::new("python3").args(["-m", "venv"]).arg(&folder).status().unwrap().success());
    }
    let install = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--requirement"];
    let requirements = source("requirements.txt");
    assert!(Command::new(&program).args(install).arg(requirements).status().unwrap().success());
    program
});

pub(crate) fn source(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wire/aws").join(name)
}

/// Runs a command of Python's beside a server of its own, in the environment that `serve` sets; its replies are checked.
pub(crate) fn serve_python(server: &Server, options: &[&str], arguments: &[&str]) -> Output {
    let output = server
        .command()
        .args(["serve", "--world", "own.db", "--region", "us-east-1"])
        .args(options)
        .arg("--")
        .arg(&*AWS_PYTHON)
        .args(arguments)
        .env("PYTHONPATH", source(""))
        .output()
        .unwrap();
    assert_checked(&output);
    output
}

/// Fails where Python has checked no reply, because nothing has loaded `strict_replies.py`.
pub(crate) fn assert_checked(output: &Output) {
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(errors.contains(" replies checked"), "{printed}{errors}");
}

/// Runs another client of Amazon's beside a server of its own; its replies are checked on their way.
pub(crate) fn serve_checked(server: &Server, options: &[&str]) -> Command {
    let mut serve = server.command();
    serve.arg("serve").args(options).arg("--").arg(&*AWS_PYTHON).arg(source("strict_proxy.py")).env("AWS_PAGER", "");
    serve
}

pub(crate) fn assert_success(output: &Output) {
    let (printed, errors) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{printed}{errors}");
}

/// The actions of this module's tests; those of fleets have tests of their own.
const ACTIONS: [&str; 54] = [
    "AuthorizeSecurityGroupEgress",
    "AuthorizeSecurityGroupIngress",
    "CancelSpotInstanceRequests",
    "CreateKeyPair",
    "CreateLaunchTemplate",
    "CreateLaunchTemplateVersion",
    "CreateSecurityGroup",
    "CreateSubnet",
    "CreateTags",
    "CreateVpc",
    "DeleteKeyPair",
    "DeleteLaunchTemplate",
    "DeleteLaunchTemplateVersions",
    "DeleteSecurityGroup",
    "DeleteSubnet",
    "DeleteTags",
    "DeleteVpc",
    "DescribeAvailabilityZones",
    "DescribeImages",
    "DescribeInstanceAttribute",
    "DescribeInstanceStatus",
    "DescribeInstanceTypeOfferings",
    "DescribeInstanceTypes",
    "DescribeInstances",
    "DescribeKeyPairs",
    "DescribeLaunchTemplateVersions",
    "DescribeLaunchTemplates",
    "DescribeNetworkInterfaces",
    "DescribeRegions",
    "DescribeSecurityGroupRules",
    "DescribeSecurityGroups",
    "DescribeSpotInstanceRequests",
    "DescribeSpotPriceHistory",
    "DescribeSubnets",
    "DescribeTags",
    "DescribeVolumes",
    "DescribeVpcAttribute",
    "DescribeVpcs",
    "GetLaunchTemplateData",
    "ImportKeyPair",
    "ModifyInstanceAttribute",
    "ModifyInstanceMetadataOptions",
    "ModifyLaunchTemplate",
    "ModifySecurityGroupRules",
    "ModifySubnetAttribute",
    "ModifyVpcAttribute",
    "RebootInstances",
    "RequestSpotInstances",
    "RevokeSecurityGroupEgress",
    "RevokeSecurityGroupIngress",
    "RunInstances",
    "StartInstances",
    "StopInstances",
    "TerminateInstances",
];

/// E2, E3, E5–E8 and E10 as boto3 sees them, and what O7 and O8 say of instances.
#[needs(python3)]
#[test]
fn e2_e3_e5_e6_e7_e8_e10_o7_boto3_calls_every_action() {
    let server = Server::start(&[]);
    let script = source("every_action.py");
    let arguments: Vec<&str> = std::iter::once(script.to_str().unwrap()).chain(ACTIONS).collect();
    assert_success(&serve_python(&server, &[], &arguments));
}

#[needs(python3)]
#[test]
fn e2_e10_e11_what_a_client_sends_is_read_back_and_refusals_name_subnets() {
    let server = Server::start(&[]);
    assert_success(&serve_python(&server, &[], &[source("read_back.py").to_str().unwrap()]));
}

fn ec2(server: &Server, headers: &[(&str, &str)], body: &str) -> http::Response {
    let form = ("content-type", "application/x-www-form-urlencoded");
    let headers: Vec<(&str, &str)> = std::iter::once(form).chain(headers.iter().copied()).collect();
    http::post(&server.address, "/", &headers, body.as_bytes())
}

/// E1: what a client without a signature asks, and what a signature says about region and service.
#[needs(python3)]
#[test]
fn e1_region_and_service_come_from_the_signature() {
    let server = Server::start(&["--region", "us-east-1"]);
    let zones = "Action=DescribeAvailabilityZones&Version=2016-11-15";
    assert!(ec2(&server, &[], zones).body.contains("us-east-1a"));
    let signed = |region: &str, service: &str| {
        format!(
            "AWS4-HMAC-SHA256 Credential=X/20260101/{region}/{service}/aws4_request, SignedHeaders=host, Signature=0"
        )
    };
    let west = signed("us-west-2", "ec2");
    assert!(ec2(&server, &[("authorization", &west)], zones).body.contains("us-west-2a"));
    for (region, service, code, status) in [
        ("cn-heyuan", "ec2", "InvalidParameterValue", 400),
        ("us-east-1", "s3", "NotImplemented", 501),
        ("us-east-1", "iam", "NotImplemented", 501),
    ] {
        let reply = ec2(&server, &[("authorization", &signed(region, service))], zones);
        assert_eq!(reply.status, status, "{service} {}", reply.body);
        assert!(reply.body.contains(&format!("<Code>{code}</Code>")), "{}", reply.body);
    }
    let unknown = ec2(&server, &[], "Action=RunInstance&Version=2016-11-15");
    assert_eq!(unknown.status, 400);
    assert!(unknown.body.contains("<Code>InvalidAction</Code>") && unknown.body.contains("RunInstances"));
}

const SCARCE: &str =
    r#"{"stock": [{"zone_id": "us-east-1a", "instance_type": "m5.large", "pay_as_you_go": 2, "spot": 0}]}"#;
const RUN: &str = "Action=RunInstances&Version=2016-11-15&ImageId=ami-0a1b2c3d4e5f60718&InstanceType=m5.large\
    &Placement.AvailabilityZone=us-east-1a&ClientToken=one";

/// E4: a refused call leaves nothing under its token, and the maximum is best effort (O7).
#[needs(python3)]
#[test]
fn e4_o7_a_shortage_is_a_500_and_keeps_no_token() {
    let server = Server::start_with_scenario(SCARCE, &["--region", "us-east-1"]);
    let refused = ec2(&server, &[], &format!("{RUN}&MinCount=3&MaxCount=5"));
    assert_eq!(refused.status, 500);
    assert!(refused.body.contains("<Code>InsufficientInstanceCapacity</Code>"), "{}", refused.body);
    let launched = ec2(&server, &[], &format!("{RUN}&MinCount=1&MaxCount=5"));
    assert_eq!((launched.status, launched.body.matches("<instanceId>").count()), (200, 2), "{}", launched.body);
    let spot = "&InstanceMarketOptions.MarketType=spot&InstanceMarketOptions.SpotOptions.MaxPrice=0.0001";
    let refused = ec2(&server, &[], &format!("{RUN}2{spot}&MinCount=1&MaxCount=1"));
    assert_eq!(refused.status, 400);
    assert!(refused.body.contains("<Code>SpotMaxPriceTooLow</Code>"), "{}", refused.body);
}

/// O8: what a person reclaims is described as such, until the clock has moved by an hour.
#[needs(python3)]
#[test]
fn o8_an_ended_instance_is_described_for_an_hour() {
    let server = Server::start(&["--region", "us-east-1"]);
    let spot = "&InstanceMarketOptions.MarketType=spot&MinCount=1&MaxCount=1";
    assert_eq!(ec2(&server, &[], &format!("{RUN}{spot}")).status, 200);
    let world = |arguments: &[&str]| {
        let mut command = server.command();
        let output =
            command.arg("world").args(arguments).args(["--world", "world.db", "--region", "us-east-1"]).output();
        assert!(output.as_ref().unwrap().status.success(), "{output:?}");
    };
    let describe = || ec2(&server, &[], "Action=DescribeInstances&Version=2016-11-15").body;
    world(&["reclaim"]);
    let ended = describe();
    assert!(ended.contains("<name>terminated</name>") && ended.contains("Server.SpotInstanceTermination"), "{ended}");
    world(&["advance", "59m"]);
    assert!(describe().contains("<name>terminated</name>"));
    world(&["advance", "1m"]);
    assert!(!describe().contains("<instanceId>"));
}

/// What Amazon's service has passed: 69 tests of moto's, of which those that need other actions are listed with them.
#[needs(python3)]
#[test]
fn tests_that_the_real_service_has_passed_pass_here() {
    let server = Server::start(&[]);
    let script = source("moto_verified.py");
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let output = serve_python(&server, &[], &[script.to_str().unwrap(), folder.to_str().unwrap()]);
    assert_success(&output);
    let expected = std::fs::read_to_string(source("moto_verified.txt")).unwrap();
    let printed = String::from_utf8_lossy(&output.stdout);
    assert_eq!(printed.trim(), expected.trim(), "{}", String::from_utf8_lossy(&output.stderr));
}
