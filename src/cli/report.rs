//! `world report`: a page to look at.

use std::path::PathBuf;

use clap::ArgMatches;
use serde_json::json;

use super::arguments;
use super::output::{Failure, Output};
use super::world_handle::WorldHandle;
use crate::base::RegionId;
use crate::cloud::is_database_file;
use crate::report::world_page;

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let Some(file) = matches.get_one::<PathBuf>("file") else { return Err(Failure::new("no file was given")) };
    if is_database_file(file) {
        return Err(Failure::new(format!("{} is a world; name another file for the page", file.display())));
    }
    let region = matches.get_one::<RegionId>("region");
    let report = world.cloud.describe_world_report(&arguments::pools(matches), region)?;
    let clause = world.scenario_clause();
    let clause = clause.trim_start_matches(", ");
    let notes: Vec<String> = (!clause.is_empty()).then(|| format!("Drawn {clause}.")).into_iter().collect();
    let page = world_page(&report, &world.name, &notes).render();
    std::fs::write(file, &page)
        .map_err(|error| Failure::new(format!("{} cannot be written: {error}", file.display())))?;
    if matches.get_flag("json") {
        let file = file.display().to_string();
        output.json(&json!({
            "world": world.name,
            "exists": world.exists,
            "scenario": world.scenario_json(),
            "file": file,
            "bytes": page.len(),
        }));
    } else {
        output.line(&format!("The page about world {} was written to {}", world.name, file.display()));
    }
    Ok(())
}
