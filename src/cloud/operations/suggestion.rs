//! What would fit where a pool has too little: the same type in other zones, other types of the same size, the other
//! billing. The choice of what to suggest is ours.

use std::cmp::Reverse;

use crate::base::Billing;
use crate::base::order::Order;
use crate::catalogue::{self, InstanceType};
use crate::cloud::world::World;

/// Suggestions of one kind.
const MAX_SUGGESTIONS_PER_KIND: usize = 2;

/// A pool that could be used instead, or be asked for the other billing, and how many instances it has for it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Fit {
    // Most free instances first, ties by name.
    pub(super) free: Reverse<u32>,
    pub(super) instance_type: &'static str,
    pub(super) zone_id: &'static str,
    pub(super) billing: Billing,
}

impl Fit {
    fn pool(&self) -> String {
        format!("{} in {}", self.instance_type, self.zone_id)
    }
}

/// The first of each kind, kind after kind.
pub(super) fn best_of_each_kind(kinds: impl IntoIterator<Item = Vec<Fit>>) -> Vec<Fit> {
    let mut fits = Vec::new();
    for mut kind in kinds {
        kind.order();
        fits.extend(kind.into_iter().take(MAX_SUGGESTIONS_PER_KIND));
    }
    fits
}

/// The suggestions as a sentence without its full stop.
pub(super) fn what_would_fit(world: &World, fits: &[Fit]) -> String {
    if fits.is_empty() {
        format!("Nothing else of this kind is free in {}", world.region)
    } else {
        let mut pools: Vec<(String, Vec<String>)> = Vec::new();
        for fit in fits {
            let (pool, free) = (fit.pool(), format!("{} {}", fit.free.0, in_words(fit.billing)));
            match pools.iter_mut().find(|(known, _)| *known == pool) {
                Some((_, of_pool)) => of_pool.push(free),
                None => pools.push((pool, vec![free])),
            }
        }
        // `ecs.g7.large in cn-heyuan-a (12 spot)`
        let pools = pools.into_iter().map(|(pool, free)| format!("{pool} ({})", free.join(", ")));
        format!("What would fit now: {}", pools.collect::<Vec<_>>().join(", "))
    }
}

/// The service's types that have as many vCPUs and as much memory, of the same kind and architecture (N4).
pub(super) fn same_size(wanted: &InstanceType) -> impl Iterator<Item = &'static InstanceType> {
    let is_same = |known: &&InstanceType| {
        (known.vcpus, known.memory_gib) == (wanted.vcpus, wanted.memory_gib)
            && known.family.vendor == wanted.family.vendor
            && known.family.kind == wanted.family.kind
            && known.family.architecture == wanted.family.architecture
    };
    catalogue::instance_types().iter().filter(is_same)
}

pub(super) const fn in_words(billing: Billing) -> &'static str {
    match billing {
        Billing::PayAsYouGo => "pay-as-you-go",
        Billing::Spot => "spot",
    }
}

pub(super) const fn other_billing_of(billing: Billing) -> Billing {
    match billing {
        Billing::PayAsYouGo => Billing::Spot,
        Billing::Spot => Billing::PayAsYouGo,
    }
}
