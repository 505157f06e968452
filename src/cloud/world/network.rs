//! The networks that instances are launched in: the default one, computed from the catalogue, and those that were made.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::Deserialize;

use super::{Result, World, read_document};
use crate::base::{KeyPairName, SecurityGroupId, VSwitchId, VpcId, ZoneId};
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

/// The key pair that always exists (`product.md`, "Scenario").
const EXAMPLE_KEY_PAIR: &str = "example-key-name";

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

    pub(crate) fn key_pair_exists(&mut self, name: &KeyPairName) -> Result<bool> {
        let listed = self.market.scenario().key_pairs.iter().any(|known| known.name == *name);
        if listed || name.as_str() == EXAMPLE_KEY_PAIR {
            return Ok(true);
        }
        let rows = self.tx.query(
            "SELECT 1 FROM resources WHERE kind = 'key_pair' AND region = $1 AND name = $2",
            &[self.region.as_str().into(), name.as_str().into()],
        )?;
        Ok(!rows.is_empty())
    }

    /// The public half of a key pair, made from the seed where nobody gave one (R22).
    pub(crate) fn public_key(&mut self, name: &KeyPairName) -> Result<String> {
        let given = self.market.scenario().key_pairs.iter().rev().find(|known| known.name == *name);
        if let Some(key) = given.and_then(|known| known.public_key.clone()) {
            return Ok(key);
        }
        let rows = self.tx.query(
            "SELECT document FROM resources WHERE kind = 'key_pair' AND region = $1 AND name = $2",
            &[self.region.as_str().into(), name.as_str().into()],
        )?;
        let stored = rows.first().and_then(|row| read_document::<KeyPairDocument>(row.text(0)).public_key);
        Ok(stored.unwrap_or_else(|| made_public_key(&self.seed().digest(&["key pair", name.as_str()]), name)))
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

#[derive(Deserialize)]
struct KeyPairDocument {
    public_key: Option<String>,
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

/// An Ed25519 key in the form of an `authorized_keys` line; nobody holds the private half.
fn made_public_key(digest: &[u8; 32], name: &KeyPairName) -> String {
    use base64::Engine as _;
    let mut blob = Vec::with_capacity(51);
    for part in [b"ssh-ed25519".as_slice(), digest.as_slice()] {
        blob.extend(u32::try_from(part.len()).unwrap_or(0).to_be_bytes());
        blob.extend(part);
    }
    format!("ssh-ed25519 {} {name}", base64::engine::general_purpose::STANDARD.encode(blob))
}
