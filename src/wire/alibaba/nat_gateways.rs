//! NAT gateways and their SNAT entries.

use serde_json::{Value as Json, json};

use super::stored_parameters::StoredParameters;
use super::{Action, Result, list, page, tags};
use crate::cloud::model::{
    CreateNatGatewayRequest, CreateSnatEntryRequest, DeleteNatGatewayRequest, DescribeEipAddressesRequest,
    DescribeNatGatewaysRequest, DescribeSnatTableEntriesRequest, ModifyNatGatewayAttributeRequest,
    ModifySnatEntryRequest, NatGateway, SnatEntry,
};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("CreateNatGateway", create),
    ("CreateSnatEntry", create_snat_entry),
    ("DeleteNatGateway", delete),
    ("DeleteSnatEntry", delete_snat_entry),
    ("DescribeNatGateways", describe),
    ("DescribeSnatTableEntries", describe_snat_entries),
    ("GetNatGatewayAttribute", describe_attribute),
    ("ModifyNatGatewayAttribute", modify),
    ("ModifySnatEntry", modify_snat_entry),
];

const STORED_PARAMETERS: [&str; 6] =
    ["EipBindMode", "InstanceChargeType", "InternetChargeType", "NatType", "NetworkType", "Spec"];

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let gateway = cloud.create_nat_gateway(&CreateNatGatewayRequest {
        vpc_id: Some(arguments.required("VpcId")?.into()),
        vswitch_id: arguments.id("VSwitchId"),
        name: arguments.owned("Name"),
        description: arguments.owned("Description"),
        tags: arguments.tags("Tag"),
        configuration: StoredParameters::default().with(arguments, &STORED_PARAMETERS).write(),
        ..CreateNatGatewayRequest::default()
    })?;
    Ok(json!({
        "NatGatewayId": gateway.nat_gateway_id.as_str(),
        "SnatTableIds": list("SnatTableId", [gateway.snat_table_id.into()]),
        "ForwardTableIds": list("ForwardTableId", [gateway.forward_table_id.into()]),
        "BandwidthPackageIds": list("BandwidthPackageId", []),
    }))
}

fn modify(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_nat_gateway_attribute_as(&arguments.required("NatGatewayId")?.into(), &|before| {
        Ok(ModifyNatGatewayAttributeRequest {
            name: arguments.given("Name"),
            description: arguments.given("Description"),
            configuration: Some(
                StoredParameters::read(&before.request.configuration).with(arguments, &STORED_PARAMETERS).write(),
            ),
            ..ModifyNatGatewayAttributeRequest::default()
        })
    })?;
    Ok(json!({}))
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_nat_gateway(&DeleteNatGatewayRequest {
        nat_gateway_id: arguments.required("NatGatewayId")?.into(),
        force: arguments.flag("Force")?.unwrap_or(false),
    })?;
    Ok(json!({}))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_nat_gateways(&DescribeNatGatewaysRequest {
        nat_gateway_ids: arguments.id("NatGatewayId").map(|id| [id].into()),
        vpc_id: arguments.id("VpcId"),
        vswitch_id: arguments.id("VSwitchId"),
        name: arguments.owned("Name"),
        tags: arguments.tags("Tag"),
    })?;
    let shown: Result<Vec<Json>> = found.iter().map(|gateway| gateway_json(cloud, gateway)).collect();
    page::page(arguments, "NatGateways", "NatGateway", shown?)
}

