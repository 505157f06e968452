//! Security groups and their rules.

use serde_json::{Value as Json, json};

use super::{Action, Result, list, page, tags};
use crate::cloud::model::{
    AuthorizeSecurityGroupRequest, CreateSecurityGroupRequest, DescribeSecurityGroupsRequest, Direction,
    ModifySecurityGroupAttributeRequest, ModifySecurityGroupRuleRequest, NicType, Peer, SecurityGroup,
    SecurityGroupRule, SecurityGroupRuleReference,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("AuthorizeSecurityGroup", |cloud, arguments| authorize(cloud, arguments, Direction::Ingress)),
    ("AuthorizeSecurityGroupEgress", |cloud, arguments| authorize(cloud, arguments, Direction::Egress)),
    ("CreateSecurityGroup", create),
    ("DeleteSecurityGroup", delete),
    ("DescribeSecurityGroupAttribute", describe_attribute),
    ("DescribeSecurityGroups", describe),
    ("ModifySecurityGroupAttribute", modify),
    ("ModifySecurityGroupEgressRule", |cloud, arguments| modify_rule(cloud, arguments, Direction::Egress)),
    ("ModifySecurityGroupPolicy", modify_policy),
    ("ModifySecurityGroupRule", |cloud, arguments| modify_rule(cloud, arguments, Direction::Ingress)),
    ("RevokeSecurityGroup", |cloud, arguments| revoke(cloud, arguments, Direction::Ingress)),
    ("RevokeSecurityGroupEgress", |cloud, arguments| revoke(cloud, arguments, Direction::Egress)),
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let group = cloud.create_security_group(&CreateSecurityGroupRequest {
        name: arguments.owned("SecurityGroupName"),
        description: arguments.owned("Description"),
        vpc_id: arguments.id("VpcId"),
        security_group_type: arguments.choice("SecurityGroupType")?.unwrap_or_default(),
        resource_group_id: arguments.owned("ResourceGroupId"),
        tags: arguments.tags("Tag"),
        client_token: arguments.owned("ClientToken"),
        ..CreateSecurityGroupRequest::default()
    })?;
    Ok(json!({ "SecurityGroupId": group.security_group_id.as_str() }))
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_security_group_attribute(&ModifySecurityGroupAttributeRequest {
        security_group_id: Some(arguments.required("SecurityGroupId")?.into()),
        name: arguments.given("SecurityGroupName"),
        description: arguments.given("Description"),
        ..ModifySecurityGroupAttributeRequest::default()
    })?;
    Ok(json!({}))
}

fn modify_policy(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    arguments.required("InnerAccessPolicy")?;
    if let Some(policy) = arguments.choice("InnerAccessPolicy")? {
        cloud.modify_security_group_policy(&arguments.required("SecurityGroupId")?.into(), policy)?;
    }
    Ok(json!({}))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_security_group(&arguments.required("SecurityGroupId")?.into())?;
    Ok(json!({}))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let one = arguments.id("SecurityGroupId").map(|id| [id].into());
    let groups = cloud.describe_security_groups(&DescribeSecurityGroupsRequest {
        security_group_ids: one.or_else(|| arguments.ids("SecurityGroupIds")),
        vpc_id: arguments.id("VpcId"),
        name: arguments.owned("SecurityGroupName"),
        resource_group_id: arguments.owned("ResourceGroupId"),
        tags: arguments.tags("Tag"),
    })?;
    page::page(arguments, "SecurityGroups", "SecurityGroup", groups.iter().map(group_json).collect())
}

fn group_json(group: &SecurityGroup) -> Json {
    json!({
        "SecurityGroupId": group.security_group_id.as_str(),
        "SecurityGroupName": group.request.name.as_deref().unwrap_or_default(),
        "Description": group.request.description.as_deref().unwrap_or_default(),
        "SecurityGroupType": group.request.security_group_type.name(),
        "VpcId": group.vpc_id.as_str(),
        "ResourceGroupId": group.request.resource_group_id.as_deref().unwrap_or_default(),
        "RuleCount": group.rules.len(),
        "CreationTime": group.create_time.to_string(),
        "Tags": tags(&group.request.tags),
    })
}

fn describe_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let group = the_group(cloud, arguments)?;
    // A client that has no direction sends `all`, or the text of a null.
    let direction = arguments.text("Direction").filter(|direction| *direction != "all");
    let rules = group.rules.iter().filter(|(_, rule)| direction.is_none_or(|wanted| rule.direction.name() == wanted));
    let mut json = group_json(&group);
    json["InnerAccessPolicy"] = group.inner_access_policy.name().into();
    json["RegionId"] = cloud.region().as_str().into();
    json["Permissions"] = list("Permission", rules.map(|(id, rule)| permission(id, rule)));
    Ok(json)
}

