//! The words of the simulated API: requests, replies and what they are made of. Nothing here touches a world.

mod activity;
mod costs;
mod describe;
mod disk;
mod ec2_fleet;
mod ec2_fleet_kind;
mod eip;
mod group;
mod instance;
mod instance_record;
mod instance_requirements;
mod key_pair;
mod launch_template;
mod modification;
mod nat_gateway;
mod network;
mod network_interface;
mod outlook;
mod ram;
mod reservation;
mod route;
mod scaling;
mod single_instance;
mod stand_in;
mod tags;
pub(crate) mod text;
mod world;
mod world_change;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use activity::{Activity, ActivityKind, Launch, Termination, billing_name, changed_instance_ids};
pub use costs::{Cost, Costs, DescribeCostsRequest, FleetCost, InstanceCost, PoolCost, TagCost};
pub use describe::{
    AvailableResource, AvailableStatus, AvailableZone, CallerIdentity, DescribeAvailableResourceRequest,
    DescribeImagesRequest, DescribeInstanceTypesRequest, DescribePriceRequest, DescribeSpotPriceHistoryRequest,
    DescribeZonesRequest, Image, InstanceTypeInfo, Price, Region, ResourceGroup, ResourceGroupStatus, SpotPrice,
    StatusCategory, Zone,
};
pub use disk::{
    AttachDiskRequest, CreateDiskRequest, DescribeDisksRequest, Disk, DiskAttachment, DiskStatus,
    ModifyDiskAttachmentRequest, ModifyDiskRequest, OwnDisk,
};
pub use ec2_fleet::{
    CreateFleetRequest, DeleteFleetRequest, DeletedFleet, Ec2Fleet, FleetError, FleetInstances,
    FleetLaunchTemplateConfig, FleetMarketLimits, FleetOnDemandOptions, FleetOnDemandStrategy, FleetOptions,
    FleetOverride, FleetPool, FleetPoolOrigin, FleetSpotOptions, FleetSpotStrategy, FleetState, FleetUnit,
    ModifyFleetRequest, fleet_interruption, fleet_strategy,
};
pub use ec2_fleet_kind::Ec2FleetKind;
pub use eip::{
    AllocateEipAddressRequest, AssociateEipAddressRequest, DescribeEipAddressesRequest, EipAddress, EipAssociation,
    EipAssociationReference, EipInstanceType, EipMode, EipStatus, ModifyEipAddressAttributeRequest,
    ModifyEipForwardModeRequest, UnassociateEipAddressRequest,
};
pub use group::{
    AutoProvisioningGroup, BurstablePerformance, Capacity, CreateAutoProvisioningGroupRequest,
    DeleteAutoProvisioningGroupRequest, DeletedGroup, DescribeAutoProvisioningGroupInstancesRequest,
    DescribeAutoProvisioningGroupsRequest, ExcessCapacityTerminationPolicy, GroupChange, GroupState, GroupStatus,
    GroupType, InterruptionBehavior, LaunchConfiguration, LaunchResult, LaunchTemplateConfig, LaunchTemplateReference,
    ModifyAutoProvisioningGroupRequest, PassResults, PayAsYouGoAllocationStrategy, SpotAllocationStrategy, TypeFilters,
};
pub use instance::{
    AddressingType, DescribeInstancesRequest, FleetId, Instance, InstanceMetadata, InstanceState, Page, PlacedInstance,
    SpotStrategy,
};
pub use instance_record::{
    EndCause, InstanceColumn, InstanceEnd, InstancePage, InstancePageRequest, InstancePosition, InstanceRecord,
    InstanceRecords, InstanceStateChange, TagChange,
};
pub use instance_requirements::{Bounds, Inclusion, InstanceRequirements};
pub use key_pair::{
    CreatedKeyPair, DerivedKeyPair, ImportKeyPairRequest, KeyPair, KeyPairRequest, ModifyKeyPairRequest, NoPrivateKey,
};
pub use launch_template::{
    CreateLaunchTemplateRequest, CreateLaunchTemplateVersionRequest, DescribeLaunchTemplatesRequest, LaunchTemplate,
    LaunchTemplateContent, LaunchTemplateVersion, ModifyLaunchTemplateRequest,
};
pub(crate) use nat_gateway::addresses_in;
pub use nat_gateway::{
    CreateNatGatewayRequest, CreateSnatEntryRequest, DeleteNatGatewayRequest, DescribeNatGatewaysRequest,
    DescribeSnatTableEntriesRequest, ModifyNatGatewayAttributeRequest, ModifySnatEntryRequest, NatGateway, SnatEntry,
};
pub use network::{
    AuthorizeSecurityGroupRequest, CreateSecurityGroupRequest, CreateVSwitchRequest, CreateVpcRequest,
    DescribeSecurityGroupsRequest, DescribeVSwitchesRequest, DescribeVpcsRequest, Direction, InnerAccessPolicy,
    IpProtocol, ModifySecurityGroupAttributeRequest, ModifySecurityGroupRuleRequest, ModifyVSwitchAttributeRequest,
    ModifyVpcAttributeRequest, NicType, Peer, RulePolicy, SecurityGroup, SecurityGroupRule, SecurityGroupRuleReference,
    SecurityGroupType, VSwitch, Vpc,
};
pub use network_interface::{
    AttachNetworkInterfaceRequest, CreateNetworkInterfaceRequest, DescribeNetworkInterfacesRequest,
    ModifyNetworkInterfaceRequest, NetworkInterface, NetworkInterfaceAttachment, NetworkInterfaceStatus,
};
pub use outlook::{
    Distribution, ExistingFleet, FleetUpdate, Outlook, OutlookFigures, OutlookFleet, OutlookInstances, OutlookRequest,
    OutlookStart, PoolOutlook, StrategyOutlook,
};
pub use ram::{
    AttachInstanceRoleRequest, CreatePolicyRequest, CreateRoleRequest, DeletePolicyRequest, DeleteRoleRequest,
    InstanceRole, ListPoliciesRequest, ListRolePoliciesRequest, ListRolesRequest, Policy, PolicyType, Role, RolePolicy,
    UpdatePolicyRequest, UpdateRoleRequest,
};
pub use reservation::{
    DescribeReservationsRequest, ImageItem, ModifyReservationRequest, ReleasedReservation, Reservation,
    ReservationChange, RunInstancesRequest,
};
pub use route::{
    CreateRouteEntryRequest, DescribeRouteEntryListRequest, ModifyRouteEntryRequest, NextHopType, RouteEntry,
    RouteTable,
};

