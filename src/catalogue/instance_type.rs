//! Instance types: size, price, zones and disks (`instance_types.txt`).

use std::sync::LazyLock;

use super::disk::DiskCategory;
use super::family::{Family, family};
use super::region::{Region, Zone};
use super::table::{Row, rows};
use crate::base::Decimal;
use crate::base::order::Order;

/// The type of a `RunInstances` request that names none.
pub const DEFAULT_INSTANCE_TYPE: &str = "m1.small";

/// All instance types, by name, including those no longer sold.
#[must_use]
pub fn instance_types() -> &'static [InstanceType] {
    &INSTANCE_TYPES
}

#[must_use]
pub fn instance_type(name: &str) -> Option<&'static InstanceType> {
    let types = instance_types();
    types.binary_search_by(|known| known.name.cmp(name)).ok().map(|index| &types[index])
}

#[derive(Debug)]
pub struct InstanceType {
    /// `ecs.g7.large`, `m5.large`.
    pub name: &'static str,
    pub family: &'static Family,
    pub vcpus: u32,
    pub memory_gib: Decimal,
    pub gpus: Option<Gpus>,
    pub local_disks: Option<LocalDisks>,
    /// No longer sold anywhere.
    pub discontinued: bool,
    /// Base tariff: hourly price on top of vCPUs and memory, for accelerators and local disks.
    extra_price: Decimal,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Gpus {
    pub count: u32,
    /// `NVIDIA-T4`
    pub model: &'static str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LocalDisks {
    pub count: u32,
    pub gib_each: u32,
    /// `local_ssd_pro`, `nvme`.
    pub category: &'static str,
}

impl InstanceType {
    /// Whether the zone sells this type; false everywhere for a discontinued one.
    #[must_use]
    pub fn is_sold_in(&self, zone: &Zone) -> bool {
        !self.discontinued && self.family.is_sold_in(zone)
    }

    /// Disk categories that a pool of this type in this zone takes, for system and data disks: those of both.
    pub fn disk_categories(&self, zone: &Zone) -> impl Iterator<Item = DiskCategory> {
        self.family.disk_categories.iter().copied().filter(|category| zone.disk_categories.contains(category))
    }

    /// Pay-as-you-go price of one instance for one hour, at most four decimals: simcloud's own tariff.
    #[must_use]
    pub fn hourly_price(&self, region: &Region) -> Decimal {
        let base = Decimal::from(self.vcpus) * self.family.vcpu_price
            + self.memory_gib * self.family.gib_price
            + self.extra_price;
        (base * Decimal::new(i64::from(region.tariff_percent), 2)).round_dp(4)
    }
}

/// The family of `ecs.s6-c1m1.small` is `ecs.s6`, that of `m7i-flex.large` is `m7i-flex`.
fn family_name(type_name: &str) -> &str {
    let series = type_name.rsplit_once('.').map_or(type_name, |(series, _)| series);
    match series.rsplit_once('-') {
        Some((family, _ratio)) if series.starts_with("ecs.") => family,
        _ => series,
    }
}

static INSTANCE_TYPES: LazyLock<Vec<InstanceType>> = LazyLock::new(|| {
    let read = rows("instance_types.txt", include_str!("instance_types.txt")).map(|mut row| {
        let name = row.column();
        let mut read = InstanceType {
            name,
            family: family(family_name(name)).unwrap_or_else(|| row.fail("the family is not in families.txt")),
            vcpus: row.number(),
            memory_gib: row.number(),
            gpus: None,
            local_disks: None,
            discontinued: false,
            extra_price: Decimal::ZERO,
        };
        while let Some(fact) = row.next_column() {
            match fact.split_once('=') {
                None if fact == "discontinued" => read.discontinued = true,
                Some(("gpus", text)) => read.gpus = Some(read_gpus(&row, text)),
                Some(("disks", text)) => read.local_disks = Some(read_local_disks(&row, text)),
                Some(("extra", text)) => read.extra_price = row.parse(text),
                _ => row.fail(&format!("`{fact}` is not a known fact")),
            }
        }
        read
    });
    let mut types: Vec<InstanceType> = read.collect();
    types.order_by_key(|read| read.name);
    types
});

fn read_gpus(row: &Row, text: &'static str) -> Gpus {
    let Some((count, model)) = text.split_once('*') else { row.fail("gpus are `<count>*<model>`") };
    Gpus { count: row.parse(count), model }
}

fn read_local_disks(row: &Row, text: &'static str) -> LocalDisks {
    let mut parts = text.split('*');
    let (Some(count), Some(gib_each), Some(category), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        row.fail("disks are `<count>*<GiB>*<category>`")
    };
    LocalDisks { count: row.parse(count), gib_each: row.parse(gib_each), category }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::{Architecture, FamilyLevel, Prevalence, region, regions, zone, zones};

    fn type_named(name: &str) -> &'static InstanceType {
        instance_type(name).unwrap_or_else(|| panic!("{name} is not in the catalogue"))
    }

