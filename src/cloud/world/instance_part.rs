//! Ids of what an instance has from the beginning: each follows from the instance's (W3).

use crate::base::{Alphabet, InstanceId, NetworkInterfaceId, Seed};

/// The id of a part of an instance.
pub(crate) fn part_id(prefix: &str, part: &str, instance_id: &InstanceId) -> String {
    format!("{prefix}{}", Alphabet::Base36.id_part(&Seed::new(0).digest(&[part, instance_id.as_str()])))
}

/// The id of the primary network interface of an instance.
pub(crate) fn network_interface_id(instance_id: &InstanceId) -> String {
    part_id(NetworkInterfaceId::PREFIX, "network interface", instance_id)
}
