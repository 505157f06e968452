//! `CreateKeyPair`, `ImportKeyPair`, `DeleteKeyPairs`, `DescribeKeyPairs`, and changes of a pair's tags.

use std::collections::BTreeSet;

use super::check;
use crate::base::openssh::PublicKey;
use crate::base::{Alphabet, KeyPairName};
use crate::cloud::SimCloud;
use crate::cloud::advice::Advice;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::{
    CreatedKeyPair, DerivedKeyPair, ImportKeyPairRequest, KeyPair, KeyPairRequest, ModifyKeyPairRequest,
};
use crate::cloud::world::{KeyPairDocument, NewCall, World, fingerprint, key_pair_id, new_call, write_document};
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Makes a pair from the seed and returns its private half, which the world does not store.
    pub fn create_key_pair(&self, request: &KeyPairRequest) -> Result<CreatedKeyPair> {
        const OPERATION: Operation = Operation::CreateKeyPair;
        self.write(OPERATION, |world| {
            let call = new_call(world, OPERATION, fingerprint(&write_document(request)))?;
            let name = new_name(world, request, &call)?;
            let made = world.made_pair(&name, &call.id_series);
            let key_pair = save(world, name, request, &made.public_key, Some(call.id_series))?;
            Ok(CreatedKeyPair { key_pair, private_key_body: made.private_key })
        })
    }

    /// Imports the public half of an existing pair.
    pub fn import_key_pair(&self, request: &ImportKeyPairRequest) -> Result<KeyPair> {
        const OPERATION: Operation = Operation::ImportKeyPair;
        self.write(OPERATION, |world| {
            let public_key = PublicKey::parse(&request.public_key_body).map_err(|problem| {
                let message = format!("the public key {problem}");
                CloudError::of(Member::PublicKey, codes::INVALID_PUBLIC_KEY, message)
            })?;
            let call = new_call(world, OPERATION, fingerprint(&write_document(request)))?;
            let name = new_name(world, &request.pair, &call)?;
            save(world, name, &request.pair, &public_key, None)
        })
    }

    /// The pair with its private half, made again from the seed; also one that exists without a call.
    pub fn derive_key_pair(&self, name: &KeyPairName) -> Result<DerivedKeyPair> {
        self.read(Operation::DescribeKeyPairs, |world| {
            world.derived_key_pair(name)?.ok_or_else(|| not_found(world, name))
        })
    }

    /// Changes what a pair is filed under; its keys never change.
    pub fn modify_key_pair(&self, request: &ModifyKeyPairRequest) -> Result<KeyPair> {
        let operation = if request.tags.is_some() { Operation::TagResources } else { Operation::JoinResourceGroup };
        self.write(operation, |world| {
            let mut document = find(world, &request.key_pair_name)?;
            if let Some(resource_group_id) = &request.resource_group_id {
                document.resource_group_id.clone_from(resource_group_id);
            }
            if let Some(tags) = &request.tags {
                document.tags.clone_from(tags);
            }
            document.configuration.clone_from(&request.configuration);
            world.save_resource(&key_pair_id(world.region, &document.name), &document)?;
            Ok(describe(document))
        })
    }

    /// Deletes pairs that no living instance is bound to; if one of them cannot go, none does.
    pub fn delete_key_pairs(&self, names: &BTreeSet<KeyPairName>) -> Result<()> {
        self.write(Operation::DeleteKeyPairs, |world| {
            for name in names {
                find(world, name)?;
                unbound(world, name)?;
                let id = key_pair_id(world.region, name);
                world.remove_resource(&id)?;
            }
            Ok(())
        })
    }

    /// The pairs that calls made, by creation; those that exist anyway are not among them.
    pub fn describe_key_pairs(&self, names: Option<&BTreeSet<KeyPairName>>) -> Result<Vec<KeyPair>> {
        self.read(Operation::DescribeKeyPairs, |world| {
            let Some(names) = names else {
                let all = world.resources::<KeyPairDocument>()?;
                return Ok(all.into_iter().map(|stored| describe(stored.document)).collect());
            };
            let mut found = Vec::new();
            for name in names {
                found.extend(world.made_key_pair(name)?.map(describe));
            }
            Ok(found)
        })
    }
}

/// The name asked for, or a new one after the prefix; no pair has it yet.
fn new_name(world: &mut World, request: &KeyPairRequest, call: &NewCall) -> Result<KeyPairName> {
    let name = match &request.key_pair_name {
        Some(name) => name.clone(),
        None => world.next_resource_id(&call.id_series, &request.name_prefix, Alphabet::Base36)?.into(),
    };
    // EC2's names are checked where its calls arrive (E2).
    if !world.follows_ec2 {
        check::resource_name(name.as_str(), Member::KeyPairName, codes::INVALID_KEY_PAIR_NAME)?;
    }
    if world.key_pair_exists(&name)? {
        let message = format!("there is a key pair `{name}` in `{}` already", world.region);
        return Err(CloudError::of(Member::KeyPairName, codes::KEY_PAIR_ALREADY_EXIST, message));
    }
    Ok(name)
}

fn save(
    world: &mut World,
    name: KeyPairName,
    request: &KeyPairRequest,
    public_key: &PublicKey,
    id_series: Option<String>,
) -> Result<KeyPair> {
    let id = key_pair_id(world.region, &name);
    let document = KeyPairDocument {
        name,
        public_key: public_key.line().to_owned(),
        finger_print: public_key.fingerprint(),
        resource_group_id: request.resource_group_id.clone(),
        tags: request.tags.clone(),
        create_time: world.now,
        configuration: request.configuration.clone(),
        id_series,
    };
    world.save_resource(&id, &document)?;
    Ok(describe(document))
}

fn find(world: &mut World, name: &KeyPairName) -> Result<KeyPairDocument> {
    world.made_key_pair(name)?.ok_or_else(|| not_found(world, name))
}

fn not_found(world: &World, name: &KeyPairName) -> CloudError {
    let message = format!("there is no key pair `{name}` in `{}`", world.region);
    CloudError::of(Member::KeyPairName, codes::INVALID_KEY_PAIR_NOT_FOUND, message)
}

/// No instance, running or stopped, is bound to the pair.
fn unbound(world: &mut World, name: &KeyPairName) -> Result<()> {
    let bound = world.bound_to_key_pair(name)?;
    if bound.is_empty() {
        return Ok(());
    }
    let fleets: Vec<String> = bound.iter().map(|(fleet, count)| format!("{count} of `{fleet}`")).collect();
    let message = format!("the key pair `{name}` is bound to instances ({}); release them first", fleets.join(", "));
    let refusal = CloudError::of(Member::KeyPairName, codes::KEY_PAIR_ATTACHED, message);
    Err(refusal.advise(Advice::ReleaseInstances))
}

fn describe(document: KeyPairDocument) -> KeyPair {
    KeyPair {
        key_pair_name: document.name,
        finger_print: document.finger_print,
        public_key: document.public_key,
        resource_group_id: document.resource_group_id,
        tags: document.tags,
        create_time: document.create_time,
        configuration: document.configuration,
    }
}
