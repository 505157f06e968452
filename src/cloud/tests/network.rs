//! VPCs, vSwitches, security groups: N1, N2, W1–W4, R18–R20, G3.

use serde_json::json;

use super::test_cloud::{TestCloud, code, group, instances, vpc, vswitch};
use crate::base::{SecurityGroupId, VSwitchId, VpcId};
use crate::cloud::model::{
    AuthorizeSecurityGroupRequest, CreateAutoProvisioningGroupRequest, CreateSecurityGroupRequest, CreateVpcRequest,
    DescribeSecurityGroupsRequest, DescribeVSwitchesRequest, DescribeVpcsRequest, Direction, InnerAccessPolicy,
    ModifyReservationRequest, ModifySecurityGroupAttributeRequest, ModifySecurityGroupRuleRequest,
    ModifyVSwitchAttributeRequest, ModifyVpcAttributeRequest, NicType, Peer, RulePolicy, RunInstancesRequest,
    SecurityGroupRule, SecurityGroupRuleReference, SecurityGroupType,
};

fn made_vpc(test_cloud: &TestCloud, cidr_block: &str) -> VpcId {
    test_cloud.api.create_vpc(&vpc(cidr_block)).unwrap().vpc_id
}

fn made_vswitch(test_cloud: &TestCloud, vpc_id: &VpcId, cidr_block: &str) -> VSwitchId {
    test_cloud.api.create_vswitch(&vswitch(vpc_id, cidr_block)).unwrap().vswitch_id
}

fn made_group(test_cloud: &TestCloud, vpc_id: Option<&VpcId>) -> SecurityGroupId {
    let request = CreateSecurityGroupRequest { vpc_id: vpc_id.cloned(), ..CreateSecurityGroupRequest::default() };
    test_cloud.api.create_security_group(&request).unwrap().security_group_id
}

fn in_vswitch(id: &VSwitchId, min: u32, max: u32) -> RunInstancesRequest {
    RunInstancesRequest { vswitch_id: Some(id.clone()), zone_id: None, ..instances(min, max) }
}

/// A group of one pool whose instances get their addresses in a vSwitch.
fn group_in(id: &VSwitchId, pay_as_you_go: u32) -> CreateAutoProvisioningGroupRequest {
    let mut request = group(pay_as_you_go, 0);
    request.configs[0].zone_id = None;
    request.configs[0].vswitch_id = Some(id.clone());
    request
}

fn https() -> SecurityGroupRule {
    SecurityGroupRule {
        direction: Direction::Ingress,
        ip_protocol: "tcp".to_owned(),
        port_range: "443/443".to_owned(),
        nic_type: None,
        peer: Peer::Cidr("0.0.0.0/0".to_owned()),
        peer_account: None,
        policy: RulePolicy::Accept,
        priority: 1,
        description: None,
        configuration: String::new(),
    }
}

#[test]
fn n1_the_default_network_is_shown_and_cannot_be_changed() {
    let test_cloud = TestCloud::new(json!({}));
    let vpcs = test_cloud.api.describe_vpcs(&DescribeVpcsRequest::default()).unwrap();
    let [default] = vpcs.as_slice() else { panic!("{vpcs:?}") };
    assert_eq!((default.vpc_id.as_str(), default.cidr_block.as_str()), ("vpc-cn-heyuan", "10.0.0.0/8"));
    let vswitches = test_cloud.api.describe_vswitches(&DescribeVSwitchesRequest::default()).unwrap();
    let shown: Vec<_> = vswitches
        .iter()
        .map(|vswitch| (vswitch.vswitch_id.as_str(), vswitch.cidr_block.as_str(), vswitch.available_ip_address_count))
        .collect();
    assert_eq!(shown, [("vsw-cn-heyuan-a", "10.0.0.0/16", 65_532), ("vsw-cn-heyuan-b", "10.1.0.0/16", 65_532)]);
    assert_eq!(default.vswitch_ids.len(), 2);
    let groups = test_cloud.api.describe_security_groups(&DescribeSecurityGroupsRequest::default()).unwrap();
    assert_eq!(
        (groups.len(), groups[0].security_group_id.as_str(), &groups[0].vpc_id),
        (1, "default", &default.vpc_id)
    );

    let (vpc_id, vswitch_id, group_id) = (&default.vpc_id, &vswitches[0].vswitch_id, &groups[0].security_group_id);
    let rule = AuthorizeSecurityGroupRequest { security_group_id: group_id.clone(), rule: https() };
    let named = |name: &str| Some(name.to_owned());
    for refused in [
        code(test_cloud.api.delete_vpc(vpc_id)),
        code(test_cloud.api.delete_vswitch(vswitch_id)),
        code(test_cloud.api.delete_security_group(group_id)),
        code(test_cloud.api.authorize_security_group(&rule)),
        code(test_cloud.api.modify_vpc_attribute(&ModifyVpcAttributeRequest {
            vpc_id: Some(vpc_id.clone()),
            name: named("mine"),
            ..ModifyVpcAttributeRequest::default()
        })),
        code(test_cloud.api.modify_vswitch_attribute(&ModifyVSwitchAttributeRequest {
            vswitch_id: Some(vswitch_id.clone()),
            name: named("mine"),
            ..ModifyVSwitchAttributeRequest::default()
        })),
        code(test_cloud.api.modify_security_group_attribute(&ModifySecurityGroupAttributeRequest {
            security_group_id: Some(group_id.clone()),
            name: named("mine"),
            ..ModifySecurityGroupAttributeRequest::default()
        })),
    ] {
        assert_eq!(refused, "OperationDenied");
    }
    // Beside the default vSwitches there is room for more.
    assert_eq!(code(test_cloud.api.create_vswitch(&vswitch(vpc_id, "10.1.2.0/24"))), "InvalidCidrBlock.Overlapped");
    let beside = test_cloud.api.create_vswitch(&vswitch(vpc_id, "10.9.0.0/24")).unwrap();
    assert!(!beside.is_default);
    let of_vpc = test_cloud.api.describe_vpcs(&DescribeVpcsRequest::default()).unwrap();
    assert_eq!(of_vpc[0].vswitch_ids.last(), Some(&beside.vswitch_id));
    test_cloud.run(in_vswitch(&beside.vswitch_id, 1, 1));
}

