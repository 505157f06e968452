//! Instance types, and where they are offered: never whether there is stock, as in the service.

use std::collections::BTreeSet;

use super::filters::{Filters, one};
use super::page::Page;
use super::xml::Xml;
use super::{Action, Result, ids};
use crate::base::Decimal;
use crate::base::collect::IntoOrdered;
use crate::catalogue::{self, InstanceType, Vendor};
use crate::cloud::model::{DescribeInstanceTypesRequest, InstanceTypeInfo, Tags};
use crate::cloud::{CloudError, SimCloud};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("DescribeInstanceTypeOfferings", describe_offerings), ("DescribeInstanceTypes", describe)];

/// The types that the region sells, by name.
///
/// # Errors
/// The world cannot be read, or a fault of the scenario.
pub(super) fn sold(cloud: &SimCloud) -> Result<Vec<InstanceTypeInfo>> {
    let mut found = cloud.describe_instance_types(&DescribeInstanceTypesRequest {
        vendor: Some(Vendor::Ec2),
        ..DescribeInstanceTypesRequest::default()
    })?;
    found.retain(|info| info.on_sale && !info.zone_ids.is_empty());
    Ok(found)
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    const NAMES: [&str; 13] = [
        "bare-metal",
        "burstable-performance-supported",
        "current-generation",
        "free-tier-eligible",
        "hypervisor",
        "instance-storage-supported",
        "instance-type",
        "memory-info.size-in-mib",
        "processor-info.supported-architecture",
        "supported-usage-class",
        "supported-virtualization-type",
        "vcpu-info.default-cores",
        "vcpu-info.default-vcpus",
    ];
    let filters = Filters::read(arguments, &NAMES)?;
    let wanted: BTreeSet<&str> = arguments.texts("InstanceType").into_iter().into_set();
    let mut found = sold(cloud)?;
    let missing: Vec<&str> =
        wanted.iter().copied().filter(|name| found.iter().all(|info| info.instance_type.as_str() != *name)).collect();
    if !missing.is_empty() {
        let message = format!("The following supplied instance types do not exist: [{}]", missing.join(", "));
        return Err(CloudError::new("InvalidInstanceType", message));
    }
    found.retain(|info| {
        (wanted.is_empty() || wanted.contains(info.instance_type.as_str()))
            && filters.match_object(&Tags::new(), |name| values(info, name))
    });
    let page = Page::of(arguments, found)?;
    Ok(Xml::of(|xml| {
        xml.list("instanceTypeSet", &page.items, write);
        page.write_token(xml);
    }))
}

fn known(info: &InstanceTypeInfo) -> Option<&'static InstanceType> {
    catalogue::instance_type(info.instance_type.as_str())
}

fn architecture(info: &InstanceTypeInfo) -> &'static str {
    known(info).map_or("x86_64", |known| known.family.architecture.name())
}

fn memory_mib(info: &InstanceTypeInfo) -> Decimal {
    (info.memory_gib * Decimal::from(1024)).trunc().normalize()
}

/// Two threads a core, but for Arm and the smallest.
fn cores(info: &InstanceTypeInfo) -> u32 {
    if architecture(info) == "arm64" { info.vcpus } else { (info.vcpus / 2).max(1) }
}

fn is_bare_metal(info: &InstanceTypeInfo) -> bool {
    info.instance_type.as_str().contains(".metal")
}

/// The generation is the first number in the name; facts of the service.
fn is_current(info: &InstanceTypeInfo) -> bool {
    let generation =
        info.instance_type.as_str().chars().find(char::is_ascii_digit).and_then(|digit| digit.to_digit(10));
    generation.is_some_and(|generation| generation >= 4)
        || ["t2", "t3", "p3", "d3", "i3", "g3"].contains(&info.family.as_str())
}

fn values(info: &InstanceTypeInfo, name: &str) -> Vec<String> {
    match name {
        "bare-metal" => one(is_bare_metal(info)),
        "burstable-performance-supported" => one(info.burstable),
        "current-generation" => one(is_current(info)),
        "free-tier-eligible" => one(is_free(info)),
        "hypervisor" => one(hypervisor(info)),
        "instance-storage-supported" => one(info.local_disks.is_some()),
        "instance-type" => one(&info.instance_type),
        "memory-info.size-in-mib" => one(memory_mib(info)),
        "processor-info.supported-architecture" => one(architecture(info)),
        "supported-usage-class" => vec!["on-demand".to_owned(), "spot".to_owned()],
        "vcpu-info.default-cores" => one(cores(info)),
        "vcpu-info.default-vcpus" => one(info.vcpus),
        _ => one("hvm"),
    }
}

