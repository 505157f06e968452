//! `world report`: a page to look at.

use std::path::{Path, PathBuf};

use clap::ArgMatches;
use serde_json::json;

use super::arguments;
use super::file::write;
use super::output::{Failure, Output};
use super::world_handle::WorldHandle;
use crate::base::RegionId;
use crate::report::world_page;

pub(super) fn run(matches: &ArgMatches, world: &WorldHandle, output: &mut Output) -> Result<(), Failure> {
    let Some(file) = matches.get_one::<PathBuf>("file") else { return Err(Failure::new("no file was given")) };
    let to_stdout = file == Path::new("-");
    if to_stdout && matches.get_flag("json") {
        return Err(Failure::new("the page and JSON cannot both go to stdout; name a file, such as world.html"));
    }
    let region = matches.get_one::<RegionId>("region");
    let report = world.cloud.describe_world_report(&arguments::pools(matches), region)?;
    let clause = world.scenario_clause();
    let clause = clause.trim_start_matches(", ");
    let notes: Vec<String> = (!clause.is_empty()).then(|| format!("Drawn {clause}.")).into_iter().collect();
    let page = world_page(&report, &world.name, &notes).render();
    if to_stdout {
        output.print(&page);
        return Ok(());
    }
    write(file, "page", "world.html", &page)?;
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
