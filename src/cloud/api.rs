//! The table of the simulated API's operations, for asynchronous callers.

use std::sync::Arc;

use std::any::Any;
use std::collections::BTreeSet;

use super::SimCloud;
use super::administration_error::AdministrationError;
use super::error::CloudError;
use super::model::{
    Activity, AllocateEipAddressRequest, AssociateEipAddressRequest, AttachDiskRequest, AttachInstanceRoleRequest,
    AttachNetworkInterfaceRequest, AuthorizeSecurityGroupRequest, AutoProvisioningGroup, AvailableZone, CallerIdentity,
    Costs, CreateAutoProvisioningGroupRequest, CreateDiskRequest, CreateFleetRequest, CreateLaunchTemplateRequest,
    CreateLaunchTemplateVersionRequest, CreateNatGatewayRequest, CreateNetworkInterfaceRequest, CreatePolicyRequest,
    CreateRoleRequest, CreateRouteEntryRequest, CreateScalingConfigurationRequest, CreateScalingGroupRequest,
    CreateScalingRuleRequest, CreateSecurityGroupRequest, CreateSnatEntryRequest, CreateVSwitchRequest,
    CreateVpcRequest, CreatedKeyPair, DeleteAutoProvisioningGroupRequest, DeleteFleetRequest, DeleteNatGatewayRequest,
    DeletePolicyRequest, DeleteRoleRequest, DeleteScalingConfigurationRequest, DeleteScalingGroupRequest, DeletedFleet,
    DeletedGroup, DerivedKeyPair, DescribeAutoProvisioningGroupInstancesRequest, DescribeAutoProvisioningGroupsRequest,
    DescribeAvailableResourceRequest, DescribeCostsRequest, DescribeDisksRequest, DescribeEipAddressesRequest,
    DescribeImagesRequest, DescribeInstanceTypesRequest, DescribeInstancesRequest, DescribeLaunchTemplatesRequest,
    DescribeNatGatewaysRequest, DescribeNetworkInterfacesRequest, DescribePriceRequest, DescribeReservationsRequest,
    DescribeRouteEntryListRequest, DescribeScalingConfigurationsRequest, DescribeScalingGroupsRequest,
    DescribeScalingRulesRequest, DescribeSecurityGroupsRequest, DescribeSingleInstancesRequest,
    DescribeSnatTableEntriesRequest, DescribeSpotPriceHistoryRequest, DescribeVSwitchesRequest, DescribeVpcsRequest,
    DescribeZonesRequest, Disk, Ec2Fleet, EipAddress, EnableScalingGroupRequest, FleetId, ForkRequest, GroupChange,
    Image, ImportKeyPairRequest, InnerAccessPolicy, Instance, InstanceForecast, InstanceMetadata, InstanceRecords,
    InstanceRole, InstanceStateChange, InstanceTypeInfo, KeyPair, KeyPairRequest, LaunchInstanceRequest,
    LaunchInstancesRequest, LaunchTemplate, LaunchTemplateVersion, ListPoliciesRequest, ListRolePoliciesRequest,
    ListRolesRequest, MakeContent, ModifyAutoProvisioningGroupRequest, ModifyDiskAttachmentRequest, ModifyDiskRequest,
    ModifyEipAddressAttributeRequest, ModifyEipForwardModeRequest, ModifyFleetRequest, ModifyInstanceRequest,
    ModifyKeyPairRequest, ModifyLaunchTemplateRequest, ModifyNatGatewayAttributeRequest, ModifyNetworkInterfaceRequest,
    ModifyReservationRequest, ModifyRouteEntryRequest, ModifyScalingConfigurationRequest, ModifyScalingGroupRequest,
    ModifyScalingRuleRequest, ModifySecurityGroupAttributeRequest, ModifySecurityGroupRuleRequest,
    ModifySnatEntryRequest, ModifyVSwitchAttributeRequest, ModifyVpcAttributeRequest, NatGateway, NetworkInterface,
    Outlook, OutlookRequest, Page, PlacedInstance, PlannedChange, Policy, Price, Region, ReleasedReservation,
    Reservation, ReservationChange, ResourceGroup, Role, RolePolicy, RouteEntry, RouteTable, RunInstancesRequest,
    ScalingConfiguration, ScalingGroup, ScalingRule, ScalingRuleExecution, SecurityGroup, SecurityGroupRuleReference,
    SingleInstance, SnatEntry, SpotPrice, StandIn, StandInContext, TagChange, TagResourcesRequest, TaggedKind, Tags,
    UnassociateEipAddressRequest, UntagResourcesRequest, UpdatePolicyRequest, UpdateRoleRequest, VSwitch, Vpc,
    WorldChange, WorldChangeOutcome, Zone,
};
use super::operations::administration::WorldFork;
use crate::base::{
    DiskId, EipId, GroupId, InstanceId, KeyPairName, LaunchTemplateId, NetworkInterfaceId, RegionId, ReservationId,
    ScalingGroupId, ScalingRuleId, SecurityGroupId, Time, VSwitchId, VpcId, WorldId,
};
use crate::market::{MarketChange, Operation, Scenario};

