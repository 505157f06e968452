//! The tags of objects of any kind.

use std::collections::BTreeSet;

use super::Tags;
use crate::base::api_enum;

api_enum! {
    /// A kind of objects that have tags, by the name that the services have for it.
    pub enum TaggedKind {
        AutoProvisioningGroup = "autoprovisioninggroup",
        Disk = "disk",
        Eip = "eip",
        Instance = "instance",
        KeyPair = "keypair",
        LaunchTemplate = "launchtemplate",
        NatGateway = "natgateway",
        NetworkInterface = "eni",
        ScalingGroup = "scalinggroup",
        SecurityGroup = "securitygroup",
        VSwitch = "vswitch",
        Vpc = "vpc",
    }
}

/// `TagResources`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagResourcesRequest {
    pub kind: TaggedKind,
    pub ids: BTreeSet<String>,
    pub tags: Tags,
}

/// `UntagResources`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UntagResourcesRequest {
    pub kind: TaggedKind,
    pub ids: BTreeSet<String>,
    /// Absent: all.
    pub keys: Option<BTreeSet<String>>,
}
