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
    const DNS: [(&str, ()); 4] =
        [("alicloud_pvtz", ()), ("alicloud_dns", ()), ("alicloud_alidns", ()), ("aws_route53", ())];
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
}
