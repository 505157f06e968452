//! What is sold where, and at what price.

use serde_json::{Value as Json, json};

use super::{Action, Result, list};
use crate::base::Billing;
use crate::base::collect::IntoOrdered;
use crate::base::json::number;
use crate::catalogue::{self, DiskCategory, Vendor};
use crate::cloud::SimCloud;
use crate::cloud::model::{
    AvailableResource, AvailableStatus, AvailableZone, DescribeAvailableResourceRequest, DescribeInstanceTypesRequest,
    DescribePriceRequest, DescribeSpotPriceHistoryRequest, DescribeZonesRequest, InstanceTypeInfo, Region, SpotPrice,
    SpotStrategy, Zone,
};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("DescribeAvailableResource", available_resource),
    ("DescribeInstanceTypes", instance_types),
    ("DescribePrice", price),
    ("DescribeRegions", regions),
    ("DescribeSpotPriceHistory", spot_price_history),
    ("DescribeZones", zones),
];

fn regions(cloud: &SimCloud, _: &Arguments<'_>) -> Result<Json> {
    let json = |region: &Region| {
        json!({
            "RegionId": region.region_id.as_str(),
            "LocalName": region.local_name,
            "RegionEndpoint": format!("ecs.{}.aliyuncs.com", region.region_id),
            "Status": "available",
        })
    };
    let found = cloud.describe_regions()?;
    let is_own = |region: &&Region| {
        catalogue::region(region.region_id.as_str()).is_some_and(|known| known.vendors.contains(&Vendor::Alibaba))
    };
    Ok(json!({ "Regions": list("Region", found.iter().filter(is_own).map(json)) }))
}

fn zones(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let strategy = arguments.choice::<SpotStrategy>("SpotStrategy")?;
    let found = cloud.describe_zones(&DescribeZonesRequest {
        billing: strategy.map(SpotStrategy::billing).filter(|billing| *billing == Billing::Spot),
        vendor: Some(Vendor::Alibaba),
        ..DescribeZonesRequest::default()
    })?;
    Ok(json!({ "Zones": list("Zone", found.iter().map(zone_json)) }))
}

fn zone_json(zone: &Zone) -> Json {
    let types = || zone.instance_types.iter().map(|id| Json::from(id.as_str()));
    let disks = || zone.disk_categories.iter().map(|category| Json::from(category.as_str()));
    let creation = ["VSwitch", "IoOptimized", "Instance", "Disk"].map(Json::from);
    json!({
        "ZoneId": zone.zone_id.as_str(),
        "LocalName": zone.local_name,
        "ZoneType": "AvailabilityZone",
        "AvailableInstanceTypes": list("InstanceTypes", types()),
        "AvailableDiskCategories": list("DiskCategories", disks()),
        "AvailableResourceCreation": list("ResourceTypes", creation),
        "AvailableVolumeCategories": list("VolumeCategories", []),
        "AvailableDedicatedHostTypes": list("DedicatedHostType", []),
        "DedicatedHostGenerations": list("DedicatedHostGeneration", []),
        "AvailableResources": list("ResourcesInfo", [json!({
            "IoOptimized": true,
            "InstanceTypes": list("supportedInstanceType", types()),
            "SystemDiskCategories": list("supportedSystemDiskCategory", disks()),
            "DataDiskCategories": list("supportedDataDiskCategory", disks()),
            "NetworkTypes": list("supportedNetworkCategory", [Json::from("vpc")]),
            "InstanceTypeFamilies": list("supportedInstanceTypeFamily", []),
            "InstanceGenerations": list("supportedInstanceGeneration", []),
        })]),
    })
}

fn available_resource(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let destination = arguments.required("DestinationResource")?;
    let found = cloud.describe_available_resource(&DescribeAvailableResourceRequest {
        zone_id: arguments.id("ZoneId"),
        instance_type: arguments.id("InstanceType"),
        cores: arguments.number("Cores")?,
        memory: arguments.decimal("Memory")?,
        spot_strategy: arguments.choice("SpotStrategy")?.unwrap_or_default(),
        system_disk_category: arguments.choice::<DiskCategory>("SystemDiskCategory")?,
        vendor: Some(Vendor::Alibaba),
    })?;
    let zones = found.iter().filter(|zone| !zone.resources.is_empty()).map(|zone| available_zone(zone, destination));
    Ok(json!({ "AvailableZones": list("AvailableZone", zones) }))
}

