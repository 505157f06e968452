//! SSH keys in OpenSSH's formats: the line of an `authorized_keys` file, and the file of a private key.

use std::fmt;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use md5::{Digest as _, Md5};

/// Types of public keys, each with the fields of its blob after the type's name.
const TYPES: &[(&str, &[Field])] = &[
    ("ssh-ed25519", &[Field::Bytes(32)]),
    ("ssh-rsa", &[Field::Integer, Field::Integer]),
    ("ssh-dss", &[Field::Integer, Field::Integer, Field::Integer, Field::Integer]),
    ("ecdsa-sha2-nistp256", &[Field::Text("nistp256"), Field::Bytes(65)]),
    ("ecdsa-sha2-nistp384", &[Field::Text("nistp384"), Field::Bytes(97)]),
    ("ecdsa-sha2-nistp521", &[Field::Text("nistp521"), Field::Bytes(133)]),
    ("sk-ssh-ed25519@openssh.com", &[Field::Bytes(32), Field::Any]),
    ("sk-ecdsa-sha2-nistp256@openssh.com", &[Field::Text("nistp256"), Field::Bytes(65), Field::Any]),
];

/// The key in the real provider's documentation, which is not a valid key, but which people copy and the provider accepts.
const PLACEHOLDER: &str = "ssh-rsa AAAAB3Nza12345678qwertyuudsfsg";

/// A word in the place of the key type is shown in an error up to this length; a longer one may be key material.
const MAX_SHOWN_BYTES: usize = 40;

const ED25519: &str = "ssh-ed25519";

/// The content of one length-prefixed field of a blob.
#[derive(Clone, Copy, Debug)]
enum Field {
    /// Exactly this number of bytes.
    Bytes(usize),
    /// Exactly this text.
    Text(&'static str),
    /// A positive number.
    Integer,
    /// Any bytes.
    Any,
}

/// A public key whose blob is complete and of the type that its line names, or the placeholder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    line: String,
    blob: Vec<u8>,
}

impl PublicKey {
    /// Reads `type base64 comment`, ignoring surrounding white space.
    ///
    /// # Errors
    /// What is wrong, as a text that completes "the key …".
    pub fn parse(text: &str) -> Result<Self, String> {
        let line = text.trim();
        if line == PLACEHOLDER {
            return Ok(Self { line: line.to_owned(), blob: line.into() });
        }
        if line.contains("PRIVATE KEY") {
            return Err("is a private key; give the public half, which `ssh-keygen -y` prints".to_owned());
        }
        if line.starts_with("-----BEGIN") || line.starts_with("---- BEGIN") {
            return Err("is in PEM form; give the line that `ssh-keygen -i` prints for it".to_owned());
        }
        if line.lines().count() > 1 {
            return Err("has several lines; give one, as in authorized_keys: type, base64, comment".to_owned());
        }
        let mut words = line.split_whitespace();
        let (kind, encoded) = (words.next().unwrap_or_default(), words.next());
        let Some((_, fields)) = TYPES.iter().find(|(known, _)| *known == kind) else {
            let known: Vec<&str> = TYPES.iter().map(|(known, _)| *known).collect();
            let what = if kind.len() <= MAX_SHOWN_BYTES {
                format!("begins with `{kind}`")
            } else {
                "begins with no type of key".to_owned()
            };
            return Err(format!("{what}; the types of keys are {}", known.join(", ")));
        };
        let encoded = encoded.ok_or_else(|| format!("has nothing after its type `{kind}`"))?;
        let blob = STANDARD.decode(encoded).map_err(|_| "is not valid base64 after its type".to_owned())?;
        check_blob(&blob, kind, fields)?;
        Ok(Self { line: line.to_owned(), blob })
    }

    /// Whether it is the placeholder of the real provider's documentation, with which no user can log in.
    #[must_use]
    pub fn is_placeholder(&self) -> bool {
        self.line == PLACEHOLDER
    }

    /// The line `type base64 comment`, without surrounding white space.
    #[must_use]
    pub fn line(&self) -> &str {
        &self.line
    }

    /// The MD5 fingerprint, as the service shows it: `89:f0:ba:…`.
    #[must_use]
    pub fn fingerprint(&self) -> String {
        let digest = Md5::digest(&self.blob);
        digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(":")
    }
}

fn check_blob(blob: &[u8], kind: &str, fields: &[Field]) -> Result<(), String> {
    let damaged = || format!("is cut off or damaged: its base64 does not hold a whole {kind} key");
    let (name, mut rest) = split_field(blob).ok_or_else(damaged)?;
    if name != kind.as_bytes() {
        let name = String::from_utf8_lossy(name);
        return Err(format!("calls itself `{kind}`, but its base64 holds a key of type `{name}`"));
    }
    for field in fields {
        let (value, after) = split_field(rest).ok_or_else(damaged)?;
        let fits = match field {
            Field::Bytes(length) => value.len() == *length,
            Field::Text(text) => value == text.as_bytes(),
            Field::Integer => value.first().is_some_and(|byte| *byte < 0x80) && value.iter().any(|byte| *byte != 0),
            Field::Any => true,
        };
        if !fits {
            return Err(damaged());
        }
        rest = after;
    }
    if rest.is_empty() { Ok(()) } else { Err(damaged()) }
}

/// Splits off a length-prefixed field: the field and the rest.
fn split_field(bytes: &[u8]) -> Option<(&[u8], &[u8])> {
    let (length, rest) = bytes.split_at_checked(4)?;
    let length = length.iter().fold(0_usize, |number, byte| (number << 8) | usize::from(*byte));
    rest.split_at_checked(length)
}

