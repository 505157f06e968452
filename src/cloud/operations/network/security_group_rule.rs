//! `AuthorizeSecurityGroup`, `ModifySecurityGroupRule`, `RevokeSecurityGroup`, and the same of egress.

use std::collections::BTreeMap;

use super::super::check;
use super::security_group::{describe, stored};
use super::set_text;
use crate::base::cidr::is_address_or_block;
use crate::base::{Alphabet, SecurityGroupId, VpcId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    AuthorizeSecurityGroupRequest, Direction, IpProtocol, ModifySecurityGroupRuleRequest, NicType, Peer, RulePolicy,
    SecurityGroup, SecurityGroupRule, SecurityGroupRuleReference,
};
use crate::cloud::world::{
    DEFAULT_SECURITY_GROUP, SecurityGroupDocument, VpcDocument, World, default_vpc_id, fingerprint, new_call,
    write_document,
};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Adds a rule and returns its id with the group. A rule that differs from one of the group in nothing but the
    /// description is refused: two addresses of a configuration would stand for it, and removing one would remove both.
    pub fn authorize_security_group(&self, request: &AuthorizeSecurityGroupRequest) -> Result<(String, SecurityGroup)> {
        let operation = authorization(request.rule.direction);
        self.write(operation, |world| authorize(world, operation, request))
    }

    /// What an authorization would return now.
    pub fn forecast_authorize_security_group(
        &self,
        request: &AuthorizeSecurityGroupRequest,
    ) -> Result<(String, SecurityGroup)> {
        self.forecast(|world| authorize(world, authorization(request.rule.direction), request))
    }

    /// Adds all of the rules, which have one direction, or none of them.
    pub fn authorize_security_group_rules(&self, requests: &[AuthorizeSecurityGroupRequest]) -> Result<()> {
        let Some(first) = requests.first() else { return Ok(()) };
        let operation = authorization(first.rule.direction);
        self.write(operation, |world| {
            for request in requests {
                authorize(world, operation, request)?;
            }
            Ok(())
        })
    }

    pub fn modify_security_group_rule(&self, request: &ModifySecurityGroupRuleRequest) -> Result<SecurityGroup> {
        self.write(modification(request.rule.direction), |world| modify(world, request))
    }

    /// The same of all rules for which `change` has a request: one transaction, in which it may be called more than once.
    pub fn modify_security_group_rules_as(
        &self,
        security_group_id: &SecurityGroupId,
        direction: Direction,
        change: &dyn Fn(&SecurityGroup) -> Result<Vec<ModifySecurityGroupRuleRequest>>,
    ) -> Result<()> {
        self.write(modification(direction), |world| {
            let group = stored(world, security_group_id)?;
            for request in change(&describe(world, group))? {
                modify(world, &request)?;
            }
            Ok(())
        })
    }

    /// Replaces the rules with these ids by others: all of them or none.
    ///
    /// # Errors
    /// One of the ids is no rule of the group, or the group would have a rule twice.
    pub fn replace_security_group_rules(
        &self,
        security_group_id: &SecurityGroupId,
        rules: &BTreeMap<String, SecurityGroupRule>,
    ) -> Result<()> {
        self.write(Operation::ModifySecurityGroupRule, |world| replace(world, security_group_id, rules))
    }

    /// A rule that is not there counts as revoked.
    pub fn revoke_security_group(&self, rule: &SecurityGroupRuleReference) -> Result<()> {
        let rule_ids = std::slice::from_ref(&rule.rule_id);
        self.revoke_security_group_rules(&rule.security_group_id, rule.direction, rule_ids)
    }

    /// Revokes several rules of a group; those that are not there count as revoked.
    pub fn revoke_security_group_rules(
        &self,
        security_group_id: &SecurityGroupId,
        direction: Direction,
        rule_ids: &[String],
    ) -> Result<()> {
        self.revoke_security_group_rules_as(security_group_id, direction, &|_| Ok(rule_ids.to_vec()))
    }

    /// The same of the rules whose ids `choose` finds: one transaction, in which it may be called more than once.
    pub fn revoke_security_group_rules_as(
        &self,
        security_group_id: &SecurityGroupId,
        direction: Direction,
        choose: &dyn Fn(&SecurityGroup) -> Result<Vec<String>>,
    ) -> Result<()> {
        let operation = match direction {
            Direction::Ingress => Operation::RevokeSecurityGroup,
            Direction::Egress => Operation::RevokeSecurityGroupEgress,
        };
        self.write(operation, |world| {
            let mut group = stored(world, security_group_id)?;
            let rule_ids = choose(&describe(world, group.clone()))?;
            group.document.rules.retain(|id, _| !rule_ids.contains(id));
            world.save_resource(&group.id, &group.document)
        })
    }
}

/// The rules of a new group of EC2: everything may go out (E6).
pub(super) fn initial_rules(
    world: &mut World,
    group_id: &str,
    vpc_id: Option<&VpcId>,
) -> Result<BTreeMap<String, SecurityGroupRule>> {
    let default = default_vpc_id(world.region.as_str());
    let vpc = world.resource::<VpcDocument>(vpc_id.unwrap_or(&default).as_str())?;
    let has_ipv6 = vpc.is_some_and(|vpc| vpc.document.request.enable_ipv6);
    let peers = [Some(Peer::Cidr("0.0.0.0/0".to_owned())), has_ipv6.then(|| Peer::Ipv6Cidr("::/0".to_owned()))];
    let mut rules = BTreeMap::new();
    for peer in peers.into_iter().flatten() {
        let rule = SecurityGroupRule {
            direction: Direction::Egress,
            ip_protocol: IpProtocol::All.name().to_owned(),
            port_range: "-1/-1".to_owned(),
            nic_type: Some(NicType::Intranet),
            peer,
            peer_account: None,
            policy: RulePolicy::Accept,
            priority: 1,
            description: None,
            configuration: String::new(),
        };
        let id = new_id(world, Operation::CreateSecurityGroup, &group_id.into(), &rule)?;
        rules.insert(id, rule);
    }
    Ok(rules)
}

