//! Reclaims: which instances the market or a person takes, and what becomes of them (W6).

use crate::base::clock::Span;
use crate::base::{Decimal, InstanceId};
use crate::cloud::model::ActivityKind;

/// The first hour of a spot instance, during which the market does not reclaim it (W6).
pub(crate) const PROTECTED_PERIOD: Span = Span::HOUR;

/// Why instances end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EndReason {
    /// Taken by a reclaim or an event: the instance stays in its fleet's list (G10).
    Lost,
    /// Reclaimed with `stop`: they stay, but take nothing from their pool and deliver nothing (W6).
    Stopped,
    /// Released by the user, by scaling in or by expiry: their rows are deleted.
    Released,
}

/// What takes instances from their fleets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum ReclaimCause {
    /// The event `reclaim_spot` of the scenario.
    ReclaimEvent,
    /// The event `terminate_instances` of the scenario.
    TerminateEvent,
    /// The spot price is above the limit that was given at launch.
    PriceAboveLimit,
    /// The supply is below the use.
    StockReclaimed,
    /// A person reclaims spot instances.
    ByHand,
    /// A person terminates instances.
    TerminatedByHand,
}

impl ReclaimCause {
    /// A reclaimed instance stops if its group says so. A terminated one never does.
    pub(crate) const fn end_reason(self, stops_on_reclaim: bool) -> EndReason {
        if stops_on_reclaim && !self.activity().is_termination() { EndReason::Stopped } else { EndReason::Lost }
    }

    /// Whether it takes stopped instances beside the living ones: a termination does, but a reclaim is for what holds stock
    /// (W6).
    pub(crate) const fn takes_stopped(self) -> bool {
        self.activity().is_termination()
    }

    /// How the history names it.
    pub(crate) const fn activity(self) -> ActivityKind {
        match self {
            Self::ReclaimEvent => ActivityKind::ReclaimSpot,
            Self::TerminateEvent => ActivityKind::TerminateInstances,
            Self::PriceAboveLimit => ActivityKind::SpotPriceAboveLimit,
            Self::StockReclaimed => ActivityKind::SpotStockReclaimed,
            Self::ByHand => ActivityKind::ReclaimSpotByHand,
            Self::TerminatedByHand => ActivityKind::TerminateInstancesByHand,
        }
    }
}

/// What one billing of a pool provides at one time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PoolState {
    /// Instances that the market provides in all.
    pub(crate) supply: u32,
    /// Instances that fleets hold of them.
    pub(crate) in_use: u32,
    pub(crate) price: Decimal,
}

impl PoolState {
    /// Instances that can be launched.
    pub(crate) const fn free(&self) -> u32 {
        self.supply.saturating_sub(self.in_use)
    }

    /// Instances that the market reclaims because it provides fewer than are in use.
    pub(crate) const fn excess(&self) -> u32 {
        self.in_use.saturating_sub(self.supply)
    }

    /// Whether an instance with this price limit may be launched, and may stay. At the limit it may; without one always.
    pub(crate) fn is_within(&self, price_limit: Option<Decimal>) -> bool {
        price_limit.is_none_or(|limit| self.price <= limit)
    }

    /// Whether the market reclaims from this spot pool, given the lowest price limit of its living instances.
    pub(crate) fn reclaims(&self, lowest_limit: Option<Decimal>) -> bool {
        self.excess() > 0 || !self.is_within(lowest_limit)
    }
}

/// Sorts instances of one launch time into the order in which a reclaim takes them: the highest id first, whatever the
/// order of the calls that launched them (W6).
pub(crate) fn sort_for_reclaim<T>(instances: &mut [T], id: impl Fn(&T) -> &InstanceId) {
    instances.sort_by(|a, b| id(b).cmp(id(a)));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_reclaim_stops_instances_and_a_termination_never_does_w6() {
        for cause in [
            ReclaimCause::ReclaimEvent,
            ReclaimCause::PriceAboveLimit,
            ReclaimCause::StockReclaimed,
            ReclaimCause::ByHand,
        ] {
            assert_eq!((cause.end_reason(true), cause.end_reason(false)), (EndReason::Stopped, EndReason::Lost));
        }
        for cause in [ReclaimCause::TerminateEvent, ReclaimCause::TerminatedByHand] {
            assert_eq!(cause.end_reason(true), EndReason::Lost);
        }
    }

    #[test]
    fn the_market_reclaims_above_a_limit_and_beyond_the_supply_but_not_at_them_w6() {
        let pool = |supply, price: &str| PoolState { supply, in_use: 3, price: price.parse().unwrap() };
        let limit = Some("0.5".parse().unwrap());
        assert!(!pool(3, "0.5").reclaims(limit) && !pool(3, "9").reclaims(None));
        assert!(pool(3, "0.51").reclaims(limit) && pool(2, "0.1").reclaims(limit));
        assert_eq!((pool(1, "1").excess(), pool(5, "1").free(), pool(1, "1").free()), (2, 2, 0));
    }

    #[test]
    fn of_one_launch_time_the_highest_id_goes_first_w6() {
        let mut ids: Vec<InstanceId> = ["i-b1", "i-a9", "i-b0"].map(InstanceId::from).to_vec();
        sort_for_reclaim(&mut ids, |id| id);
        assert_eq!(ids, ["i-b1", "i-b0", "i-a9"].map(InstanceId::from));
    }
}
