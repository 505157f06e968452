//! An instance as replies have it, written without building a tree first: a client may list thousands.

use std::net::Ipv4Addr;

use serde::Serialize;
use serde_json::Value as Json;

use super::instances::status;
use super::page::Page;
use crate::base::json::number;
use crate::base::{Decimal, KeyPairName, VpcId};
use crate::catalogue;
use crate::cloud::model::{Instance, InstanceState, NetworkInterface, PlacedInstance, SpotStrategy, StoppedMode, Tags};

/// A list as replies have it, under the name of its elements.
macro_rules! named_list {
    ($($Name:ident = $singular:literal;)*) => {$(
        #[derive(Debug, Serialize)]
        pub(super) struct $Name<T> {
            #[serde(rename = $singular)]
            elements: Vec<T>,
        }

        impl<T> FromIterator<T> for $Name<T> {
            fn from_iter<I: IntoIterator<Item = T>>(elements: I) -> Self {
                Self { elements: elements.into_iter().collect() }
            }
        }
    )*};
}

named_list! {
    Addresses = "IpAddress";
    Interfaces = "NetworkInterface";
    Locks = "LockReason";
    PrivateAddresses = "PrivateIpSet";
    SecurityGroups = "SecurityGroupId";
    TagList = "Tag";
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the service has a tag under two names each")]
pub(super) struct Tag<'a> {
    tag_key: &'a str,
    tag_value: &'a str,
    key: &'a str,
    value: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct CpuOptions {
    core_count: u32,
    threads_per_core: u32,
    numa: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct VpcAttributes<'a> {
    vpc_id: &'a str,
    #[serde(rename = "VSwitchId")]
    vswitch_id: &'a str,
    nat_ip_address: &'static str,
    private_ip_address: Addresses<Ipv4Addr>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct EipAddress {
    allocation_id: &'static str,
    ip_address: String,
    bandwidth: u32,
    internet_charge_type: &'static str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_field_names, reason = "the members are named as in the service's replies")]
struct MetadataOptions<'a> {
    http_endpoint: &'a str,
    http_tokens: &'a str,
    http_put_response_hop_limit: u32,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct DedicatedHostAttribute<'a> {
    dedicated_host_id: &'a str,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct ImageOptions {
    login_as_non_root: bool,
}

#[derive(Debug, Serialize)]
struct Instances<'a> {
    #[serde(rename = "Instance")]
    elements: Vec<InstanceReply<'a>>,
}

/// The reply of `DescribeInstances`.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InstancesReply<'a> {
    request_id: &'a str,
    #[serde(flatten)]
    page: &'a Page,
    instances: Instances<'a>,
}

impl<'a> InstancesReply<'a> {
    pub(super) const fn new(request_id: &'a str, page: &'a Page, elements: Vec<InstanceReply<'a>>) -> Self {
        Self { request_id, page, instances: Instances { elements } }
    }
}

