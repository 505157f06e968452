//! The networks that instances are launched in: the default one, computed from the catalogue, and those that were made.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{ResourceKind, Result, World};
use crate::base::{Cidr, SecurityGroupId, Time, VSwitchId, VpcId, ZoneId};
use crate::catalogue;
use crate::cloud::model::{CreateSecurityGroupRequest, CreateVSwitchRequest, CreateVpcRequest, SecurityGroupRule};
use crate::cloud::store::damaged;

/// A VPC as the world keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VpcDocument {
    /// With later changes.
    pub(crate) request: CreateVpcRequest,
    pub(crate) create_time: Time,
}

/// A vSwitch as the world keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct VSwitchDocument {
    /// With later changes; VPC, zone and block are there.
    pub(crate) request: CreateVSwitchRequest,
    pub(crate) create_time: Time,
}

/// A security group as the world keeps it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct SecurityGroupDocument {
    /// With later changes.
    pub(crate) request: CreateSecurityGroupRequest,
    /// By id.
    pub(crate) rules: BTreeMap<String, SecurityGroupRule>,
    pub(crate) create_time: Time,
}

impl ResourceKind for VpcDocument {
    const KIND: &'static str = "vpc";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }
}

impl ResourceKind for VSwitchDocument {
    const KIND: &'static str = "vswitch";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        self.request.vpc_id.as_ref().map(VpcId::as_str)
    }
}

impl ResourceKind for SecurityGroupDocument {
    const KIND: &'static str = "security_group";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        self.request.vpc_id.as_ref().map(VpcId::as_str)
    }
}

impl VSwitchDocument {
    pub(crate) fn block(&self) -> Cidr {
        let text = self.request.cidr_block.as_deref().unwrap_or_default();
        Cidr::parse(text).unwrap_or_else(|_| damaged("the address block of a vSwitch does not read back"))
    }
}

/// A vSwitch as far as launching depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VSwitch {
    pub(crate) vswitch_id: VSwitchId,
    pub(crate) vpc_id: VpcId,
    pub(crate) zone_id: ZoneId,
    /// Of which it loses the first and the last three addresses.
    pub(crate) block: Cidr,
    /// Its position among all default vSwitches; `None` for one that was made.
    pub(super) default_ordinal: Option<u32>,
}

impl World<'_, '_> {
    /// A vSwitch of this region; `None` if none has that id.
    pub(crate) fn vswitch(&mut self, vswitch_id: &str) -> Result<Option<VSwitch>> {
        let default = catalogue::zone_of_default_vswitch(vswitch_id);
        if let Some(zone) = default.filter(|zone| zone.region.id == self.region.as_str()) {
            return Ok(Some(default_vswitch(zone)));
        }
        let stored = self.resource::<VSwitchDocument>(vswitch_id)?;
        Ok(stored.map(|stored| VSwitch::made(&stored.id, &stored.document)))
    }

    /// The first of the groups that does not exist.
    pub(crate) fn missing_security_group(
        &mut self,
        security_group_ids: &BTreeSet<SecurityGroupId>,
    ) -> Result<Option<SecurityGroupId>> {
        for id in made_groups(security_group_ids) {
            if self.resource::<SecurityGroupDocument>(id.as_str())?.is_none() {
                return Ok(Some(id.clone()));
            }
        }
        Ok(None)
    }

    /// The first of the groups that lies in another VPC, with that VPC. Every VPC has a group `default`.
    pub(crate) fn security_group_elsewhere(
        &mut self,
        security_group_ids: &BTreeSet<SecurityGroupId>,
        vpc_id: &VpcId,
    ) -> Result<Option<(SecurityGroupId, VpcId)>> {
        for id in made_groups(security_group_ids) {
            let group = self.resource::<SecurityGroupDocument>(id.as_str())?;
            let own = group.map(|group| group.document.request.vpc_id);
            let own = own.map(|own| own.unwrap_or_else(|| default_vpc_id(self.region.as_str())));
            if let Some(other) = own.filter(|own| own != vpc_id) {
                return Ok(Some((id.clone(), other)));
            }
        }
        Ok(None)
    }

