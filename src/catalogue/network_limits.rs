//! How many network interfaces and addresses an instance type has.

use super::instance_type::InstanceType;

/// Network interfaces of a type, and addresses and queues of each (ours: by the number of vCPUs, about as the families
/// `ecs.g7` and `ecs.c7` have them).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NetworkLimits {
    /// The primary one included.
    pub interfaces: u32,
    /// Private IPv4 addresses of each interface.
    pub private_addresses: u32,
    /// IPv6 addresses of each interface.
    pub ipv6_addresses: u32,
    /// Queues of each interface.
    pub queues: u32,
}

impl NetworkLimits {
    /// The limits of a type; a larger type never has lower ones.
    #[must_use]
    pub fn of(known: &InstanceType) -> Self {
        let (interfaces, addresses) = match known.vcpus {
            0..=1 => (2, 2),
            2..=3 => (3, 6),
            4..=11 => (4, 15),
            12..=63 => (8, 30),
            _ => (15, 30),
        };
        Self { interfaces, private_addresses: addresses, ipv6_addresses: addresses, queues: known.vcpus.clamp(1, 16) }
    }
}
