//! The names of the service limits (L1).

use crate::base::api_enum;

api_enum! {
    /// A limit, by its name in the scenario.
    pub enum Limit {
        /// Disk categories of one group, for system and for data disks each.
        DiskCategories = "disk_categories",
        /// Instances of one group.
        GroupInstances = "group_instances",
        /// Units of one group in which a weight is set.
        GroupUnits = "group_units",
        /// vCPUs of one group.
        GroupVcpus = "group_vcpus",
        /// Launch template configs of one group.
        LaunchTemplateConfigs = "launch_template_configs",
        /// Instances of one `RunInstances` call.
        RunInstances = "run_instances",
    }
}
