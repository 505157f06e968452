//! The simulated API as its callers see it: one asynchronous method per operation.

use std::collections::BTreeSet;

use async_trait::async_trait;

use super::SimCloud;
use super::error::CloudError;
use super::model::{
    Activity, AuthorizeSecurityGroupRequest, AutoProvisioningGroup, AvailableZone, CallerIdentity, Change,
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
    ModifyVpcAttributeRequest, Page, PlacedInstance, Price, ReleasedReservation, Reservation, ReservationChange,
    RunInstancesRequest, SecurityGroup, SecurityGroupRuleReference, SpotPrice, VSwitch, Vpc, Zone,
};
use crate::base::{
    GroupId, InstanceId, KeyPairName, LaunchTemplateId, ReservationId, SecurityGroupId, Time, VSwitchId, VpcId,
};

type Reply<T> = Result<T, CloudError>;

/// Every operation looks at the world, which first catches up to the clock (W7). What a `forecast_` method returns is
/// what the operation of that name would return now; it leaves the world as it is and meets no fault.
#[async_trait]
pub trait Cloud: Send + Sync {
    async fn run_instances(&self, request: RunInstancesRequest) -> Reply<Reservation>;
    async fn forecast_run_instances(&self, request: RunInstancesRequest) -> Reply<Reservation>;
    /// `None`: there is no such reservation.
    async fn describe_reservation(&self, reservation_id: ReservationId) -> Reply<Option<Reservation>>;
    async fn modify_reservation(&self, request: ModifyReservationRequest) -> Reply<ReservationChange>;
    async fn forecast_modify_reservation(&self, request: ModifyReservationRequest) -> Reply<ReservationChange>;
    /// Terminates what lives and forgets the reservation.
    async fn release_reservation(&self, reservation_id: ReservationId) -> Reply<ReleasedReservation>;

    async fn create_auto_provisioning_group(
        &self,
        request: CreateAutoProvisioningGroupRequest,
    ) -> Reply<AutoProvisioningGroup>;
    /// What a group of the same name holds counts as free stock if it is to be replaced.
    async fn forecast_create_auto_provisioning_group(
        &self,
        request: CreateAutoProvisioningGroupRequest,
        replaces_namesake: bool,
    ) -> Reply<AutoProvisioningGroup>;
    async fn modify_auto_provisioning_group(&self, request: ModifyAutoProvisioningGroupRequest) -> Reply<GroupChange>;
    async fn forecast_modify_auto_provisioning_group(
        &self,
        request: ModifyAutoProvisioningGroupRequest,
    ) -> Reply<GroupChange>;
    async fn delete_auto_provisioning_group(&self, request: DeleteAutoProvisioningGroupRequest) -> Reply<DeletedGroup>;
    async fn describe_auto_provisioning_groups(
        &self,
        request: DescribeAutoProvisioningGroupsRequest,
    ) -> Reply<Vec<AutoProvisioningGroup>>;
    async fn describe_auto_provisioning_group_instances(
        &self,
        request: DescribeAutoProvisioningGroupInstancesRequest,
    ) -> Reply<Page<Instance>>;
    /// Oldest first.
    async fn describe_auto_provisioning_group_history(&self, group_id: GroupId) -> Reply<Vec<Activity>>;

    /// Records the change that a plan showed for a fleet, until the fleet is changed (G10a).
    async fn record_planned_change(&self, fleet: FleetId, plan_fingerprint: String, change: Change) -> Reply<()>;
    /// The change that the plan with this fingerprint showed.
    async fn planned_change(&self, fleet: FleetId, plan_fingerprint: String) -> Reply<Option<Change>>;
    /// Deletes the changes that all plans of the fleet have shown.
    async fn clear_planned_changes(&self, fleet: FleetId) -> Reply<()>;

    /// The private half is in the reply, and nowhere else.
    async fn create_key_pair(&self, request: KeyPairRequest) -> Reply<CreatedKeyPair>;
    async fn import_key_pair(&self, request: ImportKeyPairRequest) -> Reply<KeyPair>;
    async fn modify_key_pair(&self, request: ModifyKeyPairRequest) -> Reply<KeyPair>;
    async fn delete_key_pairs(&self, names: BTreeSet<KeyPairName>) -> Reply<()>;
    async fn describe_key_pairs(&self, names: Option<BTreeSet<KeyPairName>>) -> Reply<Vec<KeyPair>>;

