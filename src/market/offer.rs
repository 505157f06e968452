//! Whether a zone sells an instance type, and the disk categories it takes there.

use super::scenario::OfferRule;
use crate::catalogue::{DiskCategory, InstanceType, Zone};

/// What is sold of one pool, with the `offers` of scenario and world applied.
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
    /// Later rules win.
    pub(super) fn new<'r>(
        rules: impl Iterator<Item = &'r OfferRule>,
        zone: &Zone,
        instance_type: &InstanceType,
    ) -> Self {
        let mut sale = if instance_type.discontinued {
            Sale::Discontinued
        } else if instance_type.is_sold_in(zone) {
            Sale::OnSale
        } else {
            Sale::NotSoldHere
        };
        let mut categories: Vec<DiskCategory> = instance_type.disk_categories(zone).collect();
        for rule in rules.filter(|rule| rule.pools.includes(zone.id, instance_type.name)) {
            match rule.on_sale {
                Some(true) => sale = Sale::OnSale,
                Some(false) if sale == Sale::OnSale => sale = Sale::NotSoldHere,
                _ => {}
            }
            if let Some(listed) = &rule.disk_categories {
                categories.clone_from(listed);
            }
        }
        Self {
            sale,
            system_disk_categories: categories.iter().copied().filter(|category| category.is_system()).collect(),
            data_disk_categories: categories,
        }
    }

    #[must_use]
    pub fn is_on_sale(&self) -> bool {
        self.sale == Sale::OnSale
    }

    /// The system disk of a request that lists none: [`DiskCategory::DEFAULT_SYSTEM`] if the pool takes it, else the first
    /// that it takes; `None` if it takes none (N3).
    #[must_use]
    pub fn default_system_disk(&self) -> Option<DiskCategory> {
        let taken = &self.system_disk_categories;
        taken.iter().find(|category| **category == DiskCategory::DEFAULT_SYSTEM).or_else(|| taken.first()).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::market::{Market, Scenario};

    fn offer(scenario: &str, zone_id: &str, instance_type: &str) -> Offer {
        let scenario = Scenario::from_json(&serde_json::from_str(scenario).unwrap()).unwrap();
        Market::new(&scenario).offer(zone_id, instance_type).unwrap()
    }

    #[test]
    fn without_a_scenario_the_catalogue_decides() {
        for (zone_id, instance_type, expected) in [
            ("cn-heyuan-b", "ecs.s6-c1m1.small", Sale::OnSale),
            ("cn-heyuan-b", "m1.small", Sale::NotSoldHere),
            ("cn-hangzhou-b", "ecs.t1.small", Sale::Discontinued),
        ] {
            assert_eq!(offer("{}", zone_id, instance_type).sale, expected, "{instance_type} in {zone_id}");
        }
        assert_eq!(Market::new(&Scenario::default()).offer("cn-heyuan-b", "ecs.zebra"), None);
        assert_eq!(Market::new(&Scenario::default()).offer("cn-heyuan-z", "m1.small"), None);
    }

    #[test]
    fn a_scenario_starts_and_ends_sales() {
        let none = r#"{"offers": [{"zone_id": "cn-heyuan-b", "on_sale": false}]}"#;
        assert_eq!(offer(none, "cn-heyuan-b", "ecs.g7.large").sale, Sale::NotSoldHere);
        assert_eq!(offer(none, "cn-heyuan-a", "ecs.g7.large").sale, Sale::OnSale);
        let all = r#"{"offers": [{"on_sale": true}]}"#;
        assert!(
            offer(all, "cn-heyuan-b", "m1.small").is_on_sale()
                && offer(all, "cn-heyuan-b", "ecs.t1.small").is_on_sale()
        );
        let but = r#"{"offers": [{"on_sale": true}, {"instance_type": "m1.small", "on_sale": false}]}"#;
        assert!(!offer(but, "cn-heyuan-b", "m1.small").is_on_sale());
    }

    #[test]
    fn n3_in_an_offer_empty_means_none_and_missing_means_unchanged() {
        let usual = offer("{}", "cn-heyuan-b", "ecs.g6.large");
        let same = offer(r#"{"offers": [{"disk_categories": null}]}"#, "cn-heyuan-b", "ecs.g6.large");
        assert_eq!(same, usual);
        let none = offer(r#"{"offers": [{"disk_categories": []}]}"#, "cn-heyuan-b", "ecs.g6.large");
        assert_eq!((none.default_system_disk(), none.data_disk_categories.len()), (None, 0));
        let data_only = r#"{"offers": [{"disk_categories": ["ephemeral_ssd", "cloud_ssd"]}]}"#;
        let data_only = offer(data_only, "cn-heyuan-b", "ecs.g6.large");
        assert_eq!(data_only.system_disk_categories, [DiskCategory::CloudSsd]);
        assert_eq!(data_only.data_disk_categories, [DiskCategory::EphemeralSsd, DiskCategory::CloudSsd]);
    }

    #[test]
    fn n3_the_default_system_disk() {
        for (instance_type, expected) in [
            ("ecs.g6.large", Some(DiskCategory::CloudEfficiency)),
            ("ecs.n1.small", Some(DiskCategory::CloudEfficiency)),
            ("ecs.g6e.large", Some(DiskCategory::CloudEssd)),
            ("ecs.e-c1m1.large", Some(DiskCategory::CloudEssd)),
        ] {
            assert_eq!(offer("{}", "cn-heyuan-b", instance_type).default_system_disk(), expected, "{instance_type}");
        }
        assert_eq!(offer("{}", "cn-beijing-x", "ecs.g6e.large").default_system_disk(), None);
    }
}
