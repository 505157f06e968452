//! Instances as operations show them: a row, its batch and its owner's request put together.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use super::batch::{BATCH_COLUMN_COUNT, BATCH_COLUMNS, Batch, read_batch};
use super::launch::Life;
use super::network::DEFAULT_SECURITY_GROUP;
use super::{OwnerKind, Result, World, public_address, read_document};
use crate::base::{InstanceId, SecurityGroupId};
use crate::cloud::model::{
    CreateAutoProvisioningGroupRequest, Instance, InstanceOwner, InstanceState, RunInstancesRequest, Tags,
};
use crate::cloud::store::{Row, SqlValue};

/// An instance with what its owner's request says about user data.
#[derive(Clone, Debug)]
pub(crate) struct ListedInstance {
    pub(crate) instance: Instance,
    pub(crate) user_data: Option<Vec<u8>>,
}

/// What all instances of an owner share.
#[derive(Clone, Debug)]
struct Shared {
    owner: InstanceOwner,
    security_group_ids: BTreeSet<SecurityGroupId>,
    tags: Tags,
    name_pattern: Option<String>,
    user_data: Option<Vec<u8>>,
}

impl World<'_> {
    /// The instances of one owner, by launch index, lost ones included.
    pub(crate) fn list_owner(&mut self, owner_id: &str) -> Result<Vec<Instance>> {
        let listed = self.list("batches.owner_id = $1", &[owner_id.into()], "launch_index")?;
        Ok(listed.into_iter().map(|listed| listed.instance).collect())
    }

    /// The instances of this region, lost ones included, by owner and launch index.
    pub(crate) fn list_region(&mut self) -> Result<Vec<Instance>> {
        let region = self.region.as_str().into();
        let listed = self.list("batches.region = $1", &[region], "batches.owner_id, launch_index")?;
        Ok(listed.into_iter().map(|listed| listed.instance).collect())
    }

    pub(crate) fn find_instance(&mut self, instance_id: &str) -> Result<Option<ListedInstance>> {
        let parameters = [instance_id.into(), self.region.as_str().into()];
        Ok(self.list("instance_id = $1 AND batches.region = $2", &parameters, "launch_index")?.pop())
    }

    fn list(&mut self, condition: &str, parameters: &[SqlValue], order: &str) -> Result<Vec<ListedInstance>> {
        let rows = self.tx.query(
            &format!(
                "SELECT {BATCH_COLUMNS}, instance_id, launch_index, state, private_ip
                 FROM batches JOIN instances ON instances.batch_id = batches.batch_id
                 WHERE {condition} ORDER BY {order}"
            ),
            parameters,
        )?;
        let mut shared: BTreeMap<String, Shared> = BTreeMap::new();
        let mut ordinals: BTreeMap<String, Option<u32>> = BTreeMap::new();
        let mut listed = Vec::with_capacity(rows.len());
        for row in &rows {
            let batch = read_batch(row);
            if !shared.contains_key(&batch.owner_id) {
                shared.insert(batch.owner_id.clone(), self.shared(&batch.owner_id)?);
            }
            let vswitch_id = batch.of.vswitch_id.as_str();
            if !ordinals.contains_key(vswitch_id) {
                let ordinal = Self::vswitch_ordinal(vswitch_id);
                ordinals.insert(vswitch_id.to_owned(), ordinal);
            }
            let instance = self.instance(row, &batch, &shared[&batch.owner_id], ordinals[vswitch_id]);
            listed.push(ListedInstance { instance, user_data: shared[&batch.owner_id].user_data.clone() });
        }
        Ok(listed)
    }

    fn instance(&self, row: &Row, batch: &Batch, shared: &Shared, ordinal: Option<u32>) -> Instance {
        let column = BATCH_COLUMN_COUNT;
        let instance_id = InstanceId::from(row.text(column));
        let launch_index = row.count(column + 1);
        let state = match Life::of(row.integer(column + 2)) {
            Life::Lost => InstanceState::Terminated,
            Life::Stopped => InstanceState::Stopped,
            Life::Live if batch.of.waits && batch.launch_time >= self.now => InstanceState::Pending,
            Life::Live => InstanceState::Running,
        };
        let private = row.optional_integer(column + 3).and_then(|address| u32::try_from(address).ok());
        let private_ip = private.map(Ipv4Addr::from);
        let ended = state == InstanceState::Terminated;
        let has_public = batch.of.addressing.has_public() && !ended;
        let public_ip = has_public.then(|| public_address(ordinal, private, &instance_id));
        let named = state != InstanceState::Pending;
        let name = |prefix: &str, address: Option<Ipv4Addr>| match address {
            Some(address) if named => dns_name(prefix, address, batch.region.as_str()),
            _ => String::new(),
        };
        Instance {
            owner: shared.owner.clone(),
            launch_index,
            region_id: batch.region.clone(),
            zone_id: batch.of.zone_id.clone(),
            vswitch_id: batch.of.vswitch_id.clone(),
            instance_type: batch.of.instance_type.clone(),
            image_id: batch.of.image_id.clone(),
            state,
            private_ip,
            public_ip,
            private_dns_name: name("ip", private_ip),
            dns_name: name("public", public_ip),
            key_name: batch.of.key_name.clone(),
            security_group_ids: shared.security_group_ids.clone(),
            spot_strategy: batch.of.spot_strategy(),
            spot_price_limit: batch.of.price_limit,
            hourly_price: batch.of.hourly_price,
            launch_time: batch.launch_time,
            system_disk_category: batch.of.system_disk_category.clone(),
            instance_name: instance_name(shared.name_pattern.as_deref(), launch_index, &instance_id),
            tags: shared.tags.clone(),
            instance_id,
        }
    }

    fn shared(&mut self, owner_id: &str) -> Result<Shared> {
        let rows = self.tx.query("SELECT kind, request FROM owners WHERE owner_id = $1", &[owner_id.into()])?;
        let row = rows.first().unwrap_or_else(|| panic!("`{owner_id}` has instances and is not in the world"));
        Ok(if row.text(0) == RunInstancesRequest::KIND {
            let request: RunInstancesRequest = read_document(row.text(1));
            Shared {
                owner: RunInstancesRequest::instance_owner(owner_id),
                security_group_ids: or_default(request.security_group_ids),
                tags: request.tags,
                name_pattern: None,
                user_data: request.user_data,
            }
        } else {
            let request: CreateAutoProvisioningGroupRequest = read_document(row.text(1));
            let launch = request.launch_configuration;
            Shared {
                owner: CreateAutoProvisioningGroupRequest::instance_owner(owner_id),
                security_group_ids: or_default(launch.security_group_ids),
                tags: launch.tags,
                name_pattern: launch.instance_name,
                user_data: launch.user_data,
            }
        })
    }
}

