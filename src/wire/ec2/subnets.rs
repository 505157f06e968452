//! Subnets, which the world knows as vSwitches.

use super::filters::{Filters, one};
use super::ids::{self, digest, read_subnet_id, subnet_id};
use super::page::Page;
use super::stored_parameters::StoredParameters;
use super::xml::Xml;
use super::{Action, Result, check_id, read_ids, tags_on_creation, vpcs};
use crate::base::ZoneId;
use crate::catalogue;
use crate::cloud::model::{CreateVSwitchRequest, DescribeVSwitchesRequest, ModifyVSwitchAttributeRequest, VSwitch};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateSubnet", create),
    ("DeleteSubnet", delete),
    ("DescribeSubnets", describe),
    ("ModifySubnetAttribute", modify_attribute),
];

const PREFIX: &str = "subnet-";

/// What has no effect; the first one gives instances public addresses.
const SETTINGS: [&str; 6] = [
    "MapPublicIpOnLaunch",
    "AssignIpv6AddressOnCreation",
    "EnableDns64",
    "EnableResourceNameDnsAAAARecordOnLaunch",
    "EnableResourceNameDnsARecordOnLaunch",
    "PrivateDnsHostnameTypeOnLaunch",
];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    check_ipv6_only(arguments)?;
    let vpc = vpcs::find(cloud, arguments.required("VpcId")?)?;
    let block = arguments.required("CidrBlock")?;
    let tags = tags_on_creation(arguments, "subnet");
    let created = cloud.create_vswitch(&CreateVSwitchRequest {
        vpc_id: Some(vpc.vpc_id),
        zone_id: Some(zone(cloud, arguments)?),
        cidr_block: Some(block.to_owned()),
        name: tags.get("Name").cloned(),
        tags,
        configuration: StoredParameters::default().write(),
        ..CreateVSwitchRequest::default()
    });
    let subnet = created.map_err(|error| match error.code() {
        Some(codes::INVALID_CIDR_BLOCK) => {
            CloudError::new("InvalidSubnet.Range", format!("The CIDR '{block}' is invalid."))
        }
        _ => error,
    })?;
    let account_id = cloud.account_id()?;
    Ok(Xml::of(|xml| xml.within("subnet", |xml| write(xml, &subnet, &account_id))))
}

/// Subnets without IPv4 addresses are not simulated; what is wrong with the request is said as the service says it.
fn check_ipv6_only(arguments: &Arguments<'_>) -> Result<()> {
    if arguments.flag("Ipv6Native")? != Some(true) {
        return Ok(());
    }
    let (code, message) = match (arguments.text("Ipv6CidrBlock"), arguments.text("CidrBlock")) {
        (None, _) => (codes::MISSING_PARAMETER, "Either 'ipv6CidrBlock' or 'ipv6IpamPoolId' should be provided."),
        (Some(_), Some(_)) => (
            "InvalidParameterCombination",
            "When specifying ipv4 parameters, cidrBlock or ipv4IpamPoolId, you cannot set ipv6Native to true.",
        ),
        (Some(_), None) => (codes::UNSUPPORTED_OPERATION, "Subnets without IPv4 addresses are not simulated."),
    };
    Err(CloudError::new(code, message))
}

