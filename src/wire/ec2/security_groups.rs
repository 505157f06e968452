//! Security groups.

use super::filters::{Filters, one};
use super::ids::{self, default_security_group_id, security_group_id};
use super::page::Page;
use super::security_group_rules::write_permissions;
use super::xml::Xml;
use super::{Action, Result, check_id, read_ids, tags_on_creation, vpcs};
use crate::base::{SecurityGroupId, VpcId};
use crate::cloud::model::{
    CreateSecurityGroupRequest, DescribeSecurityGroupsRequest, DescribeVpcsRequest, Direction, Peer, SecurityGroup,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("CreateSecurityGroup", create), ("DeleteSecurityGroup", delete), ("DescribeSecurityGroups", describe)];

const NAME_OF_DEFAULT: &str = SecurityGroupId::DEFAULT;

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let name = arguments.required("GroupName")?;
    if name == NAME_OF_DEFAULT || name.starts_with("sg-") {
        let message = format!("The name '{name}' is reserved.");
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    let vpc_id = arguments.text("VpcId").map(|id| vpcs::find(cloud, id)).transpose()?.map(|vpc| vpc.vpc_id);
    let group = cloud.create_security_group(&CreateSecurityGroupRequest {
        name: Some(name.to_owned()),
        description: Some(arguments.required("GroupDescription")?.to_owned()),
        vpc_id,
        tags: tags_on_creation(arguments, "security-group"),
        ..CreateSecurityGroupRequest::default()
    })?;
    let arn = arn(cloud, group.security_group_id.as_str())?;
    Ok(Xml::of(|xml| {
        xml.text("groupId", group.security_group_id.as_str());
        xml.text("securityGroupArn", &arn);
        xml.tags(&group.request.tags);
    }))
}

fn arn(cloud: &SimCloud, id: &str) -> Result<String> {
    Ok(format!("arn:aws:ec2:{}:{}:security-group/{id}", cloud.region(), cloud.account_id()?))
}

/// The group that a call names by its id, or by its name in the default VPC.
///
/// # Errors
/// No such group exists.
pub(super) fn find(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<SecurityGroup> {
    let (id, name) = (arguments.text("GroupId"), arguments.text("GroupName"));
    let found = match (id, name) {
        (Some(id), _) => {
            check_id(id, SecurityGroupId::PREFIX, "InvalidGroupId.Malformed")?;
            all(cloud)?.into_iter().find(|group| shown_id(group) == id)
        }
        (None, Some(name)) => {
            let default = VpcId::default_of(cloud.region().as_str());
            all(cloud)?.into_iter().find(|group| group.vpc_id == default && shown_name(group) == name)
        }
        (None, None) => {
            let message = "The request must contain the parameter groupName or groupId";
            return Err(CloudError::new(codes::MISSING_PARAMETER, message));
        }
    };
    found.ok_or_else(|| not_found(&[id.or(name).unwrap_or_default()]))
}

fn not_found(ids: &[&str]) -> CloudError {
    let message = match ids {
        [id] => format!("The security group '{id}' does not exist"),
        ids => format!("The security groups '{}' do not exist", ids.join(", ")),
    };
    CloudError::new(codes::INVALID_GROUP_NOT_FOUND, message)
}

/// Every VPC has a group called `default`, then come those that were made.
pub(super) fn all(cloud: &SimCloud) -> Result<Vec<SecurityGroup>> {
    let found = cloud.describe_security_groups(&DescribeSecurityGroupsRequest::default())?;
    let (default, made): (Vec<_>, Vec<_>) =
        found.into_iter().partition(|group| group.security_group_id.as_str() == SecurityGroupId::DEFAULT);
    let vpcs = cloud.describe_vpcs(&DescribeVpcsRequest::default())?;
    let of_vpcs = vpcs
        .into_iter()
        .flat_map(|vpc| default.iter().map(move |group| SecurityGroup { vpc_id: vpc.vpc_id.clone(), ..group.clone() }));
    Ok(of_vpcs.chain(made).collect())
}

pub(super) fn shown_id(group: &SecurityGroup) -> String {
    security_group_id(&group.security_group_id, &group.vpc_id)
}

fn shown_name(group: &SecurityGroup) -> &str {
    if group.security_group_id.as_str() == SecurityGroupId::DEFAULT {
        return NAME_OF_DEFAULT;
    }
    group.request.name.as_deref().unwrap_or_else(|| group.security_group_id.as_str())
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let group = find(cloud, arguments)?;
    if group.security_group_id.as_str() == SecurityGroupId::DEFAULT {
        let id = default_security_group_id(&group.vpc_id);
        let message = format!("the specified group: \"{id}\" name: \"default\" cannot be deleted by a user");
        return Err(CloudError::new("CannotDelete", message));
    }
    cloud.delete_security_group(&group.security_group_id)?;
    Ok(Xml::of(|xml| {
        xml.value("return", true);
        xml.text("groupId", group.security_group_id.as_str());
    }))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 14] = [
        "description",
        "egress.ip-permission.cidr",
        "egress.ip-permission.from-port",
        "egress.ip-permission.protocol",
        "egress.ip-permission.to-port",
        "group-id",
        "group-name",
        "ip-permission.cidr",
        "ip-permission.from-port",
        "ip-permission.group-id",
        "ip-permission.protocol",
        "ip-permission.to-port",
        "owner-id",
        "vpc-id",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let wanted = read_ids(arguments, "GroupId", SecurityGroupId::PREFIX, "InvalidGroupId.Malformed")?;
    let names = arguments.texts("GroupName");
    let mut found = all(cloud)?;
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|id| found.iter().all(|group| shown_id(group) != *id)).collect();
    let unknown = names.iter().copied().filter(|name| found.iter().all(|group| shown_name(group) != *name));
    let missing: Vec<&str> = missing.into_iter().chain(unknown).collect();
    if !missing.is_empty() {
        return Err(not_found(&missing));
    }
    let account_id = cloud.account_id()?;
    found.retain(|group| {
        (wanted.is_empty() || wanted.contains(&shown_id(group).as_str()))
            && (names.is_empty() || names.contains(&shown_name(group)))
            && filters.match_object(&group.request.tags, |name| values(group, name, &account_id))
    });
    let page = Page::of(arguments, found)?;
    Ok(Xml::of(|xml| {
        xml.list("securityGroupInfo", &page.items, |xml, group| write(xml, group, &account_id, cloud));
        page.write_token(xml);
    }))
}

