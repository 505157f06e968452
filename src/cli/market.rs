//! `world market`: changes the market of a world for all its callers.

use clap::ArgMatches;
use serde_json::{Value, json};

use super::activities::{activities_json, print_activities};
use super::file::read;
use super::output::{Failure, Output};
use super::world_handle::WorldHandle;
use crate::cloud::model::DescribeWorldRequest;
use crate::market::{MarketChange, MarketRules};

/// A text that is longer is not a list of rules.
const MAX_BYTES: u64 = 16 << 20;

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let outcome = match matches.get_one::<String>("file") {
        Some(file) => world.cloud.change_market(&rules(file)?)?,
        None => world.cloud.reset_market()?,
    };
    if matches.get_flag("json") {
        let overview = world.cloud.describe_world(&DescribeWorldRequest::default())?;
        output.json(&json!({
            "world": world.name,
            "clock": outcome.to.to_string(),
            "summary": outcome.summary(),
            "market_changes": market_changes_json(&overview.market_changes),
            "activities": activities_json(&outcome.activities),
        }));
    } else {
        output.sentence(&outcome.summary());
        print_activities(&outcome.activities, output);
    }
    Ok(())
}

/// The changes of the market that are in force, as JSON.
pub(super) fn market_changes_json(changes: &[MarketChange]) -> Value {
    changes.iter().map(|change| json!({ "from": change.from.to_string(), "rules": change.rules.to_json() })).collect()
}

/// The rules in a file, or on stdin for `-`; mistakes are named by file, line and key.
fn rules(file: &str) -> Result<MarketRules, Failure> {
    let name = if file == "-" { "stdin" } else { file };
    let text = read(file, MAX_BYTES).map_err(|error| Failure::new(format!("{name} cannot be read: {error}")))?;
    let json = serde_json::from_str(&text).map_err(|error| {
        Failure::new(format!("{name} is not JSON: {error}; an example is {{\"stock\": [{{\"spot\": 0}}]}}"))
    })?;
    MarketRules::from_json(&json).map_err(|mistakes| {
        let lines = mistakes.iter().map(|mistake| mistake.in_file(name, &text));
        Failure::new(lines.collect::<Vec<_>>().join("\nerror: "))
    })
}
