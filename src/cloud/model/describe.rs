//! What the read-only operations are asked and what they answer.

use std::collections::BTreeSet;

use super::SpotStrategy;
use crate::base::{Billing, Decimal, ImageId, InstanceTypeName, RegionId, Time, VSwitchId, ZoneId, api_enum};
use crate::catalogue::{DiskCategory, Vendor};

/// What is available where (`DescribeAvailableResource`); absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeAvailableResourceRequest {
    pub zone_id: Option<ZoneId>,
    pub instance_type: Option<InstanceTypeName>,
    pub cores: Option<u32>,
    /// In GiB.
    pub memory: Option<Decimal>,
    /// `NoSpot` asks for pay-as-you-go stock.
    pub spot_strategy: SpotStrategy,
    /// Only pools that take this system disk.
    pub system_disk_category: Option<DiskCategory>,
    /// Only types of this service (N4).
    pub vendor: Option<Vendor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvailableZone {
    pub region_id: RegionId,
    pub zone_id: ZoneId,
    pub status: AvailableStatus,
    pub status_category: StatusCategory,
    /// Sorted by instance type.
    pub resources: Vec<AvailableResource>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AvailableResource {
    pub instance_type: InstanceTypeName,
    pub status: AvailableStatus,
    pub status_category: StatusCategory,
    /// Free instances, which only a simulator knows.
    pub stock: u32,
    /// What the market lets people have at once, those in use included.
    pub supply: u32,
    pub hourly_price: Decimal,
    pub disk_categories: Vec<String>,
}

impl AvailableResource {
    /// Whether the market has some of it, in use or free.
    #[must_use]
    pub fn is_supplied(&self) -> bool {
        self.supply > 0 && self.status_category != StatusCategory::ClosedWithoutStock
    }
}

api_enum! {
    /// Whether any instance can be launched.
    pub enum AvailableStatus {
        Available,
        SoldOut,
    }
}

api_enum! {
    /// How plentiful a pool is; the first of several counts for a zone.
    pub enum StatusCategory {
        WithStock => "(plenty)",
        ClosedWithStock => "(10 or fewer left)",
        WithoutStock => "(sold out, will be refilled)",
        ClosedWithoutStock => "(never available here)",
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeZonesRequest {
    /// Only zones that sell this type.
    pub instance_type: Option<InstanceTypeName>,
    /// Only zones in which some pool takes this disk.
    pub disk_category: Option<String>,
    /// Only zones with free stock of this billing.
    pub billing: Option<Billing>,
    /// Only zones and types of this service (N4).
    pub vendor: Option<Vendor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Zone {
    pub zone_id: ZoneId,
    pub region_id: RegionId,
    pub local_name: String,
    /// Sold here, by name.
    pub instance_types: Vec<InstanceTypeName>,
    pub disk_categories: Vec<String>,
    pub default_vswitch_id: VSwitchId,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeInstanceTypesRequest {
    pub instance_types: Option<BTreeSet<InstanceTypeName>>,
    pub zone_id: Option<ZoneId>,
    pub family: Option<String>,
    pub cores: Option<u32>,
    /// In GiB.
    pub memory: Option<Decimal>,
    /// `X86`, `Arm`, ….
    pub architecture: Option<String>,
    /// Only types of this service (N4).
    pub vendor: Option<Vendor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceTypeInfo {
    pub instance_type: InstanceTypeName,
    pub family: String,
    pub family_level: String,
    pub vcpus: u32,
    pub memory_gib: Decimal,
    pub architecture: String,
    pub burstable: bool,
    pub on_sale: bool,
    /// Zones of the region that sell it.
    pub zone_ids: Vec<ZoneId>,
    /// System and data disks that some zone of the region takes with it.
    pub disk_categories: Vec<String>,
    /// `2 * NVIDIA-T4` as (2, model).
    pub gpus: Option<(u32, String)>,
    /// Count, GiB each, category.
    pub local_disks: Option<(u32, u32, String)>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeImagesRequest {
    pub image_ids: Option<BTreeSet<ImageId>>,
    pub architecture: Option<String>,
    /// Only images that this type runs.
    pub instance_type: Option<InstanceTypeName>,
    /// Only images of this service, and those of a scenario that are of neither; one that is named is found in any case
    /// (N4).
    pub vendor: Option<Vendor>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Image {
    pub image_id: ImageId,
    pub name: String,
    pub os_name: String,
    pub os_type: String,
    pub architecture: String,
    pub size_gib: u32,
    /// `Ubuntu`, `CentOS`, `Windows-Server`.
    pub platform: String,
    /// RFC 3339.
    pub creation_time: String,
    /// `system`, `amazon`, `marketplace`, `self` (of the scenario), ….
    pub owner: String,
    /// The account that owns an image of EC2.
    pub owner_id: Option<String>,
    pub product_code: Option<String>,
}

/// At most 30 days, the service's limit (RULES.md, Other resources).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribeSpotPriceHistoryRequest {
    pub instance_type: InstanceTypeName,
    pub zone_id: Option<ZoneId>,
    /// Absent: three hours before the end.
    pub start_time: Option<Time>,
    /// Absent: now.
    pub end_time: Option<Time>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpotPrice {
    pub instance_type: InstanceTypeName,
    pub zone_id: ZoneId,
    /// The pay-as-you-go price.
    pub origin_price: Decimal,
    pub spot_price: Decimal,
    /// From when on.
    pub timestamp: Time,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DescribePriceRequest {
    pub instance_type: InstanceTypeName,
    /// Absent: the first zone that sells it.
    pub zone_id: Option<ZoneId>,
    pub spot_strategy: SpotStrategy,
    /// 1 to 1,000.
    pub amount: u32,
}

/// For one hour of all instances asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Price {
    pub original_price: Decimal,
    pub discount_price: Decimal,
    /// Original − discount.
    pub trade_price: Decimal,
    pub currency: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CallerIdentity {
    /// 12 digits from the seed.
    pub account_id: String,
    pub user_id: String,
    pub arn: String,
    pub identity_type: String,
}

/// A region of the cloud that sells what the caller's region sells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    pub region_id: RegionId,
    pub local_name: String,
    /// Whether it is the caller's.
    pub is_current: bool,
}

/// What the resources of an account are filed under.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourceGroup {
    pub id: String,
    pub name: String,
    pub display_name: String,
    pub account_id: String,
    pub status: ResourceGroupStatus,
    /// The regions in which it can be used.
    pub region_ids: Vec<RegionId>,
}

api_enum! {
    /// The state of a resource group.
    pub enum ResourceGroupStatus {
        Creating,
        Deleted,
        Deleting,
        Ok = "OK",
        PendingDelete,
    }
}
