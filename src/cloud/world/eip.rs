//! Elastic addresses as the world keeps them, and which addresses they get (N6).

use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::attachment::Attachable;
use super::{ResourceKind, Result, Stored, World};
use crate::base::{RegionId, Seed, Time};
use crate::catalogue::{self, Region};
use crate::cloud::model::{AllocateEipAddressRequest, EipAssociation};
use crate::cloud::store::damaged;

/// An elastic address.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct EipDocument {
    /// With later changes.
    pub(crate) request: AllocateEipAddressRequest,
    pub(crate) ip_address: Ipv4Addr,
    pub(crate) association: Option<EipAssociation>,
    pub(crate) create_time: Time,
}

impl ResourceKind for EipDocument {
    const KIND: &'static str = "eip";

    fn name(&self) -> Option<&str> {
        self.request.name.as_deref()
    }

    fn parent(&self) -> Option<&str> {
        self.association.as_ref().map(|association| association.instance_id.as_str())
    }
}

/// The address outlives what it is associated with.
impl Attachable for EipDocument {
    fn is_deleted_with_instance(&self) -> bool {
        false
    }

    fn detach(&mut self) {
        self.association = None;
    }
}

/// The part of 240.0.0.0/4 that no instance has an address of: 244.0.0.0/6.
const ELASTIC: u32 = 0xf400_0000;

/// Each region has 2^18 of them, so that no two regions of a world give the same address.
const BITS_PER_REGION: u32 = 18;

/// The part's size: 6 bits of the 32 say which part it is.
const BITS: u32 = 26;

impl World<'_, '_> {
    /// A free elastic address. It follows from the id where that address is free, else it is the next free one.
    pub(crate) fn free_elastic_address(&mut self, id: &str) -> Result<Ipv4Addr> {
        let size = 1_u32 << BITS_PER_REGION;
        let first = ELASTIC | ((region_number(self.region) << BITS_PER_REGION) & ((1 << BITS) - 1));
        let digest = Seed::new(0).derive(&["elastic address", id]).number();
        let start = u32::try_from(digest % u64::from(size)).unwrap_or(0);
        for step in 0..size {
            let address = Ipv4Addr::from(first | ((start + step) % size));
            if self.eip_with_address(address)?.is_none() {
                return Ok(address);
            }
        }
        damaged("every elastic address of a region is taken")
    }

    /// The elastic address of this region that has this address.
    pub(crate) fn eip_with_address(&mut self, address: Ipv4Addr) -> Result<Option<Stored<EipDocument>>> {
        let found = self.resources_with::<EipDocument>("ip_address", &address.to_string())?;
        Ok(found.into_iter().find(|eip| eip.document.ip_address == address))
    }
}

/// Whether an address is one that the cloud gives itself, to instances or as an elastic one.
pub(crate) fn is_given_by_cloud(address: Ipv4Addr) -> bool {
    address.octets()[0] >= 240
}

/// A number that no other region has: the position of its first zone, which new zones do not change.
fn region_number(region: &RegionId) -> u32 {
    let zones = catalogue::region(region.as_str()).into_iter().flat_map(Region::zones);
    zones.map(|zone| zone.place).min().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::cloud::world::public_address;

    /// Addresses of instances and elastic ones lie apart as long as the catalogue has fewer zones than these.
    #[test]
    fn n6_every_region_has_elastic_addresses_of_its_own_and_no_instance_has_one() {
        let numbers: BTreeSet<u32> =
            catalogue::regions().iter().map(|region| region_number(&RegionId::from(region.id))).collect();
        assert_eq!(numbers.len(), catalogue::regions().len());
        assert!(numbers.iter().all(|number| *number < 1 << (BITS - BITS_PER_REGION)), "{numbers:?}");
        let most = catalogue::zones().iter().map(|zone| zone.place).max().unwrap();
        assert!(most < 0x400, "{most}");
        let elastic = |address: Ipv4Addr| u32::from(address) >> BITS == ELASTIC >> BITS;
        for place in [0, most, 0x3ff] {
            assert!(!elastic(public_address(Some(place), Some(0x0aff_ffff), &"i-1".into())));
        }
        for number in 0..1_000 {
            assert!(!elastic(public_address(None, None, &format!("i-{number}").into())));
        }
        assert!(is_given_by_cloud(Ipv4Addr::from(ELASTIC)) && !is_given_by_cloud(Ipv4Addr::new(239, 1, 1, 1)));
    }
}
