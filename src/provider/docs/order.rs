//! The order in which the guides are read, and the groups in which a registry lists pages.

/// Groups of guides, each with its guides in reading order. One that is listed nowhere comes last.
pub const READING_ORDER: &[(&str, &[&str])] = &[
    ("Start", &["start-here", "for-aws-users", "glossary"]),
    (
        "Testing",
        &[
            "testing-a-module-under-scarcity",
            "changing-the-world-from-a-test",
            "cookbook",
            "testing-aws-code-under-scarcity",
            "in-ci",
            "policy-checks-and-other-tools",
            "troubleshooting",
        ],
    ),
    (
        "Fleets",
        &[
            "run-instances-or-a-group",
            "one-instance-many-or-a-scaling-group",
            "strategies-explained",
            "how-sure-is-this-fleet",
            "the-market-over-time",
        ],
    ),
    (
        "Rehearsing",
        &[
            "rehearsing-an-alicloud-module",
            "rehearsing-a-whole-module",
            "what-is-served-of-alicloud",
            "porting-an-alicloud-module",
            "sdks-and-real-providers",
        ],
    ),
    (
        "Worlds",
        &[
            "scenarios-and-time",
            "worlds",
            "costs-and-reports",
            "sharing-a-world",
            "determinism",
            "secrets",
            "finding-what-is-there",
        ],
    ),
    ("Reference", &["commands-and-json", "error-codes", "the-catalogue", "what-is-simulated"]),
];

/// Where a guide stands in the reading order.
pub(super) fn place_of(guide: &str) -> usize {
    READING_ORDER.iter().flat_map(|(_, guides)| *guides).position(|known| *known == guide).unwrap_or(usize::MAX)
}

/// The group in which a registry lists an object, by the name of its type without the provider's.
pub(super) fn subcategory(name: &str) -> &'static str {
    const GROUPS: &[(&str, &[&str])] = &[
        ("World", &["world", "reclaim", "terminate", "advance", "change_market", "cost"]),
        ("Scaling groups", &["ess_"]),
        ("Keys and templates", &["key_pair", "launch_template", "ecs_key_pair", "ecs_launch_template", "ram_"]),
        ("Disks", &["disk", "ecs_disk"]),
        (
            "Networks",
            &["vpc", "vswitch", "security_group", "route", "eip", "nat_gateway", "snat", "network", "forward"],
        ),
        (
            "Market",
            &[
                "zones",
                "regions",
                "instance_types",
                "images",
                "available",
                "spot",
                "launch_",
                "account",
                "resource_manager",
            ],
        ),
    ];
    let group = GROUPS.iter().find(|(_, beginnings)| beginnings.iter().any(|beginning| name.starts_with(beginning)));
    group.map_or("Fleets", |(group, _)| group)
}
