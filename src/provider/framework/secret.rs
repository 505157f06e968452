//! Secrets of a configuration, of which a world keeps only a digest.

use std::fmt::Write as _;
use std::num::NonZeroU32;

use aws_lc_rs::pbkdf2;

use crate::tf::Value;

/// How a digest begins; with the digits after it, it is longer than a password may be.
const PREFIX: &str = "pbkdf2-sha256:";

/// Guessing a password from its digest costs this many times more than one hash; a digest takes a few milliseconds.
const ITERATIONS: NonZeroU32 = NonZeroU32::new(10_000).expect("it is not 0");

/// The same for all worlds, because two documents are compared by their texts.
const SALT: &[u8] = b"simcloud secret";

/// Whether a text is a digest, as a state has it after an import.
pub(crate) fn is_digest(text: &str) -> bool {
    text.strip_prefix(PREFIX)
        .is_some_and(|digest| digest.len() == 64 && digest.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

/// A text that tells whether two secrets are the same and does not tell the secret. A digest is its own digest.
pub(crate) fn digest(secret: &str) -> String {
    if is_digest(secret) {
        return secret.to_owned();
    }
    let mut digest = [0; 32];
    pbkdf2::derive(pbkdf2::PBKDF2_HMAC_SHA256, ITERATIONS, SALT, secret.as_bytes(), &mut digest);
    digest.iter().fold(PREFIX.to_owned(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// The digest of a text that is set; null, "" and unknown stay as they are.
pub(crate) fn digest_of(value: &Value) -> Value {
    match value.as_str() {
        Some(secret) if !secret.is_empty() => digest(secret).into(),
        _ => value.clone(),
    }
}
