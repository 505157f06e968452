//! Instances over Alibaba's API: one form for all of them, their spot period, their roles, keys and network interfaces.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::{Value as Json, json};
use simcloud::base::Time;
use simcloud::cloud::model::CreateRoleRequest;
use simcloud::cloud::{ClockSource, CloudConfig, SimCloud, WorldLocation};
use simcloud::market::Scenario;

use crate::alibaba::{RUN, with};
use crate::server::Server;

/// The ids of a launch.
fn run(server: &Server, more: &[(&str, &str)]) -> Vec<String> {
    let launched = server.ecs("RunInstances", &with(&RUN, more)).success();
    let ids = launched["InstanceIdSets"]["InstanceIdSet"].as_array().unwrap();
    ids.iter().map(|id| id.as_str().unwrap().to_owned()).collect()
}

fn described(server: &Server) -> Vec<Json> {
    let page = server.ecs("DescribeInstances", &[("PageSize", "100")]).success();
    page["Instances"]["Instance"].as_array().unwrap().clone()
}

fn ids(rows: &[Json]) -> BTreeSet<String> {
    rows.iter().map(|row| row["InstanceId"].as_str().unwrap().to_owned()).collect()
}

/// An instance that was launched by itself had another form than those of larger launches, and with it other types.
#[test]
fn instances_have_one_form_however_they_were_launched() {
    let server = Server::start(&[]);
    let said = [
        ("IoOptimized", "optimized"),
        ("HostName", "web-1"),
        ("Description", "by itself"),
        ("InternetChargeType", "PayByBandwidth"),
        ("InternetMaxBandwidthIn", "7"),
        ("InternetMaxBandwidthOut", "5"),
        ("DeletionProtection", "true"),
        ("SpotDuration", "0"),
        ("CreditSpecification", "Unlimited"),
    ];
    let single = run(&server, &said).remove(0);
    run(&server, &[("Amount", "2")]);
    let (own, others): (Vec<Json>, Vec<Json>) =
        described(&server).into_iter().partition(|row| row["InstanceId"] == single.as_str());
    let members = |row: &Json| row.as_object().unwrap().keys().cloned().collect::<BTreeSet<String>>();
    let only = [String::from("CreditSpecification")].into();
    assert_eq!(members(&own[0]).symmetric_difference(&members(&others[0])).cloned().collect::<BTreeSet<_>>(), only);
    let shown = json!({
        "IoOptimized": true,
        "HostName": "web-1",
        "Description": "by itself",
        "InternetChargeType": "PayByBandwidth",
        "InternetMaxBandwidthIn": 7,
        "InternetMaxBandwidthOut": 5,
        "DeletionProtection": true,
        "SpotDuration": 0,
        "CreditSpecification": "Unlimited",
        "StoppedMode": "Not-applicable",
    });
    for (name, value) in shown.as_object().unwrap() {
        assert_eq!(own[0][name], *value, "{name}");
    }
    assert_eq!((&others[0]["HostName"], &others[0]["IoOptimized"]), (&others[0]["InstanceId"], &Json::from(true)));
    server.ecs("StopInstance", &[("InstanceId", &single)]).success();
    let stopped = described(&server).into_iter().find(|row| row["InstanceId"] == single.as_str()).unwrap();
    assert_eq!((&stopped["Status"], &stopped["StoppedMode"]), (&json!("Stopped"), &json!("KeepCharging")));
}

/// A host name was kept as it came.
#[test]
fn a_host_name_that_the_service_does_not_take_is_refused() {
    let server = Server::start(&[]);
    let refused = (400, "InvalidHostName.Malformed".to_owned());
    for amount in ["1", "2"] {
        let call = [&RUN[..], &[("HostName", "-bad_"), ("Amount", amount)]].concat();
        assert_eq!(server.ecs("RunInstances", &call).refusal(), refused);
    }
    let template = [("LaunchTemplateName", "web"), ("HostName", "bad_1")];
    assert_eq!(server.ecs("CreateLaunchTemplate", &template).refusal(), refused);
}

