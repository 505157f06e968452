//! The operations of the API, by the names under which a scenario's `faults` finds them.

use crate::base::api_enum;

api_enum! {
    /// An operation of the API.
    pub enum Operation {
        AllocateEipAddress,
        AssociateEipAddress,
        AuthorizeSecurityGroup,
        AuthorizeSecurityGroupEgress,
        CreateAutoProvisioningGroup,
        CreateKeyPair,
        CreateLaunchTemplate,
        CreateLaunchTemplateVersion,
        CreateNatGateway,
        CreateRouteEntry,
        CreateSecurityGroup,
        CreateSnatEntry,
        CreateVSwitch,
        CreateVpc,
        DeleteAutoProvisioningGroup,
        DeleteInstances,
        DeleteKeyPairs,
        DeleteLaunchTemplate,
        DeleteLaunchTemplateVersion,
        DeleteNatGateway,
        DeleteRouteEntry,
        DeleteSecurityGroup,
        DeleteSnatEntry,
        DeleteVSwitch,
        DeleteVpc,
        DescribeAutoProvisioningGroupHistory,
        DescribeAutoProvisioningGroupInstances,
        DescribeAutoProvisioningGroups,
        DescribeAvailableResource,
        DescribeEipAddresses,
        DescribeImages,
        DescribeInstanceTypes,
        DescribeInstances,
        DescribeKeyPairs,
        DescribeLaunchTemplateVersions,
        DescribeLaunchTemplates,
        DescribeNatGateways,
        DescribePrice,
        DescribeRegions,
        DescribeRouteEntryList,
        DescribeRouteTableList,
        DescribeSecurityGroupAttribute,
        DescribeSecurityGroups,
        DescribeSnatTableEntries,
        DescribeSpotPriceHistory,
        DescribeVSwitches,
        DescribeVpcs,
        DescribeZones,
        GetCallerIdentity,
        ImportKeyPair,
        JoinResourceGroup,
        ListResourceGroups,
        ModifyAutoProvisioningGroup,
        ModifyEipAddressAttribute,
        ModifyEipForwardMode,
        ModifyInstanceAttribute,
        ModifyLaunchTemplateDefaultVersion,
        ModifyNatGatewayAttribute,
        ModifyRouteEntry,
        ModifySecurityGroupAttribute,
        ModifySecurityGroupEgressRule,
        ModifySecurityGroupPolicy,
        ModifySecurityGroupRule,
        ModifySnatEntry,
        ModifyVSwitchAttribute,
        ModifyVpcAttribute,
        ReleaseEipAddress,
        RevokeSecurityGroup,
        RevokeSecurityGroupEgress,
        RunInstances,
        TagResources,
        TerminateInstances,
        UnassociateEipAddress,
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
