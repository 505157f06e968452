//! What the resources and data sources of one provider configuration share.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use crate::cloud::WorldFork;
use crate::cloud::model::{FleetId, SecurityGroupRule};
use crate::provider::framework::configured::Configured;

/// The configured provider, once there is one, and which objects were read since they were last planned.
#[derive(Debug, Default)]
pub(crate) struct ProviderContext {
    configured: Mutex<Option<Arc<Configured>>>,
    unknown_arguments: Mutex<Vec<&'static str>>,
    freshly_read: Mutex<BTreeSet<String>>,
    /// Arguments of existing objects, which a creation planned next may replace.
    arguments: Mutex<BTreeMap<String, Option<String>>>,
    tokens: Mutex<Tokens>,
    /// How many instances of each kind are planned, and not launched yet; those that are to be replaced count against it.
    planned_launches: Mutex<BTreeMap<String, i64>>,
    /// Rules that are to be created, with their security groups.
    planned_rules: Mutex<Vec<(String, SecurityGroupRule)>>,
    /// Forks that this process opened and has to remove, by the name of their location.
    forks: Mutex<BTreeMap<String, WorldFork>>,
}

/// Client tokens by kind of object.
#[derive(Debug, Default)]
struct Tokens {
    /// Of objects that a state holds.
    held: BTreeMap<String, FleetId>,
    /// Of objects that are to be created.
    planned: BTreeSet<String>,
}

/// What else a configuration does with the token of an object that is planned to be created.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum PlannedToken {
    New,
    /// Another creation has it.
    PlannedTwice,
    /// A state holds what it made.
    Held(FleetId),
}

/// The object in whose place a creation is planned.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ReplacedObject {
    None,
    /// The plan has warned of what a replacement would be missing.
    Told,
    /// It has not, of the object with this id.
    Untold(String),
}

impl ProviderContext {
    /// Takes a new configuration, with its arguments that are not known yet; in debug mode one process is configured
    /// several times.
    pub(crate) fn set(&self, configured: Option<Configured>, unknown_arguments: Vec<&'static str>) {
        *self.unknown_arguments.lock().unwrap_or_else(PoisonError::into_inner) = unknown_arguments;
        *self.configured.lock().unwrap_or_else(PoisonError::into_inner) = configured.map(Arc::new);
        *self.tokens.lock().unwrap_or_else(PoisonError::into_inner) = Tokens::default();
        self.planned_launches.lock().unwrap_or_else(PoisonError::into_inner).clear();
        self.planned_rules.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    /// `None` while validating, and while planning when part of the provider block is known only after apply.
    pub(crate) fn configured(&self) -> Option<Arc<Configured>> {
        self.configured.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Arguments of the provider block that are known only after apply.
    pub(crate) fn unknown_arguments(&self) -> Vec<&'static str> {
        self.unknown_arguments.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Records that an object was read. Terraform reads it before it plans, but not before it plans again to apply.
    pub(crate) fn record_read(&self, id: &str) {
        self.freshly_read.lock().unwrap_or_else(PoisonError::into_inner).insert(id.to_owned());
    }

    /// Records the arguments of an object that exists, when it is read or its update is planned; `untold` is its id unless
    /// the plan has warned already of what a replacement would be missing.
    pub(crate) fn record_arguments(&self, arguments: String, untold: Option<&str>) {
        let untold = untold.map(str::to_owned);
        self.arguments.lock().unwrap_or_else(PoisonError::into_inner).insert(arguments, untold);
    }

    /// What was recorded of an object with these arguments; the record is removed. A replaced object is planned as a
    /// creation right after it was planned as an update, a tainted one after it was read.
    pub(crate) fn take_arguments(&self, arguments: &str) -> ReplacedObject {
        match self.arguments.lock().unwrap_or_else(PoisonError::into_inner).remove(arguments) {
            None => ReplacedObject::None,
            Some(None) => ReplacedObject::Told,
            Some(Some(id)) => ReplacedObject::Untold(id),
        }
    }

    /// Records the token of an object that a state holds; returns whether a creation with it is planned.
    pub(crate) fn record_held_token(&self, token: &str, fleet: FleetId) -> bool {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        tokens.held.insert(token.to_owned(), fleet);
        tokens.planned.contains(token)
    }

    /// Records the token of an object that is planned to be created.
    pub(crate) fn record_planned_token(&self, token: &str) -> PlannedToken {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        if !tokens.planned.insert(token.to_owned()) {
            return PlannedToken::PlannedTwice;
        }
        tokens.held.get(token).cloned().map_or(PlannedToken::New, PlannedToken::Held)
    }

    /// Records a rule that is planned to be created in a security group; returns whether it is the first of its kind.
    pub(crate) fn record_planned_rule(&self, group: String, rule: SecurityGroupRule) -> bool {
        let mut planned = self.planned_rules.lock().unwrap_or_else(PoisonError::into_inner);
        let is_first = !planned.iter().any(|(other, known)| *other == group && known.is_same(&rule));
        planned.push((group, rule));
        is_first
    }

    /// Records that instances of a kind are planned, or with a negative count that they will have made room; returns how
    /// many are.
    pub(crate) fn add_planned_launches(&self, kind: &str, count: i64) -> i64 {
        let mut planned = self.planned_launches.lock().unwrap_or_else(PoisonError::into_inner);
        let known = planned.entry(kind.to_owned()).or_default();
        *known += count;
        *known
    }

    /// Keeps a fork until it is taken.
    pub(crate) fn keep_fork(&self, name: String, fork: WorldFork) {
        self.forks.lock().unwrap_or_else(PoisonError::into_inner).insert(name, fork);
    }

    /// The fork of a name, which is not kept any longer; `None` if this process keeps none.
    pub(crate) fn take_fork(&self, name: &str) -> Option<WorldFork> {
        self.forks.lock().unwrap_or_else(PoisonError::into_inner).remove(name)
    }

    /// All forks that are still kept.
    pub(crate) fn take_forks(&self) -> Vec<WorldFork> {
        std::mem::take(&mut *self.forks.lock().unwrap_or_else(PoisonError::into_inner)).into_values().collect()
    }

    /// Whether an object was read since it was last planned; the record is removed.
    pub(crate) fn take_read(&self, id: &str) -> bool {
        self.freshly_read.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}
