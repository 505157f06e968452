//! `ModifySecurityGroupRules`: rules that become others under the ids that they have.

use std::collections::BTreeMap;

use super::security_group_lookup;
use super::security_group_rules::{no_rule, read_protocol, refuse_default};
use super::security_groups::{find, shown_id};
use super::xml::Xml;
use super::{Action, Result};
use crate::base::ApiEnum as _;
use crate::cloud::model::{IpProtocol, Peer, SecurityGroup, SecurityGroupRule};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[("ModifySecurityGroupRules", modify)];

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let group = find(cloud, arguments)?;
    refuse_default(&group)?;
    let mut rules = BTreeMap::new();
    for change in arguments.list("SecurityGroupRule") {
        let id = change.required("SecurityGroupRuleId")?;
        let rule = group.rules.get(id).ok_or_else(|| no_rule(id))?;
        rules.insert(id.to_owned(), changed(cloud, &group, rule, &change.within("SecurityGroupRule"))?);
    }
    cloud.replace_security_group_rules(&group.security_group_id, &rules)?;
    Ok(Xml::done())
}

/// The rule that the call wants in the place of another; it keeps the direction and nothing else.
fn changed(
    cloud: &SimCloud,
    group: &SecurityGroup,
    before: &SecurityGroupRule,
    wanted: &Arguments<'_>,
) -> Result<SecurityGroupRule> {
    let ip_protocol = read_protocol(wanted.text("IpProtocol").ok_or_else(|| {
        let message = "Invalid value 'null' for protocol. VPC security group rules must specify protocols explicitly.";
        CloudError::new(codes::INVALID_PARAMETER_VALUE, message)
    })?)?;
    Ok(SecurityGroupRule {
        port_range: port_range(&ip_protocol, wanted)?,
        peer: peer(cloud, group, wanted)?,
        description: wanted.owned("Description"),
        ip_protocol,
        ..before.clone()
    })
}

fn port_range(protocol: &str, wanted: &Arguments<'_>) -> Result<String> {
    let has_ports = IpProtocol::parse(protocol).is_ok_and(IpProtocol::has_ports);
    let ports = (wanted.number::<i32>("FromPort")?, wanted.number::<i32>("ToPort")?);
    if let (true, None, _) | (true, _, None) = (has_ports, ports.0, ports.1) {
        let message = "Invalid value for portRange. Must specify both from and to ports with TCP/UDP.";
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let number = |port: Option<i32>| port.filter(|_| protocol != IpProtocol::All.name()).unwrap_or(-1);
    Ok(format!("{}/{}", number(ports.0), number(ports.1)))
}

fn peer(cloud: &SimCloud, group: &SecurityGroup, wanted: &Arguments<'_>) -> Result<Peer> {
    let referenced = wanted.text("ReferencedGroupId").map(|id| -> Result<Peer> {
        let own = id == shown_id(group);
        let id = if own { group.security_group_id.clone() } else { security_group_lookup::by_id(cloud, id)? };
        Ok(Peer::SecurityGroup(id))
    });
    let mut given = [
        wanted.owned("CidrIpv4").map(Peer::Cidr),
        wanted.owned("CidrIpv6").map(Peer::Ipv6Cidr),
        wanted.owned("PrefixListId").map(Peer::PrefixList),
        referenced.transpose()?,
    ]
    .into_iter()
    .flatten();
    match (given.next(), given.next()) {
        (Some(peer), None) => Ok(peer),
        (None, _) => {
            let message =
                "The request must contain exactly one of: cidrIp, cidrIpv6, prefixListId, or referencedGroupId";
            Err(CloudError::new(codes::MISSING_PARAMETER, message))
        }
        (Some(_), Some(_)) => {
            let message = "Only one of cidrIp, cidrIpv6, prefixListId, or referencedGroupId can be specified";
            Err(CloudError::new(codes::INVALID_PARAMETER_COMBINATION, message))
        }
    }
}
