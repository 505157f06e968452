//! Key pairs.

use std::collections::BTreeSet;

use serde_json::{Value as Json, json};

use super::{Action, Result, list, page, tags};
use crate::base::{InstanceId, KeyPairName};
use crate::cloud::SimCloud;
use crate::cloud::model::{ImportKeyPairRequest, KeyPair, KeyPairRequest};
use crate::wire::parameters::Arguments;

pub(super) const ACTIONS: &[(&str, Action)] = &[
    ("AttachKeyPair", attach),
    ("CreateKeyPair", create),
    ("DeleteKeyPairs", delete),
    ("DescribeKeyPairs", describe),
    ("DetachKeyPair", detach),
    ("ImportKeyPair", import),
];

fn request(arguments: &Arguments<'_>) -> Result<KeyPairRequest> {
    Ok(KeyPairRequest {
        key_pair_name: Some(arguments.required("KeyPairName")?.into()),
        resource_group_id: arguments.owned("ResourceGroupId"),
        tags: arguments.tags("Tag"),
        ..KeyPairRequest::default()
    })
}

fn create(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let created = cloud.create_key_pair(&request(arguments)?)?;
    let mut reply = json(&created.key_pair);
    reply["PrivateKeyBody"] = created.private_key_body.expose().into();
    Ok(reply)
}

fn import(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let public_key_body = arguments.required("PublicKeyBody")?.to_owned();
    Ok(json(&cloud.import_key_pair(&ImportKeyPairRequest { pair: request(arguments)?, public_key_body })?))
}

fn attach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let (name, instance_ids) = named(arguments)?;
    cloud.attach_key_pair(&name, &instance_ids)?;
    Ok(done(&name, &instance_ids))
}

fn detach(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let (name, instance_ids) = named(arguments)?;
    cloud.detach_key_pair(&name, &instance_ids)?;
    Ok(done(&name, &instance_ids))
}

/// The key pair and the instances that a call names.
fn named(arguments: &Arguments<'_>) -> Result<(KeyPairName, BTreeSet<InstanceId>)> {
    let name = arguments.required("KeyPairName")?.into();
    arguments.required("InstanceIds")?;
    Ok((name, arguments.ids("InstanceIds").unwrap_or_default()))
}

/// What became of each instance. A call changes all that it names or none.
fn done(name: &KeyPairName, instance_ids: &BTreeSet<InstanceId>) -> Json {
    let result = |id: &InstanceId| json!({ "InstanceId": id.as_str(), "Success": "true", "Code": "200", "Message": "successful" });
    json!({
        "KeyPairName": name.as_str(),
        "TotalCount": instance_ids.len().to_string(),
        "FailCount": "0",
        "Results": list("Result", instance_ids.iter().map(result)),
    })
}

fn delete(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    arguments.required("KeyPairNames")?;
    cloud.delete_key_pairs(&arguments.ids("KeyPairNames").unwrap_or_default())?;
    Ok(json!({}))
}

/// A name may have `*` at its ends, as in the service.
fn describe(cloud: &SimCloud, arguments: &Arguments<'_>) -> Result<Json> {
    let pattern = arguments.text("KeyPairName");
    let finger_print = arguments.text("KeyPairFingerPrint");
    let wanted = arguments.tags("Tag");
    let found = cloud.describe_key_pairs(None)?;
    let shown = found.iter().filter(|pair| {
        pattern.is_none_or(|pattern| crate::base::wildcard::matches_wildcard(pair.key_pair_name.as_str(), pattern))
            && finger_print.is_none_or(|wanted| pair.finger_print == wanted)
            && wanted.iter().all(|(key, value)| pair.tags.get(key) == Some(value))
    });
    page::page(arguments, "KeyPairs", "KeyPair", shown.map(json).collect())
}

fn json(pair: &KeyPair) -> Json {
    json!({
        "KeyPairId": format!("ssh-{}", pair.key_pair_name),
        "KeyPairName": pair.key_pair_name.as_str(),
        "KeyPairFingerPrint": pair.finger_print,
        "PublicKey": pair.public_key,
        "ResourceGroupId": pair.resource_group_id.as_deref().unwrap_or_default(),
        "CreationTime": pair.create_time.to_string(),
        "Tags": tags(&pair.tags),
    })
}
