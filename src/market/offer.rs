//! What a zone sells of a type, and the disks it takes there.

use super::scenario::Scenario;
use crate::catalogue::{DiskCategory, InstanceType, Zone};

/// One pool as a buyer sees it, the scenario's `offers` applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    pub sale: Sale,
    /// System disks the pool takes, in order of preference; may be empty.
    pub system_disk_categories: Vec<DiskCategory>,
    /// Data disks the pool takes, in order of preference; may be empty.
    pub data_disk_categories: Vec<DiskCategory>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sale {
    OnSale,
    /// The type exists, but not in this zone.
    NotSoldHere,
    /// The type is no longer sold anywhere.
    Discontinued,
}

impl Offer {
    pub(super) fn new(scenario: &Scenario, zone: &Zone, instance_type: &InstanceType) -> Self {
        let mut sale = if instance_type.discontinued {
            Sale::Discontinued
        } else if instance_type.sold_in(zone) {
            Sale::OnSale
        } else {
            Sale::NotSoldHere
        };
        let mut categories: Vec<DiskCategory> = instance_type.disk_categories(zone).collect();
        for rule in scenario.offers.iter().filter(|rule| rule.pools.includes(zone.id, instance_type.name)) {
            match rule.on_sale {
                Some(true) => sale = Sale::OnSale,
                Some(false) if sale == Sale::OnSale => sale = Sale::NotSoldHere,
                _ => {}
            }
            if let Some(names) = &rule.disk_categories {
                categories = names.iter().filter_map(|name| DiskCategory::named(name)).collect();
            }
        }
        Self {
            sale,
            system_disk_categories: categories.iter().copied().filter(|category| category.is_system()).collect(),
            data_disk_categories: categories,
        }
    }

    #[must_use]
    pub fn on_sale(&self) -> bool {
        self.sale == Sale::OnSale
    }

    /// The system disk of someone who lists none: `cloud_efficiency` if the pool takes it, else the first it takes
    /// (`rules.md` N3); `None` when it takes none.
    #[must_use]
    pub fn default_system_disk(&self) -> Option<DiskCategory> {
        let taken = &self.system_disk_categories;
        taken.iter().find(|category| **category == DiskCategory::CloudEfficiency).or_else(|| taken.first()).copied()
    }
}