/// No group given: `default` (N2, R20).
pub(crate) fn or_default(security_group_ids: BTreeSet<SecurityGroupId>) -> BTreeSet<SecurityGroupId> {
    if security_group_ids.is_empty() { BTreeSet::from([DEFAULT_SECURITY_GROUP.into()]) } else { security_group_ids }
}

/// `ip-10-0-3-7.cn-heyuan.internal`
fn dns_name(prefix: &str, address: Ipv4Addr, region: &str) -> String {
    let domain = if prefix == "ip" { "internal" } else { "simcloud.example" };
    format!("{prefix}-{}.{region}.{domain}", address.to_string().replace('.', "-"))
}

/// The id where no name was given; `web-[10,3]-x` numbers the instances from 10 on with three digits.
fn instance_name(pattern: Option<&str>, launch_index: u32, instance_id: &InstanceId) -> String {
    let Some(pattern) = pattern else { return instance_id.to_string() };
    let sequence = pattern.split_once('[').and_then(|(head, rest)| {
        let (numbers, tail) = rest.split_once(']')?;
        let (begin, digits) = numbers.split_once(',')?;
        Some((head, begin.trim().parse::<u64>().ok()?, digits.trim().parse::<usize>().ok()?, tail))
    });
    match sequence {
        Some((head, begin, digits, tail)) => {
            format!("{head}{:0digits$}{tail}", begin + u64::from(launch_index), digits = digits.min(6))
        }
        None => pattern.to_owned(),
    }
}