    async fn create_launch_template(&self, request: CreateLaunchTemplateRequest) -> Reply<LaunchTemplate>;
    async fn create_launch_template_version(
        &self,
        request: CreateLaunchTemplateVersionRequest,
    ) -> Reply<LaunchTemplate>;
    async fn modify_launch_template(&self, request: ModifyLaunchTemplateRequest) -> Reply<LaunchTemplate>;
    async fn delete_launch_template(&self, id: LaunchTemplateId) -> Reply<()>;
    async fn delete_launch_template_version(&self, id: LaunchTemplateId, numbers: BTreeSet<u32>) -> Reply<()>;
    async fn describe_launch_templates(&self, request: DescribeLaunchTemplatesRequest) -> Reply<Vec<LaunchTemplate>>;
    async fn describe_launch_template_versions(
        &self,
        id: LaunchTemplateId,
        numbers: Option<BTreeSet<u32>>,
    ) -> Reply<Vec<LaunchTemplateVersion>>;

    async fn describe_instances(&self, request: DescribeInstancesRequest) -> Reply<Page<PlacedInstance>>;
    async fn describe_instance_metadata(&self, instance_id: InstanceId) -> Reply<InstanceMetadata>;
    /// All of them or none.
    async fn delete_instances(&self, instance_ids: BTreeSet<InstanceId>) -> Reply<()>;

    async fn create_vpc(&self, request: CreateVpcRequest) -> Reply<Vpc>;
    async fn modify_vpc_attribute(&self, request: ModifyVpcAttributeRequest) -> Reply<Vpc>;
    async fn delete_vpc(&self, vpc_id: VpcId) -> Reply<()>;
    /// The default VPC first, then by creation.
    async fn describe_vpcs(&self, request: DescribeVpcsRequest) -> Reply<Vec<Vpc>>;
    async fn create_vswitch(&self, request: CreateVSwitchRequest) -> Reply<VSwitch>;
    async fn modify_vswitch_attribute(&self, request: ModifyVSwitchAttributeRequest) -> Reply<VSwitch>;
    async fn delete_vswitch(&self, vswitch_id: VSwitchId) -> Reply<()>;
    /// The default ones by zone, then by creation.
    async fn describe_vswitches(&self, request: DescribeVSwitchesRequest) -> Reply<Vec<VSwitch>>;
    async fn create_security_group(&self, request: CreateSecurityGroupRequest) -> Reply<SecurityGroup>;
    async fn modify_security_group_attribute(
        &self,
        request: ModifySecurityGroupAttributeRequest,
    ) -> Reply<SecurityGroup>;
    async fn modify_security_group_policy(
        &self,
        security_group_id: SecurityGroupId,
        policy: InnerAccessPolicy,
    ) -> Reply<SecurityGroup>;
    async fn delete_security_group(&self, security_group_id: SecurityGroupId) -> Reply<()>;
    /// `default` first, then by creation.
    async fn describe_security_groups(&self, request: DescribeSecurityGroupsRequest) -> Reply<Vec<SecurityGroup>>;
    /// `None`: there is no such group.
    async fn describe_security_group_attribute(
        &self,
        security_group_id: SecurityGroupId,
    ) -> Reply<Option<SecurityGroup>>;
    /// The rule's id, and the group with it.
    async fn authorize_security_group(&self, request: AuthorizeSecurityGroupRequest) -> Reply<(String, SecurityGroup)>;
    async fn modify_security_group_rule(&self, request: ModifySecurityGroupRuleRequest) -> Reply<SecurityGroup>;
    async fn revoke_security_group(&self, rule: SecurityGroupRuleReference) -> Reply<()>;

    /// By zone.
    async fn describe_available_resource(&self, request: DescribeAvailableResourceRequest)
    -> Reply<Vec<AvailableZone>>;
    async fn describe_zones(&self, request: DescribeZonesRequest) -> Reply<Vec<Zone>>;
    async fn describe_instance_types(&self, request: DescribeInstanceTypesRequest) -> Reply<Vec<InstanceTypeInfo>>;
    async fn describe_images(&self, request: DescribeImagesRequest) -> Reply<Vec<Image>>;
    /// One row per hour in which the price changed, and the one before the start; by zone, then time.
    async fn describe_spot_price_history(&self, request: DescribeSpotPriceHistoryRequest) -> Reply<Vec<SpotPrice>>;
    async fn describe_price(&self, request: DescribePriceRequest) -> Reply<Price>;
    async fn get_caller_identity(&self) -> Reply<CallerIdentity>;