/// An instance as a list has it, however it was launched.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
#[expect(clippy::struct_excessive_bools, reason = "the reply of the service has them")]
pub(super) struct InstanceReply<'a> {
    instance_id: &'a str,
    instance_name: &'a str,
    host_name: &'a str,
    description: &'a str,
    status: &'static str,
    region_id: &'a str,
    zone_id: &'a str,
    creation_time: String,
    start_time: String,
    deletion_protection: bool,
    deployment_set_id: &'a str,
    key_pair_name: &'a str,
    resource_group_id: &'a str,
    operation_locks: Locks<()>,
    tags: TagList<Tag<'a>>,
    instance_type: &'a str,
    instance_type_family: &'static str,
    cpu: u32,
    cpu_options: CpuOptions,
    #[serde(skip_serializing_if = "Option::is_none")]
    memory: Option<Json>,
    image_id: &'a str,
    #[serde(rename = "OSType")]
    os_type: &'static str,
    #[serde(rename = "OSName")]
    os_name: String,
    #[serde(rename = "OSNameEn")]
    os_name_en: String,
    io_optimized: bool,
    device_available: bool,
    instance_charge_type: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    credit_specification: Option<&'a str>,
    spot_strategy: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    spot_price_limit: Option<Json>,
    spot_duration: u32,
    stopped_mode: &'static str,
    expired_time: &'static str,
    auto_release_time: &'a str,
    recyclable: bool,
    internet_charge_type: &'a str,
    internet_max_bandwidth_in: u32,
    internet_max_bandwidth_out: u32,
    instance_network_type: &'static str,
    vpc_attributes: VpcAttributes<'a>,
    inner_ip_address: Addresses<Ipv4Addr>,
    public_ip_address: Addresses<Ipv4Addr>,
    eip_address: EipAddress,
    security_group_ids: SecurityGroups<&'a str>,
    network_interfaces: Interfaces<InterfaceReply>,
    hpc_cluster_id: &'a str,
    metadata_options: MetadataOptions<'a>,
    dedicated_host_attribute: DedicatedHostAttribute<'a>,
    image_options: ImageOptions,
}

/// A network interface as the description of its instance has it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InterfaceReply {
    #[serde(rename = "Type")]
    kind: &'static str,
    mac_address: String,
    network_interface_id: String,
    primary_ip_address: Ipv4Addr,
    private_ip_sets: PrivateAddresses<PrivateAddress>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct PrivateAddress {
    private_ip_address: Ipv4Addr,
    primary: bool,
}

impl InterfaceReply {
    fn of(interface: NetworkInterface) -> Self {
        let primary_ip_address = interface.private_ip_address;
        let all = [(primary_ip_address, true)].into_iter();
        let all = all.chain(interface.secondary_private_ip_addresses.into_iter().map(|further| (further, false)));
        Self {
            kind: if interface.is_primary { "Primary" } else { "Secondary" },
            mac_address: interface.mac_address,
            network_interface_id: interface.network_interface_id.as_str().to_owned(),
            primary_ip_address,
            private_ip_sets: all
                .map(|(private_ip_address, primary)| PrivateAddress { private_ip_address, primary })
                .collect(),
        }
    }
}

