//! VPCs and vSwitches.

use serde_json::{Value as Json, json};

use super::{Action, Result, list, page, tags};
use crate::base::collect::IntoOrdered;
use crate::cloud::SimCloud;
use crate::cloud::model::{
    CreateVSwitchRequest, CreateVpcRequest, DescribeVSwitchesRequest, DescribeVpcsRequest,
    ModifyVSwitchAttributeRequest, ModifyVpcAttributeRequest, VSwitch, Vpc,
};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateVSwitch", create_vswitch),
    ("CreateVpc", create_vpc),
    ("DeleteVSwitch", delete_vswitch),
    ("DeleteVpc", delete_vpc),
    ("DescribeVSwitchAttributes", describe_vswitch_attributes),
    ("DescribeVSwitches", describe_vswitches),
    ("DescribeVpcAttribute", describe_vpc_attribute),
    ("DescribeVpcs", describe_vpcs),
    ("ModifyVSwitchAttribute", modify_vswitch_attribute),
    ("ModifyVpcAttribute", modify_vpc_attribute),
];

fn create_vpc(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let vpc = cloud.create_vpc(&CreateVpcRequest {
        cidr_block: arguments.owned("CidrBlock"),
        name: arguments.owned("VpcName"),
        description: arguments.owned("Description"),
        resource_group_id: arguments.owned("ResourceGroupId"),
        enable_ipv6: arguments.flag("EnableIpv6")?.unwrap_or(false),
        ipv6_cidr_block: arguments.owned("Ipv6CidrBlock"),
        tags: arguments.tags("Tag"),
        client_token: arguments.owned("ClientToken"),
        ..CreateVpcRequest::default()
    })?;
    Ok(json!({
        "VpcId": vpc.vpc_id.as_str(),
        "VRouterId": vpc.router_id,
        "RouteTableId": vpc.route_table_id,
        "ResourceGroupId": vpc.request.resource_group_id.unwrap_or_default(),
    }))
}

fn modify_vpc_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_vpc_attribute(&ModifyVpcAttributeRequest {
        vpc_id: Some(arguments.required("VpcId")?.into()),
        cidr_block: arguments.owned("CidrBlock"),
        name: arguments.given("VpcName"),
        description: arguments.given("Description"),
        enable_ipv6: arguments.flag("EnableIPv6")?,
        ..ModifyVpcAttributeRequest::default()
    })?;
    Ok(json!({}))
}

fn delete_vpc(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_vpc(&arguments.required("VpcId")?.into())?;
    Ok(json!({}))
}

fn describe_vpcs(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let vpcs = cloud.describe_vpcs(&DescribeVpcsRequest {
        vpc_ids: arguments.text("VpcId").map(|ids| ids.split(',').map(Into::into).into_set()),
        is_default: arguments.flag("IsDefault")?,
        name: arguments.owned("VpcName"),
        resource_group_id: arguments.owned("ResourceGroupId"),
        tags: arguments.tags("Tag"),
    })?;
    page::page(arguments, "Vpcs", "Vpc", vpcs.iter().map(vpc_json).collect())
}

fn describe_vpc_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = arguments.required("VpcId")?;
    Ok(vpc_json(&the_vpc(cloud, id)?))
}

fn the_vpc(cloud: &SimCloud, id: &str) -> Result<Vpc> {
    let found = cloud
        .describe_vpcs(&DescribeVpcsRequest { vpc_ids: Some([id.into()].into()), ..DescribeVpcsRequest::default() })?;
    found.into_iter().next().ok_or_else(|| {
        let message = format!("There is no VPC `{id}` in `{}`.", cloud.region());
        crate::cloud::CloudError::new(crate::cloud::codes::INVALID_VPC_NOT_FOUND, message)
    })
}

