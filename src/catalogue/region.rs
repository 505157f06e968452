//! Regions and zones (`regions.txt`, `zones.txt`).

use std::sync::LazyLock;

use super::disk::{DiskCategory, disk_set};
use super::table::rows;
use crate::base::VSwitchId;
use crate::base::order::Order;

/// All regions, by id.
#[must_use]
pub fn regions() -> &'static [Region] {
    &REGIONS
}

/// All zones, by id.
#[must_use]
pub fn zones() -> &'static [Zone] {
    &ZONES
}

#[must_use]
pub fn region(id: &str) -> Option<&'static Region> {
    regions().binary_search_by(|region| region.id.cmp(id)).ok().map(|index| &regions()[index])
}

#[must_use]
pub fn zone(id: &str) -> Option<&'static Zone> {
    zones().binary_search_by(|zone| zone.id.cmp(id)).ok().map(|index| &zones()[index])
}

/// The zone whose default vSwitch has this id; `None` for any other vSwitch (N1).
#[must_use]
pub fn zone_of_default_vswitch(vswitch_id: &str) -> Option<&'static Zone> {
    vswitch_id.strip_prefix(VSwitchId::PREFIX).and_then(zone)
}

#[derive(Debug)]
pub struct Region {
    /// `cn-heyuan`, `us-east-1`.
    pub id: &'static str,
    pub vendors: &'static [Vendor],
    /// Whether every zone sells the mainstream families of the region's vendors (N5).
    pub large: bool,
    /// The region's prices in percent of the base tariff.
    pub tariff_percent: u32,
    /// Whole hours that local time is ahead of UTC, without daylight saving time; half hours are cut off.
    pub utc_offset_hours: i64,
    pub name: &'static str,
}

#[derive(Debug)]
pub struct Zone {
    /// `cn-heyuan-b`, `us-east-1a`.
    pub id: &'static str,
    pub region: &'static Region,
    /// Its position in `zones.txt`. The default network's addresses follow it, so that a zone that is added at the end
    /// leaves the others theirs.
    pub place: u32,
    /// The categories that the zone offers; a pool takes those that its instance type takes too.
    pub disk_categories: &'static [DiskCategory],
    /// EC2's id of the physical zone, `use1-az6`, which is the same for every account; `None` for a zone that EC2 does
    /// not have.
    pub ec2_zone_id: Option<&'static str>,
    /// Whether Alibaba Cloud, which has the region, does not have the zone.
    is_ec2_only: bool,
}

impl Zone {
    /// The vendors that sell in the zone.
    #[must_use]
    pub fn vendors(&self) -> &'static [Vendor] {
        if self.is_ec2_only { &[Vendor::Ec2] } else { self.region.vendors }
    }
}

/// The vendor whose instance types a region sells; a region of both vendors sells both (N4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Vendor {
    Alibaba,
    Ec2,
}

impl Region {
    /// The region's zones, by id; at least one.
    pub fn zones(&self) -> impl Iterator<Item = &'static Zone> {
        let id = self.id;
        zones().iter().filter(move |zone| zone.region.id == id)
    }
}

static REGIONS: LazyLock<Vec<Region>> = LazyLock::new(|| {
    const VENDORS: [(&str, &[Vendor]); 3] =
        [("alibaba", &[Vendor::Alibaba]), ("ec2", &[Vendor::Ec2]), ("alibaba,ec2", &[Vendor::Alibaba, Vendor::Ec2])];
    let read = rows("regions.txt", include_str!("regions.txt")).map(|mut row| Region {
        id: row.column(),
        vendors: row.keyword(&VENDORS),
        large: row.keyword(&[("large", true), ("small", false)]),
        tariff_percent: row.number(),
        utc_offset_hours: row.number(),
        name: row.rest(),
    });
    let mut regions: Vec<Region> = read.collect();
    regions.order_by_key(|region| region.id);
    regions
});

