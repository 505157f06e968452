//! Key pairs: those that a call made, and those that exist anyway (the scenario's, and the example's).

use serde::{Deserialize, Serialize};

use super::{ResourceKind, Result, World};
use crate::base::openssh::{GeneratedKeyPair, PublicKey};
use crate::base::{KeyPairName, RegionId, Time, openssh};
use crate::cloud::model::{DerivedKeyPair, KeyPair, NoPrivateKey, Tags};

/// A key pair that a call made. The private half is not stored.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(crate) struct KeyPairDocument {
    pub(crate) name: KeyPairName,
    /// One line of an OpenSSH `authorized_keys` file.
    pub(crate) public_key: String,
    pub(crate) finger_print: String,
    pub(crate) resource_group_id: Option<String>,
    pub(crate) tags: Tags,
    pub(crate) create_time: Time,
    pub(crate) configuration: String,
    /// With the seed it determines the key pair; `None` for an imported one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) id_series: Option<String>,
}

impl ResourceKind for KeyPairDocument {
    const KIND: &'static str = "key_pair";

    fn name(&self) -> Option<&str> {
        Some(self.name.as_str())
    }
}

/// What a key pair is stored under: its name tells it apart in its region alone.
pub(crate) fn key_pair_id(region: &RegionId, name: &KeyPairName) -> String {
    format!("key-pair/{region}/{name}")
}

impl World<'_, '_> {
    pub(crate) fn key_pair_exists(&mut self, name: &KeyPairName) -> Result<bool> {
        Ok(self.key_pair_is_given(name) || self.made_key_pair(name)?.is_some())
    }

    /// Those that exist, the given ones first.
    pub(crate) fn key_pair_names(&mut self) -> Result<Vec<KeyPairName>> {
        let given = self.market.scenario().key_pairs.iter().map(|known| known.name.clone());
        let mut names: Vec<KeyPairName> = given.chain([KeyPair::ALWAYS.into()]).collect();
        names.extend(self.resources::<KeyPairDocument>()?.into_iter().map(|stored| stored.document.name));
        Ok(names)
    }

    /// Whether a key pair exists without a call that made it.
    pub(crate) fn key_pair_is_given(&self, name: &KeyPairName) -> bool {
        name.as_str() == KeyPair::ALWAYS || self.market.scenario().key_pairs.iter().any(|known| known.name == *name)
    }

    /// A key pair that a call made.
    pub(crate) fn made_key_pair(&mut self, name: &KeyPairName) -> Result<Option<KeyPairDocument>> {
        let id = key_pair_id(self.region, name);
        Ok(self.resource(&id)?.map(|stored| stored.document))
    }

    /// The public half of a key pair, made from the seed if none was given (R22).
    pub(crate) fn public_key(&mut self, name: &KeyPairName) -> Result<String> {
        if let Some(made) = self.made_key_pair(name)? {
            return Ok(made.public_key);
        }
        let given = self.market.scenario().key_pairs.iter().rev().find(|known| known.name == *name);
        if let Some(key) = given.and_then(|known| known.public_key.clone()) {
            return Ok(key);
        }
        Ok(self.given_pair(name).public_key.line().to_owned())
    }

    /// A pair that exists without a call, unless the scenario has its public half.
    fn given_pair(&self, name: &KeyPairName) -> GeneratedKeyPair {
        openssh::ed25519_pair(&self.seed().digest(&["key pair", name.as_str()]), name.as_str())
    }

    /// The pair that a call makes, or made, from the seed.
    pub(crate) fn made_pair(&self, name: &KeyPairName, id_series: &str) -> GeneratedKeyPair {
        openssh::ed25519_pair(&self.seed().digest(&["private key", id_series]), name.as_str())
    }

    /// A key pair with its private half, made again; `None` if there is no such pair.
    pub(crate) fn derived_key_pair(&mut self, name: &KeyPairName) -> Result<Option<DerivedKeyPair>> {
        let (line, made) = match self.made_key_pair(name)? {
            Some(document) => {
                let made = document.id_series.map(|id_series| self.made_pair(name, &id_series));
                (document.public_key, made)
            }
            None if self.key_pair_is_given(name) => {
                let (line, made) = (self.public_key(name)?, self.given_pair(name));
                let is_made = made.public_key.line() == line;
                (line, is_made.then_some(made))
            }
            None => return Ok(None),
        };
        let private_key = match made {
            None => Err(NoPrivateKey::Imported),
            Some(made) if made.public_key.line() == line => Ok(made.private_key),
            Some(_) => Err(NoPrivateKey::OtherSeed),
        };
        let finger_print = PublicKey::parse(&line).map(|key| key.fingerprint()).unwrap_or_default();
        Ok(Some(DerivedKeyPair { key_pair_name: name.clone(), finger_print, public_key: line, private_key }))
    }

    /// Fleets of the instances that a key pair is bound to, with how many those are.
    pub(crate) fn bound_to_key_pair(&mut self, name: &KeyPairName) -> Result<Vec<(String, u32)>> {
        let rows = self.whole.tx.query(
            "SELECT fleet_id, SUM(live + stopped) FROM batches
             WHERE region = $1 AND key_name = $2 AND live + stopped > 0 GROUP BY fleet_id ORDER BY fleet_id",
            &[self.region.as_str().into(), name.as_str().into()],
        )?;
        Ok(rows.iter().map(|row| (row.text(0).to_owned(), u32::try_from(row.number(1)).unwrap_or(0))).collect())
    }
}
