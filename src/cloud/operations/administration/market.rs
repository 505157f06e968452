//! Changes the market of a world for all its callers.

use crate::cloud::SimCloud;
use crate::cloud::administration_error::AdministrationError;
use crate::cloud::error::CloudError;
use crate::cloud::model::{Activity, ActivityKind, WorldChangeEffect, WorldChangeOutcome};
use crate::cloud::store::Access;
use crate::cloud::world::World;
use crate::market::{MarketChange, MarketRules};

/// Changes that a world keeps at once: every call reads them.
const MAX_CHANGES: usize = 200;

impl SimCloud {
    /// Adds rules to the market of this world: they hold from now on, for every caller, and win over the rules and events
    /// of every scenario (W10). The same rules as the newest ones change nothing.
    ///
    /// # Errors
    /// The world keeps as many changes as it can.
    pub fn change_market(&self, rules: &MarketRules) -> Result<WorldChangeOutcome, AdministrationError> {
        self.administer(Access::Write, |world| change(world, rules))
    }

    /// Takes back all rules that were added to the market of this world: they hold no longer from now on (W10).
    pub fn reset_market(&self) -> Result<WorldChangeOutcome, AdministrationError> {
        self.administer(Access::Write, reset)
    }

    /// The changes of the market that this world keeps, the oldest first; some may have been taken back (W10).
    pub fn describe_market_changes(&self) -> Result<Vec<MarketChange>, CloudError> {
        self.read(None, |world| Ok(world.market.changes().to_vec()))
    }
}

pub(super) fn change(world: &mut World, rules: &MarketRules) -> Result<WorldChangeOutcome, AdministrationError> {
    let in_force: Vec<&MarketChange> = world.market.changes().iter().filter(|change| change.is_in_force()).collect();
    let is_new = !rules.is_empty() && in_force.last().is_none_or(|newest| newest.rules != *rules);
    if is_new && in_force.len() >= MAX_CHANGES {
        return Err(AdministrationError::TooManyMarketChanges { most: MAX_CHANGES });
    }
    let lines = if is_new { rules.lines() } else { Vec::new() };
    let effect = WorldChangeEffect::MarketChanged { rules: lines.len() };
    outcome(world, effect, &lines, |world| world.add_market_change(rules.clone()))
}

pub(super) fn reset(world: &mut World) -> Result<WorldChangeOutcome, AdministrationError> {
    let in_force = world.market.changes().iter().filter(|change| change.is_in_force());
    let lines: Vec<String> =
        in_force.flat_map(|change| change.rules.lines()).map(|line| format!("no longer {line}")).collect();
    let effect = WorldChangeEffect::MarketReset { rules: lines.len() };
    outcome(world, effect, &lines, |world| world.end_market_changes())
}

/// Does the change, and records it with the line of each rule; without any, nothing is left to do.
fn outcome(
    world: &mut World,
    effect: WorldChangeEffect,
    lines: &[String],
    apply: impl FnOnce(&mut World) -> Result<(), CloudError>,
) -> Result<WorldChangeOutcome, AdministrationError> {
    const SHOWN: usize = 3;
    let mark = world.history_mark()?;
    if !lines.is_empty() {
        apply(world)?;
        let more = lines.len().saturating_sub(SHOWN);
        let more = if more > 0 { format!("; and {more} more") } else { String::new() };
        let detail = format!("by hand: {}{more}", lines[..lines.len().min(SHOWN)].join("; "));
        world.record(ActivityKind::ChangeMarket, Activity::OF_WORLD, detail, &[], &[])?;
    }
    Ok(WorldChangeOutcome { from: world.now, to: world.now, effect, activities: world.history_since(&mark)? })
}
