//! Instances that are launched by themselves, one or several in a call, and what is done to one later.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::modification::modifiable_request;
use super::{Instance, SpotStrategy, Tags, text};
use crate::base::{
    Billing, Decimal, ImageId, InstanceId, InstanceTypeName, KeyPairName, LaunchTemplateId, NetworkInterfaceId,
    ReservationId, SecurityGroupId, Time, VSwitchId, VpcId, ZoneId, api_enum,
};

modifiable_request! {
    /// One instance of one type in one zone (O1).
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub struct LaunchInstanceRequest {
        /// What the launch template says where this request says nothing (O2).
        pub launch_template: Option<TemplateChoice>,
        /// Absent together with `vswitch_id`: the zone with most free instances (R18).
        pub zone_id: Option<ZoneId>,
        [modify]
        pub vswitch_id: Option<VSwitchId>,
        /// Absent: the next free address of the vSwitch (N1).
        [modify]
        pub private_ip: Option<Ipv4Addr>,
        [modify]
        pub instance_type: Option<InstanceTypeName>,
        [modify]
        pub image_id: Option<ImageId>,
        /// Empty: the group `default` (N2).
        [modify]
        pub security_group_ids: BTreeSet<SecurityGroupId>,
        /// Absent: the instance's id.
        [modify]
        pub instance_name: Option<String>,
        [modify]
        pub key_name: Option<KeyPairName>,
        /// As its author sealed it, opaque here; returned with the metadata of the instance.
        [modify]
        pub password: Option<String>,
        /// Raw bytes, at most [`MAX_USER_DATA_BYTES`](crate::base::limits::MAX_USER_DATA_BYTES).
        #[serde(with = "text::optional_bytes")]
        [modify]
        pub user_data: Option<Vec<u8>>,
        /// Describe operations do not show the user data.
        [modify]
        pub hides_user_data: bool,
        /// In Mbit/s. Above 0 the instance has a public address.
        [modify]
        pub internet_max_bandwidth_out: Option<u32>,
        pub spot_strategy: SpotStrategy,
        /// Needed with `SpotWithPriceLimit`, and only there.
        #[serde(with = "text::optional_decimal")]
        pub spot_price_limit: Option<Decimal>,
        /// Hours in which the market does not reclaim a spot instance; absent: 1. More than 1 protects for one hour (W6).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub spot_duration: Option<u32>,
        /// A reclaimed instance stays, stopped (O5).
        [modify]
        pub stops_on_reclaim: bool,
        /// Absent: `cloud_efficiency` if the pool takes it, else the first it takes (N3).
        pub system_disk_category: Option<String>,
        /// In GiB; absent: [`Self::DEFAULT_SYSTEM_DISK_SIZE`].
        [modify]
        pub system_disk_size: Option<u32>,
        [modify]
        pub data_disks: Vec<DataDisk>,
        /// Those beside the primary one (N10).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        pub network_interfaces: Vec<LaunchInterface>,
        [modify]
        pub tags: Tags,
        [modify]
        pub power: Power,
        [modify]
        pub stopped_mode: StoppedMode,
        /// Kept.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        [modify]
        pub description: Option<String>,
        /// Kept; a call can attach another one where it is absent (N11).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        [modify]
        pub role_name: Option<String>,
        /// The instance cannot be deleted (O6).
        [modify]
        pub deletion_protection: bool,
        /// Only checked, never launched: `DryRunOperation` says that it would be (O1).
        pub dry_run: bool,
        /// ASCII, at most 64 characters; absent: derived (W2).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub client_token: Option<String>,
        /// The launch of several instances that it is one of, and its index in it (O7).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub launch: Option<LaunchPlace>,
        /// What nothing in the simulation depends on, kept so that requests that differ in it have different ids (W3).
        pub without_effect: Tags,
        /// The request as its author wrote it, opaque here; returned by describe.
        [modify]
        pub configuration: String,
    }

    /// What to modify about an instance that was launched by itself.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ModifyInstanceRequest {
        pub instance_id: Option<InstanceId>,
        /// Overwrites these members of what has no effect.
        pub without_effect: Tags,
    }
}

impl LaunchInstanceRequest {
    /// In GiB; a larger image has a larger one.
    pub const DEFAULT_SYSTEM_DISK_SIZE: u32 = 40;
}

/// The index of an instance in the launch that made it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct LaunchPlace {
    pub reservation_id: ReservationId,
    pub launch_index: u32,
}

/// `RunInstances` over the wire APIs: one image, one type, one zone (O7).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct LaunchInstancesRequest {
    pub instance: LaunchInstanceRequest,
    /// At least 1.
    pub min_count: u32,
    /// At least `min_count`.
    pub max_count: u32,
}