#[test]
fn blocks_are_checked() {
    let test_cloud = TestCloud::new(json!({}));
    for (block, expected) in [
        ("10.0.0.0/7", "InvalidCidrBlock"),
        ("10.0.0.0/29", "InvalidCidrBlock"),
        ("10.1.2.3/16", "InvalidCidrBlock"),
        ("anywhere", "InvalidCidrBlock"),
        ("127.1.0.0/16", "InvalidCidrBlock"),
        ("100.64.0.0/12", "InvalidCidrBlock"),
        ("224.0.0.0/8", "InvalidCidrBlock"),
    ] {
        assert_eq!(code(test_cloud.api.create_vpc(&vpc(block))), expected, "{block}");
    }
    let secondary =
        |block: &str| CreateVpcRequest { secondary_cidr_blocks: vec![block.to_owned()], ..vpc("192.168.0.0/16") };
    assert_eq!(code(test_cloud.api.create_vpc(&secondary("192.168.4.0/24"))), "InvalidCidrBlock.Overlapped");
    let vpc_id = test_cloud.api.create_vpc(&secondary("172.16.0.0/16")).unwrap().vpc_id;
    made_vswitch(&test_cloud, &vpc_id, "192.168.0.0/24");
    made_vswitch(&test_cloud, &vpc_id, "172.16.1.0/24");
    for (block, expected) in [
        ("192.168.0.128/25", "InvalidCidrBlock.Overlapped"),
        ("192.168.0.0/20", "InvalidCidrBlock.Overlapped"),
        ("10.0.0.0/24", "InvalidCidrBlock"),
        ("192.168.9.0/30", "InvalidCidrBlock"),
        ("192.0.0.0/15", "InvalidCidrBlock"),
    ] {
        assert_eq!(code(test_cloud.api.create_vswitch(&vswitch(&vpc_id, block))), expected, "{block}");
    }
    let mut elsewhere = vswitch(&vpc_id, "192.168.5.0/24");
    elsewhere.zone_id = Some("us-east-1a".into());
    assert_eq!(code(test_cloud.api.create_vswitch(&elsewhere)), "InvalidZoneId.NotFound");
    assert_eq!(
        code(test_cloud.api.create_vswitch(&vswitch(&"vpc-nowhere".into(), "10.0.0.0/24"))),
        "InvalidVpcId.NotFound"
    );
}

/// A VPC's blocks may change as long as its vSwitches stay inside.
#[test]
fn a_block_shrinks_no_further_than_its_vswitches() {
    let test_cloud = TestCloud::new(json!({}));
    let vpc_id = made_vpc(&test_cloud, "10.0.0.0/8");
    made_vswitch(&test_cloud, &vpc_id, "10.1.0.0/24");
    let change = |block: &str| ModifyVpcAttributeRequest {
        vpc_id: Some(vpc_id.clone()),
        cidr_block: Some(block.to_owned()),
        ..ModifyVpcAttributeRequest::default()
    };
    assert_eq!(code(test_cloud.api.modify_vpc_attribute(&change("10.2.0.0/16"))), "InvalidCidrBlock");
    assert_eq!(test_cloud.api.modify_vpc_attribute(&change("10.1.0.0/16")).unwrap().cidr_block, "10.1.0.0/16");
}