    fn zone_named(id: &str) -> &'static Zone {
        zone(id).unwrap_or_else(|| panic!("{id} is not in the catalogue"))
    }

    #[test]
    fn names_are_unique_and_there_are_enough() {
        assert!(instance_types().len() >= 60);
        assert!(instance_types().is_sorted_by(|a, b| a.name < b.name));
    }

    #[test]
    fn every_type_is_sold_somewhere_unless_discontinued_and_every_zone_sells_something() {
        for known in instance_types() {
            assert_eq!(zones().iter().any(|zone| known.is_sold_in(zone)), !known.discontinued, "{}", known.name);
        }
        for zone in zones() {
            assert!(instance_types().iter().filter(|known| known.is_sold_in(zone)).count() > 20, "{}", zone.id);
        }
        assert!(instance_types().iter().any(|known| known.discontinued));
    }

    #[test]
    fn specifications_are_sane() {
        for known in instance_types() {
            let ratio = known.memory_gib / Decimal::from(known.vcpus);
            assert!(ratio >= Decimal::new(1, 1) && ratio <= Decimal::from(32), "{}: {ratio}", known.name);
            for region in regions() {
                let price = known.hourly_price(region);
                assert!(price > Decimal::ZERO && price < Decimal::from(300) && price.scale() <= 4, "{}", known.name);
            }
            assert_eq!(known.gpus.is_some(), known.family.kind.name() == "Heterogeneous", "{}", known.name);
        }
    }

    #[test]
    fn names_of_the_grammar_say_the_same_as_the_specification() {
        for known in instance_types() {
            let Some((_, ratio)) = known.name.split_once("-c").and_then(|(head, tail)| {
                let (vcpus, memory) = tail.split_once('.')?.0.split_once('m')?;
                Some((head, (vcpus.parse::<u32>().ok()?, memory.parse::<u32>().ok()?)))
            }) else {
                continue;
            };
            let expected = Decimal::from(known.vcpus) * Decimal::from(ratio.1) / Decimal::from(ratio.0);
            assert_eq!(known.memory_gib, expected, "{}", known.name);
        }
    }

    #[test]
    fn a_bigger_size_of_a_family_never_costs_less() {
        let region = region("us-east-1").unwrap();
        for a in instance_types() {
            for b in instance_types().iter().filter(|b| b.family.name == a.family.name) {
                if a.vcpus <= b.vcpus && a.memory_gib <= b.memory_gib && a.extra_price <= b.extra_price {
                    assert!(a.hourly_price(region) <= b.hourly_price(region), "{} and {}", a.name, b.name);
                }
            }
        }
    }

    #[test]
    fn the_types_of_the_references_exist_with_their_specification() {
        let table = "
            ecs.s6-c1m1.small 1 1        ecs.n4.small 1 2             ecs.n4.large 2 4
            ecs.xn4.small 1 1            ecs.e-c1m1.large 2 2         ecs.e-c1m2.large 2 4
            ecs.e-c1m4.xlarge 4 16       ecs.u1-c1m1.large 2 2        ecs.u1-c1m2.large 2 4
            ecs.t5-lc1m1.small 1 1       ecs.t5-lc1m2.small 1 2       ecs.t5-c1m2.large 2 4
            ecs.t6-c1m1.large 2 2        ecs.t6-c1m2.large 2 4        ecs.t6-c1m4.2xlarge 8 32
            ecs.sn1ne.large 2 4          ecs.sn1ne.2xlarge 8 16       ecs.sn1ne.4xlarge 16 32
            ecs.c5.2xlarge 8 16          ecs.c5.4xlarge 16 32         ecs.c6.large 2 4
            ecs.c6.xlarge 4 8            ecs.c7.xlarge 4 8            ecs.c8i.2xlarge 8 16
            ecs.g5.large 2 8             ecs.g6.large 2 8             ecs.g6.xlarge 4 16
            ecs.g6.4xlarge 16 64         ecs.g6e.large 2 8            ecs.g7.large 2 8
            ecs.g7.xlarge 4 16           ecs.g7.2xlarge 8 32          ecs.g8ae.4xlarge 16 64
            ecs.g8y.small 1 4            ecs.g8y.large 2 8            ecs.g8y.xlarge 4 16
            ecs.r7.xlarge 4 32           ecs.hfc6.large 2 4           ecs.hfc6.xlarge 4 8
            ecs.i2.xlarge 4 32           ecs.i2.2xlarge 8 64          ecs.d1ne.2xlarge 8 32
            ecs.d1ne.4xlarge 16 64       ecs.gn5-c8g1.2xlarge 8 60    ecs.gn5-c8g1.4xlarge 16 120
            ecs.gn6i-c4g1.xlarge 4 15    ecs.n1.tiny 1 1              ecs.n1.small 1 2
            ecs.t5-lc2m1.nano 1 0.5      ecs.t5-c1m1.large 2 2        m1.small 1 1.7
            t2.micro 1 1                 t3.micro 2 1                 m5.large 2 8
            ecs.g9i.large 2 8            ecs.c9i.xlarge 4 8           ecs.r9i.large 2 16
            ecs.g7se.large 2 8           ecs.i2g.2xlarge 8 32         ecs.vgn7i-vws-m4.xlarge 4 30
            ecs.f3-c4f1.xlarge 4 16      ecs.gn6v-c8g1.8xlarge 32 128 ecs.scch5s.16xlarge 64 192
            ecs.hfc7.xlarge 4 8          ecs.gn7i-c16g1.4xlarge 16 60 ecs.gn6e-c12g1.3xlarge 12 92
            ecs.c6a.large 2 4            ecs.e3.xlarge 8 64           ecs.gn6v-c8g1.2xlarge 8 32
            m6i.large 2 8                c5.large 2 4                 r5.large 2 16
            c6g.large 2 4                m6g.large 2 8                c5.9xlarge 36 72
            m7i.48xlarge 192 768         m7i-flex.large 2 8           m8g.large 2 8
            c7g.medium 1 2               r7i.large 2 16               r8g.48xlarge 192 1536
            g6.xlarge 4 16               p5.48xlarge 192 2048         p4d.24xlarge 96 1152
            p6-b200.48xlarge 192 2048    i4i.large 2 16               inf2.xlarge 4 16
            trn1.32xlarge 128 512        x2iedn.xlarge 4 128          c5.metal 96 192
            t4g.small 2 2                m5.24xlarge 96 384           i3.16xlarge 64 488";
        let words: Vec<&str> = table.split_whitespace().collect();
        for row in words.chunks(3) {
            let known = type_named(row[0]);
            assert_eq!([known.vcpus.to_string(), known.memory_gib.to_string()], row[1..], "{}", row[0]);
        }
    }

    #[test]
    fn a_type_has_the_properties_of_its_family() {
        let arm = type_named("m6g.large");
        assert_eq!((arm.family.architecture, arm.family.kind.name()), (Architecture::Arm64, "Arm"));
        let burstable = type_named("ecs.t5-lc1m1.small");
        assert!(burstable.family.is_burstable());
        assert_eq!(burstable.family.level, FamilyLevel::CreditEntryLevel);
        assert_eq!(type_named("ecs.s6-c1m1.small").family.name, "ecs.s6");
        let accelerated = type_named("ecs.gn6i-c4g1.xlarge");
        assert_eq!(accelerated.gpus, Some(Gpus { count: 1, model: "NVIDIA-T4" }));
        assert_eq!(type_named("m7i-flex.large").family.name, "m7i-flex");
        assert_eq!(type_named("p5.48xlarge").gpus, Some(Gpus { count: 8, model: "NVIDIA-H100" }));
        let with_disks = type_named("ecs.d1ne.2xlarge");
        assert_eq!(with_disks.local_disks, Some(LocalDisks { count: 4, gib_each: 5500, category: "local_hdd_pro" }));
    }

    #[test]
    fn n5_every_zone_of_a_large_region_sells_the_mainstream_families_of_its_clouds() {
        let families = "ecs.n1 ecs.g5 ecs.c5 ecs.r5 ecs.g6 ecs.c6 ecs.r6 ecs.g7 ecs.c7 ecs.r7 m1 m5 c5 r5 m6i c6i r6i";
        for family in families.split_whitespace() {
            for known in instance_types().iter().filter(|known| known.family.name == family) {
                assert_eq!(known.family.prevalence, Prevalence::Mainstream, "{family}");
                let large = zones().iter().filter(|zone| zone.region.large);
                for zone in large.filter(|zone| zone.region.vendors.contains(&known.family.vendor)) {
                    assert!(known.is_sold_in(zone), "{} in {}", known.name, zone.id);
                }
            }
        }
        for id in ["cn-hangzhou", "cn-beijing", "us-east-1"] {
            assert!(region(id).unwrap().large, "{id}");
        }
    }

    #[test]
    fn n5_the_small_old_family_costs_less_than_two_an_hour() {
        for known in instance_types().iter().filter(|known| known.family.name == "ecs.n1") {
            for region in regions() {
                assert!(known.hourly_price(region) < Decimal::TWO, "{} in {}", known.name, region.id);
            }
        }
    }

    #[test]
    fn n5_the_sample_of_the_contract_is_sold_with_its_disk() {
        let (known, zone) = (type_named("ecs.s6-c1m1.small"), zone_named("cn-heyuan-b"));
        assert!(known.is_sold_in(zone));
        assert!(known.disk_categories(zone).any(|category| category == DiskCategory::CloudSsd));
    }

    #[test]
    fn the_essd_only_type_is_sold_where_there_is_no_essd_and_takes_no_disk_there() {
        let (known, zone) = (type_named("ecs.g6e.large"), zone_named("cn-beijing-x"));
        assert!(known.is_sold_in(zone));
        assert_eq!(known.disk_categories(zone).count(), 0);
        let elsewhere: Vec<_> = known.disk_categories(zone_named("cn-heyuan-b")).collect();
        assert_eq!(elsewhere, [DiskCategory::CloudEssd]);
    }

    #[test]
    fn n4_a_zone_of_both_vendors_sells_types_of_both() {
        for id in ["us-east-1a", "us-east-1b"] {
            assert!(type_named("ecs.n1.small").is_sold_in(zone_named(id)));
            assert!(type_named("m1.small").is_sold_in(zone_named(id)));
        }
        assert!(!type_named("m1.small").is_sold_in(zone_named("cn-heyuan-b")));
    }
}