/// A launch template by its id or by its name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateChoice {
    /// Absent: the template of the name.
    pub launch_template_id: Option<LaunchTemplateId>,
    pub launch_template_name: Option<String>,
    /// Absent: the template's default version.
    pub version: Option<u32>,
}

/// A data disk that lives and dies with its instance.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct DataDisk {
    /// Absent: as for a system disk that a request leaves open (N3).
    pub category: Option<String>,
    /// In GiB.
    pub size: u32,
}

/// A network interface that an instance is launched with beside its primary one: one that exists, or one that is made for
/// it (N10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct LaunchInterface {
    /// Absent: one is made. Excludes the other members.
    pub network_interface_id: Option<NetworkInterfaceId>,
    /// Of the one that is made; absent: that of the instance.
    pub vswitch_id: Option<VSwitchId>,
    /// Of the one that is made; empty: those of the instance.
    pub security_group_ids: BTreeSet<SecurityGroupId>,
}

api_enum! {
    /// Whether an instance is to run.
    pub enum Power: default Running {
        Running,
        Stopped,
    }
}

api_enum! {
    /// What a stopped instance keeps.
    pub enum StoppedMode: default KeepCharging {
        KeepCharging => "keeps its place in the pool, unless it is a spot instance",
        StopCharging => "gives it back",
        NotApplicable = "Not-applicable" => "is what a running instance has",
    }
}

/// What an instance that was launched by itself shows beside what every instance does.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SingleInstanceDetails {
    pub system_disk_id: String,
    /// In GiB.
    pub system_disk_size: u32,
    /// Those that it was launched with, the first one as `/dev/xvdb`.
    pub data_disks: Vec<DataDisk>,
    /// In Mbit/s.
    pub internet_max_bandwidth_out: u32,
    pub description: Option<String>,
    /// As its launch said it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub spot_duration: Option<u32>,
    #[serde(default)]
    pub deletion_protection: bool,
    /// What it keeps if it is stopped.
    #[serde(default)]
    pub stopped_mode: StoppedMode,
    /// What its launch said that nothing in the simulation depends on.
    #[serde(default)]
    pub without_effect: Tags,
}

/// A network interface that an instance was launched with beside its primary one, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchedInterface {
    pub network_interface_id: NetworkInterfaceId,
    /// `None` if the interface is gone.
    pub vswitch_id: Option<VSwitchId>,
    pub security_group_ids: BTreeSet<SecurityGroupId>,
}

/// An instance that was launched by itself, as it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SingleInstance {
    pub instance: Instance,
    /// `None` if its vSwitch is gone.
    pub vpc_id: Option<VpcId>,
    /// Number of its vCPUs.
    pub vcpus: u32,
    pub memory_gib: Decimal,
    pub system_disk_id: String,
    /// In GiB.
    pub system_disk_size: u32,
    /// Of the primary one.
    pub network_interface_id: String,
    /// Those of its request, in its order.
    pub network_interfaces: Vec<LaunchedInterface>,
    /// The role that it was launched with, or that a call attached (N11).
    pub role_name: Option<String>,
    pub create_time: Time,
    /// What the caller should know although the call succeeded (R22).
    pub warnings: Vec<String>,
    /// The request with later changes, and with what its launch template said.
    pub request: LaunchInstanceRequest,
}

/// Which of the instances that were launched by themselves to list; absent filters match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeSingleInstancesRequest {
    /// Ids that do not exist are simply not in the reply.
    pub instance_ids: Option<BTreeSet<InstanceId>>,
    pub zone_id: Option<ZoneId>,
    pub instance_type: Option<InstanceTypeName>,
    /// Instances that carry all of these.
    pub tags: Tags,
}

/// What the launch of equal instances would meet now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceForecast {
    pub zone_id: ZoneId,
    pub vswitch_id: VSwitchId,
    pub instance_type: InstanceTypeName,
    pub hourly_price: Decimal,
    /// How many there is room for, those included that are there already.
    pub free: u32,
    /// `None` if all of them would be launched.
    pub refusal: Option<LaunchRefusal>,
    /// Pools that have as many, where the one that is asked for has not.
    pub would_fit: Vec<PoolFit>,
}

/// Why a launch would be refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LaunchRefusal {
    pub code: String,
    pub message: String,
}

/// A pool that could be used instead.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PoolFit {
    pub instance_type: InstanceTypeName,
    pub zone_id: ZoneId,
    pub billing: Billing,
    /// Instances that it has free.
    pub free: u32,
}
