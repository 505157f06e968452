//! Instances as operations show them: a row, its batch and its fleet's request put together.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use super::batch::{Batch, BatchSpec};
use super::instance_page::{InstanceRow, InstanceRowState};
use super::network::{DEFAULT_SECURITY_GROUP, default_vswitch_ordinal};
use super::{Fleet, FleetRequest, Result, ScalingFleetRequest, World, WorldTx, public_address, read_document};
use crate::base::collect::IntoOrdered;
use crate::base::order::Order;
use crate::base::{InstanceId, InstanceTypeName, SecurityGroupId, Time, ZoneId};
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, FleetId, Instance, InstanceState, LaunchConfiguration, LaunchInstanceRequest,
    RunInstancesRequest, Tags,
};
use crate::cloud::store::damaged;

/// What all instances of a fleet share.
#[derive(Clone, Debug)]
pub(crate) struct FleetSettings {
    pub(super) fleet: FleetId,
    pub(super) security_group_ids: BTreeSet<SecurityGroupId>,
    pub(super) tags: Tags,
    pub(super) name_pattern: Option<String>,
    pub(super) secrets: LaunchSecrets,
    /// Zones and types of the instances that share it; `None`: all.
    pub(super) pools: Option<BTreeSet<(ZoneId, InstanceTypeName)>>,
}

impl FleetSettings {
    /// What the instances share that a fleet launches with a launch configuration.
    pub(super) fn of_launch(fleet: FleetId, launch: &LaunchConfiguration) -> Self {
        Self {
            fleet,
            security_group_ids: or_default(launch.security_group_ids.clone()),
            tags: launch.tags.clone(),
            name_pattern: launch.instance_name.clone(),
            secrets: LaunchSecrets {
                user_data: launch.user_data.clone(),
                hides_user_data: false,
                password: launch.password.clone(),
            },
            pools: None,
        }
    }

    fn is_shared_by(&self, batch: &BatchSpec) -> bool {
        self.pools.as_ref().is_none_or(|pools| pools.contains(&(batch.zone_id.clone(), batch.instance_type.clone())))
    }
}

/// What the instances of a fleet were launched with and do not show.
#[derive(Clone, Debug, Default)]
pub(crate) struct LaunchSecrets {
    pub(crate) user_data: Option<Vec<u8>>,
    pub(crate) hides_user_data: bool,
    pub(crate) password: Option<String>,
}

impl World<'_, '_> {
    /// An instance of this region with the secrets that it was launched with.
    pub(crate) fn find_instance(&mut self, instance_id: &str) -> Result<Option<(Instance, LaunchSecrets)>> {
        let Some((batch, row)) = self.instance_row(instance_id)? else { return Ok(None) };
        let shared = self.shared(&batch.fleet_id)?;
        let secrets = shared_by(&shared, &batch.spec, row.launch_index).secrets.clone();
        Ok(Some((BatchView::new(&batch, &shared, self.now).instance(row), secrets)))
    }

    /// The instances of this region, lost ones included, by fleet and launch index.
    pub(crate) fn list_instances_of_region(&mut self) -> Result<Vec<Instance>> {
        // A query for each fleet would be thousands where each instance is a fleet.
        let batches = self.batches_of_region()?;
        let shared = self.shared_in_region(&batches)?;
        let mut instances = self.instances_of_region()?;
        let mut listed = Vec::new();
        for batch in &batches {
            let Some(shared) = shared.get(&batch.fleet_id) else { missing_fleet(&batch.fleet_id) };
            let shown = BatchView::new(batch, shared, self.now);
            let rows = instances.remove(&batch.id).unwrap_or_default();
            listed.extend(rows.into_iter().map(|row| shown.instance(row)));
        }
        listed.order_by(|a, b| (&a.fleet, a.launch_index).cmp(&(&b.fleet, b.launch_index)));
        Ok(listed)
    }

