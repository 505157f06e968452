//! The outlook of a fleet: its launch, and the time after it, in many markets (M11–M14).

use std::collections::BTreeSet;
use std::sync::Arc;

use super::{ec2_fleet, group, instance, scaling};
use crate::base::clock::Span;
use crate::cloud::error::CloudError;
use crate::cloud::model::{ExistingFleet, Outlook, OutlookFleet, OutlookRequest};
use crate::cloud::outlook::{Markets, OutlookBasis, OutlookLaunch, run};
use crate::cloud::world::World;
use crate::cloud::{CloudConfig, SimCloud};
use crate::market::Scenario;

type Result<T, E = CloudError> = std::result::Result<T, E>;

impl SimCloud {
    /// What a creation would make in many markets, from the world's time on, or what becomes of a fleet that exists. What
    /// others hold stays as it is.
    ///
    /// # Errors
    /// Those of a creation that do not depend on the market.
    pub fn forecast_outlook(&self, request: &OutlookRequest) -> Result<Outlook> {
        self.forecast_outlook_and_tell(request, &|_, _| ())
    }

    /// Like [`Self::forecast_outlook`]; `progress` hears how many of how many markets are done, from any thread.
    ///
    /// # Errors
    /// As [`Self::forecast_outlook`].
    pub fn forecast_outlook_and_tell(
        &self,
        request: &OutlookRequest,
        progress: &(dyn Fn(u32, u32) + Sync),
    ) -> Result<Outlook> {
        let scenario = &self.config().scenario;
        let basis = outlook_basis(self, request, scenario)?;
        let changed = |number: u32| outlook_basis(&self.in_market(number), request, scenario);
        let is_changed = basis.is_held() && request.start.existing.as_ref().is_some_and(|own| own.update.is_some());
        let launched = if basis.is_held() && request.compare_strategies {
            outlook_basis(self, &as_replaced(request), scenario)?
        } else {
            basis.clone()
        };
        let markets = Markets { basis, launched, changed: is_changed.then_some(&changed) };
        run(&markets, request, progress)
    }

    /// Which of these fleets and instances the world holds in this region, by id.
    ///
    /// # Errors
    /// The world cannot be read.
    pub fn existing_fleets(&self, ids: &BTreeSet<String>) -> Result<BTreeSet<String>> {
        self.read(None, |world| {
            let mut known = BTreeSet::new();
            for id in ids {
                if world.has_fleet(id)? {
                    known.insert(id.clone());
                }
            }
            Ok(known)
        })
    }

    /// The same world under the market of this number (M11).
    fn in_market(&self, number: u32) -> Self {
        let scenario = &self.config().scenario;
        let further = i64::from(number) * Span::HOUR.seconds();
        let scenario = Scenario {
            seed: scenario.seed.wrapping_add(u64::from(number)),
            series_offset: Span::from_seconds(scenario.series_offset.seconds() + further),
            ..Scenario::clone(scenario)
        };
        Self::new(CloudConfig { scenario: Arc::new(scenario), ..self.config().clone() })
    }
}

/// A change that the cloud refuses leaves the fleet as it was.
fn outlook_basis(cloud: &SimCloud, request: &OutlookRequest, scenario: &Arc<Scenario>) -> Result<OutlookBasis> {
    let of = |existing: Option<&ExistingFleet>, is_refused: bool| {
        cloud.forecast(|world| basis(world, request, existing, is_refused, scenario))
    };
    let existing = request.start.existing.as_ref();
    let unchanged =
        existing.filter(|own| own.update.is_some()).map(|own| ExistingFleet { update: None, ..own.clone() });
    match (of(existing, false), unchanged) {
        (Err(CloudError::Service(_)), Some(unchanged)) => of(Some(&unchanged), true),
        (basis, _) => basis,
    }
}

fn basis(
    world: &mut World,
    request: &OutlookRequest,
    existing: Option<&ExistingFleet>,
    is_refused: bool,
    scenario: &Arc<Scenario>,
) -> Result<OutlookBasis> {
    let start = &request.start;
    release(world, &start.released)?;
    let mut held = match existing {
        Some(existing) => held_launch(world, &request.fleet, existing)?,
        None => None,
    };
    if let Some(held) = held.as_mut().and_then(|launch| launch.held.as_mut()) {
        held.is_refused = is_refused;
    }
    let launch = match held {
        Some(launch) => launch,
        None => new_launch(world, &request.fleet, start.replaces_namesakes)?,
    };
    OutlookBasis::read(world, Arc::clone(scenario), launch, |world| release(world, &start.released_afterwards))
}

fn new_launch(world: &mut World, fleet: &OutlookFleet, replaces_namesakes: bool) -> Result<OutlookLaunch> {
    match fleet {
        OutlookFleet::Group(group) => group::outlook_launch(world, group, replaces_namesakes),
        OutlookFleet::Instances(instances) => instance::outlook_launch(world, instances),
        OutlookFleet::Ec2Fleet(fleet) => ec2_fleet::outlook_launch(world, fleet),
        OutlookFleet::ScalingGroup(parts) => scaling::outlook_launch(world, &parts.0, &parts.1),
    }
}

/// The fleet as it is once it has changed; `None` if the world does not hold it.
fn held_launch(world: &mut World, fleet: &OutlookFleet, existing: &ExistingFleet) -> Result<Option<OutlookLaunch>> {
    match fleet {
        OutlookFleet::Group(_) | OutlookFleet::Ec2Fleet(_) => group::outlook_of_existing(world, fleet, existing),
        OutlookFleet::Instances(instances) => instance::outlook_of_existing(world, instances, existing),
        OutlookFleet::ScalingGroup(parts) => scaling::outlook_of_existing(world, parts, existing),
    }
}

/// Another strategy needs another fleet: it takes the place of the one that exists.
fn as_replaced(request: &OutlookRequest) -> OutlookRequest {
    let mut replaced = request.clone();
    replaced.start.released.extend(replaced.start.existing.take().map(|existing| existing.id));
    replaced
}

/// Ends fleets, and instances by themselves; an id that the world does not hold is none of them.
fn release(world: &mut World, ids: &BTreeSet<String>) -> Result<()> {
    ids.iter().try_for_each(|id| group::release(world, id))
}