const fn authorization(direction: Direction) -> Operation {
    match direction {
        Direction::Ingress => Operation::AuthorizeSecurityGroup,
        Direction::Egress => Operation::AuthorizeSecurityGroupEgress,
    }
}

const fn modification(direction: Direction) -> Operation {
    match direction {
        Direction::Ingress => Operation::ModifySecurityGroupRule,
        Direction::Egress => Operation::ModifySecurityGroupEgressRule,
    }
}

fn authorize(
    world: &mut World,
    operation: Operation,
    request: &AuthorizeSecurityGroupRequest,
) -> Result<(String, SecurityGroup)> {
    let mut group = stored(world, &request.security_group_id)?;
    let mut rule = request.rule.clone();
    rule.nic_type = Some(nic_type(world, &group.document, &rule)?);
    check_peer(world, &rule.peer)?;
    check_new(&group.id, &group.document.rules, &rule)?;
    let id = new_id(world, operation, &request.security_group_id, &rule)?;
    group.document.rules.insert(id.clone(), rule);
    world.save_resource(&group.id, &group.document)?;
    Ok((id, describe(world, group)))
}

fn modify(world: &mut World, request: &ModifySecurityGroupRuleRequest) -> Result<SecurityGroup> {
    let SecurityGroupRuleReference { security_group_id, rule_id, .. } = &request.rule;
    let mut group = stored(world, security_group_id)?;
    let rule = group.document.rules.get_mut(rule_id).ok_or_else(|| no_rule(security_group_id, rule_id))?;
    set_text(&mut rule.description, request.description.as_ref());
    rule.configuration.clone_from(&request.configuration);
    world.save_resource(&group.id, &group.document)?;
    Ok(describe(world, group))
}

fn check_new(group_id: &str, rules: &BTreeMap<String, SecurityGroupRule>, rule: &SecurityGroupRule) -> Result<()> {
    let Some((id, _)) = rules.iter().find(|(_, known)| known.is_same(rule)) else { return Ok(()) };
    let message = format!(
        "`{group_id}` has this rule already: `{id}`; rules differ in direction, protocol, ports, peer, policy, priority \
         or network card type"
    );
    Err(CloudError::new(codes::SECURITY_GROUP_RULE_DUPLICATE, message))
}

fn no_rule(group_id: &SecurityGroupId, rule_id: &str) -> CloudError {
    let message = format!("`{group_id}` has no rule `{rule_id}`");
    CloudError::new(codes::SECURITY_GROUP_RULE_NOT_EXIST, message)
}

fn replace(
    world: &mut World,
    security_group_id: &SecurityGroupId,
    rules: &BTreeMap<String, SecurityGroupRule>,
) -> Result<()> {
    let mut group = stored(world, security_group_id)?;
    for id in rules.keys() {
        group.document.rules.remove(id).ok_or_else(|| no_rule(security_group_id, id))?;
    }
    for (id, rule) in rules {
        check_peer(world, &rule.peer)?;
        check_new(&group.id, &group.document.rules, rule)?;
        group.document.rules.insert(id.clone(), rule.clone());
    }
    world.save_resource(&group.id, &group.document)
}

fn new_id(
    world: &mut World,
    operation: Operation,
    group: &SecurityGroupId,
    rule: &SecurityGroupRule,
) -> Result<String> {
    let parameters = fingerprint(&format!("{group} {}", write_document(rule)));
    let call = new_call(world, operation, parameters)?;
    world.next_resource_id(&call.id_series, "sgr-", Alphabet::Base36)
}

/// Traffic inside a custom VPC is `intranet`. A group in the default VPC, or without a VPC, accepts both kinds, as groups
/// once did.
fn nic_type(world: &World, group: &SecurityGroupDocument, rule: &SecurityGroupRule) -> Result<NicType> {
    let default_vpc = default_vpc_id(world.region.as_str());
    let inside = group.request.vpc_id.as_ref().is_some_and(|vpc_id| *vpc_id != default_vpc)
        || matches!(rule.peer, Peer::SecurityGroup(_));
    match rule.nic_type {
        Some(NicType::Internet) if inside => Err(CloudError::of(
            Member::NicType,
            codes::INVALID_NIC_TYPE,
            "in a custom VPC, and in a rule whose peer is another group, nic_type can only be `intranet`; leave it out",
        )),
        Some(given) => Ok(given),
        None if inside => Ok(NicType::Intranet),
        None => Ok(NicType::Internet),
    }
}

fn check_peer(world: &mut World, peer: &Peer) -> Result<()> {
    match peer {
        Peer::Cidr(text) if !is_address_or_block(text) => {
            let message = format!("`{text}` is neither an IPv4 address nor a block of them");
            Err(CloudError::of(Member::CidrIp, codes::INVALID_PARAMETER, message))
        }
        Peer::SecurityGroup(id)
            if id.as_str() != DEFAULT_SECURITY_GROUP
                && world.resource::<SecurityGroupDocument>(id.as_str())?.is_none() =>
        {
            let message = check::no_security_group(world, id)?;
            Err(CloudError::of(Member::SourceSecurityGroupId, codes::INVALID_SECURITY_GROUP_NOT_FOUND, message))
        }
        _ => Ok(()),
    }
}
