//! Key pairs.

use std::collections::BTreeSet;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::filters::{Filters, one};
use super::xml::Xml;
use super::{Action, Result, ids, tags_on_creation};
use crate::base::KeyPairName;
use crate::base::collect::IntoOrdered;
use crate::cloud::model::{ImportKeyPairRequest, KeyPair, KeyPairRequest};
use crate::cloud::{CloudError, SimCloud, codes};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] =
    &[("CreateKeyPair", create), ("DeleteKeyPair", delete), ("DescribeKeyPairs", describe), ("ImportKeyPair", import)];

fn request(arguments: &Arguments<'_>) -> Result<KeyPairRequest> {
    let name = arguments.required("KeyName")?;
    if name.len() > 255 || !name.is_ascii() {
        let message = format!("The key name '{name}' is not at most 255 ASCII characters.");
        return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
    }
    Ok(KeyPairRequest {
        key_pair_name: Some(name.into()),
        tags: tags_on_creation(arguments, "key-pair"),
        ..KeyPairRequest::default()
    })
}

/// The message that clients compare.
fn duplicate(error: CloudError, arguments: &Arguments<'_>) -> CloudError {
    if error.code() != Some(codes::KEY_PAIR_ALREADY_EXIST) {
        return error;
    }
    let name = arguments.text("KeyName").unwrap_or_default();
    CloudError::new("InvalidKeyPair.Duplicate", format!("The keypair '{name}' already exists."))
}

/// A new pair has one type and one format; a call that says nothing takes them.
fn check_simulated(arguments: &Arguments<'_>) -> Result<()> {
    for (name, simulated) in [("KeyType", "ed25519"), ("KeyFormat", "pem")] {
        if let Some(other) = arguments.text(name).filter(|given| *given != simulated) {
            let message = format!("The {name} '{other}' is not simulated; '{simulated}' is.");
            return Err(CloudError::new(codes::INVALID_PARAMETER_VALUE, message));
        }
    }
    Ok(())
}

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    check_simulated(arguments)?;
    let created = cloud.create_key_pair(&request(arguments)?).map_err(|error| duplicate(error, arguments))?;
    Ok(Xml::of(|xml| {
        write_names(xml, cloud, &created.key_pair);
        xml.text("keyMaterial", created.private_key_body.expose());
        xml.tags(&created.key_pair.tags);
    }))
}

fn import(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let decoded = STANDARD.decode(arguments.required("PublicKeyMaterial")?).ok();
    let public_key_body = decoded.and_then(|bytes| String::from_utf8(bytes).ok());
    let public_key_body = public_key_body
        .ok_or_else(|| CloudError::new("InvalidKey.Format", "Key is not in valid OpenSSH public key format"))?;
    let request = ImportKeyPairRequest { pair: request(arguments)?, public_key_body };
    let pair = cloud.import_key_pair(&request).map_err(|error| duplicate(error, arguments))?;
    Ok(Xml::of(|xml| {
        write_names(xml, cloud, &pair);
        xml.tags(&pair.tags);
    }))
}

fn write_names(xml: &mut Xml, cloud: &SimCloud, pair: &KeyPair) {
    xml.text("keyName", pair.key_pair_name.as_str());
    xml.text("keyFingerprint", &pair.finger_print);
    xml.text("keyPairId", &key_pair_id(cloud, &pair.key_pair_name));
}

/// A pair has no id in the world.
pub(super) fn key_pair_id(cloud: &SimCloud, name: &KeyPairName) -> String {
    ids::digest("key-", "key pair", &format!("{} {name}", cloud.region()))
}

/// A pair that does not exist counts as deleted.
fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let (name, id) = (arguments.text("KeyName"), arguments.text("KeyPairId"));
    if name.is_none() && id.is_none() {
        let message = "The request must contain either KeyName or KeyPairId";
        return Err(CloudError::new(codes::MISSING_PARAMETER, message));
    }
    let pairs = cloud.describe_key_pairs(None)?;
    let found = pairs.into_iter().map(|pair| pair.key_pair_name).find(|known| {
        name.is_some_and(|name| known.as_str() == name) || id.is_some_and(|id| key_pair_id(cloud, known) == id)
    });
    let shown = found.as_ref().map(|name| key_pair_id(cloud, name));
    if let Some(name) = found {
        cloud.delete_key_pairs(&[name].into())?;
    }
    Ok(Xml::of(|xml| {
        xml.value("return", true);
        xml.optional("keyPairId", shown.as_deref());
    }))
}

fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Xml> {
    let filters = Filters::read(arguments, &["fingerprint", "key-name", "key-pair-id"])?;
    let names: BTreeSet<&str> = arguments.texts("KeyName").into_iter().into_set();
    let wanted_ids: BTreeSet<&str> = arguments.texts("KeyPairId").into_iter().into_set();
    let found = cloud.describe_key_pairs(None)?;
    if let Some(missing) = names.iter().find(|name| found.iter().all(|pair| pair.key_pair_name.as_str() != **name)) {
        let message = format!("The key pair '{missing}' does not exist");
        return Err(CloudError::new(codes::INVALID_KEY_PAIR_NOT_FOUND, message));
    }
    let shows_key = arguments.flag("IncludePublicKey")?.unwrap_or(false);
    let shown = found.iter().filter(|pair| {
        let id = key_pair_id(cloud, &pair.key_pair_name);
        (names.is_empty() || names.contains(pair.key_pair_name.as_str()))
            && (wanted_ids.is_empty() || wanted_ids.contains(id.as_str()))
            && filters.match_object(&pair.tags, |name| match name {
                "fingerprint" => one(&pair.finger_print),
                "key-name" => one(&pair.key_pair_name),
                _ => one(&id),
            })
    });
    Ok(Xml::of(|xml| {
        xml.list("keySet", shown, |xml, pair| {
            write_names(xml, cloud, pair);
            let kind = if pair.public_key.starts_with("ssh-ed25519") { "ed25519" } else { "rsa" };
            xml.text("keyType", kind);
            xml.time("createTime", pair.create_time);
            xml.optional("publicKey", Some(pair.public_key.as_str()).filter(|_| shows_key));
            xml.tags(&pair.tags);
        });
    }))
}
