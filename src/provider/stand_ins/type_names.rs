//! What the name of a type says about its service.

/// The type's name without its provider's prefix: `ram_role` of `alicloud_ram_role`.
pub(super) fn words(type_name: &str) -> Option<&str> {
    type_name.split_once('_').map(|(_, words)| words)
}

/// The entry of a table whose words a type's name begins with; of several the one with the most.
pub(super) fn longest<'a, T>(type_name: &str, table: &'a [(&str, T)]) -> Option<&'a T> {
    let begins_with =
        |words: &str| type_name.strip_prefix(words).is_some_and(|rest| rest.is_empty() || rest.starts_with('_'));
    let found = table.iter().filter(|(words, _)| begins_with(words)).max_by_key(|(words, _)| words.len());
    found.map(|(_, entry)| entry)
}

/// Whether a name says an availability zone; zones of time, of DNS and of networks are none.
pub(super) fn is_availability_zone(type_name: &str, name: &str) -> bool {
    const DNS: [(&str, ()); 5] = [
        ("alicloud_pvtz", ()),
        ("alicloud_dns", ()),
        ("alicloud_alidns", ()),
        ("alicloud_cen_private", ()),
        ("aws_route53", ()),
    ];
    const OTHERS: [&str; 5] = ["time", "dns", "hosted", "private", "hpn"];
    let subject = name.strip_suffix("_id").unwrap_or(name);
    let is_zone = match subject.strip_suffix("zone").map(|before| before.trim_end_matches('_')) {
        Some("" | "availability") => true,
        Some(before) if before.ends_with("_availability") => true,
        // `master_zone_id` is one, and `primary_zone` may be anything.
        Some(before) => name != subject && !OTHERS.contains(&before.rsplit('_').next().unwrap_or(before)),
        None => false,
    };
    is_zone && longest(type_name, &DNS).is_none()
}

/// Whether a list has the availability zones of a region: `zones` and `ids` of `alicloud_db_zones`, `master_zones`.
pub(super) fn lists_availability_zones(type_name: &str, list: &str) -> bool {
    let Some(element) = list.strip_suffix('s') else { return false };
    let zone = element.strip_suffix("_id").unwrap_or(element);
    (zone == "zone" || zone.ends_with("_zone")) && is_availability_zone(type_name, &format!("{zone}_id"))
}

/// Whether a list has what a service offers to choose from, such as the classes of its instances.
pub(super) fn lists_offers(list: &str) -> bool {
    ["classes", "types", "bundles", "specs", "specifications"].contains(&list.rsplit('_').next().unwrap_or(list))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_beginning_counts_and_ends_between_words() {
        let table = [("a_b", 1), ("a_b_c", 2), ("a", 3)];
        assert_eq!(longest("a_b_c_d", &table), Some(&2));
        assert_eq!(longest("a_bc", &table), Some(&3));
        assert_eq!(longest("ab", &table), None);
    }

    #[test]
    fn only_some_zones_are_availability_zones() {
        let is_zone = |name| is_availability_zone("alicloud_db_instance", name);
        for name in
            ["zone", "zone_id", "availability_zone", "slave_availability_zone", "slave_zone_id", "multi_zone_id"]
        {
            assert!(is_zone(name), "{name}");
        }
        for name in
            ["time_zone", "default_time_zone", "dns_zone", "hosted_zone", "hosted_zone_id", "private_zone", "ozone"]
        {
            assert!(!is_zone(name), "{name}");
        }
        assert!(!is_availability_zone("alicloud_pvtz_zone_record", "zone_id"));
    }

    #[test]
    fn a_list_of_zones_has_them_all_and_what_is_offered_has_several() {
        let lists_zones = |list| lists_availability_zones("alicloud_db_zones", list);
        for list in ["zones", "db_zones", "zone_ids", "master_zones", "multi_zone_ids"] {
            assert!(lists_zones(list), "{list}");
        }
        for list in ["time_zones", "zone", "ozones", "regions", "ids"] {
            assert!(!lists_zones(list), "{list}");
        }
        assert!(!lists_availability_zones("alicloud_pvtz_zones", "zones"));
        assert!(lists_offers("instance_classes") && lists_offers("types") && !lists_offers("instances"));
    }
}
