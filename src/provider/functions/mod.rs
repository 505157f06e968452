//! The functions, one file each.

pub(crate) mod allocate;
pub(crate) mod argument;
pub(crate) mod instance_type;
pub(crate) mod round_robin;