/// The zone that is named, by its name or its id, or else the first of the region.
fn zone(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<ZoneId> {
    let zones = || catalogue::region(cloud.region().as_str()).into_iter().flat_map(catalogue::Region::zones);
    let by_id = |id: &str| zones().find(|zone| ids::zone_id(zone.id) == id).map(|zone| zone.id.into());
    match (arguments.text("AvailabilityZone"), arguments.text("AvailabilityZoneId")) {
        (Some(name), _) => Ok(name.into()),
        (None, Some(id)) => by_id(id).ok_or_else(|| {
            let message = format!("Value ({id}) for parameter availabilityZoneId is invalid.");
            CloudError::new(codes::INVALID_PARAMETER_VALUE, message)
        }),
        (None, None) => Ok(zones().next().map_or_else(|| "".into(), |zone| zone.id.into())),
    }
}

fn write(xml: &mut Xml, subnet: &VSwitch, account_id: &str) {
    let id = subnet_id(&subnet.vswitch_id);
    let kept = StoredParameters::of(&subnet.request.configuration);
    let region = catalogue::zone(subnet.zone_id.as_str()).map(|zone| zone.region.id).unwrap_or_default();
    xml.text("subnetId", &id);
    xml.text("subnetArn", &format!("arn:aws:ec2:{region}:{account_id}:subnet/{id}"));
    xml.text("state", "available");
    xml.text("ownerId", account_id);
    xml.text("vpcId", &ids::vpc_id(&subnet.vpc_id));
    xml.text("cidrBlock", &subnet.cidr_block);
    xml.value("availableIpAddressCount", subnet.available_ip_address_count);
    xml.text("availabilityZone", subnet.zone_id.as_str());
    xml.text("availabilityZoneId", ids::zone_id(subnet.zone_id.as_str()));
    xml.value("defaultForAz", subnet.is_default);
    xml.value("mapPublicIpOnLaunch", subnet.is_default || kept.is("MapPublicIpOnLaunch"));
    xml.value("mapCustomerOwnedIpOnLaunch", false);
    xml.value("assignIpv6AddressOnCreation", kept.is("AssignIpv6AddressOnCreation"));
    xml.value("enableDns64", kept.is("EnableDns64"));
    xml.value("ipv6Native", false);
    xml.list("ipv6CidrBlockAssociationSet", &subnet.ipv6_cidr_block, |xml, block| {
        xml.text("associationId", &digest("subnet-cidr-assoc-", block, &id));
        xml.text("ipv6CidrBlock", block);
        xml.within("ipv6CidrBlockState", |xml| xml.text("state", "associated"));
    });
    xml.within("privateDnsNameOptionsOnLaunch", |xml| {
        xml.text("hostnameType", kept.text("PrivateDnsHostnameTypeOnLaunch").unwrap_or("ip-name"));
        xml.value("enableResourceNameDnsARecord", kept.is("EnableResourceNameDnsARecordOnLaunch"));
        xml.value("enableResourceNameDnsAAAARecord", kept.is("EnableResourceNameDnsAAAARecordOnLaunch"));
    });
    xml.tags(&subnet.request.tags);
}

fn find(cloud: &SimCloud, text: &str) -> Result<VSwitch> {
    check_id(text, PREFIX, "InvalidSubnetID.Malformed")?;
    let id = read_subnet_id(cloud.region(), text);
    let request = DescribeVSwitchesRequest { vswitch_ids: Some([id].into()), ..DescribeVSwitchesRequest::default() };
    cloud.describe_vswitches(&request)?.into_iter().next().ok_or_else(|| not_found(&[text]))
}

fn not_found(ids: &[&str]) -> CloudError {
    let message = match ids {
        [id] => format!("The subnet ID '{id}' does not exist"),
        ids => format!("The subnet IDs '{}' do not exist", ids.join(", ")),
    };
    CloudError::new("InvalidSubnetID.NotFound", message)
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let subnet = find(cloud, arguments.required("SubnetId")?)?;
    cloud.delete_vswitch(&subnet.vswitch_id)?;
    Ok(Xml::done())
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 14] = [
        "availability-zone",
        "availability-zone-id",
        "availabilityZone",
        "available-ip-address-count",
        "cidr",
        "cidr-block",
        "cidrBlock",
        "default-for-az",
        "defaultForAz",
        "map-public-ip-on-launch",
        "owner-id",
        "state",
        "subnet-id",
        "vpc-id",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let wanted = read_ids(arguments, "SubnetId", PREFIX, "InvalidSubnetID.Malformed")?;
    let mut found = cloud.describe_vswitches(&DescribeVSwitchesRequest::default())?;
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|id| found.iter().all(|subnet| subnet_id(&subnet.vswitch_id) != *id)).collect();
    if !missing.is_empty() {
        return Err(not_found(&missing));
    }
    let account_id = cloud.account_id()?;
    found.retain(|subnet| {
        (wanted.is_empty() || wanted.contains(&subnet_id(&subnet.vswitch_id).as_str()))
            && filters.match_object(&subnet.request.tags, |name| match name {
                "availability-zone" | "availabilityZone" => one(&subnet.zone_id),
                "availability-zone-id" => one(ids::zone_id(subnet.zone_id.as_str())),
                "available-ip-address-count" => one(subnet.available_ip_address_count),
                "cidr" | "cidr-block" | "cidrBlock" => one(&subnet.cidr_block),
                "default-for-az" | "defaultForAz" => one(subnet.is_default),
                "map-public-ip-on-launch" => {
                    one(subnet.is_default
                        || StoredParameters::of(&subnet.request.configuration).is("MapPublicIpOnLaunch"))
                }
                "owner-id" => one(&account_id),
                "state" => one("available"),
                "subnet-id" => one(subnet_id(&subnet.vswitch_id)),
                _ => one(ids::vpc_id(&subnet.vpc_id)),
            })
    });
    let page = Page::of(arguments, found)?;
    Ok(Xml::of(|xml| {
        xml.list("subnetSet", &page.items, |xml, subnet| write(xml, subnet, &account_id));
        page.write_token(xml);
    }))
}

fn modify_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let subnet = find(cloud, arguments.required("SubnetId")?)?;
    let kept = StoredParameters::of(&subnet.request.configuration).with_flags(arguments, &SETTINGS);
    cloud.modify_vswitch_attribute(&ModifyVSwitchAttributeRequest {
        vswitch_id: Some(subnet.vswitch_id),
        configuration: Some(kept.write()),
        ..ModifyVSwitchAttributeRequest::default()
    })?;
    Ok(Xml::done())
}
