//! One file per ephemeral resource.

pub(crate) mod instance_metadata;
pub(crate) mod key_pair;
pub(crate) mod world_fork;