/// `SpotDuration=0` takes the protected hour away, from one instance and from several.
#[test]
fn w6_a_spot_duration_of_0_protects_from_no_reclaim() {
    let falls = r#"{"stock": [{"spot": 9}], "events": [{"at": "30m", "stock": {"spot": 1}}]}"#;
    let server = Server::start_with_scenario(falls, &[]);
    let spot = ("SpotStrategy", "SpotAsPriceGo");
    let protected = run(&server, &[spot]);
    let one = run(&server, &[spot, ("SpotDuration", "0")]);
    let two = run(&server, &[spot, ("SpotDuration", "0"), ("Amount", "2")]);
    let all = [protected.clone(), one, two].concat().into_iter().collect();
    assert_eq!(ids(&described(&server)), all);
    let advance = ["world", "advance", "45m", "--world", "world.db"];
    assert!(server.command().args(advance).output().unwrap().status.success());
    assert_eq!(ids(&described(&server)), protected.into_iter().collect());
}

/// A region that both services have sells the types of both, and each service's API lists its own.
#[test]
fn n4_the_services_api_lists_its_own_types_and_images() {
    let server = Server::start(&["--region", "us-east-1"]);
    let region = ("RegionId", "us-east-1");
    let mut names: Vec<String> = Vec::new();
    let mut add = |rows: &Json, member: Option<&str>| {
        let name = |row: &Json| member.map_or(row, |member| &row[member]).as_str().unwrap().to_owned();
        names.extend(rows.as_array().unwrap().iter().map(name));
    };
    let types = server.ecs("DescribeInstanceTypes", &[]).success();
    add(&types["InstanceTypes"]["InstanceType"], Some("InstanceTypeId"));
    let image = ("ImageId", RUN[0].1);
    let supported = server.ecs("DescribeImageSupportInstanceTypes", &[region, image]).success();
    add(&supported["InstanceTypes"]["InstanceType"], Some("InstanceTypeId"));
    for zone in server.ecs("DescribeZones", &[region]).success()["Zones"]["Zone"].as_array().unwrap() {
        add(&zone["AvailableInstanceTypes"]["InstanceTypes"], None);
    }
    let available = server.ecs("DescribeAvailableResource", &[region, ("DestinationResource", "InstanceType")]);
    for zone in available.success()["AvailableZones"]["AvailableZone"].as_array().unwrap() {
        let resources = &zone["AvailableResources"]["AvailableResource"][0]["SupportedResources"];
        add(&resources["SupportedResource"], Some("Value"));
    }
    assert!(names.len() > 400, "{}", names.len());
    assert!(names.iter().all(|name| name.starts_with("ecs.")), "{names:?}");
    let images = server.ecs("DescribeImages", &[region, ("PageSize", "100")]).success();
    let images = images["Images"]["Image"].as_array().unwrap().clone();
    assert!(!images.is_empty() && images.iter().all(|row| !row["ImageId"].as_str().unwrap().starts_with("ami-")));
}

/// The world of a server, without the server.
fn world(server: &Server) -> SimCloud {
    SimCloud::new(CloudConfig {
        region: "cn-heyuan".into(),
        world: WorldLocation::File(server.path("world.db")),
        scenario: Arc::new(Scenario::default()),
        clock: ClockSource::World,
        keeps_empty_world: true,
        random_number: || 1,
        scenario_document: None,
        real_time: || Time::START,
    })
}

