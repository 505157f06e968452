//! VPCs.

use super::filters::{Filters, one};
use super::ids::{digest, read_vpc_id, vpc_id};
use super::page::Page;
use super::stored_parameters::StoredParameters;
use super::xml::Xml;
use super::{Action, Result, check_id, read_ids, tags_on_creation};
use crate::base::{Cidr, VpcId};
use crate::cloud::model::{CreateVpcRequest, DescribeVpcsRequest, ModifyVpcAttributeRequest, Vpc};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateVpc", create),
    ("DeleteVpc", delete),
    ("DescribeVpcAttribute", attribute),
    ("DescribeVpcs", describe),
    ("ModifyVpcAttribute", modify_attribute),
];

/// What only this API calls so, and what has no effect.
const SETTINGS: [&str; 3] = ["EnableDnsHostnames", "EnableDnsSupport", "EnableNetworkAddressUsageMetrics"];

/// Addresses of a /28.
const SMALLEST_BLOCK: u64 = 1 << 4;
/// Addresses of a /16.
const LARGEST_BLOCK: u64 = 1 << 16;

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let block = arguments.required("CidrBlock")?;
    let size = Cidr::parse(block).ok().map(Cidr::size);
    if !size.is_some_and(|size| (SMALLEST_BLOCK..=LARGEST_BLOCK).contains(&size)) {
        let message = format!("The CIDR '{block}' is invalid: its block is not between /16 and /28.");
        return Err(CloudError::new("InvalidVpc.Range", message));
    }
    let tags = tags_on_creation(arguments, "vpc");
    let mut kept = StoredParameters::default();
    if let Some(tenancy) = arguments.text("InstanceTenancy") {
        kept.set("InstanceTenancy", tenancy);
    }
    let vpc = cloud.create_vpc(&CreateVpcRequest {
        cidr_block: Some(block.to_owned()),
        name: tags.get("Name").cloned(),
        enable_ipv6: arguments.flag("AmazonProvidedIpv6CidrBlock")?.unwrap_or(false),
        tags,
        configuration: kept.write(),
        ..CreateVpcRequest::default()
    })?;
    let account_id = cloud.account_id()?;
    Ok(Xml::of(|xml| xml.within("vpc", |xml| write(xml, &vpc, "pending", &account_id))))
}

fn write(xml: &mut Xml, vpc: &Vpc, state: &str, account_id: &str) {
    let id = vpc_id(&vpc.vpc_id);
    xml.text("vpcId", &id);
    xml.text("ownerId", account_id);
    xml.text("state", state);
    xml.text("cidrBlock", &vpc.cidr_block);
    xml.text("dhcpOptionsId", &digest("dopt-", "dhcp options", vpc.region_id.as_str()));
    xml.text(
        "instanceTenancy",
        StoredParameters::of(&vpc.request.configuration).text("InstanceTenancy").unwrap_or("default"),
    );
    xml.value("isDefault", vpc.is_default);
    let blocks = std::iter::once(&vpc.cidr_block).chain(&vpc.request.secondary_cidr_blocks);
    xml.list("cidrBlockAssociationSet", blocks, |xml, block| {
        xml.text("associationId", &digest("vpc-cidr-assoc-", block, &id));
        xml.text("cidrBlock", block);
        xml.within("cidrBlockState", |xml| xml.text("state", "associated"));
    });
    xml.list("ipv6CidrBlockAssociationSet", &vpc.ipv6_cidr_block, |xml, block| {
        xml.text("associationId", &digest("vpc-cidr-assoc-", block, &id));
        xml.text("ipv6CidrBlock", block);
        xml.within("ipv6CidrBlockState", |xml| xml.text("state", "associated"));
        xml.text("networkBorderGroup", vpc.region_id.as_str());
        xml.text("ipv6Pool", "Amazon");
    });
    xml.tags(&vpc.request.tags);
}

