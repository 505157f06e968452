//! Disk categories and the named sets of them (`disk_sets.txt`).

use std::fmt;
use std::sync::LazyLock;

use super::table::rows;

/// A disk category; a pool's categories are listed in this order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiskCategory {
    Cloud,
    CloudEfficiency,
    CloudSsd,
    CloudEssd,
    CloudAuto,
    CloudEssdEntry,
    CloudRegionalDiskAuto,
    ElasticEphemeralDiskStandard,
    ElasticEphemeralDiskPremium,
    EphemeralSsd,
}

impl DiskCategory {
    pub const ALL: [Self; 10] = [
        Self::Cloud,
        Self::CloudEfficiency,
        Self::CloudSsd,
        Self::CloudEssd,
        Self::CloudAuto,
        Self::CloudEssdEntry,
        Self::CloudRegionalDiskAuto,
        Self::ElasticEphemeralDiskStandard,
        Self::ElasticEphemeralDiskPremium,
        Self::EphemeralSsd,
    ];

    /// The category of a system disk that a request leaves open (N3).
    pub const DEFAULT_SYSTEM: Self = Self::CloudEfficiency;

    /// The API's name: `cloud_essd`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Cloud => "cloud",
            Self::CloudEfficiency => "cloud_efficiency",
            Self::CloudSsd => "cloud_ssd",
            Self::CloudEssd => "cloud_essd",
            Self::CloudAuto => "cloud_auto",
            Self::CloudEssdEntry => "cloud_essd_entry",
            Self::CloudRegionalDiskAuto => "cloud_regional_disk_auto",
            Self::ElasticEphemeralDiskStandard => "elastic_ephemeral_disk_standard",
            Self::ElasticEphemeralDiskPremium => "elastic_ephemeral_disk_premium",
            Self::EphemeralSsd => "ephemeral_ssd",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.name() == name)
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
            let category = DiskCategory::named(text);
            categories.push(category.unwrap_or_else(|| row.fail(&format!("`{text}` is not a disk category"))));
        }
        categories.sort_unstable();
        sets.push((name, categories));
    }
    sets
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back() {
        for category in DiskCategory::ALL {
            assert_eq!(DiskCategory::named(category.name()), Some(category));
        }
        assert_eq!(DiskCategory::named("gp3"), None);
    }

    #[test]
    fn exactly_the_system_disks_have_system_sizes() {
        for category in DiskCategory::ALL {
            assert_eq!(category.is_system(), category.system_gib().is_some(), "{category}");
        }
    }
}