    /// How many instances are in a vSwitch, stopped ones included.
    pub(crate) fn instances_in_vswitch(&mut self, vswitch_id: &str) -> Result<u32> {
        let rows = self.tx.query(
            "SELECT live, stopped FROM batches WHERE vswitch = $1 AND (live > 0 OR stopped > 0)",
            &[vswitch_id.into()],
        )?;
        Ok(rows.iter().map(|row| row.count(0) + row.count(1)).sum())
    }

    /// How many instances of this region carry a security group, stopped ones included.
    pub(crate) fn instances_with_security_group(&mut self, id: &SecurityGroupId) -> Result<u32> {
        let fleets = self.whole.tx.query(
            "SELECT fleet_id FROM fleets JOIN fleet_documents USING (fleet_id) WHERE region = $1 AND request LIKE $2",
            &[self.region.as_str().into(), format!("%\"{id}\"%").into()],
        )?;
        let mut count = 0;
        for fleet in &fleets {
            if self.security_groups_of(fleet.text(0))?.contains(id) {
                let batches = self.batches_of(fleet.text(0))?;
                count += batches.iter().map(|batch| batch.live + batch.stopped).sum::<u32>();
            }
        }
        Ok(count)
    }
}

/// The security group that every region has.
pub(crate) const DEFAULT_SECURITY_GROUP: &str = SecurityGroupId::DEFAULT;

fn made_groups(ids: &BTreeSet<SecurityGroupId>) -> impl Iterator<Item = &SecurityGroupId> {
    ids.iter().filter(|id| id.as_str() != DEFAULT_SECURITY_GROUP)
}

impl VSwitch {
    /// The vSwitch that a zone has from the beginning.
    pub(crate) fn default_of(zone: &catalogue::Zone) -> Self {
        default_vswitch(zone)
    }

    /// One that was made.
    pub(crate) fn made(id: &str, document: &VSwitchDocument) -> Self {
        Self {
            vswitch_id: id.into(),
            vpc_id: document
                .request
                .vpc_id
                .clone()
                .unwrap_or_else(|| damaged(format!("the vSwitch `{id}` has no VPC"))),
            zone_id: document
                .request
                .zone_id
                .clone()
                .unwrap_or_else(|| damaged(format!("the vSwitch `{id}` has no zone"))),
            block: document.block(),
            default_ordinal: None,
        }
    }
}

/// The VPC that a region has from the beginning.
pub(crate) fn default_vpc_id(region_id: &str) -> VpcId {
    VpcId::default_of(region_id)
}

/// The vSwitches that the region has from the beginning, by zone.
pub(crate) fn default_vswitches(world: &World) -> Vec<VSwitch> {
    let region = catalogue::region(world.region.as_str());
    region.into_iter().flat_map(catalogue::Region::zones).map(default_vswitch).collect()
}

/// Whether an id is that of a default vSwitch of the region.
pub(crate) fn is_default_vswitch(world: &World, id: &VSwitchId) -> bool {
    default_vswitches(world).iter().any(|vswitch| vswitch.vswitch_id == *id)
}

/// The n-th zone of a region has 10.n.0.0/16, in the order of the catalogue's file (N1).
fn default_vswitch(zone: &catalogue::Zone) -> VSwitch {
    let before = zone.region.zones().filter(|known| known.place < zone.place).count();
    let in_region = u32::try_from(before).unwrap_or(0);
    VSwitch {
        vswitch_id: VSwitchId::default_of(zone.id),
        vpc_id: default_vpc_id(zone.region.id),
        zone_id: zone.id.into(),
        block: Cidr::containing(Ipv4Addr::from(0x0a00_0000 | (in_region << 16)), 16),
        default_ordinal: Some(zone.place),
    }
}

/// The position of a default vSwitch among all of them; `None` for one that was made.
pub(super) fn default_vswitch_ordinal(vswitch_id: &str) -> Option<u32> {
    catalogue::zone_of_default_vswitch(vswitch_id).and_then(|zone| default_vswitch(zone).default_ordinal)
}
