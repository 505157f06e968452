//! Launches of several instances over Alibaba's API: each is an instance by itself, with all that the call says (O7).

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use crate::alibaba::{RUN, with};
use crate::server::Server;

const TWO: (&str, &str) = ("Amount", "2");

/// What a call says, and the status and code of its refusal.
type Refusal<'a> = (&'a [(&'a str, &'a str)], (u16, &'a str));

fn launch(server: &Server, more: &[(&str, &str)]) -> crate::http::Response {
    server.ecs("RunInstances", &with(&RUN, more))
}

/// The ids of a launch, in its order.
fn run(server: &Server, more: &[(&str, &str)]) -> Vec<String> {
    ids(&launch(server, more).success())
}

fn ids(launched: &Json) -> Vec<String> {
    let ids = launched["InstanceIdSets"]["InstanceIdSet"].as_array().unwrap();
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

/// The instances of these ids, in their order.
fn described(server: &Server, ids: &[String]) -> Vec<Json> {
    let named = serde_json::to_string(ids).unwrap();
    let page = server.ecs("DescribeInstances", &[("InstanceIds", &named), ("PageSize", "100")]).success();
    let rows = page["Instances"]["Instance"].as_array().unwrap().clone();
    ids.iter().map(|id| rows.iter().find(|row| row["InstanceId"] == id.as_str()).unwrap().clone()).collect()
}

fn number_of_instances(server: &Server) -> u64 {
    server.ecs("DescribeInstances", &[]).success()["TotalCount"].as_u64().unwrap()
}

/// A launch of several kept its tags and little else: names, disks, bandwidth, role and protection were lost.
#[test]
fn o7_each_of_several_instances_has_what_the_call_says() {
    let server = Server::start(&[]);
    let said = [
        TWO,
        ("InstanceName", "web-[7,3]-x"),
        ("HostName", "host-[7,2]"),
        ("Description", "a pair"),
        ("SystemDisk.Category", "cloud_essd"),
        ("SystemDisk.Size", "60"),
        ("SystemDisk.DiskName", "root"),
        ("DataDisk.1.Size", "50"),
        ("DataDisk.1.DiskName", "logs"),
        ("InternetMaxBandwidthOut", "5"),
        ("RamRoleName", "web"),
        ("ResourceGroupId", "rg-1"),
        ("AutoReleaseTime", "2027-01-01T00:00:00Z"),
        ("DeletionProtection", "true"),
        ("Tag.1.Key", "role"),
        ("Tag.1.Value", "web"),
    ];
    let made = run(&server, &said);
    let rows = described(&server, &made);
    assert_eq!(rows.len(), 2);
    let shown = json!({
        "Description": "a pair",
        "InternetMaxBandwidthOut": 5,
        "ResourceGroupId": "rg-1",
        "AutoReleaseTime": "2027-01-01T00:00:00Z",
        "DeletionProtection": true,
    });
    for (index, row) in rows.iter().enumerate() {
        for (name, value) in shown.as_object().unwrap() {
            assert_eq!(row[name], *value, "{name}");
        }
        let number = index + 7;
        assert_eq!(row["InstanceName"], format!("web-{number:03}-x"));
        assert_eq!(row["HostName"], format!("host-{number:02}"));
        assert_eq!(row["PublicIpAddress"]["IpAddress"].as_array().unwrap().len(), 1);
        assert_eq!(row["Tags"]["Tag"][0]["TagValue"], "web");
        let disks = server.ecs("DescribeDisks", &[("InstanceId", &made[index])]).success();
        let disk = |place: usize| {
            let disk = &disks["Disks"]["Disk"][place];
            (disk["Size"].clone(), disk["DiskName"].clone())
        };
        assert_eq!([disk(0), disk(1)], [(json!(60), json!("root")), (json!(50), json!("logs"))]);
    }
    let roles = server.ecs("DescribeInstanceRamRole", &[("RamRoleName", "web")]).success();
    assert_eq!(roles["InstanceRamRoleSets"]["InstanceRamRoleSet"].as_array().unwrap().len(), 2);
    let protected = server.ecs("DeleteInstance", &[("InstanceId", &made[0])]);
    assert_eq!(protected.refusal(), (403, "OperationDenied.DeletionProtection".to_owned()));
    assert_eq!(number_of_instances(&server), 2);
}

/// Calls that change an instance did not find one of several.
#[test]
fn o7_each_of_several_instances_can_be_changed() {
    let server = Server::start(&[]);
    let made = run(&server, &[TWO, ("InstanceName", "web"), ("HostName", "web"), ("UniqueSuffix", "true")]);
    let names = |member: &str| described(&server, &made).iter().map(|row| row[member].clone()).collect::<Vec<Json>>();
    assert_eq!(
        (names("InstanceName"), names("HostName")),
        (vec![json!("web001"), json!("web002")], names("InstanceName"))
    );
    // Nothing asked for a public address.
    assert_eq!(names("InternetMaxBandwidthOut"), [0, 0]);
    assert_eq!(described(&server, &made)[0]["PublicIpAddress"]["IpAddress"], json!([]));
    let second = ("InstanceId", made[1].as_str());
    server.ecs("ModifyInstanceAttribute", &[second, ("InstanceName", "db"), ("Description", "changed")]).success();
    assert_eq!(names("InstanceName"), ["web001", "db"]);
    let tag = [("ResourceType", "instance"), ("ResourceId.1", made[1].as_str()), ("Tag.1.Key", "a")];
    server.ecs("TagResources", &with(&tag, &[("Tag.1.Value", "b")])).success();
    assert_eq!(described(&server, &made)[1]["Tags"]["Tag"][0]["TagKey"], "a");
    server.ecs("StopInstance", &[second]).success();
    server.ecs("ModifyInstanceSpec", &[second, ("InstanceType", "ecs.g7.xlarge")]).success();
    assert_eq!(names("InstanceType"), ["ecs.g7.large", "ecs.g7.xlarge"]);
    server.ecs("DeleteInstances", &[("InstanceId.1", &made[0]), ("InstanceId.2", &made[1])]).success();
    assert_eq!(number_of_instances(&server), 0);
}

/// Refusals had the codes of EC2, which no client of this service knows.
#[test]
fn o3_several_instances_are_refused_with_the_services_codes() {
    let scenario = r#"{
        "stock": [{"zone_id": "cn-heyuan-a", "pay_as_you_go": 1}, {"zone_id": "cn-heyuan-b", "pay_as_you_go": 50}],
        "quotas": [{"charge_type": "PayAsYouGo", "vcpus": 30}]
    }"#;
    let server = Server::start_with_scenario(scenario, &[]);
    let vpc = server.vpc("CreateVpc", &[]).success()["VpcId"].as_str().unwrap().to_owned();
    let vswitch = [("VpcId", vpc.as_str()), ("ZoneId", "cn-heyuan-b"), ("CidrBlock", "172.16.1.0/29")];
    let vswitch = server.vpc("CreateVSwitch", &vswitch).success()["VSwitchId"].as_str().unwrap().to_owned();
    let too_low = [("SpotStrategy", "SpotWithPriceLimit"), ("SpotPriceLimit", "0.001")];
    let refusals: [Refusal<'_>; 16] = [
        (&[("ZoneId", "cn-heyuan-a")], (403, "OperationDenied.NoStock")),
        (&[("Amount", "16"), ("InstanceType", "ecs.g7.large")], (403, "QuotaExceed.ElasticQuota")),
        (&[("Amount", "9"), ("VSwitchId", &vswitch)], (403, "InvalidVSwitchId.IpNotEnough")),
        (&[("InstanceType", "m1.small")], (403, "InvalidResourceType.NotSupported")),
        (&[("InstanceType", "ecs.none.large")], (400, "InvalidInstanceType.ValueNotSupported")),
        (&[("InstanceType", "ecs.g8y.large"), ("ZoneId", "")], (403, "ImageNotSupportInstanceType")),
        (&[("SystemDisk.Category", "cloud")], (400, "InvalidInstanceType.NotSupportDiskCategory")),
        (&[("DataDisk.1.Category", "cloud")], (400, "InvalidInstanceType.NotSupportDiskCategory")),
        (&too_low, (400, "InvalidSpotPriceLimit.LowerThanPublicPrice")),
        (&[("ImageId", "m-none")], (404, "InvalidImageId.NotFound")),
        (&[("KeyPairName", "none")], (404, "InvalidKeyPairName.NotFound")),
        (&[("SecurityGroupId", "sg-none")], (404, "InvalidSecurityGroupId.NotFound")),
        (&[("LaunchTemplateId", "lt-nope")], (404, "InvalidLaunchTemplate.NotFound")),
        (&[("LaunchTemplateName", "nope")], (404, "InvalidLaunchTemplate.NotFound")),
        (&[("ImageId", "")], (400, "MissingParameter")),
        (&[("DryRun", "true")], (400, "DryRunOperation")),
    ];
    for (more, (status, code)) in refusals {
        let refused = launch(&server, &with(&[TWO], more));
        assert_eq!(refused.refusal(), (status, code.to_owned()), "{more:?}: {}", refused.body);
    }
    assert_eq!(number_of_instances(&server), 0);
}

#[test]
fn o7_the_amounts_of_a_launch_are_checked() {
    let scenario = r#"{"stock": [{"zone_id": "cn-heyuan-b", "pay_as_you_go": 3}]}"#;
    let server = Server::start_with_scenario(scenario, &[]);
    let amounts = |max: &str, min: &str| launch(&server, &[("Amount", max), ("MinAmount", min)]);
    for (max, min, code) in [
        ("1", "5", "InvalidMinAmount.Malformed"),
        ("2", "5", "InvalidMinAmount.Malformed"),
        ("1", "0", "InvalidMinAmount.Malformed"),
        ("0", "0", "InvalidMaxAmount.Malformed"),
        ("101", "1", "InvalidMaxAmount.Malformed"),
    ] {
        assert_eq!(amounts(max, min).refusal(), (400, code.to_owned()), "{max} {min}");
    }
    // Without a minimum it is all or nothing.
    assert_eq!(launch(&server, &[("Amount", "5")]).refusal(), (403, "OperationDenied.NoStock".to_owned()));
    assert_eq!(amounts("5", "4").refusal().0, 403);
    assert_eq!(number_of_instances(&server), 0);
    assert_eq!(ids(&amounts("5", "2").success()).len(), 3);
}

/// A template alone was a missing `ImageId`.
#[test]
fn o2_several_instances_are_launched_from_a_template() {
    let server = Server::start(&[]);
    let content = [
        ("LaunchTemplateName", "web"),
        RUN[0],
        ("InstanceType", "ecs.g7.xlarge"),
        ("InstanceName", "of-template-[1,2]"),
        ("VSwitchId", "vsw-cn-heyuan-b"),
    ];
    let id = server.ecs("CreateLaunchTemplate", &content).success()["LaunchTemplateId"].as_str().unwrap().to_owned();
    let other = [("LaunchTemplateId", id.as_str()), RUN[0], ("InstanceType", "ecs.g7.2xlarge")];
    server.ecs("CreateLaunchTemplateVersion", &other).success();
    let types = |more: &[(&str, &str)]| {
        let made = ids(&server.ecs("RunInstances", &with(&[TWO], more)).success());
        described(&server, &made).iter().map(|row| row["InstanceType"].clone()).collect::<Vec<Json>>()
    };
    assert_eq!(types(&[("LaunchTemplateName", "web")]), ["ecs.g7.xlarge", "ecs.g7.xlarge"]);
    let second = [("LaunchTemplateId", id.as_str()), ("LaunchTemplateVersion", "2"), RUN[2]];
    assert_eq!(types(&second), ["ecs.g7.2xlarge", "ecs.g7.2xlarge"]);
    let own = [("LaunchTemplateId", id.as_str()), RUN[1]];
    assert_eq!(types(&own), ["ecs.g7.large", "ecs.g7.large"]);
    let rows = server.ecs("DescribeInstances", &[("InstanceName", "of-template-*")]).success();
    let names = rows["Instances"]["Instance"].as_array().unwrap().iter().map(|row| row["InstanceName"].clone());
    let names: BTreeSet<String> = names.map(|name| name.as_str().unwrap().to_owned()).collect();
    assert_eq!(names, ["of-template-01".to_owned(), "of-template-02".to_owned()].into());
}

/// One token stands for all instances of a launch, and is free once none of them is left (W2).
#[test]
fn o7_a_token_stands_for_all_instances_of_a_launch() {
    let fault = r#"{"faults": [
        {"operation": "RunInstances", "error_code": "ServiceUnavailable", "times": 1},
        {"operation": "RunInstances", "error_code": "InternalError", "times": 1, "after_commit": true}
    ]}"#;
    let server = Server::start_with_scenario(fault, &[]);
    let call = [("Amount", "3"), ("ClientToken", "once")];
    assert_eq!(launch(&server, &call).refusal(), (503, "ServiceUnavailable".to_owned()));
    assert_eq!(number_of_instances(&server), 0);
    // The reply is lost, the instances are there.
    assert_eq!(launch(&server, &call).refusal(), (500, "InternalError".to_owned()));
    assert_eq!(number_of_instances(&server), 3);
    let first = run(&server, &call);
    assert_eq!((first.len(), run(&server, &call)), (3, first.clone()));
    let other = launch(&server, &with(&call, &[("Amount", "4")]));
    assert_eq!(other.refusal(), (400, "IdempotentParameterMismatch".to_owned()));
    server.ecs("DeleteInstance", &[("InstanceId", &first[0])]).success();
    assert_eq!(run(&server, &call), first[1..]);
    server.ecs("DeleteInstances", &[("InstanceId.1", &first[1]), ("InstanceId.2", &first[2])]).success();
    let again = run(&server, &call);
    assert_eq!((again.len(), number_of_instances(&server)), (3, 3));
    assert!(again.iter().all(|id| !first.contains(id)));
}

