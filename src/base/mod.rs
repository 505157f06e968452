//! Words that every layer shares: simulated time, seeds, decimal numbers, ids, blocks of addresses, forms of keys.
//!
//! Names nothing else of this crate, reads no clock and no environment.

pub mod cidr;
pub mod clock;
pub mod counted_id;
pub mod id;
pub mod money;
pub mod nearest;
pub mod openssh;
pub mod seed;
pub mod wording;

pub use cidr::{Cidr, CidrError};
pub use clock::{Hour, Time};
pub use counted_id::{Alphabet, CountedId};
pub use id::{
    GroupId, ImageId, InstanceId, InstanceTypeName, KeyPairName, LaunchTemplateId, RegionId, ReservationId,
    SecurityGroupId, VSwitchId, VpcId, ZoneId,
};
pub use money::Decimal;
pub use nearest::{alike, nearest};
pub use seed::Seed;

/// How an instance is paid for: the two have separate stock, price and quota.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize, serde::Deserialize)]
pub enum Billing {
    PayAsYouGo,
    Spot,
}