type Reply<T> = Result<T, CloudError>;
type BoxedReply = Box<dyn Any + Send>;
type BoxedOperation = Box<dyn FnOnce(&SimCloud) -> BoxedReply + Send>;

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

    /// The id of the world that the latest call found; does not touch the world.
    #[must_use]
    pub fn latest_world(&self) -> Option<WorldId> {
        self.cloud.latest_world()
    }

    /// The same world in another region.
    #[must_use]
    pub fn in_region(&self, region: &RegionId) -> Self {
        Self::new(self.cloud.in_region(region))
    }

    /// The same world under another scenario, which it does not remember.
    #[must_use]
    pub fn under_scenario(&self, scenario: Arc<Scenario>) -> Self {
        Self::new(self.cloud.under_scenario(scenario))
    }

    /// [`SimCloud::change_world`] for asynchronous callers.
    ///
    /// # Errors
    /// What the change refuses.
    pub async fn change_world(
        &self,
        change: WorldChange,
        mut progress: impl FnMut(&[Activity]) -> bool + Send + 'static,
    ) -> Result<WorldChangeOutcome, AdministrationError> {
        self.run_blocking(move |cloud| cloud.change_world(&change, &mut progress)).await
    }

    /// [`SimCloud::forecast_world_change`] for asynchronous callers.
    ///
    /// # Errors
    /// What the change refuses.
    pub async fn forecast_world_change(&self, change: WorldChange) -> Result<WorldChangeOutcome, AdministrationError> {
        self.run_blocking(move |cloud| cloud.forecast_world_change(&change)).await
    }

    /// [`SimCloud::create_stand_in`] for asynchronous callers.
    ///
    /// # Errors
    /// A fault of the scenario, or the world cannot be written.
    pub async fn create_stand_in(
        &self,
        type_name: String,
        request: String,
        make: Box<MakeContent<'static>>,
    ) -> Reply<StandIn> {
        self.run_blocking(move |cloud| cloud.create_stand_in(&type_name, &request, make.as_ref())).await
    }

    /// [`SimCloud::modify_stand_in`] for asynchronous callers.
    ///
    /// # Errors
    /// A fault of the scenario, or the world cannot be written.
    pub async fn modify_stand_in(
        &self,
        type_name: String,
        key: String,
        make: Box<MakeContent<'static>>,
    ) -> Reply<Option<StandIn>> {
        self.run_blocking(move |cloud| cloud.modify_stand_in(&type_name, &key, make.as_ref())).await
    }

    /// Runs an operation on a thread that may block: it is one transaction, which may wait for a disk or a lock.
    pub(super) async fn run_blocking<T: Send + 'static>(
        &self,
        operation: impl FnOnce(&SimCloud) -> T + Send + 'static,
    ) -> T {
        let reply = self.run_boxed(Box::new(|cloud| Box::new(operation(cloud)))).await;
        *reply.downcast().expect("the reply of the operation")
    }

    /// All operations are one type of task: a type for each would make the executable a twentieth larger.
    async fn run_boxed(&self, operation: BoxedOperation) -> BoxedReply {
        let cloud = self.cloud.clone();
        match tokio::task::spawn_blocking(move || operation(&cloud)).await {
            Ok(reply) => reply,
            // A panic goes on where it would have without the thread in between.
            Err(error) => std::panic::resume_unwind(error.into_panic()),
        }
    }
}