    /// The world's clock after catching up.
    async fn describe_clock(&self) -> Reply<Time>;
    /// Warnings since the last time they were taken (a clock set back, W5); does not touch the world.
    fn take_warnings(&self) -> Vec<String>;
}

/// The bodies run off the runtime's threads: each is one transaction that may wait for a disk or a lock.
#[async_trait]
impl Cloud for SimCloud {
    async fn run_instances(&self, request: RunInstancesRequest) -> Reply<Reservation> {
        off_runtime(self, move |cloud| cloud.run_instances(&request)).await
    }

    async fn forecast_run_instances(&self, request: RunInstancesRequest) -> Reply<Reservation> {
        off_runtime(self, move |cloud| cloud.forecast_run_instances(&request)).await
    }

    async fn describe_reservation(&self, reservation_id: ReservationId) -> Reply<Option<Reservation>> {
        off_runtime(self, move |cloud| cloud.describe_reservation(&reservation_id)).await
    }

    async fn modify_reservation(&self, request: ModifyReservationRequest) -> Reply<ReservationChange> {
        off_runtime(self, move |cloud| cloud.modify_reservation(&request)).await
    }

    async fn forecast_modify_reservation(&self, request: ModifyReservationRequest) -> Reply<ReservationChange> {
        off_runtime(self, move |cloud| cloud.forecast_modify_reservation(&request)).await
    }

    async fn release_reservation(&self, reservation_id: ReservationId) -> Reply<ReleasedReservation> {
        off_runtime(self, move |cloud| cloud.release_reservation(&reservation_id)).await
    }

    async fn create_auto_provisioning_group(
        &self,
        request: CreateAutoProvisioningGroupRequest,
    ) -> Reply<AutoProvisioningGroup> {
        off_runtime(self, move |cloud| cloud.create_auto_provisioning_group(&request)).await
    }

    async fn forecast_create_auto_provisioning_group(
        &self,
        request: CreateAutoProvisioningGroupRequest,
        replaces_namesake: bool,
    ) -> Reply<AutoProvisioningGroup> {
        let forecast = move |cloud: &Self| cloud.forecast_create_auto_provisioning_group(&request, replaces_namesake);
        off_runtime(self, forecast).await
    }

    async fn modify_auto_provisioning_group(&self, request: ModifyAutoProvisioningGroupRequest) -> Reply<GroupChange> {
        off_runtime(self, move |cloud| cloud.modify_auto_provisioning_group(&request)).await
    }

    async fn forecast_modify_auto_provisioning_group(
        &self,
        request: ModifyAutoProvisioningGroupRequest,
    ) -> Reply<GroupChange> {
        off_runtime(self, move |cloud| cloud.forecast_modify_auto_provisioning_group(&request)).await
    }

    async fn delete_auto_provisioning_group(&self, request: DeleteAutoProvisioningGroupRequest) -> Reply<DeletedGroup> {
        off_runtime(self, move |cloud| cloud.delete_auto_provisioning_group(&request)).await
    }

    async fn describe_auto_provisioning_groups(
        &self,
        request: DescribeAutoProvisioningGroupsRequest,
    ) -> Reply<Vec<AutoProvisioningGroup>> {
        off_runtime(self, move |cloud| cloud.describe_auto_provisioning_groups(&request)).await
    }

    async fn describe_auto_provisioning_group_instances(
        &self,
        request: DescribeAutoProvisioningGroupInstancesRequest,
    ) -> Reply<Page<Instance>> {
        off_runtime(self, move |cloud| cloud.describe_auto_provisioning_group_instances(&request)).await
    }

    async fn describe_auto_provisioning_group_history(&self, group_id: GroupId) -> Reply<Vec<Activity>> {
        off_runtime(self, move |cloud| cloud.describe_auto_provisioning_group_history(&group_id)).await
    }

