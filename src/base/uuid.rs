//! UUIDs that are made of a digest and never drawn.

/// A name-based UUID (version 5, variant 1) of the digest's first 16 bytes, in upper case, as the services write
/// request ids.
#[must_use]
pub fn name_based(mut digest: [u8; 32]) -> String {
    digest[6] = (digest[6] & 0x0f) | 0x50;
    digest[8] = (digest[8] & 0x3f) | 0x80;
    let text = hex(&digest, 16).to_uppercase();
    [&text[..8], &text[8..12], &text[12..16], &text[16..20], &text[20..]].join("-")
}

/// The first `bytes` bytes as hex.
#[must_use]
pub fn hex(digest: &[u8; 32], bytes: usize) -> String {
    let digits = |byte: &u8| [byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0'));
    digest.iter().take(bytes).flat_map(digits).collect()
}