/// Each operation with its request and its reply, under the names that the service has for it: those that `faults` may
/// name. The brackets are empty where the service has no such operation, or where another line has its
/// name. `&` marks what [`SimCloud`] borrows, `; ?` what it borrows if it is given, and `;` what it takes by
/// value.
macro_rules! operations {
    ($(
        $(#[$attribute:meta])*
        [$($Name:ident)|*] $operation:ident $arguments:tt -> $Answer:ty;
    )*) => {
        impl Cloud {
            $( operations! { @asynchronous [$(#[$attribute])*] $operation $arguments -> $Answer } )*
        }

        // Every name that `faults` may use is that of one line here, or this does not compile.
        const _: fn(Operation) = |operation| match operation {
            $( $( Operation::$Name => {} )* )*
        };
    };
    (@asynchronous [$(#[$attribute:meta])*] $operation:ident(
        $(&$borrowed:ident: $Borrowed:ty),* $(; ?$optional:ident: $Optional:ty)? $(; $owned:ident: $Owned:ty)?
    ) -> $Answer:ty) => {
        $(#[$attribute])*
        pub async fn $operation(
            &self
            $(, $borrowed: $Borrowed)*
            $(, $optional: Option<$Optional>)?
            $(, $owned: $Owned)?
        ) -> Reply<$Answer> {
            self.run_blocking(move |cloud| cloud.$operation($(&$borrowed,)* $($optional.as_ref())? $($owned)?)).await
        }
    };
}

operations! {
    [RunInstances] run_instances(&request: RunInstancesRequest) -> Reservation;
    [] forecast_run_instances(&request: RunInstancesRequest) -> Reservation;
    [] forecast_replace_reservation(&request: RunInstancesRequest, &replaced: ReservationId) -> Reservation;
    /// `None`: there is no such reservation.
    [] describe_reservation(&reservation_id: ReservationId) -> Option<Reservation>;
    /// In order of creation.
    [] describe_reservations(&request: DescribeReservationsRequest) -> Vec<Reservation>;
    [ModifyInstanceAttribute] modify_reservation(&request: ModifyReservationRequest) -> ReservationChange;
    [] forecast_modify_reservation(&request: ModifyReservationRequest) -> ReservationChange;
    /// Terminates the running instances and deletes the reservation.
    [TerminateInstances] release_reservation(&reservation_id: ReservationId) -> ReleasedReservation;
    /// One instance by itself.
    [] launch_instance(&request: LaunchInstanceRequest) -> SingleInstance;
    /// What the launch of this number of instances would refuse now.
    [] check_launch_instance(&request: LaunchInstanceRequest; count: u32) -> ();
    [] forecast_launch_instance(&request: LaunchInstanceRequest; count: u32) -> InstanceForecast;
    /// In order of creation.
    [] describe_single_instances(&request: DescribeSingleInstancesRequest) -> Vec<SingleInstance>;
    [ModifyInstanceSpec | StartInstance | StopInstance] modify_instance(
        &request: ModifyInstanceRequest
    ) -> SingleInstance;
    [] forecast_modify_instance(&request: ModifyInstanceRequest) -> SingleInstance;
    /// Several instances by themselves, in one reservation.
    [] launch_instances(&request: LaunchInstancesRequest) -> InstanceRecords;
    /// Those that ended lately included.
    [] describe_instance_records(; ?instance_ids: BTreeSet<InstanceId>) -> InstanceRecords;
    /// All of them or none.
    [] terminate_instances_by_id(&instance_ids: BTreeSet<InstanceId>) -> Vec<InstanceStateChange>;
    /// All of them or none.
    [StartInstances] start_instances(&instance_ids: BTreeSet<InstanceId>) -> Vec<InstanceStateChange>;
    /// All of them or none.
    [StopInstances] stop_instances(&instance_ids: BTreeSet<InstanceId>) -> Vec<InstanceStateChange>;
    /// All of them or none.
    [CreateTags | DeleteTags] change_tags(&objects: Vec<(TaggedKind, String)>, &change: TagChange) -> ();
    [DeleteInstance] delete_instance(&instance_id: InstanceId) -> ();
    [JoinSecurityGroup] join_security_group(&instance_id: InstanceId, &group_id: SecurityGroupId) -> SingleInstance;
    [LeaveSecurityGroup] leave_security_group(&instance_id: InstanceId, &group_id: SecurityGroupId) -> SingleInstance;
    /// All of the objects or none.
    [TagResources] tag_resources(&request: TagResourcesRequest) -> ();
    [UntagResources] untag_resources(&request: UntagResourcesRequest) -> ();
    /// Of those that exist, by id.
    [ListTagResources] list_tag_resources(&ids: BTreeSet<String>; kind: TaggedKind) -> Vec<(String, Tags)>;
    [CreateAutoProvisioningGroup] create_auto_provisioning_group(
        &request: CreateAutoProvisioningGroupRequest
    ) -> AutoProvisioningGroup;
    /// What a group of the same name holds counts as free stock if it is to be replaced.
    [] forecast_create_auto_provisioning_group(
        &request: CreateAutoProvisioningGroupRequest; replaces_namesake: bool
    ) -> AutoProvisioningGroup;
    /// The same in many markets, and over time.
    [] forecast_outlook(&request: OutlookRequest) -> Outlook;
    [ModifyAutoProvisioningGroup] modify_auto_provisioning_group(
        &request: ModifyAutoProvisioningGroupRequest
    ) -> GroupChange;
    [] forecast_replace_auto_provisioning_group(
        &request: CreateAutoProvisioningGroupRequest, &replaced: GroupId; ends_instances: bool
    ) -> AutoProvisioningGroup;
    [] forecast_modify_auto_provisioning_group(&request: ModifyAutoProvisioningGroupRequest) -> GroupChange;
    [DeleteAutoProvisioningGroup] delete_auto_provisioning_group(
        &request: DeleteAutoProvisioningGroupRequest
    ) -> DeletedGroup;
    [DescribeAutoProvisioningGroups] describe_auto_provisioning_groups(
        &request: DescribeAutoProvisioningGroupsRequest
    ) -> Vec<AutoProvisioningGroup>;
    [DescribeAutoProvisioningGroupInstances] describe_auto_provisioning_group_instances(
        &request: DescribeAutoProvisioningGroupInstancesRequest
    ) -> Page<Instance>;
    /// Oldest first.
    [DescribeAutoProvisioningGroupHistory] describe_auto_provisioning_group_history(
        &group_id: GroupId
    ) -> Vec<Activity>;
    /// Too little capacity is no error.
    [CreateFleet | RequestSpotFleet] create_fleet(&request: CreateFleetRequest) -> Ec2Fleet;
    [ModifyFleet | ModifySpotFleetRequest] modify_fleet(&request: ModifyFleetRequest) -> Ec2Fleet;
    [DeleteFleets | CancelSpotFleetRequests] delete_fleet(&request: DeleteFleetRequest) -> DeletedFleet;
    /// In order of creation; then those that were deleted lately.
    [DescribeFleets] describe_fleets(; ?fleet_ids: BTreeSet<GroupId>) -> Vec<Ec2Fleet>;
    /// In order of creation; then those that were cancelled lately.
    [DescribeSpotFleetRequests] describe_spot_fleets(; ?fleet_ids: BTreeSet<GroupId>) -> Vec<Ec2Fleet>;
    /// Oldest first.
    [DescribeFleetHistory | DescribeSpotFleetRequestHistory] describe_fleet_history(
        &fleet_id: GroupId
    ) -> Vec<Activity>;
    /// Records the change that a plan showed for a fleet, until the fleet is changed (G10a).
    [] record_planned_change(&fleet: FleetId, &plan_fingerprint: String, &planned: PlannedChange) -> ();
    /// The change that the plan with this fingerprint showed.
    [] planned_change(&fleet: FleetId, &plan_fingerprint: String) -> Option<PlannedChange>;
    /// Deletes the changes that all plans of the fleet have shown.
    [] clear_planned_changes(&fleet: FleetId) -> ();
    /// Records that a state holds a fleet while a plan creates one with the same client token (W2).
    [] record_held_fleet(&fleet: FleetId) -> ();
    /// The private half is in the reply, and nowhere else.
    [CreateKeyPair] create_key_pair(&request: KeyPairRequest) -> CreatedKeyPair;
    [ImportKeyPair] import_key_pair(&request: ImportKeyPairRequest) -> KeyPair;
    [JoinResourceGroup] modify_key_pair(&request: ModifyKeyPairRequest) -> KeyPair;
    [DeleteKeyPairs] delete_key_pairs(&names: BTreeSet<KeyPairName>) -> ();
    /// All of the instances or none.
    [AttachKeyPair] attach_key_pair(&name: KeyPairName, &instance_ids: BTreeSet<InstanceId>) -> ();
    /// All of the instances or none.
    [DetachKeyPair] detach_key_pair(&name: KeyPairName, &instance_ids: BTreeSet<InstanceId>) -> ();
    [DescribeKeyPairs] describe_key_pairs(; ?names: BTreeSet<KeyPairName>) -> Vec<KeyPair>;
    [CreateScalingGroup] create_scaling_group(&request: CreateScalingGroupRequest) -> ScalingGroup;
    [] forecast_create_scaling_group(&request: CreateScalingGroupRequest) -> ScalingGroup;
    [ModifyScalingGroup] modify_scaling_group(&request: ModifyScalingGroupRequest) -> ScalingGroup;
    [] forecast_modify_scaling_group(&request: ModifyScalingGroupRequest) -> ScalingGroup;
    [DeleteScalingGroup] delete_scaling_group(&request: DeleteScalingGroupRequest) -> ();
    [DescribeScalingGroups] describe_scaling_groups(&request: DescribeScalingGroupsRequest) -> Vec<ScalingGroup>;
    [CreateScalingConfiguration] create_scaling_configuration(
        &request: CreateScalingConfigurationRequest
    ) -> ScalingConfiguration;
    [] forecast_create_scaling_configuration(&request: CreateScalingConfigurationRequest) -> ScalingConfiguration;
    [ModifyScalingConfiguration] modify_scaling_configuration(
        &request: ModifyScalingConfigurationRequest
    ) -> ScalingConfiguration;
    [] forecast_modify_scaling_configuration(&request: ModifyScalingConfigurationRequest) -> ScalingConfiguration;
    [DeleteScalingConfiguration] delete_scaling_configuration(&request: DeleteScalingConfigurationRequest) -> ();
    [DescribeScalingConfigurations] describe_scaling_configurations(
        &request: DescribeScalingConfigurationsRequest
    ) -> Vec<ScalingConfiguration>;
    [CreateScalingRule] create_scaling_rule(&request: CreateScalingRuleRequest) -> ScalingRule;
    [ModifyScalingRule] modify_scaling_rule(&request: ModifyScalingRuleRequest) -> ScalingRule;
    [DeleteScalingRule] delete_scaling_rule(&id: ScalingRuleId) -> ();
    [DescribeScalingRules] describe_scaling_rules(&request: DescribeScalingRulesRequest) -> Vec<ScalingRule>;
    [ExecuteScalingRule] execute_scaling_rule(&id: ScalingRuleId) -> ScalingRuleExecution;
    [EnableScalingGroup] enable_scaling_group(&request: EnableScalingGroupRequest) -> ScalingGroup;
    [DisableScalingGroup] disable_scaling_group(&id: ScalingGroupId) -> ScalingGroup;
    /// Oldest first.
    [DescribeScalingActivities] describe_scaling_activities(&id: ScalingGroupId) -> Vec<Activity>;
    [] forecast_execute_scaling_rule(&id: ScalingRuleId) -> ScalingRuleExecution;
    [CreateLaunchTemplate] create_launch_template(&request: CreateLaunchTemplateRequest) -> LaunchTemplate;
    [CreateLaunchTemplateVersion] create_launch_template_version(
        &request: CreateLaunchTemplateVersionRequest
    ) -> LaunchTemplate;
    [ModifyLaunchTemplateDefaultVersion] modify_launch_template(
        &request: ModifyLaunchTemplateRequest
    ) -> LaunchTemplate;
    [DeleteLaunchTemplate] delete_launch_template(&id: LaunchTemplateId) -> ();
    [DeleteLaunchTemplateVersion] delete_launch_template_version(&id: LaunchTemplateId, &numbers: BTreeSet<u32>) -> ();
    [DescribeLaunchTemplates] describe_launch_templates(
        &request: DescribeLaunchTemplatesRequest
    ) -> Vec<LaunchTemplate>;
    [DescribeLaunchTemplateVersions] describe_launch_template_versions(
        &id: LaunchTemplateId; ?numbers: BTreeSet<u32>
    ) -> Vec<LaunchTemplateVersion>;
    [DescribeInstances] describe_instances(&request: DescribeInstancesRequest) -> Page<PlacedInstance>;
    [] derive_key_pair(&name: KeyPairName) -> DerivedKeyPair;
    [] describe_instance_metadata(&instance_id: InstanceId) -> InstanceMetadata;
    /// All of them or none.
    [DeleteInstances] delete_instances(&instance_ids: BTreeSet<InstanceId>) -> ();
    [CreateDisk] create_disk(&request: CreateDiskRequest) -> Disk;
    [ModifyDiskAttribute | ModifyDiskSpec | ResizeDisk] modify_disk(&request: ModifyDiskRequest) -> Disk;
    [DeleteDisk] delete_disk(&disk_id: DiskId) -> ();
    /// In order of creation.
    [DescribeDisks] describe_disks(&request: DescribeDisksRequest) -> Vec<Disk>;
    [AttachDisk] attach_disk(&request: AttachDiskRequest) -> Disk;
    [] modify_disk_attachment(&request: ModifyDiskAttachmentRequest) -> Disk;
    [DetachDisk] detach_disk(&disk_id: DiskId, &instance_id: InstanceId) -> ();
    [CreateNetworkInterface] create_network_interface(&request: CreateNetworkInterfaceRequest) -> NetworkInterface;
    [ModifyNetworkInterfaceAttribute | AssignPrivateIpAddresses | UnassignPrivateIpAddresses] modify_network_interface(
        &request: ModifyNetworkInterfaceRequest
    ) -> NetworkInterface;
    [DeleteNetworkInterface] delete_network_interface(&network_interface_id: NetworkInterfaceId) -> ();
    /// In order of creation.
    [DescribeNetworkInterfaces] describe_network_interfaces(
        &request: DescribeNetworkInterfacesRequest
    ) -> Vec<NetworkInterface>;
    [AttachNetworkInterface] attach_network_interface(&request: AttachNetworkInterfaceRequest) -> NetworkInterface;
    [] modify_network_interface_attachment(&request: AttachNetworkInterfaceRequest) -> NetworkInterface;
    [DetachNetworkInterface] detach_network_interface(
        &network_interface_id: NetworkInterfaceId, &instance_id: InstanceId
    ) -> ();
    [CreateVpc] create_vpc(&request: CreateVpcRequest) -> Vpc;
    [ModifyVpcAttribute] modify_vpc_attribute(&request: ModifyVpcAttributeRequest) -> Vpc;
    [DeleteVpc] delete_vpc(&vpc_id: VpcId) -> ();
    /// The default VPC first, then by creation.
    [DescribeVpcs] describe_vpcs(&request: DescribeVpcsRequest) -> Vec<Vpc>;
    [CreateVSwitch] create_vswitch(&request: CreateVSwitchRequest) -> VSwitch;
    [ModifyVSwitchAttribute] modify_vswitch_attribute(&request: ModifyVSwitchAttributeRequest) -> VSwitch;
    [DeleteVSwitch] delete_vswitch(&vswitch_id: VSwitchId) -> ();
    /// The default ones by zone, then by creation.
    [DescribeVSwitches] describe_vswitches(&request: DescribeVSwitchesRequest) -> Vec<VSwitch>;
    [CreateSecurityGroup] create_security_group(&request: CreateSecurityGroupRequest) -> SecurityGroup;
    [ModifySecurityGroupAttribute] modify_security_group_attribute(
        &request: ModifySecurityGroupAttributeRequest
    ) -> SecurityGroup;
    [ModifySecurityGroupPolicy] modify_security_group_policy(
        &security_group_id: SecurityGroupId; policy: InnerAccessPolicy
    ) -> SecurityGroup;
    [DeleteSecurityGroup] delete_security_group(&security_group_id: SecurityGroupId) -> ();
    /// `default` first, then by creation.
    [DescribeSecurityGroups] describe_security_groups(&request: DescribeSecurityGroupsRequest) -> Vec<SecurityGroup>;
    /// `None`: there is no such group.
    [DescribeSecurityGroupAttribute] describe_security_group_attribute(
        &security_group_id: SecurityGroupId
    ) -> Option<SecurityGroup>;
    /// The rule's id, and the group with it.
    [AuthorizeSecurityGroup | AuthorizeSecurityGroupEgress] authorize_security_group(
        &request: AuthorizeSecurityGroupRequest
    ) -> (String, SecurityGroup);
    [] forecast_authorize_security_group(&request: AuthorizeSecurityGroupRequest) -> (String, SecurityGroup);
    [ModifySecurityGroupEgressRule | ModifySecurityGroupRule] modify_security_group_rule(
        &request: ModifySecurityGroupRuleRequest
    ) -> SecurityGroup;
    [RevokeSecurityGroup | RevokeSecurityGroupEgress] revoke_security_group(&rule: SecurityGroupRuleReference) -> ();
    [AllocateEipAddress] allocate_eip_address(&request: AllocateEipAddressRequest) -> EipAddress;
    [ModifyEipAddressAttribute] modify_eip_address_attribute(&request: ModifyEipAddressAttributeRequest) -> EipAddress;
    [ReleaseEipAddress] release_eip_address(&allocation_id: EipId) -> ();
    /// In order of creation.
    [DescribeEipAddresses] describe_eip_addresses(&request: DescribeEipAddressesRequest) -> Vec<EipAddress>;
    [AssociateEipAddress] associate_eip_address(&request: AssociateEipAddressRequest) -> EipAddress;
    [ModifyEipForwardMode] modify_eip_forward_mode(&request: ModifyEipForwardModeRequest) -> EipAddress;
    [UnassociateEipAddress] unassociate_eip_address(&request: UnassociateEipAddressRequest) -> ();
    [CreateNatGateway] create_nat_gateway(&request: CreateNatGatewayRequest) -> NatGateway;
    [ModifyNatGatewayAttribute] modify_nat_gateway_attribute(&request: ModifyNatGatewayAttributeRequest) -> NatGateway;
    [DeleteNatGateway] delete_nat_gateway(&request: DeleteNatGatewayRequest) -> ();
    /// In order of creation.
    [DescribeNatGateways] describe_nat_gateways(&request: DescribeNatGatewaysRequest) -> Vec<NatGateway>;
    [CreateSnatEntry] create_snat_entry(&request: CreateSnatEntryRequest) -> SnatEntry;
    [ModifySnatEntry] modify_snat_entry(&request: ModifySnatEntryRequest) -> SnatEntry;
    [DeleteSnatEntry] delete_snat_entry(&snat_entry_id: String) -> ();
    /// In order of creation.
    [DescribeSnatTableEntries] describe_snat_table_entries(
        &request: DescribeSnatTableEntriesRequest
    ) -> Vec<SnatEntry>;
    [CreateRouteEntry] create_route_entry(&request: CreateRouteEntryRequest) -> RouteEntry;
    [ModifyRouteEntry] modify_route_entry(&request: ModifyRouteEntryRequest) -> RouteEntry;
    [DeleteRouteEntry] delete_route_entry(&route_entry_id: String) -> ();
    /// In order of creation.
    [DescribeRouteEntryList] describe_route_entry_list(&request: DescribeRouteEntryListRequest) -> Vec<RouteEntry>;
    /// The default VPC's first, then by the creation of the VPC.
    [DescribeRouteTableList] describe_route_table_list() -> Vec<RouteTable>;
    [CreateRole] create_role(&request: CreateRoleRequest) -> Role;
    [UpdateRole] update_role(&request: UpdateRoleRequest) -> Role;
    [DeleteRole] delete_role(&request: DeleteRoleRequest) -> ();
    /// In order of creation.
    [ListRoles] list_roles(&request: ListRolesRequest) -> Vec<Role>;
    [CreatePolicy] create_policy(&request: CreatePolicyRequest) -> Policy;
    [CreatePolicyVersion] update_policy(&request: UpdatePolicyRequest) -> Policy;
    [DeletePolicy] delete_policy(&request: DeletePolicyRequest) -> ();
    /// In order of creation.
    [ListPolicies] list_policies(&request: ListPoliciesRequest) -> Vec<Policy>;
    [AttachPolicyToRole] attach_policy_to_role(&request: RolePolicy) -> RolePolicy;
    [] modify_role_policy(&id: String, &configuration: String) -> RolePolicy;
    [DetachPolicyFromRole] detach_policy_from_role(&id: String) -> ();
    /// In order of creation.
    [ListPoliciesForRole] list_policies_for_role(&request: ListRolePoliciesRequest) -> Vec<RolePolicy>;
    [AttachInstanceRamRole] attach_instance_ram_role(&request: AttachInstanceRoleRequest) -> InstanceRole;
    [DetachInstanceRamRole] detach_instance_ram_role(&attachment_id: String) -> ();
    /// In order of creation.
    [DescribeInstanceRamRole] describe_instance_ram_role() -> Vec<InstanceRole>;
    /// By zone.
    [DescribeAvailableResource] describe_available_resource(
        &request: DescribeAvailableResourceRequest
    ) -> Vec<AvailableZone>;
    [DescribeZones] describe_zones(&request: DescribeZonesRequest) -> Vec<Zone>;
    [DescribeInstanceTypes] describe_instance_types(&request: DescribeInstanceTypesRequest) -> Vec<InstanceTypeInfo>;
    [DescribeImages] describe_images(&request: DescribeImagesRequest) -> Vec<Image>;
    /// One row per hour in which the price changed, and the one before the start; by zone, then time.
    [DescribeSpotPriceHistory] describe_spot_price_history(&request: DescribeSpotPriceHistoryRequest) -> Vec<SpotPrice>;
    /// The costs of a span of simulated time, by fleet, instance, pool and tag (W13).
    [] describe_costs(&request: DescribeCostsRequest) -> Costs;
    [DescribePrice] describe_price(&request: DescribePriceRequest) -> Price;
    [GetCallerIdentity] get_caller_identity() -> CallerIdentity;
    /// By id.
    [DescribeRegions] describe_regions() -> Vec<Region>;
    [ListResourceGroups] list_resource_groups() -> Vec<ResourceGroup>;
    /// `None`: there is no such object of the type.
    [] describe_stand_in(&type_name: String, &key: String) -> Option<StandIn>;
    /// The objects of a type that have this id or, if none has, this name.
    [] find_stand_ins(&type_name: String, &id_or_name: String) -> Vec<StandIn>;
    [] delete_stand_in(&type_name: String, &key: String) -> ();
    /// The context from which a data source of the type derives its values; nothing is stored.
    [] look_up_stand_in(&type_name: String, &request: String) -> StandInContext;
    /// A copy of the world that time has passed in; the world stays as it is.
    [] fork_world(&request: ForkRequest) -> WorldFork;
    [] remove_fork(; fork: WorldFork) -> ();
    /// The changes of the market that the world keeps, the oldest first.
    [] describe_market_changes() -> Vec<MarketChange>;
    /// The text of the scenario of the world's latest change, where this caller has none and the world is not empty.
    [] unused_scenario() -> Option<String>;
    /// The text of the scenario that a fork was made with.
    [] fork_scenario() -> Option<String>;
    /// The world's clock after catching up.
    [] describe_clock() -> Time;
}
