//! Disk categories and the named sets of them (`disk_sets.txt`).

use std::fmt;
use std::sync::LazyLock;

use super::table::rows;
use crate::base::order::Order;
use crate::base::{ApiEnum, api_enum};

api_enum! {
    /// A disk category; a pool's categories are listed in this order.
    pub enum DiskCategory {
        Cloud = "cloud",
        CloudEfficiency = "cloud_efficiency",
        CloudSsd = "cloud_ssd",
        CloudEssd = "cloud_essd",
        CloudAuto = "cloud_auto",
        CloudEssdEntry = "cloud_essd_entry",
        CloudRegionalDiskAuto = "cloud_regional_disk_auto",
        ElasticEphemeralDiskStandard = "elastic_ephemeral_disk_standard",
        ElasticEphemeralDiskPremium = "elastic_ephemeral_disk_premium",
        EphemeralSsd = "ephemeral_ssd",
    }
}

impl DiskCategory {
    /// The category of a system disk that a request leaves open (N3).
    pub const DEFAULT_SYSTEM: Self = Self::CloudEfficiency;

    /// The categories that a disk may have: those that can hold a system if it has to.
    pub fn fit_for(system: bool) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |category| !system || category.is_system())
    }

    /// Whether the category can be a system disk; every category can be a data disk.
    #[must_use]
    pub const fn is_system(self) -> bool {
        matches!(
            self,
            Self::Cloud
                | Self::CloudEfficiency
                | Self::CloudSsd
                | Self::CloudEssd
                | Self::CloudAuto
                | Self::CloudEssdEntry
        )
    }

    /// The smallest and the largest system disk in GiB, over all performance levels; `None` if it cannot be one.
    #[must_use]
    pub const fn system_gib(self) -> Option<(u32, u32)> {
        match self {
            Self::Cloud => Some((20, 500)),
            Self::CloudEfficiency | Self::CloudSsd | Self::CloudEssdEntry => Some((20, 2_048)),
            Self::CloudEssd | Self::CloudAuto => Some((1, 2_048)),
            _ => None,
        }
    }

    /// The smallest and the largest data disk in GiB, over all performance levels; `None` if none are published.
    #[must_use]
    pub const fn data_gib(self) -> Option<(u32, u32)> {
        match self {
            Self::Cloud => Some((5, 2_000)),
            Self::CloudEfficiency | Self::CloudSsd => Some((20, 32_768)),
            Self::CloudEssd | Self::CloudAuto => Some((1, 65_536)),
            Self::CloudEssdEntry => Some((10, 32_768)),
            Self::EphemeralSsd => Some((5, 800)),
            _ => None,
        }
    }

    /// Whether a disk of this category and performance level can become one of another in place, as the service's
    /// `ModifyDiskSpec` allows it.
    #[must_use]
    pub fn can_become(self, to: Self, to_level: Option<&str>) -> bool {
        match self {
            Self::CloudEfficiency => to != Self::Cloud,
            Self::CloudSsd | Self::CloudEssd => to == Self::CloudEssd && to_level != Some("PL0"),
            _ => false,
        }
    }
}

/// The level of a `cloud_essd` data disk that a request leaves open.
pub const DEFAULT_PERFORMANCE_LEVEL: &str = "PL1";

/// The smallest disk of a performance level of `cloud_essd`, in GiB; `None`: no such level.
#[must_use]
pub fn smallest_gib_of_level(level: &str) -> Option<u32> {
    match level {
        "PL0" => Some(1),
        "PL1" => Some(20),
        "PL2" => Some(461),
        "PL3" => Some(1_261),
        _ => None,
    }
}

impl fmt::Display for DiskCategory {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// The categories of a named set, in the order of [`DiskCategory`].
pub(super) fn disk_set(name: &str) -> Option<&'static [DiskCategory]> {
    SETS.iter().find(|(set, _)| *set == name).map(|(_, categories)| categories.as_slice())
}

static SETS: LazyLock<Vec<(&'static str, Vec<DiskCategory>)>> = LazyLock::new(|| {
    let mut sets = Vec::new();
    for mut row in rows("disk_sets.txt", include_str!("disk_sets.txt")) {
        let name = row.column();
        let mut categories = Vec::new();
        while let Some(text) = row.next_column() {
            let category = DiskCategory::parse(text);
            categories.push(category.unwrap_or_else(|_| row.fail(&format!("`{text}` is not a disk category"))));
        }
        categories.order();
        sets.push((name, categories));
    }
    sets
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exactly_the_system_disks_have_system_sizes() {
        for category in DiskCategory::ALL {
            assert_eq!(category.is_system(), category.system_gib().is_some(), "{category}");
        }
    }
}
