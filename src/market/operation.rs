//! The operations of the API, by the names under which a scenario's `faults` finds them.

use crate::base::api_enum;

api_enum! {
    /// An operation of the API.
    pub enum Operation {
        AuthorizeSecurityGroup,
        AuthorizeSecurityGroupEgress,
        CreateAutoProvisioningGroup,
        CreateKeyPair,
        CreateLaunchTemplate,
        CreateLaunchTemplateVersion,
        CreateSecurityGroup,
        CreateVSwitch,
        CreateVpc,
        DeleteAutoProvisioningGroup,
        DeleteInstances,
        DeleteKeyPairs,
        DeleteLaunchTemplate,
        DeleteLaunchTemplateVersion,
        DeleteSecurityGroup,
        DeleteVSwitch,
        DeleteVpc,
        DescribeAutoProvisioningGroupHistory,
        DescribeAutoProvisioningGroupInstances,
        DescribeAutoProvisioningGroups,
        DescribeAvailableResource,
        DescribeImages,
        DescribeInstanceTypes,
        DescribeInstances,
        DescribeKeyPairs,
        DescribeLaunchTemplateVersions,
        DescribeLaunchTemplates,
        DescribePrice,
        DescribeRegions,
        DescribeSecurityGroupAttribute,
        DescribeSecurityGroups,
        DescribeSpotPriceHistory,
        DescribeVSwitches,
        DescribeVpcs,
        DescribeZones,
        GetCallerIdentity,
        ImportKeyPair,
        JoinResourceGroup,
        ListResourceGroups,
        ModifyAutoProvisioningGroup,
        ModifyInstanceAttribute,
        ModifyLaunchTemplateDefaultVersion,
        ModifySecurityGroupAttribute,
        ModifySecurityGroupEgressRule,
        ModifySecurityGroupPolicy,
        ModifySecurityGroupRule,
        ModifyVSwitchAttribute,
        ModifyVpcAttribute,
        RevokeSecurityGroup,
        RevokeSecurityGroupEgress,
        RunInstances,
        TagResources,
        TerminateInstances,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::ApiEnum;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(Operation::NAMES.is_sorted_by(|a, b| a < b));
    }
}
