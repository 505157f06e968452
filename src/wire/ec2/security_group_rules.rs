//! Rules of security groups: as permissions, which list several peers, and each by itself.

use std::collections::BTreeMap;

use super::filters::{Filters, one};
use super::ids::security_group_id;
use super::page::Page;
use super::security_groups::{all, find, shown_id};
use super::xml::Xml;
use super::{Action, Result, check_id, security_group_lookup};
use crate::base::{ApiEnum as _, SecurityGroupId};
use crate::cloud::model::{
    AuthorizeSecurityGroupRequest, Direction, IpProtocol, Peer, RulePolicy, SecurityGroup, SecurityGroupRule,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("AuthorizeSecurityGroupEgress", authorize_egress),
    ("AuthorizeSecurityGroupIngress", authorize_ingress),
    ("DescribeSecurityGroupRules", describe),
    ("RevokeSecurityGroupEgress", revoke_egress),
    ("RevokeSecurityGroupIngress", revoke_ingress),
];

/// How this API writes all protocols, and all ports.
const ALL: &str = "-1";

fn authorize_ingress(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    authorize(cloud, arguments, Direction::Ingress)
}

fn authorize_egress(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    authorize(cloud, arguments, Direction::Egress)
}

fn revoke_ingress(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    revoke(cloud, arguments, Direction::Ingress)
}

fn revoke_egress(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    revoke(cloud, arguments, Direction::Egress)
}

fn authorize(cloud: &SimCloud, arguments: &Arguments<'_>, direction: Direction) -> Result<Xml> {
    let group = find(cloud, arguments)?;
    refuse_default(&group)?;
    let rules = rules(cloud, arguments, &group, direction)?;
    if rules.is_empty() {
        let message = "The request must contain the parameter ipPermissions";
        return Err(CloudError::new(codes::MISSING_PARAMETER, message));
    }
    let id = &group.security_group_id;
    let requests = rules.into_iter().map(|rule| AuthorizeSecurityGroupRequest { security_group_id: id.clone(), rule });
    let requests: Vec<AuthorizeSecurityGroupRequest> = requests.collect();
    cloud.authorize_security_group_rules(&requests)?;
    let after = find(cloud, arguments)?;
    let account_id = cloud.account_id()?;
    let new = after.rules.iter().filter(|(id, _)| !group.rules.contains_key(*id));
    Ok(Xml::of(|xml| {
        xml.value("return", true);
        xml.list("securityGroupRuleSet", new, |xml, (id, rule)| write_rule(xml, &after, id, rule, &account_id));
    }))
}

pub(super) fn refuse_default(group: &SecurityGroup) -> Result<()> {
    if group.security_group_id.as_str() != SecurityGroupId::DEFAULT {
        return Ok(());
    }
    let message = format!(
        "The group {} is there from the beginning, and its rules cannot be changed here; make a group of your own.",
        shown_id(group)
    );
    Err(CloudError::new(codes::UNSUPPORTED_OPERATION, message))
}

/// The rules that a call names: a rule for each peer of each permission, or the one of its old parameters.
fn rules(
    cloud: &SimCloud,
    arguments: &Arguments<'_>,
    group: &SecurityGroup,
    direction: Direction,
) -> Result<Vec<SecurityGroupRule>> {
    let permissions = arguments.list("IpPermissions");
    let mut rules = Vec::new();
    for permission in &permissions {
        for (peer, description) in peers(cloud, permission, group)? {
            rules.push(rule(permission, direction, peer, description)?);
        }
    }
    if let Some(block) = arguments.text("CidrIp").filter(|_| permissions.is_empty()) {
        rules.push(rule(arguments, direction, Peer::Cidr(block.to_owned()), None)?);
    }
    if let Some(name) = arguments.text("SourceSecurityGroupName").filter(|_| permissions.is_empty()) {
        let peer = Peer::SecurityGroup(security_group_lookup::by_name(cloud, name)?);
        rules.push(rule(arguments, direction, peer, None)?);
    }
    Ok(rules)
}

