//! All that is known of instances, those that ended lately included (O8).

use std::collections::{BTreeMap, BTreeSet};

use super::super::describe::{candidates, placed};
use crate::base::{InstanceId, ReservationId, SecurityGroupId};
use crate::cloud::SimCloud;
use crate::cloud::error::CloudError;
use crate::cloud::model::{
    DescribeInstancesRequest, InstanceRecord, InstanceRecords, LaunchInstanceRequest, PlacedInstance,
};
use crate::cloud::world::{Fleet, SecurityGroupDocument, World};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Ids that do not exist are simply not in the reply.
    pub fn describe_instance_records(&self, instance_ids: Option<&BTreeSet<InstanceId>>) -> Result<InstanceRecords> {
        self.read(Operation::DescribeInstances, |world| records(world, instance_ids))
    }
}

pub(super) fn records(world: &mut World, ids: Option<&BTreeSet<InstanceId>>) -> Result<InstanceRecords> {
    let request = DescribeInstancesRequest { instance_ids: ids.cloned(), ..DescribeInstancesRequest::default() };
    let instances = candidates(world, &request)?;
    let living = placed(world, instances)?;
    let requests = match ids {
        None => world.fleets()?,
        Some(ids) => {
            let mut found = Vec::new();
            for id in ids {
                found.extend(world.fleet(id.as_str())?);
            }
            found
        }
    };
    let mut records = with_requests(living, requests);
    records.extend(world.ended_instances(ids)?);
    complete(world, records)
}

/// The instances of one launch.
pub(super) fn records_of(world: &mut World, reservation_id: &ReservationId) -> Result<InstanceRecords> {
    let is_of_it = |request: &LaunchInstanceRequest| {
        request.launch.as_ref().is_some_and(|launch| launch.reservation_id == *reservation_id)
    };
    let fleets: Vec<Fleet<LaunchInstanceRequest>> = world.fleets()?;
    let fleets: Vec<Fleet<LaunchInstanceRequest>> =
        fleets.into_iter().filter(|fleet| is_of_it(&fleet.request)).collect();
    let ids = fleets.iter().map(|fleet| InstanceId::from(fleet.id.as_str())).collect();
    let request = DescribeInstancesRequest { instance_ids: Some(ids), ..DescribeInstancesRequest::default() };
    let instances = candidates(world, &request)?;
    let mut records = with_requests(placed(world, instances)?, fleets);
    let ended = world.ended_instances(None)?;
    records.extend(ended.into_iter().filter(|record| record.request.as_ref().is_some_and(is_of_it)));
    complete(world, records)
}

fn with_requests(placed: Vec<PlacedInstance>, fleets: Vec<Fleet<LaunchInstanceRequest>>) -> Vec<InstanceRecord> {
    let mut requests: BTreeMap<String, LaunchInstanceRequest> =
        fleets.into_iter().map(|fleet| (fleet.id, fleet.request)).collect();
    let record = |placed: PlacedInstance| {
        let request = requests.remove(placed.instance.instance_id.as_str());
        InstanceRecord { placed, request, end: None }
    };
    placed.into_iter().map(record).collect()
}

fn complete(world: &mut World, records: Vec<InstanceRecord>) -> Result<InstanceRecords> {
    let groups = if records.is_empty() { Vec::new() } else { world.resources::<SecurityGroupDocument>()? };
    let group_names = groups.into_iter().map(|group| {
        let name = group.document.request.name.unwrap_or_default();
        (SecurityGroupId::from(group.id), name)
    });
    Ok(InstanceRecords { account_id: world.account_id(), group_names: group_names.collect(), records })
}
