//! The arguments that members of the API's requests are written as: the one place that knows both.

use crate::cloud::Member;

/// The name of the attribute or block in which a configuration has this member.
pub(crate) const fn attribute_name(member: Member) -> &'static str {
    match member {
        Member::AllocationId => "allocation_id",
        Member::AdjustmentValue => "adjustment_value",
        Member::Amount => "amount",
        Member::AssumeRolePolicyDocument => "assume_role_policy_document",
        Member::AutoProvisioningGroupName => "auto_provisioning_group_name",
        Member::Category => "category",
        Member::CidrBlock => "cidr_block",
        Member::CidrIp => "cidr_ip",
        Member::ClientToken => "client_token",
        Member::DataDisks => "data_disks",
        Member::DataDiskConfig => "data_disk_config",
        Member::DeletionProtection => "deletion_protection",
        Member::DestinationCidrBlock => "destination_cidrblock",
        Member::DesiredCapacity => "desired_capacity",
        Member::DiskCategory => "disk_category",
        Member::DiskId => "disk_id",
        Member::DryRun => "dry_run",
        Member::Enable => "enable",
        Member::GroupDeletionProtection => "group_deletion_protection",
        Member::GroupId => "id",
        Member::Image => "image",
        Member::ImageId => "image_id",
        Member::ImageName => "image_name",
        Member::InnerAccessPolicy => "inner_access_policy",
        Member::InstanceId => "instance_id",
        Member::InstanceIds => "instance_ids",
        Member::InstanceType => "instance_type",
        Member::IpAddress => "ip_address",
        Member::KeyName => "key_name",
        Member::KeyPairName => "key_pair_name",
        Member::LaunchConfiguration => "launch_configuration",
        Member::LaunchTemplateConfig => "launch_template_config",
        Member::LaunchTemplateId => "launch_template_id",
        Member::LaunchTemplateName => "launch_template_name",
        Member::LaunchTemplateVersion => "launch_template_version",
        Member::MaxCount => "max_count",
        Member::MaxPrice => "max_price",
        Member::MaxSize => "max_size",
        Member::MaxSpotPrice => "max_spot_price",
        Member::MinCount => "min_count",
        Member::MinSize => "min_size",
        Member::MinTargetCapacity => "min_target_capacity",
        Member::NetworkInterfaceId => "network_interface_id",
        Member::NetworkInterfaces => "network_interfaces",
        Member::NextHopId => "nexthop_id",
        Member::NicType => "nic_type",
        Member::OnDemandPercentage => "on_demand_percentage_above_base_capacity",
        Member::PerformanceLevel => "performance_level",
        Member::Policy => "policy",
        Member::PolicyDocument => "policy_document",
        Member::PolicyName => "policy_name",
        Member::PrivateIpAddress => "private_ip",
        Member::PrivateIpAddresses => "private_ip_addresses",
        Member::PublicKey => "public_key",
        Member::ReservationId => "reservation_id",
        Member::RoleName => "role_name",
        Member::RouteTableId => "route_table_id",
        Member::ScalingGroupId => "scaling_group_id",
        Member::ScalingRuleId => "scaling_rule_id",
        Member::SecondaryCidrBlocks => "secondary_cidr_blocks",
        Member::SecurityGroupId => "security_group_id",
        Member::SecurityGroupIds => "security_group_ids",
        Member::SecurityGroupType => "security_group_type",
        Member::Size => "size",
        Member::SnatIp => "snat_ip",
        Member::SnatTableId => "snat_table_id",
        Member::SourceCidr => "source_cidr",
        Member::SourceSecurityGroupId => "source_security_group_id",
        Member::SourceVSwitchId => "source_vswitch_id",
        Member::SpotInstancePoolsToUseCount => "spot_instance_pools_to_use_count",
        Member::SpotPriceLimit => "spot_price_limit",
        Member::StartTime => "start_time",
        Member::Substitute => "substitute",
        Member::SystemDiskCategory => "system_disk_category",
        Member::SystemDiskConfig => "system_disk_config",
        Member::SystemDiskSize => "system_disk_size",
        Member::TotalTargetCapacity => "total_target_capacity",
        Member::Type => "type",
        Member::UserData => "user_data",
        Member::VSwitchId => "vswitch_id",
        Member::VSwitchIds => "vswitch_ids",
        Member::ValidUntil => "valid_until",
        Member::VpcId => "vpc_id",
        Member::WeightedCapacity => "weighted_capacity",
        Member::ZoneId => "zone_id",
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::base::ApiEnum;
    use crate::provider::{Settings, SimcloudProvider};
    use crate::tf::Provider;
    use crate::tf::schema::{AttributeKind, Block};

    /// The names of a block's attributes and blocks, those inside included.
    fn names(block: &Block, found: &mut BTreeSet<String>) {
        for attribute in &block.attributes {
            found.insert(attribute.name.to_string());
            if let AttributeKind::Nested(_, inside) = &attribute.kind {
                found.extend(inside.iter().map(|inner| inner.name.to_string()));
            }
        }
        for nested in &block.blocks {
            found.insert(nested.name.to_string());
            names(&nested.block, found);
        }
    }

    #[test]
    fn every_member_is_an_argument_of_something() {
        let provider = SimcloudProvider::new("simcloud", Settings::default());
        let resources = provider.resources().into_values().map(|resource| resource.schema());
        let sources = provider.data_sources().into_values().map(|source| source.schema());
        let actions = provider.actions().into_values().map(|action| action.schema());
        let mut arguments = BTreeSet::new();
        for schema in resources.chain(sources).chain(actions) {
            names(&schema.block, &mut arguments);
        }
        let unknown: Vec<_> =
            Member::ALL.iter().filter(|member| !arguments.contains(attribute_name(**member))).collect();
        assert!(unknown.is_empty(), "no schema has {unknown:?}");
    }

    #[test]
    fn no_two_members_are_the_same_argument() {
        let names: BTreeSet<_> = Member::ALL.iter().map(|member| attribute_name(*member)).collect();
        assert_eq!(names.len(), Member::ALL.len());
    }
}
