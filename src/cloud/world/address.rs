//! Private addresses, one set per vSwitch, and the public addresses that follow from them (N1).

use std::net::Ipv4Addr;

use super::address_set::AddressSet;
use super::network::VSwitch;
use super::{Result, WorldTx};
use crate::base::{InstanceId, Seed};
use crate::cloud::store::damaged;

/// A vSwitch loses the first and the last three addresses of its block: a `/24` yields 252.
const RESERVED_AT_START: u32 = 1;
const RESERVED_AT_END: u32 = 3;

/// The addresses of one vSwitch as this transaction sees them; written once, before it commits.
pub(super) struct AddressUse {
    taken: AddressSet,
    used: i64,
    changed: bool,
}

/// The result of taking one address of a vSwitch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AddressClaim {
    Taken,
    InUse,
    /// The vSwitch does not have the address, or the service reserves it.
    NotUsable,
}

impl WorldTx<'_> {
    pub(crate) fn free_addresses(&mut self, vswitch: &VSwitch) -> Result<u32> {
        let used = self.addresses_in_use(vswitch.vswitch_id.as_str(), vswitch.block.size())?.used;
        Ok(usable(vswitch).saturating_sub(u32::try_from(used).unwrap_or(u32::MAX)))
    }

    /// One address per id. The address of an instance follows from its id alone as long as it is free, so that launches which
    /// do not collide get the same addresses in any order.
    pub(super) fn take_addresses(&mut self, vswitch: &VSwitch, ids: &[InstanceId]) -> Result<Vec<u32>> {
        let in_use = self.addresses_in_use(vswitch.vswitch_id.as_str(), vswitch.block.size())?;
        let usable = usable(vswitch);
        let mut taken = Vec::with_capacity(ids.len());
        for id in ids {
            let digest = Seed::new(0).derive(&["address", id.as_str()]).number();
            let mut offset = u32::try_from(digest % u64::from(usable.max(1))).unwrap_or(0);
            let mut looked_at = 0;
            while in_use.taken.holds(offset) {
                offset = (offset + 1) % usable;
                looked_at += 1;
                if looked_at >= usable {
                    damaged("a vSwitch has fewer free addresses than were counted");
                }
            }
            in_use.taken.set(offset, true);
            taken.push(vswitch.block.first() + RESERVED_AT_START + offset);
        }
        in_use.used += i64::try_from(ids.len()).unwrap_or(0);
        in_use.changed = true;
        Ok(taken)
    }

    /// Takes one address of a vSwitch if it is free.
    pub(super) fn take_address(&mut self, vswitch: &VSwitch, address: u32) -> Result<AddressClaim> {
        let offset = address.checked_sub(vswitch.block.first() + RESERVED_AT_START);
        let Some(offset) = offset.filter(|offset| *offset < usable(vswitch)) else {
            return Ok(AddressClaim::NotUsable);
        };
        let in_use = self.addresses_in_use(vswitch.vswitch_id.as_str(), vswitch.block.size())?;
        let is_free = !in_use.taken.holds(offset);
        if is_free {
            in_use.taken.set(offset, true);
            in_use.used += 1;
            in_use.changed = true;
        }
        Ok(if is_free { AddressClaim::Taken } else { AddressClaim::InUse })
    }

    pub(super) fn return_addresses(&mut self, vswitch_id: &str, addresses: &[u32]) -> Result<()> {
        if addresses.is_empty() {
            return Ok(());
        }
        let in_use = self.addresses_in_use(vswitch_id, 0)?;
        // Blocks are powers of two in size and begin at a multiple of it, so the offset is in the low bits.
        let mask = in_use.taken.size() - 1;
        for address in addresses {
            let offset = (address & mask).checked_sub(RESERVED_AT_START);
            in_use.taken.set(offset.unwrap_or_else(|| damaged("the address of an instance does not read back")), false);
        }
        in_use.used -= i64::try_from(addresses.len()).unwrap_or(0);
        in_use.changed = true;
        Ok(())
    }

    /// Forgets what is in use of a vSwitch that is gone.
    pub(crate) fn delete_address_use(&mut self, vswitch_id: &str) -> Result<()> {
        self.counts.addresses.remove(vswitch_id);
        self.tx.execute("DELETE FROM address_use WHERE vswitch = $1", &[vswitch_id.into()])?;
        Ok(())
    }

    /// Brings the table up to what this transaction has taken and returned.
    pub(super) fn flush_address_use(&mut self) -> Result<()> {
        for (vswitch_id, in_use) in std::mem::take(&mut self.counts.addresses) {
            if in_use.changed {
                self.tx.execute(
                    "INSERT INTO address_use (vswitch, used, taken) VALUES ($1, $2, $3)
                     ON CONFLICT (vswitch) DO UPDATE SET used = excluded.used, taken = excluded.taken",
                    &[vswitch_id.into(), in_use.used.into(), in_use.taken.to_bytes().into()],
                )?;
            }
        }
        Ok(())
    }

    /// `size` is that of the block of a vSwitch that nothing was launched in so far.
    fn addresses_in_use(&mut self, vswitch_id: &str, size: u64) -> Result<&mut AddressUse> {
        if !self.counts.addresses.contains_key(vswitch_id) {
            let rows = self.tx.query("SELECT used, taken FROM address_use WHERE vswitch = $1", &[vswitch_id.into()])?;
            let (used, taken) = match rows.first() {
                Some(row) => (row.number(0), AddressSet::from_bytes(row.bytes(1))),
                None => (0, AddressSet::new(size)),
            };
            if u64::from(taken.size()) < size {
                damaged("the addresses in use of a vSwitch do not read back");
            }
            let in_use = AddressUse { taken, used, changed: false };
            self.counts.addresses.insert(vswitch_id.to_owned(), in_use);
        }
        Ok(self.counts.addresses.get_mut(vswitch_id).expect("it was put there if it was missing"))
    }
}

/// The public address of an instance: from 240.0.0.0/4, which no real host has, and not from the part of it that elastic
/// addresses have (N6).
///
/// Behind a default vSwitch it follows from the private address and is unique; elsewhere it follows from the id.
#[must_use]
pub(crate) fn public_address(
    default_ordinal: Option<u32>,
    private_address: Option<u32>,
    instance_id: &InstanceId,
) -> Ipv4Addr {
    if let (Some(ordinal), Some(address)) = (default_ordinal, private_address) {
        return Ipv4Addr::from(0xf000_0000 | ((ordinal << 16) & 0x03ff_0000) | (address & 0xffff));
    }
    let number = Seed::new(0).derive(&["public address", instance_id.as_str()]).number();
    // All ones would be the broadcast address.
    Ipv4Addr::from(0xf800_0000 | u32::try_from(number & 0x07ff_ffff).unwrap_or(0).min(0x07ff_fffe))
}

fn usable(vswitch: &VSwitch) -> u32 {
    u32::try_from(vswitch.block.size()).unwrap_or(u32::MAX).saturating_sub(RESERVED_AT_START + RESERVED_AT_END)
}
