//! The history of a world: what happened to fleets and other resources.

use std::collections::BTreeSet;
use std::fmt;

use crate::base::collect::IntoOrdered;
use crate::base::money::shortest;
use crate::base::{Billing, Decimal, InstanceId, InstanceTypeName, Time, ZoneId};

/// One event in the history of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Activity {
    pub time: Time,
    pub kind: ActivityKind,
    /// The resource that it happened to; [`Self::OF_WORLD`] for what a person did to the whole world.
    pub resource_id: String,
    /// A sentence.
    pub detail: String,
    pub created: Vec<InstanceId>,
    pub destroyed: Vec<InstanceId>,
    /// Where what it created was launched; only in the history of a world and in what time brought.
    pub launches: Vec<Launch>,
    /// Where what it destroyed ran; with `launches`, and without instances that only stopped.
    pub terminations: Vec<Termination>,
}

impl Activity {
    /// In place of a resource's id, in what a person did to the whole world.
    pub const OF_WORLD: &'static str = "world";
}

/// The instances that were launched or taken, or whose state changed.
#[must_use]
pub fn changed_instance_ids(activities: &[Activity]) -> BTreeSet<&InstanceId> {
    activities.iter().flat_map(|activity| activity.created.iter().chain(&activity.destroyed)).into_set()
}

/// Equal instances that were launched at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Launch {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    pub billing: Billing,
    /// At the launch.
    pub hourly_price: Decimal,
    /// Units that one of them delivers.
    pub weight: Decimal,
    pub instances: u32,
}

/// `spot` or `pay_as_you_go`, as scenarios and JSON name the billing.
#[must_use]
pub const fn billing_name(billing: Billing) -> &'static str {
    match billing {
        Billing::PayAsYouGo => "pay_as_you_go",
        Billing::Spot => "spot",
    }
}

/// Equal instances that were lost or released at one moment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Termination {
    pub zone_id: ZoneId,
    pub instance_type: InstanceTypeName,
    pub billing: Billing,
    /// Whether they were taken from their fleet, and not released by it.
    pub is_loss: bool,
    pub instances: u32,
}

impl fmt::Display for Launch {
    /// `8 of ecs.g6.large in cn-hangzhou-i, spot at 0.1784`
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let billing = billing_name(self.billing).replace('_', "-");
        let (instances, instance_type, zone_id) = (self.instances, &self.instance_type, &self.zone_id);
        write!(f, "{instances} of {instance_type} in {zone_id}, {billing} at {}", shortest(self.hourly_price))
    }
}

/// What happened: a call of that name, or an effect of time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ActivityKind {
    /// A person moved the clock.
    AdvanceClock,
    AllocateEipAddress,
    AssociateEipAddress,
    AttachDisk,
    AttachNetworkInterface,
    /// A person changed the market.
    ChangeMarket,
    CreateAutoProvisioningGroup,
    CreateDisk,
    CreateFleet,
    CreateNatGateway,
    CreateNetworkInterface,
    CreateRouteEntry,
    CreateScalingConfiguration,
    CreateScalingGroup,
    CreateSecurityGroup,
    CreateSnatEntry,
    CreateVSwitch,
    CreateVpc,
    DeleteAutoProvisioningGroup,
    DeleteDisk,
    DeleteInstances,
    DeleteNatGateway,
    DeleteNetworkInterface,
    DeleteRouteEntry,
    DeleteScalingGroup,
    DeleteSecurityGroup,
    DeleteSnatEntry,
    DeleteVSwitch,
    DeleteVpc,
    DetachDisk,
    EnableScalingGroup,
    DetachNetworkInterface,
    ExecuteScalingRule,
    /// The window of a group ended.
    Expire,
    ModifyAutoProvisioningGroup,
    ModifyInstanceSpec,
    ModifyScalingConfiguration,
    ModifyScalingGroup,
    /// The scenario reclaimed spot instances.
    ReclaimSpot,
    /// A person reclaimed spot instances.
    ReclaimSpotByHand,
    ReleaseEipAddress,
    /// A step of time launched missing capacity.
    Replenish,
    RequestSpotFleet,
    /// Stopped instances started again.
    Restart,
    RunInstances,
    /// The spot price rose above the limit given at launch.
    SpotPriceAboveLimit,
    /// The supply of a spot pool fell below its use.
    SpotStockReclaimed,
    /// The window of a group began.
    Start,
    StartInstance,
    StopInstance,
    /// The call of that name, or the event `terminate_instances` of the scenario.
    TerminateInstances,
    /// A person terminated instances.
    TerminateInstancesByHand,
    UnassociateEipAddress,
}

