//! Types that every layer uses: simulated time, the random seed, decimal numbers, ids, address blocks, SSH keys, and the
//! rules for names.
//!
//! The layer depends on no other one and reads no clock and no environment.

pub mod api_enum;
pub mod cidr;
pub mod clock;
pub(crate) mod collect;
pub mod counted_id;
pub mod host_name;
pub mod id;
pub mod ipv6;
pub mod json;
pub mod limits;
pub mod money;
pub mod name_rule;
pub mod nearest;
pub mod openssh;
pub(crate) mod order;
pub mod printable;
pub mod regular_file;
pub mod seed;
pub mod step_function;
pub mod uuid;
pub mod wildcard;
pub mod wording;

pub(crate) use api_enum::api_enum;
pub use api_enum::{ApiEnum, UnknownName};
pub use cidr::{Cidr, CidrError};
pub use clock::{Hour, Time};
pub use counted_id::{Alphabet, CountedId};
pub use id::{
    DiskId, EipId, GroupId, ImageId, InstanceId, InstanceTypeName, KeyPairName, LaunchTemplateId, NatGatewayId,
    NetworkInterfaceId, RegionId, ReservationId, ScalingConfigurationId, ScalingGroupId, ScalingRuleId,
    SecurityGroupId, VSwitchId, VpcId, WorldId, ZoneId,
};
pub use ipv6::{VSwitchIpv6Block, VpcIpv6Block};
pub use money::Decimal;
pub use nearest::nearest;
pub use seed::Seed;

api_enum! {
    /// How an instance is billed; the two billings have separate supply, price and quota.
    pub enum Billing {
        PayAsYouGo,
        Spot,
    }
}
