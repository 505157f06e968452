//! Blocks of IPv6 addresses: a VPC has one of 56 bits, each of its vSwitches one of 64.

use std::fmt;
use std::net::Ipv6Addr;

use super::Seed;

/// The block that a VPC's is part of.
const SERVICE: u128 = 0x2408_4005 << 96;

/// The IPv6 block of a VPC, with a prefix length of 56.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VpcIpv6Block(u128);

/// The IPv6 block of a vSwitch, with a prefix length of 64.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct VSwitchIpv6Block(u128);

impl VpcIpv6Block {
    const PREFIX: u8 = 56;

    /// The block that the seed gives to a VPC.
    #[must_use]
    pub fn from_seed(seed: Seed, vpc_id: &str) -> Self {
        let network = seed.derive(&["ipv6 block", vpc_id]).number() & 0xff_ffff;
        Self(SERVICE | u128::from(network) << 72)
    }

    /// Reads a block such as `2408:4005:3a1:2b00::/56`; `None` if the text is not a block of this size.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (address, prefix) = text.split_once('/')?;
        let address = u128::from(address.parse::<Ipv6Addr>().ok()?);
        (prefix.parse() == Ok(Self::PREFIX) && address.trailing_zeros() >= 72).then_some(Self(address))
    }

    /// The part of the block that a vSwitch of this number has.
    #[must_use]
    pub fn of_vswitch(self, number: u8) -> VSwitchIpv6Block {
        VSwitchIpv6Block(self.0 | u128::from(number) << 64)
    }
}

impl fmt::Display for VpcIpv6Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv6Addr::from(self.0), Self::PREFIX)
    }
}

impl fmt::Display for VSwitchIpv6Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/64", Ipv6Addr::from(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_vpc_has_a_block_from_the_seed_and_a_vswitch_a_part_of_it() {
        let block = VpcIpv6Block::from_seed(Seed::new(1), "vpc-1");
        assert_ne!(block, VpcIpv6Block::from_seed(Seed::new(2), "vpc-1"));
        assert_eq!(VpcIpv6Block::parse(&block.to_string()), Some(block));
        assert!(block.to_string().starts_with("2408:4005:"), "{block}");
        let known = VpcIpv6Block::parse("2408:4005:3a1:2b00::/56").unwrap();
        assert_eq!(known.of_vswitch(22).to_string(), "2408:4005:3a1:2b16::/64");
        for wrong in ["", "2408:4005::", "2408:4005:3a1:2b01::/56", "2408:4005:3a1:2b00::/64", "10.0.0.0/56"] {
            assert_eq!(VpcIpv6Block::parse(wrong), None, "{wrong}");
        }
    }
}
