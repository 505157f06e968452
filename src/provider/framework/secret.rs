//! Secrets of a configuration: a world compares them by a digest, and keeps them sealed if they can be asked for.

use std::fmt::Write as _;
use std::num::NonZeroU32;

use aws_lc_rs::aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::pbkdf2;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::base::Seed;
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

/// A secret as a world keeps it. Anyone who knows the seed can open it, as with key pairs. Equal secrets have equal texts,
/// because two requests are compared by theirs.
///
/// `None` if the library refuses the key, which does not depend on the secret.
pub(crate) fn seal(seed: Seed, secret: &str) -> Option<String> {
    let mut bytes = secret.as_bytes().to_vec();
    key(seed)?.seal_in_place_append_tag(nonce(), Aad::empty(), &mut bytes).ok()?;
    Some(STANDARD.encode(bytes))
}

/// The secret of a [sealed](seal) text; `None` if it was sealed with another seed or is damaged.
pub(crate) fn unseal(seed: Seed, sealed: &str) -> Option<String> {
    let mut bytes = STANDARD.decode(sealed).ok()?;
    let secret = key(seed)?.open_in_place(nonce(), Aad::empty(), &mut bytes).ok()?;
    String::from_utf8(secret.to_vec()).ok()
}

fn key(seed: Seed) -> Option<LessSafeKey> {
    UnboundKey::new(&AES_256_GCM_SIV, &seed.digest(&["secret"])).ok().map(LessSafeKey::new)
}

/// Always the same: with this cipher a repeated nonce tells only whether two secrets are equal.
fn nonce() -> Nonce {
    Nonce::assume_unique_for_key([0; NONCE_LEN])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sealed_secret_opens_with_its_seed_alone() {
        let seed = Seed::new(7);
        let sealed = seal(seed, "aPassword1!").unwrap();
        assert!(!sealed.contains("aPassword1!"));
        assert_eq!(Some(&sealed), seal(seed, "aPassword1!").as_ref(), "two requests with one secret are equal");
        assert_eq!(unseal(seed, &sealed).as_deref(), Some("aPassword1!"));
        assert_eq!(unseal(Seed::new(8), &sealed), None);
        for damaged in ["", "no base64!", &sealed[4..], "YWJjZA=="] {
            assert_eq!(unseal(seed, damaged), None, "{damaged}");
        }
    }
}