fn the_group(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<SecurityGroup> {
    let id = arguments.required("SecurityGroupId")?;
    cloud.describe_security_group_attribute(&id.into())?.ok_or_else(|| {
        let message = format!("There is no security group `{id}` in `{}`.", cloud.region());
        CloudError::new(codes::INVALID_SECURITY_GROUP_NOT_FOUND, message)
    })
}

/// A rule as replies have it: the other end of the traffic is the source of an ingress rule and the destination of an
/// egress rule, and all other ends are there and empty.
fn permission(rule_id: &str, rule: &SecurityGroupRule) -> Json {
    let side = if rule.direction == Direction::Ingress { "Source" } else { "Dest" };
    let mut json = json!({
        "SecurityGroupRuleId": rule_id,
        "Direction": rule.direction.name(),
        "IpProtocol": rule.ip_protocol.to_uppercase(),
        "PortRange": rule.port_range,
        "NicType": rule.nic_type.map(NicType::name).unwrap_or_default(),
        "Policy": rule.policy.name(),
        "Priority": rule.priority.to_string(),
        "Description": rule.description.as_deref().unwrap_or_default(),
        "SourceGroupOwnerAccount": "",
        "DestGroupOwnerAccount": "",
    });
    for end in ["Source", "Dest"] {
        for member in ["CidrIp", "GroupId", "PrefixListId"] {
            json[format!("{end}{member}")] = "".into();
        }
        json[format!("Ipv6{end}CidrIp")] = "".into();
    }
    let (name, peer) = match &rule.peer {
        Peer::Cidr(block) => (format!("{side}CidrIp"), block.as_str()),
        Peer::Ipv6Cidr(block) => (format!("Ipv6{side}CidrIp"), block.as_str()),
        Peer::SecurityGroup(id) => (format!("{side}GroupId"), id.as_str()),
        Peer::PrefixList(id) => (format!("{side}PrefixListId"), id.as_str()),
    };
    json[name] = peer.into();
    json
}

/// The rules that a call names, each in `Permissions.N`, or one at the top, as older clients write it.
fn rules(arguments: &Arguments<'_>, direction: Direction) -> Result<Vec<SecurityGroupRule>> {
    let several = arguments.list("Permissions");
    if several.is_empty() {
        return Ok(vec![rule(arguments, direction)?]);
    }
    several.iter().map(|permission| rule(permission, direction)).collect()
}

fn rule(arguments: &Arguments<'_>, direction: Direction) -> Result<SecurityGroupRule> {
    let side = if direction == Direction::Ingress { "Source" } else { "Dest" };
    let text = |member: &str| arguments.text(&format!("{side}{member}")).map(str::to_owned);
    let peer = if let Some(block) = text("CidrIp") {
        Peer::Cidr(block)
    } else if let Some(block) = arguments.text(&format!("Ipv6{side}CidrIp")) {
        Peer::Ipv6Cidr(block.to_owned())
    } else if let Some(id) = text("GroupId") {
        Peer::SecurityGroup(id.into())
    } else {
        Peer::PrefixList(text("PrefixListId").unwrap_or_default())
    };
    Ok(SecurityGroupRule {
        direction,
        ip_protocol: arguments.required("IpProtocol")?.to_lowercase(),
        port_range: arguments.text("PortRange").unwrap_or("-1/-1").to_owned(),
        nic_type: arguments.choice("NicType")?,
        peer,
        peer_account: text("GroupOwnerAccount"),
        policy: arguments.choice_in_any_case("Policy")?.unwrap_or_default(),
        priority: arguments.number("Priority")?.unwrap_or(1),
        description: arguments.owned("Description"),
        configuration: String::new(),
    })
}

fn authorize(cloud: &SimCloud, arguments: &Arguments<'_>, direction: Direction) -> Result<Json> {
    let security_group_id: crate::base::SecurityGroupId = arguments.required("SecurityGroupId")?.into();
    let requests: Vec<AuthorizeSecurityGroupRequest> = rules(arguments, direction)?
        .into_iter()
        .map(|rule| AuthorizeSecurityGroupRequest { security_group_id: security_group_id.clone(), rule })
        .collect();
    cloud.authorize_security_group_rules(&requests)?;
    Ok(json!({}))
}

/// The ids of those rules of a group that a call names, by their ids or by what they say.
fn named_rules(group: &SecurityGroup, arguments: &Arguments<'_>, direction: Direction) -> Result<Vec<String>> {
    let ids = arguments.texts("SecurityGroupRuleId");
    if !ids.is_empty() {
        return Ok(ids.into_iter().map(str::to_owned).collect());
    }
    let named = rules(arguments, direction)?;
    let same = |known: &SecurityGroupRule, named: &SecurityGroupRule| {
        // A call that names no network card means the one that the rule was made with.
        named.is_same(&SecurityGroupRule { nic_type: named.nic_type.and(known.nic_type), ..known.clone() })
    };
    let found = named.iter().filter_map(|named| group.rules.iter().find(|(_, known)| same(known, named)));
    Ok(found.map(|(id, _)| id.clone()).collect())
}

/// What does not exist any more is revoked, as in the service.
fn revoke(cloud: &SimCloud, arguments: &Arguments<'_>, direction: Direction) -> Result<Json> {
    let id = arguments.required("SecurityGroupId")?.into();
    cloud.revoke_security_group_rules_as(&id, direction, &|group| named_rules(group, arguments, direction))?;
    Ok(json!({}))
}

fn modify_rule(cloud: &SimCloud, arguments: &Arguments<'_>, direction: Direction) -> Result<Json> {
    let id = arguments.required("SecurityGroupId")?.into();
    cloud.modify_security_group_rules_as(&id, direction, &|group| {
        let named = named_rules(group, arguments, direction)?.into_iter();
        Ok(named.map(|rule_id| described(group, rule_id, direction, arguments.given("Description"))).collect())
    })?;
    Ok(json!({}))
}

/// A rule with another description; what its author wrote stays.
fn described(
    group: &SecurityGroup,
    rule_id: String,
    direction: Direction,
    description: Option<String>,
) -> ModifySecurityGroupRuleRequest {
    let configuration = group.rules.get(&rule_id).map(|rule| rule.configuration.clone()).unwrap_or_default();
    let security_group_id = group.security_group_id.clone();
    let rule = SecurityGroupRuleReference { security_group_id, rule_id, direction };
    ModifySecurityGroupRuleRequest { rule, description, configuration }
}