#[test]
fn w1_what_is_in_use_cannot_be_deleted_and_the_last_thing_ends_the_world() {
    let test_cloud = TestCloud::new(json!({}));
    let vpc_id = made_vpc(&test_cloud, "10.0.0.0/8");
    let vswitch_id = made_vswitch(&test_cloud, &vpc_id, "10.0.0.0/24");
    let (worn, named) = (made_group(&test_cloud, Some(&vpc_id)), made_group(&test_cloud, Some(&vpc_id)));
    let speaks = SecurityGroupRule { peer: Peer::SecurityGroup(named.clone()), ..https() };
    let rule = AuthorizeSecurityGroupRequest { security_group_id: worn.clone(), rule: speaks };
    test_cloud.api.authorize_security_group(&rule).unwrap();
    let mut request = group_in(&vswitch_id, 2);
    request.launch_configuration.security_group_ids = [worn.clone()].into();
    let made = test_cloud.create(request);

    test_cloud.at("5h");
    assert_eq!(code(test_cloud.api.delete_vpc(&vpc_id)), "DependencyViolation.VSwitch");
    assert_eq!(code(test_cloud.api.delete_vswitch(&vswitch_id)), "DependencyViolation.Instance");
    assert_eq!(code(test_cloud.api.delete_security_group(&named)), "DependencyViolation");
    assert_eq!(test_cloud.delete_group_only(&made).kept, 2);
    // What the group left running stays in the way.
    assert_eq!(code(test_cloud.api.delete_vswitch(&vswitch_id)), "DependencyViolation.Instance");
    assert_eq!(code(test_cloud.api.delete_security_group(&worn)), "DependencyViolation");

    let test_cloud = TestCloud::new(json!({}));
    let vpc_id = made_vpc(&test_cloud, "10.0.0.0/8");
    let vswitch_id = made_vswitch(&test_cloud, &vpc_id, "10.0.0.0/24");
    let group_id = made_group(&test_cloud, Some(&vpc_id));
    test_cloud.at("5h");
    test_cloud.api.delete_vswitch(&vswitch_id).unwrap();
    assert_eq!(code(test_cloud.api.delete_vpc(&vpc_id)), "DependencyViolation.SecurityGroup");
    test_cloud.api.delete_security_group(&group_id).unwrap();
    test_cloud.at("0s");
    test_cloud.api.delete_vpc(&vpc_id).unwrap();
    assert_eq!(test_cloud.api.describe_clock().unwrap(), crate::base::Time::START, "an empty world is a new one");
    assert_eq!(made_vpc(&test_cloud, "10.0.0.0/8"), vpc_id, "and counts from the beginning");
    assert_eq!(code(test_cloud.api.delete_vswitch(&vswitch_id)), "InvalidVSwitchId.NotFound");
    assert_eq!(code(test_cloud.api.delete_security_group(&group_id)), "InvalidSecurityGroupId.NotFound");
}

#[test]
fn w2_w3_tokens_repeat_and_ids_do_not_depend_on_order() {
    let token = |block: &str| CreateVpcRequest { client_token: Some("once".to_owned()), ..vpc(block) };
    let test_cloud = TestCloud::new(json!({}));
    let first = test_cloud.api.create_vpc(&token("10.0.0.0/16")).unwrap();
    assert_eq!(test_cloud.api.create_vpc(&token("10.0.0.0/16")).unwrap(), first);
    assert_eq!(code(test_cloud.api.create_vpc(&token("10.1.0.0/16"))), "IdempotentParameterMismatch");
    test_cloud.api.delete_vpc(&first.vpc_id).unwrap();
    assert_ne!(made_vpc(&test_cloud, "10.0.0.0/16"), made_vpc(&test_cloud, "10.0.0.0/16"), "equal requests are two");

    let both = |blocks: [&str; 2]| {
        let test_cloud = TestCloud::new(json!({}));
        let mut ids = blocks.map(|block| made_vpc(&test_cloud, block));
        ids.sort();
        ids
    };
    let ids = both(["10.0.0.0/16", "10.1.0.0/16"]);
    assert_eq!(ids, both(["10.1.0.0/16", "10.0.0.0/16"]));
    let shape = |id: &VpcId| id.as_str().strip_prefix("vpc-").map(str::len) == Some(20);
    assert!(ids.iter().all(shape), "{ids:?}");
}

