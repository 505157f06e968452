//! The service limits that a scenario can change (L1).

use super::limit::Limit;
use super::scenario::Scenario;

/// The limits that apply under a scenario; [`Limit`] says what each counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    pub run_instances: u64,
    pub group_instances: u64,
    pub group_vcpus: u64,
    pub group_units: u64,
    pub launch_template_configs: u64,
    pub disk_categories: u64,
}

impl Limits {
    #[must_use]
    pub fn of(scenario: &Scenario) -> Self {
        let limit = |limit, default| scenario.limits.get(&limit).copied().unwrap_or(default);
        Self {
            run_instances: limit(Limit::RunInstances, 100),
            group_instances: limit(Limit::GroupInstances, 1_000),
            group_vcpus: limit(Limit::GroupVcpus, 10_000),
            group_units: limit(Limit::GroupUnits, 10_000),
            launch_template_configs: limit(Limit::LaunchTemplateConfigs, 10),
            disk_categories: limit(Limit::DiskCategories, 5),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ApiEnum;

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
        scenario.limits = Limit::ALL.iter().copied().zip(1..).collect();
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
