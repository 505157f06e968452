//! All that is known of instances, those that ended lately included (O8).

use std::collections::{BTreeMap, BTreeSet};

use super::super::describe::placed_with;
use crate::base::order::Order;
use crate::base::{InstanceId, ReservationId, SecurityGroupId};
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{InstancePageRequest, InstanceRecord, InstanceRecords, LaunchInstanceRequest};
use crate::cloud::world::{Fleet, ListedInstance, SecurityGroupDocument, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// In order of launch. Ids that do not exist are simply not in the reply.
    pub fn describe_instance_records(&self, instance_ids: Option<&BTreeSet<InstanceId>>) -> Result<InstanceRecords> {
        self.read(Operation::DescribeInstances, |world| {
            if let Some(ids) = instance_ids {
                return records(world, ids);
            }
            let page = super::record_page::page(world, &InstancePageRequest::default(), &|_| None)?;
            Ok(page.instances)
        })
    }
}

/// Those of these ids that exist or have ended lately, by launch.
pub(super) fn records(world: &mut World, ids: &BTreeSet<InstanceId>) -> Result<InstanceRecords> {
    let kept = world.instances_by_id(ids)?;
    let listed = world.list_scattered(kept)?;
    let mut records = living(world, listed)?;
    for id in ids {
        records.extend(world.ended_instance(id)?);
    }
    records.order_by_key(|record| record.position);
    with_shared(world, records)
}

/// The instances of one launch.
pub(super) fn records_of(world: &mut World, reservation_id: &ReservationId) -> Result<InstanceRecords> {
    let is_of_it = |request: &LaunchInstanceRequest| {
        request.launch.as_ref().is_some_and(|launch| launch.reservation_id == *reservation_id)
    };
    let select = |found: &InstanceRecords| {
        let flags = found.records.iter().map(|record| record.request.as_ref().is_some_and(is_of_it));
        Some(flags.collect())
    };
    Ok(super::record_page::page(world, &InstancePageRequest::default(), &select)?.instances)
}

/// Records of instances that are there.
pub(super) fn living(world: &mut World, listed: Vec<ListedInstance>) -> Result<Vec<InstanceRecord>> {
    let (mut positions, mut instances) = (Vec::new(), Vec::new());
    let mut singles: BTreeMap<String, Fleet<LaunchInstanceRequest>> = BTreeMap::new();
    for ListedInstance { position, instance, single } in listed {
        positions.push(position);
        instances.push(instance);
        singles.extend(single.map(|fleet| (fleet.id.clone(), fleet)));
    }
    let placed = placed_with(world, instances, &singles)?;
    let records = positions.into_iter().zip(placed).map(|(position, placed)| {
        let request = singles.remove(placed.instance.instance_id.as_str()).map(|fleet| fleet.request);
        InstanceRecord { position, placed, request, end: None }
    });
    Ok(records.collect())
}

/// Records with what their descriptions share.
pub(super) fn with_shared(world: &mut World, records: Vec<InstanceRecord>) -> Result<InstanceRecords> {
    let groups = world.resources::<SecurityGroupDocument>()?;
    let group_names = groups.into_iter().map(|group| {
        let name = group.document.request.name.unwrap_or_default();
        (SecurityGroupId::from(group.id), name)
    });
    Ok(InstanceRecords { account_id: world.account_id(), group_names: group_names.collect(), records })
}
