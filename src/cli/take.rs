//! `world reclaim` and `world terminate`: take instances from their fleets.

use clap::ArgMatches;
use serde_json::json;

use super::activities::{activities_json, print_activities};
use super::arguments;
use super::output::{Failure, Output};
use super::world_handle::WorldHandle;
use crate::base::{InstanceId, RegionId};
use crate::cloud::model::{InstanceSelection, WorldChangeEffect, WorldChangeOutcome};

pub(super) fn reclaim(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let outcome = world.cloud.reclaim_spot(&selection(matches))?;
    report(&outcome, matches, world, output)
}

pub(super) fn terminate(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let outcome = world.cloud.terminate_instances(&selection(matches))?;
    report(&outcome, matches, world, output)
}

fn selection(matches: &ArgMatches) -> InstanceSelection {
    InstanceSelection {
        pools: arguments::pools(matches),
        region_id: matches.get_one::<RegionId>("region").cloned(),
        instance_ids: matches.get_many::<InstanceId>("instance-ids").map(|ids| ids.cloned().collect()),
        count: matches.get_one::<u32>("count").copied(),
    }
}

/// Prints what was taken; that nothing was is a failure, unless nothing was to be taken.
fn report(
    outcome: &WorldChangeOutcome,
    matches: &ArgMatches,
    world: &WorldHandle,
    output: &mut Output,
) -> Result<(), Failure> {
    let (WorldChangeEffect::Reclaimed(instances) | WorldChangeEffect::Terminated(instances)) = &outcome.effect else {
        return Ok(());
    };
    if instances.taken == 0 && matches.get_one::<u32>("count") != Some(&0) {
        let reason = instances.not_there_text().unwrap_or_else(|| outcome.summary());
        return Err(Failure::new(format!("{reason}; `world show` lists what runs where")));
    }
    if matches.get_flag("json") {
        output.json(&json!({
            "world": world.name,
            "clock": outcome.to.to_string(),
            "summary": outcome.summary(),
            "changed_instance_ids": outcome.changed_instance_ids(),
            "not_running_instance_ids": instances.not_there,
            "activities": activities_json(&outcome.activities),
        }));
    } else {
        output.sentence(&outcome.summary());
        if let Some(text) = instances.not_there_text() {
            output.sentence(&text);
        }
        print_activities(&outcome.activities, output);
    }
    Ok(())
}
