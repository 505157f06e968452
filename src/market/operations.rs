//! The API operations that a scenario's `faults` may name.

/// All operations, by name.
pub const OPERATIONS: &[&str] = &[
    "AuthorizeSecurityGroup",
    "AuthorizeSecurityGroupEgress",
    "CreateAutoProvisioningGroup",
    "CreateKeyPair",
    "CreateLaunchTemplate",
    "CreateLaunchTemplateVersion",
    "CreateSecurityGroup",
    "CreateVSwitch",
    "CreateVpc",
    "DeleteAutoProvisioningGroup",
    "DeleteInstances",
    "DeleteKeyPairs",
    "DeleteLaunchTemplate",
    "DeleteLaunchTemplateVersion",
    "DeleteSecurityGroup",
    "DeleteVSwitch",
    "DeleteVpc",
    "DescribeAutoProvisioningGroupHistory",
    "DescribeAutoProvisioningGroupInstances",
    "DescribeAutoProvisioningGroups",
    "DescribeAvailableResource",
    "DescribeImages",
    "DescribeInstanceTypes",
    "DescribeInstances",
    "DescribeKeyPairs",
    "DescribeLaunchTemplateVersions",
    "DescribeLaunchTemplates",
    "DescribePrice",
    "DescribeSecurityGroupAttribute",
    "DescribeSecurityGroups",
    "DescribeSpotPriceHistory",
    "DescribeVSwitches",
    "DescribeVpcs",
    "DescribeZones",
    "GetCallerIdentity",
    "ImportKeyPair",
    "JoinResourceGroup",
    "ModifyAutoProvisioningGroup",
    "ModifyInstanceAttribute",
    "ModifyLaunchTemplateDefaultVersion",
    "ModifySecurityGroupAttribute",
    "ModifySecurityGroupEgressRule",
    "ModifySecurityGroupPolicy",
    "ModifySecurityGroupRule",
    "ModifyVSwitchAttribute",
    "ModifyVpcAttribute",
    "RevokeSecurityGroup",
    "RevokeSecurityGroupEgress",
    "RunInstances",
    "TagResources",
    "TerminateInstances",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_sorted_and_unique() {
        assert!(OPERATIONS.is_sorted_by(|a, b| a < b));
    }
}