fn values(group: &SecurityGroup, name: &str, account_id: &str) -> Vec<String> {
    let (direction, member) = match name.strip_prefix("egress.") {
        Some(rest) => (Direction::Egress, rest),
        None => (Direction::Ingress, name),
    };
    let of_rules = || group.rules.values().filter(|rule| rule.direction == direction);
    let ports = |place: usize| {
        of_rules().filter_map(move |rule| rule.port_range.split('/').nth(place).map(str::to_owned)).collect()
    };
    match member {
        "description" => one(group.request.description.as_deref().unwrap_or_default()),
        "group-id" => one(shown_id(group)),
        "group-name" => one(shown_name(group)),
        "owner-id" => one(account_id),
        "vpc-id" => one(ids::vpc_id(&group.vpc_id)),
        "ip-permission.from-port" => ports(0),
        "ip-permission.to-port" => ports(1),
        "ip-permission.protocol" => of_rules().map(|rule| rule.ip_protocol.clone()).collect(),
        "ip-permission.cidr" => of_rules()
            .filter_map(|rule| match &rule.peer {
                Peer::Cidr(block) => Some(block.clone()),
                _ => None,
            })
            .collect(),
        "ip-permission.group-id" => of_rules()
            .filter_map(|rule| match &rule.peer {
                Peer::SecurityGroup(id) => Some(security_group_id(id, &group.vpc_id)),
                _ => None,
            })
            .collect(),
        _ => Vec::new(),
    }
}

fn write(xml: &mut Xml, group: &SecurityGroup, account_id: &str, cloud: &SimCloud) {
    let id = shown_id(group);
    xml.text("ownerId", account_id);
    xml.text("groupId", &id);
    xml.text("securityGroupArn", &format!("arn:aws:ec2:{}:{account_id}:security-group/{id}", cloud.region()));
    xml.text("groupName", shown_name(group));
    let is_default = group.security_group_id.as_str() == SecurityGroupId::DEFAULT;
    let description = group.request.description.as_deref();
    xml.text(
        "groupDescription",
        if is_default { "default VPC security group" } else { description.unwrap_or_default() },
    );
    xml.text("vpcId", &ids::vpc_id(&group.vpc_id));
    write_permissions(xml, "ipPermissions", group, Direction::Ingress, account_id);
    write_permissions(xml, "ipPermissionsEgress", group, Direction::Egress, account_id);
    xml.tags(&group.request.tags);
}