/// The private addresses of a launch follow each other, and one that is taken refuses the whole launch.
#[test]
fn o7_private_addresses_of_a_launch_follow_each_other() {
    let server = Server::start(&[]);
    let free = &described(&server, &run(&server, &[]))[0]["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0];
    let free = u32::from(free.as_str().unwrap().parse::<std::net::Ipv4Addr>().unwrap());
    let address = |number: u32| std::net::Ipv4Addr::from(number).to_string();
    let made = run(&server, &[TWO, ("PrivateIpAddress", &address(free + 10))]);
    let taken: Vec<Json> = described(&server, &made)
        .iter()
        .map(|row| row["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0].clone())
        .collect();
    assert_eq!(taken, [address(free + 10), address(free + 11)]);
    let refused = launch(&server, &[TWO, ("PrivateIpAddress", &address(free + 9))]);
    assert_eq!(refused.refusal().1, "InvalidPrivateIpAddress.Duplicated");
    assert_eq!(number_of_instances(&server), 3);
}

/// Interfaces are made for each instance; one that exists can be attached to one of them only.
#[test]
fn n10_several_instances_have_further_interfaces_each() {
    let server = Server::start(&[]);
    let second = ("NetworkInterface.1.VSwitchId", "vsw-cn-heyuan-b");
    let made = run(&server, &[TWO, second]);
    for row in described(&server, &made) {
        assert_eq!(row["NetworkInterfaces"]["NetworkInterface"].as_array().unwrap().len(), 2);
    }
    let own = server.ecs("CreateNetworkInterface", &[("VSwitchId", second.1), ("SecurityGroupId", "default")]);
    let own = own.success()["NetworkInterfaceId"].as_str().unwrap().to_owned();
    let refused = launch(&server, &[TWO, ("NetworkInterface.1.NetworkInterfaceId", &own)]);
    assert_eq!(refused.refusal(), (400, "InvalidParameter".to_owned()));
    assert_eq!(number_of_instances(&server), 2);
}
