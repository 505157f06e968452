//! The service limits that a scenario can change, with their names in `scenario.limits` (L1).

use super::scenario::Scenario;

/// The limits that apply under a scenario.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Instances of one `RunInstances` call.
    pub run_instances: u64,
    /// Instances of one group.
    pub group_instances: u64,
    /// vCPUs of one group.
    pub group_vcpus: u64,
    /// Units of one group in which a weight is set.
    pub group_units: u64,
    /// `launch_template_config` blocks of one group.
    pub launch_template_configs: u64,
    /// Disk categories of one group, for system and for data disks each.
    pub disk_categories: u64,
}

impl Limits {
    /// The names that `scenario.limits` may hold.
    pub const NAMES: [&str; 6] = [
        "disk_categories",
        "group_instances",
        "group_units",
        "group_vcpus",
        "launch_template_configs",
        "run_instances",
    ];

    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let limit = |name: &str, default| scenario.limits.get(name).copied().unwrap_or(default);
        Self {
            run_instances: limit("run_instances", 100),
            group_instances: limit("group_instances", 1_000),
            group_vcpus: limit("group_vcpus", 10_000),
            group_units: limit("group_units", 10_000),
            launch_template_configs: limit("launch_template_configs", 10),
            disk_categories: limit("disk_categories", 5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn l1_limits_are_those_of_the_service_unless_the_scenario_sets_them() {
        let mut scenario = Scenario::default();
        assert_eq!(
            Limits::of(&scenario),
            Limits {
                run_instances: 100,
                group_instances: 1_000,
                group_vcpus: 10_000,
                group_units: 10_000,
                launch_template_configs: 10,
                disk_categories: 5,
            }
        );
        scenario.limits = Limits::NAMES.into_iter().zip(1..).map(|(name, value)| (name.to_owned(), value)).collect();
        assert_eq!(
            Limits::of(&scenario),
            Limits {
                disk_categories: 1,
                group_instances: 2,
                group_units: 3,
                group_vcpus: 4,
                launch_template_configs: 5,
                run_instances: 6,
            }
        );
    }
}