static ZONES: LazyLock<Vec<Zone>> = LazyLock::new(|| {
    let read = (0..).zip(rows("zones.txt", include_str!("zones.txt"))).map(|(place, mut row)| Zone {
        place,
        id: row.column(),
        region: region(row.column()).unwrap_or_else(|| row.fail("the region is not in regions.txt")),
        disk_categories: disk_set(row.column()).unwrap_or_else(|| row.fail("the set is not in disk_sets.txt")),
        ec2_zone_id: row.next_column(),
        is_ec2_only: row.next_column() == Some("ec2"),
    });
    let mut zones: Vec<Zone> = read.collect();
    zones.order_by_key(|zone| zone.id);
    zones
});

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_are_enough_regions_and_zones_and_each_region_has_a_zone() {
        assert!(regions().len() >= 10 && zones().len() >= 25, "{} regions, {} zones", regions().len(), zones().len());
        for region in regions() {
            assert!(region.zones().count() > 0, "{}", region.id);
            assert!(region.zones().all(|zone| zone.id.starts_with(region.id)), "{}", region.id);
        }
    }

    #[test]
    fn regions_and_zones_are_found_by_id_and_ids_are_unique() {
        assert!(regions().is_sorted_by(|a, b| a.id < b.id));
        assert!(zones().is_sorted_by(|a, b| a.id < b.id));
        assert_eq!(zone("cn-heyuan-b").unwrap().region.id, "cn-heyuan");
        assert!(zone("cn-heyuan-z").is_none() && region("cn-heyuan-b").is_none());
    }

    #[test]
    fn the_regions_and_zones_of_the_references_exist() {
        let regions = "cn-hangzhou cn-beijing cn-shanghai cn-shenzhen cn-qingdao cn-zhangjiakou cn-huhehaote \
             cn-wulanchabu cn-chengdu cn-heyuan cn-guangzhou cn-nanjing cn-fuzhou cn-zhongwei cn-hongkong \
             ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-5 ap-southeast-6 ap-southeast-7 ap-southeast-8 \
             ap-northeast-1 ap-northeast-2 ap-south-1 us-west-1 us-east-1 us-southeast-1 na-south-1 eu-central-1 \
             eu-west-1 rus-west-1 me-east-1 me-central-1 us-east-2 us-west-2";
        for id in regions.split_whitespace() {
            assert!(region(id).is_some(), "{id}");
        }
        let zones = "cn-hangzhou-a cn-hangzhou-b cn-hangzhou-e cn-hangzhou-g cn-hangzhou-h cn-hangzhou-i cn-hangzhou-j cn-hangzhou-k \
             cn-beijing-a cn-beijing-b cn-beijing-e cn-beijing-f cn-beijing-g cn-beijing-h cn-beijing-i cn-beijing-j \
             cn-beijing-k cn-beijing-l cn-beijing-x cn-shanghai-b cn-shanghai-f cn-shanghai-g cn-shanghai-l \
             cn-shenzhen-b cn-shenzhen-e cn-wulanchabu-a cn-wulanchabu-b cn-wulanchabu-c cn-huhehaote-a cn-huhehaote-b \
             cn-heyuan-b ap-southeast-1a ap-southeast-1b ap-southeast-1c ap-southeast-3a ap-southeast-3b eu-central-1a \
             eu-central-1b me-east-1a us-east-1a us-east-1b us-east-1f us-west-2d";
        for id in zones.split_whitespace() {
            assert!(zone(id).is_some(), "{id}");
        }
    }

    #[test]
    fn n4_a_region_of_both_vendors_sells_both() {
        assert_eq!(region("us-east-1").unwrap().vendors, [Vendor::Alibaba, Vendor::Ec2]);
        assert_eq!(zone("ap-northeast-1c").unwrap().vendors(), [Vendor::Alibaba, Vendor::Ec2]);
        assert_eq!(zone("ap-northeast-1d").unwrap().vendors(), [Vendor::Ec2]);
    }

    #[test]
    fn every_commercial_region_of_ec2_exists_and_its_zones_have_ids() {
        let commercial = "af-south-1 ap-east-1 ap-east-2 ap-northeast-1 ap-northeast-2 ap-northeast-3 ap-south-1 \
             ap-south-2 ap-southeast-1 ap-southeast-2 ap-southeast-3 ap-southeast-4 ap-southeast-5 ap-southeast-6 \
             ap-southeast-7 ca-central-1 ca-west-1 eu-central-1 eu-central-2 eu-north-1 eu-south-1 eu-south-2 eu-west-1 \
             eu-west-2 eu-west-3 il-central-1 me-central-1 me-south-1 mx-central-1 sa-east-1 us-east-1 us-east-2 \
             us-west-1 us-west-2";
        let of_ec2 = regions().iter().filter(|region| region.vendors.contains(&Vendor::Ec2));
        assert_eq!(
            of_ec2.map(|region| region.id).collect::<Vec<_>>(),
            commercial.split_whitespace().collect::<Vec<_>>()
        );
        let mut ids = std::collections::BTreeSet::new();
        for zone in zones() {
            assert_eq!(zone.ec2_zone_id.is_some(), zone.region.vendors.contains(&Vendor::Ec2), "{}", zone.id);
            assert!(zone.ec2_zone_id.is_none_or(|id| ids.insert(id)), "{}", zone.id);
        }
        let ids = ["us-east-1a", "us-west-2d", "ca-central-1d"].map(|id| zone(id).unwrap().ec2_zone_id.unwrap());
        assert_eq!(ids, ["use1-az6", "usw2-az4", "cac1-az4"]);
    }

    #[test]
    fn cn_beijing_x_has_no_essd() {
        let categories = zone("cn-beijing-x").unwrap().disk_categories;
        assert!(!categories.contains(&DiskCategory::CloudEssd));
        assert!(categories.contains(&DiskCategory::CloudEfficiency));
    }
}
