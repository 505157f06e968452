//! Instances that were launched by themselves: each is a fleet of one, whose id is the instance's (O1).

use std::net::Ipv4Addr;

use super::address::AddressClaim;
use super::batch::{Batch, BatchSpec};
use super::fleet::{Fleet, FleetRequest, Schedule};
use super::instance_event::InstanceEventKind;
use super::instance_page::{InstanceRow, InstanceRowState, RowChange};
use super::listing::{FleetSettings, LaunchSecrets, or_default};
use super::network::VSwitch;
use super::{Result, World, WorldTx};
use crate::base::collect::IntoOrdered;
use crate::base::{Alphabet, InstanceId};
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{FleetId, LaunchInstanceRequest, Tags};
use crate::cloud::step::{Phase, ReclaimCause};
use crate::cloud::store::damaged;

impl FleetRequest for LaunchInstanceRequest {
    const KIND: &'static str = "instance";
    const ID_PREFIX: &'static str = InstanceId::PREFIX;
    const ALPHABET: Alphabet = Alphabet::Base36;

    fn name(&self) -> Option<&str> {
        self.instance_name.as_deref()
    }

    fn target_capacity(&self) -> u32 {
        1
    }

    fn schedule(&self, _phase: Phase) -> Schedule {
        Schedule::default()
    }

    fn tags(&self) -> &Tags {
        &self.tags
    }

    fn shared(&self, fleet_id: &str) -> Vec<(u32, FleetSettings)> {
        let shared = FleetSettings {
            fleet: FleetId::Instance(InstanceId::from(fleet_id)),
            security_group_ids: or_default(self.security_group_ids.clone()),
            tags: self.tags.clone(),
            name_pattern: self.instance_name.clone(),
            secrets: LaunchSecrets {
                user_data: self.user_data.clone(),
                hides_user_data: self.hides_user_data,
                password: self.password.clone(),
            },
            pools: None,
        };
        vec![(0, shared)]
    }

    fn adopt_caller_settings(&mut self, of: &Self) {
        self.configuration.clone_from(&of.configuration);
    }
}

/// Whether a fleet is an instance that was launched by itself.
pub(crate) fn is_single_instance(fleet_id: &str) -> bool {
    fleet_id.starts_with(InstanceId::PREFIX)
}

/// What an instance that was launched by itself is changed to.
#[derive(Clone, Debug)]
pub(crate) struct ChangedInstance {
    pub(crate) spec: BatchSpec,
    pub(crate) state: InstanceRowState,
    pub(crate) private_ip: Option<u32>,
}

impl World<'_, '_> {
    /// Launches the instance that the fleet is. The caller has checked stock and quota.
    pub(crate) fn launch_single(
        &mut self,
        fleet: &Fleet<LaunchInstanceRequest>,
        batch: &BatchSpec,
        vswitch: &VSwitch,
        private_ip: Option<Ipv4Addr>,
    ) -> Result<InstanceId> {
        let id = InstanceId::from(fleet.id.as_str());
        let address = self.single_address(vswitch, private_ip, &id)?;
        self.insert_launched(&fleet.id, batch, std::slice::from_ref(&id), vec![Some(address)], &[0])?;
        Ok(id)
    }

    /// Takes the address that is asked for, or the next free one (N1).
    pub(crate) fn single_address(
        &mut self,
        vswitch: &VSwitch,
        private_ip: Option<Ipv4Addr>,
        id: &InstanceId,
    ) -> Result<u32> {
        let Some(asked) = private_ip else {
            let addresses = self.take_addresses(vswitch, std::slice::from_ref(id))?;
            return Ok(addresses.first().copied().unwrap_or_else(|| damaged("one id got no address")));
        };
        let refuse = |code, problem: &str| {
            let message =
                format!("the private address `{asked}` {problem} `{}` ({})", vswitch.vswitch_id, vswitch.block);
            Err(CloudError::of(Member::PrivateIpAddress, code, message))
        };
        match self.take_address(vswitch, u32::from(asked))? {
            AddressClaim::Taken => Ok(u32::from(asked)),
            AddressClaim::InUse => refuse(codes::PRIVATE_IP_DUPLICATED, "is in use in the vSwitch"),
            AddressClaim::NotUsable => {
                refuse(codes::PRIVATE_IP_MALFORMED, "is not an address that an instance can have in the vSwitch")
            }
        }
    }
}

impl WorldTx<'_> {
    /// The one instance of a fleet that is an instance, with its batch.
    pub(crate) fn single_instance(&mut self, fleet_id: &str) -> Result<(Batch, InstanceRow)> {
        let found = self.instance_of_any_region(fleet_id)?;
        Ok(found.unwrap_or_else(|| damaged(format!("the instance `{fleet_id}` is not there"))))
    }

    /// Changes an instance in place. The caller has checked stock and quota, and has taken the address if it is another.
    pub(crate) fn change_single(
        &mut self,
        batch: &Batch,
        instance: &InstanceRow,
        changed: &ChangedInstance,
    ) -> Result<()> {
        if let Some(before) = instance.private_ip.filter(|before| Some(*before) != changed.private_ip) {
            self.return_addresses(batch.spec.vswitch_id.as_str(), &[before])?;
        }
        let (state, private_ip) = (changed.state, changed.private_ip);
        self.change_instances(batch.id, &[instance.ordinal].into_iter().into_set(), |row| {
            (row.state, row.private_ip) = (state, private_ip);
            RowChange::Keep
        })?;
        let spec = &changed.spec;
        for (of, holds, count) in [(&batch.spec, instance.state.holds_stock(), -1), (spec, state.holds_stock(), 1)] {
            if holds {
                let (zone_id, instance_type) = of.pool_name();
                self.add_use((batch.region.as_str(), zone_id, instance_type), spec.billing, count, of.vcpus);
            }
        }
        let (held, holds) = (instance.state.holds_stock(), state.holds_stock());
        let moves = batch.spec.pool_name() != spec.pool_name();
        if held && (moves || !holds) {
            self.record_event_of_rows(InstanceEventKind::Stopped, batch, std::iter::once(instance))?;
        }
        if holds && (moves || !held) {
            let after = Batch { spec: spec.clone(), ..batch.clone() };
            self.record_event_of_rows(InstanceEventKind::Started, &after, std::iter::once(instance))?;
        }
        self.update_single_batch(batch.id, spec, state)?;
        self.mark_dirty(&batch.fleet_id);
        Ok(())
    }

    /// Forgets an instance that was launched by itself and is lost: it is in no list whose lost instances a plan could
    /// replace (O4). The world stays what it is, even if nothing else is in it: no call has removed anything (W1).
    pub(crate) fn forget_lost_instance(&mut self, fleet_id: &str, cause: ReclaimCause) -> Result<()> {
        if !is_single_instance(fleet_id) {
            return Ok(());
        }
        if let Some(batch) = self.batches_of(fleet_id)?.first() {
            self.save_lost_instance(fleet_id, &batch.region, cause)?;
        }
        for (batch_id, instances) in self.instances_of_fleet(fleet_id)? {
            self.remove_lost(batch_id, &instances)?;
        }
        if self.batches_of(fleet_id)?.is_empty() {
            self.delete_fleet_rows(fleet_id)?;
            self.release_token(fleet_id)?;
        }
        Ok(())
    }
}
