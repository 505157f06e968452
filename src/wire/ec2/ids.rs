//! Ids on EC2's wire, and what they are called in the world (E2).
//!
//! What this API makes has ids of 17 hex digits everywhere. A vSwitch is a subnet: the prefix differs and the rest is the
//! same. What is there from the beginning has ids that tell its region or zone in the world, and 17 hex digits of their
//! digest here.

use crate::base::{Alphabet, InstanceId, RegionId, SecurityGroupId, Seed, VSwitchId, VpcId};
use crate::catalogue;

const SUBNET: &str = "subnet-";

pub(super) fn vpc_id(id: &VpcId) -> String {
    let region = id.as_str().strip_prefix(VpcId::PREFIX).and_then(catalogue::region);
    region.map_or_else(|| id.to_string(), |region| digest(VpcId::PREFIX, "vpc", region.id))
}

/// The VPC of the region that has this id on the wire.
pub(super) fn read_vpc_id(region: &RegionId, text: &str) -> VpcId {
    let default = VpcId::default_of(region.as_str());
    if vpc_id(&default) == text { default } else { text.into() }
}

pub(super) fn subnet_id(id: &VSwitchId) -> String {
    if let Some(zone) = catalogue::zone_of_default_vswitch(id.as_str()) {
        return digest(SUBNET, "subnet", zone.id);
    }
    id.as_str().strip_prefix(VSwitchId::PREFIX).map_or_else(|| id.to_string(), |rest| format!("{SUBNET}{rest}"))
}

/// The vSwitch of the region that has this id on the wire.
pub(super) fn read_subnet_id(region: &RegionId, text: &str) -> VSwitchId {
    let zones = catalogue::region(region.as_str()).into_iter().flat_map(catalogue::Region::zones);
    let default = zones.map(|zone| VSwitchId::default_of(zone.id)).find(|id| subnet_id(id) == text);
    default.unwrap_or_else(|| match text.strip_prefix(SUBNET) {
        Some(rest) => format!("{}{rest}", VSwitchId::PREFIX).into(),
        None => text.into(),
    })
}

/// Every VPC has a group called `default`, which is one group in the world.
pub(super) fn default_security_group_id(vpc_id: &VpcId) -> String {
    digest(SecurityGroupId::PREFIX, "security group", vpc_id.as_str())
}

/// A security group of an instance or a rule in this VPC.
pub(super) fn security_group_id(id: &SecurityGroupId, vpc_id: &VpcId) -> String {
    if id.as_str() == SecurityGroupId::DEFAULT { default_security_group_id(vpc_id) } else { id.to_string() }
}

/// The spot request of an instance, which has no id in the world.
pub(super) fn spot_request_id(instance_id: &InstanceId) -> String {
    let id = digest("sir-", "spot request", instance_id.as_str());
    id.get(..12).unwrap_or(&id).to_owned()
}

/// `use1-az1` of `us-east-1a`; of a zone that is not Amazon's, its name.
pub(super) fn zone_id(zone: &str) -> &str {
    catalogue::zone(zone).and_then(|known| known.ec2_zone_id).unwrap_or(zone)
}

/// An id of 17 hex digits that follows from what it is of.
pub(super) fn digest(prefix: &str, kind: &str, of: &str) -> String {
    format!("{prefix}{}", Alphabet::Hex17.id_part(&Seed::new(0).digest(&["ec2", kind, of])))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn e2_ids_lead_there_and_back() {
        let region = RegionId::from("us-east-1");
        for id in ["vsw-us-east-1a", "vsw-0123456789abcdef0", "vsw-us-east-1f"].map(VSwitchId::from) {
            let text = subnet_id(&id);
            assert!(text.starts_with("subnet-") && text.len() == 24, "{text}");
            assert_eq!(read_subnet_id(&region, &text), id);
        }
        for id in ["vpc-us-east-1", "vpc-0123456789abcdef0"].map(VpcId::from) {
            let text = vpc_id(&id);
            assert_eq!((text.len(), read_vpc_id(&region, &text)), (21, id));
        }
    }
}
