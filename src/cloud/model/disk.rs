//! Disks and where they are attached.

use serde::{Deserialize, Serialize};

use super::Tags;
use crate::base::ZoneId;

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct CreateDiskRequest {
    pub zone_id: Option<ZoneId>,
    /// Absent: [`Self::DEFAULT_CATEGORY`].
    pub category: Option<String>,
    /// In GiB; required unless the disk is made from a snapshot.
    pub size: Option<u32>,
    pub snapshot_id: Option<String>,
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
    pub const DEFAULT_CATEGORY: &'static str = "cloud_efficiency";
}