/// Roles of instances, whether the launch said them or a call attached them; a call takes either.
#[test]
fn n11_roles_come_with_a_launch_or_a_call() {
    let server = Server::start(&[]);
    let launched = run(&server, &[("RamRoleName", "launch")]).remove(0);
    let several = run(&server, &[("Amount", "2")]);
    world(&server)
        .create_role(&CreateRoleRequest {
            role_name: Some("web".to_owned()),
            assume_role_policy_document: Some(r#"{"Service":["ecs.aliyuncs.com"]}"#.to_owned()),
            ..CreateRoleRequest::default()
        })
        .unwrap();
    let roles = |more: &[(&str, &str)]| {
        let found = server.ecs("DescribeInstanceRamRole", more).success();
        let rows = found["InstanceRamRoleSets"]["InstanceRamRoleSet"].as_array().unwrap().clone();
        let pair = |row: &Json| (row["InstanceId"].as_str().unwrap().to_owned(), row["RamRoleName"].clone());
        rows.iter().map(pair).collect::<Vec<(String, Json)>>()
    };
    let named = |ids: &[String]| serde_json::to_string(ids).unwrap();
    let attach = |role: &str, ids: &[String]| {
        server.ecs("AttachInstanceRamRole", &[("RamRoleName", role), ("InstanceIds", &named(ids))])
    };
    assert_eq!(roles(&[]), [(launched.clone(), json!("launch"))]);
    assert_eq!(attach("web", &several).success()["TotalCount"], 2);
    assert_eq!(attach("none", &several).refusal(), (404, "InvalidRamRole.NotFound".to_owned()));
    assert_eq!(attach("web", &several).refusal(), (400, "InvalidOperation.RamRoleAttached".to_owned()));
    assert_eq!(roles(&[]).len(), 3);
    assert_eq!(
        roles(&[("RamRoleName", "web"), ("InstanceIds", &named(&several[..1]))]),
        [(several[0].clone(), json!("web"))]
    );
    let detach = |more: &[(&str, &str)], ids: &[String]| {
        let ids = named(ids);
        server.ecs("DetachInstanceRamRole", &[&[("InstanceIds", ids.as_str())], more].concat())
    };
    // A role that an instance does not have is taken from none.
    detach(&[("RamRoleName", "web")], std::slice::from_ref(&launched)).success();
    assert_eq!(roles(&[]).len(), 3);
    let unknown = [launched.clone(), "i-none".to_owned()];
    assert_eq!(detach(&[], &unknown).refusal(), (404, "InvalidInstanceId.NotFound".to_owned()));
    assert_eq!(roles(&[]).len(), 3);
    assert_eq!(detach(&[], &[several[0].clone(), launched]).success()["TotalCount"], 2);
    assert_eq!(roles(&[]), [(several[1].clone(), json!("web"))]);
    // An instance that a client names is in the reply, with a role or without.
    let all = roles(&[("InstanceIds", &named(&several))]).into_iter().collect::<std::collections::BTreeMap<_, _>>();
    assert_eq!(all, [(several[0].clone(), json!("")), (several[1].clone(), json!("web"))].into());
}

/// A key pair goes to all instances of a call or to none.
#[test]
fn o5_a_key_pair_is_attached_to_all_instances_or_to_none() {
    let server = Server::start(&[]);
    for name in ["old", "new"] {
        server.ecs("CreateKeyPair", &[("KeyPairName", name)]).success();
    }
    let pair = [run(&server, &[("KeyPairName", "old")]).remove(0), run(&server, &[]).remove(0)];
    let keys = || {
        let rows = described(&server);
        let key =
            |id: &String| rows.iter().find(|row| row["InstanceId"] == id.as_str()).unwrap()["KeyPairName"].clone();
        pair.iter().map(key).collect::<Vec<Json>>()
    };
    let call = |action: &str, name: &str, ids: &[&str]| {
        server.ecs(action, &[("KeyPairName", name), ("InstanceIds", &serde_json::to_string(ids).unwrap())])
    };
    let both = [pair[0].as_str(), pair[1].as_str()];
    assert_eq!(call("AttachKeyPair", "new", &[both[0], "i-none"]).refusal().1, "InvalidInstanceId.NotFound");
    assert_eq!(call("AttachKeyPair", "none", &both).refusal(), (404, "InvalidKeyPair.NotFound".to_owned()));
    assert_eq!(keys(), ["old", ""]);
    assert_eq!(call("AttachKeyPair", "new", &both).success()["TotalCount"], "2");
    assert_eq!(keys(), ["new", "new"]);
    call("DetachKeyPair", "old", &both).success();
    assert_eq!(keys(), ["new", "new"]);
    call("DetachKeyPair", "new", &both[..1]).success();
    assert_eq!(keys(), ["", "new"]);
}

/// Every instance has a primary interface; others come and go.
#[test]
fn n10_interfaces_are_primary_or_made_by_a_call() {
    let server = Server::start(&[]);
    let ids = run(&server, &[("Amount", "2")]);
    let owner = ("InstanceId", ids[0].as_str());
    let found = |more: &[(&str, &str)]| {
        let found = server.ecs("DescribeNetworkInterfaces", more).success();
        found["NetworkInterfaceSets"]["NetworkInterfaceSet"].as_array().unwrap().clone()
    };
    let primary = found(&[owner]).remove(0);
    let private = described(&server)[0]["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0].clone();
    assert_eq!(
        (&primary["Type"], &primary["Status"], &primary["PrivateIpAddress"]),
        (&json!("Primary"), &json!("InUse"), &private)
    );
    let made = server.ecs(
        "CreateNetworkInterface",
        &[
            ("VSwitchId", primary["VSwitchId"].as_str().unwrap()),
            ("SecurityGroupId", "default"),
            ("SecondaryPrivateIpAddressCount", "1"),
        ],
    );
    let made = made.success()["NetworkInterfaceId"].as_str().unwrap().to_owned();
    let own = ("NetworkInterfaceId", made.as_str());
    assert_eq!(
        (found(&[]).len(), found(&[("Type", "Secondary")]).len(), found(&[("Type", "Primary")]).len()),
        (3, 1, 2)
    );
    server.ecs("AttachNetworkInterface", &[own, owner]).success();
    assert_eq!((found(&[owner]).len(), &found(&[own])[0]["InstanceId"]), (2, &json!(ids[0])));
    let of_instance = ("NetworkInterfaceId", primary["NetworkInterfaceId"].as_str().unwrap());
    for action in ["AttachNetworkInterface", "DetachNetworkInterface"] {
        assert_eq!(server.ecs(action, &[of_instance, owner]).status / 100, 4, "{action}");
    }
    let refused = server.ecs("AssignPrivateIpAddresses", &[own, ("SecondaryPrivateIpAddressCount", "49")]);
    assert_eq!(refused.refusal().1, "InvalidParameter");
    let added = server.ecs("AssignPrivateIpAddresses", &[own, ("SecondaryPrivateIpAddressCount", "2")]).success();
    let added = added["AssignedPrivateIpAddressesSet"]["PrivateIpSet"]["PrivateIpAddress"].as_array().unwrap().clone();
    assert_eq!((added.len(), found(&[own])[0]["PrivateIpSets"]["PrivateIpSet"].as_array().unwrap().len()), (2, 4));
    let gone = [own, ("PrivateIpAddress.1", added[0].as_str().unwrap())];
    server.ecs("UnassignPrivateIpAddresses", &gone).success();
    assert_eq!(found(&[own])[0]["PrivateIpSets"]["PrivateIpSet"].as_array().unwrap().len(), 3);
}

fn disks_of(server: &Server, more: &[(&str, &str)]) -> Vec<Json> {
    let found = server.ecs("DescribeDisks", &with(&[("PageSize", "100")], more)).success();
    found["Disks"]["Disk"].as_array().unwrap().clone()
}

/// A call that changed the name, the tags or the performance level of such a disk found no disk.
#[test]
fn n9_a_disk_that_an_instance_was_launched_with_takes_a_name_tags_and_a_level() {
    let server = Server::start(&[]);
    let disks = [("SystemDisk.Category", "cloud_essd"), ("DataDisk.1.Size", "50"), ("DataDisk.1.DiskName", "first")];
    let id = run(&server, &disks).remove(0);
    let of_instance = ("InstanceId", id.as_str());
    let [system, data] = disks_of(&server, &[of_instance]).try_into().unwrap();
    let [system, data] = [system, data].map(|disk| disk["DiskId"].as_str().unwrap().to_owned());
    let changed = [
        ("DiskId", data.as_str()),
        ("DiskName", "logs"),
        ("Description", "of the web"),
        ("DeleteWithInstance", "false"),
    ];
    server.ecs("ModifyDiskAttribute", &changed).success();
    server.ecs("ModifyDiskSpec", &[("DiskId", &system), ("PerformanceLevel", "PL2")]).success();
    let other = server.ecs("ModifyDiskSpec", &[("DiskId", &system), ("DiskCategory", "cloud_ssd")]);
    assert_eq!(other.refusal().1, "InvalidDiskCategory.NotSupported");
    let both = [("ResourceType", "disk"), ("ResourceId.1", system.as_str()), ("ResourceId.2", data.as_str())];
    let tags = [("Tag.1.Key", "env"), ("Tag.1.Value", "one"), ("Tag.2.Key", "of"), ("Tag.2.Value", "web")];
    server.ecs("TagResources", &with(&both, &tags)).success();
    server.ecs("UntagResources", &with(&both, &[("TagKey.1", "of")])).success();
    let found = disks_of(&server, &[of_instance]);
    assert_eq!((&found[0]["PerformanceLevel"], &found[0]["DiskName"]), (&json!("PL2"), &json!("")));
    assert_eq!(
        (&found[1]["DiskName"], &found[1]["Description"], &found[1]["DeleteWithInstance"]),
        (&json!("logs"), &json!("of the web"), &json!(false))
    );
    for disk in &found {
        let tag = &disk["Tags"]["Tag"];
        assert_eq!(
            (tag.as_array().unwrap().len(), &tag[0]["Key"], &tag[0]["Value"]),
            (1, &json!("env"), &json!("one"))
        );
    }
    assert_eq!(disks_of(&server, &[("DiskName", "logs")]), found[1..]);
    assert_eq!(disks_of(&server, &[("Tag.1.Key", "env"), ("Tag.1.Value", "one")]), found);
    let listed = server.ecs("ListTagResources", &both).success();
    assert_eq!(listed["TagResources"]["TagResource"].as_array().unwrap().len(), 2);
    let missing = server.ecs("ModifyDiskAttribute", &[("DiskId", "d-none"), ("DiskName", "x")]);
    assert_eq!(missing.refusal().1, "InvalidDiskId.NotFound");
}

/// `NetworkInterface.N` of a launch had no effect, and no description of an instance listed interfaces.
#[test]
fn n10_a_launch_has_the_interfaces_that_it_names() {
    let server = Server::start(&[]);
    let vswitch = ("VSwitchId", "vsw-cn-heyuan-b");
    let made = server.ecs("CreateNetworkInterface", &[vswitch, ("SecurityGroupId", "default")]).success();
    let made = made["NetworkInterfaceId"].as_str().unwrap();
    let launch = [
        ("NetworkInterface.1.InstanceType", "Primary"),
        ("NetworkInterface.1.VSwitchId", "vsw-cn-heyuan-b"),
        ("NetworkInterface.1.SecurityGroupIds.1", "default"),
        ("NetworkInterface.2.NetworkInterfaceId", made),
        ("NetworkInterface.3.InstanceType", "Secondary"),
        ("NetworkInterface.3.VSwitchId", "vsw-cn-heyuan-b"),
        ("InstanceType", "ecs.g7.xlarge"),
    ];
    let id = run(&server, &launch).remove(0);
    let instance = described(&server).remove(0);
    assert_eq!(instance["VpcAttributes"]["VSwitchId"], "vsw-cn-heyuan-b");
    let shown = instance["NetworkInterfaces"]["NetworkInterface"].as_array().unwrap().clone();
    let kinds: Vec<&str> = shown.iter().map(|interface| interface["Type"].as_str().unwrap()).collect();
    assert_eq!(kinds, ["Primary", "Secondary", "Secondary"]);
    assert_eq!(shown[0]["PrimaryIpAddress"], instance["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0]);
    assert_eq!(shown[0]["PrivateIpSets"]["PrivateIpSet"][0]["Primary"], true);
    assert!(shown[1..].iter().any(|interface| interface["NetworkInterfaceId"] == made), "{shown:?}");
    let found = server.ecs("DescribeNetworkInterfaces", &[("InstanceId", &id)]).success();
    let found = found["NetworkInterfaceSets"]["NetworkInterfaceSet"].as_array().unwrap().clone();
    let id_of = |interface: &Json| interface["NetworkInterfaceId"].as_str().unwrap().to_owned();
    assert_eq!(shown.iter().map(id_of).collect::<BTreeSet<_>>(), found.iter().map(id_of).collect::<BTreeSet<_>>());
    let one = found.iter().find(|interface| interface["NetworkInterfaceId"] == made).unwrap();
    for (list, element) in [("Ipv4PrefixSets", "Ipv4PrefixSet"), ("Ipv6PrefixSets", "Ipv6PrefixSet")] {
        assert_eq!(one[list][element], json!([]), "{list}");
    }
    assert_eq!(one["SourceDestCheck"], false);
    let primary = [("NetworkInterface.1.InstanceType", "Primary"), ("NetworkInterface.1.NetworkInterfaceId", made)];
    let refused = server.ecs("RunInstances", &with(&RUN, &primary));
    assert_eq!(refused.refusal().1, "InvalidOperation.InvalidEniType");
}

/// Descriptions, names of hosts, images and charge types that a call changed were as before afterwards.
#[test]
fn o5_what_a_call_changes_about_an_instance_is_described() {
    let server = Server::start(&[]);
    let said = [
        ("HostName", "one"),
        ("Description", "first"),
        ("HttpTokens", "optional"),
        ("SystemDisk.Encrypted", "true"),
        ("SystemDisk.KMSKeyId", "key-1"),
        ("HpcClusterId", "hpc-1"),
    ];
    let id = run(&server, &said).remove(0);
    let own = ("InstanceId", id.as_str());
    let described = |member: &str| described(&server)[0][member].clone();
    server.ecs("ModifyInstanceAttribute", &[own, ("HostName", "two"), ("Description", "second")]).success();
    assert_eq!((described("HostName"), described("Description")), (json!("two"), json!("second")));
    let system_disk = disks_of(&server, &[own]).remove(0);
    assert_eq!((&system_disk["Encrypted"], &system_disk["KMSKeyId"]), (&json!(true), &json!("key-1")));
    assert_eq!(
        (described("MetadataOptions")["HttpTokens"].clone(), described("HpcClusterId")),
        (json!("optional"), json!("hpc-1"))
    );
    let metadata = [own, ("HttpEndpoint", "enabled"), ("HttpTokens", "required")];
    server.ecs("ModifyInstanceMetadataOptions", &metadata).success();
    assert_eq!(described("MetadataOptions")["HttpTokens"], "required");
    let maintenance = [
        ("InstanceId.1", id.as_str()),
        ("ActionOnMaintenance", "Stop"),
        ("NotifyOnMaintenance", "true"),
        ("MaintenanceWindow.1.StartTime", "02:00:00"),
        ("MaintenanceWindow.1.EndTime", "03:00:00"),
    ];
    server.ecs("ModifyInstanceMaintenanceAttributes", &maintenance).success();
    let kept = server.ecs("DescribeInstanceMaintenanceAttributes", &[("InstanceId.1", &id)]).success();
    let kept = &kept["MaintenanceAttributes"]["MaintenanceAttribute"][0];
    let window = json!({ "StartTime": "02:00:00", "EndTime": "03:00:00" });
    assert_eq!(
        (&kept["ActionOnMaintenance"]["Value"], &kept["NotifyOnMaintenance"], &kept["MaintenanceWindows"]),
        (&json!("Stop"), &json!(true), &json!({ "MaintenanceWindow": [window] }))
    );
    let network = [own, ("InternetMaxBandwidthOut", "7"), ("NetworkChargeType", "PayByBandwidth")];
    let none = server.ecs("AllocatePublicIpAddress", &[own]);
    assert_eq!(none.refusal().1, "InvalidParameter");
    server.ecs("ModifyInstanceNetworkSpec", &network).success();
    assert_eq!(
        (described("InternetMaxBandwidthOut"), described("InternetChargeType")),
        (json!(7), json!("PayByBandwidth"))
    );
    let address = server.ecs("AllocatePublicIpAddress", &[own]).success();
    assert_eq!(described("PublicIpAddress")["IpAddress"][0], address["IpAddress"]);
    server.ecs("StopInstance", &[own]).success();
    let images = server.ecs("DescribeImages", &[("PageSize", "100")]).success();
    let images = images["Images"]["Image"].as_array().unwrap().iter().filter(|image| image["Architecture"] == "x86_64");
    let mut ids = images.map(|image| image["ImageId"].as_str().unwrap());
    let image = ids.find(|id| *id != RUN[0].1 && id.starts_with("aliyun_3")).unwrap();
    let replaced = server.ecs("ReplaceSystemDisk", &[own, ("ImageId", image), ("SystemDisk.Size", "60")]).success();
    assert_eq!(described("ImageId"), image);
    let disk = disks_of(&server, &[own]).remove(0);
    assert_eq!((&disk["DiskId"], &disk["Size"]), (&replaced["DiskId"], &json!(60)));
}

/// The older call, which the alicloud provider reads route entries with.
#[test]
fn n8_route_tables_are_described_with_their_entries() {
    let server = Server::start(&[]);
    let id = run(&server, &[]).remove(0);
    let list = server.vpc("DescribeRouteTableList", &[]).success();
    let table = list["RouterTableList"]["RouterTableListType"][0].clone();
    let table_id = ("RouteTableId", table["RouteTableId"].as_str().unwrap());
    let entry = [table_id, ("DestinationCidrBlock", "10.99.0.0/16"), ("NextHopType", "Instance"), ("NextHopId", &id)];
    server.vpc("CreateRouteEntry", &entry).success();
    let found = server.vpc("DescribeRouteTables", &[table_id]).success();
    let found = &found["RouteTables"]["RouteTable"][0];
    assert_eq!((&found["RouteTableId"], &found["VRouterId"]), (&table["RouteTableId"], &table["RouterId"]));
    let entry = &found["RouteEntrys"]["RouteEntry"][0];
    assert_eq!(
        (&entry["DestinationCidrBlock"], &entry["NextHopType"], &entry["InstanceId"], &entry["Status"]),
        (&json!("10.99.0.0/16"), &json!("Instance"), &json!(id), &json!("Available"))
    );
    let none = server.vpc("DescribeRouteTables", &[("RouteTableId", "vtb-none")]).success();
    assert_eq!(none["RouteTables"]["RouteTable"], json!([]));
}
