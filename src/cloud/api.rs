//! The simulated API for asynchronous callers: the table of its operations.

use std::collections::BTreeSet;

use super::SimCloud;
use super::error::CloudError;
use super::model::{
    Activity, AuthorizeSecurityGroupRequest, AutoProvisioningGroup, AvailableZone, CallerIdentity,
    CreateAutoProvisioningGroupRequest, CreateLaunchTemplateRequest, CreateLaunchTemplateVersionRequest,
    CreateSecurityGroupRequest, CreateVSwitchRequest, CreateVpcRequest, CreatedKeyPair,
    DeleteAutoProvisioningGroupRequest, DeletedGroup, DescribeAutoProvisioningGroupInstancesRequest,
    DescribeAutoProvisioningGroupsRequest, DescribeAvailableResourceRequest, DescribeImagesRequest,
    DescribeInstanceTypesRequest, DescribeInstancesRequest, DescribeLaunchTemplatesRequest, DescribePriceRequest,
    DescribeSecurityGroupsRequest, DescribeSpotPriceHistoryRequest, DescribeVSwitchesRequest, DescribeVpcsRequest,
    DescribeZonesRequest, FleetId, GroupChange, Image, ImportKeyPairRequest, InnerAccessPolicy, Instance,
    InstanceMetadata, InstanceTypeInfo, KeyPair, KeyPairRequest, LaunchTemplate, LaunchTemplateVersion,
    ModifyAutoProvisioningGroupRequest, ModifyKeyPairRequest, ModifyLaunchTemplateRequest, ModifyReservationRequest,
    ModifySecurityGroupAttributeRequest, ModifySecurityGroupRuleRequest, ModifyVSwitchAttributeRequest,
    ModifyVpcAttributeRequest, Page, PlacedInstance, PlannedChange, Price, ReleasedReservation, Reservation,
    ReservationChange, RunInstancesRequest, SecurityGroup, SecurityGroupRuleReference, SpotPrice, VSwitch, Vpc, Zone,
};
use crate::base::{
    GroupId, InstanceId, KeyPairName, LaunchTemplateId, ReservationId, SecurityGroupId, Time, VSwitchId, VpcId,
};

type Reply<T> = Result<T, CloudError>;

/// The asynchronous face of a [`SimCloud`]; clones share it.
///
/// Every operation looks at the world, which first catches up to the clock (W7). What a `forecast_` method returns is
/// what the operation of that name would return now; it leaves the world as it is and meets no fault.
#[derive(Clone, Debug)]
pub struct Cloud {
    cloud: SimCloud,
}

impl Cloud {
    #[must_use]
    pub const fn new(cloud: SimCloud) -> Self {
        Self { cloud }
    }

    /// Warnings since the last time they were taken (a clock set back, W5); does not touch the world.
    #[must_use]
    pub fn take_warnings(&self) -> Vec<String> {
        self.cloud.take_warnings()
    }

