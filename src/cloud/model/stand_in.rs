//! Stand-ins: objects that the cloud keeps and does not simulate. What they are made of is opaque here.

use crate::base::{Alphabet, RegionId, Seed, Time};

/// What the values of a stand-in are made from; the same for the same object at every time (W12).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandInContext {
    /// Differs from object to object.
    pub seed: Seed,
    pub account_id: String,
    pub region: RegionId,
    pub create_time: Time,
}

impl StandInContext {
    /// The part of an id after its prefix; the labels say what it is the id of.
    #[must_use]
    pub fn id_part(&self, labels: &[&str]) -> String {
        Alphabet::Base36.id_part(&self.seed.digest(labels))
    }
}

/// What is kept of a stand-in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StandInContent {
    /// What its author finds it by.
    pub id: String,
    pub name: Option<String>,
    /// All of it, opaque here.
    pub document: String,
}

/// A stand-in as the world keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StandIn {
    /// What the world finds it by; it never changes, and no other object has it.
    pub key: String,
    pub content: StandInContent,
}

/// Makes the content of a stand-in; a transaction may call it more than once.
pub type MakeContent<'a> = dyn Fn(&StandInContext) -> StandInContent + Send + Sync + 'a;