pub use scaling::{
    Activation, AdjustmentType, CreateScalingConfigurationRequest, CreateScalingGroupRequest, CreateScalingRuleRequest,
    DeleteScalingConfigurationRequest, DeleteScalingGroupRequest, DescribeScalingConfigurationsRequest,
    DescribeScalingGroupsRequest, DescribeScalingRulesRequest, EnableScalingGroupRequest, GroupSizes, InstancePattern,
    ModifyScalingConfigurationRequest, ModifyScalingGroupRequest, ModifyScalingRuleRequest, MultiAzPolicy, PoolOrder,
    RemovalPolicy, ScalingAdjustment, ScalingAllocation, ScalingConfiguration, ScalingConfigurationArguments,
    ScalingContent, ScalingGroup, ScalingInstanceType, ScalingRule, ScalingRuleExecution, ScalingTemplate,
    TemplateVersion, pay_as_you_go_units,
};
pub use single_instance::{
    DataDisk, DescribeSingleInstancesRequest, InstanceForecast, LaunchInstanceRequest, LaunchInstancesRequest,
    LaunchInterface, LaunchPlace, LaunchRefusal, LaunchedInterface, ModifyInstanceRequest, PoolFit, Power,
    SingleInstance, SingleInstanceDetails, StoppedMode, TemplateChoice,
};
pub use stand_in::{MakeContent, StandIn, StandInContent, StandInContext};
pub use tags::{TagResourcesRequest, TaggedKind, UntagResourcesRequest};
pub use world::{
    ClockAdvance, ClockTarget, DescribeWorldHistoryRequest, DescribeWorldRequest, DestroyOutcome, DestroySelection,
    FleetHistory, FleetOverview, ForkRequest, ForkScenario, KeptObject, PoolHistory, PoolOverview, PoolPrice,
    PoolScope, PoolSide, ResourceOverview, ShortagePeriod, UsablePool, WorldContents, WorldHistory, WorldObject,
    WorldOverview, WorldReport, WorldSummary,
};
pub use world_change::{InstanceSelection, TakeResult, WorldChange, WorldChangeEffect, WorldChangeOutcome};

/// Tags of a group, a reservation or an instance, by key.
pub type Tags = BTreeMap<String, String>;

/// What replacing lost instances or changing the capacity did, or would do, to the list of instances (G9, G10).
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceListChange {
    /// Launch indexes of lost instances that got a replacement, ascending.
    pub replaced: Vec<u32>,
    /// How many instances were launched beyond those, at the end of the list.
    pub appended: u32,
    /// Launch indexes of instances that were released, ascending.
    pub removed: Vec<u32>,
}

/// What a plan shows of a change to a fleet (G10a).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PlannedChange {
    pub change: InstanceListChange,
    /// A group's results where its capacity changes and nothing is launched or released.
    pub results: Option<PassResults>,
}

impl InstanceListChange {
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.replaced.is_empty() && self.appended == 0 && self.removed.is_empty()
    }
}