/// A generated key pair.
#[derive(Debug)]
pub struct GeneratedKeyPair {
    pub public_key: PublicKey,
    pub private_key: PrivateKey,
}

/// The file of a private key. It never appears in logs, errors or the world.
#[derive(Clone, PartialEq, Eq)]
pub struct PrivateKey(String);

impl PrivateKey {
    /// The file's text.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKey(…)")
    }
}

/// The Ed25519 key pair of a secret; the same 32 bytes always give the same pair.
pub(crate) fn ed25519_pair(secret: &[u8; 32], comment: &str) -> GeneratedKeyPair {
    let pair = Ed25519KeyPair::from_seed_unchecked(secret)
        .unwrap_or_else(|_| panic!("any 32 bytes are the secret of an Ed25519 key"));
    let public = pair.public_key().as_ref();
    let blob = fields(&[ED25519.as_bytes(), public]);
    let line = format!("{ED25519} {} {comment}", STANDARD.encode(&blob));
    let private_key = PrivateKey(private_key_file(secret, public, &blob, comment));
    GeneratedKeyPair { public_key: PublicKey { line, blob }, private_key }
}

/// The format `openssh-key-v1`, without a passphrase.
fn private_key_file(secret: &[u8; 32], public: &[u8], blob: &[u8], comment: &str) -> String {
    // The check number, twice: readers compare both to detect a wrong passphrase; without encryption any number will do.
    let mut private = vec![0; 8];
    let key_pair: Vec<u8> = secret.iter().chain(public).copied().collect();
    private.extend(fields(&[ED25519.as_bytes(), public, &key_pair, comment.as_bytes()]));
    private.extend((1..=7).take((8 - private.len() % 8) % 8));
    let mut bytes = b"openssh-key-v1\0".to_vec();
    bytes.extend(fields(&[b"none", b"none", b""]));
    bytes.extend(1_u32.to_be_bytes());
    bytes.extend(fields(&[blob, &private]));
    let encoded = STANDARD.encode(bytes);
    let mut file = "-----BEGIN OPENSSH PRIVATE KEY-----\n".to_owned();
    for (place, character) in encoded.chars().enumerate() {
        if place > 0 && place % 70 == 0 {
            file.push('\n');
        }
        file.push(character);
    }
    file.push_str("\n-----END OPENSSH PRIVATE KEY-----\n");
    file
}

/// Fields, each prefixed with its length.
fn fields(values: &[&[u8]]) -> Vec<u8> {
    let mut bytes = Vec::new();
    for value in values {
        bytes.extend(u32::try_from(value.len()).unwrap_or(u32::MAX).to_be_bytes());
        bytes.extend(*value);
    }
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    const ED: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJuycCPaGdDjHkY7F9UgeUlnx8kLICgiAlRTry3IdmKv";

    #[test]
    fn a_public_key_is_complete_and_of_the_type_that_it_names() {
        let key = PublicKey::parse(&format!("\n{ED} me@home \n")).unwrap();
        assert_eq!(key.line(), format!("{ED} me@home"));
        assert_eq!(
            key.fingerprint(),
            "99:a8:9e:10:fd:9e:da:bc:e6:4a:34:53:49:91:a9:31",
            "as `ssh-keygen -l -E md5` has it"
        );
        for (wrong, why) in [
            ("", "begins with ``"),
            (&"A".repeat(64), "begins with no type"),
            ("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n", "is a private key"),
            ("ssh-rsa", "has nothing after"),
            ("ssh-rsa AAAAB3Nza12345678qwertyuudsfs", "not valid base64"),
            ("ssh-rsa AAAAB3NzaC1yc2E=", "cut off"),
            (&ED.replace("ssh-ed25519", "ssh-rsa"), "holds a key of type `ssh-ed25519`"),
            (&ED.replace("dmKv", ""), "cut off"),
            (&format!("{ED}\n{ED}"), "several lines"),
            ("-----BEGIN PUBLIC KEY-----\nAAAA\n", "PEM"),
            ("ssh-foo AAAA", "begins with `ssh-foo`"),
        ] {
            let error = PublicKey::parse(wrong).unwrap_err();
            assert!(error.contains(why), "{wrong}: {error}");
        }
    }

    /// The key of the real provider's own example was refused.
    #[test]
    fn the_documentations_placeholder_is_taken() {
        let key = PublicKey::parse(PLACEHOLDER).unwrap();
        assert!(key.is_placeholder() && !PublicKey::parse(ED).unwrap().is_placeholder());
        assert_eq!(key.line(), PLACEHOLDER);
    }

    #[test]
    fn a_secret_always_gives_the_same_pair() {
        let made = ed25519_pair(&[7; 32], "web");
        assert_eq!(PublicKey::parse(made.public_key.line()).unwrap(), made.public_key);
        assert_eq!(ed25519_pair(&[7; 32], "web").private_key, made.private_key);
        assert_ne!(ed25519_pair(&[8; 32], "web").public_key, made.public_key);
        let file = made.private_key.expose();
        let body: String = file.lines().filter(|line| !line.starts_with('-')).collect();
        let bytes = STANDARD.decode(body).unwrap();
        assert!(bytes.windows(32).any(|window| window == [7; 32]));
        assert!(file.lines().all(|line| line.len() <= 70));
        assert_eq!(format!("{:?}", made.private_key), "PrivateKey(…)");
    }
}
