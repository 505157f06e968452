//! Changes over Alibaba's API: each is one transaction, however many clients change the same object.

use std::thread;

use serde_json::Value as Json;

use crate::alibaba::RUN;
use crate::server::Server;

/// The lookups that actions made before they changed an object met faults of their own, and what another client changed in
/// between was lost.
const LOOKUPS_FAIL: &str = r#"{"faults": [
    {"operation": "DescribeDisks", "error_code": "InternalError", "times": 1000},
    {"operation": "DescribeEipAddresses", "error_code": "InternalError", "times": 1000},
    {"operation": "DescribeInstances", "error_code": "InternalError", "times": 1000},
    {"operation": "DescribeNatGateways", "error_code": "InternalError", "times": 1000},
    {"operation": "DescribeNetworkInterfaces", "error_code": "InternalError", "times": 1000},
    {"operation": "DescribeRouteEntryList", "error_code": "InternalError", "times": 1000},
    {"operation": "DescribeSecurityGroupAttribute", "error_code": "InternalError", "times": 1000}
]}"#;

fn text(json: &Json, member: &str) -> String {
    json[member].as_str().unwrap_or_else(|| panic!("{json}")).to_owned()
}

#[test]
fn a_change_looks_at_its_object_in_its_own_transaction() {
    let server = Server::start_with_scenario(LOOKUPS_FAIL, &[]);
    let vpc = server.vpc("CreateVpc", &[]).success();
    let (vpc, table) = (text(&vpc, "VpcId"), text(&vpc, "RouteTableId"));
    let vswitch = [("VpcId", vpc.as_str()), ("ZoneId", "cn-heyuan-b"), ("CidrBlock", "172.16.1.0/24")];
    let vswitch = text(&server.vpc("CreateVSwitch", &vswitch).success(), "VSwitchId");
    let gateway = server.vpc("CreateNatGateway", &[("VpcId", &vpc), ("VSwitchId", &vswitch)]).success();
    let gateway = text(&gateway, "NatGatewayId");
    let eip = text(&server.vpc("AllocateEipAddress", &[]).success(), "AllocationId");
    let route = [
        ("RouteTableId", table.as_str()),
        ("DestinationCidrBlock", "10.9.0.0/16"),
        ("NextHopType", "NatGateway"),
        ("NextHopId", gateway.as_str()),
    ];
    let entry = text(&server.vpc("CreateRouteEntry", &route).success(), "RouteEntryId");
    server.vpc("ModifyEipAddressAttribute", &[("AllocationId", &eip), ("Bandwidth", "9")]).success();
    server.vpc("ModifyNatGatewayAttribute", &[("NatGatewayId", &gateway), ("Name", "out")]).success();
    server.vpc("ModifyRouteEntry", &[("RouteEntryId", &entry), ("RouteEntryName", "r")]).success();
    server.vpc("DeleteRouteEntry", &route).success();

    let group = text(&server.ecs("CreateSecurityGroup", &[("VpcId", &vpc)]).success(), "SecurityGroupId");
    let rule = [
        ("SecurityGroupId", group.as_str()),
        ("IpProtocol", "tcp"),
        ("PortRange", "22/22"),
        ("SourceCidrIp", "0.0.0.0/0"),
    ];
    server.ecs("AuthorizeSecurityGroup", &rule).success();
    server.ecs("ModifySecurityGroupRule", &[&rule[..], &[("Description", "ssh")]].concat()).success();
    server.ecs("RevokeSecurityGroup", &rule).success();

    let disk = [("ZoneId", "cn-heyuan-b"), ("Size", "40"), ("DiskCategory", "cloud_essd")];
    let disk = text(&server.ecs("CreateDisk", &disk).success(), "DiskId");
    server.ecs("ModifyDiskAttribute", &[("DiskId", &disk), ("DiskName", "data")]).success();
    server.ecs("ResizeDisk", &[("DiskId", &disk), ("NewSize", "50")]).success();
    let interface = [("VSwitchId", vswitch.as_str()), ("SecurityGroupId", group.as_str())];
    let interface = text(&server.ecs("CreateNetworkInterface", &interface).success(), "NetworkInterfaceId");
    let interface = ("NetworkInterfaceId", interface.as_str());
    server.ecs("ModifyNetworkInterfaceAttribute", &[interface, ("QueueNumber", "2")]).success();
    server.ecs("AssignPrivateIpAddresses", &[interface, ("SecondaryPrivateIpAddressCount", "1")]).success();
}

/// A fault of the change itself leaves the object as it was.
#[test]
fn a_change_that_fails_changes_nothing() {
    let fault = r#"{"faults": [{"operation": "ResizeDisk", "error_code": "InternalError", "times": 1}]}"#;
    let server = Server::start_with_scenario(fault, &[]);
    let more = [("DataDisk.1.Size", "60"), ("DataDisk.1.Category", "cloud_essd")];
    server.ecs("RunInstances", &[&RUN[..], &more].concat()).success();
    let disks = || {
        let found = server.ecs("DescribeDisks", &[]).success()["Disks"]["Disk"].as_array().unwrap().clone();
        found.iter().map(|disk| (text(disk, "DiskId"), disk["Size"].as_u64().unwrap())).collect::<Vec<_>>()
    };
    let resize = |id: &str, size: &str| server.ecs("ResizeDisk", &[("DiskId", id), ("NewSize", size)]);
    let [(system, 40), (data, 60)] = &disks()[..] else { panic!("{:?}", disks()) };
    assert_eq!(resize(system, "80").status, 500);
    assert_eq!(disks()[0].1, 40);
    resize(system, "80").success();
    resize(data, "100").success();
    assert_eq!(resize(data, "90").refusal().1, "InvalidDiskSize.TooSmall");
    assert_eq!(resize("d-none", "90").refusal(), (404, "InvalidDiskId.NotFound".to_owned()));
    assert_eq!(disks().iter().map(|(_, size)| *size).collect::<Vec<_>>(), [80, 100]);
}

/// Each client sets another member of one address, many times: none is lost.
#[test]
fn clients_that_change_one_object_lose_nothing_of_each_other() {
    const MEMBERS: [&str; 5] = ["Bandwidth", "InternetChargeType", "ISP", "Netmode", "InstanceChargeType"];
    let server = Server::start(&[]);
    let eip = text(&server.vpc("AllocateEipAddress", &[]).success(), "AllocationId");
    let (server, eip) = (&server, eip.as_str());
    thread::scope(|scope| {
        for member in MEMBERS {
            let change = move |round: u32| {
                let value = format!("{member}-{round}");
                server.vpc("ModifyEipAddressAttribute", &[("AllocationId", eip), (member, &value)]).success();
            };
            scope.spawn(move || (1..=20).for_each(change));
        }
    });
    let found = server.vpc("DescribeEipAddresses", &[]).success();
    let shown = &found["EipAddresses"]["EipAddress"][0];
    for member in MEMBERS {
        let name = if member == "InstanceChargeType" { "ChargeType" } else { member };
        assert_eq!(shown[name], format!("{member}-20"), "{shown}");
    }
}