fn the_gateway(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<NatGateway> {
    let id = arguments.required("NatGatewayId")?;
    let found = cloud.describe_nat_gateways(&DescribeNatGatewaysRequest {
        nat_gateway_ids: Some([id.into()].into()),
        ..DescribeNatGatewaysRequest::default()
    })?;
    found.into_iter().next().ok_or_else(|| {
        let message = format!("There is no NAT gateway `{id}` in `{}`.", cloud.region());
        CloudError::new(codes::INVALID_NAT_GATEWAY_NOT_FOUND, message)
    })
}

/// One gateway. Its lists are plain here, unlike those of the listing.
fn describe_attribute(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let gateway = the_gateway(cloud, arguments)?;
    let mut json = gateway_json(cloud, &gateway)?;
    json["SnatTable"] = json!({ "SnatTableId": gateway.snat_table_id });
    json["ForwardTable"] = json!({ "ForwardTableId": gateway.forward_table_id });
    json["IpList"] = json["IpLists"]["IpList"].clone();
    Ok(json)
}

fn gateway_json(cloud: &SimCloud, gateway: &NatGateway) -> Result<Json> {
    let kept = StoredParameters::read(&gateway.request.configuration);
    let addresses = cloud.describe_eip_addresses(&DescribeEipAddressesRequest {
        instance_id: Some(gateway.nat_gateway_id.to_string()),
        ..DescribeEipAddressesRequest::default()
    })?;
    let addresses = addresses.iter().map(|address| {
        json!({
            "AllocationId": address.allocation_id.as_str(),
            "IpAddress": address.ip_address.to_string(),
            "UsingStatus": "Idle",
        })
    });
    Ok(json!({
        "NatGatewayId": gateway.nat_gateway_id.as_str(),
        "RegionId": cloud.region().as_str(),
        "VpcId": gateway.vpc_id.as_str(),
        "Status": "Available",
        "BusinessStatus": "Normal",
        "Name": gateway.request.name.as_deref().unwrap_or_default(),
        "Description": gateway.request.description.as_deref().unwrap_or_default(),
        "DeletionProtection": gateway.request.deletion_protection,
        "NatType": kept.text("NatType").unwrap_or("Enhanced"),
        "NetworkType": kept.text("NetworkType").unwrap_or("internet"),
        "Spec": kept.text("Spec").unwrap_or_default(),
        "InstanceChargeType": kept.text("InstanceChargeType").unwrap_or("PostPaid"),
        "InternetChargeType": kept.text("InternetChargeType").unwrap_or("PayByLcu"),
        "EipBindMode": kept.text("EipBindMode").unwrap_or("MULTI_BINDED"),
        "NatGatewayPrivateInfo": {
            "VswitchId": gateway.vswitch_id.as_str(),
            "PrivateIpAddress": gateway.private_ip.to_string(),
        },
        "SnatTableIds": list("SnatTableId", [gateway.snat_table_id.as_str().into()]),
        "ForwardTableIds": list("ForwardTableId", [gateway.forward_table_id.as_str().into()]),
        "IpLists": list("IpList", addresses),
        "CreationTime": gateway.create_time.to_string(),
        "Tags": tags(&gateway.request.tags),
    }))
}

fn create_snat_entry(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let entry = cloud.create_snat_entry(&CreateSnatEntryRequest {
        snat_table_id: arguments.required("SnatTableId")?.to_owned(),
        source_vswitch_id: arguments.id("SourceVSwitchId"),
        source_cidr: arguments.owned("SourceCIDR"),
        snat_ip: arguments.required("SnatIp")?.to_owned(),
        name: arguments.owned("SnatEntryName"),
        configuration: String::new(),
    })?;
    Ok(json!({ "SnatEntryId": entry.snat_entry_id }))
}

fn modify_snat_entry(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.modify_snat_entry(&ModifySnatEntryRequest {
        snat_entry_id: arguments.required("SnatEntryId")?.to_owned(),
        snat_ip: arguments.owned("SnatIp"),
        name: arguments.given("SnatEntryName"),
        configuration: None,
    })?;
    Ok(json!({}))
}

fn delete_snat_entry(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    cloud.delete_snat_entry(arguments.required("SnatEntryId")?)?;
    Ok(json!({}))
}

fn describe_snat_entries(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_snat_table_entries(&DescribeSnatTableEntriesRequest {
        snat_table_id: arguments.owned("SnatTableId"),
        snat_entry_id: arguments.owned("SnatEntryId"),
    })?;
    page::page(arguments, "SnatTableEntries", "SnatTableEntry", found.iter().map(snat_json).collect())
}

fn snat_json(entry: &SnatEntry) -> Json {
    json!({
        "SnatEntryId": entry.snat_entry_id,
        "SnatTableId": entry.request.snat_table_id,
        "NatGatewayId": entry.nat_gateway_id.as_str(),
        "SnatIp": entry.request.snat_ip,
        "SourceCIDR": entry.source_cidr,
        "SourceVSwitchId": entry.request.source_vswitch_id.as_ref().map(crate::base::VSwitchId::as_str).unwrap_or_default(),
        "SnatEntryName": entry.request.name.as_deref().unwrap_or_default(),
        "Status": "Available",
    })
}