impl<'a> InstanceReply<'a> {
    pub(super) fn of(placed: &'a PlacedInstance, interfaces: Vec<NetworkInterface>) -> Self {
        let instance = &placed.instance;
        let known = catalogue::instance_type(instance.instance_type.as_str());
        let image = catalogue::image(instance.image_id.as_str());
        let os_name = image.as_ref().map(|image| image.os_name.clone()).unwrap_or_default();
        let launched = to_the_minute(instance);
        let details = placed.details.as_ref();
        let said = |name: &str| details.and_then(|details| details.without_effect.get(name)).map(String::as_str);
        let is_spot = instance.spot_strategy != SpotStrategy::NoSpot;
        Self {
            instance_id: instance.instance_id.as_str(),
            instance_name: &instance.instance_name,
            host_name: said("HostName").unwrap_or(instance.instance_id.as_str()),
            description: details.and_then(|details| details.description.as_deref()).unwrap_or_default(),
            status: status(instance.state),
            region_id: instance.region_id.as_str(),
            zone_id: instance.zone_id.as_str(),
            creation_time: launched.clone(),
            start_time: launched,
            deletion_protection: details.is_some_and(|details| details.deletion_protection),
            deployment_set_id: said("DeploymentSetId").unwrap_or_default(),
            key_pair_name: instance.key_name.as_ref().map(KeyPairName::as_str).unwrap_or_default(),
            resource_group_id: said("ResourceGroupId").unwrap_or_default(),
            operation_locks: Locks::from_iter([]),
            tags: tag_list(&instance.tags),
            instance_type: instance.instance_type.as_str(),
            instance_type_family: known.map(|known| known.family.name).unwrap_or_default(),
            cpu: known.map(|known| known.vcpus).unwrap_or_default(),
            cpu_options: CpuOptions { core_count: 0, threads_per_core: 0, numa: "" },
            memory: known.map(|known| number(known.memory_gib * Decimal::from(1024))),
            image_id: instance.image_id.as_str(),
            os_type: image.as_ref().map_or("linux", |image| image.operating_system.name()),
            os_name_en: os_name.clone(),
            os_name,
            io_optimized: true,
            device_available: true,
            instance_charge_type: said("InstanceChargeType").unwrap_or("PostPaid"),
            credit_specification: said("CreditSpecification"),
            spot_strategy: instance.spot_strategy.name(),
            spot_price_limit: instance.spot_price_limit.map(number),
            spot_duration: details.and_then(|details| details.spot_duration).unwrap_or(u32::from(is_spot)),
            stopped_mode: stopped_mode(placed).name(),
            expired_time: "2099-12-31T15:59Z",
            auto_release_time: said("AutoReleaseTime").unwrap_or_default(),
            recyclable: false,
            internet_charge_type: said("InternetChargeType").unwrap_or("PayByTraffic"),
            internet_max_bandwidth_in: said("InternetMaxBandwidthIn").and_then(|text| text.parse().ok()).unwrap_or(0),
            internet_max_bandwidth_out: details
                .map_or_else(|| u32::from(instance.public_ip.is_some()), |details| details.internet_max_bandwidth_out),
            instance_network_type: "vpc",
            vpc_attributes: VpcAttributes {
                vpc_id: placed.vpc_id.as_ref().map(VpcId::as_str).unwrap_or_default(),
                vswitch_id: instance.vswitch_id.as_str(),
                nat_ip_address: "",
                private_ip_address: instance.private_ip.into_iter().collect(),
            },
            inner_ip_address: Addresses::from_iter([]),
            public_ip_address: instance.public_ip.into_iter().collect(),
            eip_address: EipAddress {
                allocation_id: "",
                ip_address: placed.eip.map(|address| address.to_string()).unwrap_or_default(),
                bandwidth: 0,
                internet_charge_type: "",
            },
            security_group_ids: instance
                .security_group_ids
                .iter()
                .map(crate::base::id::SecurityGroupId::as_str)
                .collect(),
            hpc_cluster_id: said("HpcClusterId").unwrap_or_default(),
            metadata_options: MetadataOptions {
                http_endpoint: said("HttpEndpoint").unwrap_or("enabled"),
                http_tokens: said("HttpTokens").unwrap_or("optional"),
                http_put_response_hop_limit: said("HttpPutResponseHopLimit")
                    .and_then(|text| text.parse().ok())
                    .unwrap_or(1),
            },
            dedicated_host_attribute: DedicatedHostAttribute {
                dedicated_host_id: said("DedicatedHostId").unwrap_or_default(),
            },
            image_options: ImageOptions {
                login_as_non_root: said("ImageOptions.LoginAsNonRoot")
                    .is_some_and(|text| text.eq_ignore_ascii_case("true")),
            },
            network_interfaces: interfaces.into_iter().map(InterfaceReply::of).collect(),
        }
    }
}

/// What a stopped instance keeps; one of a group that a reclaim stopped keeps nothing.
fn stopped_mode(placed: &PlacedInstance) -> StoppedMode {
    match (placed.instance.state, &placed.details) {
        (InstanceState::Stopped, Some(details)) => details.stopped_mode,
        (InstanceState::Stopped, None) => StoppedMode::StopCharging,
        _ => StoppedMode::NotApplicable,
    }
}

fn tag_list(tags: &Tags) -> TagList<Tag<'_>> {
    tags.iter().map(|(key, value)| Tag { tag_key: key, tag_value: value, key, value }).collect()
}

/// The service leaves out the seconds.
fn to_the_minute(instance: &Instance) -> String {
    let text = instance.launch_time.to_string();
    text.get(..16).map_or(text.clone(), |minute| format!("{minute}Z"))
}