    /// What the instances of each fleet share that has one of these batches.
    fn shared_in_region(&mut self, batches: &[Batch]) -> Result<BTreeMap<String, Vec<(u32, FleetSettings)>>> {
        let wanted: BTreeSet<&str> = batches.iter().map(|batch| batch.fleet_id.as_str()).into_set();
        let rows = self.whole.tx.query(
            "SELECT kind, request, fleet_id FROM fleets JOIN fleet_documents USING (fleet_id) WHERE region = $1",
            &[self.region.as_str().into()],
        )?;
        let rows = rows.iter().filter(|row| wanted.contains(row.text(2)));
        Ok(rows.map(|row| (row.text(2).to_owned(), read_shared(row.text(0), row.text(1), row.text(2)))).into_map())
    }
}

impl WorldTx<'_> {
    /// The instances of one fleet, by launch index, lost ones included.
    pub(crate) fn list_fleet(&mut self, fleet_id: &str) -> Result<Vec<Instance>> {
        let batches = self.batches_of(fleet_id)?;
        if batches.is_empty() {
            return Ok(Vec::new());
        }
        let shared = self.shared(fleet_id)?;
        self.list_batches(fleet_id, &batches, &shared)
    }

    /// The same of a fleet that has these batches.
    pub(crate) fn list_instances<R: FleetRequest>(
        &mut self,
        fleet: &Fleet<R>,
        batches: &[Batch],
    ) -> Result<Vec<Instance>> {
        self.list_batches(&fleet.id, batches, &fleet.request.shared(&fleet.id))
    }

    fn list_batches(
        &mut self,
        fleet_id: &str,
        batches: &[Batch],
        shared: &[(u32, FleetSettings)],
    ) -> Result<Vec<Instance>> {
        let mut instances = self.instances_of_fleet(fleet_id)?;
        let mut listed = Vec::new();
        for batch in batches {
            let shown = BatchView::new(batch, shared, self.now);
            let rows = instances.remove(&batch.id).unwrap_or_default();
            listed.extend(rows.into_iter().map(|row| shown.instance(row)));
        }
        listed.order_by_key(|instance| instance.launch_index);
        Ok(listed)
    }

    /// The security groups that the instances of a fleet carry.
    pub(super) fn security_groups_of(&mut self, fleet_id: &str) -> Result<BTreeSet<SecurityGroupId>> {
        let shared = self.shared(fleet_id)?;
        Ok(shared.into_iter().flat_map(|(_, shared)| shared.security_group_ids).into_set())
    }

    pub(super) fn shared(&mut self, fleet_id: &str) -> Result<Vec<(u32, FleetSettings)>> {
        let rows = self.tx.query(
            "SELECT kind, request FROM fleets JOIN fleet_documents USING (fleet_id) WHERE fleet_id = $1",
            &[fleet_id.into()],
        )?;
        let Some(row) = rows.first() else { missing_fleet(fleet_id) };
        Ok(read_shared(row.text(0), row.text(1), fleet_id))
    }
}

pub(super) fn missing_fleet(fleet_id: &str) -> ! {
    damaged(format!("`{fleet_id}` has instances and is not there"))
}

/// Reads what the instances of a fleet share, from the request of a fleet of this kind.
pub(super) fn read_shared(kind: &str, request: &str, fleet_id: &str) -> Vec<(u32, FleetSettings)> {
    match kind {
        RunInstancesRequest::KIND => read_document::<RunInstancesRequest>(request).shared(fleet_id),
        ScalingFleetRequest::KIND => read_document::<ScalingFleetRequest>(request).shared(fleet_id),
        LaunchInstanceRequest::KIND => read_document::<LaunchInstanceRequest>(request).shared(fleet_id),
        _ => read_document::<CreateAutoProvisioningGroupRequest>(request).shared(fleet_id),
    }
}

/// What the instance of a batch that has a launch index shares with others.
fn shared_by<'s>(shared: &'s [(u32, FleetSettings)], batch: &BatchSpec, launch_index: u32) -> &'s FleetSettings {
    let is_shared = |(first, shared): &&(u32, FleetSettings)| *first <= launch_index && shared.is_shared_by(batch);
    let found = shared.iter().rev().find(is_shared).or(shared.first());
    found.map_or_else(|| damaged("a fleet has instances and was never told what to launch"), |(_, shared)| shared)
}

