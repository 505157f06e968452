//! Why something that was asked by hand is not done.

use crate::base::{GroupId, Time};
use crate::cloud::error::CloudError;
use crate::cloud::model::WorldContents;
use crate::cloud::store::WorldError;

/// Nothing was changed.
#[derive(Clone, Debug, thiserror::Error)]
pub enum AdministrationError {
    #[error("time never goes back: the world's clock is at {clock}, which is after {target}")]
    ClockIsAhead { clock: Time, target: Time },
    #[error("no spot instance runs in the pools that were named")]
    NothingToReclaim,
    #[error("no destroyed group `{group_id}` has instances")]
    NothingLeft { group_id: GroupId },
    #[error("both are the same world; name another place for the copy")]
    SameWorld,
    #[error(
        "something lives in the world to be written already ({} groups, {} reservations, {} instances, {} other \
         resources)",
        contents.groups, contents.reservations, contents.instances, contents.resources
    )]
    NotEmpty { contents: WorldContents },
    #[error(transparent)]
    Cloud(#[from] CloudError),
}

impl From<WorldError> for AdministrationError {
    fn from(error: WorldError) -> Self {
        Self::Cloud(error.into())
    }
}