fn peers(cloud: &SimCloud, permission: &Arguments<'_>, group: &SecurityGroup) -> Result<Vec<(Peer, Option<String>)>> {
    let mut peers = Vec::new();
    let mut add = |list: &str, member: &str, peer: fn(String) -> Peer| {
        for element in permission.list(list) {
            peers.extend(element.owned(member).map(|text| (peer(text), element.owned("Description"))));
        }
    };
    add("IpRanges", "CidrIp", Peer::Cidr);
    add("Ipv6Ranges", "CidrIpv6", Peer::Ipv6Cidr);
    add("PrefixListIds", "PrefixListId", Peer::PrefixList);
    for pair in permission.list("Groups").into_iter().chain(permission.list("UserIdGroupPairs")) {
        let id = match (pair.text("GroupId"), pair.text("GroupName")) {
            (Some(id), _) if id == shown_id(group) => group.security_group_id.clone(),
            (Some(id), _) => security_group_lookup::by_id(cloud, id)?,
            (None, Some(name)) => security_group_lookup::by_name(cloud, name)?,
            (None, None) => continue,
        };
        peers.push((Peer::SecurityGroup(id), pair.owned("Description")));
    }
    Ok(peers)
}

fn rule(
    permission: &Arguments<'_>,
    direction: Direction,
    peer: Peer,
    description: Option<String>,
) -> Result<SecurityGroupRule> {
    let protocol = read_protocol(permission.required("IpProtocol")?)?;
    let port = |name: &str| permission.text(name).unwrap_or(ALL).to_owned();
    let has_ports = IpProtocol::parse(&protocol).is_ok_and(IpProtocol::has_ports);
    let (from, to) =
        if protocol == IpProtocol::All.name() { (ALL.into(), ALL.into()) } else { (port("FromPort"), port("ToPort")) };
    let is_port = |text: &String| text.parse::<u16>().is_ok();
    if has_ports && (!is_port(&from) || !is_port(&to)) {
        let message =
            format!("Invalid value for port range: {from} to {to} of {protocol} are not ports from 0 to 65535.");
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    Ok(SecurityGroupRule {
        direction,
        ip_protocol: protocol,
        port_range: format!("{from}/{to}"),
        nic_type: None,
        peer,
        peer_account: None,
        policy: RulePolicy::Accept,
        priority: 1,
        description,
        configuration: String::new(),
    })
}

/// The world's name of a protocol, which calls give by name or number.
pub(super) fn read_protocol(text: &str) -> Result<String> {
    let name = match text.to_lowercase().as_str() {
        ALL | "all" => IpProtocol::All.name(),
        "tcp" | "6" => IpProtocol::Tcp.name(),
        "udp" | "17" => IpProtocol::Udp.name(),
        "icmp" | "1" => IpProtocol::Icmp.name(),
        "icmpv6" | "58" => IpProtocol::Icmpv6.name(),
        "gre" | "47" => IpProtocol::Gre.name(),
        number if number.parse::<u8>().is_ok() => return Ok(number.to_owned()),
        _ => {
            let message = format!("Invalid value '{text}' for IP protocol. Unknown protocol.");
            return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
        }
    };
    Ok(name.to_owned())
}

fn shown_protocol(rule: &SecurityGroupRule) -> &str {
    match rule.ip_protocol.as_str() {
        "all" => ALL,
        "gre" => "47",
        other => other,
    }
}

/// The first and the last port; -1 where there are none.
fn ports(rule: &SecurityGroupRule) -> (i32, i32) {
    let mut parts = rule.port_range.split('/').map(|port| port.parse().unwrap_or(-1));
    (parts.next().unwrap_or(-1), parts.next().unwrap_or(-1))
}

fn revoke(cloud: &SimCloud, arguments: &Arguments<'_>, direction: Direction) -> Result<Xml> {
    let group = find(cloud, arguments)?;
    refuse_default(&group)?;
    let mut named: Vec<String> = Vec::new();
    for id in arguments.texts("SecurityGroupRuleId") {
        if !group.rules.contains_key(id) {
            return Err(no_rule(id));
        }
        named.push(id.to_owned());
    }
    for wanted in rules(cloud, arguments, &group, direction)? {
        let same = |known: &SecurityGroupRule| {
            SecurityGroupRule { nic_type: known.nic_type, priority: known.priority, ..wanted.clone() }.is_same(known)
        };
        let found = group.rules.iter().find(|(_, known)| same(known)).map(|(id, _)| id.clone());
        named.push(found.ok_or_else(|| {
            let message = "The specified rule does not exist in this security group.";
            CloudError::new("InvalidPermission.NotFound", message)
        })?);
    }
    cloud.revoke_security_group_rules(&group.security_group_id, direction, &named)?;
    Ok(Xml::done())
}

pub(super) fn no_rule(id: &str) -> CloudError {
    let message = format!("The security group rule ID '{id}' does not exist");
    CloudError::new("InvalidSecurityGroupRuleId.NotFound", message)
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &["group-id", "security-group-rule-id"])?;
    for id in filters.values("group-id").unwrap_or_default() {
        if check_id(id, SecurityGroupId::PREFIX, "InvalidGroupId.Malformed").is_err() {
            let message = format!("The security group ID '{id}' is malformed");
            return Err(CloudError::new("InvalidGroupId.Malformed", message));
        }
    }
    let wanted = arguments.texts("SecurityGroupRuleId");
    let groups = all(cloud)?;
    if let Some(missing) = wanted.iter().find(|id| groups.iter().all(|group| !group.rules.contains_key(**id))) {
        return Err(no_rule(missing));
    }
    let rules = groups.iter().flat_map(|group| group.rules.iter().map(move |(id, rule)| (group, id, rule)));
    let shown = rules.filter(|(group, id, _)| {
        (wanted.is_empty() || wanted.contains(&id.as_str()))
            && filters.match_object(&BTreeMap::new(), |name| match name {
                "group-id" => one(shown_id(group)),
                _ => one(id),
            })
    });
    let page = Page::of(arguments, shown.collect())?;
    let account_id = cloud.account_id()?;
    Ok(Xml::of(|xml| {
        xml.list("securityGroupRuleSet", &page.items, |xml, (group, id, rule)| {
            write_rule(xml, group, id, rule, &account_id);
        });
        page.write_token(xml);
    }))
}

