//! Calls and replies of Alibaba's APIs: codes, statuses and tokens.

use crate::http;
use crate::server::Server;

const GROUP: [(&str, &str); 7] = [
    ("AutoProvisioningGroupType", "instant"),
    ("TotalTargetCapacity", "3"),
    ("PayAsYouGoTargetCapacity", "3"),
    ("LaunchTemplateConfig.1.InstanceType", "ecs.g7.large"),
    ("LaunchTemplateConfig.1.VSwitchId", "vsw-cn-heyuan-b"),
    ("LaunchConfiguration.ImageId", "aliyun_3_x64_20G_alibase_20250629.vhd"),
    ("ClientToken", "token"),
];
pub(crate) const RUN: [(&str, &str); 4] = [
    ("ImageId", "aliyun_3_x64_20G_alibase_20250629.vhd"),
    ("InstanceType", "ecs.g7.large"),
    ("ZoneId", "cn-heyuan-b"),
    ("Amount", "1"),
];

pub(crate) fn with<'a>(parameters: &[(&'a str, &'a str)], more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let kept = parameters.iter().filter(|(name, _)| more.iter().all(|(other, _)| other != name));
    kept.chain(more).copied().collect()
}

#[test]
fn refusals_have_the_services_code_and_status() {
    let server = Server::start_with_scenario(r#"{"stock": [{"zone_id": "cn-heyuan-a", "pay_as_you_go": 0}]}"#, &[]);
    let refusals = [
        (server.ecs("RunInstances", &with(&RUN, &[("ZoneId", "cn-heyuan-a")])), (403, "OperationDenied.NoStock")),
        (server.ecs("RunInstances", &with(&RUN, &[("Amount", "x")])), (400, "InvalidParameter")),
        (server.ecs("RunInstances", &RUN[1..]), (400, "MissingParameter")),
        (server.ecs("RunInstances", &with(&RUN, &[("ImageId", "m-none")])), (404, "InvalidImageId.NotFound")),
        (server.ecs("RunInstances", &with(&RUN, &[("RegionId", "cn-nowhere")])), (404, "InvalidRegionId.NotFound")),
        (server.ecs("DeleteInstance", &[("InstanceId", "i-none")]), (404, "InvalidInstanceId.NotFound")),
        (server.ecs("DescribeNothing", &[]), (404, "InvalidAction.NotFound")),
        (server.call("2010-01-01", "DescribeInstances", &[]), (400, "InvalidVersion")),
        (server.vpc("DescribeVpcAttribute", &[("VpcId", "vpc-none")]), (404, "InvalidVpcId.NotFound")),
    ];
    for (response, (status, code)) in refusals {
        assert_eq!(response.refusal(), (status, code.to_owned()), "{}", response.body);
        assert!(response.json()["RequestId"].as_str().is_some_and(|id| id.len() == 36), "{}", response.body);
    }
}

/// A call says what it is for by its version alone: what that is, and what is served of both clouds, stands in the refusal.
#[test]
fn a_call_of_another_api_or_region_is_told_what_to_use() {
    let server = Server::start(&[]);
    let message = |version: &str| server.call(version, "ListRoles", &[]).json()["Message"].as_str().unwrap().to_owned();
    assert!(message("2015-05-01").starts_with("RAM (2015-05-01) is not simulated; "), "{}", message("2015-05-01"));
    assert!(message("2013-10-15").contains("ECS 2014-05-26"), "{}", message("2013-10-15"));
    assert!(message("2013-10-15").contains("EC2 2016-11-15, STS 2011-06-15 of Amazon"), "{}", message("2013-10-15"));
    // The server's own region was taken for a misspelt one of EC2's.
    let unsigned = http::post(&server.address, "/?Action=DescribeInstances&Version=2016-11-15", &[], b"");
    assert_eq!(unsigned.status, 400, "{}", unsigned.body);
    assert!(unsigned.body.contains("--region us-east-1") && !unsigned.body.contains("ca-west"), "{}", unsigned.body);
}

/// Refused calls leave nothing under their token, and a repeated one launches nothing (W2).
#[test]
fn a_token_launches_once_on_both_transports() {
    let server = Server::start(&[]);
    let short = with(
        &GROUP,
        &[
            ("MinTargetCapacity", "3"),
            ("TotalTargetCapacity", "900"),
            ("PayAsYouGoTargetCapacity", "900"),
            ("MinTargetCapacity", "900"),
        ],
    );
    assert_eq!(server.ecs("CreateAutoProvisioningGroup", &short).status, 403);
    let made = server.ecs("CreateAutoProvisioningGroup", &GROUP).success();
    let body = form_urlencoded::Serializer::new(String::new())
        .extend_pairs([("Action", "CreateAutoProvisioningGroup"), ("Version", "2014-05-26")])
        .extend_pairs(GROUP)
        .finish();
    let headers = [("Content-Type", "application/x-www-form-urlencoded")];
    let again = crate::http::post(&server.address, "/", &headers, body.as_bytes()).success();
    assert_eq!(made, again);
    assert_eq!(server.ecs("DescribeInstances", &[]).success()["TotalCount"], 3);
}

/// A reply that got lost: the group is there, and the repetition finds it.
#[test]
fn a_fault_after_the_commit_loses_the_reply_alone() {
    let fault = r#"{"faults": [{"operation": "CreateAutoProvisioningGroup", "error_code": "InternalError", "times": 1, "after_commit": true}]}"#;
    let server = Server::start_with_scenario(fault, &[]);
    assert_eq!(server.ecs("CreateAutoProvisioningGroup", &GROUP).refusal(), (500, "InternalError".to_owned()));
    server.ecs("CreateAutoProvisioningGroup", &GROUP).success();
    assert_eq!(server.ecs("DescribeInstances", &[]).success()["TotalCount"], 3);
}

/// A world that a client empties goes on: its clock and its tokens belong to a client that lives on (W1).
#[test]
fn an_emptied_world_stays_the_same_world_w1() {
    let server = Server::start(&[]);
    let first = server.ecs("RunInstances", &RUN).success();
    let id = first["InstanceIdSets"]["InstanceIdSet"][0].as_str().unwrap().to_owned();
    server.ecs("DeleteInstance", &[("InstanceId", &id)]).success();
    let second = server.ecs("RunInstances", &RUN).success();
    assert_ne!(second["InstanceIdSets"]["InstanceIdSet"][0], id.as_str());
}

#[test]
fn a_refused_rule_leaves_none_of_its_call() {
    let server = Server::start(&[]);
    let group = server.ecs("CreateSecurityGroup", &[]).success()["SecurityGroupId"].as_str().unwrap().to_owned();
    let rules = [
        ("SecurityGroupId", group.as_str()),
        ("Permissions.1.IpProtocol", "TCP"),
        ("Permissions.1.PortRange", "22/22"),
        ("Permissions.1.SourceCidrIp", "0.0.0.0/0"),
        ("Permissions.2.IpProtocol", "TCP"),
        ("Permissions.2.PortRange", "80/80"),
        ("Permissions.2.SourceGroupId", "sg-none"),
    ];
    assert_eq!(server.ecs("AuthorizeSecurityGroup", &rules).status, 404);
    let found = server.ecs("DescribeSecurityGroupAttribute", &[("SecurityGroupId", &group)]).success();
    assert_eq!(found["Permissions"]["Permission"], serde_json::json!([]));
}