/// The VPC of an id on the wire.
///
/// # Errors
/// No such VPC exists.
pub(super) fn find(cloud: &SimCloud, text: &str) -> Result<Vpc> {
    check_id(text, VpcId::PREFIX, "InvalidVpcID.Malformed")?;
    let id = read_vpc_id(cloud.region(), text);
    let request = DescribeVpcsRequest { vpc_ids: Some([id].into()), ..DescribeVpcsRequest::default() };
    cloud.describe_vpcs(&request)?.into_iter().next().ok_or_else(|| not_found(&[text]))
}

fn not_found(ids: &[&str]) -> CloudError {
    let message = match ids {
        [id] => format!("The vpc ID '{id}' does not exist"),
        ids => format!("The vpc IDs '{}' do not exist", ids.join(", ")),
    };
    CloudError::new("InvalidVpcID.NotFound", message)
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let vpc = find(cloud, arguments.required("VpcId")?)?;
    cloud.delete_vpc(&vpc.vpc_id)?;
    Ok(Xml::done())
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 9] = [
        "cidr",
        "cidr-block-association.cidr-block",
        "dhcp-options-id",
        "is-default",
        "isDefault",
        "owner-id",
        "state",
        "vpc-id",
        "cidr-block-association.state",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let wanted = read_ids(arguments, "VpcId", VpcId::PREFIX, "InvalidVpcID.Malformed")?;
    let mut found = cloud.describe_vpcs(&DescribeVpcsRequest::default())?;
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|id| found.iter().all(|vpc| vpc_id(&vpc.vpc_id) != *id)).collect();
    if !missing.is_empty() {
        return Err(not_found(&missing));
    }
    let account_id = cloud.account_id()?;
    found.retain(|vpc| {
        (wanted.is_empty() || wanted.contains(&vpc_id(&vpc.vpc_id).as_str()))
            && filters.match_object(&vpc.request.tags, |name| match name {
                "cidr" | "cidr-block-association.cidr-block" => one(&vpc.cidr_block),
                "dhcp-options-id" => one(digest("dopt-", "dhcp options", vpc.region_id.as_str())),
                "is-default" | "isDefault" => one(vpc.is_default),
                "owner-id" => one(&account_id),
                "state" => one("available"),
                "cidr-block-association.state" => one("associated"),
                _ => one(vpc_id(&vpc.vpc_id)),
            })
    });
    let page = Page::of(arguments, found)?;
    Ok(Xml::of(|xml| {
        xml.list("vpcSet", &page.items, |xml, vpc| write(xml, vpc, "available", &account_id));
        page.write_token(xml);
    }))
}

fn modify_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let vpc = find(cloud, arguments.required("VpcId")?)?;
    let kept = StoredParameters::of(&vpc.request.configuration).with_flags(arguments, &SETTINGS);
    cloud.modify_vpc_attribute(&ModifyVpcAttributeRequest {
        vpc_id: Some(vpc.vpc_id),
        configuration: Some(kept.write()),
        ..ModifyVpcAttributeRequest::default()
    })?;
    Ok(Xml::done())
}

fn attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let id = arguments.required("VpcId")?;
    let vpc = find(cloud, id)?;
    let name = arguments.required("Attribute")?;
    let setting = SETTINGS.iter().find(|known| known.eq_ignore_ascii_case(name)).ok_or_else(|| {
        let message = format!("Value ({name}) for parameter attribute is invalid.");
        CloudError::new(codes::INVALID_PARAMETER_VALUE, message)
    })?;
    let kept = StoredParameters::of(&vpc.request.configuration);
    // Names are resolved everywhere, and instances have public names in the default VPC.
    let default = *setting == "EnableDnsSupport" || *setting == "EnableDnsHostnames" && vpc.is_default;
    let value = kept.text(setting).map_or(default, |text| text == "true");
    Ok(Xml::of(|xml| {
        xml.text("vpcId", id);
        xml.within(name, |xml| xml.value("value", value));
    }))
}
