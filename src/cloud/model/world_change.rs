//! What people change about a world: they take instances, let time pass and change the market (W9, W10).

use std::collections::BTreeSet;

use super::{Activity, ActivityKind, ClockTarget, changed_instance_ids};
use crate::base::wording::{counted, was_or_were};
use crate::base::{InstanceId, RegionId, Time};
use crate::market::MarketRules;
use crate::market::scenario::Selector;

/// A change of the world that is no operation of the simulated API.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorldChange {
    /// Takes living spot instances, as the market does.
    ReclaimSpot(InstanceSelection),
    /// Takes instances of both billings, stopped ones too.
    TerminateInstances(InstanceSelection),
    AdvanceClock(ClockTarget),
    /// Adds rules that win over every scenario.
    ChangeMarket(MarketRules),
    /// Takes all such rules back.
    ResetMarket,
}

/// Which instances are taken: those that every member includes, the youngest first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct InstanceSelection {
    /// Absent members match everything.
    pub pools: Selector,
    pub region_id: Option<RegionId>,
    /// Absent: all of them; empty: none.
    pub instance_ids: Option<BTreeSet<InstanceId>>,
    /// How many at most; absent: all of them.
    pub count: Option<u32>,
}

/// What a change did, or would do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WorldChangeOutcome {
    /// The world's clock before.
    pub from: Time,
    /// The world's clock afterwards.
    pub to: Time,
    pub effect: WorldChangeEffect,
    /// What happened, oldest first.
    pub activities: Vec<Activity>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WorldChangeEffect {
    /// Spot instances were reclaimed.
    Reclaimed(TakeResult),
    Terminated(TakeResult),
    ClockAdvanced,
    /// The clock stands at the target, or after it.
    ClockIsThere,
    MarketChanged {
        /// Rules that were added; none where the newest change has the same ones.
        rules: usize,
    },
    MarketReset {
        /// Rules that were taken back.
        rules: usize,
    },
}

/// Instances that were taken from their fleets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TakeResult {
    pub taken: u32,
    /// Instances that could be taken in the region and the pools that were named.
    pub of: u32,
    /// Whether a region or pools were named.
    pub is_limited: bool,
    /// Those that were named and cannot be taken: they are lost already, or no instance has the id.
    pub not_there: Vec<InstanceId>,
}

impl WorldChangeOutcome {
    /// Whether anything was left to do.
    #[must_use]
    pub const fn has_changed_anything(&self) -> bool {
        match &self.effect {
            WorldChangeEffect::Reclaimed(instances) | WorldChangeEffect::Terminated(instances) => instances.taken > 0,
            WorldChangeEffect::ClockAdvanced => true,
            WorldChangeEffect::ClockIsThere => false,
            WorldChangeEffect::MarketChanged { rules } | WorldChangeEffect::MarketReset { rules } => *rules > 0,
        }
    }

    /// The instances that were launched or taken, or whose state changed.
    #[must_use]
    pub fn changed_instance_ids(&self) -> BTreeSet<&InstanceId> {
        changed_instance_ids(&self.activities)
    }

    /// What was done, as a sentence without capital and full stop.
    #[must_use]
    pub fn summary(&self) -> String {
        self.sentence(&|count, participle| format!("{} {participle}", was_or_were(count)))
    }

    /// What would be done, as a sentence without capital and full stop.
    #[must_use]
    pub fn forecast(&self) -> String {
        self.sentence(&|_, participle| format!("would be {participle}"))
    }

    fn sentence(&self, predicate: &dyn Fn(usize, &str) -> String) -> String {
        match &self.effect {
            WorldChangeEffect::Reclaimed(instances) => taken(instances, "spot instance", "reclaimed", predicate),
            WorldChangeEffect::Terminated(instances) => taken(instances, "instance", "terminated", predicate),
            WorldChangeEffect::ClockAdvanced => {
                let advanced = predicate(1, "advanced");
                format!("the clock {advanced} from {} to {}{}", self.from, self.to, self.consequences(predicate))
            }
            WorldChangeEffect::ClockIsThere => {
                format!("the clock stands at {} already, and time never goes back", self.from)
            }
            WorldChangeEffect::MarketChanged { rules: 0 } => "the market is changed like that already".to_owned(),
            WorldChangeEffect::MarketChanged { rules } => {
                format!(
                    "{} {} to the market; what the market no longer provides is reclaimed when the clock next moves",
                    counted(*rules, "rule"),
                    predicate(*rules, "added")
                )
            }
            WorldChangeEffect::MarketReset { rules: 0 } => "the market has no changes to take back".to_owned(),
            WorldChangeEffect::MarketReset { rules } => {
                format!("{} of the market {}", counted(*rules, "rule"), predicate(*rules, "taken back"))
            }
        }
    }

    fn consequences(&self, predicate: &dyn Fn(usize, &str) -> String) -> String {
        let lost = count_ids(&self.activities, |activity| activity.kind.takes_instances(), |of| &of.destroyed);
        let launched = count_ids(&self.activities, |activity| activity.kind != ActivityKind::Restart, |of| &of.created);
        let restarted =
            count_ids(&self.activities, |activity| activity.kind == ActivityKind::Restart, |of| &of.created);
        let released = count_ids(&self.activities, |activity| !activity.kind.takes_instances(), |of| &of.destroyed);
        let parts: Vec<String> =
            [(lost, "lost"), (launched, "launched"), (restarted, "started again"), (released, "released")]
                .into_iter()
                .filter(|(count, _)| *count > 0)
                .map(|(count, participle)| format!("{} {}", counted(count, "instance"), predicate(count, participle)))
                .collect();
        if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) }
    }
}

fn taken(instances: &TakeResult, noun: &str, participle: &str, predicate: &dyn Fn(usize, &str) -> String) -> String {
    if instances.of == 0 {
        let within = if instances.is_limited { " in the pools that were named" } else { "" };
        return format!("no {noun} runs{within}");
    }
    let of = counted(instances.of, noun);
    format!("{} of {of} {}", instances.taken, predicate(instances.taken as usize, participle))
}

fn count_ids(
    activities: &[Activity],
    counts: impl Fn(&&Activity) -> bool,
    ids: impl Fn(&Activity) -> &Vec<InstanceId>,
) -> usize {
    activities.iter().filter(counts).map(|activity| ids(activity).len()).sum()
}

impl TakeResult {
    /// Names the instances that were asked for and are not running; `None` if all are.
    #[must_use]
    pub fn not_there_text(&self) -> Option<String> {
        const SHOWN: usize = 5;
        let shown: Vec<&str> = self.not_there.iter().take(SHOWN).map(InstanceId::as_str).collect();
        let more = self.not_there.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        (!shown.is_empty()).then(|| {
            let are = if self.not_there.len() == 1 { "is" } else { "are" };
            format!("{} {are} not running: {}{more}", counted(self.not_there.len(), "named instance"), shown.join(", "))
        })
    }
}
