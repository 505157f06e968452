//! All markets of an outlook, on all cores: each thread takes the next market that no other has taken.

use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::thread;

use tracing::subscriber::{NoSubscriber, with_default};

use super::basis::OutlookBasis;
use super::market_run::{MarketFigures, PoolTally, run_market};
use super::summary::{figures, pools, worst};
use crate::base::clock::Span;
use crate::base::wording::counted;
use crate::cloud::error::CloudError;
use crate::cloud::model::{Outlook, OutlookRequest, StrategyOutlook};
use crate::cloud::step::has_passed;
use crate::cloud::store::ensure_not_stopped;
use crate::market::RecordSpan;

type Result<T, E = CloudError> = std::result::Result<T, E>;

/// What the markets of an outlook begin with.
pub(in crate::cloud) struct Markets<'m> {
    pub(in crate::cloud) basis: OutlookBasis,
    /// The same for other strategies, which replace a fleet that exists by a new one.
    pub(in crate::cloud) launched: OutlookBasis,
    /// What the market of a number above 0 begins with, where a fleet changes in place, which depends on the market.
    pub(in crate::cloud) changed: Option<&'m ChangedBasis<'m>>,
}

type ChangedBasis<'m> = dyn Fn(u32) -> Result<OutlookBasis> + Sync + 'm;

/// Runs all markets, and with the strategies to compare all of them again for each. `progress` hears how many of how many
/// markets are done, from any thread.
pub(in crate::cloud) fn run(
    begin: &Markets<'_>,
    request: &OutlookRequest,
    progress: &(dyn Fn(u32, u32) + Sync),
) -> Result<Outlook> {
    let basis = &begin.basis;
    let strategies = if request.compare_strategies { basis.spot_strategies() } else { Vec::new() };
    let others = strategies.iter().filter(|strategy| !basis.has_strategy(**strategy));
    let rounds = 1 + u32::try_from(others.count()).unwrap_or(0);
    let done = AtomicU32::new(0);
    let tell = || progress(done.fetch_add(1, Ordering::Relaxed) + 1, rounds * request.markets);
    let (markets, tally) = run_markets(basis, begin.changed, request, &tell)?;
    let all = figures(&markets);
    let mut compared = Vec::new();
    for spot_allocation_strategy in strategies {
        let figures = if basis.has_strategy(spot_allocation_strategy) {
            all.clone()
        } else {
            figures(&run_markets(&begin.launched.with_strategy(spot_allocation_strategy), None, request, &tell)?.0)
        };
        compared.push(StrategyOutlook { spot_allocation_strategy, figures });
    }
    let worst = worst(&markets);
    Ok(Outlook {
        markets: request.markets,
        first_seed: basis.scenario.seed,
        start: basis.now,
        horizon: request.horizon,
        figures: all,
        pools: pools(basis, &tally, request.markets),
        worst_market: worst.map_or(basis.scenario.seed, |market| market.seed),
        worst_market_record_hours: worst
            .map_or(0, |market| if basis.scenario.series.is_empty() { 0 } else { market.number }),
        strategies: compared,
        warnings: warnings(basis),
    })
}

/// The figures of all markets, by number.
fn run_markets(
    basis: &OutlookBasis,
    changed: Option<&ChangedBasis<'_>>,
    request: &OutlookRequest,
    tell: &(dyn Fn() + Sync),
) -> Result<(Vec<MarketFigures>, PoolTally)> {
    let cores = || thread::available_parallelism().map_or(1, usize::from);
    let threads = request.threads.unwrap_or_else(cores).clamp(1, request.markets.max(1) as usize);
    let next = AtomicU32::new(0);
    let failed = AtomicBool::new(false);
    let work = || -> Result<(Vec<MarketFigures>, PoolTally)> {
        let (mut found, mut tally) = (Vec::new(), PoolTally::new(basis.pools.len()));
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            if number >= request.markets || failed.load(Ordering::Relaxed) {
                return Ok((found, tally));
            }
            let market = ensure_not_stopped().map_err(CloudError::from).and_then(|()| match changed {
                Some(changed) if number > 0 => run_market(&changed(number)?, number, request.horizon, &mut tally),
                _ => run_market(basis, number, request.horizon, &mut tally),
            });
            failed.fetch_or(market.is_err(), Ordering::Relaxed);
            found.push(market?);
            tell();
        }
    };
    // The log of a pass would be repeated thousands of times.
    let parts: Vec<Result<_>> = thread::scope(|scope| {
        let workers: Vec<_> =
            (0..threads).map(|_| scope.spawn(|| with_default(NoSubscriber::default(), work))).collect();
        workers
            .into_iter()
            .map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    });
    let (mut markets, mut tally) = (Vec::new(), PoolTally::new(basis.pools.len()));
    for part in parts {
        let (found, of_part) = part?;
        markets.extend(found);
        tally.add(&of_part);
    }
    markets.sort_unstable_by_key(|market| market.number);
    Ok((markets, tally))
}

fn warnings(basis: &OutlookBasis) -> Vec<String> {
    let mut warnings = Vec::new();
    if let Some(span) = RecordSpan::of(&basis.scenario.series)
        && (basis.now.plus(Span::HOUR) <= span.start() || basis.now >= span.end())
    {
        warnings.push(format!(
            "the record lasts from {} to {}, and the clock stands at {}: the first market has one hour of the record all \
             the time, the others begin anywhere in it",
            span.start(),
            span.end(),
            basis.now
        ));
    }
    let passed = basis.scenario.events.iter().filter(|event| has_passed(event, basis.now)).count();
    if passed > 0 {
        warnings.push(format!(
            "{} of the scenario that {} instances {} before {}, where every market begins: no market has {}",
            counted(passed, "event"),
            if passed == 1 { "takes" } else { "take" },
            if passed == 1 { "lies" } else { "lie" },
            basis.now,
            if passed == 1 { "it" } else { "them" },
        ));
    }
    warnings
}
