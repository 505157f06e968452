//! Ids and names of resources in the cloud, one type per kind so that a zone is never passed where a region is meant, and
//! the forms they have. Copies share one text: a thousand instances name the same zone, type and image.

use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

macro_rules! string_ids {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Arc<str>);

        impl $name {
            pub fn new(text: impl Into<Arc<str>>) -> Self {
                Self(text.into())
            }

            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl From<&str> for $name {
            fn from(text: &str) -> Self {
                Self(text.into())
            }
        }

        impl From<String> for $name {
            fn from(text: String) -> Self {
                Self(text.into())
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl AsRef<str> for $name {
            fn as_ref(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                *self.0 == *other
            }
        }
    )*};
}

string_ids! {
    /// `cn-heyuan`, `us-east-1`.
    RegionId;
    /// `cn-heyuan-b`, `us-east-1a`.
    ZoneId;
    /// `ecs.g7.large`, `m5.large`.
    InstanceTypeName;
    /// `aliyun_3_x64_20G_alibase_20250629.vhd`, `ami-60a54009`.
    ImageId;
    /// `i-` with 17 hex digits (`RunInstances`) or 20 of `[0-9a-z]` (groups).
    InstanceId;
    /// `r-` with 17 hex digits.
    ReservationId;
    /// `apg-` with 20 of `[0-9a-z]`.
    GroupId;
    /// `vpc-` with 20 of `[0-9a-z]`; a region's default VPC is `vpc-<region id>`.
    VpcId;
    /// `vsw-` with 20 of `[0-9a-z]`; a zone's default vSwitch is `vsw-<zone id>`.
    VSwitchId;
    /// `sg-` with 20 of `[0-9a-z]`, or `default`.
    SecurityGroupId;
    /// `lt-` with 20 of `[0-9a-z]`.
    LaunchTemplateId;
    /// `eip-` with 20 of `[0-9a-z]`.
    EipId;
    /// `ngw-` with 20 of `[0-9a-z]`.
    NatGatewayId;
    /// `eni-` with 20 of `[0-9a-z]`.
    NetworkInterfaceId;
    /// `asg-` with 20 of `[0-9a-z]`.
    ScalingGroupId;
    /// `asc-` with 20 of `[0-9a-z]`.
    ScalingConfigurationId;
    /// `asr-` with 20 of `[0-9a-z]`.
    ScalingRuleId;
    /// `d-` with 20 of `[0-9a-z]`.
    DiskId;
    /// A key pair is known by its name alone.
    KeyPairName;
    /// `w-` with 16 hex digits: tells worlds apart, whatever their locations are called.
    WorldId;
}

macro_rules! id_prefixes {
    ($($name:ident = $prefix:literal;)*) => {$(
        impl $name {
            /// The text that ids of this kind begin with.
            pub const PREFIX: &'static str = $prefix;
        }
    )*};
}

id_prefixes! {
    InstanceId = "i-";
    ReservationId = "r-";
    GroupId = "apg-";
    VpcId = "vpc-";
    VSwitchId = "vsw-";
    SecurityGroupId = "sg-";
    LaunchTemplateId = "lt-";
    EipId = "eip-";
    NatGatewayId = "ngw-";
    NetworkInterfaceId = "eni-";
    ScalingGroupId = "asg-";
    ScalingConfigurationId = "asc-";
    ScalingRuleId = "asr-";
    DiskId = "d-";
}

impl RegionId {
    /// Where things lie that belong to the account, in no region (N11).
    pub const GLOBAL: &'static str = "global";
}

impl WorldId {
    /// The id that a random number makes.
    #[must_use]
    pub fn of_number(number: u64) -> Self {
        format!("w-{number:016x}").into()
    }
}

impl VpcId {
    /// The id of a region's default VPC (N1).
    #[must_use]
    pub fn default_of(region_id: &str) -> Self {
        format!("{}{region_id}", Self::PREFIX).into()
    }
}

impl VSwitchId {
    /// The id of a zone's default vSwitch (N1).
    #[must_use]
    pub fn default_of(zone_id: &str) -> Self {
        format!("{}{zone_id}", Self::PREFIX).into()
    }
}

impl InstanceId {
    /// Whether a text can be an id of an instance: `i-` with letters and digits.
    #[must_use]
    pub fn is_well_formed(text: &str) -> bool {
        let rest = text.strip_prefix(Self::PREFIX);
        rest.is_some_and(|rest| !rest.is_empty() && rest.chars().all(|c| c.is_ascii_alphanumeric()))
    }
}

impl SecurityGroupId {
    /// The security group that every VPC has.
    pub const DEFAULT: &'static str = "default";
}
