//! Fleets that exist already: what the world holds of them, and what the plan does with them (M14).

use std::collections::{BTreeMap, BTreeSet};

use super::change::PlannedAction;
use super::fleet::PlannedFleet;
use super::plan::{Plan, PlannedResource};
use super::read;
use crate::base::RegionId;
use crate::cli::output::Failure;
use crate::cloud::model::{ExistingFleet, FleetUpdate, OutlookFleet, OutlookInstances, OutlookStart};
use crate::cloud::{CloudConfig, SimCloud};
use crate::provider;

/// What the world holds of the fleets of a plan.
pub(super) struct ExistingWorld<'p> {
    plan: &'p Plan,
    /// The plan with every resource as it is now.
    before: Plan,
    config: &'p CloudConfig,
    /// The ids that the world has, by region.
    known: BTreeMap<RegionId, BTreeSet<String>>,
}

impl<'p> ExistingWorld<'p> {
    pub(super) fn of(config: &'p CloudConfig, plan: &'p Plan) -> Result<Self, Failure> {
        let mut ids: BTreeMap<RegionId, BTreeSet<String>> = BTreeMap::new();
        for resource in &plan.resources {
            let Some(id) = resource.change.kept_id() else { continue };
            if let Some(Ok(fleet)) = read(plan, resource, config) {
                ids.entry(fleet.region).or_default().insert(id.to_owned());
            }
        }
        let mut known = BTreeMap::new();
        for (region, ids) in ids {
            let cloud = SimCloud::new(CloudConfig { region: region.clone(), ..config.clone() });
            let found = cloud.existing_fleets(&ids).map_err(|error| Failure::new(provider::error_text(&error)))?;
            known.insert(region, found);
        }
        Ok(Self { plan, before: plan.before(), config, known })
    }

    /// The fleet with what becomes of what the world holds, and what is to be said of that.
    pub(super) fn with_start(&self, mut fleet: PlannedFleet, resource: &PlannedResource) -> PlannedFleet {
        let destroyed = &self.plan.destroyed;
        fleet.start = OutlookStart {
            released: destroyed.first.clone(),
            released_afterwards: destroyed.last.clone(),
            ..OutlookStart::default()
        };
        let Some(id) = resource.change.kept_id() else { return fleet };
        let is_here = self.known.get(&fleet.region).is_some_and(|known| known.contains(id));
        if !is_here {
            fleet.notes.push("it exists, but not in this world: it is looked at as if it were launched now".to_owned());
            return fleet;
        }
        let update = self.update(&fleet.fleet, resource);
        if update.as_ref().is_some_and(|update| moves_instances(&update.before, &fleet.fleet)) {
            fleet.notes.push("it exists and stops to change: its own stock counts as free".to_owned());
            fleet.start.released.insert(id.to_owned());
            return fleet;
        }
        let done = if update.is_some() { "it is changed in place" } else { "nothing is launched" };
        fleet.notes = vec![format!("it exists: it keeps what it holds, and {done}")];
        fleet.start.existing = Some(ExistingFleet { id: id.to_owned(), update });
        fleet
    }

    fn update(&self, after: &OutlookFleet, resource: &PlannedResource) -> Option<FleetUpdate> {
        let now = self.before.resources.iter().find(|known| known.address == resource.address)?;
        let before = read(&self.before, now, self.config)?.map_or_else(|_| after.clone(), |fleet| fleet.fleet);
        let replaces_lost = resource.change.launches_instances() && replaces_lost(resource);
        // What a scaling group launches lies in a resource of its own.
        let may_differ =
            resource.change.action == PlannedAction::Update || matches!(after, OutlookFleet::ScalingGroup(_));
        let differs = may_differ && before != *after;
        (differs || replaces_lost).then_some(FleetUpdate { before, replaces_lost })
    }
}

/// The default is to replace them.
fn replaces_lost(resource: &PlannedResource) -> bool {
    resource.values.get("replace_lost_instances") != Some(&serde_json::Value::Bool(false))
}

/// Whether instances by themselves change their type or their billing, for which they must stop.
fn moves_instances(before: &OutlookFleet, after: &OutlookFleet) -> bool {
    let of = |fleet: &OutlookFleet| match fleet {
        OutlookFleet::Instances(instances) => {
            let OutlookInstances { group, are_protected } = &**instances;
            Some((group.configs.clone(), group.capacity, *are_protected))
        }
        _ => None,
    };
    of(before) != of(after)
}
