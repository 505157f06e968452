//! The networks that instances are launched in: the default one, computed from the catalogue, and those that were made.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::Deserialize;

use super::{Result, World, read_document};
use crate::base::{SecurityGroupId, VSwitchId, VpcId, ZoneId};
use crate::catalogue;

/// A vSwitch as far as launching depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct VSwitch {
    pub(crate) vswitch_id: VSwitchId,
    pub(crate) vpc_id: VpcId,
    pub(crate) zone_id: ZoneId,
    /// The first address of its block, which it loses with the two after it.
    pub(super) network: u32,
    /// How many addresses the block has.
    pub(super) size: u32,
    /// Its place among all default vSwitches; `None` for one that was made.
    pub(super) default_ordinal: Option<u32>,
}

impl World<'_> {
    /// A vSwitch of this region; `None` if there is none of that id.
    pub(crate) fn vswitch(&mut self, vswitch_id: &str) -> Result<Option<VSwitch>> {
        let default = vswitch_id.strip_prefix("vsw-").and_then(catalogue::zone);
        if let Some(zone) = default.filter(|zone| zone.region.id == self.region.as_str()) {
            return Ok(Some(default_vswitch(zone)));
        }
        let rows = self.tx.query(
            "SELECT document FROM resources WHERE resource_id = $1 AND kind = 'vswitch' AND region = $2",
            &[vswitch_id.into(), self.region.as_str().into()],
        )?;
        Ok(rows.first().map(|row| read_document::<VSwitchDocument>(row.text(0)).into_vswitch(vswitch_id)))
    }

    /// The first of the groups that does not exist.
    pub(crate) fn missing_security_group(
        &mut self,
        security_group_ids: &BTreeSet<SecurityGroupId>,
    ) -> Result<Option<SecurityGroupId>> {
        for id in security_group_ids {
            if id.as_str() != DEFAULT_SECURITY_GROUP && !self.resource_exists("security_group", id.as_str())? {
                return Ok(Some(id.clone()));
            }
        }
        Ok(None)
    }

    fn resource_exists(&mut self, kind: &str, id: &str) -> Result<bool> {
        let rows = self.tx.query(
            "SELECT 1 FROM resources WHERE resource_id = $1 AND kind = $2 AND region = $3",
            &[id.into(), kind.into(), self.region.as_str().into()],
        )?;
        Ok(!rows.is_empty())
    }
}

/// The security group that every region has.
pub(crate) const DEFAULT_SECURITY_GROUP: &str = "default";

/// What a stored vSwitch says, as far as launching depends on it.
#[derive(Deserialize)]
struct VSwitchDocument {
    vpc_id: String,
    zone_id: String,
    cidr_block: String,
}

impl VSwitchDocument {
    fn into_vswitch(self, vswitch_id: &str) -> VSwitch {
        let (network, size) = block(&self.cidr_block)
            .unwrap_or_else(|| panic!("the block `{}` of `{vswitch_id}` does not read back", self.cidr_block));
        VSwitch {
            vswitch_id: vswitch_id.into(),
            vpc_id: self.vpc_id.into(),
            zone_id: self.zone_id.into(),
            network,
            size,
            default_ordinal: None,
        }
    }
}

impl VSwitch {
    /// The vSwitch that a zone has from the beginning.
    pub(crate) fn default_of(zone: &catalogue::Zone) -> Self {
        default_vswitch(zone)
    }
}

/// The n-th zone of a region has 10.n.0.0/16 (N1).
fn default_vswitch(zone: &catalogue::Zone) -> VSwitch {
    let place = |found: Option<usize>| u32::try_from(found.unwrap_or(0)).unwrap_or(0);
    let in_region = place(zone.region.zones().position(|known| known.id == zone.id));
    let in_all = place(catalogue::zones().iter().position(|known| known.id == zone.id));
    VSwitch {
        vswitch_id: format!("vsw-{}", zone.id).into(),
        vpc_id: format!("vpc-{}", zone.region.id).into(),
        zone_id: zone.id.into(),
        network: u32::from(Ipv4Addr::new(10, 0, 0, 0)) + (in_region << 16),
        size: 1 << 16,
        default_ordinal: Some(in_all),
    }
}

/// The place of a default vSwitch among all of them; `None` for one that was made.
pub(super) fn default_vswitch_ordinal(vswitch_id: &str) -> Option<u32> {
    vswitch_id.strip_prefix("vsw-").and_then(catalogue::zone).and_then(|zone| default_vswitch(zone).default_ordinal)
}

/// First address and size of `192.168.0.0/24`.
fn block(cidr: &str) -> Option<(u32, u32)> {
    let (address, prefix) = cidr.split_once('/')?;
    let prefix: u32 = prefix.parse().ok().filter(|prefix| (8..=30).contains(prefix))?;
    let size = 1_u32 << (32 - prefix);
    Some((u32::from(address.parse::<Ipv4Addr>().ok()?) & !(size - 1), size))
}
