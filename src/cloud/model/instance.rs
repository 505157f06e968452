//! Instances as every operation shows them.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde::{Deserialize, Serialize};

use super::{SingleInstanceDetails, Tags, text};
use crate::base::{
    Billing, Decimal, GroupId, ImageId, InstanceId, InstanceTypeName, KeyPairName, RegionId, ReservationId,
    ScalingGroupId, SecurityGroupId, Time, VSwitchId, VpcId, ZoneId, api_enum,
};

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Instance {
    pub instance_id: InstanceId,
    pub fleet: FleetId,
    /// Its position in its fleet's list; a replacement takes the position of a lost instance (G10).
    pub launch_index: u32,
    pub region_id: RegionId,
    pub zone_id: ZoneId,
    pub vswitch_id: VSwitchId,
    pub instance_type: InstanceTypeName,
    pub image_id: ImageId,
    pub state: InstanceState,
    /// `None` with [`AddressingType::Direct`] (R21).
    pub private_ip: Option<Ipv4Addr>,
    pub public_ip: Option<Ipv4Addr>,
    pub key_name: Option<KeyPairName>,
    pub security_group_ids: BTreeSet<SecurityGroupId>,
    pub spot_strategy: SpotStrategy,
    #[serde(with = "text::optional_decimal")]
    pub spot_price_limit: Option<Decimal>,
    /// The price of one hour when the instance was launched (G8).
    #[serde(with = "text::decimal")]
    pub hourly_price: Decimal,
    pub launch_time: Time,
    pub system_disk_category: String,
    /// The instance id where the request names none.
    pub instance_name: String,
    pub tags: Tags,
}

/// An instance, and the network it is in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlacedInstance {
    pub instance: Instance,
    /// `None` for a lost instance whose vSwitch has been deleted since.
    pub vpc_id: Option<VpcId>,
    /// The elastic address that is associated with it (N6).
    pub eip: Option<Ipv4Addr>,
    /// The role that it was launched with by itself, or that a call attached (N11).
    pub role_name: Option<String>,
    /// `None` unless it was launched by itself.
    pub details: Option<SingleInstanceDetails>,
}

/// What launched an instance and keeps it in its list.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum FleetId {
    Group(GroupId),
    Reservation(ReservationId),
    ScalingGroup(ScalingGroupId),
    /// An instance that was launched by itself is its own fleet (O1).
    Instance(InstanceId),
}

api_enum! {
    /// What an instance is doing.
    pub enum InstanceState {
        Pending = "pending",
        Running = "running",
        /// Lost to a reclaim or a `terminate_instances` event (G10).
        Terminated = "terminated",
        /// Reclaimed with `stop`: it stays, but takes nothing from its pool and delivers nothing (W6).
        Stopped = "stopped",
    }
}

api_enum! {
    /// Who pays for what, as replies spell it (G7).
    pub enum SpotStrategy: default NoSpot {
        NoSpot => "is pay-as-you-go",
        SpotAsPriceGo => "pays the market's price",
        SpotWithPriceLimit => "pays it up to `spot_price_limit`",
    }
}

api_enum! {
    /// The addressing scheme of the 2007 API (R13, R21).
    pub enum AddressingType: default Public {
        Public = "public" => "gives a private and a public address",
        Direct = "direct" => "(early beta in 2007) gives one public address",
    }
}

/// Which instances to list; absent filters match everything, lost instances included.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeInstancesRequest {
    /// Ids that do not exist are simply not in the reply, as in the real service.
    pub instance_ids: Option<BTreeSet<InstanceId>>,
    pub fleet: Option<FleetId>,
    pub zone_id: Option<ZoneId>,
    pub vswitch_id: Option<VSwitchId>,
    pub vpc_id: Option<VpcId>,
    pub instance_type: Option<InstanceTypeName>,
    pub image_id: Option<ImageId>,
    pub security_group_id: Option<SecurityGroupId>,
    pub state: Option<InstanceState>,
    /// Instances that carry all of these.
    pub tags: Tags,
    /// At most this number; `None` is no limit.
    pub max_results: Option<u32>,
    /// From the previous page.
    pub next_token: Option<String>,
}

/// A page of a listing; `next_token` is `None` on the last one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Page<T> {
    pub items: Vec<T>,
    pub next_token: Option<String>,
}

/// What an instance sees at boot (R11, R12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceMetadata {
    pub instance_id: InstanceId,
    pub image_id: ImageId,
    pub launch_index: u32,
    pub security_group_ids: BTreeSet<SecurityGroupId>,
    pub user_data: Option<Vec<u8>>,
    /// Whether the user data is not for everybody who may look at the instance.
    pub hides_user_data: bool,
    /// As the author of the launch sealed it.
    pub password: Option<String>,
    pub key_name: Option<KeyPairName>,
    /// One line of an OpenSSH `authorized_keys` file.
    pub public_key: Option<String>,
}

impl Instance {
    /// `ip-10-0-3-7.cn-heyuan.internal`; empty while the instance is pending (R16), and without a private address.
    #[must_use]
    pub fn private_dns_name(&self) -> String {
        self.name_of_address("ip", self.private_ip, "internal")
    }

    /// `public-240-0-3-7.cn-heyuan.simcloud.example`; empty while the instance is pending (R16), and without a public
    /// address.
    #[must_use]
    pub fn dns_name(&self) -> String {
        self.name_of_address("public", self.public_ip, "simcloud.example")
    }

    fn name_of_address(&self, prefix: &str, address: Option<Ipv4Addr>, domain: &str) -> String {
        let Some([a, b, c, d]) =
            address.filter(|_| self.state != InstanceState::Pending).map(|address| address.octets())
        else {
            return String::new();
        };
        format!("{prefix}-{a}-{b}-{c}-{d}.{}.{domain}", self.region_id)
    }
}

impl InstanceMetadata {
    /// The file that holds the public key at boot (R11).
    pub const KEY_FILE: &'static str = "openssh_id.pub";
    /// The device that file is on (R11).
    pub const KEY_DEVICE: &'static str = "/dev/sda2";
}

impl InstanceState {
    /// EC2's numbers: 0, 16, 48, 80.
    #[must_use]
    pub const fn code(self) -> u16 {
        match self {
            Self::Pending => 0,
            Self::Running => 16,
            Self::Terminated => 48,
            Self::Stopped => 80,
        }
    }

    /// A lost instance keeps its position in the list, and nothing else (G10).
    #[must_use]
    pub const fn is_lost(self) -> bool {
        matches!(self, Self::Terminated)
    }

    /// Pending and running instances hold stock and deliver capacity.
    #[must_use]
    pub const fn is_live(self) -> bool {
        matches!(self, Self::Pending | Self::Running)
    }
}

impl SpotStrategy {
    /// Which billing it is, and whether a ceiling was set.
    #[must_use]
    pub const fn of(billing: Billing, has_ceiling: bool) -> Self {
        match (billing, has_ceiling) {
            (Billing::PayAsYouGo, _) => Self::NoSpot,
            (Billing::Spot, false) => Self::SpotAsPriceGo,
            (Billing::Spot, true) => Self::SpotWithPriceLimit,
        }
    }

    #[must_use]
    pub const fn billing(self) -> Billing {
        match self {
            Self::NoSpot => Billing::PayAsYouGo,
            Self::SpotAsPriceGo | Self::SpotWithPriceLimit => Billing::Spot,
        }
    }
}
