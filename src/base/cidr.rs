//! Blocks of IPv4 addresses.

use std::fmt;
use std::net::Ipv4Addr;

use ipnet::Ipv4Net;

/// A block such as `192.168.0.0/24`, which begins at its network address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr(Ipv4Net);

/// Why a text is not a block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    #[error("it is not an IPv4 address with a prefix length, such as `192.168.0.0/16`")]
    Malformed,
    #[error("it is not where a block of that size begins; the block around it is `{0}`")]
    HasHostBits(Cidr),
}

impl Cidr {
    /// The longest prefix length, that of a single address.
    const MAX_PREFIX: u8 = 32;

    /// The block of a prefix length that contains an address; a prefix length above 32 counts as 32.
    #[must_use]
    pub fn containing(address: Ipv4Addr, prefix: u8) -> Self {
        Self(Ipv4Net::new_assert(address, prefix.min(Self::MAX_PREFIX)).trunc())
    }

    /// Reads a block.
    ///
    /// # Errors
    /// If the text is not an address with a prefix length, or the address is not the first of the block.
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        // `Ipv4Net` reads addresses with leading zeros, which the CLI and the service refuse.
        let (address, prefix) = text.split_once('/').ok_or(CidrError::Malformed)?;
        let address: Ipv4Addr = address.parse().map_err(|_| CidrError::Malformed)?;
        let is_number = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix = prefix.parse().ok().filter(|prefix| is_number && *prefix <= Self::MAX_PREFIX);
        let block = Self::containing(address, prefix.ok_or(CidrError::Malformed)?);
        if block.0.addr() == address { Ok(block) } else { Err(CidrError::HasHostBits(block)) }
    }

    /// The first address, as a number.
    #[must_use]
    pub fn first(self) -> u32 {
        self.0.network().into()
    }

    /// The prefix length: 24 of `192.168.0.0/24`.
    #[must_use]
    pub fn prefix(self) -> u32 {
        self.0.prefix_len().into()
    }

    /// The number of addresses.
    #[must_use]
    pub fn size(self) -> u64 {
        1 << (u32::from(Self::MAX_PREFIX) - self.prefix())
    }

    #[must_use]
    pub fn contains(self, other: Self) -> bool {
        self.0.contains(&other.0)
    }

    /// Whether the blocks have an address in common; then one contains the other.
    #[must_use]
    pub fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

/// Whether a text is an IPv4 address, with or without a prefix length: `10.159.6.18/12` is, although no block begins
/// there.
#[must_use]
pub fn is_address_or_block(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok() || !matches!(Cidr::parse(text), Err(CidrError::Malformed))
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn block(text: &str) -> Cidr {
        Cidr::parse(text).unwrap()
    }

    #[test]
    fn blocks_are_read_and_written() {
        for (text, size) in
            [("10.0.0.0/8", 1 << 24), ("192.168.7.16/28", 16), ("1.2.3.4/32", 1), ("172.16.0.0/12", 1 << 20)]
        {
            assert_eq!((block(text).to_string().as_str(), block(text).size()), (text, size));
        }
    }

    #[test]
    fn a_malformed_block_is_told_apart_from_one_with_host_bits() {
        for text in [
            "",
            "10.0.0.0",
            "10.0.0/8",
            "10.0.0.0/33",
            "10.0.0.0/+8",
            "10.0.0.0/",
            "::/0",
            "10.0.0.0/8/8",
            "010.0.0.0/8",
        ] {
            assert_eq!(Cidr::parse(text), Err(CidrError::Malformed), "{text}");
        }
        assert_eq!(Cidr::parse("10.1.2.3/16"), Err(CidrError::HasHostBits(block("10.1.0.0/16"))));
        assert!(is_address_or_block("10.159.6.18/12") && is_address_or_block("1.2.3.4"));
        assert!(!is_address_or_block("1.2.3") && !is_address_or_block("1.2.3.4/40"));
    }

    #[test]
    fn blocks_contain_and_overlap_each_other() {
        for (one, other, contains, overlaps) in [
            ("10.0.0.0/8", "10.255.0.0/16", true, true),
            ("10.255.0.0/16", "10.0.0.0/8", false, true),
            ("10.0.0.0/24", "10.0.1.0/24", false, false),
            ("0.0.0.0/0", "255.255.255.255/32", true, true),
            ("10.0.0.0/24", "10.0.0.0/24", true, true),
        ] {
            assert_eq!((block(one).contains(block(other)), block(one).overlaps(block(other))), (contains, overlaps));
        }
    }
}
