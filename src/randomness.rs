//! The only source of random numbers; of one of them a new world's id is made, and nothing else depends on it.

use aws_lc_rs::rand;

/// A number from the operating system's random source.
///
/// # Panics
/// The operating system has no random numbers.
#[must_use]
pub fn number() -> u64 {
    let mut bytes = [0; 8];
    assert!(rand::fill(&mut bytes).is_ok(), "the operating system gives no random numbers");
    u64::from_le_bytes(bytes)
}