fn available_zone(zone: &AvailableZone, destination: &str) -> Json {
    let mut json = json!({
        "RegionId": zone.region_id.as_str(),
        "ZoneId": zone.zone_id.as_str(),
        "Status": zone.status.name(),
        "StatusCategory": zone.status_category.name(),
    });
    if destination != "Zone" {
        let resources = if destination.ends_with("Disk") { disks(&zone.resources) } else { types(&zone.resources) };
        json["AvailableResources"] = list(
            "AvailableResource",
            [json!({
                "Type": destination,
                "SupportedResources": list("SupportedResource", resources),
            })],
        );
    }
    json
}

fn types(resources: &[AvailableResource]) -> Vec<Json> {
    let json = |resource: &AvailableResource| {
        json!({
            "Value": resource.instance_type.as_str(),
            "Status": resource.status.name(),
            "StatusCategory": resource.status_category.name(),
        })
    };
    resources.iter().map(json).collect()
}

/// The disks that any of the types takes.
fn disks(resources: &[AvailableResource]) -> Vec<Json> {
    let all: std::collections::BTreeSet<&str> =
        resources.iter().flat_map(|resource| resource.disk_categories.iter().map(String::as_str)).into_set();
    let json = |category: &str| {
        json!({
            "Value": category,
            "Status": AvailableStatus::Available.name(),
            "StatusCategory": "WithStock",
            "Min": 20,
            "Max": 32_768,
            "Unit": "GiB",
        })
    };
    all.into_iter().map(json).collect()
}

fn instance_types(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_instance_types(&DescribeInstanceTypesRequest {
        instance_types: arguments.ids("InstanceTypes"),
        family: arguments.owned("InstanceTypeFamily"),
        vendor: Some(Vendor::Alibaba),
        ..DescribeInstanceTypesRequest::default()
    })?;
    Ok(json!({
        "InstanceTypes": list("InstanceType", found.iter().map(instance_type_json)),
        "NextToken": "",
    }))
}

pub(super) fn instance_type_json(known: &InstanceTypeInfo) -> Json {
    let (gpus, gpu) = known.gpus.clone().unwrap_or_default();
    let (disks, capacity, category) = known.local_disks.clone().unwrap_or_default();
    let mut json = json!({
        "InstanceTypeId": known.instance_type.as_str(),
        "InstanceTypeFamily": known.family,
        "InstanceFamilyLevel": known.family_level,
        "CpuCoreCount": known.vcpus,
        "MemorySize": number(known.memory_gib),
        "CpuArchitecture": known.architecture,
        "GPUAmount": gpus,
        "GPUSpec": gpu,
        "EniQuantity": 2,
        "NvmeSupport": "unsupported",
        "LocalStorageCategory": category,
    });
    if disks > 0 {
        json["LocalStorageAmount"] = disks.into();
        json["LocalStorageCapacity"] = capacity.into();
    }
    if known.burstable {
        json["InitialCredit"] = (known.vcpus * 30).into();
        json["BaselineCredit"] = (known.vcpus * 10).into();
    }
    json
}

fn spot_price_history(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let found = cloud.describe_spot_price_history(&DescribeSpotPriceHistoryRequest {
        instance_type: arguments.required("InstanceType")?.into(),
        zone_id: arguments.id("ZoneId"),
        start_time: arguments.time("StartTime")?,
        end_time: arguments.time("EndTime")?,
    })?;
    let json = |price: &SpotPrice| {
        json!({
            "InstanceType": price.instance_type.as_str(),
            "ZoneId": price.zone_id.as_str(),
            "IoOptimized": "optimized",
            "NetworkType": "vpc",
            "OriginPrice": number(price.origin_price),
            "SpotPrice": number(price.spot_price),
            "Timestamp": price.timestamp.to_string(),
        })
    };
    Ok(json!({ "Currency": "CNY", "NextOffset": 0, "SpotPrices": list("SpotPriceType", found.iter().map(json)) }))
}

fn price(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let price = cloud.describe_price(&DescribePriceRequest {
        instance_type: arguments.required("InstanceType")?.into(),
        zone_id: arguments.id("ZoneId"),
        spot_strategy: arguments.choice("SpotStrategy")?.unwrap_or_default(),
        amount: arguments.number("Amount")?.unwrap_or(1),
    })?;
    Ok(json!({
        "PriceInfo": {
            "Price": {
                "OriginalPrice": number(price.original_price),
                "DiscountPrice": number(price.discount_price),
                "TradePrice": number(price.trade_price),
                "Currency": price.currency,
            },
            "Rules": list("Rule", []),
        },
    }))
}