fn write_rule(xml: &mut Xml, group: &SecurityGroup, id: &str, rule: &SecurityGroupRule, account_id: &str) {
    let (from, to) = ports(rule);
    xml.text("securityGroupRuleId", id);
    xml.text("groupId", &shown_id(group));
    xml.text("groupOwnerId", account_id);
    xml.value("isEgress", rule.direction == Direction::Egress);
    xml.text("ipProtocol", shown_protocol(rule));
    xml.value("fromPort", from);
    xml.value("toPort", to);
    match &rule.peer {
        Peer::Cidr(block) => xml.text("cidrIpv4", block),
        Peer::Ipv6Cidr(block) => xml.text("cidrIpv6", block),
        Peer::PrefixList(id) => xml.text("prefixListId", id),
        Peer::SecurityGroup(peer) => xml.within("referencedGroupInfo", |xml| {
            xml.text("groupId", &security_group_id(peer, &group.vpc_id));
            xml.text("userId", account_id);
        }),
    }
    xml.optional("description", rule.description.as_deref());
    xml.tags(&BTreeMap::new());
}

/// The rules of a group and direction, those of one protocol and port range together.
pub(super) fn write_permissions(
    xml: &mut Xml,
    name: &str,
    group: &SecurityGroup,
    direction: Direction,
    account_id: &str,
) {
    let mut permissions: BTreeMap<(&str, i32, i32), Vec<&SecurityGroupRule>> = BTreeMap::new();
    for rule in group.rules.values().filter(|rule| rule.direction == direction) {
        let (from, to) = ports(rule);
        permissions.entry((shown_protocol(rule), from, to)).or_default().push(rule);
    }
    xml.list(name, permissions, |xml, ((protocol, from, to), rules)| {
        xml.text("ipProtocol", protocol);
        if protocol != ALL {
            xml.value("fromPort", from);
            xml.value("toPort", to);
        }
        let mut write = |list: &str, member: &str, value: fn(&Peer) -> Option<&str>| {
            let of_kind = rules.iter().filter_map(|rule| Some((value(&rule.peer)?, rule)));
            xml.list(list, of_kind, |xml, (text, rule)| {
                xml.text(member, text);
                xml.optional("description", rule.description.as_deref());
            });
        };
        write("ipRanges", "cidrIp", |peer| if let Peer::Cidr(block) = peer { Some(block) } else { None });
        write("ipv6Ranges", "cidrIpv6", |peer| if let Peer::Ipv6Cidr(block) = peer { Some(block) } else { None });
        write("prefixListIds", "prefixListId", |peer| if let Peer::PrefixList(id) = peer { Some(id) } else { None });
        let groups = rules.iter().filter_map(|rule| match &rule.peer {
            Peer::SecurityGroup(id) => Some((security_group_id(id, &group.vpc_id), rule)),
            _ => None,
        });
        xml.list("groups", groups, |xml, (id, rule)| {
            xml.text("groupId", &id);
            xml.text("userId", account_id);
            xml.optional("description", rule.description.as_deref());
        });
    });
}