    async fn record_planned_change(&self, fleet: FleetId, plan_fingerprint: String, change: Change) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.record_planned_change(&fleet, &plan_fingerprint, &change)).await
    }

    async fn planned_change(&self, fleet: FleetId, plan_fingerprint: String) -> Reply<Option<Change>> {
        off_runtime(self, move |cloud| cloud.planned_change(&fleet, &plan_fingerprint)).await
    }

    async fn clear_planned_changes(&self, fleet: FleetId) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.clear_planned_changes(&fleet)).await
    }

    async fn create_key_pair(&self, request: KeyPairRequest) -> Reply<CreatedKeyPair> {
        off_runtime(self, move |cloud| cloud.create_key_pair(&request)).await
    }

    async fn import_key_pair(&self, request: ImportKeyPairRequest) -> Reply<KeyPair> {
        off_runtime(self, move |cloud| cloud.import_key_pair(&request)).await
    }

    async fn modify_key_pair(&self, request: ModifyKeyPairRequest) -> Reply<KeyPair> {
        off_runtime(self, move |cloud| cloud.modify_key_pair(&request)).await
    }

    async fn delete_key_pairs(&self, names: BTreeSet<KeyPairName>) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.delete_key_pairs(&names)).await
    }

    async fn describe_key_pairs(&self, names: Option<BTreeSet<KeyPairName>>) -> Reply<Vec<KeyPair>> {
        off_runtime(self, move |cloud| cloud.describe_key_pairs(names.as_ref())).await
    }

    async fn create_launch_template(&self, request: CreateLaunchTemplateRequest) -> Reply<LaunchTemplate> {
        off_runtime(self, move |cloud| cloud.create_launch_template(&request)).await
    }

    async fn create_launch_template_version(
        &self,
        request: CreateLaunchTemplateVersionRequest,
    ) -> Reply<LaunchTemplate> {
        off_runtime(self, move |cloud| cloud.create_launch_template_version(&request)).await
    }

    async fn modify_launch_template(&self, request: ModifyLaunchTemplateRequest) -> Reply<LaunchTemplate> {
        off_runtime(self, move |cloud| cloud.modify_launch_template(&request)).await
    }

    async fn delete_launch_template(&self, id: LaunchTemplateId) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.delete_launch_template(&id)).await
    }

    async fn delete_launch_template_version(&self, id: LaunchTemplateId, numbers: BTreeSet<u32>) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.delete_launch_template_version(&id, &numbers)).await
    }

    async fn describe_launch_templates(&self, request: DescribeLaunchTemplatesRequest) -> Reply<Vec<LaunchTemplate>> {
        off_runtime(self, move |cloud| cloud.describe_launch_templates(&request)).await
    }

    async fn describe_launch_template_versions(
        &self,
        id: LaunchTemplateId,
        numbers: Option<BTreeSet<u32>>,
    ) -> Reply<Vec<LaunchTemplateVersion>> {
        off_runtime(self, move |cloud| cloud.describe_launch_template_versions(&id, numbers.as_ref())).await
    }

    async fn describe_instances(&self, request: DescribeInstancesRequest) -> Reply<Page<PlacedInstance>> {
        off_runtime(self, move |cloud| cloud.describe_instances(&request)).await
    }

    async fn describe_instance_metadata(&self, instance_id: InstanceId) -> Reply<InstanceMetadata> {
        off_runtime(self, move |cloud| cloud.describe_instance_metadata(&instance_id)).await
    }

    async fn delete_instances(&self, instance_ids: BTreeSet<InstanceId>) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.delete_instances(&instance_ids)).await
    }

    async fn create_vpc(&self, request: CreateVpcRequest) -> Reply<Vpc> {
        off_runtime(self, move |cloud| cloud.create_vpc(&request)).await
    }

    async fn modify_vpc_attribute(&self, request: ModifyVpcAttributeRequest) -> Reply<Vpc> {
        off_runtime(self, move |cloud| cloud.modify_vpc_attribute(&request)).await
    }

    async fn delete_vpc(&self, vpc_id: VpcId) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.delete_vpc(&vpc_id)).await
    }

    async fn describe_vpcs(&self, request: DescribeVpcsRequest) -> Reply<Vec<Vpc>> {
        off_runtime(self, move |cloud| cloud.describe_vpcs(&request)).await
    }

    async fn create_vswitch(&self, request: CreateVSwitchRequest) -> Reply<VSwitch> {
        off_runtime(self, move |cloud| cloud.create_vswitch(&request)).await
    }

    async fn modify_vswitch_attribute(&self, request: ModifyVSwitchAttributeRequest) -> Reply<VSwitch> {
        off_runtime(self, move |cloud| cloud.modify_vswitch_attribute(&request)).await
    }

    async fn delete_vswitch(&self, vswitch_id: VSwitchId) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.delete_vswitch(&vswitch_id)).await
    }

    async fn describe_vswitches(&self, request: DescribeVSwitchesRequest) -> Reply<Vec<VSwitch>> {
        off_runtime(self, move |cloud| cloud.describe_vswitches(&request)).await
    }

    async fn create_security_group(&self, request: CreateSecurityGroupRequest) -> Reply<SecurityGroup> {
        off_runtime(self, move |cloud| cloud.create_security_group(&request)).await
    }

    async fn modify_security_group_attribute(
        &self,
        request: ModifySecurityGroupAttributeRequest,
    ) -> Reply<SecurityGroup> {
        off_runtime(self, move |cloud| cloud.modify_security_group_attribute(&request)).await
    }

    async fn modify_security_group_policy(
        &self,
        security_group_id: SecurityGroupId,
        policy: InnerAccessPolicy,
    ) -> Reply<SecurityGroup> {
        off_runtime(self, move |cloud| cloud.modify_security_group_policy(&security_group_id, policy)).await
    }

    async fn delete_security_group(&self, security_group_id: SecurityGroupId) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.delete_security_group(&security_group_id)).await
    }

    async fn describe_security_groups(&self, request: DescribeSecurityGroupsRequest) -> Reply<Vec<SecurityGroup>> {
        off_runtime(self, move |cloud| cloud.describe_security_groups(&request)).await
    }

    async fn describe_security_group_attribute(
        &self,
        security_group_id: SecurityGroupId,
    ) -> Reply<Option<SecurityGroup>> {
        off_runtime(self, move |cloud| cloud.describe_security_group_attribute(&security_group_id)).await
    }

    async fn authorize_security_group(&self, request: AuthorizeSecurityGroupRequest) -> Reply<(String, SecurityGroup)> {
        off_runtime(self, move |cloud| cloud.authorize_security_group(&request)).await
    }

    async fn modify_security_group_rule(&self, request: ModifySecurityGroupRuleRequest) -> Reply<SecurityGroup> {
        off_runtime(self, move |cloud| cloud.modify_security_group_rule(&request)).await
    }

    async fn revoke_security_group(&self, rule: SecurityGroupRuleReference) -> Reply<()> {
        off_runtime(self, move |cloud| cloud.revoke_security_group(&rule)).await
    }

    async fn describe_available_resource(
        &self,
        request: DescribeAvailableResourceRequest,
    ) -> Reply<Vec<AvailableZone>> {
        off_runtime(self, move |cloud| cloud.describe_available_resource(&request)).await
    }

    async fn describe_zones(&self, request: DescribeZonesRequest) -> Reply<Vec<Zone>> {
        off_runtime(self, move |cloud| cloud.describe_zones(&request)).await
    }

    async fn describe_instance_types(&self, request: DescribeInstanceTypesRequest) -> Reply<Vec<InstanceTypeInfo>> {
        off_runtime(self, move |cloud| cloud.describe_instance_types(&request)).await
    }

    async fn describe_images(&self, request: DescribeImagesRequest) -> Reply<Vec<Image>> {
        off_runtime(self, move |cloud| cloud.describe_images(&request)).await
    }

    async fn describe_spot_price_history(&self, request: DescribeSpotPriceHistoryRequest) -> Reply<Vec<SpotPrice>> {
        off_runtime(self, move |cloud| cloud.describe_spot_price_history(&request)).await
    }

    async fn describe_price(&self, request: DescribePriceRequest) -> Reply<Price> {
        off_runtime(self, move |cloud| cloud.describe_price(&request)).await
    }

    async fn get_caller_identity(&self) -> Reply<CallerIdentity> {
        off_runtime(self, Self::get_caller_identity).await
    }

    async fn describe_clock(&self) -> Reply<Time> {
        off_runtime(self, Self::describe_clock).await
    }

    fn take_warnings(&self) -> Vec<String> {
        Self::take_warnings(self)
    }
}

async fn off_runtime<T: Send + 'static>(
    cloud: &SimCloud,
    body: impl FnOnce(&SimCloud) -> Reply<T> + Send + 'static,
) -> Reply<T> {
    let cloud = cloud.clone();
    match tokio::task::spawn_blocking(move || body(&cloud)).await {
        Ok(reply) => reply,
        // A panic goes on where it would have without the thread in between.
        Err(error) => std::panic::resume_unwind(error.into_panic()),
    }
}
