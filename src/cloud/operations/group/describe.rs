//! A group as it is now, and the operations that show groups.

use super::super::page;
use crate::base::money::rounded_units;
use crate::base::order::Order;
use crate::base::{Billing, Decimal, GroupId};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    Activity, AutoProvisioningGroup, CreateAutoProvisioningGroupRequest, DescribeAutoProvisioningGroupInstancesRequest,
    DescribeAutoProvisioningGroupsRequest, GroupState, GroupStatus, GroupType, Instance, Page,
};
use crate::cloud::provisioning::capacity::live_units;
use crate::cloud::step::Phase;
use crate::cloud::world::{Batch, Fleet, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// In order of creation.
    pub fn describe_auto_provisioning_groups(
        &self,
        request: &DescribeAutoProvisioningGroupsRequest,
    ) -> Result<Vec<AutoProvisioningGroup>> {
        self.read(Operation::DescribeAutoProvisioningGroups, |world| {
            let fleets = match &request.group_ids {
                Some(ids) => {
                    let mut found = Vec::new();
                    for id in ids {
                        found.extend(world.fleet(id.as_str())?);
                    }
                    found.order_by_key(|fleet| fleet.sequence);
                    found
                }
                None => groups(world)?,
            };
            fleets.into_iter().filter(|fleet| matches(request, fleet)).map(|fleet| describe(world, fleet)).collect()
        })
    }

    /// Sorted by launch index; lost instances are not in it, as in the real service.
    pub fn describe_auto_provisioning_group_instances(
        &self,
        request: &DescribeAutoProvisioningGroupInstancesRequest,
    ) -> Result<Page<Instance>> {
        self.read(Operation::DescribeAutoProvisioningGroupInstances, |world| {
            let fleet = find(world, &request.group_id)?;
            let mut instances = world.list_fleet(&fleet.id)?;
            instances.retain(|instance| instance.state.is_live());
            page(instances, request.max_results, request.next_token.as_deref())
        })
    }

    /// Oldest first.
    pub fn describe_auto_provisioning_group_history(&self, group_id: &GroupId) -> Result<Vec<Activity>> {
        self.read(Operation::DescribeAutoProvisioningGroupHistory, |world| {
            let fleet = find(world, group_id)?;
            world.history(Some(&fleet.id))
        })
    }
}

/// The groups that are not fleets of EC2.
fn groups(world: &mut World) -> Result<Vec<Fleet<CreateAutoProvisioningGroupRequest>>> {
    let mut groups = world.fleets::<CreateAutoProvisioningGroupRequest>()?;
    groups.retain(|group| group.request.fleet.is_none());
    Ok(groups)
}

/// The group as it is now; the caller adds the warnings of a change.
pub(in crate::cloud::operations) fn describe(
    world: &mut World,
    fleet: Fleet<CreateAutoProvisioningGroupRequest>,
) -> Result<AutoProvisioningGroup> {
    let batches = world.batches_of(&fleet.id)?;
    let instances = world.list_instances(&fleet, &batches)?;
    let units = |billing: Billing| -> Decimal { live_units(&batches, billing) };
    let (pay_as_you_go, spot) = (units(Billing::PayAsYouGo), units(Billing::Spot));
    let cost: Decimal = batches.iter().map(|batch| batch.spec.hourly_price * Decimal::from(batch.live)).sum();
    Ok(AutoProvisioningGroup {
        status: match fleet.phase {
            Phase::Submitted => GroupStatus::Submitted,
            Phase::Active => GroupStatus::Active,
            Phase::Expired | Phase::Inactive | Phase::DeletedWithInstances => GroupStatus::Deleted,
        },
        state: state(&fleet, &batches),
        instances,
        // Each billing's sum is rounded already: two of 2/3 would be shown as more than 4/3 (G14).
        fulfilled_capacity: rounded_units(batches.iter().map(Batch::units).sum()),
        fulfilled_pay_as_you_go_capacity: pay_as_you_go,
        fulfilled_spot_capacity: spot,
        fulfilled_vcpus: batches.iter().map(|batch| u64::from(batch.spec.vcpus) * u64::from(batch.live)).sum(),
        hourly_cost: cost.normalize(),
        optimal_hourly_cost: fleet.optimal_hourly_cost.normalize(),
        create_time: fleet.create_time,
        launch_results: fleet.outcome.launch_results,
        request_id: fleet.outcome.request_id,
        client_token: fleet.outcome.client_token,
        error_code: fleet.outcome.error_code,
        error_message: fleet.outcome.error_message,
        warnings: Vec::new(),
        group_id: fleet.id.into(),
        request: fleet.request,
    })
}

/// A group of this region.
pub(super) fn find(world: &mut World, group_id: &GroupId) -> Result<Fleet<CreateAutoProvisioningGroupRequest>> {
    world.fleet(group_id.as_str())?.ok_or_else(|| {
        let message = format!("there is no auto provisioning group `{group_id}` in `{}`", world.region);
        CloudError::of(Member::GroupId, codes::INVALID_GROUP_ID_NOT_FOUND, message)
    })
}

fn state(fleet: &Fleet<CreateAutoProvisioningGroupRequest>, batches: &[Batch]) -> GroupState {
    let delivered = |billing| live_units(batches, billing) >= Decimal::from(fleet.request.capacity.target(billing));
    let still_tries = fleet.phase == Phase::Submitted
        || fleet.phase == Phase::Active && fleet.request.group_type == GroupType::Maintain;
    if delivered(Billing::PayAsYouGo) && delivered(Billing::Spot) {
        GroupState::Fulfilled
    } else if still_tries {
        GroupState::PendingFulfillment
    } else {
        GroupState::Error
    }
}

fn matches(filter: &DescribeAutoProvisioningGroupsRequest, fleet: &Fleet<CreateAutoProvisioningGroupRequest>) -> bool {
    let request = &fleet.request;
    filter.name.as_ref().is_none_or(|name| request.name.as_ref() == Some(name))
        && (filter.group_types.is_empty() || filter.group_types.contains(&request.group_type))
        && filter.resource_group_id.as_ref().is_none_or(|id| request.resource_group_id.as_ref() == Some(id))
        && filter.tags.iter().all(|(key, value)| request.tags.get(key) == Some(value))
}