impl ActivityKind {
    const ALL: [Self; 53] = [
        Self::AdvanceClock,
        Self::AllocateEipAddress,
        Self::AssociateEipAddress,
        Self::AttachDisk,
        Self::AttachNetworkInterface,
        Self::ChangeMarket,
        Self::CreateAutoProvisioningGroup,
        Self::CreateDisk,
        Self::CreateFleet,
        Self::CreateNatGateway,
        Self::CreateNetworkInterface,
        Self::CreateRouteEntry,
        Self::CreateScalingConfiguration,
        Self::CreateScalingGroup,
        Self::CreateSecurityGroup,
        Self::CreateSnatEntry,
        Self::CreateVSwitch,
        Self::CreateVpc,
        Self::DeleteAutoProvisioningGroup,
        Self::DeleteDisk,
        Self::DeleteInstances,
        Self::DeleteNatGateway,
        Self::DeleteNetworkInterface,
        Self::DeleteRouteEntry,
        Self::DeleteScalingGroup,
        Self::DeleteSecurityGroup,
        Self::DeleteSnatEntry,
        Self::DeleteVSwitch,
        Self::DeleteVpc,
        Self::DetachDisk,
        Self::EnableScalingGroup,
        Self::DetachNetworkInterface,
        Self::ExecuteScalingRule,
        Self::Expire,
        Self::ModifyAutoProvisioningGroup,
        Self::ModifyInstanceSpec,
        Self::ModifyScalingConfiguration,
        Self::ModifyScalingGroup,
        Self::ReclaimSpot,
        Self::ReclaimSpotByHand,
        Self::ReleaseEipAddress,
        Self::Replenish,
        Self::RequestSpotFleet,
        Self::Restart,
        Self::RunInstances,
        Self::SpotPriceAboveLimit,
        Self::SpotStockReclaimed,
        Self::Start,
        Self::StartInstance,
        Self::StopInstance,
        Self::TerminateInstances,
        Self::TerminateInstancesByHand,
        Self::UnassociateEipAddress,
    ];

    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::AdvanceClock => "AdvanceClock",
            Self::AllocateEipAddress => "AllocateEipAddress",
            Self::AssociateEipAddress => "AssociateEipAddress",
            Self::AttachDisk => "AttachDisk",
            Self::AttachNetworkInterface => "AttachNetworkInterface",
            Self::ChangeMarket => "ChangeMarket",
            Self::CreateAutoProvisioningGroup => "CreateAutoProvisioningGroup",
            Self::CreateDisk => "CreateDisk",
            Self::CreateFleet => "CreateFleet",
            Self::CreateNatGateway => "CreateNatGateway",
            Self::CreateNetworkInterface => "CreateNetworkInterface",
            Self::CreateRouteEntry => "CreateRouteEntry",
            Self::CreateScalingConfiguration => "CreateScalingConfiguration",
            Self::CreateScalingGroup => "CreateScalingGroup",
            Self::CreateSecurityGroup => "CreateSecurityGroup",
            Self::CreateSnatEntry => "CreateSnatEntry",
            Self::CreateVSwitch => "CreateVSwitch",
            Self::CreateVpc => "CreateVpc",
            Self::DeleteAutoProvisioningGroup => "DeleteAutoProvisioningGroup",
            Self::DeleteDisk => "DeleteDisk",
            Self::DeleteInstances => "DeleteInstances",
            Self::DeleteNatGateway => "DeleteNatGateway",
            Self::DeleteNetworkInterface => "DeleteNetworkInterface",
            Self::DeleteRouteEntry => "DeleteRouteEntry",
            Self::DeleteScalingGroup => "DeleteScalingGroup",
            Self::DeleteSecurityGroup => "DeleteSecurityGroup",
            Self::DeleteSnatEntry => "DeleteSnatEntry",
            Self::DeleteVSwitch => "DeleteVSwitch",
            Self::DeleteVpc => "DeleteVpc",
            Self::DetachDisk => "DetachDisk",
            Self::EnableScalingGroup => "EnableScalingGroup",
            Self::DetachNetworkInterface => "DetachNetworkInterface",
            Self::ExecuteScalingRule => "ExecuteScalingRule",
            Self::Expire => "Expire",
            Self::ModifyAutoProvisioningGroup => "ModifyAutoProvisioningGroup",
            Self::ModifyInstanceSpec => "ModifyInstanceSpec",
            Self::ModifyScalingConfiguration => "ModifyScalingConfiguration",
            Self::ModifyScalingGroup => "ModifyScalingGroup",
            Self::ReclaimSpot => "ReclaimSpot",
            Self::ReclaimSpotByHand => "ReclaimSpotByHand",
            Self::ReleaseEipAddress => "ReleaseEipAddress",
            Self::Replenish => "Replenish",
            Self::RequestSpotFleet => "RequestSpotFleet",
            Self::Restart => "Restart",
            Self::RunInstances => "RunInstances",
            Self::SpotPriceAboveLimit => "SpotPriceAboveLimit",
            Self::SpotStockReclaimed => "SpotStockReclaimed",
            Self::Start => "Start",
            Self::StartInstance => "StartInstance",
            Self::StopInstance => "StopInstance",
            Self::TerminateInstances => "TerminateInstances",
            Self::TerminateInstancesByHand => "TerminateInstancesByHand",
            Self::UnassociateEipAddress => "UnassociateEipAddress",
        }
    }

    /// Whether the market, an event or a person took instances from their fleet: they are lost, or stopped (W6).
    #[must_use]
    pub const fn takes_instances(self) -> bool {
        self.is_termination()
            || matches!(
                self,
                Self::ReclaimSpot | Self::ReclaimSpotByHand | Self::SpotPriceAboveLimit | Self::SpotStockReclaimed
            )
    }

    /// Whether instances ended as if they had failed, not because spot capacity was taken back.
    #[must_use]
    pub const fn is_termination(self) -> bool {
        matches!(self, Self::TerminateInstances | Self::TerminateInstancesByHand)
    }

    /// `None` if no kind has this name.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.name() == name)
    }
}

impl fmt::Display for ActivityKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
