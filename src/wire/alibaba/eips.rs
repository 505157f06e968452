//! Elastic addresses.

use std::net::Ipv4Addr;

use serde_json::{Value as Json, json};

use super::stored_parameters::StoredParameters;
use super::{Action, Result, list, page, tags};
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{
    AllocateEipAddressRequest, AssociateEipAddressRequest, DescribeEipAddressesRequest, EipAddress,
    EipAssociationReference, ModifyEipAddressAttributeRequest, UnassociateEipAddressRequest,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("AllocateEipAddress", allocate),
    ("AssociateEipAddress", associate),
    ("DescribeEipAddresses", describe),
    ("ModifyEipAddressAttribute", modify),
    ("ReleaseEipAddress", release),
    ("UnassociateEipAddress", unassociate),
];

const STORED_PARAMETERS: [&str; 6] =
    ["Bandwidth", "InstanceChargeType", "InternetChargeType", "ISP", "Netmode", "PublicIpAddressPoolId"];

fn allocate(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let ip_address = arguments.text("IpAddress").map(|text| {
        text.parse::<Ipv4Addr>().map_err(|_| {
            let message = format!("The parameter `IpAddress` is `{text}`, which is not an IPv4 address.");
            CloudError::new(codes::INVALID_PARAMETER, message)
        })
    });
    let address = cloud.allocate_eip_address(&AllocateEipAddressRequest {
        allocation_id: arguments.id("InstanceId"),
        ip_address: ip_address.transpose()?,
        name: arguments.owned("Name"),
        description: arguments.owned("Description"),
        resource_group_id: arguments.owned("ResourceGroupId"),
        tags: arguments.tags("Tag"),
        configuration: StoredParameters::default().with(arguments, &STORED_PARAMETERS).write(),
        ..AllocateEipAddressRequest::default()
    })?;
    Ok(json!({
        "AllocationId": address.allocation_id.as_str(),
        "EipAddress": address.ip_address.to_string(),
        "ResourceGroupId": address.request.resource_group_id,
    }))
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_eip_address_attribute_as(&arguments.required("AllocationId")?.into(), &|before| {
        Ok(ModifyEipAddressAttributeRequest {
            name: arguments.given("Name"),
            description: arguments.given("Description"),
            configuration: Some(
                StoredParameters::read(&before.request.configuration).with(arguments, &STORED_PARAMETERS).write(),
            ),
            ..ModifyEipAddressAttributeRequest::default()
        })
    })?;
    Ok(json!({}))
}

fn release(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.release_eip_address(&arguments.required("AllocationId")?.into())?;
    Ok(json!({}))
}

fn associate(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.associate_eip_address(&AssociateEipAddressRequest {
        allocation_id: arguments.required("AllocationId")?.into(),
        instance_id: arguments.required("InstanceId")?.to_owned(),
        instance_type: arguments.choice("InstanceType")?,
        mode: arguments.choice("Mode")?,
        vpc_id: arguments.id("VpcId"),
        configuration: String::new(),
    })?;
    Ok(json!({}))
}

fn unassociate(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.unassociate_eip_address(&UnassociateEipAddressRequest {
        association: EipAssociationReference {
            allocation_id: arguments.required("AllocationId")?.into(),
            instance_id: arguments.owned("InstanceId").unwrap_or_default(),
        },
        force: arguments.flag("Force")?.unwrap_or(false),
    })?;
    Ok(json!({}))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_eip_addresses(&DescribeEipAddressesRequest {
        allocation_ids: arguments.text("AllocationId").map(|ids| ids.split(',').map(Into::into).into_set()),
        ip_address: arguments.owned("EipAddress"),
        name: arguments.owned("EipName"),
        resource_group_id: arguments.owned("ResourceGroupId"),
        instance_id: arguments.owned("AssociatedInstanceId"),
        tags: arguments.tags("Tag"),
    })?;
    let status = arguments.text("Status");
    let shown = found.iter().filter(|address| status.is_none_or(|wanted| address.status().name() == wanted));
    let region = cloud.region().as_str();
    page::page(arguments, "EipAddresses", "EipAddress", shown.map(|address| address_json(region, address)).collect())
}

fn address_json(region: &str, address: &EipAddress) -> Json {
    let (request, association) = (&address.request, address.association.as_ref());
    let kept = StoredParameters::read(&request.configuration);
    json!({
        "AllocationId": address.allocation_id.as_str(),
        "IpAddress": address.ip_address.to_string(),
        "Status": address.status().name(),
        "RegionId": region,
        "InstanceId": association.map(|association| association.instance_id.as_str()).unwrap_or_default(),
        "InstanceType": association.map(|association| association.instance_type.name()).unwrap_or_default(),
        "Mode": association.map(|association| association.mode.name()),
        "Name": request.name.as_deref().unwrap_or_default(),
        "Description": request.description.as_deref().unwrap_or_default(),
        "DeletionProtection": request.deletion_protection,
        "Bandwidth": kept.text("Bandwidth").unwrap_or("5"),
        "InternetChargeType": kept.text("InternetChargeType").unwrap_or("PayByBandwidth"),
        "ChargeType": kept.text("InstanceChargeType").unwrap_or("PostPaid"),
        "ISP": kept.text("ISP").unwrap_or("BGP"),
        "Netmode": kept.text("Netmode").unwrap_or("public"),
        "ResourceGroupId": request.resource_group_id.as_deref().unwrap_or_default(),
        "AllocationTime": address.create_time.to_string(),
        "OperationLocks": list("LockReason", []),
        "AvailableRegions": list("AvailableRegion", []),
        "Tags": tags(&request.tags),
    })
}
