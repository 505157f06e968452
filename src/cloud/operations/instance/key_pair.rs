//! `AttachKeyPair`, `DetachKeyPair` (O5).

use std::collections::BTreeSet;

use super::super::check;
use super::describe::find;
use super::modify::modify;
use crate::base::{InstanceId, KeyPairName};
use crate::cloud::SimCloud;
use crate::cloud::error::{CloudError, codes};
use crate::cloud::member::Member;
use crate::cloud::model::ModifyInstanceRequest;
use crate::cloud::world::World;
use crate::market::Operation;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// Gives a key pair to instances that were launched by themselves, in place of another one: to all of them or none.
    pub fn attach_key_pair(&self, name: &KeyPairName, instance_ids: &BTreeSet<InstanceId>) -> Result<()> {
        self.write(Operation::AttachKeyPair, |world| {
            check_key_pair(world, name)?;
            instance_ids.iter().try_for_each(|id| set_key_pair(world, id, Some(name)))
        })
    }

    /// Takes a key pair from those of the instances that have it. All of them must have been launched by themselves.
    pub fn detach_key_pair(&self, name: &KeyPairName, instance_ids: &BTreeSet<InstanceId>) -> Result<()> {
        self.write(Operation::DetachKeyPair, |world| {
            check_key_pair(world, name)?;
            for id in instance_ids {
                if find(world, id)?.request.key_name.as_ref() == Some(name) {
                    set_key_pair(world, id, None)?;
                }
            }
            Ok(())
        })
    }
}

fn check_key_pair(world: &mut World, name: &KeyPairName) -> Result<()> {
    check::key_pair(world, Some(name), Member::KeyPairName, codes::INVALID_KEY_PAIR_NOT_FOUND)
}

fn set_key_pair(world: &mut World, instance_id: &InstanceId, name: Option<&KeyPairName>) -> Result<()> {
    let change = ModifyInstanceRequest {
        instance_id: Some(instance_id.clone()),
        key_name: Some(name.cloned()),
        ..ModifyInstanceRequest::default()
    };
    modify(world, &change).map(|_| ())
}
