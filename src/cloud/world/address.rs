//! Private addresses, one bitmap per vSwitch, and the public addresses that follow from them (N1).

use std::net::Ipv4Addr;

use super::network::VSwitch;
use super::{Result, World};
use crate::base::{InstanceId, Seed};

/// A vSwitch loses the first and the last three addresses of its block: a `/24` yields 252.
const LOST_AT_THE_BEGINNING: u32 = 1;
const LOST_AT_THE_END: u32 = 3;

impl World<'_> {
    pub(crate) fn free_addresses(&mut self, vswitch: &VSwitch) -> Result<u32> {
        let rows =
            self.tx.query("SELECT used FROM address_use WHERE vswitch = $1", &[vswitch.vswitch_id.as_str().into()])?;
        Ok(usable(vswitch).saturating_sub(rows.first().map_or(0, |row| row.count(0))))
    }

    /// One address per id. An instance's place follows from its id alone as long as it is free, so that launches which
    /// do not collide get the same addresses in any order.
    pub(super) fn take_addresses(&mut self, vswitch: &VSwitch, ids: &[InstanceId]) -> Result<Vec<u32>> {
        let mut bitmap = self.bitmap(vswitch)?;
        let usable = usable(vswitch);
        let mut taken = Vec::with_capacity(ids.len());
        for id in ids {
            let digest = Seed::new(0).derive(&["address", id.as_str()]).number();
            let mut place = u32::try_from(digest % u64::from(usable.max(1))).unwrap_or(0);
            while bitmap.holds(place) {
                place = (place + 1) % usable;
            }
            bitmap.set(place, true);
            taken.push(vswitch.block.first() + LOST_AT_THE_BEGINNING + place);
        }
        self.store_bitmap(vswitch.vswitch_id.as_str(), &bitmap, i64::try_from(ids.len()).unwrap_or(0))?;
        Ok(taken)
    }

    pub(super) fn return_addresses(&mut self, vswitch_id: &str, addresses: &[u32]) -> Result<()> {
        if addresses.is_empty() {
            return Ok(());
        }
        let rows = self.tx.query("SELECT bitmap FROM address_use WHERE vswitch = $1", &[vswitch_id.into()])?;
        let Some(row) = rows.first() else { return Ok(()) };
        let mut bitmap = Bitmap(row.bytes(0).to_vec());
        // Blocks are powers of two in size and begin at a multiple of it, so the place is in the low bits.
        let mask = u32::try_from(bitmap.0.len() * 8 - 1).unwrap_or(u32::MAX);
        for address in addresses {
            bitmap.set((address & mask) - LOST_AT_THE_BEGINNING, false);
        }
        self.store_bitmap(vswitch_id, &bitmap, -i64::try_from(addresses.len()).unwrap_or(0))
    }

    /// Forgets what is in use of a vSwitch that is gone.
    pub(crate) fn forget_addresses(&mut self, vswitch_id: &str) -> Result<()> {
        self.tx.execute("DELETE FROM address_use WHERE vswitch = $1", &[vswitch_id.into()])?;
        Ok(())
    }

    fn bitmap(&mut self, vswitch: &VSwitch) -> Result<Bitmap> {
        let id = vswitch.vswitch_id.as_str();
        let rows = self.tx.query("SELECT bitmap FROM address_use WHERE vswitch = $1", &[id.into()])?;
        let size = usize::try_from(vswitch.block.size()).unwrap_or(usize::MAX);
        let fresh = || vec![0; size.div_ceil(8)];
        Ok(Bitmap(rows.first().map_or_else(fresh, |row| row.bytes(0).to_vec())))
    }

    fn store_bitmap(&mut self, vswitch_id: &str, bitmap: &Bitmap, added: i64) -> Result<()> {
        self.tx.execute(
            "INSERT INTO address_use (vswitch, used, bitmap) VALUES ($1, $2, $3)
             ON CONFLICT (vswitch) DO UPDATE SET used = address_use.used + excluded.used, bitmap = excluded.bitmap",
            &[vswitch_id.into(), added.into(), bitmap.0.clone().into()],
        )?;
        Ok(())
    }
}

/// The public address of an instance: from 240.0.0.0/4, which no real host has.
///
/// Behind a default vSwitch it follows from the private address and is nobody else's; elsewhere from the id.
#[must_use]
pub(crate) fn public_address(
    default_ordinal: Option<u32>,
    private_address: Option<u32>,
    instance_id: &InstanceId,
) -> Ipv4Addr {
    if let (Some(ordinal), Some(address)) = (default_ordinal, private_address) {
        return Ipv4Addr::from(0xf000_0000 | ((ordinal << 16) & 0x07ff_0000) | (address & 0xffff));
    }
    let number = Seed::new(0).derive(&["public address", instance_id.as_str()]).number();
    // All ones would be the broadcast address.
    Ipv4Addr::from(0xf800_0000 | u32::try_from(number & 0x07ff_ffff).unwrap_or(0).min(0x07ff_fffe))
}

fn usable(vswitch: &VSwitch) -> u32 {
    u32::try_from(vswitch.block.size()).unwrap_or(u32::MAX).saturating_sub(LOST_AT_THE_BEGINNING + LOST_AT_THE_END)
}

/// One bit per usable address, lowest first.
struct Bitmap(Vec<u8>);

impl Bitmap {
    fn holds(&self, place: u32) -> bool {
        self.0[place as usize / 8] & (1 << (place % 8)) != 0
    }

    fn set(&mut self, place: u32, taken: bool) {
        let bit = 1 << (place % 8);
        if taken {
            self.0[place as usize / 8] |= bit;
        } else {
            self.0[place as usize / 8] &= !bit;
        }
    }
}
