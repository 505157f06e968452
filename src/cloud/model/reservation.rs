//! `RunInstances` and the reservations it makes.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::modification::modifiable_request;
use super::{AddressingType, Instance, InstanceListChange, SpotStrategy, Tags, text};
use crate::base::{
    Decimal, ImageId, InstanceId, InstanceTypeName, KeyPairName, ReservationId, SecurityGroupId, Time, VSwitchId,
    ZoneId,
};

modifiable_request! {
    /// One launch of one type in one zone, of one or more images (R1–R22).
    #[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
    pub struct RunInstancesRequest {
        /// In the order of the configuration: the rotation starts with the first.
        pub images: Vec<ImageItem>,
        /// Absent: `m1.small` (R18).
        pub instance_type: Option<InstanceTypeName>,
        /// Absent together with `vswitch_id`: the zone with most free instances (R18).
        pub zone_id: Option<ZoneId>,
        pub vswitch_id: Option<VSwitchId>,
        /// Empty: the group `default` (R20).
        [modify]
        pub security_group_ids: BTreeSet<SecurityGroupId>,
        /// Raw bytes, at most [`MAX_USER_DATA_BYTES`](crate::base::limits::MAX_USER_DATA_BYTES).
        #[serde(with = "text::optional_bytes")]
        pub user_data: Option<Vec<u8>>,
        /// Describe operations do not show the user data.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        pub hides_user_data: bool,
        pub addressing_type: AddressingType,
        pub spot_strategy: SpotStrategy,
        /// Needed with `SpotWithPriceLimit`, and only there.
        #[serde(with = "text::optional_decimal")]
        pub spot_price_limit: Option<Decimal>,
        /// As in [`LaunchInstanceRequest::spot_duration`](super::LaunchInstanceRequest::spot_duration).
        #[serde(default, skip_serializing_if = "Option::is_none")]
        pub spot_duration: Option<u32>,
        /// Absent: `cloud_efficiency` if the pool takes it, else the first it takes (N3).
        pub system_disk_category: Option<String>,
        [modify]
        pub tags: Tags,
        /// ASCII, at most 64 characters; absent: derived, and returned with the reply.
        pub client_token: Option<String>,
        /// Running when the call returns; otherwise pending, with empty names, until the clock moves.
        [modify]
        pub wait_for_running: bool,
        /// Below the minimum: a reservation of no instances that says why, instead of an error.
        [modify]
        pub accept_shortfall: bool,
        /// Stored for the caller; lost instances are replaced when [`ModifyReservationRequest::replace_lost_now`] says so.
        [modify]
        pub replace_lost: bool,
        /// The request as its author wrote it, opaque here; returned by describe.
        [modify]
        pub configuration: String,
    }

    /// What to modify about a reservation.
    #[derive(Clone, Debug, Default, PartialEq, Eq)]
    pub struct ModifyReservationRequest {
        pub reservation_id: Option<ReservationId>,
        /// Launch lost instances again, in place, as many as the market delivers.
        pub replace_lost_now: bool,
        /// The lost instances to replace; `None` means all. Those lost since the caller looked are left out.
        pub known_lost: Option<BTreeSet<InstanceId>>,
        /// The change that a forecast announced. If the market delivers anything else: `InsufficientInstanceCapacity`, and
        /// nothing is changed (G10, G10a).
        pub expected: Option<InstanceListChange>,
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImageItem {
    pub image_id: ImageId,
    /// At least 1.
    pub min_count: u32,
    /// At least `min_count`.
    pub max_count: u32,
    pub key_name: Option<KeyPairName>,
}

/// A reservation as it is now: the reply of `RunInstances` and of everything that looks at it later.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reservation {
    pub reservation_id: ReservationId,
    /// 12 digits from the seed.
    pub owner_id: String,
    /// Never empty (R20).
    pub group_set: BTreeSet<SecurityGroupId>,
    /// Sorted by launch index; a lost instance stays in the list until it has a replacement (G10).
    pub instances: Vec<Instance>,
    /// Where it was launched, or would have been.
    pub zone_id: ZoneId,
    pub vswitch_id: VSwitchId,
    pub instance_type: InstanceTypeName,
    pub system_disk_category: String,
    /// Of the call that made the reservation.
    pub request_id: String,
    pub client_token: String,
    /// How many instances the call launched.
    pub launched_count: u32,
    /// Why the call launched fewer than it could have at most, if it did (R4).
    pub shortfall_reason: Option<String>,
    /// Of the living instances, at launch prices (G8).
    pub hourly_cost: Decimal,
    pub create_time: Time,
    /// Set when a shortage was accepted: nothing was launched, and why.
    pub error_code: Option<String>,
    pub error_message: Option<String>,
    /// What the caller should know although the call succeeded (R21, R22).
    pub warnings: Vec<String>,
    /// The request with later changes.
    pub request: RunInstancesRequest,
}

/// Which reservations to list; absent filters match everything.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DescribeReservationsRequest {
    /// Ids that do not exist are simply not in the reply.
    pub reservation_ids: Option<BTreeSet<ReservationId>>,
    pub instance_type: Option<InstanceTypeName>,
    pub zone_id: Option<ZoneId>,
    /// Reservations that carry all of these.
    pub tags: Tags,
}

/// A reservation after a change, or after the change that a forecast tried.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReservationChange {
    pub reservation: Reservation,
    pub change: InstanceListChange,
    /// Lost instances that stay lost, with the reason; empty if none do.
    pub warnings: Vec<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReleasedReservation {
    pub reservation_id: ReservationId,
    /// Living instances that the release terminated.
    pub terminated: u32,
}
