//! Instance families: what all types of a family share (`families.txt`).

use std::sync::LazyLock;

use super::disk::{DiskCategory, disk_set};
use super::region::{Vendor, Zone};
use super::table::rows;
use crate::base::order::Order;
use crate::base::{Decimal, api_enum};

#[derive(Debug)]
pub struct Family {
    /// `ecs.g7`, `ecs.s6`, `m5`.
    pub name: &'static str,
    pub vendor: Vendor,
    pub architecture: Architecture,
    pub kind: ArchitectureKind,
    pub level: FamilyLevel,
    /// The categories that types of the family take; a pool takes those that its zone offers too.
    pub disk_categories: &'static [DiskCategory],
    pub prevalence: Prevalence,
    pub age: Age,
    /// Base tariff: hourly price of one vCPU.
    pub vcpu_price: Decimal,
    /// Base tariff: hourly price of one GiB.
    pub gib_price: Decimal,
    /// Where the family is sold: `every`, `large`, region ids and zone ids, separated by commas.
    sold: &'static str,
}

api_enum! {
    /// The processor: which images run.
    pub enum Architecture: default X86_64 {
        X86_64 = "x86_64",
        Arm64 = "arm64",
    }
}

api_enum! {
    /// Alibaba's architecture of a type, the values of the filter `architectures`.
    pub enum ArchitectureKind {
        X86,
        Heterogeneous,
        BareMetal,
        Arm,
        SuperComputeCluster,
    }
}

api_enum! {
    /// The values of the filter `instance_family_level`.
    pub enum FamilyLevel {
        /// Shared processors.
        EntryLevel,
        EnterpriseLevel,
        /// Burstable.
        CreditEntryLevel,
    }
}

/// How common the hosts of a family are, apart from the effect of its age (ours).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Prevalence {
    /// Supply never falls below ten instances (N5).
    Mainstream,
    Common,
    /// Few hosts exist.
    Rare,
}

/// How old a family is (ours): a new family has more hosts than an old one (M6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Age {
    Old,
    Settled,
    New,
}

impl Family {
    #[must_use]
    pub fn is_burstable(&self) -> bool {
        self.level == FamilyLevel::CreditEntryLevel
    }

    /// Where the family is sold: `every`, `large` (regions), region ids and zone ids, separated by commas.
    #[must_use]
    pub fn sold_in(&self) -> &'static str {
        self.sold
    }

    /// Whether the zone sells the family.
    #[must_use]
    pub fn is_sold_in(&self, zone: &Zone) -> bool {
        let region = zone.region;
        zone.vendors().contains(&self.vendor)
            && self.sold.split(',').any(|place| match place {
                "every" => true,
                "large" => region.large,
                id => id == region.id || id == zone.id,
            })
    }
}

/// The family called `ecs.g7` or `m5`.
pub(super) fn family(name: &str) -> Option<&'static Family> {
    FAMILIES.binary_search_by(|family| family.name.cmp(name)).ok().map(|index| &FAMILIES[index])
}

static FAMILIES: LazyLock<Vec<Family>> = LazyLock::new(|| {
    const PREVALENCES: [(&str, Prevalence); 3] =
        [("mainstream", Prevalence::Mainstream), ("common", Prevalence::Common), ("rare", Prevalence::Rare)];
    const AGES: [(&str, Age); 3] = [("old", Age::Old), ("settled", Age::Settled), ("new", Age::New)];
    let read = rows("families.txt", include_str!("families.txt")).map(|mut row| Family {
        name: row.column(),
        vendor: row.keyword(&[("alibaba", Vendor::Alibaba), ("ec2", Vendor::Ec2)]),
        architecture: row.api_enum(),
        kind: row.api_enum(),
        level: row.api_enum(),
        disk_categories: disk_set(row.column()).unwrap_or_else(|| row.fail("the set is not in disk_sets.txt")),
        prevalence: row.keyword(&PREVALENCES),
        age: row.keyword(&AGES),
        vcpu_price: row.number(),
        gib_price: row.number(),
        sold: row.column(),
    });
    let mut families: Vec<Family> = read.collect();
    families.order_by_key(|family| family.name);
    families
});

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{instance_types, region, zone};

    #[test]
    fn families_are_unique_sold_in_known_zones_and_each_has_a_type() {
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
