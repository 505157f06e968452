//! Key pairs: what is asked for them and what they answer.

use serde::Serialize;

use super::Tags;
use crate::base::openssh::PrivateKey;
use crate::base::{KeyPairName, Time};

/// `CreateKeyPair`.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct KeyPairRequest {
    /// Absent: made from `name_prefix`, as a name that no request gets again.
    pub key_pair_name: Option<KeyPairName>,
    pub name_prefix: String,
    pub resource_group_id: Option<String>,
    pub tags: Tags,
    /// The request as its author wrote it, opaque here; returned by describe.
    #[serde(skip)]
    pub configuration: String,
}

/// `ImportKeyPair`: a pair whose private half its author keeps.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct ImportKeyPairRequest {
    pub pair: KeyPairRequest,
    /// One line of an OpenSSH `authorized_keys` file.
    pub public_key_body: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyPair {
    pub key_pair_name: KeyPairName,
    /// MD5 of the public key: `89:f0:ba:…`.
    pub finger_print: String,
    /// One line of an OpenSSH `authorized_keys` file.
    pub public_key: String,
    pub resource_group_id: Option<String>,
    pub tags: Tags,
    pub create_time: Time,
    pub configuration: String,
}

impl KeyPair {
    /// The name of the pair that always exists (R22).
    pub const ALWAYS: &'static str = "example-key-name";
}

/// A pair that the service made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CreatedKeyPair {
    pub key_pair: KeyPair,
    /// Handed out this once.
    pub private_key_body: PrivateKey,
}

/// A pair, and its private half where that can be derived again.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DerivedKeyPair {
    pub key_pair_name: KeyPairName,
    pub finger_print: String,
    /// One line of an OpenSSH `authorized_keys` file.
    pub public_key: String,
    pub private_key: Result<PrivateKey, NoPrivateKey>,
}

/// Why a private half is not known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NoPrivateKey {
    /// Only who brought the pair along has it.
    Imported,
    /// The pair was made with another seed, so that this one leads to another pair.
    OtherSeed,
}

/// What to change about a key pair; absent members stay as they are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModifyKeyPairRequest {
    pub key_pair_name: KeyPairName,
    pub resource_group_id: Option<Option<String>>,
    pub tags: Option<Tags>,
    pub configuration: String,
}
