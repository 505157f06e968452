//! All that is known of instances, those that ended lately included.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{InstanceState, LaunchInstanceRequest, PlacedInstance, Tags};
use crate::base::clock::Span;
use crate::base::{InstanceId, SecurityGroupId, Time, api_enum};

/// Instances, and what their descriptions share.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceRecords {
    /// 12 digits from the seed.
    pub account_id: String,
    /// The names of the security groups that calls made.
    pub group_names: BTreeMap<SecurityGroupId, String>,
    pub records: Vec<InstanceRecord>,
}

/// An instance with what it was launched with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceRecord {
    pub position: InstancePosition,
    pub placed: PlacedInstance,
    /// `None` for an instance of a group or a reservation.
    pub request: Option<LaunchInstanceRequest>,
    /// `None` while it exists, and where the moment was not recorded.
    pub end: Option<InstanceEnd>,
}

/// The position of an instance among all instances of its region, in the order of launch. It has the same one as long
/// as it is described.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InstancePosition {
    /// Later launches of a region have higher ones.
    pub batch: i64,
    pub ordinal: u32,
}

/// One page of the instances of a region, by launch.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstancePageRequest {
    /// The last instance of the page before.
    pub after: Option<InstancePosition>,
    /// Absent: all that there are.
    pub max_results: Option<usize>,
    /// What is looked at before anything else of an instance is read: each column has a value that matches one of the
    /// patterns, which may have `*`.
    pub columns: Vec<(InstanceColumn, Vec<String>)>,
}

/// A property of an instance that costs nothing to look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InstanceColumn {
    Image,
    InstanceType,
    KeyPair,
    State,
    Zone,
}

/// The instances of a page, and the last of them if there are more.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstancePage {
    pub instances: InstanceRecords,
    pub next: Option<InstancePosition>,
}

/// When and why an instance ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstanceEnd {
    pub time: Time,
    pub cause: EndCause,
}

impl InstanceEnd {
    /// How long an ended instance is described (O8).
    pub const SHOWN_FOR: Span = Span::HOUR;
}

api_enum! {
    /// Why an instance ended.
    pub enum EndCause {
        User,
        SpotPrice,
        SpotCapacity,
        SpotInterruption,
        Failure,
    }
}

/// What is to become of tags.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum TagChange {
    Set(Tags),
    /// Keys, some of them only with a value; none means all.
    Remove(Vec<(String, Option<String>)>),
}

/// What a call did to the state of an instance.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InstanceStateChange {
    pub instance_id: InstanceId,
    pub before: InstanceState,
}