#[test]
fn g3_r19_addresses_run_out() {
    let test_cloud = TestCloud::new(json!({ "stock": [{ "pay_as_you_go": 9000 }] }));
    let vpc_id = made_vpc(&test_cloud, "192.168.0.0/16");
    let vswitch_id = made_vswitch(&test_cloud, &vpc_id, "192.168.7.0/24");
    let group = test_cloud.create(group_in(&vswitch_id, 300));
    let rows: Vec<_> = group.launch_results.iter().map(|row| (row.amount, row.error_code.as_deref())).collect();
    assert_eq!(rows, [(252, None), (0, Some("InvalidVSwitchId.IpNotEnough"))]);
    assert_eq!(code(test_cloud.api.run_instances(&in_vswitch(&vswitch_id, 1, 1))), "InsufficientFreeAddressesInSubnet");
    let shown = |id: &VSwitchId| {
        let ids = Some([id.clone()].into());
        let request = DescribeVSwitchesRequest { vswitch_ids: ids, ..DescribeVSwitchesRequest::default() };
        test_cloud.api.describe_vswitches(&request).unwrap()[0].available_ip_address_count
    };
    assert_eq!(shown(&vswitch_id), 0);
    test_cloud.delete(&group);
    assert_eq!(shown(&vswitch_id), 252);
}

/// A launch's vSwitch and security groups share a VPC; the group `default` is in every VPC (N2).
#[test]
fn a_launch_stays_in_one_vpc() {
    let test_cloud = TestCloud::new(json!({}));
    let vpc_id = made_vpc(&test_cloud, "192.168.0.0/16");
    let vswitch_id = made_vswitch(&test_cloud, &vpc_id, "192.168.7.0/24");
    let (here, elsewhere) = (made_group(&test_cloud, Some(&vpc_id)), made_group(&test_cloud, None));
    let with = |id: &SecurityGroupId| RunInstancesRequest {
        security_group_ids: [id.clone()].into(),
        ..in_vswitch(&vswitch_id, 1, 1)
    };
    assert_eq!(code(test_cloud.api.run_instances(&with(&elsewhere))), "InvalidParameter.Mismatch");
    let reservation = test_cloud.run(with(&here));
    test_cloud.run(with(&"default".into()));
    test_cloud.run(in_vswitch(&vswitch_id, 1, 1));
    let change = |id: &SecurityGroupId| ModifyReservationRequest {
        reservation_id: Some(reservation.reservation_id.clone()),
        security_group_ids: Some([id.clone()].into()),
        ..ModifyReservationRequest::default()
    };
    assert_eq!(code(test_cloud.api.modify_reservation(&change(&elsewhere))), "InvalidParameter.Mismatch");

    let mut request = group_in(&vswitch_id, 1);
    request.launch_configuration.security_group_ids = [elsewhere.clone()].into();
    assert_eq!(code(test_cloud.api.create_auto_provisioning_group(&request)), "InvalidParameter.Mismatch");
    request.configs = group(1, 0).configs;
    test_cloud.create(request);
}