fn is_free(info: &InstanceTypeInfo) -> bool {
    ["t2.micro", "t3.micro"].contains(&info.instance_type.as_str())
}

fn hypervisor(info: &InstanceTypeInfo) -> &'static str {
    if ["t1", "t2", "m1", "m2", "m3", "m4", "c1", "c3", "c4", "r3", "r4"].contains(&info.family.as_str()) {
        "xen"
    } else {
        "nitro"
    }
}

fn write(xml: &mut Xml, info: &InstanceTypeInfo) {
    xml.text("instanceType", info.instance_type.as_str());
    xml.value("currentGeneration", is_current(info));
    xml.value("freeTierEligible", is_free(info));
    xml.texts("supportedUsageClasses", ["on-demand", "spot"]);
    xml.texts("supportedRootDeviceTypes", ["ebs"]);
    xml.texts("supportedVirtualizationTypes", ["hvm"]);
    xml.value("bareMetal", is_bare_metal(info));
    xml.text("hypervisor", hypervisor(info));
    xml.within("processorInfo", |xml| xml.texts("supportedArchitectures", [architecture(info)]));
    xml.within("vCpuInfo", |xml| {
        xml.value("defaultVCpus", info.vcpus);
        xml.value("defaultCores", cores(info));
        xml.value("defaultThreadsPerCore", info.vcpus / cores(info).max(1));
    });
    xml.within("memoryInfo", |xml| xml.value("sizeInMiB", memory_mib(info)));
    xml.value("instanceStorageSupported", info.local_disks.is_some());
    if let Some((count, gib_each, category)) = &info.local_disks {
        xml.within("instanceStorageInfo", |xml| {
            xml.value("totalSizeInGB", u64::from(*count) * u64::from(*gib_each));
            xml.list("disks", [()], |xml, ()| {
                xml.value("sizeInGB", gib_each);
                xml.value("count", count);
                xml.text("type", if category.contains("hdd") { "hdd" } else { "ssd" });
            });
        });
    }
    xml.within("ebsInfo", |xml| {
        xml.text("ebsOptimizedSupport", "default");
        xml.text("encryptionSupport", "supported");
        xml.text("nvmeSupport", if hypervisor(info) == "nitro" { "required" } else { "unsupported" });
    });
    xml.within("networkInfo", |xml| {
        xml.value("ipv6Supported", true);
        xml.text("enaSupport", if hypervisor(info) == "nitro" { "required" } else { "supported" });
    });
    if let Some((count, model)) = &info.gpus {
        xml.within("gpuInfo", |xml| {
            xml.list("gpus", [()], |xml, ()| {
                let (manufacturer, name) = model.split_once('-').unwrap_or(("NVIDIA", model));
                xml.text("name", name);
                xml.text("manufacturer", manufacturer);
                xml.value("count", count);
            });
        });
    }
    xml.within("placementGroupInfo", |xml| xml.texts("supportedStrategies", ["partition", "spread"]));
    xml.value("hibernationSupported", false);
    xml.value("burstablePerformanceSupported", info.burstable);
    xml.value("dedicatedHostsSupported", false);
    xml.value("autoRecoverySupported", true);
    xml.texts("supportedBootModes", [if architecture(info) == "arm64" { "uefi" } else { "legacy-bios" }]);
}

fn describe_offerings(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &["instance-type", "location"])?;
    let location_type = arguments.text("LocationType").unwrap_or("region");
    let mut offerings: Vec<(String, String)> = Vec::new();
    for info in sold(cloud)? {
        let locations: Vec<String> = match location_type {
            "region" => vec![cloud.region().to_string()],
            "availability-zone" => info.zone_ids.iter().map(ToString::to_string).collect(),
            "availability-zone-id" => info.zone_ids.iter().map(|id| ids::zone_id(id.as_str()).to_owned()).collect(),
            "outpost" => Vec::new(),
            other => {
                let message = format!("Value ({other}) for parameter locationType is invalid.");
                return Err(CloudError::new("InvalidParameterValue", message));
            }
        };
        offerings.extend(locations.into_iter().map(|location| (info.instance_type.to_string(), location)));
    }
    offerings.retain(|(instance_type, location)| {
        filters.match_object(&Tags::new(), |name| if name == "location" { one(location) } else { one(instance_type) })
    });
    let page = Page::of(arguments, offerings)?;
    Ok(Xml::of(|xml| {
        xml.list("instanceTypeOfferingSet", &page.items, |xml, (instance_type, location)| {
            xml.text("instanceType", instance_type);
            xml.text("locationType", location_type);
            xml.text("location", location);
        });
        page.write_token(xml);
    }))
}
