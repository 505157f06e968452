//! Security groups as calls name them: by id, or by name.

use super::{Result, check_id, ids};
use crate::base::{SecurityGroupId, VpcId};
use crate::cloud::model::{DescribeSecurityGroupsRequest, DescribeVpcsRequest};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

/// The groups of a launch; those of its network interface if the call itself names none.
pub(super) fn launch_groups(
    cloud: &SimCloud,
    arguments: &Arguments<'_>,
    interface: Option<&Arguments<'_>>,
) -> Result<Vec<SecurityGroupId>> {
    let mut texts = arguments.texts("SecurityGroupId");
    if let Some(interface) = interface.filter(|_| texts.is_empty()) {
        texts = interface.texts("SecurityGroupId");
    }
    let mut found = Vec::new();
    for text in texts {
        found.push(by_id(cloud, text)?);
    }
    for name in arguments.texts("SecurityGroup") {
        found.push(by_name(cloud, name)?);
    }
    Ok(found)
}

/// The group of an id on the wire; whether it exists is looked up by the operation, except for default groups.
pub(super) fn by_id(cloud: &SimCloud, text: &str) -> Result<SecurityGroupId> {
    check_id(text, SecurityGroupId::PREFIX, "InvalidGroupId.Malformed")?;
    Ok(if default_group_vpc(cloud, text)?.is_some() { SecurityGroupId::DEFAULT.into() } else { text.into() })
}

/// The VPC whose default group has this id.
pub(super) fn default_group_vpc(cloud: &SimCloud, text: &str) -> Result<Option<VpcId>> {
    let default = VpcId::default_of(cloud.region().as_str());
    if ids::default_security_group_id(&default) == text {
        return Ok(Some(default));
    }
    let vpcs = cloud.describe_vpcs(&DescribeVpcsRequest::default())?;
    Ok(vpcs.into_iter().map(|vpc| vpc.vpc_id).find(|id| ids::default_security_group_id(id) == text))
}

/// A group of the default VPC.
pub(super) fn by_name(cloud: &SimCloud, name: &str) -> Result<SecurityGroupId> {
    if name == SecurityGroupId::DEFAULT {
        return Ok(name.into());
    }
    let request = DescribeSecurityGroupsRequest {
        name: Some(name.to_owned()),
        vpc_id: Some(VpcId::default_of(cloud.region().as_str())),
        ..DescribeSecurityGroupsRequest::default()
    };
    let found = cloud.describe_security_groups(&request)?.into_iter().next();
    found.map(|group| group.security_group_id).ok_or_else(|| {
        let message = format!("The security group '{name}' does not exist in default VPC");
        CloudError::new(codes::INVALID_GROUP_NOT_FOUND, message)
    })
}
