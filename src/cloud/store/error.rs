//! What can be wrong with a world: its location, and the problem. What to do about it follows from the variant, except
//! where the text says it. No text holds a password.

use std::path::PathBuf;

use crate::base::Time;

/// The world could not be opened, read or written; a transaction that met this changed nothing.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WorldError {
    #[error("the world `{world}` cannot be made: the directory `{}` does not exist", directory.display())]
    MissingDirectory { world: String, directory: PathBuf },
    #[error("`{world}` is not a world: {found}")]
    NotAWorld { world: String, found: &'static str },
    #[error("the world `{world}` has version {found}, newer than the {known} that this release knows")]
    NewerVersion { world: String, found: i64, known: i64 },
    #[error("the world `{world}` has version {found}, and this release reads worlds from version {oldest} on")]
    OlderVersion { world: String, found: i64, oldest: i64 },
    #[error("the world `{world}` cannot be written: {reason}")]
    NotWritable { world: String, reason: String },
    #[error(
        "the world `{world}` could not be changed because the disk is full; it is as it was before the call: free some space and try again"
    )]
    DiskFull { world: String },
    #[error(
        "the file of the world `{world}` was removed or replaced while it was in use; nothing was changed: put it back, or \
         run the command again to begin a new world"
    )]
    Replaced { world: String },
    #[error("an interrupt ended the call; what was being done is not done")]
    Stopped,
    #[error("the world `{world}` stayed locked by others for {seconds} s; look for one that hangs, or try again")]
    Busy { world: String, seconds: u64 },
    #[error("the world `{world}` is damaged ({detail}); restore a copy, or delete it to begin a new world")]
    Damaged { world: String, detail: String },
    #[error(
        "the world's clock is at {clock} and cannot be moved to {target} at once: instances run or groups wait, and each hour \
         is looked at; move it by at most ten years at a time"
    )]
    ClockTooFar { clock: Time, target: Time },
    #[error("the world `{world}` failed: {detail}")]
    Other { world: String, detail: String },

    #[error("the server of the world `{world}` cannot be reached: {detail}; check host and port, and that it runs")]
    Unreachable { world: String, detail: String },
    #[error("the server of the world `{world}` cannot be trusted: {detail}")]
    Untrusted { world: String, detail: String },
    #[error("the server of the world `{world}` does not let this user in: {detail}")]
    Refused { world: String, detail: String },
    #[error("the database user may not use the world `{world}`: {detail}")]
    NotAllowed { world: String, detail: String },
    /// The transaction changed nothing; the same again may succeed, and mostly has been tried.
    #[error("the world `{world}` was interrupted ({detail}); what was being done is not done, try again")]
    Interrupted { world: String, detail: String },
    /// The one case in which it is not known whether something was changed.
    #[error(
        "the connection to the world `{world}` broke while a change was being committed, and whether it was committed could not \
         be learned since ({detail}); look at the world before the change is made again"
    )]
    Unanswered { world: String, detail: String },
    /// For the code that runs transactions: this one needs the lock of the whole world.
    #[error("this change needs the whole world to itself")]
    WholeWorldNeeded,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_unknown_outcome_is_told_with_advice() {
        let error = WorldError::Unanswered { world: "team".to_owned(), detail: "connection closed".to_owned() };
        insta::assert_snapshot!(error.to_string());
    }
}