fn vpc_json(vpc: &Vpc) -> Json {
    json!({
        "VpcId": vpc.vpc_id.as_str(),
        "RegionId": vpc.region_id.as_str(),
        "Status": "Available",
        "VpcName": vpc.request.name.as_deref().unwrap_or_default(),
        "Description": vpc.request.description.as_deref().unwrap_or_default(),
        "CidrBlock": vpc.cidr_block,
        "SecondaryCidrBlocks": list("SecondaryCidrBlock", vpc.request.secondary_cidr_blocks.iter().map(|block| block.as_str().into())),
        "Ipv6CidrBlock": vpc.ipv6_cidr_block.as_deref().unwrap_or_default(),
        "EnabledIpv6": vpc.ipv6_cidr_block.is_some(),
        "IsDefault": vpc.is_default,
        "VRouterId": vpc.router_id,
        "RouterTableIds": list("RouterTableIds", [vpc.route_table_id.as_str().into()]),
        "VSwitchIds": list("VSwitchId", vpc.vswitch_ids.iter().map(|id| id.as_str().into())),
        "UserCidrs": list("UserCidr", []),
        "NatGatewayIds": list("NatGatewayIds", []),
        "AssociatedCens": list("AssociatedCen", []),
        "CloudResources": list("CloudResourceSetType", []),
        "ResourceGroupId": vpc.request.resource_group_id.as_deref().unwrap_or_default(),
        "CreationTime": vpc.create_time.to_string(),
        "Tags": tags(&vpc.request.tags),
    })
}

fn create_vswitch(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let vswitch = cloud.create_vswitch(&CreateVSwitchRequest {
        vpc_id: arguments.id("VpcId"),
        zone_id: arguments.id("ZoneId"),
        cidr_block: arguments.owned("CidrBlock"),
        name: arguments.owned("VSwitchName"),
        description: arguments.owned("Description"),
        ipv6_number: arguments.number("Ipv6CidrBlock")?,
        tags: arguments.tags("Tag"),
        client_token: arguments.owned("ClientToken"),
        ..CreateVSwitchRequest::default()
    })?;
    Ok(json!({ "VSwitchId": vswitch.vswitch_id.as_str() }))
}

fn modify_vswitch_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_vswitch_attribute(&ModifyVSwitchAttributeRequest {
        vswitch_id: Some(arguments.required("VSwitchId")?.into()),
        name: arguments.given("VSwitchName"),
        description: arguments.given("Description"),
        ..ModifyVSwitchAttributeRequest::default()
    })?;
    Ok(json!({}))
}

fn delete_vswitch(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_vswitch(&arguments.required("VSwitchId")?.into())?;
    Ok(json!({}))
}

fn describe_vswitches(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let vswitches = cloud.describe_vswitches(&DescribeVSwitchesRequest {
        vswitch_ids: arguments.text("VSwitchId").map(|ids| ids.split(',').map(Into::into).into_set()),
        vpc_id: arguments.id("VpcId"),
        zone_id: arguments.id("ZoneId"),
        is_default: arguments.flag("IsDefault")?,
        name: arguments.owned("VSwitchName"),
        tags: arguments.tags("Tag"),
    })?;
    page::page(arguments, "VSwitches", "VSwitch", vswitches.iter().map(vswitch_json).collect())
}

/// A vSwitch that does not exist is an empty id in a reply without an error, as in the service.
fn describe_vswitch_attributes(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let id = arguments.required("VSwitchId")?;
    let found = cloud.describe_vswitches(&DescribeVSwitchesRequest {
        vswitch_ids: Some([id.into()].into()),
        ..DescribeVSwitchesRequest::default()
    })?;
    Ok(found.first().map_or_else(|| json!({ "VSwitchId": "" }), vswitch_json))
}

fn vswitch_json(vswitch: &VSwitch) -> Json {
    json!({
        "VSwitchId": vswitch.vswitch_id.as_str(),
        "VpcId": vswitch.vpc_id.as_str(),
        "ZoneId": vswitch.zone_id.as_str(),
        "Status": "Available",
        "VSwitchName": vswitch.request.name.as_deref().unwrap_or_default(),
        "Description": vswitch.request.description.as_deref().unwrap_or_default(),
        "CidrBlock": vswitch.cidr_block,
        "Ipv6CidrBlock": vswitch.ipv6_cidr_block.as_deref().unwrap_or_default(),
        "AvailableIpAddressCount": vswitch.available_ip_address_count,
        "IsDefault": vswitch.is_default,
        "RouteTable": { "RouteTableId": vswitch.route_table_id, "RouteTableType": "System" },
        "CloudResources": list("CloudResourceSetType", []),
        "ResourceGroupId": "",
        "CreationTime": vswitch.create_time.to_string(),
        "Tags": tags(&vswitch.request.tags),
    })
}
