//! Instance families: what all types of a family share (`families.txt`).

use std::sync::LazyLock;

use super::disk::{DiskCategory, disk_set};
use super::place::{Cloud, Zone};
use super::table::rows;
use crate::base::Decimal;

#[derive(Debug)]
pub struct Family {
    /// `ecs.g7`, `ecs.s6`, `m5`.
    pub name: &'static str,
    pub cloud: Cloud,
    pub architecture: Architecture,
    pub kind: ArchitectureKind,
    pub level: FamilyLevel,
    /// What types of the family take; a pool takes what its zone and its type share.
    pub disk_categories: &'static [DiskCategory],
    pub demand: Demand,
    /// Base tariff: hourly price of one vCPU.
    pub vcpu_price: Decimal,
    /// Base tariff: hourly price of one GiB.
    pub gib_price: Decimal,
    /// `every`, `large`, region ids and zone ids, comma-separated.
    sold: &'static str,
}

/// The processor: which images run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Architecture {
    X86_64,
    Arm64,
}

/// Alibaba's word for what a type is built of, the values of the filter `architectures`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ArchitectureKind {
    X86,
    Heterogeneous,
    BareMetal,
    Arm,
    SuperComputeCluster,
}

/// The values of the filter `instance_family_level`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FamilyLevel {
    /// Shared processors.
    EntryLevel,
    EnterpriseLevel,
    /// Burstable.
    CreditEntryLevel,
}

/// How sought after a family is: the market leaves the less of it, the more people want it (ours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Demand {
    /// Wanted by most people, and never below ten free instances (`rules.md` N5).
    Mainstream,
    Common,
    /// An old family that few still want.
    Quiet,
    /// Few machines exist.
    Rare,
}

impl Family {
    #[must_use]
    pub fn burstable(&self) -> bool {
        self.level == FamilyLevel::CreditEntryLevel
    }

    /// Whether the zone sells the family.
    #[must_use]
    pub fn sold_in(&self, zone: &Zone) -> bool {
        let region = zone.region;
        region.clouds.contains(&self.cloud)
            && self.sold.split(',').any(|place| match place {
                "every" => true,
                "large" => region.large,
                id => id == region.id || id == zone.id,
            })
    }
}

impl Architecture {
    /// `x86_64` or `arm64`.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::X86_64 => "x86_64",
            Self::Arm64 => "arm64",
        }
    }

    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        ARCHITECTURES.into_iter().find(|(word, _)| *word == name).map(|(_, architecture)| architecture)
    }
}

impl ArchitectureKind {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::X86 => "X86",
            Self::Heterogeneous => "Heterogeneous",
            Self::BareMetal => "BareMetal",
            Self::Arm => "Arm",
            Self::SuperComputeCluster => "SuperComputeCluster",
        }
    }
}

impl FamilyLevel {
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::EntryLevel => "EntryLevel",
            Self::EnterpriseLevel => "EnterpriseLevel",
            Self::CreditEntryLevel => "CreditEntryLevel",
        }
    }
}

/// The family called `ecs.g7` or `m5`.
pub(super) fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.binary_search_by(|family| family.name.cmp(name)).ok().map(|index| &FAMILIES[index])
}

pub(super) const ARCHITECTURES: [(&str, Architecture); 2] =
    [("x86_64", Architecture::X86_64), ("arm64", Architecture::Arm64)];

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    const KINDS: [(&str, ArchitectureKind); 5] = [
        ("X86", ArchitectureKind::X86),
        ("Heterogeneous", ArchitectureKind::Heterogeneous),
        ("BareMetal", ArchitectureKind::BareMetal),
        ("Arm", ArchitectureKind::Arm),
        ("SuperComputeCluster", ArchitectureKind::SuperComputeCluster),
    ];
    const LEVELS: [(&str, FamilyLevel); 3] = [
        ("EntryLevel", FamilyLevel::EntryLevel),
        ("EnterpriseLevel", FamilyLevel::EnterpriseLevel),
        ("CreditEntryLevel", FamilyLevel::CreditEntryLevel),
    ];
    const DEMANDS: [(&str, Demand); 4] = [
        ("mainstream", Demand::Mainstream),
        ("common", Demand::Common),
        ("quiet", Demand::Quiet),
        ("rare", Demand::Rare),
    ];
    let read = rows("families.txt", include_str!("families.txt")).map(|mut row| Family {
        name: row.text(),
        cloud: row.word(&[("alibaba", Cloud::Alibaba), ("ec2", Cloud::Ec2)]),
        architecture: row.word(&ARCHITECTURES),
        kind: row.word(&KINDS),
        level: row.word(&LEVELS),
        disk_categories: disk_set(row.text()).unwrap_or_else(|| row.broken("the set is not in disk_sets.txt")),
        demand: row.word(&DEMANDS),
        vcpu_price: row.number(),
        gib_price: row.number(),
        sold: row.text(),
    });
    let mut families: Vec<Family> = read.collect();
    families.sort_unstable_by_key(|family| family.name);
    families
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{instance_types, region, zone};

    #[test]
    fn families_are_unique_sold_in_known_places_and_each_has_a_type() {
        assert!(FAMILIES.is_sorted_by(|a, b| a.name < b.name));
        for family in FAMILIES.iter() {
            assert!(instance_types().iter().any(|t| t.family.name == family.name), "{}", family.name);
            for place in family.sold.split(',') {
                let known = matches!(place, "every" | "large") || region(place).is_some() || zone(place).is_some();
                assert!(known, "{}: {place}", family.name);
            }
        }
    }
}
