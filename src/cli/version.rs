//! `version`: the release and the platform.

use clap::ArgMatches;
use serde_json::json;

use super::arguments::PROGRAM;
use super::output::Output;

pub(super) const VERSION: &str = env!("CARGO_PKG_VERSION");

pub(super) fn run(matches: &ArgMatches, output: &mut Output) {
    let platform = platform();
    if matches.get_flag("json") {
        output.json(&json!({ "version": VERSION, "platform": platform, "protocol_versions": ["6.0"] }));
    } else {
        output.line(&format!("{PROGRAM} {VERSION}\non {platform}, plugin protocol 6"));
    }
}

/// The platform as both registries name it: `linux_amd64`.
pub(super) fn platform() -> String {
    let system = match std::env::consts::OS {
        "macos" => "darwin",
        other => other,
    };
    let machine = match std::env::consts::ARCH {
        "x86_64" => "amd64",
        "aarch64" => "arm64",
        "x86" => "386",
        other => other,
    };
    format!("{system}_{machine}")
}