    /// Runs an operation on a thread that may block: it is one transaction, which may wait for a disk or a lock.
    async fn run_blocking<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&SimCloud) -> Reply<T> + Send + 'static,
    ) -> Reply<T> {
        let cloud = self.cloud.clone();
        match tokio::task::spawn_blocking(move || operation(&cloud)).await {
            Ok(reply) => reply,
            // A panic goes on where it would have without the thread in between.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Each operation with its request and its reply. `&` marks what [`SimCloud`] borrows, `; ?` what it borrows if it
/// is given, and `;` what it takes by value.
macro_rules! operations {
    ($(
        $(#[$attribute:meta])*
        $operation:ident(
            $(&$borrowed:ident: $Borrowed:ty),* $(; ?$optional:ident: $Optional:ty)? $(; $owned:ident: $Owned:ty)?
        ) -> $Answer:ty;
    )*) => {
        impl Cloud {$(
            $(#[$attribute])*
            pub async fn $operation(
                &self
                $(, $borrowed: $Borrowed)*
                $(, $optional: Option<$Optional>)?
                $(, $owned: $Owned)?
            ) -> Reply<$Answer> {
                self.run_blocking(move |cloud| cloud.$operation($(&$borrowed,)* $($optional.as_ref())? $($owned)?)).await
            }
        )*}
    };
}

operations! {
    run_instances(&request: RunInstancesRequest) -> Reservation;
    forecast_run_instances(&request: RunInstancesRequest) -> Reservation;
    /// `None`: there is no such reservation.
    describe_reservation(&reservation_id: ReservationId) -> Option<Reservation>;
    modify_reservation(&request: ModifyReservationRequest) -> ReservationChange;
    forecast_modify_reservation(&request: ModifyReservationRequest) -> ReservationChange;
    /// Terminates what lives and forgets the reservation.
    release_reservation(&reservation_id: ReservationId) -> ReleasedReservation;
    create_auto_provisioning_group(&request: CreateAutoProvisioningGroupRequest) -> AutoProvisioningGroup;
    /// What a group of the same name holds counts as free stock if it is to be replaced.
    forecast_create_auto_provisioning_group(
        &request: CreateAutoProvisioningGroupRequest; replaces_namesake: bool
    ) -> AutoProvisioningGroup;
    modify_auto_provisioning_group(&request: ModifyAutoProvisioningGroupRequest) -> GroupChange;
    forecast_modify_auto_provisioning_group(&request: ModifyAutoProvisioningGroupRequest) -> GroupChange;
    delete_auto_provisioning_group(&request: DeleteAutoProvisioningGroupRequest) -> DeletedGroup;
    describe_auto_provisioning_groups(&request: DescribeAutoProvisioningGroupsRequest) -> Vec<AutoProvisioningGroup>;
    describe_auto_provisioning_group_instances(
        &request: DescribeAutoProvisioningGroupInstancesRequest
    ) -> Page<Instance>;
    /// Oldest first.
    describe_auto_provisioning_group_history(&group_id: GroupId) -> Vec<Activity>;
    /// Records the change that a plan showed for a fleet, until the fleet is changed (G10a).
    record_planned_change(&fleet: FleetId, &plan_fingerprint: String, &planned: PlannedChange) -> ();
    /// The change that the plan with this fingerprint showed.
    planned_change(&fleet: FleetId, &plan_fingerprint: String) -> Option<PlannedChange>;
    /// Deletes the changes that all plans of the fleet have shown.
    clear_planned_changes(&fleet: FleetId) -> ();
    /// Records that a state holds a fleet while a plan creates one with the same client token (W2).
    hold_fleet(&fleet: FleetId) -> ();
    /// The private half is in the reply, and nowhere else.
    create_key_pair(&request: KeyPairRequest) -> CreatedKeyPair;
    import_key_pair(&request: ImportKeyPairRequest) -> KeyPair;
    modify_key_pair(&request: ModifyKeyPairRequest) -> KeyPair;
    delete_key_pairs(&names: BTreeSet<KeyPairName>) -> ();
    describe_key_pairs(; ?names: BTreeSet<KeyPairName>) -> Vec<KeyPair>;
    create_launch_template(&request: CreateLaunchTemplateRequest) -> LaunchTemplate;
    create_launch_template_version(&request: CreateLaunchTemplateVersionRequest) -> LaunchTemplate;
    modify_launch_template(&request: ModifyLaunchTemplateRequest) -> LaunchTemplate;
    delete_launch_template(&id: LaunchTemplateId) -> ();
    delete_launch_template_version(&id: LaunchTemplateId, &numbers: BTreeSet<u32>) -> ();
    describe_launch_templates(&request: DescribeLaunchTemplatesRequest) -> Vec<LaunchTemplate>;
    describe_launch_template_versions(&id: LaunchTemplateId; ?numbers: BTreeSet<u32>) -> Vec<LaunchTemplateVersion>;
    describe_instances(&request: DescribeInstancesRequest) -> Page<PlacedInstance>;
    describe_instance_metadata(&instance_id: InstanceId) -> InstanceMetadata;
    /// All of them or none.
    delete_instances(&instance_ids: BTreeSet<InstanceId>) -> ();
    create_vpc(&request: CreateVpcRequest) -> Vpc;
    modify_vpc_attribute(&request: ModifyVpcAttributeRequest) -> Vpc;
    delete_vpc(&vpc_id: VpcId) -> ();
    /// The default VPC first, then by creation.
    describe_vpcs(&request: DescribeVpcsRequest) -> Vec<Vpc>;
    create_vswitch(&request: CreateVSwitchRequest) -> VSwitch;
    modify_vswitch_attribute(&request: ModifyVSwitchAttributeRequest) -> VSwitch;
    delete_vswitch(&vswitch_id: VSwitchId) -> ();
    /// The default ones by zone, then by creation.
    describe_vswitches(&request: DescribeVSwitchesRequest) -> Vec<VSwitch>;
    create_security_group(&request: CreateSecurityGroupRequest) -> SecurityGroup;
    modify_security_group_attribute(&request: ModifySecurityGroupAttributeRequest) -> SecurityGroup;
    modify_security_group_policy(&security_group_id: SecurityGroupId; policy: InnerAccessPolicy) -> SecurityGroup;
    delete_security_group(&security_group_id: SecurityGroupId) -> ();
    /// `default` first, then by creation.
    describe_security_groups(&request: DescribeSecurityGroupsRequest) -> Vec<SecurityGroup>;
    /// `None`: there is no such group.
    describe_security_group_attribute(&security_group_id: SecurityGroupId) -> Option<SecurityGroup>;
    /// The rule's id, and the group with it.
    authorize_security_group(&request: AuthorizeSecurityGroupRequest) -> (String, SecurityGroup);
    modify_security_group_rule(&request: ModifySecurityGroupRuleRequest) -> SecurityGroup;
    revoke_security_group(&rule: SecurityGroupRuleReference) -> ();
    /// By zone.
    describe_available_resource(&request: DescribeAvailableResourceRequest) -> Vec<AvailableZone>;
    describe_zones(&request: DescribeZonesRequest) -> Vec<Zone>;
    describe_instance_types(&request: DescribeInstanceTypesRequest) -> Vec<InstanceTypeInfo>;
    describe_images(&request: DescribeImagesRequest) -> Vec<Image>;
    /// One row per hour in which the price changed, and the one before the start; by zone, then time.
    describe_spot_price_history(&request: DescribeSpotPriceHistoryRequest) -> Vec<SpotPrice>;
    describe_price(&request: DescribePriceRequest) -> Price;
    get_caller_identity() -> CallerIdentity;
    /// The world's clock after catching up.
    describe_clock() -> Time;
}
