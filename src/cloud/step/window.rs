//! The window of a group: the phases that it goes through (G11).

use crate::base::Time;

/// What a fleet is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Phase {
    /// A group whose window has not begun.
    Submitted,
    Active,
    /// A scaling group that is not enabled.
    Inactive,
    /// A group whose window is over.
    Expired,
    /// Deleted, but instances of it keep running.
    DeletedWithInstances,
}

impl Phase {
    /// The phase of a group at a moment, given its window. The window includes its beginning and excludes its end.
    pub(crate) fn at(now: Time, valid_from: Option<Time>, valid_until: Option<Time>) -> Self {
        if valid_until.is_some_and(|until| until <= now) {
            Self::Expired
        } else if valid_from.is_some_and(|from| from > now) {
            Self::Submitted
        } else {
            Self::Active
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_window_includes_its_beginning_and_excludes_its_end_g11() {
        let at = |seconds| Time::from_unix_seconds(seconds);
        let phase = |now| Phase::at(at(now), Some(at(10)), Some(at(20)));
        assert_eq!([9, 10, 19, 20].map(phase), [Phase::Submitted, Phase::Active, Phase::Active, Phase::Expired]);
        assert_eq!(Phase::at(at(5), None, None), Phase::Active);
    }
}
