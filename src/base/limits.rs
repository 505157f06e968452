//! Limits of the service that no scenario changes.

use std::ops::RangeInclusive;

/// Bytes of the user data of `RunInstances` and of launch templates, before base64.
pub const MAX_USER_DATA_BYTES: usize = 16_384;

/// Bytes of the user data of a group's launch configuration, before base64.
pub const MAX_GROUP_USER_DATA_BYTES: usize = 32 * 1024;

/// ASCII characters of a client token (W2).
pub const MAX_CLIENT_TOKEN_LENGTH: usize = 64;

/// Tags of one resource.
pub const MAX_TAGS: usize = 20;

/// Characters of a tag's key.
pub const TAG_KEY_LENGTH: RangeInclusive<usize> = 1..=128;

/// Characters of a tag's value.
pub const MAX_TAG_VALUE_LENGTH: usize = 128;

/// Characters of a name.
pub const NAME_LENGTH: RangeInclusive<usize> = 2..=128;

/// Characters of a description of instances or of a launch template.
pub const DESCRIPTION_LENGTH: RangeInclusive<usize> = 2..=256;

/// Characters of a host name.
pub const HOST_NAME_LENGTH: RangeInclusive<usize> = 2..=64;

/// Characters of a host name on Windows.
pub const WINDOWS_HOST_NAME_LENGTH: RangeInclusive<usize> = 2..=15;

/// Data disks of one instance.
pub const MAX_DATA_DISKS: usize = 16;

/// Prefix lengths of a VPC's address blocks.
pub const VPC_PREFIX_LENGTHS: RangeInclusive<u32> = 8..=28;

/// Prefix lengths of a vSwitch's address block.
pub const VSWITCH_PREFIX_LENGTHS: RangeInclusive<u32> = 16..=29;
