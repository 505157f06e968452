//! Why something that was asked by hand is not done.

use crate::base::wording::counted;
use crate::base::{GroupId, InstanceId, Time};
use crate::cloud::error::CloudError;
use crate::cloud::model::WorldContents;
use crate::cloud::store::WorldError;

/// Nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AdministrationError {
    #[error("time never goes back: the world's clock is at {clock}, which is after {target}")]
    ClockIsAhead { clock: Time, target: Time },
    #[error("a clock ends with the year 9999")]
    ClockOutOfRange,
    #[error("`{instance_id}` is a pay-as-you-go instance, and only spot instances are reclaimed")]
    NotSpot { instance_id: InstanceId },
    #[error("the world keeps {most} changes of the market, as many as it can")]
    TooManyMarketChanges { most: usize },
    #[error("no destroyed group `{group_id}` has instances")]
    NothingLeft { group_id: GroupId },
    #[error("both are the same world; name another place for the copy")]
    SameWorld,
    #[error(
        "the world to be written is not empty ({}, {}, {}, {})",
        counted(contents.groups, "group"),
        counted(contents.reservations, "reservation"),
        counted(contents.instances, "instance"),
        counted(contents.resources, "other resource")
    )]
    NotEmpty { contents: WorldContents },
    #[error("there is nothing with the id {}", ids.iter().map(|id| format!("`{id}`")).collect::<Vec<_>>().join(", "))]
    NothingOfId { ids: Vec<String> },
    #[error("`{id}` still holds {holds}, so nothing was destroyed")]
    InUse { id: String, holds: String },
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl From<WorldError> for AdministrationError {
    fn from(error: WorldError) -> Self {
        Self::Cloud(error.into())
    }
}