/// What the instances of one batch are shown with.
pub(super) struct BatchView<'b> {
    batch: &'b Batch,
    shared: &'b [(u32, FleetSettings)],
    default_ordinal: Option<u32>,
    pending: bool,
}

impl<'b> BatchView<'b> {
    pub(super) fn new(batch: &'b Batch, shared: &'b [(u32, FleetSettings)], now: Time) -> Self {
        let default_ordinal = default_vswitch_ordinal(batch.spec.vswitch_id.as_str());
        Self { batch, shared, default_ordinal, pending: batch.spec.starts_pending && batch.launch_time >= now }
    }

    pub(super) fn state(&self, state: InstanceRowState) -> InstanceState {
        match state {
            InstanceRowState::Lost => InstanceState::Terminated,
            InstanceRowState::Stopped | InstanceRowState::StoppedInPlace => InstanceState::Stopped,
            InstanceRowState::Live if self.pending => InstanceState::Pending,
            InstanceRowState::Live => InstanceState::Running,
        }
    }

    pub(super) fn instance(&self, row: InstanceRow) -> Instance {
        let (batch, shared) = (self.batch, shared_by(self.shared, &self.batch.spec, row.launch_index));
        let state = self.state(row.state);
        let private_ip = row.private_ip.map(Ipv4Addr::from);
        let has_public = batch.spec.addressing.has_public() && state != InstanceState::Terminated;
        let public_ip = has_public.then(|| public_address(self.default_ordinal, row.private_ip, &row.instance_id));
        Instance {
            fleet: shared.fleet.clone(),
            launch_index: row.launch_index,
            region_id: batch.region.clone(),
            zone_id: batch.spec.zone_id.clone(),
            vswitch_id: batch.spec.vswitch_id.clone(),
            instance_type: batch.spec.instance_type.clone(),
            image_id: batch.spec.image_id.clone(),
            state,
            private_ip,
            public_ip,
            key_name: batch.spec.key_name.clone(),
            security_group_ids: shared.security_group_ids.clone(),
            spot_strategy: batch.spec.spot_strategy(),
            spot_price_limit: batch.spec.price_limit,
            hourly_price: batch.spec.hourly_price,
            launch_time: batch.launch_time,
            system_disk_category: batch.spec.system_disk_category.clone(),
            instance_name: instance_name(shared.name_pattern.as_deref(), row.launch_index, &row.instance_id),
            tags: shared.tags.clone(),
            instance_id: row.instance_id,
        }
    }
}

/// No group given: `default` (N2, R20).
pub(crate) fn or_default(security_group_ids: BTreeSet<SecurityGroupId>) -> BTreeSet<SecurityGroupId> {
    if security_group_ids.is_empty() {
        [DEFAULT_SECURITY_GROUP.into()].into_iter().into_set()
    } else {
        security_group_ids
    }
}

/// The id where no name was given.
fn instance_name(pattern: Option<&str>, launch_index: u32, instance_id: &InstanceId) -> String {
    pattern.map_or_else(|| instance_id.as_str().to_owned(), |pattern| numbered_name(pattern, launch_index))
}

/// `web-[10,3]-x` numbers the instances of a launch from 10 on with three digits.
pub(crate) fn numbered_name(pattern: &str, launch_index: u32) -> String {
    let sequence = pattern.split_once('[').and_then(|(head, rest)| {
        let (numbers, tail) = rest.split_once(']')?;
        let (begin, digits) = numbers.split_once(',')?;
        Some((head, begin.trim().parse::<u64>().ok()?, digits.trim().parse::<usize>().ok()?, tail))
    });
    match sequence {
        Some((head, begin, digits, tail)) => {
            format!("{head}{:0digits$}{tail}", begin.saturating_add(launch_index.into()), digits = digits.min(6))
        }
        None => pattern.to_owned(),
    }
}