#[test]
fn rules_are_added_changed_and_revoked() {
    let test_cloud = TestCloud::new(json!({}));
    let vpc_id = made_vpc(&test_cloud, "192.168.0.0/16");
    let (inside, classic) = (made_group(&test_cloud, Some(&vpc_id)), made_group(&test_cloud, None));
    let add = |group: &SecurityGroupId, rule: SecurityGroupRule| {
        let request = AuthorizeSecurityGroupRequest { security_group_id: group.clone(), rule };
        test_cloud.api.authorize_security_group(&request)
    };
    let (id, group) = add(&inside, https()).unwrap();
    assert!(id.starts_with("sgr-") && id.len() == 24, "{id}");
    assert_eq!(group.rules[&id].nic_type, Some(NicType::Intranet));
    let again = SecurityGroupRule { description: Some("the web".to_owned()), ..https() };
    let refused = add(&inside, again).unwrap_err();
    assert_eq!(refused.code(), Some("InvalidPermission.Duplicate"), "the same rule");
    assert!(refused.to_string().contains(&id), "{refused}");
    let (other, group) = add(&inside, SecurityGroupRule { priority: 2, ..https() }).unwrap();
    assert_eq!((other == id, group.rules.len()), (false, 2));
    // Named or not, the default VPC is where it lies.
    for group in [classic, made_group(&test_cloud, Some(&"vpc-cn-heyuan".into()))] {
        let (_, group) = add(&group, https()).unwrap();
        assert_eq!(group.rules.values().next().unwrap().nic_type, Some(NicType::Internet));
    }

    let internet = SecurityGroupRule { nic_type: Some(NicType::Internet), ..https() };
    assert_eq!(code(add(&inside, internet)), "InvalidNicType.ValueNotSupported");
    let unknown = SecurityGroupRule { peer: Peer::SecurityGroup("sg-unknown".into()), ..https() };
    assert_eq!(code(add(&inside, unknown)), "InvalidSecurityGroupId.NotFound");
    let nowhere = SecurityGroupRule { peer: Peer::Cidr("nowhere".to_owned()), ..https() };
    assert_eq!(code(add(&inside, nowhere)), "InvalidParameter");

    let rule =
        SecurityGroupRuleReference { security_group_id: inside.clone(), rule_id: id, direction: Direction::Ingress };
    let change = ModifySecurityGroupRuleRequest {
        rule: rule.clone(),
        description: Some(String::new()),
        configuration: String::new(),
    };
    let group = test_cloud.api.modify_security_group_rule(&change).unwrap();
    assert_eq!(group.rules[&rule.rule_id].description, None);
    test_cloud.api.revoke_security_group(&rule).unwrap();
    test_cloud.api.revoke_security_group(&rule).unwrap();
    assert_eq!(code(test_cloud.api.modify_security_group_rule(&change)), "InvalidSecurityGroupRule.RuleNotExist");
    assert_eq!(test_cloud.api.describe_security_group_attribute(&inside).unwrap().unwrap().rules.len(), 1);
}

#[test]
fn the_policy_inside_a_group_follows_its_type() {
    let test_cloud = TestCloud::new(json!({}));
    let enterprise = CreateSecurityGroupRequest {
        security_group_type: SecurityGroupType::Enterprise,
        ..CreateSecurityGroupRequest::default()
    };
    let group = test_cloud.api.create_security_group(&enterprise).unwrap();
    assert_eq!(group.inner_access_policy, InnerAccessPolicy::Drop);
    let id = made_group(&test_cloud, None);
    let group = test_cloud.api.modify_security_group_policy(&id, InnerAccessPolicy::Drop).unwrap();
    assert_eq!(group.inner_access_policy, InnerAccessPolicy::Drop);
}

/// Every operation can be made to fail by its name (W4).
#[test]
fn w4_faults_find_the_operations_of_networks() {
    let operations = ["CreateVpc", "DescribeVpcs", "CreateVSwitch", "CreateSecurityGroup", "AuthorizeSecurityGroup"];
    let faults: Vec<_> =
        operations.iter().map(|name| json!({ "operation": name, "error_code": "Throttling", "times": 1 })).collect();
    let test_cloud = TestCloud::new(json!({ "faults": faults }));
    assert_eq!(code(test_cloud.api.create_vpc(&vpc("10.0.0.0/8"))), "Throttling");
    let vpc_id = made_vpc(&test_cloud, "10.0.0.0/8");
    assert_eq!(code(test_cloud.api.describe_vpcs(&DescribeVpcsRequest::default())), "Throttling");
    assert_eq!(code(test_cloud.api.create_vswitch(&vswitch(&vpc_id, "10.0.0.0/24"))), "Throttling");
    made_vswitch(&test_cloud, &vpc_id, "10.0.0.0/24");
    assert_eq!(code(test_cloud.api.create_security_group(&CreateSecurityGroupRequest::default())), "Throttling");
    let rule = AuthorizeSecurityGroupRequest { security_group_id: made_group(&test_cloud, None), rule: https() };
    assert_eq!(code(test_cloud.api.authorize_security_group(&rule)), "Throttling");
    test_cloud.api.authorize_security_group(&rule).unwrap();
}

/// A zone that is added to the catalogue must not move the addresses of others: ids and addresses would change.
#[test]
fn n1_a_later_zone_comes_after_those_that_were_there() {
    let test_cloud = TestCloud::in_region("cn-hangzhou", json!({}));
    let vswitches = test_cloud.api.describe_vswitches(&DescribeVSwitchesRequest::default()).unwrap();
    let block =
        |id: &str| vswitches.iter().find(|vswitch| vswitch.vswitch_id.as_str() == id).unwrap().cidr_block.clone();
    assert_eq!(block("vsw-cn-hangzhou-b"), "10.0.0.0/16");
    assert_eq!(block("vsw-cn-hangzhou-k"), "10.7.0.0/16");
    assert_eq!(block("vsw-cn-hangzhou-a"), "10.8.0.0/16");
}
