//! Blocks of IPv4 addresses.

use std::fmt;
use std::net::Ipv4Addr;

/// A block such as `192.168.0.0/24`: a power of two of addresses that begins at a multiple of its size.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Cidr {
    first: u32,
    prefix: u32,
}

/// Why a text is no block.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CidrError {
    #[error("it is not an IPv4 address with a prefix length, such as `192.168.0.0/16`")]
    Malformed,
    #[error("it is not where a block of that size begins; the block around it is `{0}`")]
    InTheMiddle(Cidr),
}

impl Cidr {
    /// The block of a prefix length that holds an address.
    #[must_use]
    pub fn of(address: Ipv4Addr, prefix: u32) -> Self {
        Self { first: u32::from(address) & mask(prefix), prefix }
    }

    /// Reads a block.
    pub fn parse(text: &str) -> Result<Self, CidrError> {
        let (address, prefix) = text.split_once('/').ok_or(CidrError::Malformed)?;
        let address: Ipv4Addr = address.parse().map_err(|_| CidrError::Malformed)?;
        let whole = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
        let prefix: u32 = prefix.parse().ok().filter(|prefix| whole && *prefix <= 32).ok_or(CidrError::Malformed)?;
        let block = Self::of(address, prefix);
        if block.first == u32::from(address) { Ok(block) } else { Err(CidrError::InTheMiddle(block)) }
    }

    /// The first of its addresses.
    #[must_use]
    pub const fn first(self) -> u32 {
        self.first
    }

    /// The length of its prefix: 24 of `192.168.0.0/24`.
    #[must_use]
    pub const fn prefix(self) -> u32 {
        self.prefix
    }

    /// How many addresses it has.
    #[must_use]
    pub const fn size(self) -> u64 {
        1 << (32 - self.prefix)
    }

    #[must_use]
    pub const fn contains(self, other: Self) -> bool {
        self.prefix <= other.prefix && other.first & mask(self.prefix) == self.first
    }

    /// Blocks overlap only if one holds the other.
    #[must_use]
    pub const fn overlaps(self, other: Self) -> bool {
        self.contains(other) || other.contains(self)
    }
}

/// Whether a text is an IPv4 address or a block around one: `10.159.6.18/12` is, although no block begins there.
#[must_use]
pub fn is_address_or_block(text: &str) -> bool {
    text.parse::<Ipv4Addr>().is_ok() || !matches!(Cidr::parse(text), Err(CidrError::Malformed))
}

const fn mask(prefix: u32) -> u32 {
    if prefix == 0 { 0 } else { u32::MAX << (32 - prefix) }
}

impl fmt::Display for Cidr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", Ipv4Addr::from(self.first), self.prefix)
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
    fn what_is_no_block_is_told_apart_from_what_lies_inside_one() {
        for text in ["", "10.0.0.0", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/+8", "10.0.0.0/", "::/0", "10.0.0.0/8/8"] {
            assert_eq!(Cidr::parse(text), Err(CidrError::Malformed), "{text}");
        }
        assert_eq!(Cidr::parse("10.1.2.3/16"), Err(CidrError::InTheMiddle(block("10.1.0.0/16"))));
        assert!(is_address_or_block("10.159.6.18/12") && is_address_or_block("1.2.3.4"));
        assert!(!is_address_or_block("1.2.3") && !is_address_or_block("1.2.3.4/40"));
    }

    #[test]
    fn blocks_hold_and_overlap_each_other() {
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
