//! Disks and where they are attached.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::base::collect::IntoOrdered;
use crate::base::{DiskId, InstanceId, RegionId, Time, ZoneId, api_enum};
use crate::catalogue::DiskCategory;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateDiskRequest {
    /// Absent with an instance: the disk lies in the zone of that.
    pub zone_id: Option<ZoneId>,
    /// Where the disk is attached when it is made.
    pub instance_id: Option<InstanceId>,
    /// Absent: [`Self::DEFAULT_CATEGORY`].
    pub category: Option<String>,
    /// In GiB; required unless the disk is made from a snapshot.
    pub size: Option<u32>,
    pub snapshot_id: Option<String>,
    /// Of `cloud_essd`, for which it is `PL1` if absent.
    pub performance_level: Option<String>,
    pub name: Option<String>,
    pub description: Option<String>,
    /// Whether the disk is deleted when the instance that it is attached to ends (W11).
    pub delete_with_instance: bool,
    pub tags: Tags,
    /// ASCII, at most 64 characters.
    pub client_token: Option<String>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

impl CreateDiskRequest {
    /// The category of a disk whose request names none.
    pub const DEFAULT_CATEGORY: DiskCategory = DiskCategory::CloudEfficiency;
}

/// What to change about a disk; absent members stay as they are, an empty text takes away what there was.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDiskRequest {
    pub disk_id: Option<DiskId>,
    /// In GiB: a disk only grows.
    pub size: Option<u32>,
    pub category: Option<String>,
    pub performance_level: Option<String>,
    /// Another instance of the zone, to which the disk moves.
    pub instance_id: Option<InstanceId>,
    pub name: Option<String>,
    pub description: Option<String>,
    pub delete_with_instance: Option<bool>,
    pub tags: Option<Tags>,
    pub configuration: Option<String>,
}

/// Absent members match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeDisksRequest {
    pub disk_ids: Option<BTreeSet<DiskId>>,
    pub instance_id: Option<InstanceId>,
    pub zone_id: Option<ZoneId>,
    pub category: Option<String>,
    pub status: Option<DiskStatus>,
    pub name: Option<String>,
    /// All of these.
    pub tags: Tags,
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct AttachDiskRequest {
    pub disk_id: Option<DiskId>,
    pub instance_id: Option<InstanceId>,
    /// Absent: as the disk itself says.
    pub delete_with_instance: Option<bool>,
    /// The request as its author wrote it, opaque here; returned by describe.
    pub configuration: String,
}

/// What to change about an attachment; absent members stay as they are.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ModifyDiskAttachmentRequest {
    pub disk_id: Option<DiskId>,
    pub instance_id: Option<InstanceId>,
    pub delete_with_instance: Option<bool>,
    pub configuration: Option<String>,
}

api_enum! {
    /// What a disk is doing.
    pub enum DiskStatus {
        Available,
        InUse = "In_use",
    }
}

/// Where a disk is attached.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskAttachment {
    pub instance_id: InstanceId,
    /// How the instance names it: `/dev/xvdb`.
    pub device: String,
    pub attach_time: Time,
    /// Beats what the disk itself says.
    pub delete_with_instance: Option<bool>,
    /// The request to attach it as its author wrote it, opaque here; empty if the disk was made attached.
    pub configuration: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Disk {
    pub disk_id: DiskId,
    pub region_id: RegionId,
    pub zone_id: ZoneId,
    pub category: DiskCategory,
    /// In GiB.
    pub size: u32,
    /// `None` unless the category is `cloud_essd`.
    pub performance_level: Option<String>,
    /// Whether it is deleted when the instance that it is attached to ends.
    pub delete_with_instance: bool,
    pub status: DiskStatus,
    pub attachment: Option<DiskAttachment>,
    pub create_time: Time,
    /// The request with later changes.
    pub request: CreateDiskRequest,
}

/// A disk that an instance has from the beginning and that ends with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnDisk {
    pub disk_id: DiskId,
    pub instance_id: InstanceId,
    pub zone_id: ZoneId,
    pub category: String,
    /// In GiB.
    pub size: u32,
    /// How the instance names it; the system disk is `/dev/xvda`.
    pub device: String,
    pub create_time: Time,
    /// What the launch and later calls said of it without effect, by member.
    pub without_effect: Tags,
    /// What stands before such a member in the request of the instance: `DataDisk.1.`; empty where the instance was not
    /// launched by itself, so that nothing is kept.
    pub member_prefix: String,
}

impl OwnDisk {
    /// Whether the instance starts from it.
    #[must_use]
    pub fn is_system_disk(&self) -> bool {
        self.device == "/dev/xvda"
    }

    /// What stands before the key of a tag in the name of a member.
    pub const TAG_PREFIX: &str = "Tag.";

    /// Those that calls gave it.
    #[must_use]
    pub fn tags(&self) -> Tags {
        let members = self.without_effect.iter();
        members
            .filter_map(|(name, value)| Some((name.strip_prefix(Self::TAG_PREFIX)?.to_owned(), value.clone())))
            .into_map()
    }
}
